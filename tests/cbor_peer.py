#!/usr/bin/python3
"""Reads lines of hexadecimal CBOR; prints for each whether an independent codec, asked for the
canonical form, makes the same bytes of what it read: 1 or 0. Ends with 77 when that codec is absent."""

import sys

try:
    import cbor2
except ImportError:
    sys.exit(77)


def same(encoded):
    try:
        return cbor2.dumps(cbor2.loads(encoded), canonical=True) == encoded
    except (cbor2.CBORError, ValueError):
        return False


for line in sys.stdin:
    print(int(same(bytes.fromhex(line.strip()))), flush=True)
