#!/bin/sh
# A claim's decision is opened again, on the command line: test_versions_cli.sh WLEDGER [WORLD]. It is sent back for
# information and submitted anew, its rejection is appealed, it is corrected; its history; what a settlement told of it.
wledger=$1 world=${2:-fixtures/demo}
. "$(dirname "$0")/lib.sh"
begin versions-cli
export WLEDGER_DIR="$tmp/ledger" WLEDGER_BY=tester

entries() {
    "$wledger" stat --csv | sed -n 's/^entries,//p'
}

# claim CONDITION N: the Nth claim number that came once only and has a claim for which an awk condition holds. Columns of
# `list claims --csv`: 1 claim, 3 state.
claim() {
    "$wledger" list claims --csv | awk -F, -v n="$2" '
        NR > 1 { state[$1] = $0; if (!seen[$1]++) order[++count] = $1 }
        END { for (i = 1; i <= count; i++) { if (seen[order[i]] > 1) continue; $0 = state[order[i]]
              if ('"$1"') { if (++found == n) { print order[i]; exit } } } }'
}

# resubmit DEALER/CLAIM N FILE: that claim as a batch of its own, under the submission count N
resubmit() {
    gzip -dc "$world/claims.xml.gz" | python3 -B -c '
import re, sys
dealer, number = sys.argv[1].split("/")
text = sys.stdin.read()
head, *records = re.split(r"(?=<WarrantyClaimNoun>)", text)
tail = re.search(r"</ProcessWarrantyClaimDataArea>.*", records[-1], re.S).group(0)
records[-1] = records[-1][: -len(tail)]
mine = [r for r in records if "<PartyID>%s</PartyID>" % dealer in r and "<ClaimNumberString>%s<" % number in r]
count = "<ClaimSubmissionCountNumeric>%s</ClaimSubmissionCountNumeric>"
record = re.sub(count % r"\d+", count % sys.argv[2], mine[0])
sys.stdout.write(re.sub("<BODID>.*?</BODID>", "<BODID>again-%s-%s</BODID>" % (number, sys.argv[2]), head) + record + tail)
' "$1" "$2" >"$3"
}

t 0 . init --at 2026-07-01
t 0 . load --at 2026-07-01 "$world"
t 0 . import --at 2026-07-02 "$world/claims.xml.gz"

approved=$(claim '$3 == "approved"' 1)
approved2=$(claim '$3 == "approved"' 2)
approved3=$(claim '$3 == "approved"' 3)
referred=$(claim '$3 == "referred"' 1)
rejected=$(claim '$3 == "rejected"' 1)

# ---- usage ----

before=$(entries)
t 2 'something is missing' information
t 2 'what is asked; --reason TEXT' information "$approved"
t 2 'why the rejection is wrong; --reason TEXT' appeal "$rejected"
t 2 'which lines' correct "$approved" --reason r
t 2 'a correction says why' correct "$approved" --line labour:1
t 2 'KIND:N=AMOUNT' correct "$approved" --line wheel:1 --reason r
t 2 'amount' correct "$approved" --line labour:1=x --reason r
t 3 'minor unit of' correct "$approved" --line labour:1=0.0001 --reason r
t 2 'one too many' correct "$approved" "$approved2" --line labour:1 --reason r
t 3 'is not a name' information nonsense --reason r
holds 'a command that was not one changed the journal' test "$(entries)" = "$before"

# ---- information, and the answer to it ----

at=2026-07-03
t 0 "^$approved  info-requested  .*dealer answers with a higher submission" information "$approved" --reason 'which pump?' --at $at
t 1 'information-awaited' information "$approved" --reason again --at $at
t 1 'information-awaited' sign "$approved" --at $at
t 1 'claim-unknown' information "${approved%/*}/none" --reason r --at $at
t 0 "^$approved,.*,info-requested," list claims --state info-requested --csv
holds 'one claim waits for information' test "$("$wledger" list claims --state info-requested --csv | wc -l)" -eq 2
t 0 'sent back for information' show "$approved"
t 0 'information-requested' show "$approved"
resubmit "$approved" 7 "$tmp/again.xml"
t 0 . import --at $at "$tmp/again.xml"
t 0 "^$approved,.*,(approved|partial|referred)," list claims --csv
holds 'the answer is a new version' test "$("$wledger" list claims --csv | grep -c "^$approved,")" -eq 2
t 0 "^$referred  info-requested" information "$referred" --reason 'photos, please' --at $at --by reviewer

# ---- correct ----

t 1 'nothing-to-correct|line-amount-invalid' correct "$approved2" --line labour:1=9999999 --reason r --at $at
t 1 'line-unknown \(part 99\)' correct "$approved2" --line part:99 --reason r --at $at
t 0 "^$approved2  partial" correct "$approved2" --line 'labour:1=1.00:standard hours' --reason 'audit of July' --at $at --by auditor --key K1
t 0 'done before under this key' correct "$approved2" --line 'labour:1=1.00:standard hours' --reason 'audit of July' --at $at --by auditor --key K1
t 0 'line-reduced' show "$approved2"
t 0 'labour:1=1' show "$approved2"
t 1 'claim-rejected' correct "$rejected" --line labour:1 --reason r --at $at

# ---- a settlement tells of them; what comes later does not change it ----

t 0 . sign "$approved3" --at $at
dealers=$(printf '%s\n' "$approved" "$rejected" "$approved3" | cut -d/ -f1 | sort -u)
for c in $("$wledger" list claims --csv | awk -F, '$3 == "approved" || $3 == "partial" { print $1 }' | sort -u |
    grep -E "^($(echo "$dealers" | tr '\n' '|' | sed 's/|$//'))/"); do echo "$c"; done >"$tmp/names"
"$wledger" sign --from "$tmp/names" --at $at >/dev/null 2>&1
"$wledger" waive --from "$tmp/names" --reason 'scrapped' --at $at >/dev/null 2>&1
t 0 . settle --all --to 2026-07-31 --at 2026-07-31
told=
for n in $("$wledger" list settlements --csv | sed 1d | cut -d, -f1); do
    "$wledger" show settlement "$n" --csv | grep -q "^rejected,$rejected," && told=$n
done
holds 'no settlement tells of the rejection' test -n "$told"
t 0 . export advisory -o "$tmp/all-before.xml"
says 'what was sent back is told so' '<ClaimStatusCode>R</ClaimStatusCode>' "$tmp/all-before.xml"
says 'what was rejected is told so' '<ClaimStatusCode>D</ClaimStatusCode>' "$tmp/all-before.xml"
says 'with what it was told for' '<DispositionReasonCode>information-requested<' "$tmp/all-before.xml"

# ---- appeal ----

at=2026-08-01
out=$("$wledger" appeal "$rejected" --reason 'it is covered' --at $at --by dealer 2>&1)
n=1
while ! echo "$out" | grep -q '  referred'; do # some have no line that could be priced, or stand on no vehicle
    echo "$out" | grep -q appeal-impossible || break
    n=$((n + 1))
    rejected=$("$wledger" show settlement "$told" --csv | grep '^rejected,' | cut -d, -f2 | sed -n ${n}p)
    out=$("$wledger" appeal "$rejected" --reason 'it is covered' --at $at --by dealer 2>&1)
done
holds "no rejection can be appealed: $out" sh -c "echo '$out' | grep -q '  referred'"
t 1 'claim-not-rejected' appeal "$rejected" --reason again --at $at
t 0 "$rejected" list claims --state referred --csv
t 1 'four-eyes' review "$rejected" --approve --at $at --by dealer
t 0 "$rejected  (approved|partial)" review "$rejected" --approve --at $at --by reviewer
t 1 'four-eyes' correct "$rejected" --line labour:1 --line part:1 --reason r --at $at --by reviewer
t 0 . sign "$rejected" --at $at
"$wledger" waive "$rejected" --reason 'scrapped' --at $at >/dev/null 2>&1
t 0 'signature' show "$rejected"
t 0 . export advisory -o "$tmp/all-after.xml"
same 'the same settlements are told otherwise' "$tmp/all-before.xml" "$tmp/all-after.xml"
t 0 . settle --dealer "${rejected%/*}" --to $at --at $at
newest=$("$wledger" list settlements --csv | tail -n 1 | cut -d, -f1)
t 0 "^paid,$rejected," show settlement "$newest" --csv
t 0 . export advisory --settlement "$told" -o "$tmp/told-after.xml"
t 0 . export advisory --settlement "$newest" -o "$tmp/newest.xml"
says 'the appealed claim is paid' '<ClaimStatusCode>[AP]</ClaimStatusCode>' "$tmp/newest.xml"

# ---- the history ----

j show "$rejected"
holds 'the history says who decided what, when, why, on which rules' python3 - "$tmp/out" <<'END'
import json, sys
shown = json.load(open(sys.argv[1]))
history = shown["history"]
steps = [h["command"] for h in history if h["command"] in ("claim", "appeal", "review", "sign", "settle")]
assert steps == ["claim", "appeal", "review", "sign", "settle"], steps
assert [h["entry"] for h in history] == sorted(h["entry"] for h in history)
appeal = [h for h in history if h["command"] == "appeal"][0]
assert appeal["by"] == "dealer" and appeal["reason"] == "it is covered", appeal
assert appeal["decision"] == "referred" and float(appeal["total"]) > 0 and appeal["tier"] >= 1, appeal
assert all(h["rules"] >= 1 and h["time"] and h["version"] >= 1 for h in history), history
assert history[0]["decision"] == "rejected" and history[0]["findings"], history[0]
assert len(shown["versions"]) == 1 and shown["versions"][0]["appealed_by"] == appeal["entry"], shown["versions"]
END
j show "$approved"
holds 'the history tells the versions apart' python3 - "$tmp/out" <<'END'
import json, sys
shown = json.load(open(sys.argv[1]))
assert [v["state"] for v in shown["versions"]][1] == "info-requested", shown["versions"]
assert shown["versions"][0]["submission"] == 7
asked = [h for h in shown["history"] if h["command"] == "information"][0]
assert asked["decision"] == "info-requested" and asked["reason"] == "which pump?" and asked["version"] == shown["versions"][1]["submission"], asked
assert [h["version"] for h in shown["history"] if h["command"] == "claim"][-1] == 7
END
t 0 'it is covered' show "$rejected"

# ---- all of it verifies, and comes out the same again ----

t 0 'verified' verify
digest=$(digest_of "$tmp/ledger") root=$(root_of "$tmp/ledger")
t 0 . rebuild "$tmp/rebuilt"
holds 'rebuilt, it has another digest' test "$(digest_of "$tmp/rebuilt")" = "$digest"
t 0 . replay
holds 'rebuilt, it has another root' test "$(root_of "$tmp/rebuilt")" = "$root"
finish
