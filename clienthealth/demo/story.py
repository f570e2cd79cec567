"""What a client's story is told with. Days and weeks count back from the demo's last day; amounts are whole units."""

from dataclasses import dataclass
from itertools import pairwise

HISTORY_DAYS = 546
"""Eighteen months, in whole weeks."""

HOME, FOREIGN = "home", "foreign"
"""The reporting currency, and the one other currency of the demo."""

Line = tuple[tuple[float, float], ...]
"""(weeks ago, value), oldest first; straight between the points, level before the first and after the last."""


def value_at(line: Line, weeks_ago: float) -> float:
    if weeks_ago >= line[0][0]:
        return line[0][1]
    for (before, was), (after, becomes) in pairwise(line):
        if weeks_ago >= after:
            return was + (becomes - was) * (before - weeks_ago) / (before - after)
    return line[-1][1]


@dataclass(frozen=True)
class Contract:
    """`started` days ago, on the first of that month where a fee is paid by the month; `ends` days ago, negative ahead.

    `is_billed`: whether the work it is about is put down as billable at all.
    """

    name: str
    kind: str
    fee: int | None = None
    started: int = HISTORY_DAYS
    ends: int | None = None
    period: str = "month"
    bill_rate: int | None = None
    cap: int | None = None
    included_hours: int | None = None
    estimated_hours: int | None = None
    currency: str = HOME
    paused: tuple[int, int] | None = None
    is_billed: bool = True
    terms_days: int = 14
    raised: tuple[int, int] | None = None
    """(days ago, new fee)."""
    milestones: tuple[tuple[int, int], ...] = ()
    """(days ago, amount)."""


@dataclass(frozen=True)
class Friction:
    """An incident so many days ago. An empty text with an unknown side is one somebody still has to complete."""

    days_ago: int
    category: str
    severity: str
    side: str
    text: str = ""
    causes: str = ""
    minutes: int = 0
    resolved_after: int | None = None
    confirmed: bool = True
    reporter: str = ""
    """First name; empty: the account manager."""
    also: tuple[tuple[str, int], ...] = ()
    """(first name, minutes) of others who lost time."""
    at: str = ""
    """Local time; empty: some time in office hours."""


@dataclass(frozen=True)
class Bill:
    """An invoice or correction beside the usual ones. `spread`: days of service up to its issue."""

    days_ago: int
    kind: str
    line: str
    amount: int
    spread: int = 0
    text: str = ""


@dataclass(frozen=True)
class Story:
    """A client of the agency. People are first names; `late`: days invoices are paid after they are due."""

    client: str
    owner: str
    contracts: tuple[Contract, ...] = ()
    hours: Line = ((0, 0),)
    team: tuple[str, ...] = ("dora", "ivo")
    late: Line = ((0, 1),)
    status: str = "active"
    contact_every: int | None = 7
    frictions: tuple[Friction, ...] = ()
    bills: tuple[Bill, ...] = ()
    costs: int = 0
    """Subcontractors, a month."""
    pass_through: int = 0
    """Media or print, a month, billed on at cost."""
    dispute: tuple[int, int] | None = None
    """The invoice before these days was contested from … to."""
    calls_at_night: float = 0.0
    """Share of the client's contacts that come after hours."""
    terse: float = 0.0
    contact_hours: tuple[str, str] | None = ("09:00", "17:30")
    exempt: bool = False
    sway: float = 0.0
    """How far the hours go up and down over half a year, as a share of them."""
    quiet_days: int = 0
    """Nobody has heard of the client for so long."""

    @property
    def started(self) -> int:
        return max((contract.started for contract in self.contracts), default=0)

    @property
    def ended(self) -> int:
        """The last day of work, in days ago."""
        ends = [contract.ends for contract in self.contracts]
        return max(0, min(each for each in ends if each is not None)) if ends and None not in ends else 0
