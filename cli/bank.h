/* Inside the command line: what `bank` did, and telling it. */
#ifndef WL_CLI_BANK_H
#define WL_CLI_BANK_H

#include "cli/cli.h"
#include "wledger/batch_reader.h"
#include "wledger/payment.h"

/* What came of one transaction, until its group is durable. Text in the arena of answers. */
struct cli_bank_told {
    struct wl_str reference, end_to_end, currency, dealer_id;
    struct wl_str unit; /* the settlement's currency */
    int64_t event, amount, day;
    int64_t refusal, difference; /* WL_DONE, or why not; WL_NONE where refused */
    int64_t payment, settlement; /* WL_NONE: nobody's */
    int64_t state, left;         /* of the settlement after it */
    int64_t entry;
    bool repeated; /* the bank told it before */
};

struct cli_banking {
    struct cli *cli;
    struct wl_txn *txn; /* of the group; NULL between groups */
    struct wl_arena command, answers;
    struct cli_bank_told *group;
    size_t in_group;
    struct cli_table *table; /* NULL: lines for people */
    const char *path;
    struct wl_batch_summary summary;
    uint64_t done, agree, differ, refused, repeated;
};

void cli_bank_begin(struct cli_banking *);
/* Tells the transactions of a group that is durable, and empties it. */
void cli_bank_tell_group(struct cli_banking *);
/* Sums a file up, for people. */
void cli_bank_tell_file(struct cli_banking *);
int cli_bank_end(struct cli_banking *);

#endif
