/* What lies in the box, as lists: the dispatch note and the list of returned parts. */
#include "paper/list.h"

#include "wledger/record.h"

/* Views of the buffer are taken when all of it stands there: it moves as it grows. */
static void number_and_quantity(struct wl_buf *made, size_t i, int64_t quantity, struct wl_str unit,
                                struct wl_cell *number_cell, struct wl_cell *quantity_cell)
{
    struct wl_str all;
    size_t size;

    wl_buf_format(made, "%zu", i + 1);
    size = made->size;
    wl_quantity_text(made, quantity, unit);
    all = wl_buf_view(made);
    number_cell->second = (struct wl_str){all.data, size};
    quantity_cell->first = (struct wl_str){all.data + size, all.size - size};
}

static void dispatch_row(const void *lines, size_t i, struct wl_cell *cells, struct wl_buf *made)
{
    const struct wl_dispatch_note_line *line = (const struct wl_dispatch_note_line *)lines + i;

    number_and_quantity(made, i, line->quantity, line->unit, &cells[0], &cells[5]);
    cells[1].second = line->request;
    cells[2].first = line->bin;
    cells[3] = (struct wl_cell){line->part_id, line->description};
    cells[4] = (struct wl_cell){.first = line->lot, .second = line->serial};
}

static const struct wl_list_paper dispatch_note = {
    .title = "Dispatch note",
    .what = "the dispatch number",
    .signatures = {"DISPATCHED", "RECEIVED  (differences are noted in the lines)"},
    .columns = {{.caption = "Line", .width = 10000},
                {.caption = "Request", .width = 19000, .whole = true},
                {.caption = "From bin", .bold = true, .width = 25000},
                {.caption = "Part", .bold = true, .width = 60000},
                {.caption = "Lot / serial", .width = 32000, .whole = true},
                {.caption = "Quantity", .bold = true, .width = 22000, .align = WL_ALIGN_RIGHT},
                {.caption = "", .width = 12000, .tick = true}},
    .row = dispatch_row,
};

int wl_paper_dispatch_note(struct wl_file *file, const struct wl_paper_head *head,
                           const struct wl_paper_shipment_head *shipment, const struct wl_dispatch_note_line *lines,
                           size_t count)
{
    return wl_list_draw(file, head, &dispatch_note, shipment, lines, count);
}

static void return_row(const void *lines, size_t i, struct wl_cell *cells, struct wl_buf *made)
{
    const struct wl_return_list_line *line = (const struct wl_return_list_line *)lines + i;

    number_and_quantity(made, i, line->quantity, line->unit, &cells[0], &cells[4]);
    cells[1].first = line->tag;
    cells[2] = (struct wl_cell){line->part_id, line->description};
    cells[3] = (struct wl_cell){line->claim, line->vin};
}

static const struct wl_list_paper return_list = {
    .title = "Return list",
    .what = "the return shipment's number",
    .signatures = {"SENT BACK", "RECEIVED  (differences are noted in the lines)"},
    .columns = {{.caption = "Line", .width = 12000},
                {.caption = "Tag", .bold = true, .width = 33000, .whole = true},
                {.caption = "Part", .bold = true, .width = 58000},
                {.caption = "Claim / VIN", .width = 41000, .whole = true},
                {.caption = "Quantity", .bold = true, .width = 24000, .align = WL_ALIGN_RIGHT},
                {.caption = "", .width = 12000, .tick = true}},
    .row = return_row,
};

int wl_paper_return_list(struct wl_file *file, const struct wl_paper_head *head,
                         const struct wl_paper_shipment_head *shipment, const struct wl_return_list_line *lines,
                         size_t count)
{
    return wl_list_draw(file, head, &return_list, shipment, lines, count);
}
