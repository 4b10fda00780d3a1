/* A scripted month at a clearing house: 40 dealers, 20 reviewers, and claims from the appraisal to the confirmed
 * payment. Shared by the files of the program `month`. */
#ifndef TESTS_MONTH_H
#define TESTS_MONTH_H

#include <stdbool.h>
#include <stdint.h>

#include "wledger/defective.h"
#include "wledger/demand.h"
#include "wledger/desk.h"
#include "wledger/form.h"
#include "wledger/payment.h"
#include "wledger/record_command.h"
#include "wledger/recovery.h"
#include "wledger/schema.h"
#include "wledger/transitions.h"

enum {
    DEALERS = 40,
    REVIEWERS = 20,
    SUPPLIERS = 6,
    PARTS = 60,
    OPERATIONS = 30,
    FAULTS = 20,
    VEHICLES = 4000,
    CURRENCIES = 3,
    DAYS = 30,       /* on which claims come in */
    MORE_DAYS = 120, /* at most, until nothing is left to do */
    NAME = 40,
};

/* What the script does next with one repair. */
enum step {
    STEP_FORM,   /* its form is in review */
    STEP_REPAIR, /* the form is approved and the repair began */
    STEP_CLAIM,  /* it is a claim */
    STEP_DONE,   /* nothing more is to come of it: paid for, refused for good */
};

struct repair {
    enum step step;
    uint64_t form; /* 0: it came as a claim */
    unsigned dealer, submission;
    char claim_no[NAME], vin[18];
    struct spec {
        unsigned hours_x10, operation, fault, parts, part[2], quantity[2], km, sublet;
        int64_t repair_day;
        const char *type;
    } spec;
    bool tagged, corrected, charged, appealed, returned;
};

struct month {
    struct wl_store *store;
    struct wl_txn *txn;
    struct wl_arena arena, keep; /* of one command; of one day */
    uint64_t random;
    int64_t day, now;
    void *outcome; /* of the last command */
    struct repair *repairs;
    size_t count, begun;
    /* What the script did, to be told and to be checked. */
    uint64_t commands, refused, illegal_tried;
    uint64_t reviews, approvals, cuts, refusals, information, appeals, corrections, chargebacks, inspections,
        inspections_refused, form_returns, escalated, absences, bank_less, bank_returned, reversed;
    int64_t paid[CURRENCIES], received[CURRENCIES]; /* by and to the bank, as the script told it */
};
extern struct month month;

extern const char *const currencies[CURRENCIES];
unsigned currency_of(unsigned dealer);
unsigned currency_number(struct wl_str currency);
unsigned minor_digits(unsigned currency);

/* ---- month.c ---- */

/* Ends the program with a message. */
void fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
unsigned draw(unsigned below);
bool chance(unsigned percent);
void begin(void);
void commit(void);
/* Executes one command; the refusal's number. The outcome is month.outcome. */
int64_t run_texts(const struct wl_command *, const void *body, const char *actor, const char *texts[], unsigned count);
int64_t run(const struct wl_command *, const void *body, const char *actor);
/* The same, and it may not be refused. */
void must(const struct wl_command *, const void *body, const char *actor);
const char *format(const char *format, ...) __attribute__((format(printf, 1, 2))); /* lives for the day */
const char *dealer_name(unsigned dealer);

/* ---- the parts of a day ---- */

void world_load(const char *folder);
const char *vin_of(unsigned n, char vin[18]);
const char *price_text(unsigned part, unsigned currency);

void repairs_begin(size_t count);            /* new forms and claims come in */
void repairs_go_on(void);                    /* what the dealers do */
void reviews_decide(unsigned leave_percent); /* what the reviewers do */
void returns_go(void);                       /* removed parts: tag, ship, scan, inspect */
size_t repairs_left(void);

void settle_all(void);
void payments_make(void);
void bank_answers(void);
void dealers_confirm(void);
void charge_backs(void);
void recoveries_go(void);
void sales_go(void);

void illegal_try(unsigned count); /* a few illegal transitions, on whatever there is */
void month_check(void);           /* every claim in one of its states, sums by the script's own books */

#endif
