#!/bin/sh
# Stock on the command line: opening balances, deliveries, moves, counts, reversals, what is told of them.
# test_stock_cli.sh WLEDGER [WORLD]
wledger=$1 world=${2:-fixtures/demo}
. "$(dirname "$0")/lib.sh"
begin stock
export WLEDGER_DIR="$tmp/ledger" WLEDGER_BY=tester

entries() {
    "$wledger" stat --csv | sed -n 's/^entries,//p'
}

# file NAME: standard input as a file of the test
file() {
    cat >"$tmp/$1"
}

# on_hand LOCATION PART [BIN]: summed over lots
on_hand() {
    "$wledger" list stock --bins --location "$1" --part "$2" --csv |
        awk -F, -v b="$3" 'NR > 1 && (b == "" || $3 == b) { n += $6 } END { printf "%.3f\n", n }'
}

# is WHAT WANTED GOT
is() {
    holds "$1: $3, not $2" test "$2" = "$3"
}

new_ledger "$WLEDGER_DIR" "$world" || not_ok 'the world cannot be loaded'
at=2026-07-02

# ---- before there is any ----

t 0 'no stock there' list stock
t 0 'below its minimum|W-BJ' list reorder
j list stock
j list stock --bins
j list reorder
t 0 '^part_id,location_id,on_hand,reserved,free,in_transit,on_order$' list stock --csv
t 2 'has no --bins' list parts --bins
t 2 'has no --vin' list stock --vin X
t 2 'which one' show part
t 2 'which one' show unit P000131
t 2 'there is no part P00013; did you mean' show part P00013
t 2 'no lot or serial number L-1' show unit P000131 L-1
t 2 'there is no part' show unit NONE L-1
t 0 'tracking +serial' show part P000009
t 0 'P000055 +2026-05-01' show part P000008
t 0 'P000007 +2025-10-01 yes .*P000008' show part P000055

# ---- stock open: a file that is wrong does nothing ----

before=$(entries)
# bad PATTERN: standard input is refused as a file
bad() {
    cat >"$tmp/bad.csv"
    t 3 "$1" stock open --at $at "$tmp/bad.csv"
}
head=location_id,bin_id,part_id,lot,serial,quantity
printf '%s\n' "location_id,part_id,quantity,colour" "W-BJ,P000131,1,red" | bad 'bad.csv:1: column colour.*no such column'
printf '%s\n' "location_id,part_id" "W-BJ,P000131" | bad 'bad.csv:1: column quantity: is missing'
printf '%s\n' $head "W-BJ,,P000131,,,1" "W-BJ,,P000131,,,0" | bad 'bad.csv:3: column quantity: must be a number above 0'
printf '%s\n' $head "W-BJ,,P000131,,,1.0001" | bad 'bad.csv:2: column quantity'
printf '%s\n' $head "W-BJ,,P000131,,,-1" | bad 'bad.csv:2: column quantity'
printf '%s\n' $head "W-BB,,P000131,,,1" | bad 'bad.csv:2: column location_id: is neither.*did you mean W-B'
printf '%s\n' $head "W-BJ,,P0131,,,1" | bad 'bad.csv:2: column part_id: is not in .parts.*did you mean P'
printf '%s\n' $head "W-BJ,,P000009,,,1" | bad 'bad.csv:2: column serial: is empty, and the part is tracked by serial'
printf '%s\n' $head "W-BJ,,P000009,,S1,2" | bad 'bad.csv:2: column quantity: must be 1'
printf '%s\n' $head "W-BJ,,P000009,L,S1,1" | bad 'bad.csv:2: column lot: must be empty'
printf '%s\n' $head "W-BJ,,P000131,,S1,1" | bad 'bad.csv:2: column serial: must be empty'
printf '%s\n' $head "W-BJ,,P000001,,,1" | bad 'bad.csv:2: column lot: is empty, and the part is tracked by lot'
printf '%s\n' $head "W-BJ,A234567890123456789012345678901X,P000131,,,1" | bad 'column bin_id: must be at most 31 bytes'
printf '%s\n' $head "W-BJ,,P000131,L,,1" "W-BJ,,P000131,,,1" "W-BJ,,P000131,L,,2" | bad 'bad.csv:4: .*the same.*as in line 2'
printf '%s\n' $head "W-BJ,,P000131,,1" | bad 'bad.csv:2: the row has 5 values, the header 6'
printf '%s\n' $head 'W-BJ,,"P000131,,,1' | bad 'quote'
printf '%s\n' $head "W-BJ,,P\377,,,1" | sed 's/\\377/\xff/' | bad 'not UTF-8'
: | bad 'header row'
t 3 'No such file' stock open "$tmp/none.csv"
t 2 'something is missing' stock open
is 'a file that is wrong did something' "$before" "$(entries)"

# ---- stock open ----

file open.csv <<EOF
quantity,part_id,location_id,bin_id,lot,serial
30,P000131,W-BJ,,L-7,
3,P000000,W-BJ,A-01-01,,
1,P000009,W-BJ,,,SN-1
1,P000009,W-BJ,,,"SN,2"
2.5,P000211,D00012,S-03,,
7,P000003,W-SH,NOPE,,

12,P000131,W-BJ,Z-01,L-8,
EOF
t 1 'open.csv:7: W-SH/NOPE P000003  refused: bin-unknown' stock open --at $at "$tmp/open.csv"
says 'the sum' 'open.csv: 7 rows: 6 opened, 1 refused$' "$tmp/out"
is 'on hand' 42.000 "$(on_hand W-BJ P000131)"
is 'in the bin of reference data' 30.000 "$(on_hand W-BJ P000131 A-05-01)"
t 1 '6 opened, 1 refused; 6 were done before' stock open --at $at "$tmp/open.csv"
is 'a file given again' 42.000 "$(on_hand W-BJ P000131)"
t 1 '"line":7,.*"result":"bin-unknown"' stock open --at $at "$tmp/open.csv" --json
holds 'JSON of stock open' is_json "$tmp/out"
printf 'location_id,bin_id,part_id,minimum,maximum\nW-SH,NOPE,P000003,,\n' >"$tmp/bins.csv"
t 0 '1 new' load --at $at "$tmp/bins.csv"
t 0 '7 opened, 0 refused; 6 were done before' stock open --at $at "$tmp/open.csv"
is 'what was refused is done once it is put right' 7.000 "$(on_hand W-SH P000003 NOPE)"
t 0 ',done,.*,yes,' stock open --at $at "$tmp/open.csv" --csv
printf '\357\273\277part_id,location_id,quantity\r\nP000211,W-BJ,2\r\n' >"$tmp/other.csv"
t 0 '1 row: 1 opened' stock open --at $at "$tmp/other.csv"
printf 'part_id,location_id,quantity\nP000211,W-BJ,2\n' >"$tmp/other.csv"
t 1 'already-opened' stock open --at $at "$tmp/other.csv"
"$wledger" stock open --at $at - <"$tmp/other.csv" >"$tmp/out" 2>&1
is 'a refused file from standard input' 1 $?

# A run that is cut off goes on where it was: whatever was done, nothing is done twice.
"$wledger" list parts --csv | awk -F, 'NR > 1 { print $1 }' >"$tmp/parts"
"$wledger" list tracked_parts --csv | awk -F, 'NR > 1 { print $1 }' >"$tmp/tracked"
grep -vxFf "$tmp/tracked" "$tmp/parts" | awk 'BEGIN { print "location_id,part_id,lot,quantity" }
    { for (i = 1; i <= 8; i++) print "D00003," $1 ",L" i ",2" }' >"$tmp/big.csv"
rows=$(($(wc -l <"$tmp/big.csv") - 1))
"$wledger" stock open --at $at "$tmp/big.csv" >/dev/null 2>&1 &
sleep 0.05
kill -9 $! 2>/dev/null
wait $! 2>/dev/null
t 0 "$rows rows: $rows opened, 0 refused" stock open --at $at "$tmp/big.csv"
is 'what a run that was cut off comes to' $((2 * rows)).000 \
    "$("$wledger" list stock --location D00003 --csv | awk -F, 'NR > 1 { n += $3 } END { printf "%.3f\n", n }')"
t 0 "$rows were done before" stock open --at $at "$tmp/big.csv"

# ---- deliver ----

t 2 'which part' deliver W-BJ
t 2 'how much' deliver W-BJ --part P000131
t 2 'above 0' deliver W-BJ --part P000131 --quantity 0
t 2 'serial numbers named: 1' deliver W-BJ --part P000009 --quantity 2 --serial A
t 2 'number 2 of the list' deliver W-BJ --part P000009 --serial A,,B
t 2 'at most|1 to 31' deliver W-BJ --part P000131 -q 1 --bin A234567890123456789012345678901X
t 0 'delivered: 12.5 of P000131 into bin A-05-01, lot @' deliver --at $at W-BJ --part P000131 -q 12.5 --document DN-1
lot=$(sed -n 's/.*lot \(@[0-9]*\).*/\1/p' "$tmp/out")
t 0 'lot L-9 ' deliver --at $at W-BJ --part P000131 -q 1 --lot L-9 --key one
t 0 'done before under this key' deliver --at $at W-BJ --part P000131 -q 1 --lot L-9 --key one
is 'on hand after deliveries' 55.500 "$(on_hand W-BJ P000131)"
j deliver --at $at W-BJ --part P000009 --serial SN-3,SN-4 --bin Z-01
t 1 'serial-known .SN-3' deliver --at $at W-BJ --part P000009 --serial SN-3
says 'where it is' 'it is in warehouse W-BJ/Z-01' "$tmp/out"
t 1 'serial-missing' deliver --at $at W-BJ --part P000009 -q 1
t 1 'lot-missing' deliver --at $at W-BJ --part P000001 -q 1
t 1 'warehouse-unknown .W-BG' deliver --at $at W-BG --part P000131 -q 1
says 'what is near' 'did you mean W-BJ' "$tmp/out"
t 1 'part-unknown' deliver --at $at W-BJ --part P0131 -q 1
t 1 'bin-unknown' deliver --at $at W-BJ --part P000131 -q 1 --bin Q
says 'which bins there are' 'A-05-01, Z-01, MAIN' "$tmp/out"
t 1 '"hint"' deliver --at $at W-BJ --part P000131 -q 1 --bin Q --json
holds 'JSON of a refusal' is_json "$tmp/out"
t 1 'supplier-unknown' deliver --at $at W-BJ --part P000131 -q 1 --supplier NONE

# What waits is filled, oldest first, and told.
t 0 'back-ordered' request --at $at D00012 P000276 -q 2 --reason worn
t 0 'back-ordered' request --at $at D00001 P000276 -q 3 --reason worn
t 0 'request dealer_id quantity' show part P000276
t 0 'reserved for request 1, which waited' deliver --at $at W-SH --part P000276 -q 4
t 0 'W-SH +[^ ]+ +4 +2 +2 ' show part P000276
is 'what of back-orders is left' 1 \
    "$("$wledger" show part P000276 --csv | grep -c '^back_orders\.[0-9]*\.request,')"

# ---- stock move ----

t 2 'please' stock move W-BJ --part P000131
t 2 'one of them' stock move W-BJ --part P000009 --lot L --serial S --from-bin A --to-bin B -q 1
t 0 'moved: 20 of P000131 from bin A-05-01 to bin Z-01' \
    stock move --at $at W-BJ --part P000131 -q 20 --from-bin A-05-01 --to-bin Z-01 --lot L-7
move=$(sed -n 's/.*(entry \([0-9]*\)).*/\1/p' "$tmp/out")
is 'what lies in the other bin' 32.000 "$(on_hand W-BJ P000131 Z-01)"
t 1 'stock-short' stock move --at $at W-BJ --part P000131 -q 400 --from-bin A-05-01 --to-bin Z-01
says 'how much there is' 'W-BJ has 55.5 of it on hand' "$tmp/out"
t 1 'same-location' stock move --at $at W-BJ --part P000131 -q 1 --from-bin Z-01 --to-bin Z-01
j stock move --at $at W-BJ --part P000009 --serial SN-3 --from-bin Z-01 --to-bin A-01-10

# ---- count ----

t 2 'there is no dealer or warehouse W-BX; did you mean' count sheet W-BX
t 2 'count sheet: W-BJ has no bin NOBIN; it has Z-01, A-01-01, .*MAIN' count sheet W-BJ --bin NOBIN
t 2 'count sheet: there is no part P999' count sheet W-BJ --part P999
t 0 '^location_id,' count sheet W-BJ --bin MAIN
t 0 '^location_id,bin_id,part_id,description,unit,lot,on_hand,counted$' count sheet W-BJ
holds 'the sheet is not in the order of bins' sh -c "tail -n +2 '$tmp/out' | cut -d, -f2 | LC_ALL=C sort -c"
t 0 '^W-BJ,A-01-10,P000009,Part 9,ea,sn:SN-1,1,$' count sheet W-BJ --part P000009
t 0 '^W-BJ,A-01-02,P[0-9]*,.*,,0,$' count sheet W-BJ --bin A-01-02
t 0 'rows to count' count sheet W-BJ --bin Z-01 -o "$tmp/sheet.csv"
t 2 'needs its --reason' count book "$tmp/sheet.csv"
t 0 '0 counted, 0 of them differ, [0-9]* not counted' count book --at $at "$tmp/sheet.csv" --reason yearly
awk -F, 'BEGIN { OFS = "," } $6 == "L-7" { $8 = "19.5" } $6 == "L-8" { $8 = 12 } $6 == "sn:SN-4" { $8 = 0 } { print }' \
    "$tmp/sheet.csv" >"$tmp/counted.csv"
t 0 'P000131, lot L-7  counted 19.5, was 20: -0.5 ' count book --at $at "$tmp/counted.csv" --reason yearly
says 'a piece that is not there' 'serial number SN-4  counted 0, was 1: -1' "$tmp/out"
says 'the sum of a count' '3 counted, 2 of them differ' "$tmp/out"
is 'on hand after a count' 31.500 "$(on_hand W-BJ P000131 Z-01)"
t 0 '; 3 were done before' count book --at $at "$tmp/counted.csv" --reason yearly
is 'a count given again' 31.500 "$(on_hand W-BJ P000131 Z-01)"
sed 's/,19.5$/,19/' "$tmp/counted.csv" >"$tmp/stale.csv"
t 1 'count-stale' count book --at $at "$tmp/stale.csv" --reason yearly
printf 'location_id,bin_id,part_id,counted\nW-BJ,Z-01,P000131,33\n' >"$tmp/free.csv"
t 0 'counted 33, was 31.5: \+1.5' count book --at $at "$tmp/free.csv" --reason found
t 0 ',1.500,done,' count book --at $at "$tmp/free.csv" --reason found --csv
j count book --at $at "$tmp/free.csv" --reason found
"$wledger" count book --at $at --key again --reason found - <"$tmp/free.csv" >"$tmp/out" 2>&1
says 'another key books it anew' '1 counted, 0 of them differ, 0 refused$' "$tmp/out"
printf 'location_id,part_id,counted\nW-BJ,P000131,x\n' >"$tmp/bad.csv"
t 3 'bad.csv:2: column counted: must be a number from 0' count book "$tmp/bad.csv" --reason x
printf 'location_id,part_id,lot,counted\nW-BJ,P000009,sn:SN-1,2\n' >"$tmp/bad.csv"
t 3 'bad.csv:2: column counted: must be 0 or 1' count book "$tmp/bad.csv" --reason x
printf 'location_id,bin_id,part_id,on_hand,counted\nW-BJ,Z-01,P000131,many,1\n' >"$tmp/bad.csv"
t 3 'bad.csv:2: column on_hand' count book "$tmp/bad.csv" --reason x
printf 'location_id,bin_id,part_id,counted\nW-SH,,P000276,1\n' >"$tmp/reserved.csv"
t 1 'stock-reserved' count book --at $at "$tmp/reserved.csv" --reason x

# ---- reverse ----

t 2 'needs its --reason' reverse 1
t 2 'not the number of an entry' reverse one --reason x
t 1 'entry-unknown' reverse --at $at 999999 --reason x
t 1 'not-reversible' reverse --at $at 1 --reason x
t 1 'reversal-blocked .*reverse or undo that first' reverse --at $at "$move" --reason x
t 0 'delivered' deliver --at $at W-SH --part P000131 -q 2
wrong=$(sed -n 's/.*(entry \([0-9]*\)).*/\1/p' "$tmp/out")
t 0 "entry $wrong  deliver reversed" reverse --at $at "$wrong" --reason 'wrong warehouse'
says 'what went back' '2 of P000131, lot @.* from warehouse W-SH/A-03-01 to supplier S016' "$tmp/out"
t 1 "already-reversed \\(entry $((wrong + 1))\\)" reverse --at $at "$wrong" --reason x
t 0 'delivered' deliver --at $at W-SH --part P000131 -q 2 --lot BACK
wrong=$(sed -n 's/.*(entry \([0-9]*\)).*/\1/p' "$tmp/out")
j reverse --at $at "$wrong" --reason x

# ---- what is told ----

t 0 '^P000131,W-BJ,56.500,0.000,56.500,0.000,0.000$' list stock --part P000131 --csv
t 0 '^P000131,W-BJ,A-05-01,L-7,,10.000$' list stock --bins --part P000131 --csv
t 0 '^P000009,W-BJ,A-01-10,,"SN,2",1.000$' list stock --bins --part P000009 --csv
holds 'a location takes other rows' test -z \
    "$("$wledger" list stock --location W-SH --csv | awk -F, 'NR > 1 && $2 != "W-SH"')"
j list stock --bins --location W-BJ
t 0 '^D00012,S-04,P000276,Part 276,0.000,0.000,2.000,1.000,3.000,1.000$' list reorder --location D00012 --csv
# Of 4, 2 are reserved, which leaves the minimum; one more, and it is below.
holds 'the minimum is below the minimum' test -z "$("$wledger" list reorder --csv | grep '^W-SH,A-03-02,')"
t 0 'reserved at W-SH' request --at $at D00002 P000276 -q 1 --reason worn
t 0 '^W-SH,A-03-02,P000276,Part 276,4.000,3.000,0.000,2.000,8.000,7.000$' list reorder --part P000276 --csv
t 0 '^D00012,S-01,P000009,Part 9,0.000,0.000,0.000,1.000,3.000,3.000$' list reorder --location D00012 --csv
holds 'what has enough is to be ordered' test -z "$("$wledger" list reorder --csv | grep '^D00012,S-03,')"
t 2 'list stock: there is no dealer or warehouse W-BX; did you mean' list stock --location W-BX
t 2 'list stock: there is no part P00013; did you mean P' list stock --bins --part P00013
t 2 'list reorder: there is no dealer or warehouse NOPE' list reorder --location NOPE
t 2 'list stock: there is no part NOPE' list stock --part NOPE --csv
holds 'an answer to a part that is unknown' test ! -s "$tmp/out"
j show part P000131
t 0 'document DN-1' show part P000131
t 0 '^moves|^last_moves' show part P000131 --csv
t 0 'entry [0-9]+ +wrong warehouse' show part P000131 --limit 50
t 0 'is in +count-adjustment W-BJ' show unit P000009 SN-4
t 0 'stock-count .*yearly' show unit P000009 sn:SN-4
t 0 'warehouse W-BJ/A-01-10' show unit P000009 SN-3
t 0 ',deliver,12.500,supplier,S016,warehouse,W-BJ/A-05-01,document DN-1,' show unit P000131 "$lot" --csv
j show unit P000131 L-7
t 0 'earlier moves +1' show unit P000131 L-7 --limit 2
t 0 'warehouse W-BJ/A-05-01 +10' show unit P000131 L-7
for command in deliver 'stock open' 'stock move' 'count sheet' 'count book' reverse; do
    # shellcheck disable=SC2086
    t 0 'example: wledger' help $command
done

# ---- and all of it stands in the journal ----

t 0 'verified' verify
digest=$(digest_of "$WLEDGER_DIR")
t 0 . rebuild "$tmp/again"
is 'a rebuilt ledger' "$digest" "$(digest_of "$tmp/again")"
t 0 'came out as it stands' replay
finish
