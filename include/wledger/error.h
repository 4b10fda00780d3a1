/* Errors: few codes, and one message set where the thing happened.
 *
 * An error is the machine's or the input's: a full disk, a damaged page, a file that cannot be read.
 * What a business rule turns down is a refusal (command.h), never one of these. A function that can
 * fail returns 0 or one of these codes (some return a count or a flag above 0 as well); callers clean
 * up and return it, and only main prints. */
#ifndef WLEDGER_ERROR_H
#define WLEDGER_ERROR_H

enum wl_status {
    WL_OK = 0,
    WL_E_INPUT = -1,   /* what came from outside cannot be used: says file, line, field, what to do */
    WL_E_DAMAGED = -2, /* the store does not hold what it must hold */
    WL_E_SYSTEM = -3,  /* the operating system said no: disk, memory, permission */
    WL_E_FULL = -4,    /* the store's soft limit or a named ceiling is reached */
    WL_E_USAGE = -5,   /* the caller asked for what does not exist */
};

/* Sets this thread's message (printf form, at most 1,023 bytes, no newline) and returns status. */
int wl_fail(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The message of this thread's last wl_fail; "" when none. Valid until the next wl_fail. */
const char *wl_error(void);

#endif
