/* Rows of tables of fields, as this floor's records have them: TEXT(struct, tag, member, bytes) and so on. */
#ifndef WL_PARTS_FIELDS_H
#define WL_PARTS_FIELDS_H

#include "wledger/stock.h"

#define WL_FIELD_TEXT(of, tag_, member, bytes)                                                            \
    {                                                                                                     \
        .name = #member, .tag = (tag_), .type = WL_TEXT, .limit = (bytes), .offset = offsetof(of, member) \
    }
#define WL_FIELD_NUMBER(of, tag_, member)                                                            \
    {                                                                                                \
        .name = #member, .tag = (tag_), .type = WL_INT, .digits = 18, .offset = offsetof(of, member) \
    }
/* A quantity that a command names, in thousandths. */
#define WL_FIELD_QUANTITY(of, tag_, member)                                                            \
    {                                                                                                  \
        .name = #member, .tag = (tag_), .type = WL_DECIMAL, .digits = WL_QUANTITY_DIGITS, .places = 3, \
        .offset = offsetof(of, member)                                                                 \
    }
#define WL_FIELD_CHOICE(of, tag_, member, names)                                                              \
    {                                                                                                         \
        .name = #member, .tag = (tag_), .type = WL_CHOICE, .choices = (names), .offset = offsetof(of, member) \
    }
#define WL_FIELD_INTS(of, tag_, member, most)                                                            \
    {                                                                                                    \
        .name = #member, .tag = (tag_), .type = WL_INTS, .limit = (most), .offset = offsetof(of, member) \
    }
#define WL_FIELD_LIST(of, tag_, member, most, record)                                        \
    {                                                                                        \
        .name = #member, .tag = (tag_), .type = WL_LIST, .limit = (most), .item = &(record), \
        .offset = offsetof(of, member)                                                       \
    }

#endif
