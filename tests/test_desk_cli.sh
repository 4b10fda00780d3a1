#!/bin/sh
# The review desks on the command line: test_desk_cli.sh WLEDGER [WORLD]. What waits, who takes, gives back and decides
# it, line by line; absences; what a tick does to reviews; and the same ledger again from its journal.
wledger=$1 world=${2:-fixtures/demo}
. "$(dirname "$0")/lib.sh"
begin desk-cli
export WLEDGER_DIR="$tmp/ledger" WLEDGER_BY=tester

# column N [FILTER...]: the Nth column of `list reviews --csv`. Columns: 1 review, 2 tier, 3 seat, 4 reviewer, 5 since,
# 6 hours, 7 due, 8 late, 9 type, 10 amount, 11 currency.
column() {
    n=$1
    shift
    "$wledger" list reviews --csv "$@" | awk -F, -v n="$n" 'NR > 1 { print $n }'
}
# seat_of CLAIM
seat_of() {
    "$wledger" list reviews --csv | awk -F, -v c="$1" '$1 == c { print $3 }'
}
# at SEAT N: the Nth claim there
at() {
    column 1 --seat "$1" | sed -n "$2p"
}
# x EXIT REGEX ARGUMENT...: as t, a command on the day at hand
x() {
    x_want=$1 x_pattern=$2
    shift 2
    t "$x_want" "$x_pattern" "$@" --at "$now"
}
# is WHAT GOT WANT
is() {
    if [ "$2" = "$3" ]; then ok; else not_ok "$1: $2, not $3"; fi
}

t 0 . init --at 2026-07-01
t 0 . load --at 2026-07-01 "$world"
mkdir "$tmp/desks"
cat >"$tmp/desks/reviewers.csv" <<'END'
reviewer_id,name,seat_id
li,"Li, Wei",T1-00
wang,Wang Fang,T1-00
zhao,Zhao,T1-01
chen,Chen,T2-00
END
cat >"$tmp/desks/reasons.csv" <<'END'
event,reason_code,description
refuse,PRICE,Above the list price
refuse,CAUSE,Not the cause
reassign,DESK,Another desk knows it better
END
t 0 . load --at 2026-07-01 "$tmp/desks"
t 0 '^referred +[1-9]|referred' import --at 2026-07-02 "$world/claims.xml.gz"

# ---- what waits ----

for what in reviews workload ageing reviewers; do
    t 0 . list $what --at 2026-07-02
    j list $what --at 2026-07-02
    t 0 . list $what --csv --at 2026-07-02
done
t 0 '^tier,seat,capacity,open,free,taken,reviewers,absent,absent_until$' list workload --csv
t 0 '^1,T1-00,[0-9]+,[0-9]+,[0-9]+,0,li wang,,$' list workload --csv --tier 1
t 0 '^tier,open,within,up_to_twice,beyond,in_the_queue,oldest,since,hours$' list ageing --csv
t 0 '^wang,Wang Fang,T1-00,1,0,,,$' list reviewers --csv --reviewer wang
t 0 '"reviewer_id": *"zhao"' list reviewers --json --seat T1-01
t 2 'has no --tier' list claims --tier 1
t 2 'has no --at' list claims --at 2026-07-02
t 2 'whole number' list reviews --tier x
all=$(column 1 | wc -l)
is "reviews of all tiers" "$(for tier in 1 2 3; do column 1 --tier $tier; done | wc -l)" "$all"
is "what ageing counts" "$("$wledger" list ageing --csv | awk -F, 'NR > 1 { n += $2 } END { print n }')" "$all"
is "what workload counts" "$("$wledger" list workload --csv | awk -F, 'NR > 1 { n += $4 } END { print n }')" "$all"
is "the queue's claims are the referred ones" "$(column 1 | sort)" \
    "$("$wledger" list claims --csv --state referred | awk -F, 'NR > 1 { print $1 }' | sort)"

# ---- who decides ----

now=2026-07-02

one=$(at T1-00 1) two=$(at T1-00 2) three=$(at T1-00 3) four=$(at T1-00 4)
t 0 'seat +T1-00' show "$one"
t 0 'since +2026-07-02' show "$one"
x 1 'not-your-seat' review "$one" --approve
x 1 'not-your-seat' review "$one" --approve --by zhao
x 0 'taken .*at seat T1-00' review take "$one" --by li
t 0 '"taken_by": *"li"' show "$one" --json
t 0 '^li,.*,T1-00,1,1,' list reviewers --csv
is "what li took" "$(column 1 --reviewer li)" "$one"
x 1 'taken-by-you' review take "$one" --by li
x 1 'already-taken' review "$one" --approve --by wang
x 0 'approved|partial' review "$one" --approve --by li
x 1 'claim-not-referred' review take "$one" --by li
x 1 'claim-unknown' review take D00001/none --by li
x 3 'not a name' review take something --by li
x 1 'form-unknown' review take F99 --by li
x 1 'form-unknown' review F99 --approve --by li

# ---- line by line ----

# line_of CLAIM: a line that is worth something, and by how much: KIND:N AMOUNT
line_of() {
    "$wledger" show "$1" --json | python3 -c '
import json, sys
claim = json.load(sys.stdin)
for kind in "labour", "part", "sublet":
    for line in claim.get(kind + "_lines", []):
        if float(line["approved"]) > 2:
            print(kind + ":" + str(line["line"]), line["approved"])
            sys.exit()'
}
named=$(line_of "$two")
name=${named% *} amount=${named#* }
x 2 'needs its --reason' review "$two" --line "$name=1" --by li
x 2 'KIND:N=AMOUNT' review "$two" --line wheel:1 --by li
x 2 'one of --approve' review "$two" --by li
x 2 'one of --approve' review "$two" --refuse --line "$name=1:PRICE" --by li
x 1 'reason-unknown' review "$two" --line "$name=1" --reason "too dear" --by li
x 1 'line-amount-invalid' review "$two" --line "$name=99999999:PRICE" --by li
x 1 'line-unknown' review "$two" --line "${name%:*}:199=1:PRICE" --by li
x 1 'named-twice' review "$two" --line "$name=1:PRICE" --line "$name=2:PRICE" --by li
x 3 'finer than the minor unit' review "$two" --line "$name=1.2345:PRICE" --by li
x 0 'partial' review "$two" --line "$name=1.00:PRICE: above it" --by li
t 0 'line-reduced' show "$two"
is "what the line is worth" "$("$wledger" show "$two" --json | python3 -c '
import json, sys
kind, line = sys.argv[1].split(":")
print(json.load(sys.stdin)[kind + "_lines"][int(line) - 1]["approved"])' "$name")" 1.00
x 0 'rejected' review "$three" --refuse --reason CAUSE --by wang

# ---- hands ----

x 2 'why' review release "$four" --by li
x 1 'reason-unknown' review release "$four" --reason "no time" --by li
x 0 'released' review release "$four" --reason "DESK: engines" --by li
is "another seat has it" "$(seat_of "$four" | grep -c T1-00)" 0
x 1 'same-seat' review assign "$four" --seat "$(seat_of "$four")" --reason DESK
x 1 'seat-elsewhere' review assign "$four" --seat T2-00 --reason DESK
x 1 'seat-unknown' review assign "$four" --seat T9 --reason DESK
x 0 'assigned .*at seat T1-00' review assign "$four" --seat T1-00 --reason DESK
is "it is back" "$(seat_of "$four")" T1-00
t 0 '"command": "review-assign"' show "$four" --json

# ---- forms beside claims ----

first() {
    "$wledger" list "$1" --csv | sed -n '2s/,.*//p'
}
x 0 'F1 +opened' form open "$(first dealers)" "$(first vehicles)" --km 100 --type warranty --fault "$(first faults)" \
    --labour "$(first operations)" --sublet TOW=5000 --by li
x 0 'under-review' form submit F1
t 0 '^F1,1,T1-0[0-9],,' list reviews --csv
[ "$(seat_of F1)" = T1-00 ] || x 0 'assigned .*at seat T1-00' review assign F1 --seat T1-00 --reason DESK
x 1 'four-eyes' review take F1 --by li # who opened it
x 1 'not-your-seat' review take F1 --by zhao
x 0 'taken .*at seat T1-00' review take F1 --by wang
x 1 'already-taken' review F1 --approve --by li
x 0 'F1 +partly-approved' review F1 --line sublet:1=1.00:PRICE --by wang
is "it waits no more" "$(column 1 | grep -c F1)" 0

# ---- absences ----

x 2 'from DAY --to DAY' absence zhao --reason holiday
x 2 'needs its --reason' absence zhao --from 2026-07-02 --to 2026-07-03
x 1 'reviewer-unknown' absence nobody --from 2026-07-02 --to 2026-07-03 --reason holiday
x 1 'period-invalid' absence zhao --from 2026-07-03 --to 2026-07-02 --reason holiday
x 1 'not-absent' absence zhao --back
before=$(column 1 --seat T1-01 | wc -l)
left=$(column 1 --seat T1-01 | head -1)
x 0 "away .*$before reviews left their seats" absence zhao --from 2026-07-02 --to 2026-07-03 --reason holiday
is "the seat is left" "$(column 1 --seat T1-01 | wc -l)" 0
t 0 '"left_seat": "T1-01"' show "$left" --json
t 0 '^1,T1-01,[0-9]+,0,0,0,zhao,zhao,2026-07-03$' list workload --csv --at 2026-07-02
t 0 '2026-07-02,2026-07-03,holiday$' list reviewers --csv --reviewer zhao --at 2026-07-02
x 0 'back' absence zhao --back

# ---- time ----

now=2026-07-04
x 0 'reviews went up a tier' tick
is "tier 1 is empty" "$(column 1 --tier 1 | wc -l)" 0
up=$(column 1 --tier 2 | head -1)
t 0 '"command": "tick"' show "$up" --json
holds "the history tells the tier that a tick raised it to" python3 - "$tmp/out" <<'END'
import json, sys
raised = [h for h in json.load(open(sys.argv[1]))["history"] if h["command"] == "tick"]
assert raised[-1]["tier"] == 2 and "late" not in raised[-1], raised
END
t 0 . list reviews --late --at $now
is "what is late is in the highest tier" "$(column 2 --late --at $now | sort -u)" 3
now=2026-07-08
x 0 '^escalated,D' tick --csv
t 0 ',beyond,' list ageing --csv --at 2026-07-20
now=2026-07-20
x 0 '^review-late,D.*,3,,$' tick --csv
is "all are late in the end" "$(column 8 --at $now | sort -u)" yes
t 0 '"late": "yes"' show "$up" --json
is "the referred claims in the order in which they came" \
    "$("$wledger" list queue --csv | tail -n +2 | sed 's/,.*//')" \
    "$("$wledger" list claims --csv | awk -F, '$3 == "referred" { print $1 }')"
now=2026-07-21
"$wledger" tick --at $now --csv >"$tmp/out"
is "late is told once" "$(grep -c review-late "$tmp/out")" 0
"$wledger" tick --at $now --json >"$tmp/out"
holds "not JSON: tick" is_json "$tmp/out"

# ---- and again ----

t 0 'verified' verify
"$wledger" rebuild "$tmp/again" >/dev/null 2>&1
is "the ledger built again" "$(digest_of "$tmp/again")" "$(digest_of "$WLEDGER_DIR")"
t 0 . replay
finish
