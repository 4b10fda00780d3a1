#include "quality/repeats.h"

#include <stdlib.h>
#include <string.h>

#include "wledger/error.h"

enum { FIRST_ROOM = 1024 };
/* Types whose claims repeat a repair (domain text, section 4, repeat-repair). */
enum {
    REPAIRS = 1u << WL_TYPE_WARRANTY | 1u << WL_TYPE_PART | 1u << WL_TYPE_EXTENDED | 1u << WL_TYPE_GOODWILL,
};

void wl_repairs_release(struct wl_repairs *r)
{
    free(r->at);
    *r = (struct wl_repairs){.at = NULL};
}

static int make_room(struct wl_repairs *r, size_t more)
{
    size_t room = r->room ? 2 * r->room : FIRST_ROOM;
    struct wl_repair *at;

    if (r->count + more <= r->room)
        return WL_OK;
    room = room < r->count + more ? r->count + more : room;
    if (!(at = realloc(r->at, room * sizeof *at)))
        return wl_fail(WL_E_SYSTEM, "out of memory");
    r->at = at;
    r->room = room;
    return WL_OK;
}

int wl_repairs_add(struct wl_repairs *r, const struct wl_base *b, const struct wl_fact *fact, bool passes)
{
    if (fact->vehicle < 0 || fact->vehicle >= UINT32_MAX)
        return WL_OK;
    if (make_room(r, 1) != WL_OK)
        return WL_E_SYSTEM;
    r->at[r->count++] = (struct wl_repair){
        .vehicle = (uint32_t)fact->vehicle,
        .component = fact->fault <= b->texts[WL_CODE_FAULT].count ? b->fault_component[fact->fault] : 0,
        .claim = (uint32_t)fact->claim,
        .dealer = fact->dealer,
        .day = (int32_t)fact->repair_day,
        .currency = (uint16_t)fact->currency,
        .counts = passes && (REPAIRS >> fact->type & 1),
        .has_said = fact->repeat};
    return WL_OK;
}

int wl_repairs_join(struct wl_repairs *r, struct wl_repairs *other)
{
    if (make_room(r, other->count) != WL_OK)
        return WL_E_SYSTEM;
    if (other->count)
        memcpy(r->at + r->count, other->at, other->count * sizeof *other->at);
    r->count += other->count;
    wl_repairs_release(other);
    return WL_OK;
}

static int compare(uint64_t a, uint64_t b)
{
    return a < b ? -1 : a > b;
}

/* By vehicle and component, then as they came. */
static int in_order(const void *a, const void *b)
{
    const struct wl_repair *x = a, *y = b;

    if (x->vehicle != y->vehicle)
        return compare(x->vehicle, y->vehicle);
    if (x->component != y->component)
        return compare(x->component, y->component);
    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    return compare(x->claim, y->claim);
}

int wl_repeats_each(struct wl_repairs *r, struct wl_base *b, wl_repeat_fn *call, void *context)
{
    int64_t limit = WL_NONE;
    int rc = WL_OK;

    if (r->count)
        qsort(r->at, r->count, sizeof *r->at, in_order);
    for (size_t i = 0; rc == WL_OK && i < r->count; i++) {
        const struct wl_repair *one = &r->at[i], *before = i > 0 ? &r->at[i - 1] : NULL;
        bool again =
            before && one->component != 0 && before->vehicle == one->vehicle && before->component == one->component;

        if (!one->counts || !(one->has_said || again))
            continue;
        if (!one->has_said) {
            limit = wl_policy_on(b->reference, WL_STR("duplicate_days"), one->day);
            again = limit != WL_NONE && (int64_t)(one->day - before->day) * 1000000 <= limit;
        }
        if (again || one->has_said)
            rc = call(context, one);
    }
    return rc == WL_OK ? wl_txn_status(b->txn) : rc;
}
