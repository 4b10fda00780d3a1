/* Reference data: the tables of the domain text, section 2, and those of the parts loop (docs/rules.md), as
 * they stand in the store.
 *
 * A table's rows are records; `key_fields` of them make its key. Rows are loaded from CSV as versions in
 * the journal (load.h); the store holds the row in force. Lookups are for deciding: they read through a
 * cache that is checked against the store's reference version at the start of every command. */
#ifndef WLEDGER_REFERENCE_H
#define WLEDGER_REFERENCE_H

#include "wledger/command.h"

/* X(tag, NAME, name): the tables, in the order in which a folder of them is loaded. Tags stand in the
 * journal. */
#define WL_REFERENCE_TABLES(X)                      \
    X(1, DEALERS, dealers)                          \
    X(2, LABOUR_RATES, labour_rates)                \
    X(3, SUPPLIERS, suppliers)                      \
    X(4, PARTS, parts)                              \
    X(5, PART_PRICES, part_prices)                  \
    X(6, MODELS, models)                            \
    X(7, VEHICLES, vehicles)                        \
    X(8, OPERATIONS, operations)                    \
    X(9, FAULTS, faults)                            \
    X(10, PLANS, plans)                             \
    X(11, EXTENSIONS, extensions)                   \
    X(12, CONTRACTS, contracts)                     \
    X(13, FITS, fits)                               \
    X(14, CAMPAIGNS, campaigns)                     \
    X(15, CAMPAIGN_VEHICLES, campaign_vehicles)     \
    X(16, AUTHORIZATIONS, authorizations)           \
    X(17, SERVICE_PLAN, service_plan)               \
    X(18, TIERS, tiers)                             \
    X(19, SEATS, seats)                             \
    X(20, POLICY, policy)                           \
    X(21, WAREHOUSES, warehouses)                   \
    X(22, BINS, bins)                               \
    X(23, TRACKED_PARTS, tracked_parts)             \
    X(24, SUPERSESSIONS, supersessions)             \
    X(25, CARRIERS, carriers)                       \
    X(26, REVIEWERS, reviewers)                     \
    X(27, BANK_ACCOUNTS, bank_accounts)             \
    X(28, SUPPLIER_AGREEMENTS, supplier_agreements) \
    X(29, REASONS, reasons)

enum wl_reference_table {
#define X(tag, NAME, name) WL_REF_##NAME = (tag),
    WL_REFERENCE_TABLES(X)
#undef X
};

/* Days are day numbers, km whole kilometres, prices and rates times 10^4, hours times 10^2, percentages
 * and policy values times 10^6, max_amount and limit times 10^4, minimum and maximum times 10^3. */
struct wl_dealer {
    struct wl_str dealer_id, name, region, country, currency;
    int64_t tax_percent;
    int64_t status; /* WL_DEALER_ACTIVE or WL_DEALER_SUSPENDED */
};
enum { WL_DEALER_ACTIVE, WL_DEALER_SUSPENDED };
enum { WL_NO, WL_YES }; /* of every yes/no column */

struct wl_labour_rate {
    struct wl_str dealer_id;
    int64_t from_date, rate;
};

struct wl_supplier {
    struct wl_str supplier_id, name;
    int64_t recovery_percent;
};

enum { WL_RETURN_ALWAYS, WL_RETURN_NEVER };
struct wl_part {
    struct wl_str part_id, description, component, unit, supplier_id;
    int64_t return_rule, return_days, warranty_months, warranty_km, lifetime;
};

struct wl_part_price {
    struct wl_str part_id, currency;
    int64_t from_date, price;
};

struct wl_model {
    struct wl_str model_id, name;
    int64_t list_price;
    struct wl_str currency;
};

struct wl_vehicle {
    struct wl_str vin, model_id, production_batch;
    int64_t production_date, sale_date; /* WL_NONE: unsold */
    struct wl_str dealer_id, owner_id;
};

struct wl_operation {
    struct wl_str op_code, description, component;
    int64_t standard_hours;
};

struct wl_fault {
    struct wl_str fault_code, component, cause, description;
    int64_t warrantable;
};

struct wl_plan {
    struct wl_str plan_id, model_id, component;
    int64_t sold_from, sold_to, months, km;
};

struct wl_extension {
    struct wl_str extension_id;
    int64_t from_date, to_date, new_last_day;
};

struct wl_contract {
    struct wl_str contract_id, vin, component;
    int64_t start_date, end_date, max_km;
};

enum { WL_PAID_BY_CUSTOMER, WL_PAID_BY_WARRANTY };
struct wl_fit {
    struct wl_str dealer_id, invoice_no, vin, part_id;
    int64_t fit_date, fit_km, paid_by;
    struct wl_str owner_id;
};

struct wl_campaign {
    struct wl_str campaign_id, op_code;
    int64_t from_date, to_date;
};

struct wl_campaign_vehicle {
    struct wl_str campaign_id, vin;
};

struct wl_authorization {
    struct wl_str auth_no, dealer_id, vin;
    int64_t max_amount, share_percent, valid_to;
};

struct wl_service_plan {
    struct wl_str op_code;
    int64_t max_months, max_km;
};

struct wl_tier {
    int64_t tier;
    struct wl_str currency;
    int64_t limit; /* WL_NONE: no limit */
};

struct wl_seat {
    struct wl_str seat_id;
    int64_t tier, capacity;
};

struct wl_policy {
    struct wl_str key;
    int64_t from_date, value;
};

/* No dealer and no warehouse share an id: both are locations. */
struct wl_warehouse {
    struct wl_str warehouse_id, name, region;
    int64_t returns; /* WL_YES: it takes defective parts back */
};

/* So that LOCATION/BIN is the party of an account. */
enum { WL_BIN_MAX = 31 /* bytes of a bin's id */ };
#define WL_ANY_PART "*"
struct wl_bin {
    struct wl_str location_id, bin_id, part_id; /* part_id WL_ANY_PART: whichever part */
    int64_t minimum, maximum;                   /* WL_NONE both, or minimum <= maximum */
};

struct wl_tracked_part {
    struct wl_str part_id;
    int64_t tracking; /* 0 lot, 1 serial: wl_tracking_of says it better */
};

struct wl_supersession {
    struct wl_str part_id, replaced_by;
    int64_t from_date; /* the first day on which it holds */
};

struct wl_carrier {
    struct wl_str carrier_id, name;
};

/* Who may decide at a seat. A seat without reviewers is anybody's. A reviewer may have several seats. */
struct wl_reviewer {
    struct wl_str reviewer_id, name, seat_id;
};

/* Where money goes to, or comes from. */
#define WL_OEM_PARTY "*"
enum { WL_ACCOUNT_IBAN, WL_ACCOUNT_OTHER };
struct wl_bank_account {
    struct wl_str party_id; /* dealer or supplier; WL_OEM_PARTY: the OEM's own */
    struct wl_str currency;
    int64_t from_date;
    struct wl_str holder, account;
    int64_t kind;      /* WL_ACCOUNT_IBAN: its check digits are right (ISO 13616) */
    struct wl_str bic; /* ISO 9362; may be empty */
};

/* What a supplier pays of claims for its part, in place of suppliers.recovery_percent. */
struct wl_supplier_agreement {
    struct wl_str supplier_id, part_id; /* part_id WL_ANY_PART: all others of this supplier */
    int64_t from_date, to_date;         /* repair dates, both included */
    int64_t percent;
    int64_t labour; /* WL_YES: of the claim's labour too, where the part is its causal part */
    int64_t days;   /* it is to be claimed so many days after the repair date at the latest; WL_NONE: no limit */
};

/* X(NAME, "event"): what a reason is given for. Numbers stand in the journal. */
#define WL_REASON_EVENTS(X)       \
    X(REFUSE, "refuse")           \
    X(INFORMATION, "information") \
    X(APPEAL, "appeal")           \
    X(CORRECT, "correct")         \
    X(CHARGEBACK, "chargeback")   \
    X(WAIVE, "waive")             \
    X(REASSIGN, "reassign")       \
    X(ABSENCE, "absence")         \
    X(DISPUTE, "dispute")
enum wl_reason_event {
#define X(NAME, name) WL_REASON_FOR_##NAME,
    WL_REASON_EVENTS(X)
#undef X
        WL_REASON_EVENT_COUNT,
};
/* Where an event has rows, its reason is one of their codes, alone or before ": " and more text. */
struct wl_reason {
    int64_t event; /* enum wl_reason_event */
    struct wl_str reason_code, description;
};

/* What is fixed about a table. */
struct wl_reference_info {
    const char *name;
    const struct wl_record *record; /* its fields in the order of the domain text */
    uint8_t keys[4];                /* field numbers that make its key, in the order in which rows are stored */
    uint8_t key_count;
};
/* By enum wl_reference_table; NULL for a number that is none. */
const struct wl_reference_info *wl_reference_info(int64_t table);

/* The reference data as one command sees it. Rows and lists that its functions return live until the
 * next command; NULL (or count 0) means that there is none - or that reading failed, which then sticks
 * to the transaction. */
struct wl_reference;
struct wl_reference *wl_reference(const struct wl_context *);

const struct wl_dealer *wl_dealer_find(struct wl_reference *, struct wl_str dealer_id);
const struct wl_supplier *wl_supplier_find(struct wl_reference *, struct wl_str supplier_id);
const struct wl_part *wl_part_find(struct wl_reference *, struct wl_str part_id);
const struct wl_model *wl_model_find(struct wl_reference *, struct wl_str model_id);
const struct wl_vehicle *wl_vehicle_find(struct wl_reference *, struct wl_str vin);
const struct wl_operation *wl_operation_find(struct wl_reference *, struct wl_str op_code);
const struct wl_fault *wl_fault_find(struct wl_reference *, struct wl_str fault_code);
const struct wl_campaign *wl_campaign_find(struct wl_reference *, struct wl_str campaign_id);
bool wl_campaign_has_vehicle(struct wl_reference *, struct wl_str campaign_id, struct wl_str vin);
const struct wl_authorization *wl_authorization_find(struct wl_reference *, struct wl_str auth_no);
const struct wl_service_plan *wl_service_plan_find(struct wl_reference *, struct wl_str op_code);
const struct wl_warehouse *wl_warehouse_find(struct wl_reference *, struct wl_str warehouse_id);
const struct wl_carrier *wl_carrier_find(struct wl_reference *, struct wl_str carrier_id);
const struct wl_seat *wl_seat_find(struct wl_reference *, struct wl_str seat_id);

/* The account of a party in a currency, in force on a day. */
const struct wl_bank_account *wl_bank_account_on(struct wl_reference *, struct wl_str party_id, struct wl_str currency,
                                                 int64_t day);
/* The agreement on a part on a repair date: the newest of the part's own that holds the day, else of WL_ANY_PART; NULL:
 * none, and suppliers.recovery_percent of the part lines counts. */
const struct wl_supplier_agreement *wl_agreement_on(struct wl_reference *, struct wl_str supplier_id,
                                                    struct wl_str part_id, int64_t day);
/* Whether a reason may be given for an event: WL_DONE, WL_REFUSED_REASON_MISSING or WL_REFUSED_REASON_UNKNOWN. */
int64_t wl_reason_check(struct wl_reference *, enum wl_reason_event, struct wl_str reason);
/* Names of the events, by enum; NULL-terminated. */
const char *const *wl_reason_event_names(void);

/* What the units of a part are told apart by. NONE also for a part that nobody knows. */
enum wl_tracking { WL_TRACKING_NONE, WL_TRACKING_LOT, WL_TRACKING_SERIAL };
enum wl_tracking wl_tracking_of(struct wl_reference *, struct wl_str part_id);

/* In force on a day; NULL where none is. */
const struct wl_labour_rate *wl_labour_rate_on(struct wl_reference *, struct wl_str dealer_id, int64_t day);
/* What a part line needs to know of a part and its list prices in one currency: close together, because it
 * is asked for more often than anything else. NULL only when reading failed. */
struct wl_list_price {
    int64_t from_date, price;
};
struct wl_part_terms {
    bool known; /* the part is in `parts` */
    int64_t return_rule, return_days;
    const struct wl_list_price *prices; /* by from_date */
    size_t price_count;
};
const struct wl_part_terms *wl_part_terms_find(struct wl_reference *, struct wl_str part_id, struct wl_str currency);
/* The price in force on a day, or WL_NONE. */
int64_t wl_list_price_on(const struct wl_part_terms *, int64_t day);
/* What replaces a part on a day: one step of a chain that has no circle and at most
 * WL_SUPERSESSION_CHAIN_MAX steps. */
const struct wl_supersession *wl_supersession_on(struct wl_reference *, struct wl_str part_id, int64_t day);
enum { WL_SUPERSESSION_CHAIN_MAX = 64 };
/* The value times 10^6, or WL_NONE. */
int64_t wl_policy_on(struct wl_reference *, struct wl_str key, int64_t day);

/* All rows of a small table, in key order (by bytes). Tiers of one currency by tier. */
struct wl_plans {
    const struct wl_plan *at;
    size_t count;
} wl_plans(struct wl_reference *);
struct wl_extensions {
    const struct wl_extension *at;
    size_t count;
} wl_extensions(struct wl_reference *);
struct wl_campaigns {
    const struct wl_campaign *at;
    size_t count;
} wl_campaigns(struct wl_reference *);
struct wl_service_plans {
    const struct wl_service_plan *at;
    size_t count;
} wl_service_plans(struct wl_reference *);
struct wl_tiers {
    const struct wl_tier *at;
    size_t count;
} wl_tiers(struct wl_reference *, struct wl_str currency);
struct wl_seats {
    const struct wl_seat *at;
    size_t count;
} wl_seats(struct wl_reference *, int64_t tier);
struct wl_warehouses {
    const struct wl_warehouse *at;
    size_t count;
} wl_warehouses(struct wl_reference *);
struct wl_reviewers {
    const struct wl_reviewer *at;
    size_t count;
} wl_reviewers_of(struct wl_reference *, struct wl_str seat_id);
/* All of them, by seat. */
struct wl_reviewers wl_reviewers(struct wl_reference *);
/* The bins that name exactly this part at a location; with WL_ANY_PART those for any. By bin_id. */
struct wl_bins {
    const struct wl_bin *at;
    size_t count;
} wl_bins_of(struct wl_reference *, struct wl_str location_id, struct wl_str part_id);

/* The contracts of a vehicle, and the fits of one part on it, in key order; in the command's arena. */
struct wl_contracts {
    const struct wl_contract *at;
    size_t count;
} wl_contracts_of(struct wl_reference *, struct wl_str vin);
struct wl_fits {
    const struct wl_fit *at;
    size_t count;
} wl_fits_of(struct wl_reference *, struct wl_str vin, struct wl_str part_id);
/* Of all parts. */
struct wl_fits wl_fits_on(struct wl_reference *, struct wl_str vin);

#endif
