/* The number on a tag's label, with its check digit. */
#include "wledger/defective.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { DIGITS_LEAST = 9 };

/* Rows: the digit carried on; columns: the next digit. A quasigroup of order ten in which no two different digits
 * swap places unseen (H. M. Damm, 2004); its diagonal is 0, so that a number with its own check digit ends in 0. */
static const unsigned char carried_on[10][10] = {
    {0, 3, 1, 7, 5, 9, 8, 6, 4, 2}, {7, 0, 9, 2, 1, 5, 4, 8, 6, 3}, {4, 2, 0, 6, 8, 7, 1, 3, 5, 9},
    {1, 7, 5, 0, 9, 8, 3, 4, 2, 6}, {6, 1, 2, 3, 0, 4, 5, 9, 7, 8}, {3, 6, 7, 4, 2, 0, 9, 5, 8, 1},
    {5, 8, 6, 9, 7, 2, 0, 1, 3, 4}, {8, 9, 4, 5, 3, 6, 2, 0, 1, 7}, {9, 4, 3, 8, 6, 1, 7, 2, 0, 5},
    {2, 5, 8, 1, 4, 3, 6, 7, 9, 0},
};

void wl_tag_format(uint64_t tag, char out[WL_TAG_TEXT])
{
    int size = snprintf(out, WL_TAG_TEXT, "%0*" PRIu64, DIGITS_LEAST, tag);
    unsigned char check = 0;

    for (int i = 0; i < size; i++)
        check = carried_on[check][out[i] - '0'];
    out[size] = (char)('0' + check);
    out[size + 1] = '\0';
}

bool wl_tag_parse(struct wl_str text, uint64_t *tag)
{
    unsigned char carried = 0, last = 0;
    char printed[WL_TAG_TEXT];
    bool was_digit = false;
    size_t digits = 0;

    *tag = 0;
    text = wl_str_trim(text);
    for (size_t i = 0; i < text.size; i++) {
        bool is_digit = text.data[i] >= '0' && text.data[i] <= '9';

        if (!is_digit && (!was_digit || i + 1 == text.size || (text.data[i] != ' ' && text.data[i] != '-')))
            return false;
        was_digit = is_digit;
        if (!is_digit)
            continue;
        digits++;
        if (__builtin_mul_overflow(*tag, UINT64_C(10), tag) || __builtin_add_overflow(*tag, (uint64_t)last, tag))
            return false;
        last = (unsigned char)(text.data[i] - '0');
        carried = carried_on[carried][last];
    }
    if (*tag == 0 || carried != 0)
        return false;
    wl_tag_format(*tag, printed);
    return strlen(printed) == digits;
}
