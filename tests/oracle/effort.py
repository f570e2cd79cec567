"""The minutes to be priced: those of incidents that are in no timesheet (section 3.3), and the price."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from .contracts import Entry
from .rates import Rates
from .reading import Row, amount_of, instant, local_day, name_key, whole


@dataclass(frozen=True)
class Effort:
    """Minutes to be priced. person is None where only the company default can price them."""

    person: str | None
    day: date
    minutes: int


def lost_minutes(rows: dict[str, list[Row]], zone: str) -> list[tuple[Row, str, date, int]]:
    """(incident, person or '', local day, minutes): the reporter's first, then each other row."""
    lost = []
    for incident in rows["incidents"]:
        day = local_day(incident["occurred_at"], zone)
        reporter = name_key(incident["email"])
        lost.append((incident, reporter, day, whole(amount_of(incident["minutes_lost"]))))
        for row in rows["incident_minutes"]:
            if instant(row["occurred_at"], zone) == instant(incident["occurred_at"], zone):
                person = name_key(row["email"]) or reporter
                lost.append((incident, person, day, whole(amount_of(row["minutes"]))))
    return lost


def added_minutes(rows: dict[str, list[Row]], entries: list[Entry], zone: str) -> list[Effort]:
    """Incident minutes that are in no timesheet, per person and day of one client."""
    lost = lost_minutes(rows, zone)
    added = []
    for person, day in sorted({(person, day) for _, person, day, _ in lost}):
        sums = {"yes": 0, "no": 0, "unsure": 0}
        for incident, someone, when, minutes in lost:
            if (someone, when) == (person, day):
                sums[incident["in_timesheet"] or "unsure"] += minutes
        logged = sum(e.minutes for e in entries if e.person == person and e.day == day)
        if person == "":
            unsure = sums["unsure"]
        else:
            unsure = max(0, sums["unsure"] - max(0, logged - sums["yes"]))
        added.append(Effort(person or None, day, sums["no"] + unsure))
    return added


def priced(efforts: list[Effort], rates: Rates) -> Fraction | None:
    """Cost of the minutes in the reporting currency; None where a cost rate lacks."""
    result = Fraction(0)
    for effort in efforts:
        if effort.minutes != 0:
            rate = rates.cost_per_hour(effort.person, effort.day)
            if rate is None:
                return None
            result += Fraction(effort.minutes, 60) * rate
    return result
