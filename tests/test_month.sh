#!/bin/sh
# A scripted month at a clearing house: test_month.sh BUILD COUNT SEED. The program month runs it and checks the claims and
# the books; then the store is verified and made again; the books are made a second time from the journal, and by hledger.
build=$1 count=$2 seed=$3
wledger=$build/wledger
. "$(dirname "$0")/lib.sh"
begin month
L=$tmp/ledger
mkdir "$tmp/world"

"$build/month" "$L" "$tmp/world" "$count" "$seed" >"$tmp/said" 2>&1 || { cat "$tmp/said"; not_ok "the month"; finish; exit; }
cat "$tmp/said"
exits "verify" 0 "$wledger" verify -d "$L"
exits "rebuild, deciding again" 0 "$wledger" replay -d "$L"
holds "the books a second time" python3 -B "$(dirname "$0")/recount.py" "$wledger" "$L"
"$wledger" list balances -d "$L" --csv | python3 -B -c '
import csv, sys
for row in csv.DictReader(sys.stdin):
    if row["book"] == "money":
        print(row["account"] + (":" + row["party"] if row["party"] else ""), row["unit"], row["balance"], sep=",")' |
    sort >"$tmp/ours"
"$wledger" export journal -d "$L" --format hledger -o "$tmp/journal"
if command -v hledger >/dev/null; then
    hledger -f "$tmp/journal" balance --flat -N --layout=bare -O csv | python3 -B -c '
import csv, sys
for row in csv.DictReader(sys.stdin):
    print(row["account"], row["commodity"], row["balance"], sep=",")' | sort >"$tmp/theirs"
    same "hledger has other balances" "$tmp/ours" "$tmp/theirs"
else
    echo "left out: hledger is not here"
fi
schema=${ISO20022:-../shared/iso20022}/pain.001.001.09.xsd
"$wledger" list payments -d "$L" --csv | tail -n +2 | cut -d, -f1 >"$tmp/payments"
[ -s "$tmp/payments" ] || not_ok "no payment was made"
if [ -f "$schema" ] && command -v xmllint >/dev/null; then
    while read -r n; do
        "$wledger" export payment "$n" -d "$L" -o "$tmp/pain.xml" >/dev/null &&
            xmllint --noout --nonet --schema "$schema" "$tmp/pain.xml" 2>"$tmp/err" || { cat "$tmp/err"; not_ok "payment $n is not valid"; }
    done <"$tmp/payments"
else
    echo "left out: the schema of pain.001 is not here"
fi
finish
