/* Messages, text, memory, CSV values and published files. */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "wledger/error.h"
#include "wledger/file.h"
#include "wledger/record.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

/* Views of literals with any bytes in them. */
#define BYTES(literal)                 \
    {                                  \
        (literal), sizeof(literal) - 1 \
    }

START_TEST(errors_keep_one_message)
{
    ck_assert_int_eq(wl_fail(WL_E_INPUT, "line %d", 7), WL_E_INPUT);
    ck_assert_str_eq(wl_error(), "line 7");
    wl_fail(WL_E_INPUT, "file: %s", wl_error());
    ck_assert_str_eq(wl_error(), "file: line 7");
    wl_fail(WL_E_INPUT, "a\nb\033c");
    ck_assert_str_eq(wl_error(), "a?b?c");
    wl_fail(WL_E_INPUT, "\xC2\x9B|\xC2\xA0|\xE4\xBA\x9B|\xC2");
    ck_assert_str_eq(wl_error(), "??|\xC2\xA0|\xE4\xBA\x9B|?");
    wl_fail(WL_E_INPUT, "\xFF\xC3x\xE4\xB8\xE4\xBA\x9B\xED\xA0\x80|");
    ck_assert_str_eq(wl_error(), "??x??\xE4\xBA\x9B???|");

    /* A long message is cut at the end of a character. */
    char text[2001];
    for (size_t i = 0; i < 2000; i += 2)
        memcpy(text + i, "\xC3\xA9", 2);
    text[2000] = '\0';
    wl_fail(WL_E_INPUT, "%s", text);
    ck_assert_uint_eq(strlen(wl_error()), 1022);
    text[0] = text[1] = (char)0xFF;
    wl_fail(WL_E_INPUT, "%s", text);
    ck_assert_uint_eq(strlen(wl_error()), 1022);
    ck_assert_mem_eq(wl_error(), "??\xC3\xA9", 4);
}
END_TEST

START_TEST(text_is_compared_and_trimmed)
{
    ck_assert(wl_str_equal(WL_NO_STR, WL_STR("")));
    ck_assert(!wl_str_equal(WL_STR("a"), WL_STR("ab")));
    ck_assert(wl_str_is(WL_STR("abc"), "abc") && !wl_str_is(WL_STR("abc"), "abd"));
    ck_assert(wl_str_is(wl_str_of(NULL), ""));
    ck_assert_int_lt(wl_str_compare(WL_STR("ab"), WL_STR("abc")), 0);
    ck_assert_int_gt(wl_str_compare(WL_STR("b"), WL_STR("abc")), 0);
    ck_assert_int_gt(wl_str_compare(WL_STR("\xC3\xA9"), WL_STR("z")), 0);
    ck_assert_int_eq(wl_str_compare(WL_NO_STR, WL_STR("")), 0);
    ck_assert(wl_str_is(wl_str_trim(WL_STR(" \t\r\na b\n\r\t ")), "a b"));
    ck_assert(wl_str_is(wl_str_trim(WL_STR(" \n ")), ""));
    ck_assert(wl_str_is(wl_str_trim(WL_STR("\v\f\xC2\xA0")), "\v\f\xC2\xA0"));
    ck_assert(wl_hash(WL_NO_STR) == UINT64_C(0xcbf29ce484222325));
    ck_assert(wl_hash(WL_STR("foobar")) == UINT64_C(0x85944171f73967e8));
    char hex[9];
    wl_hex((const uint8_t *)"\x00\x9F\xAB\x10", 4, hex);
    ck_assert_str_eq(hex, "009fab10");
}
END_TEST

static const struct {
    struct wl_str bytes;
    size_t prefix;
} utf8_rows[] = {
    {BYTES(""), 0},
    {BYTES("plain text, rather long"), 23},
    {BYTES("\x7F"), 1},
    {BYTES("\xC2\x80"), 2},
    {BYTES("\xDF\xBF"), 2},
    {BYTES("\xE0\xA0\x80"), 3},
    {BYTES("\xED\x9F\xBF"), 3},
    {BYTES("\xEE\x80\x80"), 3},
    {BYTES("\xF0\x90\x80\x80"), 4},
    {BYTES("\xF4\x8F\xBF\xBF"), 4},
    {BYTES("a\0b"), 3},
    {BYTES("12345678\xE5\x8F\x91\xE5\x8A\xA8"
           "12345678x"),
     23},
    {BYTES("\x80"), 0},
    {BYTES("\xBF"), 0},
    {BYTES("\xC0\x80"), 0},         /* overlong */
    {BYTES("\xC1\xBF"), 0},         /* overlong */
    {BYTES("\xE0\x9F\xBF"), 0},     /* overlong */
    {BYTES("\xF0\x8F\xBF\xBF"), 0}, /* overlong */
    {BYTES("\xED\xA0\x80"), 0},     /* surrogate */
    {BYTES("\xED\xBF\xBF"), 0},     /* surrogate */
    {BYTES("\xF4\x90\x80\x80"), 0}, /* above U+10FFFF */
    {BYTES("\xF5\x80\x80\x80"), 0},
    {BYTES("\xFF"), 0},
    {BYTES("\xFE"), 0},
    {BYTES("ab\xC3"), 2}, /* truncated */
    {BYTES("ab\xE5\x8F"), 2},
    {BYTES("ab\xF0\x9F\x98"), 2},
    {BYTES("ab\xE5"), 2},
    {BYTES("\xC3\x28"), 0},
    {BYTES("\xE5\x28\x91"), 0},
    {BYTES("\xE5\x8F\x28"), 0},
    {BYTES("\xF0\x9F\x98\x28"), 0},
    {BYTES("1234567\x80"
           "12345678"),
     7},
    {BYTES("123456789\xFF"), 9},
};

START_TEST(utf8_is_checked)
{
    ck_assert_uint_eq(wl_utf8_prefix(utf8_rows[_i].bytes), utf8_rows[_i].prefix);
}
END_TEST

/* Writes the character as the pattern of RFC 3629 has it, whether or not it may be written; its size. */
static size_t put_character(uint32_t c, char text[4])
{
    static const uint32_t lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    size_t size = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    text[0] = (char)(lead[size] | c >> 6 * (size - 1));
    for (size_t i = 1; i < size; i++)
        text[i] = (char)(0x80 | (c >> 6 * (size - 1 - i) & 0x3F));
    return size;
}

START_TEST(every_character_is_utf8)
{
    for (uint32_t c = 0; c < 0x110000; c++) {
        char text[4];
        struct wl_str s = {text, put_character(c, text)};
        bool surrogate = c >= 0xD800 && c < 0xE000;
        bool control = c < 0x20 || (c >= 0x7F && c < 0xA0);
        if (wl_utf8_prefix(s) != (surrogate ? 0 : s.size) || wl_is_identifier(s) == (surrogate || control))
            ck_abort_msg("U+%04X", (unsigned)c);
    }
}
END_TEST

START_TEST(identifiers_are_bounded)
{
    static const struct {
        struct wl_str text;
        bool good;
    } rows[] = {
        {BYTES(""), false},
        {BYTES("A"), true},
        {BYTES("12345678901234567890123456789012"), true},
        {BYTES("123456789012345678901234567890123"), false},
        {BYTES("1234567890123456789012345678901\xC3\xA9"), false},
        {BYTES("123456789012345678901234567890\xC3\xA9"), true},
        {BYTES("A B"), true},
        {BYTES("12345678\n1234567"), false},
        {BYTES("123456\x7F"
               "9012345"),
         false},
        {BYTES("123456781234567\x1F"), false},
        {BYTES("ab\0"), false},
        {BYTES("DEALER-\xC2\x85-0001"), false},
        {BYTES("DEALER-\xC2\x9F"), false},
        {BYTES("DEALER-\xC2\xA0"), true},
        {BYTES("DEALER-\xE5\x8F\x91"), true},
        {BYTES("DEALER-\xE5\x8F"), false},
        {BYTES("DEALER-\xC2"), false},
    };
    for (size_t i = 0; i < ROWS(rows); i++)
        ck_assert_msg(wl_is_identifier(rows[i].text) == rows[i].good, "row %zu", i);
}
END_TEST

START_TEST(buffers_keep_their_ceiling)
{
    struct wl_buf buf;
    wl_buf_init(&buf, 1000);
    ck_assert_int_eq(wl_buf_status(&buf), WL_OK);
    ck_assert_ptr_nonnull(wl_buf_room(&buf, 0));
    for (int i = 0; i < 1000; i++)
        wl_buf_byte(&buf, (uint8_t)i);
    ck_assert_int_eq(wl_buf_status(&buf), WL_OK);
    ck_assert_uint_eq(buf.size, 1000);
    wl_buf_byte(&buf, 1);
    ck_assert_int_eq(wl_buf_status(&buf), WL_E_FULL);
    ck_assert_ptr_nonnull(strstr(wl_error(), "1000"));
    ck_assert_uint_eq(buf.size, 1000);

    wl_buf_clear(&buf);
    ck_assert_int_eq(wl_buf_status(&buf), WL_OK);
    wl_buf_add(&buf, "ab", 2);
    ck_assert_ptr_null(wl_buf_room(&buf, SIZE_MAX));
    wl_buf_text(&buf, "c");
    ck_assert_uint_eq(buf.size, 2);

    wl_buf_clear(&buf);
    wl_buf_format(&buf, "%0*d", 1000, 7);
    ck_assert_int_eq(wl_buf_status(&buf), WL_OK);
    ck_assert_uint_eq(buf.size, 1000);
    ck_assert_int_eq(buf.data[999], '7');
    wl_buf_format(&buf, "%s", "");
    ck_assert_int_eq(wl_buf_status(&buf), WL_OK);
    wl_buf_format(&buf, "x");
    ck_assert_int_eq(wl_buf_status(&buf), WL_E_FULL);

    wl_buf_clear(&buf);
    wl_buf_u32(&buf, 0x01020304);
    wl_buf_u64(&buf, UINT64_C(0xF102030405060708));
    ck_assert_mem_eq(buf.data, "\x01\x02\x03\x04\xF1\x02\x03\x04\x05\x06\x07\x08", 12);
    ck_assert(wl_get_u32(buf.data) == 0x01020304 && wl_get_u64(buf.data + 4) == UINT64_C(0xF102030405060708));
    wl_set_u64(buf.data, 5);
    ck_assert(wl_get_u64(buf.data) == 5);
    wl_buf_release(&buf);
    ck_assert_uint_eq(wl_buf_view(&buf).size, 0);
}
END_TEST

START_TEST(arenas_keep_their_ceiling)
{
    struct wl_arena arena;
    wl_arena_init(&arena, 100000);
    for (int round = 0; round < 3; round++) {
        size_t given = 0;
        while (true) {
            uint8_t *at = wl_arena_alloc(&arena, 1000);
            if (at == NULL)
                break;
            ck_assert_uint_eq((uintptr_t)at % 16, 0);
            for (int i = 0; i < 1000; i++)
                ck_assert_uint_eq(at[i], 0);
            memset(at, 0xFF, 1000);
            given += 1000;
        }
        ck_assert_uint_le(given, 100000);
        ck_assert_uint_ge(given, 80000);
        ck_assert_ptr_null(wl_arena_alloc(&arena, 1));
        ck_assert_uint_eq(wl_arena_copy(&arena, WL_STR("abc")).size, 0);
        ck_assert_int_eq(wl_arena_status(&arena), WL_E_FULL);
        ck_assert_ptr_nonnull(strstr(wl_error(), "100000"));
        wl_arena_clear(&arena);
        ck_assert_int_eq(wl_arena_status(&arena), WL_OK);
    }
    ck_assert_ptr_nonnull(wl_arena_alloc(&arena, 100000));
    ck_assert_ptr_null(wl_arena_alloc(&arena, SIZE_MAX));
    wl_arena_clear(&arena);
    struct wl_str copy = wl_arena_copy(&arena, WL_STR("abc"));
    ck_assert(wl_str_is(copy, "abc"));
    wl_arena_release(&arena);
    ck_assert_ptr_nonnull(wl_arena_alloc(&arena, 0));
    wl_arena_release(&arena);
}
END_TEST

START_TEST(csv_values_are_quoted_where_they_must_be)
{
    static const struct {
        const char *value, *csv;
    } rows[] = {
        {"", ""},
        {"plain", "plain"},
        {" a ", " a "},
        {"a,b", "\"a,b\""},
        {"a\"b", "\"a\"\"b\""},
        {"\"", "\"\"\"\""},
        {"a\nb", "\"a\nb\""},
        {"a\rb", "\"a\rb\""},
        {"a;b", "a;b"},
        {"\"x\",", "\"\"\"x\"\",\""},
    };
    struct wl_buf buf;
    wl_buf_init(&buf, 100);
    for (size_t i = 0; i < ROWS(rows); i++) {
        wl_buf_clear(&buf);
        wl_csv_value(&buf, wl_str_of(rows[i].value));
        ck_assert_msg(wl_str_is(wl_buf_view(&buf), rows[i].csv), "%s", rows[i].value);
    }
    wl_buf_release(&buf);
}
END_TEST

static char folder[64];

static void folder_make(void)
{
    strcpy(folder, "/tmp/wledger-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
}

static void folder_remove(void)
{
    unlink("out");
    unlink("link");
    unlink("pipe");
    ck_assert_int_eq(chdir("/"), 0);
    ck_assert_int_eq(rmdir(folder), 0); /* fails, too, when anything was left behind */
}

static void expect_content(const char *path, const void *expected, size_t size)
{
    FILE *file = fopen(path, "rb");
    ck_assert_ptr_nonnull(file);
    char *content = malloc(size + 1);
    ck_assert_uint_eq(fread(content, 1, size + 1, file), size);
    ck_assert_int_eq(memcmp(content, expected, size), 0);
    free(content);
    fclose(file);
}

/* _i: durable */
START_TEST(files_appear_whole)
{
    char path[100];
    struct wl_file *file;
    snprintf(path, sizeof path, "%s/out", folder);
    ck_assert_int_eq(wl_file_new(path, _i, &file), WL_OK);
    wl_file_write(file, "old", 3);
    ck_assert_int_ne(access("out", F_OK), 0);
    ck_assert_int_eq(wl_file_publish(&file), WL_OK);
    ck_assert_ptr_null(file);
    expect_content("out", "old", 3);
    mode_t mask = umask(0);
    umask(mask);
    struct stat stat_of;
    ck_assert_int_eq(stat("out", &stat_of), 0);
    ck_assert_uint_eq(stat_of.st_mode & 0777, 0666 & ~mask);

    /* Sizes around the write buffer; a relative path. */
    static const size_t sizes[] = {0, 1, 65535, 65536, 65537, 200000, 40000, 40000, 65535, 3};
    static uint8_t large[600000];
    for (size_t i = 0; i < sizeof large; i++)
        large[i] = (uint8_t)(i * i / 7);
    ck_assert_int_eq(wl_file_new("out", _i, &file), WL_OK);
    size_t sum = 0;
    for (size_t i = 0; i < ROWS(sizes); sum += sizes[i++])
        wl_file_write(file, large + sum, sizes[i]);
    expect_content("out", "old", 3);
    ck_assert_int_eq(wl_file_publish(&file), WL_OK);
    expect_content("out", large, sum);

    ck_assert_int_eq(wl_file_new("out", _i, &file), WL_OK);
    wl_file_write(file, "new", 3);
    wl_file_discard(&file);
    wl_file_discard(&file);
    expect_content("out", large, sum);
}
END_TEST

START_TEST(files_that_cannot_appear_leave_nothing)
{
    struct wl_file *file;
    ck_assert_int_eq(wl_file_new("absent/out", _i, &file), WL_E_SYSTEM);
    ck_assert_ptr_null(file);
    ck_assert_ptr_nonnull(strstr(wl_error(), "absent/out"));

    ck_assert_int_eq(mkdir("taken", 0777), 0);
    ck_assert_int_eq(wl_file_new("taken", _i, &file), WL_E_SYSTEM);
    ck_assert_ptr_null(file);
    ck_assert_ptr_nonnull(strstr(wl_error(), "taken"));
    ck_assert_int_eq(wl_file_check("taken"), WL_E_SYSTEM);
    ck_assert_int_eq(wl_file_check("absent/out"), WL_E_SYSTEM);
    ck_assert_int_eq(wl_file_check("out"), WL_OK);
    ck_assert_int_eq(rmdir("taken"), 0);
}
END_TEST

START_TEST(links_and_pipes_stay_what_they_are)
{
    struct wl_file *file;
    struct stat about;
    char got[8];
    ck_assert_int_eq(mkdir("far", 0777), 0);
    ck_assert_int_eq(wl_file_new("far/real", _i, &file), WL_OK);
    ck_assert_int_eq(wl_file_publish(&file), WL_OK);
    ck_assert_int_eq(symlink("far/real", "link"), 0);
    ck_assert_int_eq(wl_file_new("link", _i, &file), WL_OK);
    wl_file_write(file, "new", 3);
    ck_assert_int_eq(wl_file_publish(&file), WL_OK);
    expect_content("far/real", "new", 3);
    ck_assert(lstat("link", &about) == 0 && S_ISLNK(about.st_mode));

    ck_assert_int_eq(mkfifo("pipe", 0666), 0);
    int fd = open("pipe", O_RDWR);
    ck_assert_int_eq(wl_file_check("pipe"), WL_OK);
    ck_assert_int_eq(wl_file_new("pipe", _i, &file), WL_OK);
    wl_file_write(file, "new", 3);
    ck_assert_int_eq(wl_file_publish(&file), WL_OK);
    ck_assert_int_eq(read(fd, got, sizeof got), 3);
    ck_assert(lstat("pipe", &about) == 0 && S_ISFIFO(about.st_mode));
    close(fd);
    ck_assert(unlink("far/real") == 0 && rmdir("far") == 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("core");
    TCase *plain = tcase_create("plain"), *files = tcase_create("files");
    tcase_add_test(plain, errors_keep_one_message);
    tcase_add_test(plain, text_is_compared_and_trimmed);
    tcase_add_loop_test(plain, utf8_is_checked, 0, ROWS(utf8_rows));
    tcase_add_test(plain, every_character_is_utf8);
    tcase_add_test(plain, identifiers_are_bounded);
    tcase_add_test(plain, buffers_keep_their_ceiling);
    tcase_add_test(plain, arenas_keep_their_ceiling);
    tcase_add_test(plain, csv_values_are_quoted_where_they_must_be);
    tcase_add_checked_fixture(files, folder_make, folder_remove);
    tcase_add_loop_test(files, files_appear_whole, 0, 2);
    tcase_add_loop_test(files, files_that_cannot_appear_leave_nothing, 0, 2);
    tcase_add_loop_test(files, links_and_pipes_stay_what_they_are, 0, 2);
    suite_add_tcase(suite, plain);
    suite_add_tcase(suite, files);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
