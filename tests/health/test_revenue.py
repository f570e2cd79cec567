"""Net revenue as slices: what must hold for every contract, whatever its dates, pauses, terms and exchange rates."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clienthealth.health.revenue import ContractFacts, Slice, Steps, billing_periods, paused_days, slices

ONE = timedelta(days=1)
FIRST, LAST = date(2024, 1, 1), date(2026, 12, 31)
days = st.dates(FIRST, LAST)
cents = st.integers(0, 10_000_000)
ranges = st.tuples(days, days).map(lambda pair: (min(pair), max(pair)))


@dataclass
class Rates:
    """One currency with rates from days on; nothing before the first."""

    known: Sequence[tuple[date, Fraction]] = ((date(2000, 1, 1), Fraction(1)),)

    def rate(self, currency: str, day: date) -> Fraction | None:
        held = [rate for since, rate in self.known if since <= day]
        return held[-1] if held else None

    def changes(self, currency: str) -> list[date]:
        return [since for since, _ in self.known]


PLAIN = Rates()


def contract(kind: str, **facts: object) -> ContractFacts:
    basics = {"id": 1, "currency": "EUR", "recognition": "", "start_on": FIRST, "end_on": None, "fee": Steps(0)}
    return ContractFacts(**{**basics, "kind": kind, **facts})  # type: ignore[arg-type]


def total(of: ContractFacts, first: date, last: date, fx: Rates = PLAIN) -> Fraction | None:
    parts = [each.within(first, last) for each in slices(of, fx, first, last)]
    return None if None in parts else sum((part for part in parts if part is not None), Fraction(0))


@given(fee=cents, term=ranges, pauses=st.lists(ranges, max_size=4))
def test_linear_fee_is_earned_whole_over_its_term(fee: int, term: tuple[date, date], pauses: list) -> None:
    made = contract("fixed_fee", fee=Steps(fee), start_on=term[0], end_on=term[1], pauses=pauses)
    assert total(made, FIRST - 400 * ONE, LAST + 400 * ONE) == fee


@given(fee=cents, term=ranges, delivered=days, pauses=st.lists(ranges, max_size=3))
def test_early_delivery_earns_the_rest_on_its_day(
    fee: int, term: tuple[date, date], delivered: date, pauses: list
) -> None:
    made = contract(
        "fixed_fee", fee=Steps(fee), start_on=term[0], end_on=term[1], delivered_on=delivered, pauses=pauses
    )
    assert total(made, FIRST - ONE, LAST) == fee
    active = (term[1] - term[0]).days + 1 > paused_days(pauses, *term)
    if delivered < term[1] and active:
        assert total(made, delivered + ONE, LAST) == 0


@given(fee=cents, anchor=st.integers(1, 31), months=st.sampled_from([1, 3, 12]), start=days, skip=st.integers(0, 5))
def test_whole_billing_periods_earn_whole_fees(fee: int, anchor: int, months: int, start: date, skip: int) -> None:
    made = contract("retainer", fee=Steps(fee), start_on=start, anchor_day=anchor, months=months)
    periods = list(billing_periods(made, start, start + timedelta(days=2600)))[1:]
    for first, last in periods[skip : skip + 2]:
        assert total(made, first, last) == fee


@given(anchor=st.integers(1, 31), months=st.sampled_from([1, 3, 12]), start=days)
def test_billing_periods_follow_each_other_and_do_not_drift(anchor: int, months: int, start: date) -> None:
    made = contract("retainer", start_on=start, anchor_day=anchor, months=months)
    periods = list(billing_periods(made, start, start + timedelta(days=1500)))
    assert periods[0][0] <= start <= periods[0][1]
    for (_first, last), (following, end) in itertools.pairwise(periods):
        assert following == last + ONE
        assert following.day == anchor or (following + ONE).day == 1
        assert end > following


@given(fee=cents, term=ranges, pauses=st.lists(ranges, max_size=3), cut=days, share=st.integers(0, 10_000))
def test_two_windows_side_by_side_earn_what_one_does(
    fee: int, term: tuple[date, date], pauses: list, cut: date, share: int
) -> None:
    fx = Rates([(date(2024, 5, 5), Fraction(9, 10)), (date(2025, 7, 1), Fraction(11, 10))])
    basics = {"fee": Steps(fee), "start_on": max(term[0], date(2024, 5, 5)), "pauses": pauses}
    for made in (
        contract("retainer", **basics, pause_fee=Fraction(share, 10_000)),
        contract("fixed_fee", **basics, end_on=max(term[1], date(2024, 5, 5))),
    ):
        left, right, whole = total(made, FIRST, cut, fx), total(made, cut + ONE, LAST, fx), total(made, FIRST, LAST, fx)
        assert None not in (left, right, whole)
        assert left + right == whole  # type: ignore[operator]


@given(
    billed=st.dictionaries(days, st.integers(0, 60 * 20_000), max_size=30),
    cap=st.integers(0, 1_000_000),
    window=ranges,
)
def test_cap_is_never_exceeded_and_always_reached_by_enough_work(
    billed: dict[date, int], cap: int, window: tuple[date, date]
) -> None:
    made = contract("time_and_materials", cap=cap, billable=sorted(billed.items()))
    worked = Fraction(sum(billed.values()), 60)
    assert total(made, FIRST, LAST) == min(worked, Fraction(cap))
    part = total(made, *window)
    assert part is not None
    assert 0 <= part <= cap


@given(logged=st.dictionaries(days, st.integers(0, 600), max_size=30), hours=st.integers(1, 200), fee=cents)
def test_percent_complete_earns_the_share_done_and_never_more_than_the_fee(
    logged: dict[date, int], hours: int, fee: int
) -> None:
    made = contract("fixed_fee", fee=Steps(fee), estimated_seconds=hours * 3600, minutes=sorted(logged.items()))
    done = min(Fraction(1), Fraction(sum(logged.values()), hours * 60))
    assert total(made, FIRST, LAST) == fee * done


@given(window=ranges, pauses=st.lists(ranges, max_size=6))
def test_paused_days_counts_each_day_once(window: tuple[date, date], pauses: list[tuple[date, date]]) -> None:
    every = [window[0] + n * ONE for n in range((window[1] - window[0]).days + 1)]
    assert paused_days(pauses, *window) == sum(any(a <= day <= b for a, b in pauses) for day in every)


@given(term=ranges, first_rate=days)
def test_days_before_the_first_exchange_rate_are_unknown_not_zero(term: tuple[date, date], first_rate: date) -> None:
    made = contract("retainer", fee=Steps(100_000), start_on=term[0], end_on=term[1])
    earned = total(made, *term, Rates([(first_rate, Fraction(2))]))
    assert (earned is None) == (term[0] < first_rate)


def test_zero_fee_needs_no_exchange_rate() -> None:
    assert total(contract("retainer", fee=Steps(0)), FIRST, LAST, Rates([])) == 0


def test_terms_change_the_fee_from_their_day_on() -> None:
    fee = Steps.build(3100_00, [(date(2024, 1, 11), None), (date(2024, 1, 17), 6200_00)])
    january = total(contract("retainer", fee=fee), date(2024, 1, 1), date(2024, 1, 31))
    assert january == 1600_00 + 3000_00


def test_slice_outside_the_window_gives_nothing_even_without_a_rate() -> None:
    unknown = Slice("extra", None, FIRST, FIRST, None)
    assert unknown.within(FIRST + ONE, LAST) == 0
    assert unknown.within(FIRST, LAST) is None
    assert replace(unknown, per_day=Fraction(5)).within(FIRST, LAST) == 5


@pytest.mark.parametrize(
    ("facts", "basis"),
    [
        ({"kind": "retainer"}, "retainer"),
        ({"kind": "time_and_materials"}, "time_and_materials"),
        ({"kind": "fixed_fee", "end_on": LAST}, "linear"),
        ({"kind": "fixed_fee", "estimated_seconds": 3600}, "percent_complete"),
        ({"kind": "fixed_fee", "estimated_seconds": 0}, "invoiced"),
        ({"kind": "fixed_fee"}, "invoiced"),
        ({"kind": "fixed_fee", "end_on": LAST, "recognition": "percent_complete"}, "invoiced"),
        ({"kind": "retainer", "recognition": "milestone"}, "milestone"),
        ({"kind": "fixed_fee", "end_on": LAST, "recognition": "single_date"}, "single_date"),
    ],
)
def test_basis_of_recognition(facts: dict, basis: str) -> None:
    assert contract(**facts).basis() == basis
