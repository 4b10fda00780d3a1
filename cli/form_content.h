/* What the options of `form open` and `form edit` make of a form's content. */
#ifndef WL_CLI_FORM_CONTENT_H
#define WL_CLI_FORM_CONTENT_H

#include "cli/form.h"

/* The options; the commands add what is their own. Ten of them repeat nothing; CLI_FORM_REPEATS names the others. */
#define CLI_FORM_REPEATS "labour part sublet remove"
#define CLI_FORM_OPTIONS                                                                                          \
    {"km", "N", "what the odometer says"},                                                                        \
        {"type", "TYPE", "warranty, part, extended, campaign, goodwill, pdi or service"},                         \
        {"fault", "F", "fault code; `wledger lookup faults TEXT` finds it"},                                      \
        {"causal-part", "PART", "the part that failed first"}, {"campaign", "C", "campaign that it is done for"}, \
        {"authorization", "A", "authorization that it rests on"},                                                 \
        {"claim-no", "NO", "number of the claim that it becomes (default: F and the form's number)"},             \
        {"repair-order", "NO", "the dealer's repair order"},                                                      \
        {"customer", "NAME", "the customer's name; personal text, which `form forget` erases"},                   \
        {"complaint", "TEXT", "what the customer says; personal text likewise"},                                  \
        {"labour", "OP[=HOURS]", "a labour line (default: the operation's standard hours)"},                      \
        {"part", "PART=QTY[@PRICE]", "a part line (default: today's list price in the dealer's currency)"},       \
    {                                                                                                             \
        "sublet", "CODE=AMOUNT", "a sublet line"                                                                  \
    }

enum { CLI_FORM_HEADERS = 7, CLI_FORM_KINDS = 3 };

struct cli_form_wish { /* one line, as it was typed; an empty number or price: the default */
    struct wl_str code, number, price;
};
struct cli_form_wishes {
    struct wl_str headers[CLI_FORM_HEADERS];
    bool header_given[CLI_FORM_HEADERS];
    struct wl_str mileage;             /* empty: not given */
    struct wl_str customer, complaint; /* empty: not given */
    struct cli_form_wish *lines[CLI_FORM_KINDS];
    size_t counts[CLI_FORM_KINDS];
    struct wl_line_name *removed;
    size_t removed_count;
};
/* Reads them; text as it was typed. WL_OK, WL_E_USAGE, or the arena's error. */
int cli_form_take(struct cli *, struct cli_form_wishes *);

/* A content as the wishes have it, in the command line's arena. `before` is what the form has, NULL for a new one, of
 * which dealer and VIN are in `record`. `known` is what the same command made of it when it was given first, for what
 * was worked out then; NULL: it was not. A line whose code stands there already is set anew, any other added. Warnings,
 * a sentence each, are added to the list. WL_OK, WL_E_USAGE, or the error that sticks. */
int cli_form_make(struct cli *, struct wl_txn *, const struct cli_form_wishes *, const struct wl_claim_record *before,
                  const struct wl_claim_record *known, struct wl_claim_record *record, json_t *warnings);

#endif
