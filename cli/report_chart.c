#include "cli/report_chart.h"

#include <stdlib.h>

#include "cli/output.h"
#include "wledger/error.h"

enum { TEXT_MEMORY = 16 << 20, FIRST_ROOM = 64 };

void cli_chart_init(struct cli_chart *c, enum wl_chart_kind kind, const char *title)
{
    *c = (struct cli_chart){.chart = {.kind = kind, .title = wl_str_of(title)}};
    wl_arena_init(&c->arena, TEXT_MEMORY);
}

void cli_chart_release(struct cli_chart *c)
{
    free(c->points);
    wl_arena_release(&c->arena);
}

bool cli_chart_panel(struct cli_chart *c, struct wl_str title, struct wl_str unit, unsigned places)
{
    if (c->chart.count == WL_CHART_PANELS_MAX)
        return false;
    c->panels[c->chart.count++] = (struct wl_chart_panel){.title = title, .unit = unit, .places = places};
    return true;
}

void cli_chart_point(struct cli_chart *c, const struct wl_chart_point *point)
{
    size_t room = c->room ? 2 * c->room : FIRST_ROOM;
    struct wl_chart_point *more;

    if (c->count == c->room) {
        if (!(more = realloc(c->points, room * sizeof *more))) {
            c->status = wl_fail(WL_E_SYSTEM, "out of memory");
            return;
        }
        c->points = more;
        c->room = room;
    }
    c->points[c->count++] = *point;
    c->panels[c->chart.count - 1].count++;
}

size_t cli_chart_points(const struct cli_chart *c)
{
    return c->panels[c->chart.count - 1].count;
}

static int write_chart(void *chart, struct wl_file *file)
{
    struct wl_buf svg;
    int rc;

    wl_buf_init(&svg, WL_CHART_BYTES_MAX);
    if ((rc = wl_chart_svg(chart, &svg)) == WL_OK)
        wl_file_write(file, svg.data, svg.size);
    wl_buf_release(&svg);
    return rc;
}

int cli_chart_write(struct cli *cli, struct cli_chart *c, const char *path)
{
    size_t first = 0;
    int rc = c->status;

    if (rc == WL_OK)
        rc = wl_arena_status(&c->arena);
    if (rc != WL_OK)
        return rc;
    if (c->count == 0) {
        fprintf(cli->err, "wledger: %s: not written, there is nothing to draw\n", cli_shown(cli, path));
        return WL_OK;
    }
    for (size_t i = 0; i < c->chart.count; first += c->panels[i++].count)
        c->panels[i].points = c->points + first;
    c->chart.panels = c->panels;
    return cli_output(cli, path, write_chart, &c->chart);
}
