#!/bin/sh
# All tests: run.sh quick|full|valgrind BUILD. Two run at a time; what one prints is shown when it fails.
# Ends with a line "N passed, N failed".
mode=$1 build=$2
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root" || exit 1
wledger=$root/$build/wledger
star=${STAR:-../shared/star}
export WL_TESTS="$root/tests" WL_FIXTURES="$root/fixtures"
work=$(mktemp -d "${TMPDIR:-/tmp}/wledger-run-XXXXXX")
chmod 755 "$work"
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
# Folders of tests that failed or were cut off go with the run.
export TMPDIR="$work"
# Of everything that is drawn; WL_SEED sets it.
seed=${WL_SEED:-$(date +%s)}
export WL_SEED="$seed"
left_out=

# add NAME COMMAND...: one file for each, run in the order of their names
jobs=0
add() {
    name=$1
    shift
    jobs=$((jobs + 1))
    echo "$*" >"$work/$(printf '%03d' $jobs)-$name.job"
}

add_unit_tests() {
    for test in tests/test_*.c; do
        name=$(basename "$test" .c)
        add "$name" "$@" "$build/$name"
    done
}

case $mode in
quick)
    export WL_QUICK=1
    add cli sh tests/test_cli.sh "$wledger" fixtures/demo
    add stock-cli sh tests/test_stock_cli.sh "$wledger" fixtures/demo
    add demand-cli sh tests/test_demand_cli.sh "$wledger"
    add returns-cli sh tests/test_returns_cli.sh "$wledger" fixtures/demo
    add desk-cli sh tests/test_desk_cli.sh "$wledger" fixtures/demo
    add forms-cli sh tests/test_forms_cli.sh "$wledger" fixtures/demo
    add versions-cli sh tests/test_versions_cli.sh "$wledger" fixtures/demo
    add payments-cli sh tests/test_payments_cli.sh "$wledger" fixtures/demo
    add recovery-cli sh tests/test_recovery_cli.sh "$wledger" fixtures/demo
    add report-cli sh tests/test_report_cli.sh "$wledger" fixtures/demo
    add machine sh tests/test_machine.sh "$wledger" fixtures/demo
    add "soak-$seed" "$build/soak" 3000 "$seed"
    add "month-$seed" sh tests/test_month.sh "$build" 500 "$seed"
    add "walk-$seed" "$build/walk" 2000 "$seed"
    add paper sh tests/test_paper.sh "$build"
    add statement python3 -B tests/test_statement.py "$wledger" fixtures "$work/statement"
    add_unit_tests
    add world-2 sh tests/test_worlds.sh "$wledger" fixtures/world-2
    ;;
full)
    add kill sh tests/test_kill.sh "$wledger" fixtures/world-2
    add kill-money sh tests/test_kill_money.sh "$wledger" fixtures/demo
    mkdir "$work/quality"
    add quality python3 -B tests/test_quality.py "$wledger" fixtures/demo "$work/quality"
    add statement python3 -B tests/test_statement.py "$wledger" fixtures "$work/statement"
    add cli sh tests/test_cli.sh "$wledger" fixtures/demo
    add stock-cli sh tests/test_stock_cli.sh "$wledger" fixtures/demo
    add demand-cli sh tests/test_demand_cli.sh "$wledger"
    add returns-cli sh tests/test_returns_cli.sh "$wledger" fixtures/demo
    add desk-cli sh tests/test_desk_cli.sh "$wledger" fixtures/demo
    add forms-cli sh tests/test_forms_cli.sh "$wledger" fixtures/demo
    add versions-cli sh tests/test_versions_cli.sh "$wledger" fixtures/demo
    add payments-cli sh tests/test_payments_cli.sh "$wledger" fixtures/demo
    add recovery-cli sh tests/test_recovery_cli.sh "$wledger" fixtures/demo
    add report-cli sh tests/test_report_cli.sh "$wledger" fixtures/demo
    add machine sh tests/test_machine.sh "$wledger" fixtures/demo
    add "soak-$seed" "$build/soak" 20000 "$seed"
    add "month-$seed" sh tests/test_month.sh "$build" 5000 "$seed"
    add "walk-$seed" "$build/walk" 20000 "$seed"
    add paper sh tests/test_paper.sh "$build"
    add_unit_tests
    add books sh tests/test_books.sh "$wledger" fixtures/demo
    add worlds sh tests/test_worlds.sh "$wledger" fixtures/demo fixtures/world-1 fixtures/world-2 fixtures/world-3
    mkdir "$work/readme"
    add readme python3 -B tests/test_readme.py "$wledger" README.md "$root/fixtures" "$work/readme"
    add demo env WLEDGER_DEMO_OUT="$work" sh tests/demo.sh "$wledger" fixtures/demo
    if [ -f "${ORACLE:-../shared/oracle}/generate.py" ]; then
        echo "fresh worlds: seed $seed (WL_SEED)"
        add "world-$seed" env WLEDGER="$wledger" sh tests/oracle.sh "$seed" 5000
        add "world-$((seed + 1))-malformed" env WLEDGER="$wledger" sh tests/oracle.sh $((seed + 1)) 5000 0.03
    else
        left_out="$left_out fresh-worlds-against-the-reference"
    fi
    if [ -d "$star" ] && command -v xmllint >/dev/null; then
        add documents sh tests/test_documents.sh "$wledger" fixtures/demo "$star"
    else
        left_out="$left_out documents-against-the-schemas"
    fi
    ;;
valgrind)
    export WL_QUICK=1 WL_VALGRIND=1
    add_unit_tests env CK_FORK=no valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite \
        --suppressions=tests/valgrind.supp
    ;;
*)
    echo "usage: run.sh quick|full|valgrind BUILD" >&2
    exit 2
    ;;
esac

export work
find "$work" -name '*.job' | sort | xargs -P 2 -I '{}' sh -c '
    job=$1
    name=$(basename "$job" .job | cut -c5-)
    if sh "$job" >"$job.log" 2>&1 </dev/null; then
        grep "left out: ." "$job.log"
        echo "passed: $name"
    else
        echo "FAILED: $name"
        sed "s/^/    /" "$job.log" | tail -n 40
        echo "$name" >>"$work/failed"
    fi' sh '{}'

failed=$(cat "$work/failed" 2>/dev/null | wc -l)
[ -z "$left_out" ] || echo "left out, because what they compare with is not here:$left_out"
echo "$((jobs - failed)) passed, $failed failed"
[ "$failed" = 0 ]
