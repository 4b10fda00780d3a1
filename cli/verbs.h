/* Inside the command line: what the verbs about claims share. */
#ifndef WL_CLI_VERBS_H
#define WL_CLI_VERBS_H

#include "cli/execute.h"

/* Every body of theirs begins with the claim's name. */
struct cli_named_claim {
    struct wl_str dealer_id, claim_no;
};
#define CLI_BEGINS_WITH_CLAIM(type)                                                            \
    _Static_assert(offsetof(type, dealer_id) == offsetof(struct cli_named_claim, dealer_id) && \
                       offsetof(type, claim_no) == offsetof(struct cli_named_claim, claim_no), \
                   "the name stands first")

/* A job about claims: their names, their states and totals, what each waits for now. */
struct cli_job cli_claim_job(const struct wl_command *, void *body, const char *did);

/* Of such a job: its set_name; its tell, which looks at the members `claim`, `charged_back` and `remaining` of the
 * outcome. */
bool cli_set_claim(void *body, struct wl_str name);
int cli_tell_claim(struct wl_txn *, struct wl_arena *, const struct cli_job *, const void *outcome, struct cli_said *);

#endif
