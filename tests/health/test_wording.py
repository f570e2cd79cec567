"""Figures in words: rounded once, unknown is a dash, and every reason is a sentence."""

from fractions import Fraction
from typing import Any

import pytest

from clienthealth.health import wording
from clienthealth.health.models import LatestFigures, LevelChange


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "–"), (0, "0.00"), (123_456_789, "1,234,567.89"), (-51_000, "−510.00"), (Fraction(1, 2), "0.01")],
)
def test_money(value: Any, text: str) -> None:
    assert wording.money(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(None, "–"), (10_600, "1.06"), (5_949, "0.59"), (5_950, "0.60"), (0, "0.00")]
)
def test_ratio_is_rounded_half_up_to_two_decimals(value: int | None, text: str) -> None:
    assert wording.ratio(value) == text


@pytest.mark.parametrize(("value", "text"), [(None, "–"), (10_600, "−6.0 %"), (3_611, "63.9 %"), (10_000, "0.0 %")])
def test_margin(value: int | None, text: str) -> None:
    assert wording.margin(value) == text


def test_hours() -> None:
    assert wording.hours(7200) == "120.0"
    assert wording.hours(65, 2) == "1.08"
    assert wording.hours(None) == "–"


@pytest.mark.parametrize(
    ("status", "reason", "words"),
    [
        ("ok", "", ""),
        ("undefined", "", "Effort without revenue"),
        ("insufficient", "few_hours", "Not enough data: too few hours in the window"),
        ("unpaid", "", "Unpaid effort"),
    ],
)
def test_status_in_words(status: str, reason: str, words: str) -> None:
    assert wording.status_words(LatestFigures(status=status, reason=reason)) == words


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ({"measure": "ratio", "values": [7600, 7800, 7700]}, "Ratio 0.76 to 0.78 on 3 nights in a row."),
        ({"measure": "ratio", "values": [7601, 7604]}, "Ratio 0.76 on 2 nights in a row."),
        ({"measure": "ratio", "values": ["inf"]}, "Effort without revenue on 1 night."),
        ({"measure": "ratio", "values": [9900, "inf"]}, "Ratio 0.99 to effort without revenue on 2 nights in a row."),
        ({"nights_without_data": 30}, "Not enough data on 30 nights in a row."),
        ({"outside": "exempt"}, "The client was exempted from levels."),
        ({}, ""),
    ],
)
def test_why_a_level_changed(reason: dict[str, Any], words: str) -> None:
    assert wording.change_words(LevelChange(reason=reason)) == words
