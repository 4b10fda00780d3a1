/* Settlement statements on paper: as many pages as they take, the same bytes each time, and nothing but the lines that
 * the head says. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wledger/error.h"
#include "wledger/paper.h"
#include "wledger/record.h"

static const struct wl_paper_head head = {WL_STR("Example Motors"), 1782864000};
static struct wl_statement_paper paper;
static char path[4096];

static void begin(void)
{
    const char *tmp = getenv("TMPDIR");

    snprintf(path, sizeof path, "%s/test_paper_statement-%ld.pdf", tmp && *tmp ? tmp : "/tmp", (long)getpid());
    paper = (struct wl_statement_paper){.number = 7,
                                        .dealer = {.id = WL_STR("D1")},
                                        .currency = WL_STR("JPY"),
                                        .from_day = WL_NONE,
                                        .to_day = 20640,
                                        .settled_by = WL_STR("clerk"),
                                        .tax_percent = WL_NONE};
}

static void end(void)
{
    unlink(path);
}

static struct wl_file *open_paper(void)
{
    struct wl_file *file;

    ck_assert_int_eq(wl_file_new(path, false, &file), WL_OK);
    return file;
}

static struct wl_statement *open_statement(struct wl_file *file)
{
    struct wl_statement *statement;

    ck_assert_int_eq(wl_paper_statement_begin(file, &head, &paper, &statement), WL_OK);
    return statement;
}

static void print(struct wl_statement *statement, enum wl_statement_kind kind, uint64_t count)
{
    struct wl_statement_line line = {
        .kind = kind, .claim_no = WL_STR("C1"), .day = 20600, .type = 99, .labour = WL_NONE, .sublet = WL_NONE};

    for (uint64_t i = 0; i < count; i++)
        wl_paper_statement_line(statement, &line);
}

/* All of it, as the head says; its bytes, to be freed. */
static char *print_all(size_t *size)
{
    static const enum wl_statement_kind kinds[] = {WL_STATEMENT_PARTIAL, WL_STATEMENT_CREDIT, WL_STATEMENT_INFORMATION};
    struct wl_file *file = open_paper();
    struct wl_statement *statement = open_statement(file);
    char *bytes = NULL;
    FILE *in, *out;
    int c;

    for (size_t i = 0; i < WL_COUNT(kinds); i++)
        print(statement, kinds[i], paper.lines[i]);
    ck_assert_msg(wl_paper_statement_end(&statement) == WL_OK, "%s", wl_error());
    ck_assert_ptr_null(statement);
    ck_assert_int_eq(wl_file_publish(&file), WL_OK);
    in = fopen(path, "rb");
    out = open_memstream(&bytes, size);
    ck_assert(in && out);
    while ((c = getc(in)) != EOF)
        putc(c, out);
    fclose(in);
    fclose(out);
    return bytes;
}

static size_t pages(uint64_t claims, uint64_t chargebacks, uint64_t unpaid)
{
    static const char page[] = "/Type /Page\n", spaced[] = "/Type /Page ";
    size_t size, found = 0;
    char *bytes;

    memcpy(paper.lines, (uint64_t[]){claims, chargebacks, unpaid}, sizeof paper.lines);
    bytes = print_all(&size);
    for (size_t i = 0; i + sizeof page - 1 <= size; i++)
        found += memcmp(bytes + i, page, sizeof page - 1) == 0 || memcmp(bytes + i, spaced, sizeof spaced - 1) == 0;
    free(bytes);
    return found;
}

START_TEST(a_statement_has_the_pages_it_takes)
{
    ck_assert_uint_eq(pages(0, 0, 0), 1);
    ck_assert_uint_eq(pages(6, 0, 0), 1);
    ck_assert_uint_eq(pages(7, 0, 0), 2); /* the totals do not fit below */
    ck_assert_uint_eq(pages(14, 0, 0), 2);
    ck_assert_uint_eq(pages(4, 1, 1), 2); /* each part has a heading */
    ck_assert_uint_eq(pages(200, 30, 40), 16);
}

START_TEST(the_same_statement_gives_the_same_bytes)
{
    size_t first_size, second_size;
    char *first, *second;

    for (int language = WL_PAPER_ENGLISH; language <= WL_PAPER_CHINESE; language++) {
        paper.language = (enum wl_paper_language)language;
        memcpy(paper.lines, (uint64_t[]){30, 3, 2}, sizeof paper.lines);
        first = print_all(&first_size);
        second = print_all(&second_size);
        ck_assert(first_size == second_size && memcmp(first, second, first_size) == 0);
        free(first);
        free(second);
    }
}

static void ends_with(struct wl_statement *statement, struct wl_file *file, int expected, const char *part)
{
    ck_assert_int_eq(wl_paper_statement_end(&statement), expected);
    ck_assert_msg(strstr(wl_error(), part), "%s", wl_error());
    ck_assert_ptr_null(statement);
    wl_file_discard(&file);
}

START_TEST(other_lines_than_the_head_says_are_refused)
{
    struct wl_file *file = open_paper();
    struct wl_statement *statement;

    memcpy(paper.lines, (uint64_t[]){2, 1, 0}, sizeof paper.lines);
    print(statement = open_statement(file), WL_STATEMENT_APPROVED, 3);
    ends_with(statement, file, WL_E_USAGE, "other lines");
    print(statement = open_statement(file = open_paper()), WL_STATEMENT_CHARGEBACK, 1);
    ends_with(statement, file, WL_E_USAGE, "other lines");
    print(statement = open_statement(file = open_paper()), WL_STATEMENT_APPROVED, 2);
    ends_with(statement, file, WL_E_USAGE, "lacks lines");
}

START_TEST(more_lines_than_a_statement_has_are_refused)
{
    static const uint64_t counts[][WL_STATEMENT_PARTS] = {
        {WL_PAPER_STATEMENT_LINES_MAX, 1, 0}, {UINT64_MAX, 2, 0}, {0, 0, WL_PAPER_STATEMENT_LINES_MAX + 1}};
    struct wl_file *file = open_paper();
    struct wl_statement *statement;

    for (size_t i = 0; i < WL_COUNT(counts); i++) {
        memcpy(paper.lines, counts[i], sizeof paper.lines);
        ck_assert_int_eq(wl_paper_statement_begin(file, &head, &paper, &statement), WL_E_FULL);
        ck_assert_ptr_null(statement);
    }
    ck_assert_int_eq(wl_paper_statement_end(&statement), WL_OK);
    wl_file_discard(&file);
}

static Suite *suite(void)
{
    Suite *suite = suite_create("statement");
    TCase *documents = tcase_create("documents");

    tcase_add_checked_fixture(documents, begin, end);
    tcase_set_timeout(documents, 120);
    tcase_add_test(documents, a_statement_has_the_pages_it_takes);
    tcase_add_test(documents, the_same_statement_gives_the_same_bytes);
    tcase_add_test(documents, other_lines_than_the_head_says_are_refused);
    tcase_add_test(documents, more_lines_than_a_statement_has_are_refused);
    suite_add_tcase(suite, documents);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(suite());

    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
