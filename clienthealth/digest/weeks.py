"""ISO weeks: the digest of a week goes out on its Monday and covers the seven days before."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple, Self

from clienthealth.base.constraints import FIRST_DAY, LAST_DAY

SENT_AT = time(8, 0)
"""Local time on Monday from which the digest is due; clocks change at other hours."""
SEVEN = timedelta(days=7)


class Days(NamedTuple):
    """The days a digest covers, both included."""

    first: date
    last: date


@dataclass(frozen=True)
class Week:
    """The ISO week whose Monday is `monday`."""

    monday: date

    @classmethod
    def of(cls, day: date) -> Self:
        """The week the day lies in."""
        return cls(day - timedelta(days=day.weekday()))

    @classmethod
    def parse(cls, text: str) -> Self:
        """From "2026-W47". Raises ValueError for anything else, a week 53 its year does not have included."""
        found = re.fullmatch(r"(\d{4})-W(\d{2})", text, re.ASCII)
        if not found:
            raise ValueError(text)
        monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
        if not FIRST_DAY <= monday <= LAST_DAY:
            raise ValueError(text)
        return cls(monday)

    def covered(self, today: date, told: date | None = None) -> Days:
        """The seven days before its Monday, and those since, where the mail goes out later in its week.

        `told` is the last day an earlier digest covered: what that one told is not told again.
        """
        is_now = self.monday <= today < self.monday + SEVEN
        first = self.monday - SEVEN
        return Days(
            max(first, told + timedelta(days=1)) if told else first,
            (today if is_now else self.monday) - timedelta(days=1),
        )

    def __str__(self) -> str:
        return self.monday.strftime("%G-W%V")


def due_week(local: datetime) -> Week | None:
    """The week whose digest is due at the local time: its own, from Monday at eight until Sunday ends."""
    week = Week.of(local.date())
    return week if (local.date(), local.time()) >= (week.monday, SENT_AT) else None
