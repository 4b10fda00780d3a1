/* What the tests of versions, appeals and corrections share: the commands by name, and rows to look at. */
#ifndef TESTS_VERSIONS_WORLD_H
#define TESTS_VERSIONS_WORLD_H

#include "tests/gates_world.h"

#include "wledger/desk.h"
#include "wledger/transitions.h"

static UNUSED const char *information(const char *no, const char *reason)
{
    struct wl_information_body body = {text("D1"), text(no), text(reason)};

    return run(&wl_information_command, &body);
}

static UNUSED const char *appeal(const char *no, const char *reason)
{
    struct wl_appeal_body body = {text("D1"), text(no), text(reason)};

    return run(&wl_appeal_command, &body);
}

/* Up to three lines; kind -1: no more. */
static UNUSED const char *correct(const char *no, const struct wl_line_name *lines, const char *reason)
{
    struct wl_correct_body body = {.dealer_id = text("D1"), .claim_no = text(no), .reason = text(reason)};

    while (lines && lines[body.lines.count].kind >= 0)
        body.lines.count++;
    body.lines.at = (void *)(uintptr_t)lines;
    return run(&wl_correct_command, &body);
}
#define LINES(...) ((const struct wl_line_name[]){__VA_ARGS__, {.kind = -1}})
#define LINE(kind_, line_, amount_)                                   \
    {                                                                 \
        .kind = WL_LINE_##kind_, .line = (line_), .amount = (amount_) \
    }

static UNUSED const char *try_information(const char *no)
{
    return information(no, "which part?");
}
static UNUSED const char *try_appeal(const char *no)
{
    return appeal(no, "it is covered");
}
static UNUSED const char *try_correct(const char *no)
{
    return correct(no, LINES(LINE(PART, 1, 0)), "not the cause");
}

static UNUSED const struct wl_decision_outcome *decided(void)
{
    return outcome;
}

static UNUSED bool found(const struct wl_decision *decision, enum wl_finding finding)
{
    for (size_t i = 0; i < decision->findings.count; i++)
        if (decision->findings.at[i] == (int64_t)finding)
            return true;
    return false;
}

static UNUSED int64_t id_of(const char *no)
{
    int64_t id;

    ck_assert_int_eq(wl_claim_find(txn, text("D1"), text(no), &id), 1);
    return id;
}

static UNUSED struct wl_claim row_of(int64_t id)
{
    struct wl_claim claim;

    ck_assert_int_eq(wl_claim_get(txn, &arena, id, &claim), 1);
    return claim;
}

static UNUSED struct wl_obligation obligation_of(const char *no, int64_t nth)
{
    struct wl_claim claim = claim_now("D1", no);
    struct wl_obligation obligation;

    ck_assert_int_eq(wl_obligation_get(txn, &arena, claim.first_obligation + nth, &obligation), 1);
    return obligation;
}

static UNUSED bool has_row(unsigned table, const char *no)
{
    char key[64] = "D1";
    struct wl_str value;

    wl_set_u64(key + 3, (uint64_t)id_of(no));
    return wl_get(txn, table, (struct wl_str){key, 11}, &value) == 1;
}
static UNUSED const char *send(const char *no, const char *submission, const char *hours, const char *fault)
{
    return claim_in(&(struct claim_spec){.dealer = "D1",
                                         .no = no,
                                         .submission = submission,
                                         .hours = hours,
                                         .parts = {{"P-BACK", "1"}},
                                         .fault = fault});
}

static UNUSED const struct wl_record_outcome *came_in(void)
{
    return outcome;
}

/* CNY 255, of which half is paid: 127.50 of the 500 that are authorized. */
#define GOODWILL(no_, fault_)                                                                                         \
    &(struct claim_spec)                                                                                              \
    {                                                                                                                 \
        .dealer = "D1", .no = (no_), .submission = "1", .hours = "2", .parts = {{"P-BACK", "1"}}, .type = "goodwill", \
        .authorization = "A1", .fault = (fault_)                                                                      \
    }

static UNUSED void make(void)
{
    acting = "test";
    world_make();
}

#endif
