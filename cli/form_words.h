/* The ledger's own words in the languages of papers: states, types, findings. What stands in the reference data, and
 * what people wrote, is printed as it is. */
#ifndef WL_CLI_FORM_WORDS_H
#define WL_CLI_FORM_WORDS_H

#include "cli/cli.h"
#include "wledger/paper.h"

/* A name such as "approved" or "warranty" in the language; one not known there as it is. Static, or the name. */
struct wl_str cli_form_word(enum wl_paper_language, struct wl_str name);
/* A kind of lines (enum wl_line_kind). Static. */
struct wl_str cli_form_line(enum wl_paper_language, int64_t kind);
/* The meaning of a finding. Static. */
struct wl_str cli_form_finding(enum wl_paper_language, int64_t finding);

#endif
