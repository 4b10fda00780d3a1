/* What all reports look things up by: the texts of codes, vehicles, and what reference data says of faults and
 * parts. */
#ifndef WL_QUALITY_BASE_H
#define WL_QUALITY_BASE_H

#include "wledger/quality.h"

/* Texts with numbers from 1 on; 0 is no text. */
struct wl_texts {
    struct wl_str *at; /* from 1 on */
    uint32_t count, room;
    uint32_t *slots; /* by hash, for wl_texts_number; NULL while nobody asked */
    uint32_t slot_count;
};

struct wl_base {
    struct wl_store *store;
    struct wl_txn *txn;     /* of the calling thread */
    struct wl_arena *arena; /* of texts: the report's */
    struct wl_arena scratch;
    struct wl_reference *reference;
    uint64_t entries; /* in the journal, as this view has it */
    struct wl_texts texts[WL_CODE_KIND_END];
    struct wl_vehicle_facts *vehicles;
    uint64_t vehicle_count;
    /* By code, numbers of the texts beside them; made when asked for. */
    uint32_t *fault_component, *fault_cause, *part_supplier;
    struct wl_texts components, causes, suppliers;
};

/* Opens a read transaction; texts go into the arena, which lives on. */
int wl_base_open(struct wl_base *, struct wl_store *, struct wl_arena *);
/* Ends the transaction. */
void wl_base_close(struct wl_base *);

int wl_base_faults(struct wl_base *);
int wl_base_parts(struct wl_base *);
int wl_base_vehicles(struct wl_base *);

/* The number of a text; 0 for no text; UINT32_MAX: nobody has it. */
uint32_t wl_base_code(struct wl_base *, enum wl_code_kind, struct wl_str text);
/* Empty for 0, and for a number that none has. */
struct wl_str wl_texts_at(const struct wl_texts *, uint32_t number);
uint32_t wl_texts_find(const struct wl_texts *, struct wl_str text);
/* Its number, given to it now if it has none; the text is copied. 0 with an error: memory is short. */
uint32_t wl_texts_number(struct wl_texts *, struct wl_arena *, struct wl_str text);
void wl_texts_release(struct wl_texts *);

#endif
