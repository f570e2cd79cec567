"""The worked examples R1 to R12 of the method, section 3.5, as one folder of native files.

Each example is a client of that name with people of its own, one per cost rate. Reporting currency
EUR, zone UTC. R10 is to be read on 2026-03-29; with `late` it has the 12 hours that were logged
only on 2026-04-02.
"""

import csv
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

REPORTING = "EUR"
AS_OF = date(2026, 3, 31)
R10_AS_OF = date(2026, 3, 29)
BEGAN = "2025-01-01"
MONDAYS = [date(2026, 1, 5) + timedelta(weeks=week) for week in range(13)]


class Expected(NamedTuple):
    """Effort cost and net revenue in EUR with 2 decimals, ratio with 4 or None where undefined."""

    as_of: date
    effort_cost: str
    net_revenue: str
    ratio: str | None
    status: str
    reason: str | None


EXPECTED = {
    "R1": Expected(AS_OF, "6500.00", "18000.00", "0.3611", "ok", None),
    "R2": Expected(AS_OF, "5040.00", "9000.00", "0.5600", "ok", None),
    "R3": Expected(AS_OF, "3150.00", "6150.00", "0.5122", "ok", None),
    "R4a": Expected(AS_OF, "12600.00", "17800.00", "0.7079", "ok", None),
    "R4b": Expected(AS_OF, "12600.00", "14400.00", "0.8750", "ok", None),
    "R5": Expected(AS_OF, "4400.00", "4000.00", "1.1000", "ok", None),
    "R6": Expected(AS_OF, "6500.00", "9540.00", "0.6813", "ok", None),
    "R7": Expected(AS_OF, "9010.00", "8500.00", "1.0600", "ok", None),
    "R8": Expected(AS_OF, "4556.25", "15000.00", "0.3038", "ok", None),
    "R9": Expected(AS_OF, "1890.00", "0.00", None, "undefined", None),
    "R10": Expected(R10_AS_OF, "7200.00", "9000.00", "0.8000", "ok", None),
    "R11": Expected(AS_OF, "630.00", "1500.00", "0.4200", "insufficient", "few_hours"),
    "R12": Expected(AS_OF, "6000.00", "8400.00", "0.7143", "ok", None),
}
EXPECTED_LATE = {
    **EXPECTED,
    "R10": Expected(R10_AS_OF, "7800.00", "9000.00", "0.8667", "ok", None),
}

HEADERS = {
    "people": "email,name,role,job_title,active",
    "rates": "email,job_title,effective_from,cost_per_hour",
    "fx": "currency,effective_from,rate",
    "clients": "client,owner_email,status,started_on,contact_every_days,exempt",
    "contracts": "client,contract,kind,currency,fee,period,start,end,anchor_day,bill_rate,cap,"
    "included_hours,estimated_hours,pause_fee_percent,payment_terms_days,notice_days,recognition,"
    "delivered_on",
    "pauses": "client,contract,from,to",
    "time": "email,client,contract,date,minutes,billable,activity,note",
    "invoices": "number,client,contract,kind,line,issue_date,due_date,currency,amount_net,"
    "service_from,service_to,status",
    "incidents": "client,occurred_at,category,severity,side,email,minutes_lost,in_timesheet,"
    "what_happened,causes,resolved_at,client_confirmed",
}

# client, cost per hour, from which day on
RATES = [
    ("R1", "40.00", BEGAN),
    ("R1b", "50.00", BEGAN),
    ("R2", "40.00", BEGAN),
    ("R2", "44.00", "2026-02-16"),
    ("R3", "45.00", BEGAN),
    ("R4a", "42.00", BEGAN),
    ("R4b", "42.00", BEGAN),
    ("R5", "40.00", BEGAN),
    ("R6", "50.00", BEGAN),
    ("R7", "42.50", BEGAN),
    ("R8", "45.00", BEGAN),
    ("R9", "45.00", BEGAN),
    ("R10", "50.00", BEGAN),
    ("R11", "35.00", BEGAN),
    ("R12", "40.00", BEGAN),
]

RETAINER = {"kind": "retainer", "period": "month", "anchor_day": "1"}
FIXED = {"kind": "fixed_fee"}
HOURLY = {"kind": "time_and_materials"}

CONTRACTS: list[dict[str, str]] = [
    {"client": "R1", **RETAINER, "fee": "6000.00"},
    {"client": "R2", **HOURLY, "bill_rate": "90.00"},
    {"client": "R3", **RETAINER, "fee": "3100.00", "start": "2026-01-17"},
    {"client": "R4a", **FIXED, "fee": "24000.00", "start": "2025-12-01", "end": "2026-03-30"},
    {"client": "R4b", **FIXED, "fee": "24000.00", "start": "2025-12-01", "end": "2026-04-29"},
    {"client": "R5", **FIXED, "fee": "9000.00", "estimated_hours": "180"},
    {"client": "R6", **RETAINER, "fee": "2000.00", "currency": "USD"},
    {
        "client": "R6",
        **HOURLY,
        "contract": "R6 by the hour",
        "bill_rate": "80.00",
        "cap": "4000.00",
    },
    {"client": "R7", **RETAINER, "fee": "4000.00"},
    {"client": "R8", **RETAINER, "fee": "5000.00"},
    {"client": "R9", **HOURLY, "bill_rate": "80.00"},
    {"client": "R10", **RETAINER, "fee": "3000.00"},
    {"client": "R11", **RETAINER, "fee": "500.00"},
    {"client": "R12", **FIXED, "fee": "12000.00", "start": "2026-01-01", "end": "2026-04-30"},
]


def write_worked(folder: Path, *, late: bool = False) -> None:
    """Write the folder; `late` adds the 12 hours of R10 on 2026-03-25 that came in afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    write(folder, "people", people())
    write(folder, "rates", rates())
    write(folder, "fx", fx())
    write(folder, "clients", clients())
    write(folder, "contracts", contracts())
    write(folder, "pauses", pauses())
    write(folder, "time", time(late))
    write(folder, "invoices", corrections())
    write(folder, "incidents", incidents())


def write(folder: Path, name: str, rows: list[dict[str, str]]) -> None:
    """One native file; cells a row does not name stay empty."""
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, HEADERS[name].split(","), restval="", lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


def email(worker: str) -> str:
    return f"{worker.lower()}@agency.example"


def people() -> list[dict[str, str]]:
    manager = {"email": "manager@agency.example", "name": "Manager", "role": "account_manager"}
    workers = [
        {"email": email(worker), "name": f"Worker {worker}", "role": "member"}
        for worker in dict.fromkeys(worker for worker, _, _ in RATES)
    ]
    return [{**person, "active": "yes"} for person in [manager, *workers]]


def rates() -> list[dict[str, str]]:
    default = {"effective_from": BEGAN, "cost_per_hour": "45.00"}
    personal = [
        {"email": email(worker), "effective_from": since, "cost_per_hour": cost} for worker, cost, since in RATES
    ]
    return [default, *personal]


def fx() -> list[dict[str, str]]:
    months = [("2026-01-01", "0.90"), ("2026-02-01", "0.92"), ("2026-03-01", "0.95")]
    return [{"currency": "USD", "effective_from": day, "rate": rate} for day, rate in months]


def clients() -> list[dict[str, str]]:
    common = {"owner_email": "manager@agency.example", "status": "active", "started_on": BEGAN}
    return [{"client": name, **common, "exempt": "no"} for name in EXPECTED]


def contracts() -> list[dict[str, str]]:
    usual = {"currency": "EUR", "start": BEGAN}
    return [{**usual, "contract": row["client"], **row} for row in CONTRACTS]


def pauses() -> list[dict[str, str]]:
    return [
        {"client": "R3", "contract": "R3", "from": "2026-02-10", "to": "2026-02-23"},
        {"client": "R12", "contract": "R12", "from": "2026-02-01", "to": "2026-02-20"},
    ]


def corrections() -> list[dict[str, str]]:
    common = {"client": "R7", "contract": "R7", "line": "contract", "currency": "EUR"}
    credit = {"number": "CN-1", "kind": "credit_note", "issue_date": "2026-03-10"}
    write_off = {"number": "WO-1", "kind": "write_off", "issue_date": "2026-03-20"}
    return [
        {**common, **credit, "amount_net": "1500.00"},
        {**common, **write_off, "amount_net": "2000.00"},
    ]


def incidents() -> list[dict[str, str]]:
    """R8: 120 minutes yes, 90 unsure on a day with 60 logged, 45 no; on three different days."""
    lost = [
        ("2026-02-03", "120", "yes"),
        ("2026-02-12", "90", "unsure"),
        ("2026-03-05", "45", "no"),
    ]
    common = {"client": "R8", "category": "delivery", "severity": "low", "side": "ours"}
    return [
        {
            **common,
            "occurred_at": f"{day}T12:00:00",
            "email": email("R8"),
            "minutes_lost": minutes,
            "in_timesheet": known,
        }
        for day, minutes, known in lost
    ]


def time(late: bool) -> list[dict[str, str]]:
    rows = [
        *spread("R1", 100, MONDAYS),
        *spread("R1", 50, MONDAYS, worker="R1b"),
        *spread("R2", 60, MONDAYS[:6], billable="yes"),
        *spread("R2", 40, MONDAYS[6:], billable="yes"),
        *spread("R2", 20, MONDAYS[6:]),
        *spread("R3", 70, MONDAYS[2:]),
        *spread("R4a", 300, MONDAYS),
        *spread("R4b", 300, MONDAYS),
        *spread("R5", 100, [date(2025, 11, 3) + timedelta(days=day) for day in range(20)]),
        *spread("R5", 110, MONDAYS),
        *spread("R6", 60, MONDAYS, contract="R6 by the hour", billable="yes"),
        *spread("R6", 70, MONDAYS),
        *spread("R7", 212, MONDAYS),
        *spread("R8", 99, MONDAYS),
        *spread("R8", 1, [date(2026, 2, 12)]),
        *spread("R9", 42, MONDAYS),
        *spread("R10", 144, MONDAYS[:12]),
        *spread("R11", 18, MONDAYS),
        *spread("R12", 150, MONDAYS),
    ]
    if late:
        rows += spread("R10", 12, [date(2026, 3, 25)])
    return rows


def spread(
    client: str,
    hours: int,
    on: list[date],
    *,
    worker: str = "",
    contract: str = "",
    billable: str = "no",
) -> list[dict[str, str]]:
    """One entry a day in whole minutes that sum to `hours`; the last day takes what is left."""
    each = hours * 60 // len(on)
    minutes = [each] * len(on)
    minutes[-1] += hours * 60 - each * len(on)
    return [
        {
            "email": email(worker or client),
            "client": client,
            "contract": contract,
            "date": day.isoformat(),
            "minutes": str(amount),
            "billable": billable,
            "activity": "delivery",
        }
        for day, amount in zip(on, minutes, strict=True)
    ]
