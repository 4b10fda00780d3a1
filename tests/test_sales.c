/* Vehicle sale money; and damage to its tables and to those of supplier recovery. */
#include "tests/recovery_world.h"

/* ---- vehicle sale money ---- */

START_TEST(a_vehicle_is_paid_once)
{
    struct wl_sale_receipt row;
    int64_t entry;

    begin();
    REFUSED("dealer-unknown", sell("D9", VIN, "CNY", 100, "R1"));
    REFUSED("vehicle-unknown", sell("D1", "2C3CDXHG8JH000000", "CNY", 100, "R1"));
    REFUSED("currency-other", sell("D1", VIN, "EUR", 100, "R1"));
    REFUSED("amount-invalid", sell("D1", VIN, "CNY", 0, "R1"));
    REFUSED("amount-invalid", sell("D1", VIN, "CNY", -1, "R1"));
    REFUSED("amount-invalid", sell("D1", VIN, "CNY", WL_NONE, "R1"));
    REFUSED("amount-too-large", sell("D1", VIN, "CNY", WL_PAYMENT_AMOUNT_MAX + 1, "R1"));
    DONE(sell("D1", VIN, "CNY", 9900000, "R1"));
    entry = entry_now();
    ck_assert_int_eq(balance(WL_ACCOUNT_VEHICLE_SALE, "D1", "CNY"), -9900000);
    ck_assert_int_eq(balance(WL_ACCOUNT_BANK_RECEIVED, NULL, "CNY"), 9900000);
    REFUSED("receipt-known", sell("D1", VIN2, "CNY", 1, "R1"));
    DONE(sell("D2", VIN, "JPY", 5, "R1")); /* another dealer's reference, and its currency */
    DONE(sell("D2", VIN, "CNY", 7, "R2")); /* the model's currency */
    ck_assert_int_eq(wl_sale_receipt_get(txn, &arena, 1, &row), 1);
    ck_assert(wl_str_is(row.vin, VIN) && row.amount == 9900000 && row.day == today_ && row.reversed_seq == WL_NONE);
    tables_agree();
    DONE(reverse(entry));
    REFUSED("already-reversed", reverse(entry));
    ck_assert_int_eq(wl_sale_receipt_get(txn, &arena, 1, &row), 1);
    ck_assert_int_eq(row.reversed_seq, entry_now() - 1);
    ck_assert_int_eq(balance(WL_ACCOUNT_VEHICLE_SALE, "D1", "CNY"), 0);
    DONE(sell("D1", VIN, "CNY", 8800000, "R1")); /* its reference is free again */
    ck_assert_int_eq(balance(WL_ACCOUNT_BANK_RECEIVED, NULL, "CNY"), 8800000 + 7);
    commit();
    check_all();
}
END_TEST

static int note_receipt(void *context, uint64_t number, const struct wl_sale_receipt *row)
{
    struct wl_buf *out = context;

    wl_buf_format(out, "%llu " WL_STR_FMT " %lld, ", (unsigned long long)number, WL_STR_ARG(row->dealer_id),
                  (long long)row->amount);
    return WL_OK;
}

START_TEST(receipts_are_found_by_their_vehicle)
{
    struct wl_buf found;

    begin();
    DONE(sell("D1", VIN, "CNY", 1, "R1"));
    DONE(sell("D1", VIN2, "CNY", 2, "R2"));
    DONE(sell("D10", VIN, "CNY", 3, "R1"));
    wl_buf_init(&found, 1000);
    OK(wl_sale_receipts_of(txn, text(VIN), note_receipt, &found));
    OK(wl_sale_receipts_of(txn, text("1M8GDM9AXKP04278"), note_receipt, &found));
    OK(wl_sale_receipts_of(txn, WL_NO_STR, note_receipt, &found));
    wl_buf_byte(&found, 0);
    ck_assert_str_eq((const char *)found.data, "1 D1 1, 3 D10 3, ");
    wl_buf_release(&found);
    commit();
}
END_TEST

/* ---- damage ---- */

static void put_recovery(const struct wl_recovery *row)
{
    char key[8 + 32];
    struct wl_buf value;

    wl_set_u64(key, (uint64_t)row->claim);
    memcpy(key + 8, row->supplier_id.data, row->supplier_id.size);
    wl_buf_init(&value, WL_VALUE_MAX);
    wl_record_encode(&wl_recovery_record, row, &value);
    OK(wl_buf_status(&value));
    wl_put(txn, WL_TABLE_RECOVERIES, (struct wl_str){key, 8 + row->supplier_id.size}, wl_buf_view(&value));
    wl_buf_release(&value);
}

static void put_claim(const struct wl_supplier_claim *row)
{
    struct wl_buf value;

    wl_buf_init(&value, WL_VALUE_MAX);
    wl_record_encode(&wl_supplier_claim_record, row, &value);
    wl_put_n(txn, WL_TABLE_SUPPLIER_CLAIMS, 1, wl_buf_view(&value));
    wl_buf_release(&value);
}

static void drop_first(unsigned table)
{
    struct wl_str key, value;
    struct wl_walk *walk;
    char copy[WL_KEY_MAX];
    size_t size;

    OK(wl_walk_open(txn, table, WL_NO_STR, WL_NO_STR, &walk));
    ck_assert_int_eq(wl_walk_next(walk, &key, &value), 1);
    memcpy(copy, key.data, size = key.size);
    wl_walk_close(walk);
    wl_delete(txn, table, (struct wl_str){copy, size});
}

enum { DAMAGES = 16 };

/* Each damages one row; the check finds it. */
START_TEST(damage_is_found)
{
    static const unsigned tables[] = {WL_TABLE_RECOVERIES,     WL_TABLE_RECOVERABLE,   WL_TABLE_SUPPLIER_CLAIMS,
                                      WL_TABLE_SUPPLIER_LINES, WL_TABLE_SALE_RECEIPTS, WL_TABLE_VEHICLE_RECEIPTS,
                                      WL_TABLE_SALE_REFERENCES};
    struct wl_supplier_claim claim;
    struct wl_recovery row;

    begin();
    three_lines();
    SETTLED_CLAIM("C4", NULL, {"P-DUO", "1", "40"});
    find_recoveries();
    DONE(sell("D1", VIN, "CNY", 100, "R1"));
    OK(wl_recoveries_check(txn));
    row = recovery("C1", "S1");
    claim = supplier_claim(1);
    if (_i < (int)WL_COUNT(tables))
        drop_first(tables[_i]);
    else if (_i == 7)
        row.amount++, put_recovery(&row);
    else if (_i == 8)
        row.state = WL_RECOVERY_ACCEPTED, put_recovery(&row);
    else if (_i == 9)
        row.line = 2, put_recovery(&row);
    else if (_i == 10)
        row.state = WL_RECOVERY_OPEN, put_recovery(&row);
    else if (_i == 11)
        claim.due++, put_claim(&claim);
    else if (_i == 12)
        claim.paid = 1, put_claim(&claim);
    else if (_i == 13)
        claim.state = WL_SUPPLIER_CLAIM_PAID, put_claim(&claim);
    else if (_i == 14)
        claim.supplier_id = text("S2"), put_claim(&claim);
    else
        wl_counter_set(txn, "sale-receipts", 2);
    ck_assert_int_eq(wl_recoveries_check(txn), WL_E_DAMAGED);
    wl_txn_abort(&txn);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sales");
    TCase *sales = cases("sales", recovery_world_make), *damage = cases("damage", recovery_world_make);

    tcase_add_test(sales, a_vehicle_is_paid_once);
    tcase_add_test(sales, receipts_are_found_by_their_vehicle);
    tcase_add_loop_test(damage, damage_is_found, 0, DAMAGES);
    suite_add_tcase(suite, sales);
    suite_add_tcase(suite, damage);
    return run_suite(suite);
}
