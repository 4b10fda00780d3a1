#!/bin/sh
# Money that comes back, on the command line: test_recovery_cli.sh WLEDGER [WORLD]. Chargebacks and their reversals, what
# suppliers owe, vehicle sale money.
wledger=$1 world=${2:-fixtures/demo}
. "$(dirname "$0")/lib.sh"
begin recovery-cli
export WLEDGER_DIR="$tmp/ledger" WLEDGER_BY=clerk

entries() {
    "$wledger" stat --csv | sed -n 's/^entries,//p'
}

# of EXPRESSION ARGUMENT...: a Python expression over v, the JSON answer of `wledger ARGUMENT...`
of() {
    expression=$1
    shift
    "$wledger" "$@" --json | python3 -c "import json, sys; v = json.load(sys.stdin); print($expression)"
}

# is WHAT EXPECTED FOUND
is() {
    if [ "$2" = "$3" ]; then
        ok
    else
        not_ok "$1: $3, not $2"
    fi
}

# minus A B: amounts with two decimals
minus() {
    python3 -c "from decimal import Decimal as D; import sys; print(D(sys.argv[1]) - D(sys.argv[2]))" "$1" "$2"
}

t 0 . init --at 2026-07-01
t 0 . load --at 2026-07-01 "$world"
t 0 . import --at 2026-07-02 "$world/claims.xml.gz"

# An approved claim in CNY with labour and a part, nothing to return; its dealer; its vehicle.
claim=$("$wledger" list claims --csv --state approved |
    awk -F, '$4 == "warranty" && $9 == "CNY" && $11 == 0 { print $1 }' |
    while read -r c; do
        [ "$(of "len(v.get('part_lines', [])) > 0 and len(v.get('labour_lines', [])) > 0" show "$c")" = True ] && echo "$c"
    done | head -n 1)
dealer=${claim%/*}
vin=$("$wledger" list claims --csv | awk -F, -v c="$claim" '$1 == c { print $5 }')
part=$(of "v['part_lines'][0]['part_id']" show "$claim")
supplier=$(awk -F, -v p="$part" '$1 == p { print $5 }' "$world/parts.csv")
mkdir "$tmp/agreed" "$tmp/reasons"
printf 'supplier_id,part_id,from_date,to_date,percent,labour,days\n%s,%s,2000-01-01,2099-12-31,50,no,\n' "$supplier" "$part" \
    >"$tmp/agreed/supplier_agreements.csv"
t 0 . load --at 2026-07-02 "$tmp/agreed"

# ---- usage ----

before=$(entries)
t 2 'reason TEXT and --evidence' chargeback "$claim" --reason x
t 2 'not both' chargeback "$claim" --line part:1 --amount 1 --reason x --evidence y
t 2 'without a reason' chargeback "$claim" --line part:1=1:why --reason x --evidence y
t 2 'KIND:N=AMOUNT' chargeback "$claim" --line nonsense --reason x --evidence y
t 2 'an amount such as' chargeback "$claim" --amount 1,50 --reason x --evidence y
t 3 'finer than the minor unit' chargeback "$claim" --amount 1.505 --reason x --evidence y
t 3 'No such file' chargeback "$claim" --reason x --evidence y --paper "$tmp/none"
t 2 'currency CUR' recovery claim "$supplier"
t 3 'a supplier_id, please' recovery claim '' --currency CNY
t 2 'one of --accept' recovery answer 1 --reason x
t 2 'one of --accept' recovery answer 1 --accept --refuse --reason x
t 2 'number of a supplier claim' recovery answer x --accept
t 2 'number of a supplier claim' recovery pay 0
t 2 'something is missing' sale receive
t 2 'reference R, please' sale receive "$vin" --dealer "$dealer" --amount 1 --currency CNY
t 2 'at most 2 decimals' sale receive "$vin" --dealer "$dealer" --amount 1.234 --currency CNY --reference R
t 2 'there is no supplier claim' export recovery 1
t 2 'there is no supplier claim yet' show supplier-claim 1
is 'entries after bad usage' "$before" "$(entries)"
t 1 'claim-not-settled' chargeback "$claim" --reason x --evidence y
t 1 'supplier-claim-unknown' recovery pay 1
t 1 'supplier-unknown' recovery claim NOBODY --currency CNY

# ---- found, claimed ----

t 0 'signed' sign "$claim"
t 0 . settle --dealer "$dealer" --to 2030-12-31 --quiet
paid=$(of "v['total']" show "$claim")
t 0 'looked at [1-9].*entry [0-9]*\)$' recovery find --key find
t 0 'looked at [1-9].*done before under this key' recovery find --key find
j recovery find --key find
says "that it was before" '"repeated": true' "$tmp/out"
t 0 'looked at 0 settled claims: 0' recovery find
is 'state before a chargeback' settled "$(of "v['state']" show "$claim")"
worth=$(of "v['part_lines'][0]['approved']" show "$claim")
half=$(of "[r for r in v['recoveries'] if r['supplier_id'] == '$supplier'][0]['amount']" show "$claim")
j list recoveries --party "$supplier"
t 0 "^$claim,$supplier,open,$worth,$half,0.00,CNY" list recoveries --csv --state open --dealer "$dealer"
t 1 'nothing-to-recover' recovery claim "$supplier" --currency JPY
t 0 "supplier claim 1  $half CNY" recovery claim "$supplier" --currency CNY --key month
t 0 'done before under this key' recovery claim "$supplier" --currency CNY --key month
j show supplier-claim 1
t 0 "1,1,$dealer,${claim#*/},$vin,.*,$part 50%,$worth,$half,$half,CNY,claimed" export recovery 1
t 0 "supplier claim 1, 1 line, $half CNY due" export recovery 1 -o "$tmp/claim.csv"
t 0 . export recovery 1
same 'the export on standard output, and in a file' "$tmp/out" "$tmp/claim.csv"
t 0 "receivable +$supplier" list balances --party "$supplier"

# ---- taken back ----

echo 'page 7' >"$tmp/audit.txt"
sum=$(sha256sum "$tmp/audit.txt" | cut -c 1-64)
t 0 "of $paid CNY; the dealer's next settlement nets it" chargeback "$claim" --line part:1 --reason 'not fitted' \
    --evidence 'audit 12' --paper "$tmp/audit.txt" --by auditor
cp "$tmp/out" "$tmp/charged"
taken=$(of "v['charged_back']" show "$claim")
says 'what was taken back, not what was paid' "charged-back *$taken CNY" "$tmp/charged"
first=$(of "v['chargebacks'][0]['entry']" show "$claim")
is 'who, why and on what' "auditor not fitted audit 12 $sum" \
    "$(of "' '.join(v['chargebacks'][0][n] for n in ('by', 'reason', 'evidence', 'paper'))" show "$claim")"
is 'what the supplier owes' '0.00 withdrawn' \
    "$(of "v['due'] + ' ' + v['claims'][0]['state']" show supplier-claim 1)"
t 1 'line-withdrawn' recovery answer 1 --accept --line 1
t 1 'amount-too-large' chargeback "$claim" --amount 10000000 --reason x --evidence y
t 0 . chargeback "$claim" --amount 1.00 --reason 'a trifle' --evidence 'audit 13'
second=$(of "v['chargebacks'][1]['entry']" show "$claim")
t 0 . chargeback "$claim" --reason 'all of it' --evidence 'audit 14'
is 'all of it' "$paid" "$(of "v['charged_back']" show "$claim")"
third=$(of "v['chargebacks'][2]['entry']" show "$claim")
t 1 'nothing-to-charge-back' chargeback "$claim" --reason x --evidence y
t 1 "reversal-blocked \\(claim $claim: entry $third\\)" reverse "$first" --reason r
j settle --dealer "$dealer" --to 2030-12-31 --quiet
rest=$(minus "$(minus "$paid" "$taken")" 1.00)
t 0 "$rest CNY from expense-warranty to payable $dealer" reverse "$third" --reason 'audit 14 was wrong'
t 0 '1.00 CNY from expense-warranty to payable' reverse "$second" --reason 'audit 13 was wrong'
t 0 "$half CNY from recovery to receivable $supplier" reverse "$first" --reason 'audit 12 was wrong'
t 1 'already-reversed' reverse "$first" --reason r
is 'state after the reversals' 'settled' "$(of "v['state']" show "$claim")"
is 'what was given back' "-$taken $first" \
    "$(of "v['chargebacks'][-1]['amount'] + ' ' + str(v['chargebacks'][-1]['of'])" show "$claim")"
t 0 . settle --dealer "$dealer" --to 2030-12-31 --quiet
is 'the credits netted' "-$paid" "$(of "v['settlements'][-1]['chargebacks'] if isinstance(v, dict) else v[-1]['chargebacks']" list settlements --dealer "$dealer")"

# ---- answered, paid ----

t 1 'amount-invalid' recovery pay 1 --amount -1
t 1 'reason-missing' recovery answer 1 --refuse
t 0 'answered: due' recovery answer 1 --dispute --reason 'not our part'
t 2 'only what is accepted' recovery answer 1 --dispute --line 1=1.00 --reason x
t 1 'amount-too-large' recovery answer 1 --accept --line "1=$(minus "$half" -0.01)" --reason x
t 0 'paid 1.00 CNY: due' recovery pay 1 --amount 1.00 --reference TT-1
t 0 "answered: due 0.40, paid 1.00 CNY, 0 lines open" recovery answer 1 --accept --line 1=0.40 --reason 'used before'
t 0 'owed to the supplier' show supplier-claim 1
t 0 'paid back 0.60 CNY: due 0.40, paid 0.40' recovery pay 1
t 1 'nothing-due' recovery pay 1
t 0 '^1,.*paid' list supplier-claims --csv --state paid
t 0 'no supplier-claims' list supplier-claims --open
is 'its history' 'recovery-answer recovery-pay recovery-answer recovery-pay' \
    "$(of "' '.join(e['command'] for e in v['history'])" show supplier-claim 1)"

# ---- vehicle sale money ----

t 1 'vehicle-unknown' sale receive 1M8GDM9AXKP042788 --dealer "$dealer" --amount 1 --currency CNY --reference R1
t 1 'currency-other' sale receive "$vin" --dealer "$dealer" --amount 1 --currency EUR --reference R1
t 0 'receipt 1: 98000.00 CNY' sale receive "$vin" --dealer "$dealer" --amount 98000 --currency CNY --reference R1
t 1 'receipt-known' sale receive "$vin" --dealer "$dealer" --amount 98000 --currency CNY --reference R1
entry=$(($(entries) - 2))
t 0 "98000.00 CNY from bank-received to vehicle-sale $dealer" reverse "$entry" --reason 'of another vehicle'
j sale receive "$vin" --dealer "$dealer" --amount 98000 --currency CNY --reference R1
t 0 "^1,$vin,$dealer,98000.00,CNY,.*,R1,$entry,$((entry + 2))" list receipts --csv --vin "$vin"
t 0 "^2,$vin,$dealer,98000.00,CNY,.*,R1,[0-9]*,\$" list receipts --csv --dealer "$dealer"

# ---- the books ----

t 0 'verified' verify
t 0 . rebuild -d "$tmp/ledger" "$tmp/again"
is 'the digest of a rebuilt ledger' "$(digest_of "$tmp/ledger")" "$(digest_of "$tmp/again")"
finish
