"""A week's facts made directly: figures of its nights, level changes, flags, incidents."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from clienthealth.base.organisation import organisation
from clienthealth.digest.report import Report, report_for
from clienthealth.digest.weeks import Week
from clienthealth.health.models import LatestFigures, LevelChange, Night, Snapshot
from engagements.models import Client
from issues.models import Cause, Flag, Incident, Touchpoint

WEEK = Week.parse("2026-W14")
SUNDAY = date(2026, 3, 29)
RANKS = {None: -1, "healthy": 0, "watch": 1, "repair": 2, "consider": 3}


def before(days: int) -> date:
    """So many days before the Monday of the digest: 1 is the Sunday, 7 the first day it covers."""
    return WEEK.monday - timedelta(days=days)


def at(client: Client, level: str | None, ratio_e4: int | None = 4200, *, since: int = 60, **fields: Any) -> None:
    """The client's newest night, of the Sunday: at the level since so many days before the Monday."""
    Night.objects.get_or_create(day=SUNDAY, defaults={"computed_at": datetime(2026, 3, 30, 4, 10, tzinfo=UTC)})
    plain = {
        "effort_cents": None if ratio_e4 is None else ratio_e4 * 100,
        "revenue_cents": 1_000_000,
        "ratio_e4": ratio_e4,
        "minutes": 7200,
        "status": "ok",
        "level": level,
        "parts": {"notes": {"communication_minutes": 60}},
    }
    own = {"level_rank": RANKS[level], "level_since": before(since)}
    LatestFigures.objects.create(client=client, day=SUNDAY, **{**plain, **own, **fields})
    Snapshot.objects.create(client=client, day=SUNDAY, **plain)


def moved(client: Client, start: str | None, end: str | None, days: int = 3, **reason: Any) -> LevelChange:
    told = reason or {"measure": "ratio", "values": [7600, 7700, 7800]}
    return LevelChange.objects.create(client=client, day=before(days), from_level=start, to_level=end, reason=told)


def flagged(client: Client, days: int = 3, **fields: Any) -> Flag:
    figures = {"ratio_e4": 10_600, "effort_cents": 901_000, "revenue_cents": 850_000, "minutes": 12720}
    return Flag.objects.create(client=client, raised_on=before(days), figures=figures, **fields)


def incident(client: Client, days: int = 3, reporter: User | None = None, **fields: Any) -> Incident:
    """An incident of so many days before the Monday, without side and cause unless the fields say so."""
    causes = fields.pop("causes", [])
    day = before(days)
    made = Incident.objects.create(
        client=client,
        category="delivery",
        severity="low",
        occurred_at=datetime.combine(day, time(12), UTC),
        occurred_on=day,
        reporter=reporter.person if reporter else None,
        import_id=1,
        **fields,
    )
    for name in causes:
        made.causes.add(Cause.objects.get(name_key=name))  # the usual causes are there from the start
    return made


def contact(client: Client, days: int) -> Touchpoint:
    return Touchpoint.objects.create(client=client, at=datetime.combine(before(days), time(12), UTC))


def report(user: User, week: Week = WEEK) -> Report:
    return report_for(user, week, organisation(), timezone.now())


def titles(user: User) -> list[str]:
    return [item.title for item in report(user).items]
