"""Numbers as other programs write them, and the decimal sign, decided once per column. Exact; never float."""

import re
from collections import Counter
from dataclasses import replace
from fractions import Fraction

from clienthealth.base.amounts import MINUTES_MAX, half_up
from clienthealth.imports.cells import Options
from clienthealth.imports.evidence import Evidence
from clienthealth.imports.problems import Bad, Reason

LONGEST = 40
SPACED = " \u00a0\u2009\u202f'’"
"""Signs that set thousands apart and are never a decimal sign: spaces of four kinds, apostrophes."""
MONEY = re.compile(r"[$£¥€₴₽]|zł", re.IGNORECASE)
NUMBERS = {
    sign: re.compile(
        rf"(?P<brackets>\()?\s*(?P<before>[-+\u2212])?\s*"
        rf"(?P<whole>\d{{1,3}}(?:(?P<group>[{other}{SPACED}])\d{{3}})(?:(?P=group)\d{{3}})*|\d*)"
        rf"(?:{re.escape(sign)}(?P<part>\d*))?\s*(?P<after>[-\u2212])?\s*(?(brackets)\))",
        re.ASCII,
    )
    for sign, other in ((".", ","), (",", "."))
}
PLAIN = re.compile(rf"[-+\u2212(]?[\d.,{SPACED}]+[-\u2212)]?", re.ASCII)
CLOCK = re.compile(r"(\d{1,4}):([0-5]\d)(?::([0-5]\d))?", re.ASCII)


def number(cell: str, decimal_sign: str) -> Fraction | None:
    """A signed number, exact; None if it is none. In brackets, or with a minus on either side, it is negative.

    A currency sign may stand beside it. Thousands may be set apart by anything usual but the decimal sign.
    """
    found = NUMBERS[decimal_sign].fullmatch(MONEY.sub("", cell).strip()) if len(cell) <= LONGEST else None
    if found is None or not (found["whole"] or found["part"]):
        return None
    part = found["part"] or ""
    digits = "".join(filter(str.isdigit, found["whole"])) + part
    value = Fraction(int(digits), 10 ** len(part))
    is_negative = found["brackets"] or found["after"] or found["before"] not in (None, "+")
    return -value if is_negative else value


def hours(cell: str, options: Options) -> int:
    """Seconds, half-up, from H:MM, H:MM:SS or decimal hours: none or more, at most a week."""
    clock = CLOCK.fullmatch(cell)
    if clock:
        seconds = int(clock[1]) * 3600 + int(clock[2]) * 60 + int(clock[3] or 0)
    else:
        value = None if MONEY.search(cell) else number(cell, options.decimal_sign)
        if value is None or value < 0:
            raise Bad(Reason.BAD_DURATION)
        seconds = half_up(value, 3600)
    if seconds > MINUTES_MAX * 60:
        raise Bad(Reason.BAD_DURATION)
    return seconds


class DecimalSign(Evidence):
    """Evidence for the decimal sign of a column. Where nothing else speaks, a sign before three digits is one, too:
    an entry of a thousand hours does not exist.
    """

    def __init__(self) -> None:
        self.votes: Counter[str] = Counter()
        self.weak_votes: Counter[str] = Counter()

    def weigh(self, cell: str, times: int) -> None:
        """Count a cell that stands in the column so many times."""
        text = MONEY.sub("", cell).strip()
        if not PLAIN.fullmatch(text):
            return
        signs = [character for character in text if character in ".,"]
        if not signs:
            return
        last = signs[-1]
        if len(signs) == 1:
            votes = self.weak_votes if _may_part_thousands(text, last) else self.votes
            votes[last] += times
        elif signs.count(last) == 1:
            self.votes[last] += times  # the other one parts thousands
        elif len(set(signs)) == 1:
            self.votes["," if last == "." else "."] += times

    def settle(self, options: Options) -> Options:
        """The options with the sign that most numbers have; a point where none has any."""
        for votes in (self.votes, self.weak_votes):
            if votes["."] != votes[","]:
                return replace(options, decimal_sign="." if votes["."] > votes[","] else ",")
        return replace(options, decimal_sign=".")


def _may_part_thousands(text: str, sign: str) -> bool:
    """Whether the only sign of a number may stand before thousands as well as before decimals: 2.000 but not 0.250."""
    whole, _sign, rest = text.strip("-+\u2212()").strip().partition(sign)
    return len(rest) == 3 and rest.isdigit() and 1 <= len(whole) <= 3 and not whole.startswith("0")
