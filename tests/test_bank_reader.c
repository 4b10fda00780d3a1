/* What the bank says: each file of fixtures/bank/good gives the transactions of its .out, each of fixtures/bank/bad the
 * fault of its .err; and what is mutated is read or refused, with its place. With WL_FIXTURES_WRITE set, missing .out
 * and .err files are written instead, to be looked through by hand. */
#include <check.h>
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wledger/bank_reader.h"
#include "wledger/error.h"
#include "wledger/record.h"

enum { NAMES_MAX = 200, FILE_MAX = 64 * 1024 * 1024 };

static char folder[] = "/tmp/test_bank_reader.XXXXXX";
static char path[300], spool_path[64];
static char *good[NAMES_MAX], *bad[NAMES_MAX];
static int good_count, bad_count;
static struct wl_batch_summary summary;
static struct wl_batch_fault fault;

static struct wl_buf content(const char *name)
{
    struct wl_buf bytes;
    FILE *file = fopen(name, "rb");

    wl_buf_init(&bytes, FILE_MAX);
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
    struct wl_buf want;
    bool same;

    if (getenv("WL_FIXTURES_WRITE") != NULL && access(name, F_OK) != 0)
        put(name, got->data, got->size);
    want = content(name);
    same = wl_str_equal(wl_buf_view(&want), wl_buf_view(got));
    if (!same)
        fprintf(stderr, "%s: got\n%.*s\n", name, (int)(got->size < 4000 ? got->size : 4000), (const char *)got->data);
    ck_assert_msg(same, "%s", name);
    wl_buf_release(&want);
}

static int read_file(const char *name)
{
    return wl_bank_read(name, spool_path, NULL, NULL, &summary, &fault);
}

/* What was read, as text for people. */
static void show(struct wl_buf *out)
{
    struct wl_spool *spool;
    struct wl_spool_record record;
    struct wl_notified notified;
    int more;

    wl_buf_format(out, "message %s\nversion %s\ntransactions %" PRIu64 "\nleft out %" PRIu64 "\n", summary.batch_id,
                  summary.dialect, summary.records, summary.skipped_elements);
    ck_assert_int_eq(wl_spool_open(spool_path, &spool), WL_OK);
    while ((more = wl_spool_next(spool, &record)) == 1) {
        wl_buf_byte(out, '\n');
        ck_assert_int_eq(wl_record_decode(&wl_notified_record, record.encoded, &notified, NULL), WL_OK);
        for (size_t i = 0; i < wl_notified_record.field_count; i++) {
            wl_buf_format(out, "%s ", wl_notified_record.fields[i].name);
            wl_field_to_text(&wl_notified_record.fields[i], &notified, out);
            wl_buf_byte(out, '\n');
        }
    }
    ck_assert_msg(more == 0, "%s", wl_error());
    wl_spool_close(spool);
}

START_TEST(good_document)
{
    struct wl_buf out;
    char name[400];

    wl_buf_init(&out, FILE_MAX);
    snprintf(path, sizeof path, "fixtures/bank/good/%s.xml", good[_i]);
    ck_assert_msg(read_file(path) == WL_OK, "%s", wl_error());
    show(&out);
    snprintf(name, sizeof name, "fixtures/bank/good/%s.out", good[_i]);
    compare(name, &out);
    wl_buf_release(&out);
}
END_TEST

START_TEST(bad_document)
{
    struct wl_buf out;
    char name[400];

    wl_buf_init(&out, FILE_MAX);
    snprintf(path, sizeof path, "fixtures/bank/bad/%s.xml", bad[_i]);
    unlink(spool_path);
    ck_assert_int_eq(read_file(path), WL_E_INPUT);
    ck_assert_int_ne(access(spool_path, F_OK), 0);
    ck_assert(strstr(wl_error(), path) == wl_error());
    wl_buf_format(&out, "%" PRIu64 ":%" PRIu64 ": %s\n", fault.line, fault.column, fault.reason);
    snprintf(name, sizeof name, "fixtures/bank/bad/%s.err", bad[_i]);
    compare(name, &out);
    wl_buf_release(&out);
}
END_TEST

/* ---- mutations ---- */

static void is_read_or_refused(const void *bytes, size_t n, const char *how, size_t at)
{
    int status;

    snprintf(path, sizeof path, "%s/mutated", folder);
    put(path, bytes, n);
    status = read_file(path);
    ck_assert_msg(status == WL_OK || status == WL_E_INPUT, "%s at %zu: %d %s", how, at, status, wl_error());
    ck_assert_msg(status == WL_OK || (fault.reason[0] != 0 && (fault.line > 0 || n == 0)), "%s at %zu: no place", how,
                  at);
    if (status == WL_OK) {
        struct wl_buf out;

        wl_buf_init(&out, FILE_MAX);
        show(&out);
        wl_buf_release(&out);
    }
}

/* The richest of the fixtures, cut, changed, doubled and torn at each place. */
START_TEST(mutations)
{
    struct wl_buf whole = content("fixtures/bank/good/returns.xml");
    size_t step = getenv("WL_QUICK") ? 7 : 1;
    uint8_t *bytes = malloc(2 * whole.size);

    for (size_t i = (size_t)_i; i < whole.size; i += 4 * step) {
        is_read_or_refused(whole.data, i, "cut", i);
        for (const uint8_t *with = (const uint8_t *)"<&]\x80"; *with; with++) {
            memcpy(bytes, whole.data, whole.size);
            bytes[i] = *with;
            is_read_or_refused(bytes, whole.size, "changed", i);
        }
        memcpy(bytes, whole.data, i);
        memcpy(bytes + i, whole.data, whole.size);
        is_read_or_refused(bytes, whole.size + i, "doubled", i);
        memcpy(bytes, whole.data, i);
        memcpy(bytes + i, whole.data + i + 1, whole.size - i - 1);
        is_read_or_refused(bytes, whole.size - 1, "torn", i);
    }
    free(bytes);
    wl_buf_release(&whole);
}
END_TEST

#define HEAD                                                                                                     \
    "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.054.001.08\"><BkToCstmrDbtCdtNtfctn><GrpHdr><MsgId>M" \
    "</MsgId></GrpHdr><Ntfctn><Id>N</Id>"
#define ENTRY "<Ntry><Amt Ccy=\"CNY\">5</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><NtryDtls>"

/* One entry with ever more transactions ends at its ceiling, ever more entries do not. */
START_TEST(large_documents)
{
    static const int many = 200000;
    FILE *file;

    snprintf(path, sizeof path, "%s/large", folder);
    file = fopen(path, "w");
    fputs(HEAD ENTRY, file);
    for (int i = 0; i < many; i++)
        fprintf(file, "<TxDtls><Refs><EndToEndId>%d</EndToEndId></Refs><Amt Ccy=\"CNY\">1</Amt></TxDtls>\n", i);
    fclose(file);
    ck_assert_int_eq(read_file(path), WL_E_INPUT);
    ck_assert_msg(strstr(fault.reason, "of one entry") != NULL && fault.line > 1000, "%s", wl_error());
    file = fopen(path, "w");
    fputs(HEAD, file);
    for (int i = 0; i < many; i++)
        fprintf(file, ENTRY "<TxDtls><Refs><EndToEndId>%d</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>\n", i);
    fputs("</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>", file);
    fclose(file);
    ck_assert_msg(read_file(path) == WL_OK, "%s", wl_error());
    ck_assert_uint_eq(summary.records, (uint64_t)many);
}
END_TEST

START_TEST(compressed_and_apart)
{
    char command[800];
    struct wl_batch_summary plain;

    ck_assert_int_eq(read_file("fixtures/bank/good/returns.xml"), WL_OK);
    plain = summary;
    snprintf(path, sizeof path, "%s/returns.xml.gz", folder);
    snprintf(command, sizeof command, "gzip -c fixtures/bank/good/returns.xml > %s", path);
    ck_assert_int_eq(system(command), 0);
    ck_assert_msg(wl_bank_read_apart(path, spool_path, NULL, NULL, &summary, &fault) == WL_OK, "%s", wl_error());
    ck_assert_mem_eq(&plain, &summary, sizeof plain);
    snprintf(command, sizeof command, "gzip -c fixtures/bank/good/returns.xml | head -c 300 > %s", path);
    ck_assert_int_eq(system(command), 0);
    ck_assert_int_eq(wl_bank_read_apart(path, spool_path, NULL, NULL, &summary, &fault), WL_E_INPUT);
    ck_assert_msg(fault.line > 0, "%s", wl_error());
    ck_assert_int_eq(wl_bank_read_apart("fixtures/bank/bad/doctype.xml", spool_path, NULL, NULL, &summary, &fault),
                     WL_E_INPUT);
    ck_assert_str_eq(wl_error(),
                     "fixtures/bank/bad/doctype.xml:2:1: a DOCTYPE is not allowed; send the document without it");
    ck_assert_int_ne(wl_bank_read("no/such/file", spool_path, NULL, NULL, &summary, &fault), WL_OK);
}
END_TEST

/* The standard's own example, where it lies. */
START_TEST(the_standard_s_example)
{
    const char *iso = getenv("ISO20022");
    struct wl_buf out;

    snprintf(path, sizeof path, "%s/camt.054-example.xml", iso ? iso : "../shared/iso20022");
    if (access(path, R_OK) != 0) {
        printf("left out: the standard's example, which is not here: %s\n", path);
        return;
    }
    wl_buf_init(&out, FILE_MAX);
    ck_assert_msg(read_file(path) == WL_OK, "%s", wl_error());
    ck_assert_uint_eq(summary.records, 1);
    show(&out);
    wl_buf_byte(&out, 0);
    ck_assert(strstr((char *)out.data, "amount 20000000\ncurrency SEK\nday 2007-10-18\n") != NULL);
    ck_assert(strstr((char *)out.data, "event debit\n") != NULL);
    wl_buf_release(&out);
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
    Suite *suite = suite_create("bank_reader");
    TCase *tests = tcase_create("bank_reader");
    char command[64];
    SRunner *runner;
    int failed;

    good_count = list("fixtures/bank/good", good);
    bad_count = list("fixtures/bank/bad", bad);
    if (mkdtemp(folder) == NULL || good_count == 0 || bad_count == 0) {
        fprintf(stderr, "test_bank_reader: run it where fixtures/ lies\n");
        return EXIT_FAILURE;
    }
    snprintf(spool_path, sizeof spool_path, "%s/spool", folder);
    tcase_set_timeout(tests, 300);
    tcase_add_loop_test(tests, good_document, 0, good_count);
    tcase_add_loop_test(tests, bad_document, 0, bad_count);
    tcase_add_loop_test(tests, mutations, 0, 4);
    tcase_add_test(tests, large_documents);
    tcase_add_test(tests, compressed_and_apart);
    tcase_add_test(tests, the_standard_s_example);
    suite_add_tcase(suite, tests);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    if (system(command) != 0)
        failed++;
    for (int i = 0; i < good_count; i++)
        free(good[i]);
    for (int i = 0; i < bad_count; i++)
        free(bad[i]);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
