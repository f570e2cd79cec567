"""The file of rejected rows: how it is told from others, and its cells made safe and given back as they were.

It has three columns more than the original. A cell that a spreadsheet would take for a formula begins with an
apostrophe in it, which goes when a file with these columns is read.
"""

import re
from collections.abc import Sequence

from clienthealth.imports.headers import tidy

MARKS = ("Rejected: record", "Rejected: column", "Rejected: reason")
"""Never translated: they are looked for."""
FORMULA = re.compile("'*[=+\\-@\t\r]")
MADE_SAFE = re.compile("'+[=+\\-@\t\r]")
_TIDY = frozenset(map(tidy, MARKS))


def neutral(cell: str) -> str:
    """A cell as a spreadsheet shows it rather than works it out; `restored` gives the very same cell back."""
    return f"'{cell}" if FORMULA.match(cell) else cell


def restored(cell: str) -> str:
    return cell[1:] if MADE_SAFE.match(cell) else cell


def marked(heads: Sequence[Sequence[str]]) -> frozenset[int]:
    """Where the three columns stand, by the first of these records that has any; none where the file is another's."""
    places = (frozenset(index for index, cell in enumerate(cells) if tidy(cell) in _TIDY) for cells in heads)
    return next(filter(None, places), frozenset())


def unmarked(cells: list[str], places: frozenset[int]) -> list[str]:
    """A record as the original had it."""
    return [restored(cell) for index, cell in enumerate(cells) if index not in places] if places else cells
