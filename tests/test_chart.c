/* Charts: what is drawn is well-formed, the same again, and within its bounds. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wledger/chart.h"
#include "wledger/error.h"

static struct wl_chart_point points[WL_CHART_POINTS_MAX + 1];
static struct wl_chart_panel panels[WL_CHART_PANELS_MAX + 1];
static struct wl_chart chart;
static struct wl_buf svg;

static void begin(void)
{
    static char labels[WL_CHART_POINTS_MAX + 1][16];

    for (int i = 0; i <= WL_CHART_POINTS_MAX; i++) {
        snprintf(labels[i], sizeof labels[i], "label-%d", i);
        points[i] = (struct wl_chart_point){.label = wl_str_of(labels[i]),
                                            .value = i * 100,
                                            .text = WL_STR("1.00 EUR"),
                                            .low = WL_NONE,
                                            .high = WL_NONE,
                                            .mark = WL_NONE};
    }
    for (int i = 0; i <= WL_CHART_PANELS_MAX; i++)
        panels[i] = (struct wl_chart_panel){.unit = WL_STR("EUR"), .places = 2, .points = points, .count = 3};
    chart = (struct wl_chart){.kind = WL_CHART_BARS, .title = WL_STR("Title"), .panels = panels, .count = 1};
    wl_buf_init(&svg, WL_CHART_BYTES_MAX);
}

static void end(void)
{
    wl_buf_release(&svg);
}

static int draw(void)
{
    wl_buf_clear(&svg);
    return wl_chart_svg(&chart, &svg);
}

/* Tags that are closed in their order; test_quality.py has a parser look at charts. */
static bool is_balanced(const char *at)
{
    const char *open[64];
    size_t depth = 0, size;

    for (; (at = strchr(at, '<')) != NULL; at++) {
        const char *end = strchr(at, '>');

        if (!end || (at[1] == '?' && end[-1] != '?'))
            return false;
        if (at[1] == '?' || end[-1] == '/')
            continue;
        size = strcspn(at + 1, " >");
        if (at[1] == '/') {
            if (depth == 0 || strncmp(open[--depth], at + 2, size - 1) != 0)
                return false;
        } else if (depth < 64) {
            open[depth++] = at + 1;
        }
    }
    return depth == 0;
}

/* It is drawn, its tags match, and it says what it shows. */
static void good(const char *says)
{
    ck_assert_msg(draw() == WL_OK, "%s", wl_error());
    wl_buf_byte(&svg, 0);
    ck_assert(is_balanced((const char *)svg.data));
    ck_assert_msg(strstr((const char *)svg.data, says) != NULL, "%s is not in it", says);
}

START_TEST(every_kind_is_drawn)
{
    chart.kind = (enum wl_chart_kind)_i;
    chart.note = WL_STR("a note");
    panels[0].title = WL_STR("a panel");
    points[1].low = 50;
    points[1].high = 5000;
    points[1].mark = 20;
    points[2].flagged = true;
    panels[0].count = _i == WL_CHART_LINE ? WL_CHART_POINTS_MAX : WL_CHART_BARS_MAX;
    good("\nlabel-39: 1.00 EUR\n");
    good("a note</desc>");
}
END_TEST

START_TEST(the_same_chart_has_the_same_bytes)
{
    struct wl_buf first;

    wl_buf_init(&first, WL_CHART_BYTES_MAX);
    ck_assert_int_eq(draw(), WL_OK);
    wl_buf_str(&first, wl_buf_view(&svg));
    ck_assert_int_eq(draw(), WL_OK);
    ck_assert_uint_eq(first.size, svg.size);
    ck_assert_mem_eq(first.data, svg.data, first.size);
    wl_buf_release(&first);
}
END_TEST

START_TEST(text_is_text)
{
    points[0].label = WL_STR("<b>&\"x\x01\"</b> \xE5\x89\xB9\xE8\xBD\xA6");
    chart.title = WL_STR("]]></title><script>1</script>");
    good("&lt;b&gt;&amp;\"x\"&lt;/b&gt; \xE5\x89\xB9\xE8\xBD\xA6: 1.00 EUR");
    ck_assert_ptr_null(strstr((const char *)svg.data, "<script>"));
}
END_TEST

START_TEST(any_value_can_be_drawn)
{
    static const int64_t values[] = {0, 1, -1, 7, 999, -100000, INT64_MAX, INT64_MIN + 1, INT64_MAX / 2, 1000000000000};

    for (size_t kind = WL_CHART_BARS; kind <= WL_CHART_LINE; kind++)
        for (size_t i = 0; i < WL_COUNT(values); i++)
            for (unsigned places = 0; places <= 4; places += 2) {
                chart.kind = (enum wl_chart_kind)kind;
                panels[0].places = places;
                points[0].value = points[1].value = values[i];
                points[2].value = 0;
                panels[0].count = 1 + i % 3;
                points[0].low = values[i];
                points[0].high = points[0].mark = values[WL_COUNT(values) - 1 - i];
                good("label-0");
            }
}
END_TEST

START_TEST(what_is_beyond_its_bounds_is_not_drawn)
{
    chart.count = 0;
    ck_assert_int_eq(draw(), WL_E_USAGE);
    chart.count = WL_CHART_PANELS_MAX + 1;
    ck_assert_int_eq(draw(), WL_E_USAGE);
    chart.count = WL_CHART_PANELS_MAX;
    ck_assert_int_eq(draw(), WL_OK);
    chart.count = 1;
    panels[0].count = 0;
    ck_assert_int_eq(draw(), WL_E_USAGE);
    panels[0].count = WL_CHART_BARS_MAX + 1;
    ck_assert_int_eq(draw(), WL_E_USAGE);
    chart.kind = WL_CHART_LINE;
    ck_assert_int_eq(draw(), WL_OK);
    panels[0].count = WL_CHART_POINTS_MAX + 1;
    ck_assert_int_eq(draw(), WL_E_USAGE);
    panels[0].count = 1;
    wl_buf_release(&svg);
    wl_buf_init(&svg, 1000);
    ck_assert_int_eq(draw(), WL_E_FULL);
}
END_TEST

/* Whether it is drawn otherwise, whatever is said of it, once a point's value and label are others. */
static bool shows(size_t point, int64_t value, const char *label)
{
    struct wl_chart_point before = points[point];
    char *first;
    bool same;

    good("</desc>");
    first = strdup(strstr((const char *)svg.data, "</desc>"));
    points[point].value = value;
    points[point].label = wl_str_of(label);
    good("</desc>");
    same = strcmp(first, strstr((const char *)svg.data, "</desc>")) == 0;
    points[point] = before;
    free(first);
    return !same;
}

START_TEST(the_rest_is_told_and_not_drawn)
{
    ck_assert(shows(2, 1000000, "label-2"));
    points[2].rest = true;
    ck_assert(!shows(2, 1000000, "label-2"));
    ck_assert(shows(2, 200, "others"));
    good("\nlabel-2: 1.00 EUR\n");
}
END_TEST

START_TEST(a_long_label_is_cut_where_it_would_be_too_small_to_read)
{
    points[0].label = WL_STR("S005 Grosse Getriebefabrik Mueller und Soehne");
    ck_assert(!shows(0, 0, "S005 Grosse Getriebefabrik Mueller und Toechter"));
    ck_assert(shows(0, 0, "S006 Grosse Getriebefabrik Mueller und Soehne"));
}
END_TEST

START_TEST(months_are_labelled_in_years_where_they_are_many)
{
    chart.kind = WL_CHART_LINE;
    panels[0].count = 73;
    for (size_t i = 0; i < 73; i++)
        ck_assert_msg(shows(i, points[i].value, "other") == (i % 12 == 0), "month %zu", i);
    panels[0].count = 30;
    for (size_t i = 0; i < 30; i++)
        ck_assert_msg(shows(i, points[i].value, "other") == (i % 3 == 0), "month %zu", i);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("chart");
    TCase *tc = tcase_create("chart");
    SRunner *runner;
    int failed;

    tcase_add_checked_fixture(tc, begin, end);
    tcase_set_timeout(tc, 300);
    tcase_add_loop_test(tc, every_kind_is_drawn, WL_CHART_BARS, WL_CHART_LINE + 1);
    tcase_add_test(tc, the_same_chart_has_the_same_bytes);
    tcase_add_test(tc, text_is_text);
    tcase_add_test(tc, any_value_can_be_drawn);
    tcase_add_test(tc, what_is_beyond_its_bounds_is_not_drawn);
    tcase_add_test(tc, the_rest_is_told_and_not_drawn);
    tcase_add_test(tc, a_long_label_is_cut_where_it_would_be_too_small_to_read);
    tcase_add_test(tc, months_are_labelled_in_years_where_they_are_many);
    suite_add_tcase(suite, tc);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
