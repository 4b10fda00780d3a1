/* The tables of the domain text, section 2, and those of the parts loop (docs/rules.md), column by column. */
#include "wledger/load.h"

#include <string.h>

/* Limits of text columns say what they hold: a code, a currency, or prose. */
#define CODE .type = WL_TEXT, .limit = 32
#define BIN .type = WL_TEXT, .limit = WL_BIN_MAX
#define CURRENCY .type = WL_TEXT, .limit = 3
#define PROSE .type = WL_TEXT, .limit = 200
#define DAY .type = WL_DAY
#define PRICE .type = WL_DECIMAL, .digits = 12, .places = 4
#define PERCENT .type = WL_DECIMAL, .digits = 3, .places = 6
#define QUANTITY .type = WL_DECIMAL, .digits = 9, .places = 3
#define NUMBER(n) .type = WL_INT, .digits = (n)
#define CHOICE(names) .type = WL_CHOICE, .choices = (names)

#define COLUMN(number, type, column, ...)                                                                 \
    {                                                                                                     \
        .name = #column, .tag = (number), .required = true, .offset = offsetof(type, column), __VA_ARGS__ \
    }
#define MAY_BE_EMPTY(number, type, column, ...)                                                            \
    {                                                                                                      \
        .name = #column, .tag = (number), .required = false, .offset = offsetof(type, column), __VA_ARGS__ \
    }
#define RECORD(table, type) \
    static const struct wl_record table##_record = {#table, table##_fields, WL_COUNT(table##_fields), sizeof(type)}

static const char *const yes_no[] = {"no", "yes", NULL};
static const char *const dealer_states[] = {"active", "suspended", NULL};
static const char *const return_rules[] = {"always", "never", NULL};
static const char *const payers[] = {"customer", "warranty", NULL};
static const char *const trackings[] = {"lot", "serial", NULL};
static const char *const account_kinds[] = {"iban", "other", NULL};
static const char *const reason_events[] = {
#define X(NAME, name) name,
    WL_REASON_EVENTS(X)
#undef X
        NULL,
};

const char *const *wl_reason_event_names(void)
{
    return reason_events;
}

static const struct wl_field dealers_fields[] = {
    COLUMN(1, struct wl_dealer, dealer_id, CODE),
    COLUMN(2, struct wl_dealer, name, PROSE),
    COLUMN(3, struct wl_dealer, region, CODE),
    COLUMN(4, struct wl_dealer, country, CODE),
    COLUMN(5, struct wl_dealer, currency, CURRENCY),
    COLUMN(6, struct wl_dealer, tax_percent, PERCENT),
    COLUMN(7, struct wl_dealer, status, CHOICE(dealer_states)),
};
RECORD(dealers, struct wl_dealer);

static const struct wl_field labour_rates_fields[] = {
    COLUMN(1, struct wl_labour_rate, dealer_id, CODE),
    COLUMN(2, struct wl_labour_rate, from_date, DAY),
    COLUMN(3, struct wl_labour_rate, rate, PRICE),
};
RECORD(labour_rates, struct wl_labour_rate);

static const struct wl_field suppliers_fields[] = {
    COLUMN(1, struct wl_supplier, supplier_id, CODE),
    COLUMN(2, struct wl_supplier, name, PROSE),
    COLUMN(3, struct wl_supplier, recovery_percent, PERCENT),
};
RECORD(suppliers, struct wl_supplier);

static const struct wl_field parts_fields[] = {
    COLUMN(1, struct wl_part, part_id, CODE),
    COLUMN(2, struct wl_part, description, PROSE),
    COLUMN(3, struct wl_part, component, CODE),
    COLUMN(4, struct wl_part, unit, CODE),
    COLUMN(5, struct wl_part, supplier_id, CODE),
    COLUMN(6, struct wl_part, return_rule, CHOICE(return_rules)),
    COLUMN(7, struct wl_part, return_days, NUMBER(4)), /* from the claim's submission or decision */
    COLUMN(8, struct wl_part, warranty_months, NUMBER(4)),
    COLUMN(9, struct wl_part, warranty_km, NUMBER(7)),
    COLUMN(10, struct wl_part, lifetime, CHOICE(yes_no)),
};
RECORD(parts, struct wl_part);

static const struct wl_field part_prices_fields[] = {
    COLUMN(1, struct wl_part_price, part_id, CODE),
    COLUMN(2, struct wl_part_price, currency, CURRENCY),
    COLUMN(3, struct wl_part_price, from_date, DAY),
    COLUMN(4, struct wl_part_price, price, PRICE),
};
RECORD(part_prices, struct wl_part_price);

static const struct wl_field models_fields[] = {
    COLUMN(1, struct wl_model, model_id, CODE),
    COLUMN(2, struct wl_model, name, PROSE),
    COLUMN(3, struct wl_model, list_price, PRICE),
    COLUMN(4, struct wl_model, currency, CURRENCY),
};
RECORD(models, struct wl_model);

static const struct wl_field vehicles_fields[] = {
    COLUMN(1, struct wl_vehicle, vin, CODE),
    COLUMN(2, struct wl_vehicle, model_id, CODE),
    MAY_BE_EMPTY(3, struct wl_vehicle, production_batch, CODE),
    COLUMN(4, struct wl_vehicle, production_date, DAY),
    MAY_BE_EMPTY(5, struct wl_vehicle, sale_date, DAY),
    COLUMN(6, struct wl_vehicle, dealer_id, CODE),
    MAY_BE_EMPTY(7, struct wl_vehicle, owner_id, CODE),
};
RECORD(vehicles, struct wl_vehicle);

static const struct wl_field operations_fields[] = {
    COLUMN(1, struct wl_operation, op_code, CODE),
    COLUMN(2, struct wl_operation, description, PROSE),
    COLUMN(3, struct wl_operation, component, CODE),
    COLUMN(4, struct wl_operation, standard_hours, .type = WL_DECIMAL, .digits = 6, .places = 2),
};
RECORD(operations, struct wl_operation);

static const struct wl_field faults_fields[] = {
    COLUMN(1, struct wl_fault, fault_code, CODE),
    COLUMN(2, struct wl_fault, component, CODE),
    COLUMN(3, struct wl_fault, cause, CODE),
    COLUMN(4, struct wl_fault, description, PROSE),
    COLUMN(5, struct wl_fault, warrantable, CHOICE(yes_no)),
};
RECORD(faults, struct wl_fault);

static const struct wl_field plans_fields[] = {
    COLUMN(1, struct wl_plan, plan_id, CODE),     COLUMN(2, struct wl_plan, model_id, CODE),
    COLUMN(3, struct wl_plan, component, CODE),   COLUMN(4, struct wl_plan, sold_from, DAY),
    COLUMN(5, struct wl_plan, sold_to, DAY), /* the first day that this plan no longer takes */
    COLUMN(6, struct wl_plan, months, NUMBER(4)), COLUMN(7, struct wl_plan, km, NUMBER(7)),
};
RECORD(plans, struct wl_plan);

static const struct wl_field extensions_fields[] = {
    COLUMN(1, struct wl_extension, extension_id, CODE),
    COLUMN(2, struct wl_extension, from_date, DAY),
    COLUMN(3, struct wl_extension, to_date, DAY),
    COLUMN(4, struct wl_extension, new_last_day, DAY),
};
RECORD(extensions, struct wl_extension);

static const struct wl_field contracts_fields[] = {
    COLUMN(1, struct wl_contract, contract_id, CODE), COLUMN(2, struct wl_contract, vin, CODE),
    COLUMN(3, struct wl_contract, component, CODE),   COLUMN(4, struct wl_contract, start_date, DAY),
    COLUMN(5, struct wl_contract, end_date, DAY),     COLUMN(6, struct wl_contract, max_km, NUMBER(7)),
};
RECORD(contracts, struct wl_contract);

static const struct wl_field fits_fields[] = {
    COLUMN(1, struct wl_fit, dealer_id, CODE),
    COLUMN(2, struct wl_fit, invoice_no, CODE),
    COLUMN(3, struct wl_fit, vin, CODE),
    COLUMN(4, struct wl_fit, part_id, CODE),
    COLUMN(5, struct wl_fit, fit_date, DAY),
    COLUMN(6, struct wl_fit, fit_km, NUMBER(7)),
    COLUMN(7, struct wl_fit, paid_by, CHOICE(payers)),
    MAY_BE_EMPTY(8, struct wl_fit, owner_id, CODE),
};
RECORD(fits, struct wl_fit);

static const struct wl_field campaigns_fields[] = {
    COLUMN(1, struct wl_campaign, campaign_id, CODE),
    COLUMN(2, struct wl_campaign, op_code, CODE),
    COLUMN(3, struct wl_campaign, from_date, DAY),
    COLUMN(4, struct wl_campaign, to_date, DAY),
};
RECORD(campaigns, struct wl_campaign);

static const struct wl_field campaign_vehicles_fields[] = {
    COLUMN(1, struct wl_campaign_vehicle, campaign_id, CODE),
    COLUMN(2, struct wl_campaign_vehicle, vin, CODE),
};
RECORD(campaign_vehicles, struct wl_campaign_vehicle);

static const struct wl_field authorizations_fields[] = {
    COLUMN(1, struct wl_authorization, auth_no, CODE),
    COLUMN(2, struct wl_authorization, dealer_id, CODE),
    COLUMN(3, struct wl_authorization, vin, CODE),
    COLUMN(4, struct wl_authorization, max_amount, PRICE),
    COLUMN(5, struct wl_authorization, share_percent, PERCENT),
    COLUMN(6, struct wl_authorization, valid_to, DAY),
};
RECORD(authorizations, struct wl_authorization);

static const struct wl_field service_plan_fields[] = {
    COLUMN(1, struct wl_service_plan, op_code, CODE),
    COLUMN(2, struct wl_service_plan, max_months, NUMBER(4)),
    COLUMN(3, struct wl_service_plan, max_km, NUMBER(7)),
};
RECORD(service_plan, struct wl_service_plan);

static const struct wl_field tiers_fields[] = {
    COLUMN(1, struct wl_tier, tier, NUMBER(4)),
    COLUMN(2, struct wl_tier, currency, CURRENCY),
    MAY_BE_EMPTY(3, struct wl_tier, limit, PRICE),
};
RECORD(tiers, struct wl_tier);

static const struct wl_field seats_fields[] = {
    COLUMN(1, struct wl_seat, seat_id, CODE),
    COLUMN(2, struct wl_seat, tier, NUMBER(4)),
    COLUMN(3, struct wl_seat, capacity, NUMBER(6)),
};
RECORD(seats, struct wl_seat);

static const struct wl_field policy_fields[] = {
    COLUMN(1, struct wl_policy, key, CODE),
    COLUMN(2, struct wl_policy, from_date, DAY),
    COLUMN(3, struct wl_policy, value, .type = WL_DECIMAL, .digits = 12, .places = 6),
};
RECORD(policy, struct wl_policy);

static const struct wl_field warehouses_fields[] = {
    COLUMN(1, struct wl_warehouse, warehouse_id, CODE),
    COLUMN(2, struct wl_warehouse, name, PROSE),
    COLUMN(3, struct wl_warehouse, region, CODE),
    COLUMN(4, struct wl_warehouse, returns, CHOICE(yes_no)),
};
RECORD(warehouses, struct wl_warehouse);

static const struct wl_field bins_fields[] = {
    COLUMN(1, struct wl_bin, location_id, CODE),       COLUMN(2, struct wl_bin, bin_id, BIN),
    COLUMN(3, struct wl_bin, part_id, CODE),           MAY_BE_EMPTY(4, struct wl_bin, minimum, QUANTITY),
    MAY_BE_EMPTY(5, struct wl_bin, maximum, QUANTITY),
};
RECORD(bins, struct wl_bin);

static const struct wl_field tracked_parts_fields[] = {
    COLUMN(1, struct wl_tracked_part, part_id, CODE),
    COLUMN(2, struct wl_tracked_part, tracking, CHOICE(trackings)),
};
RECORD(tracked_parts, struct wl_tracked_part);

static const struct wl_field supersessions_fields[] = {
    COLUMN(1, struct wl_supersession, part_id, CODE),
    COLUMN(2, struct wl_supersession, replaced_by, CODE),
    COLUMN(3, struct wl_supersession, from_date, DAY),
};
RECORD(supersessions, struct wl_supersession);

static const struct wl_field carriers_fields[] = {
    COLUMN(1, struct wl_carrier, carrier_id, CODE),
    COLUMN(2, struct wl_carrier, name, PROSE),
};
RECORD(carriers, struct wl_carrier);

static const struct wl_field reviewers_fields[] = {
    COLUMN(1, struct wl_reviewer, reviewer_id, CODE),
    COLUMN(2, struct wl_reviewer, name, PROSE),
    COLUMN(3, struct wl_reviewer, seat_id, CODE),
};
RECORD(reviewers, struct wl_reviewer);

static const struct wl_field bank_accounts_fields[] = {
    COLUMN(1, struct wl_bank_account, party_id, CODE),
    COLUMN(2, struct wl_bank_account, currency, CURRENCY),
    COLUMN(3, struct wl_bank_account, from_date, DAY),
    COLUMN(4, struct wl_bank_account, holder, PROSE),
    COLUMN(5, struct wl_bank_account, account, .type = WL_TEXT, .limit = 34),
    COLUMN(6, struct wl_bank_account, kind, CHOICE(account_kinds)),
    MAY_BE_EMPTY(7, struct wl_bank_account, bic, .type = WL_TEXT, .limit = 11),
};
RECORD(bank_accounts, struct wl_bank_account);

static const struct wl_field supplier_agreements_fields[] = {
    COLUMN(1, struct wl_supplier_agreement, supplier_id, CODE),
    COLUMN(2, struct wl_supplier_agreement, part_id, CODE),
    COLUMN(3, struct wl_supplier_agreement, from_date, DAY),
    COLUMN(4, struct wl_supplier_agreement, to_date, DAY),
    COLUMN(5, struct wl_supplier_agreement, percent, PERCENT),
    COLUMN(6, struct wl_supplier_agreement, labour, CHOICE(yes_no)),
    MAY_BE_EMPTY(7, struct wl_supplier_agreement, days, NUMBER(5)),
};
RECORD(supplier_agreements, struct wl_supplier_agreement);

static const struct wl_field reasons_fields[] = {
    COLUMN(1, struct wl_reason, event, CHOICE(reason_events)),
    COLUMN(2, struct wl_reason, reason_code, CODE),
    COLUMN(3, struct wl_reason, description, PROSE),
};
RECORD(reasons, struct wl_reason);

/* Key fields stand in the order that lookups need, not in that of the columns. */
#define TABLE(NAME, table, count, ...) \
    [WL_REF_##NAME] = {.name = #table, .record = &table##_record, .keys = {__VA_ARGS__}, .key_count = (count)}

static const struct wl_reference_info infos[] = {
    TABLE(DEALERS, dealers, 1, 0),
    TABLE(LABOUR_RATES, labour_rates, 2, 0, 1),
    TABLE(SUPPLIERS, suppliers, 1, 0),
    TABLE(PARTS, parts, 1, 0),
    TABLE(PART_PRICES, part_prices, 3, 0, 1, 2),
    TABLE(MODELS, models, 1, 0),
    TABLE(VEHICLES, vehicles, 1, 0),
    TABLE(OPERATIONS, operations, 1, 0),
    TABLE(FAULTS, faults, 1, 0),
    TABLE(PLANS, plans, 1, 0),
    TABLE(EXTENSIONS, extensions, 1, 0),
    TABLE(CONTRACTS, contracts, 1, 0),
    TABLE(FITS, fits, 4, 2, 3, 0, 1),
    TABLE(CAMPAIGNS, campaigns, 1, 0),
    TABLE(CAMPAIGN_VEHICLES, campaign_vehicles, 2, 0, 1),
    TABLE(AUTHORIZATIONS, authorizations, 1, 0),
    TABLE(SERVICE_PLAN, service_plan, 1, 0),
    TABLE(TIERS, tiers, 2, 1, 0),
    TABLE(SEATS, seats, 1, 0),
    TABLE(POLICY, policy, 2, 0, 1),
    TABLE(WAREHOUSES, warehouses, 1, 0),
    TABLE(BINS, bins, 3, 0, 2, 1),
    TABLE(TRACKED_PARTS, tracked_parts, 1, 0),
    TABLE(SUPERSESSIONS, supersessions, 1, 0),
    TABLE(CARRIERS, carriers, 1, 0),
    TABLE(REVIEWERS, reviewers, 2, 2, 0),
    TABLE(BANK_ACCOUNTS, bank_accounts, 3, 0, 1, 2),
    TABLE(SUPPLIER_AGREEMENTS, supplier_agreements, 3, 0, 1, 2),
    TABLE(REASONS, reasons, 2, 0, 1),
};

const struct wl_reference_info *wl_reference_info(int64_t table)
{
    if (table < WL_REF_DEALERS || table > WL_REFERENCE_TABLE_MAX)
        return NULL;
    return &infos[table];
}

static void key_u32(struct wl_reference_key *key, int64_t value)
{
    if (value < 0 || value > UINT32_MAX || key->size + 4 > sizeof key->bytes)
        key->bad = true;
    if (key->bad)
        return;
    for (int shift = 24; shift >= 0; shift -= 8)
        key->bytes[key->size++] = (uint8_t)(value >> shift);
}

void wl_reference_key_start(struct wl_reference_key *key, int64_t table)
{
    key->bytes[0] = (uint8_t)table;
    key->size = 1;
    key->bad = wl_reference_info(table) == NULL;
}

void wl_reference_key_text(struct wl_reference_key *key, struct wl_str text)
{
    if (text.size == 0 || text.size >= sizeof key->bytes - key->size || memchr(text.data, 0, text.size))
        key->bad = true;
    if (key->bad)
        return;
    memcpy(key->bytes + key->size, text.data, text.size);
    key->size += text.size;
    key->bytes[key->size++] = 0;
}

void wl_reference_key_day(struct wl_reference_key *key, int64_t day)
{
    if (day < INT32_MIN || day > INT32_MAX) {
        key->bad = true;
        return;
    }
    key_u32(key, day - INT32_MIN);
}

void wl_reference_key_number(struct wl_reference_key *key, int64_t number)
{
    key_u32(key, number);
}

struct wl_str wl_reference_key_view(const struct wl_reference_key *key)
{
    return (struct wl_str){(const char *)key->bytes, key->size};
}

bool wl_reference_key(int64_t table, const void *row, struct wl_reference_key *key)
{
    const struct wl_reference_info *info = wl_reference_info(table);

    wl_reference_key_start(key, table);
    for (unsigned i = 0; info != NULL && i < info->key_count; i++) {
        const struct wl_field *field = &info->record->fields[info->keys[i]];
        const void *at = (const char *)row + field->offset;

        if (field->type == WL_TEXT)
            wl_reference_key_text(key, *(const struct wl_str *)at);
        else if (field->type == WL_DAY)
            wl_reference_key_day(key, *(const int64_t *)at);
        else
            wl_reference_key_number(key, *(const int64_t *)at);
    }
    return !key->bad;
}

struct wl_str wl_reference_row_cbor(struct wl_str value)
{
    const size_t head = 8;

    return value.size > head ? (struct wl_str){value.data + head, value.size - head} : WL_NO_STR;
}
