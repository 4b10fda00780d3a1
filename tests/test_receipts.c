/* What arrives, in what condition, and what becomes of it. */
#include "parts/demand.h"
#include "tests/demand_world.h"
#include "wledger/defective.h"

/* ---- receipts, as data ---- */

enum { STEPS = 4, LINES = 4 };

/* Receipts of the box of send_box, one after another: "all", "close", or lines with what came of them
 * ("1g2000d1000w500": of line 1 so much good, damaged, and wrong, which is of P-KEEP); ": refusal about" where they
 * are refused. What the dispatch and the request come to, what of line 1 is received and discrepant, and the open
 * discrepancies. */
static const struct receipt_case {
    const char *steps[STEPS];
    const char *dispatch, *request;
    int64_t received, discrepant;
    const char *discrepancies;
} receipts[] = {
    {{"all"}, "received", "received", 5000, 0, ""},
    {{"all close"}, "received", "received", 5000, 0, ""},
    /* In parts. */
    {{"1g2000"}, "shipped", "shipped", 2000, 0, ""},
    {{"1g2500", "2g2000 1g2500"}, "received", "received", 5000, 0, ""},
    {{"1g2000", "all"}, "received", "received", 5000, 0, ""},
    /* Short. */
    {{"close"}, "lost", "received-short", 0, 5000, "short P-BACK L1 5000, short P-TWO L2 2000"},
    {{"1g2000", "close"}, "received-short", "received-short", 2000, 3000, "short P-BACK L1 3000, short P-TWO L2 2000"},
    {{"2g2000 close"}, "received-short", "received-short", 0, 5000, "short P-BACK L1 5000"},
    {{"1g0 2d0 close"}, "lost", "received-short", 0, 5000, "short P-BACK L1 5000, short P-TWO L2 2000"},
    /* Damaged: something came, though nothing good. */
    {{"1d5000", "close"}, "received-short", "received-short", 0, 5000, "damaged P-BACK L1 5000, short P-TWO L2 2000"},
    {{"1g4000d1000", "all"}, "received-short", "received-short", 4000, 1000, "damaged P-BACK L1 1000"},
    /* Over: the rest of what is good, also of a line that is complete, while the dispatch is open. */
    {{"1g6500", "1g1000", "all"}, "received", "received", 5000, 0, "over P-BACK L1 1500, over P-BACK L1 1000"},
    {{"1g5000d1000 close"},
     "received-short",
     "received-short",
     4000,
     1000,
     "damaged P-BACK L1 1000, over P-BACK L1 1000, short P-TWO L2 2000"},
    /* Another part in its place: that one is short. */
    {{"1g4000w1000"}, "shipped", "received-short", 4000, 1000, "short P-BACK L1 1000, wrong-part P-KEEP @ 1000"},
    {{"1w5000", "close"},
     "received-short",
     "received-short",
     0,
     5000,
     "short P-BACK L1 5000, wrong-part P-KEEP @ 5000, short P-TWO L2 2000"},
    /* All at once. */
    {{"1g2000d1000w500 2g3000 close"},
     "received-short",
     "received-short",
     2000,
     3000,
     "damaged P-BACK L1 1000, short P-BACK L1 2000, wrong-part P-KEEP @ 500, over P-TWO L2 1000"},
    /* What cannot be. */
    {{"1d5001: quantity-too-large 1", "2g1000 1d3000w2500: quantity-too-large 1", "1g1000 2d2001: quantity-too-large 2",
      "1g1000 2g1000000000000: quantity-invalid 2"},
     "shipped",
     "shipped",
     0,
     0,
     ""},
    {{"1g-1: quantity-invalid 1", "1d-1: quantity-invalid 1", "1w-1: quantity-invalid 1",
      "1g1000 2g1000 1g1000: named-twice 1"},
     "shipped",
     "shipped",
     0,
     0,
     ""},
    {{"1g1000 3g1000: dispatch-line-unknown 3", "-1g1000: dispatch-line-unknown -1", "1g0 2d0: nothing-received ",
      ": nothing-received "},
     "shipped",
     "shipped",
     0,
     0,
     ""},
};

/* A line of a receipt; what is not said of it is absent. */
static struct wl_receipt_line read_line(const char *text_)
{
    struct wl_receipt_line line = {.good = WL_NONE, .damaged = WL_NONE, .wrong = WL_NONE};
    char *at;

    line.line = strtoll(text_, &at, 10);
    while (*at && *at != ' ' && *at != ':') {
        int64_t *to = *at == 'g' ? &line.good : *at == 'd' ? &line.damaged : &line.wrong;

        *to = strtoll(at + 1, &at, 10);
    }
    if (line.wrong != WL_NONE)
        line.wrong_part_id = WL_STR("P-KEEP");
    return line;
}

static void take_receipt(const char *step)
{
    const char *end = strchr(step, ':'), *name;
    struct wl_receipt_line lines[LINES];
    bool all = false, close = false;
    uint64_t before = state_now();
    size_t count = 0;

    for (const char *at = step; *at && at != end; at += strcspn(at, " :"), at += *at == ' ') {
        if (*at == 'a')
            all = true;
        else if (*at == 'c')
            close = true;
        else
            lines[count++] = read_line(at);
    }
    name = arrive_by(1, NULL, lines, count, all, close);
    if (!end) {
        ck_assert_msg(strcmp(name, "done") == 0, "%s: %s", step, name);
        ck_assert_int_eq(((const struct wl_receive_dispatch_outcome *)outcome)->state, dispatch_row(1).state);
    } else {
        struct wl_str about = ((const struct wl_outcome_head *)outcome)->about;
        char met[100];

        snprintf(met, sizeof met, "%s " WL_STR_FMT, name, WL_STR_ARG(about));
        ck_assert_str_eq(met, end + 2);
        ck_assert(before == state_now());
    }
    OK(wl_parts_check(txn));
}

/* A lot that was made of the entry's number stands as "@". */
static const char *with_lots(const char *expected)
{
    static char text_[400];
    const char *at = strchr(expected, '@');
    char lot[24] = "";

    for (int64_t i = (int64_t)wl_discrepancy_count(txn); at && i > 0; i--) {
        struct wl_str found = discrepancy_row(i).lot;

        if (found.data[0] == '@') {
            snprintf(lot, sizeof lot, WL_STR_FMT, WL_STR_ARG(found));
            ck_assert_str_eq(lot, lot_of(discrepancy_row(i).seq));
        }
    }
    snprintf(text_, sizeof text_, "%.*s%s%s", at ? (int)(at - expected) : (int)strlen(expected), expected, lot,
             at ? at + 1 : "");
    return text_;
}

START_TEST(what_arrives_is_booked)
{
    const struct receipt_case *c = &receipts[_i];
    struct wl_dispatch_line first, second;

    begin();
    send_box();
    for (int i = 0; i < STEPS && c->steps[i]; i++)
        take_receipt(c->steps[i]);
    first = line_row(1, 1);
    second = line_row(1, 2);
    ck_assert_str_eq(wl_dispatch_state_names()[dispatch_row(1).state], c->dispatch);
    ck_assert_str_eq(wl_request_state_names()[request_row(1).state], c->request);
    ck_assert_int_eq(first.received, c->received);
    ck_assert_int_eq(first.discrepant, c->discrepant);
    request_is(1, request_row(1).state, c->received > 0 ? "D1" : "W1", c->received, c->discrepant, 0);
    discrepancies_are(with_lots(c->discrepancies));
    stock_is("P-BACK", "D1", c->received, c->received, wl_dispatch_line_open(&first), 0);
    stock_is("P-TWO", "D1", second.received, 0, wl_dispatch_line_open(&second), 0);
    commit();
    all_agrees();
}
END_TEST

/* ---- every command in every state of a dispatch ---- */

static const char *try_line(int64_t dispatch)
{
    return arrive(dispatch, 1, PIECES(1), 0);
}
static const char *try_all(int64_t dispatch)
{
    return arrive_all(dispatch);
}
static const char *try_close(int64_t dispatch)
{
    return close_dispatch(dispatch);
}
static const char *try_reverse(int64_t dispatch)
{
    struct wl_dispatch row;
    int64_t entry = wl_dispatch_get(txn, &arena, (uint64_t)dispatch, &row) == 1 ? row.seq : 99999;

    return reverse(entry);
}

enum { DISPATCH_SITUATIONS = WL_DISPATCH_STATE_COUNT + 2 };
#define OVER "dispatch-closed"
#define BLOCKED "reversal-blocked"
/* Columns: unknown, shipped, received in part, then the other states in their order. */
static const struct {
    const char *(*run)(int64_t dispatch);
    const char *expected[DISPATCH_SITUATIONS];
} legal[] = {
    {try_line, {"dispatch-unknown", "done", "done", OVER, OVER, OVER, OVER}},
    {try_all, {"dispatch-unknown", "done", "done", OVER, OVER, OVER, OVER}},
    {try_close, {"dispatch-unknown", "done", "done", OVER, OVER, OVER, OVER}},
    {try_reverse, {"entry-unknown", "done", BLOCKED, BLOCKED, BLOCKED, BLOCKED, "already-reversed"}},
};

START_TEST(each_command_knows_the_states_of_a_dispatch)
{
    static const char *const steps[DISPATCH_SITUATIONS] = {"", "", "p", "a", "pc", "c", "r"};

    for (int i = 0; i < DISPATCH_SITUATIONS; i++) {
        int64_t dispatch = i == 0 ? 2 : 1;
        const char *name;
        uint64_t before;

        begin();
        send_box();
        for (const char *s = steps[i]; *s; s++)
            DONE(*s == 'p'   ? arrive(1, 1, PIECES(2), 0)
                 : *s == 'a' ? arrive_all(1)
                 : *s == 'c' ? close_dispatch(1)
                             : try_reverse(1));
        if (i > 1)
            ck_assert_int_eq(dispatch_row(1).state, i - 2);
        before = state_now();
        name = legal[_i].run(dispatch);
        ck_assert_msg(strcmp(name, legal[_i].expected[i]) == 0, "row %d, situation %d: %s", _i, i, name);
        ck_assert((before == state_now()) == (strcmp(name, "done") != 0));
        OK(wl_parts_check(txn));
        wl_txn_abort(&txn);
    }
}
END_TEST

/* ---- where it lies, and what it is ---- */

START_TEST(good_parts_go_into_a_bin_of_the_destination)
{
    begin();
    send_box();
    REFUSED("bin-unknown", arrive_by(1, "A-01", NULL, 0, true, false)); /* W1 has it, D1 not */
    about_is("A-01");
    DONE(arrive_by(1, "MAIN", &(struct wl_receipt_line){.line = 1, .good = 2000}, 1, false, false));
    ck_assert(wl_str_is(
        ((const struct wl_line_change *)((const struct wl_receive_dispatch_outcome *)outcome)->changes.at)->bin_id,
        "MAIN"));
    DONE(arrive_all(1));
    bins_are("P-BACK", "D1", "D1/MAIN L1 2000, D1/SHELF L1 3000");
    /* A bin that is wrong does not matter where nothing goes into it. */
    DONE(ship_by("D1", "W2", NULL, NULL, ITEMS(ITEM("P-TWO", 1000))));
    DONE(arrive_by(2, "NONE", &(struct wl_receipt_line){.line = 1, .damaged = 1000}, 1, false, false));
    commit();
    all_agrees();
}
END_TEST

START_TEST(a_piece_comes_as_a_whole_or_not_at_all)
{
    begin();
    DONE(deliver_serials("W1", "P-SER", PIECES(3), "A1 A2 A3"));
    DONE(ship_items(ITEMS(ITEM("P-SER", 2000))));
    REFUSED("quantity-invalid", arrive(1, 1, 500, 0));
    REFUSED("quantity-invalid", arrive(1, 1, 0, 500));
    REFUSED("quantity-invalid", arrive_wrong(1, 1, 500, "P-KEEP", NULL));
    REFUSED("quantity-too-large", arrive(1, 1, 2000, 0)); /* there is no second one with this number */
    REFUSED("quantity-too-large", arrive(1, 1, 1000, 1000));
    DONE(arrive(1, 1, 1000, 0));
    REFUSED("quantity-too-large", arrive(1, 1, 1000, 0));
    DONE(arrive(1, 2, 0, 1000));
    dispatch_is(1, WL_DISPATCH_RECEIVED_SHORT, 0);
    discrepancies_are("damaged P-SER sn:A2 1000");
    commit();
    all_agrees();
}
END_TEST

START_TEST(another_part_is_known_by_its_lot)
{
    struct wl_receipt_line twice[] = {
        {.line = 1, .wrong_part_id = WL_STR("P-SER"), .wrong_lot = WL_STR("sn:Z1"), .wrong = 1000},
        {.line = 2, .wrong_part_id = WL_STR("P-SER"), .wrong_lot = WL_STR("sn:Z1"), .wrong = 1000},
    };

    begin();
    DONE(deliver_serials("W1", "P-SER", PIECES(1), "A1"));
    send_box();
    REFUSED("part-unknown", arrive_wrong(1, 1, 1000, "P-NONE", NULL));
    REFUSED("part-unknown", arrive_wrong(1, 1, 1000, NULL, NULL));
    REFUSED("same-part", arrive_wrong(1, 1, 1000, "P-BACK", NULL));
    REFUSED("quantity-invalid", arrive_wrong(1, 1, 0, "P-KEEP", NULL));
    REFUSED("quantity-invalid", arrive_wrong(1, 1, 1500, "P-SER", "sn:Z1"));
    REFUSED("quantity-invalid", arrive_wrong(1, 1, 2000, "P-SER", "sn:Z1"));
    REFUSED("serial-missing", arrive_wrong(1, 1, 1000, "P-SER", NULL));
    REFUSED("serial-known", arrive_wrong(1, 1, 1000, "P-SER", "sn:A1"));
    REFUSED("not-serialised", arrive_wrong(1, 1, 1000, "P-KEEP", "sn:Z1"));
    REFUSED("lot-missing", arrive_wrong(1, 1, 1000, "P-LOT", NULL));
    REFUSED("serial-known", arrive_by(1, NULL, twice, 2, false, false));
    DONE(arrive_wrong(1, 1, 1000, "P-SER", "sn:Z1"));
    REFUSED("serial-known", arrive_wrong(1, 1, 1000, "P-SER", "sn:Z1"));
    DONE(arrive_wrong(1, 1, 1000, "P-LOT", "B-7"));
    discrepancies_are("short P-BACK L1 1000, wrong-part P-SER sn:Z1 1000, short P-BACK L1 1000, "
                      "wrong-part P-LOT B-7 1000");
    ck_assert_int_eq(stock_balance(WL_ACCOUNT_COUNT_ADJUSTMENT, "W1", "P-SER", "sn:Z1"), -1000);
    ck_assert_int_eq(stock_balance(WL_ACCOUNT_DISCREPANCY, "2", "P-SER", "sn:Z1"), 1000);
    commit();
    all_agrees();
}
END_TEST

/* One request in lines of several lots, and several requests of one part in one dispatch. */
START_TEST(each_request_gets_what_came_for_it)
{
    struct wl_receipt_line lines[] = {
        {.line = 3, .good = 1000}, {.line = 1, .good = 1000}, {.line = 2, .damaged = 1000}};

    begin();
    DONE(deliver_to("W1", "A-01", "P-BACK", "L1", PIECES(1)));
    DONE(deliver_to("W1", "A-01", "P-BACK", "L2", PIECES(5)));
    DONE(request("D1", "P-BACK", PIECES(2)));
    DONE(request("D1", "P-BACK", PIECES(3)));
    DONE(ship(REQUESTS(1, 2)));
    lines_are(1, "1 P-BACK L1 A-01 1000, 1 P-BACK L2 A-01 1000, 2 P-BACK L2 A-01 3000");
    DONE(arrive_by(1, NULL, lines, 3, false, false));
    request_is(1, WL_REQUEST_RECEIVED_SHORT, "D1", 1000, 1000, 0);
    request_is(2, WL_REQUEST_SHIPPED, "D1", 1000, 0, 0);
    dispatch_is(1, WL_DISPATCH_SHIPPED, 1);
    ck_assert_int_eq(dispatch_row(1).discrepant_lines, 1);
    DONE(arrive_all(1));
    request_is(2, WL_REQUEST_RECEIVED, "D1", 3000, 0, 0);
    stock_is("P-BACK", "D1", 4000, 4000, 0, 0);
    OK(wl_parts_check(txn));
    commit();
    all_agrees();
}
END_TEST

/* ---- discrepancies ---- */

/* One of each kind of find_all, of the part, lot and quantity that stand here. */
static const struct {
    enum wl_discrepancy_kind kind;
    int64_t number;
    const char *part, *lot;
    int64_t quantity;
} found[] = {
    {WL_DISCREPANCY_SHORT, 1, "P-BACK", "L1", 1000},
    {WL_DISCREPANCY_DAMAGED, 2, "P-TWO", "L2", 1000},
    {WL_DISCREPANCY_OVER, 3, "P-TWO", "L2", 3000},
    {WL_DISCREPANCY_WRONG_PART, 5, "P-LOT", "B-7", 1500},
};

/* Where each resolution leaves it: kind and party of the account; NULL: illegal. */
static const struct {
    enum wl_account_kind kind;
    const char *party;
} goes_to[WL_COUNT(found)][WL_RESOLUTION_COUNT] = {
    {{WL_ACCOUNT_DEALER, "D1/SHELF"},
     {WL_ACCOUNT_WAREHOUSE, "W1/A-01"},
     {0, NULL},
     {WL_ACCOUNT_COUNT_ADJUSTMENT, "W1"}},
    {{WL_ACCOUNT_DEALER, "D1/SHELF"}, {0, NULL}, {WL_ACCOUNT_SCRAP, "D1"}, {WL_ACCOUNT_COUNT_ADJUSTMENT, "W1"}},
    {{WL_ACCOUNT_DEALER, "D1/SHELF"}, {WL_ACCOUNT_WAREHOUSE, "W1/S-01"}, {WL_ACCOUNT_SCRAP, "D1"}, {0, NULL}},
    {{WL_ACCOUNT_DEALER, "D1/SHELF"}, {WL_ACCOUNT_WAREHOUSE, "W1/S-01"}, {WL_ACCOUNT_SCRAP, "D1"}, {0, NULL}},
};

static int64_t found_balance(size_t of, enum wl_account_kind kind, const char *party)
{
    return stock_balance(kind, party, found[of].part, found[of].lot);
}

START_TEST(each_kind_is_resolved_in_its_own_ways)
{
    size_t of = (size_t)_i / WL_RESOLUTION_COUNT;
    enum wl_resolution resolution = (enum wl_resolution)(_i % WL_RESOLUTION_COUNT);
    enum wl_account_kind kind = goes_to[of][resolution].kind;
    const char *party = goes_to[of][resolution].party;
    char number[4];
    int64_t before;

    snprintf(number, sizeof number, "%d", (int)found[of].number);
    ck_assert(wl_resolution_is_legal(found[of].kind, resolution) == (party != NULL));
    begin();
    find_all();
    ck_assert_int_eq(discrepancy_row(found[of].number).kind, found[of].kind);
    ck_assert_int_eq(found_balance(of, WL_ACCOUNT_DISCREPANCY, number), found[of].quantity);
    if (!party) {
        REFUSED("resolution-illegal", resolve(found[of].number, resolution));
    } else {
        before = found_balance(of, kind, party);
        REFUSED("reason-missing", resolve_by(found[of].number, resolution, NULL, NULL));
        DONE(resolve(found[of].number, resolution));
        ck_assert_int_eq(found_balance(of, kind, party), before + found[of].quantity);
        ck_assert_int_eq(found_balance(of, WL_ACCOUNT_DISCREPANCY, number), 0);
        ck_assert_int_eq(discrepancy_row(found[of].number).resolution, resolution);
        ck_assert_int_eq(discrepancy_row(found[of].number).resolved_seq, entry_now());
        REFUSED("discrepancy-resolved", resolve(found[of].number, resolution));
        DONE(reverse(entry_now() - 1));
        ck_assert_int_eq(found_balance(of, kind, party), before);
        ck_assert_int_eq(discrepancy_row(found[of].number).resolved_seq, WL_NONE);
        DONE(resolve(found[of].number, resolution)); /* and once more, now for good */
    }
    OK(wl_parts_check(txn));
    commit();
    all_agrees();
}
END_TEST

START_TEST(a_resolution_names_a_discrepancy_and_a_bin)
{
    begin();
    find_all();
    REFUSED("discrepancy-unknown", resolve(0, WL_RESOLVE_ACCEPT));
    REFUSED("discrepancy-unknown", resolve(6, WL_RESOLVE_ACCEPT));
    REFUSED("bin-unknown", resolve_by(1, WL_RESOLVE_ACCEPT, "A-01", "r"));
    REFUSED("bin-unknown", resolve_by(1, WL_RESOLVE_RETURN, "SHELF", "r"));
    DONE(resolve_by(1, WL_RESOLVE_RETURN, "A-02", "r"));
    ck_assert(wl_str_is(((const struct wl_resolve_outcome *)outcome)->location_id, "W1") &&
              wl_str_is(((const struct wl_resolve_outcome *)outcome)->bin_id, "A-02"));
    DONE(resolve_by(3, WL_RESOLVE_ACCEPT, "MAIN", "r")); /* free stock, for no request */
    stock_is("P-TWO", "D1", 4000, 0, 0, 0);
    DONE(resolve_by(2, WL_RESOLVE_SCRAP, "NONE", "r"));
    ck_assert(((const struct wl_resolve_outcome *)outcome)->bin_id.size == 0);
    commit();
    all_agrees();
}
END_TEST

/* Tag 1 of D1, which did not come to the centre: discrepancy 1. */
static void lose_return(void)
{
    int64_t tag = 1;
    struct wl_tag_loose_body removed = {.dealer_id = WL_STR("D1"),
                                        .vin = WL_STR(VIN),
                                        .part_id = WL_STR("P-BACK"),
                                        .reason = WL_STR("removed"),
                                        .quantity = 1000};
    struct wl_return_ship_body shipped = {.dealer_id = WL_STR("D1"), .tags = {&tag, 1}};
    struct wl_return_close_body closed = {1};

    DONE(run(&wl_tag_loose_command, &removed));
    DONE(run(&wl_return_ship_command, &shipped));
    DONE(run(&wl_return_close_command, &closed));
}

static void tag_is(int64_t state, int64_t discrepancy)
{
    struct wl_tag tag;

    ck_assert_int_eq(wl_tag_get(txn, &arena, 1, &tag), 1);
    ck_assert_int_eq(tag.state, state);
    ck_assert_int_eq(tag.discrepancy, discrepancy);
    ck_assert_int_eq(tag.received_seq == WL_NONE, state == WL_TAG_MISSING);
}

START_TEST(a_missing_return_turns_up_or_is_written_off)
{
    struct wl_tag_inspect_body inspected = {1, WL_ACCEPTED, WL_NO_STR};

    load_table("bins", "location_id,bin_id,part_id,minimum,maximum\nRC,R-1,*,,\n");
    begin();
    lose_return();
    tag_is(WL_TAG_MISSING, 1);
    REFUSED("resolution-illegal", resolve(1, WL_RESOLVE_RETURN));
    REFUSED("resolution-illegal", resolve(1, WL_RESOLVE_SCRAP));
    REFUSED("bin-unknown", resolve_by(1, WL_RESOLVE_ACCEPT, "A\tB", "r"));
    REFUSED("bin-unknown", resolve_by(1, WL_RESOLVE_ACCEPT, "R-2", "r"));
    DONE(resolve(1, WL_RESOLVE_WRITE_OFF));
    ck_assert_int_eq(((const struct wl_resolve_outcome *)outcome)->tag, WL_NONE);
    ck_assert_int_eq(stock_balance(WL_ACCOUNT_COUNT_ADJUSTMENT, "D1", "P-BACK", ""), 1000);
    tag_is(WL_TAG_MISSING, WL_NONE);
    DONE(reverse(entry_now()));
    tag_is(WL_TAG_MISSING, 1);
    DONE(resolve(1, WL_RESOLVE_ACCEPT));
    ck_assert_int_eq(((const struct wl_resolve_outcome *)outcome)->tag, 1);
    ck_assert_int_eq(stock_balance(WL_ACCOUNT_CENTRE_DEFECTIVE, "RC/MAIN", "P-BACK", ""), 1000);
    tag_is(WL_TAG_RECEIVED, WL_NONE);
    DONE(reverse(entry_now()));
    tag_is(WL_TAG_MISSING, 1);
    DONE(resolve_by(1, WL_RESOLVE_ACCEPT, "R-1", "found"));
    ck_assert_int_eq(stock_balance(WL_ACCOUNT_CENTRE_DEFECTIVE, "RC/R-1", "P-BACK", ""), 1000);
    DONE(run(&wl_tag_inspect_command, &inspected));
    REFUSED("reversal-blocked", reverse(entry_now() - 1));
    about_is_entry("0000000013: ", entry_now() - 1);
    OK(wl_parts_check(txn));
    commit();
    all_agrees();
}
END_TEST

/* What was inspected as missing stays so when it turns up. */
START_TEST(what_was_found_missing_stays_so)
{
    struct wl_tag_inspect_body inspected = {1, WL_MISSING, WL_STR("not in the box")};

    begin();
    lose_return();
    DONE(run(&wl_tag_inspect_command, &inspected));
    DONE(resolve(1, WL_RESOLVE_ACCEPT));
    ck_assert_int_eq(stock_balance(WL_ACCOUNT_CENTRE_DEFECTIVE, "RC/MAIN", "P-BACK", ""), 1000);
    DONE(reverse(entry_now()));
    DONE(resolve(1, WL_RESOLVE_WRITE_OFF));
    OK(wl_parts_check(txn));
    commit();
    all_agrees();
}
END_TEST

/* ---- reversals ---- */

START_TEST(a_receipt_is_reversed)
{
    struct wl_receipt_line lines[] = {
        {.line = 1, .good = 2000, .damaged = 1000, .wrong = 1000, .wrong_part_id = WL_STR("P-KEEP")},
        {.line = 2, .good = 3000},
    };
    uint64_t before;
    int64_t first, second;

    begin();
    send_box();
    before = quantities_now();
    DONE(arrive_by(1, NULL, lines, 2, false, false));
    first = entry_now();
    DONE(close_dispatch(1));
    second = entry_now();
    dispatch_is(1, WL_DISPATCH_RECEIVED_SHORT, 0);
    request_is(1, WL_REQUEST_RECEIVED_SHORT, "D1", 2000, 3000, 0);
    DONE(reverse(first)); /* the older one first: nothing of the later stands on it */
    dispatch_is(1, WL_DISPATCH_SHIPPED, 2);
    request_is(1, WL_REQUEST_SHIPPED, "W1", 0, 1000, 0);
    discrepancies_are("short P-BACK L1 1000");
    REFUSED("already-reversed", reverse(first));
    REFUSED("discrepancy-resolved", resolve(1, WL_RESOLVE_ACCEPT)); /* withdrawn */
    DONE(reverse(second));
    dispatch_is(1, WL_DISPATCH_SHIPPED, 2);
    request_is(1, WL_REQUEST_SHIPPED, "W1", 0, 0, 0);
    discrepancies_are("");
    ck_assert(before == quantities_now());
    DONE(close_dispatch(1));
    dispatch_is(1, WL_DISPATCH_LOST, 0);
    OK(wl_parts_check(txn));
    commit();
    all_agrees();
}
END_TEST

START_TEST(what_stands_on_a_receipt_blocks_its_reversal)
{
    int64_t receipt, fitting;

    begin();
    send_box();
    DONE(arrive_by(1, NULL, &(struct wl_receipt_line){.line = 1, .good = 4000, .damaged = 1000}, 1, false, false));
    receipt = entry_now();
    DONE(arrive_all(1));
    DONE(resolve(1, WL_RESOLVE_SCRAP));
    REFUSED("reversal-blocked", reverse(receipt));
    about_is_entry("discrepancy/1: ", entry_now() - 1);
    DONE(reverse(entry_now() - 1));
    DONE(fit(1, 1000));
    fitting = entry_now();
    REFUSED("reversal-blocked", reverse(receipt));
    about_is("request/1");
    DONE(reverse(fitting));
    DONE(fit_part("P-TWO", 1000, "I")); /* of the other receipt */
    fitting = entry_now();
    REFUSED("reversal-blocked", reverse(receipt + 1));
    DONE(reverse(fitting));
    DONE(request("D1", "P-TWO", 2000)); /* own stock: reserved now */
    REFUSED("reversal-blocked", reverse(receipt + 1));
    DONE(cancel(2));
    DONE(reverse(receipt + 1));
    DONE(arrive_all(1));
    DONE(cancel(1));
    REFUSED("reversal-blocked", reverse(receipt));
    about_is("request/1");
    OK(wl_parts_check(txn));
    commit();
    all_agrees();
}
END_TEST

START_TEST(a_resolution_is_reversed_while_the_parts_are_there)
{
    begin();
    find_all();
    DONE(resolve(3, WL_RESOLVE_ACCEPT));
    DONE(ship_by("D1", "D10", NULL, NULL, ITEMS(ITEM("P-TWO", 4000))));
    REFUSED("reversal-blocked", reverse(entry_now() - 1));
    DONE(reverse(entry_now() - 1));
    DONE(reverse(entry_now() - 3));
    ck_assert_int_eq(discrepancy_row(3).resolution, WL_NONE);
    OK(wl_parts_check(txn));
    commit();
    all_agrees();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("receipts");
    TCase *tc = cases("receipts", demand_world_make);

    tcase_add_loop_test(tc, what_arrives_is_booked, 0, WL_COUNT(receipts));
    tcase_add_loop_test(tc, each_command_knows_the_states_of_a_dispatch, 0, WL_COUNT(legal));
    tcase_add_test(tc, good_parts_go_into_a_bin_of_the_destination);
    tcase_add_test(tc, a_piece_comes_as_a_whole_or_not_at_all);
    tcase_add_test(tc, another_part_is_known_by_its_lot);
    tcase_add_test(tc, each_request_gets_what_came_for_it);
    tcase_add_loop_test(tc, each_kind_is_resolved_in_its_own_ways, 0, WL_COUNT(found) * WL_RESOLUTION_COUNT);
    tcase_add_test(tc, a_resolution_names_a_discrepancy_and_a_bin);
    tcase_add_test(tc, a_missing_return_turns_up_or_is_written_off);
    tcase_add_test(tc, what_was_found_missing_stays_so);
    tcase_add_test(tc, a_receipt_is_reversed);
    tcase_add_test(tc, what_stands_on_a_receipt_blocks_its_reversal);
    tcase_add_test(tc, a_resolution_is_reversed_while_the_parts_are_there);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
