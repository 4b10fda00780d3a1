#!/bin/sh
# Line coverage of each file after `make cov` ran the tests, and of each floor: coverage.sh BUILD
build=$1
cd "$(dirname "$0")/.." || exit 1
command -v gcov >/dev/null || { echo "gcov is missing; it comes with gcc" >&2; exit 1; }
find "$build/obj" -name '*.gcda' | sort | while read -r data; do
    gcov -n -o "$(dirname "$data")" "$data" 2>/dev/null
done | awk '
    /^File / { file = $2; gsub(/\047/, "", file) }
    /^Lines executed:/ && file ~ /^(core|ledger|claims|xmlio|cli)\/[^\/]*\.c$/ {
        split($0, part, /[:% ]+/); share = part[3]; lines = $NF
        floor = file; sub(/\/.*/, "", floor)
        hit[floor] += share * lines / 100; all[floor] += lines
        printf "%6.1f %%  %5d lines  %s\n", share, lines, file
    }
    END { for (floor in all) printf "%6.1f %%  %5d lines  %s/ in all\n", 100 * hit[floor] / all[floor], all[floor], floor }'
