"""The ratio, its status in order, and incident minutes without double counting."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clienthealth.base.amounts import decimal_text, half_up, scaled_whole
from clienthealth.health.ratios import Limits, Window, added_minutes, ratio, status, week_of

D = date(2026, 3, 31)
GOOD = Window(Fraction(50_00), Fraction(100_00), 1200, 6, 1, False, D - timedelta(days=60))
minutes = st.integers(0, 600)


def test_ratio_needs_revenue_and_knowledge() -> None:
    assert ratio(Fraction(1), Fraction(3)) == Fraction(1, 3)
    assert ratio(Fraction(1), Fraction(0)) is None
    assert ratio(Fraction(1), Fraction(-5)) is None
    assert ratio(None, Fraction(3)) is None


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, ("ok", None)),
        ({"effort": Fraction(0), "revenue": Fraction(0)}, ("inactive", None)),
        ({"revenue": Fraction(0), "all_rest": True}, ("inactive", None)),
        ({"revenue": Fraction(1), "all_rest": True}, ("ok", None)),
        ({"revenue": Fraction(0), "contracts": 0, "all_rest": True}, ("unpaid", None)),
        ({"revenue": Fraction(-1), "contracts": 0}, ("unpaid", None)),
        ({"effort": Fraction(0), "minutes": 0}, ("insufficient", "no_effort")),
        ({"minutes": 1199, "weeks": 0}, ("insufficient", "few_hours")),
        ({"weeks": 5, "first_start": None}, ("insufficient", "few_weeks")),
        ({"first_start": D - timedelta(days=59), "lacks_fx": True}, ("insufficient", "too_new")),
        ({"first_start": None}, ("insufficient", "too_new")),
        ({"effort": None, "revenue": None, "lacks_fx": True, "lacks_rate": True}, ("insufficient", "missing_fx")),
        ({"effort": None, "revenue": None, "lacks_rate": True}, ("insufficient", "missing_rate")),
        (
            {"effort": None, "revenue": None, "lacks_rate": True, "contracts": 0, "minutes": 0},
            ("insufficient", "few_hours"),
        ),
        ({"revenue": Fraction(0)}, ("undefined", None)),
        ({"revenue": Fraction(-1)}, ("undefined", None)),
    ],
)
def test_status_is_the_first_that_holds(change: dict, expected: tuple[str, str | None]) -> None:
    assert status(replace(GOOD, **change), D, Limits()) == expected


@given(yes=minutes, no=minutes, unsure=minutes, logged=minutes)
def test_added_minutes_lie_between_the_sure_ones_and_all(yes: int, no: int, unsure: int, logged: int) -> None:
    added = added_minutes(yes=yes, no=no, unsure=unsure, logged=logged)
    assert no <= added <= no + unsure
    assert added == no + unsure or logged > yes
    assert added_minutes(yes=yes, no=no, unsure=unsure, logged=logged + 60) <= added


def test_added_minutes_of_the_worked_example() -> None:
    first = added_minutes(yes=120, no=0, unsure=0, logged=0)
    second = added_minutes(yes=0, no=0, unsure=90, logged=60)
    third = added_minutes(yes=0, no=45, unsure=0, logged=0)
    assert (first, second, third) == (0, 30, 45)


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_week_number_agrees_with_the_iso_calendar(day: date) -> None:
    for other in (day - timedelta(days=6), day + timedelta(days=1), day + timedelta(days=7)):
        assert (week_of(day) == week_of(other)) == (day.isocalendar()[:2] == other.isocalendar()[:2])


@given(st.fractions(min_value=-10_000, max_value=10_000), st.sampled_from([1, 100, 10_000]))
def test_half_up_is_within_half_a_unit_and_symmetric(value: Fraction, scale: int) -> None:
    rounded = half_up(value, scale)
    assert abs(rounded - value * scale) <= Fraction(1, 2)
    assert half_up(-value, scale) == -rounded


def test_halves_go_away_from_zero() -> None:
    assert [half_up(Fraction(n, 2)) for n in (1, 3, -1, -3, 0)] == [1, 2, -1, -2, 0]


@pytest.mark.parametrize(
    ("scaled", "text"), [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (123456, "1234.56"), (-100, "-1.00")]
)
def test_decimal_text(scaled: int, text: str) -> None:
    assert decimal_text(scaled, 2) == text
    assert scaled_whole(text, 100) == scaled


@pytest.mark.parametrize("text", ["", "x", "1.005", "NaN", "Infinity", "1e30", "1,5"])
def test_what_is_no_exact_amount_is_none(text: str) -> None:
    assert scaled_whole(text, 100) is None
