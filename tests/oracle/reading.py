"""Native files as rows of text, and the text as names, numbers, days and moments; and the one way back."""

import csv
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

Row = dict[str, str]


def read(folder: Path, name: str) -> list[Row]:
    """The rows of one native file; none when the folder lacks it. Missing cells read as empty."""
    path = folder / f"{name}.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        records = csv.reader(file)
        header = [cell.strip().lower() for cell in next(records)]
        rows = []
        for record in records:
            if any(cell.strip() for cell in record):
                cells = [cell.strip() for cell in record] + [""] * len(header)
                rows.append(dict(zip(header, cells, strict=False)))
        return rows


def name_key(text: str) -> str:
    """Names compare trimmed, with inner spaces collapsed, case-blind."""
    return " ".join(text.split()).casefold()


def number(text: str | None) -> Fraction | None:
    """An exact number; None for an empty cell."""
    return Fraction(text) if text else None


def amount_of(text: str | None) -> Fraction:
    """An exact number, 0 for an empty cell."""
    return number(text) or Fraction(0)


def day_of(text: str | None) -> date | None:
    """An ISO date; None for an empty cell."""
    return date.fromisoformat(text) if text else None


def sure_day(text: str) -> date:
    """An ISO date that must be there."""
    return date.fromisoformat(text)


def whole(value: Fraction) -> int:
    """The nearest whole number, halves away from zero."""
    up = (abs(value) * 2 + 1) // 2
    return int(up) if value >= 0 else -int(up)


def decimals(value: Fraction, places: int) -> str:
    """A decimal string rounded half away from zero; a value that rounds to zero has no sign."""
    units = whole(value * 10**places)
    digits = str(abs(units)).rjust(places + 1, "0")
    return ("-" if units < 0 else "") + digits[:-places] + "." + digits[-places:]


def days(first: date, last: date) -> Iterator[date]:
    """Every day from first to last, both included."""
    day = first
    while day <= last:
        yield day
        day += timedelta(days=1)


def instant(text: str, zone: str) -> datetime:
    """A moment; without an offset it is meant in the organisation's zone."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


def local_day(text: str, zone: str) -> date:
    """The date of that moment in the organisation's zone."""
    return instant(text, zone).astimezone(ZoneInfo(zone)).date()
