#!/bin/sh
# From issued settlements to money that is confirmed: payment runs, the file for the bank, what the bank says, what dealers
# say: test_payments_cli.sh WLEDGER WORLD
wledger=$1 world=$2
iso=${ISO20022:-../shared/iso20022}
. "$(dirname "$0")/lib.sh"
begin payments-cli
WLEDGER_DIR=$tmp/ledger WLEDGER_BY=clerk
export WLEDGER_DIR WLEDGER_BY

valid() {
    if [ ! -f "$iso/$2.xsd" ] || ! command -v xmllint >/dev/null; then
        echo "left out: $1 against the schema $2, which is not here"
        return
    fi
    holds "$1 is valid" xmllint --nonet --noout --schema "$iso/$2.xsd" "$3"
}

# ---- a clearing house at the end of its month ----

new_ledger "$WLEDGER_DIR" "$world" || not_ok "cannot be loaded"
t 0 . import --at 2026-07-02 "$world/claims.xml.gz"
"$wledger" decisions --csv | awk -F, '$3 == "approved" || $3 == "partial" { print $1 "/" $2 }' >"$tmp/claims"
t 0 '0 refused' sign --at 2026-07-03 --from "$tmp/claims"
"$wledger" obligations --csv | awk -F, 'NR > 1 { print $1 "/" $2 }' | sort -u >"$tmp/parts"
t 0 '0 refused' waive --at 2026-07-03 --reason scrapped --from "$tmp/parts"
t 0 . settle --at 2026-07-31 --all --to 2026-07-31 --quiet
"$wledger" list settlements --csv >"$tmp/settlements"

# ---- payment runs ----

t 1 'account-missing \(\*\)' payment run --currency CNY --at 2026-08-01
python3 -B - "$tmp/settlements" >"$tmp/bank_accounts.csv" <<'PY'
import csv, sys
ibans = {"D00013": "FR1420041010050500013M02606", "D00017": "NL91ABNA0417164300"}
print("party_id,currency,from_date,holder,account,kind,bic")
print("*,CNY,2020-01-01,测试汽车有限公司 & Söhne,6200123456,other,BKCHCNBJ")
print("*,EUR,2020-01-01,Test Motors Europe GmbH,DE89370400440532013000,iban,COBADEFFXXX")
print("*,JPY,2020-01-01,テスト自動車,1234567,other,")
for n, row in enumerate(csv.DictReader(open(sys.argv[1], encoding="utf-8"))):
    dealer, currency = row["dealer_id"], row["currency"]
    if dealer == "D00018":
        continue  # has none
    account = ibans.get(dealer, f"62009{n:05d}")
    holder = f"Autohaus Müller_Łódź <{n}> & Fils" if currency == "EUR" else f"经销商 {n}"
    print(f'{dealer},{currency},2020-01-01,{holder},{account},{"iban" if dealer in ibans else "other"},{"BKCHCNBJ110" if n % 2 else ""}')
PY
t 0 . load --at 2026-08-01 "$tmp/bank_accounts.csv"
t 2 'payment run: --currency' payment run
t 2 'three letters' payment run --currency EURO
t 3 'is not the number of a settlement' payment run --currency CNY one
t 2 'an identifier of 1 to 32 bytes' payment run --currency CNY --dealer ''
t 1 'dealer-unknown \(D9\)' payment run --currency CNY --dealer D9 --at 2026-08-01
t 1 'day-past' payment run --currency CNY --on 2026-07-31 --at 2026-08-01
t 1 'settlement-unknown \(999\)' payment run --currency CNY --at 2026-08-01 999
t 1 'account-missing \(D00018\)' payment run --currency CNY --at 2026-08-01 19
t 1 'nothing-to-pay \(14\)' payment run --currency CNY --at 2026-08-01 14
t 0 'payment 1: 2 transfers, 5529.02 EUR on 2026-08-01' payment run --currency EUR --at 2026-08-01
t 0 'payment 2: 4 transfers, 77310.81 CNY on 2026-08-04' payment run --currency CNY --on 2026-08-04 --at 2026-08-01 --key pay-2 1 2 3 4
t 0 'payment 2: .*done before under this key' payment run --currency CNY --on 2026-08-04 --at 2026-08-02 --key pay-2 1 2 3 4
t 1 'nothing-to-pay' payment run --currency CNY --dealer D00001 --at 2026-08-02
t 1 'in-payment \(2\)' payment run --currency CNY --at 2026-08-02 2 5
t 1 'in-payment \(payment 2\)' pay --at 2026-08-02 2
j payment run --currency JPY --at 2026-08-02
says "what it pays" '"total": "440747"' "$tmp/out"
printf '6\n7\n' >"$tmp/numbers"
t 0 'payment 4: 2 transfers' payment run --currency CNY --at 2026-08-02 --from "$tmp/numbers"
t 0 'left out: 1 of dealers that have no bank account in CNY' payment run --currency CNY --at 2026-08-02
says "the rest of them" 'payment 5: 10 transfers' "$tmp/out"
t 0 '^ *2 .*CNY +2026-08-04 +4 +77310.81 +0' list payments --open
t 2 'list payments: has no --dealer' list payments --dealer D00000

# ---- the file for the bank ----

t 0 'payment 1, 2 transfers, 5529.02 EUR' export payment 1 -o "$tmp/p1.xml"
t 0 . export payment 2 -o "$tmp/p2.xml"
t 0 . export payment 3
cp "$tmp/out" "$tmp/p3.xml"
for n in 1 2 3; do
    valid "payment $n" pain.001.001.09 "$tmp/p$n.xml"
done
says "a SEPA one" '<Cd>SEPA</Cd>' "$tmp/p1.xml"
says "whose texts SEPA can hold" '<Nm>Autohaus Muller-Lodz .13. + Fils</Nm>' "$tmp/p1.xml"
says "others keep their letters" '<Nm>经销商 1</Nm>' "$tmp/p2.xml"
says "what it is for" '<Ustrd>Settlement 2, to 2026-07-31</Ustrd>' "$tmp/p2.xml"
says "the bank of the debtor is not known" 'NOTPROVIDED' "$tmp/p3.xml"
says "yen have no decimals" '<InstdAmt Ccy="JPY">440747</InstdAmt>' "$tmp/p3.xml"
t 2 'there is no payment 9; there are 5' export payment 9
t 2 'is not the number of a payment' export payment one

# ---- what the bank did ----

# bank.py PAIN MESSAGE ACTION...: a camt.054 of what became of the transfers, one action each in their order:
# ok, short, more, return, pending, other (currency), all (booked as one), rest (all but the first), skip; at last
# unknown, perhaps
cat >"$tmp/bank.py" <<'PY'
import sys, xml.etree.ElementTree as ET
from decimal import Decimal
pain, message, *actions = sys.argv[1:]
ns = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}
root = ET.parse(pain).getroot()
transfers = [(t.find(".//p:EndToEndId", ns).text, t.find(".//p:InstdAmt", ns)) for t in root.iterfind(".//p:CdtTrfTxInf", ns)]
run, total = root.find(".//p:PmtInfId", ns).text, root.find(".//p:CtrlSum", ns).text
def entry(ref, amount, currency, side, details, status="BOOK"):
    print(f"""<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts><Cd>{status}</Cd></Sts>
<BookgDt><Dt>2026-08-05</Dt></BookgDt><AcctSvcrRef>{message}-{ref}</AcctSvcrRef>
<BkTxCd><Prtry><Cd>X</Cd></Prtry></BkTxCd><NtryDtls>{details}</NtryDtls></Ntry>""")
def refs(end_to_end):
    return f"<Refs><EndToEndId>{end_to_end}</EndToEndId></Refs>"
print(f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"><BkToCstmrDbtCdtNtfctn>
<GrpHdr><MsgId>{message}</MsgId><CreDtTm>2026-08-05T18:00:00Z</CreDtTm></GrpHdr>
<Ntfctn><Id>{message}</Id><Acct><Id><Othr><Id>6200123456</Id></Othr></Id></Acct>""")
for n, action in enumerate(actions):
    if action == "unknown":
        entry(n, "12.34", "CNY", "DBIT", f"<TxDtls>{refs('WL-P77-S1')}</TxDtls>")
        continue
    if action == "all":
        entry(n, total, transfers[0][1].get("Ccy"), "DBIT", f"<Btch><PmtInfId>{run}</PmtInfId></Btch>")
        continue
    if action == "rest":
        rest = Decimal(total) - Decimal(transfers[0][1].text)
        entry(n, rest, transfers[0][1].get("Ccy"), "DBIT", f"<Btch><PmtInfId>{run}</PmtInfId></Btch>")
        continue
    name, amount = transfers[n]
    currency, value = amount.get("Ccy"), Decimal(amount.text)
    if action == "ok" or action == "return":
        entry(n, value, currency, "DBIT", f"<TxDtls>{refs(name)}</TxDtls>")
    if action == "return":
        entry(f"{n}R", value, currency, "CRDT", f"<TxDtls>{refs(name)}<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls>")
    if action == "short":
        entry(n, value - 10, currency, "DBIT", f"<TxDtls>{refs(name)}</TxDtls>")
    if action == "more":
        entry(n, value + 5, currency, "DBIT", f"<TxDtls>{refs(name)}</TxDtls>")
    if action == "pending":
        entry(n, value, currency, "DBIT", f"<TxDtls>{refs(name)}</TxDtls>", "PDNG")
    if action == "other":
        entry(n, value, "SEK", "DBIT", f"<TxDtls>{refs(name)}</TxDtls>")
print("</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>")
PY
bank() {
    python3 -B "$tmp/bank.py" "$@" || not_ok "the bank's message cannot be made"
}

bank "$tmp/p2.xml" M1 ok short return ok unknown >"$tmp/m1.xml"
valid "the bank's message" camt.054.001.08 "$tmp/m1.xml"
before=$(digest_of "$WLEDGER_DIR")
sed 's/<Document/<!DOCTYPE Document [<!ENTITY x "y">]>\n<Document/' "$tmp/m1.xml" >"$tmp/bad.xml"
t 3 'bad.xml:2:1: a DOCTYPE is not allowed' bank "$tmp/bad.xml" --at 2026-08-06
head -c 2000 "$tmp/m1.xml" >"$tmp/bad.xml"
t 3 'bad.xml:[0-9]+:[0-9]+: the document is cut short' bank "$tmp/bad.xml" --at 2026-08-06
sed 's/>12.34</>12,34</' "$tmp/m1.xml" >"$tmp/bad.xml"
t 3 'bad.xml:[0-9]+:[0-9]+: .12,34. is no amount of CNY' bank "$tmp/bad.xml" --at 2026-08-06
t 3 'is no notification of a bank' bank "$tmp/p1.xml" --at 2026-08-06
t 3 . bank "$world/claims.xml.gz" --at 2026-08-06
t 3 'none.xml: cannot be opened' bank "$tmp/none.xml" --at 2026-08-06
[ "$before" = "$(digest_of "$WLEDGER_DIR")" ] && ok || not_ok "a bad file changed something"

t 0 'm1.xml: message M1: 3 agree, 3 differ' bank "$tmp/m1.xml" --at 2026-08-06
says "one short" 'M1-1 .*less: settlement 2 of D00001 is issued, 10.00 left to pay' "$tmp/out"
says "one returned" 'M1-2R  return .*returned: settlement 3 of D00002 is issued, 18045.52 left to pay' "$tmp/out"
says "one unknown" 'M1-4  debit 12.34 CNY  WL-P77-S1  unknown-reference' "$tmp/out"
[ "$(grep -c 'M1-0' "$tmp/out")" = 0 ] && ok || not_ok "what agrees is told at length"
before=$(root_of "$WLEDGER_DIR")
gzip -c "$tmp/m1.xml" >"$tmp/m1.xml.gz"
t 0 '0 agree, 0 differ, 6 known before' bank "$tmp/m1.xml.gz" "$tmp/m1.xml" --at 2026-08-06
[ "$before" = "$(root_of "$WLEDGER_DIR")" ] && ok || not_ok "the same message again added something"
# The same transactions in another message; and one with another amount, which is none of them.
sed 's/<MsgId>M1</<MsgId>M1b</; s/>12.34</>12.35</' "$tmp/m1.xml" >"$tmp/m1b.xml"
t 1 '5 known before' bank "$tmp/m1b.xml" --at 2026-08-06
says "which of them" 'M1-4 .*refused: answer-known' "$tmp/out"

t 0 'issued' list settlements --csv
[ "$(awk -F, '$1 <= 4 && NR > 1 { printf "%s ", $3 }' "$tmp/out")" = "paid issued issued paid " ] && ok || not_ok "states: $(head -n 5 "$tmp/out")"
j show settlement 2
says "what was paid" '"paid_amount": "18343.92"' "$tmp/out"
says "what is left" '"left_to_pay": "10.00"' "$tmp/out"
says "what the bank said" '"difference": "less"' "$tmp/out"
t 0 'left to pay +10.00' show settlement 2
t 0 '^ +2 D00001 .*18353.92 +18343.92' show payment 2
j show payment 2
t 2 'there is no payment 99' show payment 99
j list bank-answers
t 0 'unknown-reference,,,,12.34' list differences --csv
t 0 'less.*D00001' list differences --dealer D00001
[ "$(grep -c . "$tmp/out")" = 2 ] && ok || not_ok "differences of one dealer: $(cat "$tmp/out")"
t 0 'returned.*18045.52' list differences --open --kind returned

# ---- the rest of it, again ----

t 0 'payment 6: 2 transfers, 18055.52 CNY' payment run --currency CNY --at 2026-08-07
t 0 . export payment 6 -o "$tmp/p6.xml"
bank "$tmp/p6.xml" M6 all >"$tmp/m6.xml"
t 0 '2 agree, 0 differ' bank "$tmp/m6.xml" --at 2026-08-08
t 0 '2 known before' bank "$tmp/m6.xml" --at 2026-08-08
t 0 'no differences' list differences --open --kind returned
t 0 'no differences' list differences --open --kind less
t 0 'less' list differences --kind less

# ---- too much, another currency, not booked yet ----

bank "$tmp/p1.xml" M7 more other >"$tmp/m7.xml"
t 0 '0 agree, 2 differ' bank "$tmp/m7.xml" --at 2026-08-08
says "too much" 'more: settlement 14 of D00013 is paid, 0.00 left' "$tmp/out"
says "another currency" 'SEK .*other-currency: settlement 18 of D00017 is issued' "$tmp/out"
t 0 'dealer was overpaid since +5.00' show settlement 14
t 0 'payable +-5.00 +EUR' show dealer D00013
t 1 'nothing-to-pay' payment run --currency EUR --at 2026-08-08
t 2 'why did the bank refuse' payment reject 1 18 --at 2026-08-08
t 3 'settlement 17 is not in payment 1; nothing was done' payment reject 1 17 --reason no --at 2026-08-08
t 3 'there is no payment 9; nothing was done' payment reject 9 17 --reason no --at 2026-08-08
t 0 '18  rejected  2200.35 EUR .*payment 1' payment reject 1 18 --reason "AC01 wrong account" --at 2026-08-08
t 1 'answer-known' payment reject 1 18 --reason again --at 2026-08-08
t 0 'payment 7: 1 transfer, 2200.35 EUR' payment run --currency EUR --at 2026-08-08
bank "$tmp/p3.xml" M8 pending >"$tmp/m8.xml"
t 0 '0 agree, 0 differ; 1 not booked, passed over' bank "$tmp/m8.xml" --at 2026-08-08
bank "$tmp/p3.xml" M8 ok >"$tmp/m8.xml"
j bank "$tmp/m8.xml" --at 2026-08-08
says "each as a row" '"difference":"agrees"' "$tmp/out"

# ---- booked as one, but for a transfer that was refused ----

t 0 . export payment 4 -o "$tmp/p4.xml"
bank "$tmp/p4.xml" M10 rest >"$tmp/m10.xml"
t 0 '0 agree, 1 differ' bank "$tmp/m10.xml" --at 2026-08-08
sed 's/M10/M11/' "$tmp/m10.xml" >"$tmp/m11.xml"
t 0 . payment reject 4 6 --reason "AC04 closed" --at 2026-08-08
t 0 '1 agree, 0 differ' bank "$tmp/m11.xml" --at 2026-08-08
t 0 '1 known before' bank "$tmp/m11.xml" --at 2026-08-08
t 3 'the bank booked settlement 7 of payment 4' payment reject 4 7 --reason "AC04 closed" --at 2026-08-08

# ---- dealers ----

t 3 'an amount in JPY with at most 0 decimals' confirm 13 --amount 1.5 --at 2026-08-09
t 1 'settlement-not-paid' confirm 18 --amount 2200.35 --at 2026-08-09
t 0 'noted, not confirmed .*24000.00 CNY.*24863.80 was paid' confirm 1 --amount 24000 --at 2026-08-09
t 0 'dealer difference +-863.80' show settlement 1
t 0 'dealer .*1 D00000 .*24000.00 24863.80' list differences --kind dealer
t 0 'confirmed  24863.80 CNY' confirm 1 --amount 24863.80 --at 2026-08-09
t 0 'no differences' list differences --kind dealer
t 0 'confirmed  440747 JPY' confirm 13 --at 2026-08-09
t 1 'already-confirmed' confirm 13 --at 2026-08-09
bank "$tmp/p3.xml" M9 ok >"$tmp/m9.xml"
t 0 'more: settlement 13 of .* is confirmed' bank "$tmp/m9.xml" --at 2026-08-09
t 0 'dealer .*13' list differences --kind dealer
t 0 'no differences' list differences --kind dealer --open
t 0 'more .*13' list differences --open
t 0 'paid  16559.61 CNY' pay 19 --at 2026-08-09

# ---- the standard's own example ----

if [ -f "$iso/camt.054-example.xml" ]; then
    t 0 '0 agree, 1 differ' bank "$iso/camt.054-example.xml" --at 2026-08-09
    says "nobody's" '200000.00 SEK  unknown-reference' "$tmp/out"
    t 0 '1 known before' bank "$iso/camt.054-example.xml" --at 2026-08-09
else
    echo "left out: the standard's example of camt.054, which is not here"
fi

# ---- and all of it holds ----

t 0 . export payment 2 -o "$tmp/again.xml"
same "the same payment, the same bytes" "$tmp/p2.xml" "$tmp/again.xml"
t 0 verified verify
t 0 . replay
t 0 . rebuild "$tmp/rebuilt"
[ "$(digest_of "$WLEDGER_DIR")" = "$(digest_of "$tmp/rebuilt")" ] && ok || not_ok "a rebuilt ledger is another"
t 0 . export payment 2 -d "$tmp/rebuilt" -o "$tmp/again.xml"
same "the same payment of a rebuilt ledger" "$tmp/p2.xml" "$tmp/again.xml"
finish
