"""What the today page says about many clients at once. Everything is counted over the clients the reader sees."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.core.cache import cache
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.translation import get_language

from accounts.rights import Right, may
from clienthealth.base.amounts import half_up
from clienthealth.health import wording
from clienthealth.health.gaps import data_gaps
from clienthealth.health.levels import Level
from clienthealth.health.models import LatestFigures, LevelChange, Night, ThresholdOverride, Thresholds
from engagements.models import Client
from issues.models import Incident

WEEK = timedelta(days=7)
SHARED_SECONDS = 60
LINE_NAMES = [f"{level.value}_{edge}" for level in list(Level)[1:] for edge in ("enter", "leave")]
"""The fields of a level's lines, in settings and in overrides alike."""


@dataclass(frozen=True)
class LevelCount:
    level: str
    word: str
    count: int


@dataclass(frozen=True)
class Portfolio:
    """Effort and revenue of all clients whose figures are known; the ratio is of the sums, not a mean of ratios.

    `known` counts the clients that add anything to either sum.
    """

    ratio: str
    margin: str
    known: int
    levels: list[LevelCount]


@dataclass(frozen=True)
class Move:
    """A level that changed, with which way it went; `better` is None where a level appeared or went away."""

    client_id: int
    client: str
    day: date
    before: str
    after: str
    better: bool | None
    why: str


@dataclass(frozen=True)
class Whole:
    """What is said of everything the reader sees. `portfolio` and `gaps` are only for those who see all clients."""

    clients: int
    moves: list[Move]
    better: int
    worse: int
    portfolio: Portfolio | None = None
    gaps: list[str] = field(default_factory=list)


def whole(user: Any, night: Night | None) -> Whole:
    """Who sees all clients shares one reading of all their figures for a minute: it takes longer the more there are."""
    if night is None or not may(user, Right.SEE_ALL_CLIENTS):
        return _read_whole(user, night)
    key = f"whole:{get_language()}:{night.day}:{night.computed_at.timestamp()}:{LatestFigures.objects.count()}"
    found: Whole | None = cache.get(key)
    if found is None:
        found = _read_whole(user, night)
        cache.set(key, found, timeout=SHARED_SECONDS)
    return found


def _read_whole(user: Any, night: Night | None) -> Whole:
    visible = Client.objects.visible_to(user)
    clients = visible.running().count()
    changed, directions = moves(user, night.day) if night else ([], Counter())
    found = Whole(clients, changed, better=directions[True], worse=directions[False])
    if not may(user, Right.SEE_ALL_CLIENTS):
        return found
    latest = LatestFigures.objects.visible_to(user).exclude(client__status=Client.Status.PARTED)
    return replace(found, portfolio=portfolio(latest), gaps=data_gaps(latest, visible))


def portfolio(latest: QuerySet[LatestFigures]) -> Portfolio:
    """One pass over the latest figures."""
    known = Q(effort_cents__isnull=False, revenue_cents__isnull=False)
    by_level = {level: Count("pk", filter=Q(level=level)) for level in Level}
    found = latest.aggregate(
        effort=Sum("effort_cents", filter=known),
        revenue=Sum("revenue_cents", filter=known),
        known=Count("pk", filter=known & ~Q(effort_cents=0, revenue_cents=0)),
        none=Count("pk", filter=Q(level=None)),
        **{level.value: count for level, count in by_level.items()},
    )
    revenue = found["revenue"] or 0
    ratio_e4 = half_up(Fraction(found["effort"] or 0, revenue), 10_000) if revenue > 0 else None
    counts = [*((level.value, found[level.value]) for level in reversed(Level)), ("none", found["none"])]
    return Portfolio(
        ratio=wording.ratio(ratio_e4),
        margin=wording.margin(ratio_e4),
        known=found["known"],
        levels=[LevelCount(level, wording.level_word(level.replace("none", "")), count) for level, count in counts],
    )


def moves(user: Any, day: date, limit: int = 8) -> tuple[list[Move], Counter[bool | None]]:
    """Levels that changed in the week to `day`, newest first, and how many went better (True) or worse (False)."""
    rows = LevelChange.objects.visible_to(user).filter(day__gt=day - WEEK, day__lte=day)
    rows = rows.exclude(from_level=None, to_level=Level.HEALTHY)
    found = [_move(row) for row in rows.select_related("client").order_by("-day", "client__name_key")[:500]]
    return found[:limit], Counter(move.better for move in found)


def _move(row: LevelChange) -> Move:
    better = None
    if row.from_level and row.to_level:
        better = Level(row.to_level).rank < Level(row.from_level).rank
    return Move(
        row.client_id,
        row.client.name,
        row.day,
        row.from_level or "",
        row.to_level or "",
        better,
        wording.change_words(row),
    )


@dataclass(frozen=True)
class Standing:
    """Why a client stands at its present level, and which line it may cross next."""

    why: str = ""
    approaching: str = ""


def standing_of(client_ids: list[int]) -> dict[int, Standing]:
    """The words for these clients, in one query."""
    change = LevelChange.objects.filter(client=OuterRef("client"), day=OuterRef("level_since"))
    override = ThresholdOverride.objects.filter(
        client=OuterRef("client"), valid_from__lte=OuterRef("day"), valid_to__gte=OuterRef("day")
    ).order_by("-pk")
    lines = {f"own_{name}": Subquery(override.values(name)[:1]) for name in LINE_NAMES}
    found = LatestFigures.objects.filter(client__in=client_ids).select_related("thresholds")
    rows = found.annotate(reason_then=Subquery(change.values("reason")[:1]), **lines)
    return {row.client_id: _standing(row) for row in rows.defer("parts", "series", "trend")}


def _standing(row: Any) -> Standing:
    settings = row.thresholds or Thresholds()
    own = {name: getattr(row, f"own_{name}") for name in LINE_NAMES}
    lines = settings.lines() if None in own.values() else ThresholdOverride(**own).lines()
    why = wording.began_words(LevelChange(reason=row.reason_then)) if row.reason_then else ""
    return Standing(why, wording.approaching_words(row, lines, row.lines_on, settings.hold_nights))


def incomplete_incidents(user: Any) -> QuerySet[Incident]:
    """Incidents to complete, the last recorded first: read backwards, the first few are found without sorting all."""
    found: QuerySet[Incident] = Incident.objects.visible_to(user).incomplete().order_by("-pk")
    return found


def newest(incidents: QuerySet[Incident]) -> QuerySet[Incident]:
    """These incidents (already cut to a few) by the day they happened, newest first."""
    found = Incident.objects.filter(pk__in=incidents.values("pk"))
    return found.select_related("client").order_by("-occurred_on", "-pk")
