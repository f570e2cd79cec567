"""A random but valid folder of native files, the same for the same seed.

It covers every kind of fact that moves a figure, and leans on the corners: anchors the month lacks,
pauses outside their contract, caps that bite, rates that begin inside the window, currencies
without a rate for some days, facts later than the night, names in odd spelling. Amounts have at
most 2 decimals.

By seed: every fifth folder (seed % 5 == 2) has no company default among its cost rates; in every
third (seed % 3 == 0) the fourth currency has no exchange rate at all.
"""

import csv
import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

HEADERS = {
    "people": "email,name,role,job_title,active",
    "roles": "email,job_title,effective_from",
    "rates": "email,job_title,effective_from,cost_per_hour",
    "fx": "currency,effective_from,rate",
    "clients": "client,owner_email,status,started_on,contact_every_days,exempt",
    "contracts": "client,contract,kind,currency,fee,period,start,end,anchor_day,bill_rate,cap,"
    "included_hours,estimated_hours,pause_fee_percent,payment_terms_days,notice_days,recognition,"
    "delivered_on",
    "contract_terms": "client,contract,effective_from,fee,bill_rate,included_hours",
    "milestones": "client,contract,date,amount",
    "pauses": "client,contract,from,to",
    "contact_hours": "client,weekdays,from,to,zone",
    "time": "email,client,contract,date,minutes,billable,activity,note",
    "costs": "client,date,amount,currency,pass_through,note",
    "invoices": "number,client,contract,kind,line,issue_date,due_date,currency,amount_net,"
    "service_from,service_to,status",
    "payments": "number,date,amount",
    "disputes": "number,from,to",
    "incidents": "client,occurred_at,category,severity,side,email,minutes_lost,in_timesheet,"
    "what_happened,causes,resolved_at,client_confirmed",
    "incident_minutes": "client,occurred_at,email,minutes",
    "touchpoints": "client,at,direction,channel,terse",
}

JOB_TITLES = ["Designer", "Developer", "Project manager", "Copywriter"]
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
NOTES = [
    "",
    "weekly call",
    "copy, layout, print",
    'they said "soon"',
    "first line\nsecond line",
    "правки, второй круг",
    "żółta wersja",
]
# What a client is made for, by its place in the folder; the others are ordinary.
NO_CONTRACT_NO_TIME, NO_CONTRACT, TOO_NEW, ALL_PAUSED, SPARSE, BURST, EXEMPT = range(7)
PROSPECT, PARTED, OFFBOARDING, NO_EFFORT = range(7, 11)
STATUSES = {PROSPECT: "prospect", PARTED: "parted", OFFBOARDING: "offboarding"}

Row = dict[str, str]


class Folder:
    """The rows of one folder while they are made up."""

    def __init__(self, seed: int, clients: int, entries: int, as_of: date, reporting: str) -> None:
        self.random = random.Random(seed)
        self.seed = seed
        self.as_of = as_of
        self.reporting = reporting
        self.client_count = clients
        self.entry_count = entries
        self.foreign = [c for c in ("USD", "PLN", "GBP", "CHF", "EUR") if c != reporting][:4]
        self.rows: dict[str, list[Row]] = {name: [] for name in HEADERS}

    def add(self, file: str, **cells: str) -> Row:
        """Append a row; trailing underscores let a cell be called `from_`."""
        row = {name.rstrip("_"): value for name, value in cells.items()}
        self.rows[file].append(row)
        return row

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def pick(self, *choices: str) -> str:
        return self.random.choice(choices)

    def money(self, low: int, high: int) -> str:
        """An amount from low to high with 0, 1 or 2 decimals."""
        cents = self.random.randint(low * 100, high * 100)
        return self.random.choice(
            [str(cents // 100), f"{cents // 10 / 10:.1f}", f"{cents // 100}.{cents % 100:02d}"]
        )

    def day(self, before: int, after: int) -> date:
        """A day from `before` days before the night to `after` days after it."""
        return self.as_of + timedelta(days=self.random.randint(-before, after))

    def currency(self) -> str:
        """Mostly the reporting currency; the rarer ones are the ones that may lack a rate."""
        return self.random.choices([self.reporting, *self.foreign], [62, 16, 12, 7, 3])[0]

    def spelled(self, name: str) -> str:
        """The same name as a person might type it: other case, odd spaces."""
        if self.chance(0.8):
            return name
        return self.random.choice(
            [
                name.upper(),
                name.lower(),
                f"  {name} ",
                name.replace(" ", "  "),
                name.replace(" ", "\u00a0"),
            ]
        )

    def typed(self, email: str) -> str:
        return email.upper() if self.chance(0.05) else email


def write_folder(
    folder: Path,
    seed: int,
    *,
    clients: int = 12,
    entries: int = 3000,
    as_of: date = date(2026, 3, 31),
    reporting: str = "EUR",
) -> None:
    """Write every native file with about that many clients and time entries."""
    made = Folder(seed, clients, entries, as_of, reporting)
    make_people(made)
    make_rates(made)
    make_fx(made)
    make_clients(made)
    for index, client in enumerate(made.rows["clients"]):
        make_contracts(made, client["client"], index)
    make_time(made)
    for index, client in enumerate(made.rows["clients"]):
        if index % 12 != NO_EFFORT:
            make_costs(made, client["client"])
            make_incidents(made, client["client"])
        make_invoices(made, client["client"])
        make_corrections(made, client["client"])
        make_touchpoints(made, client["client"])
    make_payments(made)
    folder.mkdir(parents=True, exist_ok=True)
    for name, header in HEADERS.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, header.split(","), restval="", lineterminator="\n")
            table.writeheader()
            table.writerows(made.rows[name])


# People, rates, exchange rates


def make_people(made: Folder) -> None:
    """Two account managers, an ops director, members; one title changes, one person has none."""
    roles = ["account_manager", "account_manager", "ops_director", *["member"] * 6]
    for number, role in enumerate(roles):
        title = "" if number == 8 else JOB_TITLES[number % 4]
        made.add(
            "people",
            email=f"person{number}@agency.example",
            name=f"Person Número {number}",
            role=role,
            job_title=title,
            active="no" if number == 7 else "yes",
        )
    for number in (3, 4, 5):
        for since in sorted({made.day(200, 0), made.day(80, 10)}):
            made.add(
                "roles",
                email=made.typed(f"person{number}@agency.example"),
                job_title=made.pick(*JOB_TITLES),
                effective_from=since.isoformat(),
            )


def make_rates(made: Folder) -> None:
    """Personal rates for some, role rates for three titles, the default from inside the history."""
    subjects = [("person1@agency.example", ""), ("person3@agency.example", "")]
    subjects += [("person6@agency.example", ""), ("freelance@elsewhere.example", "")]
    subjects += [("", title) for title in JOB_TITLES[:3]]
    if made.seed % 5 != 2:
        subjects.append(("", ""))
    for email, title in subjects:
        for since in sorted({made.day(400, 30), made.day(120, 0), made.day(60, 5)}):
            made.add(
                "rates",
                email=email,
                job_title=title,
                effective_from=since.isoformat(),
                cost_per_hour=made.money(20, 75),
            )


def make_fx(made: Folder) -> None:
    """Two currencies known throughout, one from inside the window on, one perhaps not at all."""
    known_since = [made.day(900, -800), made.day(900, -800), made.day(85, -20), made.day(300, -10)]
    for number, (currency, first) in enumerate(zip(made.foreign, known_since, strict=True)):
        if number == 3 and made.seed % 3 == 0:
            continue
        for since in sorted({first, *(made.day(110, 10) for _ in range(4))}):
            if since >= first:
                made.add(
                    "fx",
                    currency=currency,
                    effective_from=since.isoformat(),
                    rate=f"{made.random.randint(1500, 13000) / 10000:.4f}",
                )


# Clients and contracts


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
        "recognition": made.pick(
            "", "", "", "", "", "single_date", "single_date", "milestone", "percent_complete"
        ),
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
    made.add(
        "pauses",
        client=made.spelled(contract["client"].strip()),
        contract=contract["contract"],
        from_=first.isoformat(),
        to=last.isoformat(),
    )


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
    """Dated amounts where the recognition asks for them, and delivery dates of linear fees."""
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


# Time


def make_time(made: Folder) -> None:
    """Entries of very uneven clients, before, inside and after the window; some rows twice."""
    clients = [client["client"] for client in made.rows["clients"]]
    weights = [entry_weight(made, index % 12) for index in range(len(clients))]
    people = [person["email"] for person in made.rows["people"]] + ["freelance@elsewhere.example"]
    while len(made.rows["time"]) < made.entry_count:
        index = made.random.choices(range(len(clients)), weights)[0]
        client = clients[index]
        row = made.add(
            "time",
            email=made.typed(made.random.choice(people)),
            client="" if made.chance(0.04) else made.spelled(client),
            date=entry_day(made, index % 12).isoformat(),
            minutes=entry_minutes(made),
            billable=made.pick("yes", "yes", "no"),
            activity=made.pick("delivery", "rework", "communication", "management"),
            note=made.pick(*NOTES),
        )
        names = contract_names(made, client)
        if row["client"] and names and made.chance(0.5):
            row["contract"] = made.random.choice(names)
        if made.chance(0.02):
            made.rows["time"].append(dict(row))


def entry_weight(made: Folder, place: int) -> float:
    """How much of the time goes to the client in that place."""
    if place in (NO_CONTRACT_NO_TIME, NO_EFFORT):
        return 0.0
    return {SPARSE: 0.08, TOO_NEW: 0.5}.get(place, made.random.uniform(0.4, 2.0))


def entry_day(made: Folder, place: int) -> date:
    """Mostly the last half year; the burst client's days all lie in four weeks of the window."""
    if place == BURST:
        return made.day(45, -24)
    return made.day(*made.random.choice([(89, 0), (180, 15), (420, 0)]))


def entry_minutes(made: Folder) -> str:
    """Mostly quarters of an hour; a few with part of a minute."""
    if made.chance(0.03):
        return f"{made.random.randint(1, 300)}{made.pick('.5', '.25', '.75')}"
    if made.chance(0.2):
        return str(made.random.randint(1, 400))
    return str(15 * made.random.randint(1, 28))


def contract_names(made: Folder, client: str) -> list[str]:
    """The client's contracts, whatever the spelling of the client in them."""
    return [row["contract"] for row in rows_of(made, "contracts", client)]


def rows_of(made: Folder, file: str, client: str) -> list[Row]:
    wanted = plain(client)
    return [row for row in made.rows[file] if plain(row["client"]) == wanted]


def plain(name: str) -> str:
    return " ".join(name.split()).casefold()


# Money beside the contracts


def make_costs(made: Folder, client: str) -> None:
    """Direct costs, some passed through, some equal rows, some of nothing in a rare currency."""
    for _ in range(made.random.randint(0, 5)):
        row = made.add(
            "costs",
            client=made.spelled(client),
            date=made.day(140, 8).isoformat(),
            amount=made.money(10, 900),
            currency=made.currency(),
            pass_through=made.pick("no", "no", "yes"),
            note=made.pick(*NOTES),
        )
        if made.chance(0.05):
            row.update(amount="0", currency=made.foreign[3])
        if made.chance(0.1):
            made.rows["costs"].append(dict(row))


def invoice_line(made: Folder, client: str, number: str, kind: str, line: str) -> Row:
    """One line; with a contract's name in most cases where the client has one."""
    issued = made.day(150, 12)
    names = contract_names(made, client)
    return made.add(
        "invoices",
        number=number,
        client=made.spelled(client),
        contract=made.random.choice(names) if names and made.chance(0.8) else "",
        kind=kind,
        line=line,
        issue_date=issued.isoformat(),
        due_date=(issued + timedelta(days=30)).isoformat() if kind == "invoice" else "",
        currency=made.currency(),
        amount_net=made.money(50, 4000),
        status=made.pick("", "", "sent", "sent", "paid", "draft", "voided"),
    )


def make_invoices(made: Folder, client: str) -> None:
    """Invoices of one to three lines; extra lines with or without the days of the service."""
    for _ in range(made.random.randint(1, 7)):
        number = f"INV-{len(made.rows['invoices']) + 1:05d}"
        first: Row = {}
        for line in made.random.choices(["contract", "extra", "pass_through"], [5, 4, 1], k=3):
            row = invoice_line(made, client, number, "invoice", line)
            if first:
                row.update({k: first[k] for k in ("issue_date", "due_date", "currency", "status")})
            first = first or row
            if line == "extra" and made.chance(0.6):
                begins = made.day(150, 20)
                ends = begins + timedelta(days=made.random.randint(0, 60))
                row.update(service_from=begins.isoformat(), service_to=ends.isoformat())
                if made.chance(0.1):
                    row["service_to"] = ""
            if made.chance(0.5):
                break


def make_corrections(made: Folder, client: str) -> None:
    """Credit notes, write-offs and recoveries, alone or with the number of an invoice."""
    used: set[tuple[str, str]] = set()
    invoices = [row["number"] for row in rows_of(made, "invoices", client)]
    for _ in range(made.random.randint(0, 4)):
        kind = made.pick("credit_note", "credit_note", "write_off", "recovery")
        number = made.random.choice(invoices)
        if made.chance(0.4) or (number, kind) in used:
            number = f"COR-{len(made.rows['invoices']) + 1:05d}"
        used.add((number, kind))
        line = made.pick("contract", "contract", "extra", "pass_through")
        row = invoice_line(made, client, number, kind, line)
        row["amount_net"] = made.money(10, 1500)


def make_payments(made: Folder) -> None:
    """Payments and disputes of invoices; neither moves a figure."""
    numbers = {row["number"]: row for row in made.rows["invoices"] if row["kind"] == "invoice"}
    for number, row in numbers.items():
        if row["status"] in ("draft", "voided"):
            continue
        if made.chance(0.6):
            issued = date.fromisoformat(row["issue_date"])
            paid = issued + timedelta(days=made.random.randint(3, 60))
            amount = made.money(10, 2000)
            made.add("payments", number=number, date=paid.isoformat(), amount=amount)
        if made.chance(0.1):
            begins = made.day(60, 0)
            ends = begins + timedelta(days=made.random.randint(0, 20))
            made.add("disputes", number=number, from_=begins.isoformat(), to=ends.isoformat())


# Incidents and touchpoints


def make_incidents(made: Folder, client: str) -> None:
    """Incidents with lost minutes, mostly on a day and by a person with time on that client."""
    entries = [row for row in rows_of(made, "time", client) if near(made, row["date"])]
    for number in range(made.random.randint(1, 10)):
        day, email = made.day(110, 5), made.pick("", "person1@agency.example")
        if entries and made.chance(0.75):
            entry = made.random.choice(entries[:12])
            day, email = date.fromisoformat(entry["date"]), entry["email"]
        incident = made.add(
            "incidents",
            client=made.spelled(client),
            occurred_at=occurred_at(made, day, number),
            category=made.pick("communication", "delivery", "expectations"),
            severity=made.pick("low", "medium", "high"),
            side=made.pick("ours", "client", "shared", "unknown"),
            email=made.typed(email),
            minutes_lost=made.random.choice(["", "0", *map(str, range(5, 400, 13))]),
            in_timesheet=made.pick("yes", "no", "unsure", ""),
            what_happened=made.pick(*NOTES),
            causes=made.pick("", "long wait", "long wait;vague brief"),
        )
        if made.chance(0.4):
            resolved = day + timedelta(days=made.random.randint(1, 10))
            confirmed = resolved.isoformat() if made.chance(0.5) else ""
            incident.update(resolved_at=resolved.isoformat(), client_confirmed=confirmed)
        make_incident_minutes(made, incident)


def near(made: Folder, day: str) -> bool:
    """Whether the day is in the window or a little around it."""
    return -95 <= (date.fromisoformat(day) - made.as_of).days <= 5


def occurred_at(made: Folder, day: date, number: int) -> str:
    """A moment of that client's own (its seconds differ), with or without an offset."""
    second = f"{number % 60:02d}"
    return made.random.choice(
        [
            f"{day}T{made.random.randint(8, 18):02d}:15:{second}",
            f"{day}T{made.random.randint(8, 18):02d}:30:{second}",
            f"{day}T23:40:{second}Z",
            f"{day}T23:40:{second}+00:00",
            f"{day}T00:20:{second}+03:00",
            f"{day}T21:50:{second}-05:00",
        ]
    )


def make_incident_minutes(made: Folder, incident: Row) -> None:
    """Others who lost time: further people, an empty cell (the reporter), the reporter by name."""
    if made.chance(0.65):
        return
    for email in made.random.sample(["person2@agency.example", "person5@agency.example", ""], 2):
        made.add(
            "incident_minutes",
            client=made.spelled(incident["client"].strip()),
            occurred_at=incident["occurred_at"],
            email=made.typed(email),
            minutes=str(made.random.randint(5, 180)),
        )


def make_touchpoints(made: Folder, client: str) -> None:
    """Contacts in and out; they move no figure of effort or revenue."""
    for number in range(made.random.randint(0, 15)):
        made.add(
            "touchpoints",
            client=made.spelled(client),
            at=occurred_at(made, made.day(180, 3), number),
            direction=made.pick("in", "out", "both"),
            channel=made.pick("email", "phone", "chat"),
            terse=made.pick("yes", "no"),
        )
