#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <unistd.h>

/* A standard stream that is closed would be given to the next file that is opened: the ledger's own, which
 * messages would then be written into. So each is one that can be used for nothing. */
static bool occupy_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
            return false;
    return true;
}

int main(int argc, char **argv)
{
    if (!occupy_streams())
        return CLI_SYSTEM;
    setlocale(LC_CTYPE, "C.UTF-8"); /* how wide a letter is, for tables on a terminal; nothing else */
    signal(SIGXFSZ, SIG_IGN);       /* a file that may not grow further is an error of its write, told as such */
    return wl_main(argc, argv, stdin, stdout, stderr);
}
