/* Where a vehicle's chains begin: of claims (VEHICLE_HEADS) and of moves of parts (VEHICLE_MOVES).
 *
 * A VIN is as good as random, and a claim touches one vehicle: were the newest claim kept under the VIN, nearly
 * every claim would make LMDB copy a page. So each vehicle has a number, given when it is first loaded (or a part
 * first moves on it) and never taken away (its history outlives its withdrawal), and the newest ids stand close
 * together in rows of WL_HEADS_IN_ROW, by number. */
#ifndef WL_CLAIMS_VEHICLE_HEADS_H
#define WL_CLAIMS_VEHICLE_HEADS_H

#include "wledger/claim.h"

/* Each head is 4 bytes big-endian: id + 1, or 0 for none. */
enum { WL_HEADS_IN_ROW = 64, WL_HEAD_SIZE = 4 };

/* Gives a vehicle its number, unless it has one, and tells it: WL_NONE with an error that sticks. */
int64_t wl_vehicle_enroll(struct wl_txn *, struct wl_str vin);

/* The newest id on a vehicle (a number; below 0: none) in one of the two tables, WL_CHAIN_END when there is none. */
int64_t wl_vehicle_newest(struct wl_txn *, unsigned table, int64_t vehicle);
void wl_vehicle_newest_put(struct wl_txn *, unsigned table, int64_t vehicle, int64_t id);

/* For checks: the sum over all heads in a table of wl_check_mix(vehicle, id). WL_OK, or an error. */
int wl_vehicle_newest_hash(struct wl_txn *, unsigned table, uint64_t *sum);

#endif
