/* What `make bench` is measured with: one program, `measure`, whose commands each measure one thing once
 * and print it as one JSON object. bench/run.py runs them, alternating the two sides of a ratio. */
#ifndef WL_BENCH_MEASURE_H
#define WL_BENCH_MEASURE_H

#include "wledger/batch_reader.h"
#include "wledger/claim.h"
#include "wledger/error.h"
#include <stdio.h>

/* Seconds on the monotonic clock. */
double measure_now(void);
/* Seconds that this process has kept the processors busy; or the children that it has waited for. */
double measure_cpu(bool children);
/* Bytes that a process (0: this one) has handed to write and its kin; 0 when it is gone. */
uint64_t measure_written(long pid);
/* Ends the program with a message on standard error. */
_Noreturn void measure_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Ends the program unless status is WL_OK. */
void measure_ok(int status, const char *what);
void measure_ok_system(bool good, const char *what);

/* Sorts n values; the p-th quantile (0 to 1) of sorted ones. */
void measure_sort(double *values, size_t n);
double measure_quantile(const double *sorted, size_t n, double p);

/* What the structural step knows of a spool lies beside it, as SPOOL.summary. */
void measure_summary_write(const char *spool, const struct wl_batch_summary *);
void measure_summary_read(const char *spool, struct wl_batch_summary *);

/* The commands: arguments follow their name. */
void measure_parse(char **args);       /* FILE.gz: inflate, and inflate + bare SAX */
void measure_watch(char **args);       /* DIR OUTPUT COMMAND...: time, steps and memory of a program */
void measure_read(char **args);        /* FILE SPOOL: the structural step */
void measure_decide(char **args);      /* STORE SPOOL: the business step */
void measure_adjudicate(char **args);  /* STORE SPOOL: deciding alone */
void measure_sqlite(char **args);      /* SPOOL DATABASE: the same rows into SQLite */
void measure_alone(char **args);       /* STORE DIR COUNT: one durable command beside a bare write */
void measure_groups(char **args);      /* STORE COUNT SIZE: commands in groups */
void measure_parts(char **args);       /* STORE COUNT SIZE: requests, receipts and fittings in groups */
void measure_vehicles(char **args);    /* STORE FITS SIZE: all parts of one vehicle, with so many fits stored */
void measure_eligible(char **args);    /* STORE COUNT: makes so many claims eligible for a settlement */
void measure_bare_settle(char **args); /* STORE: the rows of a settlement of all dealers, read and written bare */
void measure_walk_facts(char **args);  /* STORE: the rows that quality reports read, walked */
void measure_cold(char **args);        /* FILE: none of it is in memory afterwards */

#endif
