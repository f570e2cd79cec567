"""Contract revenue by day, in the contract's currency (section 3.2)."""

from datetime import date
from fractions import Fraction

from .contracts import Contract, bill_rate_on, fee_on, paused_on, period_days, runs_on
from .invoices import Slice
from .reading import days


def contract_slices(contract: Contract, window: list[date]) -> list[Slice]:
    """What the contract earned on each day up to the last of the window."""
    as_of = window[-1]
    if contract.recognition == "milestone":
        return milestone_slices(contract)
    if contract.recognition == "single_date":
        return single_date_slices(contract)
    if contract.recognition == "invoiced":
        return contract.invoiced
    if contract.recognition == "percent_complete":
        return percent_complete_slices(contract, as_of)
    if contract.kind == "retainer":
        return retainer_slices(contract, window)
    if contract.kind == "time_and_materials":
        return time_and_materials_slices(contract, as_of)
    if contract.end is not None:
        return linear_slices(contract, contract.end, as_of)
    return percent_complete_slices(contract, as_of)


def milestone_slices(contract: Contract) -> list[Slice]:
    """Each milestone's amount on its date."""
    return [Slice(day, amount, contract.currency) for day, amount in contract.milestones]


def single_date_slices(contract: Contract) -> list[Slice]:
    """The dated amount; without one the fee on the end date; without an end date nothing."""
    if contract.milestones:
        return milestone_slices(contract)
    if contract.end is None:
        return []
    return [Slice(contract.end, fee_on(contract, contract.end), contract.currency)]


def retainer_slices(contract: Contract, window: list[date]) -> list[Slice]:
    """A day's share of the period fee; a paused day earns the pause share of it."""
    slices = []
    for day in window:
        if runs_on(contract, day):
            part = contract.pause_share if paused_on(contract, day) else Fraction(1)
            amount = fee_on(contract, day) * part / period_days(contract, day)
            slices.append(Slice(day, amount, contract.currency))
    return slices


def linear_slices(contract: Contract, end: date, as_of: date) -> list[Slice]:
    """The fee spread evenly over the active days; delivered early, the rest on that date."""
    active = [day for day in days(contract.start, end) if not paused_on(contract, day)]
    early = contract.delivered if contract.delivered and contract.delivered < end else None
    slices = []
    recognised = Fraction(0)
    for day in days(min(contract.start, early or contract.start), min(early or end, as_of)):
        if day == early:
            amount = fee_on(contract, day) - recognised
        elif not active:
            amount = fee_on(contract, day) if day == end else Fraction(0)
        elif day in active:
            amount = fee_on(contract, day) / len(active)
        else:
            amount = Fraction(0)
        recognised += amount
        slices.append(Slice(day, amount, contract.currency))
    return slices


def percent_complete_slices(contract: Contract, as_of: date) -> list[Slice]:
    """Each day's step of the share done, at the fee of that day; by invoice without an estimate."""
    if contract.estimate == 0:
        return contract.invoiced
    slices = []
    minutes = 0
    before = Fraction(0)
    for day in entry_days(contract, as_of):
        minutes += sum(entry.minutes for entry in contract.entries if entry.day == day)
        share = min(Fraction(1), Fraction(minutes, 60) / contract.estimate)
        slices.append(Slice(day, fee_on(contract, day) * (share - before), contract.currency))
        before = share
    return slices


def time_and_materials_slices(contract: Contract, as_of: date) -> list[Slice]:
    """Billable time at the bill rate of its day, until the running sum reaches the cap."""
    slices = []
    recognised = Fraction(0)
    for day in entry_days(contract, as_of):
        earned = Fraction(0)
        for entry in contract.entries:
            if entry.day == day and entry.billable:
                earned += Fraction(entry.minutes, 60) * bill_rate_on(contract, day)
        if contract.cap is not None:
            earned = min(earned, contract.cap - recognised)
        recognised += earned
        slices.append(Slice(day, earned, contract.currency))
    return slices


def entry_days(contract: Contract, as_of: date) -> list[date]:
    """The days up to `as_of` on which time was logged on the contract, in order."""
    return sorted({entry.day for entry in contract.entries if entry.day <= as_of})
