/* Tags: their numbers, and which command is legal in which state. */
#include "tests/returns_world.h"

/* ---- numbers ---- */

static bool parses(const char *written, uint64_t expected)
{
    uint64_t tag;

    return wl_tag_parse(text(written), &tag) && tag == expected;
}

static bool is_no_number(const char *written)
{
    uint64_t tag;

    return !wl_tag_parse(text(written), &tag);
}

START_TEST(a_number_is_read_as_it_was_written)
{
    static const char *const none[] = {"",
                                       "0",
                                       "3",
                                       "13",
                                       "92",
                                       "D92",
                                       "000000013",
                                       "00000000013",
                                       "0000000000",
                                       "0000000012",
                                       "0000000013x",
                                       "-0000000013",
                                       "--",
                                       "000000001-3-",
                                       "00000  00013",
                                       "00000--0013",
                                       "999999999999999999999999",
                                       "1.3"};
    char written[WL_TAG_TEXT];

    wl_tag_format(1, written);
    ck_assert_str_eq(written, "0000000013");
    wl_tag_format(UINT64_MAX, written);
    ck_assert_uint_eq(strlen(written), 21);
    ck_assert(parses(written, UINT64_MAX));
    ck_assert(parses(" 0000 000 013\r\n", 1));
    ck_assert(parses("000-000-001-3", 1));
    for (size_t i = 0; i < WL_COUNT(none); i++)
        ck_assert_msg(is_no_number(none[i]), "%s", none[i]);
}
END_TEST

/* Each digit for each other, each pair of neighbours the other way round. */
static void misread(const char *number)
{
    size_t size = strlen(number);
    char wrong[WL_TAG_TEXT];

    for (size_t i = 0; i < size; i++) {
        snprintf(wrong, sizeof wrong, "%s", number);
        for (char digit = '0'; digit <= '9'; digit++) {
            wrong[i] = digit;
            ck_assert_msg(is_no_number(wrong) == (digit != number[i]), "%s for %s", wrong, number);
        }
        snprintf(wrong, sizeof wrong, "%s", number);
        if (i + 1 == size || wrong[i] == wrong[i + 1])
            continue;
        wrong[i] = number[i + 1];
        wrong[i + 1] = number[i];
        ck_assert_msg(is_no_number(wrong), "%s for %s", wrong, number);
    }
}

START_TEST(a_number_that_is_misread_is_none)
{
    char written[WL_TAG_TEXT];

    for (uint64_t tag = 1; tag < 20000; tag++) {
        wl_tag_format(tag, written);
        ck_assert(parses(written, tag));
        misread(written);
    }
    for (uint64_t tag = 20000; tag < UINT64_MAX / 7; tag = tag * 7 + 13) {
        wl_tag_format(tag, written);
        ck_assert(parses(written, tag));
        misread(written);
    }
}
END_TEST

/* ---- every command in every state ---- */

/* Each makes a loose tag of P-BACK that is in the state, as the first ones in returns_world.h do. */
static int64_t in_state_written_off(void)
{
    int64_t tag = loose_missing();

    DONE(resolve(tag_row(tag).discrepancy, WL_RESOLVE_WRITE_OFF));
    return tag;
}
static int64_t in_state_found(void)
{
    int64_t tag = loose_missing();

    DONE(resolve(tag_row(tag).discrepancy, WL_RESOLVE_ACCEPT));
    return tag;
}
static int64_t in_state_inspected(void)
{
    int64_t tag = loose_received();

    DONE(inspect_tag(tag, WL_NOT_DEFECTIVE));
    return tag;
}
static int64_t in_state_empty_box(void)
{
    int64_t tag = loose_received();

    DONE(inspect_tag(tag, WL_MISSING));
    return tag;
}
static int64_t in_state_gone(void)
{
    int64_t tag = loose_missing();

    DONE(inspect_tag(tag, WL_MISSING));
    return tag;
}
static int64_t in_state_gone_and_found(void)
{
    int64_t tag = in_state_gone();

    DONE(resolve(tag_row(tag).discrepancy, WL_RESOLVE_ACCEPT));
    return tag;
}
static int64_t in_state_gone_and_written_off(void)
{
    int64_t tag = in_state_empty_box();

    DONE(resolve(tag_row(tag).discrepancy, WL_RESOLVE_WRITE_OFF));
    return tag;
}
static int64_t in_state_disposed(void)
{
    int64_t tag = in_state_inspected();

    DONE(dispose(tag, WL_DISPOSE_SCRAP));
    return tag;
}
static int64_t in_state_withdrawn(void)
{
    int64_t tag = loose_tagged();

    DONE(reverse(entry_now()));
    return tag;
}
static int64_t in_state_none(void)
{
    return newest_tag() + 1;
}

static const char *try_ship(int64_t tag)
{
    return SEND(tag);
}
static const char *try_scan(int64_t tag)
{
    return scan(tag);
}
static const char *try_accept(int64_t tag)
{
    return inspect_tag(tag, WL_ACCEPTED);
}
static const char *try_abuse(int64_t tag)
{
    return inspect_tag(tag, WL_ABUSE);
}
static const char *try_missing(int64_t tag)
{
    return inspect_tag(tag, WL_MISSING);
}
static const char *try_scrap(int64_t tag)
{
    return dispose(tag, WL_DISPOSE_SCRAP);
}
static const char *try_link(int64_t tag)
{
    return tag_link(tag, "LINK", 1);
}
static const char *try_link_elsewhere(int64_t tag)
{
    return tag_link(tag, "LINK", 2);
}

enum { COMMANDS = 8, STATES = 14 };
static const char *(*const commands[COMMANDS])(int64_t tag) = {try_ship,    try_scan,  try_accept, try_abuse,
                                                               try_missing, try_scrap, try_link,   try_link_elsewhere};

#define SHIPPED_ONCE "already-shipped"
#define INSPECTED_ONCE "already-inspected"
/* Rows: a state; what each command meets in it, in the order above. */
static const struct {
    int64_t (*make)(void);
    enum wl_tag_state state;
    const char *expected[COMMANDS];
} states[STATES] = {
    {in_state_none,
     WL_TAG_STATE_COUNT,
     {"tag-unknown", "tag-unknown", "tag-unknown", "tag-unknown", "tag-unknown", "tag-unknown", "tag-unknown",
      "tag-unknown"}},
    {loose_tagged,
     WL_TAG_TAGGED,
     {"done", "tag-not-shipped", "tag-not-received", "tag-not-received", "tag-not-received", "not-inspected", "done",
      "tag-mismatch"}},
    {loose_shipped,
     WL_TAG_SHIPPED,
     {SHIPPED_ONCE, "done", "tag-not-received", "tag-not-received", "tag-not-received", "not-inspected", "done",
      "tag-mismatch"}},
    {loose_received,
     WL_TAG_RECEIVED,
     {SHIPPED_ONCE, "already-received", "done", "done", "done", "not-inspected", "done", "tag-mismatch"}},
    {loose_missing,
     WL_TAG_MISSING,
     {"tag-missing", "tag-missing", "tag-missing", "tag-missing", "done", "not-inspected", "done", "tag-mismatch"}},
    {in_state_written_off,
     WL_TAG_MISSING,
     {"tag-missing", "tag-missing", "tag-missing", "tag-missing", "done", "not-inspected", "done", "tag-mismatch"}},
    {in_state_found,
     WL_TAG_RECEIVED,
     {SHIPPED_ONCE, "already-received", "done", "done", "done", "not-inspected", "done", "tag-mismatch"}},
    {in_state_inspected,
     WL_TAG_INSPECTED,
     {SHIPPED_ONCE, INSPECTED_ONCE, INSPECTED_ONCE, INSPECTED_ONCE, INSPECTED_ONCE, "done", INSPECTED_ONCE,
      INSPECTED_ONCE}},
    {in_state_empty_box,
     WL_TAG_INSPECTED,
     {SHIPPED_ONCE, INSPECTED_ONCE, INSPECTED_ONCE, INSPECTED_ONCE, INSPECTED_ONCE, "nothing-to-dispose",
      INSPECTED_ONCE, INSPECTED_ONCE}},
    {in_state_gone,
     WL_TAG_INSPECTED,
     {SHIPPED_ONCE, INSPECTED_ONCE, INSPECTED_ONCE, INSPECTED_ONCE, INSPECTED_ONCE, "nothing-to-dispose",
      INSPECTED_ONCE, INSPECTED_ONCE}},
    {in_state_gone_and_found,
     WL_TAG_INSPECTED,
     {SHIPPED_ONCE, INSPECTED_ONCE, INSPECTED_ONCE, INSPECTED_ONCE, INSPECTED_ONCE, "done", INSPECTED_ONCE,
      INSPECTED_ONCE}},
    {in_state_gone_and_written_off,
     WL_TAG_INSPECTED,
     {SHIPPED_ONCE, INSPECTED_ONCE, INSPECTED_ONCE, INSPECTED_ONCE, INSPECTED_ONCE, "nothing-to-dispose",
      INSPECTED_ONCE, INSPECTED_ONCE}},
    {in_state_disposed,
     WL_TAG_DISPOSED,
     {SHIPPED_ONCE, "already-disposed", INSPECTED_ONCE, INSPECTED_ONCE, INSPECTED_ONCE, "already-disposed",
      INSPECTED_ONCE, INSPECTED_ONCE}},
    {in_state_withdrawn,
     WL_TAG_WITHDRAWN,
     {"tag-withdrawn", "tag-withdrawn", "tag-withdrawn", "tag-withdrawn", "tag-withdrawn", "tag-withdrawn",
      "tag-withdrawn", "tag-withdrawn"}},
};

/* Line 1 of LINK lacks a tag of P-BACK for each time that one joins it; line 2 is of another part. */
static void state_is(size_t row, size_t command)
{
    int64_t tag = states[row].make();
    bool done = strcmp(states[row].expected[command], "done") == 0;
    uint64_t before;
    const char *name;

    if (states[row].state != WL_TAG_STATE_COUNT)
        tag_is(tag, states[row].state);
    before = state_now();
    name = commands[command](tag);
    ck_assert_msg(strcmp(name, states[row].expected[command]) == 0, "row %zu, command %zu: %s and not %s", row, command,
                  name, states[row].expected[command]);
    ck_assert(done == (before != state_now()));
    OK(wl_parts_check(txn));
}

START_TEST(each_command_knows_the_states_of_a_tag)
{
    begin();
    CLAIM("LINK", {"P-BACK", "9"}, {"P-TWO", "1"});
    for (size_t command = 0; command < COMMANDS; command++)
        state_is((size_t)_i, command);
    commit();
    check_all();
}
END_TEST

/* Once inspected, accepted is accepted: each step of a tag is made once, and its way can be told. */
START_TEST(a_tag_goes_each_step_once)
{
    int64_t tag, steps[5];
    struct wl_tag row;

    begin();
    DONE(tag_loose("P-BACK", PIECES(1)));
    steps[0] = entry_now();
    tag = newest_tag();
    DONE(SEND(tag));
    steps[1] = entry_now();
    DONE(scan(tag));
    steps[2] = entry_now();
    DONE(inspect_tag(tag, WL_ACCEPTED));
    steps[3] = entry_now();
    ck_assert_int_eq(((struct wl_inspect_outcome *)outcome)->claim, WL_NONE);
    DONE(dispose(tag, WL_DISPOSE_SUPPLIER));
    steps[4] = entry_now();
    ck_assert(wl_str_is(((struct wl_dispose_outcome *)outcome)->to, "S1"));
    row = tag_row(tag);
    ck_assert(row.tagged_seq == steps[0] && row.shipped_seq == steps[1] && row.received_seq == steps[2] &&
              row.inspected_seq == steps[3] && row.disposed_seq == steps[4]);
    ck_assert(wl_str_is(row.dealer_id, "D1") && wl_str_is(row.bin_id, "MAIN") && wl_str_is(row.vin, VIN));
    ck_assert(wl_str_is(row.reason, "noise") && wl_str_is(row.centre_id, "RC") && wl_str_is(row.centre_bin, "MAIN"));
    ck_assert_int_eq(stock_balance(WL_ACCOUNT_VEHICLE, VIN, "P-BACK", NULL), -PIECES(1));
    ck_assert_int_eq(stock_balance(WL_ACCOUNT_SUPPLIER, "S1", "P-BACK", NULL), PIECES(1));
    ck_assert_int_eq(stock_balance(WL_ACCOUNT_CENTRE_DEFECTIVE, "RC/MAIN", "P-BACK", NULL), 0);
    commit();
    all_agrees();
}
END_TEST

START_TEST(a_part_goes_where_its_disposition_says)
{
    static const struct {
        enum wl_disposition way;
        const char *to;
        enum wl_account_kind kind;
        const char *party;
    } ways[] = {{WL_DISPOSE_SCRAP, "RC", WL_ACCOUNT_SCRAP, "RC"},
                {WL_DISPOSE_SUPPLIER, "unknown", WL_ACCOUNT_SUPPLIER, "unknown"},
                {WL_DISPOSE_DEALER, "D1", WL_ACCOUNT_DEALER_DEFECTIVE, "D1/MAIN"}};

    begin();
    for (size_t i = 0; i < 3; i++) {
        DONE(tag_loose("P-BACK", PIECES(1)));
        DONE(SEND(newest_tag()));
        DONE(scan_by(newest_tag(), "RC", "MAIN"));
        DONE(inspect_tag(newest_tag(), WL_ACCEPTED));
    }
    commit();
    load_table("parts", "part_id,description,component,unit,supplier_id,return_rule,return_days,warranty_months,"
                        "warranty_km,lifetime,void\nP-BACK,Pump,engine,ea,S1,always,30,24,60000,no,yes\n");
    begin();
    for (int64_t i = 0; i < 3; i++) {
        DONE(dispose(i + 1, ways[i].way));
        ck_assert(wl_str_is(((struct wl_dispose_outcome *)outcome)->to, ways[i].to));
        ck_assert_int_eq(stock_balance(ways[i].kind, ways[i].party, "P-BACK", NULL), PIECES(1));
    }
    OK(wl_parts_check(txn));
    for (int64_t i = 0; i < 3; i++) {
        DONE(reverse(tag_row(i + 1).disposed_seq));
        tag_is(i + 1, WL_TAG_INSPECTED);
        ck_assert_int_eq(stock_balance(ways[i].kind, ways[i].party, "P-BACK", NULL), 0);
    }
    commit();
    all_agrees();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tags");
    TCase *numbers = tcase_create("numbers");
    TCase *ways = cases("ways", returns_world_make);

    tcase_set_timeout(numbers, 60);
    tcase_add_test(numbers, a_number_is_read_as_it_was_written);
    tcase_add_test(numbers, a_number_that_is_misread_is_none);
    tcase_add_loop_test(ways, each_command_knows_the_states_of_a_tag, 0, STATES);
    tcase_add_test(ways, a_tag_goes_each_step_once);
    tcase_add_test(ways, a_part_goes_where_its_disposition_says);
    suite_add_tcase(suite, numbers);
    suite_add_tcase(suite, ways);
    return run_suite(suite);
}
