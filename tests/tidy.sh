#!/bin/sh
# The rules that a program can hold: sh tests/tidy.sh [BUILD]. Prints each violation as file:line: what,
# and ends with 1 when there is any. What it cannot check it says it left out.
set -u
LC_ALL=C
export LC_ALL
cd "$(dirname "$0")/.." || exit 2
build=${1:-build}

# Which floor may include which (docs/architecture.md), and where each public header belongs.
arrows='
core: core
ledger: core ledger
claims: core ledger claims
parts: core ledger claims parts
quality: core ledger claims parts quality
xmlio: core xmlio
paper: core paper
cli: core ledger claims parts quality xmlio paper cli
tests: core ledger claims parts quality xmlio paper cli tests
bench: core ledger claims parts quality xmlio paper cli tests bench
'
headers='
core: error.h text.h buf.h file.h date.h decimal.h cbor.h record.h claim_record.h
ledger: store.h command.h posting.h audit.h accounts.def refusals.def
claims: batch.h claim.h desk.h facts.h form.h gates.h load.h load_command.h payment.h record_command.h recovery.h reference.h transitions.h findings.def transitions.def
parts: stock.h demand.h defective.h schema.h vehicle_parts.h
quality: quality.h
xmlio: bank_reader.h batch_reader.h writer.h
paper: paper.h chart.h
'
# Libraries: the header (or its folder), how many files may include it (*: any number), and the floors. The
# benchmark parses and inflates once more, bare: that is what the import is measured against.
libraries='
lmdb.h 1 ledger
zlib.h 2 xmlio bench
libxml/ * xmlio bench
csv.h 1 claims
jansson.h * cli tests
libsmartcols/ * cli tests
cairo-pdf.h 1 paper
cairo-svg.h 1 paper
pango/ 1 paper
zint.h 1 paper
openssl/ * core ledger claims parts xmlio cli tests bench
check.h * tests
sqlite3.h * bench
'
libc='assert.h ctype.h errno.h inttypes.h limits.h setjmp.h signal.h stdalign.h stdarg.h stdatomic.h stdbool.h stddef.h
stdint.h stdio.h stdlib.h string.h strings.h time.h
dirent.h dlfcn.h fcntl.h ftw.h getopt.h glob.h iconv.h langinfo.h locale.h malloc.h poll.h pthread.h pwd.h sched.h
spawn.h termios.h unistd.h wchar.h wctype.h sys/'

column_max=120 function_max=70 file_aim=600 file_max=700

work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM
: >"$work/found"

left_out() {
    echo "tidy: left out: $1"
}

found() {
    printf '%s:%s: %s\n' "$1" "$2" "$3" >>"$work/found"
}

find . \( -name .git -o -name 'build*' -o -name fixtures \) -prune -o -type f -print | sed 's,^\./,,' |
    grep -E '\.(c|h|def|sh|py|md|dialect)$|(^|/)Makefile$' | sort >"$work/text"
grep -E '\.(c|h|def)$' "$work/text" >"$work/code"

# ---- form and arrows, in one pass ----

# shellcheck disable=SC2016
xargs awk -v arrows="$arrows" -v headers="$headers" -v libraries="$libraries" -v libc="$libc" \
    -v column_max=$column_max -v function_max=$function_max -v file_aim=$file_aim -v file_max=$file_max '
function report(line, what) {
    printf "%s:%d: %s\n", file, line, what
}
# "word: word word" lines: sets[first, each other]
function read_sets(text, sets, of,    lines, words, i, j, n, m) {
    n = split(text, lines, "\n")
    for (i = 1; i <= n; i++) {
        m = split(lines[i], words, " ")
        sub(/:$/, "", words[1])
        for (j = 2; j <= m; j++) {
            sets[words[1], words[j]] = 1
            of[words[j]] = words[1]
        }
    }
}
function read_libraries(    lines, words, i, j, n, m) {
    n = split(libraries, lines, "\n")
    for (i = 1; i <= n; i++) {
        m = split(lines[i], words, " ")
        if (m > 0)
            library_files[words[1]] = words[2]
        for (j = 3; j <= m; j++)
            library_in[words[1], words[j]] = 1
    }
    n = split(libc, words, /[ \n]+/)
    for (i = 1; i <= n; i++)
        in_libc[words[i]] = 1
}
function check_system(name,    key) {
    key = name
    if (name in in_libc)
        return
    if (name ~ /\//)
        sub(/\/.*/, "/", key)
    if (key in in_libc)
        return
    if (!(key in library_files)) {
        report(FNR, "<" name "> is neither libc nor in the table of libraries (tests/tidy.sh)")
        return
    }
    if (!((key, floor) in library_in))
        report(FNR, "<" name "> has no place in " floor "/")
    if (library_files[key] != "*" && ++library_users[key] > library_files[key] + 0)
        report(FNR, "<" name "> may be included in one file only, and " first_user[key] " does already")
    if (!(key in first_user))
        first_user[key] = file
}
function check_own(name,    other) {
    other = name
    if (name ~ /^wledger\//) {
        sub(/^wledger\//, "", other)
        if (!(other in floor_of))
            return # said once, at the header
        other = floor_of[other]
    } else if (!sub(/\/.*/, "", other)) {
        if (name !~ /\.inc$/)
            report(FNR, "\"" name "\" must be written with its folder")
        return
    }
    if (!((floor, other) in arrow))
        report(FNR, floor "/ must not include \"" name "\", which is of " other "/")
}
function end_file() {
    if (file != "" && lines > file_max)
        report(lines, "the file has " lines " lines, more than " file_max)
    else if (file != "" && lines > file_aim)
        printf "tidy: note: %s has %d lines; aim at %d\n", file, lines, file_aim >"/dev/stderr"
}
function begin_file(    parts, name) {
    end_file()
    file = FILENAME
    body = 0
    split(file, parts, "/")
    floor = parts[1]
    if (floor == "include") {
        name = file
        sub(/.*\//, "", name)
        floor = floor_of[name]
        if (floor == "") {
            report(1, "not in the table of public headers (tests/tidy.sh)")
            floor = "cli" # which may include all
        }
    }
}
BEGIN {
    read_sets(arrows, arrow, ignored)
    read_sets(headers, ignored_too, floor_of)
    read_libraries()
}
FNR == 1 { begin_file() }
{ lines = FNR }
/\t/ { report(FNR, "a tab") }
/[ \t\r]$/ { report(FNR, "white space at the end of the line") }
length($0) > column_max && file !~ /\.def$/ {
    text = $0
    gsub(/[\200-\277]/, "", text) # what continues a UTF-8 character takes no column
    if (length(text) > column_max)
        report(FNR, "the line has " length(text) " columns, more than " column_max)
}
/^[ ]*#[ ]*include[ ]*</ {
    name = $0
    sub(/^[^<]*</, "", name)
    sub(/>.*/, "", name)
    check_system(name)
}
/^[ ]*#[ ]*include[ ]*"/ {
    name = $0
    sub(/^[^"]*"/, "", name)
    sub(/".*/, "", name)
    check_own(name)
}
# A function is what stands between braces that stand alone, or close, at the beginning of a line.
/^\{$/ { body = FNR }
/^\}/ && body > 0 {
    if (FNR - body + 1 > function_max)
        report(body, "the function has " FNR - body + 1 " lines, more than " function_max)
    body = 0
}
END { end_file() }
' <"$work/code" >>"$work/found"

{
    grep -vE '\.(c|h|def)$' "$work/text" | xargs grep -nE '[[:blank:]]$' /dev/null |
        sed 's/^\([^:]*:[0-9]*\):.*/\1: white space at the end of the line/'
    # The words are put together here, so that this file is not found. The third is also a currency's code:
    # it counts in a comment only.
    xargs grep -nE '\<(TO''DO|FIX''ME)\>|(/\*|//|^ *\*|^ *#).*\<X''XX\>' /dev/null <"$work/text" |
        sed 's/^\([^:]*:[0-9]*\):.*/\1: an open end: do it, or open an issue/'
} >>"$work/found"

# ---- each header alone ----

flags="-std=c11 -D_GNU_SOURCE -Wall -Wextra -I. -Iinclude $(pkg-config --cflags libxml-2.0 2>/dev/null)"
grep '\.h$' "$work/code" | while read -r header; do
    # shellcheck disable=SC2086
    printf '#include "%s"\n' "${header#include/}" | ${CC:-gcc} $flags -fsyntax-only -x c - 2>"$work/compiler"
    [ ! -s "$work/compiler" ] ||
        found "$header" 1 "does not compile alone: $(grep -m 1 -E 'error|warning' "$work/compiler")"
done

# ---- tables and documents agree ----

# name_rows FILE.def PAGE: every name of the table begins a row of the page.
name_rows() {
    [ -f "$1" ] || return
    if [ ! -f "$2" ]; then
        found "$2" 1 "is missing, and must have a row for each name of $1"
        return
    fi
    sed -n 's/^WL_[A-Z]*([^"]*"\([^"]*\)".*/\1/p' "$1" | while read -r name; do
        grep -qE "^\| *\`?$name\`? *\|" "$2" ||
            found "$1" "$(grep -nF -m 1 "\"$name\"" "$1" | cut -d: -f1)" "$name has no row in $2"
    done
}
name_rows include/wledger/findings.def docs/rules.md
name_rows include/wledger/refusals.def docs/errors.md

# What the program says of itself: one "names" or "tags" at a time.
told() {
    if [ ! -x "$build/wledger" ]; then
        left_out "$2 ($build/wledger is not built)"
        return 1
    fi
    "$build/wledger" help "--$1" >"$work/$1" 2>/dev/null && [ -s "$work/$1" ] && return 0
    found cli/help.c 1 "\`wledger help --$1\` tells nothing, so that $2 cannot be checked"
    return 1
}
if told names "whether every command is described"; then
    find . \( -name .git -o -name 'build*' \) -prune -o -type f \( -name README.md -o -name '*.1' \) -print \
        >"$work/pages"
    while read -r name; do
        xargs grep -qE "(wledger |\`|^\.SS )$name([^a-z0-9-]|\$)" /dev/null <"$work/pages" ||
            found README.md 1 "the command $name stands neither here nor in a man page"
    done <"$work/names"
fi
# Both ways: a tag that left the tables stays on the page with the type "retired".
if told tags "whether the tags are those of docs/format.md"; then
    if [ -f docs/format.md ]; then
        awk '
        FILENAME != ARGV[2] { $1 = $1; told[$0] = 1; at[$0] = FNR; record[$1] = 1; next }
        {
            gsub(/[|`]/, " ")
            $1 = $1
            row = $1 " " $2 " " $3 " " $4
            if (NF >= 4 && $2 ~ /^[0-9]+$/ && ($1 in record)) {
                stands[row] = 1
                if (!(row in told) && $4 != "retired")
                    printf "docs/format.md:%d: the tables have no \"%s\"\n", FNR, row
            }
        }
        END {
            for (row in told)
                if (!(row in stands))
                    printf "docs/format.md:1: lacks \"%s\"\n", row
        }' "$work/tags" docs/format.md >>"$work/found"
    else
        found docs/format.md 1 "is missing, and must have every record tag"
    fi
fi

# ---- layout ----

if [ ! -f .clang-format ]; then
    left_out "layout (no .clang-format)"
elif ! command -v clang-format >/dev/null 2>&1; then
    left_out "layout (clang-format is not installed)"
else
    grep '\.[ch]$' "$work/code" | xargs clang-format --dry-run 2>&1 |
        awk -F: '/code should be clang-formatted/ { if (!($1 in count)) line[$1] = $2; count[$1]++ }
            END {
                for (f in count)
                    printf "%s:%d: not laid out as `make fmt` does (%d places)\n", f, line[f], count[f]
            }' >>"$work/found"
fi

sort -u "$work/found" | sort -s -t: -k1,1 -k2,2n
count=$(sort -u "$work/found" | grep -c '')
[ "$count" -eq 0 ] && echo "tidy: $(grep -c '' "$work/code") files of code are tidy" && exit 0
echo "tidy: $count violations" >&2
exit 1
