/* Documents out: small ones byte for byte, and the edge cases against the schemas, which are not ours and
 * lie where STAR says (default ../shared/star). */
#include <check.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "wledger/date.h"
#include "wledger/error.h"
#include "wledger/record.h"
#include "wledger/writer.h"
#include "xmlio/star_out.h"

extern char **environ;

static char folder[] = "/tmp/test_writers.XXXXXX";
static char path[64], verdict[64], schema[4200];
static const char *star;
static bool has_schemas;

static struct wl_file *begin(void)
{
    struct wl_file *file;

    ck_assert_int_eq(wl_file_new(path, false, &file), WL_OK);
    return file;
}

static char *content(const char *name)
{
    FILE *in = fopen(name, "rb");
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    int c;

    ck_assert_msg(in != NULL && out != NULL, "%s", name);
    while ((c = getc(in)) != EOF)
        putc(c, out);
    fclose(in);
    fclose(out);
    return text;
}

/* For failures, because check cannot hold messages of this length. */
static void show(const char *name)
{
    char *text = content(name);

    fprintf(stderr, "%.8000s\n", text);
    free(text);
}

/* Publishes the file and holds it against the schema of that document. */
static void end(struct wl_file *file, const char *document)
{
    char *argv[] = {"xmllint", "--noout", "--nonet", "--schema", schema, path, NULL};
    posix_spawn_file_actions_t actions;
    pid_t child;
    int status;

    ck_assert_int_eq(wl_file_publish(&file), WL_OK);
    if (!has_schemas)
        return;
    snprintf(schema, sizeof schema, "%s/BODs/Standalone/%s.xsd", star, document);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, verdict, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ck_assert_int_eq(posix_spawnp(&child, "xmllint", &actions, NULL, argv, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    if (status != 0) {
        show(path);
        show(verdict);
    }
    ck_assert_int_eq(status, 0);
}

static void is_written(const char *expected)
{
    char *text = content(path);

    bool same = strcmp(text, expected) == 0;
    free(text);
    if (!same)
        show(path);
    ck_assert_msg(same, "not the bytes expected");
}

static void finds(const char *part, bool expected)
{
    char *text = content(path);
    bool found = strstr(text, part) != NULL;

    free(text);
    if (found != expected)
        show(path);
    ck_assert_msg(found == expected, "%s %.500s", found ? "holds" : "lacks", part);
}

#define holds(part) finds(part, true)
#define lacks(part) finds(part, false)

static const struct wl_confirm_document confirmed = {
    .bod_id = WL_STR("answer-1"),
    .time = 1700000000,
    .oem = WL_STR("ACME"),
    .sender = WL_STR("D0001"),
    .original_bod_id = WL_STR("batch-7"),
    .success = true,
    .records = 3,
};

#define ROOT(name)                                                                                       \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<" name " xmlns=\"http://www.starstandard.org/STAR/5\"" \
    " xmlns:oa=\"http://www.openapplications.org/oagis/9\" releaseID=\"5.5.4\">\n"                       \
    "  <ApplicationArea>\n    <Sender>\n"
#define SENDER_END                                                                                 \
    "      <CreatorNameCode>ACME</CreatorNameCode>\n      <SenderNameCode>ACME</SenderNameCode>\n" \
    "    </Sender>\n    <CreationDateTime>2023-11-14T22:13:20Z</CreationDateTime>\n"
#define CONFIRM_HEAD                                                                                           \
    ROOT("ConfirmBOD")                                                                                         \
    "      <ReferenceID>batch-7</ReferenceID>\n" SENDER_END "    <BODID>answer-1</BODID>\n    <Destination>\n" \
    "      <DestinationNameCode>D0001</DestinationNameCode>\n    </Destination>\n  </ApplicationArea>\n"       \
    "  <ConfirmBODDataArea>\n    <Confirm/>\n    <BOD>\n"
#define CONFIRM_END "    </BOD>\n  </ConfirmBODDataArea>\n</ConfirmBOD>\n"

static void confirm(const struct wl_confirm_document *document)
{
    struct wl_file *file = begin();

    wl_write_confirm_bod(file, document);
    end(file, "ConfirmBOD");
}

START_TEST(confirm_success)
{
    confirm(&confirmed);
    is_written(CONFIRM_HEAD "      <oa:Description>3 records read</oa:Description>\n"
                            "      <oa:BODSuccessMessage/>\n" CONFIRM_END);
}
END_TEST

START_TEST(confirm_failure)
{
    struct wl_confirm_document document = confirmed;

    document.success = false;
    document.file_name = WL_STR("in/a&b.xml");
    document.line = 12;
    document.column = 7;
    document.reason = WL_STR("the element <Job> is not closed");
    confirm(&document);
    is_written(CONFIRM_HEAD "      <oa:BODFailureMessage>\n"
                            "        <oa:ErrorProcessMessage>\n"
                            "          <oa:Description>the element &lt;Job&gt; is not closed</oa:Description>\n"
                            "          <oa:Note type=\"place\">in/a&amp;b.xml, line 12, column 7</oa:Note>\n"
                            "        </oa:ErrorProcessMessage>\n"
                            "      </oa:BODFailureMessage>\n" CONFIRM_END);
}
END_TEST

START_TEST(confirm_knows_little)
{
    struct wl_confirm_document document = {.reason = WL_NO_STR};

    confirm(&document);
    lacks("Note");
    document.line = 4;
    confirm(&document);
    holds("<oa:Note type=\"place\">line 4</oa:Note>");
    document.line = 0;
    document.file_name = WL_STR("b.xml");
    confirm(&document);
    holds("<oa:Note type=\"place\">b.xml</oa:Note>");
}
END_TEST

START_TEST(confirm_names_the_original)
{
    struct wl_confirm_document document = confirmed;

    document.original_time = WL_STR("2023-11-14T10:00:00+02:00");
    document.records = 1;
    confirm(&document);
    holds("<OriginalApplicationArea>");
    holds("<CreationDateTime>2023-11-14T08:00:00Z</CreationDateTime>\n        <BODID>batch-7</BODID>");
    holds(">1 record read<");
    document.original_time = WL_STR("yesterday");
    confirm(&document);
    lacks("OriginalApplicationArea");
}
END_TEST

START_TEST(reason_that_xml_cannot_hold)
{
    struct wl_confirm_document document = confirmed;
    static const char reason[] =
        "a\0b\x01\x1f\x7f\tc\r\nd ]]> \xff\xc3( \xef\xbf\xbf \xed\xa0\x80 \xef\xbb\xbf\xc3\xa9\xc2\x85 "
        "\xf0\x9f\x9a\x97\xe2\x82";

    document.success = false;
    document.reason = (struct wl_str){reason, sizeof reason - 1};
    document.file_name = WL_STR("\x02\"\xff");
    confirm(&document);
#define BAD "\xEF\xBF\xBD"
    holds("<oa:Description>a" BAD "b" BAD BAD "\x7f\tc&#13;\nd ]]&gt; " BAD BAD "( " BAD " " BAD BAD BAD
          " \xef\xbb\xbf\xc3\xa9\xc2\x85 \xf0\x9f\x9a\x97" BAD BAD "</oa:Description>");
    holds(">" BAD "\"" BAD "</oa:Note>");
}
END_TEST

START_TEST(long_reason)
{
    struct wl_confirm_document document = confirmed;
    size_t size = 1 << 20;
    char *reason = malloc(size);

    ck_assert_ptr_nonnull(reason);
    memset(reason, '&', size);
    document.success = false;
    document.reason = (struct wl_str){reason, size};
    confirm(&document);
    free(reason);
}
END_TEST

static const struct wl_advisory_settlement settled = {
    .number = 42,
    .dealer_id = WL_STR("D0001"),
    .dealer_name = WL_STR("Nordh\xc3\xa4ndler & S\xc3\xb6hne"),
    .currency = WL_STR("EUR"),
    .settled_day = 19700,
    .from_day = 19650,
    .to_day = 19699,
    .claim_count = 2,
    .total = 12345,
};
static const struct wl_advisory_claim paid = {
    .claim_no = WL_STR("C<1>"),
    .vin = WL_STR("WDB1234567A890123"),
    .repair_order = WL_STR("RO-1"),
    .type = WL_STR("warranty"),
    .repair_day = 19600,
    .status = 'P',
    .to_be_paid = 12345,
    .findings = WL_STR("hours-reduced|price-reduced"),
    .taken_off = 55,
};
static const struct wl_advisory_claim rejected = {
    .claim_no = WL_STR("C2"),
    .repair_day = WL_NONE,
    .status = 'D',
    .findings = WL_STR("field-malformed"),
};

static struct wl_advisory *advisory(struct wl_file **file)
{
    *file = begin();
    struct wl_advisory *a = wl_advisory_new(*file, WL_STR("adv-1"), WL_STR("ACME"), 1700000000);
    ck_assert_ptr_nonnull(a);
    return a;
}

static void close_advisory(struct wl_advisory *a, struct wl_file *file)
{
    wl_advisory_close(a);
    end(file, "ShowServiceProcessingAdvisory");
}

/* A document of one settlement with so many paid and rejected claims. */
static void settlement(const struct wl_advisory_settlement *s, unsigned paid_count, unsigned rejected_count)
{
    struct wl_file *file;
    struct wl_advisory *a = advisory(&file);

    wl_advisory_settlement(a, s);
    while (paid_count-- > 0)
        wl_advisory_paid(a, &paid);
    while (rejected_count-- > 0)
        wl_advisory_rejected(a, &rejected);
    wl_advisory_settlement_end(a);
    close_advisory(a, file);
}

#define ADVISORY_HEAD(number)                                                                              \
    ROOT("ShowServiceProcessingAdvisory")                                                                  \
    SENDER_END "    <BODID>adv-1</BODID>\n    <Destination/>\n  </ApplicationArea>\n"                      \
               "  <ShowServiceProcessingAdvisoryDataArea>\n    <Show/>\n    <ServiceProcessingAdvisory>\n" \
               "      <ServiceProcessingAdvisoryHeader>\n        <DocumentIdentificationGroup>\n"          \
               "          <DocumentIdentification>\n            <DocumentID>" number "</DocumentID>\n"     \
               "          </DocumentIdentification>\n        </DocumentIdentificationGroup>\n"
#define ADVISORY_END                                                               \
    "      </ServiceProcessingAdvisoryHeader>\n    </ServiceProcessingAdvisory>\n" \
    "  </ShowServiceProcessingAdvisoryDataArea>\n</ShowServiceProcessingAdvisory>\n"

START_TEST(advisory_of_both)
{
    settlement(&settled, 1, 1);
    is_written(ADVISORY_HEAD(
        "42") "        <SettlementTypeCode>EFT</SettlementTypeCode>\n"
              "        <SettlementDate>2023-12-09</SettlementDate>\n"
              "        <PaymentCycleStartDate>2023-10-20</PaymentCycleStartDate>\n"
              "        <PaymentCycleEndDate>2023-12-08</PaymentCycleEndDate>\n"
              "        <ClaimCountNumeric>2</ClaimCountNumeric>\n"
              "        <TotalAmount currencyID=\"EUR\">123.45</TotalAmount>\n"
              "        <Payments>\n"
              "          <RepairOrderReconciliation>\n"
              "            <DocumentID>RO-1</DocumentID>\n"
              "            <VIN>WDB1234567A890123</VIN>\n"
              "            <RepairOrderCompletedDate>2023-08-31</RepairOrderCompletedDate>\n"
              "            <WarrantyClaimReconciliation>\n"
              "              <ClaimNumberString>C&lt;1&gt;</ClaimNumberString>\n"
              "              <ClaimTypeString>warranty</ClaimTypeString>\n"
              "              <AdjustedIndicator>true</AdjustedIndicator>\n"
              "              <ToBePaidAmount currencyID=\"EUR\">123.45</ToBePaidAmount>\n"
              "              <AdjustmentReason>\n"
              "                <AdjustedAmount currencyID=\"EUR\">0.55</AdjustedAmount>\n              "
              "</AdjustmentReason>\n"
              "              <DispositionReason>\n"
              "                <DispositionReasonCode>hours-reduced</DispositionReasonCode>\n              "
              "</DispositionReason>\n"
              "              <DispositionReason>\n"
              "                <DispositionReasonCode>price-reduced</DispositionReasonCode>\n              "
              "</DispositionReason>\n"
              "              <ClaimStatusCode>P</ClaimStatusCode>\n            </WarrantyClaimReconciliation>\n"
              "          </RepairOrderReconciliation>\n"
              "        </Payments>\n"
              "        <Disposition>\n"
              "          <RepairOrderReconciliation>\n"
              "            <WarrantyClaimReconciliation>\n"
              "              <ClaimNumberString>C2</ClaimNumberString>\n"
              "              <AdjustedIndicator>false</AdjustedIndicator>\n"
              "              <ToBePaidAmount currencyID=\"EUR\">0.00</ToBePaidAmount>\n"
              "              <DispositionReason>\n"
              "                <DispositionReasonCode>field-malformed</DispositionReasonCode>\n              "
              "</DispositionReason>\n"
              "              <ClaimStatusCode>D</ClaimStatusCode>\n            </WarrantyClaimReconciliation>\n"
              "          </RepairOrderReconciliation>\n"
              "        </Disposition>\n"
              "        <DealerParty>\n"
              "          <PartyID>D0001</PartyID>\n"
              "          <SpecifiedOrganization>\n"
              "            <CompanyName>Nordh\xc3\xa4ndler &amp; S\xc3\xb6hne</CompanyName>\n          "
              "</SpecifiedOrganization>\n"
              "        </DealerParty>\n"
              "        <DispositionCountNumeric>1</DispositionCountNumeric>\n" ADVISORY_END);
}
END_TEST

START_TEST(advisory_of_nothing)
{
    struct wl_file *file;
    struct wl_advisory *a = advisory(&file);

    close_advisory(a, file);
    is_written(ADVISORY_HEAD("adv-1") "        <ClaimCountNumeric>0</ClaimCountNumeric>\n" ADVISORY_END);
}
END_TEST

START_TEST(advisory_without_one_group)
{
    struct wl_advisory_settlement first = settled;

    settlement(&settled, 2, 0);
    lacks("<Disposition>");
    settlement(&settled, 0, 3);
    lacks("<Payments>");
    holds("<DispositionCountNumeric>3<");
    first.from_day = WL_NONE;
    first.dealer_name = WL_NO_STR;
    first.number = UINT64_MAX;
    settlement(&first, 0, 0);
    lacks("<Payments>");
    lacks("<Disposition>");
    lacks("PaymentCycleStartDate");
    lacks("SpecifiedOrganization");
    holds("<DocumentID>18446744073709551615<");
}
END_TEST

/* Taken back below 0, given back above; both are among the payments, and neither has a claim's status. */
START_TEST(advisory_with_chargebacks)
{
    struct wl_advisory_settlement s = settled;
    struct wl_advisory_claim back = {.claim_no = WL_STR("C3"), .repair_day = WL_NONE, .why = WL_STR("audit: <A1>")};
    struct wl_file *file;
    struct wl_advisory *a = advisory(&file);

    s.total = -600;
    wl_advisory_settlement(a, &s);
    back.to_be_paid = -700;
    wl_advisory_charged_back(a, &back);
    back.to_be_paid = 100;
    wl_advisory_charged_back(a, &back);
    wl_advisory_settlement_end(a);
    close_advisory(a, file);
    holds("<TotalAmount currencyID=\"EUR\">-6.00</TotalAmount>");
    holds("<ToBePaidAmount currencyID=\"EUR\">-7.00</ToBePaidAmount>");
    holds("<DispositionReasonCodeDesc>audit: &lt;A1&gt;</DispositionReasonCodeDesc>");
    holds("<ReversalForDebitIndicator>true</ReversalForDebitIndicator>");
    holds("<ToBePaidAmount currencyID=\"EUR\">1.00</ToBePaidAmount>");
    holds("<ReversalForCreditIndicator>true</ReversalForCreditIndicator>");
    lacks("ClaimStatusCode");
    lacks("<Disposition>");
}
END_TEST

START_TEST(advisory_of_all_dealers)
{
    struct wl_file *file;
    struct wl_advisory *a = advisory(&file);

    for (unsigned i = 0; i < 50; i++) {
        char dealer[] = "dealer-?";
        struct wl_advisory_settlement s = settled;

        dealer[7] = (char)('A' + i % 26);
        s.number = i;
        s.dealer_id = wl_str_of(dealer);
        wl_advisory_settlement(a, &s);
        for (unsigned n = 0; n < i % 3; n++)
            wl_advisory_paid(a, &paid);
        for (unsigned n = 0; n < i % 4; n++)
            wl_advisory_rejected(a, &rejected);
        wl_advisory_settlement_end(a);
    }
    close_advisory(a, file);
    holds("<PartyID>dealer-Z</PartyID>");
}
END_TEST

START_TEST(minor_digits_and_currencies)
{
    static const struct {
        const char *currency, *part;
    } row[] = {
        {"JPY", "<ToBePaidAmount currencyID=\"JPY\">12345</ToBePaidAmount>"},
        {"KWD", "<ToBePaidAmount currencyID=\"KWD\">12.345</ToBePaidAmount>"},
        {"CNY", "<TotalAmount currencyID=\"CNY\">123.45</TotalAmount>"},
        {"CLF", "<WarrantyNotes>ToBePaidAmount 1.2345 CLF</WarrantyNotes>"},
        {"CLF", "<PaymentNotes>TotalAmount 1.2345 CLF</PaymentNotes>"},
        {"CLF", "<AdjustedReasonCode>AdjustedAmount 0.0055 CLF</AdjustedReasonCode>"},
        {"RON", "<WarrantyNotes>ToBePaidAmount 123.45 RON</WarrantyNotes>"},
        {"eur", "<WarrantyNotes>ToBePaidAmount 123.45 eur</WarrantyNotes>"},
        {"", "<WarrantyNotes>ToBePaidAmount 123.45 </WarrantyNotes>"},
        {"<&\x01>", "<WarrantyNotes>ToBePaidAmount 123.45 &lt;&amp;\xEF\xBF\xBD&gt;</WarrantyNotes>"},
    };
    struct wl_advisory_settlement s = settled;

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        s.currency = wl_str_of(row[i].currency);
        settlement(&s, 1, 1);
        holds(row[i].part);
        settlement(&s, 0, 0);
    }
}
END_TEST

START_TEST(extreme_claims)
{
    static const char names[] = "\xf0\x9f\x9a\x97\xf0\x9f\x9a\x97\xf0\x9f\x9a\x97\xf0\x9f\x9a\x97"
                                "\xf0\x9f\x9a\x97\xf0\x9f\x9a\x97\xf0\x9f\x9a\x97<&>\"";
    const struct wl_str name = {names, 32};
    struct wl_advisory_settlement s = settled;
    struct wl_advisory_claim claim = {name, name, name, name, WL_NONE, 'A', INT64_MAX, WL_NO_STR, INT64_MAX, name};
    static char findings[65536];
    struct wl_file *file;

    ck_assert_uint_eq(sizeof names - 1, 32);
    for (size_t i = 0; i < sizeof findings; i++)
        findings[i] = i % 29 == 0 ? '|' : 'f';
    s.dealer_id = name;
    s.dealer_name = WL_STR("\x01");
    s.total = INT64_MIN;
    s.settled_day = s.to_day = 84005; /* 2199-12-31 */
    struct wl_advisory *a = advisory(&file);
    wl_advisory_settlement(a, &s);
    wl_advisory_paid(a, &claim);
    claim.findings = (struct wl_str){findings, sizeof findings};
    claim.to_be_paid = -5;
    claim.taken_off = -1;
    wl_advisory_paid(a, &claim);
    claim = (struct wl_advisory_claim){.repair_day = -25567, .status = 'D', .findings = WL_STR("||")};
    wl_advisory_rejected(a, &claim);
    wl_advisory_settlement_end(a);
    close_advisory(a, file);
    holds("\"EUR\">-0.05<");
    holds("<RepairOrderCompletedDate>1900-01-01<");
    holds("<ClaimNumberString/>");
    holds("<SettlementDate>2199-12-31<");
}
END_TEST

START_TEST(currencies_are_the_schemas)
{
    static const char mark[] = "enumeration value=\"";
    char name[4200];
    unsigned listed = 0, known = 0;

    if (!has_schemas)
        return;
    snprintf(name, sizeof name, "%s/Resources/Components/OAGIS/CoreComponents/CodeList_CurrencyCode_ISO_7_04.xsd",
             star);
    char *text = content(name);
    for (const char *at = strstr(text, mark); at != NULL; at = strstr(at, mark), listed++) {
        at += sizeof mark - 1;
        ck_assert_msg(wl_star_has_currency((struct wl_str){at, 3}), "%.3s", at);
    }
    free(text);
    for (unsigned i = 0; i < 26 * 26 * 26; i++) {
        const char code[] = {(char)('A' + i / 676), (char)('A' + i / 26 % 26), (char)('A' + i % 26)};
        known += wl_star_has_currency((struct wl_str){code, 3});
    }
    ck_assert_uint_eq(listed, known);
}
END_TEST

START_TEST(attributes_keep_their_white_space)
{
    struct wl_file *file = begin();
    struct wl_xml_out x;

    wl_xml_out_init(&x, file);
    wl_xml_out_open(&x, "a");
    wl_xml_out_attribute(&x, "b", WL_STR("\t\n\r\"'<&>"));
    wl_xml_out_text(&x, WL_NO_STR);
    wl_xml_out_close(&x, "a");
    wl_xml_out_end(&x);
    ck_assert_int_eq(wl_file_publish(&file), WL_OK);
    is_written("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a b=\"&#9;&#10;&#13;&quot;'&lt;&amp;&gt;\"/>\n");
}
END_TEST

/* Calls out of order: (s)ettlement, (p)aid, (r)ejected, (d)enied among the paid, (e)nd, (c)lose. */
static const char *const orders[] = {"p", "r", "e", "ss", "sc", "srp", "sd"};

START_TEST(out_of_order)
{
    struct wl_file *file;
    struct wl_advisory *a = advisory(&file);

    ck_assert_ptr_nonnull(freopen("/dev/null", "w", stderr));
    for (const char *call = orders[_i]; *call != '\0'; call++) {
        if (*call == 's')
            wl_advisory_settlement(a, &settled);
        else if (*call == 'p' || *call == 'd')
            wl_advisory_paid(a, *call == 'p' ? &paid : &rejected);
        else if (*call == 'r')
            wl_advisory_rejected(a, &rejected);
        else if (*call == 'e')
            wl_advisory_settlement_end(a);
        else
            wl_advisory_close(a);
    }
}
END_TEST

static Suite *writers(void)
{
    Suite *suite = suite_create("writers");
    TCase *tests = tcase_create("writers");

    tcase_add_test(tests, confirm_success);
    tcase_add_test(tests, confirm_failure);
    tcase_add_test(tests, confirm_knows_little);
    tcase_add_test(tests, confirm_names_the_original);
    tcase_add_test(tests, reason_that_xml_cannot_hold);
    tcase_add_test(tests, long_reason);
    tcase_add_test(tests, advisory_of_both);
    tcase_add_test(tests, advisory_of_nothing);
    tcase_add_test(tests, advisory_without_one_group);
    tcase_add_test(tests, advisory_with_chargebacks);
    tcase_add_test(tests, advisory_of_all_dealers);
    tcase_add_test(tests, minor_digits_and_currencies);
    tcase_add_test(tests, extreme_claims);
    tcase_add_test(tests, currencies_are_the_schemas);
    tcase_add_test(tests, attributes_keep_their_white_space);
    tcase_set_timeout(tests, 60);
    suite_add_tcase(suite, tests);
    return suite;
}

/* The tests that abort leave their temporary files. */
static void remove_folder(void)
{
    DIR *dir = opendir(folder);
    const struct dirent *entry;

    while (dir != NULL && (entry = readdir(dir)) != NULL)
        unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir != NULL)
        closedir(dir);
    rmdir(folder);
}

int main(void)
{
    Suite *suite = writers();
    SRunner *runner = srunner_create(suite);
    int failed;

    if (srunner_fork_status(runner) == CK_FORK) {
        TCase *order = tcase_create("order");
        tcase_add_loop_test_raise_signal(order, out_of_order, SIGABRT, 0, (int)(sizeof orders / sizeof orders[0]));
        suite_add_tcase(suite, order);
    }
    star = getenv("STAR") != NULL ? getenv("STAR") : "../shared/star";
    snprintf(schema, sizeof schema, "%s/BODs/Standalone/ConfirmBOD.xsd", star);
    has_schemas = access(schema, R_OK) == 0;
    if (!has_schemas)
        printf("test_writers: left out: validation against the STAR schemas, which are not at %s\n", star);
    if (mkdtemp(folder) == NULL)
        return EXIT_FAILURE;
    snprintf(path, sizeof path, "%s/out.xml", folder);
    snprintf(verdict, sizeof verdict, "%s/verdict", folder);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    remove_folder();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
