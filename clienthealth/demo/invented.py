"""One invented client of a large portfolio: how much work, at what ratio, under which contract, with what trouble."""

import math
import random
from dataclasses import dataclass
from datetime import date, timedelta

from clienthealth.demo.story import HISTORY_DAYS

COST_AN_HOUR = 46
"""About what an hour of these teams costs, in the reporting currency."""
BILLED_SHARE = 0.78
WEEKS_A_MONTH = 365 / 12 / 7
HOURS_MEDIAN, HOURS_SPREAD, HOURS_MOST = 5.6, 0.95, 70.0
"""Few large, many small: hours a week."""
RATIO_MEDIAN, RATIO_SPREAD = 0.44, 0.16
STRAINED_SHARE, STRAINED = 0.07, (0.62, 1.25)
"""So many clients take more than usual, between these ratios."""
YOUNG_SHARE = 0.3
RETAINER, TIME_AND_MATERIALS, FIXED_FEE = "retainer", "time_and_materials", "fixed_fee"
KINDS, KIND_WEIGHTS = (RETAINER, TIME_AND_MATERIALS, FIXED_FEE), (62, 25, 13)
STATUSES, STATUS_WEIGHTS = ("active", "prospect", "parted", "offboarding"), (930, 30, 30, 10)
NAMES = ("Care", "Campaigns", "Website", "Content", "Shop", "Brand", "Newsletter", "App upkeep")
FRICTIONS = (
    ("communication", "low", "client", "Answer after two weeks"),
    ("communication", "low", "ours", "We called back a day late"),
    ("delivery", "low", "ours", "A typo in a published text"),
    ("delivery", "medium", "ours", "Release a day after the agreed date"),
    ("delivery", "high", "ours", "A form did not send for a day"),
    ("expectations", "low", "shared", "Number of edits was not agreed"),
    ("expectations", "medium", "client", "Another page asked for after sign-off"),
    ("expectations", "medium", "unknown", ""),
    ("communication", "medium", "client", "Calls in the evening"),
)


@dataclass(frozen=True)
class Terms:
    """The only contract. Amounts are hundredths of the reporting currency."""

    name: str
    kind: str
    start: date
    end: date | None
    fee_cents: int | None
    bill_cents: int | None


@dataclass(frozen=True)
class Invented:
    name: str
    status: str
    terms: Terms | None
    """None: a prospect."""
    hours: float
    """A week."""
    ends_on: date
    """The last day of work."""
    late_days: int
    frictions: int


def invent(chance: random.Random, name: str, last: date) -> Invented:
    """A client as of the last day of the data."""
    status = chance.choices(STATUSES, STATUS_WEIGHTS)[0]
    if status == "prospect":
        return Invented(name, status, None, 0.0, last, 0, 0)
    hours = min(HOURS_MOST, chance.lognormvariate(math.log(HOURS_MEDIAN), HOURS_SPREAD))
    ratio = _ratio(chance)
    days = chance.randint(30, HISTORY_DAYS) if chance.random() < YOUNG_SHARE else HISTORY_DAYS
    start = last - timedelta(days=days)
    ends_on = last - timedelta(days=chance.randint(0, days // 2)) if status == "parted" else last
    terms = _terms(chance, hours, ratio, start, ends_on, is_over=status == "parted")
    late = max(0, round(chance.gauss(4, 8)))
    return Invented(name, status, terms, hours, ends_on, late, chance.choice((0, 0, 1, 1, 2, 3, 5)))


def _ratio(chance: random.Random) -> float:
    if chance.random() < STRAINED_SHARE:
        return chance.uniform(*STRAINED)
    return chance.lognormvariate(math.log(RATIO_MEDIAN), RATIO_SPREAD)


def _terms(chance: random.Random, hours: float, ratio: float, start: date, ends_on: date, *, is_over: bool) -> Terms:
    name, kind = chance.choice(NAMES), chance.choices(KINDS, KIND_WEIGHTS)[0]
    a_week = hours * COST_AN_HOUR / ratio
    end = ends_on if is_over else None
    if kind == TIME_AND_MATERIALS:
        return Terms(name, kind, start, end, None, round(COST_AN_HOUR / ratio / BILLED_SHARE) * 100)
    if kind == FIXED_FEE:
        end = end or ends_on + timedelta(days=chance.randint(20, 200))
        weeks = ((end - start).days + 1) / 7
        return Terms(name, kind, start, end, round(a_week * weeks / 50) * 5000, None)
    return Terms(name, kind, start, end, max(1, round(a_week * WEEKS_A_MONTH / 10)) * 1000, None)
