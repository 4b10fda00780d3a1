#include "cli/cli.h"

int main(int argc, char **argv)
{
    return wl_main(argc, argv, stdin, stdout, stderr);
}
