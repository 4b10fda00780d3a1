#!/usr/bin/env python3
"""Makes what `make bench` measures with: reference tables, and claim batches as STAR 5.5.4 XML, gzip.

usage: world.py --out DIR --seeds 9-16 --claims N --vehicles N --dealers N --parts N [--reference generate.py]

For each seed DIR/SEED gets claims.xml.gz and a folder tables/. The first seed's tables are a whole world;
every further seed is the next batch to the same world: its tables hold only what is new, vehicles that
nobody knew and what hangs on them (contracts, fits, campaign lists, authorizations), and its claim numbers
begin with S and the seed, since every seed counts from 1. So a ledger that has imported some batches takes
the next one as it would in real life: few claims collide with earlier ones.

With --reference, the tables and claims are those of the reference generator (the first seed's to the byte);
without it, of a small generator of our own with a similar mix. The same seed gives the same files. A seed
that is there already is left alone.
"""
import argparse
import csv
import datetime
import gzip
import importlib
import io
import multiprocessing
import os
import shutil
import sys

import own_world

# What a further batch brings; all other tables are the first seed's.
FLEET = ("vehicles", "contracts", "fits", "campaign_vehicles", "authorizations")


class Enough(Exception):
    """The tables are known; the claims are not wanted."""


class ReferenceMaker:
    """The reference generator: its tables are caught on their way to its claims."""

    def __init__(self, path):
        sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
        sys.dont_write_bytecode = True
        self.generator = importlib.import_module(os.path.splitext(os.path.basename(path))[0])

    def build(self, args, seed, on_tables):
        wanted = argparse.Namespace(**vars(args))
        wanted.seed, wanted.malformed = seed, 0
        make_claims = self.generator.claims

        def caught(rng, tables, *rest):
            on_tables(tables)
            return make_claims(rng, tables, *rest)
        self.generator.claims = caught
        try:
            return self.generator.build(wanted)
        finally:
            self.generator.claims = make_claims

    def tables(self, args, seed):
        caught = {}

        def keep(tables):
            caught.update(tables)
            raise Enough
        try:
            self.build(args, seed, keep)
        except Enough:
            pass
        return caught

    def first(self, args, seed):
        return self.build(args, seed, lambda tables: None)

    def further(self, args, seed, shared):
        def join(tables):
            for name, rows in shared.items():
                if name not in FLEET:
                    tables[name] = rows
            for name, key in (("contracts", "contract_id"), ("authorizations", "auth_no")):
                for row in tables[name]:
                    row[key] = f"S{seed}-{row[key]}"
        tables, claims = self.build(args, seed, join)
        for claim in claims:
            number = claim["claim_no"].strip()
            claim["claim_no"] = claim["claim_no"].replace(number, f"S{seed}-{number}")
        return tables, claims

    def write(self, claims, out, bod_id):
        self.generator.star(claims, out, bod_id)


class OwnMaker:
    """The small generator beside this file."""

    def tables(self, args, seed):
        return own_world.shared_tables(args, seed)

    def first(self, args, seed):
        tables = own_world.shared_tables(args, seed)
        tables.update(own_world.fleet(args, seed, tables))
        return tables, own_world.claims(args, seed, tables, "")

    def further(self, args, seed, shared):
        tables = dict(shared)
        tables.update(own_world.fleet(args, seed, shared))
        return tables, own_world.claims(args, seed, tables, f"S{seed}-")

    def write(self, claims, out, bod_id):
        own_world.write_star(claims, out, bod_id)


def write_tables(folder, tables, names):
    os.makedirs(folder)
    for name in names:
        rows = tables[name]
        with open(os.path.join(folder, name + ".csv"), "w", encoding="utf-8", newline="") as f:
            writer = csv.DictWriter(f, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def make(maker, args, seed, shared):
    folder = os.path.join(args.out, str(seed))
    if os.path.exists(folder):
        return
    began = datetime.datetime.now()
    if shared is None:
        tables, claims = maker.first(args, seed)
    else:
        tables, claims = maker.further(args, seed, shared)
    partial = folder + ".partial"
    shutil.rmtree(partial, ignore_errors=True)
    write_tables(os.path.join(partial, "tables"), tables, tables if shared is None else FLEET)
    with gzip.GzipFile(os.path.join(partial, "claims.xml.gz"), "wb", mtime=0) as raw:
        with io.TextIOWrapper(raw, "utf-8", newline="\n") as f:
            maker.write(claims, f, f"batch-{seed}-{args.claims}-{args.vehicles}-0")
    os.rename(partial, folder)
    took = (datetime.datetime.now() - began).seconds
    print(f"bench: world {seed}: {args.claims} claims made in {took} s", file=sys.stderr, flush=True)


def seeds_of(text):
    first, _, last = text.partition("-")
    return list(range(int(first), int(last or first) + 1))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True)
    parser.add_argument("--reference")
    parser.add_argument("--seeds", type=seeds_of, default=[9])
    parser.add_argument("--only", type=seeds_of, help="of the seeds, those to make now")
    for name in ("claims", "vehicles", "dealers", "parts"):
        parser.add_argument("--" + name, type=int, required=True)
    args = parser.parse_args()
    maker = ReferenceMaker(args.reference) if args.reference else OwnMaker()
    first, missing = args.seeds[0], [seed for seed in args.only or args.seeds
                                     if not os.path.exists(os.path.join(args.out, str(seed)))]
    os.makedirs(args.out, exist_ok=True)
    if not missing:
        return
    shared = maker.tables(args, first) if missing != [first] else None
    jobs = [(maker, args, seed, None if seed == first else shared) for seed in missing]
    with multiprocessing.get_context("fork").Pool(os.cpu_count(), initializer=hold, initargs=(jobs,)) as pool:
        pool.map(make_held, range(len(jobs)), chunksize=1)


def hold(jobs):
    global held
    held = jobs


def make_held(number):
    make(*held[number])


if __name__ == "__main__":
    main()
