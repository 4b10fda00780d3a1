#!/bin/sh
# The defective loop on the command line: test_returns_cli.sh WLEDGER [WORLD]. Removed parts are tagged, shipped, scanned
# in (from a pipe, and one by one as a hand scanner does), inspected, disposed of; what is late; the papers.
wledger=$1 world=${2:-fixtures/demo}
. "$(dirname "$0")/lib.sh"
begin returns-cli
export WLEDGER_DIR="$tmp/ledger" WLEDGER_BY=tester

entries() {
    "$wledger" stat --csv | sed -n 's/^entries,//p'
}

# owed CONDITION N: of the Nth claim with a return obligation for which an awk condition holds, DEALER/CLAIM and that line.
# Columns of `list obligations --csv`: 1 claim, 2 line, 3 part, 4 quantity, 5 due, 6 state, 7 outcome, 8 tagged.
owed() {
    "$wledger" list obligations --csv |
        awk -F, -v n="$2" "NR > 1 && ($1) && !had[\$1]++ { if (++seen == n) { print \$1, \$2; exit } }"
}

# tags_made: the numbers in the column `made` of the answer in $tmp/out, one a line
tags_made() {
    awk -F, 'NR > 1 { print $NF }' "$tmp/out" | tr ' ' '\n' | grep .
}

# scan EXIT REGEX INPUT [ARGUMENT...]: what scanning a file's lines ends with and answers
scan() {
    want=$1 pattern=$2 input=$3
    shift 3
    "$wledger" return receive --scan "$@" <"$input" >"$tmp/out" 2>"$tmp/err"
    got=$?
    if [ "$got" -ne "$want" ]; then
        not_ok "exit code $got, not $want: scan $*: $(head -n 3 "$tmp/out" "$tmp/err")"
    elif ! cat "$tmp/out" "$tmp/err" | grep -qE -- "$pattern"; then
        not_ok "no \`$pattern\` in the answer to: scan $*: $(head -n 5 "$tmp/out" "$tmp/err")"
    else
        ok
    fi
}

t 0 . init --at 2026-07-01
t 0 . load --at 2026-07-01 "$world"
mkdir "$tmp/more"
printf 'warehouse_id,name,region,returns\nW-XX,Another centre,R9,yes\n' >"$tmp/more/warehouses.csv"
t 0 . load --at 2026-07-01 "$tmp/more"
t 0 . import --at 2026-07-02 "$world/claims.xml.gz"

# A dealer with several parts to send back; a part of one piece, one of several; one that is measured.
dealer=$("$wledger" list obligations --csv | awk -F'[,/]' 'NR > 1 { n[$1]++ } END { for (d in n) print n[d], d }' |
    sort -k1,1nr -k2 | awk 'NR == 1 { print $2 }')
of="index(\$1, \"$dealer/\") == 1"
single=$(owed "$of && \$4 == \"1.000\"" 1)
single2=$(owed "$of && \$4 == \"1.000\"" 2)
single3=$(owed "$of && \$4 == \"1.000\"" 3)
several=$(owed '$4 ~ /^[2-9]\.000$/' 1)
part=$("$wledger" list obligations --csv | awk -F, -v c="${single% *}" -v l="${single#* }" '$1 == c && $2 == l { print $3 }')
vin=$("$wledger" list claims --csv | awk -F, -v c="${single% *}" '$1 == c { print $5 }')

# ---- usage ----

before=$(entries)
t 2 'something is missing' tag
t 3 'is not a name' tag nonsense
t 2 'name one claim' tag "${single% *}" "${single2% *}" --serial X
t 2 'whole number from 1' tag "${single% *}" --line 0
t 2 '--vin VIN, --part P and --reason' tag loose "$dealer"
t 2 'at most 3 decimals|a number' tag loose "$dealer" --vin "$vin" --part "$part" --reason r --quantity 1.0001
t 3 'number of a tag' tag link 0000000014 "${single% *}" --line 1
t 2 'the part line that it belongs to' tag link 0000000013 "${single% *}"
t 3 'not a claim.s name' tag link 0000000013 nonsense --line 1
t 2 'one of --tags' return ship "$dealer"
t 2 'one of --tags' return ship "$dealer" --tags all --from /dev/null
t 2 'which dealer' return ship --from /dev/null
t 3 'number of a tag' return ship "$dealer" --tags 0000000014
t 3 'number of a tag' return ship "$dealer" --tags ''
t 3 'number of a tag' return ship "$dealer" --tags 0000000013,,0000000021
t 2 'takes no names' return receive "${single% *}" --scan
t 2 'give --scan' return receive "${single% *}" --centre C1
t 2 'something is missing' return receive
t 2 'accepted, wrong-part' return inspect 0000000013
t 2 'accepted, wrong-part.* or abuse' return inspect 0000000013 --outcome good
t 3 'DEALER/CLAIM, or the number of a tag' return inspect 0000000014 --outcome accepted
t 3 'DEALER/CLAIM, please' return inspect 0000000013 --line 1 --outcome accepted
t 2 'scrap, supplier or dealer' return dispose 0000000013
t 2 'scrap, supplier or dealer' return dispose 0000000013 --to away --reason r
t 2 'needs its --reason' return dispose 0000000013 --to scrap
t 3 'number of a return shipment' return close x
t 3 'number of a return shipment' return close D1
t 2 'no return shipment yet|no return yet' show return 1
t 2 'number of a tag' show tag 17
t 2 'number of a tag' show tag 13
t 2 '0000000014: its check digit is wrong' show tag 0000000014
t 2 'no tag yet' show tag 0000000013
t 2 'no return shipment yet' print return 1 -o "$tmp/x.pdf"
t 2 '-o FILE.pdf' print tags "${single% *}"
t 2 'which' print tags -o "$tmp/x.pdf"
t 2 'has no tags' print tags "${single% *}" -o "$tmp/x.pdf"
t 2 'has no --vin' list returns --vin X
t 2 'not a state of tags.*shipped' list tags --state open
t 2 'not a state of obligations.*overdue' list obligations --state tagged
t 0 'no tags' list tags
t 0 'no returns' list returns
holds 'a command that was not one changed the journal' test "$(entries)" = "$before"

# ---- tags ----

t 0 'tagged  \(entry [0-9]+\)  tag 0000000013' tag "${single% *}" --line "${single#* }" --at 2026-07-03 --key T1
t 0 'tag 0000000013' tag "${single% *}" --line "${single#* }" --at 2026-07-03 --key T1
t 1 'already-tagged' tag "${single% *}" --line "${single#* }" --at 2026-07-03
t 1 'claim-unknown' tag "$dealer/none" --at 2026-07-03
t 0 . tag "${several% *}" --line "${several#* }" --at 2026-07-03 --csv
tags_made >"$tmp/several"
pieces=$("$wledger" list obligations --csv | awk -F, -v c="${several% *}" -v l="${several#* }" '$1 == c && $2 == l { print int($4) }')
holds 'not one tag for each piece' test "$(wc -l <"$tmp/several")" -eq "$pieces"
printf '%s\n' "${single2% *}" "${single3% *}" >"$tmp/names"
t 0 '2 done, 0 refused' tag --from "$tmp/names" --at 2026-07-03
t 0 '^0000000013,tagged,' list tags --csv --dealer "$dealer"
t 0 '^0000000013,tagged,' list tags --csv --vin "$vin" --part "$part" --state tagged
t 0 "^${single% *},.*,open,,1.000,0.000,0.000" list obligations --csv
t 0 '0000000013 +tagged' show "${single% *}"
t 0 'removed.*' show tag 0000000013
t 0 'not fitted through this ledger' show tag '000 000 001-3'
j show tag 0000000013
t 0 'what,value' show tag 0000000013 --csv

t 1 'vehicle-unknown' tag loose "$dealer" --vin NONE --part "$part" --reason leaks --at 2026-07-03
t 0 . tag loose "$dealer" --vin "$vin" --part "$part" --reason 'leaks at the seal' --at 2026-07-03 --csv
loose=$(tags_made)
t 0 'belongs to no claim yet' show tag "$loose"
t 1 'already-tagged|tag-mismatch' tag link "$loose" "${single% *}" --line "${single#* }" --at 2026-07-03

# ---- shipping ----

t 1 'dealer-unknown' return ship NONE --tags 0000000013 --at 2026-07-04
t 1 'carrier-unknown' return ship "$dealer" --tags 0000000013 --carrier NONE --at 2026-07-04
t 1 'centre-unknown' return ship "$dealer" --tags 0000000013 --to W-BJ --at 2026-07-04
t 1 'named-twice' return ship "$dealer" --tags 0000000013,0000000013 --at 2026-07-04
t 0 'return 1 to W-WH, tag 0000000013' return ship "$dealer" --tags 0000000013 --carrier EXP --box B-7 --tracking T-7 --at 2026-07-04 --key R1
t 0 'done before under this key' return ship "$dealer" --tags 0000000013 --carrier EXP --box B-7 --tracking T-7 --at 2026-07-04 --key R1
t 1 'already-shipped' return ship "$dealer" --tags 0000000013 --at 2026-07-04
"$wledger" list tags --csv --dealer "$dealer" --state tagged | sed 1d | cut -d, -f1 | grep -v "$loose" >"$tmp/mine"
second=$(sed -n 1p "$tmp/mine") third=$(sed -n 2p "$tmp/mine")
printf '%s\n' '# what goes into the box' "$second" "  $third " | "$wledger" return ship "$dealer" --from - --at 2026-07-04 >"$tmp/out" 2>&1
holds 'tags from standard input are not shipped' grep -q "return 2 to W-WH, tags $second $third" "$tmp/out"
of_other=${several%%/*}
t 0 'shipped' return ship "$of_other" --tags all --at 2026-07-04 --key ALL
t 0 'done before under this key' return ship "$of_other" --tags all --at 2026-07-04 --key ALL
t 1 'nothing-to-ship' return ship "$of_other" --tags all --at 2026-07-04
t 0 '^1,' list returns --csv --dealer "$dealer" --open
t 0 'tracking +T-7' show return 1
t 0 "0000000013 .*${single% *}" show return 1
t 0 'tracking +T-7' show return R1
t 0 'tracking +T-7' show return r1
t 2 'a number, please' show return D1
j show return 1
j list returns
j list tags
t 0 'in_transit' list returns

# ---- the papers; the same bytes for ever ----

papers=
if command -v pdftoppm >/dev/null && command -v zbarimg >/dev/null; then
    papers=yes
fi
# codes FILE.pdf: the bar codes on its pages, one a line
codes() {
    rm -f "$tmp"/page*
    pdftoppm -r 300 -gray "$1" "$tmp/page" && zbarimg -q --raw "$tmp"/page* 2>/dev/null | sort
}
t 0 ': 1 tag$' print tags 0000000013 -o "$tmp/one.pdf"
t 0 ': 2 tags' print tags --return 2 -o "$tmp/two.pdf"
t 0 ": $pieces tags" print tags "${several% *}" -o "$tmp/several.pdf"
t 0 'return 2, 2 tags' print return 2 -o "$tmp/list.pdf"
t 0 'list.pdf: return 2, 2 tags' print return R2 -o "$tmp/list.pdf"
t 0 'box.pdf: return 2, 2 tags' print return r2 --label -o "$tmp/box.pdf"
t 5 'folder cannot be opened' print tags 0000000013 -o "$tmp/none/a.pdf"
if [ "$papers" ]; then
    codes "$tmp/one.pdf" >"$tmp/codes"
    holds "the label of one tag reads $(cat "$tmp/codes")" test "$(cat "$tmp/codes")" = 0000000013
    codes "$tmp/several.pdf" >"$tmp/codes"
    sort "$tmp/several" >"$tmp/wanted"
    same 'the labels of a line of several pieces' "$tmp/wanted" "$tmp/codes"
    codes "$tmp/list.pdf" >"$tmp/codes"
    holds 'a return list is not scanned as R2' grep -qx R2 "$tmp/codes"
    codes "$tmp/box.pdf" >"$tmp/codes"
    holds 'the label of a return is not scanned as R2' grep -qx R2 "$tmp/codes"
else
    echo "left out: reading the bar codes (pdftoppm and zbarimg are not installed)"
fi

# ---- scanning: what is read from a pipe ----

unknown=
for digit in 0 1 2 3 4 5 6 7 8 9; do
    "$wledger" show tag "000999999$digit" 2>&1 | grep -q 'no such tag' && unknown=000999999$digit
done
spaced=$(echo "$second" | sed 's/\(...\)\(...\)\(...\)\(.\)/\1 \2 \3-\4/')
{
    printf '0000000013\n%s \r\n0000000013\n%s\n%s\n0000000014\n' "$spaced" "$loose" "$unknown"
    printf 'what is this\n\n%01000d\n\377\376\001\000x\n' 7
    printf '%s' "$third"
} >"$tmp/lines"
before=$(entries)
scan 3 '3 received, 3 refused, 5 unreadable' "$tmp/lines" --at 2026-07-05
holds 'not one answer for each line' test "$(wc -l <"$tmp/out")" -eq 11
nth() {
    sed -n "$1p" "$tmp/out"
}
holds 'a good tag' test "$(nth 1 | grep -c "^0000000013  received  W-WH/MAIN  (entry [0-9]*)  $part of ${single% *} line ${single#* };")" = 1
holds 'a tag with spaces' test "$(nth 2 | grep -c "^$second  received")" = 1
holds 'a tag that was read twice' test "$(nth 3 | grep -c "^0000000013  refused: already-received.*${single% *}")" = 1
holds 'a tag that was not shipped' test "$(nth 4 | grep -c "^$loose  refused: tag-not-shipped")" = 1
holds 'a tag that nobody made' test "$(nth 5 | grep -c "^$unknown  refused: tag-unknown")" = 1
holds 'a wrong check digit' test "$(nth 6 | grep -c "^0000000014  unreadable: .*check digit")" = 1
holds 'what is no tag' test "$(nth 7 | grep -c "^what is this  unreadable")" = 1
holds 'an empty line' test "$(nth 8 | grep -c "(nothing)  unreadable: the line is empty")" = 1
holds 'a long line' test "$(nth 9 | grep -c "unreadable: the line is too long")" = 1
holds 'bytes that are no text' test "$(nth 10 | grep -c "unreadable: it is not the number of a tag")" = 1
holds 'the last line, which has no end' test "$(nth 11 | grep -c "^$third  received")" = 1
holds 'an entry for what was no tag' test "$(entries)" = $((before + 6))
scan 1 '0 received, 1 refused, 0 unreadable' /dev/stdin --at 2026-07-05 <<END
0000000013
END
# What stands on boxes is no tag, nor is a number without its zeros.
before=$(entries)
printf 'D92\nr92\n92\n13\n' >"$tmp/lines"
scan 3 '0 received, 0 refused, 4 unreadable' "$tmp/lines"
holds 'a label of a dispatch' test "$(nth 1)" = 'D92  unreadable: it is the label of dispatch 92, not a tag'
holds 'a label of a return' test "$(nth 2)" = 'r92  unreadable: it is the label of return 92, not a tag'
holds 'a number that is too short' test "$(nth 3 | grep -c '^92  unreadable: .*all ten digits')" = 1
holds 'a tag without its zeros' test "$(nth 4 | grep -c '^13  unreadable')" = 1
holds 'an entry for what is no tag' test "$(entries)" = "$before"
scan 0 '0 received, 0 refused, 0 unreadable' /dev/null
t 0 'received' show tag 0000000013
t 0 'is not inspected yet' show "${single% *}"

# The lines of one file share a commit; with a key, the file again gives the first answers.
"$wledger" list tags --csv --state shipped | sed 1d | cut -d, -f1 >"$tmp/box"
scan 1 'return-mismatch' "$tmp/box" --centre W-XX --at 2026-07-05
commits() {
    "$wledger" stat --csv | sed -n 's/^commits,//p'
}
was=$(commits)
scan 0 . "$tmp/box" --centre W-WH --bin MAIN --at 2026-07-05 --key BOX --json
holds 'a file of tags is more than one commit' test "$(commits)" -le $((was + 1))
cp "$tmp/out" "$tmp/first"
before=$(entries)
scan 0 . "$tmp/box" --centre W-WH --bin MAIN --at 2026-07-05 --key BOX --json
holds 'a key that is known added entries' test "$(entries)" = "$before"
holds 'the JSON of a scan does not say what it must' python3 - "$tmp/first" "$tmp/out" "$tmp/box" <<'END'
import json, sys
first, again = (json.load(open(name)) for name in sys.argv[1:3])
tags = open(sys.argv[3]).read().split()
assert [row["tag"] for row in first] == tags == [row["tag"] for row in again]
assert [row["input_line"] for row in first] == list(range(1, len(tags) + 1))
assert all(row["result"] == "done" and row["place"] == "W-WH/MAIN" and row["claim"] for row in first)
assert all(row["repeated"] == "yes" for row in again) and first[-1]["lines_missing"] >= 0
assert [row["entry"] for row in first] == [row["entry"] for row in again]
END

# ---- scanning: an answer before the next tag is read ----

for n in 1 2 3 4; do
    "$wledger" tag loose "$dealer" --vin "$vin" --part "$part" --reason "spare $n" --at 2026-07-06 --csv >"$tmp/out"
    tags_made
done >"$tmp/slow"
"$wledger" return ship "$dealer" --from "$tmp/slow" --at 2026-07-06 >/dev/null
keyed=$(sed -n 4p "$tmp/slow")
printf '%s\n%s\n' "$keyed" "$keyed" >"$tmp/lines"
scan 1 '1 received, 1 refused, 0 unreadable' "$tmp/lines" --at 2026-07-06 --key TWICE
holds 'a key hides that a tag was read twice' test "$(sed -n 2p "$tmp/out" | grep -c already-received)" = 1
first=$(sed -n 1p "$tmp/slow") middle=$(sed -n 2p "$tmp/slow") last=$(sed -n 3p "$tmp/slow")
# answered N: waits until N whole lines stand in the answer, at most 10 seconds
answered() {
    for _ in $(seq 100); do
        [ "$(wc -l <"$tmp/answers")" -ge "$1" ] && return 0
        sleep 0.1
    done
    return 1
}
state_of() {
    "$wledger" show tag "$1" --csv | sed -n 's/^state,//p'
}
mkfifo "$tmp/scanner"
: >"$tmp/answers"
"$wledger" return receive --scan --at 2026-07-07 <"$tmp/scanner" >"$tmp/answers" 2>"$tmp/err" &
scanning=$!
exec 3>"$tmp/scanner"
printf '%s\n' "$first" >&3
holds 'no answer before the next tag is read' answered 1
holds 'an answer that is not durable' test "$(state_of "$first")" = received
printf '%.5s' "$middle" >&3
sleep 0.3
holds 'an answer to half a line' test "$(wc -l <"$tmp/answers")" -eq 1
printf '%s\r' "$(echo "$middle" | cut -c6-)" >&3
holds 'no answer to a line that ends with CR' answered 2
printf '\n%s\n%s\n' "$last" "$first" >&3
holds 'no answers to two lines at once' answered 4
exec 3>&-
wait $scanning
got=$?
holds "exit code $got of a scan with a refusal" test $got -eq 1
holds 'what was scanned one by one' test "$(cut -d' ' -f1,3 "$tmp/answers" | tr '\n' ' ')" = \
    "$first received $middle received $last received $first refused: "
mkfifo "$tmp/program"
: >"$tmp/answers"
"$wledger" return receive --scan --json --at 2026-07-07 <"$tmp/program" >"$tmp/answers" 2>"$tmp/err" &
scanning=$!
exec 3>"$tmp/program"
echo "$first" >&3
holds 'no whole line of JSON before the next tag is read' answered 2
exec 3>&-
wait $scanning
holds 'not JSON: a scan' is_json "$tmp/answers"

# ---- inspection and disposition of tags ----

t 1 'not-inspected' return dispose 0000000013 --to scrap --reason 'worn out' --at 2026-07-08
t 0 "accepted .*${single% *}" return inspect 0000000013 --outcome accepted --reason 'seal worn' --at 2026-07-08
t 1 'already-inspected' return inspect 0000000013 --outcome abuse --at 2026-07-08
t 1 'tag-unknown' return inspect "$unknown" --outcome accepted --at 2026-07-08
t 0 'it belongs to no claim yet' return inspect "$first" --outcome not-defective --at 2026-07-08
printf '%s\n' "${single2% *}" "$middle" >"$tmp/names"
t 0 '2 done, 0 refused' return inspect --from "$tmp/names" --outcome accepted --at 2026-07-08
t 0 'disposed .*scrapped at W-WH' return dispose 0000000013 --to scrap --reason 'worn out' --at 2026-07-09
t 1 'already-disposed' return dispose 0000000013 --to dealer --reason again --at 2026-07-09
t 0 "disposed .*back to $dealer" return dispose "$first" --to dealer --reason 'not defective' --at 2026-07-09
t 0 'disposed .*to the supplier S' return dispose "$middle" --to supplier --reason 'their fault' --at 2026-07-09
t 0 '2026-07-09 +disposed +.*worn out' show tag 0000000013
t 0 '^disposition +scrap$' show tag 0000000013
t 0 ' tag-loose .* tag [0-9]{10}' show unit "$part" ''
t 0 ' tag .* tag 0000000013, claim ' show unit "$part" ''
t 0 ' return-ship .* return [0-9]+, tag 0000000013' show unit "$part" ''
t 2 'list tags: there is no part NOPE' list tags --part NOPE
t 2 'list returns: there is no dealer NOPE' list returns --dealer NOPE
"$wledger" show tag 0000000013 --json >"$tmp/out"
holds 'the way of a part is not told in order' python3 - "$tmp/out" <<'END'
import json, sys
way = json.load(open(sys.argv[1]))["way"]
assert [step["step"] for step in way] == ["removed", "tagged", "shipped", "received", "inspected", "disposed"], way
assert all(step["date"] for step in way) and [step.get("by") for step in way][1:] == ["tester"] * 5
assert "box B-7" in way[2]["note"] and "tracking T-7" in way[2]["note"] and "seal worn" in way[4]["note"]
entries = [step["entry"] for step in way[1:]]
assert entries == sorted(entries)
END

# ---- a part that the ledger fitted: its way from the supplier on ----

# A part of one piece that is not tracked, removed from a vehicle in 2026.
"$wledger" list claims --csv | awk -F, '$6 > "2026-01-31" && $6 < "2026-07-01" { print $1 "," $5 }' >"$tmp/repaired"
row=$("$wledger" list obligations --csv | awk -F, -v repaired="$tmp/repaired" -v tracked="$world/tracked_parts.csv" '
    BEGIN {
        while ((getline line <repaired) > 0) { split(line, f, ","); vin[f[1]] = f[2] }
        while ((getline line <tracked) > 0) { split(line, f, ","); skip[f[1]] = 1 }
    }
    $4 == "1.000" && ($1 in vin) && !($3 in skip) { print $1, $2, $3, vin[$1]; exit }')
# shellcheck disable=SC2086 # four words
set -- $row
at_dealer=${1%%/*}
# Of the same lot, one piece is fitted to another vehicle before, and one to this vehicle after the removed one is tagged.
other=$(awk -F, -v not="$4" 'NR > 1 && $1 != not && $5 != "" { print $1; exit }' "$world/vehicles.csv")
# supply VIN DAY N REPAIR-ORDER: dispatched, received and fitted as the Nth request
supply() {
    "$wledger" request "$at_dealer" "$part" --quantity 1 --reason worn --vin "$1" --at "$2" &&
        "$wledger" dispatch --from W-BJ --to "$at_dealer" --request all --carrier EXP --box B-9 --tracking "X-$3" --at "$2" &&
        "$wledger" receive "$3" --all --at "$2" &&
        "$wledger" fit "$at_dealer" "$1" --request "$3" --km 1 --invoice "$4" --paid-by customer --at "$2"
}
(
    WLEDGER_DIR="$tmp/fitted" part=$3
    "$wledger" init --at 2020-01-01 && "$wledger" load --at 2020-01-01 "$world" &&
        "$wledger" deliver W-BJ --part "$3" --quantity 5 --document DN-1 --at 2026-01-02 &&
        supply "$4" 2026-01-05 1 RO-1 && supply "$other" 2026-01-06 2 RO-9 &&
        "$wledger" import --at 2026-07-02 "$world/claims.xml.gz" && "$wledger" tag "$1" --line "$2" --at 2026-07-03 &&
        supply "$4" 2026-07-04 3 RO-2
) >"$tmp/out" 2>"$tmp/err"
holds "a part is not fitted and tagged: $(tail -n 1 "$tmp/err")" test $? -eq 0
WLEDGER_DIR="$tmp/fitted" "$wledger" show tag 0000000013 --json >"$tmp/out"
holds 'the way of a part does not lead to its supplier' python3 - "$tmp/out" "$4" <<'END'
import json, sys
way = json.load(open(sys.argv[1]))["way"]
assert [step["step"] for step in way] == ["delivered", "dispatched", "received", "fitted", "removed", "tagged"], way
assert way[0]["from"].startswith("supplier ") and way[0]["note"] == "document DN-1"
assert way[3]["to"] == "vehicle " + sys.argv[2] and way[3]["note"] == "invoice RO-1, km 1"
assert "tracking X-1" in way[1]["note"]
END

# ---- without papers, by claim ----

claim=$(owed '$6 == "open" && $8 == "0.000"' 1)
t 0 'received .*  tag [0-9]{10}; ' return receive "${claim% *}" --line "${claim#* }" --at 2026-07-10
received=$((($(entries)) - 1))
waived=$(owed '$6 == "open"' 1 | cut -d' ' -f1)
t 0 'waived' waive "$waived" --reason 'scrapped' --authority 'zone manager' --at 2026-07-10
waiver=$(($(entries) - 1))
t 0 'authority +zone manager' show entry "$waiver"
"$wledger" show "$waived" --json >"$tmp/out"
holds 'a claim does not tell its waiver' python3 - "$tmp/out" "$waiver" <<'END'
import json, sys
claim, waiver = json.load(open(sys.argv[1])), int(sys.argv[2])
waived = claim["waivers"]
assert waived and all(w["entry"] == waiver and w["by"] == "tester" and w["authority"] == "zone manager" for w in waived)
assert all(w["reason"] == "scrapped" and w["time"].startswith("2026-07-10") and w["line"] >= 1 for w in waived)
assert [h for h in claim["history"] if h["entry"] == waiver][0]["command"] == "waive", claim["history"]
END
t 0 'zone manager +scrapped' show "$waived"
"$wledger" show "${claim% *}" --json >"$tmp/out"
holds 'the history of a claim lacks a receipt' python3 - "$tmp/out" "$received" <<'END'
import json, sys
history = json.load(open(sys.argv[1]))["history"]
assert [h["entry"] for h in history] == sorted(h["entry"] for h in history)
assert int(sys.argv[2]) in [h["entry"] for h in history], history
END
t 0 'return-scan +' show "${single% *}"
for command in tag return-ship tag-inspect return-dispose; do
    says 'the history of a claim has no such line' " $command" "$tmp/out"
done

# ---- a shipment that is closed without a part ----

t 0 . tag loose "$dealer" --vin "$vin" --part "$part" --reason 'one more' --at 2026-07-10 --csv
lost=$(tags_made)
t 0 . return ship "$dealer" --tags "$lost" --at 2026-07-10 --csv
number=$(tags_made)
t 1 'return-unknown' return close 9999 --at 2026-07-11
t 1 'there are returns 1 to' return close 9999 --at 2026-07-11
t 0 "closed .*missing: tag $lost" return close "$number" --at 2026-07-11
t 1 'return-closed' return close "$number" --at 2026-07-11
t 0 "^$lost,missing" list tags --state missing --csv
t 0 'missing' show tag "$lost"
echo "$lost" >"$tmp/lines"
scan 1 'tag-missing' "$tmp/lines" --at 2026-07-11

# ---- tick ----

t 0 '"what":"overdue"' tick --at 2026-07-12 --json --key tick-1
cp "$tmp/out" "$tmp/first"
holds 'not JSON: tick --json' is_json "$tmp/out"
t 0 . tick --at 2026-07-12 --json --key tick-1
same 'a tick given again under its key' "$tmp/first" "$tmp/out"
t 0 'nothing became overdue or late' tick --at 2026-07-12
t 0 ',overdue,' list obligations --state overdue --csv
holds 'not as many are overdue as the tick said' test \
    "$(python3 -c 'import json, sys; print(sum(r["what"] == "overdue" for r in json.load(open(sys.argv[1]))))' "$tmp/first")" -eq \
    "$("$wledger" list obligations --state overdue --csv | sed 1d | wc -l)"
holds 'what is due is not overdue' test -z \
    "$("$wledger" list obligations --csv | awk -F, '$6 == "open" && $5 < "2026-07-12"')"
overdue=$(owed '$6 == "overdue"' 1)
t 0 'is overdue, it was due by' show "${overdue% *}"
t 0 'returns are overdue now:' tick --at 2026-12-31
holds 'people do not see how many more are overdue' grep -qE '^  and [0-9]+ more: .*--state overdue' "$tmp/out"
holds 'people see too many names' test "$(grep -c ', due ' "$tmp/out")" -eq 20
t 1 'time-before-last' tick --at 2026-01-01
t 0 'received' return receive "${overdue% *}" --line "${overdue#* }" --at 2026-12-31

# ---- help; the papers again; and that all of it verifies ----

for name in tag 'tag loose' 'tag link' 'return ship' 'return receive' 'return inspect' 'return dispose' 'return close' \
    waive tick 'print tags' 'print return'; do
    # shellcheck disable=SC2086 # a command may be two words
    t 0 "^wledger $name - " help $name
    # shellcheck disable=SC2086
    t 0 '^example: wledger ' $name --help
done
t 0 . print tags 0000000013 -o "$tmp/again.pdf"
same 'the label of a tag, printed again' "$tmp/one.pdf" "$tmp/again.pdf"
t 0 . print return 2 -o "$tmp/again.pdf"
same 'a return list, printed again' "$tmp/list.pdf" "$tmp/again.pdf"
t 0 'verified' verify
t 0 . rebuild "$tmp/rebuilt"
holds 'a rebuilt ledger differs' test "$(digest_of "$WLEDGER_DIR")" = "$(digest_of "$tmp/rebuilt")"
finish
