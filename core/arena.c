#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "wledger/buf.h"
#include "wledger/error.h"

enum { FIRST_BLOCK = 8 * 1024, LARGEST_STEP = 1024 * 1024 };

struct wl_arena_block {
    struct wl_arena_block *next;
    size_t size;
    alignas(max_align_t) uint8_t bytes[];
};

void wl_arena_init(struct wl_arena *arena, size_t ceiling)
{
    *arena = (struct wl_arena){.ceiling = ceiling};
}

static struct wl_arena_block *block_new(size_t size)
{
    size_t whole;
    if (__builtin_add_overflow(size, sizeof(struct wl_arena_block), &whole))
        return NULL;
    struct wl_arena_block *block = malloc(whole);
    if (block != NULL) {
        block->next = NULL;
        block->size = size;
    }
    return block;
}

void wl_arena_release(struct wl_arena *arena)
{
    while (arena->first != NULL) {
        struct wl_arena_block *next = arena->first->next;
        free(arena->first);
        arena->first = next;
    }
    wl_arena_init(arena, arena->ceiling);
}

void wl_arena_clear(struct wl_arena *arena)
{
    arena->used = 0;
    arena->failed = false;
    if (arena->first == NULL || arena->first->next == NULL)
        return;
    /* What took several blocks gets one of their size, so that memory comes to rest at what the largest
     * command needs. */
    size_t total = arena->total;
    wl_arena_release(arena);
    arena->first = arena->current = block_new(total);
    if (arena->first != NULL)
        arena->total = total;
}

int wl_arena_status(const struct wl_arena *arena)
{
    if (!arena->failed)
        return WL_OK;
    return wl_fail(WL_E_FULL, "one command needs more than its ceiling of %zu bytes of memory", arena->ceiling);
}

/* A block with room for n bytes, or NULL with a message. */
static struct wl_arena_block *next_block(struct wl_arena *arena, size_t n)
{
    size_t left = arena->ceiling - arena->total;
    if (n > left || arena->failed) {
        arena->failed = true;
        wl_arena_status(arena);
        return NULL;
    }
    size_t size = arena->total < FIRST_BLOCK ? FIRST_BLOCK : arena->total;
    if (size > LARGEST_STEP)
        size = LARGEST_STEP;
    if (size > left)
        size = left;
    if (size < n)
        size = n;
    struct wl_arena_block *block = block_new(size);
    if (block == NULL) {
        arena->failed = true;
        wl_fail(WL_E_FULL, "memory is short: %zu bytes are not to be had", size);
        return NULL;
    }
    arena->total += size;
    if (arena->current == NULL)
        arena->first = block;
    else
        arena->current->next = block;
    arena->current = block;
    arena->used = 0;
    return block;
}

void *wl_arena_alloc(struct wl_arena *arena, size_t n)
{
    const size_t step = alignof(max_align_t);
    struct wl_arena_block *block = arena->current;
    size_t start = (arena->used + step - 1) / step * step;
    if (arena->failed || block == NULL || start > block->size || block->size - start < n) {
        block = next_block(arena, n);
        if (block == NULL)
            return NULL;
        start = 0;
    }
    arena->used = start + n;
    return memset(block->bytes + start, 0, n);
}

struct wl_str wl_arena_copy(struct wl_arena *arena, struct wl_str s)
{
    if (s.size == 0)
        return WL_NO_STR;
    char *copy = wl_arena_alloc(arena, s.size);
    if (copy == NULL)
        return WL_NO_STR;
    memcpy(copy, s.data, s.size);
    return (struct wl_str){copy, s.size};
}
