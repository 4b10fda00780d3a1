#!/bin/sh
# The main job on a small batch, as a person would do it: demo.sh WLEDGER WORLD
set -eu
wledger=$1 world=$2
dir=$(mktemp -d "${TMPDIR:-/tmp}/wledger-demo-XXXXXX")
trap 'rm -rf "$dir"' EXIT
export WLEDGER_DIR="$dir/ledger" WLEDGER_BY=demo
out=${WLEDGER_DEMO_OUT:-build}

say() {
    printf '\n$ wledger %s\n' "$*"
}

say init --oem '"Example Motors"' --zone +08:00
"$wledger" init --oem "Example Motors" --zone +08:00 --at 2026-07-01
say load "$world"
"$wledger" load --at 2026-07-01 "$world"
say import "$world/claims.xml.gz"
"$wledger" import --at 2026-07-02 "$world/claims.xml.gz" --confirm "$out/demo-confirm.xml"
printf '\nfindings:\n'
"$wledger" decisions --csv | awk -F, 'NR > 1 { n = split($11, f, "|"); for (i = 1; i <= n; i++) count[f[i]]++ }
    END { for (name in count) printf "%6d  %s\n", count[name], name }' | sort -k1,1nr -k2 | head -n 12

# One dealer's loops close: vouchers signed, parts back and inspected.
dealer=$("$wledger" decisions --csv | awk -F, '$3 == "approved" || $3 == "partial" { n[$1]++ }
    END { for (d in n) print n[d], d }' | sort -k1,1nr -k2 | awk 'NR == 1 { print $2 }')
"$wledger" decisions --csv | awk -F, -v d="$dealer" '$1 == d && ($3 == "approved" || $3 == "partial") { print $1 "/" $2 }' \
    >"$dir/claims"
"$wledger" obligations --csv | awk -F, -v d="$dealer" '$1 == d { print $1 "/" $2 }' | sort -u >"$dir/parts"
# Three vouchers stay unsigned and one part stays away, to see what settlement says of them.
sed 1,3d "$dir/claims" >"$dir/signed"
sed 1d "$dir/parts" >"$dir/back"
say sign --name '"the customer"' --from signed.txt "($(wc -l <"$dir/signed") claims of $dealer)"
"$wledger" sign --at 2026-07-03 --name "the customer" --from "$dir/signed" | tail -n 2
say tag --from parts.txt
"$wledger" tag --at 2026-07-05 --from "$dir/back" | tail -n 2
say return ship "$dealer" --tags all --carrier KD
"$wledger" return ship "$dealer" --at 2026-07-06 --tags all --carrier KD
say print tags --return 1 -o "$out/demo-tags.pdf"
"$wledger" print tags --return 1 -o "$out/demo-tags.pdf"
"$wledger" list tags --state shipped --csv | sed 1d | cut -d, -f1 >"$dir/tags"
say return receive --scan '<' tags.txt
"$wledger" return receive --at 2026-07-10 --scan <"$dir/tags" | tail -n 2
say return inspect --outcome accepted --from parts.txt
"$wledger" return inspect --at 2026-07-12 --outcome accepted --from "$dir/back" | tail -n 2
say settle --dealer "$dealer" --to 2026-07-31
"$wledger" settle --at 2026-07-31 --dealer "$dealer" --to 2026-07-31
say pay 1
"$wledger" pay --at 2026-08-05 1
say confirm 1
"$wledger" confirm --at 2026-08-07 1
say show settlement 1
"$wledger" show settlement 1 | head -n 24
say export advisory --settlement 1 --output "$out/demo-advisory.xml"
"$wledger" export advisory --settlement 1 --output "$out/demo-advisory.xml"
echo "advisory: $out/demo-advisory.xml"
say verify
"$wledger" verify
say replay
"$wledger" replay
