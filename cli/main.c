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

/* The ledger is mapped: where its file ends before its pages do, or the disk fails, reading it is a signal. */
static void unreadable(int number)
{
    static const char text[] = "wledger: data.mdb cannot be read: it is cut off, or the disk fails; nothing more was "
                               "done, and `wledger verify` tells what is left\n";

    ssize_t told = write(STDERR_FILENO, text, sizeof text - 1);

    (void)number, (void)told;
    _exit(CLI_DAMAGED);
}

int main(int argc, char **argv)
{
    if (!occupy_streams())
        return CLI_SYSTEM;
    setlocale(LC_CTYPE, "C.UTF-8"); /* how wide a letter is, for tables on a terminal; nothing else */
    signal(SIGXFSZ, SIG_IGN);       /* a file that may not grow further is an error of its write, told as such */
    signal(SIGBUS, unreadable);
    return wl_main(argc, argv, stdin, stdout, stderr);
}
