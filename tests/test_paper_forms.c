/* Appraisal forms on paper, and their words in each language. */
#include "tests/paper_world.h"

#include "cli/form_words.h"
#include "paper/form_words.h"
#include "wledger/form.h"
#include "wledger/gates.h"

enum { LINES = 300 };

static const struct wl_form_paper plain_form = {.number = WL_STR("F12"),
                                                .state = WL_STR("draft"),
                                                .opened_day = 20636,
                                                .sale_day = WL_NONE,
                                                .decided_day = WL_NONE,
                                                .started_day = WL_NONE,
                                                .completed_day = WL_NONE,
                                                .signed_day = WL_NONE};

static size_t pages_of_form(const struct wl_form_paper *form)
{
    struct wl_file *file = open_paper();

    return pages_of(file, wl_paper_form(file, &head, form));
}

START_TEST(captions_are_in_both_languages)
{
    ck_assert_str_eq(wl_paper_language_names()[WL_PAPER_ENGLISH], "en");
    ck_assert_str_eq(wl_paper_language_names()[WL_PAPER_CHINESE], "zh");
    for (int word = 0; word < WL_WORD_COUNT; word++) {
        const char *english = wl_form_word(WL_PAPER_ENGLISH, word), *chinese = wl_form_word(WL_PAPER_CHINESE, word);

        ck_assert_msg(english && chinese && *chinese, "word %d is missing", word);
        ck_assert_str_ne(english, chinese);
        for (const char *c = english; *c; c++)
            ck_assert_msg((unsigned char)*c < 127, "%s is no English", english);
    }
}
END_TEST

START_TEST(a_form_has_the_pages_it_takes)
{
    static struct wl_form_paper_line many[LINES];
    struct wl_form_paper form = plain_form;

    ck_assert_uint_eq(pages_of_form(&form), 1);
    for (int kind = 0; kind < WL_FORM_PAPER_KINDS; kind++) {
        form.lines[kind].at = many;
        form.lines[kind].count = 1;
    }
    ck_assert_uint_eq(pages_of_form(&form), 1);
    form.lines[WL_FORM_PAPER_PART].count = LINES;
    ck_assert_uint_ge(pages_of_form(&form), 3);
    form.language = WL_PAPER_CHINESE;
    form.instruction = true;
    ck_assert_uint_ge(pages_of_form(&form), 3);
}
END_TEST

START_TEST(any_form_can_be_printed)
{
    struct wl_str text = nasty((size_t)_i);
    struct wl_form_paper_line line = {text, text, text, text, text, text};
    struct wl_form_paper_cover cover = {text, text, text, text, text};
    struct wl_form_paper_note note = {text, text};
    struct wl_form_paper form = {.language = WL_PAPER_CHINESE,
                                 .number = WL_STR("F1"),
                                 .instruction = true,
                                 .state = text,
                                 .version = INT64_MAX,
                                 .opened_day = INT64_MAX,
                                 .dealer = {text, text, text},
                                 .vin = text,
                                 .model = text,
                                 .mileage = text,
                                 .sale_day = -INT64_MAX,
                                 .customer = text,
                                 .complaint = text,
                                 .type = text,
                                 .fault = text,
                                 .fault_text = text,
                                 .causal_part = text,
                                 .campaign = text,
                                 .authorization = text,
                                 .repair_order = text,
                                 .claim = text,
                                 .lines = {{&line, 1}, {&line, 1}, {&line, 1}},
                                 .asked = text,
                                 .handling = text,
                                 .approved = text,
                                 .covers = &cover,
                                 .cover_count = 1,
                                 .findings = &note,
                                 .refused = &note,
                                 .finding_count = 1,
                                 .refused_count = 1,
                                 .verdict = text,
                                 .decided_by = text,
                                 .reason = text,
                                 .completed_mileage = text,
                                 .signer = text,
                                 .paper = text};
    char *bytes[2];
    size_t size[2];

    for (int i = 0; i < 2; i++) {
        struct wl_file *file = open_paper();

        bytes[i] = bytes_of(file, wl_paper_form(file, &head, &form), &size[i]);
    }
    ck_assert(size[0] == size[1] && memcmp(bytes[0], bytes[1], size[0]) == 0);
    free(bytes[0]);
    free(bytes[1]);
}
END_TEST

START_TEST(a_form_that_cannot_be_printed_says_why)
{
    struct wl_form_paper form = plain_form;
    struct wl_file *file = open_paper();

    form.number = WL_STR("F 1");
    fails(file, wl_paper_form(file, &head, &form), WL_E_INPUT, "the form's number");
    form.number = plain_form.number;
    form.lines[0].count = WL_PAPER_LINES_MAX;
    form.lines[2].count = SIZE_MAX;
    file = open_paper();
    fails(file, wl_paper_form(file, &head, &form), WL_E_FULL, "more lines than");
}
END_TEST

/* What the ledger itself says stands on a Chinese paper in Chinese. */
START_TEST(the_ledgers_words_are_in_both_languages)
{
    static const int64_t findings[] = {
#define WL_FINDING(tag, NAME, name, severity, meaning) tag,
#include "wledger/findings.def"
#undef WL_FINDING
    };
    const char *const *const names[] = {wl_form_state_names(), wl_claim_type_names(), wl_cover_kind_names()};

    for (size_t i = 0; i < WL_COUNT(findings); i++) {
        struct wl_str english = cli_form_finding(WL_PAPER_ENGLISH, findings[i]);

        ck_assert(wl_str_is(english, wl_finding_meaning(findings[i])));
        ck_assert_msg(!wl_str_equal(english, cli_form_finding(WL_PAPER_CHINESE, findings[i])), "%s",
                      wl_finding_name(findings[i]));
    }
    for (size_t i = 0; i < WL_COUNT(names); i++)
        for (size_t n = 0; names[i][n]; n++) {
            struct wl_str name = wl_str_of(names[i][n]);

            ck_assert(wl_str_equal(cli_form_word(WL_PAPER_ENGLISH, name), name));
            ck_assert_msg(!wl_str_equal(cli_form_word(WL_PAPER_CHINESE, name), name), "%s", names[i][n]);
        }
    for (int64_t kind = 0; wl_line_kind_names()[kind]; kind++) {
        ck_assert(wl_str_is(cli_form_line(WL_PAPER_ENGLISH, kind), wl_line_kind_names()[kind]));
        ck_assert_uint_gt(cli_form_line(WL_PAPER_CHINESE, kind).size, 0);
    }
    ck_assert(wl_str_is(cli_form_word(WL_PAPER_CHINESE, WL_STR("P-100")), "P-100"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("paper forms");
    TCase *words = tcase_create("words"), *documents = tcase_create("documents");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_test(words, captions_are_in_both_languages);
    tcase_add_test(words, the_ledgers_words_are_in_both_languages);
    suite_add_tcase(suite, words);
    tcase_add_checked_fixture(documents, begin, end);
    tcase_set_timeout(documents, 120);
    tcase_add_test(documents, a_form_has_the_pages_it_takes);
    tcase_add_loop_test(documents, any_form_can_be_printed, 0, NASTY);
    tcase_add_test(documents, a_form_that_cannot_be_printed_says_why);
    suite_add_tcase(suite, documents);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
