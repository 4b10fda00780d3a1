"""The reports of quality, computed again from what the ledger exports and from the tables that were loaded:
test_quality.py WLEDGER WORLD FOLDER

A world is loaded, adjudicated, reviewed, signed and settled; some claims are charged back, by lines, by an amount, in
whole. Then every figure of every report must come out the same here, to the minor unit, without a line of the program's
code: by each key, by pairs of them, under filters. What it prints last is how many figures it compared.
"""
import collections
import concurrent.futures
import csv
import datetime
import decimal
import io
import itertools
import json
import os
import subprocess
import sys
import xml.etree.ElementTree

KEYS = ("component", "fault", "cause", "part", "supplier", "batch", "model", "dealer", "month", "service-month", "type")
NAMED = {"fault": ("faults", "description"), "part": ("parts", "description"), "supplier": ("suppliers", "name"),
         "model": ("models", "name"), "dealer": ("dealers", "name")}
FAILURES = {"warranty", "part", "extended", "goodwill"}
DIGITS = {"JPY": 0, "KWD": 3}
D = decimal.Decimal
decimal.getcontext().prec = 60


def digits(currency):
    return DIGITS.get(currency, 2)


def rounded(numerator, denominator):
    """Half away from zero."""
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


def text(value, places):
    """A scaled integer as the program prints it."""
    sign = "-" if value < 0 else ""
    whole, rest = divmod(abs(value), 10 ** places)
    return f"{sign}{whole}" + (f".{rest:0{places}d}" if places else "")


def scaled(value, places):
    return int(D(value).scaleb(places).to_integral_exact())


def day(value):
    return datetime.date.fromisoformat(value)


def add_months(date, n):
    month = date.year * 12 + date.month - 1 + n
    year, month = divmod(month, 12)
    last = (datetime.date(year + month // 11, (month + 1) % 12 + 1, 1) - datetime.timedelta(1)).day
    return datetime.date(year, month + 1, min(date.day, last))


def months_between(begin, end):
    n = (end.year - begin.year) * 12 + end.month - begin.month + 1
    while add_months(begin, n) > end:
        n -= 1
    return n


class Program:
    def __init__(self, path, ledger):
        self.path, self.ledger = path, ledger

    def run(self, *arguments, given=None):
        done = subprocess.run([self.path, *arguments, "-d", self.ledger], input=given, text=True, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if done.returncode != 0:
            raise SystemExit(f"wledger {' '.join(arguments)}: exit {done.returncode}: {done.stderr or done.stdout}")
        return done.stdout

    def rows(self, *arguments):
        return list(csv.DictReader(io.StringIO(self.run(*arguments, "--csv"))))


def table(world, name):
    with open(os.path.join(world, name + ".csv"), encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


# ---- a settled history ----

def make_history(program, world):
    act = ("--by", "test", "--at")
    program.run("init", "--oem", "Test", *act, "2026-07-01")
    program.run("load", *act, "2026-07-01", world)
    program.run("import", *act, "2026-07-02", os.path.join(world, "claims.xml.gz"))
    while True:
        waiting = [r["claim"] for r in program.rows("list", "queue") if r["seat"] != "-"]
        if not waiting:
            break
        program.run("review", "--approve", "--from", "-", *act, "2026-07-03", given="\n".join(waiting) + "\n")
    decided = [r for r in program.rows("list", "claims") if r["state"] in ("approved", "partial")]
    for r in decided[::40]:
        subprocess.run([program.path, "correct", r["claim"], "--line", "labour:1=1", "--reason", "half", "--by",
                        "auditor", "--at", "2026-07-04", "-d", program.ledger], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=False)
    decided = [r for r in program.rows("list", "claims") if r["state"] in ("approved", "partial")]
    program.run("sign", "--from", "-", *act, "2026-07-05", given="".join(r["claim"] + "\n" for r in decided))
    owing = [r["claim"] for r in decided if r["open_returns"] != "0"]
    program.run("waive", "--reason", "scrapped", "--from", "-", *act, "2026-07-05", given="\n".join(owing) + "\n")
    program.run("settle", "--all", "--to", "2026-07-31", "--quiet", *act, "2026-07-31")
    recover(program, act)
    settled, before = program.rows("list", "claims", "--state", "settled"), {}
    for i, r in enumerate(settled[::25]):
        before[r["claim"]] = shown(program, r["claim"])
        smallest = text(1, digits(r["currency"]))
        how = (["--amount", smallest], ["--line", "labour:1=0"], [])[i % 3]
        if i % 3 == 1 and not before[r["claim"]].get("labour_lines"):
            how = []
        program.run("chargeback", r["claim"], *how, "--reason", "audit", "--evidence", "A1", *act, "2026-08-03")
    return len(settled), before


def recover(program, act):
    """Of five suppliers' claims one is accepted and paid, one in part; others are disputed, refused, not answered."""
    program.run("recovery", "find", *act, "2026-08-01")
    suppliers = sorted({r["supplier_id"] for r in program.rows("list", "recoveries") if r["currency"] == "CNY"})[:5]
    answers = (["--accept"], ["--accept", "--line", "1=0.01"], ["--dispute"], ["--refuse"], None)
    for number, (supplier, answer) in enumerate(zip(suppliers, answers), 1):
        program.run("recovery", "claim", supplier, "--currency", "CNY", *act, "2026-08-02")
        if answer:
            program.run("recovery", "answer", str(number), *answer, "--reason", "why", *act, "2026-08-02")
    program.run("recovery", "pay", "1", "--reference", "R1", *act, "2026-08-02")


def shown(program, claim):
    return json.loads(program.run("show", "claim", claim, "--json"))


# ---- claims as this test sees them ----

class Claim:
    def __init__(self, row, view, world):
        claimed, decision, c = view["claimed"], view["decision"], row["currency"]
        minor = digits(c)
        self.claim, self.currency, self.dealer = row["claim"], c, claimed["dealer_id"]
        self.type, self.vin = claimed["type"], claimed["vin"]
        self.repaired, self.submitted = day(claimed["repair_date"]), day(claimed["submit_date"])
        self.fault, self.part = claimed["fault_code"], claimed.get("causal_part", "")
        self.charged_back = scaled(row["charged_back"] or "0", minor)
        self.total = scaled(row["total"], minor) - self.charged_back
        for what in ("labour", "parts", "handling", "sublet"):
            setattr(self, what, scaled(decision[what], minor))
        self.partial = self.settled_as(view) == "partial"
        self.findings = {f["finding"] if "finding" in f else f["name"] for f in view["findings"]}
        self.hours = self.hours_left(view, world, minor)
        self.lines = collections.Counter()
        for line in view.get("part_lines", []):
            self.lines[line["part_id"]] += scaled(line.get("approved", "0"), minor)
        vehicle = world.vehicles.get(self.vin)
        self.model, self.batch = (vehicle["model_id"], vehicle["production_batch"]) if vehicle else ("", "")
        self.sold = day(vehicle["sale_date"]) if vehicle and vehicle["sale_date"] else None
        fault, part = world.faults.get(self.fault), world.parts.get(self.part)
        self.component, self.cause = (fault["component"], fault["cause"]) if fault else ("", "")
        self.supplier = part["supplier_id"] if part else ""
        self.month = self.repaired.strftime("%Y-%m")
        self.service = months_between(self.sold, self.repaired) if self.sold and self.sold <= self.repaired else None

    @staticmethod
    def settled_as(view):
        decided = [h["decision"] for h in view["history"] if h.get("decision")]
        until = [h.get("command") for h in view["history"]]
        if "settle" in until:
            decided = [h["decision"] for h in view["history"][:until.index("settle")] if h.get("decision")]
        return decided[-1]

    def hours_left(self, view, world, minor):
        """Hours approved when the lines were priced, less what labour lost since."""
        rate = max((r for r in world.rates[self.dealer] if day(r["from_date"]) <= self.repaired),
                   key=lambda r: r["from_date"], default=None)
        hours = labour = 0
        for line in view.get("labour_lines", []):
            operation = world.operations.get(line["op_code"])
            claimed = scaled(line["hours"], 2)
            if not operation or claimed <= 0 or not rate or self.wrong_operation(line, view, world):
                continue
            claimed = min(claimed, scaled(operation["standard_hours"], 2))
            amount = rounded(claimed * scaled(rate["rate"], 4), 10 ** (6 - minor))
            labour += amount
            hours += claimed if amount else 0
        return 0 if self.labour == 0 else hours if self.labour == labour else rounded(hours * self.labour, labour)

    def wrong_operation(self, line, view, world):
        campaign = world.campaigns.get(view["claimed"].get("campaign_id", ""))
        return self.type == "campaign" and campaign and campaign["op_code"] != line["op_code"]

    def key(self, key):
        if key == "service-month":
            return "" if self.service is None else str(self.service)
        return getattr(self, {"service-month": "service"}.get(key, key))


class World:
    def __init__(self, path):
        by = lambda name, key: {r[key]: r for r in table(path, name)}
        self.vehicles, self.faults = by("vehicles", "vin"), by("faults", "fault_code")
        self.parts = by("parts", "part_id")
        self.operations, self.campaigns = by("operations", "op_code"), by("campaigns", "campaign_id")
        self.tables = {name: by(name, key) for name, key in
                       (("faults", "fault_code"), ("parts", "part_id"), ("suppliers", "supplier_id"),
                        ("models", "model_id"), ("dealers", "dealer_id"))}
        self.rates = collections.defaultdict(list)
        for r in table(path, "labour_rates"):
            self.rates[r["dealer_id"]].append(r)
        self.prices = collections.defaultdict(list)
        for r in table(path, "part_prices"):
            self.prices[r["part_id"], r["currency"]].append(r)
        self.fits, self.policy = table(path, "fits"), table(path, "policy")

    def in_force(self, key, date):
        rows = [r for r in self.policy if r["key"] == key and day(r["from_date"]) <= date]
        return D(max(rows, key=lambda r: r["from_date"])["value"]) if rows else None


# ---- report quality ----

class Checker:
    def __init__(self, program, world, claims):
        self.program, self.world, self.claims, self.compared, self.wrong = program, world, claims, 0, 0

    def same(self, what, ours, theirs):
        self.compared += 1
        if ours != theirs:
            self.wrong += 1
            if self.wrong < 20:
                print(f"FAIL quality: {what}: {theirs!r} where {ours!r} is right", file=sys.stderr)

    def filtered(self, filters):
        def passes(c):
            for name, value in filters.items():
                if name == "from" and c.repaired < day(value) or name == "to" and c.repaired > day(value):
                    return False
                if name == "type" and c.type not in value.split(","):
                    return False
                if name not in ("from", "to", "type", "top") and getattr(c, name) != value:
                    return False
            return True
        return [c for c in self.claims if passes(c)]

    def until(self, filters):
        return day(filters["to"]) if "to" in filters else max(c.repaired for c in self.claims)

    def fleet(self, filters, until):
        return [v for v in self.world.vehicles.values() if v["sale_date"] and day(v["sale_date"]) <= until
                and filters.get("model", v["model_id"]) == v["model_id"]
                and filters.get("batch", v["production_batch"]) == v["production_batch"]]

    def in_service(self, keys, values, fleet, until, filters):
        if "dealer" in keys or "dealer" in filters or {"month", "service-month"} <= set(keys):
            return None
        for key, value in zip(keys, values):
            if key in ("model", "batch"):
                column = {"model": "model_id", "batch": "production_batch"}[key]
                fleet = [v for v in fleet if v[column] == value]
            if key == "month":
                fleet = [v for v in fleet if v["sale_date"][:7] <= value]
            if key == "service-month":
                if value == "":
                    return None
                fleet = [v for v in fleet if months_between(day(v["sale_date"]), until) >= int(value)]
        return len(fleet)

    def row(self, keys, values, rest, group, total, fleet, until, filters):
        currency = group[0].currency
        minor = digits(currency)
        add = lambda what: sum(getattr(c, what) for c in group)
        service = None if rest else self.in_service(keys, values, fleet, until, filters)
        own = add("total")
        row = dict(zip(keys, values))
        if keys[0] in NAMED:
            name, column = NAMED[keys[0]]
            row["name"] = "" if rest else self.world.tables[name].get(values[0], {}).get(column, "")
        row.update({"currency": currency, "claims": str(len(group)), "vehicles": str(len({c.vin for c in group})),
                    "hours": text(add("hours"), 2)})
        row.update({what: text(add(what), minor) for what in
                    ("labour", "parts", "handling", "sublet", "total", "charged_back")})
        row["share_percent"] = text(rounded(rounded(own * 10 ** 6, total), 100), 2) if total > 0 else ""
        row["in_service"] = "" if service is None else str(service)
        row["claims_per_1000"] = text(rounded(1000 * len(group) * 100, service), 2) if service else ""
        row["cost_per_vehicle"] = text(rounded(own, service), minor) if service else ""
        return row

    def expected(self, keys, filters):
        claims, until = self.filtered(filters), self.until(filters)
        fleet = self.fleet(filters, until)
        rows, is_month = [], lambda key: key in ("month", "service-month")
        number = lambda key, value: (int(value) + 1 if value else 0) if key == "service-month" else value
        for currency in sorted({c.currency for c in claims}):
            own = [c for c in claims if c.currency == currency]
            total, firsts, groups = sum(c.total for c in own), collections.Counter(), collections.defaultdict(list)
            for c in own:
                firsts[c.key(keys[0])] += c.total
            order = sorted(firsts, key=lambda v: (-firsts[v], v.encode()))
            kept = set(order[:int(filters["top"])] if "top" in filters else order)
            for c in own:
                first = c.key(keys[0])
                groups[(first if first in kept else None,) + tuple(c.key(k) for k in keys[1:])].append(c)

            def place(values):
                first = (values[0] is None, number(keys[0], values[0]) if is_month(keys[0]) and values[0] is not None
                         else order.index(values[0]) if values[0] is not None else 0)
                size = -sum(c.total for c in groups[values])
                if len(keys) == 1:
                    return (first,)
                return (first, number(keys[1], values[1]) if is_month(keys[1]) else "", size, values[1].encode())
            for values in sorted(groups, key=place):
                rest = values[0] is None
                shown_values = ("(rest)" if rest else values[0],) + values[1:]
                rows.append(self.row(keys, shown_values, rest, groups[values], total, fleet, until, filters))
        return rows

    def quality(self, keys, **filters):
        options = [o for name, value in filters.items() for o in ("--" + name, value)]
        theirs = self.program.rows("report", "quality", "--by", ",".join(keys), *options)
        ours = self.expected(keys, filters)
        what = f"by {','.join(keys)} {filters or ''}"
        self.same(what + ": rows", len(ours), len(theirs))
        for mine, other in zip(ours, theirs):
            for column, value in mine.items():
                self.same(f"{what}: {[mine[k] for k in keys]} {mine['currency']}: {column}", value, other[column])
            self.same(what + ": columns", list(mine), list(other))

    # ---- report batches ----

    def wilson(self, k, n, z, sign):
        """Times 10^9, exact to far beyond that."""
        k, n, z = D(k), D(n), D(z)
        root = (z * z / 4 + k * (n - k) / n).sqrt()
        return min(max((k + z * z / 2 + sign * z * root) / (n + z * z), D(0)), D(1)) * 10 ** 9

    def batches(self, z="1.644854", least=20, within=None, **filters):
        options = [o for name, value in filters.items() for o in ("--" + name, value)]
        options += ["--least", str(least)] + (["--within", str(within)] if within else [])
        options += ["--confidence", "99.9"] if z == "3.090232" else []
        theirs = {(r["model"], r["batch"]): r for r in self.program.rows("report", "batches", *options)}
        until, what = self.until(filters), f"batches {filters} {within or ''}"
        claims = collections.Counter(
            c.vin for c in self.filtered(filters) if (c.type in FAILURES or "type" in filters)
            and (not within or c.sold and (c.service is None or c.service < within)))
        counts = collections.defaultdict(collections.Counter)
        for v in self.world.vehicles.values():
            for group in ((v["model_id"], v["production_batch"]), (v["model_id"], None)):
                n = counts[group]
                n["built"] += 1
                if not v["sale_date"] or day(v["sale_date"]) > until:
                    continue
                n["sold"] += 1
                if within and months_between(day(v["sale_date"]), until) < within:
                    continue
                n["vehicles"] += 1
                n["with_claim"] += claims[v["vin"]] > 0
                n["claims"] += claims[v["vin"]]
        told = [g for g, n in counts.items() if g[1] and n["vehicles"] >= least]
        self.same(what + ": rows", sorted(told), sorted(theirs))
        for group in told:
            self.batch(f"{what}: {group}", counts[group], counts[group[0], None], theirs.get(group, {}), z)
        return len(told)

    def batch(self, what, n, model, row, z):
        for column in ("built", "sold", "vehicles", "with_claim", "claims"):
            self.same(f"{what}: {column}", str(n[column]), row.get(column))
        others, hit = model["vehicles"] - n["vehicles"], model["with_claim"] - n["with_claim"]
        self.same(what + ": others", [str(others), str(hit)], [row.get("others"), row.get("others_with_claim")])
        percent = lambda k, m: text(rounded(rounded(k * 10 ** 9, m), 10 ** 4), 3) if m else ""
        self.same(what + ": rate", percent(n["with_claim"], n["vehicles"]), row.get("rate_percent"))
        self.same(what + ": others_rate", percent(hit, others), row.get("others_percent"))
        lower = self.wilson(n["with_claim"], n["vehicles"], z, -1)
        upper = self.wilson(n["with_claim"], n["vehicles"], z, 1)
        for name, exact, away in (("lower", lower, decimal.ROUND_FLOOR), ("upper", upper, decimal.ROUND_CEILING)):
            bound = int(exact.to_integral_value(away))
            near = {text(rounded(b, 10 ** 4), 3) for b in (bound - 1, bound, bound + 1)}
            self.same(f"{what}: {name}", True, row.get(name + "_percent") in near)
        above = others > 0 and lower * others > hit * 10 ** 9
        self.same(what + ": flag", "above" if above else "", row.get("flag"))

    # ---- report suppliers, prices, dealers ----

    def suppliers(self):
        theirs = {(r["supplier"], r["currency"]): r for r in self.program.rows("report", "suppliers")}
        sums, lines = collections.defaultdict(list), collections.Counter()
        for c in self.claims:
            sums[c.supplier, c.currency].append(c)
            for part, amount in c.lines.items():
                supplier = self.world.parts[part]["supplier_id"] if part in self.world.parts else ""
                lines[supplier, c.currency] += amount
        self.same("suppliers: rows", sorted(set(sums) | {k for k, v in lines.items() if v}), sorted(theirs))
        for key, group in sums.items():
            row, minor = theirs.get(key, {}), digits(key[1])
            own, all_of = sum(c.total for c in group), sum(c.total for c in self.claims if c.currency == key[1])
            ours = [str(len(group)), str(len({c.vin for c in group})), text(own, minor), text(lines[key], minor),
                    text(rounded(rounded(own * 10 ** 6, all_of), 100), 2)]
            self.same(f"supplier {key}", ours,
                      [row.get(k) for k in ("claims", "vehicles", "total", "parts", "share_percent")])
        self.recoveries(theirs)

    def recoveries(self, theirs):
        sums, paid = collections.defaultdict(collections.Counter), collections.Counter()
        for r in self.program.rows("list", "recoveries"):
            own, minor = sums[r["supplier_id"], r["currency"]], digits(r["currency"])
            amount, owed, state = scaled(r["amount"], minor), scaled(r["owed"] or "0", minor), r["state"]
            own["to_claim"] += amount if state == "open" else 0
            own["claimed"] += amount if r["supplier_claim"] and state != "withdrawn" else 0
            own["disputed"] += amount if state == "disputed" else 0
            own["accepted"] += owed if state == "accepted" else 0
            own["given_up"] += amount if state == "given-up" else amount - owed if state == "accepted" else 0
        for r in self.program.rows("list", "supplier-claims"):
            paid[r["supplier_id"], r["currency"]] += scaled(r["paid"], digits(r["currency"]))
        for column in ("to_claim", "claimed", "accepted", "disputed", "given_up"):
            self.same(f"suppliers: some {column}", True, any(own[column] for own in sums.values()))
        self.same("suppliers: some paid", True, any(paid.values()))
        for key, row in theirs.items():
            minor, own = digits(key[1]), sums[key]
            ours = [text(own[c], minor) for c in ("to_claim", "claimed", "accepted", "disputed", "given_up")]
            share = text(rounded(own["accepted"] * 1000, own["claimed"]), 1) if own["claimed"] else ""
            ours += [text(paid[key], minor), share]
            self.same(f"recoveries of supplier {key}", ours, [row.get(c) for c in (
                "to_claim", "claimed", "accepted", "disputed", "given_up", "paid", "accepted_percent")])

    def prices(self, on):
        theirs = {r["model"]: r for r in self.program.rows("report", "prices", "--on", on)}
        parts = collections.defaultdict(set)
        for c in self.claims:
            parts[c.model] |= {p for p, amount in c.paid.items() if amount > 0}
        for fit in self.world.fits:
            if fit["vin"] in self.world.vehicles:
                parts[self.world.vehicles[fit["vin"]]["model_id"]].add(fit["part_id"])
        self.same("prices: rows", sorted(m for m in parts if parts[m]), sorted(theirs))
        for model, own in parts.items():
            if own:
                self.price(model, own, on, theirs.get(model, {}))

    def price(self, model, own, on, row):
        listed = self.world.tables["models"][model]
        currency, found = listed["currency"], []
        for part in own:
            in_force = [r for r in self.world.prices[part, currency] if r["from_date"] <= on]
            if in_force:
                found.append(scaled(max(in_force, key=lambda r: r["from_date"])["price"], 4))
        ratio = rounded(rounded(sum(found) * 10 ** 6, scaled(listed["list_price"], 4)), 100)
        minor = digits(currency)
        ours = [str(len(own)), str(len(found)), text(rounded(sum(found), 10 ** (4 - minor)), minor), text(ratio, 2)]
        self.same(f"prices of {model}", ours,
                  [row.get(k) for k in ("parts", "parts_priced", "parts_price", "ratio_percent")])

    def dealers(self, everything, obligations):
        theirs = {(r["dealer"], r["currency"]): r for r in self.program.rows("report", "dealers")}
        n = collections.defaultdict(collections.Counter)
        settled = {c.claim: c for c in self.claims}
        dealer_of, versions = {}, set()
        for r in everything:
            key = (r["claim"].split("/")[0], r["currency"])
            dealer_of[r["claim"]], score = key, n[key]
            score["claims"] += 1
            state = r["state"] if r["state"] in ("approved", "partial", "rejected", "referred") else None
            score[state or ("partial" if settled[r["claim"]].partial else "approved")] += 1
            delay = (day(r["submit_date"]) - day(r["repair_date"])).days
            if r["claim"] not in versions and delay >= 0:
                limit = self.world.in_force("submit_days", day(r["repair_date"]))
                score["first"] += 1
                score["delay"] += delay
                score["late"] += limit is not None and delay > limit
            versions.add(r["claim"])
        for o in obligations:
            n[dealer_of[o["claim"]]]["returns"] += 1
        for key in self.repeats():
            n[key]["repeats"] += 1
        self.same("dealers: rows", sorted(n), sorted(theirs))
        for key, score in n.items():
            own = [c for c in self.claims if (c.dealer, c.currency) == key]
            score.update({"settled": len(own), "vehicles": len({c.vin for c in own}),
                          "charged_back_claims": sum(c.charged_back > 0 for c in own),
                          "corrected": sum(c.corrected for c in own)})
            self.dealer(key, score, own, theirs.get(key, {}))

    def dealer(self, key, score, own, row):
        for what in ("claims", "approved", "partial", "rejected", "referred", "returns", "settled", "vehicles",
                     "repeats", "charged_back_claims", "corrected"):
            self.same(f"dealer {key}: {what}", str(score[what]), row.get(what))
        minor, total = digits(key[1]), sum(c.total for c in own)
        share = lambda a, b: text(rounded(a * 1000, b), 1) if b else ""
        good = score["approved"] + score["partial"]
        ours = [share(good, good + score["rejected"]), text(rounded(score["delay"] * 10, score["first"]), 1),
                share(score["late"], score["first"]), text(total, minor),
                text(rounded(total, score["vehicles"]), minor) if score["vehicles"] else "",
                share(score["repeats"], score["settled"])]
        self.same(f"dealer {key}: rates", ours, [row.get(k) for k in (
            "approved_percent", "delay_days", "late_percent", "total", "cost_per_vehicle", "repeats_percent")])

    def repeats(self):
        seen = collections.defaultdict(list)
        for c in self.claims:
            seen[c.vin, c.component].append(c)
        for (_, component), group in seen.items():
            group.sort(key=lambda c: (c.repaired, c.order))
            for before, c in zip([None] + group, group):
                limit = self.world.in_force("duplicate_days", c.repaired)
                again = before and component and limit is not None and (c.repaired - before.repaired).days <= limit
                if c.type in FAILURES and (again or "repeat-repair" in c.findings):
                    yield c.dealer, c.currency


# ---- charts ----

def charts(check, folder):
    for name, arguments in (("quality", ("--by", "component")), ("quality", ("--by", "month")),
                            ("quality", ("--by", "model,month")), ("quality", ("--by", "part")),
                            ("batches", ("--least", "2")), ("suppliers", ()), ("dealers", ())):
        paths = [os.path.join(folder, f"{name}-{i}.svg") for i in range(2)]
        for path in paths:
            check.program.run("report", name, *arguments, "--svg", path)
        drawn = [open(path, "rb").read() for path in paths]
        check.same(f"chart of {name} {arguments}: the same bytes again", True, drawn[0] == drawn[1])
        root = xml.etree.ElementTree.fromstring(drawn[0])
        check.same(f"chart of {name}: its root", "{http://www.w3.org/2000/svg}svg", root.tag)
        said = "".join(root.find("{http://www.w3.org/2000/svg}desc").itertext())
        if name == "quality":
            for row in check.expected((arguments[1].split(",")[0],), {})[:5]:
                check.same(f"chart of {name} {arguments}: {row}", True, list(row.values())[0] in said)
            if arguments[1] == "component":
                for row in check.expected(("component",), {}):
                    line = f"{row['component']}: {row['total']} {row['currency']}\n"
                    check.same(f"chart of components: {line}", True, line in said)


def main():
    wledger, path, folder = sys.argv[1:]
    program, world = Program(wledger, os.path.join(folder, "ledger")), World(path)
    settled, before = make_history(program, path)
    everything = program.rows("list", "claims")
    rows = [r for r in everything if r["state"] in ("settled", "paid", "confirmed", "charged-back")]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        views = list(pool.map(lambda r: shown(program, r["claim"]), rows))
    claims = []
    for order, (row, view) in enumerate(zip(rows, views)):
        c = Claim(row, view, world)
        c.order, c.corrected = order, any(h.get("command") == "correct" for h in view["history"])
        c.paid = Claim(row, before[row["claim"]], world).lines if row["claim"] in before else c.lines
        claims.append(c)
    check = Checker(program, world, claims)
    check.same("claims that were settled", settled, len(claims))
    check.same("claims charged back, and corrected", True, len(before) > 10 and any(c.corrected for c in claims))
    for key in KEYS:
        check.quality((key,))
    for i, step in itertools.product(range(len(KEYS)), (1, 4, 6)):
        check.quality((KEYS[i], KEYS[(i + step) % len(KEYS)]))
    some = claims[len(claims) // 2]
    for keys in (("component",), ("month", "type"), ("dealer",), ("batch",)):
        check.quality(keys, **{"from": "2024-01-01"})
        check.quality(keys, **{"from": "2024-03-01", "to": "2025-06-30"})
        check.quality(keys, type="warranty,part")
        for name in ("dealer", "model", "batch", "component", "fault", "part", "supplier", "currency"):
            check.quality(keys, **{name: getattr(some, name)})
    for key in ("component", "part", "dealer", "model"):
        check.quality((key,), top="3")
        check.quality((key, "month"), top="2")
    told = check.batches(least=2) + check.batches(least=1, z="3.090232") + check.batches(least=1, within=6)
    told += check.batches(least=1, supplier=some.supplier) + check.batches(least=1, part=some.part)
    told += check.batches(least=1, component=some.component) + check.batches(least=1, to="2025-06-30", within=12)
    check.same("batches that were told", True, told > 100)
    check.suppliers()
    check.prices("2026-07-01")
    check.dealers(everything, program.rows("list", "obligations"))
    charts(check, folder)
    check.same("verify", True, "verified" in program.run("verify"))
    print(f"{check.compared} figures compared, {check.wrong} wrong")
    return 1 if check.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
