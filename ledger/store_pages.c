#include "ledger/txn.h"

#include "wledger/error.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* The file as LMDB 0.9 lays it out on little-endian 64-bit machines (its mdb.c: MDB_page, MDB_node,
 * MDB_db, MDB_meta). Numbers stand in the machine's own order. */
enum {
    PAGE_HEAD = 16, /* its number, padding, flags, and lower and upper or the count of an overflow */
    PAGE_FLAGS_AT = 10,
    PAGE_LOWER_AT = 12,
    PAGE_UPPER_AT = 14,
    PAGE_COUNT_AT = 12,
    BRANCH = 1,
    LEAF = 2,
    OVERFLOW_RUN = 4,
    META = 8,

    NODE_HEAD = 8, /* size or child, flags, key size */
    NODE_FLAGS_AT = 4,
    NODE_KEY_SIZE_AT = 6,
    NODE_OVERFLOW = 1,
    NODE_TABLE = 2,

    TREE_SIZE = 48, /* padding, flags, depth, branch, leaf and overflow pages, entries, root */
    DEPTH_MAX = 32,
    INTEGER_KEYS = 8,

    META_MAGIC = 0, /* offsets in a meta page, behind its page head */
    META_VERSION = 4,
    META_FREE = 24,
    META_MAIN = META_FREE + TREE_SIZE,
    META_LAST_PAGE = META_MAIN + TREE_SIZE,
    META_TXN = META_LAST_PAGE + 8,
    META_SIZE = META_TXN + 8,

    PATH_SIZE = 4096,
    PAGE_SIZE_MIN = 512,
    PAGE_SIZE_MAX = 32768,
};

#define NO_PAGE UINT64_MAX
#define FILE_MAGIC 0xBEEFC0DE

static uint16_t get2(const uint8_t *at)
{
    uint16_t n;

    memcpy(&n, at, sizeof n);
    return n;
}

static uint32_t get4(const uint8_t *at)
{
    uint32_t n;

    memcpy(&n, at, sizeof n);
    return n;
}

static uint64_t get8(const uint8_t *at)
{
    uint64_t n;

    memcpy(&n, at, sizeof n);
    return n;
}

/* ---- the head ---- */

struct head {
    uint32_t page_size;
    uint8_t meta[2][META_SIZE];
};

static bool meta_is_whole(const uint8_t *page, unsigned number, uint32_t page_size)
{
    const uint8_t *meta = page + PAGE_HEAD;

    return get8(page) == number && get2(page + PAGE_FLAGS_AT) == META && get4(meta + META_MAGIC) == FILE_MAGIC &&
           get4(meta + META_VERSION) == 1 && get8(meta + 8) == 0 && get4(meta + META_FREE) == page_size &&
           get2(meta + META_FREE + 4) == INTEGER_KEYS && get4(meta + META_MAIN) == 0 && get2(meta + META_MAIN + 4) == 0;
}

static bool read_page(int fd, off_t at, uint8_t page[PAGE_HEAD + META_SIZE])
{
    return pread(fd, page, PAGE_HEAD + META_SIZE, at) == PAGE_HEAD + META_SIZE;
}

/* Whether both meta pages are whole and one transaction apart (or both of a new file). */
static bool read_head(int fd, struct head *h)
{
    uint8_t page[2][PAGE_HEAD + META_SIZE];
    uint64_t txn[2];

    if (!read_page(fd, 0, page[0]))
        return false;
    h->page_size = get4(page[0] + PAGE_HEAD + META_FREE);
    if (h->page_size < PAGE_SIZE_MIN || h->page_size > PAGE_SIZE_MAX || (h->page_size & (h->page_size - 1)) != 0 ||
        !read_page(fd, h->page_size, page[1]))
        return false;
    for (unsigned i = 0; i < 2; i++) {
        if (!meta_is_whole(page[i], i, h->page_size))
            return false;
        memcpy(h->meta[i], page[i] + PAGE_HEAD, META_SIZE);
        txn[i] = get8(h->meta[i] + META_TXN);
    }
    return (txn[0] == 0 && txn[1] == 0) || (txn[0] % 2 == 0 && (txn[0] + 1 == txn[1] || txn[1] + 1 == txn[0]));
}

static int open_file(const char *dir)
{
    char path[PATH_SIZE];
    int fd;

    if (snprintf(path, sizeof path, "%s/data.mdb", dir) >= (int)sizeof path)
        return wl_fail(WL_E_USAGE, "%s: the path is too long", dir);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    return fd >= 0 ? fd
                   : wl_fail(errno == ENOENT || errno == ENOTDIR ? WL_E_USAGE : WL_E_SYSTEM, "%s: %s", path,
                             strerror(errno));
}

static int read_whole_head(const char *dir, int fd, struct head *h)
{
    bool whole = read_head(fd, h);

    for (int tries = 100; !whole && tries > 0; tries--) { /* a writer may be at one of them at this moment */
        usleep(1000);
        whole = read_head(fd, h);
    }
    return whole ? WL_OK
                 : wl_fail(WL_E_DAMAGED,
                           "%s/data.mdb: its two head pages do not fit one another: the newest commit may "
                           "be hidden",
                           dir);
}

int wl_store_check_head(const char *dir)
{
    struct head h;
    int fd = open_file(dir), rc;

    if (fd < 0)
        return fd;
    rc = read_whole_head(dir, fd, &h);
    close(fd);
    return rc;
}

/* ---- pages ---- */

struct pages {
    const char *dir;
    const uint8_t *map;
    size_t page_size;
    uint64_t count;   /* of pages, the two meta pages included */
    uint64_t written; /* pages that the file has; free ones may lie behind them */
    uint64_t version;
    uint8_t *seen; /* a bit for each page */
    uint64_t seen_count;
};

struct tree {
    uint16_t flags, depth;
    uint64_t branches, leaves, overflows, entries, root;
};

/* A row of a leaf: its value, wherever it lies. */
typedef int row_fn(struct pages *, struct wl_str key, const uint8_t *value, size_t size, unsigned flags);

static int bad_page(const struct pages *p, uint64_t page, const char *what)
{
    return wl_fail(WL_E_DAMAGED, "%s: page %llu is damaged: %s", p->dir, (unsigned long long)page, what);
}

/* Each page has one place in the store. */
static int take_page(struct pages *p, uint64_t page, uint64_t end)
{
    if (page < 2 || page >= end)
        return bad_page(p, page, "it is beyond the end");
    if (p->seen[page / 8] >> page % 8 & 1)
        return bad_page(p, page, "it is used twice, or used and free");
    p->seen[page / 8] |= (uint8_t)(1u << page % 8);
    p->seen_count++;
    return WL_OK;
}

static struct tree read_tree(const uint8_t *at)
{
    return (struct tree){get2(at + 4),  get2(at + 6),  get8(at + 8), get8(at + 16),
                         get8(at + 24), get8(at + 32), get8(at + 40)};
}

struct frame {
    uint64_t number;
    const uint8_t *page;
    unsigned next, count;
    struct wl_str low, high; /* keys are at least low, and below high where has_high */
    bool has_high;
};

struct walk {
    struct pages *pages;
    struct tree tree, found;
    row_fn *row;
    struct frame frames[DEPTH_MAX];
    unsigned depth;
};

static int compare_keys(const struct walk *w, struct wl_str a, struct wl_str b)
{
    uint64_t x, y;

    if (w->tree.flags != INTEGER_KEYS)
        return wl_str_compare(a, b);
    memcpy(&x, a.data, sizeof x);
    memcpy(&y, b.data, sizeof y);
    return x < y ? -1 : x > y;
}

/* Node i, with its key; NULL when it is not within its page. */
static const uint8_t *node_of(const struct walk *w, const struct frame *f, unsigned i, struct wl_str *key)
{
    size_t at = get2(f->page + PAGE_HEAD + 2 * (size_t)i), size = w->pages->page_size;
    const uint8_t *node = f->page + at;

    if (at % 2 != 0 || at < get2(f->page + PAGE_UPPER_AT) || at + NODE_HEAD > size)
        return NULL;
    *key = (struct wl_str){(const char *)node + NODE_HEAD, get2(node + NODE_KEY_SIZE_AT)};
    return at + NODE_HEAD + key->size <= size ? node : NULL;
}

/* Enters a page: its head, and that its nodes fill it from upper to its end. */
static int enter(struct walk *w, uint64_t number, struct wl_str low, struct wl_str high, bool has_high)
{
    struct pages *p = w->pages;
    struct frame *f = &w->frames[w->depth];
    bool leaf = w->depth + 1u == w->tree.depth;
    size_t lower, upper, used = 0;
    struct wl_str key;
    int rc = take_page(p, number, p->written);

    if (rc != WL_OK)
        return rc;
    *f = (struct frame){
        .number = number, .page = p->map + number * p->page_size, .low = low, .high = high, .has_high = has_high};
    lower = get2(f->page + PAGE_LOWER_AT);
    upper = get2(f->page + PAGE_UPPER_AT);
    if (get8(f->page) != number || get2(f->page + PAGE_FLAGS_AT) != (leaf ? LEAF : BRANCH) || lower <= PAGE_HEAD ||
        lower % 2 != 0 || lower > upper || upper > p->page_size)
        return bad_page(p, number, "its head");
    f->count = (unsigned)(lower - PAGE_HEAD) / 2;
    for (unsigned i = 0; i < f->count; i++) {
        const uint8_t *node = node_of(w, f, i, &key);
        size_t data = 0;

        if (!node)
            return bad_page(p, number, "a row is not within it");
        if (leaf)
            data = get2(node + NODE_FLAGS_AT) & NODE_OVERFLOW ? 8 : get4(node);
        if (data > p->page_size || (w->tree.flags == INTEGER_KEYS && key.size != 8 && (leaf || i > 0)))
            return bad_page(p, number, "the size of a row");
        used += (NODE_HEAD + key.size + data + 1) / 2 * 2;
        if ((size_t)(node - f->page) + NODE_HEAD + key.size + data > p->page_size)
            return bad_page(p, number, "a row reaches over its end");
    }
    if (used != p->page_size - upper)
        return bad_page(p, number, "its rows do not fill it");
    w->depth++;
    leaf ? w->found.leaves++ : w->found.branches++;
    return WL_OK;
}

/* The value that lies in a run of pages of its own. */
static int enter_overflow(struct walk *w, uint64_t first, size_t size)
{
    struct pages *p = w->pages;
    uint64_t count, least = (PAGE_HEAD - 1 + size) / p->page_size + 1;
    const uint8_t *page;

    if (first < 2 || first >= p->written)
        return bad_page(p, first, "it is beyond the end");
    page = p->map + first * p->page_size;
    count = get4(page + PAGE_COUNT_AT);
    if (get8(page) != first || get2(page + PAGE_FLAGS_AT) != OVERFLOW_RUN || count < least ||
        count > p->written - first)
        return bad_page(p, first, "its head");
    for (uint64_t i = 0; i < count; i++) {
        int rc = take_page(p, first + i, p->written);

        if (rc != WL_OK)
            return rc;
    }
    w->found.overflows += count;
    return WL_OK;
}

static int visit_row(struct walk *w, const struct frame *f, const uint8_t *node, struct wl_str key)
{
    struct pages *p = w->pages;
    const uint8_t *value = node + NODE_HEAD + key.size;
    size_t size = get4(node);
    unsigned flags = get2(node + NODE_FLAGS_AT);

    if (flags & ~(unsigned)(NODE_OVERFLOW | NODE_TABLE) || key.size == 0)
        return bad_page(p, f->number, "the head of a row");
    w->found.entries++;
    if (flags & NODE_OVERFLOW) {
        uint64_t first = get8(value);
        int rc = enter_overflow(w, first, size);

        if (rc != WL_OK)
            return rc;
        value = p->map + first * p->page_size + PAGE_HEAD;
    }
    return w->row(p, key, value, size, flags);
}

/* The next row or child of the page on top. */
static int step(struct walk *w)
{
    struct frame *f = &w->frames[w->depth - 1];
    unsigned i = f->next++;
    bool leaf = w->depth == w->tree.depth;
    struct wl_str key, after = WL_NO_STR;
    const uint8_t *node = node_of(w, f, i, &key);
    bool first_child = !leaf && i == 0; /* whose own key stands for nothing */

    if (first_child)
        key = f->low;
    else if (compare_keys(w, key, f->low) < (i > 0) || (f->has_high && compare_keys(w, key, f->high) >= 0))
        return bad_page(w->pages, f->number, "a key is out of order");
    f->low = key;
    if (leaf)
        return visit_row(w, f, node, key);
    if (i + 1 < f->count)
        node_of(w, f, i + 1, &after);
    return enter(w, (uint64_t)get4(node) | (uint64_t)get2(node + NODE_FLAGS_AT) << 32, key,
                 i + 1 < f->count ? after : f->high, i + 1 < f->count || f->has_high);
}

static int check_tree(struct pages *p, const char *name, struct tree tree, row_fn *row)
{
    static const char nothing[8]; /* below every key, also as a number */
    struct walk w = {.pages = p, .tree = tree, .row = row};
    int rc = WL_OK;

    if (tree.root != NO_PAGE) {
        if (tree.depth < 1 || tree.depth > DEPTH_MAX)
            return wl_fail(WL_E_DAMAGED, "%s: table %s has an impossible depth", p->dir, name);
        rc = enter(&w, tree.root, (struct wl_str){nothing, tree.flags == INTEGER_KEYS ? 8 : 0}, WL_NO_STR, false);
        w.found.depth = tree.depth;
    }
    while (rc == WL_OK && w.depth > 0) {
        if (w.frames[w.depth - 1].next < w.frames[w.depth - 1].count)
            rc = step(&w);
        else
            w.depth--;
    }
    if (rc == WL_OK &&
        (w.found.depth != tree.depth || w.found.branches != tree.branches || w.found.leaves != tree.leaves ||
         w.found.overflows != tree.overflows || w.found.entries != tree.entries))
        rc = wl_fail(WL_E_DAMAGED, "%s: table %s does not have the rows and pages that were counted", p->dir, name);
    return rc;
}

static int visit_plain(struct pages *p, struct wl_str key, const uint8_t *value, size_t size, unsigned flags)
{
    (void)key, (void)value, (void)size;
    return flags & NODE_TABLE ? wl_fail(WL_E_DAMAGED, "%s: there is a table within a table", p->dir) : WL_OK;
}

/* A row of the main tree: a table. */
static int visit_table(struct pages *p, struct wl_str key, const uint8_t *value, size_t size, unsigned flags)
{
    char name[64];

    snprintf(name, sizeof name, WL_STR_FMT, (int)(key.size < sizeof name ? key.size : sizeof name - 1), key.data);
    if (flags != NODE_TABLE || size != TREE_SIZE || get4(value) != 0 || get2(value + 4) != 0)
        return wl_fail(WL_E_DAMAGED, "%s: the head of table %s is damaged", p->dir, name);
    return check_tree(p, name, read_tree(value), visit_plain);
}

/* A row of the tree of free pages: a transaction, and the pages that it let go of. */
static int visit_free(struct pages *p, struct wl_str key, const uint8_t *value, size_t size, unsigned flags)
{
    uint64_t count, last = NO_PAGE;
    int rc = WL_OK;

    count = size >= 8 ? get8(value) : NO_PAGE;
    if (flags & NODE_TABLE || get8((const uint8_t *)key.data) > p->version || count > size / 8 - 1)
        return wl_fail(WL_E_DAMAGED, "%s: the list of free pages is damaged", p->dir);
    for (uint64_t i = 1; rc == WL_OK && i <= count; i++) {
        uint64_t page = get8(value + 8 * i);

        rc = page < last ? take_page(p, page, p->count) : bad_page(p, page, "it is out of order among the free ones");
        last = page;
    }
    return rc;
}

static int check_version(struct pages *p, const uint8_t *meta)
{
    int rc = check_tree(p, "of free pages", read_tree(meta + META_FREE), visit_free);

    if (rc == WL_OK)
        rc = check_tree(p, "of tables", read_tree(meta + META_MAIN), visit_table);
    if (rc == WL_OK && p->seen_count != p->count - 2)
        rc = wl_fail(WL_E_DAMAGED, "%s: %llu pages are neither used nor free", p->dir,
                     (unsigned long long)(p->count - 2 - p->seen_count));
    return rc == WL_OK ? 1 : rc;
}

static int map_and_check(const char *dir, int fd, const struct head *h, uint64_t version)
{
    const uint8_t *meta = h->meta[version % 2];
    struct pages p = {
        .dir = dir, .page_size = h->page_size, .count = get8(meta + META_LAST_PAGE) + 1, .version = version};
    struct stat st;
    size_t size;
    void *map;
    int rc;

    if (fstat(fd, &st) != 0)
        return wl_fail(WL_E_SYSTEM, "%s/data.mdb: %s", dir, strerror(errno));
    p.written = (uint64_t)st.st_size / p.page_size;
    if (p.written > p.count)
        p.written = p.count;
    if (p.count < 2 || p.written < 2 || p.count > (uint64_t)1 << 40)
        return wl_fail(WL_E_DAMAGED, "%s/data.mdb does not have the size that its head says", dir);
    size = p.written * p.page_size;
    map = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED)
        return wl_fail(WL_E_SYSTEM, "%s/data.mdb: %s", dir, strerror(errno));
    p.map = map;
    p.seen = calloc(p.count / 8 + 1, 1);
    rc = p.seen ? check_version(&p, meta) : wl_fail(WL_E_SYSTEM, "out of memory");
    free(p.seen);
    munmap(map, size);
    return rc;
}

int wl_store_check_pages(const char *dir, uint64_t version)
{
    struct head h;
    int fd = open_file(dir), rc;

    if (fd < 0)
        return fd;
    rc = read_whole_head(dir, fd, &h);
    if (rc == WL_OK && get8(h.meta[version % 2] + META_TXN) == version)
        rc = map_and_check(dir, fd, &h, version);
    close(fd);
    return rc;
}
