#include "wledger/claim_record.h"

#define TEXT(number, member, ceiling, needed)                                                        \
    {                                                                                                \
        .name = #member, .tag = (number), .type = WL_TEXT, .required = (needed), .limit = (ceiling), \
        .offset = offsetof(RECORD, member)                                                           \
    }
#define LINES(number, member, kind)                                                                    \
    {                                                                                                  \
        .name = #member, .tag = (number), .type = WL_LIST, .limit = WL_LINES_MAX + 1, .item = &(kind), \
        .offset = offsetof(RECORD, member)                                                             \
    }

#define RECORD struct wl_labour_line
static const struct wl_field labour_fields[] = {
    TEXT(1, op_code, WL_LINE_CEILING, true),
    TEXT(2, hours, WL_NUMBER_CEILING, true),
};
#undef RECORD

#define RECORD struct wl_part_line
static const struct wl_field part_fields[] = {
    TEXT(1, part_id, WL_LINE_CEILING, true),
    TEXT(2, quantity, WL_NUMBER_CEILING, true),
    TEXT(3, unit_price, WL_NUMBER_CEILING, true),
    TEXT(4, currency, WL_CURRENCY_CEILING, true),
};
#undef RECORD

#define RECORD struct wl_sublet_line
static const struct wl_field sublet_fields[] = {
    TEXT(1, code, WL_LINE_CEILING, true),
    TEXT(2, amount, WL_NUMBER_CEILING, true),
    TEXT(3, currency, WL_CURRENCY_CEILING, true),
};
#undef RECORD

const struct wl_record wl_labour_line_record = {"labour_line", labour_fields, WL_COUNT(labour_fields),
                                                sizeof(struct wl_labour_line)};
const struct wl_record wl_part_line_record = {"part_line", part_fields, WL_COUNT(part_fields),
                                              sizeof(struct wl_part_line)};
const struct wl_record wl_sublet_line_record = {"sublet_line", sublet_fields, WL_COUNT(sublet_fields),
                                                sizeof(struct wl_sublet_line)};

#define RECORD struct wl_claim_record
static const struct wl_field claim_fields[] = {
    TEXT(1, dealer_id, WL_HEADER_CEILING, true),
    TEXT(2, claim_no, WL_HEADER_CEILING, true),
    TEXT(3, submission, WL_HEADER_CEILING, true),
    TEXT(4, type, WL_HEADER_CEILING, true),
    TEXT(5, vin, WL_HEADER_CEILING, true),
    TEXT(6, repair_date, WL_HEADER_CEILING, true),
    TEXT(7, submit_date, WL_HEADER_CEILING, true),
    TEXT(8, mileage, WL_HEADER_CEILING, true),
    TEXT(9, mileage_unit, WL_HEADER_CEILING, false),
    TEXT(10, fault_code, WL_HEADER_CEILING, true),
    TEXT(11, causal_part, WL_HEADER_CEILING, false),
    TEXT(12, campaign_id, WL_HEADER_CEILING, false),
    TEXT(13, authorization_no, WL_HEADER_CEILING, false),
    TEXT(14, repair_order, WL_HEADER_CEILING, false),
    LINES(15, labour, wl_labour_line_record),
    LINES(16, parts, wl_part_line_record),
    LINES(17, sublet, wl_sublet_line_record),
    {.name = "narrative_size",
     .tag = 18,
     .type = WL_INT,
     .digits = 4,
     .offset = offsetof(struct wl_claim_record, narrative_size)},
};
#undef RECORD

const struct wl_record wl_claim_record = {"claim", claim_fields, WL_COUNT(claim_fields),
                                          sizeof(struct wl_claim_record)};
