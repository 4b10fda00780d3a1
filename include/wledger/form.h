/* Appraisal forms (domain text, sections 1 and 3): opened when a vehicle enters the workshop, reviewed, then the
 * service instruction, signed by the customer, and at last the claim: nothing is typed twice.
 *
 * Forms are numbered from 1. A form's content is the claim that it will become (wl_claim_record): dealer, VIN, type,
 * mileage, fault, lines. Its claim number may be empty: "F" and the form's number then; repair and submission dates are
 * empty, and set when the repair is completed and the claim made. Customer and complaint are personal texts: texts 0
 * and 1 of the entry that opened the form, or of the newest edit that brought them. */
#ifndef WLEDGER_FORM_H
#define WLEDGER_FORM_H

#include "wledger/desk.h"
#include "wledger/gates.h"

enum wl_form_state {
    WL_FORM_DRAFT,
    WL_FORM_SUBMITTED, /* waits in its tier's queue */
    WL_FORM_UNDER_REVIEW,
    WL_FORM_APPROVED, /* by a reviewer, or by itself within tier 0: it is the service instruction */
    WL_FORM_PARTLY_APPROVED,
    WL_FORM_REFUSED,
    WL_FORM_RETURNED, /* for information */
    WL_FORM_IN_REPAIR,
    WL_FORM_COMPLETED,
    WL_FORM_SIGNED, /* the voucher; `claim` tells whether it became one */
    WL_FORM_STATE_COUNT,
};
const char *const *wl_form_state_names(void); /* "draft", ...; NULL-terminated, by enum */

struct wl_form {
    struct wl_str dealer_id, vin;
    int64_t state;
    int64_t version;                     /* how often it was submitted */
    int64_t revision;                    /* how often its content was written: 1 when opened */
    int64_t opened_seq, content_seq;     /* entries; content_seq: whose body has the content */
    int64_t customer_seq, complaint_seq; /* entries with those texts; WL_NONE: not given */
    int64_t submitted_seq, decided_seq;  /* newest submission and decision; WL_NONE: none yet */
    int64_t tier;                        /* while it waits for a review */
    struct wl_str seat;                  /* likewise; empty: in the queue */
    int64_t review_seq;                  /* likewise (desk.h) */
    struct wl_str currency;
    int64_t asked, approved; /* totals, minor units: of the newest submission, and of its approval */
    int64_t approved_tier;   /* whose limit covers it: 0 when by itself; WL_NONE before */
    int64_t started_day, completed_day, completed_km; /* WL_NONE before */
    int64_t signed_seq;                               /* WL_NONE: unsigned */
    int64_t claim;                                    /* id; WL_NONE: none yet */
    int64_t forgotten;                                /* entry that last erased its personal texts; WL_NONE: none did */
};
extern const struct wl_record wl_form_record;
uint64_t wl_form_count(struct wl_txn *);
/* 1 and the form (text in the arena), 0, or the error that sticks. */
int wl_form_get(struct wl_txn *, struct wl_arena *, uint64_t number, struct wl_form *);
/* Its content into the arena. WL_OK, or the error that sticks. */
int wl_form_content(struct wl_txn *, struct wl_arena *, const struct wl_form *, struct wl_claim_record *);
/* The content as another entry of it wrote it (opened, edited), for comparing versions. WL_E_INPUT when the entry wrote
 * none. */
int wl_form_content_at(struct wl_txn *, struct wl_arena *, uint64_t seq, struct wl_claim_record *);
/* Field by field what differs between two contents: "mileage", "labour 2 hours", ... with the text before and after; a
 * line that is in one alone has an empty text in the other. Lines are paired from both ends, as long as they are of
 * the same operation, part or code, and between in their order: "part 3->2 quantity" is of a line whose number
 * changed. What the callback returns other than WL_OK ends it. */
typedef int wl_difference_fn(void *context, struct wl_str field, struct wl_str before, struct wl_str after);
int wl_form_differences(const struct wl_claim_record *before, const struct wl_claim_record *after, wl_difference_fn *,
                        void *context);
/* The parts request that was raised for a part line (from 1); 0: none. */
uint64_t wl_form_request(struct wl_txn *, uint64_t form, uint64_t line);

/* ---- the vehicle, and its coverage, told at once ---- */

/* What a VIN says of itself (ISO 3779, 3780); whether it is one is another question (vin-malformed). */
struct wl_vin {
    struct wl_str maker; /* its first three characters, a view; empty: it has not 17 */
    const char *region;  /* "Asia"; NULL: its first character stands for none */
    int64_t model_year;  /* as its tenth character says; WL_NONE: it says none that fits the production */
};
/* production_day WL_NONE: not known. */
void wl_vin_read(struct wl_str vin, int64_t production_day, struct wl_vin *);

enum wl_cover_kind { WL_COVER_PLAN, WL_COVER_CONTRACT, WL_COVER_PART, WL_COVER_CAMPAIGN, WL_COVER_SERVICE };
const char *const *wl_cover_kind_names(void); /* "plan", "contract", "part", "campaign", "service" */
/* What a vehicle has on a day at a mileage. */
struct wl_cover {
    int64_t kind;
    struct wl_str id;        /* plan, contract, part, campaign, or operation */
    struct wl_str component; /* of plans and contracts; "*": all */
    int64_t last_day;        /* the last covered day, extensions counted; WL_NONE: no end (lifetime) */
    int64_t km_left;         /* may be below 0; WL_NONE: no limit */
    int64_t holds;           /* 1: it covers on this day at this mileage; 0: expired */
    int64_t entry;           /* part: the fit's invoice is in `text`; WL_NONE */
    struct wl_str text;      /* part: invoice; campaign: its operation; else empty */
};
/* Plans: for each component that a plan of the vehicle's model and sale date names, the one that counts (domain text,
 * section 4); contracts; parts that were fitted to it and have a warranty of their own; campaigns that list it, are
 * open and not done; services that are planned and not done. In the order of kinds, then ids. A vehicle unknown has
 * none, one that is not sold by that day campaigns alone; what begins later is not told. The text lives until the
 * callback returns. The context needs a transaction of either kind, an arena and a cache. What the callback returns
 * other than WL_OK ends it and is returned. */
typedef int wl_cover_fn(void *context, const struct wl_cover *);
int wl_coverage_each(const struct wl_context *, struct wl_str vin, int64_t day, int64_t km, wl_cover_fn *,
                     void *context);

/* ---- the commands ---- */

/* form-open, tag 60: by a known, active dealer, for a VIN that is well-formed (vin-malformed) and known
 * (vehicle-unknown); dealer, VIN and mileage are required (form-incomplete), all else may come later. form-edit, tag
 * 61: writes the whole content anew; dealer and VIN stay (form-incomplete when they do not); `revision` is the one that
 * the writer read (form-changed when somebody wrote since); the same content and no texts is form-unchanged. */
struct wl_form_content_body {
    int64_t form, revision; /* WL_NONE when opened */
    struct wl_list content; /* one wl_claim_record */
    int64_t texts;          /* which texts the entry brings: 1 customer, 2 complaint (text 0 is empty then), 3 both;
                               WL_NONE: none */
};
struct wl_form_outcome { /* of all commands that say no more */
    struct wl_outcome_head head;
    int64_t form;
    int64_t state; /* enum wl_form_state after it */
};
/* form-submit, tag 62: what a claim would lack is form-incomplete (about: the field). Priced and checked as a claim of
 * this day; the findings are told, and the form goes to review as a claim of that total would: within tier 0 and
 * without a finding that rejects or refers it is approved at once (adjusted lines: partly). What would be rejected goes
 * to a reviewer all the same, by what it would cost. Submitting makes a version. */
/* form-review, tag 63: by who may decide it (wl_review_right). */
enum wl_form_verdict { WL_FORM_APPROVE, WL_FORM_REFUSE, WL_FORM_RETURN };
const char *const *wl_form_verdict_names(void); /* "approve", "refuse", "return" */
struct wl_form_review_body {
    int64_t form, verdict;
    struct wl_list refused; /* of wl_line_name, with an approval; lines refused or cut */
    struct wl_str reason;   /* events refuse, information; required to refuse, return, or where a line has none */
};
struct wl_form_decision_outcome { /* of both */
    struct wl_outcome_head head;
    struct wl_decision decision; /* no obligations; a returned or refused one: rejected */
    int64_t form, state, version;
};
/* form-order, tag 68: ties a parts request to a part line, once (already-ordered); the request is this dealer's, for
 * this vehicle and part (request-elsewhere). wl_form_order executes the requests and ties them. */
struct wl_form_order_body {
    int64_t form, line /* from 1 */, request;
};
/* form-start, tag 64; form-complete, tag 65: the day is the command's, the mileage not below the one at the entry
 * (mileage-below); 66 form-sign: personal text 0 is the signer's name. */
struct wl_form_step_body { /* of submit, start, complete and forget */
    int64_t form;
    int64_t km; /* complete: WL_NONE: as at the entry; else absent */
};
struct wl_form_sign_body {
    int64_t form;
    struct wl_str paper; /* SHA-256 of the signed paper, 32 bytes; may be empty */
};
/* form-claim, tag 67: once (form-claimed). wl_form_claim executes the claim (record_command.h: the content without the
 * lines that review refused, repair date the completion's day, submission date the command's), then this: it ties the
 * two, signs the claim by the form's signature, and where the claim was referred for its amount alone and the form's
 * approval covers it (a tier whose limit is not below the total, and a total not above what was approved), decides it
 * by that approval, with the lines that it cut. A claim that was approved by itself is worth what review cut its lines
 * to. The complaint, while there is one, is the claim's narrative. */
struct wl_form_claim_body {
    int64_t form;
    int64_t claim;   /* id; WL_NONE: none could be made (claim-not-made) */
    int64_t finding; /* why not (enum wl_finding), which is what the refusal is about; WL_NONE */
};
struct wl_form_claim_outcome {
    struct wl_outcome_head head;
    struct wl_decision decision; /* absent (WL_NONE): the claim's own stands */
    int64_t form, claim;
};
/* form-forget, tag 69: erases the personal texts of a form's entries, and the narrative of its claim; `forget` of its
 * claim erases those of the form too. Refused when nothing was added since the last time. */

extern const struct wl_command wl_form_open_command, wl_form_edit_command, wl_form_submit_command,
    wl_form_review_command, wl_form_start_command, wl_form_complete_command, wl_form_sign_command,
    wl_form_claim_command, wl_form_order_command, wl_form_forget_command;

/* Several commands of one transaction: commit or abort the whole of it. The arena is cleared; the request's text may
 * not lie in it. WL_OK with an answer, or the error that sticks. */
struct wl_form_request {
    uint64_t form;
    int64_t time;
    struct wl_str actor, key;
};
struct wl_form_answer {
    int64_t refusal; /* of the form's own step; WL_DONE */
    bool repeated;
    int64_t claim;    /* id; WL_NONE */
    uint64_t ordered; /* lines that have a request by it */
    uint64_t refused; /* lines whose request was refused: show the form */
    struct wl_str about;
};
/* Raises a parts request for every part line that has none and was not refused in review (nothing-to-order), document
 * "F" and the number, its reason the fault code. (In parts/: form_order.c.) */
int wl_form_order(struct wl_txn *, struct wl_arena *, const struct wl_form_request *, struct wl_form_answer *);
/* Makes the claim; claim_no empty: the form's own. Where no claim would come of it (a number in use, content that
 * cannot be read) nothing is changed: the refusal is claim-not-made, about the finding. The key is on the first entry;
 * a repeated one gives the first answer, whatever became of the form since. */
int wl_form_claim(struct wl_txn *, struct wl_arena *, const struct wl_form_request *, struct wl_str claim_no,
                  struct wl_form_answer *);

/* Whether forms, desks, requests and claims agree. WL_E_DAMAGED with the first fault found. */
int wl_forms_check(struct wl_txn *);

#endif
