/* What stands on a settlement statement besides its lines, in each language. */
#ifndef PAPER_STATEMENT_WORDS_H
#define PAPER_STATEMENT_WORDS_H

#include "wledger/paper.h"

enum { WL_STATEMENT_COLUMNS = 10 };

struct wl_statement_words {
    const char *title, *dealer, *period, *currency, *settled_on, *settled_by, *entries, *lines, *to_pay;
    const char *parts[WL_STATEMENT_PARTS];
    const char *columns[WL_STATEMENT_COLUMNS];
    const char *kinds[WL_STATEMENT_KINDS];
    const char *types[WL_STATEMENT_TYPES]; /* as the claim types are numbered; the last: of no type */
    const char *claims, *chargebacks, *net, *tax, *carried, *carried_on;
    const char *control, *count, *sum, *all, *hash_total, *more;
    const char *page; /* takes the page and their number */
};
const struct wl_statement_words *wl_statement_words(enum wl_paper_language);

#endif
