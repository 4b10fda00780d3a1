/* Labels: the return tag, and the label of a box. */
#include "wledger/paper.h"

#include "paper/blocks.h"
#include "wledger/error.h"
#include "wledger/record.h"

enum { EDGE = 4000, WIDTH = 100000, INNER = WIDTH - 2 * EDGE, TAG_HEIGHT = 70000, SHIPPING_HEIGHT = 150000 };

static int check_count(size_t count, const char *what)
{
    if (count == 0)
        return wl_fail(WL_E_USAGE, "there are no %s to print", what);
    if (count > WL_PAPER_LABELS_MAX)
        return wl_fail(WL_E_FULL, "%zu %s are more than one document has, %d; print them in parts", count, what,
                       WL_PAPER_LABELS_MAX);
    return WL_OK;
}

/* ---- return tags ---- */

static const struct wl_lettering small = {.size = 80, .whole = true};

static void tag_head(struct wl_sheet *sheet, const struct wl_paper_head *head, const struct wl_tag_paper *tag)
{
    static const struct wl_lettering title = {.size = 125, .bold = true, .ink = WL_INK_WHITE},
                                     oem = {.size = 85, .align = WL_ALIGN_RIGHT, .ink = WL_INK_WHITE},
                                     digits = {.size = 125, .bold = true, .whole = true, .align = WL_ALIGN_CENTRE};

    wl_sheet_fill(sheet, (struct wl_box){EDGE, 3000, INNER, 6200}, WL_INK_BLACK);
    wl_sheet_text(sheet, EDGE + 2000, 3600, 40000, &title, WL_STR("RETURN TAG"));
    wl_sheet_text(sheet, 44000, 4300, 50000, &oem, head->oem);
    wl_block_code128(sheet, (struct wl_box){EDGE, 10700, INNER, 12000}, WL_ALIGN_CENTRE, &digits, "the tag number",
                     tag->number);
}

static void tag_part(struct wl_sheet *sheet, const struct wl_tag_paper *tag, struct wl_buf *text)
{
    static const struct wl_lettering part = {.size = 150, .bold = true, .whole = true},
                                     quantity = {.size = 150, .bold = true, .whole = true, .align = WL_ALIGN_RIGHT},
                                     description = {.size = 85};

    wl_block_rule(sheet, EDGE, 28900, INNER, WL_RULE);
    wl_block_value(sheet, EDGE, 29600, 66000, "PART", &part, tag->part_id);
    wl_sheet_text(sheet, EDGE, 38400, INNER, &description, tag->description);
    wl_buf_clear(text);
    wl_quantity_text(text, tag->quantity, tag->unit);
    wl_block_value(sheet, 72000, 29600, WIDTH - EDGE - 72000, "QUANTITY", &quantity, wl_buf_view(text));
}

static void tag_facts(struct wl_sheet *sheet, const struct wl_tag_paper *tag, struct wl_buf *text)
{
    static const struct wl_lettering due = {.size = 80, .bold = true};
    int dealer = 28000; /* a part has a serial number or a lot, seldom both: the other's place is its dealer's */

    wl_block_rule(sheet, EDGE, 42500, INNER, WL_RULE);
    wl_block_value(sheet, EDGE, 43100, 33000, "VIN", &small, tag->vin);
    wl_block_value(sheet, 39000, 43100, 35500, "CLAIM", &small, tag->claim);
    wl_buf_clear(text);
    wl_day_text(text, tag->due_day);
    wl_block_value(sheet, 76000, 43100, 20000, "DUE BACK BY", &due, wl_buf_view(text));
    if (wl_str_trim(tag->lot).size && wl_str_trim(tag->serial).size) {
        wl_block_value(sheet, EDGE, 49400, 22000, "SERIAL", &small, tag->serial);
        wl_block_value(sheet, dealer, 49400, 20000, "LOT", &small, tag->lot);
        dealer += 22000;
    } else if (wl_str_trim(tag->lot).size) {
        wl_block_value(sheet, EDGE, 49400, 22000, "LOT", &small, tag->lot);
    } else {
        wl_block_value(sheet, EDGE, 49400, 22000, "SERIAL", &small, tag->serial);
    }
    wl_buf_clear(text);
    wl_day_text(text, tag->removed_day);
    wl_block_value(sheet, 76000, 49400, 20000, "REMOVED ON", &small, wl_buf_view(text));
    wl_buf_clear(text);
    wl_party_text(text, &tag->dealer);
    wl_block_value(sheet, dealer, 49400, 74500 - dealer, "DEALER", &(struct wl_lettering){.size = 80},
                   wl_buf_view(text));
}

static void tag_foot(struct wl_sheet *sheet, const struct wl_tag_paper *tag)
{
    static const struct wl_lettering name = {.size = 75, .bold = true}, text = {.size = 70, .lines = 2};

    wl_block_rule(sheet, EDGE, 55700, INNER, WL_RULE);
    wl_block_value(sheet, EDGE, 56200, 40000, "FAULT", &text, tag->fault);
    wl_block_party(sheet, 46000, 56200, WIDTH - EDGE - 46000, "RETURN TO", &tag->return_to, &name, &text);
}

static void draw_tag(struct wl_sheet *sheet, const struct wl_paper_head *head, const struct wl_tag_paper *tag)
{
    struct wl_buf text;

    wl_buf_init(&text, WL_MADE_TEXT_MAX);
    tag_head(sheet, head, tag);
    tag_part(sheet, tag, &text);
    tag_facts(sheet, tag, &text);
    tag_foot(sheet, tag);
    wl_sheet_fail(sheet, wl_buf_status(&text));
    wl_buf_release(&text);
    wl_sheet_page_end(sheet);
}

int wl_paper_tags(struct wl_file *file, const struct wl_paper_head *head, const struct wl_tag_paper *tags, size_t count)
{
    struct wl_sheet *sheet;
    int rc = check_count(count, "tags");

    if (rc == WL_OK)
        rc = wl_sheet_new(file, head, "Return tags", WIDTH, TAG_HEIGHT, &sheet);
    if (rc != WL_OK)
        return rc;
    for (size_t i = 0; i < count && !wl_sheet_failed(sheet); i++)
        draw_tag(sheet, head, &tags[i]);
    return wl_sheet_close(&sheet);
}

/* ---- shipping labels ---- */

static const char *const shipment_names[] = {[WL_PAPER_DISPATCH] = "DISPATCH", [WL_PAPER_RETURN] = "RETURN SHIPMENT"};

static void shipping_parties(struct wl_sheet *sheet, const struct wl_shipping_paper *label)
{
    static const struct wl_lettering from = {.size = 95, .bold = true, .lines = 2},
                                     from_address = {.size = 85, .lines = 4},
                                     to = {.size = 180, .bold = true, .lines = 2},
                                     to_address = {.size = 140, .lines = 5};

    wl_block_party(sheet, EDGE, EDGE, 62000, "FROM", &label->from, &from, &from_address);
    wl_block_qr(sheet, 70500, 2000, 28000, "the shipment's number", label->number);
    wl_block_rule(sheet, EDGE, 30500, INNER, 800);
    wl_block_party(sheet, EDGE, 33000, INNER, "SHIP TO", &label->to, &to, &to_address);
}

static void shipping_facts(struct wl_sheet *sheet, const struct wl_shipping_paper *label, struct wl_buf *text)
{
    static const struct wl_lettering value = {.size = 110, .bold = true, .whole = true};

    wl_block_rule(sheet, EDGE, 83500, INNER, WL_RULE);
    wl_block_value(sheet, EDGE, 84700, 29000, "CARRIER", &value, label->carrier);
    wl_block_value(sheet, 35000, 84700, 20000, "BOX", &value, label->box);
    if (label->pieces != WL_NONE)
        wl_buf_format(text, "%lld", (long long)label->pieces);
    wl_block_value(sheet, 57000, 84700, 13000, "PIECES", &value, wl_buf_view(text));
    wl_buf_clear(text);
    wl_day_text(text, label->day);
    wl_block_value(sheet, 72000, 84700, 24000, "DATE", &value, wl_buf_view(text));
}

static void shipping_tracking(struct wl_sheet *sheet, const struct wl_shipping_paper *label)
{
    static const struct wl_lettering digits = {.size = 130, .bold = true, .whole = true, .align = WL_ALIGN_CENTRE},
                                     alone = {.size = 180, .bold = true, .whole = true, .align = WL_ALIGN_CENTRE};
    struct wl_str tracking = wl_str_trim(label->tracking);

    wl_block_rule(sheet, EDGE, 94000, INNER, WL_RULE);
    wl_block_caption(sheet, EDGE, 95200, INNER, "TRACKING NUMBER");
    if (wl_paper_is_code(tracking))
        wl_block_code128(sheet, (struct wl_box){EDGE, 99500, INNER, 22000}, WL_ALIGN_CENTRE, &digits,
                         "the tracking number", tracking);
    else
        wl_sheet_text(sheet, EDGE, 107000, INNER, &alone, tracking);
}

static void draw_shipping(struct wl_sheet *sheet, const struct wl_paper_head *head,
                          const struct wl_shipping_paper *label)
{
    static const struct wl_lettering number = {.size = 200, .bold = true, .whole = true},
                                     oem = {.size = 90, .align = WL_ALIGN_RIGHT};
    struct wl_buf text;

    wl_buf_init(&text, WL_MADE_TEXT_MAX);
    shipping_parties(sheet, label);
    shipping_facts(sheet, label, &text);
    shipping_tracking(sheet, label);
    wl_block_rule(sheet, EDGE, 131500, INNER, 800);
    wl_block_value(sheet, EDGE, 133700, 60000, shipment_names[label->kind], &number, label->number);
    wl_sheet_text(sheet, 56000, 133500, WIDTH - EDGE - 56000, &oem, head->oem);
    wl_sheet_fail(sheet, wl_buf_status(&text));
    wl_buf_release(&text);
    wl_sheet_page_end(sheet);
}

int wl_paper_shipping_labels(struct wl_file *file, const struct wl_paper_head *head,
                             const struct wl_shipping_paper *labels, size_t count)
{
    struct wl_sheet *sheet;
    int rc = check_count(count, "shipping labels");

    if (rc == WL_OK)
        rc = wl_sheet_new(file, head, "Shipping labels", WIDTH, SHIPPING_HEIGHT, &sheet);
    if (rc != WL_OK)
        return rc;
    for (size_t i = 0; i < count && !wl_sheet_failed(sheet); i++)
        draw_shipping(sheet, head, &labels[i]);
    return wl_sheet_close(&sheet);
}
