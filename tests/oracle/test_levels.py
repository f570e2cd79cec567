"""The oracle's levels against the worked cases of the method, section 4.2."""

import pytest

from .levels import levels

LETTERS = {"H": "healthy", "W": "watch", "R": "repair", "C": "consider", "-": None}

CASES = {
    "L1 decline": (
        "H",
        ".58 .61 .63 .66 .74 .76 .78 .80 .97 1.00 1.02 1.01 1.03",
        "H H H W W W W R R R R C C",
    ),
    "L2 recovery": (
        "C",
        "1.05 .95 .89 .90 .88 .80 .66 .64 .65 .60 .58 .55 .54 .53",
        "C C C C R R R R R W W W W H",
    ),
    "L3 flapping": ("H", ".61 .58 .61 .62 .59 .61 .58 .62", "H H H H H H H H"),
    "L4 sticky": ("C", ".99 .95 .91 .93 .97 .92", "C C C C C C"),
    "L5 missing nights": ("H", "1.01 1.02 - - 1.03 1.04", "H H H H C C"),
    "L6 jump": ("H", ".40 .42 1.10 1.12 1.15", "H H H H C"),
    "L7 no revenue": ("H", "inf inf inf .50 .50 .50", "H H C C C H"),
    "L8 on the line": ("H", "1.00 1.00 1.00 .90 .90 .90", "H H C C C R"),
}


def spelled(letters: str) -> list[str | None]:
    return [LETTERS[letter] for letter in letters.split()]


def numbers(text: str) -> list[float | str | None]:
    return [None if value == "-" else value for value in text.split()]


@pytest.mark.parametrize("case", CASES)
def test_levels_worked_case(case: str) -> None:
    starts, values, expected = CASES[case]
    assert levels(numbers(values), 3, starts=LETTERS[starts]) == spelled(expected)


def test_levels_without_a_stored_level_begin_with_none() -> None:
    assert levels(numbers(".70 - .70 .70 .76"), 3) == spelled("- - - W W")


def test_levels_are_dropped_on_the_thirtieth_missing_night_and_return_with_data() -> None:
    values = numbers(".70 .70 .70") + [None] * 31 + numbers(".70 .50")
    shown = levels(values, 3)
    assert shown[2:32] == ["watch"] * 30
    assert shown[32:34] == [None, None]
    assert shown[34:] == ["watch", "watch"]


def test_levels_dropped_stored_level_stays_away_until_enough_values() -> None:
    values = numbers("1.20") + [None] * 30 + numbers("1.20 1.20")
    assert levels(values, 3, starts="repair")[29:] == ["repair", None, None, "consider"]


def test_levels_of_floats_compare_as_four_decimals() -> None:
    assert levels([0.6, 0.6, 0.5999, 0.6, 0.6, 0.6], 3) == spelled("- - H H H W")
