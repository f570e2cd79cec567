"""The demo's incidents and touchpoints."""

import random
from datetime import timedelta

from clienthealth.demo.people import email
from clienthealth.demo.story import Friction, Story
from clienthealth.demo.writer import Writer

TALKS_FOR_DAYS = 210
CHANNELS = ("email", "email", "phone", "phone", "chat", "meeting")
DIRECTIONS = ("in", "in", "out", "out", "both")
LATE_HOURS = (20, 21, 22, 22, 23)


def add_frictions(writer: Writer, story: Story) -> None:
    chance = random.Random(writer.random.random())  # noqa: S311  a story, not a secret
    for each in story.frictions:
        add_friction(writer, story, each, each.at or f"{chance.randint(9, 16):02d}:{chance.choice((10, 25, 40)):02d}")


def add_friction(writer: Writer, story: Story, each: Friction, at: str) -> None:
    day = writer.day(each.days_ago)
    resolved = "" if each.resolved_after is None else day + timedelta(days=each.resolved_after)
    occurred_at = f"{day}T{at}"
    writer.add(
        "incidents",
        client=story.client,
        occurred_at=occurred_at,
        category=each.category,
        severity=each.severity,
        side=each.side,
        email=email(each.reporter or story.owner),
        minutes_lost=each.minutes or "",
        in_timesheet="unsure" if each.minutes else "",
        what_happened=each.text,
        causes=each.causes,
        resolved_at=resolved,
        client_confirmed=resolved if each.confirmed else "",
    )
    for first_name, minutes in each.also:
        writer.add(
            "incident_minutes", client=story.client, occurred_at=occurred_at, email=email(first_name), minutes=minutes
        )


def add_touchpoints(writer: Writer, story: Story) -> None:
    """Contacts about as often as agreed; some clients write at night, some in one line, one has gone quiet."""
    if not story.contracts or story.ended:
        return
    chance = random.Random(writer.random.random())  # noqa: S311  a story, not a secret
    every = story.contact_every or 14
    days_ago = min(TALKS_FOR_DAYS, story.started)
    while days_ago > story.quiet_days:
        add_touchpoint(writer, story, chance, days_ago)
        days_ago -= max(1, round(every * chance.uniform(0.4, 1.3)))


def add_touchpoint(writer: Writer, story: Story, chance: random.Random, days_ago: int) -> None:
    late = chance.random() < story.calls_at_night
    day = writer.day(days_ago)
    if day.weekday() > 4 and not late:
        day -= timedelta(days=2)
    hour = chance.choice(LATE_HOURS) if late else chance.randint(9, 16)
    direction = "in" if late else chance.choice(DIRECTIONS)
    terse = direction != "out" and chance.random() < story.terse
    writer.add(
        "touchpoints",
        client=story.client,
        at=f"{day}T{hour:02d}:{chance.randrange(0, 60, 5):02d}",
        direction=direction,
        channel=chance.choice(("phone", "chat")) if late else chance.choice(CHANNELS),
        terse="yes" if terse else "no",
    )
