/* The model's texts, verdicts, world and double entry. */
#include "tests/model.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "wledger/error.h"

/* ---- text and growing ---- */

void m_set(char *out, size_t size, struct wl_str text)
{
    size_t n = text.size < size - 1 ? text.size : size - 1;

    if (n > 0)
        memmove(out, text.data, n);
    out[n] = 0;
}

bool m_is(const char *text, struct wl_str other)
{
    return strlen(text) == other.size && (other.size == 0 || memcmp(text, other.data, other.size) == 0);
}

void *m_grow(void *array, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return array;
    *room = *room ? *room * 2 : 16;
    array = realloc(array, *room * size);
    if (!array)
        abort();
    return array;
}

void m_differs(struct model *m, const char *format, ...)
{
    va_list arguments;

    if (m->fault[0])
        return;
    va_start(arguments, format);
    vsnprintf(m->fault, sizeof m->fault, format, arguments);
    va_end(arguments);
}

void m_saw(struct model *m, const char *what)
{
    size_t i = 0;

    while (i < m->seen_count && strcmp(m->seen[i].what, what) != 0)
        i++;
    if (i == M_SEEN)
        return;
    m->seen[i].what = what;
    m->seen[i].times++;
    m->seen_count += i == m->seen_count;
}

void m_same(struct model *m, const char *what, int64_t ledger, int64_t model)
{
    if (ledger != model)
        m_differs(m, "%s: the ledger says %lld, the model %lld", what, (long long)ledger, (long long)model);
}

void m_same_text(struct model *m, const char *what, struct wl_str ledger, const char *model)
{
    if (!m_is(model, ledger))
        m_differs(m, "%s: the ledger says \"" WL_STR_FMT "\", the model \"%s\"", what, WL_STR_ARG(ledger), model);
}

/* ---- verdicts ---- */

void m_clear(struct model *m)
{
    memset(m->must, 0, sizeof m->must);
    memset(m->may, 0, sizeof m->may);
    memset(&m->plan, 0, offsetof(struct m_plan, picks));
    m->plan.pick_count = 0;
    m->plan.difference = m->plan.quantity = 0;
    m->must_count = 0;
    m->step_count = 0;
    for (size_t i = 0; i < m->touched_count; i++)
        m->accounts[m->touched[i]].touched = false;
    m->touched_count = 0;
}

void m_must(struct model *m, enum wl_refusal refusal)
{
    if (!m->must[refusal])
        m->must_count++;
    m->must[refusal] = true;
}

void m_may(struct model *m, enum wl_refusal refusal)
{
    m->may[refusal] = true;
}

/* ---- the world ---- */

int m_part_of(const struct model *m, struct wl_str id)
{
    for (int i = 0; i < m->part_count; i++)
        if (m_is(m->parts[i].id, id))
            return i;
    return -1;
}

int m_place_of(const struct model *m, struct wl_str id)
{
    for (int i = 0; i < m->place_count; i++)
        if (m_is(m->places[i].id, id))
            return i;
    return -1;
}

int m_vehicle_of(const struct model *m, struct wl_str vin)
{
    for (int i = 0; i < m->vehicle_count; i++)
        if (m_is(m->vehicles[i], vin))
            return i;
    return -1;
}

bool m_bin_is(const struct model *m, int place, int part, struct wl_str bin)
{
    if (wl_str_is(bin, WL_MAIN_BIN))
        return true;
    for (int i = 0; i < m->bin_count; i++)
        if (m->bins[i].place == place && (m->bins[i].part == part || m->bins[i].part < 0) && m_is(m->bins[i].id, bin))
            return true;
    return false;
}

const char *m_bin_chosen(const struct model *m, int place, int part)
{
    const char *named = NULL, *any = NULL;

    for (int i = 0; i < m->bin_count; i++) {
        const struct m_bin *bin = &m->bins[i];

        if (bin->place == place && bin->part == part && (!named || strcmp(bin->id, named) < 0))
            named = bin->id;
        if (bin->place == place && bin->part < 0 && (!any || strcmp(bin->id, any) < 0))
            any = bin->id;
    }
    return named ? named : any ? any : WL_MAIN_BIN;
}

void m_judge_bin(struct model *m, int place, int part, struct wl_str named, char out[M_ID])
{
    if (named.size > 0 && !m_bin_is(m, place, part, named))
        m_must(m, WL_REFUSED_BIN_UNKNOWN);
    m_set(out, M_ID, named.size > 0 ? named : wl_str_of(m_bin_chosen(m, place, part)));
}

int64_t m_good_kind(const struct model *m, int place)
{
    return m->places[place].dealer ? WL_ACCOUNT_DEALER : WL_ACCOUNT_WAREHOUSE;
}

static char *party_room(void)
{
    static char rooms[4][M_PARTY];
    static unsigned next;

    return rooms[next++ % 4];
}

const char *m_party(const char *place, const char *bin)
{
    char *out = party_room();

    snprintf(out, M_PARTY, "%.35s/%.35s", place, bin);
    return out;
}

const char *m_party_number(const char *what, int64_t number)
{
    char *out = party_room();

    snprintf(out, M_PARTY, "%s%s%lld", what, what[0] ? "/" : "", (long long)number);
    return out;
}

/* ---- accounts ---- */

static uint64_t hash_of(int64_t kind, const char *party, int part, const char *lot)
{
    uint64_t hash = 1469598103934665603u ^ (uint64_t)(kind * 131 + part);

    for (; *party; party++)
        hash = (hash ^ (uint8_t)*party) * 1099511628211u;
    hash = (hash ^ 255) * 1099511628211u;
    for (; *lot; lot++)
        hash = (hash ^ (uint8_t)*lot) * 1099511628211u;
    return hash ^ hash >> 29;
}

static void slots_make(struct model *m)
{
    size_t count = 1024;

    while (count < 4 * m->account_count + 1024)
        count *= 2;
    free(m->account_slots);
    m->account_slots = calloc(count, sizeof *m->account_slots);
    if (!m->account_slots)
        abort();
    m->account_slot_count = count;
    for (size_t i = 0; i < m->account_count; i++) {
        size_t slot = m->accounts[i].hash & (count - 1);

        while (m->account_slots[slot])
            slot = (slot + 1) & (count - 1);
        m->account_slots[slot] = (uint32_t)i + 1;
    }
}

static struct m_account *find_account(const struct model *m, int64_t kind, const char *party, int part, const char *lot,
                                      size_t *slot)
{
    uint64_t hash = hash_of(kind, party, part, lot);

    *slot = hash & (m->account_slot_count - 1);
    for (; m->account_slots[*slot]; *slot = (*slot + 1) & (m->account_slot_count - 1)) {
        struct m_account *a = &m->accounts[m->account_slots[*slot] - 1];

        if (a->hash == hash && a->kind == kind && a->part == part && strcmp(a->party, party) == 0 &&
            strcmp(a->lot, lot) == 0)
            return a;
    }
    return NULL;
}

struct m_account *m_account(struct model *m, int64_t kind, const char *party, int part, const char *lot)
{
    struct m_account *a;
    size_t slot;

    if (2 * m->account_count + 2 > m->account_slot_count)
        slots_make(m);
    a = find_account(m, kind, party, part, lot, &slot);
    if (!a) {
        a = M_ADD(m->accounts, m->account_count, m->account_room);
        *a = (struct m_account){.kind = kind, .part = part, .hash = hash_of(kind, party, part, lot)};
        m_set(a->party, sizeof a->party, wl_str_of(party));
        m_set(a->lot, sizeof a->lot, wl_str_of(lot));
        m->account_slots[slot] = (uint32_t)m->account_count;
    }
    if (!a->touched && m->touched_count < M_TOUCHED) {
        a->touched = true;
        m->touched[m->touched_count++] = (size_t)(a - m->accounts);
    }
    return a;
}

int64_t m_balance(const struct model *m, int64_t kind, const char *party, int part, const char *lot)
{
    size_t slot;
    const struct m_account *a;

    if (!m->account_slots)
        return 0;
    a = find_account(m, kind, party, part, lot, &slot);
    return a ? a->balance : 0;
}

void m_accounts_tidy(struct model *m)
{
    size_t kept = 0;

    m_clear(m);
    for (size_t i = 0; i < m->account_count; i++)
        if (m->accounts[i].balance != 0)
            m->accounts[kept++] = m->accounts[i];
    m->account_count = kept;
    slots_make(m);
}

/* ---- pieces: serial numbers, each in one place ---- */

static size_t piece_slot(const struct model *m, int part, const char *lot)
{
    size_t slot = hash_of(0, "", part, lot) & (m->piece_slot_count - 1);

    for (; m->piece_slots[slot]; slot = (slot + 1) & (m->piece_slot_count - 1)) {
        const struct m_piece *piece = &m->pieces[m->piece_slots[slot] - 1];

        if (piece->part == part && strcmp(piece->lot, lot) == 0)
            break;
    }
    return slot;
}

static void piece_slots_make(struct model *m)
{
    m->piece_slot_count = m->piece_slot_count ? 2 * m->piece_slot_count : 1024;
    free(m->piece_slots);
    m->piece_slots = calloc(m->piece_slot_count, sizeof *m->piece_slots);
    if (!m->piece_slots)
        abort();
    for (size_t i = 0; i < m->piece_count; i++)
        m->piece_slots[piece_slot(m, (int)m->pieces[i].part, m->pieces[i].lot)] = (uint32_t)i + 1;
}

const struct m_piece *m_piece(const struct model *m, int part, const char *lot)
{
    size_t slot;

    if (!m->piece_slots)
        return NULL;
    slot = piece_slot(m, part, lot);
    return m->piece_slots[slot] ? &m->pieces[m->piece_slots[slot] - 1] : NULL;
}

static void piece_put(struct model *m, int part, const char *lot, int64_t kind, const char *party)
{
    struct m_piece *piece;
    size_t slot;

    if (2 * m->piece_count + 2 > m->piece_slot_count)
        piece_slots_make(m);
    slot = piece_slot(m, part, lot);
    if (m->piece_slots[slot]) {
        piece = &m->pieces[m->piece_slots[slot] - 1];
    } else {
        piece = M_ADD(m->pieces, m->piece_count, m->piece_room);
        *piece = (struct m_piece){.part = part};
        m_set(piece->lot, sizeof piece->lot, wl_str_of(lot));
        m->piece_slots[slot] = (uint32_t)m->piece_count;
    }
    piece->kind = kind;
    piece->strange = false;
    m_set(piece->party, sizeof piece->party, wl_str_of(party));
}

const struct m_piece *m_piece_here(const struct model *m, int part, const char *lot)
{
    const struct m_piece *piece = m_piece(m, part, lot);

    return piece && !piece->strange && piece->kind != WL_ACCOUNT_SUPPLIER && piece->kind != WL_ACCOUNT_COUNT_ADJUSTMENT
               ? piece
               : NULL;
}

void m_piece_strange(struct model *m, int part, const char *lot)
{
    m->pieces[m->piece_slots[piece_slot(m, part, lot)] - 1].strange = true;
    m_saw(m, "never-seen-again");
}

/* ---- rows of stock ---- */

struct m_stock *m_stock(struct model *m, int part, int place)
{
    struct m_stock *stock = &m->stock[part][place];

    stock->touched = true;
    return stock;
}

static int compare_row(const struct m_row *row, const char *bin, const char *lot)
{
    int order = strcmp(row->bin, bin);

    return order ? order : strcmp(row->lot, lot);
}

static void row_add(struct model *m, int part, int place, const char *bin, const char *lot, int64_t quantity)
{
    struct m_stock *s = m_stock(m, part, place);
    size_t i = 0;

    while (i < s->count && compare_row(&s->rows[i], bin, lot) < 0)
        i++;
    if (i == s->count || compare_row(&s->rows[i], bin, lot) != 0) {
        s->rows = m_grow(s->rows, s->count, &s->room, sizeof *s->rows);
        memmove(s->rows + i + 1, s->rows + i, (s->count - i) * sizeof *s->rows);
        s->count++;
        s->rows[i] = (struct m_row){.quantity = 0};
        m_set(s->rows[i].bin, M_ID, wl_str_of(bin));
        m_set(s->rows[i].lot, M_ID, wl_str_of(lot));
    }
    s->rows[i].quantity += quantity;
    if (s->rows[i].quantity == 0) {
        memmove(s->rows + i, s->rows + i + 1, (s->count - i - 1) * sizeof *s->rows);
        s->count--;
    }
}

int64_t m_on_hand(const struct model *m, int part, int place)
{
    return m_in_bin(m, part, place, NULL, NULL);
}

int64_t m_free(const struct model *m, int part, int place)
{
    return m_on_hand(m, part, place) - m->stock[part][place].reserved;
}

int64_t m_in_bin(const struct model *m, int part, int place, const char *bin, const char *lot)
{
    const struct m_stock *s = &m->stock[part][place];
    int64_t sum = 0;

    for (size_t i = 0; i < s->count; i++)
        if ((!bin || strcmp(s->rows[i].bin, bin) == 0) && (!lot || strcmp(s->rows[i].lot, lot) == 0))
            sum += s->rows[i].quantity;
    return sum;
}

/* ---- moves ---- */

static void side(struct model *m, int64_t kind, const char *party, int part, const char *lot, int64_t quantity)
{
    struct m_account *a = m_account(m, kind, party, part, lot);

    a->balance += quantity;
    if (a->balance < 0 && !wl_account_kind_may_be_negative(kind))
        m_differs(m, "the model itself brings %s %s, %s, lot \"%s\" below zero", wl_account_kind_name(kind), party,
                  m->parts[part].id, lot);
    if (kind == WL_ACCOUNT_DEALER || kind == WL_ACCOUNT_WAREHOUSE) {
        const char *slash = strchr(party, '/');
        struct wl_str place = {party, slash ? (size_t)(slash - party) : 0};

        row_add(m, part, m_place_of(m, place), slash ? slash + 1 : "", lot, quantity);
    }
}

void m_move(struct model *m, int64_t from_kind, const char *from, int64_t to_kind, const char *to, int part,
            const char *lot, int64_t quantity)
{
    struct m_posting *p = &m->step[m->step_count];

    if (m->step_count + 1 >= WL_COUNT(m->step)) {
        m_differs(m, "more postings than one command can have");
        return;
    }
    m->step_count++;
    *p = (struct m_posting){.from_kind = from_kind, .to_kind = to_kind, .part = part, .quantity = quantity};
    m_set(p->from_party, sizeof p->from_party, wl_str_of(from));
    m_set(p->to_party, sizeof p->to_party, wl_str_of(to));
    m_set(p->lot, sizeof p->lot, wl_str_of(lot));
    side(m, from_kind, p->from_party, part, p->lot, -quantity);
    side(m, to_kind, p->to_party, part, p->lot, quantity);
    if (strncmp(lot, "sn:", 3) == 0)
        piece_put(m, part, p->lot, to_kind, p->to_party);
}

/* ---- entries ---- */

struct m_entry *m_entry_note(struct model *m, int tag)
{
    struct m_entry *e = &m->entries[m->seq % M_ENTRIES];

    free(e->at);
    free(e->changes);
    free(e->list);
    *e = (struct m_entry){.seq = (int64_t)m->seq, .reversed_by = WL_NONE, .tag = tag, .number = WL_NONE};
    e->at = calloc(m->step_count + 1, sizeof *e->at);
    if (!e->at)
        abort();
    e->count = m->step_count;
    memcpy(e->at, m->step, m->step_count * sizeof *e->at);
    return e;
}

struct m_entry *m_entry(struct model *m, int64_t seq)
{
    struct m_entry *e = seq < 0 ? NULL : &m->entries[seq % M_ENTRIES];

    return e && e->seq == seq && e->at ? e : NULL;
}

void m_release(struct model *m)
{
    void *const arrays[] = {m->accounts,   m->account_slots, m->pieces,        m->piece_slots, m->requests,
                            m->dispatches, m->lines,         m->discrepancies, m->tags,        m->returns,
                            m->claims,     m->obligations,   m->fits,          m->openings};

    for (size_t i = 0; i < M_ENTRIES; i++) {
        free(m->entries[i].at);
        free(m->entries[i].changes);
        free(m->entries[i].list);
    }
    for (size_t i = 0; i < m->obligation_count; i++)
        free(m->obligations[i].tags);
    for (int part = 0; part < M_PARTS; part++) {
        free(m->back_orders[part]);
        for (int place = 0; place < M_PLACES; place++)
            free(m->stock[part][place].rows);
    }
    for (size_t i = 0; i < WL_COUNT(arrays); i++)
        free(arrays[i]);
}
