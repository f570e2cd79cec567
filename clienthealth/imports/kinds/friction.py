"""Incidents, the minutes others lost through them, and touchpoints."""

from functools import cached_property

from clienthealth.imports import cells
from clienthealth.imports.cells import Name
from clienthealth.imports.kinds.base import Column, Fingerprinted, Row
from clienthealth.imports.kinds.clients import CLIENT
from clienthealth.imports.problems import Bad, Reason
from clienthealth.imports.report import Outcome
from engagements.models import Client
from issues.models import MINUTES_LOST_MAX, Cause, Incident, IncidentMinutes, Touchpoint


class Incidents(Fingerprinted):
    """Incidents have no id: a row that says something else in a later file is another incident."""

    name = "incidents"
    columns = (
        CLIENT,
        Column("occurred_at", cells.instant, required=Reason.BAD_DATE),
        Column("category", cells.one_of(Incident.Category.values), required=Reason.BAD_VALUE),
        Column("severity", cells.one_of(Incident.Severity.values), required=Reason.BAD_VALUE),
        Column("side", cells.one_of(Incident.Side.values), Incident.Side.UNKNOWN.value),
        Column("email", cells.person),
        Column("minutes_lost", cells.minutes_lost(MINUTES_LOST_MAX)),
        Column("in_timesheet", cells.one_of(Incident.InTimesheet.values), Incident.InTimesheet.UNSURE.value),
        Column("what_happened", cells.note, ""),
        Column("causes", cells.names, ()),
        Column("resolved_at", cells.day),
        Column("client_confirmed", cells.day),
    )
    model = Incident
    dated = "occurred_at"

    @cached_property
    def causes(self) -> dict[str, Cause]:
        return {cause.name_key: cause for cause in Cause.objects.all()}

    def settle(self, row: Row) -> Outcome:
        client = self.book.client(row["client"])
        if self.is_stored(row):
            return Outcome.DUPLICATE
        incident = Incident(
            client=client,
            category=row["category"],
            severity=row["severity"],
            side=row["side"],
            occurred_at=row["occurred_at"],
            occurred_on=row["occurred_at"].astimezone(self.book.options.zone).date(),
            reporter=self.book.people.get(row["email"], "email") if row["email"] else None,
            what_happened=row["what_happened"],
            in_timesheet=row["in_timesheet"],
            resolved_on=row["resolved_at"],
            client_confirmed_on=row["client_confirmed"],
            source_key=row.key,
        )
        self.plan.add(incident)
        self.plan.causes_of += [(incident, self._cause(cause)) for cause in row["causes"]]
        if row["minutes_lost"] is not None:
            # No person: the minutes are the reporter's.
            self.plan.add(IncidentMinutes(incident=incident, minutes=row["minutes_lost"]))
        self.book.incidents.setdefault((client.name_key, row["occurred_at"]), incident)
        return Outcome.NEW

    def _cause(self, name: Name) -> Cause:
        if name.key not in self.causes:
            self.causes[name.key] = self.plan.add(Cause(name=name.text, name_key=name.key))
        return self.causes[name.key]


class LostMinutes(Fingerprinted):
    """Minutes that others lost, too. The incident is the client's first one at that instant."""

    name = "incident_minutes"
    columns = (
        CLIENT,
        Column("occurred_at", cells.instant, required=Reason.BAD_DATE),
        Column("email", cells.person),
        Column("minutes", cells.minutes_lost(MINUTES_LOST_MAX), required=Reason.NO_DURATION),
    )
    model = IncidentMinutes
    dated = "occurred_at"

    def prepare(self, rows: list[Row]) -> None:
        super().prepare(rows)
        for incident in Incident.objects.filter(occurred_at__in={row["occurred_at"] for row in rows}).order_by("-pk"):
            if incident.client_id in self.book.clients_by_id:
                incident.client = self.book.clients_by_id[incident.client_id]
                # Stored ones go before those of this import, the oldest first of all.
                self.book.incidents[incident.client.name_key, incident.occurred_at] = incident

    def settle(self, row: Row) -> Outcome:
        client: Client = self.book.client(row["client"])
        incident = self.book.incidents.get((client.name_key, row["occurred_at"]))
        if incident is None:
            raise Bad(Reason.BAD_VALUE, "occurred_at")
        if self.is_stored(row):
            return Outcome.DUPLICATE
        person = self.book.people.get(row["email"], "email") if row["email"] else None
        self.plan.add(IncidentMinutes(incident=incident, person=person, minutes=row["minutes"], source_key=row.key))
        return Outcome.NEW


class Touchpoints(Fingerprinted):
    name = "touchpoints"
    columns = (
        CLIENT,
        Column("at", cells.instant, required=Reason.BAD_DATE),
        Column("direction", cells.one_of(Touchpoint.Direction.values), Touchpoint.Direction.BOTH.value),
        Column("channel", cells.text(40), ""),
        Column("terse", cells.yes_no, empty=False),
    )
    model = Touchpoint
    dated = "at"

    def settle(self, row: Row) -> Outcome:
        client = self.book.client(row["client"])
        if self.is_stored(row):
            return Outcome.DUPLICATE
        self.plan.add(
            Touchpoint(
                client=client,
                at=row["at"],
                direction=row["direction"],
                channel=row["channel"],
                is_terse=row["terse"],
                source_key=row.key,
            )
        )
        return Outcome.NEW
