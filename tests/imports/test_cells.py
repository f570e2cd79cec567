"""How one cell is understood."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from clienthealth.base.amounts import decimal_text, money_text
from clienthealth.base.text import clean
from clienthealth.imports import cells
from clienthealth.imports.problems import Bad

WARSAW = cells.Options(ZoneInfo("Europe/Warsaw"), "ymd", "EUR")


def reason(read: cells.Reader, cell: str, options: cells.Options = WARSAW) -> str:
    with pytest.raises(Bad) as caught:
        read(cell, options)
    return str(caught.value.reason)


@given(st.integers(0, 10**13))
def test_money_reads_what_is_shown(cents: int) -> None:
    assert cells.money(money_text(cents), WARSAW) == cents


@pytest.mark.parametrize(("cell", "cents"), [("5", 500), ("5.", 500), (".5", 50), ("+5.10", 510), ("5.1000", 510)])
def test_money_spellings(cell: str, cents: int) -> None:
    assert cells.money(cell, WARSAW) == cents


@pytest.mark.parametrize(
    "cell", ["5.001", "-1", "1,000", "1e3", "1_000", "٣", "NaN", "Infinity", "€5", "100000000000.01", "0x1", ""]
)
def test_money_refused(cell: str) -> None:
    assert reason(cells.money, cell) == "bad_number"


@pytest.mark.parametrize(
    ("cell", "seconds"), [("90", 5400), ("0.5", 30), ("0.0084", 1), ("7.125", 428), ("10080", 604_800), ("1.00", 60)]
)
def test_minutes_are_read_to_the_second(cell: str, seconds: int) -> None:
    assert cells.seconds_worked(cell, WARSAW) == seconds


@pytest.mark.parametrize("cell", ["0", "0.0", "0.008", "-5", "10080.01", "1:30", "90 min", "1e2"])
def test_minutes_refused(cell: str) -> None:
    assert reason(cells.seconds_worked, cell) == "bad_duration"


def test_agreed_hours_are_whole_seconds() -> None:
    assert cells.agreed_seconds("40.5", WARSAW) == 145_800
    assert cells.agreed_seconds("33.33", WARSAW) == 119_988
    assert reason(cells.agreed_seconds, "0.333") == "bad_number"


@given(st.decimals("0.0000000001", "9999999", places=10))
def test_exchange_rate_has_ten_decimals(rate: Decimal) -> None:
    assert decimal_text(cells.fx_rate(f"{rate:f}", WARSAW), 10) == f"{rate:.10f}"


@pytest.mark.parametrize("cell", ["0", "-1", "0.00000000001", "10000001"])
def test_exchange_rate_refused(cell: str) -> None:
    assert reason(cells.fx_rate, cell) == "bad_number"


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_day_reads_iso(day: date) -> None:
    assert cells.day(day.isoformat(), WARSAW) == day


@pytest.mark.parametrize(
    "cell", ["1999-12-31", "2101-01-01", "2026-02-30", "20260301", "2026-W10-1", "01.03.2026", "3/1/2026", "0000-01-01"]
)
def test_day_refused(cell: str) -> None:
    assert reason(cells.day, cell) == "bad_date"


def test_day_in_another_order_when_that_was_named() -> None:
    day_first = cells.Options(WARSAW.zone, "dmy", "EUR")
    month_first = cells.Options(WARSAW.zone, "mdy", "EUR")
    assert cells.day("03/04/2026", day_first) == date(2026, 4, 3)
    assert cells.day("03/04/2026", month_first) == date(2026, 3, 4)
    assert cells.day("2026-04-03", month_first) == date(2026, 4, 3)
    assert reason(cells.day, "13/13/2026", day_first) == "bad_date"


@pytest.mark.parametrize(
    ("cell", "instant"),
    [
        ("2026-01-15", "2026-01-14T23:00:00"),
        ("2026-07-15T10:30", "2026-07-15T08:30:00"),
        ("2026-07-15 10:30:05", "2026-07-15T08:30:05"),
        ("2026-07-15T10:30:05.250", "2026-07-15T08:30:05.250000"),
        ("2026-07-15T10:30:05Z", "2026-07-15T10:30:05"),
        ("2026-07-15T10:30:05-05:00", "2026-07-15T15:30:05"),
        ("2026-07-15T10:30:05 +0300", "2026-07-15T07:30:05"),
        ("2026-03-29T02:30:00", "2026-03-29T01:30:00"),  # skipped by the clocks
        ("2026-10-25T02:30:00", "2026-10-25T00:30:00"),  # shown twice by the clocks
    ],
)
def test_instant_without_offset_is_local(cell: str, instant: str) -> None:
    assert cells.instant(cell, WARSAW) == datetime.fromisoformat(instant).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-07-15T25:00",
        "2026-07-15T10",
        "2026-7-15",
        "1999-12-31T23:59:59Z",
        "2000-01-01T00:30",
        "2101-01-01",
        "noon",
    ],
)
def test_instant_refused(cell: str) -> None:
    assert reason(cells.instant, cell) == "bad_date"


@pytest.mark.parametrize(
    "cell", ["1-5", "1;2;3;4;5", "12345", "mon-fri", "Mon - Fri", "mon;tue;wed;thu;fri", "5 4 3 2 1"]
)
def test_weekdays(cell: str) -> None:
    assert cells.weekdays(cell, WARSAW) == "12345"


def test_weekdays_may_pass_the_end_of_the_week() -> None:
    assert cells.weekdays("sat-mon", WARSAW) == "167"


@pytest.mark.parametrize("cell", ["0", "8", "funday", "1-9", ";", "m"])
def test_weekdays_refused(cell: str) -> None:
    assert reason(cells.weekdays, cell) == "bad_value"


def test_clock() -> None:
    assert cells.clock("9:00", WARSAW) == time(9)
    assert cells.clock("18:30:15", WARSAW) == time(18, 30, 15)
    assert cells.clock("24:00", WARSAW) == time.max
    assert reason(cells.clock, "25:00") == "bad_value"
    assert reason(cells.clock, "noon") == "bad_value"


@pytest.mark.parametrize(("cell", "answer"), [("yes", True), ("NO", False), ("True", True), ("0", False)])
def test_yes_no(cell: str, answer: bool) -> None:
    assert cells.yes_no(cell, WARSAW) is answer
    assert reason(cells.yes_no, "maybe") == "bad_value"


def test_person_is_an_email_or_a_name() -> None:
    assert cells.person("Ann@Agency.Test", WARSAW).key == "ann@agency.test"
    assert cells.person("  Ann   ABLE ", WARSAW).key == "ann able"
    assert reason(cells.person, "ann@") == "bad_value"


def test_zone() -> None:
    assert cells.zone("Europe/Warsaw", WARSAW) == "Europe/Warsaw"
    for bad in ("Mars/Base", "../etc/passwd", "/etc/passwd", "x" * 65):
        assert reason(cells.zone, bad) == "bad_value"


@given(st.text(max_size=300))
def test_text_gives_what_the_boundary_gives(text: str) -> None:
    """The quick way for plain ASCII is no other way."""
    cell = text.strip()
    assert outcome(lambda: cells.line(cell, WARSAW)) == outcome(lambda: clean(cell, max_length=200))


def outcome(read: Callable[[], str]) -> str:
    try:
        return read()
    except Bad as bad:
        return str(bad.reason)
    except ValidationError as error:
        return "too_long" if error.code == "too_long" else "bad_value"
