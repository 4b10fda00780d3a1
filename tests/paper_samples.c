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

static const struct wl_form_paper_cover covers[] = {
    {WL_STR("plan"), WL_STR("P-BASE, all components"), WL_STR("2028-05-31"), WL_STR("54800"), WL_STR("in force")},
    {WL_STR("campaign"), WL_STR("CAMP-26-04, OP-77"), WL_NO_STR, WL_NO_STR, WL_STR("open")},
    {WL_STR("part"), WL_STR("P000131, invoice RO-771"), WL_STR("2026-02-01"), WL_STR("-200"), WL_STR("expired")}};
static const struct wl_form_paper_note findings[] = {
    {WL_STR("hours-reduced"), WL_STR("more hours than the standard ones; they are paid")},
    {WL_STR("odometer-rollback"), WL_STR("an earlier claim of this vehicle has a higher mileage")}};
static const struct wl_form_paper_note refused[] = {{WL_STR("part 2"), WL_STR("not the causal part")}};

/* The complaint is longer than what is laid out at once; with many part lines it is a service instruction. */
static bool write_form(const char *name, enum wl_paper_language language, size_t parts)
{
    enum { PARTS = 60 };
    static const struct wl_form_paper_line labour[] = {{.code = WL_STR("OP-1042"),
                                                        .description = WL_STR("Water pump, remove and fit"),
                                                        .quantity = WL_STR("2.50"),
                                                        .approved = WL_STR("500.00")}},
                                           sublet[] = {{.code = WL_STR("TOWING"),
                                                        .price = WL_STR("300.00"),
                                                        .approved = WL_STR("300.00")}};
    struct wl_form_paper_line lines[PARTS];
    char ids[PARTS][16], complaint[3000] = "", *end_of = complaint;
    struct wl_file *file = begin(name);
    struct wl_form_paper form = {.language = language,
                                 .number = WL_STR("F12"),
                                 .instruction = parts > 2,
                                 .state = language == WL_PAPER_CHINESE ? WL_STR("部分批准") : WL_STR("partly-approved"),
                                 .version = 2,
                                 .opened_day = 20640,
                                 .dealer = dealer,
                                 .vin = WL_STR("LSVAA4182E2123456"),
                                 .model = WL_STR("M7 示例 1.5T"),
                                 .mileage = WL_STR("45200 km"),
                                 .sale_day = 20270,
                                 .customer = language == WL_PAPER_CHINESE ? WL_STR("王小明") : WL_STR("A. Customer"),
                                 .complaint = wl_str_of(complaint),
                                 .type = WL_STR("warranty"),
                                 .fault = WL_STR("F-ENG-12"),
                                 .fault_text = replaced,
                                 .causal_part = WL_STR("P000131"),
                                 .repair_order = WL_STR("RO-4711"),
                                 .lines = {{labour, 1}, {lines, parts}, {sublet, 1}},
                                 .asked = WL_STR("1250.00 CNY"),
                                 .handling = WL_STR("37.50 CNY"),
                                 .approved = WL_STR("1100.00 CNY"),
                                 .covers = covers,
                                 .cover_count = WL_COUNT(covers),
                                 .findings = findings,
                                 .finding_count = WL_COUNT(findings),
                                 .refused = refused,
                                 .refused_count = WL_COUNT(refused),
                                 .verdict = WL_STR("partly-approved"),
                                 .decided_by = WL_STR("reviewer.li"),
                                 .reason = replaced,
                                 .decided_day = 20641,
                                 .started_day = 20642,
                                 .completed_day = WL_NONE,
                                 .signer = WL_STR("王小明"),
                                 .paper = WL_STR("8c6976e5b5410415bde908bd4dee15dfb167a9c873fc4bb8a81f6f2ab448a918"),
                                 .signed_day = 20643};

    for (int i = 0; i < 80; i++)
        end_of += sprintf(end_of, "%s %d. ", language == WL_PAPER_CHINESE ? "冷却液泄漏" : "It leaks coolant", i + 1);
    form.complaint = wl_str_of(complaint);
    for (size_t i = 0; i < parts; i++) {
        snprintf(ids[i], sizeof ids[i], "P%06zu", 131 + 7 * i);
        lines[i] = (struct wl_form_paper_line){.code = wl_str_of(ids[i]),
                                               .description = i % 3 ? WL_STR("Brake pad set, front axle") : replaced,
                                               .request = i % 2 ? WL_STR("20317") : WL_NO_STR,
                                               .quantity = WL_STR("2 pc"),
                                               .price = WL_STR("150.0000"),
                                               .approved = i % 5 ? WL_STR("300.00") : WL_STR("0.00")};
    }
    return file && end(file, wl_paper_form(file, &head, &form));
}

/* Only what a form must have. */
static bool write_bare_form(void)
{
    struct wl_form_paper form = {.number = WL_STR("F999999999999999"),
                                 .state = WL_STR("draft"),
                                 .opened_day = WL_NONE,
                                 .sale_day = WL_NONE,
                                 .decided_day = WL_NONE,
                                 .started_day = WL_NONE,
                                 .completed_day = WL_NONE,
                                 .signed_day = WL_NONE};
    struct wl_file *file = begin("bare");

    return file && end(file, wl_paper_form(file, &head, &form));
}

/* So many claims, and a few of the other lines; `replaced` is a reason, and the dealer's name. */
static bool write_statement(const char *name, enum wl_paper_language language, uint64_t claims)
{
    struct wl_statement_paper paper = {.language = language,
                                       .number = 12,
                                       .dealer = {WL_STR("D00012"), replaced},
                                       .region = WL_STR("EAST"),
                                       .country = WL_STR("CN"),
                                       .currency = WL_STR("CNY"),
                                       .from_day = 20608,
                                       .to_day = 20640,
                                       .settled_by = WL_STR("clerk.wang"),
                                       .settled_at = 1782864000,
                                       .first_entry = 1302,
                                       .last_entry = 1306,
                                       .lines = {claims, 2, 3},
                                       .claims = 445037745767,
                                       .chargebacks = -123400,
                                       .net = 445037622367,
                                       .tax = 57854890907,
                                       .carried = -500000,
                                       .to_pay = 502892013274,
                                       .tax_percent = 12500000,
                                       .hash_total = 987654321,
                                       .more = true};
    static const enum wl_statement_kind others[] = {WL_STATEMENT_CHARGEBACK, WL_STATEMENT_CREDIT, WL_STATEMENT_REJECTED,
                                                    WL_STATEMENT_INFORMATION, WL_STATEMENT_REJECTED};
    struct wl_file *file = begin(name);
    struct wl_statement *statement;

    for (int i = 0; i < WL_STATEMENT_KINDS; i++)
        paper.by_kind[i] = (struct wl_statement_sum){(uint64_t)i + 7, i * INT64_C(123456789012)};
    for (int i = 0; i < WL_STATEMENT_TYPES; i++)
        paper.by_type[i] = (struct wl_statement_sum){(uint64_t)i + 17, i * INT64_C(123456789012)};
    if (!file || wl_paper_statement_begin(file, &head, &paper, &statement) != WL_OK)
        return file && end(file, WL_E_SYSTEM);
    for (uint64_t i = 0; i < claims + WL_COUNT(others); i++) {
        struct wl_statement_line line = {.kind = i % 3 ? WL_STATEMENT_APPROVED : WL_STATEMENT_PARTIAL,
                                         .vin = WL_STR("LSVAA4182E2123456"),
                                         .day = 20600 + (int64_t)i,
                                         .type = (int64_t)(i % WL_STATEMENT_TYPES),
                                         .labour = (int64_t)i * 1234,
                                         .parts = 100000,
                                         .handling = 10000,
                                         .amount = (int64_t)i * 1234 + 110000};
        char number[16];

        snprintf(number, sizeof number, "C%06llu", (unsigned long long)i);
        line.claim_no = wl_str_of(number);
        if (i >= claims) {
            line.kind = others[i - claims];
            line.amount = line.kind == WL_STATEMENT_CHARGEBACK ? -123456 : line.kind == WL_STATEMENT_CREDIT ? 56 : 0;
            line.labour = line.parts = line.handling = line.sublet = line.amount ? WL_NONE : 0;
            line.why = replaced;
        } else if (line.kind == WL_STATEMENT_PARTIAL) {
            line.why = WL_STR("hours-reduced, line-refused: not the causal part; labour 2: done twice");
        }
        wl_paper_statement_line(statement, &line);
    }
    return end(file, wl_paper_statement_end(&statement));
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return 2;
    folder = argv[1];
    if (argc > 2)
        replaced = wl_str_of(argv[2]);
    return write_tags() && write_shipping_labels() && write_dispatch_note() && write_return_list() &&
                   write_form("form", WL_PAPER_ENGLISH, 2) && write_form("instruction", WL_PAPER_CHINESE, 60) &&
                   write_bare_form() && write_statement("statement", WL_PAPER_ENGLISH, 40) &&
                   write_statement("statement-zh", WL_PAPER_CHINESE, 0)
               ? 0
               : 1;
}
