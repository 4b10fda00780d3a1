/* Where a vehicle's chain of claims begins.
 *
 * A VIN is as good as random, and a claim touches one vehicle: were the newest claim kept under the VIN, nearly
 * every claim would make LMDB copy a page. So each vehicle has a number, given when it is first loaded and never
 * taken away (its history outlives its withdrawal), and the newest claims stand close together in rows of
 * WL_HEADS_IN_ROW, by number. */
#ifndef WL_CLAIMS_VEHICLE_HEADS_H
#define WL_CLAIMS_VEHICLE_HEADS_H

#include "wledger/claim.h"

/* Each head is 4 bytes big-endian: claim id + 1, or 0 for none. */
enum { WL_HEADS_IN_ROW = 64, WL_HEAD_SIZE = 4 };

/* Gives a vehicle its number, unless it has one. */
void wl_vehicle_enroll(struct wl_txn *, struct wl_str vin);

/* Puts the newest claim on a vehicle. */
void wl_vehicle_head_put(struct wl_txn *, int64_t vehicle, int64_t claim);

#endif
