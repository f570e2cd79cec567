"""Calendar dates as other programs write them, and the order of their parts: decided once per column, never guessed."""

import re
from collections import Counter
from dataclasses import replace
from datetime import date

from clienthealth.base.constraints import FIRST_DAY, LAST_DAY
from clienthealth.imports.cells import Options
from clienthealth.imports.evidence import Evidence
from clienthealth.imports.problems import Bad, Reason

ORDERS = ("dmy", "mdy", "ymd")
PARTS = re.compile(
    r"(?P<first>\d{1,4})\s*(?P<sign>[./-])\s*(?P<second>\d{1,2})\s*(?P=sign)\s*(?P<third>\d{1,4})\.?"
    r"([T,\s]\s*\d{1,2}[:.]\d\d.*)?",  # a time of day says nothing here
    re.ASCII | re.DOTALL,
)
CENTURY = 2000
"""Two digits name a year of this one."""


def parts(cell: str) -> tuple[str, str, str] | None:
    """The three numbers of a date, as written; None if it is none."""
    found = PARTS.fullmatch(cell)
    return (found["first"], found["second"], found["third"]) if found else None


def day(cell: str, options: Options) -> date:
    """A date in the order of its column, between 2000 and 2100. With the year in front there is only one reading."""
    numbers = parts(cell)
    if numbers is None:
        raise Bad(Reason.BAD_DATE)
    order = "ymd" if len(numbers[0]) == 4 else options.date_order
    by_part = dict(zip(order, numbers, strict=True))
    try:
        found = date(_year(by_part["y"]), int(by_part["m"]), int(by_part["d"]))
    except ValueError:
        raise Bad(Reason.BAD_DATE) from None
    if not FIRST_DAY <= found <= LAST_DAY:
        raise Bad(Reason.BAD_DATE)
    return found


def _year(digits: str) -> int:
    if len(digits) not in (2, 4):
        raise ValueError(digits)
    return int(digits) + (CENTURY if len(digits) == 2 else 0)


class DateOrder(Evidence):
    """Evidence for the order of a column's parts: a part above 12 is a day, four digits in front are a year."""

    option = "date_order"
    choices = ORDERS

    def __init__(self) -> None:
        self.votes: Counter[str] = Counter()
        """Dates by the only order they can have; "open" for two orders that differ, "same" for two that do not."""
        self.examples: dict[str, str] = {}

    def weigh(self, cell: str, times: int) -> None:
        """Count a cell that stands in the column so many times."""
        numbers = parts(cell)
        if numbers and (vote := _vote(len(numbers[0]), int(numbers[0]), int(numbers[1]))):
            self.votes[vote] += times
            self.examples.setdefault(vote, cell)

    def settle(self, options: Options) -> Options | None:
        """The options with the order that most dates have; None where as many speak for another."""
        votes = self.votes
        others = votes.total() - votes["ymd"]
        is_told = bool(votes["dmy"] or votes["mdy"])
        # With the year in front a date is read under any order: only a column that is mostly so has no other.
        if votes["ymd"] > others or (votes["ymd"] == others and not is_told):
            return replace(options, date_order="ymd")
        if votes["dmy"] == votes["mdy"] and (votes["open"] or is_told):
            return None
        return replace(options, date_order="mdy" if votes["mdy"] > votes["dmy"] else "dmy")

    @property
    def example(self) -> str:
        """A cell that shows the question."""
        return next((self.examples[vote] for vote in ("open", "dmy", "mdy") if vote in self.examples), "")


def _vote(width: int, first: int, second: int) -> str:
    if width == 4:
        return "ymd"
    if 12 < first <= 31 and 1 <= second <= 12:
        return "dmy"
    if 1 <= first <= 12 and 12 < second <= 31:
        return "mdy"
    if 1 <= first <= 12 and 1 <= second <= 12:
        return "same" if first == second else "open"
    return ""
