"""Time and direct costs."""

from clienthealth.imports import cells
from clienthealth.imports.kinds.base import Column, Fingerprinted, Row
from clienthealth.imports.kinds.clients import CLIENT
from clienthealth.imports.problems import Bad, Reason
from clienthealth.imports.report import Outcome
from engagements.models import DirectCost, TimeEntry

LONG_SECONDS = 24 * 60 * 60
NO_TRACKER = ("", "")
"""Project and task of an entry that names none."""


class Time(Fingerprinted):
    """Time entries. No client: internal time. Neither clients nor contracts come into being by it."""

    name = "time"
    columns = (
        Column("email", cells.person, required=Reason.UNKNOWN_PERSON),
        Column("client", cells.name, needed=True),
        Column("contract", cells.name),
        Column("date", cells.day, required=Reason.BAD_DATE),
        Column("minutes", cells.seconds_worked, required=Reason.NO_DURATION),
        Column("billable", cells.yes_no, empty=True),
        Column("activity", cells.one_of(TimeEntry.Activity.values), TimeEntry.Activity.DELIVERY.value),
        Column("note", cells.note, ""),
    )
    model = TimeEntry
    dated = "date"

    def settle(self, row: Row) -> Outcome:
        client = self.book.client(row["client"]) if row["client"] else None
        contract = None
        if row["contract"]:
            if client is None:
                raise Bad(Reason.UNKNOWN_CONTRACT, "contract")
            contract = self.book.contract(client, row["contract"])
        seconds: int = row["minutes"]
        outcome = Outcome.DUPLICATE if self.is_stored(row) else Outcome.NEW
        if outcome == Outcome.NEW:
            # Light, because a file may have a million of them; `write` makes entries of them batch by batch.
            self.plan.time.add(
                (
                    self.plan.number(client),
                    self.plan.number(contract),
                    self.plan.number(self.book.people.get(row["email"], "email")),
                    row["date"].toordinal(),
                    seconds,
                    row["billable"],
                    row["activity"],
                    row["note"],
                    row.key,
                    *NO_TRACKER,
                )
            )
        self.report.add_seconds(client.name if client else None, seconds)
        if seconds > LONG_SECONDS:
            self.report.note_long_entry(row.record)
        return outcome


class Costs(Fingerprinted):
    name = "costs"
    columns = (
        CLIENT,
        Column("date", cells.day, required=Reason.BAD_DATE),
        Column("amount", cells.money, required=Reason.MISSING_AMOUNT),
        Column("currency", cells.currency),
        Column("pass_through", cells.yes_no, empty=False),
        Column("note", cells.note, ""),
    )
    model = DirectCost
    dated = "date"

    def prepare(self, rows: list[Row]) -> None:
        for row in rows:
            row.values["currency"] = row["currency"] or self.book.options.currency
        super().prepare(rows)

    def settle(self, row: Row) -> Outcome:
        client = self.book.client(row["client"])
        if self.is_stored(row):
            return Outcome.DUPLICATE
        self.plan.add(
            DirectCost(
                client=client,
                on=row["date"],
                amount_cents=row["amount"],
                currency=row["currency"],
                is_pass_through=row["pass_through"],
                note=row["note"],
                source_key=row.key,
            )
        )
        return Outcome.NEW
