#!/bin/sh
# The command line from demand to fitting: test_demand_cli.sh WLEDGER. A few days at a parts counter, in a small trade of
# its own.
wledger=$1
. "$(dirname "$0")/lib.sh"
begin demand-cli
export WLEDGER_DIR="$tmp/ledger" WLEDGER_BY=clerk
vin=1M8GDM9AXKP042788 other=11111111111111111

# py CODE EXPRESSION ARGUMENT...: the exit code, and what holds of its JSON answer, `d`
py() {
    want=$1 expression=$2
    shift 2
    "$wledger" "$@" --json >"$tmp/out" 2>"$tmp/err" </dev/null
    got=$?
    if [ "$got" -ne "$want" ]; then
        not_ok "exit code $got, not $want: wledger $* --json: $(head -n 3 "$tmp/err")"
    elif python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))
assert eval("(" + sys.argv[2] + ")"), d' "$tmp/out" "$expression" >"$tmp/why" 2>&1; then
        ok
    else
        not_ok "not so: $expression: wledger $* --json: $(tail -n 1 "$tmp/why")"
    fi
}

# The same for commands that are journalled, at the time of the scene.
w() {
    t "$@" --at "$now"
}
wpy() {
    py "$@" --at "$now"
}

entries() {
    "$wledger" stat --csv | sed -n 's/^entries,//p'
}

table() {
    cat >"$tmp/tables/$1.csv"
}

# ---- the trade ----

mkdir "$tmp/tables"
table dealers <<'END'
dealer_id,name,region,country,currency,tax_percent,status
D1,Autohaus Eins,R1,DE,EUR,19,active
D2,Garage Deux,R2,FR,EUR,20,active
D3,Concession Trois,R2,FR,EUR,20,suspended
END
table warehouses <<'END'
warehouse_id,name,region,returns
W1,Lager Nord,R1,no
W2,Lager Ost,R1,no
W3,Entrepot Sud,R2,no
W4,Entrepot Ouest,R2,no
WR,Return centre,R1,yes
END
table bins <<'END'
location_id,bin_id,part_id,minimum,maximum
W1,A-01,P-100,,
D1,SHELF,*,,
END
table suppliers <<'END'
supplier_id,name,recovery_percent
S1,Supplier,80
END
table parts <<'END'
part_id,description,component,unit,supplier_id,return_rule,return_days,warranty_months,warranty_km,lifetime
P-100,Water pump,engine,ea,S1,always,30,24,60000,no
P-101,Water pump mk II,engine,ea,S1,always,30,24,60000,no
P-200,Engine oil,engine,l,S1,never,0,0,0,no
P-300,Control unit,electric,ea,S1,always,30,24,60000,no
P-400,Filter,engine,ea,S1,never,0,0,0,no
"P,5",Gasket,engine,ea,S1,never,0,0,0,no
END
table supersessions <<'END'
part_id,replaced_by,from_date
P-100,P-101,2026-01-01
END
table tracked_parts <<'END'
part_id,tracking
P-300,serial
END
table carriers <<'END'
carrier_id,name
NEX,Nord Express
END
table models <<'END'
model_id,name,list_price,currency
M1,Model One,30000,EUR
END
table vehicles <<END
vin,model_id,production_batch,production_date,sale_date,dealer_id,owner_id
$vin,M1,B1,2024-01-01,2024-06-01,D1,O1
$other,M1,B1,2024-01-01,2024-06-01,D1,O2
END
table fits <<END
dealer_id,invoice_no,vin,part_id,fit_date,fit_km,paid_by,owner_id
D2,OLD-1,$vin,P-400,2025-02-03,12000,customer,O1
D2,OLD-2,$other,P-400,2025-02-04,12000,customer,O2
END

t 0 'a new ledger' init --oem "Test Motors" --zone +01:00 --at 2026-07-01
t 0 'warehouses' load --at 2026-07-01 "$tmp/tables"
t 0 'no requests' list requests
t 0 'no dispatches' list dispatches
t 0 'no discrepancies' list discrepancies
t 2 'there is no request yet' show request 1
t 2 'there is no dispatch yet' print dispatch 1 -o "$tmp/n.pdf"
now=2026-07-01T08:00:00Z
w 0 delivered deliver W1 --part P-100 --quantity 6
w 0 delivered deliver W2 --part P-101 --quantity 10
w 0 delivered deliver W3 --part P-101 --quantity 50
w 0 delivered deliver W1 --part P-200 --quantity 20.5
w 0 delivered deliver W1 --part P-300 --serial SN-1,SN-2,SN-3
w 0 delivered deliver W1 --part P-400 --quantity 8
w 0 delivered deliver W2 --part P-400 --quantity 9
w 0 delivered deliver W1 --part 'P,5' --quantity 4
now=2026-07-01T09:00:00Z

# ---- request ----

before=$(entries)
w 2 'who asks for which part' request
w 2 'who asks for which part' request D1
w 2 'one too many' request D1 P-100 P-200
w 2 'needs its --reason' request D1 P-100
w 2 'a number above 0 with at most 3 decimals' request D1 P-100 --quantity 0 --reason x
w 2 'a number above 0 with at most 3 decimals' request D1 P-100 -q 1.0005 --reason x
w 2 '1 to 200 bytes' request D1 P-100 --reason "$(printf '%0201d' 7)"
w 2 '1 to 32 bytes' request D1 P-100 --reason x --document "$(printf '%033d' 7)"
w 2 'an identifier of 1 to 32 bytes' request D1 "$(printf '%033d' 7)" --reason x
w 2 'an identifier of 1 to 32 bytes' request D1 P-100 --reason x --vin "$(printf '%033d' 7)"
holds 'a request that was not one changed the journal' test "$(entries)" = "$before"

w 0 '^request 1  2 of P-100 reserved at W1, in your region: no other warehouse has enough  \(entry [0-9]+\)$' \
    request D1 P-100 -q 2 --reason 'worn out' --vin $vin --document AP-1 --key R1
before=$(entries)
w 0 '^request 1  .*done before under this key' \
    request D1 P-100 -q 2 --reason 'worn out' --vin $vin --document AP-1 --key R1
holds 'a key that is known added an entry' test "$(entries)" = "$before"
w 1 'key-reused' request D1 P-100 -q 3 --reason 'worn out' --key R1
w 0 'request 2  5 of P-101 \(which replaces P-100\) reserved at W2, in your region: no other there has enough' \
    request D1 P-100 --quantity 5 --reason recall
wpy 0 'd[0]["request"] == 3 and d[0]["result"] == "done" and d[0]["quantity"] == "0.500" and d[0]["state"] == "reserved"
    and d[0]["location_id"] == "W1" and d[0]["choice"] == "only" and d[0]["part_id"] == "P-200" and len(d) == 1' \
    request D1 P-200 -q 0.5 --reason leak
w 0 'P-400 reserved at W2, in your region: it has the largest free quantity there' \
    request D1 P-400 --reason dirty
w 0 'P-101 reserved at W3, in your region: no other there has enough' \
    request D2 P-101 --reason shelf
w 0 'request 6  1 of P-300 reserved at W1' request D1 P-300 --reason dead --vin $vin
w 0 'request 7  100 of P-200 back-ordered: no location has enough' \
    request D1 P-200 -q 100 --reason leak
w 0 '^request,result,dealer_id,.*,line$' request D1 'P,5' --reason leak --csv
says 'a part with a comma is not quoted' '^8,done,D1,"P,5","P,5",1.000,reserved,W1,only,' "$tmp/out"
w 1 'did you mean D1' request D9 P-200 --reason x
w 1 'did you mean P-100' request D1 P-10 --reason x
w 1 'dealer-suspended' request D3 P-200 --reason x
w 1 'vehicle-unknown' request D1 P-200 --reason x --vin NONE
w 1 'quantity-invalid' request D1 P-300 -q 1.5 --reason x
wpy 1 'd[0]["result"] == "part-unknown" and d[0]["request"] is None' request D1 P-10 --reason x

# ---- requests from a file ----

cat >"$tmp/r.csv" <<'END'
part_id,dealer_id,reason,quantity,vin
P-400,D1,dirty,2,
"P,5",D1,"leaks, a lot",,1M8GDM9AXKP042788

P-101,D2,shelf,1.5,
END
before=$(entries)
w 2 'all of it stands in the file' request D1 P-100 --file "$tmp/r.csv"
printf 'dealer_id,part_id,reason\nD1,P-400,dirty\nD1,P-400\n' >"$tmp/bad.csv"
w 3 'bad.csv:3: the row has 2 values, the header 3' request --file "$tmp/bad.csv"
printf 'dealer_id,part_id,reason,colour\n' >"$tmp/bad.csv"
w 3 'bad.csv:1: column colour: there is no such column here; the columns are dealer_id, part_id' request --file "$tmp/bad.csv"
printf 'dealer_id,part_id,reason,part_id\n' >"$tmp/bad.csv"
w 3 'column part_id: stands twice in the header' request --file "$tmp/bad.csv"
printf 'dealer_id,part_id\nD1,P-400\n' >"$tmp/bad.csv"
w 3 'column reason: is missing from the header' request --file "$tmp/bad.csv"
printf 'dealer_id,part_id,reason,quantity\nD1,P-400,dirty,two\n' >"$tmp/bad.csv"
w 3 "bad.csv:2: column quantity: must be a number above 0.*it is 'two'; nothing was done" request --file "$tmp/bad.csv"
printf 'dealer_id,part_id,reason\nD1,P-400,\n' >"$tmp/bad.csv"
w 3 'bad.csv:2: column reason: is empty; fill it in' request --file "$tmp/bad.csv"
printf 'dealer_id,part_id,reason\nD1,P-\200,x\n' >"$tmp/bad.csv"
w 3 'not UTF-8' request --file "$tmp/bad.csv"
printf 'dealer_id,part_id,reason\nD1,P-400,dirty\nD1,P-900,dirty\nD3,P-400,dirty\n' >"$tmp/bad.csv"
w 3 'bad.csv:3  refused: part-unknown' request --file "$tmp/bad.csv"
says 'a file is refused with all that is wrong' 'bad.csv:4  refused: dealer-suspended' "$tmp/out"
says 'it is said that nothing was done' '2 of 3 requests would be refused; nothing was done' "$tmp/err"
wpy 3 'len(d) == 2 and d[0]["result"] == "part-unknown" and d[0]["line"] == 3 and d[0]["entry"] is None' \
    request --file "$tmp/bad.csv"
: >"$tmp/bad.csv"
w 3 'whole header row' request --file "$tmp/bad.csv"
w 3 'No such file' request --file "$tmp/none.csv"
holds 'a file that was refused changed the journal' test "$(entries)" = "$before"
w 0 '3 requests' request --file "$tmp/r.csv"
says 'the first row of the file' '^request 9  2 of P-400 reserved at W1, in your region: of those there with as much, its id is the first' "$tmp/out"
says 'the second row of the file' '^request 10  1 of P,5 reserved at W1' "$tmp/out"
before=$(entries)
wpy 0 'len(d) == 3 and all(r["repeated"] == "yes" for r in d) and [r["request"] for r in d] == [9, 10, 11]
    and [r["line"] for r in d] == [2, 3, 5] and d[2]["quantity"] == "1.500"' \
    request --file "$tmp/r.csv"
holds 'the same file again added entries' test "$(entries)" = "$before"
w 0 'request 12 ' request --file "$tmp/r.csv" --key standing-order
"$wledger" request --file - --at "$now" <"$tmp/r.csv" >"$tmp/out" 2>"$tmp/err"
says 'standard input is the same file' '^request 9 .*done before' "$tmp/out"

# ---- request source, request cancel ----

w 2 'something is missing' request source
w 3 'is not a name: the number of a request' request source x
w 2 'needs its --reason' request cancel 12
w 0 '^2  sourced  \(entry [0-9]+\)  5 of P-101 \(which replaces P-100\) reserved at W2' request source 2
w 1 'there are requests 1 to 14' request source 99
w 0 '^12  cancelled  \(entry [0-9]+\)  2 of P-400 released at W[12]' request cancel 12 --reason 'asked twice'
w 1 'request-closed' request cancel 12 --reason again
w 0 '2 done, 0 refused' request cancel 13 14 --reason 'asked twice'
w 0 'cancelled.*nothing was reserved' request cancel 7 --reason 'too much'
w 0 back-ordered request D1 P-200 -q 30 --reason leak
w 0 'request 15' deliver W1 --part P-200 --quantity 30
t 0 '30 of P-200' show request 15
says 'a delivery is told' 'reserved .*30 of P-200 reserved at W1, in your region: now there is enough, by deliver$' "$tmp/out"

# ---- dispatch ----

w 0 'request 16  1 of P-300 reserved at W1, in region R1: no other warehouse has enough' request D2 P-300 --reason dead

before=$(entries)
w 2 'from where to where' dispatch --to D1 --request all
w 2 'what is shipped' dispatch --from W1 --to D1
w 2 'numbers of requests with commas between, or all' dispatch --from W1 --to D1 --request 1,x
w 2 'numbers of requests with commas between, or all' dispatch --from W1 --to D1 --request 1,,2
for item in P-100 P-100= P-100=0 P-100=x =2 P-100=2@ P-100=2# ','; do
    w 2 'is unclear; write PART=QUANTITY.*such as P-100=2' dispatch --from W1 --to D1 --item "$item"
done
w 2 'one of --item and --file' dispatch --from W1 --to D1 --item P-100=1 --file "$tmp/none.csv"
w 2 'one too many' dispatch 1 --from W1 --to D1 --request 1
holds 'a dispatch that was not one changed the journal' test "$(entries)" = "$before"
w 1 'location-unknown \(W9\)' dispatch --from W9 --to D1 --request all
w 1 'nothing-to-ship' dispatch --from W4 --to D1 --request all
w 1 'request 2 of D1, for 5 of P-101 \(which replaces P-100\), is reserved at W2' dispatch --from W1 --to D1 --request 1,2
w 1 'named-twice \(1\)' dispatch --from W1 --to D1 --request 1,1
w 1 'there are requests 1 to 16' dispatch --from W1 --to D1 --request 99
w 1 'carrier-unknown \(NONE\)' dispatch --from W1 --to D1 --request 1 --carrier NONE
w 1 'stock-short' dispatch --from W1 --to D1 --item P-400=1000
wpy 1 'd["result"] == "part-unknown" and d["about"] == "P-900"' dispatch --from W1 --to D1 --item P-900=1
w 0 '^dispatch 1  shipped from W1 to D1, 10 lines  \(entry [0-9]+\)$' \
    dispatch --from W1 --to D1 --request all --item 'P-400=2, P-100=1@A-01' --carrier NEX --box B-1 --tracking T-9 \
    --key ship
says 'the first line of a dispatch' '^ *1  *1 P-100  *@[0-9]*  *A-01  *2$' "$tmp/out"
says 'a serial number in a dispatch' 'sn:SN-1' "$tmp/out"
before=$(entries)
w 0 '^dispatch 1  .*done before under this key' \
    dispatch --from W1 --to D1 --request all --item 'P-400=2, P-100=1@A-01' --carrier NEX --box B-1 --tracking T-9 \
    --key ship
holds 'a dispatch of all was done twice under one key' test "$(entries)" = "$before"
wpy 0 'd["result"] == "done" and d["dispatch"] == 2 and [l["request"] for l in d["lines"]] == [2, 4]
    and d["lines"][0]["quantity"] == "5.000" and d["left"] == 0' \
    dispatch --from W2 --to D1 -r all
printf 'part_id,quantity,bin_id,lot\n"P,5",1,,\nP-300,1,,sn:SN-3\n' >"$tmp/items.csv"
w 0 '^dispatch 3  shipped from W1 to D2, 2 lines' dispatch --from W1 --to D2 --file "$tmp/items.csv"
printf 'part_id,quantity\nP-400,none\n' >"$tmp/items.csv"
w 3 'items.csv:2: column quantity' dispatch --from W1 --to D2 --file "$tmp/items.csv"

# ---- more requests than one dispatch takes ----

{
    echo dealer_id,part_id,reason
    for n in $(seq 103); do echo "D2,P-101,order $n"; done
} >"$tmp/many.csv"
w 0 '103 requests' request --file "$tmp/many.csv"
"$wledger" list requests --dealer D2 --open --csv >"$tmp/rows"
free=$("$wledger" list requests --dealer D2 --state reserved --location W3 --csv | tail -n +2 | wc -l)
holds 'no request of many is reserved' test "$free" -gt 40
w 0 '^dispatch 4  shipped from W3 to D2' dispatch --from W3 --to D2 --request all
w 0 delivered deliver W3 --part P-101 --quantity 300
{
    echo dealer_id,part_id,reason
    for n in $(seq 110); do echo "D2,P-101,more $n"; done
} >"$tmp/many.csv"
w 0 '110 requests' request --file "$tmp/many.csv"
left=$("$wledger" list requests --dealer D2 --state reserved --location W3 --csv | tail -n +2 | wc -l)
w 0 "^$((left - 100)) more requests for D2 are reserved at W3: give the command again" \
    dispatch --from W3 --to D2 --request all --item P-101=1
py 0 'len(d["lines"]) >= 101 and [l["request"] for l in d["lines"][:-1]] == sorted(l["request"] for l in d["lines"][:-1])
    and "request" not in d["lines"][-1]' show dispatch 5

# ---- receive ----

now=2026-07-02T08:00:00Z

before=$(entries)
w 2 'something is missing' receive
w 2 'not the number of a dispatch' receive x --all
w 2 'what came\?.*--all.*--lines.*LINE=GOOD' receive 1
w 2 'one of --lines and --file' receive 1 --lines 1=1 --file "$tmp/none.csv"
for lines in 1 1= =1 x=1 1=x 1=1+ 1=1+1 1=d 1=0d 1=1d+1d 1=1w 1=1w: 1=1w:P-200# 1=w:P-200 1=1x 1=1dd 1=-1 1=1,,2=1 1=1.0001 \
    1=1:P-200 '1=1 1' 0=1; do
    w 2 'is unclear; write LINE=GOOD.*such as 1=5,2=3\+1d,3=2w:P-200 \(line 1: 5 good' receive 1 --lines "$lines"
done
printf 'line,good\n1,\n' >"$tmp/lines.csv"
w 3 'lines.csv:2: column good: what came of it\?' receive 1 --file "$tmp/lines.csv"
printf 'line,good,wrong_part,wrong\n1,,P-200,\n' >"$tmp/lines.csv"
w 3 'what came of it' receive 1 --file "$tmp/lines.csv"
printf 'line,good,wrong_part,wrong\n1,1,P-200,\n' >"$tmp/lines.csv"
w 3 'column wrong_part: stands together with how many' receive 1 --file "$tmp/lines.csv"
printf 'line,good\nfirst,1\n' >"$tmp/lines.csv"
w 3 "column line: must be the number of a line.*it is 'first'" receive 1 --file "$tmp/lines.csv"
holds 'a receipt that was none changed the journal' test "$(entries)" = "$before"
w 1 'there are dispatches 1 to 5' receive 99 --all
w 1 'dispatch-line-unknown \(11\)' receive 1 --lines 11=1
w 1 'named-twice' receive 1 --lines 1=1,1=1
w 1 'nothing-received' receive 1 --lines 1=0
w 1 'quantity-too-large' receive 1 --lines 1=9d
w 0 '^dispatch 1  shipped  \(entry [0-9]+\)$' receive 1 --lines '1=1+1d, 2=0.3'
says 'a damaged one is told with what may be done' '^ *1 damaged  *1 P-100 .* 1 accept|scrap|write-off$' "$tmp/out"
says 'what is still in transit is told' '^ *2  *3 P-200  *0.5  *0.3  *0  *0.2 SHELF' "$tmp/out"
wpy 0 'd["state"] == "received-short" and d["result"] == "done" and all(l["in_transit"] == "0.000" for l in d["lines"])
    and [x["kind"] for x in d["discrepancies"]] == ["short", "wrong-part"] and d["discrepancies"][1]["part_id"] == "P-400"
    and d["discrepancies"][1]["discrepancy"] == 3 and d["discrepancies"][0]["resolve_as"] == "accept|return|write-off"' \
    receive 1 --all --lines '4=1w:P-400' --key rest
before=$(entries)
wpy 0 'd["repeated"]' receive 1 --all --lines '4=1w:P-400' --key rest
holds 'a receipt was done twice under one key' test "$(entries)" = "$before"
w 1 'dispatch-closed' receive 1 --all
printf 'line,good,damaged\n1,3,1\n2,2,\n' >"$tmp/lines.csv"
w 0 '^dispatch 2  shipped' receive 2 --file "$tmp/lines.csv"
says 'more than was shipped is over' '^ *[0-9]* over  *2 P-400' "$tmp/out"
before=$(entries)
w 0 'done before under this key' receive 2 --file "$tmp/lines.csv"
holds 'the same file again was received twice' test "$(entries)" = "$before"
w 0 '^dispatch 2  received-short' receive 2 --close
says 'what did not come is short' 'short  *1 P-101' "$tmp/out"
says 'that a request lacks something is not told' 'request 2 lacks 2: ask for it anew$' "$tmp/out"
w 1 '^2  refused: request-closed: .*what is missing is asked for by a new request' request source 2
t 0 '^2,.*,received-short,' list requests --open --csv
w 0 '^dispatch 3  received ' receive 3 --all

w 2 'more than 100 lines are in transit: give --lines alone first, then --all' receive 5 --all --lines 1=0.5d
w 0 '^dispatch 5  shipped' receive 5 --lines 1=0.5d
w 0 '^dispatch 5  received-short' receive 5 --all

# ---- resolve ----

w 2 'accept, return, scrap or write-off' resolve 1 --as lose --reason x
w 2 'accept, return, scrap or write-off' resolve 1 --reason x
w 2 'needs its --reason' resolve 1 --as scrap
w 3 'is not a name' resolve x --as scrap --reason x
w 1 'discrepancy 1 is damaged: --as accept\|scrap\|write-off' resolve 1 --as return --reason x
w 1 'discrepancy-unknown' resolve 99 --as scrap --reason x
w 0 '^1  resolved  \(entry [0-9]+\)  1 of P-100 scrapped; request [0-9]+ lacks 1: ask for it anew' resolve 1 --as scrap --reason 'broken in two'
w 1 'discrepancy-resolved' resolve 1 --as scrap --reason again
w 0 '^3  resolved .* 1 of P-400 into D1/SHELF' resolve 3 --as accept --reason 'kept it'
wpy 1 '[r["result"] for r in d] == ["done", "discrepancy-resolved"] and d[0]["state"] == "write-off"' \
    resolve 2 3 --as write-off --reason 'the carrier lost it'

# ---- fit ----

now=2026-07-02T10:00:00Z

f() {
    want=$1 pattern=$2
    shift 2
    w "$want" "$pattern" fit D1 "$@"
}
before=$(entries)
w 2 'something is missing' fit D1
f 2 'one of --request N and --part PART' $vin --km 1 --invoice I --paid-by customer
f 2 'one of --request N and --part PART' $vin --km 1 --invoice I --paid-by customer --request 1 --part P-100
f 2 'what does the odometer say' $vin --invoice I --paid-by customer --request 1
f 2 'whole number from 0 to 9999999' $vin --km 10000000 --invoice I --paid-by customer --request 1
f 2 'the repair order or invoice' $vin --km 1 --paid-by customer --request 1
f 2 'the part.s own warranty hangs on it' $vin --km 1 --invoice I --request 1
f 2 'customer or warranty' $vin --km 1 --invoice I --request 1 --paid-by me
f 2 'one of --lot and --serial|--lot and --serial' $vin --km 1 --invoice I --part P-300 --paid-by customer --lot L --serial S
holds 'a fitting that was none changed the journal' test "$(entries)" = "$before"
f 0 "^fitted  1 of P-100 to $vin at 45200 km, paid by warranty  \\(entry [0-9]+\\)$" \
    $vin --km 45200 --invoice RO-1 --request 1 --paid-by warranty
f 1 'request 1 of D1, for 2 of P-100, is fitted' $vin --km 45200 --invoice RO-1 --request 1 --paid-by warranty
f 1 'quantity-too-large' $vin --km 1 --invoice I --request 15 --paid-by warranty --quantity 40
w 1 'request 5 of D2, for 1 of P-101, is shipped' fit D2 $vin --km 1 --invoice I --request 5 --paid-by warranty
f 0 '0.3 more of request 3 wait to be fitted' \
    $vin --km 45200 --invoice RO-1 --request 3 --quantity 0.2 --paid-by customer
wpy 0 'd["result"] == "done" and d["quantity"] == "1.000" and d["owner_id"] == "O1" and d["left_to_fit"] == "0.000"' \
    fit D1 $vin --km 45200 --invoice RO-1 --request 6 --paid-by customer
f 1 'stock-short' $vin --km 1 --invoice I --part P-300 --serial SN-9 --paid-by customer
f 1 'request-elsewhere' $other --km 1 --invoice I --request 10 --paid-by customer
f 1 'did you mean P-400' $vin --km 1 --invoice I --part P-40 --paid-by customer
now=2026-07-03T10:00:00Z
f 0 'fitted  1 of P-400' $vin --km 46000 --invoice RO-2 --part P-400 --paid-by customer
f 1 'fit-known' $vin --km 46000 --invoice RO-2 --part P-400 --paid-by customer

# ---- list ----

t 2 'has no --party' list requests --party X
t 2 'not a state of requests; there is: reserved, back-ordered' list requests --state open
t 2 'not a kind of discrepancies; there is: short, damaged' list discrepancies --kind lost
t 2 'has no --late' list requests --late
for what in requests dispatches discrepancies; do
    j list "$what"
    t 0 , list "$what" --csv
done
t 0 '^1,2026-07-01,D1,P-100,P-100,2.000,1.000,1.000,fitted,D1,1,' list requests --csv
holds 'requests of one vehicle' test "$("$wledger" list requests --vin $vin --csv | wc -l)" -eq 5
holds 'a fitted request is open' test -z "$("$wledger" list requests --open --csv | grep '^1,')"
t 0 '^2,' list requests --part P-100 --csv
holds 'another part is listed' test -z "$("$wledger" list requests --part P-100 --csv | grep P-200)"
t 0 '^4,2026-07-01,W3,D2,shipped,no,' list dispatches --open --csv
holds 'a received dispatch is open' test -z "$("$wledger" list dispatches --open --csv | grep '^[123],')"
holds 'dispatches from another location' test "$("$wledger" list dispatches --location W2 --csv | wc -l)" -eq 2
holds 'dispatches of a part' test "$("$wledger" list dispatches --part P-300 --csv | wc -l)" -eq 3
t 0 'no dispatches' list dispatches --late
t 0 '^1,2026-07-02,damaged,1,1,,W1,D1,P-100,@[0-9]*,1.000,scrap$' list discrepancies --csv
holds 'a resolved discrepancy is open' test -z "$("$wledger" list discrepancies --open --csv | grep '^[123],')"
holds 'discrepancies of a kind' test "$("$wledger" list discrepancies --kind over --csv | wc -l)" -eq 2

t 2 'list requests: there is no dealer D9; did you mean D' list requests --dealer D9
t 2 'list requests: there is no part P-10; did you mean P-100' list requests --part P-10
t 2 'there is no dealer or warehouse W9; did you mean W' list dispatches --location W9
t 2 'there is no dealer or warehouse NOWHERE; `wledger list' list discrepancies --location NOWHERE --json
holds 'an answer to a name that is unknown' test ! -s "$tmp/out"
t 0 'no dispatches' list dispatches --dealer D3

# ---- show ----

t 2 'there are 1 to' show request 9999
t 2 'a number, please' show dispatch x
t 2 'there are 1 to' show discrepancy 999
for step in 'requested .*2 of P-100: worn out' 'reserved .*no other warehouse has enough' 'dispatched .*dispatch 1, W1 to D1' \
    'received .*1 good, 1 short, damaged or wrong' "fitted .*1 to $vin at 45200 km, invoice RO-1"; do
    t 0 "2026-07-0. $step" show request 1
done
t 0 'location id +D1' show request 15
t 0 'reserved .*30 of P-200 reserved at W1, in your region: now there is enough, by deliver$' show request 15
py 0 'd["state"] == "fitted" and d["received"] == "1.000" and [s["step"] for s in d["way"]] ==
    ["requested", "reserved", "dispatched", "received", "resolved", "fitted"] and
    d["way"][4]["note"] == "discrepancy 1, 1 damaged: scrap, broken in two" and
    [(c["location_id"], c["choice"]) for c in d["considered"]] ==
    [("D1", "not-enough"), ("D1", "not-enough"), ("W1", "only"), ("W2", "not-enough"), ("W3", "not-enough"), ("W4", "not-enough")] and
    d["considered"][2]["free"] == "6.000"' show request 1
py 0 '[s["step"] for s in d["way"]] == ["requested", "reserved", "dispatched", "received", "received", "fitted"]
    and "vin" not in d' show request 3
py 0 '[s["step"] for s in d["way"]] == ["requested", "back-ordered", "cancelled"] and d["state"] == "cancelled"' show request 7
t 0 'what,value' show request 1 --csv
py 0 'd["state"] == "received-short" and d["late"] == "no" and d["to_name"] == "Autohaus Eins" and len(d["lines"]) == 10 and
    d["lines"][0]["shipped"] == "2.000" and d["lines"][0]["discrepant"] == "1.000" and
    all(l["in_transit"] == "0.000" for l in d["lines"]) and [r["line"] for r in d["receipts"]][:2] == [1, 2] and
    [x["discrepancy"] for x in d["discrepancies"]] == [1, 2, 3] and d["discrepancies"][0]["state"] == "scrap"' show dispatch 1
t 0 'from name +Lager Nord' show dispatch 1
py 0 'd["kind"] == "damaged" and d["state"] == "scrap" and [s["step"] for s in d["way"]] == ["found", "scrap"] and
    d["way"][1]["note"] == "broken in two" and "resolve_as" not in d' show discrepancy 1
t 0 'resolve as +accept\|return\|scrap' show discrepancy 5

# ---- show vehicle: once, in the order of time, also what was taken back ----

py 0 '[(p["date"], p["what"], p["part_id"], p["source"]) for p in d["parts"]] == [
    ("2025-02-03", "fitted", "P-400", "loaded"), ("2026-07-02", "fitted", "P-100", "ledger"),
    ("2026-07-02", "fitted", "P-200", "ledger"), ("2026-07-02", "fitted", "P-300", "ledger"),
    ("2026-07-03", "fitted", "P-400", "ledger")] and d["parts"][3]["serial"] == "SN-1" and
    d["parts"][1]["request"] == 1 and d["parts"][1]["invoice_no"] == "RO-1" and d["parts"][2]["quantity"] == "0.200" and
    d["parts"][0]["km"] == 12000 and d["parts"][1]["paid_by"] == "warranty" and d["claims"] == []' show vehicle $vin
fitted=$("$wledger" show vehicle $vin --json | python3 -c 'import json, sys
print(json.load(sys.stdin)["parts"][4]["entry"])')
w 0 . reverse "$fitted" --reason 'wrong vehicle'
py 0 'len(d["parts"]) == 5 and d["parts"][4]["reversed_by"] and "reversed_by" not in d["parts"][3]' show vehicle $vin
py 0 'd["state"] == "fitted" and "reversed_by" not in d["way"][-1]' show request 6
fitted=$("$wledger" show vehicle $vin --json | python3 -c 'import json, sys
print(json.load(sys.stdin)["parts"][3]["entry"])')
w 0 . reverse "$fitted" --reason 'not fitted after all'
py 0 'd["state"] == "received" and [s["step"] for s in d["way"]][-2:] == ["fitted", "reversed"] and
    d["way"][-2]["reversed_by"] == d["way"][-1]["entry"] and "not fitted after all" in d["way"][-1]["note"]' show request 6
for entry in 35 40 100 200 "$fitted"; do
    j show entry "$entry"
done
t 0 'fitted P-400' show vehicle $other

# ---- print ----

t 2 'where it is to be written' print dispatch 1
t 2 'the number of a dispatch' print label x -o "$tmp/l.pdf"
t 2 'there are 1 to 5' print dispatch 99 -o "$tmp/n.pdf"
t 0 'n.pdf: note of dispatch 1, 10 lines' print dispatch 1 -o "$tmp/n.pdf"
t 0 'l.pdf: label of dispatch 1' print label 1 -o "$tmp/l.pdf"
t 0 . print dispatch 1 --output "$tmp/n2.pdf"
same 'a note was printed in two ways' "$tmp/n.pdf" "$tmp/n2.pdf"
holds 'a note is no PDF' grep -q '^%PDF-' "$tmp/n.pdf"
holds 'a note does not bear the time of its dispatch' grep -q 'CreationDate (20260701090000Z' "$tmp/n.pdf"
holds 'a label is no PDF' grep -q '^%PDF-' "$tmp/l.pdf"
t 5 'folder cannot be opened' print dispatch 1 -o "$tmp/none/n.pdf"

# ---- a dispatch that was reversed stands in the way of its request ----

w 0 'request [0-9]+ ' request D2 P-400 --reason dirty
request=$(sed -n 's/^request \([0-9]*\) .*/\1/p' "$tmp/out")
from=$(sed -n 's/.* reserved at \(W[0-9]\),.*/\1/p' "$tmp/out")
w 0 'shipped' dispatch --from "$from" --to D2 --request "$request"
shipped=$(sed -n 's/^dispatch.*(entry \([0-9]*\)).*/\1/p' "$tmp/out")
w 0 'reversed' reverse "$shipped" --reason 'wrong box'
w 1 "already-reversed \\(entry $((shipped + 1))\\)" reverse "$shipped" --reason 'wrong box'
w 0 'shipped' dispatch --from "$from" --to D2 --request "$request"
py 0 '[s["step"] for s in d["way"]] == ["requested", "reserved", "dispatched", "reversed", "dispatched"] and
    d["way"][2]["reversed_by"] == d["way"][3]["entry"] and "wrong box" in d["way"][3]["note"]' show request "$request"

# ---- help, and that all of it verifies and comes out the same again ----

for name in request 'request source' 'request cancel' dispatch receive resolve fit 'print dispatch' 'print label'; do
    # shellcheck disable=SC2086 # a command may be two words
    t 0 "^wledger $name - " help $name
    # shellcheck disable=SC2086
    t 0 '^example: wledger ' $name --help
done
t 0 verified verify
t 0 replayed replay
finish
