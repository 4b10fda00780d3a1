#!/bin/sh
# Whole worlds with the reference's answers: load, import, compare; import again; rebuild; replay.
# usage: test_worlds.sh WLEDGER WORLD...
wledger=$1
shift
. "$(dirname "$0")/lib.sh"
begin worlds

for world in "$@"; do
    name=$(basename "$world")
    dir=$tmp/$name
    new_ledger "$dir" "$world" || not_ok "$name: cannot be loaded"
    exits "$name: import" 0 "$wledger" import -d "$dir" --at 2026-07-02 --by test "$world/claims.xml.gz"
    "$wledger" decisions -d "$dir" --csv >"$tmp/decisions"
    same "$name: decisions" "$world/decisions.expected" "$tmp/decisions"
    "$wledger" obligations -d "$dir" --csv >"$tmp/obligations"
    same "$name: obligations" "$world/obligations.expected" "$tmp/obligations"
    exits "$name: verify" 0 "$wledger" verify -d "$dir"
    cp "$tmp/out" "$tmp/verified"

    gzip -dc "$world/claims.xml.gz" >"$tmp/plain.xml"
    exits "$name: import again, not compressed" 0 "$wledger" import -d "$dir" --by test "$tmp/plain.xml"
    says "$name: told that all is known" "nothing was added" "$tmp/out"
    exits "$name: load again" 0 "$wledger" load -d "$dir" --by test "$world"
    "$wledger" verify -d "$dir" >"$tmp/again"
    same "$name: importing and loading again adds nothing" "$tmp/verified" "$tmp/again"
    "$wledger" decisions -d "$dir" --csv >"$tmp/decisions"
    same "$name: the same answers again" "$world/decisions.expected" "$tmp/decisions"

    exits "$name: rebuild" 0 "$wledger" rebuild -d "$dir" "$tmp/$name-rebuilt"
    "$wledger" verify -d "$tmp/$name-rebuilt" >"$tmp/again"
    same "$name: a rebuilt ledger has the same root and digest" "$tmp/verified" "$tmp/again"
    exits "$name: replay" 0 "$wledger" replay -d "$dir"
    says "$name: replay says so" "came out as it stands" "$tmp/out"
    rm -rf "$dir" "$tmp/$name-rebuilt"
done
finish
