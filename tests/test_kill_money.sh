#!/bin/sh
# Commands about money that are killed, cut off by a limit and given again come to the same money as those that nobody
# disturbed: nothing is settled, paid, claimed or charged back twice, and nothing is lost.
# usage: test_kill_money.sh WLEDGER WORLD [SEED]
wledger=$1 world=$2 seed=${3:-${WL_SEED:-$(date +%s)}}
. "$(dirname "$0")/lib.sh"
begin kill-money
export WLEDGER_BY=clerk
echo "kill-money: seed $seed"
calm=$tmp/calm killed=$tmp/killed
state=$seed kills=0

draw() { # below $1
    state=$(((state * 1103515245 + 12345) % 2147483648))
    drawn=$((state / 65536 % $1))
}

# Killed until one lives to its end: each may live a little longer than the one before.
killing() {
    tries=0
    while [ $tries -lt 200 ]; do
        tries=$((tries + 1))
        "$wledger" "$@" -d "$killed" >/dev/null 2>&1 &
        pid=$!
        draw $((4 + tries))
        sleep "$(printf '0.%03d' $drawn)"
        kill -9 $pid 2>/dev/null
        wait $pid 2>/dev/null
        [ $? -le 1 ] && return
        kills=$((kills + 1))
    done
    not_ok "not through after $tries tries: $*"
}

# All that is money, but for the entries that it stands in: what was given twice may be in the journal twice, as refused.
money() {
    "$wledger" list balances -d "$1" --csv | grep '^money,'
    for table in settlements payments bank-answers differences recoveries supplier-claims; do
        "$wledger" list $table -d "$1" --csv | sed 's/,[0-9]*$//'
    done
    "$wledger" list claims -d "$1" --csv
}

# The command undisturbed, and killed again and again, below a limit of the file's size, and once more when it is through.
both() {
    "$wledger" "$@" -d "$calm" >/dev/null 2>"$tmp/err"
    [ $? -le 1 ] && ok || not_ok "undisturbed: $*: $(cat "$tmp/err")"
    (ulimit -f 100 && exec "$wledger" "$@" -d "$killed") >/dev/null 2>&1
    killing "$@"
    "$wledger" "$@" -d "$killed" >/dev/null 2>&1
    money "$calm" >"$tmp/a"
    money "$killed" >"$tmp/b"
    same "$1 $2" "$tmp/a" "$tmp/b"
}

# ---- claims that may be settled, and accounts to pay them to ----

new_ledger "$calm" "$world" || not_ok "cannot be loaded"
"$wledger" import -d "$calm" --at 2026-07-02 "$world/claims.xml.gz" >/dev/null
"$wledger" decisions -d "$calm" --csv | awk -F, '$3 == "approved" || $3 == "partial" { print $1 "/" $2 }' >"$tmp/claims"
"$wledger" sign -d "$calm" --at 2026-07-03 --from "$tmp/claims" >/dev/null 2>&1
"$wledger" obligations -d "$calm" --csv | awk -F, 'NR > 1 { print $1 "/" $2 }' | sort -u | sed 5q >"$tmp/owing"
"$wledger" waive -d "$calm" --at 2026-07-03 --reason scrapped --from "$tmp/owing" >/dev/null 2>&1
awk -F, 'BEGIN { print "party_id,currency,from_date,holder,account,kind,bic" }
    NR > 1 { print $1 "," $5 ",2020-01-01,Dealer,62" NR ",other,"; own[$5] }
    END { for (c in own) print "*," c ",2020-01-01,OEM,99,other," }' "$world/dealers.csv" >"$tmp/bank_accounts.csv"
exits "accounts" 0 "$wledger" load -d "$calm" --at 2026-07-03 "$tmp/bank_accounts.csv"
cp -r "$calm" "$killed"
currencies=$(awk -F, 'NR > 1 { print $5 }' "$world/dealers.csv" | sort -u)
suppliers=$(awk -F, 'NR > 1 { print $1 }' "$world/suppliers.csv")

# ---- the commands ----

both settle --all --to 2026-07-31 --quiet --at 2026-07-31
for currency in $currencies; do
    both payment run --currency "$currency" --on 2026-08-03 --at 2026-08-01
done
{
    echo '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"><BkToCstmrDbtCdtNtfctn><GrpHdr><MsgId>M</MsgId>'
    echo '<CreDtTm>2026-08-05T18:00:00Z</CreDtTm></GrpHdr><Ntfctn><Id>N</Id>'
    for payment in $("$wledger" list payments -d "$calm" --csv | sed '1d; s/,.*//'); do
        "$wledger" export payment "$payment" -d "$calm" | tr '<' '\n' |
            sed -n 's/^EndToEndId>//p; s/^InstdAmt Ccy="\(.*\)">/\1 /p'
    done | awk 'NF == 2 { currency = $1; amount = $2 }
        NF == 1 { reference = $1 }
        amount && reference { for (n = 1; n <= 20; n++) # all but the first are of nobody
            printf "<Ntry><Amt Ccy=\"%s\">%s</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><AcctSvcrRef>R%s-%d" \
                "</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>%s</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>\n",
                currency, amount, reference, n, (n > 1 ? "none" : reference)
            amount = reference = "" }'
    echo '</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>'
} >"$tmp/bank.xml"
both bank "$tmp/bank.xml" --at 2026-08-06
says "what the bank paid" ',agrees,' "$tmp/b"
both recovery find --at 2026-08-07
for currency in $currencies; do
    # shellcheck disable=SC2086
    both recovery claim $suppliers --currency "$currency" --to 2026-08-07 --at 2026-08-07
done
"$wledger" list claims -d "$calm" --csv | awk -F, '$12 != "" && $8 > 5 { print $1 }' | sed -n '3p; 9p; 11p' >"$tmp/settled"
[ "$(grep -c . "$tmp/settled")" = 3 ] && ok || not_ok "no claims to charge back"
while read -r claim; do
    both chargeback "$claim" --amount 3 --key "part of $claim" --reason audit --evidence E1 --at 2026-08-08
    both chargeback "$claim" --reason audit --evidence E2 --at 2026-08-08
done <"$tmp/settled"
both tick --at 2027-08-09
both settle --all --to 2027-08-31 --quiet --key last --at 2027-08-31
exits "verify" 0 "$wledger" verify -d "$killed"
exits "replay" 0 "$wledger" replay -d "$killed"
[ $kills -gt 5 ] && ok || not_ok "only $kills were killed"
echo "kill-money: $kills killed"
finish
