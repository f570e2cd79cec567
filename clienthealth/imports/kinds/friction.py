"""Incidents, the minutes others lost through them, and touchpoints."""

from collections import defaultdict
from functools import cached_property
from typing import Any

from clienthealth.imports import cells
from clienthealth.imports.cells import Name
from clienthealth.imports.kinds.base import Column, Fingerprinted, Row
from clienthealth.imports.kinds.clients import CLIENT
from clienthealth.imports.problems import Bad, Reason
from clienthealth.imports.report import Outcome
from engagements.models import Client
from issues.models import MINUTES_LOST_MAX, Cause, Incident, IncidentMinutes, Touchpoint


class Incidents(Fingerprinted):
    """Incidents are known by client, instant, category, reporter (as written) and which of those it is in the file.

    A later file updates them. Incidents that people typed are never touched.
    """

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
    identity = ("client", "occurred_at", "category", "email")
    plain = {
        "severity": "severity",
        "side": "side",
        "in_timesheet": "in_timesheet",
        "what_happened": "what_happened",
        "resolved_at": "resolved_on",
        "client_confirmed": "client_confirmed_on",
    }

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.stored: dict[str | None, Incident] = {}
        self.minutes: dict[str | None, IncidentMinutes] = {}
        """The reporters' minutes, by their own key."""
        self.links: dict[int, dict[int, int]] = {}
        """For a stored incident: its causes, each with the link between them."""

    @cached_property
    def causes(self) -> dict[str, Cause]:
        return {cause.name_key: cause for cause in Cause.objects.all()}

    def load(self, keys: list[str]) -> None:
        self.stored, self.minutes, self.links = {}, {}, defaultdict(dict)
        by_id: dict[int, Incident] = {}
        for incident in Incident.objects.filter(source_key__in=keys):
            if incident.client_id in self.book.clients_by_id:
                incident.client = self.book.clients_by_id[incident.client_id]
                self.stored[incident.source_key] = by_id[incident.pk] = incident
        for minutes in IncidentMinutes.objects.filter(source_key__in=[_minutes_key(key) for key in keys]):
            if minutes.incident_id in by_id:
                minutes.incident = by_id[minutes.incident_id]
                self.minutes[minutes.source_key] = minutes
        links = Incident.causes.through._default_manager.filter(incident__source_key__in=keys)
        for link, incident_id, cause_id in links.values_list("pk", "incident_id", "cause_id"):
            self.links[incident_id][cause_id] = link

    def settle(self, row: Row) -> Outcome:
        client = self.book.client(row["client"])
        incident = self.stored.get(row.key)
        if incident is None:
            incident = self._add(row, client)
            self._set_causes(row, incident)
            self._set_minutes(row, incident)
            return Outcome.NEW
        changed = self.plan.change(incident, self.fields(row, self.plain, everything=False))
        beside = ["causes" in self.given and self._set_causes(row, incident)]
        beside.append("minutes_lost" in self.given and self._set_minutes(row, incident))
        if any(beside):
            self.plan.touch(incident)
        return Outcome.UPDATED if changed or any(beside) else Outcome.DUPLICATE

    def _add(self, row: Row, client: Client) -> Incident:
        incident = Incident(
            client=client,
            category=row["category"],
            occurred_at=row["occurred_at"],
            occurred_on=row["occurred_at"].astimezone(self.book.options.zone).date(),
            reporter=self.book.people.get(row["email"], "email") if row["email"] else None,
            source_key=row.key,
            **self.fields(row, self.plain, everything=True),
        )
        self.book.incidents.setdefault((client.name_key, row["occurred_at"]), incident)
        self.plan.add(incident)
        return incident

    def _set_causes(self, row: Row, incident: Incident) -> bool:
        links = self.links[incident.pk] if incident.pk else {}
        causes = [self._cause(name) for name in row["causes"]]
        new = [(incident, cause) for cause in causes if cause.pk not in links]
        gone = [link for cause_id, link in links.items() if cause_id not in {cause.pk for cause in causes}]
        self.plan.causes_of += new
        self.plan.causes_gone += gone
        return bool(new or gone)

    def _set_minutes(self, row: Row, incident: Incident) -> bool:
        """No person: the minutes are the reporter's."""
        said, key = row["minutes_lost"], _minutes_key(row.key)
        stored = self.minutes.get(key)
        if stored is None:
            if said is not None:
                self.plan.add(IncidentMinutes(incident=incident, minutes=said, source_key=key))
            return said is not None
        if said is None:
            self.plan.remove(stored)
            return True
        return self.plan.change(stored, {"minutes": said})

    def _cause(self, name: Name) -> Cause:
        if name.key not in self.causes:
            self.causes[name.key] = self.plan.add(Cause(name=name.text, name_key=name.key))
        return self.causes[name.key]


def _minutes_key(incident_key: str) -> str:
    """The key of the reporter's minutes, which stand in the incident's own row."""
    return f"{incident_key}-reporter"


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
