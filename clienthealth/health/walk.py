"""One client's nights in order: figures, the level that follows from each, and what must be stored."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from clienthealth.health import ratios
from clienthealth.health.evaluation import Evaluation, evaluate
from clienthealth.health.facts import ClientFacts
from clienthealth.health.levels import Level, State, next_state
from clienthealth.health.models import LatestFigures, LevelChange, ThresholdOverride, Thresholds
from engagements.models import Client

WITHOUT_LEVEL = {Client.Status.PROSPECT, Client.Status.OFFBOARDING, Client.Status.PARTED}
INFINITE_STORED = "inf"
TREND_WEEKS = 13


@dataclass(frozen=True)
class Row:
    """A night's figures with the level as it stood; `level` is None on nights that move no level."""

    figures: Evaluation
    level: Level | None


@dataclass
class Walk:
    """A client on its way through the nights. `rows` are the nights evaluated, `changes` the levels that changed."""

    client: ClientFacts
    settings: Thresholds
    overrides: Sequence[ThresholdOverride]
    state: State = field(default_factory=State)
    level_since: date | None = None
    rows: list[Row] = field(default_factory=list)
    changes: list[LevelChange] = field(default_factory=list)

    def look_back(self, days: Sequence[date]) -> None:
        """Evaluate nights that move no level."""
        self.rows.extend(Row(self._evaluate(day), None) for day in days)

    def go(self, days: Sequence[date]) -> None:
        """Evaluate nights in order, each moving the level on from the one before."""
        for day in days:
            figures = self._evaluate(day)
            before = self.state.level
            outside = self.outside(day)
            if outside:
                self.state = State()
            else:
                lines = (self._override(day) or self.settings).lines()
                self.state = next_state(self.state, figures.measure, lines, self.settings.hold_nights)
            if self.state.level != before:
                self._note_change(day, before, outside)
            self.rows.append(Row(figures, self.state.level))

    def outside(self, day: date) -> str:
        """Why the client has no level on the day: its status, an exemption, or the grace after its first contract."""
        if self.client.status in WITHOUT_LEVEL:
            return self.client.status
        if self.client.is_exempt_on(day):
            return "exempt"
        override = self._override(day)
        grace = self.settings.grace_days if override is None or override.grace_days is None else override.grace_days
        started = self.client.first_start
        return "grace" if started and ratios.is_too_new(started, day, grace) else ""

    def _evaluate(self, day: date) -> Evaluation:
        return evaluate(self.client, day, self.settings.window_days, self.settings.limits())

    def _override(self, day: date) -> ThresholdOverride | None:
        """The newest override valid on the day (they come newest first)."""
        return next((each for each in self.overrides if each.valid_from <= day <= each.valid_to), None)

    def _note_change(self, day: date, before: Level | None, outside: str) -> None:
        self.level_since = day if self.state.level else None
        held = stored_values(self.state)[-self.settings.hold_nights :]
        reason: dict[str, Any] = {"outside": outside} if outside else {"measure": "ratio", "values": held}
        if self.state.level is None and not outside:
            reason = {"nights_without_data": self.state.nights_without_data}
        self.changes.append(
            LevelChange(client_id=self.client.id, day=day, from_level=before, to_level=self.state.level, reason=reason)
        )


def stored_values(state: State) -> list[Any]:
    """The series as JSON can hold it."""
    return [INFINITE_STORED if value == float("inf") else value for value in state.values]


def state_of(latest: LatestFigures) -> State:
    """The state in which the last night left the client."""
    return State(
        values=tuple(float("inf") if value == INFINITE_STORED else value for value in latest.series),
        on=frozenset(Level(each) for each in latest.lines_on),
        nights_without_data=latest.nights_without_data,
        level=Level(latest.level) if latest.level else None,
    )


def trend_days(day: date) -> list[date]:
    """The nights of the 13-week line that ends on the day, oldest first."""
    return [day - timedelta(weeks=back) for back in reversed(range(TREND_WEEKS))]
