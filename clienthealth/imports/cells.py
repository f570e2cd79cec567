"""How one cell of a native file is understood. Every reader takes a trimmed, non-empty cell and raises `Bad`."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from fractions import Fraction
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ValidationError

from clienthealth.base.amounts import FX_SCALE, MINUTES_MAX, MONEY_MAX_CENTS, RATE_MAX_CENTS, half_up, scaled_whole
from clienthealth.base.constraints import FIRST_DAY, INSTANTS, LAST_DAY
from clienthealth.base.text import LINE, NOTE, clean, name_key
from clienthealth.imports.problems import Bad, Reason

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
OTHER_DAY = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})", re.ASCII)
INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)([T ]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?( ?(Z|[+-]\d\d(:?\d\d)?))?)?", re.ASCII)
CLOCK = re.compile(r"\d{1,2}:\d\d(:\d\d)?", re.ASCII)
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
CURRENCY = re.compile(r"[A-Za-z]{3}")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

YES = frozenset({"yes", "true", "1"})
NO = frozenset({"no", "false", "0"})


@dataclass(frozen=True)
class Options:
    """What a cell may mean depends on: the organisation's zone, the usual currency, and what holds for its column:
    the order of a date's parts and the decimal sign.
    """

    zone: ZoneInfo
    date_order: str
    currency: str
    decimal_sign: str = "."


Reader = Callable[[str, Options], Any]


class Name(NamedTuple):
    """A name as spelled and as compared."""

    text: str
    key: str


class Who(NamedTuple):
    """How a cell names a person: by e-mail (lower-cased), else by full name."""

    email: str
    name: Name

    @property
    def key(self) -> str:
        return self.email or self.name.key


def text(limit: int, *, multiline: bool = False) -> Reader:
    def read(cell: str, _options: Options) -> str:
        if len(cell) <= limit and cell.isascii() and cell.isprintable():
            return cell  # what `clean` would return, found much quicker
        try:
            return clean(cell, max_length=limit, multiline=multiline)
        except ValidationError as error:
            raise Bad(Reason.TOO_LONG if error.code == "too_long" else Reason.BAD_VALUE) from error

    return read


line = text(LINE)
note = text(NOTE, multiline=True)
address_text = text(254)


def name(cell: str, options: Options) -> Name:
    spelled = line(cell, options)
    key = name_key(spelled)
    if len(key) > LINE:
        raise Bad(Reason.TOO_LONG)
    if not key:
        raise Bad(Reason.BAD_VALUE)
    return Name(spelled, key)


def email(cell: str, options: Options) -> str:
    address = address_text(cell, options).lower()
    if not EMAIL.fullmatch(address):
        raise Bad(Reason.BAD_VALUE)
    return address


def person(cell: str, options: Options) -> Who:
    if "@" in cell:
        address = email(cell, options)
        local = address.partition("@")[0][:LINE]
        return Who(address, Name(local, name_key(local)))
    return Who("", name(cell, options))


def first_of_names(cell: str, options: Options) -> Name | None:
    """The first of several names in a cell, "A;B" or "Client:Job"; None where there is none."""
    parts = (part.strip() for part in re.split("[;:]", cell))
    first = next(filter(None, parts), None)
    return name(first, options) if first else None


def names(cell: str, options: Options) -> tuple[Name, ...]:
    """Names separated by semicolons, each once."""
    by_key: dict[str, Name] = {}
    for part in filter(None, map(str.strip, cell.split(";"))):
        spelled = name(part, options)
        by_key.setdefault(spelled.key, spelled)
    return tuple(by_key.values())


def scaled(scale: int, highest: int, *, lowest: int = 0, reason: Reason = Reason.BAD_NUMBER) -> Reader:
    """A point decimal times `scale`, where that is a whole number within the bounds (both included)."""

    def read(cell: str, _options: Options) -> int:
        whole = scaled_whole(cell, scale) if len(cell) <= 40 and NUMBER.fullmatch(cell) else None
        if whole is None or not lowest <= whole <= highest:
            raise Bad(reason)
        return whole

    return read


money = scaled(100, MONEY_MAX_CENTS)
signed_money = scaled(100, MONEY_MAX_CENTS, lowest=-MONEY_MAX_CENTS)
rate = scaled(100, RATE_MAX_CENTS)
fx_rate = scaled(FX_SCALE, 10**7 * FX_SCALE, lowest=1)
agreed_seconds = scaled(3600, 3600 * 1_000_000)
percent_basis_points = scaled(100, 10_000)


def number(lowest: int, highest: int) -> Reader:
    return scaled(1, highest, lowest=lowest)


def seconds_worked(cell: str, _options: Options) -> int:
    """Minutes with or without decimals, to the second; an entry has at least one second and at most a week."""
    if len(cell) > 40 or not NUMBER.fullmatch(cell):
        raise Bad(Reason.BAD_DURATION)
    seconds = half_up(Fraction(cell), 60)
    if not 1 <= seconds <= MINUTES_MAX * 60:
        raise Bad(Reason.BAD_DURATION)
    return seconds


def minutes_lost(highest: int) -> Reader:
    """Minutes as whole ones, halves up; none at all is possible."""

    def read(cell: str, _options: Options) -> int:
        if len(cell) > 40 or not NUMBER.fullmatch(cell):
            raise Bad(Reason.BAD_DURATION)
        minutes = half_up(Fraction(cell))
        if not 0 <= minutes <= highest or Fraction(cell) < 0:
            raise Bad(Reason.BAD_DURATION)
        return minutes

    return read


def one_of(allowed: list[str]) -> Reader:
    known = {value.casefold(): value for value in allowed if value}

    def read(cell: str, _options: Options) -> str:
        try:
            return known[cell.casefold()]
        except KeyError:
            raise Bad(Reason.BAD_VALUE) from None

    return read


def yes_no(cell: str, _options: Options) -> bool:
    answer = cell.casefold()
    if answer not in YES | NO:
        raise Bad(Reason.BAD_VALUE)
    return answer in YES


def currency(cell: str, _options: Options) -> str:
    if not CURRENCY.fullmatch(cell):
        raise Bad(Reason.BAD_VALUE)
    return cell.upper()


def day(cell: str, options: Options) -> date:
    """An ISO date, or one in the order named on the command line; between 2000 and 2100."""
    try:
        found = date.fromisoformat(cell) if ISO_DAY.fullmatch(cell) else _other_day(cell, options.date_order)
    except ValueError:
        raise Bad(Reason.BAD_DATE) from None
    if not FIRST_DAY <= found <= LAST_DAY:
        raise Bad(Reason.BAD_DATE)
    return found


def _other_day(cell: str, order: str) -> date:
    parts = OTHER_DAY.fullmatch(cell)
    if parts is None or order == "ymd":
        raise ValueError(cell)
    first, second, year = int(parts[1]), int(parts[3]), int(parts[4])
    return date(year, second, first) if order == "dmy" else date(year, first, second)


def instant(cell: str, options: Options) -> datetime:
    """A date or date and time, in UTC. Without offset it is local; without time it is the start of the day.

    A time that the clocks skip or show twice is taken by the offset before the change.
    """
    parts = INSTANT.fullmatch(cell)
    if parts is None:
        raise Bad(Reason.BAD_DATE)
    day(parts[1], options)
    try:
        # Some programs write a space before the offset, and a comma before the fraction.
        stated = datetime.fromisoformat(cell[:11] + cell[11:].replace(" ", "").replace(",", "."))
        local = stated if stated.tzinfo else stated.replace(tzinfo=options.zone)
        found = local.astimezone(UTC)
        own_day = found.astimezone(options.zone).date()
    except (ValueError, OverflowError):
        raise Bad(Reason.BAD_DATE) from None
    if not (INSTANTS[0] <= found <= INSTANTS[1] and FIRST_DAY <= own_day <= LAST_DAY):
        raise Bad(Reason.BAD_DATE)
    return found


def clock(cell: str, _options: Options) -> time:
    """A time of day; 24:00 is the last moment of it."""
    if cell in ("24:00", "24:00:00"):
        return time.max
    if not CLOCK.fullmatch(cell):
        raise Bad(Reason.BAD_VALUE)
    try:
        return time.fromisoformat(cell.rjust(8 if cell.count(":") == 2 else 5, "0"))
    except ValueError:
        raise Bad(Reason.BAD_VALUE) from None


def zone(cell: str, _options: Options) -> str:
    if len(cell) > 64:
        raise Bad(Reason.BAD_VALUE)
    try:
        return ZoneInfo(cell).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Bad(Reason.BAD_VALUE) from None


def weekdays(cell: str, _options: Options) -> str:
    """Days of the week as digits in order, 1 Monday … 7 Sunday; from "1-5", "1;2", "12345", "mon-fri" or "Mon;Tue"."""
    days: set[int] = set()
    for part in filter(None, re.split(r"[;,\s]+", re.sub(r"\s*[-–]\s*", "-", cell.casefold()))):
        first, _dash, last = part.partition("-")
        if not _dash and part.isascii() and part.isdigit():
            days.update(_weekday(digit) for digit in part)
        else:
            begin, end = _weekday(first), _weekday(last or first)
            days.update(range(begin, end + 1) if begin <= end else [*range(begin, 8), *range(1, end + 1)])
    if not days:
        raise Bad(Reason.BAD_VALUE)
    return "".join(map(str, sorted(days)))


def _weekday(word: str) -> int:
    if len(word) == 1 and word in "1234567":
        return int(word)
    for index, full in enumerate(WEEKDAYS, start=1):
        if len(word) >= 3 and full.startswith(word):
            return index
    raise Bad(Reason.BAD_VALUE)
