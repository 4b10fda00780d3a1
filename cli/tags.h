/* Inside the command line: what the commands about tags share. */
#ifndef WL_CLI_TAGS_H
#define WL_CLI_TAGS_H

#include "cli/execute.h"

#include "wledger/defective.h"

/* "0000000013": a tag's number with its check digit, in the arena. */
struct wl_str cli_tag_text(struct wl_arena *, uint64_t tag);
/* Tag numbers with spaces between, in the arena. */
struct wl_str cli_tag_texts(struct wl_arena *, struct wl_ints tags);
/* For people: at most ten of them one by one, of more the first and the last. */
struct wl_str cli_tags_said(struct wl_arena *, struct wl_ints tags);
/* `count` tags that follow one another from `first` on. */
struct wl_ints cli_tag_range(struct wl_arena *, int64_t first, size_t count);

/* Adds the tags of "T,T,..." to a list whose room is `most`; `place` stands before messages, `what` says where they
 * come from. WL_OK, WL_E_INPUT for what is no tag, or WL_E_USAGE when there are too many. */
int cli_tags_add(struct wl_ints *, size_t most, struct wl_str text, const char *what, const char *place);

/* Whether a text is written as a tag's number is, and is none because its check digit is wrong. */
bool cli_tag_is_misread(struct wl_str);

/* A job's set_name for a body that begins with a tag's number, its form, and its `near`. */
bool cli_set_tag(void *body, struct wl_str name);
#define CLI_TAG_FORM "the number of a tag with its check digit"
int cli_near_tag(struct wl_txn *, struct wl_arena *, struct wl_str name, struct wl_str *hint);

/* Whose return a tag is. */
struct cli_owner {
    struct wl_obligation obligation;
    struct wl_claim claim;
    struct wl_str name; /* DEALER/CLAIM */
};
/* 1 and the owner (text in the arena), 0 when the tag belongs to no claim, or the error that sticks. */
int cli_tag_owner(struct wl_txn *, struct wl_arena *, const struct wl_tag *, struct cli_owner *);

/* Which parts a claim still waits for: on how many of its lines, and in words, in the arena; empty when all are back
 * or waived. WL_OK, or the error that sticks. */
int cli_still_missing(struct wl_txn *, struct wl_arena *, const struct wl_claim *, int64_t *lines, struct wl_str *text);

#endif
