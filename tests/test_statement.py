#!/usr/bin/env python3
"""A settlement's documents are the same bytes for ever: test_statement.py WLEDGER FIXTURES FOLDER

Settles, writes every statement (CSV, PDF) and advisory, goes on with some 10,000 commands of all kinds (with WL_QUICK
set: fewer), and writes them again: from the same ledger, from one rebuilt from its journal, and from a copy of the time.
"""
import csv
import datetime
import io
import os
import re
import shutil
import subprocess
import sys

wledger, fixtures, folder = (os.path.abspath(path) for path in sys.argv[1:4])
quick = "WL_QUICK" in os.environ
ledger = os.path.join(folder, "ledger")
COMMANDS = 1500 if quick else 10000  # at least, between the two writings
day = 0
passed = failed = 0


def run(*args, store=ledger, exits=(0, 1), names=None, binary=False):
    command = [wledger, *args, "-d", store]
    if names is not None:
        command += ["--from", "-"]
    done = subprocess.run(command, input="".join(f"{name}\n" for name in names or []).encode(), check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "LC_ALL": "C.UTF-8"})
    if done.returncode not in exits:
        said = done.stderr.decode() + done.stdout.decode()[:500]
        sys.exit(f"{' '.join(command)}: exit code {done.returncode}: {said}")
    return done.stdout if binary else done.stdout.decode()


def tomorrow():
    global day
    day += 1
    return str(datetime.date(2026, 7, 1) + datetime.timedelta(day))


def do(*args, **more):
    """A command of business, on the next day."""
    return run(*args, "--at", tomorrow(), "--by", more.pop("by", "clerk"), **more)


def rows(*args, **more):
    return list(csv.DictReader(io.StringIO(run(*args, "--csv", **more))))


def ok(what, good):
    global passed, failed
    passed += bool(good)
    failed += not good
    if not good:
        print(f"FAIL statement: {what}", file=sys.stderr)


def claims(state):
    return [row["claim"] for row in rows("list", "claims", "--state", state)]


def entries():
    return next(int(row["value"]) for row in rows("stat") if row["what"] == "entries")


# ---- business ----

def sign_and_return(names):
    do("sign", "--name", "A. Customer", names=names)
    owed = sorted({row["claim"] for row in rows("list", "obligations", "--state", "open")})
    do("waive", "--reason", "campaign part", names=[name for i, name in enumerate(owed) if i % 3])
    back = [name for i, name in enumerate(owed) if i % 3 == 0]
    do("return", "receive", names=back)
    for i, outcome in enumerate(("accepted", "not-defective", "abuse")):
        do("return", "inspect", "--outcome", outcome, "--reason", f"bench test {i}", names=back[i::3])


def review_some():
    """Each desk's claims: approved, refused, with a line cut, sent back for information."""
    seated = [row["claim"] for row in rows("list", "queue") if row["seat"]]
    do("review", "--approve", names=seated[0::4])
    do("review", "--refuse", "--reason", "no proof of purchase, \"see letter\"", names=seated[1::4])
    do("information", "--reason", "which part failed first?", names=seated[2::4])
    for name in seated[3::40]:
        do("review", name, "--approve", "--line", "labour:1=1:one hour is enough")
    for name in claims("approved")[:8]:
        do("correct", name, "--line", "labour:1=0:of another repair", "--reason", "double", by="auditor")


def appeal_some():
    rejected = claims("rejected")
    do("appeal", "--reason", "the extension covers it", names=rejected[::2])
    seated = [row["claim"] for row in rows("list", "queue") if row["seat"]]
    do("review", "--approve", names=seated[::2], by="second")


def entry_of(answer):
    return next(csv.DictReader(io.StringIO(answer)))["entry"]


def charge_back_some():
    """The entries that charged back."""
    settled = claims("settled")
    return [entry_of(do("chargeback", name, *(["--amount", "1"] if i % 2 else []), "--reason", "audit",
                        "--evidence", f"AUD-{i}", "--csv")) for i, name in enumerate(settled[:12])]


def give_back(charged):
    for entry in charged:
        do("reverse", entry, "--reason", "the audit was of another dealer", exits=(0,))


def repair(n):
    """A claim from an appraisal form."""
    with open(os.path.join(fixtures, "demo", "vehicles.csv"), encoding="utf-8", newline="") as f:
        vehicle = list(csv.DictReader(f))[n]
    do("form", "open", vehicle["dealer_id"] or "D00014", vehicle["vin"], "--km", str(900 + n), "--type", "warranty",
       "--fault", "F0000", "--labour", "L00000", "--sublet", "TOW=50")
    form = str(n + 1)
    do("form", "submit", form)
    do("form", "review", "F" + form, "--approve")
    do("form", "start", form)
    do("form", "complete", form)
    do("form", "sign", form, "--name", "C. Customer")
    do("form", "claim", form)


def other_business(nth):
    """What moves parts and money beside the settlements."""
    tables = os.path.join(folder, f"accounts-{nth}")
    os.makedirs(tables)
    with open(os.path.join(tables, "bank_accounts.csv"), "w", encoding="utf-8") as f:
        f.write("party_id,currency,from_date,holder,account,kind,bic\n"
                f"*,CNY,2020-01-01,The OEM {nth},DE89370400440532013000,iban,COBADEFFXXX\n")
        for dealer in range(20):
            f.write(f"D{dealer:05},CNY,2020-01-01,Holder {nth},GB82WEST12345698765432,iban,\n")
    do("load", tables)
    do("payment", "run", "--currency", "CNY")
    do("payment", "reject", str(nth), *numbers[nth + 1 :: 4][:3], "--reason", "AC01", exits=(0, 1, 3))
    do("recovery", "find")
    do("recovery", "claim", "S000", "S001", "--currency", "CNY")
    do("recovery", "answer", str(nth), "--accept")
    do("recovery", "pay", str(nth), "--reference", f"TT-{nth}")
    do("sale", "receive", "LVGNYUUV3RL000000", "--dealer", "D00014", "--amount", "98000", "--currency", "CNY",
       "--reference", f"V-{nth}")
    do("deliver", "W-BJ", "--part", "P000131", "--quantity", "10")
    do("request", "D00014", "P000131", "--quantity", "2", "--reason", "worn")
    do("tick")
    repair(nth)


def settle():
    last = tomorrow()
    run("settle", "--all", "--to", last, "--quiet", "--at", last, "--by", "settling clerk")


def month():
    review_some()
    appeal_some()
    sign_and_return(claims("approved") + claims("partial"))
    settle()


def load_anew(nth):
    """Dealers with other names, regions and taxes; prices that are half again as high."""
    tables = os.path.join(folder, f"tables-{nth}")
    os.makedirs(tables)
    with open(os.path.join(fixtures, "demo", "dealers.csv"), encoding="utf-8", newline="") as f:
        dealers = list(csv.DictReader(f))
    for dealer in dealers:
        dealer.update(name=f"{dealer['name']} ({nth})", region="R9", country="ZZ",
                      tax_percent=str(int(dealer["tax_percent"]) + nth))
    with open(os.path.join(tables, "dealers.csv"), "w", encoding="utf-8", newline="") as f:
        writer = csv.DictWriter(f, list(dealers[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(dealers)
    do("load", tables)


def further_batch(world):
    """Another world's reference data and claims over what there is."""
    do("load", os.path.join(fixtures, world))
    do("import", os.path.join(fixtures, world, "claims.xml.gz"))


# ---- the documents ----

def write_all(store):
    """Every document of each settlement, or of some."""
    documents = {}
    for number in numbers[::5] if quick else numbers:
        documents[f"{number}.csv"] = run("export", "statement", number, "--csv", store=store, exits=(0,), binary=True)
        documents[f"{number}.xml"] = run("export", "advisory", "--settlement", number, store=store, exits=(0,),
                                         binary=True)
    for number in numbers[:2 if quick else 6]:
        for language in ("en", "zh"):
            documents[f"{number}-{language}.pdf"] = run("export", "statement", number, "--pdf", "--language", language,
                                                        store=store, exits=(0,), binary=True)
    return documents


def compare(what, before, store):
    after = write_all(store)
    ok(f"{what}: other documents", before.keys() == after.keys())
    for name, content in before.items():
        ok(f"{what}: {name} is another", content == after.get(name))


def cents(text):
    return int(text.replace(".", "")) if text else 0


def check_sums(number, text):
    """The lines of a statement add up to its totals and control totals."""
    lines = list(csv.DictReader(io.StringIO(text.decode())))
    of = lambda *records: [line for line in lines if line["record"] in records]
    values = lambda found: sum(cents(line["value"]) for line in found)
    total = {line["name"]: cents(line["value"]) for line in of("total")}
    control = {line["name"]: line for line in of("control")}
    told = of("claim", "chargeback", "credit")
    what = f"statement {number}"

    ok(f"{what}: claims", values(of("claim")) == total["claims"])
    ok(f"{what}: chargebacks", values(of("chargeback", "credit")) == total["chargebacks"])
    ok(f"{what}: net", total["claims"] + total["chargebacks"] == total["net"])
    ok(f"{what}: to pay", total["net"] + total["tax"] + total["carried"] == total["to_pay"] + total["carried_on"])
    ok(f"{what}: all lines", int(control["all"]["count"]) == len(told) and
       cents(control["all"]["value"]) == values(told))
    for decision in ("approved", "partial", "chargeback", "credit", "rejected", "info-requested"):
        found = [line for line in told if line["decision"] == decision]
        ok(f"{what}: {decision}", int(control[decision]["count"]) == len(found) and
           cents(control[decision]["value"]) == values(found))
    digits = lambda name: int("".join(c for c in name if c.isdigit())[-9:] or 0)
    ok(f"{what}: hash total", int(control["hash_total"]["value"]) == sum(digits(line["claim_no"]) for line in told))
    for line in of("claim"):
        parts = sum(cents(line[column]) for column in ("labour", "parts", "handling", "sublet"))
        ok(f"{what}: {line['claim_no']}", cents(line["total"]) == cents(line["value"]) and
           (parts == cents(line["total"]) or "goodwill-share" in line["findings"]))
    check_advisory(number, total["net"], len(of("chargeback")), len(of("credit")))
    return {line["decision"] for line in told}


def check_advisory(number, net, chargebacks, credits):
    """The advisory pays what the statement pays, before tax."""
    document = run("export", "advisory", "--settlement", number, exits=(0,), binary=True).decode()
    paid = [cents(amount) for amount in re.findall("<ToBePaidAmount[^>]*>([^<]*)<", document)]
    total = re.search("<TotalAmount[^>]*>([^<]*)<", document)
    what = f"advisory {number}"

    ok(f"{what}: total", cents(total[1]) == net and sum(paid) == net)
    ok(f"{what}: chargebacks", document.count("ReversalForDebitIndicator>true") == chargebacks)
    ok(f"{what}: credits", document.count("ReversalForCreditIndicator>true") == credits)


shutil.rmtree(folder, ignore_errors=True)
os.makedirs(folder)
run("init", "--oem", "Test Motors", "--at", "2026-07-01", exits=(0,))
do("load", os.path.join(fixtures, "demo"), exits=(0,))
do("import", os.path.join(fixtures, "demo", "claims.xml.gz"), exits=(0,))
repair(0)
month()
charged = charge_back_some()
month()
give_back(charged[::2])
charge_back_some()
month()
numbers = [row["settlement"] for row in rows("list", "settlements")]
before = write_all(ledger)
shutil.copytree(ledger, os.path.join(folder, "then"))
first = entries()
seen = set()
for number in numbers:
    seen |= check_sums(number, run("export", "statement", number, "--csv", exits=(0,), binary=True))
ok(f"lines of every kind, not only {sorted(seen)}",
   seen == {"approved", "partial", "chargeback", "credit", "rejected", "info-requested"})

load_anew(1)
charge_back_some()
do("forget", names=claims("settled")[::2])
for nth, world in enumerate(["world-2"] if quick else ["world-1", "world-2", "world-3", "demo"]):
    further_batch(world)
    load_anew(nth + 2)
    month()
    do("pay", names=numbers[nth::4])
    do("confirm", names=numbers[nth::4])
    give_back(charge_back_some()[::3])
    other_business(nth + 1)
while entries() < first + COMMANDS:
    settled = claims("settled") + claims("paid") + claims("confirmed")
    do("return", "inspect", "--outcome", "missing", names=settled)
    do("sign", "--name", "B. Customer", names=settled)
ok(f"{entries() - first} commands", entries() >= first + COMMANDS)

compare("after it all", before, ledger)
run("rebuild", os.path.join(folder, "rebuilt"), exits=(0,))
compare("rebuilt", before, os.path.join(folder, "rebuilt"))
compare("a copy of the time", before, os.path.join(folder, "then"))
run("verify", exits=(0,))
print(f"statement: {passed} passed, {failed} failed; {len(before)} documents of {len(numbers)} settlements, "
      f"{entries() - first} commands later")
sys.exit(1 if failed else 0)
