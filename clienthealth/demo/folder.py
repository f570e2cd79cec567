"""Writes the demo agency as a folder of native files, so that it comes in by the same door as real data."""

import csv
import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from clienthealth.demo.stories import DORA, IVO, LENA, MIA, STORIES, TOM, Contract, Story

DAYS = 540
PEOPLE = [
    ("olga.director@demo.example", "Olga Director", "ops_director", "Operations"),
    ("anna.nowak@demo.example", "Anna Nowak", "account_manager", "Account manager"),
    ("marek.lis@demo.example", "Marek Lis", "account_manager", "Account manager"),
    (LENA, "Lena Weber", "account_manager", "Account manager"),
    (DORA, "Dora Designer", "member", "Designer"),
    (IVO, "Ivo Petrov", "", "Developer"),
    (MIA, "Mia Berg", "", "Developer"),
    (TOM, "Tom Ferris", "", "Writer"),
    ("adam.admin@demo.example", "Adam Admin", "admin", "Systems"),
]
TITLE_RATES = [("Account manager", 46), ("Designer", 41), ("Developer", 52), ("Writer", 36)]
MIX = (("delivery", 62), ("rework", 14), ("communication", 16), ("management", 8))


class Writer:
    """Collects the rows of each native file."""

    def __init__(self, last: date, seed: int) -> None:
        self.last = last
        self.random = random.Random(seed)  # noqa: S311  a story, not a secret
        self.rows: dict[str, list[dict[str, Any]]] = defaultdict(list)

    def day(self, days_ago: int) -> date:
        return self.last - timedelta(days=days_ago)

    def add(self, file: str, /, **row: Any) -> None:
        self.rows[file].append(row)

    def write(self, folder: Path) -> None:
        for kind, rows in self.rows.items():
            columns = list(dict.fromkeys(name for row in rows for name in row))
            with open(folder / f"{kind}.csv", "w", newline="", encoding="utf-8") as file:
                table = csv.DictWriter(file, columns, restval="")
                table.writeheader()
                table.writerows(rows)


def write_folder(folder: Path, last: date, seed: int = 1) -> None:
    """The whole agency, with the last day of its data."""
    writer = Writer(last, seed)
    for email, name, role, title in PEOPLE:
        writer.add("people", email=email, name=name, role=role, job_title=title, active="yes")
    add_rates(writer)
    for story in STORIES:
        add_client(writer, story)
    writer.write(folder)


def add_rates(writer: Writer) -> None:
    start = writer.day(DAYS)
    writer.add("rates", email="", job_title="", effective_from=start, cost_per_hour="44.00")
    for title, rate in TITLE_RATES:
        writer.add("rates", email="", job_title=title, effective_from=start, cost_per_hour=f"{rate}.00")
        writer.add("rates", email="", job_title=title, effective_from=writer.day(200), cost_per_hour=f"{rate + 2}.00")
    for days_ago, exchange in ((DAYS, "0.92"), (240, "0.94"), (75, "0.91")):
        writer.add("fx", currency="USD", effective_from=writer.day(days_ago), rate=exchange)


def add_client(writer: Writer, story: Story) -> None:
    started = max((contract.started for contract in story.contracts), default=0)
    writer.add(
        "clients",
        client=story.client,
        owner_email=story.owner,
        status=story.status,
        started_on=writer.day(started),
        contact_every_days=story.contact_every or "",
        exempt="no",
    )
    for contract in story.contracts:
        add_contract(writer, story, contract)
    add_time(writer, story)
    for month, first in enumerate(months(writer, started)):
        add_month(writer, story, first, is_last=month == 0)
    add_friction(writer, story)
    add_touchpoints(writer, story)


def add_contract(writer: Writer, story: Story, contract: Contract) -> None:
    writer.add(
        "contracts",
        client=story.client,
        contract=contract.name,
        kind=contract.kind,
        currency=contract.currency,
        fee="" if contract.fee is None else f"{contract.fee}.00",
        period="month" if contract.kind == "retainer" else "",
        start=writer.day(contract.started),
        end="" if contract.ends is None else writer.day(contract.ends),
        bill_rate="" if contract.bill_rate is None else f"{contract.bill_rate}.00",
        cap="" if contract.cap is None else f"{contract.cap}.00",
        included_hours=contract.included_hours or "",
        estimated_hours=contract.estimated_hours or "",
        payment_terms_days=14,
        notice_days=30,
    )
    if contract.paused:
        since, until = contract.paused
        writer.add(
            "pauses",
            client=story.client,
            contract=contract.name,
            **{"from": writer.day(since), "to": writer.day(until)},
        )


def add_time(writer: Writer, story: Story) -> None:
    """Hours a week, in entries of one to four hours by the team and a little by the account manager."""
    if not story.contracts:
        return
    started = max(contract.started for contract in story.contracts)
    main = max(story.contracts, key=lambda each: each.fee or 0)
    for days_ago in range(started, -1, -1):
        day = writer.day(days_ago)
        if day.weekday() > 4:
            continue
        stretch = min(len(story.hours) - 1, (started - days_ago) * len(story.hours) // (started + 1))
        left = story.hours[stretch] / 5 * writer.random.uniform(0.6, 1.4)
        while left > 0.2:
            hours = min(left, writer.random.choice((0.75, 1, 1.5, 2, 3)))
            left -= hours
            activity = writer.random.choices([name for name, _ in MIX], [weight for _, weight in MIX])[0]
            managed = activity in ("communication", "management") and writer.random.random() < 0.7
            writer.add(
                "time",
                email=story.owner if managed else writer.random.choice(story.team),
                client=story.client,
                contract=main.name if days_ago <= main.started else "",
                date=day,
                minutes=round(hours * 60),
                billable="no" if activity in ("rework", "management") or story.client == "Riverside Museum" else "yes",
                activity=activity,
                note="",
            )


def months(writer: Writer, started: int) -> Iterator[date]:
    """First days of the months since the start, newest first, whole months only."""
    first = writer.last.replace(day=1)
    while first > writer.day(started):
        yield first
        first = (first - timedelta(days=1)).replace(day=1)


def add_month(writer: Writer, story: Story, first: date, *, is_last: bool) -> None:
    """A month's invoice per retainer, paid as late as this client pays, and its subcontractor."""
    for contract in story.contracts:
        if contract.kind != "retainer" or contract.paused or first < writer.day(contract.started):
            continue
        number = f"{first:%Y-%m}-{len(writer.rows['invoices']) + 1:04d}"
        due = first + timedelta(days=14)
        writer.add(
            "invoices",
            number=number,
            client=story.client,
            contract=contract.name,
            kind="invoice",
            line="contract",
            issue_date=first,
            due_date=due,
            currency=contract.currency,
            amount_net=f"{contract.fee}.00",
            status="sent",
        )
        paid = due + timedelta(days=max(0, story.late + writer.random.randint(-2, 3)))
        if paid <= writer.last:
            writer.add("payments", number=number, date=paid, amount=f"{contract.fee}.00")
    if story.costs:
        writer.add(
            "costs",
            client=story.client,
            date=first,
            amount=f"{story.costs}.00",
            currency="EUR",
            pass_through="no",  # noqa: S106  a yes or no, no password
            note="Photographer",
        )
    if is_last and story.credit_note:
        writer.add(
            "invoices",
            number=f"CN-{first:%Y-%m}",
            client=story.client,
            kind="credit_note",
            line="contract",
            issue_date=writer.day(18),
            currency="EUR",
            amount_net=f"{story.credit_note}.00",
            status="sent",
        )


def add_friction(writer: Writer, story: Story) -> None:
    for each in story.frictions:
        day = writer.day(each.days_ago)
        resolved = "" if each.resolved_after is None else day + timedelta(days=each.resolved_after)
        writer.add(
            "incidents",
            client=story.client,
            occurred_at=f"{day}T{writer.random.randint(9, 17):02d}:20",
            category=each.category,
            severity=each.severity,
            side=each.side,
            email=story.owner,
            minutes_lost=each.minutes or "",
            in_timesheet="unsure" if each.minutes else "",
            what_happened=each.text,
            causes=each.causes,
            resolved_at=resolved,
            client_confirmed=resolved,
        )


def add_touchpoints(writer: Writer, story: Story) -> None:
    if not story.contracts:
        return
    days_ago = 200
    while days_ago > 0:
        hour = writer.random.choice((21, 22, 23)) if story.talks_at_night else writer.random.randint(9, 17)
        writer.add(
            "touchpoints",
            client=story.client,
            at=f"{writer.day(days_ago)}T{hour:02d}:10",
            direction=writer.random.choice(("in", "out", "both")),
            channel=writer.random.choice(("email", "phone", "meeting")),
            terse="yes" if story.late > 20 and writer.random.random() < 0.4 else "no",
        )
        days_ago -= writer.random.randint(3, 9)
