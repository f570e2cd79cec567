"""Net revenue of one contract as slices: ranges of days on which the same amount is recognised every day.

Pure arithmetic on the standard library, exact fractions throughout (method, section 3.2). Amounts are hundredths of the
reporting currency, net of tax; ranges include both ends. A slice's `per_day` is None where no exchange rate is known.
"""

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Protocol

DAY = timedelta(days=1)


class Exchange(Protocol):
    """Exchange rates into the reporting currency."""

    def rate(self, currency: str, day: date) -> Fraction | None: ...

    def changes(self, currency: str) -> Sequence[date]: ...


@dataclass(frozen=True)
class Slice:
    """`known_on`: the day of the fact behind it, where that may be later than the slice; earlier nights skip it."""

    source: str
    contract_id: int | None
    first: date
    last: date
    per_day: Fraction | None
    known_on: date | None = None

    def within(self, first: date, last: date) -> Fraction | None:
        """The part recognised from first to last, both included; None where it needs an unknown exchange rate."""
        days = (min(last, self.last) - max(first, self.first)).days + 1
        if days <= 0:
            return Fraction(0)
        return None if self.per_day is None else self.per_day * days


@dataclass(frozen=True)
class Steps:
    """A value that holds from the beginning and changes on days; None changes nothing."""

    base: int | None
    days: tuple[date, ...] = ()
    values: tuple[int, ...] = ()

    @classmethod
    def build(cls, base: int | None, changes: Iterable[tuple[date, int | None]]) -> "Steps":
        """From the base value and (day, new value) in ascending order of days."""
        known = [(day, value) for day, value in changes if value is not None]
        return cls(base, tuple(day for day, _ in known), tuple(value for _, value in known))

    def on(self, day: date) -> int:
        """The value on the day; 0 where none was ever agreed."""
        at = bisect_right(self.days, day)
        value = self.values[at - 1] if at else self.base
        return value or 0


@dataclass
class ContractFacts:
    """What revenue is a pure function of. Fees are hundredths of `currency`.

    `minutes` holds all minutes logged on the contract by day (percent complete), `billable` the billable minutes times
    hundredths per hour by day (time and materials), `invoiced` the contract lines by issue date as (day, amount,
    currency of the invoice).
    """

    id: int
    kind: str
    currency: str
    recognition: str
    start_on: date
    end_on: date | None
    fee: Steps
    months: int = 1
    anchor_day: int = 1
    pause_fee: Fraction = Fraction(0)
    cap: int | None = None
    estimated_seconds: int | None = None
    delivered_on: date | None = None
    pauses: list[tuple[date, date]] = field(default_factory=list)
    milestones: list[tuple[date, int]] = field(default_factory=list)
    minutes: list[tuple[date, int]] = field(default_factory=list)
    billable: list[tuple[date, int]] = field(default_factory=list)
    invoiced: list[tuple[date, int, str]] = field(default_factory=list)

    def basis(self) -> str:
        """How revenue is recognised: the chosen alternative, else the kind's own way."""
        chosen = self.recognition or (self.kind if self.kind != "fixed_fee" else "")
        if not chosen:
            chosen = "linear" if self.end_on else "percent_complete"
        if chosen == "percent_complete" and not self.estimated_seconds:
            return "invoiced"
        return chosen

    def runs_within(self, first: date, last: date) -> bool:
        return self.start_on <= last and (self.end_on is None or self.end_on >= first)

    def rests_throughout(self, first: date, last: date) -> bool:
        """Whether the contract is paused on every day it has in the range."""
        since, until = max(first, self.start_on), min(last, self.end_on or last)
        return paused_days(self.pauses, since, until) == (until - since).days + 1


def slices(contract: ContractFacts, fx: Exchange, first: date, last: date) -> list[Slice]:
    """All revenue of the contract that touches the range, in the reporting currency."""
    basis = contract.basis()
    native = _BASES[basis](contract, first, last)
    found: list[Slice] = []
    for since, until, amount, currency in native:
        since, until = max(since, first), min(until, last)
        if amount and since <= until:
            found.extend(_exchanged(basis, contract.id, since, until, amount, currency, fx))
    return found


def spread(
    line: tuple[str, int | None], first: date, last: date, cents: int, currency: str, fx: Exchange, known_on: date
) -> list[Slice]:
    """An amount of a (source, contract) spread evenly over a range of days, each day at its own exchange rate."""
    per_day = Fraction(cents, (last - first).days + 1)
    found = _exchanged(*line, first, last, per_day, currency, fx) if cents else []
    return [replace(each, known_on=known_on) for each in found]


Native = Iterator[tuple[date, date, Fraction, str]]
"""From, to, amount per day in hundredths, its currency."""


def _retainer(contract: ContractFacts, first: date, last: date) -> Native:
    """Per billing period: fee × (active days + paused days × pause fee) ÷ days in the period."""
    since, until = max(first, contract.start_on), min(last, contract.end_on or last)
    for period_first, period_last in billing_periods(contract, since, until):
        days = (period_last - period_first).days + 1
        low, high = max(since, period_first), min(until, period_last)
        for a, b in _cut(low, high, [*contract.fee.days, *_edges(contract.pauses)]):
            share = contract.pause_fee if _is_paused(contract.pauses, a) else Fraction(1)
            yield a, b, contract.fee.on(a) * share / days, contract.currency


def _linear(contract: ContractFacts, first: date, last: date) -> Native:
    """Fee × active days ÷ all active days; delivered early: the rest on the delivery date."""
    if contract.end_on is None:
        raise ValueError("a linear fee needs an end date")
    active = (contract.end_on - contract.start_on).days + 1
    active -= paused_days(contract.pauses, contract.start_on, contract.end_on)
    if active == 0:
        yield contract.end_on, contract.end_on, Fraction(contract.fee.on(contract.end_on)), contract.currency
        return
    early = contract.delivered_on if contract.delivered_on and contract.delivered_on < contract.end_on else None
    until = early - DAY if early else contract.end_on
    recognised = Fraction(0)
    for a, b in _cut(contract.start_on, until, [*contract.fee.days, *_edges(contract.pauses)]):
        if not _is_paused(contract.pauses, a):
            per_day = Fraction(contract.fee.on(a), active)
            recognised += per_day * ((b - a).days + 1)
            yield a, b, per_day, contract.currency
    if early:
        yield early, early, contract.fee.on(early) - recognised, contract.currency


def _percent_complete(contract: ContractFacts, first: date, last: date) -> Native:
    """Each day's step of fee × min(1, hours logged so far ÷ hours estimated)."""
    estimate = Fraction(contract.estimated_seconds or 0, 60)
    logged = done = Fraction(0)
    for day, minutes in contract.minutes:
        logged += minutes
        complete = min(Fraction(1), logged / estimate)
        yield day, day, contract.fee.on(day) * (complete - done), contract.currency
        done = complete


def _time_and_materials(contract: ContractFacts, first: date, last: date) -> Native:
    """Billable hours × bill rate of the day, until their sum reaches the cap."""
    total = Fraction(0)
    for day, cent_minutes in contract.billable:
        before = total
        total += Fraction(cent_minutes, 60)
        if contract.cap is not None:
            total = min(total, Fraction(contract.cap))
        yield day, day, total - before, contract.currency


def _milestone(contract: ContractFacts, first: date, last: date) -> Native:
    for day, cents in contract.milestones:
        yield day, day, Fraction(cents), contract.currency


def _single_date(contract: ContractFacts, first: date, last: date) -> Native:
    """On the date given, else the whole fee on the end date."""
    if contract.milestones:
        yield from _milestone(contract, first, last)
    elif contract.end_on:
        yield contract.end_on, contract.end_on, Fraction(contract.fee.on(contract.end_on)), contract.currency


def _invoiced(contract: ContractFacts, first: date, last: date) -> Native:
    for day, cents, currency in contract.invoiced:
        yield day, day, Fraction(cents), currency


_BASES = {
    "retainer": _retainer,
    "linear": _linear,
    "percent_complete": _percent_complete,
    "time_and_materials": _time_and_materials,
    "milestone": _milestone,
    "single_date": _single_date,
    "invoiced": _invoiced,
}


def billing_periods(contract: ContractFacts, first: date, last: date) -> Iterator[tuple[date, date]]:
    """The billing periods that touch the range, as (first day, last day).

    They start every `months` months, counted from the last anchor day on or before the contract's start; an anchor day
    that a month lacks becomes its last day, without drifting.
    """
    year, month = contract.start_on.year, contract.start_on.month
    if _anchored(year, month, contract.anchor_day) > contract.start_on:
        year, month = _months_later(year, month, -1)
    skipped = max(0, (first.year - year) * 12 + first.month - month - 1) // contract.months
    year, month = _months_later(year, month, skipped * contract.months)
    starts = _anchored(year, month, contract.anchor_day)
    while starts <= last:
        year, month = _months_later(year, month, contract.months)
        following = _anchored(year, month, contract.anchor_day)
        if following > first:
            yield starts, following - DAY
        starts = following


def paused_days(pauses: Sequence[tuple[date, date]], first: date, last: date) -> int:
    """Days of the range that lie in any pause, each counted once."""
    total, covered = 0, first - DAY
    for since, until in sorted(pauses):
        since, until = max(since, first, covered + DAY), min(until, last)
        if since <= until:
            total += (until - since).days + 1
            covered = until
    return total


def _is_paused(pauses: Sequence[tuple[date, date]], day: date) -> bool:
    return any(since <= day <= until for since, until in pauses)


def _edges(pauses: Sequence[tuple[date, date]]) -> Iterator[date]:
    """The days on which paused turns to active or back."""
    for since, until in pauses:
        yield since
        yield until + DAY


def _cut(first: date, last: date, at: Iterable[date]) -> Iterator[tuple[date, date]]:
    """The range cut before each of the given days that lies inside it."""
    starts = [first, *sorted({day for day in at if first < day <= last})]
    for start, following in zip(starts, [*starts[1:], last + DAY], strict=True):
        if start < following:
            yield start, following - DAY


def _exchanged(
    source: str, contract_id: int | None, first: date, last: date, per_day: Fraction, currency: str, fx: Exchange
) -> Iterator[Slice]:
    for a, b in _cut(first, last, fx.changes(currency)):
        rate = fx.rate(currency, a)
        yield Slice(source, contract_id, a, b, None if rate is None else per_day * rate)


def _anchored(year: int, month: int, anchor_day: int) -> date:
    return date(year, month, min(anchor_day, monthrange(year, month)[1]))


def _months_later(year: int, month: int, months: int) -> tuple[int, int]:
    years, month0 = divmod(month - 1 + months, 12)
    return year + years, month0 + 1
