# What the shell tests share. A test calls `begin NAME`, then `ok WHAT` or `not_ok WHAT` for each thing it
# sees, and `finish` at its end. Temporary folders go with the test.
export TZ=UTC LC_ALL=C.UTF-8
unset WLEDGER_DIR WLEDGER_BY
passed=0
failed=0

begin() {
    test_name=$1
    tmp=$(mktemp -d "${TMPDIR:-/tmp}/wledger-test-XXXXXX")
    trap 'rm -rf "$tmp"' EXIT
    trap 'exit 1' INT TERM
}

ok() {
    passed=$((passed + 1))
}

not_ok() {
    failed=$((failed + 1))
    echo "FAIL $test_name: $*" >&2
}

# same WHAT FILE FILE
same() {
    if cmp -s "$2" "$3"; then
        ok
    else
        not_ok "$1: they differ"
        diff "$2" "$3" | head -n 6 >&2
    fi
}

# exits WHAT CODE COMMAND...: output goes to $tmp/out and $tmp/err
exits() {
    what=$1 want=$2
    shift 2
    "$@" >"$tmp/out" 2>"$tmp/err"
    got=$?
    if [ "$got" = "$want" ]; then
        ok
    else
        not_ok "$what: exit code $got where $want is right: $(head -n 3 "$tmp/err")"
    fi
}

# says WHAT PATTERN FILE
says() {
    if grep -q -- "$2" "$3"; then
        ok
    else
        not_ok "$1: nothing like '$2' in: $(head -n 5 "$3")"
    fi
}

# t EXIT REGEX ARGUMENT...: what `wledger ARGUMENT...` ends with and answers, on either stream
t() {
    want=$1 pattern=$2
    shift 2
    "$wledger" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null
    got=$?
    if [ "$got" -ne "$want" ]; then
        not_ok "exit code $got, not $want: wledger $*: $(head -n 3 "$tmp/err")"
    elif ! cat "$tmp/out" "$tmp/err" | grep -qE -- "$pattern"; then
        not_ok "no \`$pattern\` in the answer to: wledger $*: $(head -n 3 "$tmp/out" "$tmp/err")"
    else
        ok
    fi
}

# Something that must hold: holds WHAT COMMAND...
holds() {
    held=$1
    shift
    if "$@" >/dev/null 2>"$tmp/why"; then
        ok
    else
        not_ok "$held: $(head -n 3 "$tmp/why")"
    fi
}

is_json() {
    if command -v jq >/dev/null 2>&1; then
        jq -e . "$1"
    else
        python3 -m json.tool "$1"
    fi
}

# j ARGUMENT...: done, and its answer is JSON
j() {
    t 0 . "$@" --json
    holds "not JSON: wledger $* --json" is_json "$tmp/out"
}

finish() {
    echo "$test_name: $passed passed, $failed failed"
    [ "$failed" = 0 ]
}

# root_of DIR, digest_of DIR: as `verify` finds them
root_of() {
    "$wledger" verify -d "$1" | sed -n 's/^root *//p'
}
digest_of() {
    "$wledger" verify -d "$1" | sed -n 's/^digest *//p'
}

# A ledger of a generated world: new_ledger DIR WORLD
new_ledger() {
    "$wledger" init -d "$1" --oem "Test Motors" --at 2026-07-01 --by test >/dev/null &&
        "$wledger" load -d "$1" --at 2026-07-01 --by test "$2" >/dev/null
}
