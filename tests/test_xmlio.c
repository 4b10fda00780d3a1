/* Documents in: each file of fixtures/xml/good gives the records of its .out, each of fixtures/xml/bad the
 * fault of its .err, however the bytes are cut up; a new case is a new file. With WL_FIXTURES_WRITE set,
 * missing .out and .err files are written instead, to be looked through by hand. */
#include <check.h>
#include <dirent.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "wledger/batch_reader.h"
#include "wledger/error.h"
#include "xmlio/encoding.h"
#include "xmlio/reader.h"

enum { NAMES_MAX = 512, FILE_MAX = 64 * 1024 * 1024 };

static char folder[] = "/tmp/test_xmlio.XXXXXX";
static char path[300], spool_path[64];
static char *good[NAMES_MAX], *bad[NAMES_MAX];
static int good_count, bad_count;
static struct wl_dialects *dialects;
static struct wl_batch_summary summary;
static struct wl_batch_fault fault;

static struct wl_buf content(const char *name)
{
    struct wl_buf bytes;
    wl_buf_init(&bytes, FILE_MAX);
    FILE *file = fopen(name, "rb");
    ck_assert_msg(file != NULL, "%s", name);
    for (int c; (c = getc(file)) != EOF;)
        wl_buf_byte(&bytes, (uint8_t)c);
    fclose(file);
    return bytes;
}

static void put(const char *name, const void *bytes, size_t n)
{
    FILE *file = fopen(name, "wb");
    ck_assert(file != NULL && fwrite(bytes, 1, n, file) == n && fclose(file) == 0);
}

static void compare(const char *name, const struct wl_buf *got)
{
    if (getenv("WL_FIXTURES_WRITE") != NULL && access(name, F_OK) != 0)
        put(name, got->data, got->size);
    struct wl_buf want = content(name);
    bool same = wl_str_equal(wl_buf_view(&want), wl_buf_view(got));
    if (!same)
        fprintf(stderr, "%s: got\n%.*s\n", name, (int)(got->size < 4000 ? got->size : 4000), (const char *)got->data);
    ck_assert_msg(same, "%s", name);
    wl_buf_release(&want);
}

/* Records as text, for people to read. */

static void show_line(const struct wl_field *list, const void *line, struct wl_buf *out)
{
    wl_buf_text(out, list->name);
    for (size_t i = 0; i < list->item->field_count; i++) {
        wl_buf_format(out, " %s=", list->item->fields[i].name);
        wl_field_to_text(&list->item->fields[i], line, out);
    }
    wl_buf_byte(out, '\n');
}

static void show_record(const struct wl_spool_record *spooled, struct wl_buf *out)
{
    struct wl_claim_record claim;
    struct wl_arena arena;
    wl_arena_init(&arena, 1 << 20);
    ck_assert_msg(wl_record_decode(&wl_claim_record, spooled->encoded, &claim, &arena) == WL_OK, "%s", wl_error());
    wl_buf_byte(out, '\n');
    for (size_t i = 0; i < wl_claim_record.field_count; i++) {
        const struct wl_field *field = &wl_claim_record.fields[i];
        if (field->type == WL_LIST) {
            const struct wl_list *list = (const void *)((const char *)&claim + field->offset);
            for (size_t l = 0; l < list->count; l++)
                show_line(field, (const char *)list->at + l * field->item->size, out);
            continue;
        }
        wl_buf_format(out, "%s ", field->name);
        wl_field_to_text(field, &claim, out);
        wl_buf_byte(out, '\n');
    }
    if (spooled->narrative.size > 0) {
        wl_buf_text(out, "narrative ");
        wl_buf_str(out, spooled->narrative);
        wl_buf_byte(out, '\n');
    }
    wl_arena_release(&arena);
}

static void show_batch(struct wl_buf *out)
{
    struct wl_spool *spool;
    struct wl_spool_record record;
    int more;
    wl_buf_format(out, "sender %s\nbatch %s\ndialect %s\ncreated %s\nrecords %" PRIu64 "\nskipped %" PRIu64 "\n",
                  summary.sender, summary.batch_id, summary.dialect, summary.creation_time, summary.records,
                  summary.skipped_elements);
    ck_assert_int_eq(wl_spool_open(spool_path, &spool), WL_OK);
    while ((more = wl_spool_next(spool, &record)) == 1)
        show_record(&record, out);
    ck_assert_msg(more == 0, "%s", wl_error());
    wl_spool_close(spool);
}

/* Under valgrind, what loads a converter is left out, because the C library loses a block over it. */
static bool is_left_out(const char *name)
{
    struct wl_buf bytes = content(name);
    const char *at = memmem(bytes.data, bytes.size, "encoding=\"", 10);
    bool converts = at != NULL && strncmp(at + 10, "UTF", 3) != 0;
    wl_buf_release(&bytes);
    return converts && getenv("WL_VALGRIND") != NULL;
}

static int read_file(const char *name)
{
    return wl_batch_read(name, dialects, spool_path, NULL, NULL, &summary, &fault);
}

START_TEST(good_document)
{
    struct wl_buf out;
    wl_buf_init(&out, FILE_MAX);
    snprintf(path, sizeof path, "fixtures/xml/good/%s.xml", good[_i]);
    if (is_left_out(path))
        return;
    ck_assert_msg(read_file(path) == WL_OK, "%s", wl_error());
    show_batch(&out);
    ck_assert_int_eq(wl_buf_status(&out), WL_OK);
    snprintf(path, sizeof path, "fixtures/xml/good/%s.out", good[_i]);
    compare(path, &out);
    wl_buf_release(&out);
}
END_TEST

START_TEST(bad_document)
{
    struct wl_buf out;
    wl_buf_init(&out, FILE_MAX);
    snprintf(path, sizeof path, "fixtures/xml/bad/%s.xml", bad[_i]);
    if (is_left_out(path))
        return;
    unlink(spool_path);
    ck_assert_int_eq(read_file(path), WL_E_INPUT);
    ck_assert_int_ne(access(spool_path, F_OK), 0);
    wl_buf_format(&out, "%" PRIu64 ":%" PRIu64 ": %s\n", fault.line, fault.column, fault.reason);
    ck_assert(strncmp(wl_error(), path, strlen(path)) == 0 && strstr(wl_error(), ": ") != NULL);
    snprintf(path, sizeof path, "fixtures/xml/bad/%s.err", bad[_i]);
    compare(path, &out);
    wl_buf_release(&out);
}
END_TEST

/* The same bytes in pieces of other sizes. */

static void gather(void *context, struct wl_str encoded, struct wl_str narrative)
{
    wl_buf_str(context, encoded);
    wl_buf_str(context, narrative);
}

/* Pieces of 1 to most bytes; all of them together: most 0. */
static void read_in_pieces(struct wl_str bytes, unsigned most, unsigned seed, struct wl_buf *out)
{
    struct wl_binder *binder = NULL;
    struct wl_reader *reader;
    struct wl_gate gate;
    struct wl_decoder decoder;
    memset(&fault, 0, sizeof fault);
    memset(&summary, 0, sizeof summary);
    ck_assert_int_eq(wl_reader_new(dialects, gather, out, &binder, &fault, &reader), WL_OK);
    wl_gate_init(&gate, wl_reader_feed, reader, &fault, 0);
    wl_decoder_init(&decoder, &gate, false);
    int status = WL_OK;
    while (bytes.size > 0 && status == WL_OK) {
        size_t n = most == 0 ? bytes.size : 1 + (size_t)rand_r(&seed) % most;
        n = n < bytes.size ? n : bytes.size;
        char *piece = malloc(n); /* so that a look beyond its end is found */
        ck_assert(piece != NULL);
        memcpy(piece, bytes.data, n);
        status = wl_decoder_feed(&decoder, piece, n);
        free(piece);
        bytes.data += n;
        bytes.size -= n;
    }
    if (status == WL_OK)
        status = wl_decoder_end(&decoder);
    if (status == WL_OK)
        status = wl_reader_end(reader, &summary);
    wl_buf_format(out, "%d %" PRIu64 ":%" PRIu64 " %s %s %" PRIu64, status, fault.line, fault.column, fault.reason,
                  summary.batch_id, summary.skipped_elements);
    wl_decoder_release(&decoder);
    wl_reader_free(reader);
    wl_binder_free(binder);
}

static void compare_pieces(const char *name)
{
    static const unsigned sizes[] = {1, 50, 2, 3, 7, 1000};
    unsigned seed = getenv("WL_SEED") != NULL ? (unsigned)strtoul(getenv("WL_SEED"), NULL, 10) : 1;
    if (is_left_out(name))
        return;
    struct wl_buf bytes = content(name), whole, pieces;
    size_t sizes_tried = getenv("WL_VALGRIND") != NULL ? 2 : WL_COUNT(sizes);
    wl_buf_init(&whole, FILE_MAX);
    wl_buf_init(&pieces, FILE_MAX);
    read_in_pieces(wl_buf_view(&bytes), 0, seed, &whole);
    for (size_t i = 0; i < sizes_tried; i++) {
        wl_buf_clear(&pieces);
        read_in_pieces(wl_buf_view(&bytes), sizes[i], seed, &pieces);
        if (!wl_str_equal(wl_buf_view(&whole), wl_buf_view(&pieces)))
            fprintf(stderr, "%.*s\n%.*s\n", (int)whole.size, (char *)whole.data, (int)pieces.size, (char *)pieces.data);
        ck_assert_msg(wl_str_equal(wl_buf_view(&whole), wl_buf_view(&pieces)),
                      "%s in pieces of up to %u bytes, seed %u", name, sizes[i], seed);
    }
    wl_buf_release(&bytes);
    wl_buf_release(&whole);
    wl_buf_release(&pieces);
}

START_TEST(good_in_pieces)
{
    snprintf(path, sizeof path, "fixtures/xml/good/%s.xml", good[_i]);
    compare_pieces(path);
}
END_TEST

START_TEST(bad_in_pieces)
{
    snprintf(path, sizeof path, "fixtures/xml/bad/%s.xml", bad[_i]);
    compare_pieces(path);
}
END_TEST

/* gzip. */

static struct wl_buf zipped(const void *bytes, size_t n, const char *how)
{
    char command[2 * sizeof path + 100];
    put(path, bytes, n);
    snprintf(command, sizeof command, "gzip -nc %s '%s' > '%s.gz'", how, path, path);
    ck_assert_int_eq(system(command), 0);
    snprintf(command, sizeof command, "%s.gz", path);
    return content(command);
}

static void expect_fault(const void *bytes, size_t n, const char *reason)
{
    put(path, bytes, n);
    ck_assert_int_eq(read_file(path), WL_E_INPUT);
    ck_assert_msg(strstr(fault.reason, reason) != NULL, "'%s' is not in '%s'", reason, fault.reason);
    ck_assert(strstr(wl_error(), path) != NULL);
    ck_assert_int_ne(access(spool_path, F_OK), 0);
}

START_TEST(gzip_variants)
{
    struct wl_buf plain = content("fixtures/xml/good/plain.xml"), joined;
    struct wl_batch_summary as_plain;
    snprintf(path, sizeof path, "%s/doc", folder);
    put(path, plain.data, plain.size);
    ck_assert_int_eq(read_file(path), WL_OK);
    as_plain = summary;

    struct wl_buf one = zipped(plain.data, 1000, "-9"), two = zipped(plain.data + 1000, plain.size - 1000, "-1");
    struct wl_buf none = zipped("", 0, "");
    wl_buf_init(&joined, FILE_MAX);
    wl_buf_str(&joined, wl_buf_view(&one));
    wl_buf_str(&joined, wl_buf_view(&none));
    wl_buf_str(&joined, wl_buf_view(&two));
    wl_buf_str(&joined, wl_buf_view(&none));
    put(path, joined.data, joined.size);
    ck_assert_msg(read_file(path) == WL_OK, "%s", wl_error());
    ck_assert_mem_eq(&summary, &as_plain, sizeof summary);
    unlink(spool_path);

    for (size_t cut = 1; cut < one.size; cut += 97)
        expect_fault(joined.data, joined.size - none.size - two.size + 1 + cut % (two.size - 1), "cut short");
    expect_fault(joined.data, 3, "cut short");
    wl_buf_text(&joined, "garbage");
    expect_fault(joined.data, joined.size, "something else follows");
    joined.size -= 7;
    joined.data[one.size + none.size + 40] ^= 0x10;
    expect_fault(joined.data, joined.size, "");
    joined.data[one.size + none.size + 40] ^= 0x10;
    joined.data[one.size - 8] ^= 1; /* of the first member's CRC */
    expect_fault(joined.data, joined.size, "damaged");
    expect_fault("", 0, "empty");
    expect_fault("\x1F", 1, "");
    wl_buf_release(&plain);
    wl_buf_release(&one);
    wl_buf_release(&two);
    wl_buf_release(&none);
    wl_buf_release(&joined);
}
END_TEST

START_TEST(gzip_bomb)
{
    char command[sizeof path + 300];
    snprintf(path, sizeof path, "%s/bomb", folder);
    snprintf(
        command, sizeof command,
        "{ printf '<ProcessWarrantyClaim xmlns=\"http://www.starstandard.org/STAR/5\">'; head -c 60000000 /dev/zero |"
        " tr '\\0' ' '; printf '</ProcessWarrantyClaim>'; } | gzip -9 > %s",
        path);
    ck_assert_int_eq(system(command), 0);
    ck_assert_int_eq(read_file(path), WL_E_INPUT);
    ck_assert_msg(strstr(fault.reason, "inflates") != NULL, "%s", fault.reason);
}
END_TEST

START_TEST(no_such_file)
{
    ck_assert_int_eq(read_file("/nowhere/at/all.xml"), WL_E_INPUT);
    ck_assert_int_eq(read_file("/tmp"), WL_E_INPUT);
    snprintf(path, sizeof path, "%s/none/spool", folder);
    ck_assert_int_eq(wl_batch_read("fixtures/xml/good/plain.xml", dialects, path, NULL, NULL, &summary, &fault),
                     WL_E_SYSTEM);
}
END_TEST

/* Large payloads and long documents: what a parser would gather whole. */

START_TEST(large_payloads)
{
    int times_repeated = getenv("WL_VALGRIND") != NULL ? 100 : 8000;
    static const char *const around[][2] = {{"<payload><![CDATA[", "]]></payload>"}, {"<content>", "</content>"}};
    struct wl_buf document, noun = content("fixtures/xml/good/plain.xml");
    char *begin = strstr((char *)noun.data, "    <WarrantyClaimNoun>"),
         *end = strstr((char *)noun.data, "  </ProcessW");
    wl_buf_init(&document, FILE_MAX);
    wl_buf_text(&document, around[_i][0]);
    for (const char *at = (char *)noun.data; at < (char *)noun.data + noun.size; at++) {
        int times = at == begin ? times_repeated : 1;
        const char *to = at == begin ? end : at + 1;
        for (int t = 0; t < times; t++)
            for (const char *c = at; c < to; c++)
                if (_i == 1 && *c == '<')
                    wl_buf_text(&document, "&lt;");
                else
                    wl_buf_byte(&document, (uint8_t)*c);
        at = to - 1;
    }
    wl_buf_text(&document, around[_i][1]);
    ck_assert_int_eq(wl_buf_status(&document), WL_OK);
    snprintf(path, sizeof path, "%s/large", folder);
    put(path, document.data, document.size);
    ck_assert_msg(read_file(path) == WL_OK, "%s", wl_error());
    ck_assert_uint_eq(summary.records, (unsigned)times_repeated * 2);
    wl_buf_release(&document);
    wl_buf_release(&noun);
}
END_TEST

/* Spool files. */

START_TEST(spool_damage)
{
    struct wl_spool *spool;
    struct wl_spool_record record;
    ck_assert_int_eq(read_file("fixtures/xml/good/plain.xml"), WL_OK);
    ck_assert_int_eq(wl_spool_open(spool_path, &spool), WL_OK);
    ck_assert_int_eq(wl_spool_skip(spool, 1), WL_OK);
    ck_assert_int_eq(wl_spool_next(spool, &record), 1);
    ck_assert_int_eq(wl_spool_next(spool, &record), 0);
    ck_assert_int_eq(wl_spool_next(spool, &record), 0);
    ck_assert_int_eq(wl_spool_skip(spool, 1), WL_E_DAMAGED);
    wl_spool_close(spool);

    struct wl_buf bytes = content(spool_path);
    snprintf(path, sizeof path, "%s/spool.damaged", folder);
    for (size_t i = 0; i < 2 * bytes.size; i++) {
        bool cut = i < bytes.size;
        size_t at = cut ? i : i - bytes.size;
        bytes.data[at] ^= cut ? 0 : 0x41;
        put(path, bytes.data, cut ? at : bytes.size);
        bytes.data[at] ^= cut ? 0 : 0x41;
        int status = wl_spool_open(path, &spool);
        if (status == WL_OK) {
            while ((status = wl_spool_next(spool, &record)) == 1)
                continue;
            wl_spool_close(spool);
        }
        ck_assert_msg(status == WL_E_DAMAGED, "%s at byte %zu: %d", cut ? "cut" : "changed", at, status);
    }
    wl_buf_release(&bytes);
}
END_TEST

/* The child process. */

static void kill_child(void *context, uint64_t done, uint64_t all)
{
    char name[64];
    long child;
    (void)context, (void)done, (void)all;
    snprintf(name, sizeof name, "/proc/self/task/%ld/children", (long)getpid());
    FILE *file = fopen(name, "r");
    while (file != NULL && fscanf(file, "%ld", &child) == 1)
        if (child != *(pid_t *)context)
            kill((pid_t)child, SIGKILL);
    if (file != NULL)
        fclose(file);
}

START_TEST(child_dies)
{
    if (access("/proc/self/task", R_OK) != 0)
        return;
    unlink(spool_path);
    snprintf(path, sizeof path, "%s/pipe", folder);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    pid_t writer = fork();
    if (writer == 0) {
        FILE *file = fopen(path, "w");
        fputs("<r>", file);
        for (int i = 0; i < 100000; i++)
            fputs("<a>some text</a>\n", file);
        fflush(file);
        pause();
        _exit(0);
    }
    int status = wl_batch_read_apart(path, dialects, spool_path, kill_child, &writer, &summary, &fault);
    kill(writer, SIGKILL);
    waitpid(writer, NULL, 0);
    ck_assert_int_eq(status, WL_E_SYSTEM);
    ck_assert_msg(strstr(wl_error(), "died with signal 9") != NULL, "%s", wl_error());
    ck_assert_int_ne(access(spool_path, F_OK), 0);
}
END_TEST

START_TEST(child_answers)
{
    struct wl_batch_summary here;
    struct wl_batch_fault fault_here;
    ck_assert_int_eq(read_file("fixtures/xml/good/plain.xml"), WL_OK);
    here = summary;
    ck_assert_int_eq(
        wl_batch_read_apart("fixtures/xml/good/plain.xml", dialects, spool_path, NULL, NULL, &summary, &fault), WL_OK);
    ck_assert_mem_eq(&here, &summary, sizeof here);
    ck_assert_int_eq(read_file("fixtures/xml/bad/doctype.xml"), WL_E_INPUT);
    fault_here = fault;
    ck_assert_int_eq(
        wl_batch_read_apart("fixtures/xml/bad/doctype.xml", dialects, spool_path, NULL, NULL, &summary, &fault),
        WL_E_INPUT);
    ck_assert_str_eq(fault_here.reason, fault.reason);
    ck_assert_str_eq(wl_error(),
                     "fixtures/xml/bad/doctype.xml:2:1: a DOCTYPE is not allowed; send the document without it");
}
END_TEST

/* Dialect files. */

#define HEAD "dialect d\nrecord claim\nroot r\n"

static const struct {
    const char *text, *message;
} dialect_faults[] = {
    {"dialect star5-warranty-claim\nrecord claim\nroot r\nrecords c\n",
     "there is a dialect star5-warranty-claim already"},
    {"dialect d\nrecord claim\nroot ProcessRepairOrder\nrecords c\n", "reads this root already"},
    {"dialect d\nrecord bill\n", ":2: no record is called 'bill'"},
    {"records c\n", ":1: a dialect begins with dialect, record and root"},
    {HEAD, "needs dialect, record, root and records"},
    {HEAD "sausage\n", ":4: 'sausage' is no statement"},
    {HEAD "records a//b\n", "empty step"},
    {HEAD "records a b\n", "takes 1 words"},
    {HEAD "field vin record a\n", "no element begins a record yet"},
    {HEAD "records c\nfield vine record a\n", "has no text called 'vine'"},
    {HEAD "records c\nfield vin somewhere a\n", "none of document"},
    {HEAD "records c\nfield vin record a upper-case\n", "the only form"},
    {HEAD "records c\nfield vin record a\nfield type record a/b\n", "cannot both have a text of its own and hold"},
    {HEAD "records c\nlines labour record l\nlines parts record l/p\n", "within what cannot hold one"},
    {HEAD "records c\nlines work record l\n", "has no lines called 'work'"},
    {HEAD "records c\nfield labour.hours line h\n", "write lines above"},
    {HEAD "records c\nrecords c/d\n", "within what cannot hold one"},
    {HEAD "records c\ngroup g\n", "before the records"},
    {HEAD "records c\ntotal lines a\n", "counts records or groups"},
    {HEAD "records c\ndocument colour a\n", "not 'colour'"},
    {HEAD
     "records c\nfield vin record c@a\nfield type record c@b\nfield claim_no record c@c\nfield fault_code record c@d\n"
     "field causal_part record c@e\n",
     "attributes can be bound"},
};

START_TEST(dialect_fault)
{
    struct wl_dialects *own = wl_dialects_new();
    snprintf(path, sizeof path, "%s/dialect", folder);
    put(path, dialect_faults[_i].text, strlen(dialect_faults[_i].text));
    ck_assert_int_eq(wl_dialects_add(own, path), WL_E_INPUT);
    ck_assert_msg(strstr(wl_error(), dialect_faults[_i].message) != NULL && strstr(wl_error(), path) == wl_error(),
                  "'%s' is not in '%s'", dialect_faults[_i].message, wl_error());
    wl_dialects_free(own);
}
END_TEST

/* A format without groups, with everything in attributes. */
START_TEST(own_dialect)
{
    static const char text[] = HEAD "records c\ndocument sender @from\ndocument batch_id @id\ntotal records @count\n"
                                    "field vin record @vin\nfield claim_no record @no\nlines labour record l\n"
                                    "field labour.op_code line @op\nfield labour.hours line .\n";
    static const char document[] = "<r from='X1' id='7' count='2'><c vin='V' no='1'><l op='A'/></c><c no=' 2 '/></r>";
    struct wl_buf out;
    struct wl_dialects *own = wl_dialects_new();
    snprintf(path, sizeof path, "%s/dialect", folder);
    put(path, text, strlen(text));
    ck_assert_msg(wl_dialects_add(own, path) == WL_OK, "%s", wl_error());
    snprintf(path, sizeof path, "%s/document", folder);
    put(path, document, strlen(document));
    ck_assert_msg(wl_batch_read(path, own, spool_path, NULL, NULL, &summary, &fault) == WL_OK, "%s", wl_error());
    ck_assert_str_eq(summary.sender, "X1");
    ck_assert_str_eq(summary.batch_id, "7");
    ck_assert_uint_eq(summary.records, 2);
    wl_buf_init(&out, FILE_MAX);
    show_batch(&out);
    wl_buf_byte(&out, '\0');
    ck_assert(strstr((char *)out.data, "claim_no 1\n") != NULL && strstr((char *)out.data, "claim_no 2\n") != NULL);
    ck_assert(strstr((char *)out.data, "vin V\n") != NULL && strstr((char *)out.data, "op_code=A") != NULL);
    wl_buf_release(&out);
    wl_dialects_free(own);
}
END_TEST

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int list(const char *of, char **names)
{
    int count = 0;
    DIR *dir = opendir(of);
    for (const struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
        size_t size = strlen(entry->d_name);
        if (count < NAMES_MAX && size > 4 && strcmp(entry->d_name + size - 4, ".xml") == 0)
            names[count++] = strndup(entry->d_name, size - 4);
    }
    if (dir != NULL)
        closedir(dir);
    qsort(names, (size_t)count, sizeof *names, by_name);
    return count;
}

int main(void)
{
    good_count = list("fixtures/xml/good", good);
    bad_count = list("fixtures/xml/bad", bad);
    dialects = wl_dialects_new();
    if (mkdtemp(folder) == NULL || good_count == 0 || bad_count == 0 || dialects == NULL) {
        fprintf(stderr, "test_xmlio: run it where fixtures/ lies: %s\n", wl_error());
        return EXIT_FAILURE;
    }
    snprintf(spool_path, sizeof spool_path, "%s/spool", folder);
    Suite *suite = suite_create("xmlio");
    TCase *tests = tcase_create("xmlio");
    tcase_set_timeout(tests, 300);
    tcase_add_loop_test(tests, good_document, 0, good_count);
    tcase_add_loop_test(tests, bad_document, 0, bad_count);
    tcase_add_loop_test(tests, good_in_pieces, 0, good_count);
    tcase_add_loop_test(tests, bad_in_pieces, 0, bad_count);
    tcase_add_test(tests, gzip_variants);
    tcase_add_test(tests, gzip_bomb);
    tcase_add_test(tests, no_such_file);
    tcase_add_loop_test(tests, large_payloads, 0, 2);
    tcase_add_test(tests, spool_damage);
    tcase_add_test(tests, child_dies);
    tcase_add_test(tests, child_answers);
    tcase_add_loop_test(tests, dialect_fault, 0, (int)WL_COUNT(dialect_faults));
    tcase_add_test(tests, own_dialect);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    char command[64];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    if (system(command) != 0)
        failed++;
    wl_dialects_free(dialects);
    for (int i = 0; i < good_count; i++)
        free(good[i]);
    for (int i = 0; i < bad_count; i++)
        free(bad[i]);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
