"""The level, night by night: three lines with hysteresis over the last values with sufficient data.

Pure arithmetic on the standard library. Values and lines are ratios in ten-thousandths; INFINITE stands for effort
without revenue.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import inf

HOLD_MAX = 30
"""The most nights a value may have to hold; as many values are kept."""

NIGHTS_UNTIL_DROPPED = 30
"""After so many nights in a row without sufficient data a level is no longer shown."""

INFINITE = inf


class Level(StrEnum):
    """From best to worst."""

    HEALTHY = "healthy"
    WATCH = "watch"
    REPAIR = "repair"
    CONSIDER = "consider"

    @property
    def rank(self) -> int:
        """0 healthy … 3 consider."""
        return list(Level).index(self)


@dataclass(frozen=True)
class Line:
    """A value at or above `enter` has entered, at or below `leave` has left; between, nothing changes."""

    enter: int
    leave: int


@dataclass(frozen=True)
class Lines:
    watch: Line
    repair: Line
    consider: Line

    def by_level(self) -> dict[Level, Line]:
        return {Level.WATCH: self.watch, Level.REPAIR: self.repair, Level.CONSIDER: self.consider}


STANDARD_LINES = Lines(Line(6000, 5500), Line(7500, 6500), Line(10_000, 9000))


@dataclass(frozen=True)
class State:
    """What one night hands to the next: the last values (newest last), the lines on, nights in a row without data.

    `level` is what is shown: None before the first `hold` values and after a month without data.
    """

    values: tuple[float, ...] = ()
    on: frozenset[Level] = field(default_factory=frozenset)
    nights_without_data: int = 0
    level: Level | None = None

    @classmethod
    def starting(cls, level: Level) -> "State":
        """A client that already has this level: its line and all milder ones are on."""
        return cls(on=frozenset(each for each in list(Level)[1:] if each.rank <= level.rank), level=level)


def next_state(state: State, value: float | None, lines: Lines, hold: int) -> State:
    """The state after one more night. `value` None: a night without sufficient data, skipped by the series."""
    if value is None:
        nights = state.nights_without_data + 1
        dropped = nights >= NIGHTS_UNTIL_DROPPED
        return replace(state, nights_without_data=nights, level=None if dropped else state.level)
    values = (*state.values, value)[-HOLD_MAX:]
    if len(values) < hold:
        return State(values, state.on, 0, state.level or _level_known_before(state))
    recent = values[-hold:]
    on = frozenset(level for level, line in lines.by_level().items() if _is_on(line, recent, was_on=level in state.on))
    return State(values, on, 0, max(on, key=lambda each: each.rank, default=Level.HEALTHY))


def _is_on(line: Line, recent: tuple[float, ...], *, was_on: bool) -> bool:
    if min(recent) >= line.enter:
        return True
    if max(recent) <= line.leave:
        return False
    return was_on


def _level_known_before(state: State) -> Level | None:
    """A level that was dropped for want of data comes back with the first value; before any level there is none."""
    return max(state.on, key=lambda each: each.rank, default=None)
