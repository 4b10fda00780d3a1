/* What `bank` tells. */
#include "cli/bank.h"

static const struct cli_column columns[] = {
    {"file", false, false},     {"reference", false, false}, {"end_to_end", false, false},
    {"event", false, false},    {"amount", true, false},     {"currency", false, false},
    {"booked", false, false},   {"result", false, false},    {"difference", false, false},
    {"payment", true, true},    {"settlement", true, true},  {"dealer_id", false, false},
    {"state", false, false},    {"left", true, false},       {"entry", true, true},
    {"repeated", false, false},
};

void cli_bank_begin(struct cli_banking *b)
{
    b->table = b->cli->format == CLI_TABLE ? NULL : cli_table_new(b->cli, columns, WL_COUNT(columns));
}

static struct wl_str difference_name(const struct cli_bank_told *t)
{
    return t->difference == WL_NONE ? WL_NO_STR : wl_str_of(wl_bank_difference_names()[t->difference]);
}

static void tell_program(struct cli_banking *b, const struct cli_bank_told *t)
{
    struct wl_arena *a = &b->answers;
    bool ours = t->settlement != WL_NONE;

    cli_table_row(b->table,
                  (struct wl_str[]){wl_str_of(b->path), t->reference, t->end_to_end,
                                    wl_str_of(wl_bank_event_names()[t->event]), cli_amount(a, t->amount, t->currency),
                                    t->currency, cli_day(a, t->day), wl_str_of(wl_refusal_name(t->refusal)),
                                    difference_name(t), cli_int(a, t->payment), cli_int(a, t->settlement), t->dealer_id,
                                    ours ? wl_str_of(wl_settlement_state_names()[t->state]) : WL_NO_STR,
                                    ours ? cli_amount(a, t->left, t->unit) : WL_NO_STR, cli_int(a, t->entry),
                                    t->repeated ? WL_STR("yes") : WL_NO_STR});
}

/* What agrees, or was told before, goes without saying. */
static void tell_person(struct cli_banking *b, const struct cli_bank_told *t)
{
    struct wl_arena *a = &b->answers;
    FILE *out = b->cli->out;

    if (t->refusal == WL_DONE && (t->repeated || t->difference == WL_BANK_AGREES))
        return;
    fprintf(out, WL_STR_FMT "  %s " WL_STR_FMT " " WL_STR_FMT, WL_STR_ARG(cli_clean(a, t->reference)),
            wl_bank_event_names()[t->event], WL_STR_ARG(cli_amount(a, t->amount, t->currency)),
            WL_STR_ARG(t->currency));
    if (t->end_to_end.size)
        fprintf(out, "  " WL_STR_FMT, WL_STR_ARG(cli_clean(a, t->end_to_end)));
    if (t->refusal != WL_DONE)
        fprintf(out, "  refused: %s: %s", wl_refusal_name(t->refusal), wl_refusal_meaning(t->refusal));
    else
        fprintf(out, "  " WL_STR_FMT, WL_STR_ARG(difference_name(t)));
    if (t->settlement != WL_NONE)
        fprintf(out, ": settlement %lld of " WL_STR_FMT " is %s, " WL_STR_FMT " left to pay", (long long)t->settlement,
                WL_STR_ARG(cli_clean(a, t->dealer_id)), wl_settlement_state_names()[t->state],
                WL_STR_ARG(cli_amount(a, t->left, t->unit)));
    if (t->entry != WL_NONE)
        fprintf(out, "  (entry %lld)", (long long)t->entry);
    fputc('\n', out);
}

void cli_bank_tell_group(struct cli_banking *b)
{
    for (size_t i = 0; i < b->in_group; i++) {
        const struct cli_bank_told *t = &b->group[i];

        b->refused += t->refusal != WL_DONE;
        b->repeated += t->repeated;
        b->agree += t->refusal == WL_DONE && !t->repeated && t->difference == WL_BANK_AGREES;
        b->differ += t->refusal == WL_DONE && !t->repeated && t->difference != WL_BANK_AGREES;
        if (b->table)
            tell_program(b, t);
        else if (b->cli->format == CLI_TABLE)
            tell_person(b, t);
    }
    b->in_group = 0;
    wl_arena_clear(&b->answers);
}

void cli_bank_tell_file(struct cli_banking *b)
{
    FILE *out = b->cli->out;

    if (b->cli->format != CLI_TABLE)
        return;
    fprintf(out, "%s: message " WL_STR_FMT ": %llu agree, %llu differ", cli_shown(b->cli, b->path),
            WL_STR_ARG(cli_clean(&b->answers, wl_str_of(b->summary.batch_id))), (unsigned long long)b->agree,
            (unsigned long long)b->differ);
    if (b->refused)
        fprintf(out, ", %llu refused", (unsigned long long)b->refused);
    if (b->repeated)
        fprintf(out, ", %llu known before", (unsigned long long)b->repeated);
    if (b->summary.skipped_elements)
        fprintf(out, "; %llu not booked, passed over", (unsigned long long)b->summary.skipped_elements);
    fputc('\n', out);
}

int cli_bank_end(struct cli_banking *b)
{
    return b->cli->format == CLI_TABLE ? 0 : cli_table_end(b->table);
}
