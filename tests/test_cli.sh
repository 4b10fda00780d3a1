#!/bin/sh
# The command line, from the outside: sh tests/test_cli.sh [BUILD] [FIXTURES]. Each case is one line: the exit
# code, what the answer (both streams) must match, and the arguments.
set -u
LC_ALL=C
export LC_ALL
cd "$(dirname "$0")/.." || exit 2
wledger=$(cd "${1:-build}" && pwd)/wledger || exit 2
fixtures=${2:-fixtures/demo}
star=${STAR:-../shared/star}
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM
WLEDGER_DIR=$work/ledger WLEDGER_BY=tester
export WLEDGER_DIR WLEDGER_BY
passed=0 failed=0

fail() {
    failed=$((failed + 1))
    echo "test_cli: $1" >&2
    sed 's/^/    /' "$work/answer" | head -n 12 >&2
}

# t EXIT REGEX ARGUMENT...
t() {
    want=$1 pattern=$2
    shift 2
    "$wledger" "$@" >"$work/out" 2>"$work/err" </dev/null
    got=$?
    cat "$work/out" "$work/err" >"$work/answer"
    if [ "$got" -ne "$want" ]; then
        fail "exit $got, not $want: wledger $*"
    elif ! grep -qE -- "$pattern" "$work/answer"; then
        fail "no \`$pattern\` in the answer to: wledger $*"
    else
        passed=$((passed + 1))
    fi
}

# Something that must hold: ok WHAT COMMAND...
ok() {
    what=$1
    shift
    if "$@" >"$work/answer" 2>&1; then
        passed=$((passed + 1))
    else
        fail "$what"
    fi
}

is_json() {
    if command -v jq >/dev/null 2>&1; then
        jq -e . "$1"
    else
        python3 -m json.tool "$1"
    fi
}

# j ARGUMENT...: done, and its answer is JSON
j() {
    t 0 . "$@" --json
    ok "not JSON: wledger $* --json" is_json "$work/out"
}

entries() {
    "$wledger" stat --csv | sed -n 's/^entries,//p'
}

# The name of the nth claim for which an awk condition on the columns of `list claims --csv` holds:
# 1 claim, 3 state, 8 total, 10 signed, 11 open returns.
claim() {
    "$wledger" list claims --csv | awk -F, -v n="$2" "NR > 1 && $1 { if (++seen == n) { print \$1; exit } }"
}

at=2026-12-01

# ---- a ledger ----

t 2 'folder with -d' list claims -d ''
t 2 'not a command' frobnicate
t 0 'a new ledger' init --at 2024-01-01
t 0 'no claims' list claims
t 0 'no settlements' list settlements
t 0 'no claims wait' list queue
j list claims
t 0 '^claim,submission,state' list claims --csv
t 2 'no settlement yet' show settlement 1
t 2 'no dealers are loaded' show D1/1
t 0 'new' load --at 2024-01-01 "$fixtures"
t 0 'records' import --at "$at" "$fixtures/claims.xml.gz"

paid=$(claim '$3 == "approved" && $11 == 0' 1)
paid2=$(claim '$3 == "approved" && $11 == 0' 2)
owing=$(claim '$3 == "approved" && $11 == 1' 1)
owing2=$(claim '$3 == "approved" && $11 == 1' 2)
owing3=$(claim '$3 == "approved" && $11 == 1' 3)
referred=$(claim '$3 == "referred" && $8 > 0' 1)
referred2=$(claim '$3 == "referred" && $8 > 0' 2)
referred3=$(claim '$3 == "referred" && $8 > 0' 3)
rejected=$(claim '$3 == "rejected"' 1)
dealer=${paid%%/*}
vin=$("$wledger" list claims --csv | awk -F, -v c="$paid" '$1 == c { print $5 }')

# ---- list ----

t 2 'list what.*claims.*queue.*dealers' list
t 2 'nothing to list.*claims.*part_prices' list things
t 2 'has no --vin' list batches --vin X
t 2 'not a state of claims.*referred' list claims --state open
t 2 'not a state of obligations.*waived' list obligations --state paid
t 2 'one too many' list claims D1
t 2 'whole number from 1' list claims --limit 0
for what in claims queue batches settlements obligations balances seats dealers parts policy tiers vehicles; do
    j list "$what"
    t 0 , list "$what" --csv
    t 0 . list "$what"
done
t 0 "^$dealer,.*,active|^$dealer,.*,suspended" list dealers "$dealer" --csv
ok 'a prefix takes other rows' test "$("$wledger" list dealers "$dealer" --csv | wc -l)" -eq 2
ok 'a limit is not kept' test "$("$wledger" list claims --csv --limit 3 | wc -l)" -eq 4
ok 'a dealer has claims of another' test -z \
    "$("$wledger" list claims --dealer "$dealer" --csv | awk -F'[,/]' -v d="$dealer" 'NR > 1 && $1 != d')"
t 0 "^$paid," list claims --vin "$vin" --csv
t 0 'money,accrued' list balances --party "$dealer" --csv
t 0 'there are more' list vehicles

# ---- show ----

t 2 'DEALER/CLAIM.*settlement N.*entry N' show things
t 2 'which one' show entry
t 2 'not a claim' show /
t 2 'there is no dealer.*did you mean D' show "D${dealer#D0}/1"
t 2 "has claims up to" show "$dealer/999999999"
t 2 'there are 0 to' show entry 999999999
t 2 'a number, please' show entry x
t 2 'there are 1 to 1' show batch 2
t 2 'no vehicle' show vehicle X
t 0 'has not signed' show "$paid"
t 0 'has not come back' show "$owing"
t 0 'review' show "$referred"
t 0 'it was rejected' show "$rejected"
for thing in "$paid" "$owing" "$referred" "$rejected"; do
    j show "$thing"
    t 0 'what,value' show "$thing" --csv
done
j show batch 1
t 0 'exact repeats' show batch 1
j show vehicle "$vin"
t 0 "$paid" show vehicle "$vin"
j show dealer "$dealer"
t 0 'accrued' show dealer "$dealer"
n=0
while [ $n -lt 60 ]; do
    j show entry $n
    n=$((n + 7))
done

# ---- usage, before anything changes ----

before=$(entries)
t 2 'something is missing' review
t 2 'one of --approve' review "$referred"
t 2 'one of --approve' review "$referred" --approve --refuse
t 2 'needs its --reason' review "$referred" --refuse
t 2 'needs its --reason' review "$referred" --refuse-line part:1
t 2 'labour:N' review "$referred" --refuse-line part:0 --reason no
t 2 'labour:N' review "$referred" --refuse-line wheel:1 --reason no
t 2 'bytes of UTF-8' review "$referred" --refuse --reason ''
t 2 'accepted, wrong-part' return inspect "$owing"
t 2 'accepted, wrong-part' return inspect "$owing" --outcome good
t 2 'needs its --reason' waive "$owing"
t 2 'whole number from 1 to 200' waive "$owing" --line 0 --reason no
t 3 'No such file' sign "$paid" --paper "$work/none"
t 3 'is not a name' sign "$paid" nonsense
t 3 'is not a name' pay one
t 3 'is not a name' pay 0
t 2 'one of --all and --dealer' settle --to 2026-12-31
t 2 'closing day' settle --all
t 2 'not a date' settle --all --to 2026-02-30
t 2 'three letters' settle --all --to 2026-12-31 --currency EURO
t 2 'did you mean D' settle --dealer "D${dealer#D0}" --to 2026-12-31
t 2 'no settlement yet' export advisory --settlement 1
t 2 'not an option' export advisory -x
printf '%s\n' "$paid" '# a comment' '' "$owing" 'no slash' "$paid2" >"$work/names"
t 3 "$work/names:5: .*is not a name.*nothing was done" sign --from "$work/names"
t 3 'No such file' sign --from "$work/none"
t 3 'takes? a shorter one|longer than' sign "$paid" "$owing" --key "$(printf '%0120d' 7)"
ok 'a command that was not one changed the journal' test "$(entries)" = "$before"

# ---- review ----

t 0 "^$referred  (approved|partial)  .*\(entry [0-9]+\)" review "$referred" --approve --at "$at" --key review-1
t 0 'done before under this key' review "$referred" --approve --at "$at" --key review-1
t 1 'key-reused' review "$referred2" --approve --at "$at" --key review-1
t 1 'claim-not-referred' review "$referred" --approve --at "$at"
t 1 'line-unknown \(part 99\)' review "$referred2" --refuse-line part:99 --reason no --at "$at"
t 0 'rejected' review "$referred2" --refuse --reason 'not covered' --at "$at"
t 1 'claim-unknown.*' review "$dealer/none" --approve --at "$at"
t 1 'has claims up to|did you mean' review "$dealer/none" --approve --at "$at"
t 1 'time-before-last' review "$referred3" --approve --at 2024-01-02
t 0 '"result":"done"' review "$referred3" --approve --at "$at" --json
ok 'not JSON: review --json' is_json "$work/out"

# ---- sign, returns, waive ----

echo 'a signed paper' >"$work/paper"
printf '%s\n' "$paid" '# a comment' "  $owing  " "$paid2" >"$work/names"
t 0 '3 done, 0 refused' sign --from "$work/names" "$owing2" "$owing3" --name 'A. Customer' --paper "$work/paper" \
    --at "$at" --key signed || true
