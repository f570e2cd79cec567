"""Incidents, lost minutes and touchpoints: what comes in and what is rejected."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from clienthealth.base.models import Organisation
from issues.models import Cause, Incident, IncidentMinutes, Touchpoint
from tests.imports.folders import INCIDENT_COLUMNS, counts, import_one, rejections, small_agency, write

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
