/* Papers: what is printed is a PDF of so many pages, the same bytes each time, whatever the texts are. That scanners
 * read it and people see it is for test_paper.sh. */

#include "tests/paper_world.h"

#include "paper/barcode.h"
#include "paper/clean.h"
#include "paper/list.h"

enum { LINES = 300 };

static const struct wl_tag_paper plain_tag = {.number = WL_STR("0000000018"),
                                              .part_id = WL_STR("P000131"),
                                              .description = WL_STR("Alternator"),
                                              .unit = WL_STR("pc"),
                                              .quantity = 1000,
                                              .removed_day = 20636,
                                              .due_day = 20667};
static const struct wl_shipping_paper plain_label = {
    .number = WL_STR("77"), .pieces = WL_NONE, .day = WL_NONE, .tracking = WL_STR("1Z999AA10123456784")};
static const struct wl_paper_shipment_head shipment = {.number = WL_STR("1042"), .day = 20640};
static size_t pages_of_tag(const struct wl_tag_paper *tag)
{
    struct wl_file *file = open_paper();

    return pages_of(file, wl_paper_tags(file, &head, tag, 1));
}

static size_t pages_of_label(const struct wl_shipping_paper *label)
{
    struct wl_file *file = open_paper();

    return pages_of(file, wl_paper_shipping_labels(file, &head, label, 1));
}

/* ---- bar codes ---- */

static const char *text_of(const struct wl_modules *modules)
{
    static char text[WL_MODULES_MAX + 1];
    size_t count = (size_t)modules->width * modules->rows;

    for (size_t i = 0; i < count; i++)
        text[i] = modules->dark[i] ? '1' : '0';
    text[count] = '\0';
    return text;
}

START_TEST(code128_has_start_digits_check_and_stop)
{
    struct wl_modules modules;

    ck_assert_int_eq(wl_code128(WL_STR("00"), "it", &modules), WL_OK);
    ck_assert_uint_eq(modules.rows, 1);
    /* Start C; the pair 00; the check value 105 mod 103 = 2; stop (ISO/IEC 15417, table 1) */
    ck_assert_str_eq(text_of(&modules), "11010011100"
                                        "11011001100"
                                        "11001100110"
                                        "1100011101011");
    ck_assert_int_eq(wl_code128(WL_STR("A"), "it", &modules), WL_OK);
    ck_assert_uint_eq(modules.width, 46);
}
END_TEST

/* What fits is decided by the ceiling, not by luck: the worst code of that length has its quiet zones on a label. */
START_TEST(the_longest_code_fits_a_label)
{
    struct wl_modules modules;
    struct wl_str longest = WL_STR("aA1bB2cC3dD4eE5fF6gG7hH8iI-/");

    ck_assert_uint_eq(longest.size, WL_PAPER_CODE_MAX);
    ck_assert_int_eq(wl_code128(longest, "it", &modules), WL_OK);
    ck_assert_uint_le((modules.width + 2 * WL_CODE128_QUIET) * 250, 92000);
}
END_TEST

START_TEST(qr_codes_are_squares_with_finders)
{
    struct wl_modules modules;

    ck_assert_int_eq(wl_qr(WL_STR("1042"), "it", &modules), WL_OK);
    ck_assert_uint_eq(modules.width, 21);
    ck_assert_uint_eq(modules.rows, 21);
    for (unsigned i = 0; i < 7; i++)
        ck_assert(modules.dark[i] && modules.dark[i * 21] && modules.dark[14 + i] && modules.dark[20 * 21 + i]);
    ck_assert(!modules.dark[7] && !modules.dark[13] && !modules.dark[7 * 21]);
}
END_TEST

START_TEST(only_some_texts_are_codes)
{
    static const struct wl_str none[] = {WL_STR(""),     WL_STR("A B"),  WL_STR("\xE4\xB8\xAD"),
                                         WL_STR("1\n"),  WL_STR("1\0"),  WL_STR("12345678901234567890123456789"),
                                         WL_STR("\xFF"), WL_STR("x\x7F")};
    struct wl_modules modules;

    for (size_t i = 0; i < WL_COUNT(none); i++) {
        ck_assert(!wl_paper_is_code(none[i]));
        ck_assert_int_eq(wl_code128(none[i], "the tag number", &modules), WL_E_INPUT);
        ck_assert_int_eq(strncmp(wl_error(), "the tag number", 14), 0);
        ck_assert_int_eq(wl_qr(none[i], "it", &modules), WL_E_INPUT);
    }
    ck_assert(wl_paper_is_code(WL_STR("aZ09-./")));
}
END_TEST

/* ---- texts ---- */

static void cleans(struct wl_str text, enum wl_clean how, const char *expected)
{
    struct wl_buf out;

    wl_buf_init(&out, WL_CLEAN_MAX);
    wl_paper_clean(&out, text, how);
    ck_assert_int_eq(wl_buf_status(&out), WL_OK);
    wl_buf_byte(&out, '\0');
    ck_assert_str_eq((const char *)out.data, expected);
    wl_buf_release(&out);
}

START_TEST(texts_are_made_drawable)
{
    cleans(WL_STR("  plain text\t"), WL_CLEAN_LINE, "plain text");
    cleans(WL_STR("one\r\ntwo\n\nthree\rfour"), WL_CLEAN_LINES, "one\ntwo\nthree\nfour");
    cleans(WL_STR("one\r\ntwo \n three\xE2\x80\xA8"
                  "four\xC2\x85"
                  "five"),
           WL_CLEAN_LINE, "one two  three four five");
    cleans(WL_STR("a\tb\x01\x1B[31m\x7F\0c"), WL_CLEAN_LINE,
           "a b\xEF\xBF\xBD\xEF\xBF\xBD[31m\xEF\xBF\xBD\xEF\xBF\xBD"
           "c");
    cleans(WL_STR("12\xE2\x80\xAE"
                  "43"),
           WL_CLEAN_LINE,
           "12\xEF\xBF\xBD"
           "43"); /* turned round */
    cleans(WL_STR("\xE4\xB8\xAD\xE4\xB8\xFF!\xC0\xAF"), WL_CLEAN_LINE,
           "\xE4\xB8\xAD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD!\xEF\xBF\xBD\xEF\xBF\xBD");
    cleans(WL_STR("\xF0\xA0\x80\x80 \xC3\xA9"), WL_CLEAN_LINE, "\xF0\xA0\x80\x80 \xC3\xA9");
    cleans(WL_STR("\xEF\xB7\x90\xF4\x8F\xBF\xBF\xEF\xBF\xBC"), WL_CLEAN_LINE, "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBC");
}
END_TEST

/* Each length of what stands before the limit, so that a character lies across it in every way; and what grows most. */
START_TEST(long_texts_are_cut_between_characters)
{
    static char text[3 * WL_PAPER_TEXT_MAX];
    struct wl_buf out;

    wl_buf_init(&out, WL_CLEAN_MAX);
    for (size_t before = 0; before < 4; before++) {
        memset(text, 'x', before);
        for (size_t i = before; i + 3 <= sizeof text; i += 3)
            memcpy(text + i, "\xE4\xB8\xAD", 3);
        wl_paper_clean(&out, (struct wl_str){text, sizeof text - 8}, WL_CLEAN_LINE);
        ck_assert_uint_eq(out.size, before + (WL_PAPER_TEXT_MAX - before) / 3 * 3);
        ck_assert_uint_eq(wl_utf8_prefix(wl_buf_view(&out)), out.size);
    }
    memset(text, 0xFF, sizeof text);
    wl_paper_clean(&out, (struct wl_str){text, sizeof text}, WL_CLEAN_LINE);
    ck_assert_int_eq(wl_buf_status(&out), WL_OK);
    wl_buf_release(&out);
}
END_TEST

START_TEST(lines_are_joined)
{
    struct wl_buf text;

    wl_buf_init(&text, WL_CLEAN_MAX);
    wl_buf_text(&text, "Gate 4\nHall B,\n中国。\n上海\nend");
    wl_paper_join_lines(&text);
    wl_buf_byte(&text, '\0');
    ck_assert_str_eq((const char *)text.data, "Gate 4, Hall B, 中国。 上海, end");
    wl_buf_release(&text);
}
END_TEST

START_TEST(quantities_say_no_more_than_they_must)
{
    static const struct {
        int64_t quantity;
        struct wl_str unit;
        const char *text;
    } cases[] = {{1000, WL_STR("pc"), "1 pc"},     {500, WL_STR("l"), "0.5 l"}, {12345, WL_NO_STR, "12.345"},
                 {100000, WL_STR("pc"), "100 pc"}, {0, WL_STR("pc"), "0 pc"},   {-1500, WL_STR("l"), "-1.5 l"},
                 {WL_NONE, WL_STR("pc"), ""}};
    struct wl_buf text;

    wl_buf_init(&text, WL_MADE_TEXT_MAX);
    for (size_t i = 0; i < WL_COUNT(cases); i++) {
        wl_buf_clear(&text);
        wl_quantity_text(&text, cases[i].quantity, cases[i].unit);
        wl_buf_byte(&text, '\0');
        ck_assert_str_eq((const char *)text.data, cases[i].text);
    }
    wl_buf_release(&text);
}
END_TEST

/* ---- pages ---- */

/* Every row on some page, no page without one, none with more than it can hold. */
START_TEST(rows_are_spread_over_pages)
{
    size_t most_first = 0, most_next = 0, most_last = 0;

    for (size_t count = 1; count <= WL_PAPER_LINES_MAX; count++) {
        size_t pages = wl_list_pages(count), left = count;

        for (size_t i = 0; i < pages; i++) {
            size_t rows = wl_list_rows_on(i, pages, left);
            size_t *most = i + 1 == pages ? &most_last : i == 0 ? &most_first : &most_next;

            ck_assert_msg(rows > 0 && rows <= left, "%zu rows on page %zu of %zu", rows, i, pages);
            *most = rows > *most ? rows : *most;
            left -= rows;
        }
        ck_assert_uint_eq(left, 0);
    }
    /* A page of 297 mm with rows of 9 mm; the last leaves room to sign. */
    ck_assert_uint_eq(most_first, 21);
    ck_assert_uint_eq(most_next, 27);
    ck_assert_uint_eq(most_last, 23);
    ck_assert_uint_eq(wl_list_pages(17), 1);
    ck_assert_uint_eq(wl_list_pages(18), 2);
}
END_TEST

START_TEST(lists_have_the_pages_they_take)
{
    static const size_t counts[] = {1, 17, 18, 44, 45, LINES};
    static struct wl_dispatch_note_line lines[LINES];
    static struct wl_return_list_line returns[LINES];

    for (size_t i = 0; i < (getenv("WL_VALGRIND") ? 3 : WL_COUNT(counts)); i++) {
        struct wl_file *file = open_paper();

        ck_assert_uint_eq(pages_of(file, wl_paper_dispatch_note(file, &head, &shipment, lines, counts[i])),
                          wl_list_pages(counts[i]));
        file = open_paper();
        ck_assert_uint_eq(pages_of(file, wl_paper_return_list(file, &head, &shipment, returns, counts[i])),
                          wl_list_pages(counts[i]));
    }
}
END_TEST

START_TEST(each_label_is_a_page)
{
    struct wl_tag_paper tags[5];
    struct wl_file *file = open_paper();

    for (size_t i = 0; i < WL_COUNT(tags); i++)
        tags[i] = plain_tag;
    ck_assert_uint_eq(pages_of(file, wl_paper_tags(file, &head, tags, 5)), 5);
    ck_assert_uint_eq(pages_of_label(&plain_label), 1);
}
END_TEST

/* ---- the same bytes ---- */

START_TEST(the_same_paper_gives_the_same_bytes)
{
    struct wl_paper_head later = {head.oem, head.created + 1};
    char *bytes[3];
    size_t size[3];

    for (int i = 0; i < 3; i++) {
        struct wl_file *file = open_paper();
        int rc = wl_paper_tags(file, i == 2 ? &later : &head, &plain_tag, 1);

        bytes[i] = bytes_of(file, rc, &size[i]);
    }
    ck_assert(size[0] == size[1] && memcmp(bytes[0], bytes[1], size[0]) == 0);
    ck_assert(size[0] != size[2] || memcmp(bytes[0], bytes[2], size[0]) != 0);
    ck_assert(memmem(bytes[0], size[0], "(20260701000000Z", 16));
    ck_assert(memmem(bytes[2], size[2], "(20260701000001Z", 16));
    for (int i = 0; i < 3; i++)
        free(bytes[i]);
}
END_TEST

/* ---- whatever the texts are ---- */

START_TEST(any_text_can_be_printed)
{
    struct wl_str text = nasty((size_t)_i);
    struct wl_paper_party party = {text, text, text};
    struct wl_paper_head any = {text, head.created};
    struct wl_tag_paper tag = {plain_tag.number, text,       text, text, INT64_MAX, text, text, text, text, text, party,
                               INT64_MAX,        -INT64_MAX, party};
    struct wl_shipping_paper label = {
        WL_PAPER_RETURN, plain_label.number, party, party, text, text, text, INT64_MAX, 0};
    struct wl_paper_shipment_head from = {plain_label.number, party, party, text, text, text, 0};
    struct wl_dispatch_note_line line = {text, text, text, text, text, text, text, -INT64_MAX};
    struct wl_return_list_line returned = {text, text, text, text, text, text, 0};
    struct wl_file *file = open_paper();

    ck_assert_uint_eq(pages_of(file, wl_paper_tags(file, &any, &tag, 1)), 1);
    file = open_paper();
    ck_assert_uint_eq(pages_of(file, wl_paper_shipping_labels(file, &any, &label, 1)), 1);
    file = open_paper();
    ck_assert_uint_eq(pages_of(file, wl_paper_dispatch_note(file, &any, &from, &line, 1)), 1);
    file = open_paper();
    ck_assert_uint_eq(pages_of(file, wl_paper_return_list(file, &any, &from, &returned, 1)), 1);
}
END_TEST

START_TEST(what_is_absent_is_left_out)
{
    struct wl_tag_paper tag = {.number = WL_STR("1"), .quantity = WL_NONE, .removed_day = WL_NONE, .due_day = WL_NONE};
    struct wl_shipping_paper label = {.number = WL_STR("1"), .pieces = WL_NONE, .day = WL_NONE};

    ck_assert_uint_eq(pages_of_tag(&tag), 1);
    ck_assert_uint_eq(pages_of_label(&label), 1);
    label.tracking = WL_STR("运单 9"); /* no code: text only */
    ck_assert_uint_eq(pages_of_label(&label), 1);
}
END_TEST

/* ---- what cannot be printed ---- */

START_TEST(what_cannot_be_printed_is_said)
{
    struct wl_paper_head before = {head.oem, -1}, never = {head.oem, INT64_MAX};
    struct wl_tag_paper tag = plain_tag;
    struct wl_dispatch_note_line line = {.quantity = 1000};
    struct wl_return_list_line returned = {.quantity = 1000};
    struct wl_paper_shipment_head bad = shipment;
    struct wl_file *file = open_paper();

    fails(file, wl_paper_tags(file, &head, &tag, 0), WL_E_USAGE, "no tags to print");
    file = open_paper();
    fails(file, wl_paper_tags(file, &head, &tag, WL_PAPER_LABELS_MAX + 1), WL_E_FULL, "10001 tags");
    file = open_paper();
    fails(file, wl_paper_tags(file, &before, &tag, 1), WL_E_USAGE, "1970");
    file = open_paper();
    fails(file, wl_paper_tags(file, &never, &tag, 1), WL_E_USAGE, "9999");
    tag.number = WL_STR("tag 1");
    file = open_paper();
    fails(file, wl_paper_tags(file, &head, &tag, 1), WL_E_INPUT, "the tag number \"tag 1\"");
    file = open_paper();
    fails(file, wl_paper_dispatch_note(file, &head, &shipment, &line, 0), WL_E_USAGE, "no lines");
    file = open_paper();
    fails(file, wl_paper_dispatch_note(file, &head, &shipment, &line, SIZE_MAX), WL_E_FULL, "lines are more");
    bad.number = WL_NO_STR;
    file = open_paper();
    fails(file, wl_paper_dispatch_note(file, &head, &bad, &line, 1), WL_E_INPUT, "the dispatch number");
    file = open_paper();
    fails(file, wl_paper_return_list(file, &head, &bad, &returned, 1), WL_E_INPUT, "the return shipment's number");
}
END_TEST

/* The failure is told, and the labels behind it are not drawn. */
START_TEST(a_bad_label_among_good_ones_fails_all)
{
    struct wl_tag_paper tags[] = {plain_tag, plain_tag, plain_tag};
    struct wl_shipping_paper labels[] = {plain_label, plain_label};
    struct wl_file *file = open_paper();

    tags[1].number = WL_STR("\xE4\xB8\xAD");
    fails(file, wl_paper_tags(file, &head, tags, 3), WL_E_INPUT, "the tag number");
    labels[1].number = WL_NO_STR;
    file = open_paper();
    fails(file, wl_paper_shipping_labels(file, &head, labels, 2), WL_E_INPUT, "the shipment's number");
}
END_TEST

/* Egyptian hieroglyphs and the youngest Han characters are in no font that Debian's small packages have. */
START_TEST(a_letter_without_a_font_is_an_error)
{
    struct wl_tag_paper tag = plain_tag;
    struct wl_file *file = open_paper();

    tag.description = WL_STR("before \xF0\xB2\x80\x80 behind"); /* U+32000 */
    fails(file, wl_paper_tags(file, &head, &tag, 1), WL_E_SYSTEM, "(U+32000); on Debian, apt-get install");
    ck_assert_str_eq(wl_paper_font_for(0x4E2D), "fonts-wqy-microhei");
    ck_assert_str_eq(wl_paper_font_for(0x20000), "fonts-babelstone-han");
    ck_assert_str_eq(wl_paper_font_for('R'), "fonts-dejavu-core");
    ck_assert_str_eq(wl_paper_font_for(0x0E01), "fonts-noto-core");
}
END_TEST

static Suite *paper_suite(void)
{
    Suite *suite = suite_create("paper");
    TCase *pure = tcase_create("pure"), *documents = tcase_create("documents");

    tcase_add_test(pure, code128_has_start_digits_check_and_stop);
    tcase_add_test(pure, the_longest_code_fits_a_label);
    tcase_add_test(pure, qr_codes_are_squares_with_finders);
    tcase_add_test(pure, only_some_texts_are_codes);
    tcase_add_test(pure, texts_are_made_drawable);
    tcase_add_test(pure, long_texts_are_cut_between_characters);
    tcase_add_test(pure, lines_are_joined);
    tcase_add_test(pure, quantities_say_no_more_than_they_must);
    tcase_add_test(pure, rows_are_spread_over_pages);
    suite_add_tcase(suite, pure);
    tcase_add_checked_fixture(documents, begin, end);
    tcase_set_timeout(documents, 120);
    tcase_add_test(documents, lists_have_the_pages_they_take);
    tcase_add_test(documents, each_label_is_a_page);
    tcase_add_test(documents, the_same_paper_gives_the_same_bytes);
    tcase_add_loop_test(documents, any_text_can_be_printed, 0, NASTY);
    tcase_add_test(documents, what_is_absent_is_left_out);
    tcase_add_test(documents, what_cannot_be_printed_is_said);
    tcase_add_test(documents, a_bad_label_among_good_ones_fails_all);
    tcase_add_test(documents, a_letter_without_a_font_is_an_error);
    suite_add_tcase(suite, documents);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(paper_suite());

    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
