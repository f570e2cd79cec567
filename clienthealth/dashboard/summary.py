"""What the today page says about many clients at once. Everything is counted over the clients the reader sees."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.translation import get_language, ngettext, ngettext_lazy
from django.utils.translation import gettext as _

from accounts.rights import Right, may
from clienthealth.base.amounts import half_up
from clienthealth.dashboard import wording
from clienthealth.health.levels import Level
from clienthealth.health.models import LatestFigures, LevelChange, Night, Reason, ThresholdOverride, Thresholds
from engagements.models import Client, ClientOwner
from issues.models import Incident

WEEK = timedelta(days=7)
SHARED_SECONDS = 60
LINE_NAMES = [f"{level.value}_{edge}" for level in list(Level)[1:] for edge in ("enter", "leave")]
"""The fields of a level's lines, in settings and in overrides alike."""

NOTE_TEXTS = {
    "silent": ngettext_lazy(
        "%(count)d client has no communication or management time logged: its ratio is too good",
        "%(count)d clients have no communication or management time logged: their ratios are too good",
        "count",
    ),
    "invoiced": ngettext_lazy(
        "%(count)d client has a contract without end and estimate: its revenue follows the invoices",
        "%(count)d clients have a contract without end and estimate: their revenue follows the invoices",
        "count",
    ),
    "stray": ngettext_lazy(
        "%(count)d invoice line for contract work names no contract",
        "%(count)d invoice lines for contract work name no contract",
        "count",
    ),
}


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
class Gap:
    """A line about the data: how many, what, and where to look."""

    text: str
    href: str = ""


@dataclass(frozen=True)
class Whole:
    """What is said of everything the reader sees. `portfolio` and `gaps` are only for those who see all clients."""

    clients: int
    moves: list[Move]
    better: int
    worse: int
    portfolio: Portfolio | None = None
    gaps: list[Gap] = field(default_factory=list)


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
    """Incidents whose side is not known or that name no cause: what a later report cannot learn from.

    The last recorded come first: read backwards, the first few are found without sorting all.
    """
    named = Incident.causes.through.objects.filter(incident=OuterRef("pk"))
    rows = Incident.objects.visible_to(user).filter(Q(side=Incident.Side.UNKNOWN) | ~Exists(named))
    found: QuerySet[Incident] = rows.order_by("-pk")
    return found


def newest(incidents: QuerySet[Incident]) -> QuerySet[Incident]:
    """These incidents (already cut to a few) by the day they happened, newest first."""
    found = Incident.objects.filter(pk__in=incidents.values("pk"))
    return found.select_related("client").order_by("-occurred_on", "-pk")


def data_gaps(latest: QuerySet[LatestFigures], clients: QuerySet[Client]) -> list[Gap]:
    """What makes figures less certain than they look, by how much."""
    totals: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for reason, minutes, notes in latest.values_list("reason", "minutes", "parts__notes").iterator():
        notes = notes or {}
        reasons[reason] += 1
        totals["minutes"] += minutes
        totals["default"] += notes.get("default_rate_minutes", 0)
        totals["unattributed"] += notes.get("unattributed_minutes", 0)
        totals["silent"] += bool(minutes) and not notes.get("communication_minutes", 0)
        totals["invoiced"] += bool(notes.get("invoiced_basis"))
        totals["stray"] += notes.get("contract_lines_without_contract", 0)
    owned = ClientOwner.objects.filter(client=OuterRef("pk"), to_on=None)
    without_owner = clients.filter(~Exists(owned), status=Client.Status.ACTIVE).count()
    return [*_reason_gaps(reasons), *_note_gaps(totals), *_owner_gaps(without_owner)]


def _reason_gaps(reasons: Counter[str]) -> list[Gap]:
    return [
        Gap(
            ngettext("%(count)d client: %(reason)s", "%(count)d clients: %(reason)s", reasons[reason.value])
            % {"count": reasons[reason.value], "reason": reason.label}
        )
        for reason in (Reason.NO_EFFORT, Reason.MISSING_RATE, Reason.MISSING_FX, Reason.FEW_HOURS, Reason.FEW_WEEKS)
        if reasons[reason.value]
    ]


def _note_gaps(totals: Counter[str]) -> list[Gap]:
    gaps = []
    if totals["default"]:
        share = wording.percent(Fraction(totals["default"], totals["minutes"] or 1))
        gaps.append(Gap(_("%(share)s of hours are priced by the company default rate") % {"share": share}))
    if totals["unattributed"]:
        text = _("%(hours)s hours belong to no contract: they count as effort, not as revenue")
        gaps.append(Gap(text % {"hours": wording.hours(totals["unattributed"])}))
    gaps += [Gap(text % {"count": totals[key]}) for key, text in NOTE_TEXTS.items() if totals[key]]
    return gaps


def _owner_gaps(count: int) -> list[Gap]:
    text = ngettext("%(count)d active client has no manager", "%(count)d active clients have no manager", count)
    return [Gap(text % {"count": count})] if count else []
