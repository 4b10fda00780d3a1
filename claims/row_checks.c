/* What a row must be before it stands (domain text, section 2; docs/rules.md). Loading from a file and deciding on what
 * a journal brings ask the same function, so that neither can let in what the other would not. */
#include "wledger/claim.h"
#include "wledger/date.h"
#include "wledger/decimal.h"
#include "wledger/error.h"
#include "wledger/load.h"
#include "wledger/posting.h"

#include <stdio.h>
#include <string.h>

enum {
    FIRST_DAY = -25567, /* 1900-01-01 */
    LAST_DAY = 84005,   /* 2199-12-31 */
    CODE_MAX = 32,
    CURRENCY_SIZE = 3,
};

typedef bool rule_fn(struct wl_txn *, const union wl_reference_row *, struct wl_row_fault *);

static bool wrong(struct wl_row_fault *fault, size_t field, const char *reason)
{
    fault->field = field;
    snprintf(fault->reason, sizeof fault->reason, "%s", reason);
    return false;
}

static bool has_control(struct wl_str s)
{
    for (size_t i = 0; i < s.size; i++) {
        uint8_t c = (uint8_t)s.data[i];
        if (c < 0x20 || c == 0x7F)
            return true;
        if (c == 0xC2 && i + 1 < s.size && (uint8_t)s.data[i + 1] < 0xA0)
            return true;
    }
    return false;
}

static bool is_currency(struct wl_str s)
{
    if (s.size != CURRENCY_SIZE)
        return false;
    for (size_t i = 0; i < s.size; i++) {
        if (s.data[i] < 'A' || s.data[i] > 'Z')
            return false;
    }
    return true;
}

static bool is_one_of(struct wl_str s, const char *const *names)
{
    for (; *names; names++) {
        if (wl_str_is(s, *names))
            return true;
    }
    return false;
}

/* DEALER/CLAIM, LOCATION/BIN: what stands before or after a '/' has none itself. */
static const char *const joined_by_slash[] = {"dealer_id", "warehouse_id", "location_id", "bin_id", NULL};

static const char *text_fault(const struct wl_field *field, struct wl_str s)
{
    if (field->limit == CURRENCY_SIZE)
        return is_currency(s) ? NULL : "must be a currency of three letters A to Z";
    if (has_control(s))
        return "holds a control character; remove it";
    if (field->limit > CODE_MAX)
        return NULL;
    if (!wl_is_identifier(s))
        return "must be 1 to 32 bytes of UTF-8";
    /* Around what a claim says, white space is taken off: such a code could never be met. */
    if (!wl_str_equal(wl_str_trim(s), s))
        return "begins or ends with white space; remove it";
    if (is_one_of(wl_str_of(field->name), joined_by_slash) && memchr(s.data, '/', s.size))
        return "may hold no '/'";
    return NULL;
}

static const char *number_fault(const struct wl_field *field, int64_t n)
{
    if (field->type == WL_DAY)
        return n < FIRST_DAY || n > LAST_DAY ? "must be a date from 1900 to 2199" : NULL;
    if (n < 0)
        return "may not be negative";
    if (field->type == WL_CHOICE) {
        int64_t count = 0;
        while (field->choices[count])
            count++;
        return n >= count ? "is none of its choices" : NULL;
    }
    return n >= wl_power10((unsigned)field->digits + field->places) ? "has too many digits" : NULL;
}

static const char *field_fault(const struct wl_field *field, const void *row)
{
    const void *at = (const char *)row + field->offset;
    struct wl_str text = field->type == WL_TEXT ? *(const struct wl_str *)at : WL_NO_STR;
    int64_t number = field->type == WL_TEXT ? 0 : *(const int64_t *)at;

    if (field->type == WL_TEXT ? text.size == 0 : number == WL_NONE)
        return field->required ? "is empty; give a value" : NULL;
    return field->type == WL_TEXT ? text_fault(field, text) : number_fault(field, number);
}

static size_t column(int64_t table, const char *name)
{
    const struct wl_record *record = wl_reference_info(table)->record;

    return (size_t)(wl_record_field(record, wl_str_of(name)) - record->fields);
}

/* Whether amount, times 10^4, has no more decimals than its currency. */
static bool fits_currency(int64_t table, const char *name, int64_t amount, struct wl_str currency,
                          struct wl_row_fault *fault)
{
    unsigned digits = wl_minor_digits(currency);

    if (amount % wl_power10(WL_PRICE_PLACES - digits) == 0)
        return true;
    wrong(fault, column(table, name), "");
    snprintf(fault->reason, sizeof fault->reason, WL_STR_FMT " has %u decimals and this is finer; round it",
             WL_STR_ARG(currency), digits);
    return false;
}

static const char below_100[] = "must be a percentage from 0 to 100";

static bool stands(struct wl_txn *txn, int64_t table, struct wl_str code)
{
    struct wl_reference_key key;
    struct wl_str value;

    wl_reference_key_start(&key, table);
    wl_reference_key_text(&key, code);
    return !key.bad && wl_get(txn, WL_TABLE_REFERENCE, wl_reference_key_view(&key), &value) == 1;
}

/* A location is found by its id alone, and its bins lie in accounts of its kind: without its row nobody gets at them,
 * and under the same id of the other kind they would be taken for that one's. */
static bool has_no_stock(struct wl_txn *txn, int64_t table, const char *field, struct wl_str id,
                         enum wl_account_kind kind, const char *what, struct wl_row_fault *fault)
{
    struct wl_account_balance balance;
    struct wl_str key, value;
    struct wl_walk *walk;
    char prefix[1 + CODE_MAX + 1];
    int rc;

    prefix[0] = (char)kind;
    memcpy(prefix + 1, id.data, id.size);
    prefix[1 + id.size] = '/';
    if (wl_walk_open(txn, WL_TABLE_BALANCES, (struct wl_str){prefix, id.size + 2}, WL_NO_STR, &walk) != WL_OK)
        return true;
    rc = wl_walk_next(walk, &key, &value);
    if (rc == 1 && (rc = wl_balance_read(key, value, &balance)) == WL_OK) {
        wrong(fault, column(table, field), "");
        snprintf(fault->reason, sizeof fault->reason,
                 "has stock in a %s's bin (part " WL_STR_FMT " in " WL_STR_FMT "); %s", wl_account_kind_name(kind),
                 WL_STR_ARG(balance.unit), WL_STR_ARG(balance.party), what);
        rc = 1;
    } else if (rc < 0) {
        wl_txn_fail(txn, rc);
    }
    wl_walk_close(walk);
    return rc != 1;
}

static const char move_it_first[] = "send it away or count it first, then withdraw the row";
static const char other_kind[] = "load the id as that again, and send the stock away or count it first";

static bool dealer_goes(struct wl_txn *txn, const union wl_reference_row *row, struct wl_row_fault *fault)
{
    return !stands(txn, WL_REF_DEALERS, row->dealer.dealer_id) ||
           has_no_stock(txn, WL_REF_DEALERS, "dealer_id", row->dealer.dealer_id, WL_ACCOUNT_DEALER, move_it_first,
                        fault);
}

static bool warehouse_goes(struct wl_txn *txn, const union wl_reference_row *row, struct wl_row_fault *fault)
{
    return !stands(txn, WL_REF_WAREHOUSES, row->warehouse.warehouse_id) ||
           has_no_stock(txn, WL_REF_WAREHOUSES, "warehouse_id", row->warehouse.warehouse_id, WL_ACCOUNT_WAREHOUSE,
                        move_it_first, fault);
}

static bool dealer_holds(struct wl_txn *txn, const union wl_reference_row *row, struct wl_row_fault *fault)
{
    if (row->dealer.tax_percent > 100 * wl_power10(WL_PERCENT_PLACES))
        return wrong(fault, column(WL_REF_DEALERS, "tax_percent"), below_100);
    if (stands(txn, WL_REF_WAREHOUSES, row->dealer.dealer_id))
        return wrong(fault, column(WL_REF_DEALERS, "dealer_id"),
                     "is a warehouse's id, and stock tells places by their ids alone; choose another, or withdraw the "
                     "warehouse");
    return has_no_stock(txn, WL_REF_DEALERS, "dealer_id", row->dealer.dealer_id, WL_ACCOUNT_WAREHOUSE, other_kind,
                        fault);
}

static bool warehouse_holds(struct wl_txn *txn, const union wl_reference_row *row, struct wl_row_fault *fault)
{
    if (stands(txn, WL_REF_DEALERS, row->warehouse.warehouse_id))
        return wrong(fault, column(WL_REF_WAREHOUSES, "warehouse_id"),
                     "is a dealer's id, and stock tells places by their ids alone; choose another, or withdraw the "
                     "dealer");
    return has_no_stock(txn, WL_REF_WAREHOUSES, "warehouse_id", row->warehouse.warehouse_id, WL_ACCOUNT_DEALER,
                        other_kind, fault);
}

static bool bin_holds(struct wl_txn *txn, const union wl_reference_row *row, struct wl_row_fault *fault)
{
    const struct wl_bin *bin = &row->bin;

    (void)txn;
    if (bin->minimum == WL_NONE && bin->maximum == WL_NONE)
        return true;
    if (wl_str_is(bin->part_id, WL_ANY_PART))
        return wrong(fault, column(WL_REF_BINS, bin->minimum != WL_NONE ? "minimum" : "maximum"),
                     "must be empty where part_id is '*'; a minimum and a maximum are those of one part");
    if (bin->minimum == WL_NONE)
        return wrong(fault, column(WL_REF_BINS, "minimum"), "is empty while maximum is not; give both or none");
    if (bin->maximum == WL_NONE)
        return wrong(fault, column(WL_REF_BINS, "maximum"), "is empty while minimum is not; give both or none");
    if (bin->maximum < bin->minimum)
        return wrong(fault, column(WL_REF_BINS, "maximum"), "is below minimum; correct one of them");
    return true;
}

static bool supersession_holds(struct wl_txn *txn, const union wl_reference_row *row, struct wl_row_fault *fault)
{
    (void)txn;
    if (wl_str_equal(row->supersession.part_id, row->supersession.replaced_by))
        return wrong(fault, column(WL_REF_SUPERSESSIONS, "replaced_by"),
                     "is the part itself; name the part that takes its place, or remove the row");
    return true;
}

static bool supplier_holds(struct wl_txn *txn, const union wl_reference_row *row, struct wl_row_fault *fault)
{
    (void)txn;
    if (row->supplier.recovery_percent > 100 * wl_power10(WL_PERCENT_PLACES))
        return wrong(fault, column(WL_REF_SUPPLIERS, "recovery_percent"), below_100);
    return true;
}

static bool plan_holds(struct wl_txn *txn, const union wl_reference_row *row, struct wl_row_fault *fault)
{
    (void)txn;
    if (row->plan.sold_to < row->plan.sold_from)
        return wrong(fault, column(WL_REF_PLANS, "sold_to"), "is before sold_from; correct one of them");
    return true;
}

static bool extension_holds(struct wl_txn *txn, const union wl_reference_row *row, struct wl_row_fault *fault)
{
    (void)txn;
    if (row->extension.to_date < row->extension.from_date)
        return wrong(fault, column(WL_REF_EXTENSIONS, "to_date"), "is before from_date; correct one of them");
    return true;
}

static bool contract_holds(struct wl_txn *txn, const union wl_reference_row *row, struct wl_row_fault *fault)
{
    (void)txn;
    if (row->contract.end_date < row->contract.start_date)
        return wrong(fault, column(WL_REF_CONTRACTS, "end_date"), "is before start_date; correct one of them");
    return true;
}

static bool authorization_holds(struct wl_txn *txn, const union wl_reference_row *row, struct wl_row_fault *fault)
{
    struct wl_reference_key key;
    struct wl_dealer dealer;
    struct wl_str value;

    if (row->authorization.share_percent > 100 * wl_power10(WL_PERCENT_PLACES))
        return wrong(fault, column(WL_REF_AUTHORIZATIONS, "share_percent"), below_100);
    wl_reference_key_start(&key, WL_REF_DEALERS);
    wl_reference_key_text(&key, row->authorization.dealer_id);
    if (wl_get(txn, WL_TABLE_REFERENCE, wl_reference_key_view(&key), &value) != 1)
        return true;
    if (wl_record_decode(wl_reference_info(WL_REF_DEALERS)->record, wl_reference_row_cbor(value), &dealer, NULL) !=
        WL_OK) {
        wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "a dealer in the store cannot be read"));
        return true;
    }
    return fits_currency(WL_REF_AUTHORIZATIONS, "max_amount", row->authorization.max_amount, dealer.currency, fault);
}

static bool tier_holds(struct wl_txn *txn, const union wl_reference_row *row, struct wl_row_fault *fault)
{
    (void)txn;
    if (row->tier.limit == WL_NONE)
        return true;
    return fits_currency(WL_REF_TIERS, "limit", row->tier.limit, row->tier.currency, fault);
}

static const char *const days_and_hours[] = {"submit_days", "duplicate_days", "review_hours", "dispatch_hours", NULL};
static const char *const policy_percentages[] = {"handling_percent", "price_tolerance_percent", NULL};

static bool policy_holds(struct wl_txn *txn, const union wl_reference_row *row, struct wl_row_fault *fault)
{
    const struct wl_str limits = WL_STR("sublet_limit.");
    struct wl_str key = row->policy.key;

    (void)txn;
    if (is_one_of(key, policy_percentages)) {
        if (row->policy.value > 10000 * wl_power10(WL_PERCENT_PLACES))
            return wrong(fault, column(WL_REF_POLICY, "value"), "must be a percentage from 0 to 10000");
        return true;
    }
    if (is_one_of(key, days_and_hours))
        return true;
    if (key.size > limits.size && memcmp(key.data, limits.data, limits.size) == 0 &&
        is_currency((struct wl_str){key.data + limits.size, key.size - limits.size}))
        return true;
    return wrong(fault, column(WL_REF_POLICY, "key"),
                 "is no policy; known are submit_days, duplicate_days, handling_percent, price_tolerance_percent, "
                 "sublet_limit.CUR with a currency for CUR, review_hours and dispatch_hours");
}

/* The remainder by 97 of an account with its first four characters moved to the end, letters read as 10 to 35, is 1
 * (ISO 13616-1, ISO/IEC 7064 MOD 97-10). */
static bool is_iban(struct wl_str s)
{
    unsigned rest = 0;

    if (s.size < 15 || s.size > 34)
        return false;
    for (size_t i = 0; i < s.size; i++) {
        char c = s.data[(i + 4) % s.size];
        bool digit = c >= '0' && c <= '9';

        if (!digit && (c < 'A' || c > 'Z'))
            return false;
        rest = digit ? (rest * 10 + (unsigned)(c - '0')) % 97 : (rest * 100 + (unsigned)(c - 'A') + 10) % 97;
    }
    return rest == 1;
}

/* ISO 9362: eight or eleven letters and digits. */
static bool is_bic(struct wl_str s)
{
    for (size_t i = 0; i < s.size; i++)
        if ((s.data[i] < '0' || s.data[i] > '9') && (s.data[i] < 'A' || s.data[i] > 'Z'))
            return false;
    return s.size == 8 || s.size == 11;
}

static bool bank_account_holds(struct wl_txn *txn, const union wl_reference_row *row, struct wl_row_fault *fault)
{
    const struct wl_bank_account *account = &row->bank_account;

    (void)txn;
    if (account->kind == WL_ACCOUNT_IBAN && !is_iban(account->account))
        return wrong(fault, column(WL_REF_BANK_ACCOUNTS, "account"),
                     "is no IBAN: capital letters and digits without blanks, and its check digits must be right");
    if (account->bic.size != 0 && !is_bic(account->bic))
        return wrong(fault, column(WL_REF_BANK_ACCOUNTS, "bic"), "is no BIC of 8 or 11 capital letters and digits");
    return true;
}

static bool agreement_holds(struct wl_txn *txn, const union wl_reference_row *row, struct wl_row_fault *fault)
{
    const struct wl_supplier_agreement *agreement = &row->supplier_agreement;

    (void)txn;
    if (agreement->to_date < agreement->from_date)
        return wrong(fault, column(WL_REF_SUPPLIER_AGREEMENTS, "to_date"), "is before from_date; correct one of them");
    if (agreement->percent > 100 * wl_power10(WL_PERCENT_PLACES))
        return wrong(fault, column(WL_REF_SUPPLIER_AGREEMENTS, "percent"), below_100);
    return true;
}

/* What stands before the colon of a reason is its code. */
static bool reason_holds(struct wl_txn *txn, const union wl_reference_row *row, struct wl_row_fault *fault)
{
    (void)txn;
    if (memchr(row->reason.reason_code.data, ':', row->reason.reason_code.size) != NULL)
        return wrong(fault, column(WL_REF_REASONS, "reason_code"), "may hold no ':'");
    return true;
}

/* A campaign may end before it begins: it is one that nobody may claim yet. */
static rule_fn *const rules[WL_REFERENCE_TABLE_MAX + 1] = {
    [WL_REF_DEALERS] = dealer_holds,
    [WL_REF_SUPPLIERS] = supplier_holds,
    [WL_REF_PLANS] = plan_holds,
    [WL_REF_EXTENSIONS] = extension_holds,
    [WL_REF_CONTRACTS] = contract_holds,
    [WL_REF_AUTHORIZATIONS] = authorization_holds,
    [WL_REF_TIERS] = tier_holds,
    [WL_REF_POLICY] = policy_holds,
    [WL_REF_WAREHOUSES] = warehouse_holds,
    [WL_REF_BINS] = bin_holds,
    [WL_REF_SUPERSESSIONS] = supersession_holds,
    [WL_REF_BANK_ACCOUNTS] = bank_account_holds,
    [WL_REF_SUPPLIER_AGREEMENTS] = agreement_holds,
    [WL_REF_REASONS] = reason_holds,
};

/* What a row must be before it goes. */
static rule_fn *const withdrawals[WL_REFERENCE_TABLE_MAX + 1] = {
    [WL_REF_DEALERS] = dealer_goes,
    [WL_REF_WAREHOUSES] = warehouse_goes,
};

bool wl_reference_row_holds(struct wl_txn *txn, int64_t table, const void *row, bool withdrawn,
                            struct wl_row_fault *fault)
{
    const struct wl_reference_info *info = wl_reference_info(table);
    rule_fn *rule = withdrawn ? withdrawals[table] : rules[table];
    const char *reason;

    for (size_t i = 0; i < info->record->field_count; i++) {
        bool of_key = memchr(info->keys, (int)i, info->key_count) != NULL;
        if (withdrawn && !of_key)
            continue;
        reason = field_fault(&info->record->fields[i], row);
        if (reason)
            return wrong(fault, i, reason);
    }
    return !rule || rule(txn, row, fault);
}

/* The tiers of one currency as far as they were walked. */
struct tier_run {
    char currency[CURRENCY_SIZE + 1];
    int64_t next;  /* tier that must come now */
    int64_t limit; /* of the one before; WL_NONE: none, or no limit */
};

static bool run_ends(const struct tier_run *run, struct wl_row_fault *fault)
{
    if (run->next == 1)
        return wrong(fault, column(WL_REF_TIERS, "tier"),
                     "has tier 0 only; add tier 1, which reviews what tier 0 does not pass");
    if (run->next > 1 && run->limit != WL_NONE)
        return wrong(fault, column(WL_REF_TIERS, "limit"),
                     "must be empty in the highest tier; empty it or add a tier without limit");
    return true;
}

static bool run_goes_on(struct tier_run *run, const struct wl_tier *tier, struct wl_row_fault *fault)
{
    if (tier->tier != run->next) {
        wrong(fault, column(WL_REF_TIERS, "tier"), "");
        snprintf(fault->reason, sizeof fault->reason, "lacks tier %d below tier %d; add it", (int)run->next,
                 (int)tier->tier);
        return false;
    }
    if (run->next > 0 && run->limit == WL_NONE)
        return wrong(fault, column(WL_REF_TIERS, "limit"),
                     "may be empty in the highest tier only; give the lower one a limit");
    if (run->next > 0 && tier->limit != WL_NONE && tier->limit <= run->limit) {
        wrong(fault, column(WL_REF_TIERS, "limit"), "");
        snprintf(fault->reason, sizeof fault->reason, "of tier %d is not above that of tier %d; limits must rise",
                 (int)tier->tier, (int)run->next - 1);
        return false;
    }
    run->limit = tier->limit;
    run->next++;
    return true;
}

bool wl_tiers_hold(struct wl_txn *txn, char currency[4], struct wl_row_fault *fault)
{
    const struct wl_record *record = wl_reference_info(WL_REF_TIERS)->record;
    struct tier_run run = {.limit = WL_NONE};
    struct wl_reference_key prefix;
    struct wl_str key, value;
    struct wl_walk *walk;
    struct wl_tier tier;
    bool holds = true;

    wl_reference_key_start(&prefix, WL_REF_TIERS);
    if (wl_walk_open(txn, WL_TABLE_REFERENCE, wl_reference_key_view(&prefix), WL_NO_STR, &walk) != WL_OK)
        return true;
    while (holds && wl_walk_next(walk, &key, &value) == 1) {
        if (wl_record_decode(record, wl_reference_row_cbor(value), &tier, NULL) != WL_OK ||
            !is_currency(tier.currency)) {
            wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "a tier in the store cannot be read"));
            break;
        }
        if (memcmp(run.currency, tier.currency.data, CURRENCY_SIZE) != 0) {
            holds = run_ends(&run, fault);
            if (holds) {
                run = (struct tier_run){.limit = WL_NONE};
                memcpy(run.currency, tier.currency.data, CURRENCY_SIZE);
            }
        }
        holds = holds && run_goes_on(&run, &tier, fault);
    }
    wl_walk_close(walk);
    holds = holds && (wl_txn_status(txn) != WL_OK || run_ends(&run, fault));
    memcpy(currency, run.currency, sizeof run.currency);
    return holds;
}
