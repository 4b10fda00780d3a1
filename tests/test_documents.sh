#!/bin/sh
# What the program writes is valid against the schemas: test_documents.sh WLEDGER WORLD STAR
wledger=$1 world=$2 star=$3
. "$(dirname "$0")/lib.sh"
begin documents

valid() {
    xmllint --nonet --noout --schema "$star/BODs/Standalone/$2.xsd" "$3" 2>"$tmp/err" && ok || not_ok "$1: $(head -n 3 "$tmp/err")"
}

new_ledger "$tmp/ledger" "$world" || not_ok "cannot be loaded"
exits "import" 0 "$wledger" import -d "$tmp/ledger" --at 2026-07-02 --by test "$world/claims.xml.gz" --confirm "$tmp/confirm.xml"
valid "ConfirmBOD of success" ConfirmBOD "$tmp/confirm.xml"
gzip -dc "$world/claims.xml.gz" | head -c 100000 >"$tmp/cut.xml"
exits "a truncated batch" 3 "$wledger" import -d "$tmp/ledger" --by test "$tmp/cut.xml" --confirm "$tmp/refusal.xml"
valid "ConfirmBOD of failure" ConfirmBOD "$tmp/refusal.xml"
"$wledger" decisions -d "$tmp/ledger" --csv | awk -F, '$3 == "approved" || $3 == "partial" { print $1 "/" $2 }' >"$tmp/claims"
asked=$(tail -n 1 "$tmp/claims")
exits "information" 0 "$wledger" information -d "$tmp/ledger" --by test --at 2026-07-03 --reason "which part?" "$asked"
grep -v "^$asked\$" "$tmp/claims" >"$tmp/signed" && mv "$tmp/signed" "$tmp/claims"
exits "sign" 0 "$wledger" sign -d "$tmp/ledger" --by test --at 2026-07-03 --name "A. Customer" --from "$tmp/claims"
"$wledger" obligations -d "$tmp/ledger" --csv | awk -F, 'NR > 1 { print $1 "/" $2 }' | sort -u | grep -v "^$asked\$" >"$tmp/parts"
exits "waive" 0 "$wledger" waive -d "$tmp/ledger" --by test --at 2026-07-03 --reason "scrapped at the dealer" --from "$tmp/parts"
exits "settle" 0 "$wledger" settle -d "$tmp/ledger" --by test --at 2026-07-31 --all --to 2026-07-31
exits "advisory of all" 0 "$wledger" export advisory -d "$tmp/ledger" --output "$tmp/all.xml"
valid "advisory of all settlements" ShowServiceProcessingAdvisory "$tmp/all.xml"
exits "advisory of one" 0 "$wledger" export advisory -d "$tmp/ledger" --settlement 1 --output "$tmp/one.xml"
valid "advisory of one settlement" ShowServiceProcessingAdvisory "$tmp/one.xml"
exits "advisory again" 0 "$wledger" export advisory -d "$tmp/ledger" --settlement 1 --output "$tmp/again.xml"
same "the same settlement, the same bytes" "$tmp/one.xml" "$tmp/again.xml"
says "what was sent back is told" '<ClaimStatusCode>R</ClaimStatusCode>' "$tmp/all.xml"
says "claims are paid in it" "ToBePaidAmount" "$tmp/one.xml"
finish
