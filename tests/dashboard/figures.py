"""Stored figures of the night to 2026-03-31, made directly: pages only show them."""

from datetime import date
from typing import Any

from clienthealth.health.models import LatestFigures, LevelChange, Night
from engagements.models import Client
from issues.models import Flag

D = date(2026, 3, 31)
RANKS = {"healthy": 0, "watch": 1, "repair": 2, "consider": 3, None: -1}


def night(day: date = D) -> Night:
    return Night.objects.get_or_create(day=day, defaults={"is_judged": True, "seconds": 1.5})[0]


def latest(client: Client, level: str | None = "healthy", ratio_e4: int | None = 4200, **fields: Any) -> LatestFigures:
    """A client's newest night: revenue 10,000.00, effort by the ratio, 120 hours, level since 1 March."""
    night()
    effort = None if ratio_e4 is None else ratio_e4 * 100
    plain = {
        "day": D,
        "effort_cents": effort,
        "revenue_cents": 1_000_000,
        "ratio_e4": ratio_e4,
        "minutes": 7200,
        "status": "ok",
        "level": level,
        "level_rank": RANKS[level],
        "level_since": date(2026, 3, 1) if level else None,
        "trend": [ratio_e4] * 13,
        "parts": {
            "effort": {"time": effort, "incidents": 0, "direct": 0},
            "minutes": {"time": 7200, "incidents": 0},
            "revenue": [{"source": "retainer", "contract": None, "cents": 1_000_000}],
            "notes": {"communication_minutes": 60},
        },
    }
    return LatestFigures.objects.create(client=client, **{**plain, **fields})


def changed(client: Client, before: str | None, after: str | None, day: date, **reason: Any) -> LevelChange:
    told = reason or {"measure": "ratio", "values": [7600, 7700, 7800]}
    return LevelChange.objects.create(client=client, day=day, from_level=before, to_level=after, reason=told)


def flag(client: Client, raised_on: date = date(2026, 3, 20), **fields: Any) -> Flag:
    """An open flag with the figures of the worked example: E 9,010.00, R 8,500.00, 212 hours."""
    figures = {
        "effort_cents": 901_000,
        "revenue_cents": 850_000,
        "ratio_e4": 10_600,
        "minutes": 212 * 60,
        "status": "ok",
        "window_days": 90,
    }
    return Flag.objects.create(client=client, raised_on=raised_on, figures=figures, **fields)
