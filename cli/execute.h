/* One command for each of many names: claims or settlements. All names are read and checked before the
 * first command runs, so that bad input changes nothing; groups share commits; what came of a name is told
 * once it is durable. */
#ifndef WL_CLI_EXECUTE_H
#define WL_CLI_EXECUTE_H

#include "cli/cli.h"

/* What a command that was not refused did, for the answer. Text in the arena or static. */
struct cli_said {
    struct wl_str did;   /* "signed" */
    struct wl_str state; /* of the claim or settlement now */
    int64_t amount;      /* WL_NONE: none to tell */
    struct wl_str currency, note;
    struct wl_str made; /* numbers of what it made, with spaces between: tags, a shipment; for programs */
    struct wl_str more; /* lines for people below it, each with its LF; the note says it in short */
};

struct cli_job {
    const struct wl_command *command;
    void *body;         /* all but the name is set; what it points to lives on */
    const char *form;   /* what a name looks like, for messages */
    const char *did;    /* "signed"; NULL: the state says it */
    struct wl_str text; /* personal text, salted for each name; empty: none */
    /* Sets the body's name; the text lives until the next one. False when it is none. */
    bool (*set_name)(void *body, struct wl_str name);
    /* Fills what the body needs of the ledger, such as amounts in the claim's currency (lines.h); NULL: nothing. Called
     * for all names before the first command, and again for each; what it makes lies in the arena. WL_OK, WL_E_INPUT,
     * or the error that sticks. */
    int (*ready)(struct wl_txn *, struct wl_arena *, const struct cli_job *);
    /* Where one name takes several commands: executes them as the request says, which has the body and no texts; NULL:
     * the command alone is executed. A result without an entry is not journalled; an outcome may be NULL. */
    int (*execute)(struct wl_txn *, struct wl_arena *, const struct cli_job *, const struct wl_request *,
                   struct wl_result *);
    /* Fills what the command did. WL_OK, or the error that sticks. */
    int (*tell)(struct wl_txn *, struct wl_arena *, const struct cli_job *, const void *outcome, struct cli_said *);
    /* Where the thing of that name is unknown: what is near; may be NULL. */
    int (*near)(struct wl_txn *, struct wl_arena *, struct wl_str name, struct wl_str *hint);
    int64_t unknown;             /* the refusal for which `near` is asked */
    const struct cli_job *other; /* for names that set_name does not take; NULL: there is none */
};

/* Executes the job for the arguments and the lines of --from, tells each result. A cli_exit, or a
 * wl_status below 0. */
int cli_execute(struct cli *, const struct cli_job *);

/* The idempotency key of a command about `name`: --key itself, with `several` --key/NAME, drawn when there
 * is none. In the arena. WL_OK, or WL_E_INPUT when it is too long. */
int cli_key(const struct cli *, struct wl_arena *, struct wl_str name, bool several, struct wl_str *key);

/* "refused: NAME (about): what to do" */
void cli_tell_refusal(FILE *, struct wl_arena *, struct wl_str name, int64_t refusal, struct wl_str about);

#endif
