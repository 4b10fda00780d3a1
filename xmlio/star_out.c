#include "xmlio/star_out.h"

#include <string.h>

#include "wledger/date.h"
#include "wledger/decimal.h"
#include "wledger/record.h"

/* Ascending, four bytes each. */
static const char currencies[] =
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZM BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYR BZD CAD CDF CHF "
    "CLP CNY COP CRC CUP CVE CYP CZK DJF DKK DOP DZD EEK EGP ERN ETB EUR FJD FKP GBP GEL GHC GIP GMD GNF GTQ GYD HKD "
    "HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LTL "
    "LVL LYD MAD MDL MGF MKD MMK MNT MOP MRO MTL MUR MVR MWK MXN MYR MZM NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP "
    "PKR PLN PYG QAR ROL RUB RWF SAR SBD SCR SDD SEK SGD SHP SIT SKK SLL SOS SRG STD SVC SYP SZL THB TJS TMM TND TOP "
    "TRL TTD TWD TZS UAH UGX USD UYU UZS VEB VND VUV WST XAF XAG XAU XCD XDR XOF XPD XPF XPT YER YUM ZAR ZMK ZWD ";

bool wl_star_has_currency(struct wl_str currency)
{
    size_t low = 0, high = (sizeof currencies - 1) / 4;

    if (currency.size != 3)
        return false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = memcmp(currency.data, currencies + 4 * middle, 3);

        if (order == 0)
            return true;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

void wl_star_text(struct wl_xml_out *x, const char *name, struct wl_str text)
{
    if (text.size > 0)
        wl_xml_out_element(x, name, text);
}

void wl_star_day(struct wl_xml_out *x, const char *name, int64_t day)
{
    char text[WL_DATE_TEXT];

    if (day == WL_NONE)
        return;
    wl_date_format(day, text);
    wl_xml_out_element(x, name, wl_str_of(text));
}

void wl_star_count(struct wl_xml_out *x, const char *name, uint64_t count)
{
    char text[WL_DECIMAL_TEXT];

    wl_decimal_format((wl_i128)count, 0, text);
    wl_xml_out_element(x, name, wl_str_of(text));
}

void wl_star_amount(struct wl_xml_out *x, const char *name, int64_t amount_minor, struct wl_str currency)
{
    char text[WL_DECIMAL_TEXT];

    if (!wl_star_has_currency(currency))
        return;
    wl_decimal_format(amount_minor, wl_minor_digits(currency), text);
    wl_xml_out_open(x, name);
    wl_xml_out_attribute(x, "currencyID", currency);
    wl_xml_out_text(x, wl_str_of(text));
    wl_xml_out_close(x, name);
}

void wl_star_amount_text(struct wl_xml_out *x, const char *element, const char *name, int64_t amount_minor,
                         struct wl_str currency)
{
    char text[WL_DECIMAL_TEXT];

    if (wl_star_has_currency(currency))
        return;
    wl_decimal_format(amount_minor, wl_minor_digits(currency), text);
    wl_xml_out_open(x, element);
    wl_xml_out_text(x, wl_str_of(name));
    wl_xml_out_text(x, WL_STR(" "));
    wl_xml_out_text(x, wl_str_of(text));
    wl_xml_out_text(x, WL_STR(" "));
    wl_xml_out_text(x, currency);
    wl_xml_out_close(x, element);
}

void wl_star_area(struct wl_xml_out *x, const char *name, const struct wl_star_area *area)
{
    struct wl_str sender = area->sender.size > 0 ? area->sender : WL_STR("-");
    char time[WL_TIME_TEXT];

    wl_time_format(area->time, time);
    wl_xml_out_open(x, name);
    wl_xml_out_open(x, "Sender");
    wl_star_text(x, "ReferenceID", area->reference);
    wl_xml_out_element(x, "CreatorNameCode", sender);
    wl_xml_out_element(x, "SenderNameCode", sender);
    wl_xml_out_close(x, "Sender");
    wl_xml_out_element(x, "CreationDateTime", wl_str_of(time));
    wl_star_text(x, "BODID", area->bod_id);
    wl_xml_out_open(x, "Destination");
    wl_star_text(x, "DestinationNameCode", area->destination);
    wl_xml_out_close(x, "Destination");
    wl_xml_out_close(x, name);
}

void wl_star_open(struct wl_xml_out *x, const char *root, const struct wl_star_area *area)
{
    wl_xml_out_open(x, root);
    wl_xml_out_attribute(x, "xmlns", WL_STR("http://www.starstandard.org/STAR/5"));
    wl_xml_out_attribute(x, "xmlns:oa", WL_STR("http://www.openapplications.org/oagis/9"));
    wl_xml_out_attribute(x, "releaseID", WL_STR("5.5.4"));
    wl_star_area(x, "ApplicationArea", area);
}
