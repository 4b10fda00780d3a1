/* Inside `list`: one function for each thing that it lists. */
#ifndef WL_CLI_LIST_H
#define WL_CLI_LIST_H

#include "cli/cli.h"

struct cli_list {
    struct cli *cli;
    struct wl_txn *txn;
    struct wl_arena arena; /* of one row */
    struct cli_table *table;
    int64_t limit, shown;
    bool more;                                      /* the limit was reached, and there are more */
    int64_t state;                                  /* as the listing's states number them; WL_NONE: any */
    struct wl_str dealer, vin, party, prefix, part; /* empty: any */
    struct wl_str location;                         /* likewise */
    struct wl_str seat, reviewer;                   /* likewise */
    int64_t tier;                                   /* WL_NONE: any */
    bool open;                                      /* only what is not done with yet */
    bool late;                                      /* only what is late */
    bool bins;                                      /* each bin and lot on its own */
    int64_t reference;                              /* table of reference data */
};

/* Writes rows until there are no more or cli_list_row says no. WL_OK, or an error. */
typedef int cli_list_fn(struct cli_list *);
cli_list_fn cli_list_claims, cli_list_queue, cli_list_batches, cli_list_settlements, cli_list_obligations,
    cli_list_balances, cli_list_seats, cli_list_reference, cli_list_requests, cli_list_dispatches,
    cli_list_discrepancies;
cli_list_fn cli_list_stock, cli_list_bin_stock, cli_list_reorder;
cli_list_fn cli_list_tags, cli_list_returns;
cli_list_fn cli_list_payments, cli_list_bank_answers, cli_list_differences;
/* What `list differences` has: those of the bank, and "dealer". */
const char *const *cli_difference_kinds(void);
cli_list_fn cli_list_forms;
cli_list_fn cli_list_recoveries, cli_list_supplier_claims, cli_list_receipts;
cli_list_fn cli_list_reviews, cli_list_workload, cli_list_ageing, cli_list_reviewers;

/* Writes one row and clears the arena. False, and nothing written, once the limit is reached. */
bool cli_list_row(struct cli_list *, const struct wl_str *values);

extern const struct cli_column cli_claim_columns[], cli_queue_columns[], cli_batch_columns[], cli_settlement_columns[],
    cli_obligation_columns[], cli_balance_columns[], cli_seat_columns[], cli_request_columns[], cli_dispatch_columns[],
    cli_discrepancy_columns[];
extern const struct cli_column cli_stock_columns[], cli_bin_stock_columns[], cli_reorder_columns[];
extern const struct cli_column cli_tag_columns[], cli_return_columns[];
extern const struct cli_column cli_payment_columns[], cli_bank_answer_columns[], cli_difference_columns[];
extern const struct cli_column cli_form_columns[];
extern const struct cli_column cli_recovery_columns[], cli_supplier_claim_columns[], cli_receipt_columns[];
extern const struct cli_column cli_review_columns[], cli_workload_columns[], cli_ageing_columns[],
    cli_reviewer_columns[];
enum { /* how many columns each has */
       CLI_CLAIM_COLUMNS = 13,
       CLI_QUEUE_COLUMNS = 7,
       CLI_BATCH_COLUMNS = 7,
       CLI_SETTLEMENT_COLUMNS = 14,
       CLI_OBLIGATION_COLUMNS = 10,
       CLI_BALANCE_COLUMNS = 6,
       CLI_SEAT_COLUMNS = 4,
       CLI_STOCK_COLUMNS = 7,
       CLI_BIN_STOCK_COLUMNS = 6,
       CLI_REORDER_COLUMNS = 10,
       CLI_REQUEST_COLUMNS = 13,
       CLI_DISPATCH_COLUMNS = 11,
       CLI_DISCREPANCY_COLUMNS = 12,
       CLI_TAG_COLUMNS = 15,
       CLI_RETURN_COLUMNS = 10,
       CLI_PAYMENT_COLUMNS = 8,
       CLI_BANK_ANSWER_COLUMNS = 12,
       CLI_DIFFERENCE_COLUMNS = 12,
       CLI_FORM_COLUMNS = 12,
       CLI_RECOVERY_COLUMNS = 11,
       CLI_SUPPLIER_CLAIM_COLUMNS = 12,
       CLI_RECEIPT_COLUMNS = 9,
       CLI_REVIEW_COLUMNS = 11,
       CLI_WORKLOAD_COLUMNS = 9,
       CLI_AGEING_COLUMNS = 9,
       CLI_REVIEWER_COLUMNS = 8,
};

#endif
