"""Clients, who owns them, and when they may reach us."""

from datetime import date, timedelta
from functools import cached_property
from typing import Any

from accounts.models import Person
from clienthealth.imports import cells
from clienthealth.imports.cells import Name
from clienthealth.imports.kinds.base import Column, Kind, Row
from clienthealth.imports.problems import Bad, Reason
from clienthealth.imports.report import Outcome
from engagements.models import Client, ClientOwner, ContactHours

CLIENT = Column("client", cells.name, required=Reason.UNKNOWN_CLIENT)
"""A client that must be known already."""


class Clients(Kind):
    name = "clients"
    columns = (
        Column("client", cells.name, required=Reason.BAD_VALUE),
        Column("owner_email", cells.person),
        Column("status", cells.one_of(Client.Status.values), Client.Status.ACTIVE.value),
        Column("started_on", cells.day),
        Column("contact_every_days", cells.number(1, 3660)),
        Column("exempt", cells.yes_no, empty=False),
    )
    plain = {
        "status": "status",
        "started_on": "started_on",
        "contact_every_days": "contact_every_days",
        "exempt": "is_exempt",
    }

    def settle(self, row: Row) -> Outcome:
        name: Name = row["client"]
        owner = self.book.people.get(row["owner_email"], "owner_email") if row["owner_email"] else None
        stored = self.book.clients.get(name.key)
        values = self.fields(row, self.plain, everything=stored is None)
        client, outcome = self.put(stored, Client, values, name=name.text, name_key=name.key)
        self.book.clients[name.key] = client
        changed = "owner_email" in self.given and self._own(client, owner)
        return Outcome.UPDATED if changed and outcome == Outcome.DUPLICATE else outcome

    def _own(self, client: Client, person: Person | None) -> bool:
        """Make the person the owner from today on; nobody ends the current ownership. Whether that changed anything."""
        current = self.book.owners.get(client.name_key)
        if current is None:
            if person is not None:
                self._open(client, person, (client.started_on or self.book.today) if client.pk is None else None)
            return person is not None
        if current.person == person:
            return False
        yesterday = self.book.today - timedelta(days=1)
        if person is None:
            # The end may not lie before the start; what gives access is only that the end is open.
            self.plan.change(current, {"to_on": max(yesterday, current.from_on)})
            del self.book.owners[client.name_key]
        elif yesterday < current.from_on:
            self.plan.change(current, {"person": person})
        else:
            self.plan.change(current, {"to_on": yesterday})
            self._open(client, person, None)
        return True

    def _open(self, client: Client, person: Person, from_on: date | None) -> None:
        row = ClientOwner(client=client, person=person, from_on=from_on or self.book.today)
        self.book.owners[client.name_key] = self.plan.add(row)


class Hours(Kind):
    name = "contact_hours"
    columns = (
        CLIENT,
        Column("weekdays", cells.weekdays, required=Reason.BAD_VALUE),
        Column("from", cells.clock, required=Reason.BAD_VALUE),
        Column("to", cells.clock, required=Reason.BAD_VALUE),
        Column("zone", cells.zone, ""),
    )

    @cached_property
    def stored(self) -> dict[tuple[Any, ...], ContactHours]:
        rows = {}
        for row in ContactHours.objects.all():
            if row.client_id in self.book.clients_by_id:
                row.client = self.book.clients_by_id[row.client_id]
                rows[row.client.name_key, row.weekdays, row.from_time] = row
        return rows

    def settle(self, row: Row) -> Outcome:
        client = self.book.client(row["client"])
        if row["to"] <= row["from"]:
            raise Bad(Reason.BAD_VALUE, "to")
        key = (client.name_key, row["weekdays"], row["from"])
        stored = self.stored.get(key)
        values = self.fields(row, {"to": "to_time", "zone": "zone"}, everything=stored is None)
        self.stored[key], outcome = self.put(
            stored, ContactHours, values, client=client, weekdays=row["weekdays"], from_time=row["from"]
        )
        return outcome
