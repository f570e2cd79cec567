"""When a week's digest is due, which days it covers, and which weeks there are."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from clienthealth.base import work
from clienthealth.base.models import Organisation, Work
from clienthealth.digest.weeks import Week, due_week


@pytest.mark.parametrize(
    ("text", "monday"),
    [
        ("2026-W47", date(2026, 11, 16)),
        ("2026-W01", date(2025, 12, 29)),
        ("2026-W53", date(2026, 12, 28)),
        ("2027-W01", date(2027, 1, 4)),
        ("2020-W53", date(2020, 12, 28)),
    ],
)
def test_week_is_read_and_written(text: str, monday: date) -> None:
    assert (Week.parse(text).monday, str(Week(monday))) == (monday, text)


@pytest.mark.parametrize(
    "text",
    [
        *("2025-W53", "2026-W54", "2026-W00", "2026-W7", "2026W47", "2026-47", "", "next", " 2026-W47"),
        *("0001-W01", "9999-W52", "٢٠٢٦-W47", "2026-W47\n"),
    ],
)
def test_no_such_week(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Week.parse(text)


def test_week_covers_the_seven_days_before_its_monday() -> None:
    week = Week.parse("2026-W53")
    assert week.covered(date(2026, 12, 28)) == (date(2026, 12, 21), date(2026, 12, 27))
    assert week.covered(date(2027, 1, 4)) == (date(2026, 12, 21), date(2026, 12, 27))


def test_late_digest_covers_what_came_since_monday_too() -> None:
    assert Week.parse("2026-W47").covered(date(2026, 11, 19)).last == date(2026, 11, 18)


def test_what_an_earlier_digest_told_is_not_covered_again() -> None:
    week = Week.parse("2026-W48")
    assert week.covered(week.monday, date(2026, 11, 18)) == (date(2026, 11, 19), date(2026, 11, 22))
    assert week.covered(week.monday, date(2026, 11, 1)) == (date(2026, 11, 16), date(2026, 11, 22))


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        ("2026-11-16T07:59:59", None),
        ("2026-11-16T08:00:00", "2026-W47"),
        ("2026-11-22T23:59:59", "2026-W47"),
        ("2026-11-23T00:00:00", None),
        ("2026-12-28T08:00:00", "2026-W53"),
        ("2027-01-03T12:00:00", "2026-W53"),
        ("2027-01-04T08:00:00", "2027-W01"),
    ],
)
def test_digest_is_due_from_monday_at_eight_until_the_week_ends(local: str, expected: str | None) -> None:
    week = due_week(datetime.fromisoformat(local).replace(tzinfo=UTC))
    assert (str(week) if week else None) == expected


@pytest.mark.parametrize(
    ("zone", "before", "from_then"),
    [
        # Mondays after the clocks changed, forward and back: eight o'clock is eight o'clock.
        ("Europe/Warsaw", "2026-03-30T05:59:59", "2026-03-30T06:00:00"),
        ("Europe/Warsaw", "2026-10-26T06:59:59", "2026-10-26T07:00:00"),
        # Far from UTC: Monday has begun long before, or comes long after.
        ("Pacific/Kiritimati", "2026-03-29T17:59:59", "2026-03-29T18:00:00"),
        ("Pacific/Pago_Pago", "2026-03-30T18:59:59", "2026-03-30T19:00:00"),
    ],
)
@pytest.mark.django_db
def test_one_slot_a_week_in_the_organisations_zone(zone: str, before: str, from_then: str) -> None:
    Organisation.objects.filter(pk=1).update(zone=zone)
    slots = Work.objects.filter(job="digest")
    work.sweep(datetime.fromisoformat(before).replace(tzinfo=UTC))
    assert not slots.exists()
    for _ in range(2):
        work.sweep(datetime.fromisoformat(from_then).replace(tzinfo=UTC))
    assert slots.count() == 1
    local = datetime.fromisoformat(from_then).replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    assert slots.get().key == str(Week.of(local.date()))
