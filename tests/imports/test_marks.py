"""Cells made safe for spreadsheets come back as they were."""

from hypothesis import given
from hypothesis import strategies as st

from clienthealth.imports.marks import MARKS, marked, neutral, restored, unmarked


@given(st.text(max_size=8) | st.from_regex("'*[=+@\t\r-].{0,5}", fullmatch=True))
def test_made_safe_cells_come_back_exactly(cell: str) -> None:
    safe = neutral(cell)
    assert restored(safe) == cell
    assert not safe.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_columns_are_found_wherever_somebody_moved_them() -> None:
    header = [MARKS[2].upper(), "client", MARKS[0], " " + MARKS[1]]
    places = marked([["some", "preamble"], header])
    assert unmarked(header, places) == ["client"]
    assert unmarked(["bad", "'=Acme", "3", "x"], places) == ["=Acme"]


def test_files_of_others_are_left_as_they_are() -> None:
    assert marked([["client", "status"]]) == frozenset()
    assert unmarked(["'=Acme"], frozenset()) == ["'=Acme"]
