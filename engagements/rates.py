"""What an hour costs, what it is billed at and what a currency is worth, on a given day."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Generic, TypeVar

from accounts.models import JobTitle, Person
from clienthealth.base.amounts import FX_SCALE
from clienthealth.base.constraints import FIRST_DAY, LAST_DAY
from clienthealth.base.text import name_key
from engagements.models import CostRate, FxRate, TimeEntry

V = TypeVar("V")
Source = TimeEntry.RateSource


class Dated(Generic[V]):
    """Values that hold from a day on (included) until the next one."""

    def __init__(self) -> None:
        self.days: list[date] = []
        self.values: list[V] = []

    def add(self, day: date, value: V) -> None:
        """Days must come in ascending order."""
        self.days.append(day)
        self.values.append(value)

    def on(self, day: date) -> V | None:
        """The value effective on the day, None before the first."""
        at = bisect_right(self.days, day)
        return self.values[at - 1] if at else None

    def first(self) -> V | None:
        return self.values[0] if self.values else None


@dataclass(frozen=True)
class Piece(Generic[V]):
    """A value that holds on every day of a range, both ends included."""

    first: date
    last: date
    value: V


def ranges(starts: Iterable[date]) -> list[tuple[date, date]]:
    """All storable days cut at the given days: each range ends the day before the next starts."""
    days = sorted({FIRST_DAY, *(day for day in starts if FIRST_DAY < day <= LAST_DAY)})
    ends = [day - timedelta(days=1) for day in days[1:]] + [LAST_DAY]
    return list(zip(days, ends, strict=True))


@dataclass
class CostRateBook:
    """Cost rates in hundredths of the reporting currency per hour, by three tiers.

    The rate of a person on a day is the person's own, else that of the job title held on that day, else the company
    default; in each tier the latest row effective by then. The default's first row covers all earlier days.
    """

    by_person: dict[int, Dated[int]] = field(default_factory=lambda: defaultdict(Dated))
    by_title: dict[str, Dated[int]] = field(default_factory=lambda: defaultdict(Dated))
    default: Dated[int] = field(default_factory=Dated)
    titles: dict[int, Dated[str]] = field(default_factory=lambda: defaultdict(Dated))
    undated_titles: dict[int, str] = field(default_factory=dict)

    @classmethod
    def load(cls) -> "CostRateBook":
        book = cls()
        rows = CostRate.objects.order_by("effective_from").values_list(
            "person_id", "job_title_key", "effective_from", "cents_per_hour"
        )
        for person_id, title, day, cents in rows:
            tier = book.by_person[person_id] if person_id else book.by_title[title] if title else book.default
            tier.add(day, cents)
        for person_id, title, day in JobTitle.objects.order_by("effective_from").values_list(
            "person_id", "job_title", "effective_from"
        ):
            book.titles[person_id].add(day, name_key(title))
        people = Person.objects.exclude(job_title="").values_list("pk", "job_title")
        book.undated_titles = {person_id: name_key(title) for person_id, title in people}
        return book

    def title(self, person_id: int, day: date) -> str:
        """The job title (as a key) a person held on the day; the undated one before the first dated."""
        dated = self.titles[person_id].on(day) if person_id in self.titles else None
        return self.undated_titles.get(person_id, "") if dated is None else dated

    def rate(self, person_id: int | None, day: date) -> tuple[int | None, str]:
        """Cents per hour and the tier they come from; (None, "") where no tier has one. No person: the default."""
        if person_id is not None:
            own = self.by_person[person_id].on(day) if person_id in self.by_person else None
            if own is not None:
                return own, Source.PERSON
            title = self.title(person_id, day)
            by_title = self.by_title[title].on(day) if title in self.by_title else None
            if by_title is not None:
                return by_title, Source.TITLE
        default = self.default.on(day)
        if default is None:
            default = self.default.first()
        return (default, Source.DEFAULT) if default is not None else (None, Source.NONE)

    def pieces(self, person_id: int) -> list[Piece[tuple[int | None, str]]]:
        """The person's rate over all storable days, cut wherever it may change."""
        starts = set(self.default.days)
        if person_id in self.by_person:
            starts.update(self.by_person[person_id].days)
        held = {self.undated_titles.get(person_id, "")}
        if person_id in self.titles:
            starts.update(self.titles[person_id].days)
            held.update(self.titles[person_id].values)
        for title in held & self.by_title.keys():
            starts.update(self.by_title[title].days)
        return [Piece(first, last, self.rate(person_id, first)) for first, last in ranges(starts)]


@dataclass
class FxBook:
    """Exchange rates into the reporting currency. No row covers the days before it."""

    reporting: str
    by_currency: dict[str, Dated[Fraction]] = field(default_factory=lambda: defaultdict(Dated))

    @classmethod
    def load(cls, reporting: str) -> "FxBook":
        book = cls(reporting)
        for currency, day, scaled in FxRate.objects.order_by("effective_from").values_list(
            "currency", "effective_from", "rate_e10"
        ):
            book.by_currency[currency].add(day, Fraction(scaled, FX_SCALE))
        return book

    def rate(self, currency: str, day: date) -> Fraction | None:
        """Reporting currency per unit on the day; 1 for the reporting currency itself, None where unknown."""
        if currency == self.reporting:
            return Fraction(1)
        return self.by_currency[currency].on(day) if currency in self.by_currency else None

    def changes(self, currency: str) -> list[date]:
        """The days on which the currency's rate changes."""
        if currency == self.reporting or currency not in self.by_currency:
            return []
        return self.by_currency[currency].days
