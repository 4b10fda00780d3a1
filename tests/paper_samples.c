/* Writes one PDF of each kind into a folder, for test_paper.sh: paper_samples FOLDER [TEXT]. TEXT takes the place of
 * a description. Ends with 1 and the message when one cannot be made. */
#include <stdio.h>
#include <string.h>

#include "wledger/date.h"
#include "wledger/error.h"
#include "wledger/paper.h"
#include "wledger/record.h"

static const struct wl_paper_head head = {WL_STR("Example Motors 示例汽车"), 1782864000};
static const struct wl_paper_party dealer = {WL_STR("D00012"), WL_STR("上海浦东汽车销售服务有限公司"),
                                             WL_STR("中国上海市浦东新区世纪大道 100 号\n200120 上海")},
                                   centre = {WL_STR("C-EAST"), WL_STR("Returns Centre East"),
                                             WL_STR("Gate 4, Hall B\n12 Depot Road\nSpringfield 12345")};
static const char *folder;
static struct wl_str replaced = WL_STR("水泵总成（带密封圈）");

static struct wl_file *begin(const char *name)
{
    char path[4096];
    struct wl_file *file = NULL;

    snprintf(path, sizeof path, "%s/%s.pdf", folder, name);
    wl_file_new(path, false, &file);
    return file;
}

static bool end(struct wl_file *file, int rc)
{
    if (rc == WL_OK && (rc = wl_file_publish(&file)) == WL_OK)
        return true;
    wl_file_discard(&file);
    fprintf(stderr, "%s\n", wl_error());
    return false;
}

static bool write_tags(void)
{
    struct wl_tag_paper tags[] = {
        {.number = WL_STR("0000000018"),
         .part_id = WL_STR("P000131"),
         .description = WL_STR("Alternator 14 V 120 A, with pulley and regulator"),
         .unit = WL_STR("pc"),
         .quantity = 1000,
         .serial = WL_STR("SN-88-20417"),
         .lot = WL_STR("2026-04/B7"),
         .vin = WL_STR("LSVAA4182E2123456"),
         .claim = WL_STR("D00012/000064"),
         .fault = WL_STR("No charging above 2,000 rpm; noise from the bearing, traces of overheating at B+"),
         .dealer = dealer,
         .removed_day = 20636,
         .due_day = 20667,
         .return_to = centre},
        {.number = WL_STR("0000000026"),
         .part_id = WL_STR("32-CHARACTERS-OF-A-PART-NUMBER-X"),
         .description = replaced,
         .unit = WL_STR("升"),
         .quantity = 12500,
         .claim = WL_STR("D00012/32-CHARACTERS-OF-A-CLAIM-NO-12345"),
         .fault = WL_STR(
             "发动机冷却液泄漏，水泵轴承异响。更换水泵总成后故障排除。\n客户反映行驶中水温过高，停车检查发现漏液，"
             "检查确认密封圈老化失效，需要更换总成，更换后试车正常。"),
         .dealer = dealer,
         .removed_day = WL_NONE,
         .due_day = 20667,
         .return_to = dealer},
        {.number = WL_STR("ABCDEFGHIJKLMNOPQRSTUVWXyz-/"),
         .quantity = WL_NONE,
         .removed_day = WL_NONE,
         .due_day = WL_NONE},
    };
    struct wl_file *file = begin("tags");

    return file && end(file, wl_paper_tags(file, &head, tags, WL_COUNT(tags)));
}

static bool write_shipping_labels(void)
{
    struct wl_shipping_paper labels[] = {
        {.kind = WL_PAPER_DISPATCH,
         .number = WL_STR("D1042"),
         .from = centre,
         .to = dealer,
         .carrier = WL_STR("SF-EXPRESS"),
         .box = WL_STR("BX-7/2"),
         .tracking = WL_STR("1Z999AA10123456784"),
         .pieces = 12,
         .day = 20640},
        {.kind = WL_PAPER_RETURN,
         .number = WL_STR("R77"),
         .from = dealer,
         .to = centre,
         .tracking = WL_STR("运单 号 9"),
         .pieces = WL_NONE,
         .day = WL_NONE},
    };
    struct wl_file *file = begin("shipping");

    return file && end(file, wl_paper_shipping_labels(file, &head, labels, WL_COUNT(labels)));
}

static const struct wl_paper_shipment_head shipment = {
    .number = WL_STR("D1042"),
    .from = centre,
    .to = dealer,
    .carrier = WL_STR("SF-EXPRESS"),
    .box = WL_STR("BX-7/2"),
    .tracking = WL_STR("1Z999AA10123456784"),
    .day = 20640,
};

static bool write_dispatch_note(void)
{
    enum { LINES = 50 };
    struct wl_dispatch_note_line lines[LINES];
    char parts[LINES][16];
    struct wl_file *file = begin("dispatch");

    for (int i = 0; i < LINES; i++) {
        snprintf(parts[i], sizeof parts[i], "P%06d", 131 + 7 * i);
        lines[i] = (struct wl_dispatch_note_line){.request = i % 4 ? WL_STR("20317") : WL_NO_STR,
                                                  .bin = i % 7 ? WL_STR("A-12-04")
                                                               : WL_STR("BIN-WITH-AN-ID-OF-32-CHARACTERS-"),
                                                  .part_id = wl_str_of(parts[i]),
                                                  .description = i % 3 ? WL_STR("Brake pad set, front axle") : replaced,
                                                  .lot = i % 2 ? WL_STR("2026-04/B7") : WL_NO_STR,
                                                  .serial = i % 5 ? WL_NO_STR : WL_STR("SN-88-20417"),
                                                  .unit = WL_STR("pc"),
                                                  .quantity = (i % 3 + 1) * 1000};
    }
    return file && end(file, wl_paper_dispatch_note(file, &head, &shipment, lines, LINES));
}

static bool write_return_list(void)
{
    struct wl_return_list_line lines[] = {
        {WL_STR("0000000018"), WL_STR("P000131"), WL_STR("Alternator 14 V 120 A, with pulley and regulator"),
         WL_STR("D00012/000064"), WL_STR("LSVAA4182E2123456"), WL_STR("pc"), 1000},
        {WL_STR("0000000026"), WL_STR("32-CHARACTERS-OF-A-PART-NUMBER-X"), replaced,
         WL_STR("D00012/32-CHARACTERS-OF-A-CLAIM-NO-12345"), WL_STR("LSVAA4182E2123457"), WL_STR("升"), 12500},
        {WL_STR("0000000034"), WL_STR("P000140"), WL_NO_STR, WL_NO_STR, WL_STR("LSVAA4182E2123458"), WL_NO_STR, 500},
    };
    struct wl_file *file = begin("returns");

    return file && end(file, wl_paper_return_list(file, &head, &shipment, lines, WL_COUNT(lines)));
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return 2;
    folder = argv[1];
    if (argc > 2)
        replaced = wl_str_of(argv[2]);
    return write_tags() && write_shipping_labels() && write_dispatch_note() && write_return_list() ? 0 : 1;
}
