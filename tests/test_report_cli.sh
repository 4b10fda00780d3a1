#!/bin/sh
# The reports on the command line: test_report_cli.sh WLEDGER WORLD
wledger=$1 world=$2
. "$(dirname "$0")/lib.sh"
begin report-cli
L=$tmp/ledger
export WLEDGER_DIR="$L" WLEDGER_BY=test

new_ledger "$L" "$world" || not_ok "cannot be loaded"

# An empty history is no error, and no chart.
t 0 '^no settled claims$' report quality
t 0 '^component,currency,claims' report quality --csv
t 0 '^\[\]$' report quality --json
t 0 '^no settled claims$' report batches
t 0 '^no settled claims$' report suppliers
t 0 '^no claims$' report dealers
t 0 '^no batches yet' decisions
t 0 '^no obligations$' obligations
t 0 'nothing to draw' report quality --svg "$tmp/none.svg"
[ -e "$tmp/none.svg" ] && not_ok "a chart of nothing" || ok

"$wledger" import --at 2026-07-02 "$world/claims.xml.gz" >/dev/null
"$wledger" list claims --state approved --csv | tail -n +2 | cut -d, -f1 >"$tmp/claims"
# Corrected, rejected by an inspection, and granted by a reviewer after an appeal: a corrected claim all the same.
again=D00006/000001
t 0 '167.06' correct "$again" --at 2026-07-03 --line labour:1 --reason 'not needed'
t 0 received return receive "$again" --at 2026-07-03
t 0 '0.00' return inspect "$again" --at 2026-07-03 --outcome abuse
t 0 referred appeal "$again" --at 2026-07-03 --reason 'it was not' --by dealer
t 0 'approved|partial' review "$again" --at 2026-07-03 --approve --by rita
t 0 '^dealer,.*,corrected,' report dealers --dealer D00006 --csv
holds 'it is counted as corrected' [ "$(awk -F, 'NR == 2 { print $11 }' "$tmp/out")" = 1 ]

exits "sign" 0 "$wledger" sign --at 2026-07-03 --from "$tmp/claims"
exits "settle" 0 "$wledger" settle --at 2026-07-31 --all --to 2026-07-31 --quiet

# What cannot be asked.
t 2 'one or two' report quality --by colour
t 2 'one or two' report quality --by model,model
t 2 'one or two' report quality --by model,dealer,type
t 2 'one or two' report quality --by ''
t 2 'service-month' report quality --by component,
t 2 'months are not cut' report quality --by month --top 3
t 2 'top' report quality --top 0
t 2 'from is after' report quality --from 2024-02-01 --to 2024-01-01
t 2 'date' report quality --from yesterday
t 2 'warranty, part' report quality --type warrant
t 2 'warranty, part' report quality --type warranty,
t 2 'not an option' report quality --least 3
t 2 'confidence' report batches --confidence 96
t 2 'within' report batches --within 0
t 2 'least' report batches --least 0
t 2 'not in the vehicles' report prices --vin NOBODY
t 2 'one too many' report quality D00001
t 2 'given twice' report quality --by model --by dealer
t 5 'nowhere' report quality --svg "$tmp/nowhere/chart.svg"
t 2 'no ledger' report quality -d "$tmp/nowhere"

# What can.
t 0 '^settled claims repaired up to' report quality --by model,month --from 2025-01-01
t 0 '(rest)' report quality --by fault --top 2
t 0 '(all)' report quality --by type
t 0 '^service-month,type,currency' report quality --by service-month,type --csv
t 0 '"claims":[0-9]' report quality --by dealer --json
t 0 'nothing in settled claims' report quality --model NONE
t 0 'nothing in settled claims' report quality --component NONE --supplier NONE --part NONE --fault NONE
t 0 'above' report batches --least 1
t 0 '^no such batch has 20 vehicles or more: --least N tells smaller ones$' report batches
t 0 '^batch,model,built' report batches --confidence 99.9 --within 12 --csv
t 0 'paid' report suppliers --currency CNY
"$wledger" report suppliers --csv | grep -e '^supplier,' -e '^S001,' >"$tmp/suppliers"
t 0 '^S001,' report suppliers --supplier S001 --csv
same 'one supplier, as among all' "$tmp/suppliers" "$tmp/out"
t 0 'nothing in settled claims' report suppliers --supplier NOBODY
t 0 '^dealer,name,currency,claims,approved,partial' report dealers --csv
t 0 'approved_percent' report dealers --from 2024-01-01 --type warranty,part
t 0 'list prices of 2026-07-31' report prices
t 0 'list prices of 2024-05-01' report prices --on 2024-05-01 --model M01
t 0 'no parts' report prices --model NONE
vin=$("$wledger" list claims --state settled --csv | sed -n 2p | cut -d, -f5)
t 0 'M[0-9]' report prices --vin "$vin"
t 0 'claims_per_1000' report quality --by batch --svg "$tmp/chart.svg"
says "the chart is one" '^<title>Cost of settled claims by batch</title>$' "$tmp/chart.svg"
says "the rest is in it" 'more)' "$tmp/chart.svg"
t 0 . report quality --by month --svg "$tmp/chart.svg"
t 0 . report quality --by dealer --currency JPY --svg "$tmp/names.svg"
says "with its name" '^D00012 Dealer 12: ' "$tmp/names.svg"
t 0 . report quality --by part,month --currency CNY --svg "$tmp/lines.svg"
says "what is not drawn is told" 'not all groups are drawn' "$tmp/lines.svg"
says "the chart is replaced" 'by month</title>' "$tmp/chart.svg"
for name in 'batches --least 1' suppliers dealers; do
    # shellcheck disable=SC2086
    t 0 . report $name --svg "$tmp/chart.svg"
    says "a chart of $name" '</desc>' "$tmp/chart.svg"
done

# Nothing was written into the ledger.
t 0 verified verify
finish
