"""The way back: the worked example, and what must not be shown."""

from fractions import Fraction

from clienthealth.base.amounts import half_up
from clienthealth.health import wording
from clienthealth.health.wayback import share, way_back


def test_worked_example_gives_fee_hours_loss_and_week() -> None:
    back = way_back(901_000, 850_000, 212 * 60, target_e4=6500, window_days=90)
    assert back.lost == 51_000
    assert back.monthly_fee is not None
    assert half_up(back.monthly_fee) == 468_469
    assert wording.money(back.monthly_fee) == "4,684.69"
    assert back.minutes == 130 * 60
    assert wording.hours(back.minutes_per_week) == "16.5"


def test_hours_are_not_shown_where_they_earn_the_revenue() -> None:
    back = way_back(901_000, 850_000, 212 * 60, target_e4=6500, window_days=90, hours_earn=True)
    assert back.minutes is None
    assert back.monthly_fee is not None


def test_without_revenue_no_hours_would_do() -> None:
    for revenue in (0, -100):
        back = way_back(901_000, revenue, 600, target_e4=6500, window_days=90)
        assert back.minutes is None
        assert back.lost == 901_000 - revenue


def test_unknown_effort_says_nothing_but_the_hours() -> None:
    back = way_back(None, None, 600, target_e4=6500, window_days=90)
    assert (back.lost, back.monthly_fee, back.minutes) == (None, None, None)
    assert back.minutes_per_week == Fraction(600 * 7, 90)


def test_no_loss_where_revenue_covers_effort() -> None:
    assert way_back(850_000, 850_000, 600, target_e4=6500, window_days=90).lost is None


def test_share_needs_a_positive_whole() -> None:
    assert share(25, 100) == Fraction(1, 4)
    assert share(25, 0) is None
    assert share(25, -5) is None
    assert share(None, 100) is None
