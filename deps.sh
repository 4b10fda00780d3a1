#!/bin/sh
# Installs what is missing: sh deps.sh build|test. As root or with sudo; otherwise it says what to run.
set -eu
build="gcc libc6-dev pkg-config liblmdb-dev libxml2-dev zlib1g-dev libssl-dev libcsv-dev libjansson-dev libsmartcols-dev"
# For the papers: what draws them, and fonts for Latin and Chinese letters, which the program needs when it prints.
build="$build libcairo2-dev libpango1.0-dev libzint-dev fonts-dejavu-core fonts-wqy-microhei"
test="check libxml2-utils python3 python3-cbor2 valgrind libsqlite3-dev hledger zbar-tools poppler-utils"
packages=$build
[ "${1:-build}" = test ] && packages="$build $test"

missing=
for package in $packages; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -z "$missing" ] && exit 0

command="apt-get install -y --no-install-recommends$missing"
if [ "$(id -u)" = 0 ]; then
    as_root=
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root=sudo
else
    echo "These Debian packages are missing. Please run, and then again what you ran:" >&2
    echo "    sudo $command" >&2
    exit 1
fi
echo "installing:$missing"
$as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q >/dev/null
# shellcheck disable=SC2086
$as_root env DEBIAN_FRONTEND=noninteractive $command >/dev/null
