"""The nightly pass: every client's figures for a night, the level that follows, and the flag.

Facts are read and figures worked out outside any transaction. History before the night itself is inserted ahead, in
small transactions; it shows only when the last, short one has written the night, the latest figures and the flags
together. So a run that is stopped half-way shows nothing, and running it again changes nothing.
"""

import logging
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from clienthealth.base.models import Organisation
from clienthealth.base.organisation import organisation, yesterday
from clienthealth.health import store
from clienthealth.health.evaluation import Evaluation, evaluate
from clienthealth.health.facts import ClientFacts, load
from clienthealth.health.models import LatestFigures, Night, Snapshot, ThresholdOverride, Thresholds
from clienthealth.health.revenue import Slice
from clienthealth.health.walk import Row, Walk, state_of
from engagements.models import Client

log = logging.getLogger(__name__)

BACKFILL_NIGHTS = 91
ATTEMPTS = 3
CHUNK = 1000
"""Clients worked out at a time, so that memory does not grow with the portfolio."""

ONE_DAY = timedelta(days=1)


class Refused(Exception):
    """The night asked for cannot be evaluated; the message says why and what to do."""


@dataclass
class Outcome:
    """What a run did; counts are those of the night `as_of`."""

    as_of: date
    clients: int = 0
    evaluated: int = 0
    insufficient: int = 0
    flags_raised: int = 0
    flags_recovered: int = 0
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        return vars(self) | {"as_of": self.as_of.isoformat(), "seconds": round(self.seconds, 3)}


@dataclass
class Plan:
    """Which nights a run writes.

    `coming` are the nights after the newest stored one up to the target: they move levels and are shown together.
    `back` are earlier nights, written where absent. They move the levels only of clients without any night yet; of
    the others they are written only if `fills_all`.
    """

    target: date
    newest: date | None
    coming: list[date] = field(default_factory=list)
    back: list[date] = field(default_factory=list)
    fills_all: bool = False

    @property
    def is_older(self) -> bool:
        """A night before the newest stored one: rows that are absent are written, no level moves."""
        return self.newest is not None and self.target < self.newest


def recompute(as_of: date | None = None, backfill: int | None = None) -> Outcome:
    """Evaluate the night `as_of` (default: yesterday in the organisation's zone) and what was missed before it.

    `backfill` also fills absent nights in that many before it. Raises Refused for a night that is not over yet.
    """
    started = time.monotonic()
    of = organisation()
    newest_over = yesterday(of)
    target = as_of or newest_over
    if target > newest_over:
        raise Refused(
            f"{target} is not over yet: the newest night that can be evaluated is {newest_over} ({of.zone}). "
            "Leave out --as-of, or name that night or an earlier one."
        )
    for _attempt in range(ATTEMPTS):
        outcome = _Run(target, backfill, of.currency).carry_out(started)
        if outcome is not None:
            return outcome
        log.info("facts changed while the night was read; reading them again")
    raise Refused("The facts kept changing while the night was read. Run it again when imports have ended.")


def restate(day: date, client_ids: Collection[int] | None = None) -> dict[int, Evaluation]:
    """Figures of a night from the facts as they are now; nothing is stored."""
    settings = Thresholds.objects.current()
    limits = settings.limits()
    facts = load(_window_start(day, settings), day, organisation().currency, client_ids)
    return {client.id: evaluate(client, day, settings.window_days, limits) for client in facts.values()}


def revenue_slices(client_id: int, day: date) -> list[Slice]:
    """What makes up the client's net revenue in the window ending on the day, from the facts as they are now."""
    first = _window_start(day, Thresholds.objects.current())
    slices = load(first, day, organisation().currency, [client_id])[client_id].revenue
    return [each for each in slices if each.last >= first and not (each.known_on and each.known_on > day)]


def nights(first: date, last: date) -> list[date]:
    """Every day from first to last, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def plan(target: date, backfill: int | None) -> Plan:
    """The nights of a run. On a database without nights the last 91 come along, so that trend and level are there."""
    newest = Night.objects.newest_day()
    start = target - timedelta(days=BACKFILL_NIGHTS if backfill is None else backfill)
    fills_all = backfill is not None
    if newest is not None and target < newest:
        return Plan(target, newest, back=nights(start if fills_all else target, target), fills_all=True)
    earliest = target - timedelta(days=BACKFILL_NIGHTS)
    since = target if newest is None else max(newest + ONE_DAY, earliest)
    return Plan(target, newest, nights(since, target), nights(start, min(since - ONE_DAY, target)), fills_all)


class _Run:
    """One attempt at a plan: history ahead, then everything that shows in one transaction."""

    def __init__(self, target: date, backfill: int | None, currency: str) -> None:
        self.facts_version = _facts_version()
        self.plan = plan(target, backfill)
        self.currency = currency
        self.settings = _kept(Thresholds.objects.current())
        self.latest = {each.client_id: each for each in LatestFigures.objects.all()}
        self.now = timezone.now()
        self.walks: list[Walk] = []
        self.history_days: set[date] = set()

    def carry_out(self, started: float) -> Outcome | None:
        """None where facts or nights changed between reading and writing: nothing shows, the caller tries again."""
        ids = list(Client.objects.order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(ids), CHUNK):
            self._work_out(ids[start : start + CHUNK])
        with transaction.atomic():
            Organisation.objects.select_for_update().get(pk=1)
            if _facts_version() != self.facts_version or Night.objects.newest_day() != self.plan.newest:
                return None
            raised, recovered = self._finish(started)
        clients, sufficient = store.counts(self.plan.target)
        insufficient = clients - sufficient
        seconds = time.monotonic() - started
        return Outcome(self.plan.target, clients, sufficient, insufficient, raised, recovered, seconds)

    def _work_out(self, client_ids: Sequence[int]) -> None:
        """Evaluate these clients' nights, insert their history, and keep what the last transaction needs."""
        todo = self._todo(client_ids)
        days = [day for look_back, go in todo.values() for day in (*look_back, *go)]
        if not days:
            return
        facts = load(_window_start(min(days), self.settings), max(days), self.currency, list(todo))
        overrides = _overrides(min(days), max(days), list(todo))
        history: list[Row] = []
        for client_id, client in facts.items():
            walk = self._walk(client, overrides.get(client_id, []), *todo[client_id])
            history.extend(row for row in walk.rows if not self._shows(row))
            walk.rows = [row for row in walk.rows if self._shows(row)]
            if walk.rows:
                self.walks.append(walk)
            client.forget()
        self.history_days.update(row.figures.day for row in history)
        with transaction.atomic():
            store.write_history(history, self.settings, self.now)

    def _todo(self, client_ids: Sequence[int]) -> dict[int, tuple[list[date], list[date]]]:
        """By client: nights to write without moving a level, and nights that move it."""
        back = self.plan.back
        stored: dict[int, set[date]] = {}
        if self.plan.fills_all:
            rows = Snapshot.objects.filter(day__in=back, client__in=client_ids).values_list("client_id", "day")
            for client_id, day in rows:
                stored.setdefault(client_id, set()).add(day)
        todo: dict[int, tuple[list[date], list[date]]] = {}
        for client_id in client_ids:
            absent = [day for day in back if self.plan.fills_all and day not in stored.get(client_id, ())]
            if self.plan.is_older:
                look_back, go = absent, []
            elif client_id in self.latest:
                look_back, go = absent, self.plan.coming
            else:
                look_back, go = [], [*back, *self.plan.coming]
            if look_back or go:
                todo[client_id] = look_back, go
        return todo

    def _walk(
        self, client: ClientFacts, overrides: list[ThresholdOverride], look_back: list[date], go: list[date]
    ) -> Walk:
        walk = Walk(client, self.settings, overrides)
        if latest := self.latest.get(client.id):
            walk.state, walk.level_since = state_of(latest), latest.level_since
        walk.look_back(look_back)
        walk.go(go)
        return walk

    def _shows(self, row: Row) -> bool:
        """Whether the row belongs to what becomes visible at once at the end, rather than to earlier history."""
        day = row.figures.day
        return not self.plan.is_older and (day == self.plan.target or day in self.plan.coming)

    def _finish(self, started: float) -> tuple[int, int]:
        """Write what shows: the nights, the latest figures, level changes and flags. Nothing where nothing is new."""
        raised = recovered = 0
        judged = None
        if self.walks:
            judged = self.plan.target
            shown = (row for walk in self.walks for row in walk.rows)
            store.write_history(shown, self.settings, self.now)
            store.write_latest(self.walks, store.trends_of(self.walks, judged), self.settings, self.now)
            before = {client_id: each.judged_level for client_id, each in self.latest.items()}
            raised, recovered = store.judge_flags(self.walks, before, judged)
        coming = self.plan.coming if self.walks else []
        store.write_nights(judged, {*self.history_days, *coming} - {judged}, time.monotonic() - started)
        return raised, recovered


def _window_start(day: date, settings: Thresholds) -> date:
    return day - timedelta(days=settings.window_days - 1)


def _facts_version() -> int:
    return Organisation.objects.values_list("facts_version", flat=True).get(pk=1)


def _kept(settings: Thresholds) -> Thresholds:
    """The settings as a saved version, so that every snapshot can name its own."""
    if settings.pk is None:
        with transaction.atomic():
            Organisation.objects.select_for_update().get(pk=1)
            settings = Thresholds.objects.current()
            if settings.pk is None:
                settings.save()
    return settings


def _overrides(first: date, last: date, client_ids: Collection[int]) -> dict[int, list[ThresholdOverride]]:
    """Overrides that may hold on a day of the range, by client, newest first."""
    rows = ThresholdOverride.objects.filter(valid_from__lte=last, valid_to__gte=first, client__in=client_ids)
    found: dict[int, list[ThresholdOverride]] = {}
    for row in rows.order_by("-pk"):
        found.setdefault(row.client_id, []).append(row)
    return found
