"""Clients and their contracts, with terms, pauses and milestones."""

from collections.abc import Callable
from datetime import date, timedelta

from .folder import (
    ALL_PAUSED,
    EXEMPT,
    NO_CONTRACT,
    NO_CONTRACT_NO_TIME,
    OFFBOARDING,
    PARTED,
    PROSPECT,
    TOO_NEW,
    Folder,
    Row,
    rows_of,
)

CLIENT_NAMES = [
    "Łódź Media",
    "Студия Ёлка",
    "Café Noir",
    "O'Neil, Sons",
    "Müller & Partner GmbH",
    'Hotel "Zum Löwen"',
    "Acme Widgets",
    "Žižkov Bikes",
    "Nord Sea Ferries",
    "Świat Kawy",
    "Αθήνα Travel",
    "Blue River Bank",
]
STATUSES = {PROSPECT: "prospect", PARTED: "parted", OFFBOARDING: "offboarding"}


def make_clients(made: Folder) -> None:
    """Every life-cycle state; past the twelve names they repeat with a number."""
    for index in range(made.client_count):
        again = index // len(CLIENT_NAMES)
        name = CLIENT_NAMES[index % len(CLIENT_NAMES)] + (f" {again + 1}" if again else "")
        status = STATUSES.get(index % 12, "active")
        client = made.add(
            "clients",
            client=name,
            owner_email=made.pick("person0@agency.example", "person1@agency.example"),
            status=status,
            started_on=made.day(900, 0).isoformat(),
            contact_every_days=made.pick("", "7", "14"),
            exempt="yes" if index % 12 == EXEMPT else "no",
        )
        if made.chance(0.5):
            made.add(
                "contact_hours",
                client=made.spelled(client["client"]),
                weekdays="mon;tue;wed;thu;fri",
                from_="09:00",
                to="18:00",
                zone=made.pick("", "Europe/Warsaw"),
            )


def make_contracts(made: Folder, client: str, index: int) -> None:
    """None to four contracts, as the client's place in the folder asks for."""
    place = index % 12
    if place in (NO_CONTRACT_NO_TIME, NO_CONTRACT):
        return
    makers: list[Callable[[Folder, date], Row]] = [retainer, linear, percent_complete, hourly]
    for number in range(1 if place in (TOO_NEW, ALL_PAUSED) else made.random.randint(1, 4)):
        maker = retainer if place == ALL_PAUSED else made.random.choice(makers)
        start = contract_start(made, place, number)
        terms = {
            "client": made.spelled(client),
            "contract": f"{maker.__name__} {number + 1}".replace("_", " "),
            "currency": made.currency(),
            "start": start.isoformat(),
            "payment_terms_days": made.pick("", "14", "30"),
            "notice_days": made.pick("", "30"),
        }
        contract = made.add("contracts", **terms)
        contract.update(maker(made, start))
        if place == ALL_PAUSED:
            pause(made, contract, made.as_of - timedelta(days=120), made.as_of)
            contract.update(recognition="", pause_fee_percent="", end="")
        else:
            make_pauses(made, contract)
        make_terms(made, contract)
        make_milestones(made, contract)


def contract_start(made: Folder, place: int, number: int) -> date:
    """Mostly long ago, at times inside the window or after the night; the first one mostly old."""
    if place == TOO_NEW:
        return made.day(58, -5)
    if number == 0 and made.chance(0.9):
        return made.day(500, -100)
    return made.day(*made.random.choice([(500, -100), (100, -30), (40, 15)]))


def end_of(made: Folder, start: date) -> str:
    """An end date around the window or after it, never before the start."""
    end = made.day(110, 0) if made.chance(0.4) else made.day(110, 200)
    if end < start:
        end = start + timedelta(days=made.random.randint(0, 120))
    return end.isoformat()


def retainer(made: Folder, start: date) -> Row:
    """A retainer of any period and anchor, mostly by proration."""
    return {
        "kind": "retainer",
        "fee": made.money(300, 9000),
        "period": made.pick("month", "month", "month", "quarter", "year", ""),
        "end": made.random.choice(["", "", end_of(made, start)]),
        "anchor_day": made.random.choice(["", "1", *[str(n) for n in range(1, 32)]]),
        "included_hours": made.pick("", "20", "40.5"),
        "pause_fee_percent": made.pick("", "", "0", "25", "50", "100"),
        "recognition": made.pick("", "", "", "", "", "invoiced", "milestone"),
    }


def linear(made: Folder, start: date) -> Row:
    """A fixed fee with an end date, now and then delivered early or late."""
    return {
        "kind": "fixed_fee",
        "fee": made.money(1000, 40000),
        "end": end_of(made, start),
        "estimated_hours": made.pick("", "0", "120", "300.25"),
        "recognition": made.pick("", "", "", "", "", "single_date", "single_date", "milestone", "percent_complete"),
    }


def percent_complete(made: Folder, start: date) -> Row:
    """A fixed fee without an end date; an estimate of 0 is none, and makes it invoiced."""
    return {
        "kind": "fixed_fee",
        "fee": made.money(1000, 40000),
        "estimated_hours": made.pick("", "0", "35", "80.5", "150", "400", "1000"),
        "recognition": made.pick("", "", "", "percent_complete", "invoiced"),
    }


def hourly(made: Folder, start: date) -> Row:
    """Time and materials, often with a cap low enough to bite."""
    return {
        "kind": "time_and_materials",
        "bill_rate": made.money(40, 160),
        "cap": made.random.choice(["", made.money(500, 4000), made.money(4000, 20000)]),
        "end": made.random.choice(["", end_of(made, start)]),
        "recognition": made.pick("", "", "", "", "", "invoiced", "milestone"),
    }


def pause(made: Folder, contract: Row, first: date, last: date) -> None:
    """A pause, unless the contract has one from that day already: the two would be one record."""
    client, begins = made.spelled(contract["client"].strip()), first.isoformat()
    known = [(row["contract"], row["from"]) for row in rows_of(made, "pauses", contract["client"])]
    if (contract["contract"], begins) not in known:
        made.add("pauses", client=client, contract=contract["contract"], from_=begins, to=last.isoformat())


def make_pauses(made: Folder, contract: Row) -> None:
    """Often none, at times all of a fixed fee; else some that may overlap or lie outside."""
    if contract.get("end") and contract["kind"] == "fixed_fee" and made.chance(0.12):
        first, last = date.fromisoformat(contract["start"]), date.fromisoformat(contract["end"])
        pause(made, contract, first - timedelta(days=3), last)
    if made.chance(0.6):
        return
    for _ in range(made.random.randint(1, 3)):
        first = made.day(130, 40)
        pause(made, contract, first, first + timedelta(days=made.random.randint(0, 25)))


def make_terms(made: Folder, contract: Row) -> None:
    """Dated fees and rates; a cell is left empty where the term does not change it."""
    if made.chance(0.6):
        return
    for since in sorted({made.day(150, 10) for _ in range(made.random.randint(1, 3))}):
        fee, rate = "", ""
        if contract.get("fee") and made.chance(0.8):
            fee = made.money(300, 12000)
        if contract.get("bill_rate") and made.chance(0.8):
            rate = made.money(40, 160)
        made.add(
            "contract_terms",
            client=made.spelled(contract["client"].strip()),
            contract=contract["contract"],
            effective_from=since.isoformat(),
            fee=fee,
            bill_rate=rate,
            included_hours="30" if not (fee or rate) else made.pick("", "30"),
        )


def make_milestones(made: Folder, contract: Row) -> None:
    """Dated amounts, never two on one day, where the recognition asks for them; delivery dates of linear fees."""
    start = date.fromisoformat(contract["start"])
    if contract["kind"] == "fixed_fee" and contract.get("end") and made.chance(0.4):
        delivered = max(start, made.day(70, 20)).isoformat()
        contract["delivered_on"] = contract["end"] if made.chance(0.3) else delivered
    wanted = {"milestone": 3, "single_date": 1}.get(contract["recognition"], 0)
    if wanted == 1 and made.chance(0.5):
        return
    for day in sorted({made.day(130, 30) for _ in range(wanted)}):
        made.add(
            "milestones",
            client=made.spelled(contract["client"].strip()),
            contract=contract["contract"],
            date=day.isoformat(),
            amount=made.money(200, 9000),
        )
