/* What the tests of the review desks share: seats with reviewers, commands by who gives them, and where claims are. */
#ifndef TESTS_DESK_WORLD_H
#define TESTS_DESK_WORLD_H

#include "tests/gates_world.h"

#include "wledger/desk.h"

/* Tier 1: SEAT-1 (li, wang; one place), SEAT-1B (zhao; two). Tier 2: SEAT-2 (chen, wang; five), SEAT-3 (nobody's;
 * one). */
static UNUSED void desk_world_make(void)
{
    world_make();
    load_table("seats", "seat_id,tier,capacity\nSEAT-1,1,1\nSEAT-1B,1,2\nSEAT-2,2,5\nSEAT-3,2,1\n");
    load_table("reviewers", "reviewer_id,name,seat_id\nli,Li,SEAT-1\nwang,Wang,SEAT-1\nzhao,Zhao,SEAT-1B\n"
                            "chen,Chen,SEAT-2\nwang,Wang,SEAT-2\n");
}

/* ---- commands ---- */

static UNUSED const char *by(const char *actor, const struct wl_command *command, const void *body)
{
    const char *result;

    acting = actor;
    result = run(command, body);
    acting = "test";
    return result;
}

static UNUSED const char *take(const char *actor, const char *no)
{
    struct wl_desk_body body = {.dealer_id = text("D1"), .claim_no = text(no), .form = WL_NONE};

    return by(actor, &wl_review_take_command, &body);
}

static UNUSED const char *release(const char *actor, const char *no)
{
    struct wl_desk_body body = {
        .dealer_id = text("D1"), .claim_no = text(no), .form = WL_NONE, .reason = text("I know the dealer")};

    return by(actor, &wl_review_release_command, &body);
}

static UNUSED const char *assign(const char *no, const char *seat)
{
    struct wl_desk_body body = {.dealer_id = text("D1"),
                                .claim_no = text(no),
                                .form = WL_NONE,
                                .seat = text(seat),
                                .reason = text("belongs there")};

    return run(&wl_review_assign_command, &body);
}

static UNUSED const char *away(const char *reviewer, const char *from, const char *to)
{
    struct wl_absence_body body = {text(reviewer), from ? day(from) : WL_NONE, to ? day(to) : WL_NONE,
                                   from ? WL_STR("holiday") : WL_NO_STR};

    return run(&wl_absence_command, &body);
}

static UNUSED const char *approve(const char *actor, const char *no)
{
    const char *result;

    acting = actor;
    result = review(no, WL_APPROVE, 0, 0, NULL);
    acting = "test";
    return result;
}

static UNUSED const char *appeal(const char *actor, const char *no)
{
    struct wl_appeal_body body = {text("D1"), text(no), WL_STR("it was the pump")};

    return by(actor, &wl_appeal_command, &body);
}

static UNUSED const struct wl_tick_outcome *ticked(void)
{
    DONE(tick());
    return outcome;
}

/* ---- what is there ---- */

static UNUSED struct wl_subject subject_of(const char *no)
{
    struct wl_subject subject = {WL_SUBJECT_CLAIM, 0};

    ck_assert_int_eq(wl_claim_find(txn, text("D1"), text(no), &subject.id), 1);
    return subject;
}

static UNUSED struct wl_review review_of(const char *no)
{
    struct wl_review at;

    ck_assert_int_eq(wl_review_find(txn, &arena, subject_of(no), &at), 1);
    return at;
}

static UNUSED void is_at(const char *no, const char *seat, const char *reviewer)
{
    struct wl_review at = review_of(no);

    ck_assert_msg(wl_str_is(at.seat, seat), "%s is at %.*s and not %s", no, (int)at.seat.size, at.seat.data, seat);
    ck_assert_msg(wl_str_is(at.reviewer, reviewer), "%s was taken by %.*s", no, (int)at.reviewer.size,
                  at.reviewer.data);
    ck_assert(wl_str_equal(claim_now("D1", no).seat, at.seat));
    ck_assert_int_eq(claim_now("D1", no).tier, at.tier);
}

/* LARGE claims C1 to Cn: 2055 each, to tier 1. */
static UNUSED void claims_in(unsigned count)
{
    char no[8];

    for (unsigned i = 1; i <= count; i++) {
        snprintf(no, sizeof no, "C%u", i);
        ck_assert_str_eq(claim_in(LARGE(no)), "referred");
    }
}

/* The commands of a claim's history, with spaces between. */
static UNUSED int add_command(void *context, uint64_t seq)
{
    char *at = context;
    struct wl_entry entry;

    ck_assert_int_eq(wl_entry_read(txn, seq, &entry), 1);
    snprintf(at + strlen(at), 200 - strlen(at), "%s%s", *at ? " " : "", entry.command->name);
    return WL_OK;
}

static UNUSED const char *history_of(const char *no)
{
    static char commands[200];

    commands[0] = 0;
    OK(wl_history_each(txn, subject_of(no), add_command, commands));
    return commands;
}

#endif
