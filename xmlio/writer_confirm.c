#include "wledger/writer.h"

#include "wledger/date.h"
#include "xmlio/star_out.h"

/* The original's application area, as far as the batch told it; the schema wants sender and time. */
static void write_original(struct wl_xml_out *x, const struct wl_confirm_document *doc)
{
    struct wl_star_area area = {.bod_id = doc->original_bod_id, .sender = doc->sender};

    if (doc->sender.size > 0 && wl_time_parse(wl_str_trim(doc->original_time), &area.time))
        wl_star_area(x, "OriginalApplicationArea", &area);
}

static void text_number(struct wl_xml_out *x, const char *before, uint64_t number)
{
    char text[WL_DECIMAL_TEXT];

    wl_decimal_format((wl_i128)number, 0, text);
    wl_xml_out_text(x, wl_str_of(before));
    wl_xml_out_text(x, wl_str_of(text));
}

static void write_success(struct wl_xml_out *x, const struct wl_confirm_document *doc)
{
    wl_xml_out_open(x, "oa:Description");
    text_number(x, "", doc->records);
    wl_xml_out_text(x, doc->records == 1 ? WL_STR(" record read") : WL_STR(" records read"));
    wl_xml_out_close(x, "oa:Description");
    wl_xml_out_element(x, "oa:BODSuccessMessage", WL_NO_STR);
}

/* "batch.xml, line 12, column 7", as much of it as is known. */
static void write_place(struct wl_xml_out *x, const struct wl_confirm_document *doc)
{
    bool named = doc->file_name.size > 0;

    if (!named && doc->line == 0)
        return;
    wl_xml_out_open(x, "oa:Note");
    wl_xml_out_attribute(x, "type", WL_STR("place"));
    wl_xml_out_text(x, doc->file_name);
    if (doc->line > 0)
        text_number(x, named ? ", line " : "line ", doc->line);
    if (doc->line > 0 && doc->column > 0)
        text_number(x, ", column ", doc->column);
    wl_xml_out_close(x, "oa:Note");
}

static void write_failure(struct wl_xml_out *x, const struct wl_confirm_document *doc)
{
    wl_xml_out_open(x, "oa:BODFailureMessage");
    wl_xml_out_open(x, "oa:ErrorProcessMessage");
    wl_star_text(x, "oa:Description", doc->reason);
    write_place(x, doc);
    wl_xml_out_close(x, "oa:ErrorProcessMessage");
    wl_xml_out_close(x, "oa:BODFailureMessage");
}

void wl_write_confirm_bod(struct wl_file *file, const struct wl_confirm_document *doc)
{
    const struct wl_star_area area = {
        .bod_id = doc->bod_id,
        .sender = doc->oem,
        .reference = doc->original_bod_id,
        .destination = doc->sender,
        .time = doc->time,
    };
    struct wl_xml_out out, *x = &out;

    wl_xml_out_init(x, file);
    wl_star_open(x, "ConfirmBOD", &area);
    wl_xml_out_open(x, "ConfirmBODDataArea");
    wl_xml_out_open(x, "Confirm");
    write_original(x, doc);
    wl_xml_out_close(x, "Confirm");
    wl_xml_out_open(x, "BOD");
    if (doc->success)
        write_success(x, doc);
    else
        write_failure(x, doc);
    wl_xml_out_close(x, "BOD");
    wl_xml_out_close(x, "ConfirmBODDataArea");
    wl_xml_out_close(x, "ConfirmBOD");
    wl_xml_out_end(x);
}
