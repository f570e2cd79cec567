"""The demo's timesheets: hours a week as the story has them, shaped by season and weekday, in entries people write."""

import math
import random
from collections import Counter
from collections.abc import Iterator
from datetime import date

from clienthealth.demo.notes import note
from clienthealth.demo.people import BY_FIRST_NAME, email, is_away
from clienthealth.demo.seasons import share_of_week
from clienthealth.demo.story import Story, value_at
from clienthealth.demo.writer import Writer

MIX = {"delivery": 0.62, "rework": 0.14, "communication": 0.16, "management": 0.08}
LENGTHS = (30, 45, 60, 60, 90, 120, 150, 180)
QUARTER = 15
"""Minutes: people write down quarters of an hour."""
SWAY_DAYS = 180


def add_time(writer: Writer, story: Story) -> None:
    if story.contracts:
        Timesheet(writer, story).fill()


class Timesheet:
    """One client's entries. Chance decides about days and lengths; the mix of activities and people stays even.

    An uneven mix would move a small client's ratio by a tenth and more, and its story with it.
    """

    def __init__(self, writer: Writer, story: Story) -> None:
        self.writer = writer
        self.story = story
        self.chance = random.Random(writer.random.random())  # noqa: S311  one client does not shift the next
        self.phase = self.chance.random()
        self.main = max(story.contracts, key=lambda each: each.fee or 0)
        self.by_activity: Counter[str] = Counter()
        self.by_person: Counter[str] = Counter()

    def fill(self) -> None:
        planned = 0.0
        for days_ago in range(self.story.started, self.story.ended - 1, -1):
            day = self.writer.day(days_ago)
            weekly = value_at(self.story.hours, days_ago / 7) * 60 * self.sway(days_ago)
            planned += weekly * share_of_week(day) * self.chance.uniform(0.7, 1.3)
            for minutes in lengths(self.chance, planned):
                planned -= minutes
                self.add(day, minutes, self.main.name if days_ago <= self.main.started else "")

    def sway(self, days_ago: int) -> float:
        """Quieter and busier months, at another time for each client."""
        return 1 + self.story.sway * math.sin(2 * math.pi * (days_ago / SWAY_DAYS + self.phase))

    def add(self, day: date, minutes: int, contract: str) -> None:
        activity = self.activity(minutes)
        person = self.person(day, minutes, activity)
        self.writer.add(
            "time",
            email=email(person),
            client=self.story.client,
            contract=contract if len(self.story.contracts) > 1 else "",
            date=day,
            minutes=minutes,
            billable="yes" if is_billable(self.story, activity) else "no",
            activity=activity,
            note=note(self.chance, activity, BY_FIRST_NAME[person].job_title),
        )

    def activity(self, minutes: int) -> str:
        """One of which less was done so far than its share."""
        total = self.by_activity.total() + minutes
        behind = [name for name, share in MIX.items() if self.by_activity[name] < share * total]
        chosen = self.chance.choice(behind)
        self.by_activity[chosen] += minutes
        return chosen

    def person(self, day: date, minutes: int, activity: str) -> str:
        """The account manager talks and plans; the rest goes to whoever of the team is here and has done least."""
        if activity in ("communication", "management") and not is_away(self.story.owner, day):
            return self.story.owner
        here = [name for name in self.story.team if not is_away(name, day)] or list(self.story.team)
        chosen = min(here, key=lambda name: self.by_person[name] + self.chance.random() * 180)
        self.by_person[chosen] += minutes
        return chosen


def lengths(chance: random.Random, planned: float) -> Iterator[int]:
    """Minutes of the day's entries, in whole quarters of an hour; what is left waits for the next day."""
    while planned >= 2 * QUARTER:
        minutes = min(chance.choice(LENGTHS), int(planned // QUARTER) * QUARTER)
        planned -= minutes
        yield minutes


def is_billable(story: Story, activity: str) -> bool:
    return activity in ("delivery", "communication") and all(each.is_billed for each in story.contracts)
