/* The strict CBOR codec, and records through it. What is left to chance is drawn from a seed, which is
 * printed and may be given as WL_SEED. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "wledger/cbor.h"
#include "wledger/claim_record.h"
#include "wledger/error.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))
#define BYTES(literal)                 \
    {                                  \
        (literal), sizeof(literal) - 1 \
    }

static uint64_t seed;

static uint64_t chance_state;

static uint64_t chance(uint64_t below)
{
    chance_state ^= chance_state << 13;
    chance_state ^= chance_state >> 7;
    chance_state ^= chance_state << 17;
    return chance_state % below;
}

static struct wl_buf buf;
static struct wl_arena arena;

static void memory_make(void)
{
    wl_buf_init(&buf, 1 << 20);
    wl_arena_init(&arena, 1 << 20);
    chance_state = seed * 2 + 1;
}

static void memory_release(void)
{
    wl_buf_release(&buf);
    wl_arena_release(&arena);
}

static const struct {
    int64_t value;
    struct wl_str bytes;
} int_rows[] = {
    {0, BYTES("\x00")},
    {1, BYTES("\x01")},
    {23, BYTES("\x17")},
    {24, BYTES("\x18\x18")},
    {255, BYTES("\x18\xFF")},
    {256, BYTES("\x19\x01\x00")},
    {65535, BYTES("\x19\xFF\xFF")},
    {65536, BYTES("\x1A\x00\x01\x00\x00")},
    {4294967295, BYTES("\x1A\xFF\xFF\xFF\xFF")},
    {4294967296, BYTES("\x1B\x00\x00\x00\x01\x00\x00\x00\x00")},
    {INT64_MAX, BYTES("\x1B\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF")},
    {-1, BYTES("\x20")},
    {-24, BYTES("\x37")},
    {-25, BYTES("\x38\x18")},
    {-256, BYTES("\x38\xFF")},
    {-257, BYTES("\x39\x01\x00")},
    {-65536, BYTES("\x39\xFF\xFF")},
    {-65537, BYTES("\x3A\x00\x01\x00\x00")},
    {-4294967296, BYTES("\x3A\xFF\xFF\xFF\xFF")},
    {-4294967297, BYTES("\x3B\x00\x00\x00\x01\x00\x00\x00\x00")},
    {INT64_MIN, BYTES("\x3B\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF")},
};

START_TEST(integers_go_round)
{
    wl_cbor_int(&buf, int_rows[_i].value);
    ck_assert(wl_str_equal(wl_buf_view(&buf), int_rows[_i].bytes));
    struct wl_cbor cbor = wl_cbor_open(int_rows[_i].bytes);
    ck_assert_int_eq(wl_cbor_read_int(&cbor), int_rows[_i].value);
    ck_assert(wl_cbor_done(&cbor));
    for (size_t size = 0; size < int_rows[_i].bytes.size; size++) {
        cbor = wl_cbor_open((struct wl_str){int_rows[_i].bytes.data, size});
        wl_cbor_read_int(&cbor);
        ck_assert(cbor.bad);
    }
}
END_TEST

START_TEST(strings_go_round)
{
    static const size_t sizes[] = {0, 1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 23, 24, 31, 32, 33, 255, 256, 65535, 65536};
    char *text = malloc(65536);
    memset(text, 'x', 65536);
    struct wl_str s = {text, sizes[_i]};
    wl_cbor_text(&buf, s);
    wl_cbor_bytes(&buf, s);
    wl_cbor_array(&buf, 1);
    wl_cbor_map(&buf, 0);
    struct wl_cbor cbor = wl_cbor_open(wl_buf_view(&buf));
    ck_assert(wl_str_equal(wl_cbor_read_text(&cbor), s));
    ck_assert(wl_str_equal(wl_cbor_read_bytes(&cbor), s));
    ck_assert_uint_eq(wl_cbor_read_array(&cbor), 1);
    ck_assert_uint_eq(wl_cbor_read_map(&cbor), 0);
    ck_assert(wl_cbor_done(&cbor));
    free(text);
}
END_TEST

START_TEST(text_must_be_utf8)
{
    wl_cbor_text(&buf, WL_STR("a\xFF"));
    ck_assert_int_eq(wl_buf_status(&buf), WL_E_FULL);
    struct wl_cbor cbor = wl_cbor_open(WL_STR("\x61\xFF"));
    ck_assert_uint_eq(wl_cbor_read_text(&cbor).size, 0);
    ck_assert(cbor.bad);
    cbor = wl_cbor_open(WL_STR("\x41\xFF"));
    ck_assert_uint_eq(wl_cbor_read_bytes(&cbor).size, 1);
    ck_assert(!cbor.bad);
}
END_TEST

#define EIGHT_DEEP "\x81\x81\x81\x81\x81\x81\x81\x81"

static const struct {
    bool good;
    struct wl_str bytes;
} item_rows[] = {
    {true, BYTES("\x00")},
    {true, BYTES("\x80")},
    {true, BYTES("\xA0")},
    {true, BYTES("\x82\x01\x61"
                 "a")},
    {true, BYTES("\xA2\x01\x02\x18\x18\x80")},
    {true, BYTES(EIGHT_DEEP "\x00")},
    {true, BYTES("\x81\x81\x81\x81\x81\x81\x81\x80")},
    {true, BYTES("\x83\x80\x82\xA1\x01\x80\x41\x00\x20")},
    {false, BYTES("")},
    {false, BYTES("\x18\x17")}, /* not the shortest, in each width */
    {false, BYTES("\x19\x00\xFF")},
    {false, BYTES("\x1A\x00\x00\xFF\xFF")},
    {false, BYTES("\x1B\x00\x00\x00\x00\xFF\xFF\xFF\xFF")},
    {false, BYTES("\x38\x17")},
    {false, BYTES("\x58\x01"
                  "a")},
    {false, BYTES("\x78\x01"
                  "a")},
    {false, BYTES("\x98\x01\x00")},
    {false, BYTES("\xB8\x01\x00\x00")},
    {false, BYTES("\x1B\x80\x00\x00\x00\x00\x00\x00\x00")}, /* beyond 64 bits with a sign */
    {false, BYTES("\x3B\x80\x00\x00\x00\x00\x00\x00\x00")},
    {false, BYTES("\x5F\x41"
                  "a\xFF")}, /* of unknown length */
    {false, BYTES("\x7F\x61"
                  "a\xFF")},
    {false, BYTES("\x9F\x00\xFF")},
    {false, BYTES("\xBF\x00\x00\xFF")},
    {false, BYTES("\x1C")}, /* reserved */
    {false, BYTES("\x1F")},
    {false, BYTES("\xA2\x01\x00\x01\x00")}, /* keys twice, unsorted, not unsigned integers */
    {false, BYTES("\xA2\x02\x00\x01\x00")},
    {false, BYTES("\xA1\x20\x00")},
    {false, BYTES("\xA1\x61"
                  "a\x00")},
    {false, BYTES("\xA1\x1B\x80\x00\x00\x00\x00\x00\x00\x00\x00")},
    {false, BYTES("\x62\xC0\x80")}, /* not UTF-8 */
    {false, BYTES("\x81\x61\xFF")},
    {false, BYTES(EIGHT_DEEP "\x80")}, /* too deep */
    {false, BYTES(EIGHT_DEEP "\x81\x00")},
    {false, BYTES("\x82\x00")}, /* more announced than there is */
    {false, BYTES("\xA1\x00")},
    {false, BYTES("\x9B\x00\x00\x00\x01\x00\x00\x00\x00\x00")},
    {false, BYTES("\x9B\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x00")},
    {false, BYTES("\xBB\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x00")},
    {false, BYTES("\x42"
                  "a")},
    {false, BYTES("\x5B\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"
                  "a")},
    {false, BYTES("\xC0\x00")}, /* tags, simple values, floats */
    {false, BYTES("\xF6")},
    {false, BYTES("\xF4")},
    {false, BYTES("\xF9\x00\x00")},
    {false, BYTES("\xFF")},
};

START_TEST(items_are_checked_in_all_their_depth)
{
    struct wl_str bytes = item_rows[_i].bytes;
    struct wl_cbor cbor = wl_cbor_open(bytes);
    struct wl_str item = wl_cbor_read_item(&cbor);
    ck_assert_msg((!cbor.bad && item.size == bytes.size) == item_rows[_i].good, "row %d", _i);
    ck_assert(wl_cbor_done(&cbor) == item_rows[_i].good);
    if (item_rows[_i].good)
        return;
    const uint8_t *at = cbor.at;
    ck_assert_uint_eq(wl_cbor_read_item(&cbor).size + wl_cbor_read_text(&cbor).size + wl_cbor_read_array(&cbor), 0);
    ck_assert_ptr_eq(cbor.at, at);
}
END_TEST

START_TEST(counts_are_bounded_by_what_is_left)
{
    struct wl_cbor cbor = wl_cbor_open(WL_STR("\x82\x00"));
    ck_assert_uint_eq(wl_cbor_read_array(&cbor), 0);
    ck_assert(cbor.bad);
    cbor = wl_cbor_open(WL_STR("\x82\x00\x00"));
    ck_assert_uint_eq(wl_cbor_read_array(&cbor), 2);
    cbor = wl_cbor_open(WL_STR("\xA2\x00\x00\x01"));
    ck_assert_uint_eq(wl_cbor_read_map(&cbor), 0);
    ck_assert(cbor.bad);
    cbor = wl_cbor_open(WL_STR("\xA2\x00\x00\x01\x00"));
    ck_assert_uint_eq(wl_cbor_read_map(&cbor), 2);
    int64_t last = 0;
    wl_cbor_read_key(&cbor, &last);
    ck_assert(cbor.bad);
}
END_TEST

/* A record with a field of every type. */
struct sample {
    struct wl_str text, bytes;
    int64_t whole, day, time, decimal, choice;
    struct wl_ints ints;
    struct wl_list lines;
    struct wl_str last;
};
static const char *const colours[] = {"red", "green", "blue", NULL};
static const struct wl_field sample_fields[] = {
    {.name = "text", .tag = 1, .type = WL_TEXT, .limit = 300, .offset = offsetof(struct sample, text)},
    {.name = "bytes", .tag = 2, .type = WL_BYTES, .limit = 40, .offset = offsetof(struct sample, bytes)},
    {.name = "whole", .tag = 3, .type = WL_INT, .digits = 4, .offset = offsetof(struct sample, whole)},
    {.name = "day", .tag = 23, .type = WL_DAY, .offset = offsetof(struct sample, day)},
    {.name = "time", .tag = 24, .type = WL_TIME, .offset = offsetof(struct sample, time)},
    {.name = "decimal",
     .tag = 25,
     .type = WL_DECIMAL,
     .digits = 6,
     .places = 2,
     .offset = offsetof(struct sample, decimal)},
    {.name = "choice", .tag = 26, .type = WL_CHOICE, .choices = colours, .offset = offsetof(struct sample, choice)},
    {.name = "ints", .tag = 27, .type = WL_INTS, .limit = 30, .offset = offsetof(struct sample, ints)},
    {.name = "lines",
     .tag = 28,
     .type = WL_LIST,
     .limit = 3,
     .item = &wl_part_line_record,
     .offset = offsetof(struct sample, lines)},
    {.name = "last", .tag = 255, .type = WL_TEXT, .limit = 5, .offset = offsetof(struct sample, last)},
};
static const struct wl_record sample_record = {"sample", sample_fields, WL_COUNT(sample_fields), sizeof(struct sample)};

static struct wl_part_line sample_lines[] = {
    {WL_STR("P-1"), WL_STR("1.5"), WL_STR("20.00"), WL_STR("CNY")},
    {WL_STR("P-2"), WL_NO_STR, WL_STR("-3"), WL_NO_STR},
};
static int64_t sample_ints[] = {0, -1, 100000, INT64_MAX};

static struct sample sample_full(void)
{
    return (struct sample){
        .text = WL_STR("caf\xC3\xA9 \xE5\x8F\x91\xE5\x8A\xA8\xE6\x9C\xBA"),
        .bytes = WL_STR("\x00\xFF\x80"),
        .whole = -1234,
        .day = 19782,
        .time = 1709249400,
        .decimal = -50,
        .choice = 2,
        .ints = {sample_ints, ROWS(sample_ints)},
        .lines = {sample_lines, ROWS(sample_lines)},
        .last = WL_STR("z"),
    };
}

static struct wl_claim_record claim_full(void)
{
    static struct wl_labour_line labour[] = {{WL_STR("OP-1"), WL_STR("1.25")}};
    static struct wl_sublet_line sublet[] = {{WL_STR("TOW"), WL_STR("80.00"), WL_STR("CNY")}};
    return (struct wl_claim_record){
        WL_STR("D-1"),
        WL_STR("C-1"),
        WL_STR("1"),
        WL_STR("warranty"),
        WL_STR("LSVAA49J132047371"),
        WL_STR("2024-03-01"),
        WL_STR("2024-03-04"),
        WL_STR("45000"),
        WL_STR("kilometer"),
        WL_STR("F-1"),
        WL_STR("P-1"),
        WL_STR("R-1"),
        WL_STR("A-1"),
        WL_STR("RO-1"),
        {labour, 1},
        {sample_lines, 2},
        {sublet, 1},
        17,
    };
}

START_TEST(records_go_round)
{
    struct sample full = sample_full(), empty, back;
    wl_record_clear(&sample_record, &empty);
    ck_assert(empty.whole == WL_NONE && empty.choice == WL_NONE && empty.text.size == 0 && empty.lines.count == 0);
    wl_record_encode(&sample_record, &empty, &buf);
    ck_assert(wl_str_equal(wl_buf_view(&buf), WL_STR("\xA0")));
    memset(&back, 0x55, sizeof back);
    ck_assert_int_eq(wl_record_decode(&sample_record, wl_buf_view(&buf), &back, &arena), WL_OK);
    ck_assert(wl_record_equal(&sample_record, &back, &empty));

    wl_buf_clear(&buf);
    wl_record_encode(&sample_record, &full, &buf);
    ck_assert_int_eq(wl_record_decode(&sample_record, wl_buf_view(&buf), &back, &arena), WL_OK);
    ck_assert(wl_record_equal(&sample_record, &back, &full));
    ck_assert_int_eq(back.ints.at[3], INT64_MAX);
    struct wl_cbor cbor = wl_cbor_open(wl_buf_view(&buf));
    ck_assert_uint_eq(wl_cbor_read_item(&cbor).size, buf.size);

    struct wl_claim_record claim = claim_full(), claim_back;
    wl_buf_clear(&buf);
    wl_record_encode(&wl_claim_record, &claim, &buf);
    ck_assert_int_eq(wl_record_decode(&wl_claim_record, wl_buf_view(&buf), &claim_back, &arena), WL_OK);
    ck_assert(wl_record_equal(&wl_claim_record, &claim, &claim_back));
}
END_TEST

START_TEST(every_difference_is_one)
{
    for (size_t i = 0; i < sample_record.field_count; i++) {
        struct sample full = sample_full(), other = sample_full(), empty;
        wl_record_clear(&sample_record, &empty);
        size_t end = i + 1 < sample_record.field_count ? sample_fields[i + 1].offset : sizeof full;
        size_t size = end - sample_fields[i].offset;
        memcpy((char *)&other + sample_fields[i].offset, (char *)&empty + sample_fields[i].offset, size);
        ck_assert_msg(!wl_record_equal(&sample_record, &full, &other), "%s", sample_fields[i].name);
    }
    struct sample full = sample_full(), other = sample_full();
    struct wl_part_line lines[2] = {sample_lines[0], sample_lines[1]};
    int64_t ints[ROWS(sample_ints)];
    memcpy(ints, sample_ints, sizeof ints);
    other.lines.at = lines;
    other.ints.at = ints;
    ck_assert(wl_record_equal(&sample_record, &full, &other));
    lines[1].unit_price = WL_STR("-4");
    ck_assert(!wl_record_equal(&sample_record, &full, &other));
    lines[1] = sample_lines[1];
    ints[3]--;
    ck_assert(!wl_record_equal(&sample_record, &full, &other));
}
END_TEST

static const struct {
    struct wl_str bytes;
    const char *message; /* names record and field */
} bad_records[] = {
    {BYTES(""), "sample"},
    {BYTES("\x80"), "sample"},
    {BYTES("\xA1\x04\x01"), "sample"}, /* tag not known */
    {BYTES("\xA1\x18\x1D\x01"), "sample"},
    {BYTES("\xA1\x19\x01\x00\x01"), "sample"},
    {BYTES("\xA2\x03\x01\x01\x61"
           "a"),
     "sample"}, /* out of order, twice */
    {BYTES("\xA2\x03\x01\x03\x01"), "sample"},
    {BYTES("\xA1\x18\x03\x01"), "sample"},
    {BYTES("\xA0\x00"), "left over"},
    {BYTES("\xA1\x01\x41"
           "a"),
     "sample, text"},                        /* wrong type */
    {BYTES("\xA1\x01\x60"), "sample, text"}, /* empty */
    {BYTES("\xA1\x01\x61\xFF"), "sample, text"},
    {BYTES("\xA1\x02\x61"
           "a"),
     "sample, bytes"},
    {BYTES("\xA1\x02\x58\x29"
           "12345678901234567890123456789012345678901"),
     "sample, bytes"},
    {BYTES("\xA1\x03\x61"
           "1"),
     "sample, whole"},
    {BYTES("\xA1\x03\x18\x01"), "sample, whole"},
    {BYTES("\xA1\x03\x3B\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF"), "sample, whole"}, /* means absent */
    {BYTES("\xA1\x18\x1A\x03"), "sample, choice"},
    {BYTES("\xA1\x18\x1A\x20"), "sample, choice"},
    {BYTES("\xA1\x18\x1B\x80"), "sample, ints"},
    {BYTES("\xA1\x18\x1B\x81\x60"), "sample, ints"},
    {BYTES("\xA1\x18\x1B\x98\x1F"
           "1234567890123456789012345678901"),
     "sample, ints"},
    {BYTES("\xA1\x18\x1C\x80"), "sample, lines"},
    {BYTES("\xA1\x18\x1C\x84\xA0\xA0\xA0\xA0"), "sample, lines"},
    {BYTES("\xA1\x18\x1C\x82\xA0"), "sample, lines"},
    {BYTES("\xA1\x18\x1C\x81\x00"), "part_line"},
    {BYTES("\xA1\x18\x1C\x81\xA1\x05\x61"
           "a"),
     "part_line"},
    {BYTES("\xA1\x18\x1C\x81\xA1\x03\x00"), "part_line, unit_price"},
    {BYTES("\xA1\x18\x1C\x81\xA1\x04\x71"
           "12345678901234567"),
     "part_line, currency"},
    {BYTES("\xA1\x18\xFF\x66"
           "123456"),
     "sample, last"},
};

START_TEST(bad_records_are_named)
{
    struct sample back;
    ck_assert_int_eq(wl_record_decode(&sample_record, bad_records[_i].bytes, &back, &arena), WL_E_DAMAGED);
    ck_assert_msg(strstr(wl_error(), bad_records[_i].message) != NULL, "row %d: %s", _i, wl_error());
}
END_TEST

START_TEST(what_cannot_be_read_back_is_not_written)
{
    for (int i = 0; i < 5; i++) {
        struct sample sample = sample_full();
        struct wl_part_line lines[4] = {0};
        int64_t ints[31] = {0};
        if (i == 0)
            sample.last = WL_STR("123456");
        else if (i == 1)
            sample.text = WL_STR("\xC3");
        else if (i == 2)
            sample.choice = 3;
        else if (i == 3)
            sample.lines = (struct wl_list){lines, 4};
        else
            sample.ints = (struct wl_ints){ints, 31};
        wl_buf_clear(&buf);
        wl_record_encode(&sample_record, &sample, &buf);
        ck_assert_int_eq(wl_buf_status(&buf), WL_E_FULL);
    }
}
END_TEST

START_TEST(small_memory_is_an_error)
{
    struct sample full = sample_full(), back;
    wl_record_encode(&sample_record, &full, &buf);
    struct wl_str bytes = wl_buf_view(&buf);
    for (size_t ceiling = 0; ceiling <= bytes.size; ceiling++) {
        struct wl_buf small;
        wl_buf_init(&small, ceiling);
        wl_record_encode(&sample_record, &full, &small);
        ck_assert_int_eq(wl_buf_status(&small), ceiling == bytes.size ? WL_OK : WL_E_FULL);
        wl_buf_release(&small);
    }
    struct wl_arena small;
    wl_arena_init(&small, 100);
    ck_assert_int_eq(wl_record_decode(&sample_record, bytes, &back, &small), WL_E_FULL);
    wl_arena_release(&small);
}
END_TEST

/* Whether bytes are refused, or are exactly what we would have written for what they say. */
static bool refused_or_exact(const struct wl_record *kind, struct wl_str bytes, bool *refused)
{
    struct wl_claim_record back;
    ck_assert_uint_le(kind->size, sizeof back);
    wl_arena_clear(&arena);
    *refused = wl_record_decode(kind, bytes, &back, &arena) != WL_OK;
    if (*refused)
        return true;
    struct wl_buf again;
    wl_buf_init(&again, 1 << 20);
    wl_record_encode(kind, &back, &again);
    bool exact = !again.failed && wl_str_equal(wl_buf_view(&again), bytes);
    wl_buf_release(&again);
    return exact;
}

START_TEST(cut_and_changed_records_are_refused_or_exact)
{
    struct sample sample = sample_full();
    struct wl_claim_record claim = claim_full();
    const struct wl_record *kind = _i == 0 ? &sample_record : &wl_claim_record;
    wl_record_encode(kind, _i == 0 ? (void *)&sample : (void *)&claim, &buf);
    /* A copy of just that size, so that a memory checker sees a byte read beyond. */
    char *bytes = malloc(buf.size);
    bool refused;
    for (size_t size = 0; size < buf.size; size++) {
        char *cut = malloc(size + 1);
        memcpy(cut + 1, buf.data, size);
        ck_assert(refused_or_exact(kind, (struct wl_str){cut + 1, size}, &refused));
        ck_assert_msg(refused, "cut to %zu bytes", size);
        free(cut);
    }
    int refusals = 0;
    for (int round = 0; round < 50000; round++) {
        memcpy(bytes, buf.data, buf.size);
        for (uint64_t changes = 1 + chance(3); changes > 0; changes--)
            bytes[chance(buf.size)] = (char)chance(256);
        if (!refused_or_exact(kind, (struct wl_str){bytes, buf.size}, &refused))
            ck_abort_msg("round %d of WL_SEED=%llu: accepted, but not what we write", round, (unsigned long long)seed);
        refusals += refused;
    }
    ck_assert_int_gt(refusals, 1000);
    free(bytes);
}
END_TEST

START_TEST(fields_go_through_text)
{
    static const struct {
        const char *field, *text, *back; /* back NULL: refused */
    } rows[] = {
        {"text", "abc", "abc"},
        {"text", "a\xFF", NULL},
        {"last", "12345", "12345"},
        {"last", "123456", NULL},
        {"whole", "12", "12"},
        {"whole", "-9999", "-9999"},
        {"whole", "0012", "12"},
        {"whole", "10000", NULL},
        {"whole", "1.0", NULL},
        {"whole", "+1", NULL},
        {"whole", "x", NULL},
        {"whole", "", ""},
        {"day", "2024-02-29", "2024-02-29"},
        {"day", "2023-02-29", NULL},
        {"day", "", ""},
        {"time", "2024-02-29T10:00:00+08:00", "2024-02-29T02:00:00Z"},
        {"time", "10:00", NULL},
        {"decimal", "1.5", "1.50"},
        {"decimal", "-0.05", "-0.05"},
        {"decimal", "1.555", NULL},
        {"decimal", "1000000", NULL},
        {"choice", "red", "red"},
        {"choice", "blue", "blue"},
        {"choice", "Blue", NULL},
        {"choice", "", ""},
    };
    struct sample sample;
    for (size_t i = 0; i < ROWS(rows); i++) {
        wl_record_clear(&sample_record, &sample);
        const struct wl_field *field = wl_record_field(&sample_record, wl_str_of(rows[i].field));
        ck_assert_ptr_nonnull(field);
        bool good = wl_field_from_text(field, wl_str_of(rows[i].text), &sample);
        ck_assert_msg(good == (rows[i].back != NULL), "%s '%s'", rows[i].field, rows[i].text);
        wl_buf_clear(&buf);
        wl_field_to_text(field, &sample, &buf);
        ck_assert_msg(wl_str_is(wl_buf_view(&buf), good ? rows[i].back : ""), "%s '%s'", rows[i].field, rows[i].text);
    }
    ck_assert_ptr_null(wl_record_field(&sample_record, WL_STR("tex")));
    sample = sample_full();
    wl_buf_clear(&buf);
    wl_field_to_text(&sample_fields[1], &sample, &buf);
    wl_buf_byte(&buf, '/');
    wl_field_to_text(&sample_fields[7], &sample, &buf);
    ck_assert(wl_str_is(wl_buf_view(&buf), "00ff80/0 -1 100000 9223372036854775807"));
}
END_TEST

/* A record with what chance puts into it. */
static struct wl_claim_record claim_drawn(struct wl_part_line lines[30])
{
    static char letters[600];
    memset(letters, 'q', sizeof letters);
    struct wl_claim_record claim;
    wl_record_clear(&wl_claim_record, &claim);
    claim.dealer_id = (struct wl_str){letters, chance(300)};
    claim.claim_no = (struct wl_str){letters, chance(30)};
    claim.repair_order = (struct wl_str){letters, chance(512)};
    claim.narrative_size = chance(3) == 0 ? WL_NONE : (int64_t)(chance(UINT64_MAX) >> chance(64) >> 1);
    claim.parts = (struct wl_list){lines, chance(30)};
    for (size_t i = 0; i < claim.parts.count; i++)
        lines[i] = (struct wl_part_line){.part_id = {letters, chance(36)}, .currency = {letters, chance(16)}};
    return claim;
}

/* Another codec, which knows nothing of ours, makes the same bytes. */
START_TEST(an_independent_codec_agrees)
{
    char path[] = "/tmp/wledger-cbor-XXXXXX", command[400];
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    FILE *file = fdopen(fd, "w");
    int count = 0;
    for (; count < 300; count++) {
        struct wl_part_line lines[30];
        struct sample sample = sample_full();
        struct wl_claim_record claim = claim_drawn(lines);
        wl_buf_clear(&buf);
        if (count == 0)
            wl_record_encode(&sample_record, &sample, &buf);
        else if (count <= (int)ROWS(int_rows))
            wl_cbor_int(&buf, int_rows[count - 1].value);
        else
            wl_record_encode(&wl_claim_record, &claim, &buf);
        ck_assert_int_eq(wl_buf_status(&buf), WL_OK);
        for (size_t i = 0; i < buf.size; i++)
            fprintf(file, "%02x", buf.data[i]);
        fputc('\n', file);
    }
    fputs("1817\n", file); /* not the shortest: must be told apart */
    ck_assert_int_eq(fclose(file), 0);

    const char *tests = getenv("WL_TESTS");
    snprintf(command, sizeof command, "/usr/bin/python3 '%s/cbor_peer.py' < %s", tests == NULL ? "tests" : tests, path);
    FILE *peer = popen(command, "r");
    ck_assert_ptr_nonnull(peer);
    int agreed = 0, answers = 0, answer = 0;
    while (fscanf(peer, "%d", &answer) == 1) {
        agreed += answer;
        answers++;
    }
    int status = pclose(peer);
    unlink(path);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
        printf("skipped: comparison with an independent CBOR codec (python3-cbor2 is not installed)\n");
        return;
    }
    ck_assert_int_eq(status, 0);
    ck_assert_int_eq(answers, count + 1);
    ck_assert_int_eq(agreed, count);
    ck_assert_int_eq(answer, 0);
}
END_TEST

int main(void)
{
    const char *given = getenv("WL_SEED");
    seed = given != NULL ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
    printf("codec: WL_SEED=%llu\n", (unsigned long long)seed);
    fflush(stdout);

    Suite *suite = suite_create("codec");
    TCase *codec = tcase_create("codec");
    tcase_set_timeout(codec, 60);
    tcase_add_checked_fixture(codec, memory_make, memory_release);
    tcase_add_loop_test(codec, integers_go_round, 0, ROWS(int_rows));
    tcase_add_loop_test(codec, strings_go_round, 0, 20);
    tcase_add_test(codec, text_must_be_utf8);
    tcase_add_loop_test(codec, items_are_checked_in_all_their_depth, 0, ROWS(item_rows));
    tcase_add_test(codec, counts_are_bounded_by_what_is_left);
    tcase_add_test(codec, records_go_round);
    tcase_add_test(codec, every_difference_is_one);
    tcase_add_loop_test(codec, bad_records_are_named, 0, ROWS(bad_records));
    tcase_add_test(codec, what_cannot_be_read_back_is_not_written);
    tcase_add_test(codec, small_memory_is_an_error);
    tcase_add_loop_test(codec, cut_and_changed_records_are_refused_or_exact, 0, 2);
    tcase_add_test(codec, fields_go_through_text);
    tcase_add_test(codec, an_independent_codec_agrees);
    suite_add_tcase(suite, codec);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
