/* What the check of the defective loop notices, and anything in any order. */
#include "tests/returns_world.h"

#include "parts/tags.h"

/* ---- damage ---- */

/* Tags 1 to 9: a claim's (tagged, shipped, received, missing, inspected) and loose ones (disposed to the dealer, found
 * missing, withdrawn); an overdue return and one that is open and due. */
static void damage_world(void)
{
    CLAIM("C1", {"P-BACK", "5"}, {"P-TWO", "1"}, {"P-OIL", "1"});
    DONE(tag_line("C1", 1));
    DONE(SEND(2, 3, 4));
    DONE(scan(3));
    DONE(close_return(1));
    DONE(resolve(1, WL_RESOLVE_ACCEPT)); /* tag 2 */
    DONE(SEND(5));
    DONE(scan(5));
    DONE(inspect_tag(5, WL_ABUSE));
    for (int i = 0; i < 3; i++)
        DONE(tag_loose("P-BACK", PIECES(1)));
    DONE(reverse(entry_now()));
    DONE(SEND(6, 7));
    DONE(scan(6));
    DONE(scan(7));
    DONE(inspect_tag(6, WL_ACCEPTED));
    DONE(inspect_tag(7, WL_MISSING));
    DONE(dispose(6, WL_DISPOSE_DEALER));
    DONE(tag_loose("P-BACK", PIECES(1)));
    DONE(SEND(9));
    DONE(tick());
    OK(wl_parts_check(txn));
}

#define IN_TAG(number, member, value)                  \
    {                                                  \
        number, offsetof(struct wl_tag, member), value \
    }
static const struct {
    int64_t tag;
    size_t offset;
    int64_t value;
} tag_damage[] = {
    IN_TAG(1, state, WL_TAG_WITHDRAWN),
    IN_TAG(1, state, WL_TAG_SHIPPED),
    IN_TAG(1, quantity, 2000),
    IN_TAG(1, obligation, 1),
    IN_TAG(1, obligation, WL_NONE),
    IN_TAG(1, obligation, 99),
    IN_TAG(1, tagged_seq, WL_NONE),
    IN_TAG(1, shipment, 1),
    IN_TAG(1, shipped_seq, 1),
    IN_TAG(1, discrepancy, 1),
    IN_TAG(2, received_seq, WL_NONE),
    IN_TAG(2, state, WL_TAG_SHIPPED),
    IN_TAG(2, state, WL_TAG_MISSING),
    IN_TAG(2, shipment, 2),
    IN_TAG(3, state, WL_TAG_TAGGED),
    IN_TAG(4, discrepancy, WL_NONE),
    IN_TAG(4, discrepancy, 3),
    IN_TAG(4, state, WL_TAG_RECEIVED),
    IN_TAG(5, outcome, WL_ACCEPTED),
    IN_TAG(5, outcome, WL_NONE),
    IN_TAG(5, inspected_seq, WL_NONE),
    IN_TAG(5, state, WL_TAG_RECEIVED),
    IN_TAG(6, disposition, WL_DISPOSE_SCRAP),
    IN_TAG(6, disposed_seq, WL_NONE),
    IN_TAG(6, state, WL_TAG_INSPECTED),
    IN_TAG(7, discrepancy, WL_NONE),
    IN_TAG(7, quantity, 999),
    IN_TAG(8, state, WL_TAG_TAGGED),
    IN_TAG(9, shipment, 3),
    IN_TAG(9, shipment, WL_NONE),
    IN_TAG(9, obligation, 0),
};

#define IN_RETURN(number, member, value)                  \
    {                                                     \
        number, offsetof(struct wl_return, member), value \
    }
static const struct {
    int64_t number;
    size_t offset;
    int64_t value;
} return_damage[] = {
    IN_RETURN(1, tags, 2),       IN_RETURN(1, open, 1), IN_RETURN(4, open, 0),
    IN_RETURN(4, closed_seq, 9), IN_RETURN(4, tags, 2),
};

#define IN_OBLIGATION(id, member, value)                  \
    {                                                     \
        id, offsetof(struct wl_obligation, member), value \
    }
static const struct {
    int64_t id;
    size_t offset;
    int64_t value;
} obligation_damage[] = {
    IN_OBLIGATION(0, tagged, 4000),
    IN_OBLIGATION(0, received, 2000),
    IN_OBLIGATION(0, inspected, 2000),
    IN_OBLIGATION(0, inspected, 0),
    IN_OBLIGATION(0, quantity, 4000),
    IN_OBLIGATION(0, state, WL_OBLIGATION_OPEN),
    IN_OBLIGATION(0, outcome, WL_NONE),
    IN_OBLIGATION(0, outcome, WL_ACCEPTED),
    IN_OBLIGATION(1, overdue_seq, WL_NONE),
    IN_OBLIGATION(1, state, WL_OBLIGATION_OPEN),
    IN_OBLIGATION(1, state, WL_OBLIGATION_REFUSED),
    IN_OBLIGATION(1, received, 1000),
    IN_OBLIGATION(2, due, 3),
    IN_OBLIGATION(2, state, WL_OBLIGATION_OVERDUE),
    IN_OBLIGATION(2, tagged, 1),
    IN_OBLIGATION(2, state, WL_OBLIGATION_RECEIVED),
};

/* Whether the check notices what was changed, which is then changed back. */
static void notices(const char *what, size_t n)
{
    int rc = wl_parts_check(txn);

    ck_assert_msg(rc == WL_E_DAMAGED, "%s %zu: %d", what, n, rc);
}

static void set_number(void *row, size_t offset, int64_t value)
{
    *(int64_t *)(void *)((char *)row + offset) = value;
}

START_TEST(the_check_notices_what_does_not_agree)
{
    struct wl_context ctx;

    begin();
    damage_world();
    commit();
    begin();
    ctx = (struct wl_context){.txn = txn, .arena = &arena};
    for (size_t i = 0; i < WL_COUNT(tag_damage); i++) {
        struct wl_tag row = tag_row(tag_damage[i].tag), whole = row;

        set_number(&row, tag_damage[i].offset, tag_damage[i].value);
        wl_tag_put(&ctx, tag_damage[i].tag, &row);
        notices("tag damage", i);
        wl_tag_put(&ctx, tag_damage[i].tag, &whole);
    }
    for (size_t i = 0; i < WL_COUNT(return_damage); i++) {
        struct wl_return row = return_row(return_damage[i].number), whole = row;

        set_number(&row, return_damage[i].offset, return_damage[i].value);
        wl_return_put(&ctx, return_damage[i].number, &row);
        notices("return damage", i);
        wl_return_put(&ctx, return_damage[i].number, &whole);
    }
    for (size_t i = 0; i < WL_COUNT(obligation_damage); i++) {
        struct wl_obligation row, whole;

        ck_assert_int_eq(wl_obligation_get(txn, &arena, obligation_damage[i].id, &whole), 1);
        row = whole;
        set_number(&row, obligation_damage[i].offset, obligation_damage[i].value);
        wl_obligation_put(txn, obligation_damage[i].id, &row);
        notices("obligation damage", i);
        wl_obligation_put(txn, obligation_damage[i].id, &whole);
    }
    OK(wl_parts_check(txn));
    wl_txn_abort(&txn);
}
END_TEST

static void drop_join(void)
{
    wl_pair_delete(txn, WL_TABLE_OBLIGATION_TAGS, 0, 1);
}
static void add_join(void)
{
    wl_pair_put(txn, WL_TABLE_OBLIGATION_TAGS, 0, 9);
}
static void drop_due(void)
{
    wl_pair_delete(txn, WL_TABLE_DUES, day("2025-06-19"), 2);
}
static void move_due(void)
{
    drop_due();
    wl_pair_put(txn, WL_TABLE_DUES, day("2025-06-20"), 2);
}
static void add_due(void)
{
    wl_pair_put(txn, WL_TABLE_DUES, day("2025-06-20"), 7);
}
static void drop_listed(void)
{
    wl_pair_delete(txn, WL_TABLE_RETURN_TAGS, 1, 3);
}
static void add_listed(void)
{
    wl_pair_put(txn, WL_TABLE_RETURN_TAGS, 5, 1);
}
static void drop_tagged(void)
{
    wl_delete(txn, WL_TABLE_TAGGED, (struct wl_str){"D1\0\0\0\0\0\0\0\0\1", 11});
}
static void add_tagged(void)
{
    wl_put(txn, WL_TABLE_TAGGED, (struct wl_str){"D1\0\0\0\0\0\0\0\0\2", 11}, WL_NO_STR);
}
static void move_tagged(void)
{
    drop_tagged();
    wl_put(txn, WL_TABLE_TAGGED, (struct wl_str){"D2\0\0\0\0\0\0\0\0\1", 11}, WL_NO_STR);
}
static void shorten_tagged(void)
{
    wl_put(txn, WL_TABLE_TAGGED, text("D1"), WL_NO_STR);
}
static void more_tags(void)
{
    wl_counter_set(txn, WL_TAGS, 10);
}
static void fewer_tags(void)
{
    wl_counter_set(txn, WL_TAGS, 8);
}
static void more_returns(void)
{
    wl_counter_set(txn, WL_RETURNS, 5);
}
static void lose_index(void)
{
    wl_counter_set(txn, WL_DUES_INDEXED, 1);
}
static void move_part(void)
{
    struct wl_posting posting = {.from_kind = WL_ACCOUNT_DEALER_DEFECTIVE,
                                 .from_party = text("D1/MAIN"),
                                 .to_kind = WL_ACCOUNT_CENTRE_DEFECTIVE,
                                 .to_party = text("RC/MAIN"),
                                 .unit = text("P-BACK"),
                                 .amount = 1};

    wl_post(txn, (struct wl_list){&posting, 1});
}
static void resolve_in_silence(void)
{
    struct wl_discrepancy row = discrepancy_row(2);
    struct wl_context ctx = {.txn = txn, .arena = &arena};

    row.tag = 7;
    wl_row_put(ctx.txn, WL_TABLE_DISCREPANCIES, 2, &wl_discrepancy_record, &row);
}

static void (*const table_damage[])(void) = {drop_join,   add_join,      drop_due,           move_due,    add_due,
                                             drop_listed, add_listed,    more_tags,          fewer_tags,  more_returns,
                                             lose_index,  move_part,     resolve_in_silence, drop_tagged, add_tagged,
                                             move_tagged, shorten_tagged};

START_TEST(the_check_notices_rows_that_are_lost)
{
    begin();
    damage_world();
    table_damage[_i]();
    notices("table damage", (size_t)_i);
    wl_txn_abort(&txn);
}
END_TEST

/* ---- anything, in any order ---- */

static unsigned draw(uint64_t *state, unsigned below)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return (unsigned)(*state >> 16) % below;
}

enum { CLAIMS = 40 };

static int64_t some_tag(uint64_t *state)
{
    int64_t count = newest_tag();

    return count < 60 ? draw(state, (unsigned)count + 1) + 1 : count - draw(state, 60);
}

static void random_claim(uint64_t *state, const char *no)
{
    static const char *const quantities[] = {"1", "2", "3", "0.5", "1"};
    static const char *const parts[] = {"P-BACK", "P-TWO", "P-LOT", "P-SER", "P-OIL"};
    struct part_spec specs[5] = {{NULL, NULL}};
    unsigned lines = draw(state, 4);
    char repaired[WL_DATE_TEXT];

    for (unsigned i = 0; i < lines; i++)
        specs[i] = (struct part_spec){parts[draw(state, WL_COUNT(parts))], quantities[draw(state, 5)]};
    wl_date_format(today_ - draw(state, 20), repaired);
    claim_of(no, repaired, draw(state, 3) ? "2" : "", specs);
}

static void random_fit(uint64_t *state)
{
    static unsigned fits;
    char invoice[16], lot[16];
    bool serial = draw(state, 2);

    snprintf(invoice, sizeof invoice, "RF-%u", ++fits);
    snprintf(lot, sizeof lot, serial ? "sn:F%u" : "L%u", fits);
    if (strcmp(open_stock("D1", "SHELF", serial ? "P-SER" : "P-LOT", serial ? NULL : lot, serial ? lot + 3 : NULL,
                          PIECES(1)),
               "done") == 0)
        fit_by("D1", VIN, WL_NONE, serial ? "P-SER" : "P-LOT", lot, PIECES(1), invoice);
}

static void random_claim_command(uint64_t *state)
{
    char no[16];
    int64_t line = draw(state, 4);

    snprintf(no, sizeof no, "C%u", draw(state, CLAIMS));
    switch (draw(state, 9)) {
    case 0:
        random_claim(state, no);
        break;
    case 1:
        tag_by(no, line, draw(state, 4) == 0, draw(state, 8) == 0 ? "F3" : NULL);
        break;
    case 2:
        receive(no, line);
        break;
    case 3:
    case 4:
        inspect(no, line, (enum wl_inspection)draw(state, 5));
        break;
    case 5:
        if (draw(state, 3) == 0)
            waive(no, line, "a reason");
        break;
    case 6:
        sign("D1", no);
        break;
    case 7:
        tag_link(some_tag(state), no, line);
        break;
    default:
        if (draw(state, 4) == 0)
            settle("D1", "CNY");
        break;
    }
}

static void random_tag_command(uint64_t *state)
{
    int64_t tag = some_tag(state), discrepancies;

    switch (draw(state, 10)) {
    case 0:
        tag_loose_by("D1", VIN, draw(state, 2) ? "P-BACK" : "P-SER", PIECES(1), draw(state, 3) ? NULL : "F2", "noise");
        break;
    case 1:
    case 2:
        SEND(tag, tag + 1 + draw(state, 2), tag + 3);
        break;
    case 3:
        SEND(tag);
        break;
    case 4:
    case 5:
        scan(tag);
        break;
    case 6:
        if (draw(state, 3) == 0)
            close_return((int64_t)wl_return_count(txn) - draw(state, 3));
        break;
    case 7:
        inspect_tag(tag, (enum wl_inspection)draw(state, 5));
        break;
    case 8:
        dispose(tag, (enum wl_disposition)draw(state, 3));
        break;
    default:
        discrepancies = (int64_t)wl_discrepancy_count(txn);
        resolve(discrepancies - draw(state, 4), draw(state, 2) ? WL_RESOLVE_ACCEPT : WL_RESOLVE_WRITE_OFF);
        break;
    }
}

static void random_command(uint64_t *state)
{
    now += draw(state, 3000);
    today_ = wl_time_day(now, 480);
    switch (draw(state, 16)) {
    case 0:
        random_fit(state);
        break;
    case 1:
        tick();
        break;
    case 2:
    case 3:
        reverse(entry_now() - draw(state, 12));
        break;
    default:
        if (draw(state, 2))
            random_claim_command(state);
        else
            random_tag_command(state);
        break;
    }
}

START_TEST(whatever_comes_back_all_agrees)
{
    const char *given = getenv("WL_SEED");
    uint64_t seed = given ? strtoull(given, NULL, 0) : 20250603, state = (seed + (uint64_t)_i) * 2 + 1;

    printf("returns: WL_SEED=%llu, run %d\n", (unsigned long long)seed, _i);
    for (int i = 0; i < 25; i++) {
        begin();
        for (int j = 0; j < 120; j++)
            random_command(&state);
        ck_assert_msg(wl_gates_check(txn) == WL_OK && wl_parts_check(txn) == WL_OK, "%s", wl_error());
        commit();
    }
    check_all();
    begin();
    printf("returns: %llu tags, %llu shipments, %llu discrepancies\n", (unsigned long long)wl_tag_count(txn),
           (unsigned long long)wl_return_count(txn), (unsigned long long)wl_discrepancy_count(txn));
    wl_txn_abort(&txn);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("defective");
    TCase *damage = cases("damage", returns_world_make);
    TCase *any = cases("any", returns_world_make);

    tcase_add_test(damage, the_check_notices_what_does_not_agree);
    tcase_add_loop_test(damage, the_check_notices_rows_that_are_lost, 0, (int)WL_COUNT(table_damage));
    tcase_add_loop_test(any, whatever_comes_back_all_agrees, 0, 4);
    suite_add_tcase(suite, damage);
    suite_add_tcase(suite, any);
    return run_suite(suite);
}
