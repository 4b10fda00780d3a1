#!/usr/bin/env python3
"""`make bench`: measures the rows of docs/architecture.md's table, each as a ratio in one run.

usage: run.py --build DIR [--oracle DIR] [--small] [--large]

Worlds are made once and kept under BUILD/bench/worlds; stores are made for the run and removed. The two
sides of a ratio take turns (A B A B), and medians are compared. A table goes to standard output, all of it
to BUILD/bench.json. The exit code says whether every row could be measured, not whether it was met.
"""
import argparse
import hashlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import time

MIB = 1 << 20
# A world's size; runs of each side of a ratio; batches that are stored when the store is called full, and
# those timed after that; small commands, alone and in groups.
WORLD = ("claims", "vehicles", "dealers", "parts")
SIZES = {
    False: {"claims": 200000, "vehicles": 200000, "dealers": 600, "parts": 20000, "runs": 5, "stored": 5, "full": 3,
            "alone": 2000, "groups": 40000, "fits": 1000000, "settled": 100000, "reported": 1000000},
    True: {"claims": 20000, "vehicles": 20000, "dealers": 60, "parts": 2000, "runs": 3, "stored": 3, "full": 2,
           "alone": 200, "groups": 5000, "fits": 20000, "settled": 5000, "reported": 20000},
}
FIRST = 9  # seed of the world and its first batch
GROUP = 100
DECISIONS = ("rejected", "referred", "approved", "partial", "repeats")


class Failed(Exception):
    pass


def say(text):
    print("bench: " + text, file=sys.stderr, flush=True)


def median(values):
    return statistics.median(values)


def seconds(values):
    return [round(v, 4) for v in values]


class Bench:
    def __init__(self, args):
        self.args, self.size = args, dict(SIZES[args.small])
        self.program = os.path.join(args.build, "wledger")
        self.tool = os.path.join(args.build, "bench", "measure")
        self.work = os.path.join(args.build, "bench", "run")
        self.rows, self.broken = [], []
        shutil.rmtree(self.work, ignore_errors=True)
        os.makedirs(self.work)

    # ---- helpers ----

    def path(self, name):
        return os.path.join(self.work, name)

    def run(self, *command):
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode != 0:
            raise Failed(f"{' '.join(command[:3])}...: {done.stderr.strip() or done.stdout.strip() or done.returncode}")
        return done.stdout

    def measure(self, *command):
        os.sync()
        return json.loads(self.run(self.tool, *map(str, command)))

    def watch(self, folder, *command):
        """The program, timed and watched; its output comes along."""
        output = self.path("output")
        seen = self.measure("watch", folder, output, self.program, *command)
        with open(output, encoding="utf-8") as f:
            seen["output"] = f.read()
        if seen["exit"] != 0:
            raise Failed(f"wledger {command[0]} ended with {seen['exit']}")
        return seen

    def copy(self, store, name):
        shutil.rmtree(self.path(name), ignore_errors=True)
        os.mkdir(self.path(name))
        shutil.copyfile(os.path.join(store, "data.mdb"), os.path.join(self.path(name), "data.mdb"))
        return self.path(name)

    @staticmethod
    def megabytes(store):
        return os.path.getsize(os.path.join(store, "data.mdb")) >> 20

    def remove(self, path):
        shutil.rmtree(path, ignore_errors=True)

    def row(self, row, ratio, unit, goal, at_most, **details):
        met = None if goal is None else ratio <= goal if at_most else ratio >= goal
        self.rows.append({"row": row, "ratio": round(ratio, 3), "unit": unit, "goal": goal, "met": met,
                          "at_most": at_most, "details": details})

    def guarded(self, what, function, *args):
        """A row that cannot be measured does not keep the others from being measured."""
        say(what)
        begin = time.monotonic()
        try:
            function(*args)
        except (Failed, OSError, ValueError, KeyError) as problem:
            self.broken.append({"row": what, "problem": str(problem)})
            say(f"{what}: NOT MEASURED: {problem}")
        say(f"{what}: took {time.monotonic() - begin:.0f} s")

    # ---- worlds ----

    def make_worlds(self, last, only=None):
        reference = os.path.join(self.args.oracle, "generate.py")
        here = os.path.dirname(os.path.abspath(__file__))
        sources = [os.path.join(here, "world.py")]
        if os.path.exists(reference):
            sources += [reference]
            self.generator = "reference generator (" + reference + ")"
        else:
            sources += [os.path.join(here, "own_world.py")]
            self.generator = "own generator (bench/own_world.py); the reference generator is not at hand"
        digest = hashlib.sha256()
        for source in sources:
            with open(source, "rb") as f:
                digest.update(f.read())
        counts = [str(self.size[name]) for name in WORLD]
        self.worlds = os.path.join(self.args.build, "bench", "worlds", "-".join(counts + [digest.hexdigest()[:8]]))
        command = [sys.executable, "-B", sources[0], "--out", self.worlds, "--seeds", f"{FIRST}-{last}"]
        for name, count in zip(WORLD, counts):
            command += ["--" + name, count]
        if os.path.exists(reference):
            command += ["--reference", reference]
        if only:
            command += ["--only", only]
        if subprocess.run(command, check=False).returncode != 0:
            raise Failed("the worlds could not be made")

    def file(self, seed):
        return os.path.join(self.worlds, str(seed), "claims.xml.gz")

    def tables(self, seed):
        return os.path.join(self.worlds, str(seed), "tables")

    # ---- rows 1: import ----

    def import_timed(self, store, seed):
        """One import as its user runs it, with the bare parse of the same file before it."""
        bare = self.measure("parse", self.file(seed))
        seen = self.watch(store, "import", "-d", store, self.file(seed))
        seen["bare"], seen["bare_cpu"], seen["inflate"] = bare["seconds"], bare["cpu_seconds"], bare["inflate_seconds"]
        seen["business_seconds"] = seen["seconds"] - seen["structural_seconds"]
        return seen

    def import_row(self, name, goal, later, seen, **details):
        claims = self.size["claims"]
        each = lambda what: round(median([s[what] for s in seen]) / claims * 1e6, 2)
        ratio = median([s["seconds"] for s in seen]) / median([s["bare"] for s in seen])
        self.row(name, ratio, "x bare parse", goal, True, later_goal=later,
                 us_a_claim=each("seconds"), cpu_us_a_claim=each("cpu_seconds"),
                 bare_us_a_claim=each("bare"), bare_cpu_us_a_claim=each("bare_cpu"), inflate_us_a_claim=each("inflate"),
                 structural_us_a_claim=each("structural_seconds"), business_us_a_claim=each("business_seconds"),
                 written_bytes_a_claim=round(median([s["written_bytes"] for s in seen]) / claims),
                 batch_claims=claims, import_seconds=seconds(s["seconds"] for s in seen),
                 bare_seconds=seconds(s["bare"] for s in seen), decided=self.decided(seen[0]["output"]),
                 entry_bytes=self.entry_bytes, store_MiB=self.megabytes(self.store),
                 order="claim ids ascending, VINs and claim numbers random", **details)

    def decided(self, output):
        """How the batch came out, so that a batch of rejects would be seen."""
        words = output.split()
        return {d: int(words[words.index(d) + 1]) for d in DECISIONS if d in words}

    def memory_row(self, name, seen):
        peak = max(s["peak_bytes"] for s in seen)
        self.row(name, peak / MIB, "MiB", 64, True,
                 parent_MiB=round(max(s["peak_parent_bytes"] for s in seen) / MIB, 1),
                 reader_MiB=round(max(s["peak_child_bytes"] for s in seen) / MIB, 1),
                 samples=min(s["samples"] for s in seen),
                 what="RssAnon + RssShmem of both processes together, looked at every 5 ms")

    def load(self):
        self.loaded = self.path("loaded")
        self.run(self.program, "init", "-d", self.loaded)
        begin = time.monotonic()
        self.run(self.program, "load", "-d", self.loaded, self.tables(FIRST))
        self.load_seconds = time.monotonic() - begin

    def import_into_empty(self):
        seen = []
        for _ in range(self.size["runs"]):
            self.store = self.copy(self.loaded, "store")
            seen.append(self.import_timed(self.store, FIRST))
        self.import_row("import, empty store", 3.0, 1.5, seen, stored_claims=0,
                        load_seconds=round(self.load_seconds, 2))
        self.memory_row("memory while importing, empty store", seen)

    # ---- row 2: verify, rebuild ----

    def told(self, output, what):
        for line in output.splitlines():
            if line.startswith(what):
                return line.split()[1].rstrip(",")
        raise Failed(f"no {what} in: {output!r}")

    def audit(self, store, where, runs):
        verified, rebuilt = [], []
        new = self.path("rebuilt")
        for _ in range(runs):
            verified.append(self.watch(store, "verify", "-d", store))
            self.remove(new)
            rebuilt.append(self.watch(store, "rebuild", "-d", store, new))
        self.remove(new)
        entries = int(self.told(verified[0]["output"], "entries"))
        same = self.told(verified[0]["output"], "digest") == self.told(rebuilt[0]["output"], "digest")
        for name, seen, goal, later in (("verify", verified, 300000, 750000), ("rebuild", rebuilt, 250000, 250000)):
            rate = entries / median([s["seconds"] for s in seen])
            self.row(f"{name}, {where}", rate, "entries/s", goal, False, later_goal=later, entries=entries,
                     store_MiB=self.megabytes(store), seconds=seconds(s["seconds"] for s in seen),
                     cpu_seconds=seconds(s["cpu_seconds"] for s in seen),
                     peak_MiB=round(max(s["peak_bytes"] for s in seen) / MIB, 1),
                     **({} if name == "verify" else {"same_digest": same}))
        if not same:
            raise Failed("rebuild came to another digest than verify")

    # ---- row 3: commands ----

    def command_rows(self):
        store = self.copy(self.store, "signed")
        seen = self.measure("alone", store, self.work, self.size["alone"])
        ours, bare, entry = seen["command"], seen["bare"], seen["bare_entry"]
        milliseconds = lambda times: {k: round(v * 1e3, 3) for k, v in times.items()}
        details = {"command": "sign, on claims in random order", "commands": seen["commands"],
                   "stored_claims": seen["claims"], "bytes_each": seen["bytes_each"],
                   "entry_bytes": seen["entry_bytes"], "command_ms": milliseconds(ours), "bare_ms": milliseconds(bare),
                   "bare_entry_ms": milliseconds(entry),
                   "bare": "the commit's bytes appended, fsync, a head of 16 bytes, fsync",
                   "over_entry_alone": {k: round(ours[k] / entry[k], 2) for k in ours}}
        self.row("one durable command, p50", ours["p50"] / bare["p50"], "x bare write + 2 fsyncs", 1.5, True, **details)
        self.row("one durable command, p99", ours["p99"] / bare["p99"], "x bare write + 2 fsyncs", 2.5, True,
                 command_ms=details["command_ms"]["p99"], bare_ms=details["bare_ms"]["p99"],
                 bare_entry_ms=details["bare_entry_ms"]["p99"])
        self.row("one durable command, longest", ours["max"] * 1e3, "ms", 50, True, bare_ms=round(bare["max"] * 1e3, 3))
        groups = [self.measure("groups", self.copy(self.store, "signed"), self.size["groups"], GROUP) for _ in range(3)]
        rates = [round(g["commands"] / g["seconds"]) for g in groups]
        self.row(f"commands in groups of {GROUP}", median(rates), "commands/s", 20000, False, runs=rates,
                 command="sign, on claims in random order", commands=groups[0]["commands"],
                 stored_claims=groups[0]["claims"],
                 longest_group_ms=round(max(g["longest_group"] for g in groups) * 1e3, 2))
        self.remove(store)

    # ---- the parts loop ----

    def parts_rows(self):
        """Receipts and fittings, then what a question about one vehicle costs with many fits stored."""
        tables, runs, store = self.path("parts-tables"), [], None
        os.makedirs(tables)
        with open(os.path.join(tables, "warehouses.csv"), "w", encoding="utf-8") as f:
            f.write("warehouse_id,name,region,returns\nW1,Warehouse,R1,no\n")
        for _ in range(3):
            store = self.copy(self.store, "parts")
            self.run(self.program, "load", "-d", store, tables)
            runs.append(self.measure("parts", store, self.size["groups"], GROUP))
        for name, what in (("receipts", "receive_seconds"), ("fittings", "fit_seconds")):
            rates = [round(r["count"] / r[what]) for r in runs]
            self.row(f"{name} in groups of {GROUP}", median(rates), "commands/s", 20000, False, runs=rates,
                     commands=runs[0]["count"], stored_claims=self.size["claims"], dealers=runs[0]["dealers"],
                     parts=runs[0]["parts"], vehicles=runs[0]["vehicles"],
                     **({"what": "one line of a dispatch of 50 lines each"} if name == "receipts" else
                        {"what": "of a request, on vehicles in random order"}))
        rates = [round(r["count"] / r["request_seconds"]) for r in runs]
        self.row(f"requests in groups of {GROUP}", median(rates), "commands/s", None, False, runs=rates,
                 what="sourced at a warehouse; a dispatch after every 50 is part of it")
        looked = self.measure("vehicles", store, self.size["fits"], GROUP)
        self.row(f"show vehicle, {looked['fits']:,} more fits stored", looked["p50"] * 1e3, "ms", 1, True,
                 p99_ms=round(looked["p99"] * 1e3, 4), longest_ms=round(looked["max"] * 1e3, 4),
                 looks=looked["looks"], vehicles=looked["vehicles"], parts_each=looked["parts_each"],
                 fits_per_second=round(looked["fits"] / looked["fit_seconds"]), store_MiB=self.megabytes(store),
                 what="the library call with a reader of its own, on vehicles drawn at random")
        self.remove(store)

    # ---- settlement ----

    def settle_rows(self):
        """All dealers at once, as their clerk does it, beside the same rows read and written bare."""
        eligible = self.copy(self.store, "eligible")
        made = self.measure("eligible", eligible, self.size["settled"])
        bare, seen = [], []
        for _ in range(self.size["runs"]):
            bare.append(self.measure("bare-settle", self.copy(eligible, "bare")))
            store = self.copy(eligible, "settled")
            seen.append(self.watch(store, "settle", "-d", store, "--all", "--to", "2100-01-01", "--quiet"))
        claims, took = bare[0]["claims"], median([s["seconds"] for s in seen])
        settled = json.loads(self.run(self.program, "list", "-d", store, "settlements", "--json"))
        if sum(s["claims"] for s in settled) != claims:
            raise Failed(f"{sum(s['claims'] for s in settled)} of {claims} claims were settled")
        self.run(self.program, "verify", "-d", store)
        self.row(f"settlement of {claims:,} claims", claims / took, "claims/s", 50000, False,
                 seconds=seconds(s["seconds"] for s in seen), cpu_seconds=seconds(s["cpu_seconds"] for s in seen),
                 settlements=len(settled), told_at_0=sum(s["rejected"] for s in settled),
                 written_MiB=round(median([s["written_bytes"] for s in seen]) / MIB),
                 peak_MiB=round(max(s["peak_bytes"] for s in seen) / MIB, 1), stored_claims=made["claims"],
                 what="`settle --all`, durable, in groups of 250 ms; claims of all dealers lie among one another")
        self.row("the same over its rows bare", took / median([b["seconds"] for b in bare]), "x bare rows", None, True,
                 bare_seconds=seconds(b["seconds"] for b in bare),
                 bare_written_MiB=round(median([b["written_bytes"] for b in bare]) / MIB),
                 bare="each claim's row read, its line written, all rows written back sorted, one commit")
        for name in ("eligible", "bare", "settled"):
            self.remove(self.path(name))

    # ---- quality ----

    def settle_most(self, store):
        """Settles all that can be; imports further batches until enough claims are settled. How many they are, of how
        many batches."""
        seed = FIRST + self.size["stored"] + self.size["full"]
        while True:
            self.measure("eligible", store, 10 ** 12)
            self.run(self.program, "settle", "-d", store, "--all", "--to", "2100-01-01", "--quiet")
            settled = sum(s["claims"] for s in json.loads(self.run(self.program, "list", "-d", store, "settlements",
                                                                   "--json")))
            if settled >= self.size["reported"]:
                return settled, seed - FIRST
            self.make_worlds(seed, f"{seed}-{seed}")
            self.run(self.program, "load", "-d", store, self.tables(seed))
            self.run(self.program, "import", "-d", store, self.file(seed))
            seed += 1

    def report_timed(self, store, *command, cold=False):
        if cold:
            self.measure("cold", os.path.join(store, "data.mdb"))
        return self.watch(store, "report", *command, "-d", store, "--csv")

    def quality_rows(self):
        """Reports over settled claims, with nothing of the store in memory, and again with what they read."""
        store = self.copy(self.store, "reported")
        settled, batches = self.settle_most(store)
        data = os.path.join(store, "data.mdb")
        cold, warm, bare, bare_cold = [], [], [], []
        for _ in range(self.size["runs"]):
            self.measure("cold", data)
            bare_cold.append(self.measure("walk-facts", store))
            bare.append(self.measure("walk-facts", store))
            cold.append(self.report_timed(store, "quality", "--by", "component", cold=True))
            warm.append(self.report_timed(store, "quality", "--by", "component"))
        told = sum(int(line.split(",")[2]) for line in cold[0]["output"].splitlines()[1:])
        if told != settled:
            raise Failed(f"the report tells of {told} claims where {settled} are settled")
        others = {}
        for command in (("quality", "--by", "batch,month"), ("quality", "--by", "supplier,model"),
                        ("quality", "--by", "dealer,fault"), ("batches",), ("suppliers",), ("dealers",), ("prices",)):
            times = [self.report_timed(store, *command, cold=c)["seconds"] for c in (True, False)]
            others[" ".join(command)] = f"{times[0]:.2f} cold {times[1]:.2f} warm"
        took = median([s["seconds"] for s in cold])
        self.row(f"quality report, {settled:,} settled claims", took, "s", 1, True, cold_seconds=seconds(
            s["seconds"] for s in cold), warm_seconds=seconds(s["seconds"] for s in warm),
                 cpu_seconds=seconds(s["cpu_seconds"] for s in warm), bytes_a_fact=round(
                     bare[0]["fact_bytes"] / settled, 1), vehicles=bare[0]["vehicles"], batches=batches,
                 store_MiB=self.megabytes(store), other_reports=others,
                 peak_MiB=round(max(s["peak_bytes"] for s in cold) / MIB, 1),
                 what="`report quality --by component`, the program from its start; cold: nothing of the store in memory; "
                      "referred claims approved, returns waived, all signed, settled dealer by dealer")
        self.row("the same over its rows walked, warm", median([s["seconds"] for s in warm]) / median(
            [b["seconds"] for b in bare]), "x bare walk", None, True,
                 walk_seconds=seconds(b["seconds"] for b in bare), cold=round(took / median(
                     [b["seconds"] for b in bare_cold]), 2), cold_walk_seconds=seconds(b["seconds"] for b in bare_cold),
                 bare="facts and vehicles' facts, checksums and all, on one thread, which does not look at them")
        self.remove(store)

    # ---- rows 4 and 5: the business step, SQLite, deciding alone ----

    def steps(self):
        spool, database = self.path("spool"), self.path("peer.db")
        bare, read, decided, peer, alone = [], [], [], [], []
        for _ in range(self.size["runs"]):
            bare.append(self.measure("parse", self.file(FIRST)))
            read.append(self.measure("read", self.file(FIRST), spool))
            store = self.copy(self.loaded, "steps")
            decided.append(self.measure("decide", store, spool))
            peer.append(self.measure("sqlite", spool, database))
            alone.append(self.measure("adjudicate", self.loaded, spool))
        claims, self.entry_bytes = decided[0]["records"], decided[0]["entry_bytes"]
        each = lambda seen, what="seconds": round(median([s[what] for s in seen]) / claims * 1e6, 2)
        took = lambda seen: seconds(s["seconds"] for s in seen)
        self.row("business step against SQLite", each(peer) / each(decided), "x as fast", 2.0, False,
                 business_us_a_claim=each(decided), sqlite_us_a_claim=each(peer),
                 business_cpu_us_a_claim=each(decided, "cpu_seconds"), sqlite_cpu_us_a_claim=each(peer, "cpu_seconds"),
                 records=claims, lines=peer[0]["lines"], stored_claims=0, entry_bytes=self.entry_bytes,
                 order="ids ascending, VINs and claim numbers random", store_MiB=self.megabytes(store),
                 sqlite_MiB=os.path.getsize(database) >> 20, business_seconds=took(decided), sqlite_seconds=took(peer),
                 sqlite=f"{peer[0]['version']}, one transaction, synchronous=FULL, rollback journal, 64 MiB cache, "
                        "indices on claim number and VIN")
        self.row("structural step alone", each(read) / each(bare), "x bare parse", None, True,
                 us_a_claim=each(read), cpu_us_a_claim=each(read, "cpu_seconds"), bare_us_a_claim=each(bare),
                 seconds=took(read), spool_MiB=os.path.getsize(spool) >> 20)
        self.row("adjudication alone, one core", 1e6 / each(alone), "claims/s", None, False, us_a_claim=each(alone),
                 seconds=took(alone), what="every check of every record, nothing written, no earlier claims; decoding "
                 "the record included")
        self.remove(store)
        os.unlink(database)

    # ---- the same with a full store ----

    def grow(self, seed):
        self.run(self.program, "load", "-d", self.store, self.tables(seed))
        return self.import_timed(self.store, seed)

    def import_into_full(self):
        growing = []
        for seed in range(FIRST + 1, FIRST + self.size["stored"]):
            growing.append(self.grow(seed))
            say(f"{(seed - FIRST + 1) * self.size['claims']:,} claims stored")
        seen, first = [], FIRST + self.size["stored"]
        self.stored = self.size["stored"] * self.size["claims"]
        for seed in range(first, first + self.size["full"]):
            seen.append(self.grow(seed))
        self.at_full = median([s["seconds"] for s in seen])
        self.import_row(f"import, {self.stored:,} claims stored", 3.5, 2.0, seen,
                        stored_claims=[self.stored + i * self.size["claims"] for i in range(self.size["full"])],
                        on_the_way_seconds=seconds(g["seconds"] for g in growing),
                        batches="each of its own seed: the first world's tables, new vehicles, prefixed claim numbers")
        self.memory_row(f"memory while importing, {self.stored:,} claims stored", growing + seen)

    def decay(self):
        """On to ten times as many claims; each world is made, imported and removed."""
        per, seed = self.size["claims"], FIRST + self.size["stored"] + self.size["full"]
        seen = []
        while len(seen) < self.size["full"]:
            self.make_worlds(seed, f"{seed}-{seed}")
            timed = self.grow(seed)
            if (seed - FIRST) * per >= 10 * self.stored:
                seen.append(timed)
            self.remove(os.path.join(self.worlds, str(seed)))
            seed += 1
            say(f"{(seed - FIRST) * per:,} claims stored, the last batch took {timed['seconds']:.2f} s")
        slower = median([s["seconds"] for s in seen]) / self.at_full - 1
        self.row(f"decay from {self.stored:,} to {10 * self.stored:,} claims", 100 * slower, "%", 20, True,
                 import_seconds=seconds(s["seconds"] for s in seen), before_seconds=round(self.at_full, 3),
                 store_MiB=self.megabytes(self.store))

    # ---- all of it ----

    def all(self):
        self.make_worlds(FIRST + self.size["stored"] + self.size["full"] - 1)
        say("worlds: " + self.generator)
        self.load_before = os.getloadavg()[0]
        claims = f"{self.size['claims']:,} claims stored"
        self.guarded("load", self.load)
        self.guarded("the steps apart, and SQLite", self.steps)
        self.guarded("import into an empty store", self.import_into_empty)
        self.guarded("verify and rebuild", self.audit, getattr(self, "store", ""), claims, 3)
        self.guarded("small commands", self.command_rows)
        self.guarded("the parts loop", self.parts_rows)
        self.guarded("settlement", self.settle_rows)
        self.guarded("import into a full store", self.import_into_full)
        if hasattr(self, "at_full"):
            stored = (self.size["stored"] + self.size["full"]) * self.size["claims"]
            self.guarded("verify and rebuild, full store", self.audit, self.store, f"{stored:,} claims stored", 1)
            self.guarded("quality", self.quality_rows)
            if self.args.large:
                self.guarded("decay", self.decay)
        self.remove(self.work)

    def print(self):
        size = self.size
        print(f"world: {self.generator}\n       {size['claims']:,} claims, {size['vehicles']:,} vehicles, "
              f"{size['dealers']} dealers, {size['parts']:,} parts a batch; {os.cpu_count()} cores, "
              f"load {self.load_before:.1f} before, {os.getloadavg()[0]:.1f} after"
              + ("; SMALL: not for the record" if self.args.small else ""))
        if self.load_before > 1:
            print("       the machine was busy with other things: two threads suffer more from that than one")
        print(f"{'row':44} {'value':>10} {'':24} {'goal':>10}  ")
        for r in self.rows:
            number = "{:,.0f}" if abs(r["ratio"]) >= 1000 else "{:.2f}"
            goal = "" if r["goal"] is None else ("<= " if r["at_most"] else ">= ") + f"{r['goal']:,}"
            met = {None: "", True: "met", False: "MISSED"}[r["met"]]
            print(f"{r['row']:44} {number.format(r['ratio']):>10} {r['unit']:24} {goal:>10}  {met}")
            print("".join(f"    {line}\n" for line in self.lines(r["details"])), end="")
        for b in self.broken:
            print(f"{b['row']}: NOT MEASURED: {b['problem']}")

    def report(self):
        """The rows; each says in what world it was measured."""
        world = {"generator": self.generator, "first_seed": FIRST, "small": self.args.small, "cores": os.cpu_count(),
                 "load_before": self.load_before, **{name: self.size[name] for name in WORLD}}
        for row in self.rows:
            row["details"]["world"] = world
        return self.rows + self.broken

    @staticmethod
    def lines(details):
        text, line = [], ""
        for name, value in details.items():
            piece = f"{name.replace('_', ' ')} {str(value).replace(chr(39), '')}"
            if line and len(line) + len(piece) > 110:
                text.append(line)
                line = ""
            line += ("; " if line else "") + piece
        return text + [line] if line else text


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True)
    parser.add_argument("--oracle", default="../shared/oracle")
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--large", action="store_true")
    bench = Bench(parser.parse_args())
    bench.all()
    bench.print()
    report = os.path.join(bench.args.build, "bench.json")
    with open(report + ".new", "w", encoding="utf-8") as f:
        json.dump(bench.report(), f, indent=1)
        f.write("\n")
    os.rename(report + ".new", report)
    print(f"all of it: {report}")
    return 1 if bench.broken else 0


if __name__ == "__main__":
    sys.exit(main())
