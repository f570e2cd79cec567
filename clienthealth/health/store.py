"""What a run of the night writes: history, latest figures, level changes, nights, flags. Always in batches."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from clienthealth.health.evaluation import Evaluation
from clienthealth.health.levels import Level
from clienthealth.health.models import LatestFigures, LevelChange, Night, Snapshot, Status, Thresholds
from clienthealth.health.walk import WITHOUT_LEVEL, Row, Walk, stored_values, trend_days
from issues.flags import close_flags, raise_flags
from issues.models import Flag

BATCH = 1000
LATEST_FIELDS = [
    field.name
    for field in LatestFigures._meta.get_fields()
    if field.concrete and field.name not in ("client", "judged_level")
]


def figures_fields(figures: Evaluation, level: Level | None, settings: Thresholds, now: datetime) -> dict[str, Any]:
    """The columns that a snapshot and the latest figures share."""
    return {
        "day": figures.day,
        "client_id": figures.client_id,
        "effort_cents": figures.effort_cents,
        "revenue_cents": figures.revenue_cents,
        "ratio_e4": figures.ratio_e4,
        "minutes": figures.minutes,
        "status": figures.status,
        "reason": figures.reason or "",
        "level": level,
        "ratio_level": level,
        "parts": figures.parts,
        "window_days": settings.window_days,
        "thresholds": settings,
        "computed_at": now,
    }


def write_history(rows: Iterable[Row], settings: Thresholds, now: datetime) -> None:
    """Insert snapshots where none is stored; a stored night is never changed."""
    snapshots = (Snapshot(**figures_fields(row.figures, row.level, settings, now)) for row in rows)
    Snapshot.objects.bulk_create(snapshots, ignore_conflicts=True, batch_size=BATCH)


def write_latest(
    walks: Sequence[Walk], trends: dict[int, list[int | None]], settings: Thresholds, now: datetime
) -> None:
    """Replace each client's latest figures by its last row; what flags were judged on stays."""
    rows = []
    for walk in walks:
        last = walk.rows[-1]
        rows.append(
            LatestFigures(
                **figures_fields(last.figures, last.level, settings, now),
                trend=trends[walk.client.id],
                series=stored_values(walk.state),
                lines_on=sorted(walk.state.on, key=lambda each: each.rank),
                nights_without_data=walk.state.nights_without_data,
                level_since=walk.level_since,
                level_rank=last.level.rank if last.level else -1,
            )
        )
    LatestFigures.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["client"], update_fields=LATEST_FIELDS, batch_size=BATCH
    )
    changes = [change for walk in walks for change in walk.changes]
    LevelChange.objects.bulk_create(changes, ignore_conflicts=True, batch_size=BATCH)


def trends_of(walks: Sequence[Walk], day: date) -> dict[int, list[int | None]]:
    """The 13-week lines ending on the day: nights of this run from its rows, the others as stored."""
    days = trend_days(day)
    stored: dict[tuple[int, date], int | None] = {}
    for client_id, night, ratio in Snapshot.objects.filter(day__in=days).values_list("client_id", "day", "ratio_e4"):
        stored[client_id, night] = ratio
    lines = {}
    for walk in walks:
        fresh = {row.figures.day: row.figures.ratio_e4 for row in walk.rows}
        lines[walk.client.id] = [stored.get((walk.client.id, night), fresh.get(night)) for night in days]
    return lines


def write_nights(judged: date | None, others: Iterable[date], seconds: float) -> None:
    Night.objects.bulk_create([Night(day=day) for day in others], ignore_conflicts=True, batch_size=BATCH)
    if judged:
        Night.objects.update_or_create(day=judged, defaults={"is_judged": True, "seconds": seconds})


def judge_flags(walks: Sequence[Walk], judged_before: dict[int, str | None], day: date) -> tuple[int, int]:
    """Raise and close flags by the levels of the night; returns how many were raised and how many recovered.

    A flag is raised when the level is Consider and was not on the last night on which flags were judged.
    """
    raised, recovered, exempted, ended = {}, [], [], []
    for walk in walks:
        level = walk.rows[-1].level
        outside = walk.outside(day)
        if outside == "exempt":
            exempted.append(walk.client.id)
        elif outside in WITHOUT_LEVEL:
            ended.append(walk.client.id)
        elif level == Level.CONSIDER:
            if judged_before.get(walk.client.id) != Level.CONSIDER:
                raised[walk.client.id] = _figures_of(walk)
        elif level is not None:
            recovered.append(walk.client.id)
    _note_judged(walks)
    open_before = set(Flag.objects.open().values_list("client_id", flat=True))
    closed = close_flags(open_before & set(recovered), day, Flag.Outcome.RECOVERED)
    close_flags(open_before & set(exempted), day, Flag.Outcome.EXEMPTED)
    close_flags(open_before & set(ended), day, Flag.Outcome.ENDED)
    return raise_flags(raised, day), closed


def _note_judged(walks: Sequence[Walk]) -> None:
    """Remember the level each flag was judged on, one UPDATE per level."""
    by_level: dict[Level | None, list[int]] = {}
    for walk in walks:
        by_level.setdefault(walk.rows[-1].level, []).append(walk.client.id)
    for level, ids in by_level.items():
        for start in range(0, len(ids), BATCH):
            LatestFigures.objects.filter(pk__in=ids[start : start + BATCH]).update(judged_level=level)


def _figures_of(walk: Walk) -> dict[str, Any]:
    """What the flag keeps of the night it was raised, in hundredths, minutes and ten-thousandths."""
    figures = walk.rows[-1].figures
    return {
        "effort_cents": figures.effort_cents,
        "revenue_cents": figures.revenue_cents,
        "ratio_e4": figures.ratio_e4,
        "minutes": figures.minutes,
        "status": figures.status,
        "window_days": walk.settings.window_days,
    }


def counts(day: date) -> tuple[int, int]:
    """Clients with figures on the night, and how many of them had sufficient data."""
    night = Snapshot.objects.filter(day=day)
    sufficient = night.filter(status__in=[Status.OK, Status.UNDEFINED])
    return night.count(), sufficient.count()
