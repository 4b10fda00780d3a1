#!/bin/sh
# All tests: run.sh quick|full|valgrind BUILD. Ends with a line "N passed, N failed".
mode=$1 build=$2
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root" || exit 1
wledger=$root/$build/wledger
export WL_TESTS=$root/tests WL_FIXTURES=$root/fixtures
export TMPDIR=${TMPDIR:-/tmp}
passed=0
failed=0
left_out=

# run NAME COMMAND...
run() {
    name=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $name"
    fi
}

case $mode in
quick) export WL_QUICK=1 ;;
full) ;;
valgrind)
    export CK_FORK=no WL_QUICK=1 WL_VALGRIND=1
    for test in "$build"/test_*; do
        [ -x "$test" ] && [ ! -d "$test" ] && case $test in *.d) ;; *)
            run "$test" valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite "$test"
            ;;
        esac
    done
    echo "$passed passed, $failed failed"
    [ $failed = 0 ]
    exit
    ;;
*)
    echo "usage: run.sh quick|full|valgrind BUILD" >&2
    exit 2
    ;;
esac

for test in tests/test_*.c; do
    name=$(basename "$test" .c)
    run "$name" "$build/$name"
done
run cli sh tests/test_cli.sh "$wledger"
run world-2 sh tests/test_worlds.sh "$wledger" fixtures/world-2

if [ $mode = full ]; then
    run worlds sh tests/test_worlds.sh "$wledger" fixtures/demo fixtures/world-1 fixtures/world-3
    run kill sh tests/test_kill.sh "$wledger" fixtures/world-2
    run demo sh -c "sh tests/demo.sh $build/wledger fixtures/demo >/dev/null"
    if [ -f "${ORACLE:-../shared/oracle}/generate.py" ]; then
        seed=${WL_SEED:-$(date +%j)}
        for share in 0 0.03; do
            run "oracle $seed" env WLEDGER="$wledger" sh tests/oracle.sh "$seed" 5000 $share
            seed=$((seed + 1000))
        done
    else
        left_out="$left_out fresh-worlds-against-the-reference"
    fi
    if [ -d "${STAR:-../shared/star}" ] && command -v xmllint >/dev/null; then
        run documents sh tests/test_documents.sh "$wledger" fixtures/demo "${STAR:-../shared/star}"
    else
        left_out="$left_out documents-against-the-schemas"
    fi
fi

[ -z "$left_out" ] || echo "left out, because what they compare with is not here:$left_out"
echo "$passed passed, $failed failed"
[ $failed = 0 ]
