"""The rows of some invented clients, collected and written table by table."""

import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Model

from clienthealth.base.models import Organisation
from clienthealth.base.text import name_key
from clienthealth.demo.effort import LENGTHS, MIX
from clienthealth.demo.invented import FRICTIONS, RETAINER, WEEKS_A_MONTH, Invented, Terms
from clienthealth.demo.rows import Keys, insert
from clienthealth.demo.seasons import share_of_week
from engagements.models import Client, ClientOwner, Contract, Invoice, InvoiceLine, Payment, TimeEntry
from engagements.pricing import Unpriced, price
from issues.models import Incident, Touchpoint

Day = tuple[date, float]
"""A working day with its share of a week's hours."""
CYCLE = [name for name, share in MIX.items() for _ in range(round(share * 50))]
TERMS_DAYS = 14
TALKS_FOR_DAYS = 120
COLUMNS: dict[type[Model], tuple[str, ...]] = {
    Client: ("id", "name", "name_key", "status", "started_on", "contact_every_days"),
    ClientOwner: ("client_id", "person_id", "from_on"),
    Contract: (
        "id", "client_id", "name", "name_key", "kind", "fee_cents", "period", "start_on", "end_on", "bill_rate_cents",
        "currency", "payment_terms_days", "notice_days",
    ),
    TimeEntry: (
        "client_id", "contract_id", "person_id", "work_on", "cost_cents_per_hour", "cost_rate_source",
        "bill_cents_per_hour", "minutes", "seconds", "is_billable", "activity",
    ),
    Invoice: ("id", "number", "client_id", "issue_on", "due_on", "currency"),
    InvoiceLine: ("invoice_id", "contract_id", "amount_cents"),
    Payment: ("invoice_id", "on", "amount_cents"),
    Incident: (
        "client_id", "category", "severity", "side", "what_happened", "occurred_at", "occurred_on", "reporter_id",
    ),
    Touchpoint: ("client_id", "at", "direction", "channel"),
}  # fmt: skip
"""In this order: a row comes after those it refers to."""


def working_days(last: date, count: int) -> list[Day]:
    """The days of the history on which somebody works, oldest first."""
    days = (last - timedelta(days=back) for back in range(count, -1, -1))
    return [(day, share) for day in days if (share := share_of_week(day))]


class Sheet:
    """Rows of new clients by table."""

    def __init__(self, last: date, days: Sequence[Day], of: Organisation, record: int, chance: random.Random) -> None:
        self.last = last
        self.days = days
        self.of = of
        self.record = record
        self.chance = chance
        self.keys = Keys(Client, Contract, Invoice)
        self.rows: dict[type[Model], list[tuple[Any, ...]]] = defaultdict(list)
        self.entries: list[Unpriced] = []
        self.said: list[tuple[int, int, bool, str]] = []

    def add(self, new: Invented, manager: int, team: Sequence[int], batch: str) -> None:
        client = self.keys.next(Client)
        since = str(new.terms.start) if new.terms else None
        self.rows[Client].append((client, new.name, name_key(new.name), new.status, since, 14))
        self.rows[ClientOwner].append((client, manager, since or str(self.last)))
        if new.terms is None:
            return
        contract = self.add_contract(client, new.terms)
        self.add_time(client, new, manager, team)
        self.add_invoices(client, contract, new, f"{batch}-{client}")
        self.add_friction(client, new, manager)

    def add_contract(self, client: int, terms: Terms) -> int:
        contract = self.keys.next(Contract)
        period = "month" if terms.kind == RETAINER else ""
        end = str(terms.end) if terms.end else None
        row = (contract, client, terms.name, name_key(terms.name), terms.kind, terms.fee_cents, period)
        self.rows[Contract].append((*row, str(terms.start), end, terms.bill_cents, self.of.currency, TERMS_DAYS, 30))
        return contract

    def add_time(self, client: int, new: Invented, manager: int, team: Sequence[int]) -> None:
        terms, draw, at, planned = new.terms, self.chance.random, self.chance.randrange(len(CYCLE)), 0.0
        assert terms is not None  # noqa: S101  only clients with a contract are worked for
        weekly = new.hours * 60
        for day, share in self.days:
            if day < terms.start or day > new.ends_on:
                continue
            planned += weekly * share * (0.6 + 0.8 * draw())
            while planned >= 30:
                minutes = min(LENGTHS[int(draw() * len(LENGTHS))], int(planned // 15) * 15)
                planned -= minutes
                at += 7
                activity = CYCLE[at % len(CYCLE)]
                person = manager if activity in ("communication", "management") else team[at % len(team)]
                self.entries.append(Unpriced(client, None, False, person, day))
                self.said.append((minutes, minutes * 60, activity in ("delivery", "communication"), activity))

    def add_invoices(self, client: int, contract: int, new: Invented, number: str) -> None:
        """One a month, in advance; by the hour and at a fixed fee what a usual month comes to."""
        terms = new.terms
        assert terms is not None  # noqa: S101  as above
        amount = _a_month(new, terms)
        first = (terms.start.replace(day=1) + timedelta(days=32)).replace(day=1)
        while first <= min(self.last, new.ends_on):
            invoice = self.keys.next(Invoice)
            due = first + timedelta(days=TERMS_DAYS)
            row = (invoice, f"{number}-{first:%Y%m}", client, str(first), str(due), self.of.currency)
            self.rows[Invoice].append(row)
            self.rows[InvoiceLine].append((invoice, contract, amount))
            paid = due + timedelta(days=new.late_days + int(self.chance.random() * 6))
            if paid <= self.last:
                self.rows[Payment].append((invoice, str(paid), amount))
            first = (first + timedelta(days=32)).replace(day=1)

    def add_friction(self, client: int, new: Invented, manager: int) -> None:
        days = max(1, min(180, (self.last - new.terms.start).days if new.terms else 1))
        for _number in range(new.frictions):
            day = self.last - timedelta(days=self.chance.randrange(days))
            self.rows[Incident].append((client, *self.chance.choice(FRICTIONS), self.instant(day), str(day), manager))
        back = min(TALKS_FOR_DAYS, days)
        while (back := back - self.chance.randint(4, 20)) > 0:
            direction, channel = self.chance.choice(("in", "out", "both")), self.chance.choice(("email", "phone"))
            at = self.instant(self.last - timedelta(days=back))
            self.rows[Touchpoint].append((client, at, direction, channel))

    def instant(self, day: date) -> Any:
        at = time(9 + int(self.chance.random() * 8), int(self.chance.random() * 12) * 5)
        return connection.ops.adapt_datetimefield_value(datetime.combine(day, at, self.of.zone_info))

    def write(self) -> None:
        """Inside a transaction. Prices need the contracts, so they are worked out on the way."""
        for model, names in COLUMNS.items():
            rows = self.priced() if model is TimeEntry else self.rows[model]
            same = {} if model is ClientOwner else {"import_id": self.record}
            insert(model, names, rows, **same)
        self.keys.settle()

    def priced(self) -> list[tuple[Any, ...]]:
        price(self.entries)
        return [
            (
                entry.client_id,
                entry.contract_id,
                entry.person_id,
                entry.work_on.isoformat(),
                entry.cost_cents_per_hour,
                str(entry.cost_rate_source),
                entry.bill_cents_per_hour,
                *said,
            )
            for entry, said in zip(self.entries, self.said, strict=True)
        ]


def _a_month(new: Invented, terms: Terms) -> int:
    """Hundredths."""
    if terms.bill_cents:
        return round(new.hours * WEEKS_A_MONTH * terms.bill_cents * 0.78)
    if terms.kind == RETAINER or terms.end is None:
        return terms.fee_cents or 0
    months = max(1, round((terms.end - terms.start).days / 30.4))
    return (terms.fee_cents or 0) // months
