#!/bin/sh
# The command line, from the outside: test_cli.sh WLEDGER [WORLD]. Each case is one line: the exit code, what the
# answer (both streams) must match, and the arguments.
wledger=$1 world=${2:-fixtures/demo}
. "$(dirname "$0")/lib.sh"
begin cli
export WLEDGER_DIR="$tmp/ledger" WLEDGER_BY=tester

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

t 2 'no ledger here' list claims
t 2 'not a command' frobnicate
t 0 'a new ledger' init --at 2024-01-01
t 0 'no claims' list claims
t 0 'no settlements' list settlements
t 0 'no claims wait' list queue
j list claims
t 0 '^claim,submission,state' list claims --csv
t 2 'no settlement yet' show settlement 1
t 2 'no dealers are loaded' show D1/1
t 0 'new' load --at 2024-01-01 "$world"
t 0 'records' import --at "$at" "$world/claims.xml.gz"

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
holds 'a prefix takes other rows' test "$("$wledger" list dealers "$dealer" --csv | wc -l)" -eq 2
holds 'a limit is not kept' test "$("$wledger" list claims --csv --limit 3 | wc -l)" -eq 4
holds 'a dealer has claims of another' test -z \
    "$("$wledger" list claims --dealer "$dealer" --csv | awk -F'[,/]' -v d="$dealer" 'NR > 1 && $1 != d')"
t 0 "^$paid," list claims --vin "$vin" --csv
t 0 'money,accrued' list balances --party "$dealer" --csv
t 0 'there are more' list vehicles

"$wledger" decisions --csv >"$tmp/rows"
"$wledger" decisions --json | python3 -B -c '
import csv, json, sys
rows = csv.writer(sys.stdout, lineterminator="\n")
found = json.load(sys.stdin)
rows.writerows([list(found[0]), *(r.values() for r in found)])' >"$tmp/objects"
same 'decisions as JSON are not those as CSV' "$tmp/rows" "$tmp/objects"

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
for entry in 0 1 5 20 30 40 45 60; do
    j show entry $entry
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
t 3 'No such file' sign "$paid" --paper "$tmp/none"
t 3 'is larger than' sign "$paid" --paper /dev/zero
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
t 2 'no settlement yet' export statement 1 --csv
t 2 'number of a settlement' export statement one --csv
t 2 'one of --csv and --pdf' export statement 1
t 2 'one of --csv and --pdf' export statement 1 --csv --pdf
t 2 'en, zh|en or zh' export statement 1 --pdf --language de
printf '%s\n' "$paid" '# a comment' '' "$owing" 'no slash' "$paid2" >"$tmp/names"
t 3 "$tmp/names:5: .*is not a name.*nothing was done" sign --from "$tmp/names"
t 3 'No such file' sign --from "$tmp/none"
t 3 'Is a directory' sign --from "$tmp"
t 3 'No such file' load "$tmp/none"
t 3 'No such file' load "$tmp/none/parts.csv"
t 0 'nothing to do' sign --from /dev/null
j sign --from /dev/null
t 3 'takes? a shorter one|longer than' sign "$paid" "$owing" --key "$(printf '%0120d' 7)"
holds 'a command that was not one changed the journal' test "$(entries)" = "$before"

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
holds 'not JSON: review --json' is_json "$tmp/out"

# ---- sign, returns, waive ----

echo 'a signed paper' >"$tmp/paper"
printf '%s\n' "$paid" '# a comment' '' "  $owing  " "$paid2" >"$tmp/names"
t 0 '5 done, 0 refused' sign --from "$tmp/names" "$owing2" "$owing3" --name 'A. Customer' --paper "$tmp/paper" --at "$at" --key S
before=$(entries)
t 0 'done before under this key' sign --from "$tmp/names" "$owing2" "$owing3" --name 'A. Customer' --paper "$tmp/paper" --at "$at" --key S
holds 'a key that is known added entries' test "$(entries)" = "$before"
t 1 'already-signed' sign "$paid" --at "$at"
t 1 'claim-rejected' sign "$rejected" --at "$at"
t 0 'A. Customer' show "$paid"
t 0 'next one of its dealer takes it' show "$paid"
t 1 'nothing-to-receive' return receive "$paid" --at "$at"
t 1 'obligation-not-received|nothing-to-inspect' return inspect "$owing" --outcome accepted --at "$at"
t 0 'received' return receive "$owing" "$owing2" --at "$at"
t 0 'is not inspected yet' show "$owing2"
t 1 'already-received|nothing-to-receive' return receive "$owing" --at "$at"
t 0 'accepted' return inspect "$owing" --outcome accepted --at "$at"
t 0 'waived' waive "$owing3" --reason 'scrapped at the dealer' --at "$at"
t 1 'already-waived|nothing-to-waive' waive "$owing3" --reason 'again' --at "$at"
t 0 'waived' list obligations --state waived
t 0 'waived' waive "$owing2" --reason 'inspected later' --at "$at"
t 0 'waived-received' list obligations --state waived-received
t 0 'accepted,accepted' list obligations --state accepted --csv

# ---- settle, pay, confirm ----

unsigned=$(claim '$3 == "approved" && $10 == "no"' 1)
t 0 'nothing to settle' settle --all --to "$at" --at "$at" --currency ZZZ
t 1 'nothing-to-settle' settle --dealer "$dealer" --to 2000-01-01 --at "$at"
t 0 "^left out:" settle --dealer "$dealer" --to "$at" --at "$at" --key settle-1
t 0 "^ +1 $dealer " settle --dealer "$dealer" --to "$at" --at "$at" --key settle-1 --quiet
holds 'one key made two settlements' test "$("$wledger" list settlements --csv | wc -l)" -eq 2
entry=$("$wledger" show settlement 1 | sed -n 's/^opened seq *//p')
t 0 "settle-1/$dealer/CNY" show entry "${entry:-0}"
t 0 . settle --all --to "$at" --at "$at" --json
holds 'not JSON: settle --json' is_json "$tmp/out"
t 0 '^claim,amount,currency,why' settle --all --to "$at" --at "$at" --csv --left-out
t 0 "^$unsigned,.*voucher-unsigned" settle --all --to "$at" --at "$at" --csv --left-out
t 0 'nothing to settle' settle --all --to "$at" --at "$at" --quiet
j list settlements --dealer "$dealer"
j show settlement 1
t 0 "^paid,$paid," show settlement 1 --csv
t 0 'claims total' show settlement 1
t 0 'which is not paid yet' show "$paid"
t 1 'settlement-not-paid' confirm 1 --at "$at"
t 1 '1 done, 1 refused' pay 1 9999 --at "$at"
t 1 'there are settlements 1 to' pay 9999 --at "$at"
t 1 'already-paid' pay 1 --at "$at"
t 0 '^1  confirmed' confirm 1 --at "$at"
t 0 "^$paid,.*,confirmed," list claims --state confirmed --csv
t 0 'state +confirmed' show "$paid"

# ---- the advisory, before and after an inspection that takes back what was paid ----

settled=$("$wledger" list claims --csv | awk -F, -v c="$owing2" '$1 == c { print $12 }')
t 0 '<BODID>advisory-1</BODID>' export advisory --settlement 1
t 0 'settlements, ' export advisory -o "$tmp/all.xml"
t 0 '/a\?b\?\.xml: [0-9]+ settlements, ' export advisory -o "$tmp/$(printf 'a\033b\377.xml')"
t 0 . export advisory --settlement "$settled" --output "$tmp/before.xml"
t 0 'will be charged back' return inspect "$owing2" --outcome abuse --reason 'opened by force' --at 2026-12-02
t 0 'charged back' show "$owing2"
t 0 . export advisory --settlement "$settled"
holds 'a settlement was written in two ways' cmp "$tmp/before.xml" "$tmp/out"
t 5 'folder cannot be opened' export advisory -o "$tmp/none/a.xml"

# ---- its statement ----

t 0 '^statement,settlement,,1,' export statement 1 --csv
t 0 '^total,to_pay,,[0-9.]+,' export statement 1 --csv
t 0 "settlement $settled, [0-9]+ lines" export statement "$settled" --pdf --language zh -o "$tmp/statement.pdf"
t 0 '^claim,1,' export statement "$settled" --csv
holds 'a statement tells of what came later' test -z "$(grep 'opened by force' "$tmp/out")"
t 2 'there is no settlement 9999; there are 1 to' export statement 9999 --csv
t 5 'folder cannot be opened' export statement 1 --csv -o "$tmp/none/s.csv"

# ---- forget ----

t 0 'forgotten' forget "$paid" --at 2026-12-02
t 1 'nothing-to-forget' forget "$paid" --at 2026-12-02
t 0 '\(forgotten\)' show "$paid"
holds 'a forgotten name is still told' test -z "$("$wledger" show "$paid" | grep 'A. Customer')"

# ---- help, and that all of it verifies ----

for name in review sign 'return receive' 'return inspect' waive settle pay confirm 'export advisory' 'export statement' forget list show; do
    t 0 "^wledger $name - " help $name
    # shellcheck disable=SC2086 # a command may be two words
    t 0 '^example: wledger ' $name --help
done

t 2 '`report` has a second word: `report quality`, ' report
t 2 '`report` has a second word: ' report qualities
t 2 '`reports` is not a command; did you mean `report`' reports
t 2 'did you mean `request`' requset D1 P1
t 2 'did you mean `settle`' setle
t 2 '`wledger help` lists them' frobnicate
t 0 '^  export journal +write the money side' help export
t 2 'did you mean .export' help exports
t 0 '^  review take ' help review
t 0 '^  review take ' --help
t 0 '^  review take ' -h

# All that can be listed, and loaded, is in the help; no line of it runs on.
"$wledger" list NOTHING 2>&1 | sed 's/.*there is: //' | tr -d ',' | tr ' ' '\n' >"$tmp/listings"
"$wledger" help list >"$tmp/help-list"
"$wledger" help load >"$tmp/help-load"
sed -n '1,/^seats$/p' "$tmp/listings" | while read -r name; do grep -qw -- "$name" "$tmp/help-list" || echo "$name"; done >"$tmp/unsaid"
sed '1,/^seats$/d' "$tmp/listings" | while read -r name; do grep -qw -- "$name" "$tmp/help-load" || echo "$name"; done >>"$tmp/unsaid"
holds 'listings and tables that the help does not tell' test -s "$tmp/listings" -a ! -s "$tmp/unsaid"
for name in $("$wledger" help --names | tr ' ' '_'); do
    # shellcheck disable=SC2046 # a command may be two words
    "$wledger" help $(echo "$name" | tr _ ' ') | grep -v -e '^example' -e '^wledger '
done | awk 'length > 120' >"$tmp/long"
holds 'no line of help is too long' test ! -s "$tmp/long"

# What is known again by itself takes no key, which would promise what it does not keep.
for name in import load bank; do
    t 2 "key: not an option of .$name" "$name" --key K "$tmp/paper"
done

# ---- an option twice; letters of two widths in one cell ----

t 2 '--dealer: given twice' list claims --dealer D1 --dealer D2
t 2 'one form of answer' list claims --csv --json
t 0 '^W-SH +上海中心库 +R4 ' list warehouses
for locale in C.UTF-8 C; do
    holds "a cell of two scripts in the locale $locale" env LC_ALL=$locale timeout 20 "$wledger" request D00001 P000010 --reason 'AB 中文 x' \
        --document 'AB 中文'
    holds "and its list in the locale $locale" env LC_ALL=$locale timeout 20 "$wledger" list requests
done
t 0 'AB 中文$' list requests

t 0 'verified' verify
finish
