"""The journal's bytes, read by docs/format.md without a line of the program's code: entries(LEDGER), cbor(BYTES)."""
import collections
import ctypes


class Value(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("data", ctypes.c_void_p)]


def entries(ledger):
    """Each entry, in order: a map from tag to value."""
    lmdb, by, read_only, maps, first, following = ctypes.CDLL("liblmdb.so.0"), ctypes.byref, 0x20000, 100, 0, 8
    env, txn, cursor, table, key, value = (kind() for kind in 3 * [ctypes.c_void_p] + [ctypes.c_uint, Value, Value])
    if lmdb.mdb_env_create(by(env)) or lmdb.mdb_env_set_maxdbs(env, maps) or \
            lmdb.mdb_env_open(env, ledger.encode(), read_only, 0o600) or \
            lmdb.mdb_txn_begin(env, None, read_only, by(txn)) or \
            lmdb.mdb_dbi_open(txn, b"journal", 0, by(table)) or lmdb.mdb_cursor_open(txn, table, by(cursor)):
        raise OSError(f"{ledger} cannot be read")
    step = first
    while lmdb.mdb_cursor_get(cursor, by(key), by(value), step) == 0:
        step = following
        yield cbor(ctypes.string_at(value.data, value.size))[0]


def cbor(data, at=0):
    """One item, and where the next begins. Of a map an absent tag is None."""
    major, n = data[at] >> 5, data[at] & 31
    at += 1
    if n >= 24:
        size = 1 << (n - 24)
        n, at = int.from_bytes(data[at:at + size], "big"), at + size
    if major < 2:
        return n if major == 0 else -1 - n, at
    if major < 4:
        return data[at:at + n].decode() if major == 3 else data[at:at + n], at + n
    items = []
    for _ in range(n if major == 4 else 2 * n):
        item, at = cbor(data, at)
        items.append(item)
    return items if major == 4 else collections.defaultdict(lambda: None, zip(items[::2], items[1::2])), at
