/* Charts as SVG, for people: what is drawn is given as numbers and text, by whoever knows it. The same chart gives the
 * same bytes wherever the same fonts are. Letters are drawn, so that a chart looks the same everywhere; its title and
 * description, with every label and value, are text in it. */
#ifndef WLEDGER_CHART_H
#define WLEDGER_CHART_H

#include "wledger/record.h"

enum {
    WL_CHART_POINTS_MAX = 4000, /* of one panel; of a line all are drawn */
    WL_CHART_BARS_MAX = 40,     /* of one panel: more would not be read */
    WL_CHART_PANELS_MAX = 50,
    WL_CHART_BYTES_MAX = 64 << 20,
};

struct wl_chart_point {
    struct wl_str label;
    int64_t value;
    struct wl_str text; /* the value as people read it; may be empty */
    int64_t low, high;  /* of an interval around it; WL_NONE: none */
    int64_t mark;       /* what it is compared with; WL_NONE: nothing */
    bool flagged;
    bool rest; /* all the others as one: it is told, not drawn, since it would make the drawn ones small */
};

enum wl_chart_kind {
    WL_CHART_BARS,      /* a bar each, from 0, one below the other */
    WL_CHART_INTERVALS, /* a dot in its interval, one below the other */
    WL_CHART_LINE,      /* from left to right, for months */
};
struct wl_chart_panel {
    struct wl_str title; /* may be empty */
    struct wl_str unit;  /* what the values are: "EUR" */
    unsigned places;     /* digits of a value after the point */
    const struct wl_chart_point *points;
    size_t count;
};
struct wl_chart {
    enum wl_chart_kind kind;
    struct wl_str title, subtitle;
    struct wl_str note; /* below all panels; may be empty */
    const struct wl_chart_panel *panels;
    size_t count;
};

/* Appends the SVG. WL_OK, or an error with a message: beyond a limit above, or a letter that no installed font has. */
int wl_chart_svg(const struct wl_chart *, struct wl_buf *out);

#endif
