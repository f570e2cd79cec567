"""The effort-to-revenue ratio of one client and what a night may say of it.

Pure arithmetic on the standard library (method, sections 3.1, 3.3 and 3.4). Amounts are exact hundredths of the
reporting currency; None is unknown, because a cost rate or an exchange rate is missing.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

OK, UNDEFINED, INSUFFICIENT, UNPAID, INACTIVE = "ok", "undefined", "insufficient", "unpaid", "inactive"
NO_EFFORT, FEW_HOURS, FEW_WEEKS, TOO_NEW = "no_effort", "few_hours", "few_weeks", "too_new"
MISSING_FX, MISSING_RATE = "missing_fx", "missing_rate"


@dataclass(frozen=True)
class Limits:
    """What a night needs before it counts: hours and weeks in the window, days since the first contract started."""

    least_hours: int = 20
    least_weeks: int = 6
    grace_days: int = 60


@dataclass(frozen=True)
class Window:
    """What is known of one client over a window.

    `effort` and `revenue` are None where unknown; `minutes` counts time entries and added incident minutes. `contracts`
    is how many contracts ran on a day of the window, `all_rest` whether each of them was paused on all its days there.
    `first_start` is the first contract's start, None without any contract.
    """

    effort: Fraction | None
    revenue: Fraction | None
    minutes: int
    weeks: int
    contracts: int
    all_rest: bool
    first_start: date | None
    lacks_fx: bool = False
    lacks_rate: bool = False


def ratio(effort: Fraction | None, revenue: Fraction | None) -> Fraction | None:
    """Effort cost ÷ net revenue; None without revenue or where either is unknown."""
    if effort is None or revenue is None or revenue <= 0:
        return None
    return effort / revenue


def status(window: Window, day: date, limits: Limits) -> tuple[str, str | None]:
    """The first status that holds, with the reason where data do not suffice. Conditions on an unknown do not hold."""
    effort, revenue = window.effort, window.revenue
    if effort is not None and revenue is not None:
        if revenue <= 0 and (effort == 0 or (window.contracts and window.all_rest)):
            return INACTIVE, None
        if effort > 0 and revenue <= 0 and not window.contracts:
            return UNPAID, None
    if reason := _insufficient(window, day, limits):
        return INSUFFICIENT, reason
    if revenue is not None and revenue <= 0:
        return UNDEFINED, None
    return OK, None


def _insufficient(window: Window, day: date, limits: Limits) -> str | None:
    if window.effort == 0 and window.revenue is not None and window.revenue > 0:
        return NO_EFFORT
    if window.minutes < limits.least_hours * 60:
        return FEW_HOURS
    if window.weeks < limits.least_weeks:
        return FEW_WEEKS
    if is_too_new(window.first_start, day, limits.grace_days):
        return TOO_NEW
    if window.lacks_fx:
        return MISSING_FX
    if window.lacks_rate:
        return MISSING_RATE
    return None


def is_too_new(first_start: date | None, day: date, grace_days: int) -> bool:
    """Whether the first contract started fewer than `grace_days` days before; also without any contract."""
    return first_start is None or (day - first_start).days < grace_days


def added_minutes(*, yes: int, no: int, unsure: int, logged: int) -> int:
    """Incident minutes of one person, client and day that the timesheet does not hold already.

    `logged` is what that person logged on that client that day; minutes said to be in the timesheet are taken from it
    first, and what is left may cover the unsure ones.
    """
    return no + max(0, unsure - max(0, logged - yes))


def week_of(day: date) -> int:
    """A number that is the same for all days of one ISO week and grows by one from week to week."""
    return (day.toordinal() - 1) // 7
