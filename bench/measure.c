#include "bench/measure.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { PATH_SIZE = 4096 };

double measure_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

double measure_cpu(bool children)
{
    struct rusage use;

    getrusage(children ? RUSAGE_CHILDREN : RUSAGE_SELF, &use);
    return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
           (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

uint64_t measure_written(long pid)
{
    char path[80], line[80];
    uint64_t bytes = 0;
    FILE *file;

    snprintf(path, sizeof path, "/proc/%ld/io", pid ? pid : (long)getpid());
    file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, "wchar: ", 7) == 0)
            bytes = strtoull(line + 7, NULL, 10);
    if (file)
        fclose(file);
    return bytes;
}

void measure_fail(const char *format, ...)
{
    va_list args;

    fputs("measure: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(1);
}

void measure_ok(int status, const char *what)
{
    if (status != WL_OK)
        measure_fail("%s: %s", what, wl_error());
}

void measure_ok_system(bool good, const char *what)
{
    if (!good)
        measure_fail("%s: %s", what, strerror(errno));
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

void measure_sort(double *values, size_t n)
{
    qsort(values, n, sizeof *values, compare);
}

double measure_quantile(const double *sorted, size_t n, double p)
{
    return n == 0 ? 0 : sorted[(size_t)(p * (double)(n - 1) + 0.5)];
}

static FILE *summary_file(const char *spool, const char *mode)
{
    char path[PATH_SIZE];
    FILE *file;

    if (snprintf(path, sizeof path, "%s.summary", spool) >= (int)sizeof path)
        measure_fail("%s: the path is too long", spool);
    file = fopen(path, mode);
    measure_ok_system(file != NULL, path);
    return file;
}

void measure_summary_write(const char *spool, const struct wl_batch_summary *summary)
{
    FILE *file = summary_file(spool, "wb");

    measure_ok_system(fwrite(summary, sizeof *summary, 1, file) == 1 && fclose(file) == 0, spool);
}

void measure_summary_read(const char *spool, struct wl_batch_summary *summary)
{
    FILE *file = summary_file(spool, "rb");

    measure_ok_system(fread(summary, sizeof *summary, 1, file) == 1 && fclose(file) == 0, spool);
}

static const struct {
    const char *name, *args;
    int least;
    void (*run)(char **args);
} commands[] = {
    {"parse", "FILE.gz", 1, measure_parse},
    {"watch", "DIR OUTPUT COMMAND...", 3, measure_watch},
    {"read", "FILE SPOOL", 2, measure_read},
    {"decide", "STORE SPOOL", 2, measure_decide},
    {"adjudicate", "STORE SPOOL", 2, measure_adjudicate},
    {"sqlite", "SPOOL DATABASE", 2, measure_sqlite},
    {"alone", "STORE DIR COUNT", 3, measure_alone},
    {"groups", "STORE COUNT SIZE", 3, measure_groups},
    {"parts", "STORE COUNT SIZE", 3, measure_parts},
    {"vehicles", "STORE FITS SIZE", 3, measure_vehicles},
    {"eligible", "STORE COUNT", 2, measure_eligible},
    {"bare-settle", "STORE", 1, measure_bare_settle},
    {"walk-facts", "STORE", 1, measure_walk_facts},
    {"cold", "FILE", 1, measure_cold},
};

int main(int argc, char **argv)
{
    for (size_t i = 0; argc > 1 && i < WL_COUNT(commands); i++) {
        if (strcmp(argv[1], commands[i].name) != 0 || argc - 2 < commands[i].least)
            continue;
        commands[i].run(argv + 2);
        return fflush(stdout) == 0 ? 0 : 1;
    }
    for (size_t i = 0; i < WL_COUNT(commands); i++)
        fprintf(stderr, "usage: measure %s %s\n", commands[i].name, commands[i].args);
    return 2;
}
