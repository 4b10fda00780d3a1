/* The month's money: settlements, payments, what the bank did, chargebacks, suppliers, vehicle sales; and the books. */
#include "tests/month.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wledger/error.h"

/* ---- settlements ---- */

enum { TARGETS_MAX = 4 * DEALERS };
static struct {
    char dealer[NAME], currency[4];
} targets[TARGETS_MAX];
static size_t target_count;

static int note_target(void *context, struct wl_str dealer_id, struct wl_str currency)
{
    (void)context;
    if (target_count == TARGETS_MAX)
        fail("more dealers than there are");
    memcpy(targets[target_count].dealer, dealer_id.data, dealer_id.size);
    targets[target_count].dealer[dealer_id.size] = 0;
    memcpy(targets[target_count].currency, currency.data, currency.size);
    targets[target_count++].currency[currency.size] = 0;
    return WL_OK;
}

void settle_all(void)
{
    target_count = 0;
    if (wl_settle_targets(month.txn, month.day, note_target, NULL) != WL_OK)
        fail("%s", wl_error());
    for (size_t i = 0; i < target_count; i++) {
        struct wl_settle_request request = {.dealer_id = wl_str_of(targets[i].dealer),
                                            .currency = wl_str_of(targets[i].currency),
                                            .to = month.day,
                                            .time = month.now,
                                            .actor = WL_STR("settler")};
        struct wl_settle_answer answer;

        if (wl_settle(month.txn, &month.arena, &request, &answer) != WL_OK)
            fail("%s", wl_error());
        if (answer.refusal != WL_DONE && answer.refusal != WL_REFUSED_NOTHING_TO_SETTLE)
            fail("settle %s: %s", targets[i].dealer, wl_refusal_name(answer.refusal));
    }
}

/* ---- payments ---- */

enum { TRANSFERS_MAX = 4000 };
static struct {
    uint64_t payment, settlement;
    int64_t amount;
    unsigned currency;
} transfers[TRANSFERS_MAX];
static size_t transfer_count;

void payments_make(void)
{
    for (unsigned c = 0; c < CURRENCIES; c++) {
        struct wl_payment_body body = {.currency = wl_str_of(currencies[c]), .execution_day = month.day + 1};
        int64_t refusal;

        do {
            const struct wl_payment_outcome *out;
            const struct wl_payment_transfer *transfer;

            refusal = run(&wl_payment_command, &body, "settler");
            if (refusal == WL_REFUSED_NOTHING_TO_PAY)
                break;
            if (refusal != WL_DONE)
                fail("payment run in %s: %s", currencies[c], wl_refusal_name(refusal));
            out = month.outcome;
            transfer = out->transfers.at;
            for (size_t i = 0; i < out->transfers.count && transfer_count < TRANSFERS_MAX; i++, transfer++) {
                transfers[transfer_count].payment = (uint64_t)out->payment;
                transfers[transfer_count].settlement = (uint64_t)transfer->settlement;
                transfers[transfer_count].amount = transfer->amount;
                transfers[transfer_count++].currency = c;
            }
            if (out->more != 1)
                break;
        } while (refusal == WL_DONE);
    }
}

static void bank_says(size_t i, enum wl_bank_event event, int64_t amount, const char *reference)
{
    struct wl_bank_answer_body body = {
        .message = WL_STR("MSG"),
        .reference = wl_str_of(reference),
        .end_to_end = wl_payment_reference(&month.keep, transfers[i].payment, transfers[i].settlement),
        .event = event,
        .amount = amount,
        .booked_day = month.day,
        .currency = wl_str_of(currencies[transfers[i].currency])};

    must(&wl_bank_answer_command, &body, "bank");
}

void bank_answers(void)
{
    for (size_t i = 0; i < transfer_count; i++) {
        int64_t amount = transfers[i].amount;
        const char *reference = format("BK%llu-%llu", (unsigned long long)transfers[i].payment,
                                       (unsigned long long)transfers[i].settlement);
        unsigned how = draw(100);

        if (how < 4 && amount > 100) {
            amount -= 1 + draw(100);
            month.bank_less++;
        }
        bank_says(i, WL_BANK_DEBIT, amount, reference);
        month.paid[transfers[i].currency] += amount;
        if (how >= 97) {
            bank_says(i, WL_BANK_RETURN, amount, format("%s-R", reference));
            month.paid[transfers[i].currency] -= amount;
            month.bank_returned++;
        }
    }
    transfer_count = 0;
}

void dealers_confirm(void)
{
    for (uint64_t n = 1; n <= wl_settlement_count(month.txn); n++) {
        struct wl_settlement settlement;

        if (wl_settlement_get(month.txn, &month.keep, n, &settlement) != 1)
            fail("settlement %llu is not there", (unsigned long long)n);
        if (settlement.state == WL_SETTLEMENT_ISSUED && settlement.to_pay == 0) {
            struct wl_settlement_body body = {.settlement = (int64_t)n};

            must(&wl_pay_command, &body, "settler");
            settlement.state = WL_SETTLEMENT_PAID;
        }
        if (settlement.state == WL_SETTLEMENT_PAID) {
            struct wl_settlement_body body = {.settlement = (int64_t)n};

            wl_record_clear(wl_confirm_command.body, &body);
            body.settlement = (int64_t)n;
            must(&wl_confirm_command, &body, "dealer");
        }
    }
}

/* ---- taking back ---- */

static void charge_back(struct repair *r, const struct wl_claim *claim)
{
    struct wl_chargeback_body body = {.dealer_id = claim->dealer_id,
                                      .claim_no = claim->claim_no,
                                      .amount = chance(50) ? WL_NONE : 1 + claim->total / 3,
                                      .reason = WL_STR("audit: photo of another vehicle"),
                                      .evidence = WL_STR("audit 2026-09")};
    struct wl_reverse_body reverse = {0, WL_STR("the dealer found the photo")};

    must(&wl_chargeback_command, &body, "auditor");
    r->charged = true;
    month.chargebacks++;
    if (chance(25)) {
        reverse.entry = (int64_t)wl_journal_size(month.txn) - 1;
        must(&wl_reverse_command, &reverse, "auditor");
        month.reversed++;
    }
}

void charge_backs(void)
{
    for (size_t i = 0; i < month.begun; i++) {
        struct repair *r = &month.repairs[i];
        struct wl_claim claim;
        int64_t id;

        if (r->step != STEP_CLAIM || r->charged)
            continue;
        if (wl_claim_find(month.txn, wl_str_of(dealer_name(r->dealer)), wl_str_of(r->claim_no), &id) != 1 ||
            wl_claim_get(month.txn, &month.keep, id, &claim) != 1)
            fail("a claim is not there");
        if (claim.state == WL_CLAIM_SETTLED && claim.charged_back == 0) {
            r->charged = true;
            if (chance(3))
                charge_back(r, &claim);
        }
    }
}

/* ---- suppliers ---- */

static void answer_of(int64_t number)
{
    struct wl_supplier_claim sent;

    if (wl_supplier_claim_get(month.txn, &month.keep, (uint64_t)number, &sent) != 1)
        fail("a supplier claim is not there");
    for (int64_t line = 1; line <= sent.lines; line++) {
        struct wl_supplier_answer_line one = {line, WL_SUPPLIER_ACCEPTS, WL_NONE};
        struct wl_recovery_answer_body body = {
            .supplier_claim = number, .lines = {&one, 1}, .verdict = WL_NONE, .reason = WL_STR("not our part")};
        unsigned how = draw(100);

        one.verdict = how < 80 ? WL_SUPPLIER_ACCEPTS : how < 90 ? WL_SUPPLIER_DISPUTES : WL_SUPPLIER_REFUSES;
        if (how < 15)
            one.amount = 1;
        must(&wl_recovery_answer_command, &body, "supplier");
        if (one.verdict == WL_SUPPLIER_DISPUTES) {
            one.verdict = chance(50) ? WL_SUPPLIER_ACCEPTS : WL_SUPPLIER_REFUSES;
            must(&wl_recovery_answer_command, &body, "supplier");
        }
    }
}

static void claim_from(unsigned supplier, unsigned currency)
{
    struct wl_recovery_claim_body body = {.supplier_id = wl_str_of(format("S%u", supplier)),
                                          .currency = wl_str_of(currencies[currency]),
                                          .to = month.day};
    struct wl_recovery_pay_body pay = {.amount = WL_NONE, .reference = WL_STR("R")};
    int64_t refusal = run(&wl_recovery_claim_command, &body, "recovery");

    if (refusal == WL_REFUSED_NOTHING_TO_RECOVER)
        return;
    if (refusal != WL_DONE)
        fail("recovery from S%u: %s", supplier, wl_refusal_name(refusal));
    pay.supplier_claim = ((struct wl_recovery_claim_outcome *)month.outcome)->supplier_claim;
    answer_of(pay.supplier_claim);
    if ((refusal = run(&wl_recovery_pay_command, &pay, "bank")) == WL_DONE)
        month.received[currency] += ((struct wl_recovery_pay_outcome *)month.outcome)->amount;
}

void recoveries_go(void)
{
    struct wl_recovery_find_body find = {WL_NONE};

    do
        must(&wl_recovery_find_command, &find, "recovery");
    while (((struct wl_recovery_find_outcome *)month.outcome)->more == 1);
    for (unsigned s = 0; s < SUPPLIERS; s++)
        for (unsigned c = 0; c < CURRENCIES; c++)
            claim_from(s, c);
}

void sales_go(void)
{
    char vin[18];
    unsigned dealer = draw(DEALERS), currency = currency_of(dealer);
    struct wl_sale_body body = {.dealer_id = wl_str_of(dealer_name(dealer)),
                                .vin = wl_str_of(vin_of(draw(VEHICLES), vin)),
                                .currency = wl_str_of(currencies[currency]),
                                .reference = wl_str_of(format("SALE%lld", (long long)month.day)),
                                .amount = 1000000 + draw(1000000)};

    must(&wl_sale_command, &body, "bank");
    if (chance(20)) {
        struct wl_reverse_body reverse = {(int64_t)wl_journal_size(month.txn) - 1, WL_STR("it was another vehicle")};

        must(&wl_reverse_command, &reverse, "bank");
        month.reversed++;
    } else {
        month.received[currency] += body.amount;
    }
}

/* ---- the books at the end ---- */

struct books {
    wl_i128 all, accrued, expense, bank, received; /* by currency */
};

static void add_balance(struct books books[CURRENCIES], const struct wl_account_balance *b)
{
    struct books *of = &books[currency_number(b->unit)];

    of->all += b->amount;
    if (b->kind == WL_ACCOUNT_ACCRUED)
        of->accrued += b->amount;
    if (b->kind >= WL_ACCOUNT_EXPENSE_WARRANTY && b->kind <= WL_ACCOUNT_EXPENSE_SERVICE)
        of->expense += b->amount;
    if (b->kind == WL_ACCOUNT_BANK)
        of->bank += b->amount;
    if (b->kind == WL_ACCOUNT_BANK_RECEIVED)
        of->received += b->amount;
}

static void read_books(struct books books[CURRENCIES])
{
    struct wl_str key, value;
    struct wl_walk *walk;

    if (wl_walk_open(month.txn, WL_TABLE_BALANCES, WL_NO_STR, WL_NO_STR, &walk) != WL_OK)
        fail("%s", wl_error());
    while (wl_walk_next(walk, &key, &value) == 1) {
        struct wl_account_balance b;

        if (wl_balance_read(key, value, &b) != WL_OK)
            fail("%s", wl_error());
        if (wl_account_kind_book(b.kind) == WL_MONEY)
            add_balance(books, &b);
    }
    wl_walk_close(walk);
}

/* In how many lines of settlements each claim was paid. */
static unsigned char *paid_lines(uint64_t claims)
{
    unsigned char *times = calloc(claims ? claims : 1, 1);

    for (uint64_t n = 1; times && n <= wl_settlement_count(month.txn); n++) {
        struct wl_settlement_lines *lines;
        struct wl_settlement_line line;

        if (wl_settlement_lines_open(month.txn, n, WL_SETTLED_PAID, WL_NONE, &lines) != WL_OK)
            fail("%s", wl_error());
        while (wl_settlement_lines_next(lines, &line, NULL) == 1)
            times[line.claim]++;
        wl_settlement_lines_close(lines);
    }
    return times;
}

/* "Every claim is in exactly one of its states": each is told by its state, and paid once or never as that says. */
static void check_claims(struct books of_claims[CURRENCIES])
{
    uint64_t claims = wl_counter(month.txn, "claims"), in_state[WL_CLAIM_STATE_COUNT] = {0};
    unsigned char *times = paid_lines(claims);

    for (uint64_t id = 0; times && id < claims; id++) {
        struct wl_claim claim;
        struct books *of;
        int64_t state;

        if (wl_claim_get(month.txn, &month.arena, (int64_t)id, &claim) != 1)
            fail("claim %llu is not there", (unsigned long long)id);
        state = wl_claim_state_now(month.txn, &claim);
        if (state < 0 || state >= WL_CLAIM_STATE_COUNT)
            fail("claim %llu has no state", (unsigned long long)id);
        in_state[state]++;
        if (times[id] != (claim.state == WL_CLAIM_SETTLED))
            fail("claim %llu is %s and was paid %u times", (unsigned long long)id, wl_claim_state_names()[state],
                 times[id]);
        of = &of_claims[currency_number(claim.currency)];
        if (claim.state == WL_CLAIM_APPROVED || claim.state == WL_CLAIM_PARTIAL)
            of->accrued += claim.total;
        if (claim.state == WL_CLAIM_APPROVED || claim.state == WL_CLAIM_PARTIAL || claim.state == WL_CLAIM_SETTLED)
            of->expense -= claim.total - (claim.state == WL_CLAIM_SETTLED ? claim.charged_back : 0);
        wl_arena_clear(&month.arena);
    }
    free(times);
    for (int state = 0; state < WL_CLAIM_STATE_COUNT; state++)
        printf("%s%s %llu", state ? ", " : "claims: ", wl_claim_state_names()[state],
               (unsigned long long)in_state[state]);
    printf("\n");
}

void month_check(void)
{
    struct books books[CURRENCIES] = {{0}}, of_claims[CURRENCIES] = {{0}};

    read_books(books);
    check_claims(of_claims);
    for (unsigned c = 0; c < CURRENCIES; c++) {
        if (books[c].all != 0)
            fail("the books of %s do not balance", currencies[c]);
        if (books[c].accrued != of_claims[c].accrued || books[c].expense != of_claims[c].expense)
            fail("%s: the claims add up to other sums than the books", currencies[c]);
        if (books[c].bank != month.paid[c] || books[c].received != month.received[c])
            fail("%s: the bank did something else: paid %lld, received %lld", currencies[c],
                 (long long)(books[c].bank - month.paid[c]), (long long)(books[c].received - month.received[c]));
    }
}
