/* A seeded walk of claims, desks and money against an independent model, made from the headers' words and the domain
 * text alone. Shared by the files of the program `walk`. */
#ifndef TESTS_WALK_H
#define TESTS_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include "wledger/defective.h"
#include "wledger/desk.h"
#include "wledger/form.h"
#include "wledger/payment.h"
#include "wledger/record_command.h"
#include "wledger/recovery.h"
#include "wledger/schema.h"
#include "wledger/transitions.h"

enum {
    DEALERS = 4,
    CURRENCIES = 3,
    REVIEWERS = 8,
    SEATS = 6,
    TIERS = 4, /* 0 to 3 */
    PARTS = 8,
    SUPPLIERS = 3,
    OPERATIONS = 6,
    VEHICLES = 60,
    AUTHORIZATIONS = 12,
    LINES = 3, /* of a kind */
    RETURN_DAYS = 14,
    KINDS = 16,                        /* of money accounts */
    PARTIES = 1 + DEALERS + SUPPLIERS, /* the OEM first */
    EXPECT_MAX = 24,
    NAME = 40,
    PARTIES_MAX = 2 + REVIEWERS,
};

/* ---- the model ---- */

enum { NOBODY = -1, NO_SEAT = -1, FREE_SEAT = 4 /* has no reviewers: anybody decides there */ };

/* What waits for a review. */
struct waiting {
    bool is;
    int tier, seat; /* NO_SEAT: in the queue */
    int taken_by;   /* reviewer; NOBODY */
    int64_t since, entry;
    int64_t age; /* the entry that brought what waits: the queue's order */
    bool late;
};

struct owed {
    int64_t line, quantity, due, state;
    bool tagged;
};

struct worth {
    int64_t lines[3][LINES];
    int64_t total;
};

struct m_claim {
    unsigned dealer, number; /* number: of its name */
    int64_t submission, type, previous, seq, submit_day;
    int64_t state, decided_day, decided_seq, decided_tier;
    unsigned count[3];
    int part[LINES];
    int64_t quantity[LINES];
    struct worth worth;            /* by the decision in force */
    int64_t handling, share, left; /* percentages times 10^6; left WL_NONE: no goodwill */
    int authorization;
    bool adjusted;   /* a finding of severity adjust stands */
    bool impossible; /* a finding stands that no reviewer overrules */
    int64_t paid, charged_back, settlement;
    bool is_signed, appealed, told, owed_once;
    char decided_by[NAME], rejected_by[NAME]; /* the reviewer; who made the newest decision */
    char appealed_by[NAME], overruled[NAME];  /* overruled: who made the decision that is appealed against */
    bool deciders;                            /* people decided it */
    unsigned parties;                         /* reviewers who may not decide it, because of its form: a bit each */
    int64_t appeals_from;
    int64_t first_owed;
    unsigned owed_count;
    struct owed owed[LINES];
    struct waiting wait;
    int64_t form;
    int supplier_of[LINES];
    char *content;
};

enum undo_kind { UNDO_NOT, UNDO_CHARGEBACK, UNDO_INSPECTION, UNDO_TAGGING, UNDO_RECEIPT, UNDO_SALE, UNDO_PAY };
struct undo {
    enum undo_kind kind;
    int64_t seq, claim;
    bool done;
    bool decides;           /* made a decision */
    int64_t amount;         /* charged back, or paid */
    struct m_claim *before; /* the claim as it was */
    int64_t number;         /* of a receipt, or a settlement */
    unsigned lines;         /* that it moved, a bit each */
};

struct m_chargeback {
    int64_t seq, claim, amount;
    bool open;
};

struct m_settlement {
    unsigned dealer;
    int64_t to_day, state, claims, chargebacks, tax, carried, to_pay, carried_on, paid_amount, overpaid, owed_since;
    int64_t paid_count, rejected_count, chargeback_count, payment;
    int64_t confirmed; /* what the dealer says that it received; WL_NONE */
};

struct m_transfer {
    int64_t payment, settlement, amount, debited, returned;
};

struct m_sale {
    unsigned dealer;
    int64_t amount;
    unsigned reference;
    bool reversed;
};

struct m_form {
    unsigned dealer;
    int64_t state, version, revision, claim, approved, approved_tier;
    struct sent *content;
    struct m_claim as; /* what it would be worth as a claim */
    bool lines_gone[3][LINES], lines_cut;
    bool incomplete;
    int64_t km;
    unsigned parties;       /* reviewers who opened, wrote, submitted or completed it */
    char approved_by[NAME]; /* the reviewer; empty: by itself */
    struct waiting wait;
};

/* A claim or form as it is sent. */
struct sent {
    struct wl_claim_record record;
    struct wl_labour_line labour[LINES];
    struct wl_part_line parts[LINES];
    struct wl_sublet_line sublet[LINES];
    unsigned dealer, number;
    int64_t submission, type;
    int part[LINES];
    int64_t quantity[LINES];
    int authorization;
};

struct m_recovery {
    int64_t claim, amount, accepted, state, supplier_claim, line;
    unsigned supplier;
    int64_t withdrawn_from;
};

struct walk {
    struct wl_store *store;
    struct wl_txn *txn;
    struct wl_arena arena, keep, forever; /* of one command; of one group; what forms say */
    char dir[300], store_dir[320];
    uint64_t random, seed, step, steps, group; /* group: of steps, which is committed as one */
    int64_t day, now;
    const char *doing;
    void *outcome;
    struct wl_result result;
    int64_t expected[EXPECT_MAX], optional[EXPECT_MAX];
    size_t expected_count, optional_count;
    bool only;
    uint64_t done, refused, optional_refused;
    uint64_t refusals[200];

    struct m_claim *claims;
    size_t claim_count, claim_room;
    unsigned numbers[DEALERS];
    int64_t *newest[DEALERS]; /* by number: newest claim id, WL_NONE */
    int64_t owed_count;
    struct undo *undos;
    size_t undo_count, undo_room;
    struct m_chargeback *chargebacks;
    size_t chargeback_count, chargeback_room;
    struct m_settlement *settlements; /* from 1 */
    size_t settlement_count, settlement_room;
    struct m_transfer *transfers;
    size_t transfer_count, transfer_room;
    int64_t payments, answers;
    struct m_sale *sales;
    size_t sale_count, sale_room;
    struct m_form *forms; /* from 1 */
    size_t form_count, form_room;
    wl_i128 books[KINDS][PARTIES][CURRENCIES];

    int capacity[SEATS];
    int64_t absent_from[REVIEWERS], absent_to[REVIEWERS]; /* WL_NONE: not */
    int64_t tax[DEALERS];
    bool suspended[DEALERS];
    int64_t review_hours;
    bool stale_seats; /* seats came free in a way that no command of their tier noticed */
};
extern struct walk walk;

extern const char *const currencies[CURRENCIES];
extern const int64_t limits[CURRENCIES][TIERS]; /* minor units; WL_NONE: none */
extern const int seat_tier[SEATS];
extern const int reviewer_seats[REVIEWERS][2]; /* NO_SEAT: no second */
extern const int64_t shares[AUTHORIZATIONS];   /* times 10^6 */
unsigned currency_of(unsigned dealer);
bool part_returns(int part);
int64_t handling_on(int64_t day);
int64_t authorization_max(unsigned authorization); /* minor units */

/* ---- walk.c ---- */

void fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
unsigned draw(unsigned below);
bool chance(unsigned percent);
const char *format(const char *format, ...) __attribute__((format(printf, 1, 2)));
struct wl_str text(const char *);
void *room(void *at, size_t *has, size_t count, size_t size);
void begin(void);
void commit(void);
void expect_nothing(void);
void expect(int64_t refusal);      /* it must be refused by one of these */
void expect_only(int64_t refusal); /* it must be refused by this, whatever else is expected */
void may(int64_t refusal);         /* or be refused so: what the model does not know */
/* Executes; true when it is done. */
bool go(const struct wl_command *, const void *body, const char *actor, const char *signer);
bool judge(const char *name, int64_t refusal); /* the same for what was executed otherwise */

/* ---- walk_world.c ---- */

void world_load(void);
void world_reload(void);
const char *vin_of(unsigned n);
const char *part_price(int part, unsigned currency);

/* ---- walk_model.c ---- */

void post(int from, int from_party, int to, int to_party, unsigned currency, int64_t amount);
int dealer_party(unsigned dealer);
int64_t total_of(const struct m_claim *, int64_t lines[3][LINES]);
int64_t charged(const struct m_claim *, int64_t was, int64_t is);
int64_t authorization_spent(int authorization, int64_t but);
bool seat_is_manned(int seat);
bool reviewer_is_absent(int reviewer);
bool seat_is_free(int seat);
bool tier_has_free(int tier);
int reviewer_of(const char *actor);
int tier_for(unsigned currency, int64_t total, int from);
void expect_right(const struct waiting *, const char *actor, const char *const *parties, size_t count);
void wait_begin(struct waiting *, int tier, int64_t age);
void seats_follow(struct wl_list assignments, int tier); /* of wl_assignment; tier WL_NONE: of none in particular */
void seats_complete(int tier, size_t seated);
void expect_reason(const char *event, struct wl_str reason, bool required);
void decide_claim(int64_t id, int64_t state, const struct worth *); /* with its postings */
void owe(struct m_claim *, int64_t from_day);
int64_t unmet(const struct m_claim *);

/* ---- walk_claims.c, walk_money.c, walk_forms.c ---- */

void do_record(void);
void do_review(void);
void do_desk(void);
void do_information(void);
void do_appeal(void);
void do_correct(void);
void do_sign(void);
void do_waive(void);
void do_tag(void);
void do_receive(void);
void do_inspect(void);
void do_tick(void);
void do_absence(void);
void do_forget(void);

void do_settle(void);
void do_pay(void);
void do_confirm(void);
void do_payment(void);
void do_bank(void);
void do_chargeback(void);
void do_reverse(void);
void do_sale(void);

void do_form_open(void);
void do_form_edit(void);
void do_form_submit(void);
void do_form_review(void);
void do_form_step(void);
void do_form_sign(void);
void do_form_claim(void);

struct sent *new_claim(void);
void send_lines(struct sent *);
const char *content_of(const struct wl_claim_record *);
int64_t new_version(const struct sent *, const char *content, const struct wl_record_outcome *);
bool has_severity(struct wl_ints findings, enum wl_severity);
bool has_finding(struct wl_ints findings, int64_t finding);
/* Draws lines of a claim and what each is to be worth; expects what is wrong with them. */
struct wl_list any_lines(const struct m_claim *, struct wl_line_name *, struct worth *, bool *cuts, bool *less);
void leave_seat(int tier, const struct wl_decision *);
void names_of(unsigned bits, const char **names);
void do_form_forget(void);
struct undo *undo_note(enum undo_kind, int64_t claim);
int64_t any_claim(void); /* a newest version; WL_NONE: name an unknown one */
struct m_claim *claim_at(int64_t id);
void name_claim(int64_t id, struct wl_str *dealer_id, struct wl_str *claim_no);
/* The state's refusal, or an unknown claim. False: nothing more can be told of it. */
bool expect_claim(int64_t id, enum wl_claim_step);
int64_t claim_state(const struct m_claim *);
struct wl_str any_reason(const char *event);
const char *any_reviewer(const struct waiting *);

/* ---- walk_compare.c ---- */

void check_claim(int64_t id);
void check_settlement(int64_t number);
void check_form(int64_t number);
void check_everything(void);

/* Between the files of claims, desks and returned parts. */
int64_t any_claim_where(bool (*is)(const struct m_claim *));
bool is_referred(const struct m_claim *c);
bool is_decided(const struct m_claim *c);
bool is_owing(const struct m_claim *c);
bool has_owed(const struct m_claim *c);
void parties_of(const struct m_claim *c, const char *parties[PARTIES_MAX]);
void follow_all(struct wl_list assignments);
void take_prices(struct m_claim *c, const struct wl_decision *d);

#endif
