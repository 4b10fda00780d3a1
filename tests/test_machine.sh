#!/bin/sh
# What the machine does to the program: streams that are closed, devices where files are meant, disks that are
# full, limits. test_machine.sh WLEDGER WORLD. Some of it needs root and a place to mount, or is left out.
wledger=$1 world=$2
. "$(dirname "$0")/lib.sh"
begin machine
export WLEDGER_BY=tester
batch=$world/claims.xml.gz
disk=$tmp/disk
trap 'umount "$disk" 2>/dev/null; rm -rf "$tmp"' EXIT

entries() {
    "$wledger" stat -d "$1" --csv | sed -n 's/^entries,//p'
}

# unchanged WHAT DIR ENTRIES: as many entries as before, and no file but the ledger's own
unchanged() {
    [ "$(entries "$2")" = "$3" ] && ok || not_ok "$1: the journal changed"
    [ "$(ls -A "$2" | tr '\n' ' ')" = "data.mdb lock.mdb " ] && ok || not_ok "$1: files are left: $(ls -A "$2")"
}

new_ledger "$tmp/empty" "$world" || not_ok "cannot be loaded"
cp -r "$tmp/empty" "$tmp/ledger"
before=$(entries "$tmp/empty")

# ---- a ledger that is cut off, or is none ----

for size in 0 100 8192 20000; do
    cp "$tmp/empty/data.mdb" "$tmp/ledger/data.mdb"
    truncate -s $size "$tmp/ledger/data.mdb"
    for command in 'list dealers' 'tick --at 2027-01-01' stat verify replay; do
        # shellcheck disable=SC2086 # options
        exits "$command of a ledger of $size bytes" 4 "$wledger" $command -d "$tmp/ledger"
        says "$command of a ledger of $size bytes" 'wledger: .*data.mdb\|wledger: .*a page is damaged' "$tmp/err"
    done
    [ "$(wc -c <"$tmp/ledger/data.mdb")" = $size ] && ok || not_ok "$size bytes were written to"
done
cp "$tmp/empty/data.mdb" "$tmp/ledger/data.mdb"
for command in 'list dealers' 'tick --at 2027-01-01' verify; do
    # shellcheck disable=SC2086 # options
    exits "$command of a file" 2 "$wledger" $command -d "$tmp/empty/data.mdb"
done

# ---- answers that cannot be written ----

exits "an answer in a folder that is not there" 5 "$wledger" import -d "$tmp/ledger" "$batch" --confirm "$tmp/no/answer"
unchanged "an answer in a folder that is not there" "$tmp/ledger" "$before"
exits "an answer that is a folder" 5 "$wledger" import -d "$tmp/ledger" "$batch" --confirm "$tmp"
unchanged "an answer that is a folder" "$tmp/ledger" "$before"

mkfifo "$tmp/pipe"
timeout 60 cat "$tmp/pipe" >"$tmp/answer" &
exits "an answer into a pipe" 0 "$wledger" import -d "$tmp/ledger" --at 2026-07-02 "$batch" --confirm "$tmp/pipe"
wait
says "the answer of the pipe" BODSuccessMessage "$tmp/answer"
[ -p "$tmp/pipe" ] && ok || not_ok "the pipe was replaced"

gzip -dc "$batch" >"$tmp/changed.xml"
echo >>"$tmp/changed.xml"
exits "a changed batch" 1 "$wledger" import -d "$tmp/ledger" --at 2026-07-02 "$tmp/changed.xml" \
    --confirm "$tmp/answer"
says "the answer to a changed batch" 'refused: batch-changed' "$tmp/answer"

# ---- closed streams: no file of the ledger may take their place ----

set -- $("$wledger" decisions -d "$tmp/ledger" --csv | awk -F, '$3 == "approved" { print $1 "/" $2 }' | head -n 4)
"$wledger" sign -d "$tmp/ledger" --at 2026-07-03 "$1" D9/9 >&- 2>&-
"$wledger" sign -d "$tmp/ledger" --at 2026-07-03 "$2" D9/9 <&- >&- 2>&-
"$wledger" import -d "$tmp/ledger" "$tmp/absent" >&- 2>&-
exits "verify after closed streams" 0 "$wledger" verify -d "$tmp/ledger"
"$wledger" sign -d "$tmp/ledger" --at 2026-07-03 --from - <&- >"$tmp/out" 2>&1
[ $? = 5 ] && ok || not_ok "names from a closed stream: $(cat "$tmp/out")"
"$wledger" stat -d "$tmp/ledger" >&- 2>"$tmp/err"
[ $? = 5 ] && ok || not_ok "an answer into a closed stream"
says "an answer into a closed stream" 'cannot be written' "$tmp/err"

# ---- lists of names ----

printf '\357\273\277%s\r\n' "$3" >"$tmp/names"
exits "names behind a byte order mark" 0 "$wledger" sign -d "$tmp/ledger" --at 2026-07-03 --from "$tmp/names"
printf '%s\0%s\n' "$4" "$4" >"$tmp/names"
exits "a NUL in a name" 3 "$wledger" sign -d "$tmp/ledger" --at 2026-07-03 --from "$tmp/names"
says "a NUL in a name" 'names:1: .*NUL' "$tmp/err"
head -c 1500 /dev/zero >"$tmp/names"
echo "$4" >>"$tmp/names"
exits "a line of NULs" 3 "$wledger" sign -d "$tmp/ledger" --at 2026-07-03 --from "$tmp/names"
exits "an actor with an escape" 2 env WLEDGER_BY="$(printf 'a\033[31m')" "$wledger" sign -d "$tmp/ledger" "$4"

# ---- limits and full disks ----

# Blocks of 512 bytes
limited() (
    ulimit -f "$1"
    shift
    exec "$@"
)
cp -r "$tmp/empty" "$tmp/limited"
exits "a limit below the spool" 5 limited 200 "$wledger" import -d "$tmp/limited" --at 2026-07-02 "$batch"
says "a limit below the spool" 'File too large' "$tmp/err"
unchanged "a limit below the spool" "$tmp/limited" "$before"
exits "a limit below the ledger" 5 limited 20 "$wledger" sign -d "$tmp/ledger" --at 2026-07-03 "$4"
says "a limit below the ledger" 'make room' "$tmp/err"
exits "the limit taken away" 0 "$wledger" sign -d "$tmp/ledger" --at 2026-07-03 "$4"
exits "verify after limits" 0 "$wledger" verify -d "$tmp/ledger"

# fill KIB: leaves so much
fill() {
    dd if=/dev/zero of="$disk/fill" bs=1k count=$(($(df -k --output=avail "$disk" | tail -n 1) - $1)) 2>/dev/null
}

mkdir "$disk"
if mount -t tmpfs -o size=90m tmpfs "$disk" 2>/dev/null; then
    cp -r "$tmp/empty" "$disk/ledger"
    fill 30000
    exits "an import where there is little room" 5 "$wledger" import -d "$disk/ledger" --at 2026-07-02 "$batch"
    unchanged "an import where there is little room" "$disk/ledger" "$before"
    rm "$disk/fill"
    exits "the same with room" 0 "$wledger" import -d "$disk/ledger" --at 2026-07-02 "$batch"
    "$wledger" verify -d "$disk/ledger" >"$tmp/before"
    fill 8
    "$wledger" decisions -d "$disk/ledger" --csv | awk -F, '$3 == "approved" { print $1 "/" $2 }' >"$tmp/names"
    exits "sign on a full disk" 5 "$wledger" sign -d "$disk/ledger" --at 2026-07-03 --from "$tmp/names"
    says "sign on a full disk" 'disk is full.*make room' "$tmp/err"
    "$wledger" verify -d "$disk/ledger" >"$tmp/after"
    same "nothing was signed on a full disk" "$tmp/before" "$tmp/after"
    rm "$disk/ledger/lock.mdb"
    dd if=/dev/zero of="$disk/fill2" bs=1k 2>/dev/null
    exits "a lock file on a full disk" 5 "$wledger" stat -d "$disk/ledger"
    says "a lock file on a full disk" 'disk is full' "$tmp/err"
    rm "$disk/fill" "$disk/fill2"
    exits "sign with room" 0 "$wledger" sign -d "$disk/ledger" --at 2026-07-03 --from "$tmp/names"
    exits "verify with room" 0 "$wledger" verify -d "$disk/ledger"
else
    echo "left out: full disks, because nothing can be mounted here"
fi
# What commands that were killed have left goes with the next one of their kind; what lives stays.
"$wledger" init -d "$tmp/stale" --at 2026-07-01 --by test >/dev/null
mkdir "$tmp/stale/replay-999999.part-999999" "$tmp/again.part-999999"
touch "$tmp/stale/spool-999999" "$tmp/stale/.wledger-999999-3" "$tmp/again.part-999999/data.mdb" "$tmp/stale/spool-$$"
"$wledger" replay -d "$tmp/stale" >/dev/null
"$wledger" rebuild -d "$tmp/stale" "$tmp/again" >/dev/null
"$wledger" import -d "$tmp/stale" "$tmp/no such file" 2>/dev/null
(cd "$tmp/stale" && echo * .w* && ls -d "$tmp"/again*) >"$tmp/out" 2>/dev/null
printf 'data.mdb lock.mdb spool-%s .w*\n%s\n' $$ "$tmp/again" >"$tmp/expected"
same "stale files" "$tmp/expected" "$tmp/out"
finish
