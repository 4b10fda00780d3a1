/* A seeded walk of the parts loop and the defective loop against an independent model (model.h).
 *
 * usage: soak N [SEED] [--dealers N] [--trace FROM TO] [--stop STEP] [--without NAME]... [--keep]
 *
 * Prints the seed; exits with 1 and the command at the first difference. The same seed draws the same commands,
 * whatever N is. */
#include "tests/soak.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "wledger/date.h"
#include "wledger/error.h"

#define OP(name_, weight_)                                                                                             \
    {                                                                                                                  \
        .name = #name_, .weight = (weight_), .draw = soak_draw_##name_, .judge = m_judge_##name_, .follow = m_##name_, \
        .command = &wl_##name_##_command                                                                               \
    }
#define OP_OF(name_, weight_, command_)                                                                                \
    {                                                                                                                  \
        .name = #name_, .weight = (weight_), .draw = soak_draw_##name_, .judge = m_judge_##name_, .follow = m_##name_, \
        .command = &(command_)                                                                                         \
    }

const struct soak_op soak_ops[] = {
    OP(deliver, 90),
    OP(open, 12),
    OP(stock_move, 20),
    OP(count, 40),
    OP(reverse, 40),
    OP(request, 120),
    OP_OF(source, 30, wl_request_source_command),
    OP_OF(cancel, 30, wl_request_cancel_command),
    OP(dispatch, 70),
    OP_OF(receive, 90, wl_receive_dispatch_command),
    OP(resolve, 40),
    OP(fit, 120),
    OP(tag, 40),
    OP(tag_loose, 20),
    OP(tag_link, 20),
    OP(return_ship, 30),
    OP(return_scan, 70),
    OP_OF(return_receive, 24, wl_receive_command),
    OP(return_close, 12),
    OP(inspect, 20),
    OP(tag_inspect, 60),
    OP(dispose, 60),
    OP(waive, 16),
    OP(tick, 12),
    {.name = "claim", .weight = 26, .run = soak_claim},
    {.name = "review", .weight = 6, .run = soak_review},
    {.name = "sign", .weight = 40, .run = soak_sign},
    {.name = "settle", .weight = 14, .run = soak_settle},
};
const size_t soak_op_count = WL_COUNT(soak_ops);

/* ---- showing ---- */

static void show_record(const struct wl_record *record, const void *at, unsigned depth)
{
    for (size_t i = 0; i < record->field_count; i++) {
        const struct wl_field *field = &record->fields[i];
        struct wl_buf text;

        if (field->type == WL_LIST) {
            const struct wl_list *list = (const void *)((const char *)at + field->offset);

            for (size_t j = 0; j < list->count; j++) {
                printf("%*s%s %zu\n", (int)depth * 2, "", field->name, j + 1);
                show_record(field->item, (const char *)list->at + j * field->item->size, depth + 1);
            }
            continue;
        }
        wl_buf_init(&text, 1 << 16);
        wl_field_to_text(field, at, &text);
        if (text.size > 0)
            printf("%*s%s: " WL_STR_FMT "\n", (int)depth * 2, "", field->name, WL_STR_ARG(wl_buf_view(&text)));
        wl_buf_release(&text);
    }
}

static void show_request(const struct model *m, int64_t number)
{
    const struct m_request *r = number > 0 && number < (int64_t)m->request_count ? &m->requests[number] : NULL;

    if (r)
        printf("  request %lld: %s, %s for %s at %s, quantity %lld, received %lld, discrepant %lld, fitted %lld\n",
               (long long)number, wl_request_state_names()[r->state], m->parts[r->part].id, m->places[r->dealer].id,
               r->place < 0 ? "none" : m->places[r->place].id, (long long)r->quantity, (long long)r->received,
               (long long)r->discrepant, (long long)r->fitted);
}

static void show_tag(const struct model *m, int64_t number)
{
    const struct m_tag *tag = number > 0 && number < (int64_t)m->tag_count ? &m->tags[number] : NULL;

    if (tag)
        printf("  tag %lld: %s, %s lot \"%s\" quantity %lld, obligation %lld, shipment %lld\n", (long long)number,
               wl_tag_state_names()[tag->state], m->parts[tag->part].id, tag->lot, (long long)tag->quantity,
               (long long)tag->obligation, (long long)tag->shipment);
}

/* The documents that the command names, as the model has them before it. */
static void show_documents(const struct soak *s)
{
    const struct wl_command *c = s->op->command;
    const struct model *m = s->m;

    if (c == &wl_request_source_command || c == &wl_request_cancel_command)
        show_request(m, s->body.source.request);
    if (c == &wl_fit_command && s->body.fit.request != WL_NONE)
        show_request(m, s->body.fit.request);
    for (size_t i = 0; c == &wl_dispatch_command && i < s->body.dispatch.requests.count; i++)
        show_request(m, s->body.dispatch.requests.at[i]);
    if (c == &wl_return_scan_command || c == &wl_tag_inspect_command || c == &wl_dispose_command ||
        c == &wl_tag_link_command)
        show_tag(m, s->body.return_scan.tag);
    for (size_t i = 0; c == &wl_return_ship_command && i < s->body.return_ship.tags.count; i++)
        show_tag(m, s->body.return_ship.tags.at[i]);
}

static void show_step(const struct soak *s)
{
    char time[WL_TIME_TEXT];

    wl_time_format(s->now, time);
    printf("step %llu, entry %llu, %s: %s\n", (unsigned long long)s->step, (unsigned long long)s->m->seq, time,
           s->op->name);
    if (s->op->command)
        show_record(s->op->command->body, &s->body, 1);
    if (s->op->command)
        show_documents(s);
}

static void show_verdict(const struct soak *s, const struct wl_result *result)
{
    const struct model *m = s->m;

    printf("  the model: %s", m->must_count == 0 ? "done" : "");
    for (int i = 0; i < M_REFUSALS; i++)
        if (m->must[i] || m->may[i])
            printf(" %s%s", m->must[i] ? "" : "perhaps ", wl_refusal_name(i));
    printf("\n  the ledger: %s\n", result ? wl_refusal_name(result->refusal) : "failed");
}

/* ---- a step ---- */

static bool is_allowed(const struct model *m, int64_t refusal)
{
    return refusal >= 0 && refusal < M_REFUSALS && (m->must[refusal] || m->may[refusal]);
}

static void keep(struct soak *s, const struct wl_request *request, const struct wl_result *result)
{
    struct soak_keyed *k = &s->keyed[s->keyed_count++ % SOAK_KEYED];
    struct wl_buf bytes;

    k->op = NULL;
    wl_buf_init(&bytes, sizeof k->outcome);
    wl_record_encode(request->command->body, request->body, &bytes);
    if (bytes.failed || bytes.size > sizeof k->body) {
        wl_buf_release(&bytes);
        return;
    }
    k->body_size = bytes.size;
    memcpy(k->body, bytes.data, bytes.size);
    wl_buf_clear(&bytes);
    wl_record_encode(request->command->outcome, result->outcome, &bytes);
    k->outcome_size = bytes.size;
    if (bytes.size > 0)
        memcpy(k->outcome, bytes.data, bytes.size);
    k->op = bytes.failed ? NULL : s->op;
    k->time = request->time;
    m_set(k->key, sizeof k->key, request->key);
    wl_buf_release(&bytes);
}

static bool is_traced(const struct soak *s)
{
    return s->trace_from <= s->step && s->step <= s->trace_to;
}

static bool execute(struct soak *s)
{
    struct model *m = s->m;
    bool keyed = soak_chance(s, 4);
    struct wl_request request = {.command = s->op->command, .body = &s->body, .time = s->now, .actor = WL_STR("soak")};
    struct wl_result result;
    const struct wl_outcome_head *head;

    m_clear(m);
    if (keyed)
        request.key = soak_text(s, "key-%llu", (unsigned long long)s->next_key++);
    s->op->judge(m, &s->body);
    if (!soak_execute(s, &request, &result)) {
        show_step(s);
        show_verdict(s, NULL);
        return false;
    }
    head = result.outcome;
    s->refusals[result.refusal]++;
    (result.refusal == WL_DONE ? s->done : s->refused)[s->op - soak_ops]++;
    if (result.refusal == WL_DONE ? m->must_count > 0 : !is_allowed(m, result.refusal)) {
        m_differs(m, "the verdicts differ (about: \"" WL_STR_FMT "\")", WL_STR_ARG(head->about));
    } else if (result.refusal == WL_DONE) {
        s->op->follow(m, &s->body, result.outcome);
    } else if (head->postings.count > 0) {
        m_differs(m, "a refused command has postings");
    }
    if (m->fault[0] && !is_traced(s))
        show_step(s);
    if (m->fault[0] || is_traced(s)) {
        show_verdict(s, &result);
        show_record(s->op->command->outcome, result.outcome, 2);
    }
    if (keyed && !m->fault[0])
        keep(s, &request, &result);
    return !m->fault[0] && soak_compare_step(s);
}

/* The same command under the same key: the first outcome again, and nothing else; another command: refused. */
static bool repeat(struct soak *s)
{
    struct soak_keyed *k = &s->keyed[soak_below(s, SOAK_KEYED)];
    struct wl_request request = {.time = soak_chance(s, 50) ? s->now : k->time, .actor = WL_STR("soak")};
    static const struct wl_tick_body other = {WL_NONE};
    bool same = soak_chance(s, 80);
    union soak_body *body = &s->body;
    struct wl_result result;
    struct wl_buf bytes;
    uint64_t entries = wl_journal_size(s->txn);

    if (!k->op)
        return true;
    same |= k->op->command == &wl_tick_command;
    s->op = k->op;
    request.command = same ? k->op->command : &wl_tick_command;
    request.body = same ? (const void *)body : &other;
    request.key = wl_str_of(k->key);
    if (!same)
        request.time = s->now;
    wl_arena_clear(&s->arena);
    wl_record_clear(k->op->command->body, body);
    if (wl_record_decode(k->op->command->body, (struct wl_str){(const char *)k->body, k->body_size}, body, &s->arena) !=
            WL_OK ||
        wl_execute(s->txn, &s->arena, &request, &result) != WL_OK) {
        m_differs(s->m, "a repeat fails: %s", wl_error());
        return false;
    }
    s->repeated++;
    if (!same) {
        if (result.refusal != WL_REFUSED_KEY_REUSED)
            m_differs(s->m, "a key that was used for another command is taken again");
        return !s->m->fault[0];
    }
    wl_buf_init(&bytes, sizeof k->outcome);
    wl_record_encode(k->op->command->outcome, result.outcome, &bytes);
    if (!result.repeated || wl_journal_size(s->txn) != entries)
        m_differs(s->m, "the same command under the same key is done again");
    else if (bytes.size != k->outcome_size || memcmp(bytes.data, k->outcome, bytes.size) != 0)
        m_differs(s->m, "a repeat has another outcome than the first");
    wl_buf_release(&bytes);
    return !s->m->fault[0];
}

static const struct soak_op *draw_op(struct soak *s)
{
    unsigned sum = 0, at;
    size_t i = 0;

    for (size_t j = 0; j < soak_op_count; j++)
        sum += s->weights[j];
    at = (unsigned)soak_below(s, sum);
    while (at >= s->weights[i])
        at -= s->weights[i++];
    return &soak_ops[i];
}

static void pass_time(struct soak *s)
{
    /* In whole minutes, so that now and then a deadline is met to the second. */
    s->now += 60 * (int64_t)soak_below(s, soak_chance(s, 2) ? 700 : 15);
    s->m->time = s->now;
    s->m->day = wl_time_day(s->now, wl_journal_zone(s->txn));
    s->m->seq = wl_journal_size(s->txn);
    s->text_count = 0;
}

static bool step(struct soak *s)
{
    bool good;

    pass_time(s);
    if (soak_chance(s, 2)) {
        s->op = &soak_ops[0];
        return repeat(s);
    }
    for (bool drawn = false; !drawn;) {
        s->op = draw_op(s);
        if (s->op->run)
            break;
        memset(&s->body, 0, sizeof s->body);
        wl_record_clear(s->op->command->body, &s->body);
        drawn = s->op->draw(s, &s->body);
    }
    if (is_traced(s))
        show_step(s);
    if (s->op->run)
        m_clear(s->m);
    good = s->op->run ? s->op->run(s) : execute(s);
    if (!good && s->op->run)
        show_step(s);
    return good;
}

/* ---- the walk ---- */

static bool commit(struct soak *s)
{
    if (s->txn && wl_txn_commit(&s->txn) != WL_OK) {
        m_differs(s->m, "commit: %s", wl_error());
        return false;
    }
    return true;
}

static bool begin(struct soak *s)
{
    if (wl_txn_begin(s->store, true, &s->txn) == WL_OK)
        return true;
    m_differs(s->m, "begin: %s", wl_error());
    return false;
}

/* Commands in a transaction that is given up: nothing of them may be left, in the store or in memory. */
static bool give_up(struct soak *s)
{
    for (int i = 0; i < 3; i++) {
        struct wl_request request = {.body = &s->body, .time = s->now, .actor = WL_STR("soak")};
        struct wl_result result;

        do {
            s->op = draw_op(s);
        } while (s->op->run);
        memset(&s->body, 0, sizeof s->body);
        wl_record_clear(s->op->command->body, &s->body);
        request.command = s->op->command;
        s->m->seq = wl_journal_size(s->txn);
        if (s->op->draw(s, &s->body) && !soak_execute(s, &request, &result))
            return false;
    }
    wl_txn_abort(&s->txn);
    return begin(s);
}

static bool walk(struct soak *s)
{
    uint64_t next_check = SOAK_CHECK_EVERY;

    if (!begin(s))
        return false;
    for (s->step = 1; s->step <= s->steps; s->step++) {
        if (!step(s))
            return false;
        if (s->step == next_check) {
            if (!soak_compare_all(s, false))
                return false;
            m_accounts_tidy(s->m);
            next_check += SOAK_CHECK_EVERY + s->step / 8;
        }
        if (s->step % SOAK_COMMIT_EVERY == 0 && (!commit(s) || !begin(s) || !give_up(s)))
            return false;
    }
    return soak_compare_all(s, true) && commit(s) && soak_audit(s);
}

static void tell(const struct soak *s)
{
    for (size_t i = 0; i < soak_op_count; i++)
        if (!soak_ops[i].run)
            printf("  %-16s %8llu done %8llu refused\n", soak_ops[i].name, (unsigned long long)s->done[i],
                   (unsigned long long)s->refused[i]);
    for (int i = 1; i < M_REFUSALS; i++)
        if (s->refusals[i])
            printf("  %s %llu", wl_refusal_name(i), (unsigned long long)s->refusals[i]);
    printf("\n ");
    for (size_t i = 0; i < s->m->seen_count; i++)
        printf(" %s %llu", s->m->seen[i].what, (unsigned long long)s->m->seen[i].times);
    printf("\n  %llu sent again; %zu requests, %zu dispatches, %zu discrepancies, %zu tags, %zu returns, %zu claims\n",
           (unsigned long long)s->repeated, s->m->request_count, s->m->dispatch_count, s->m->discrepancy_count,
           s->m->tag_count, s->m->return_count, s->m->claim_count);
}

static bool leave_out(struct soak *s, const char *name)
{
    for (size_t i = 0; i < soak_op_count; i++)
        if (strcmp(soak_ops[i].name, name) == 0) {
            s->weights[i] = 0;
            return true;
        }
    return false;
}

static bool arguments(struct soak *s, int count, char **at, int *dealers, bool *keeps)
{
    int numbers = 0;

    s->seed = (uint64_t)time(NULL);
    for (size_t i = 0; i < soak_op_count; i++)
        s->weights[i] = soak_ops[i].weight;
    for (int i = 1; i < count; i++) {
        if (strcmp(at[i], "--trace") == 0 && i + 2 < count) {
            s->trace_from = strtoull(at[++i], NULL, 10);
            s->trace_to = strtoull(at[++i], NULL, 10);
        } else if (strcmp(at[i], "--dealers") == 0 && i + 1 < count) {
            *dealers = atoi(at[++i]);
        } else if (strcmp(at[i], "--stop") == 0 && i + 1 < count) {
            s->steps = strtoull(at[++i], NULL, 10);
        } else if (strcmp(at[i], "--without") == 0 && i + 1 < count && leave_out(s, at[i + 1])) {
            i++;
        } else if (strcmp(at[i], "--keep") == 0) {
            *keeps = true;
        } else if (at[i][0] != '-' && numbers < 2) {
            *(numbers++ == 0 ? &s->steps : &s->seed) = strtoull(at[i], NULL, 10);
        } else {
            return false;
        }
    }
    return s->steps > 0 && *dealers >= 1 && *dealers <= 6;
}

int main(int count, char **at)
{
    struct soak *s = calloc(1, sizeof *s);
    bool keeps = false, good;
    int dealers = 6;

    if (!s || !(s->m = calloc(1, sizeof *s->m)))
        return 2;
    s->trace_from = 1;
    if (!arguments(s, count, at, &dealers, &keeps)) {
        fprintf(stderr, "usage: soak N [SEED] [--dealers 1..6] [--trace FROM TO] [--stop STEP]"
                        " [--without NAME]... [--keep]\n");
        return 2;
    }
    printf("soak: %llu steps, seed %llu\n", (unsigned long long)s->steps, (unsigned long long)s->seed);
    s->random = s->seed * 0x9E3779B97F4A7C15u + 0x2545F4914F6CDD1Du;
    for (int i = 0; i < 8; i++)
        soak_below(s, 2);
    if (!soak_world_make(s, dealers)) {
        soak_world_remove(s);
        return 2;
    }
    good = walk(s);
    if (!good)
        printf("soak: seed %llu, step %llu: %s\n", (unsigned long long)s->seed, (unsigned long long)s->step,
               s->m->fault);
    else
        tell(s);
    if (keeps)
        printf("soak: the store stays in %s\n", s->dir);
    else
        soak_world_remove(s);
    m_release(s->m);
    free(s->m);
    free(s);
    return good ? 0 : 1;
}
