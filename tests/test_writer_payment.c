/* The payment file for the bank: byte for byte, and the edge cases against the schema, which is not ours and lies where
 * ISO20022 says (default ../shared/iso20022). */
#include <check.h>
#include <fcntl.h>
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

extern char **environ;

static char folder[] = "/tmp/test_writer_payment.XXXXXX";
static char path[64], schema[4200];
static bool has_schema;
static char text[1 << 20]; /* of the document written last */

static void write_it(const struct wl_payment_document *doc)
{
    char *argv[] = {"xmllint", "--noout", "--nonet", "--schema", schema, path, NULL};
    posix_spawn_file_actions_t actions;
    struct wl_file *file;
    pid_t child;
    int status;
    FILE *in;

    ck_assert_int_eq(wl_file_new(path, false, &file), WL_OK);
    wl_write_payment(file, doc);
    ck_assert_int_eq(wl_file_publish(&file), WL_OK);
    in = fopen(path, "rb");
    ck_assert_ptr_nonnull(in);
    text[fread(text, 1, sizeof text - 1, in)] = '\0';
    fclose(in);
    if (!has_schema)
        return;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    ck_assert_int_eq(posix_spawnp(&child, "xmllint", &actions, NULL, argv, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_msg(status == 0, "not valid: %.4000s", text);
}

static void holds(const char *part)
{
    ck_assert_msg(strstr(text, part) != NULL, "lacks %.300s in %.3000s", part, text);
}

static void lacks(const char *part)
{
    ck_assert_msg(strstr(text, part) == NULL, "holds %.300s", part);
}

static struct wl_payment_document_transfer transfer(const char *account, bool iban, const char *holder, int64_t amount)
{
    return (struct wl_payment_document_transfer){
        .reference = WL_STR("WL-P7-S1"),
        .amount = amount,
        .party = {.holder = wl_str_of(holder), .account = wl_str_of(account), .iban = iban},
        .remittance = WL_STR("Settlement 1, to 2026-07-31")};
}

/* Of one transfer. */
static struct wl_payment_document document(const char *currency, const struct wl_payment_document_transfer *one)
{
    struct wl_payment_document doc = {
        .id = WL_STR("WL-P7"),
        .time = 1785542400,
        .initiator = WL_STR("Test Motors"),
        .currency = wl_str_of(currency),
        .execution_day = 20667,
        .total = one->amount,
        .debtor = {.holder = WL_STR("OEM"), .account = WL_STR("DE89370400440532013000"), .iban = true},
        .transfers = one,
        .count = 1,
    };

    return doc;
}

#define HEAD(sums)                                                                       \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"                                       \
    "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09\">\n"              \
    "  <CstmrCdtTrfInitn>\n    <GrpHdr>\n      <MsgId>WL-P7</MsgId>\n"                   \
    "      <CreDtTm>2026-08-01T00:00:00Z</CreDtTm>\n" sums                               \
    "      <InitgPty>\n        <Nm>Test Motors</Nm>\n      </InitgPty>\n    </GrpHdr>\n" \
    "    <PmtInf>\n      <PmtInfId>WL-P7</PmtInfId>\n      <PmtMtd>TRF</PmtMtd>\n"       \
    "      <BtchBookg>false</BtchBookg>\n" sums

START_TEST(byte_for_byte)
{
    struct wl_payment_document_transfer one = transfer("42", false, "One", 123456);
    struct wl_payment_document doc = document("CNY", &one);

    one.party.bic = WL_STR("BKCHCNBJ");
    write_it(&doc);
    ck_assert_str_eq(
        text,
        HEAD(
            "      <NbOfTxs>1</NbOfTxs>\n      <CtrlSum>1234.56</CtrlSum>\n") "      <ReqdExctnDt>\n        "
                                                                              "<Dt>2026-08-02</Dt>\n      "
                                                                              "</ReqdExctnDt>\n"
                                                                              "      <Dbtr>\n        <Nm>OEM</Nm>\n    "
                                                                              "  </Dbtr>\n"
                                                                              "      <DbtrAcct>\n        <Id>\n        "
                                                                              "  <IBAN>DE89370400440532013000</IBAN>\n "
                                                                              "       </Id>\n"
                                                                              "        <Ccy>CNY</Ccy>\n      "
                                                                              "</DbtrAcct>\n"
                                                                              "      <DbtrAgt>\n        <FinInstnId>\n "
                                                                              "         <Othr>\n            "
                                                                              "<Id>NOTPROVIDED</Id>\n          "
                                                                              "</Othr>\n"
                                                                              "        </FinInstnId>\n      "
                                                                              "</DbtrAgt>\n      "
                                                                              "<ChrgBr>SHAR</ChrgBr>\n"
                                                                              "      <CdtTrfTxInf>\n        <PmtId>\n  "
                                                                              "        "
                                                                              "<EndToEndId>WL-P7-S1</EndToEndId>\n     "
                                                                              "   </PmtId>\n"
                                                                              "        <Amt>\n          <InstdAmt "
                                                                              "Ccy=\"CNY\">1234.56</InstdAmt>\n        "
                                                                              "</Amt>\n"
                                                                              "        <CdtrAgt>\n          "
                                                                              "<FinInstnId>\n            "
                                                                              "<BICFI>BKCHCNBJ</BICFI>\n          "
                                                                              "</FinInstnId>\n"
                                                                              "        </CdtrAgt>\n        <Cdtr>\n    "
                                                                              "      <Nm>One</Nm>\n        </Cdtr>\n"
                                                                              "        <CdtrAcct>\n          <Id>\n    "
                                                                              "        <Othr>\n              "
                                                                              "<Id>42</Id>\n            </Othr>\n"
                                                                              "          </Id>\n        </CdtrAcct>\n"
                                                                              "        <RmtInf>\n          "
                                                                              "<Ustrd>Settlement 1, to "
                                                                              "2026-07-31</Ustrd>\n        </RmtInf>\n"
                                                                              "      </CdtTrfTxInf>\n    </PmtInf>\n  "
                                                                              "</CstmrCdtTrfInitn>\n</Document>\n");
}
END_TEST

START_TEST(what_is_sepa)
{
    static const struct {
        const char *currency, *account;
        bool iban, sepa;
    } cases[] = {
        {"EUR", "FR1420041010050500013M02606", true, true},   {"CNY", "FR1420041010050500013M02606", true, false},
        {"EUR", "FR1420041010050500013M02606", false, false}, {"EUR", "TR330006100519786457841326", true, false},
        {"EUR", "AD1200012030200359100100", true, true},      {"EUR", "VA59001123000012345678", true, true},
    };

    for (size_t i = 0; i < WL_COUNT(cases); i++) {
        struct wl_payment_document_transfer one = transfer(cases[i].account, cases[i].iban, "Müller & Söhne", 5);
        struct wl_payment_document doc = document(cases[i].currency, &one);

        write_it(&doc);
        (cases[i].sepa ? holds : lacks)("<Cd>SEPA</Cd>");
        holds(cases[i].sepa ? "<ChrgBr>SLEV" : "<ChrgBr>SHAR");
        holds(cases[i].sepa ? "<Nm>Muller + Sohne</Nm>" : "<Nm>Müller &amp; Söhne</Nm>");
    }
}
END_TEST

/* Every character that a text may hold, and more. */
START_TEST(characters)
{
    static const struct {
        const char *holder, *sepa, *other;
    } cases[] = {
        {"Łódź Ærø Œuvre ŉ ſ ÷ ×", "Lodz Aro Ouvre n s . .", "Łódź Ærø Œuvre ŉ ſ ÷ ×"},
        {"经销商_1", "...-1", "经销商_1"},
        {"a\tb\r\nc\x7F\xC2\x85z", "a b  c  z", "a b  c  z"},
        {" \t x \n", "x", "x"},
        {"<&>\"'", ".+..&apos;", NULL},
        {"a\xFF\xC3", "a..", "a\xEF\xBF\xBD\xEF\xBF\xBD"},
        {"/-?:().,'+ 09azAZ", "/-?:().,'+ 09azAZ", "/-?:().,'+ 09azAZ"},
        {"!#$%*;=@[]^`{|}~", "................", "!#$%*;=@[]^`{|}~"},
    };
    char expected[200];

    for (size_t i = 0; i < WL_COUNT(cases); i++)
        for (int sepa = 0; sepa < 2; sepa++) {
            struct wl_payment_document_transfer one = transfer("FR1420041010050500013M02606", true, cases[i].holder, 5);
            struct wl_payment_document doc = document(sepa ? "EUR" : "CNY", &one);

            write_it(&doc);
            if (i == 4) {
                holds(sepa ? "<Nm>.+..'</Nm>" : "<Nm>&lt;&amp;&gt;\"'</Nm>");
                continue;
            }
            snprintf(expected, sizeof expected, "<Nm>%s</Nm>", sepa ? cases[i].sepa : cases[i].other);
            holds(expected);
        }
}
END_TEST

/* 140 characters of a name, 70 in SEPA, 34 of an account; never half a character. */
START_TEST(long_texts)
{
    char holder[3 * 200 + 1] = "", account[100], expected[3 * 140 + 20] = "<Nm>";
    struct wl_payment_document_transfer one;
    struct wl_payment_document doc;

    for (int i = 0; i < 200; i++)
        strcat(holder, "付");
    memset(account, '7', sizeof account);
    account[99] = 0;
    one = transfer(account, false, holder, 5);
    one.remittance = wl_str_of(holder);
    doc = document("CNY", &one);
    write_it(&doc);
    for (int i = 0; i < 140; i++)
        strcat(expected, "付");
    strcat(expected, "</Nm>");
    holds(expected);
    holds("<Id>7777777777777777777777777777777777</Id>");
    one = transfer("FR1420041010050500013M02606", true, holder, 5);
    doc = document("EUR", &one);
    write_it(&doc);
    strcpy(expected, "<Nm>");
    for (int i = 0; i < 70; i++)
        strcat(expected, ".");
    strcat(expected, "</Nm>");
    holds(expected);
}
END_TEST

START_TEST(amounts_and_banks)
{
    static const struct {
        const char *currency, *written;
        int64_t amount;
    } cases[] = {
        {"JPY", "<InstdAmt Ccy=\"JPY\">440747</InstdAmt>", 440747},
        {"KWD", "<InstdAmt Ccy=\"KWD\">0.001</InstdAmt>", 1},
        {"CLF", "<InstdAmt Ccy=\"CLF\">99999999999999.9999</InstdAmt>", INT64_C(999999999999999999)},
        {"CNY", "<InstdAmt Ccy=\"CNY\">9999999999999999.99</InstdAmt>", INT64_C(999999999999999999)},
    };
    static const char *const banks[] = {"",         "BKCHCNB",    "bkchcnbj",    "BKCH1NBJ",
                                        "12345678", "BKCHCNBJ11", "BKCHCNBJ110X"};

    for (size_t i = 0; i < WL_COUNT(cases); i++) {
        struct wl_payment_document_transfer one = transfer("42", false, "One", cases[i].amount);
        struct wl_payment_document doc = document(cases[i].currency, &one);

        write_it(&doc);
        holds(cases[i].written);
    }
    for (size_t i = 0; i < WL_COUNT(banks); i++) {
        struct wl_payment_document_transfer one = transfer("42", false, "One", 5);
        struct wl_payment_document doc = document("CNY", &one);

        one.party.bic = doc.debtor.bic = wl_str_of(banks[i]);
        write_it(&doc);
        lacks("CdtrAgt");
        holds("NOTPROVIDED");
    }
}
END_TEST

START_TEST(as_many_as_a_run_has)
{
    static struct wl_payment_document_transfer many[400];
    struct wl_payment_document doc;
    size_t count = 0;

    for (size_t i = 0; i < WL_COUNT(many); i++)
        many[i] = transfer("42", false, "One", 100);
    doc = document("CNY", many);
    doc.count = WL_COUNT(many);
    doc.total = 100 * (int64_t)doc.count;
    doc.initiator = WL_NO_STR;
    many[0].remittance = WL_NO_STR;
    write_it(&doc);
    holds("<NbOfTxs>400</NbOfTxs>\n      <CtrlSum>400.00</CtrlSum>");
    for (const char *at = text; (at = strstr(at, "<CdtTrfTxInf>")) != NULL; at++)
        count++;
    ck_assert_uint_eq(count, WL_COUNT(many));
}
END_TEST

int main(void)
{
    const char *iso = getenv("ISO20022");
    Suite *suite = suite_create("writer_payment");
    TCase *tests = tcase_create("writer_payment");
    SRunner *runner;
    char command[64];
    int failed;

    snprintf(schema, sizeof schema, "%s/pain.001.001.09.xsd", iso ? iso : "../shared/iso20022");
    has_schema = access(schema, R_OK) == 0 && system("command -v xmllint >/dev/null") == 0;
    if (!has_schema)
        printf("left out: validity of payment files, because the schema or xmllint is not here: %s\n", schema);
    if (mkdtemp(folder) == NULL)
        return EXIT_FAILURE;
    snprintf(path, sizeof path, "%s/payment.xml", folder);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, byte_for_byte);
    tcase_add_test(tests, what_is_sepa);
    tcase_add_test(tests, characters);
    tcase_add_test(tests, long_texts);
    tcase_add_test(tests, amounts_and_banks);
    tcase_add_test(tests, as_many_as_a_run_has);
    suite_add_tcase(suite, tests);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command) == 0 && failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
