/* Small commands: each made durable alone, beside bare writes with two fsyncs, of as many bytes as the
 * command's commit writes and of its journal entry alone; and in groups. The command is `sign`, on claims
 * drawn at random from all that may be signed, with its idempotency key and the signer's name beside the
 * entry, as the command line sends it. */
#include "bench/measure.h"

#include "wledger/defective.h"
#include "wledger/schema.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { COMMAND_MEMORY = 4 << 20, WARM_UP = 20, NAME_SIZE = 80, HEAD_SIZE = 16, BLOCK = 4096, PATH_SIZE = 4096 };

struct signer {
    struct wl_store *store;
    struct wl_arena arena;
    char (*names)[NAME_SIZE]; /* DEALER/CLAIM */
    size_t count, next;
    uint64_t claims;
    int64_t time;
};

static void shuffle(struct signer *s)
{
    uint64_t state = 9;

    for (size_t i = s->count; i > 1; i--) {
        char name[NAME_SIZE];
        size_t j;

        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        j = (size_t)((state >> 33) % i);
        memcpy(name, s->names[i - 1], NAME_SIZE);
        memcpy(s->names[i - 1], s->names[j], NAME_SIZE);
        memcpy(s->names[j], name, NAME_SIZE);
    }
}

static void find_claims(struct signer *s)
{
    struct wl_txn *txn;
    struct wl_claim claim;

    measure_ok(wl_txn_begin(s->store, false, &txn), "begin");
    s->time = wl_journal_time(txn);
    s->claims = wl_table_rows(txn, WL_TABLE_CLAIMS);
    s->names = calloc((size_t)s->claims + 1, NAME_SIZE);
    measure_ok_system(s->names != NULL, "memory");
    for (int64_t id = 0; id < (int64_t)s->claims; id++) {
        wl_arena_clear(&s->arena);
        if (wl_claim_get(txn, &s->arena, id, &claim) != 1)
            continue;
        if ((claim.state == WL_CLAIM_REFERRED || claim.state == WL_CLAIM_APPROVED || claim.state == WL_CLAIM_PARTIAL) &&
            claim.signed_seq == WL_NONE)
            snprintf(s->names[s->count++], NAME_SIZE, WL_STR_FMT "/" WL_STR_FMT, WL_STR_ARG(claim.dealer_id),
                     WL_STR_ARG(claim.claim_no));
    }
    measure_ok(wl_txn_status(txn), "claims");
    wl_txn_abort(&txn);
    shuffle(s);
}

/* As many of *count commands as there are claims for. */
static void open_signer(struct signer *s, const char *dir, size_t *count)
{
    *s = (struct signer){.count = 0};
    wl_arena_init(&s->arena, COMMAND_MEMORY);
    measure_ok(wl_store_open(dir, &wl_house_schema, 0, &s->store), dir);
    find_claims(s);
    if (s->count <= WARM_UP)
        measure_fail("%s: only %zu claims may be signed", dir, s->count);
    if (*count > s->count - WARM_UP)
        *count = s->count - WARM_UP;
}

static void close_signer(struct signer *s)
{
    wl_store_close(s->store);
    wl_arena_release(&s->arena);
    free(s->names);
}

static void sign(struct signer *s, struct wl_txn *txn)
{
    struct wl_personal signer_name = {.text = WL_STR("A. Customer")};
    struct wl_sign_body body = {.paper = WL_NO_STR};
    struct wl_request request = {.command = &wl_sign_command,
                                 .body = &body,
                                 .time = s->time,
                                 .actor = WL_STR("bench"),
                                 .texts = &signer_name,
                                 .text_count = 1};
    struct wl_result result;
    char key[NAME_SIZE];

    wl_arena_clear(&s->arena);
    snprintf(key, sizeof key, "bench-%ld-%zu", (long)getpid(), s->next);
    request.key = wl_str_of(key);
    wl_claim_name_split(wl_str_of(s->names[s->next++]), &body.dealer_id, &body.claim_no);
    measure_ok(wl_salt_draw(signer_name.salt), "salt");
    measure_ok(wl_execute(txn, &s->arena, &request, &result), "sign");
    if (result.refusal != WL_DONE)
        measure_fail("%s: sign: %s", s->names[s->next - 1], wl_refusal_name(result.refusal));
}

static double sign_alone(struct signer *s)
{
    struct wl_txn *txn;
    double begin = measure_now();

    measure_ok(wl_txn_begin(s->store, true, &txn), "begin");
    sign(s, txn);
    measure_ok(wl_txn_commit(&txn), "commit");
    return measure_now() - begin;
}

static uint64_t last_entry_size(struct signer *s)
{
    struct wl_entry entry;
    struct wl_txn *txn;

    measure_ok(wl_txn_begin(s->store, false, &txn), "begin");
    if (wl_entry_read(txn, wl_journal_size(txn) - 1, &entry) != 1)
        measure_fail("the journal's last entry cannot be read");
    wl_txn_abort(&txn);
    return entry.bytes.size;
}

/* What a log without any structure would do: the bytes at the file's end, then the head that names the new
 * end, each made durable. */
static double write_bare(int file, const void *bytes, size_t size, off_t *end)
{
    uint64_t head[HEAD_SIZE / sizeof(uint64_t)] = {0};
    double begin = measure_now();

    measure_ok_system(pwrite(file, bytes, size, *end) == (ssize_t)size && fsync(file) == 0, "write");
    *end += (off_t)size;
    head[0] = (uint64_t)*end;
    measure_ok_system(pwrite(file, head, sizeof head, 0) == (ssize_t)sizeof head && fsync(file) == 0, "write");
    return measure_now() - begin;
}

static void print_times(const char *name, double *times, size_t n)
{
    measure_sort(times, n);
    printf("\"%s\": {\"p50\": %.9f, \"p99\": %.9f, \"max\": %.9f}, ", name, measure_quantile(times, n, 0.5),
           measure_quantile(times, n, 0.99), times[n - 1]);
}

struct bare {
    int file;
    size_t size;
    off_t end;
    void *bytes;
    double *times;
};

static void open_bare(struct bare *b, const char *dir, const char *name, size_t size, size_t count)
{
    char path[PATH_SIZE];

    snprintf(path, sizeof path, "%s/%s", dir, name);
    *b = (struct bare){.size = size, .end = BLOCK, .bytes = calloc(1, size), .times = calloc(count, sizeof(double))};
    b->file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    measure_ok_system(b->file >= 0 && b->bytes && b->times, path);
    memset(b->bytes, 'w', size);
    for (int i = 0; i < WARM_UP; i++)
        write_bare(b->file, b->bytes, b->size, &b->end);
}

static void close_bare(struct bare *b)
{
    close(b->file);
    free(b->bytes);
    free(b->times);
}

void measure_alone(char **args)
{
    size_t count = strtoul(args[2], NULL, 10);
    double *ours = calloc(count + 1, sizeof *ours);
    struct bare same, entry;
    struct signer s;
    uint64_t before;

    measure_ok_system(ours && count, "COUNT");
    open_signer(&s, args[0], &count);
    before = measure_written(0);
    for (int i = 0; i < WARM_UP; i++)
        sign_alone(&s);
    open_bare(&same, args[1], "bare-same", (size_t)(measure_written(0) - before) / WARM_UP, count);
    open_bare(&entry, args[1], "bare-entry", (size_t)last_entry_size(&s), count);
    for (size_t i = 0; i < count; i++) {
        ours[i] = sign_alone(&s);
        same.times[i] = write_bare(same.file, same.bytes, same.size, &same.end);
        entry.times[i] = write_bare(entry.file, entry.bytes, entry.size, &entry.end);
    }
    printf("{");
    print_times("command", ours, count);
    print_times("bare", same.times, count);
    print_times("bare_entry", entry.times, count);
    printf("\"commands\": %zu, \"bytes_each\": %zu, \"entry_bytes\": %zu, \"claims\": %llu}\n", count, same.size,
           entry.size, (unsigned long long)s.claims);
    close_bare(&same);
    close_bare(&entry);
    close_signer(&s);
    free(ours);
}

void measure_groups(char **args)
{
    size_t count = strtoul(args[1], NULL, 10), group = strtoul(args[2], NULL, 10), groups = 0;
    double begin, end, longest = 0;
    struct signer s;

    open_signer(&s, args[0], &count);
    for (int i = 0; i < WARM_UP; i++)
        sign_alone(&s);
    begin = measure_now();
    for (size_t done = 0; done < count; done += group, groups++) {
        double start = measure_now(), took;
        struct wl_txn *txn;

        measure_ok(wl_txn_begin(s.store, true, &txn), "begin");
        for (size_t i = 0; i < group && done + i < count; i++)
            sign(&s, txn);
        measure_ok(wl_txn_commit(&txn), "commit");
        took = measure_now() - start;
        longest = took > longest ? took : longest;
    }
    end = measure_now();
    printf("{\"seconds\": %.6f, \"commands\": %zu, \"groups\": %zu, \"longest_group\": %.6f, \"claims\": %llu}\n",
           end - begin, count, groups, longest, (unsigned long long)s.claims);
    close_signer(&s);
}
