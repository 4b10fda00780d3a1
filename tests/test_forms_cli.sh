#!/bin/sh
# Appraisal forms on the command line: test_forms_cli.sh WLEDGER [WORLD]. From the vehicle at the door to the claim: codes
# by text, coverage, drafts, versions, review, parts, service instruction, signature; and what is turned down.
wledger=$1 world=${2:-fixtures/demo}
. "$(dirname "$0")/lib.sh"
begin forms-cli
export WLEDGER_DIR="$tmp/ledger" WLEDGER_BY=advisor

entries() {
    "$wledger" stat --csv | sed -n 's/^entries,//p'
}

# field FORM NAME: what `show form` says of it
field() {
    "$wledger" show form "$1" --csv | sed -n "s/^$2,//p"
}

# is WHAT FOUND WANTED
is() {
    [ "$2" = "$3" ] && ok || not_ok "$1: $2, not $3"
}

vin=JT10KV4MXPG000154
t 0 . init --oem "Test Motors" --at 2026-07-01
t 0 . load --at 2026-07-01 "$world"
mkdir "$tmp/more"
printf 'reviewer_id,name,seat_id\nrev.li,Li,T1-00\nrev.wu,Wu,T1-01\n' >"$tmp/more/reviewers.csv"
cat >"$tmp/more/operations.csv" <<'END'
op_code,description,component,standard_hours
A-1,Unpadded seat,interior-x,1.00
A-2,Heel plate; see OP-PAD,interior-x,1.00
OP-PAD,Front brake pads: renew,chassis-x,1.20
OP-PADX,Wheel: off and on,chassis-x,0.50
OP-SEAT,Fit new padding,interior-x,3.00
OP-ZH,更换前制动片 brake,chassis-x,2.00
END
cat >"$tmp/more/faults.csv" <<'END'
fault_code,component,cause,description,warrantable
FB-1,chassis-x,worn lining,Brakes squeal,yes
FB-2,chassis-x,misuse,Brakes squeal after racing,no
END
cat >"$tmp/more/parts.csv" <<'END'
part_id,description,component,unit,supplier_id,return_rule,return_days,warranty_months,warranty_km,lifetime
P-PAD,制动片 Brake pad set,chassis-x,set,S013,never,30,12,20000,no
P-GREY,Grey part,chassis-x,ea,S013,never,30,12,20000,no
END
cat >"$tmp/more/part_prices.csv" <<'END'
part_id,currency,from_date,price
P-PAD,CNY,2020-01-01,250
P-PAD,CNY,2026-01-01,300.5
END
t 0 . load --at 2026-07-01 "$tmp/more"

# ---- codes by text ----

t 2 'none of operations' lookup vehicles x
t 2 'which text' lookup operations
t 2 'at most 16 words' lookup parts a b c d e f g h i j k l m n o p q
t 2 'whole number from 1 to 1000' lookup parts pad --limit 1001
t 0 'no such faults' lookup faults nothinglikeit
"$wledger" lookup operations --csv PAD >"$tmp/out"
cut -d, -f1 "$tmp/out" | tail -n +2 | tr '\n' ' ' >"$tmp/order"
is "what begins a word stands before what is within one" "$(cat "$tmp/order")" "A-2 OP-PAD OP-PADX OP-SEAT A-1 "
"$wledger" lookup operations op-pad --csv | cut -d, -f1 | tail -n +2 | tr '\n' ' ' >"$tmp/order"
is "the code itself stands first, then those that begin so" "$(cat "$tmp/order")" "OP-PAD OP-PADX A-2 "
"$wledger" lookup operations heel op-pad --csv | cut -d, -f1 | tail -n +2 | tr '\n' ' ' >"$tmp/order"
is "a code that begins so stands first, whatever else was said" "$(cat "$tmp/order")" "OP-PADX A-2 "
"$wledger" lookup operations --csv BRAKE 'Renew  front' | cut -d, -f1 | tail -n +2 | tr '\n' ' ' >"$tmp/order"
is "every word must occur, capitals or not" "$(cat "$tmp/order")" "OP-PAD "
t 0 '^OP-ZH' lookup operations 制动片
t 0 '^FB-1' lookup faults worn squeal
"$wledger" lookup faults --csv brakes --component CHASSIS-X | cut -d, -f1 | tail -n +2 | tr '\n' ' ' >"$tmp/order"
is "of one component" "$(cat "$tmp/order")" "FB-1 FB-2 "
t 0 '1 more' lookup faults squeal --limit 1
t 0 . lookup parts --component chassis-x
j lookup parts grey

# ---- coverage ----

t 2 'what does the odometer say' coverage $vin
t 2 'right check digit' coverage JT10KV4MXPG000155 --km 1
t 2 'not in the reference data' coverage 1M8GDM9AXKP042788 --km 1
t 2 'not a date' coverage $vin --km 1 --on tomorrow
t 0 'plan +BASE2 +all components +2029-04-03 +100000 +in force' coverage $vin --km 20000 --on 2026-07-02
t 0 'plan +BASE2 +all components +2029-04-03 +-1 +expired' coverage $vin --km 120001 --on 2026-07-02
j coverage $vin --km 20000

# ---- bad input changes nothing ----

before=$(entries)
on='--at 2026-07-02'
t 2 'something is missing|usage' form open D00001
t 2 'what does the odometer say' form open D00001 $vin
t 2 'identifier' form open "" $vin --km 1
t 2 'whole number from 0' form open D00001 $vin --km -1
t 2 'warranty, part, extended' form open D00001 $vin --km 1 --type garantie
t 2 'OP\[=HOURS\]' form open D00001 $vin --km 1 --labour OP-PAD=
t 2 'OP\[=HOURS\]' form open D00001 $vin --km 1 --labour OP-PAD=1.234
t 2 'OP\[=HOURS\]' form open D00001 $vin --km 1 --labour OP-PAD=0
t 2 'a code has 1 to 32 bytes' form open D00001 $vin --km 1 --labour 123456789012345678901234567890123=1
t 2 'PART=QUANTITY' form open D00001 $vin --km 1 --part P-PAD
t 2 'PART=QUANTITY' form open D00001 $vin --km 1 --part P-PAD=1@
t 2 'PART=QUANTITY' form open D00001 $vin --km 1 --part P-PAD=x
t 2 'CODE=AMOUNT' form open D00001 $vin --km 1 --sublet TOWING
t 2 'given twice' form open D00001 $vin --km 1 --km 2
t 2 'control character' form open D00001 $vin --km 1 --customer "$(printf 'a\001b')"
t 2 'there is no appraisal form yet' show form 1
t 2 'no appraisal form yet' form edit 1 --km 2
t 3 'is not a name: the number of a form' form submit X1
is "bad input adds no entry" "$(entries)" "$before"
t 1 'dealer-unknown' form open D99999 $vin --km 1 $on
t 1 'vin-malformed' form open D00001 JT10KV4MXPG000155 --km 1 $on
t 1 'vehicle-unknown' form open D00001 1M8GDM9AXKP042788 --km 1 $on
t 1 'form-unknown' form submit 1 $on
t 0 'no forms' list forms

# ---- from the vehicle to its claim in ten commands ----

t 0 'form F1  opened  draft' form open D00001 $vin --km 20000 $on --type warranty --fault FB-1 --labour OP-PAD \
    --part P-PAD=1 --customer 'A. Customer' --complaint "$(printf 'It squeals,\nbadly')" --key open-1
says "the vehicle is told" 'model  *Model 8' "$tmp/out"
says "coverage is told at once" 'plan *BASE2 *all components *2029-04-03 *100000 in force' "$tmp/out"
t 0 'approved  5.* CNY .*next: wledger form start F1' form submit F1 $on
t 0 'in-repair .*1 part line requested' form start F1 $on
says "where the part comes from" 'request 1: 1 of P-PAD ' "$tmp/out"
t 0 'F1.pdf: form F1, the service instruction' print form F1 -o "$tmp/F1.pdf"
t 0 'completed' form complete F1 --km 20010 --at 2026-07-03
t 0 'signed' form sign F1 --name 'A. Customer' --paper "$tmp/F1.pdf" --at 2026-07-03
t 0 'claim D00001/F1 approved  5.* CNY' form claim F1 --at 2026-07-03
t 0 'voucher|settlement|next one' show D00001/F1
t 0 'nothing: it became a claim' show F1
t 0 '^form +F1' show D00001/F1
t 0 '^coverage on +2026-07-03' show F1 # of the repair's day, whenever it is shown
is "the claim's repair date is the completion's" "$("$wledger" list claims --csv --dealer D00001 | awk -F, '
    NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i } NR > 1 { print $at["repair_date"] }')" 2026-07-03
is "hours are the standard ones" "$(field 1 labour.1.hours)" 1.20
is "the price is today's" "$(field 1 parts.1.unit_price)" 300.50
is "the signed paper's hash" "$(field 1 content.signed_paper_sha256)" "$(sha256sum "$tmp/F1.pdf" | cut -d' ' -f1)"
is "its own total" "$(field 1 approved)" "$("$wledger" show D00001/F1 --csv | sed -n 's/^total,//p')"
t 1 'form-claimed' form claim F1 --at 2026-07-03
t 1 'form-not-draft' form edit F1 --km 20001 --at 2026-07-03
t 1 'already-signed' form sign F1 --name B --at 2026-07-03
is "nothing of it is lost" "$("$wledger" show D00001/F1 --csv | grep -c squeals)" 1

# ---- the same again ----

t 0 'form F1  opened .*done before under this key' form open D00001 $vin --km 20000 --type warranty --fault FB-1 \
    --labour OP-PAD --part P-PAD=1 --customer 'A. Customer' --complaint "$(printf 'It squeals,\nbadly')" \
    --key open-1 --at 2026-07-04
t 1 'key-reused' form open D00001 $vin --km 20001 --type warranty --fault FB-1 --labour OP-PAD \
    --part P-PAD=1 --customer 'A. Customer' --complaint x --key open-1 --at 2026-07-04

# ---- a draft: what is unknown is noted, what is changed is told ----

on='--at 2026-07-04'
t 0 'labour OP-PAT: there is no operation OP-PAT; did you mean OP-PAD' form open D00002 $vin --km 21000 $on \
    --labour OP-PAT --part P-GREY=1 --part P-PAX=2 --sublet TOWING=300 --fault FB-9
says "a fault that nobody knows" 'fault FB-9: there is no fault FB-9; did you mean FB-1' "$tmp/out"
says "a part without a price" 'part P-GREY: it has no list price in CNY today' "$tmp/out"
says "a part that nobody knows" 'part P-PAX: there is no part P-PAX; did you mean P-PAD' "$tmp/out"
t 1 'form-incomplete \(type\)' form submit F2 $on
t 1 'form-unchanged' form edit F2 --km 21000 $on
t 2 'the form has 2 part lines' form edit F2 --remove part:3 $on
t 2 'labour:N, part:N or sublet:N' form edit F2 --remove 3 $on
t 0 'form F2  changed' form edit F2 $on --type warranty --fault FB-1 --labour OP-PAD=30 --remove labour:1 \
    --remove part:2 --part P-GREY=1@10 --part P-PAD=2 --claim-no C-77 --key edit-1
says "a line that takes the place of another" 'labour 1 op_code *OP-PAT *OP-PAD' "$tmp/out"
says "a new price" 'part 1 unit_price *10$' "$tmp/out"
says "a claim's number" 'claim_no *C-77' "$tmp/out"
t 0 'done before under this key' form edit F2 $on --type warranty --fault FB-1 --labour OP-PAD=30 --remove labour:1 \
    --remove part:2 --part P-GREY=1@10 --part P-PAD=2 --claim-no C-77 --key edit-1
t 1 'key-reused' form edit F2 $on --km 5 --key edit-1
t 0 'part 2 unit_price *300.50 *301$' form edit F2 $on --part P-PAD=3@301
t 0 'part 2 quantity *3 *2$' form edit F2 $on --part P-PAD=2
is "a part keeps its price" "$(field 2 parts.2.unit_price)" 301
t 0 'claim_no *C-77 *$' form edit F2 $on --claim-no ''
t 0 'personal texts alone' form edit F2 $on --customer 'B. Customer'
j form edit F2 $on --km 21001 --claim-no C-78
t 0 'claim_no *C-78 *C-77' form edit F2 $on --claim-no C-77

# ---- review, return, a second version ----

t 0 'under-review .*the review by seat T1-00 of tier 1; findings: hours-reduced, price-missing' form submit F2 $on
says "what a finding means" 'hours-reduced (adjust): more hours than' "$tmp/out"
says "why it is looked at" 'price-missing (refer): ' "$tmp/out"
t 1 'not-your-seat|four-eyes' form review F2 --approve $on
t 1 'not-your-seat' form review F2 --approve $on --by rev.wu
t 2 'one of --approve' form review F2 $on --by rev.li
t 2 'with an approval' form review F2 --refuse --line part:1 $on --by rev.li
t 2 'KIND:N=AMOUNT' form review F2 --line part=1 $on --by rev.li
t 2 'its amount is not one' form review F2 --line part:1=-1 $on --by rev.li
before=$(entries)
t 3 'finer than the minor unit of CNY' form review F2 --line part:2=1.234:why $on --by rev.li
is "an amount that cannot be adds no entry" "$(entries)" "$before"
t 1 'reason-missing' form review F2 --return $on --by rev.li
t 2 'needs its --reason' review F2 --return $on --by rev.li
t 2 'one of --approve, --refuse, --return' review F2 --return --refuse --reason x $on --by rev.li
t 2 'sent back by .wledger information.; nothing was done' review D00001/F1 --return --reason x $on --by rev.li
t 0 'returned .*next: wledger form edit F2' review F2 --return --reason 'which pads?' $on --by rev.li
t 0 'part 1 part_id *P-GREY' form edit F2 --remove part:1 --km 21500 $on
t 0 'under-review' form submit F2 --at 2026-07-05
t 0 '^ *2 mileage *21001 *21500' show form F2
says "who did what" 'rev.li  *form-review .*returned' "$tmp/out"
says "and why" 'which pads' "$tmp/out"
t 1 'line-unknown' form review F2 --line part:7=0:x --at 2026-07-05 --by rev.li
t 0 'partly-approved  [45]' form review F2 --line part:1=350:"one set: enough" --line sublet:1 --reason 'not towed' \
    --at 2026-07-05 --by rev.li
is "a line is cut" "$(field F2 parts.1.approved)" 350.00
is "another refused" "$(field F2 sublet.1.approved)" 0.00
is "priced before" "$(field F2 sublet.1.priced)" 300.00
t 0 'part:1=350.00 one set: enough' show F2
t 1 'form-not-in-review' form review F2 --approve --at 2026-07-05 --by rev.li
t 1 '^F2  refused: form-not-draft' form edit F2 --km 3 --at 2026-07-05
t 1 'form-not-in-repair' form complete F2 --at 2026-07-05
t 0 'ordered .*1 part line requested' form order F2 --at 2026-07-05
t 1 'nothing-to-order' form order F2 --at 2026-07-05
t 0 'in-repair .*next: wledger form complete F2' form start F2 --at 2026-07-05
grep -q 'requested' "$tmp/out" && not_ok "parts are not asked for twice" || ok
t 1 'mileage-below' form complete F2 --km 21499 --at 2026-07-06
t 0 completed form complete F2 --at 2026-07-06
t 2 'who signed' form sign F2 --at 2026-07-06
t 3 'No such file' form sign F2 --name X --paper /nowhere --at 2026-07-06

# ---- papers ----

t 2 'where it is to be written' print form F2
t 2 'en or zh' print form F2 -o "$tmp/x.pdf" --language de
t 2 'there are forms F1 to F2' print form F3 -o "$tmp/x.pdf"
[ -e "$tmp/x.pdf" ] && not_ok "a paper that cannot be made is there" || ok
t 0 . print form F2 -o "$tmp/en.pdf"
t 0 . print form F2 -o "$tmp/zh.pdf" --language zh
t 0 . print form F2 -o "$tmp/again.pdf"
same "a paper again" "$tmp/en.pdf" "$tmp/again.pdf"
if command -v pdftotext >/dev/null; then
    pdftotext -layout "$tmp/en.pdf" "$tmp/text"
    for text in 'Service instruction' "$vin *M08  *Model 8 *2025-04-04 *21500 km" 'B. Customer *warranty' 'completed' \
        'chassis-x, worn lining: Brakes squeal' 'OP-PAD *30 *103.20' 'P-PAD *2 *2 set *301 *350.00' \
        'TOWING *300 *0.00' 'plan *BASE2, all components *2029-04-03' 'partly-approved *rev.li *2026-07-05' \
        'part 1 *350.00 CNY: one set: enough' 'sublet 1 *0.00 CNY: not towed' '2026-07-06 *21500 km'; do
        says "the service instruction" "$text" "$tmp/text"
    done
    pdftotext -layout "$tmp/zh.pdf" "$tmp/text"
    for text in 维修指令 已完工 整车保修 '部分批准 *rev.li' '工时超过标准工时；按标准工时支付' '零件 1 *350.00 CNY' \
        '保修计划 *BASE2, 全部部件 *2029-04-03 *98500 *有效' '制动片 Brake pad set'; do
        says "the same in Chinese" "$text" "$tmp/text"
    done
fi
if command -v pdftoppm >/dev/null && command -v zbarimg >/dev/null; then
    pdftoppm -r 200 -f 1 -l 1 -singlefile -png "$tmp/en.pdf" "$tmp/page"
    is "the bar code" "$(zbarimg --nodbus -q --raw "$tmp/page.png" 2>/dev/null)" F2
fi

# ---- its claim has what review left; forgetting ----

t 0 signed form sign F2 --name 'B. Customer' --at 2026-07-06
t 0 'claim D00002/C-77 ' form claim F2 --at 2026-07-06
t 0 'rev.li +form-review +partial' show D00002/C-77 # whose approval decided it
is "the refused line is not claimed" "$("$wledger" show D00002/C-77 --csv | grep -c TOWING)" 0
t 0 'customer +B. Customer' show F2
t 0 forgotten form forget F2 --at 2026-07-07
t 0 'customer +\(forgotten\)' show F2
t 1 'nothing-to-forget' form forget F2 --at 2026-07-07

# ---- parts that cannot be asked for; a claim that cannot be made ----

t 0 . form open D00003 $vin --km 22000 --type warranty --fault FB-1 --labour OP-PAD --part P-NONE=1@5 --claim-no C-77 \
    --at 2026-07-07
t 0 'ordered .*0 part lines requested, 1 refused' form order F3 --at 2026-07-07
says "why" 'P-NONE: refused: part-unknown' "$tmp/out"

# ---- many, and lists ----

printf 'F4\nF5\n' >"$tmp/names"
for n in 4 5; do
    t 0 "form F$n" form open D00004 $vin --km 2300$n --type warranty --fault FB-1 --labour OP-PADX --at 2026-07-08
done
t 1 '3 done, 1 refused' form submit F3 F4 F5 F1 --at 2026-07-08
"$wledger" list forms --csv --dealer D00004 | cut -d, -f1 | tail -n +2 | tr '\n' ' ' >"$tmp/order"
is "those of a dealer" "$(cat "$tmp/order")" "F4 F5 "
t 0 '^F1 +signed +1 D00001 +.*2026-07-02 .*CNY +D00001/F1' list forms --state signed
t 2 'not a state of forms' list forms --state lost
t 0 . list forms --vin $vin
j list forms
j show form 2
t 1 'form-not-draft' form submit --from "$tmp/names" --at 2026-07-08 --json
holds "the answer is JSON" is_json "$tmp/out"
# ---- a long complaint ----

if command -v pdftotext >/dev/null; then
    lines=$(awk 'BEGIN { for (i = 1; i <= 60; i++) print "line " i }')
    long=$(awk 'BEGIN { for (i = 0; i < 90; i++) printf "刹车时有异响，尤其是在低速。" }')
    t 0 . form open D00003 $vin --km 22000 --complaint "$lines" --at 2026-07-08
    t 0 . form open D00003 $vin --km 22000 --complaint "$long" --at 2026-07-08
    t 0 . print form F6 -o "$tmp/lines.pdf"
    t 0 . print form F7 -o "$tmp/long.pdf" --language zh
    is "a complaint's lines" "$(pdftotext -layout "$tmp/lines.pdf" - | grep -c '^ *line [0-9]*$')" 60
    pdftotext -layout "$tmp/long.pdf" "$tmp/text"
    is "all of a long one" "$(grep -o 刹车时有异响 "$tmp/text" | wc -l) $(grep -o 低速。 "$tmp/text" | wc -l)" "90 90"
    is "no line begins with a comma" "$(grep -c '^ *，' "$tmp/text")" 0
fi

t 0 verified verify
t 0 . replay
finish
