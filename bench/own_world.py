"""A small world of our own for `make bench`, where the reference generator is not at hand.

Tables that agree with one another and claims on them, of which about a third break some rule. It makes no
claim to cover every rule (the tests do that); it is there to give the ledger work of a real batch's kind.
"""
import datetime
import random
from xml.sax.saxutils import escape

DAY = datetime.timedelta(1)
FIRST, LAST = datetime.date(2020, 1, 1), datetime.date(2026, 6, 30)
FOREVER = datetime.date(2099, 1, 1)
SYSTEMS = ("engine", "gearbox", "brake", "steering", "body", "wiring", "battery", "motor", "glass", "hvac", "seat")
# country, currency, minor digits, what one CNY is, tax, share of dealers
MARKETS = (("CN", "CNY", 2, 1.0, 13, 80), ("DE", "EUR", 2, 0.13, 19, 12), ("JP", "JPY", 0, 20.0, 10, 6),
           ("KW", "KWD", 3, 0.043, 0, 2))
KINDS = {"warranty": 60, "part": 8, "extended": 6, "campaign": 8, "goodwill": 4, "pdi": 6, "service": 8}
# plan, model, component, months, km
PLANS = (("ALL", "*", "*", 36, 100000), ("CELL", "*", "battery", 96, 160000), ("T3", "T3", "*", 60, 150000),
         ("T7G", "T7", "glass", 12, 20000))
COMPLAINTS = (
    "Warning lamp on after cold start; fault stored, control unit replaced and coded, test drive without finding.",
    "Klappern hinten rechts auf schlechter Strecke, Buchse ausgeschlagen, ersetzt & geprüft.",
    "Oil trace at the cover, gasket brittle. Renewed, cleaned, checked again after 20 km.",
    "冷车启动困难,更换燃油泵后正常。",
    "Window stops half way <intermittent>; regulator exchanged.",
    "La climatización no enfría; fuga en el condensador, sustituido.")
CHECK_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
CHECK_VALUES = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ0123456789",
                        (*range(1, 9), *range(1, 6), 7, 9, *range(2, 10), *range(10))))
LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"


def vin(seed, serial):
    """17 characters, the ninth of which is the check digit; no two of a seed and serial are equal."""
    tail = f"{serial % 1000000:06d}"
    head = ("LSV", "WVW", "JTD")[serial % 3] + LETTERS[seed % 23] + LETTERS[seed // 23 % 23]
    head += LETTERS[serial // 1000000 % 23] + "4B"
    body = head + "0" + LETTERS[serial * 7 % 23] + "C" + tail
    check = sum(CHECK_VALUES[c] * w for c, w in zip(body, CHECK_WEIGHTS)) % 11
    return head + ("X" if check == 10 else str(check)) + body[9:]


def money(cny, market):
    return f"{cny * market[3]:.{market[2]}f}"


def some_day(rng, low, high):
    return low + DAY * rng.randint(0, max(0, (high - low).days))


def shared_tables(args, seed):
    """What all batches of a world have in common."""
    rng = random.Random(f"shared {seed}")
    components = lambda: rng.choice(SYSTEMS)
    t = {"dealers": [], "labour_rates": [], "parts": [], "part_prices": []}
    for i in range(args.dealers):
        m = rng.choices(MARKETS, [m[5] for m in MARKETS])[0]
        t["dealers"].append({"dealer_id": f"DL{i:04d}", "name": f"House {i}", "region": f"Z{i % 6}", "country": m[0],
                             "currency": m[1], "tax_percent": m[4],
                             "status": "active" if rng.random() < 0.98 else "suspended"})
        for since in (FIRST, datetime.date(2024, 4, 1)):
            t["labour_rates"].append({"dealer_id": f"DL{i:04d}", "from_date": since,
                                      "rate": money(rng.randint(90, 240), m)})
    t["suppliers"] = [{"supplier_id": f"SUP{i}", "name": f"Maker {i}", "recovery_percent": 10 * (i % 11)}
                      for i in range(20)]
    for i in range(args.parts):
        part, price = f"PN{i:07d}", rng.lognormvariate(5, 1.2)
        t["parts"].append({"part_id": part, "description": f"Item {i}", "component": components(), "unit": "ea",
                           "supplier_id": f"SUP{rng.randrange(20)}", "return_rule": rng.choice(("always", "never")),
                           "return_days": 30, "warranty_months": 24, "warranty_km": 60000,
                           "lifetime": "yes" if i % 5 == 0 else "no"})
        for m in MARKETS:
            for since in (FIRST, datetime.date(2023, 1 + i % 12, 1)):
                t["part_prices"].append({"part_id": part, "currency": m[1], "from_date": since,
                                         "price": money(price, m)})
    t["models"] = [{"model_id": f"T{i}", "name": f"Type {i}", "list_price": 100000 + 20000 * i, "currency": "CNY"}
                   for i in range(10)]
    t["operations"] = [{"op_code": f"OP{i:04d}", "description": f"Work {i}", "component": components(),
                        "standard_hours": f"{rng.randint(2, 55) / 10:.2f}"} for i in range(400)]
    t["faults"] = [{"fault_code": f"FC{i:03d}", "component": components(), "cause": "material",
                    "description": f"Defect {i}", "warrantable": "yes" if i % 15 else "no"} for i in range(200)]
    t["plans"] = [{"plan_id": name, "model_id": model, "component": component, "sold_from": FIRST,
                   "sold_to": FOREVER, "months": months, "km": km} for name, model, component, months, km in PLANS]
    t["extensions"] = [{"extension_id": "E1", "from_date": datetime.date(2024, 2, 1),
                        "to_date": datetime.date(2024, 3, 31), "new_last_day": datetime.date(2024, 4, 30)}]
    t["campaigns"] = [{"campaign_id": f"RC{i}", "op_code": f"OP{i * 31:04d}",
                       "from_date": datetime.date(2022 + i % 3, 3, 1),
                       "to_date": datetime.date(2025 + i % 2, 12, 31)} for i in range(6)]
    t["service_plan"] = [{"op_code": f"OP{390 + i:04d}", "max_months": 12 + 12 * (i % 2), "max_km": 30000}
                         for i in range(6)]
    t["tiers"] = [{"tier": n, "currency": m[1], "limit": money(limit, m) if limit else ""}
                  for m in MARKETS for n, limit in enumerate((1500, 6000, 30000, 0))]
    t["seats"] = [{"seat_id": f"R{n}{i}", "tier": n, "capacity": 40} for n in (1, 2, 3) for i in range(6 // n)]
    t["policy"] = [{"key": key, "from_date": FIRST, "value": value} for key, value in (
        ("submit_days", 30), ("duplicate_days", 30), ("handling_percent", 10), ("price_tolerance_percent", 2),
        ("review_hours", 24), ("dispatch_hours", 48), *(("sublet_limit." + m[1], money(500, m)) for m in MARKETS))]
    return t


def fleet(args, seed, t):
    """The vehicles of one seed and what hangs on them."""
    rng = random.Random(f"fleet {seed}")
    vehicles, contracts, fits, authorizations = [], [], [], []
    for i in range(args.vehicles):
        built = some_day(rng, FIRST, datetime.date(2026, 3, 1))
        sold = built + DAY * rng.randint(5, 200)
        vehicles.append({"vin": vin(seed, i), "model_id": f"T{rng.randrange(10)}",
                         "production_batch": f"{built:%y%m}-{rng.randint(1, 4)}", "production_date": built,
                         "sale_date": sold if rng.random() > 0.03 else "",
                         "dealer_id": rng.choice(t["dealers"])["dealer_id"], "owner_id": f"OW{seed}-{i}"})
    for i, v in enumerate(rng.sample(vehicles, len(vehicles) // 2)):
        if not v["sale_date"]:
            continue
        if i % 3 == 0:
            start = v["sale_date"] + DAY * 1096
            contracts.append({"contract_id": f"CT{seed}-{i}", "vin": v["vin"],
                              "component": rng.choice(("*", *SYSTEMS[:4])), "start_date": start,
                              "end_date": start + DAY * 730, "max_km": 150000})
        elif v["sale_date"] < LAST:
            fits.append({"dealer_id": rng.choice(t["dealers"])["dealer_id"], "invoice_no": f"IV{seed}-{i}",
                         "vin": v["vin"], "part_id": rng.choice(t["parts"])["part_id"],
                         "fit_date": some_day(rng, v["sale_date"], LAST), "fit_km": rng.randint(1000, 60000),
                         "paid_by": rng.choice(("customer", "warranty")), "owner_id": v["owner_id"]})
    lists = [{"campaign_id": c["campaign_id"], "vin": v["vin"]} for c in t["campaigns"]
             for v in rng.sample(vehicles, len(vehicles) // 20)]
    for i in range(max(40, args.claims // 40)):
        authorizations.append({"auth_no": f"AU{seed}-{i}", "dealer_id": rng.choice(t["dealers"])["dealer_id"],
                               "vin": rng.choice(vehicles)["vin"], "max_amount": rng.choice((300, 1000, 5000)),
                               "share_percent": rng.choice((50, 70, 100)),
                               "valid_to": some_day(rng, datetime.date(2024, 1, 1), LAST)})
    return {"vehicles": vehicles, "contracts": contracts, "fits": fits, "campaign_vehicles": lists,
            "authorizations": authorizations}


class Batch:
    """Draws claims: right ones first, then some with something wrong."""

    def __init__(self, args, seed, t, prefix):
        self.rng, self.t, self.prefix = random.Random(f"claims {seed}"), t, prefix
        self.vehicles = {v["vin"]: v for v in t["vehicles"]}
        self.dealers = {d["dealer_id"]: d for d in t["dealers"]}
        self.markets = {m[1]: m for m in MARKETS}
        self.campaigns = {c["campaign_id"]: c for c in t["campaigns"]}
        self.hours = {o["op_code"]: float(o["standard_hours"]) for o in t["operations"]}
        self.prices = {}
        for p in t["part_prices"]:
            self.prices[p["part_id"], p["currency"]] = p["price"]
        self.numbers, self.services = {}, t["vehicles"][:max(20, args.claims // 20)]

    def cause(self, kind):
        """The row that gives a claim of this kind its ground, the vehicle, and the day of the repair."""
        rng, t = self.rng, self.t
        tables = {"part": "fits", "extended": "contracts", "campaign": "campaign_vehicles",
                  "goodwill": "authorizations"}
        row = rng.choice(t[tables[kind]]) if kind in tables else {}
        v = self.vehicles[row["vin"]] if row else rng.choice(self.services if kind == "service" else t["vehicles"])
        sold = v["sale_date"] or LAST
        low, high = sold, sold + DAY * 1400
        if kind == "part":
            low, high = row["fit_date"], row["fit_date"] + DAY * 760
        elif kind == "extended":
            low, high = row["start_date"], row["end_date"]
        elif kind == "campaign":
            campaign = self.campaigns[row["campaign_id"]]
            low, high = campaign["from_date"], campaign["to_date"]
        elif kind == "goodwill":
            low, high = max(sold, row["valid_to"] - DAY * 200), row["valid_to"]
        elif kind == "pdi":
            low, high = sold - DAY * 5, sold + DAY * 8
        elif kind == "service":
            high = sold + DAY * 390
        return row, v, some_day(rng, min(low, LAST), min(high, LAST))

    def lines(self, c, kind, row, market):
        rng, t = self.rng, self.t
        if kind == "campaign":
            operations = [self.campaigns[row["campaign_id"]]["op_code"]]
        elif kind == "service":
            operations = [rng.choice(t["service_plan"])["op_code"]]
        else:
            operations = [rng.choice(t["operations"])["op_code"] for _ in range(rng.choice((1, 1, 1, 2, 3)))]
        c["labour"] = [(o, f"{self.hours[o] * rng.choice((0.5, 1, 1, 1.2)):.2f}") for o in operations]
        parts = [c["causal"]] + [rng.choice(t["parts"])["part_id"] for _ in range(rng.choice((0, 0, 1, 2)))]
        for p in parts if kind != "service" else parts[:rng.randrange(2)]:
            price = float(self.prices[p, market[1]]) * rng.choice((1, 1, 1, 1.01, 1.3, 0.9))
            c["parts"].append((p, rng.choice(("1", "1", "2", "0.500")), f"{price:.{market[2]}f}"))
        if rng.random() < 0.08:
            c["sublet"].append((rng.choice(("TOW", "RENTAL")), money(rng.randint(50, 900), market)))

    def claim(self):
        rng = self.rng
        kind = rng.choices(tuple(KINDS), tuple(KINDS.values()))[0]
        row, v, repair = self.cause(kind)
        dealer = self.dealers[row["dealer_id"]] if kind == "goodwill" else rng.choice(self.t["dealers"])
        number = self.numbers[dealer["dealer_id"]] = self.numbers.get(dealer["dealer_id"], 0) + 1
        age = max(0, (repair - (v["sale_date"] or LAST)).days)
        c = {"dealer": dealer["dealer_id"], "number": f"{self.prefix}{number:06d}", "submission": 1, "kind": kind,
             "vin": v["vin"], "repair": repair, "submit": repair + DAY * rng.randint(0, 20),
             "km": age * rng.randint(10, 80) + rng.randint(3, 900),
             "fault": rng.choice(self.t["faults"])["fault_code"], "currency": dealer["currency"],
             "causal": row["part_id"] if kind == "part" else rng.choice(self.t["parts"])["part_id"],
             "campaign": row["campaign_id"] if kind == "campaign" else "",
             "authorization": row["auth_no"] if kind == "goodwill" else "",
             "narrative": rng.choice(COMPLAINTS), "labour": [], "parts": [], "sublet": []}
        self.lines(c, kind, row, self.markets[dealer["currency"]])
        if rng.random() < 0.25:
            self.break_rule(c)
        return c

    def break_rule(self, c):
        rng = self.rng
        what = rng.randrange(14)
        if what == 0: c["dealer"] = "DL-none"
        elif what == 1: c["vin"] = c["vin"][:-1] + str((int(c["vin"][-1]) + 1) % 10)
        elif what == 2: c["vin"] = vin(500, rng.randrange(1000))
        elif what == 3: c["submit"] = c["repair"] - DAY
        elif what == 4: c["submit"] = c["repair"] + DAY * rng.choice((30, 31, 60))
        elif what == 5: c["kind"] = "unknown"
        elif what == 6: c["fault"] = "FC-none"
        elif what == 7: c["km"] += 200000
        elif what == 8: c["labour"].append(("OP-none", "1.00"))
        elif what == 9: c["labour"].append((rng.choice(self.t["operations"])["op_code"], rng.choice(("0.00", "90.00"))))
        elif what == 10: c["parts"].append(("PN-none", "1", "10"))
        elif what == 11: c["sublet"].append(("TOW", "5000"))
        elif what == 12: c["currency"] = "USD"
        elif what == 13: c["labour"], c["parts"], c["sublet"] = [], [], []


def claims(args, seed, t, prefix):
    batch, out = Batch(args, seed, t, prefix), []
    for _ in range(args.claims):
        again = batch.rng.random()
        if again < 0.02 and out:       # sent again, sometimes with another mileage
            c = dict(batch.rng.choice(out[-2000:]))
            c["km"] += batch.rng.randrange(2)
        else:
            c = batch.claim()
        out.append(c)
    return out


HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<ProcessWarrantyClaim xmlns="http://www.starstandard.org/STAR/5" releaseID="5.5.4" \
systemEnvironmentCode="Production" languageCode="en-US">
<ApplicationArea><Sender><SenderNameCode>DMS</SenderNameCode></Sender>\
<CreationDateTime>2026-07-01T08:00:00Z</CreationDateTime><BODID>{bod_id}</BODID>\
<Destination><DestinationNameCode>OEM</DestinationNameCode></Destination></ApplicationArea>
<ProcessWarrantyClaimDataArea><Process/>
"""
TAIL = "</ProcessWarrantyClaimDataArea></ProcessWarrantyClaim>\n"
NOUN = """<WarrantyClaimNoun><WarrantyClaimHeader><DocumentDateTime>{submit}T00:00:00Z</DocumentDateTime>\
<DocumentIdentificationGroup><DocumentIdentification><DocumentID>RO-{number}</DocumentID></DocumentIdentification>\
</DocumentIdentificationGroup><DealerParty><PartyID>{dealer}</PartyID></DealerParty><RepairOrderVehicleLineItem>\
<Vehicle><VehicleID>{vin}</VehicleID></Vehicle></RepairOrderVehicleLineItem>\
<RepairOrderCompletedDate>{repair}</RepairOrderCompletedDate>\
<OutDistanceMeasure unitCode="kilometer">{km}</OutDistanceMeasure></WarrantyClaimHeader>
<WarrantyClaim><ClaimNumberString>{number}</ClaimNumberString><ClaimTypeString>{kind}</ClaimTypeString>\
<DefectCode>{fault}</DefectCode><ItemID>{causal}</ItemID>{campaign_xml}{authorization_xml}\
<ClaimSubmissionCountNumeric>{submission}</ClaimSubmissionCountNumeric>{sublet_xml}<Job>\
<JobNumberString>1</JobNumberString><OperationID>WORK</OperationID><OperationName>repair</OperationName>\
<CodesAndCommentsExpanded><ComplaintDescription>{narrative_xml}</ComplaintDescription></CodesAndCommentsExpanded>\
<Diagnostics/>{parts_xml}{labour_xml}<LaborActualHoursNumeric>0</LaborActualHoursNumeric><ServiceTechnicianParty>\
<PartyID>T1</PartyID></ServiceTechnicianParty></Job></WarrantyClaim></WarrantyClaimNoun>
"""
PRICE = ('<Pricing><Price><PriceCode>List</PriceCode><ChargeAmount currencyID="{}">{}</ChargeAmount></Price>'
         "</Pricing>").format
SUBLET = "<Sublet>{1}<SubletCode>{0}</SubletCode></Sublet>".format
PART = '<ServiceParts><ItemID>{}</ItemID><ItemQuantity unitCode="ea">{}</ItemQuantity>{}</ServiceParts>'.format
LABOUR = ("<ServiceLabor><LaborOperationID>{}</LaborOperationID><LaborActualHoursNumeric>{}"
          "</LaborActualHoursNumeric></ServiceLabor>").format
CAMPAIGN = "<ServiceCampaignExtended><CampaignNumberString>{}</CampaignNumberString></ServiceCampaignExtended>".format
AUTHORIZATION = "<AuthorizationNumberString>{}</AuthorizationNumberString>".format


def noun(c):
    currency = c["currency"]
    return NOUN.format(
        campaign_xml=CAMPAIGN(c["campaign"]) if c["campaign"] else "",
        authorization_xml=AUTHORIZATION(c["authorization"]) if c["authorization"] else "",
        sublet_xml="".join(SUBLET(code, PRICE(currency, amount)) for code, amount in c["sublet"]),
        parts_xml="".join(PART(part, quantity, PRICE(currency, price)) for part, quantity, price in c["parts"]),
        labour_xml="".join(LABOUR(*line) for line in c["labour"]), narrative_xml=escape(c["narrative"]), **c)


def write_star(batch, out, bod_id):
    out.write(HEAD.format(bod_id=bod_id))
    for c in batch:
        out.write(noun(c))
    out.write(TAIL)
