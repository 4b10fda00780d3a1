#include "wledger/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "wledger/text.h"

enum { MESSAGE_SIZE = 1024, CHARACTER_MAX = 4 /* bytes of UTF-8 */ };

static _Thread_local char message[MESSAGE_SIZE];

/* Bytes of the control character at this place: one, or two from U+0080 to U+009F; 0: there is none. */
static size_t control_size(const char *at)
{
    const unsigned char first = (unsigned char)at[0], second = first == 0 ? 0 : (unsigned char)at[1];
    if (first == 0xC2 && second >= 0x80 && second < 0xA0)
        return 2;
    return first < 0x20 || first == 0x7F;
}

/* What a file or a command line said may be quoted in a message: it must not steer a terminal, break a line, or be no
 * text at all. Of a message that was cut, the character that stood at the cut goes. */
static void clean(char *text, bool cut)
{
    for (char *at = text; *at != '\0'; at++)
        memset(at, '?', control_size(at));
    for (char *at = text + wl_utf8_prefix(wl_str_of(text)); *at != '\0'; at += wl_utf8_prefix(wl_str_of(at)))
        *at = cut && strlen(at) < CHARACTER_MAX ? '\0' : '?';
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
    clean(made, length >= MESSAGE_SIZE);
    memcpy(message, made, strlen(made) + 1);
    return status;
}

const char *wl_error(void)
{
    return message;
}
