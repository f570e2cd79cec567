"""What a client's night is called, and why (section 3, fine print)."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from .contracts import Contract, paused_on, runs_on

FEWEST_MINUTES = 20 * 60
FEWEST_WEEKS = 6
FEWEST_DAYS_SINCE_START = 60


@dataclass(frozen=True)
class Facts:
    """What the status is judged by. effort and revenue are both None where any rate lacks."""

    effort: Fraction | None
    revenue: Fraction | None
    missing: str | None
    minutes: int
    weeks: int
    contracts: list[Contract]
    window: list[date]


def status_of(facts: Facts) -> tuple[str, str | None]:
    """The first status that holds, with its reason (section 3, fine print)."""
    if facts.effort is not None and facts.revenue is not None and facts.revenue <= 0:
        active = [c for c in facts.contracts if any(runs_on(c, d) for d in facts.window)]
        paused = [c for c in active if paused_whenever_running(c, facts.window)]
        if facts.effort == 0:
            return "inactive", None
        if active and len(paused) == len(active):
            return "inactive", None
        if facts.effort > 0 and not active:
            return "unpaid", None
    reason = insufficient_reason(facts)
    if reason is not None:
        return "insufficient", reason
    if facts.revenue is not None and facts.revenue <= 0:
        return "undefined", None
    return "ok", None


def paused_whenever_running(contract: Contract, window: list[date]) -> bool:
    """Every day of the window on which the contract runs is a paused one."""
    return all(paused_on(contract, day) for day in window if runs_on(contract, day))


def insufficient_reason(facts: Facts) -> str | None:
    """The first reason that holds; a condition on an unknown value does not."""
    if facts.revenue is not None and facts.revenue > 0 and facts.effort == 0:
        return "no_effort"
    if facts.minutes < FEWEST_MINUTES:
        return "few_hours"
    if facts.weeks < FEWEST_WEEKS:
        return "few_weeks"
    starts = [contract.start for contract in facts.contracts]
    if not starts or (facts.window[-1] - min(starts)).days < FEWEST_DAYS_SINCE_START:
        return "too_new"
    return facts.missing
