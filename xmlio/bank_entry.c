#include "xmlio/bank_entry.h"

#include <stdlib.h>
#include <string.h>

#include "wledger/date.h"
#include "wledger/decimal.h"
#include "wledger/error.h"
#include "wledger/record.h"
#include "xmlio/binder_inside.h"

enum { CURRENCY = 3, AMOUNT_DIGITS = 18, AMOUNT_TEXT = 64 };
#define AMOUNT_MAX INT64_C(999999999999999999) /* of AMOUNT_DIGITS */

static const char *const events[] = {"debit", "return", "credit", NULL};

#define TEXT(tag_, field, most) WL_TEXT_FIELD(struct wl_notified, tag_, field, most)

static const struct wl_field fields[] = {
    TEXT(1, message, WL_NOTIFIED_NAME_MAX),
    TEXT(2, reference, WL_NOTIFIED_REFERENCE_MAX),
    TEXT(3, end_to_end, WL_NOTIFIED_NAME_MAX),
    TEXT(4, batch, WL_NOTIFIED_NAME_MAX),
    WL_CHOICE_FIELD(struct wl_notified, 5, event, events),
    WL_NUMBER_FIELD(struct wl_notified, 6, amount),
    TEXT(7, currency, CURRENCY),
    WL_DAY_FIELD(struct wl_notified, 8, day),
    TEXT(9, text, WL_NOTIFIED_TEXT_MAX),
};
const struct wl_record wl_notified_record = {"notified", fields, WL_COUNT(fields), sizeof(struct wl_notified)};

/* ---- values ---- */

static bool is_currency(struct wl_str currency)
{
    for (size_t i = 0; i < currency.size; i++)
        if (currency.data[i] < 'A' || currency.data[i] > 'Z')
            return false;
    return currency.size == CURRENCY;
}

int wl_bank_money_read(struct wl_str amount, struct wl_str currency, struct wl_bank_money *money)
{
    unsigned places = wl_minor_digits(currency);
    struct wl_str cut = wl_cut(amount, AMOUNT_TEXT), digits = amount;

    if (!is_currency(currency))
        return wl_fail(WL_E_INPUT, "an amount has no currency of three letters A to Z (Ccy)");
    if (digits.size > 0 && digits.data[0] == '+')
        digits = (struct wl_str){digits.data + 1, digits.size - 1};
    if (digits.size > 0 && memchr(digits.data, '.', digits.size)) {
        while (digits.data[digits.size - 1] == '0')
            digits.size--;
        if (digits.data[digits.size - 1] == '.')
            digits.size--;
    }
    if (digits.size == 0 || digits.data[0] == '-' ||
        !wl_decimal_parse(digits, AMOUNT_DIGITS - places, places, &money->amount))
        return wl_fail(WL_E_INPUT,
                       "'" WL_STR_FMT "' is no amount of " WL_STR_FMT
                       ": up to 18 digits without a sign, as many decimals as the currency has",
                       WL_STR_ARG(cut), WL_STR_ARG(currency));
    money->currency = currency;
    return WL_OK;
}

int wl_bank_day_read(struct wl_str text, int64_t *day)
{
    enum { DATE = WL_DATE_TEXT - 1 };
    struct wl_str cut = wl_cut(text, AMOUNT_TEXT);
    bool ends = text.size == DATE || (text.size > DATE && strchr("TZ+-", text.data[DATE]));

    return ends && wl_date_parse((struct wl_str){text.data, DATE}, day)
               ? WL_OK
               : wl_fail(WL_E_INPUT, "'" WL_STR_FMT "' is no date YYYY-MM-DD, with or without a time behind it",
                         WL_STR_ARG(cut));
}

/* ---- one entry ---- */

struct emission {
    const struct wl_bank_message *message;
    const struct wl_bank_notification *notification;
    const struct wl_bank_entry *entry;
    struct wl_buf reference, text;
    wl_bank_take_fn *take;
    void *context;
    uint64_t *left_out;
    wl_i128 told;       /* what the transactions add up to so far, on the entry's side */
    bool is_comparable; /* all of them are in the entry's currency */
};
enum { THE_REST = 0 }; /* transactions count from 1 */

static int by_reference(const void *a, const void *b)
{
    const struct wl_bank_detail *left = *(struct wl_bank_detail *const *)a, *right = *(struct wl_bank_detail *const *)b;

    return wl_str_compare(left->servicer, right->servicer);
}

/* Some banks give all transactions of an entry one reference. */
static int find_repeated(const struct wl_bank_entry *entry, struct wl_arena *arena)
{
    struct wl_bank_detail **all = wl_arena_alloc(arena, entry->count * sizeof(struct wl_bank_detail *));
    size_t n = 0;

    if (all == NULL)
        return wl_fail(WL_E_INPUT, "the transactions of one entry take more than %d bytes", WL_NOTIFIED_ENTRY_MAX);
    for (struct wl_bank_detail *detail = entry->details; detail != NULL; detail = detail->next)
        all[n++] = detail;
    qsort(all, n, sizeof *all, by_reference);
    for (size_t i = 1; i < n; i++)
        if (wl_str_equal(all[i]->servicer, all[i - 1]->servicer))
            all[i]->repeated = all[i - 1]->repeated = true;
    return WL_OK;
}

static int make_reference(struct emission *e, const struct wl_bank_detail *detail, size_t nth)
{
    const struct wl_bank_entry *entry = e->entry;
    struct wl_buf *out = &e->reference;
    bool own = detail->servicer.size > 0 && !wl_str_equal(detail->servicer, entry->servicer);

    wl_buf_clear(out);
    if (own) {
        wl_buf_str(out, detail->servicer);
    } else if (entry->servicer.size > 0 || detail->servicer.size > 0) {
        wl_buf_str(out, entry->servicer.size > 0 ? entry->servicer : detail->servicer);
    } else {
        wl_buf_format(out, WL_STR_FMT "/" WL_STR_FMT "/", WL_STR_ARG(e->message->id), WL_STR_ARG(e->notification->id));
        if (entry->reference.size > 0)
            wl_buf_str(out, entry->reference);
        else
            wl_buf_format(out, "#%llu", (unsigned long long)e->notification->entries);
    }
    if (nth == THE_REST)
        wl_buf_text(out, "/rest");
    else if (entry->count > 1 && (!own || detail->repeated))
        wl_buf_format(out, "/%zu", nth);
    return !out->failed ? WL_OK
                        : wl_fail(WL_E_INPUT, "the references of an entry are longer than %d bytes together",
                                  WL_NOTIFIED_REFERENCE_MAX);
}

/* What was booked; where the account is kept in another currency than the transfer, what was instructed. */
static int find_amount(const struct emission *e, const struct wl_bank_detail *detail, struct wl_bank_money *money)
{
    const struct wl_bank_entry *entry = e->entry;

    *money = detail->amount;
    if (money->currency.size == 0)
        *money = entry->count == 1                   ? entry->amount
                 : detail->transaction.currency.size ? detail->transaction
                                                     : detail->instructed;
    if (money->currency.size == 0)
        return wl_fail(WL_E_INPUT, entry->count == 1
                                       ? "an entry without its amount (Amt)"
                                       : "a transaction without its amount, in an entry that has several");
    if (detail->instructed.currency.size > 0 && !wl_str_equal(detail->instructed.currency, money->currency))
        *money = detail->instructed;
    return WL_OK;
}

static void make_text(struct emission *e, const struct wl_bank_detail *detail)
{
    const struct wl_str parts[] = {detail->reason, detail->reason_text, detail->text};

    wl_buf_clear(&e->text);
    for (size_t i = 0; i < WL_COUNT(parts); i++) {
        wl_buf_text(&e->text, parts[i].size > 0 && e->text.size > 0 ? " " : "");
        wl_buf_str(&e->text, parts[i]);
    }
    if (e->text.size == 0)
        wl_buf_str(&e->text, e->entry->text);
}

static int emit(struct emission *e, const struct wl_bank_detail *detail, size_t nth)
{
    const struct wl_bank_entry *entry = e->entry;
    const int64_t days[] = {entry->booked, entry->value, e->notification->day, e->message->day};
    int64_t side = detail->side != WL_BANK_SIDE_NONE ? detail->side : entry->side;
    struct wl_notified out = {.message = e->message->id, .end_to_end = detail->end_to_end, .day = WL_NONE};
    bool named = out.end_to_end.size > 0 && !wl_str_is(out.end_to_end, "NOTPROVIDED");
    struct wl_bank_money money;
    int status = find_amount(e, detail, &money);

    if (status == WL_OK && side == WL_BANK_SIDE_NONE)
        status = wl_fail(WL_E_INPUT, "an entry says neither DBIT nor CRDT (CdtDbtInd)");
    if (status == WL_OK)
        status = make_reference(e, detail, nth);
    if (status != WL_OK)
        return status;
    e->told += side == entry->side ? money.amount : -(wl_i128)money.amount;
    e->is_comparable &= wl_str_equal(money.currency, entry->amount.currency);
    if (money.amount == 0) {
        ++*e->left_out;
        return WL_OK;
    }
    for (size_t i = 0; i < WL_COUNT(days) && out.day == WL_NONE; i++)
        out.day = days[i];
    make_text(e, detail);
    out.reference = wl_buf_view(&e->reference);
    out.batch = named ? WL_NO_STR : detail->payment.size > 0 ? detail->payment : detail->message;
    out.event = side == WL_BANK_SIDE_DEBIT                      ? WL_NOTIFIED_DEBIT
                : detail->returned == 1 || entry->reversal == 1 ? WL_NOTIFIED_RETURN
                                                                : WL_NOTIFIED_CREDIT;
    out.amount = money.amount;
    out.currency = money.currency;
    out.text = wl_cut(wl_buf_view(&e->text), WL_NOTIFIED_TEXT_MAX);
    e->take(e->context, &out);
    return WL_OK;
}

/* What the account moved by and the entry's transactions do not tell, charges perhaps: it is a transaction of its own,
 * under no reference of ours. */
static int emit_rest(struct emission *e)
{
    const struct wl_bank_entry *entry = e->entry;
    wl_i128 rest = (wl_i128)entry->amount.amount - e->told;
    struct wl_bank_detail detail = {.side = entry->side, .text = WL_STR("not told by the entry's transactions")};

    if (entry->amount.currency.size == 0 || entry->side == WL_BANK_SIDE_NONE || !e->is_comparable || rest == 0)
        return WL_OK;
    if (rest < 0) {
        detail.side = entry->side == WL_BANK_SIDE_DEBIT ? WL_BANK_SIDE_CREDIT : WL_BANK_SIDE_DEBIT;
        rest = -rest;
    }
    if (rest > AMOUNT_MAX)
        return wl_fail(WL_E_INPUT, "the transactions of an entry add up to more than %d digits", AMOUNT_DIGITS);
    detail.amount = (struct wl_bank_money){(int64_t)rest, entry->amount.currency};
    return emit(e, &detail, THE_REST);
}

static int emit_all(struct emission *e)
{
    size_t nth = 0;
    int status = WL_OK;

    for (const struct wl_bank_detail *detail = e->entry->details; status == WL_OK && detail != NULL;
         detail = detail->next)
        status = emit(e, detail, ++nth);
    return status == WL_OK ? emit_rest(e) : status;
}

int wl_bank_entry_end(const struct wl_bank_message *message, const struct wl_bank_notification *notification,
                      struct wl_bank_entry *entry, struct wl_arena *arena, wl_bank_take_fn *take, void *context,
                      uint64_t *left_out)
{
    struct emission e = {.message = message,
                         .notification = notification,
                         .entry = entry,
                         .take = take,
                         .context = context,
                         .left_out = left_out,
                         .is_comparable = true};
    struct wl_bank_detail alone = {.side = WL_BANK_SIDE_NONE};
    int status;

    if (entry->status.size == 0)
        return wl_fail(WL_E_INPUT, "an entry without its status (Sts): whether it is booked is not known");
    if (!wl_str_is(entry->status, "BOOK")) {
        ++*left_out;
        return WL_OK;
    }
    if (message->id.size == 0)
        return wl_fail(WL_E_INPUT, "an entry before the message's id (GrpHdr/MsgId)");
    if (entry->count == 0) {
        entry->details = &alone;
        entry->count = 1;
    }
    wl_buf_init(&e.reference, WL_NOTIFIED_REFERENCE_MAX);
    wl_buf_init(&e.text, 4 * (WL_NOTIFIED_TEXT_MAX + 1));
    status = find_repeated(entry, arena);
    if (status == WL_OK)
        status = emit_all(&e);
    wl_buf_release(&e.reference);
    wl_buf_release(&e.text);
    return status;
}
