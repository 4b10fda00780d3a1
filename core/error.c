#include "wledger/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "wledger/text.h"

enum { MESSAGE_SIZE = 1024 };

static _Thread_local char message[MESSAGE_SIZE];

/* Bytes of the control character at this place: one, or two from U+0080 to U+009F; 0: there is none. */
static size_t control_size(const char *at)
{
    const unsigned char first = (unsigned char)at[0], second = first == 0 ? 0 : (unsigned char)at[1];
    if (first == 0xC2 && second >= 0x80 && second < 0xA0)
        return 2;
    return first < 0x20 || first == 0x7F;
}

int wl_fail(int status, const char *format, ...)
{
    /* Apart from `message`, because the arguments may well be the message before this one. */
    char made[MESSAGE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(made, sizeof made, format, arguments);
    va_end(arguments);
    if (length < 0)
        made[0] = '\0';
    if (length >= MESSAGE_SIZE)
        made[wl_utf8_prefix(wl_str_of(made))] = '\0';

    /* What a file said may be quoted here: it must not steer a terminal or break a line. */
    for (char *at = made; *at != '\0'; at++)
        memset(at, '?', control_size(at));
    memcpy(message, made, strlen(made) + 1);
    return status;
}

const char *wl_error(void)
{
    return message;
}
