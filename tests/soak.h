/* The seeded walk: draws commands, executes them, and holds what came of them against the model. */
#ifndef TESTS_SOAK_H
#define TESTS_SOAK_H

#include "tests/model.h"
#include "wledger/audit.h"

enum {
    SOAK_TEXTS = 256, /* texts of one command */
    SOAK_LINES = 128, /* of one list of a command */
    SOAK_KEYED = 16,  /* newest commands with a key, which may be sent again */
    SOAK_ARENA = 64 << 20,
    SOAK_COMMIT_EVERY = 64,
    SOAK_CHECK_EVERY = 400, /* steps, at least, between comparisons of all */
};

union soak_body {
    struct wl_deliver_body deliver;
    struct wl_open_body open;
    struct wl_stock_move_body stock_move;
    struct wl_count_body count;
    struct wl_reverse_body reverse;
    struct wl_request_body request;
    struct wl_request_source_body source;
    struct wl_request_cancel_body cancel;
    struct wl_dispatch_body dispatch;
    struct wl_receive_dispatch_body receive;
    struct wl_resolve_body resolve;
    struct wl_fit_body fit;
    struct wl_tag_body tag;
    struct wl_tag_loose_body tag_loose;
    struct wl_tag_link_body tag_link;
    struct wl_return_ship_body return_ship;
    struct wl_return_scan_body return_scan;
    struct wl_receive_body return_receive;
    struct wl_return_close_body return_close;
    struct wl_inspect_body inspect;
    struct wl_tag_inspect_body tag_inspect;
    struct wl_dispose_body dispose;
    struct wl_waive_body waive;
    struct wl_tick_body tick;
};

struct soak;
struct soak_op {
    const char *name;
    const struct wl_command *command;
    unsigned weight;
    /* Draws a body; false: there is nothing to do it to now. */
    bool (*draw)(struct soak *, union soak_body *);
    void (*judge)(struct model *, const void *body);
    void (*follow)(struct model *, const void *body, const void *outcome);
    /* Instead of the three: a command of the claims' floor, which the model takes as it comes. False: it differs. */
    bool (*run)(struct soak *);
};

struct soak_keyed { /* a command that may be sent again under its key */
    const struct soak_op *op;
    int64_t time;
    char key[24];
    uint8_t body[8192], outcome[65536];
    size_t body_size, outcome_size;
};

struct soak {
    struct model *m;
    char folder[256], dir[300], other_dir[300];
    struct wl_store *store;
    struct wl_txn *txn;
    struct wl_arena arena;
    uint64_t seed, random, steps, step, trace_from, trace_to;
    int64_t now;
    bool stopped;
    const struct soak_op *op;
    const char *name;

    char texts[SOAK_TEXTS][M_PARTY];
    unsigned text_count;
    union soak_body body;
    struct wl_serial serials[SOAK_LINES];
    struct wl_dispatch_item items[SOAK_LINES];
    struct wl_receipt_line lines[SOAK_LINES];
    int64_t numbers[SOAK_LINES];

    uint64_t next_serial, next_lot, next_claim, next_invoice, next_key;
    size_t oldest_request, oldest_dispatch, oldest_discrepancy, oldest_tag, oldest_return, oldest_claim;
    struct soak_keyed keyed[SOAK_KEYED];
    unsigned keyed_count;
    unsigned weights[64];
    uint64_t done[64], refused[64], repeated;
    uint64_t refusals[M_REFUSALS];
};

/* ---- drawing (soak_draw.c) ---- */

extern const struct soak_op soak_ops[];
extern const size_t soak_op_count;

uint64_t soak_below(struct soak *, uint64_t n); /* 0 to n - 1 */
bool soak_chance(struct soak *, unsigned percent);
/* A text that lives as long as the step. */
struct wl_str soak_text(struct soak *, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Now and then another one, or one that nobody knows. */
struct wl_str soak_part(struct soak *, int part);
struct wl_str soak_place(struct soak *, int place);
struct wl_str soak_vehicle(struct soak *, int vehicle);
int soak_any_part(struct soak *);
int soak_dealer(struct soak *);
int soak_warehouse(struct soak *);
int64_t soak_quantity(struct soak *, int part);
/* Now and then 0, below it, too much or too fine. */
int64_t soak_spoiled(struct soak *, int64_t quantity);
struct wl_str soak_bin(struct soak *, int place, int part);
/* A number from `oldest` to count - 1, near one of both ends; 0 when there is none. */
int64_t soak_number(struct soak *, size_t oldest, size_t count);

bool soak_draw_deliver(struct soak *, union soak_body *);
bool soak_draw_open(struct soak *, union soak_body *);
bool soak_draw_stock_move(struct soak *, union soak_body *);
bool soak_draw_count(struct soak *, union soak_body *);
bool soak_draw_reverse(struct soak *, union soak_body *);
bool soak_draw_request(struct soak *, union soak_body *);
bool soak_draw_source(struct soak *, union soak_body *);
bool soak_draw_cancel(struct soak *, union soak_body *);
bool soak_draw_dispatch(struct soak *, union soak_body *);
bool soak_draw_receive(struct soak *, union soak_body *);
bool soak_draw_resolve(struct soak *, union soak_body *);
bool soak_draw_fit(struct soak *, union soak_body *);
bool soak_draw_tag(struct soak *, union soak_body *);
bool soak_draw_tag_loose(struct soak *, union soak_body *);
bool soak_draw_tag_link(struct soak *, union soak_body *);
bool soak_draw_return_ship(struct soak *, union soak_body *);
bool soak_draw_return_scan(struct soak *, union soak_body *);
bool soak_draw_return_receive(struct soak *, union soak_body *);
bool soak_draw_return_close(struct soak *, union soak_body *);
bool soak_draw_inspect(struct soak *, union soak_body *);
bool soak_draw_tag_inspect(struct soak *, union soak_body *);
bool soak_draw_dispose(struct soak *, union soak_body *);
bool soak_draw_waive(struct soak *, union soak_body *);
bool soak_draw_tick(struct soak *, union soak_body *);

/* ---- the world and its claims (soak_world.c, soak_claims.c) ---- */

/* Makes the folder, the store and the reference data, and tells the model. False with a message on stderr. */
bool soak_world_make(struct soak *, int dealers);
void soak_world_remove(struct soak *);
bool soak_execute(struct soak *, const struct wl_request *, struct wl_result *);
bool soak_claim(struct soak *);
bool soak_review(struct soak *);
bool soak_sign(struct soak *);
bool soak_settle(struct soak *);

/* ---- comparing (soak_compare.c, soak_rows.c) ---- */

/* What the step touched; all of it. False: the model's fault says what differs. */
bool soak_compare_step(struct soak *);
bool soak_compare_all(struct soak *, bool every_row);
bool soak_compare_rows(struct soak *, bool every_row);
/* Verify and rebuild; the store is closed. */
bool soak_audit(struct soak *);

#endif
