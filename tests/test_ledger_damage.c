/* The ledger under damage: flipped bytes, killed processes, failing system calls. */
#include "tests/toy_ledger.h"

#include <errno.h>
#include <openssl/evp.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "ledger/txn.h"

static struct wl_arena arena;

/* ---- faults on demand: what LMDB and we call is answered here first ---- */

enum fault_kind { FAULT_NONE, FAULT_MEMORY, FAULT_WRITE, FAULT_SYNC, FAULT_HEAD };

static enum fault_kind fault_kind;
static long fault_countdown; /* the call that brings it to 0 fails */
static bool fault_hit;

static bool fault_here(enum fault_kind kind)
{
    if (fault_kind != kind || --fault_countdown != 0)
        return false;
    fault_hit = true;
    return true;
}

static void fault_set(enum fault_kind kind, long n)
{
    fault_kind = kind;
    fault_countdown = n;
    fault_hit = false;
}

/* LMDB's writes of a head page begin within a head page, behind its first fields; all others on a page. */
static bool is_head(off_t at)
{
    return at % 4096 != 0 && at < 8192;
}

ssize_t pwrite(int fd, const void *bytes, size_t n, off_t at)
{
    if ((is_head(at) && fault_here(FAULT_HEAD)) || fault_here(FAULT_WRITE)) {
        errno = ENOSPC;
        return -1;
    }
    return syscall(SYS_pwrite64, fd, bytes, n, at);
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    if (fault_here(FAULT_WRITE)) /* a part of it, as a full disk does */
        return syscall(SYS_writev, fd, parts, count / 2);
    return syscall(SYS_writev, fd, parts, count);
}

int fdatasync(int fd)
{
    if (fault_here(FAULT_SYNC)) {
        errno = EIO;
        return -1;
    }
    return (int)syscall(SYS_fdatasync, fd);
}

int fsync(int fd)
{
    if (fault_here(FAULT_SYNC)) {
        errno = EIO;
        return -1;
    }
    return (int)syscall(SYS_fsync, fd);
}

#if !defined(__SANITIZE_ADDRESS__)
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);

void *malloc(size_t n)
{
    return fault_here(FAULT_MEMORY) ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
    return fault_here(FAULT_MEMORY) ? NULL : __libc_calloc(n, size);
}

void *realloc(void *old, size_t n)
{
    return fault_here(FAULT_MEMORY) ? NULL : __libc_realloc(old, n);
}
#endif

/* ---- what a store answers ---- */

struct answers {
    uint8_t root[WL_HASH_SIZE], digest[WL_HASH_SIZE], dump[WL_HASH_SIZE];
};

/* Every row, by a walk and by its key. */
static int dump_table(struct wl_txn *txn, unsigned table, EVP_MD_CTX *ctx)
{
    struct wl_str key, value, again;
    struct wl_walk *walk;
    int rc = wl_walk_open(txn, table, WL_NO_STR, WL_NO_STR, &walk);

    if (rc != WL_OK)
        return rc;
    while ((rc = wl_walk_next(walk, &key, &value)) == 1) {
        EVP_DigestUpdate(ctx, key.data, key.size);
        EVP_DigestUpdate(ctx, value.data, value.size);
        if (wl_get(txn, table, key, &again) != 1 || !wl_str_equal(value, again))
            return WL_E_DAMAGED;
    }
    wl_walk_close(walk);
    return rc;
}

static int answer(const char *dir, struct answers *a)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    struct wl_store *store;
    struct wl_txn *txn;
    int rc = wl_store_open(dir, &toy_schema, WL_OPEN_READ, &store);

    if (rc != WL_OK || (rc = wl_txn_begin(store, false, &txn)) != WL_OK)
        return rc;
    EVP_DigestInit_ex(ctx, EVP_sha256(), NULL);
    for (unsigned t = 0; rc == WL_OK && t < TOY_TABLES_END; t++)
        rc = dump_table(txn, t, ctx);
    EVP_DigestFinal_ex(ctx, a->dump, NULL);
    EVP_MD_CTX_free(ctx);
    if (rc == WL_OK && (rc = wl_journal_root(txn, a->root)) == WL_OK)
        rc = wl_state_digest(txn, a->digest);
    wl_txn_abort(&txn);
    wl_store_close(store);
    return rc;
}

/* In a process of its own, which may fall; false when it did, or had no answer. */
static bool answer_apart(const char *dir, struct answers *a)
{
    int ends[2], status;
    pid_t child;
    bool whole;

    ck_assert_int_eq(pipe(ends), 0);
    child = fork();
    if (child == 0) {
        struct answers mine;

        memset(&mine, 0, sizeof mine);
        alarm(20);
        _exit(answer(dir, &mine) == WL_OK && write(ends[1], &mine, sizeof mine) == (ssize_t)sizeof mine ? 0 : 1);
    }
    close(ends[1]);
    whole = read(ends[0], a, sizeof *a) == (ssize_t)sizeof *a;
    close(ends[0]);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return whole && status == 0;
}

/* ---- flipped bytes ---- */

struct damage {
    char dir[256], copy[300], command[1000];
    int fd;
    off_t size;
    uint64_t steps;
    struct answers sound, later; /* as it is, and some steps on */
    unsigned flips, found, harmless;
};

/* What a copy answers after some more steps, made by a process that may fall. */
static bool answer_later(const struct damage *d, struct answers *a)
{
    pid_t child;
    int status;

    ck_assert_int_eq(system(d->command), 0);
    child = fork();
    if (child == 0) {
        alarm(20);
        toy_steps(toy_store(d->copy, 0), d->steps, d->steps + 60, 20);
        _exit(0);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return status == 0 && answer_apart(d->copy, a);
}

/* Whether a store with a flip that the check passed goes on as the sound one does. */
static bool goes_on(const struct damage *d)
{
    struct answers a;

    return answer_later(d, &a) && memcmp(&a, &d->later, sizeof a) == 0;
}

static void flip(struct damage *d, off_t at, uint8_t bits, bool and_on)
{
    struct wl_verify_report report;
    struct answers a;
    uint8_t was, is;
    int rc;

    ck_assert_int_eq(pread(d->fd, &was, 1, at), 1);
    is = was ^ bits;
    ck_assert_int_eq(pwrite(d->fd, &is, 1, at), 1);
    d->flips++;
    rc = wl_verify(d->dir, &toy_schema, &report);
    if (rc != WL_OK) {
        d->found++;
    } else {
        bool good = answer_apart(d->dir, &a) && memcmp(&a, &d->sound, sizeof a) == 0 &&
                    memcmp(report.root, a.root, WL_HASH_SIZE) == 0 &&
                    memcmp(report.digest, a.digest, WL_HASH_SIZE) == 0;

        ck_assert_msg(good, "byte %lld (page %lld, %lld within), bits %02x: not found", (long long)at,
                      (long long)at / 4096, (long long)at % 4096, bits);
        ck_assert_msg(!and_on || goes_on(d), "byte %lld (page %lld, %lld within), bits %02x: harms what comes after",
                      (long long)at, (long long)at / 4096, (long long)at % 4096, bits);
        d->harmless++;
    }
    ck_assert_int_eq(pwrite(d->fd, &was, 1, at), 1);
}

static void damage_begin(struct damage *d, uint64_t steps)
{
    char path[300];
    struct stat st;

    memset(d, 0, sizeof *d);
    d->steps = steps;
    wl_store_close(toy_new(toy_dir(d->dir), steps, 40));
    ck_assert(answer_apart(d->dir, &d->sound));
    snprintf(d->copy, sizeof d->copy, "%s-copy", d->dir);
    snprintf(d->command, sizeof d->command, "mkdir -p %s && cp %s/data.mdb %s/data.mdb", d->copy, d->dir, d->copy);
    ck_assert(answer_later(d, &d->later));
    snprintf(path, sizeof path, "%s/data.mdb", d->dir);
    d->fd = open(path, O_RDWR);
    ck_assert_int_ge(d->fd, 0);
    ck_assert_int_eq(fstat(d->fd, &st), 0);
    d->size = st.st_size;
}

static void damage_end(struct damage *d)
{
    struct answers a;

    close(d->fd);
    ck_assert(answer_apart(d->dir, &a) && memcmp(&a, &d->sound, sizeof a) == 0);
    printf("  %u flips in %lld bytes: %u found, %u harmless\n", d->flips, (long long)d->size, d->found, d->harmless);
    fflush(stdout);
    toy_remove(d->dir);
}

static uint8_t one_bit(uint64_t *seed)
{
    return (uint8_t)(1u << toy_random(seed) % 8);
}

START_TEST(flips_in_the_head_are_found)
{
    enum { META_END = 16 + 136 };
    uint64_t seed = toy_seed("head");
    struct damage d;

    damage_begin(&d, 700);
    for (off_t page = 0; page < 2; page++)
        for (off_t at = 0; at < META_END; at++) {
            flip(&d, page * 4096 + at, one_bit(&seed), true);
            if (!toy_is_quick())
                flip(&d, page * 4096 + at, 0xFF, true);
        }
    damage_end(&d);
}
END_TEST

START_TEST(flips_in_page_heads_are_found)
{
    uint64_t seed = toy_seed("page heads");
    struct damage d;

    damage_begin(&d, 700);
    for (off_t page = 2; page < d.size / 4096; page++)
        for (off_t at = 0; at < 16; at++)
            if (!toy_is_quick() || (page + at) % 4 == 0)
                flip(&d, page * 4096 + at, one_bit(&seed), false);
    damage_end(&d);
}
END_TEST

/* Positions at random; half of them among the row offsets and the first and last rows of a page. */
START_TEST(flips_anywhere_are_found)
{
    uint64_t seed = toy_seed("anywhere");
    struct damage d;

    damage_begin(&d, 700);
    for (int i = 0; i < (toy_is_quick() ? 1500 : 15000); i++) {
        off_t page = 2 + (off_t)(toy_random(&seed) % (uint64_t)(d.size / 4096 - 2));
        off_t at = (off_t)(toy_random(&seed) % 4096);

        if (i % 4 == 0)
            at %= 80;
        if (i % 4 == 1)
            at = 4095 - at % 80;
        flip(&d, page * 4096 + at, one_bit(&seed), i % 8 == 0);
    }
    damage_end(&d);
}
END_TEST

/* A page that is an older one, or another one, or nothing. */
START_TEST(wrong_pages_are_found)
{
    uint64_t seed = toy_seed("pages");
    static uint8_t was[4096], is[4096];
    struct damage d;
    unsigned passed = 0;

    damage_begin(&d, 700);
    for (off_t page = 0; page < d.size / 4096; page++) {
        off_t other = 2 + (off_t)(toy_random(&seed) % (uint64_t)(d.size / 4096 - 2));
        struct wl_verify_report report;
        struct answers a;

        memset(is, 0, sizeof is);
        ck_assert_int_eq(pread(d.fd, was, sizeof was, page * 4096), 4096);
        if (page % 2 == 0)
            ck_assert_int_eq(pread(d.fd, is, sizeof is, other * 4096), 4096);
        ck_assert_int_eq(pwrite(d.fd, is, sizeof is, page * 4096), 4096);
        if (wl_verify(d.dir, &toy_schema, &report) == WL_OK) {
            ck_assert(answer_apart(d.dir, &a) && memcmp(&a, &d.sound, sizeof a) == 0);
            passed++;
        }
        ck_assert_int_eq(pwrite(d.fd, was, sizeof was, page * 4096), 4096);
    }
    ck_assert_uint_lt(passed, (unsigned)(d.size / 4096) / 2); /* the free ones */
    damage_end(&d);
}
END_TEST

START_TEST(a_file_cut_short_is_found)
{
    struct damage d;

    damage_begin(&d, 300);
    for (off_t size = d.size - 1; size > 0; size -= 1 + d.size / 40) {
        char path[400];
        struct wl_verify_report report;
        struct answers a;

        ck_assert_int_eq(system(d.command), 0);
        snprintf(path, sizeof path, "%s/data.mdb", d.copy);
        ck_assert_int_eq(truncate(path, size), 0);
        if (wl_verify(d.copy, &toy_schema, &report) == WL_OK)
            ck_assert(answer_apart(d.copy, &a) && memcmp(&a, &d.sound, sizeof a) == 0);
    }
    damage_end(&d);
}
END_TEST

/* ---- killed processes ---- */

START_TEST(a_killed_writer_leaves_a_prefix)
{
    enum { STEPS = 2000, KILLS = 20 };
    char dir[256], whole[256];
    uint64_t seed = toy_seed("kill"), reached = 0;
    struct wl_store *undisturbed = toy_new(toy_dir(whole), STEPS, 100);

    wl_store_close(toy_new(toy_dir(dir), 0, 1));
    /* Where opening a store alone takes longer than the kill waits, the kills go on, ever later. */
    for (int i = 0; i < KILLS || (reached <= KILLS && i < 10 * KILLS); i++) {
        struct wl_verify_report report;
        struct wl_store *store;
        struct wl_txn *mine, *theirs;
        struct wl_entry a, b;
        pid_t child = fork();
        int status;

        if (child == 0) {
            toy_steps(toy_store(dir, 0), reached, STEPS, 1 + (unsigned)i % 4);
            _exit(0);
        }
        poll(NULL, 0, (int)(toy_random(&seed) % (30u + 30u * (unsigned)(i / KILLS) * 4)));
        kill(child, SIGKILL);
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        TOY_OK(wl_verify(dir, &toy_schema, &report));
        ck_assert_uint_ge(report.entries, reached + 1);
        store = toy_store(dir, WL_OPEN_READ);
        TOY_OK(wl_txn_begin(store, false, &mine));
        TOY_OK(wl_txn_begin(undisturbed, false, &theirs));
        for (uint64_t n = reached; n < report.entries; n++) {
            ck_assert(wl_entry_read(mine, n, &a) == 1 && wl_entry_read(theirs, n, &b) == 1);
            ck_assert(wl_str_equal(a.bytes, b.bytes));
        }
        wl_txn_abort(&mine);
        wl_txn_abort(&theirs);
        wl_store_close(store);
        reached = report.entries - 1;
    }
    ck_assert_uint_gt(reached, KILLS);
    wl_store_close(undisturbed);
    toy_remove(dir);
    toy_remove(whole);
}
END_TEST

/* ---- faults ---- */

/* Three commands in one transaction, one with texts, then a walk over a buffered table. */
static int some_commands(struct wl_store *store, uint64_t first)
{
    struct wl_txn *txn;
    struct wl_walk *walk;
    struct wl_str key, value;
    int rc = wl_txn_begin(store, true, &txn);

    if (rc != WL_OK)
        return rc;
    for (uint64_t n = first; rc == WL_OK && n < first + 30; n++) {
        struct wl_result result;

        rc = toy_step(txn, &arena, n, &result);
    }
    if (rc == WL_OK && (rc = wl_walk_open(txn, TOY_HEADS, WL_NO_STR, WL_NO_STR, &walk)) == WL_OK) {
        while (wl_walk_next(walk, &key, &value) == 1)
            ;
        wl_walk_close(walk);
    }
    return wl_txn_commit(&txn);
}

/* Fails the nth call for n = 1, 2, ... until none is left to fail. Each time: an error and nothing half
 * there, or success and all there; and the store as it then lies on the disk is sound. */
static unsigned fault_loop(enum fault_kind kind)
{
    unsigned n = 0;
    bool done = false;

    while (!done) {
        char dir[256];
        struct wl_store *store = NULL;
        struct wl_verify_report report;
        struct wl_txn *txn;
        uint64_t size;
        int rc, again;

        wl_store_close(toy_new(toy_dir(dir), 60, 20));
        fault_set(kind, ++n);
        rc = wl_store_open(dir, &toy_schema, 0, &store);
        if (rc == WL_OK)
            rc = some_commands(store, 60);
        done = !fault_hit;
        fault_set(FAULT_NONE, 0);
        ck_assert_msg(rc <= WL_OK && (rc == WL_OK || strlen(wl_error()) > 0), "fault %u", n);
        ck_assert_msg(kind == FAULT_MEMORY || rc != WL_OK || done, "fault %u was hushed up", n);
        if (store && rc != WL_OK) {
            /* The handle goes on as before, or is dead; both without a lie. */
            again = wl_txn_begin(store, true, &txn);
            ck_assert_msg(kind != FAULT_HEAD || again == WL_E_SYSTEM, "after fault %u the handle lives on", n);
            if (again == WL_OK) {
                ck_assert_uint_eq(wl_journal_size(txn), 61);
                wl_txn_abort(&txn);
                TOY_OK(some_commands(store, 60));
            }
        }
        wl_store_close(store);
        TOY_OK(wl_verify(dir, &toy_schema, &report));
        size = report.entries;
        ck_assert_msg(size == 61 || size == 91, "fault %u: %llu entries", n, (unsigned long long)size);
        ck_assert(size == 91 || rc != WL_OK);
        store = toy_store(dir, 0);
        if (size == 61)
            TOY_OK(some_commands(store, 60));
        wl_store_close(store);
        TOY_OK(wl_verify(dir, &toy_schema, &report));
        ck_assert_uint_eq(report.entries, 91);
        toy_remove(dir);
    }
    return n - 1;
}

START_TEST(failing_writes_leave_nothing_half_there)
{
    unsigned writes = fault_loop(FAULT_WRITE), syncs = fault_loop(FAULT_SYNC), heads = fault_loop(FAULT_HEAD);

    printf("  faults: %u writes, %u syncs, %u heads\n", writes, syncs, heads);
    ck_assert(writes >= 2 && syncs >= 1 && heads >= 1);
}
END_TEST

START_TEST(failing_memory_leaves_nothing_half_there)
{
    unsigned calls = fault_loop(FAULT_MEMORY);

    printf("  faults: %u calls for memory\n", calls);
#if !defined(__SANITIZE_ADDRESS__)
    ck_assert_uint_gt(calls, 20);
#endif
}
END_TEST

/* A rebuild that fails leaves no folder behind, and says so. */
START_TEST(a_failing_rebuild_leaves_nothing)
{
    static const enum fault_kind kinds[] = {FAULT_WRITE, FAULT_SYNC, FAULT_MEMORY};
    char dir[256], new_dir[300], command[900];

    wl_store_close(toy_new(toy_dir(dir), 60, 20));
    snprintf(new_dir, sizeof new_dir, "%s-again", dir);
    snprintf(command, sizeof command, "test -z \"$(ls -d %s?* 2>/dev/null)\"", dir);
    for (size_t i = 0; i < WL_COUNT(kinds); i++) {
        bool done = false;

        for (long n = 1; !done; n++) {
            struct wl_rebuild_report report;
            struct wl_verify_report check;
            int rc;

            fault_set(kinds[i], n);
            rc = wl_rebuild(dir, &toy_schema, new_dir, true, NULL, NULL, &report);
            done = !fault_hit;
            fault_set(FAULT_NONE, 0);
            if (rc == WL_OK || access(new_dir, F_OK) == 0) { /* there, although perhaps not made durable */
                char remove[700];

                ck_assert(rc == WL_OK || kinds[i] == FAULT_SYNC);
                TOY_OK(wl_verify(new_dir, &toy_schema, &check));
                ck_assert_uint_eq(check.entries, 61);
                snprintf(remove, sizeof remove, "rm -r %s", new_dir);
                ck_assert_int_eq(system(remove), 0);
            }
            ck_assert_msg(system(command) == 0, "kind %d, fault %ld leaves a folder", (int)kinds[i], n);
        }
    }
    toy_remove(dir);
}
END_TEST

static void arena_begin(void)
{
    wl_arena_init(&arena, 1 << 20);
}

static void arena_end(void)
{
    wl_arena_release(&arena);
}

static TCase *cases(Suite *suite, const char *name, double seconds)
{
    TCase *made = tcase_create(name);

    tcase_set_timeout(made, seconds);
    tcase_add_checked_fixture(made, arena_begin, arena_end);
    suite_add_tcase(suite, made);
    return made;
}

static Suite *damage_suite(void)
{
    Suite *suite = suite_create("ledger-damage");
    TCase *kills = cases(suite, "kills", 300), *flips, *faults;

    tcase_add_test(kills, a_killed_writer_leaves_a_prefix);
    if (getenv("WL_VALGRIND")) /* thousands of processes; what they run the other suites run as well */
        return suite;
    flips = cases(suite, "flips", 1200);
    tcase_add_test(flips, flips_in_the_head_are_found);
    tcase_add_test(flips, flips_in_page_heads_are_found);
    tcase_add_test(flips, flips_anywhere_are_found);
    tcase_add_test(flips, wrong_pages_are_found);
    tcase_add_test(flips, a_file_cut_short_is_found);
    faults = cases(suite, "faults", 600);
    tcase_add_test(faults, failing_writes_leave_nothing_half_there);
    tcase_add_test(faults, failing_memory_leaves_nothing_half_there);
    tcase_add_test(faults, a_failing_rebuild_leaves_nothing);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(damage_suite());
    int failed;

    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
