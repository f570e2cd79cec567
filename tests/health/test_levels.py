"""The level, night by night: the worked cases of the method and the rules around them."""

import random
from math import inf

import pytest

from clienthealth.health.levels import STANDARD_LINES, Level, State, next_state
from tests.oracle import levels as oracle

LETTERS = {"H": Level.HEALTHY, "W": Level.WATCH, "R": Level.REPAIR, "C": Level.CONSIDER}
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
    "L5 missing nights": ("H", "1.01 1.02 – – 1.03 1.04", "H H H H C C"),
    "L6 jump": ("H", ".40 .42 1.10 1.12 1.15", "H H H H C"),
    "L7 no revenue": ("H", "∞ ∞ ∞ .50 .50 .50", "H H C C C H"),
    "L8 on the line": ("H", "1.00 1.00 1.00 .90 .90 .90", "H H C C C R"),
}


def value(word: str) -> float | None:
    """A ratio of the method's table in ten-thousandths."""
    if word == "–":
        return None
    return inf if word == "∞" else round(float(word) * 10_000)


def walk(state: State, values: list[float | None], hold: int) -> list[Level | None]:
    shown = []
    for each in values:
        state = next_state(state, each, STANDARD_LINES, hold)
        shown.append(state.level)
    return shown


@pytest.mark.parametrize("case", CASES)
def test_level_follows_worked_case(case: str) -> None:
    starts, values, expected = CASES[case]
    shown = walk(State.starting(LETTERS[starts]), [value(word) for word in values.split()], hold=3)
    assert shown == [LETTERS[letter] for letter in expected.split()]


def test_level_is_none_before_enough_values() -> None:
    assert walk(State(), [10_500] * 4, hold=3) == [None, None, Level.CONSIDER, Level.CONSIDER]


def test_level_of_a_good_client_is_healthy_not_none() -> None:
    assert walk(State(), [3000, 3000, 3000], hold=3)[-1] is Level.HEALTHY


def test_level_is_dropped_after_thirty_nights_without_data_and_comes_back() -> None:
    shown = walk(State(), [11_000.0] * 3 + [None] * 31 + [11_000.0], hold=3)
    assert shown[2:32] == [Level.CONSIDER] * 30
    assert shown[32:34] == [None, None]
    assert shown[34] is Level.CONSIDER


def test_thirty_nights_must_be_in_a_row() -> None:
    values: list[float | None] = [11_000.0] * 3
    for _ in range(3):
        values += [None] * 29 + [11_000.0]
    assert set(walk(State(), values, hold=3)[2:]) == {Level.CONSIDER}


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("hold", [1, 3, 7, 30])
def test_level_agrees_with_the_independent_calculation(seed: int, hold: int) -> None:
    chance = random.Random(seed)
    ratio, values = chance.uniform(0.3, 1.2), []
    for _ in range(150):
        ratio = min(2.0, max(0.1, ratio + chance.uniform(-0.06, 0.06)))
        values.append(None if chance.random() < 0.25 else "inf" if chance.random() < 0.05 else round(ratio, 4))
    ours = walk(
        State(), [each if each is None else inf if each == "inf" else round(each * 10_000) for each in values], hold
    )
    assert [each and each.value for each in ours] == oracle.levels(values, hold)
