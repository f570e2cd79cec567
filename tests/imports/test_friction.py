"""Incidents, lost minutes and touchpoints: what comes in and what is rejected."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Person
from clienthealth.base.models import Organisation
from clienthealth.imports.models import Import
from engagements.models import Client
from issues.models import Cause, Incident, IncidentMinutes, Touchpoint
from tests.imports.folders import (
    INCIDENT_COLUMNS,
    Report,
    counts,
    import_one,
    rejections,
    run_import,
    small_agency,
    write,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_warsaw(db: None) -> None:
    Organisation.objects.update(zone="Europe/Warsaw")


@pytest.mark.usefixtures("in_warsaw")
def test_incidents_with_every_column(tmp_path: Path) -> None:
    known = Cause.objects.count()
    text = INCIDENT_COLUMNS + (
        'acme,2026-03-02T23:30:00Z,delivery,high,client,ann@agency.test,45,no,"late, again",'
        "long  WAIT; red tape;Red Tape,2026-03-05,2026-03-06\n"
        "Acme,2026-03-02,communication,low,,,,,,,,\n"
    )
    report = import_one(small_agency(tmp_path, incidents=text), "incidents")

    assert counts(report) == (2, 0, 0, 0, 0)
    assert report["totals"] == {"minutes_by_client": {}, "amount_by_client": {}}
    full, plain = Incident.objects.order_by("pk")
    assert (full.occurred_at, full.occurred_on) == (datetime(2026, 3, 2, 23, 30, tzinfo=UTC), date(2026, 3, 3))
    assert (full.category, full.severity, full.side, full.in_timesheet) == ("delivery", "high", "client", "no")
    assert (full.reporter and full.reporter.name, full.what_happened) == ("Ann Able", "late, again")
    assert (full.resolved_on, full.client_confirmed_on) == (date(2026, 3, 5), date(2026, 3, 6))
    assert sorted(cause.name for cause in full.causes.all()) == ["Long wait", "red tape"]
    assert Cause.objects.count() == known + 1
    assert [(row.person, row.minutes) for row in full.minutes.all()] == [(None, 45)]
    assert (plain.occurred_at, plain.occurred_on) == (datetime(2026, 3, 1, 23, tzinfo=UTC), date(2026, 3, 2))
    assert (plain.side, plain.in_timesheet, plain.reporter, plain.minutes.count()) == ("unknown", "unsure", None, 0)


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"client": "Nobody"}, "client", "unknown_client"),
        ({"occurred_at": ""}, "occurred_at", "bad_date"),
        ({"occurred_at": "2026-03-02T25:00"}, "occurred_at", "bad_date"),
        ({"category": ""}, "category", "bad_value"),
        ({"severity": "huge"}, "severity", "bad_value"),
        ({"minutes_lost": "-1"}, "minutes_lost", "bad_duration"),
        ({"minutes_lost": "100001"}, "minutes_lost", "bad_duration"),
        ({"causes": "fine;" + "x" * 201}, "causes", "too_long"),
        ({"resolved_at": "soon"}, "resolved_at", "bad_date"),
        ({"what_happened": "x" * 5000}, "what_happened", "too_long"),
    ],
)
def test_incident_rejected(tmp_path: Path, cells: dict[str, Any], column: str, reason: str) -> None:
    names = INCIDENT_COLUMNS.strip().split(",")
    plain = {"client": "Acme", "occurred_at": "2026-03-02T10:00", "category": "delivery", "severity": "low"}
    row = ",".join({**plain, **cells}.get(name, "") for name in names)
    report = import_one(small_agency(tmp_path, incidents=f"{INCIDENT_COLUMNS}{row}\n"), "incidents")

    assert [(each["record"], each["column"], each["reason"]) for each in report["rejected"]] == [(2, column, reason)]
    assert not Incident.objects.exists()
    assert not Cause.objects.filter(name="fine").exists()


FULL = "Acme,2026-03-02T10:00:00Z,delivery,{severity},ours,Bob,{minutes},no,{text},{causes},2026-03-05,\n"


def changed_incident(folder: Path, **cells: Any) -> Report:
    said = {"severity": "low", "minutes": "30", "text": "late", "causes": "long wait;red tape", **cells}
    return import_one(write(folder, incidents=INCIDENT_COLUMNS + FULL.format(**said)), "incidents")


def test_later_file_updates_an_incident(tmp_path: Path) -> None:
    small_agency(tmp_path)
    run_import(tmp_path)
    assert counts(changed_incident(tmp_path)) == (1, 0, 0, 0, 0)
    assert counts(changed_incident(tmp_path)) == (0, 0, 1, 0, 0)

    assert counts(changed_incident(tmp_path, severity="high", text="very late")) == (0, 1, 0, 0, 0)
    incident = Incident.objects.get()
    assert (incident.severity, incident.what_happened, incident.side, incident.version) == (
        "high",
        "very late",
        "ours",
        2,
    )
    [entry] = LogEntry.objects.filter(content_type__model="incident", action=LogEntry.Action.UPDATE)
    assert entry.changes == {"severity": ["low", "high"], "what_happened": ["late", "very late"]}
    assert entry.additional_data == {"import": Import.objects.latest("pk").pk}
    assert counts(changed_incident(tmp_path, severity="high", text="very late")) == (0, 0, 1, 0, 0)


def test_causes_of_an_incident_follow_the_file(tmp_path: Path) -> None:
    small_agency(tmp_path)
    changed_incident(tmp_path)
    changed_incident(tmp_path, causes="Red Tape;new one")
    incident = Incident.objects.get()
    assert sorted(cause.name for cause in incident.causes.all()) == ["new one", "red tape"]
    assert incident.version == 2
    changed_incident(tmp_path, causes="")
    assert Incident.objects.get().causes.count() == 0


def test_minutes_of_the_reporter_follow_the_file(tmp_path: Path) -> None:
    small_agency(tmp_path)
    changed_incident(tmp_path, minutes="")
    incident = Incident.objects.get()
    typed = IncidentMinutes.objects.create(incident=incident, minutes=7)
    others = "client,occurred_at,email,minutes\nAcme,2026-03-02T10:00:00Z,,5\n"
    run_import(write(tmp_path / "others", incident_minutes=others))

    def minutes() -> list[int]:
        return sorted(incident.minutes.exclude(minutes__in=[5, 7]).values_list("minutes", flat=True))

    assert counts(changed_incident(tmp_path, minutes="30")) == (0, 1, 0, 0, 0)
    assert minutes() == [30]
    assert counts(changed_incident(tmp_path, minutes="45")) == (0, 1, 0, 0, 0)
    assert minutes() == [45]
    assert counts(changed_incident(tmp_path, minutes="")) == (0, 1, 0, 0, 0)
    assert minutes() == []
    assert counts(changed_incident(tmp_path, minutes="")) == (0, 0, 1, 0, 0)
    assert IncidentMinutes.objects.get(pk=typed.pk).version == 1
    assert incident.minutes.count() == 2
    history = LogEntry.objects.filter(content_type__model="incidentminutes").order_by("pk")
    told = [(entry.get_action_display(), entry.changes["minutes"]) for entry in history]
    assert told[-3:] == [("create", ["None", "30"]), ("update", ["30", "45"]), ("delete", ["45", "None"])]


def test_columns_an_incident_file_lacks_leave_what_is_stored(tmp_path: Path) -> None:
    small_agency(tmp_path)
    changed_incident(tmp_path)
    short = "client,occurred_at,category,severity,email\nACME,2026-03-02T11:00:00+01:00,Delivery,high,bob\n"

    assert counts(import_one(write(tmp_path / "b", incidents=short), "incidents")) == (0, 1, 0, 0, 0)
    incident = Incident.objects.get()
    assert (incident.severity, incident.side, incident.what_happened) == ("high", "ours", "late")
    assert (incident.resolved_on, incident.causes.count()) == (date(2026, 3, 5), 2)
    assert incident.minutes.get().minutes == 30


def test_incidents_of_one_identity_are_counted_within_the_file(tmp_path: Path) -> None:
    one, other = "Acme,2026-03-02,delivery,low,,,5,,{text},,,\n", "Acme,2026-03-02,delivery,low,,Bob,,,a,,,\n"
    text = INCIDENT_COLUMNS + one.format(text="a") * 2 + other
    assert counts(import_one(small_agency(tmp_path, incidents=text), "incidents")) == (3, 0, 0, 0, 0)

    text = INCIDENT_COLUMNS + one.format(text="a") + one.format(text="b") + other + one.format(text="c")
    report = import_one(write(tmp_path, incidents=text), "incidents")

    assert counts(report) == (1, 1, 2, 0, 0)
    found = Incident.objects.filter(reporter=None).order_by("pk").values_list("what_happened", "minutes__minutes")
    assert list(found) == [("a", 5), ("b", 5), ("c", 5)]


def test_incidents_that_people_typed_are_left_alone(tmp_path: Path) -> None:
    run_import(small_agency(tmp_path))
    typed = Incident.objects.create(
        client=Client.objects.get(name="Acme"),
        occurred_at=datetime(2026, 3, 2, 10, tzinfo=UTC),
        occurred_on=date(2026, 3, 2),
        category="delivery",
        severity="high",
        reporter=Person.objects.get(name="Bob"),
    )
    assert counts(changed_incident(tmp_path)) == (1, 0, 0, 0, 0)
    typed.refresh_from_db()
    assert (typed.severity, typed.version, typed.minutes.count()) == ("high", 1, 0)


def test_number_of_queries_does_not_depend_on_how_many_incidents_change(tmp_path: Path) -> None:
    small_agency(tmp_path)
    row = "Acme,2026-03-02T10:00:00Z,delivery,{severity},,p{n}@x.test,{minutes},,,{cause},,\n"
    every = range(60)

    def queries(number: int, **cells: str) -> int:
        rows = "".join(row.format(n=n, **cells) for n in every[:number])
        folder = write(tmp_path / "only", incidents=INCIDENT_COLUMNS + rows)
        with CaptureQueriesContext(connection) as captured:
            assert import_one(folder, "incidents")["updated"] == number
        return len(captured)

    for cause in ("b", "a"):  # both are known then
        rows = "".join(row.format(n=n, severity="low", minutes="5", cause=cause) for n in every)
        run_import(write(tmp_path, incidents=INCIDENT_COLUMNS + rows))
    changed = queries(2, severity="high", minutes="6", cause="b")
    assert queries(60, severity="medium", minutes="7", cause="b") == changed
    taken_away = queries(2, severity="low", minutes="", cause="a")
    assert queries(60, severity="high", minutes="", cause="a") == taken_away


def test_minutes_of_others_find_their_incident(tmp_path: Path) -> None:
    incidents = INCIDENT_COLUMNS + (
        "Acme,2026-03-02T10:00:00Z,delivery,low,,,,,first,,,\nAcme,2026-03-02T11:00:00+01:00,delivery,low,,,,,second,,,\n"
    )
    text = (
        "client,occurred_at,email,minutes\n"
        "ACME,2026-03-02T10:00:00,bob@agency.test,30\nAcme,2026-03-02T10:00:00Z,,20.5\n"
        "Acme,2026-03-02T10:00:01Z,Bob,5\nZenith,2026-03-02T10:00:00Z,Bob,5\nAcme,2026-03-02T10:00:00Z,Bob,\n"
    )
    folder = small_agency(tmp_path, incidents=incidents, incident_minutes=text)
    report = import_one(folder, "incident_minutes")

    assert rejections(report) == [
        (4, "occurred_at", "2026-03-02T10:00:01Z", "bad_value"),
        (5, "occurred_at", "2026-03-02T10:00:00Z", "bad_value"),
        (6, "minutes", "", "no_duration"),
    ]
    rows = IncidentMinutes.objects.order_by("pk").values_list("incident__what_happened", "person__name", "minutes")
    assert list(rows) == [("first", "Bob", 30), ("first", None, 21)]

    # In a later import the incident is a stored one.
    later = import_one(write(tmp_path / "later", incident_minutes=text.replace(",30", ",31")), "incident_minutes")
    assert (later["new"], later["duplicate"]) == (1, 1)
    assert IncidentMinutes.objects.get(minutes=31).incident.what_happened == "first"


def test_touchpoints(tmp_path: Path) -> None:
    text = (
        "client,at,direction,channel,terse\nAcme,2026-03-02T10:00:00Z,in,email,yes\nAcme,2026-03-02,,,\n"
        f"Acme,2026-03-02,,{'x' * 41},\nAcme,,in,,\nAcme,2026-03-02,up,,\n"
    )
    report = import_one(small_agency(tmp_path, touchpoints=text), "touchpoints")

    assert [(each["column"], each["reason"]) for each in report["rejected"]] == [
        ("channel", "too_long"),
        ("at", "bad_date"),
        ("direction", "bad_value"),
    ]
    assert list(Touchpoint.objects.order_by("pk").values_list("direction", "channel", "is_terse")) == [
        ("in", "email", True),
        ("both", "", False),
    ]
