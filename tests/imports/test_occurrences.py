"""Equal rows of a file are counted apart, however many rows there are."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from clienthealth.imports import occurrences
from clienthealth.imports.occurrences import Occurrences


@given(st.lists(st.integers(0, 60).map(str), max_size=300))
def test_counts_like_a_counter(texts: list[str]) -> None:
    seen, expected = Occurrences(), Counter[str]()
    for text in texts:
        expected[text] += 1
        assert seen.count(text) == expected[text]


def test_the_table_grows_and_stays_small() -> None:
    seen = Occurrences()
    rows = occurrences.FIRST_SIZE * 3
    assert {seen.count(f"row {number}") for number in range(rows)} == {1}
    assert {seen.count(f"row {number}") for number in range(rows)} == {2}
    assert seen.count("row 0") == 3
    assert len(seen._marks) * seen._marks.itemsize <= rows * 24
