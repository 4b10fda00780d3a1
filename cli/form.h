/* Inside the command line: what the commands about appraisal forms share. */
#ifndef WL_CLI_FORM_H
#define WL_CLI_FORM_H

#include "cli/demand.h"
#include "cli/execute.h"
#include "cli/form_words.h"
#include "cli/lines.h"
#include "cli/lookup.h"
#include "wledger/form.h"

#define CLI_FORM_NAME "the number of a form, such as F12"

/* ---- names ---- */

/* "F12", "f12" or "12". False when it is neither. */
bool cli_form_number(struct wl_str, int64_t *number);
/* For jobs whose body begins with the form's number; the second takes F12 alone, beside names of other things. */
bool cli_set_form(void *body, struct wl_str name);
bool cli_set_lettered_form(void *body, struct wl_str name);
/* Which forms there are. */
int cli_near_form(struct wl_txn *, struct wl_arena *, struct wl_str name, struct wl_str *hint);
/* The form of a number that a person gave: WL_OK, WL_E_USAGE with what there is, or the error that sticks. */
int cli_form_get(struct wl_txn *, struct wl_arena *, struct wl_str name, int64_t *number, struct wl_form *);

/* The mileage on it in kilometres; WL_NONE where it cannot be read. */
int64_t cli_form_km(const struct wl_claim_record *);

/* The day whose coverage counts: that of the repair's completion, before it `today`. */
int64_t cli_form_cover_day(const struct wl_form *, int64_t today);

/* A context for reading reference data and coverage, of the day of --at or the clock. */
struct wl_context cli_form_context(struct cli *, struct wl_txn *);

/* ---- jobs ---- */

/* A job about forms: their names and states, what each waits for now. */
struct cli_job cli_form_job(const struct wl_command *, void *body, const char *did);

/* A review of forms, whose lines' amounts are in each form's currency. */
struct cli_form_review {
    struct wl_form_review_body body;
    struct wl_list lines; /* as cli_lines read them */
};
struct cli_job cli_form_review_job(struct cli_form_review *);

/* What comes next, to stand behind "next": a command, or what it waits for. In the arena or static. */
struct wl_str cli_form_next(struct wl_arena *, int64_t number, const struct wl_form *);

/* ---- the vehicle, and its coverage ---- */

/* The vehicle of a VIN that a person gave: WL_OK, WL_E_USAGE with what is wrong about it, or the error that sticks. */
int cli_coverage_known(struct cli *, struct wl_txn *, struct wl_str vin, struct wl_vehicle *);
/* Adds what its VIN and the reference data say of a vehicle: maker, region, model_year, model_id, model,
 * production_date, sale_date. WL_OK, or the error that sticks. */
int cli_vehicle_view(struct cli *, struct wl_txn *, const struct wl_vehicle *, json_t *view);
/* Adds what it is covered by to a list of objects: kind, id, what, until, km_left, state. WL_OK, or the error that
 * sticks. */
int cli_coverage_view(struct cli *, struct wl_txn *, struct wl_str vin, int64_t day, int64_t km, json_t *list);
/* What a cover is about: "all components", "operation OP-7", "invoice RO-771"; "in force" or "expired". In the arena or
 * static. */
struct wl_str cli_cover_what(struct wl_arena *, enum wl_paper_language, const struct wl_cover *);
struct wl_str cli_cover_state(const struct wl_cover *);

#endif
