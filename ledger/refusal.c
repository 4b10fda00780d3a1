#include "wledger/command.h"

struct row {
    const char *name, *meaning;
};

static const struct row refusals[] = {
    [WL_DONE] = {"done", "the command was carried out"},
#define WL_REFUSAL(tag, NAME, name, meaning) [tag] = {name, meaning},
#include "wledger/refusals.def"
#undef WL_REFUSAL
};

const char *wl_refusal_name(int64_t refusal)
{
    return refusal >= 0 && (size_t)refusal < WL_COUNT(refusals) ? refusals[refusal].name : NULL;
}

const char *wl_refusal_meaning(int64_t refusal)
{
    return refusal >= 0 && (size_t)refusal < WL_COUNT(refusals) ? refusals[refusal].meaning : NULL;
}
