/* The month's reviewers, and what nobody may do. */
#include "tests/month.h"

#include <stdio.h>
#include <string.h>

#include "wledger/error.h"

enum { REVIEWS_MAX = 4000 };

static struct wl_review open_reviews[REVIEWS_MAX];
static size_t open_count;

static int note_review(void *context, const struct wl_review *review)
{
    (void)context;
    open_reviews[open_count] = *review;
    open_reviews[open_count].seat = wl_arena_copy(&month.keep, review->seat);
    open_reviews[open_count].reviewer = wl_arena_copy(&month.keep, review->reviewer);
    return ++open_count == REVIEWS_MAX;
}

static void look(void)
{
    open_count = 0;
    if (wl_reviews_each(month.txn, WL_NONE, note_review, NULL) < 0)
        fail("%s", wl_error());
}

/* What a review is about: the claim's name, or the form's number. */
struct about {
    struct wl_str dealer_id, claim_no;
    int64_t form;
    int64_t labour_lines;
};

static struct about about_of(const struct wl_review *review)
{
    struct about about = {.form = WL_NONE};
    struct wl_claim claim;

    if (review->subject.kind == WL_SUBJECT_FORM) {
        about.form = review->subject.id;
        return about;
    }
    if (wl_claim_get(month.txn, &month.keep, review->subject.id, &claim) != 1)
        fail("a claim under review is not there");
    about.dealer_id = claim.dealer_id;
    about.claim_no = claim.claim_no;
    return about;
}

enum verdict { APPROVE, CUT, REFUSE, ASK };

static int64_t decide_form(const struct about *about, enum verdict verdict, const char *actor)
{
    static const enum wl_form_verdict verdicts[] = {WL_FORM_APPROVE, WL_FORM_APPROVE, WL_FORM_REFUSE, WL_FORM_RETURN};
    struct wl_line_name line = {WL_LINE_LABOUR, 2, WL_NONE, WL_STR("not needed")};
    struct wl_form_review_body body = {.form = about->form,
                                       .verdict = verdicts[verdict],
                                       .refused = {&line, verdict == CUT},
                                       .reason = WL_STR("as the manual says")};

    return run(&wl_form_review_command, &body, actor);
}

static int64_t decide_claim(const struct about *about, enum verdict verdict, const char *actor)
{
    struct wl_line_name line = {WL_LINE_LABOUR, 1, 100, WL_STR("one hour would do")};
    struct wl_review_body body = {.dealer_id = about->dealer_id,
                                  .claim_no = about->claim_no,
                                  .verdict = verdict == REFUSE ? WL_REFUSE : WL_APPROVE,
                                  .refused = {&line, verdict == CUT},
                                  .reason = WL_STR("as the manual says")};
    struct wl_information_body ask = {about->dealer_id, about->claim_no, WL_STR("a photo, please")};

    return verdict == ASK ? run(&wl_information_command, &ask, actor) : run(&wl_review_command, &body, actor);
}

static void count_verdict(enum verdict verdict, bool form)
{
    month.reviews++;
    month.approvals += verdict == APPROVE;
    month.cuts += verdict == CUT;
    month.refusals += verdict == REFUSE;
    month.information += verdict == ASK && !form;
    month.form_returns += verdict == ASK && form;
}

/* One of the two reviewers of its seat decides; who decided what is appealed, or is away, does not. */
static void decide(const struct wl_review *review)
{
    struct about about = about_of(review);
    enum verdict verdict = chance(80) ? APPROVE : (enum verdict)(CUT + draw(3));
    unsigned seat, first = draw(2);
    int64_t refusal = WL_DONE;

    if (sscanf(review->seat.data, "SEAT%u", &seat) != 1)
        fail("a seat has another name");
    for (unsigned i = 0; i < 2; i++) {
        const char *actor = format("R%02u", 2 * seat + (first + i) % 2);

        refusal = about.form != WL_NONE ? decide_form(&about, verdict, actor) : decide_claim(&about, verdict, actor);
        if (refusal == WL_REFUSED_LINE_AMOUNT_INVALID || refusal == WL_REFUSED_NOTHING_PAYABLE)
            refusal = about.form != WL_NONE ? decide_form(&about, verdict = APPROVE, actor)
                                            : decide_claim(&about, verdict = APPROVE, actor);
        if (refusal == WL_DONE) {
            count_verdict(verdict, about.form != WL_NONE);
            return;
        }
        if (refusal != WL_REFUSED_NOT_YOUR_SEAT && refusal != WL_REFUSED_FOUR_EYES &&
            refusal != WL_REFUSED_ALREADY_TAKEN)
            fail("a review by %s: %s", actor, wl_refusal_name(refusal));
    }
}

static void desk(const struct wl_review *review, const struct wl_command *command, const char *actor)
{
    struct about about = about_of(review);
    struct wl_desk_body body = {.dealer_id = about.dealer_id,
                                .claim_no = about.claim_no,
                                .form = about.form,
                                .reason = WL_STR("the other knows it better")};

    run(command, &body, actor);
}

void reviews_decide(unsigned leave_percent)
{
    look();
    for (size_t i = 0; i < open_count; i++) {
        const struct wl_review *review = &open_reviews[i];
        unsigned seat;

        if (review->seat.size == 0 || chance(leave_percent))
            continue;
        if (chance(3) && sscanf(review->seat.data, "SEAT%u", &seat) == 1) {
            desk(review, &wl_review_take_command, format("R%02u", 2 * seat));
            desk(review, &wl_review_release_command, format("R%02u", 2 * seat));
            desk(review, &wl_review_assign_command, "chief");
        } else {
            decide(review);
        }
    }
}

/* ---- what nobody may do ---- */

static int64_t try_claim_step(enum wl_claim_step step, const struct wl_claim *claim)
{
    struct wl_line_name line = {WL_LINE_LABOUR, 1, WL_NONE, WL_NO_STR};
    struct wl_desk_body desk_body = {.dealer_id = claim->dealer_id, .claim_no = claim->claim_no, .form = WL_NONE};
    struct wl_information_body information = {claim->dealer_id, claim->claim_no, WL_STR("a photo, please")};
    struct wl_appeal_body appeal = {claim->dealer_id, claim->claim_no, WL_STR("we see it otherwise")};
    struct wl_correct_body correct = {claim->dealer_id, claim->claim_no, {&line, 1}, WL_STR("not of this repair")};
    struct wl_sign_body sign = {.dealer_id = claim->dealer_id, .claim_no = claim->claim_no};
    struct wl_tag_body tag = {.dealer_id = claim->dealer_id, .claim_no = claim->claim_no};
    struct wl_waive_body waive = {
        .dealer_id = claim->dealer_id, .claim_no = claim->claim_no, .reason = WL_STR("scrapped")};
    struct wl_chargeback_body charge = {.dealer_id = claim->dealer_id,
                                        .claim_no = claim->claim_no,
                                        .amount = WL_NONE,
                                        .reason = WL_STR("audit"),
                                        .evidence = WL_STR("audit 7")};
    struct wl_review_body review = {.dealer_id = claim->dealer_id, .claim_no = claim->claim_no, .verdict = WL_APPROVE};
    const struct {
        const struct wl_command *command;
        const void *body;
    } tries[WL_CLAIM_STEP_COUNT] = {
        [WL_CLAIM_STEP_REVIEW] = {&wl_review_command, &review},
        [WL_CLAIM_STEP_TAKE] = {&wl_review_take_command, &desk_body},
        [WL_CLAIM_STEP_RELEASE] = {&wl_review_release_command, &desk_body},
        [WL_CLAIM_STEP_ASSIGN] = {&wl_review_assign_command, &desk_body},
        [WL_CLAIM_STEP_INFORMATION] = {&wl_information_command, &information},
        [WL_CLAIM_STEP_APPEAL] = {&wl_appeal_command, &appeal},
        [WL_CLAIM_STEP_CORRECT] = {&wl_correct_command, &correct},
        [WL_CLAIM_STEP_SIGN] = {&wl_sign_command, &sign},
        [WL_CLAIM_STEP_RETURNS] = {&wl_tag_command, &tag},
        [WL_CLAIM_STEP_WAIVE] = {&wl_waive_command, &waive},
        [WL_CLAIM_STEP_CHARGE_BACK] = {&wl_chargeback_command, &charge},
    };

    return tries[step].command ? run(tries[step].command, tries[step].body, "nobody") : WL_DONE;
}

/* A fingerprint of all that is derived. */
static uint64_t state_now(void)
{
    uint64_t sum = 0;

    for (unsigned table = WL_TABLE_BALANCES; table < WL_TABLE_FIRST + wl_house_schema.table_count; table++) {
        struct wl_str key, value;
        struct wl_walk *walk;

        if (wl_walk_open(month.txn, table, WL_NO_STR, WL_NO_STR, &walk) != WL_OK)
            fail("%s", wl_error());
        while (wl_walk_next(walk, &key, &value) == 1)
            sum = (sum ^ wl_hash(key)) * 31 + (wl_hash(value) ^ table);
        wl_walk_close(walk);
    }
    return sum;
}

/* Each illegal step of claims drawn at random; afterwards everything is as it was. */
void illegal_try(unsigned count)
{
    uint64_t before = state_now(), claims = wl_counter(month.txn, "claims");

    for (unsigned i = 0; i < count && claims > 0; i++) {
        struct wl_claim old, claim;
        int64_t id, state;

        if (wl_claim_get(month.txn, &month.keep, draw((unsigned)claims), &old) != 1 ||
            wl_claim_find(month.txn, old.dealer_id, old.claim_no, &id) != 1 ||
            wl_claim_get(month.txn, &month.keep, id, &claim) != 1)
            fail("a claim is not there");
        state = wl_claim_state_now(month.txn, &claim);
        for (int step = 0; step < WL_CLAIM_STEP_COUNT; step++) {
            const struct wl_transition *row = wl_claim_transition((enum wl_claim_step)step);
            int64_t refusal = row->refusal[state];

            if (refusal == WL_DONE)
                continue;
            month.illegal_tried++;
            if (try_claim_step((enum wl_claim_step)step, &claim) != refusal)
                fail("%s on a claim that is %s is not refused as %s", row->command, wl_claim_state_names()[state],
                     wl_refusal_name(refusal));
        }
    }
    if (state_now() != before)
        fail("what was refused changed something");
}
