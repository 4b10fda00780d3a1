/* Inside the command line: what the bar code of a box says. A letter stands before the number of its dispatch or
 * return shipment, so that a scanner takes neither for the other, nor for a tag. */
#ifndef WL_CLI_CODES_H
#define WL_CLI_CODES_H

#include "cli/cli.h"

enum { CLI_CODE_DISPATCH = 'D', CLI_CODE_RETURN = 'R', CLI_CODE_FORM = 'F' /* on an appraisal form */ };

/* "D92", in the arena. */
struct wl_str cli_code(struct wl_arena *, char letter, int64_t number);
/* What a person typed or scanned, without the letter (of either case) before its number; else as it is. */
struct wl_str cli_code_number(struct wl_str text, char letter);
/* "the label of dispatch 92, not a tag", in the arena; empty when it is the code of no box. */
struct wl_str cli_code_said(struct wl_arena *, struct wl_str text);

#endif
