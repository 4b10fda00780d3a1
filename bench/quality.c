/* What a report is measured beside: the same rows, walked and not looked at; and a file that is not in memory. */
#include "bench/measure.h"

#include "wledger/facts.h"
#include "wledger/schema.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

struct walked {
    uint64_t rows, bytes;
};

static void walk(struct wl_txn *txn, unsigned table, struct walked *w)
{
    struct wl_str key, value;
    struct wl_walk *walk;
    int rc;

    measure_ok(wl_walk_open(txn, table, WL_NO_STR, WL_NO_STR, &walk), "walk");
    while ((rc = wl_walk_next(walk, &key, &value)) == 1) {
        w->rows++;
        w->bytes += value.size;
    }
    measure_ok(rc, "walk");
    wl_walk_close(walk);
}

/* With the checksum of every row, as any reader has it; one thread. */
void measure_walk_facts(char **args)
{
    struct walked facts = {0}, vehicles = {0};
    struct wl_store *store;
    struct wl_txn *txn;
    double begin = measure_now();

    measure_ok(wl_store_open(args[0], &wl_house_schema, WL_OPEN_READ | WL_OPEN_SCATTERED, &store), args[0]);
    measure_ok(wl_txn_begin(store, false, &txn), "begin");
    walk(txn, WL_TABLE_FACTS, &facts);
    walk(txn, WL_TABLE_VEHICLE_FACTS, &vehicles);
    printf(
        "{\"seconds\": %.6f, \"cpu_seconds\": %.6f, \"fact_rows\": %llu, \"fact_bytes\": %llu, \"vehicle_rows\": %llu, "
        "\"vehicles\": %llu}\n",
        measure_now() - begin, measure_cpu(false), (unsigned long long)facts.rows, (unsigned long long)facts.bytes,
        (unsigned long long)vehicles.rows, (unsigned long long)wl_vehicle_count(txn));
    wl_txn_abort(&txn);
    wl_store_close(store);
}

/* What of a file is in memory is let go of, once it is on the disk. */
void measure_cold(char **args)
{
    int fd = open(args[0], O_RDONLY | O_CLOEXEC), rc;

    measure_ok_system(fd >= 0 && fsync(fd) == 0, args[0]);
    rc = posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
    if (rc != 0)
        measure_fail("%s: %s", args[0], strerror(rc));
    close(fd);
    printf("{}\n");
}
