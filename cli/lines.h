/* Lines of a claim or form as an option names them: --line KIND:N=AMOUNT[:REASON], given once for each line. KIND is
 * labour, part or sublet, N counts from 1; 0, or no amount, refuses the line. The reason may hold colons.
 *
 * An amount is read before anybody knows whose it is, so it comes in two steps: text to ten-thousandths as the command
 * line is read, ten-thousandths to minor units once the currency is known (cli_job.ready, execute.h). */
#ifndef WL_CLI_LINES_H
#define WL_CLI_LINES_H

#include "cli/cli.h"
#include "wledger/gates.h"

enum { CLI_NAMED_LINES_MAX = 3 * WL_LINES_MAX };

/* All values of the option, amounts in ten-thousandths (WL_NONE: no amount was given): a list of wl_line_name in the
 * command line's arena. WL_E_USAGE with a message about the first that is none. */
int cli_lines(struct cli *, const char *option, struct wl_list *lines);

/* A copy of it in the arena, amounts in minor units of the currency; empty: not known, they are left as they are.
 * WL_OK, WL_E_INPUT when an amount is finer than the currency's minor unit or cannot be carried, or the arena's. */
int cli_lines_minor(struct wl_arena *, struct wl_list lines, struct wl_str currency, struct wl_list *out);

/* The same in the currency of a claim by its name; one that is not known leaves them as they are, since the command
 * will be refused. WL_OK, WL_E_INPUT, or the error that sticks. */
int cli_lines_of_claim(struct wl_txn *, struct wl_arena *, struct wl_list lines, struct wl_str dealer_id,
                       struct wl_str claim_no, struct wl_list *out);

/* An amount alone, such as --amount 12.50: ten-thousandths; *amount stays when it was not given. WL_OK, WL_E_USAGE. */
int cli_amount_option(const struct cli *, const char *option, int64_t *amount);
/* Ten-thousandths to minor units. `what` names it in the message: "--amount". WL_OK or WL_E_INPUT. */
int cli_amount_minor(const char *what, int64_t amount, struct wl_str currency, int64_t *minor);

/* "part:2", without an amount. False when it is not that. */
bool cli_line_parse(struct wl_str text, int64_t *kind, int64_t *line);

#endif
