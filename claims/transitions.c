#include "wledger/transitions.h"

/* States that follow the settled one are no row's, and refused like it. */
#define WL_CLAIM_STEP(NAME, command, who, rejected, referred, approved, partial, settled, info)                \
    [WL_CLAIM_STEP_##                                                                                          \
        NAME] = {[WL_CLAIM_REJECTED] = WL_REFUSED_##rejected,   [WL_CLAIM_REFERRED] = WL_REFUSED_##referred,   \
                 [WL_CLAIM_APPROVED] = WL_REFUSED_##approved,   [WL_CLAIM_PARTIAL] = WL_REFUSED_##partial,     \
                 [WL_CLAIM_SETTLED] = WL_REFUSED_##settled,     [WL_CLAIM_PAID] = WL_REFUSED_##settled,        \
                 [WL_CLAIM_CONFIRMED] = WL_REFUSED_##settled,   [WL_CLAIM_INFO_REQUESTED] = WL_REFUSED_##info, \
                 [WL_CLAIM_CHARGED_BACK] = WL_REFUSED_##settled},
static const int64_t of_claims[WL_CLAIM_STEP_COUNT][WL_CLAIM_STATE_COUNT] = {
#include "wledger/transitions.def"
};
#undef WL_CLAIM_STEP

#define WL_SETTLEMENT_STEP(NAME, command, who, drafted, issued, paid, confirmed) \
    [WL_SETTLEMENT_STEP_##                                                       \
        NAME] = {WL_REFUSED_##drafted, WL_REFUSED_##issued, WL_REFUSED_##paid, WL_REFUSED_##confirmed},
static const int64_t of_settlements[WL_SETTLEMENT_STEP_COUNT][WL_SETTLEMENT_STATE_COUNT] = {
#include "wledger/transitions.def"
};
#undef WL_SETTLEMENT_STEP

#define WL_FORM_STEP(NAME, command, who, a, b, c, d, e, f, g, h, i, j)                                       \
    [WL_FORM_STEP_##NAME] = {WL_REFUSED_##a, WL_REFUSED_##b, WL_REFUSED_##c, WL_REFUSED_##d, WL_REFUSED_##e, \
                             WL_REFUSED_##f, WL_REFUSED_##g, WL_REFUSED_##h, WL_REFUSED_##i, WL_REFUSED_##j},
static const int64_t of_forms[WL_FORM_STEP_COUNT][WL_FORM_STATE_COUNT] = {
#include "wledger/transitions.def"
};
#undef WL_FORM_STEP

#define ROW(rows, step, command, who)                  \
    {                                                  \
        command, who, rows[step], WL_COUNT(rows[step]) \
    }

#define WL_CLAIM_STEP(NAME, command, who, ...) ROW(of_claims, WL_CLAIM_STEP_##NAME, command, who),
static const struct wl_transition claim_steps[] = {
#include "wledger/transitions.def"
};
#undef WL_CLAIM_STEP

#define WL_SETTLEMENT_STEP(NAME, command, who, ...) ROW(of_settlements, WL_SETTLEMENT_STEP_##NAME, command, who),
static const struct wl_transition settlement_steps[] = {
#include "wledger/transitions.def"
};
#undef WL_SETTLEMENT_STEP

#define WL_FORM_STEP(NAME, command, who, ...) ROW(of_forms, WL_FORM_STEP_##NAME, command, who),
static const struct wl_transition form_steps[] = {
#include "wledger/transitions.def"
};
#undef WL_FORM_STEP

const struct wl_transition *wl_claim_transition(enum wl_claim_step step)
{
    return &claim_steps[step];
}

const struct wl_transition *wl_settlement_transition(enum wl_settlement_step step)
{
    return &settlement_steps[step];
}

const struct wl_transition *wl_form_transition(enum wl_form_step step)
{
    return &form_steps[step];
}
