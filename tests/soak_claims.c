/* The claims of the soak: they oblige the returns, and are reviewed, signed, settled and paid. */
#include "tests/soak.h"

#include <string.h>

#include "wledger/date.h"
#include "wledger/error.h"

enum { LONGEST_AGE = 20 /* days between repair and submission */, KM_A_DAY = 10, FIRST_KM = 10000 };

static bool command(struct soak *s, const struct wl_command *command, const void *body,
                    const struct wl_personal *personal, struct wl_result *result)
{
    struct wl_request request = {.command = command,
                                 .body = body,
                                 .time = s->now,
                                 .actor = WL_STR("soak"),
                                 .texts = personal,
                                 .text_count = personal != NULL};

    return soak_execute(s, &request, result);
}

/* A part line: mostly a few pieces, now and then many, or litres. */
static struct wl_part_line part_line(struct soak *s, bool large)
{
    const struct model *m = s->m;
    int part = soak_any_part(s);
    char price[WL_DECIMAL_TEXT], quantity[WL_DECIMAL_TEXT];
    int64_t pieces = soak_chance(s, 70) ? 1 : 1 + (int64_t)soak_below(s, 3), thousandths = 1000 * pieces;

    while (!m->parts[part].returns && soak_chance(s, 80))
        part = soak_any_part(s);
    if (part >= 22)
        thousandths = 1 + (int64_t)soak_below(s, 4000);
    if (large)
        thousandths = 1000 * (30 + (int64_t)soak_below(s, 80));
    wl_decimal_format(thousandths, 3, quantity);
    wl_decimal_format(m->parts[part].price, 2, price);
    return (struct wl_part_line){wl_str_of(m->parts[part].id), soak_text(s, "%s", quantity), soak_text(s, "%s", price),
                                 WL_STR("CNY")};
}

/* Follows what a decision made of a claim; its obligations stand in its row. */
static bool follow(struct soak *s, int64_t index, const struct wl_decision *decision)
{
    struct wl_claim row;
    struct m_claim *c = &s->m->claims[index];

    if (wl_claim_get(s->txn, &s->arena, c->id, &row) != 1) {
        m_differs(s->m, "claim %lld has no row", (long long)c->id);
        return false;
    }
    c->repair_day = row.repair_day;
    c->decided_seq = row.decided_seq;
    m_claim_decided(s->m, index, decision, row.first_obligation);
    return !s->m->fault[0];
}

bool soak_claim(struct soak *s)
{
    struct wl_labour_line labour = {WL_STR("OP1"), WL_STR("0.5")};
    struct wl_part_line parts[M_CLAIM_LINES - 1];
    struct wl_claim_record record = {.submission = WL_STR("1"),
                                     .type = WL_STR("warranty"),
                                     .fault_code = WL_STR("F1"),
                                     .labour = {&labour, soak_chance(s, 65)},
                                     .parts = {parts, soak_chance(s, 50) ? 1 : 1 + soak_below(s, WL_COUNT(parts))},
                                     .narrative_size = WL_NONE};
    int64_t repair = s->m->day - (int64_t)soak_below(s, LONGEST_AGE);
    char repair_date[WL_DATE_TEXT], submit_date[WL_DATE_TEXT];
    const struct wl_record_outcome *out;
    struct wl_result result;
    int64_t index;
    bool large = soak_chance(s, 6);

    wl_date_format(repair, repair_date);
    wl_date_format(s->m->day, submit_date);
    record.dealer_id = wl_str_of(s->m->places[soak_dealer(s)].id);
    record.claim_no = soak_text(s, "C%llu", (unsigned long long)s->next_claim++);
    record.vin = wl_str_of(s->m->vehicles[soak_below(s, (uint64_t)s->m->vehicle_count)]);
    record.repair_date = soak_text(s, "%s", repair_date);
    record.submit_date = soak_text(s, "%s", submit_date);
    record.mileage = soak_text(s, "%lld", (long long)(FIRST_KM + (repair - 20000) * KM_A_DAY));
    for (size_t i = 0; i < record.parts.count; i++)
        parts[i] = part_line(s, large);
    if (!command(s, &wl_record_command, &record, NULL, &result))
        return false;
    out = result.outcome;
    if (out->claim == WL_NONE)
        return true;
    index = m_claim_in(s->m, &record, out);
    return follow(s, index, &out->decision);
}

static int64_t draw_claim(struct soak *s)
{
    struct model *m = s->m;

    while (s->oldest_claim < m->claim_count && (m->claims[s->oldest_claim].settlement != WL_NONE ||
                                                m->claims[s->oldest_claim].decision == WL_CLAIM_REJECTED))
        s->oldest_claim++;
    return s->oldest_claim == m->claim_count
               ? -1
               : (int64_t)(s->oldest_claim + soak_below(s, m->claim_count - s->oldest_claim));
}

bool soak_review(struct soak *s)
{
    int64_t index = draw_claim(s);
    struct wl_review_body body = {.verdict = soak_chance(s, 90) ? WL_APPROVE : WL_REFUSE, .reason = WL_STR("seen")};
    struct wl_result result;

    for (int i = 0; i < 50 && index >= 0 && s->m->claims[index].decision != WL_CLAIM_REFERRED; i++)
        index = draw_claim(s);
    if (index < 0)
        return true;
    body.dealer_id = wl_str_of(s->m->places[s->m->claims[index].dealer].id);
    body.claim_no = wl_str_of(s->m->claims[index].no);
    if (!command(s, &wl_review_command, &body, NULL, &result))
        return false;
    return result.refusal != WL_DONE || follow(s, index, &((const struct wl_review_outcome *)result.outcome)->decision);
}

bool soak_sign(struct soak *s)
{
    int64_t index = draw_claim(s);
    struct wl_personal signer = {.salt = {2}, .text = WL_STR("Mr. Li")};
    struct wl_sign_body body = {.paper = WL_NO_STR};
    struct wl_result result;

    for (int i = 0; i < 20 && index >= 0 && s->m->claims[index].is_signed; i++)
        index = draw_claim(s);
    if (index < 0)
        return true;
    body.dealer_id = wl_str_of(s->m->places[s->m->claims[index].dealer].id);
    body.claim_no = wl_str_of(s->m->claims[index].no);
    if (!command(s, &wl_sign_command, &body, &signer, &result))
        return false;
    s->m->claims[index].is_signed |= result.refusal == WL_DONE;
    return true;
}

static bool is_eligible(const struct model *m, const struct m_claim *c)
{
    if (!c->is_signed || (c->decision != WL_CLAIM_APPROVED && c->decision != WL_CLAIM_PARTIAL))
        return false;
    for (int64_t i = 0; i < c->obligations; i++)
        if (m_obligation_blocks(&m->obligations[c->first_obligation + i]))
            return false;
    return true;
}

/* The claims that a settlement of this dealer took are those whose loops are closed. */
static bool compare_settled(struct soak *s, int dealer)
{
    struct model *m = s->m;

    for (size_t i = 0; i < m->claim_count; i++) { /* one that was rejected may be paid again */
        struct m_claim *c = &m->claims[i];
        bool eligible = is_eligible(m, c);
        struct wl_claim row;

        if (c->dealer != dealer || c->settlement != WL_NONE || c->decision == WL_CLAIM_REJECTED)
            continue;
        wl_arena_clear(&s->arena);
        if (wl_claim_get(s->txn, &s->arena, c->id, &row) != 1)
            m_differs(m, "claim %lld has no row", (long long)c->id);
        else if (eligible != (row.settlement != WL_NONE))
            m_differs(m, "claim %s is %s, and the model has it %s", c->no,
                      row.settlement == WL_NONE ? "left out" : "settled", eligible ? "eligible" : "not eligible");
        if (m->fault[0])
            return false;
        c->settlement = row.settlement;
        c->settled_seq = row.settlement == WL_NONE ? WL_NONE : (int64_t)wl_journal_size(s->txn) - 1;
    }
    return true;
}

bool soak_settle(struct soak *s)
{
    int dealer = soak_dealer(s);
    struct wl_settle_request request = {.dealer_id = wl_str_of(s->m->places[dealer].id),
                                        .currency = WL_STR("CNY"),
                                        .to = s->m->day,
                                        .time = s->now,
                                        .actor = WL_STR("soak")};
    struct wl_settle_answer answer;
    struct wl_settlement_body body = {.amount = WL_NONE};
    struct wl_result result;

    wl_arena_clear(&s->arena);
    if (wl_settle(s->txn, &s->arena, &request, &answer) != WL_OK) {
        m_differs(s->m, "settle fails: %s", wl_error());
        return false;
    }
    if (!compare_settled(s, dealer))
        return false;
    body.settlement = (int64_t)answer.number;
    if (answer.refusal == WL_DONE && soak_chance(s, 70) && !command(s, &wl_pay_command, &body, NULL, &result))
        return false;
    return answer.refusal != WL_DONE || !soak_chance(s, 50) || command(s, &wl_confirm_command, &body, NULL, &result);
}
