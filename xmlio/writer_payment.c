#include "wledger/writer.h"

#include <assert.h>
#include <string.h>

#include "wledger/date.h"
#include "wledger/decimal.h"
#include "xmlio/xml_out.h"

enum {
    ID_MAX = 35, /* characters */
    ACCOUNT_MAX = 34,
    SEPA_NAME_MAX = 70,
    UTF8_MAX = 4, /* bytes of a character */
    COUNTRY = 2,
};

/* Ascending, three bytes each: countries whose IBANs a SEPA transfer reaches. */
static const char sepa_countries[] = "AD AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MT "
                                     "NL NO PL PT RO SE SI SK SM VA ";

/* The basic letters of U+00C0 to U+017F; a full stop: none. */
static const char basic_letters[] = "AAAAAAACEEEEIIIIDNOOOOO.OUUUUYTsaaaaaaaceeeeiiiidnooooo.ouuuuyty"
                                    "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlLlL"
                                    "lLlNnNnNnnNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";
#define BASIC_FIRST 0xC0u
_Static_assert(sizeof basic_letters - 1 == 0x180 - BASIC_FIRST, "each has its letter");

struct writer {
    struct wl_xml_out out;
    const struct wl_payment_document *doc;
    bool sepa;
};

/* ---- texts ---- */

/* The character at the beginning of a text, which goes on behind it. Broken UTF-8 is a character a byte. */
static uint32_t next_character(struct wl_str *text, struct wl_str *bytes)
{
    uint8_t first = (uint8_t)text->data[0];
    size_t size = first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    uint32_t c = size == 1 ? first : first & (0xFFu >> (size + 1));

    if (size > text->size || wl_utf8_prefix((struct wl_str){text->data, size}) != size) {
        size = 1;
        c = 0xFFFD;
    }
    for (size_t i = 1; i < size; i++)
        c = c << 6 | ((uint8_t)text->data[i] & 0x3Fu);
    *bytes = (struct wl_str){text->data, size};
    *text = (struct wl_str){text->data + size, text->size - size};
    return c;
}

/* The character set that all banks of SEPA take. */
static char sepa_character(uint32_t c)
{
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
        (c > 0 && c < 0x80 && strchr("/-?:().,'+ ", (int)c)))
        return (char)c;
    if (c >= BASIC_FIRST && c < BASIC_FIRST + sizeof basic_letters - 1)
        return basic_letters[c - BASIC_FIRST];
    return c == '&' ? '+' : c == '_' ? '-' : '.';
}

static bool is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0);
}

/* An element with a text of at most that many characters; nothing when it is empty. Control characters are blanks. */
static void text(struct writer *w, const char *name, struct wl_str value, size_t most)
{
    char made[WL_PAYMENT_TEXT_MAX * UTF8_MAX];
    size_t size = 0;

    assert(most * UTF8_MAX <= sizeof made);
    value = wl_str_trim(value);
    for (size_t n = 0; n < most && value.size > 0; n++) {
        struct wl_str bytes;
        uint32_t c = next_character(&value, &bytes);
        char instead = is_control(c) ? ' ' : sepa_character(c);

        if (is_control(c) || w->sepa)
            bytes = (struct wl_str){&instead, 1};
        memcpy(made + size, bytes.data, bytes.size);
        size += bytes.size;
    }
    value = wl_str_trim((struct wl_str){made, size});
    if (value.size > 0)
        wl_xml_out_element(&w->out, name, value);
}

static void number(struct writer *w, const char *name, wl_i128 n, unsigned places)
{
    char digits[WL_DECIMAL_TEXT];

    wl_decimal_format(n, places, digits);
    wl_xml_out_element(&w->out, name, wl_str_of(digits));
}

/* ---- parties ---- */

static bool is_sepa_account(const struct wl_payment_document_party *party)
{
    if (!party->iban || party->account.size < COUNTRY)
        return false;
    for (const char *at = sepa_countries; *at; at += COUNTRY + 1)
        if (memcmp(at, party->account.data, COUNTRY) == 0)
            return true;
    return false;
}

static bool is_sepa(const struct wl_payment_document *doc)
{
    bool sepa = wl_str_is(doc->currency, "EUR") && is_sepa_account(&doc->debtor);

    for (size_t i = 0; sepa && i < doc->count; i++)
        sepa = is_sepa_account(&doc->transfers[i].party);
    return sepa;
}

/* As the schema has it (ISO 9362): four letters or digits, a country, two or five letters or digits. */
static bool is_bic(struct wl_str bic)
{
    for (size_t i = 0; i < bic.size; i++) {
        bool letter = bic.data[i] >= 'A' && bic.data[i] <= 'Z', digit = bic.data[i] >= '0' && bic.data[i] <= '9';

        if (!letter && (!digit || i == 4 || i == 5))
            return false;
    }
    return bic.size == 8 || bic.size == 11;
}

static void write_account(struct writer *w, const char *name, const struct wl_payment_document_party *party,
                          struct wl_str currency)
{
    struct wl_xml_out *x = &w->out;

    wl_xml_out_open(x, name);
    wl_xml_out_open(x, "Id");
    if (party->iban) {
        wl_xml_out_element(x, "IBAN", party->account);
    } else {
        wl_xml_out_open(x, "Othr");
        text(w, "Id", party->account, ACCOUNT_MAX);
        wl_xml_out_close(x, "Othr");
    }
    wl_xml_out_close(x, "Id");
    if (currency.size > 0)
        wl_xml_out_element(x, "Ccy", currency);
    wl_xml_out_close(x, name);
}

/* The bank; of the debtor's the schema wants to hear also where nobody knows it. */
static void write_agent(struct writer *w, const char *name, struct wl_str bic, bool required)
{
    struct wl_xml_out *x = &w->out;

    if (!is_bic(bic) && !required)
        return;
    wl_xml_out_open(x, name);
    wl_xml_out_open(x, "FinInstnId");
    if (is_bic(bic)) {
        wl_xml_out_element(x, "BICFI", bic);
    } else {
        wl_xml_out_open(x, "Othr");
        wl_xml_out_element(x, "Id", WL_STR("NOTPROVIDED"));
        wl_xml_out_close(x, "Othr");
    }
    wl_xml_out_close(x, "FinInstnId");
    wl_xml_out_close(x, name);
}

static void write_party(struct writer *w, const char *name, struct wl_str holder)
{
    wl_xml_out_open(&w->out, name);
    text(w, "Nm", holder, w->sepa ? SEPA_NAME_MAX : WL_PAYMENT_TEXT_MAX);
    wl_xml_out_close(&w->out, name);
}

/* ---- the document ---- */

static void write_sums(struct writer *w)
{
    number(w, "NbOfTxs", (wl_i128)w->doc->count, 0);
    number(w, "CtrlSum", w->doc->total, wl_minor_digits(w->doc->currency));
}

static void write_header(struct writer *w)
{
    char time[WL_TIME_TEXT];

    wl_time_format(w->doc->time, time);
    wl_xml_out_open(&w->out, "GrpHdr");
    text(w, "MsgId", w->doc->id, ID_MAX);
    wl_xml_out_element(&w->out, "CreDtTm", wl_str_of(time));
    write_sums(w);
    write_party(w, "InitgPty", w->doc->initiator);
    wl_xml_out_close(&w->out, "GrpHdr");
}

static void write_transfer(struct writer *w, const struct wl_payment_document_transfer *transfer)
{
    struct wl_xml_out *x = &w->out;
    char amount[WL_DECIMAL_TEXT];

    wl_xml_out_open(x, "CdtTrfTxInf");
    wl_xml_out_open(x, "PmtId");
    text(w, "EndToEndId", transfer->reference, ID_MAX);
    wl_xml_out_close(x, "PmtId");
    wl_xml_out_open(x, "Amt");
    wl_xml_out_open(x, "InstdAmt");
    wl_xml_out_attribute(x, "Ccy", w->doc->currency);
    wl_decimal_format(transfer->amount, wl_minor_digits(w->doc->currency), amount);
    wl_xml_out_text(x, wl_str_of(amount));
    wl_xml_out_close(x, "InstdAmt");
    wl_xml_out_close(x, "Amt");
    write_agent(w, "CdtrAgt", transfer->party.bic, false);
    write_party(w, "Cdtr", transfer->party.holder);
    write_account(w, "CdtrAcct", &transfer->party, WL_NO_STR);
    if (wl_str_trim(transfer->remittance).size > 0) {
        wl_xml_out_open(x, "RmtInf");
        text(w, "Ustrd", transfer->remittance, WL_PAYMENT_TEXT_MAX);
        wl_xml_out_close(x, "RmtInf");
    }
    wl_xml_out_close(x, "CdtTrfTxInf");
}

static void write_terms(struct writer *w)
{
    struct wl_xml_out *x = &w->out;
    char day[WL_DATE_TEXT];

    wl_date_format(w->doc->execution_day, day);
    if (w->sepa) {
        wl_xml_out_open(x, "PmtTpInf");
        wl_xml_out_open(x, "SvcLvl");
        wl_xml_out_element(x, "Cd", WL_STR("SEPA"));
        wl_xml_out_close(x, "SvcLvl");
        wl_xml_out_close(x, "PmtTpInf");
    }
    wl_xml_out_open(x, "ReqdExctnDt");
    wl_xml_out_element(x, "Dt", wl_str_of(day));
    wl_xml_out_close(x, "ReqdExctnDt");
}

/* Without batch booking, so that the bank tells of each transfer. */
static void write_payment(struct writer *w)
{
    struct wl_xml_out *x = &w->out;
    const struct wl_payment_document *doc = w->doc;

    wl_xml_out_open(x, "PmtInf");
    text(w, "PmtInfId", doc->id, ID_MAX);
    wl_xml_out_element(x, "PmtMtd", WL_STR("TRF"));
    wl_xml_out_element(x, "BtchBookg", WL_STR("false"));
    write_sums(w);
    write_terms(w);
    write_party(w, "Dbtr", doc->debtor.holder);
    write_account(w, "DbtrAcct", &doc->debtor, doc->currency);
    write_agent(w, "DbtrAgt", doc->debtor.bic, true);
    wl_xml_out_element(x, "ChrgBr", w->sepa ? WL_STR("SLEV") : WL_STR("SHAR"));
    for (size_t i = 0; i < doc->count; i++)
        write_transfer(w, &doc->transfers[i]);
    wl_xml_out_close(x, "PmtInf");
}

void wl_write_payment(struct wl_file *file, const struct wl_payment_document *doc)
{
    struct writer w = {.doc = doc, .sepa = is_sepa(doc)};
    struct wl_xml_out *x = &w.out;

    assert(doc->count > 0 && doc->id.size > 0);
    wl_xml_out_init(x, file);
    wl_xml_out_open(x, "Document");
    wl_xml_out_attribute(x, "xmlns", WL_STR("urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"));
    wl_xml_out_open(x, "CstmrCdtTrfInitn");
    write_header(&w);
    write_payment(&w);
    wl_xml_out_close(x, "CstmrCdtTrfInitn");
    wl_xml_out_close(x, "Document");
    wl_xml_out_end(x);
}
