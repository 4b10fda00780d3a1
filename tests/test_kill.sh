#!/bin/sh
# An import that is killed again and again comes to the same decisions and the same tree root as one that
# nobody disturbed. usage: test_kill.sh WLEDGER WORLD [SEED]
wledger=$1 world=$2 seed=${3:-${WL_SEED:-$(date +%s)}}
. "$(dirname "$0")/lib.sh"
begin kill
echo "kill: seed $seed"

new_ledger "$tmp/calm" "$world" || not_ok "cannot be loaded"
cp -r "$tmp/calm" "$tmp/killed"
"$wledger" import -d "$tmp/calm" --at 2026-07-02 --by test "$world/claims.xml.gz" >/dev/null || not_ok "undisturbed import"

# Each try may live a little longer than the one before, so that the loop ends.
state=$seed
tries=0
done=no
while [ $done = no ] && [ $tries -lt 300 ]; do
    tries=$((tries + 1))
    state=$(((state * 1103515245 + 12345) % 2147483648))
    ms=$((state / 65536 % (10 + tries * 2)))
    "$wledger" import -d "$tmp/killed" --at 2026-07-02 --by test "$world/claims.xml.gz" >/dev/null 2>&1 &
    pid=$!
    sleep "$(printf '0.%03d' "$ms")"
    kill -9 $pid 2>/dev/null
    wait $pid 2>/dev/null && done=yes
    if [ $((tries % 10)) = 0 ]; then
        exits "verify after kill $tries" 0 "$wledger" verify -d "$tmp/killed"
    fi
done
[ $done = yes ] && ok || not_ok "not through after $tries tries"
echo "kill: through after $tries tries"

"$wledger" decisions -d "$tmp/calm" --csv >"$tmp/a"
"$wledger" decisions -d "$tmp/killed" --csv >"$tmp/b"
same "decisions" "$tmp/a" "$tmp/b"
same "decisions of the reference" "$world/decisions.expected" "$tmp/b"
"$wledger" verify -d "$tmp/calm" >"$tmp/a"
"$wledger" verify -d "$tmp/killed" >"$tmp/b"
same "root and digest" "$tmp/a" "$tmp/b"
finish
