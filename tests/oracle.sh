#!/bin/sh
# One fresh world against the reference: oracle.sh SEED CLAIMS [MALFORMED-SHARE]
# The reference lies beside the project: ORACLE (default ../shared/oracle). WLEDGER: the program.
seed=${1:?seed} claims=${2:?claims} malformed=${3:-0}
root=$(cd "$(dirname "$0")/.." && pwd)
wledger=${WLEDGER:-$root/build/wledger}
oracle=${ORACLE:-$root/../shared/oracle}
. "$root/tests/lib.sh"
begin "oracle seed $seed, $claims claims, malformed $malformed"

[ -f "$oracle/generate.py" ] || { echo "no reference at $oracle" >&2; exit 2; }
python3 "$oracle/generate.py" --out "$tmp/world" --seed "$seed" --claims "$claims" --malformed "$malformed" || exit 1
python3 "$oracle/oracle.py" "$tmp/world" >"$tmp/world/decisions.expected" || exit 1
python3 "$oracle/oracle.py" "$tmp/world" --obligations >"$tmp/world/obligations.expected" || exit 1
new_ledger "$tmp/ledger" "$tmp/world" || not_ok "cannot be loaded"
exits "import" 0 "$wledger" import -d "$tmp/ledger" --by test "$tmp/world/claims.xml.gz"
"$wledger" decisions -d "$tmp/ledger" --csv >"$tmp/decisions"
same "decisions" "$tmp/world/decisions.expected" "$tmp/decisions"
"$wledger" obligations -d "$tmp/ledger" --csv >"$tmp/obligations"
same "obligations" "$tmp/world/obligations.expected" "$tmp/obligations"
exits "tick" 0 "$wledger" tick -d "$tmp/ledger" --by test --at 2199-12-31 --csv
grep '^overdue,' "$tmp/out" | cut -d, -f2,3 | sort >"$tmp/told"
"$wledger" list obligations -d "$tmp/ledger" --state overdue --csv | sed 1d | cut -d, -f1,2 | sort >"$tmp/overdue"
holds "not every return became overdue" test "$(wc -l <"$tmp/overdue")" -eq "$(sed 1d "$tmp/obligations" | wc -l)"
same "what a tick told is not what is overdue" "$tmp/overdue" "$tmp/told"
exits "verify" 0 "$wledger" verify -d "$tmp/ledger"
finish
