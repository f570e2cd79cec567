"""How the year and the week shape an agency's work."""

from datetime import date

WEEKDAYS = (0.21, 0.22, 0.21, 0.20, 0.16)
"""Monday to Friday, as shares of a week's hours."""
CLOSED = {(1, 1), (5, 1), (12, 25), (12, 26)}
"""(month, day) on which nobody works."""


def share_of_week(day: date) -> float:
    """The part of a usual week's hours that falls on the day: the season's load times the weekday's share.

    December's rush makes up for the days after it, so that a quarter of a year stays nearly what it would be.
    """
    if day.weekday() > 4 or (day.month, day.day) in CLOSED:
        return 0.0
    return WEEKDAYS[day.weekday()] * season(day)


def season(day: date) -> float:
    if (day.month, day.day) >= (12, 24) or (day.month, day.day) <= (1, 3):
        return 0.5
    if day.month == 12 or (day.month == 11 and day.day > 20):
        return 1.1
    if (day.month, day.day) <= (1, 20):
        return 1.06
    if day.month in (7, 8):
        return 0.96
    return 1.03 if day.month in (6, 9) else 1.0
