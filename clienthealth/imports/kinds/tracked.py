"""Time as time trackers export it: by names, in hours, with project and task."""

from collections.abc import Collection
from typing import Any

from accounts.models import Person
from clienthealth.base.text import LINE
from clienthealth.imports import cells, dates, decimals, words
from clienthealth.imports.book import Book
from clienthealth.imports.cells import Name, Who
from clienthealth.imports.kinds.base import Column, Fingerprinted, Row
from clienthealth.imports.kinds.effort import LONG_SECONDS
from clienthealth.imports.plan import Plan
from clienthealth.imports.problems import Bad, NoData, Reason
from clienthealth.imports.report import FileReport, Outcome
from engagements.models import Client, TimeEntry

NOBODY_NAMED = Name("(unknown person)", "(unknown person)")
"""Whose time it is where a file names nobody."""


class TrackedTime(Fingerprinted):
    """Time entries of a tracker. New names become clients and people without a sign-in, never contracts.

    A row is known by its day, client, project, task, person, seconds and note as the file has them, whatever they are
    mapped to: flags, rates and amounts may change later, and the account's settings change only how they are written.
    """

    name = "time"
    columns = (
        Column("date", dates.day, required=Reason.BAD_DATE, evidence=dates.DateOrder),
        Column("client", cells.first_of_names),
        Column("project", cells.name),
        Column("task", cells.name),
        Column("note", cells.note, ""),
        Column("hours", decimals.hours, evidence=decimals.DecimalSign),
        Column("rounded_hours", decimals.hours, evidence=decimals.DecimalSign),
        Column("billable", words.yes_no, empty=True),
        Column("email", cells.email, ""),
        Column("first_name", cells.name),
        Column("last_name", cells.name),
    )
    model = TimeEntry
    dated = "date"
    identity = ("date", "client", "project", "task", "full_name", "seconds", "note")
    scope = ("tracked",)

    def __init__(self, book: Book, plan: Plan, report: FileReport, given: Collection[str]) -> None:
        super().__init__(book, plan, report, given)
        self._spelled: dict[str, str] = {}
        """How the file first spelled the clients of rows that are there already."""

    @classmethod
    def complete(cls, values: dict[str, Any], given: Collection[str]) -> None:
        seconds = values["rounded_hours"] if values["hours"] is None else values["hours"]
        if seconds is None:
            raise Bad(Reason.NO_DURATION, "hours")
        if seconds == 0:
            raise NoData
        values["seconds"] = seconds
        values["full_name"] = _full_name(values["first_name"], values["last_name"])
        if "client" not in given:
            values["client"] = values["project"]

    def settle(self, row: Row) -> Outcome:
        is_stored = self.is_stored(row)
        client = self._known_client(row["client"]) if is_stored else self._enter(row)
        self.report.add_seconds(client, row["seconds"])
        if row["seconds"] > LONG_SECONDS:
            self.report.note_long_entry(row.record)
        return Outcome.DUPLICATE if is_stored else Outcome.NEW

    def _known_client(self, name: Name | None) -> str | None:
        """A client's name as we spell it; as the file does, where the client has another name by now."""
        if name is None:
            return None
        client = self.book.find_client(name)
        return client.name if client else self._spelled.setdefault(name.key, name.text)

    def _enter(self, row: Row) -> str | None:
        """Add the entry with everybody it needs; the name of its client."""
        named: Name | None = row["client"]
        project, task = row["project"], row["task"]
        person = self._person(row["email"], row["full_name"])
        client = self._client(named) if named else None
        contract = self.book.find_contract(client, project) if client and project else None
        # Light, because a file may have a million of them; `write` makes entries of them batch by batch.
        self.plan.time.add(
            (
                self.plan.number(client),
                self.plan.number(contract),
                self.plan.number(person),
                row["date"].toordinal(),
                row["seconds"],
                row["billable"],
                _activity(task),
                row["note"],
                row.key,
                project.text if project else "",
                task.text if task else "",
            )
        )
        return client.name if client else None

    def _person(self, email: str, name: Name | None) -> Person:
        """Who did it: by e-mail, else by name; new where nobody is known by either."""
        named = name or (None if email else NOBODY_NAMED)
        who = Who(email, named) if named else cells.person(email, self.book.options)
        try:
            known = self.book.people.match(email, named, self._naming_column(email))
        except Bad:
            self.report.unclear_people.setdefault(who.key, who.name.text)
            raise
        if known is not None:
            return known
        self.report.new_people.setdefault(who.key, who.name.text)
        return self.book.people.add(email or None, who.name)

    def _naming_column(self, email: str) -> str:
        naming = ("email", "first_name", "last_name") if email else ("first_name", "last_name")
        return next((column for column in naming if column in self.given), "")

    def _client(self, name: Name) -> Client:
        known = self.book.find_client(name)
        if known is not None:
            return known
        self.report.new_clients.setdefault(name.key, name.text)
        return self.book.add_client(name)


def _full_name(first: Name | None, last: Name | None) -> Name | None:
    parts = [part for part in (first, last) if part]
    name = Name(" ".join(part.text for part in parts), " ".join(part.key for part in parts))
    if max(map(len, name)) > LINE:
        raise Bad(Reason.TOO_LONG, "first_name")
    return name if parts else None


def _activity(task: Name | None) -> str:
    return words.ACTIVITIES.get(task.key if task else "", TimeEntry.Activity.DELIVERY.value)
