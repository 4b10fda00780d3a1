#include "claims/findings.h"

#include <string.h>

#define WL_FINDING(tag, NAME, name, severity, meaning) \
    _Static_assert((tag) > 0 && (tag) < 64, "a finding's tag is a bit");
#include "wledger/findings.def"
#undef WL_FINDING

struct finding_info {
    const char *name, *meaning;
    enum wl_severity severity;
};

static const struct finding_info findings[64] = {
#define WL_FINDING(tag, NAME, name, severity, meaning) [tag] = {name, meaning, severity},
#include "wledger/findings.def"
#undef WL_FINDING
};

static const struct finding_info *finding_info(int64_t finding)
{
    static const struct finding_info none = {NULL, NULL, WL_NOTE};
    return finding >= 0 && finding < (int64_t)WL_COUNT(findings) ? &findings[finding] : &none;
}

const char *wl_finding_name(int64_t finding)
{
    return finding_info(finding)->name;
}

const char *wl_finding_meaning(int64_t finding)
{
    return finding_info(finding)->meaning;
}

enum wl_severity wl_finding_severity(int64_t finding)
{
    return finding_info(finding)->severity;
}

wl_finding_set wl_findings_of(enum wl_severity wanted)
{
    static const wl_finding_set sets[] = {
#define WL_FINDING(tag, NAME, name, severity, meaning) | ((severity) == SEVERITY ? UINT64_C(1) << (tag) : 0)
#define SEVERITY WL_REJECT
        [WL_REJECT] = 0
#include "wledger/findings.def"
        ,
#undef SEVERITY
#define SEVERITY WL_ADJUST
        [WL_ADJUST] = 0
#include "wledger/findings.def"
        ,
#undef SEVERITY
#define SEVERITY WL_REFER
        [WL_REFER] = 0
#include "wledger/findings.def"
        ,
#undef SEVERITY
#define SEVERITY WL_NOTE
        [WL_NOTE] = 0
#include "wledger/findings.def"
        ,
#undef SEVERITY
#undef WL_FINDING
    };
    return sets[wanted];
}

struct wl_ints wl_findings_list(wl_finding_set set, struct wl_arena *arena)
{
    struct wl_ints list = {NULL, 0};
    size_t count = (size_t)__builtin_popcountll(set);

    if (count == 0 || (list.at = wl_arena_alloc(arena, count * sizeof(*list.at))) == NULL)
        return list;
    for (; set != 0; set &= set - 1) {
        int64_t finding = __builtin_ctzll(set);
        size_t at = list.count++;
        for (; at > 0 && strcmp(findings[list.at[at - 1]].name, findings[finding].name) > 0; at--)
            list.at[at] = list.at[at - 1];
        list.at[at] = finding;
    }
    return list;
}

wl_finding_set wl_findings_set(struct wl_ints list)
{
    wl_finding_set set = 0;

    for (size_t i = 0; i < list.count; i++)
        if (wl_finding_name(list.at[i]) != NULL)
            set |= UINT64_C(1) << list.at[i];
    return set;
}
