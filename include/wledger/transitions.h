/* The transition tables (domain text, section 3): transitions.def as data. Every command of a claim, a settlement or an
 * appraisal form asks its row first, so what the tests go through is what the program does. */
#ifndef WLEDGER_TRANSITIONS_H
#define WLEDGER_TRANSITIONS_H

#include "wledger/form.h"
#include "wledger/gates.h"

#define WL_REFUSED_LEGAL WL_DONE

enum wl_claim_step {
#define WL_CLAIM_STEP(NAME, ...) WL_CLAIM_STEP_##NAME,
#include "wledger/transitions.def"
#undef WL_CLAIM_STEP
    WL_CLAIM_STEP_COUNT,
};
enum wl_settlement_step {
#define WL_SETTLEMENT_STEP(NAME, ...) WL_SETTLEMENT_STEP_##NAME,
#include "wledger/transitions.def"
#undef WL_SETTLEMENT_STEP
    WL_SETTLEMENT_STEP_COUNT,
};
enum wl_form_step {
#define WL_FORM_STEP(NAME, ...) WL_FORM_STEP_##NAME,
#include "wledger/transitions.def"
#undef WL_FORM_STEP
    WL_FORM_STEP_COUNT,
};

/* A row: `refusal` by state (enum wl_claim_state, wl_settlement_state, wl_form_state). */
struct wl_transition {
    const char *command, *who;
    const int64_t *refusal; /* WL_DONE: legal */
    size_t states;
};
const struct wl_transition *wl_claim_transition(enum wl_claim_step);
const struct wl_transition *wl_settlement_transition(enum wl_settlement_step);
const struct wl_transition *wl_form_transition(enum wl_form_step);

#endif
