"""The books a second time: recount.py WLEDGER LEDGER

From the bodies and decisions of the journal it works out again, by docs/rules.md, what each claim, settlement and
transfer is worth. What that moves for dealers must be what the postings of each entry say; at the end all balances,
claims, settlements and payments must be what the program lists.
"""
import collections
import csv
import io
import subprocess
import sys
from types import SimpleNamespace as Thing

from journal import cbor, entries

wledger, ledger = sys.argv[1:]
KINDS = dict(enumerate("expense-warranty expense-part expense-extended expense-campaign expense-goodwill expense-pdi "
                       "expense-service accrued payable input-tax bank recovery receivable vehicle-sale "
                       "bank-received".split(), 1))
ADDED_UP = ("recovery", "receivable", "vehicle-sale", "bank-received")  # no more than that: not of dealers' claims
CHARGEBACK, APPROVED = 26, 2  # a command; a decision, as are those above it
failed = 0


def check(what, ours, theirs):
    global failed
    if ours != theirs:
        failed += 1
        if failed <= 20:
            print(f"FAIL recount: {what}: {ours!r} recounted, {theirs!r} by the program", file=sys.stderr)


def percent_of(value, percent):
    """Half away from zero; per cent x 10^6."""
    return (2 * abs(value * percent) + 10**8) // (2 * 10**8) * (1 if value * percent >= 0 else -1)


# ---- what there is ----

now = Thing(entry=0, day=0, zone=0)
journal, tax, claims, settlements, transfers, by_hand = [], {}, {}, {}, {}, {}
charges = collections.defaultdict(dict)  # open ones of (dealer, currency): amounts by entry
newest, drafted = {}, collections.defaultdict(list)  # settlement of (dealer, currency); entries of a settlement
balances, moved = collections.Counter(), collections.Counter()  # in all; by the entry at hand


def move(of, whose, to, by_whom, currency, amount):
    moved[of, whose, currency] -= amount
    moved[to, by_whom, currency] += amount


def on_rows(body, out, at=0):
    while body[1] == 1 and at < len(body[2] or b""):  # dealers
        row, at = cbor(body[2], at)
        tax[row[1]] = row[6] or 0


# ---- claims ----

def decide(claim, out, at=4):
    """The decision whose fields begin at a tag of the outcome. What is accrued follows; once settled nothing is."""
    total, left = out[at + 6] or 0, out[at + 14]
    gross = sum(out[at + 2 + i] or 0 for i in range(4))
    claim.decided = total
    if claim.settlement:
        return
    check(f"entry {now.entry}: sum", gross if left is None else min(percent_of(gross, out[at + 15]), left), total)
    worth, claim.currency = total if out[at] >= APPROVED else 0, claim.currency if claim.worth else out[at + 1]
    move("expense-" + claim.type, "", "accrued", claim.dealer, claim.currency, worth - claim.worth)
    claim.worth, claim.total, claim.day = worth, total, now.day


def charge(claim, amount, reversed_entry=None):
    """Taken back; below 0 given back: a chargeback that no settlement netted goes, else there is a credit."""
    of = charges[claim.dealer, claim.currency]
    move("payable", claim.dealer, "expense-" + claim.type, "", claim.currency, amount)
    claim.charged_back += amount
    if reversed_entry in of:
        del of[reversed_entry]
    elif amount:
        of[now.entry] = amount


def on_claim(body, out):
    if out[20] is not None:
        claims[out[20]] = claim = Thing(name=f"{body[1]}/{body[2]}", dealer=body[1], type=body[4], currency=out[5],
                                        worth=0, charged_back=0, settlement=None, signed=False)
        decide(claim, out)


def on_decision(body, out):
    claim = claims.get(out[20])
    if not claim or out[4] is None:
        return
    before, is_chargeback = claim.decided, journal[now.entry][8] == CHARGEBACK
    decide(claim, out)
    if claim.settlement:
        asked = body[4] if is_chargeback and body[4] is not None else before - claim.decided
        taken = max(0, min(asked, claim.worth - claim.charged_back))
        check(f"entry {now.entry}: charged back", taken, out[21 if is_chargeback else 22] or 0)
        charge(claim, taken)


def on_sign(body, out):
    claims[out[20]].signed = True
    on_decision(body, out)  # a form's approval may be in it


# ---- settlements and payments ----

def on_settle(body, out):
    drafted[out[4]].append(out)
    if out[12]:
        return
    parts, whose, before = drafted.pop(out[4]), (body[1], body[2]), settlements.get(newest.get((body[1], body[2])))
    lines = lambda tag: [n for part in parts for n in part[tag] or []]
    for n, amount in zip(lines(7), lines(8)):
        c = claims[n]
        check(f"settlement {out[4]}: {c.name}", (whose, c.worth, c.signed, c.day <= body[3], None),
              ((c.dealer, c.currency), amount, True, True, c.settlement))
        c.settlement = out[4]
    netted = dict(zip(lines(5), lines(6)))
    check(f"settlement {out[4]}: chargebacks", netted if out[13] else charges[whose], netted)
    charges[whose] = {n: amount for n, amount in charges[whose].items() if n not in netted}
    total, charged = sum(lines(8)), sum(netted.values())
    s = settlements[out[4]] = Thing(
        dealer=body[1], currency=body[2], total=total, charged=charged, tax=percent_of(total - charged, tax[body[1]]),
        carried=before.carried_on - before.owed if before else 0, paid=0, over=0, owed=0, state="issued", run=None)
    due = total - charged + s.tax + s.carried
    s.to_pay, s.carried_on, newest[whose] = max(due, 0), min(due, 0), out[4]
    move("accrued", body[1], "payable", body[1], body[2], total)
    move("input-tax", "", "payable", body[1], body[2], s.tax)


def left(s):
    return s.to_pay + s.over - s.paid


def pay(s, amount):
    move("payable", s.dealer, "bank", "", s.currency, amount)
    s.paid += amount


def on_pay(body, out):
    s = settlements[body[1]]
    check(f"entry {now.entry}: issued, in no run", ("issued", None), (s.state, s.run))
    by_hand[now.entry], s.state = left(s), "paid"
    pay(s, left(s))


def on_confirm(body, out):
    if body[2] in (None, settlements[body[1]].paid):
        settlements[body[1]].state = "confirmed"


def on_run(body, out):
    for t in out[9]:
        s = settlements[t[1]]
        check(f"payment {out[4]}: settlement {t[1]}", ("issued", None, s.currency, s.dealer, left(s)),
              (s.state, s.run, body[1], t[3], t[2]))
        s.run = out[4]
        transfers[out[4], t[1]] = Thing(amount=t[2], debited=0, returned=0, answered=False)


def on_bank(body, out):
    line, s = transfers.get((out[5], out[6])), settlements.get(out[6])
    if line is None or body[7] != s.currency:
        return
    debit, last, was = body[4] == 0, settlements[newest[s.dealer, s.currency]], max(0, line.debited - line.returned)
    line.answered, s.run = True, None if s.run == out[5] else s.run
    line.debited += body[5] if debit else 0
    line.returned += body[5] if body[4] in (1, 3) else 0
    change = max(0, line.debited - line.returned) - was
    over = max(0, change - left(s)) if change > 0 else -min(-change, last.owed, s.over)
    pay(s, change)
    s.over, last.owed = s.over + over, last.owed + over
    s.state = "issued" if left(s) > 0 else "paid" if debit and s.state == "issued" else s.state


def on_reverse(body, out):
    entry = journal[body[1]]
    if body[1] in by_hand:
        settlements[entry[9][1]].state = "issued"
        pay(settlements[entry[9][1]], -by_hand[body[1]])
    elif out[21] is not None:
        claim = claims[out[21]]
        decide(claim, out, 5)
        if claim.settlement:
            charge(claim, -(entry[10][21 if entry[8] == CHARGEBACK else 22] or 0), body[1])


ON = {1: lambda body, out: setattr(now, "zone", body[2] or 0), 2: on_rows, 5: on_claim, 10: on_decision, 11: on_sign,
      13: on_decision, 15: on_settle, 16: on_pay, 17: on_confirm, 23: on_decision, 24: on_decision, 25: on_decision,
      CHARGEBACK: on_decision, 27: on_run, 28: on_bank, 34: on_reverse, 50: on_decision, 67: on_sign}

for now.entry, entry in enumerate(entries(ledger)):
    journal.append(entry)
    now.day = (entry[3] + 60 * now.zone) // 86400
    moved.clear()
    if entry[10][1] is None and entry[8] in ON:
        ON[entry[8]](entry[9], entry[10])
    followed = {account: n for account, n in moved.items() if n}
    moved.clear()
    for p in entry[10][3] or []:
        if p[1] in KINDS:
            move(KINDS[p[1]], p[3] or "", KINDS[p[2]], p[4] or "", p[5], p[7])
    check(f"entry {now.entry}, command {entry[8]}", followed,
          {account: n for account, n in moved.items() if n and account[0] not in ADDED_UP})
    balances.update(moved)


# ---- what the program lists ----

def rows(table):
    answer = subprocess.run([wledger, "list", table, "-d", ledger, "--csv"], stdout=subprocess.PIPE, check=True)
    return list(csv.DictReader(io.StringIO(answer.stdout.decode())))


def minor(row, *columns):
    return [int(row[column].replace(".", "") or 0) for column in columns]


check("balances", {account: n for account, n in balances.items() if n},
      {(r["account"], r["party"], r["unit"]): minor(r, "balance")[0] for r in rows("balances") if r["book"] == "money"})
for r, c in zip(rows("claims"), (claims[n] for n in range(len(claims)))):
    check("claim", [c.name, c.worth if c.settlement else c.total, c.charged_back, c.settlement or 0],
          [r["claim"]] + minor(r, "total", "charged_back", "settlement"))
for r in rows("settlements"):
    s = settlements[int(r["settlement"])]
    check(f"settlement {r['settlement']}",
          [s.dealer, s.currency, s.state, s.total, s.charged, s.tax, s.carried, s.to_pay, s.carried_on],
          [r[name] for name in ("dealer_id", "currency", "state")] +
          minor(r, "total", "chargebacks", "tax", "carried", "to_pay", "carried_on"))
for r in rows("payments"):
    of = [t for (payment, _), t in transfers.items() if payment == int(r["payment"])]
    check(f"payment {r['payment']}", [len(of), sum(t.amount for t in of), sum(t.answered for t in of)],
          minor(r, "transfers", "total", "answered"))
# What stands behind the balances: claims not settled; what is left to pay, less debts.
behind = collections.Counter()
for c in claims.values():
    behind["accrued", c.dealer, c.currency] += 0 if c.settlement else c.worth
for n, s in settlements.items():
    debt = s.carried_on - s.owed if newest[s.dealer, s.currency] == n else 0
    behind["payable", s.dealer, s.currency] += left(s) + debt
for whose, of in charges.items():
    behind[("payable", *whose)] -= sum(of.values())
for account, n in behind.items():
    check(account, n, balances[account])
print(f"recount: {len(journal)} entries, {len(claims)} claims, {len(settlements)} settlements; {failed} differences")
sys.exit(1 if failed or not settlements else 0)
