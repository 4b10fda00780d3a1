/* Facts of settled claims (domain text, section 9), as quality analysis reads them: short, many to a row, in the order
 * of settlement. They say what a claim's record and decision say and look at no reference data: what a fault's
 * component or a part's supplier is, a report asks when it is made. Texts are numbers: CODES, CODE_TEXTS. */
#ifndef WLEDGER_FACTS_H
#define WLEDGER_FACTS_H

#include "wledger/claim.h"

/* Kinds of text that have numbers, each from 1 on; 0 is no text. Numbers stand in the store. */
enum wl_code_kind {
    WL_CODE_DEALER = 1,
    WL_CODE_CURRENCY,
    WL_CODE_FAULT,
    WL_CODE_PART,
    WL_CODE_MODEL,
    WL_CODE_BATCH, /* production batch */
    WL_CODE_KIND_END,
};
enum { WL_CODE_MAX = (1 << 24) - 1 }; /* numbers of a kind; more texts are WL_E_FULL */

/* The number of a text, given to it now if it has none: for apply. 0 for no text, or with an error that sticks. */
uint32_t wl_code_number(struct wl_txn *, enum wl_code_kind, struct wl_str text);
/* The number of a text; 0 when it has none, or with an error that sticks. */
uint32_t wl_code_find(struct wl_txn *, enum wl_code_kind, struct wl_str text);
/* How many numbers a kind has given: 1 to that are in use. */
uint32_t wl_code_count(struct wl_txn *, enum wl_code_kind);
/* Calls back for each text of a kind in order of number; what it returns other than WL_OK ends the walk and is
 * returned. The text is valid until it returns. */
typedef int wl_code_fn(void *context, uint32_t number, struct wl_str text);
int wl_codes_walk(struct wl_txn *, enum wl_code_kind, wl_code_fn *, void *context);

enum wl_fact_kind {
    WL_FACT_SETTLED,   /* a settlement took the claim: the one fact that counts it */
    WL_FACT_CORRECTED, /* something was taken back after settlement, or that was reversed: amounts are changes */
    WL_FACT_PARTS,     /* goes on with the parts of the fact before it: amounts are 0 */
};

/* So that the longest fact fits into a row. */
enum { WL_FACT_PARTS_MAX = 100 };

struct wl_fact_part {
    uint32_t part; /* code */
    int64_t amount;
};

/* Amounts in minor units of the currency, before tax. total is what was paid; the four before it are those of the
 * decision, before a goodwill share. */
struct wl_fact {
    int64_t kind, type; /* enum wl_fact_kind, wl_claim_type */
    bool partial;       /* of a settled claim: its decision was partial, not approved */
    bool repeat;        /* and has the finding repeat-repair */
    int64_t claim, settlement;
    int64_t vehicle; /* its number; WL_NONE: none */
    uint32_t dealer, currency, fault, causal_part;
    int64_t repair_day, mileage_km;
    int64_t hours_x100; /* approved */
    int64_t labour, parts, handling, sublet, total;
    uint32_t part_count; /* part lines that are worth something, by part */
    struct wl_fact_part lines[WL_FACT_PARTS_MAX];
};

/* A place in a row of FACTS. */
struct wl_fact_reader {
    const uint8_t *at, *end;
};
struct wl_fact_reader wl_facts_of_row(struct wl_str value);
/* 1 and the next fact of the row, 0 at its end, or WL_E_DAMAGED. Of `lines`, only part_count are set. */
int wl_fact_next(struct wl_fact_reader *, struct wl_fact *);
/* Rows of FACTS are numbered from 0; this is how many there are. */
uint64_t wl_fact_row_count(struct wl_txn *);

/* What a report asks of vehicles, by their number: VEHICLE_FACTS. */
struct wl_vehicle_facts {
    uint32_t model, batch;  /* codes; 0: none (the vehicle is not in the reference data) */
    int32_t produced, sold; /* days; WL_NO_DAY: none */
};
#define WL_NO_DAY INT32_MIN
enum { WL_VEHICLES_IN_ROW = 64 };
/* How many vehicles have a number: all below it. */
uint64_t wl_vehicle_count(struct wl_txn *);
/* `count` of them, by number, from `first` on, which is a multiple of WL_VEHICLES_IN_ROW. WL_OK, or the error that
 * sticks. */
int wl_vehicle_facts_read(struct wl_txn *, uint64_t first, uint64_t count, struct wl_vehicle_facts *at);

#endif
