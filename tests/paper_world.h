/* What the tests of papers share: documents as bytes, and texts that are hard to print. */
#ifndef TESTS_PAPER_WORLD_H
#define TESTS_PAPER_WORLD_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wledger/error.h"
#include "wledger/paper.h"
#include "wledger/record.h"

static const struct wl_paper_head head = {WL_STR("Example Motors"), 1782864000};
static char path[4096];

/* ---- documents as bytes ---- */

static void begin(void)
{
    const char *tmp = getenv("TMPDIR");

    snprintf(path, sizeof path, "%s/test_paper-%ld.pdf", tmp && *tmp ? tmp : "/tmp", (long)getpid());
}

static void end(void)
{
    unlink(path);
}

static struct wl_file *open_paper(void)
{
    struct wl_file *file;

    ck_assert_int_eq(wl_file_new(path, false, &file), WL_OK);
    return file;
}

/* Publishes it when it could be printed; gives its bytes, to be freed, and how many. */
static char *bytes_of(struct wl_file *file, int rc, size_t *size)
{
    char *bytes = NULL;
    FILE *in, *out;
    int c;

    ck_assert_msg(rc == WL_OK, "%s", wl_error());
    ck_assert_int_eq(wl_file_publish(&file), WL_OK);
    in = fopen(path, "rb");
    out = open_memstream(&bytes, size);
    ck_assert(in && out);
    while ((c = getc(in)) != EOF)
        putc(c, out);
    fclose(in);
    fclose(out);
    return bytes;
}

static size_t pages_of(struct wl_file *file, int rc)
{
    static const char page[] = "/Type /Page\n", spaced[] = "/Type /Page ";
    size_t size, pages = 0;
    char *bytes = bytes_of(file, rc, &size);

    ck_assert(size > 100 && memcmp(bytes, "%PDF-", 5) == 0 && memcmp(bytes + size - 6, "%%EOF\n", 6) == 0);
    for (size_t i = 0; i + sizeof page - 1 <= size; i++)
        pages += memcmp(bytes + i, page, sizeof page - 1) == 0 || memcmp(bytes + i, spaced, sizeof spaced - 1) == 0;
    free(bytes);
    return pages;
}

static void fails(struct wl_file *file, int rc, int expected, const char *part)
{
    wl_file_discard(&file);
    ck_assert_int_eq(rc, expected);
    ck_assert_msg(strstr(wl_error(), part), "%s", wl_error());
}

enum { NASTY = 13 };

/* The ith of NASTY texts. */
static struct wl_str nasty(size_t i)
{
    static char filled[5000];
    static const struct wl_str texts[] = {
        WL_STR(""),
        WL_STR(" \t\r\n"),
        WL_STR("\x01\x02\x1B[0m\x7F"),
        WL_STR("\xFF\xFE\xC3"),
        WL_STR("\n\n\n\n\n\n\n\n\n\na\nb\nc\nd\ne\nf\ng\nh\ni\nj"),
        WL_STR("<b>&amp;</b> %s %n \\ ( ) >>"),
        WL_STR("上海浦东汽车销售服务有限公司 臺灣總經銷商 ＡＢＣ「」、。"),
        WL_STR("\xF0\x9F\x9A\x97 \xEE\x80\x80 \xF4\x8F\xBF\xBF"), /* a pictograph, private use, no character */
        WL_STR("a\xCC\x81\xE2\x80\x8D\xE2\x80\x8B\xEF\xB8\x8F"),  /* combining, joiner, no width */
        WL_STR("Ünïcödé Жигули Ελλάδα"),
        WL_STR("\xE2\x80\xAE\xE2\x81\xA6\xE2\x80\xA9x"),
    };

    if (i < WL_COUNT(texts))
        return texts[i];
    memset(filled, i == WL_COUNT(texts) ? 'W' : ' ', sizeof filled);
    if (i > WL_COUNT(texts))
        for (size_t n = 0; n + 8 < sizeof filled; n += 9)
            memcpy(filled + n, "word \xE4\xB8\xAD", 8);
    return i <= WL_COUNT(texts) + 1 ? (struct wl_str){filled, sizeof filled} : WL_NO_STR;
}

#endif
