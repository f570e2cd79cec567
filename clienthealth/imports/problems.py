"""What can be wrong with a file, a row or a cell."""

from collections.abc import Sequence
from enum import StrEnum


class Refused(Exception):
    """Nothing was imported. The text says what is wrong, where, why, and what to do."""


class Undecided(Refused):
    """A choice that the file leaves open and nobody may guess: the option that settles it, and what it may be.

    `column` is the one in question as the file names it, `example` one of its cells.
    """

    def __init__(self, option: str, choices: Sequence[str], text: str, column: str = "", example: str = "") -> None:
        super().__init__(text)
        self.option = option
        self.choices = tuple(choices)
        self.column = column
        self.example = example


class NoData(Exception):
    """This record holds nothing to import; it is no mistake either."""


class Reason(StrEnum):
    """Why a row was not accepted: fixed words that other programs may rely on, never translated."""

    BAD_DATE = "bad_date"
    BAD_DURATION = "bad_duration"
    NO_DURATION = "no_duration"
    BAD_NUMBER = "bad_number"
    MISSING_NUMBER = "missing_number"
    MISSING_AMOUNT = "missing_amount"
    MISSING_ID = "missing_id"
    UNKNOWN_CLIENT = "unknown_client"
    UNKNOWN_CONTRACT = "unknown_contract"
    UNKNOWN_PERSON = "unknown_person"
    AMBIGUOUS_PERSON = "ambiguous_person"
    UNKNOWN_INVOICE = "unknown_invoice"
    BAD_VALUE = "bad_value"
    TOO_LONG = "too_long"


class Bad(Exception):
    """This row cannot be accepted. `column` is filled in by the reader of the cell where it is left empty."""

    def __init__(self, reason: Reason, column: str = "") -> None:
        super().__init__(reason, column)
        self.reason = reason
        self.column = column
