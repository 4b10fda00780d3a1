/* Inside the command line: what the commands from demand to fitting share. */
#ifndef WL_CLI_DEMAND_H
#define WL_CLI_DEMAND_H

#include "cli/execute.h"
#include "cli/view.h"
#include "wledger/demand.h"

/* Executes one command in an open write transaction, under `key` (empty: --key, or one that is drawn); its outcome is
 * in cli->arena. WL_OK, or the error that sticks. */
int cli_demand_execute(struct cli *, struct wl_txn *, const struct wl_command *, const void *body, struct wl_str key,
                       struct wl_result *);
/* Commits and NULLs it; for after cli_demand_execute, whatever came of it. */
int cli_demand_commit(struct wl_txn **, int rc);

/* Where a key (empty: none) was used for this command already: its body of then, so that a command that is worked out
 * from what stands is the same when it is given again. 1 and the body in cli->arena, 0, or the error that sticks. */
int cli_demand_known(struct cli *, struct wl_txn *, struct wl_str key, const struct wl_command *, void **body);

/* What the answer of every command begins with, as a view: result, entry, repeated, about, meaning. */
json_t *cli_demand_view(const struct wl_result *);
/* What a command named, to look near it where a refusal does not say what it is about; empty: nothing. */
struct cli_demand_named {
    struct wl_str dealer_id, part_id, request, dispatch;
};
/* Tells a refusal in the form asked for; `name` is what people read first. CLI_REFUSED, or an error below 0. */
int cli_demand_refused(struct cli *, const char *name, const struct wl_result *, const struct cli_demand_named *);
/* "  (entry 12)" or "  (entry 12, done before under this key)", and the end of the line. */
void cli_demand_entry(struct cli *, const struct wl_result *);

/* A number from 1 on, of at most 15 digits. */
bool cli_demand_number(struct wl_str, int64_t *number);
/* An identifier that was given in `what`, or WL_E_USAGE. */
int cli_demand_identifier(const char *what, struct wl_str);
/* The value of an option as an identifier; empty when it was not given. */
int cli_demand_id(const struct cli *, const char *option, struct wl_str *out);

/* How a request is sourced, in a clerk's words: "reserved at W02, in your region: it has the largest free quantity
 * there", or "back-ordered: no location has enough". In the arena. */
struct wl_str cli_demand_choice(struct wl_txn *, struct wl_arena *, struct wl_str dealer_id, struct wl_str location_id,
                                int64_t choice);
/* "2 of P-200 (which replaces P-100)" */
struct wl_str cli_demand_parts(struct wl_arena *, int64_t quantity, struct wl_str asked_part_id, struct wl_str part_id);
/* Both, in one sentence. */
struct cli_demand_source {
    struct wl_str dealer_id, asked_part_id, part_id, location_id;
    int64_t quantity, choice;
};
struct wl_str cli_demand_sourced(struct wl_txn *, struct wl_arena *, const struct cli_demand_source *);
/* Where no more comes of a request than came: "request 10 lacks 1: ask for it anew". In the arena; empty where it lacks
 * nothing, or may get it still. WL_OK, or the error that sticks. */
int cli_demand_lack(struct wl_txn *, struct wl_arena *, int64_t request, struct wl_str *said);
/* "accept|return|write-off": what a discrepancy of a kind may be resolved as. */
struct wl_str cli_demand_resolutions(struct wl_arena *, int64_t kind);
/* "requests 3, 4 and 7"; empty for none. */
struct wl_str cli_demand_requests(struct wl_arena *, struct wl_ints);

/* The name of a dealer or warehouse, for people; empty where there is none. */
struct wl_str cli_location_name(struct wl_txn *, struct wl_arena *, struct wl_str location_id);

#endif
