/* Inside the command line: the charts of reports. */
#ifndef WL_CLI_REPORT_CHART_H
#define WL_CLI_REPORT_CHART_H

#include "cli/cli.h"
#include "wledger/chart.h"

/* A chart that is being put together: its panels follow one another, points go to the last one. Text is not copied. */
struct cli_chart {
    struct wl_chart chart;
    struct wl_chart_panel panels[WL_CHART_PANELS_MAX];
    struct wl_chart_point *points;
    size_t count, room;
    struct wl_arena arena; /* for texts */
    int status;
};

void cli_chart_init(struct cli_chart *, enum wl_chart_kind, const char *title);
void cli_chart_release(struct cli_chart *);
/* The next panel. False where there is no room for one: the rest is left out. */
bool cli_chart_panel(struct cli_chart *, struct wl_str title, struct wl_str unit, unsigned places);
void cli_chart_point(struct cli_chart *, const struct wl_chart_point *);
/* Points of the last panel. */
size_t cli_chart_points(const struct cli_chart *);

/* Writes it to a file, which appears whole or not at all. Nothing but a message where there are no points. */
int cli_chart_write(struct cli *, struct cli_chart *, const char *path);

#endif
