#!/bin/sh
# The money side of the journal, read by a program of plain-text accounting, has the balances that the ledger has:
# test_books.sh WLEDGER WORLD
wledger=$1 world=$2
. "$(dirname "$0")/lib.sh"
begin books
L=$tmp/ledger

# Balances that are not 0, as "account,currency,amount", sorted.
ours() {
    "$wledger" list balances -d "$L" --csv | python3 -B -c '
import csv, sys
for row in csv.DictReader(sys.stdin):
    if row["book"] == "money":
        print(row["account"] + (":" + row["party"] if row["party"] else ""), row["unit"], row["balance"], sep=",")' | sort
}
theirs() {
    hledger -f "$1" balance --flat -N --layout=bare -O csv | python3 -B -c '
import csv, sys, urllib.parse
for row in csv.DictReader(sys.stdin):
    print(urllib.parse.unquote(row["account"]), row["commodity"], row["balance"], sep=",")' | sort
}

mkdir "$tmp/world" && cp "$world"/*.csv "$world/claims.xml.gz" "$tmp/world/"
# A dealer whose id holds all that has a meaning in plain-text accounting: two blanks of Chinese text among it.
odd='D;0:1  (x)[%]*"店　　é'
for table in dealers labour_rates fits vehicles authorizations; do
    python3 -B - "$tmp/world/$table.csv" "$odd" <<'PY'
import csv, sys
path, odd = sys.argv[1:]
with open(path, encoding="utf-8", newline="") as f:
    rows = list(csv.reader(f))
at = rows[0].index("dealer_id")
for row in rows[1:]:
    if row[at] == "D00012":
        row[at] = odd
with open(path, "w", encoding="utf-8", newline="") as f:
    csv.writer(f, lineterminator="\n").writerows(rows)
PY
done
gzip -dc "$world/claims.xml.gz" | python3 -B -c '
import sys, html
sys.stdout.write(sys.stdin.read().replace(">D00012<", ">" + html.escape(sys.argv[1]) + "<"))' "$odd" >"$tmp/world/claims.xml"

new_ledger "$L" "$tmp/world" || not_ok "cannot be loaded"
exits "an empty journal" 0 "$wledger" export journal -d "$L" --format hledger -o "$tmp/none"
[ -s "$tmp/none" ] && not_ok "money where none moved" || ok
exits "import" 0 "$wledger" import -d "$L" --at 2026-07-02 --by test "$tmp/world/claims.xml"
"$wledger" decisions -d "$L" --json | python3 -B -c '
import json, sys
for row in json.load(sys.stdin):
    if row["decision"] in ("approved", "partial"):
        print(row["dealer_id"] + "/" + row["claim_no"])' >"$tmp/claims"
says "the odd dealer has claims" "^D;0:1" "$tmp/claims"
exits "sign" 0 "$wledger" sign -d "$L" --by test --at 2026-07-03 --from "$tmp/claims"
"$wledger" obligations -d "$L" --csv | python3 -B -c '
import csv, sys
for name in sorted({r["dealer_id"] + "/" + r["claim_no"] for r in csv.DictReader(sys.stdin)}):
    print(name)' >"$tmp/owing"
exits "waive" 0 "$wledger" waive -d "$L" --by test --at 2026-07-03 --reason "scrapped at the dealer" --from "$tmp/owing"
exits "settle" 0 "$wledger" settle -d "$L" --by test --at 2026-07-31 --all --to 2026-07-31
exits "pay" 0 "$wledger" pay -d "$L" --by test --at 2026-08-05 1 2 3
exits "confirm" 0 "$wledger" confirm -d "$L" --by test --at 2026-08-06 1

exits "without a format" 2 "$wledger" export journal -d "$L"
says "what to do" "format hledger" "$tmp/err"
exits "an unknown format" 2 "$wledger" export journal -d "$L" --format gnucash
exits "export" 0 "$wledger" export journal -d "$L" --format hledger -o "$tmp/books.journal"
says "how much moved money" "moved money" "$tmp/out"
exits "to standard output" 0 "$wledger" export journal -d "$L" --format hledger
same "the same bytes on standard output" "$tmp/out" "$tmp/books.journal"
hledger -f "$tmp/books.journal" check >"$tmp/out" 2>"$tmp/err" && ok || not_ok "hledger check: $(head -n 5 "$tmp/err")"
ours >"$tmp/ours"
theirs "$tmp/books.journal" >"$tmp/theirs"
[ "$(grep -c . "$tmp/ours")" -gt 20 ] && ok || not_ok "hardly any balances: $(cat "$tmp/ours")"
same "the balances" "$tmp/ours" "$tmp/theirs"
# Broken on purpose, so that the comparison is known to see it.
sed '0,/accrued:[^ ]*  [0-9]/s//accrued:other  1/' "$tmp/books.journal" >"$tmp/broken.journal"
theirs "$tmp/broken.journal" >"$tmp/theirs" 2>/dev/null
cmp -s "$tmp/ours" "$tmp/theirs" && not_ok "a changed amount goes unseen" || ok
finish
