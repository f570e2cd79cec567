"""What an hour costs and what a currency is worth on a day (section 3.1)."""

from datetime import date
from fractions import Fraction
from pathlib import Path

from .reading import amount_of, name_key, read, sure_day


def latest(rows: list[tuple[date, Fraction]], day: date) -> Fraction | None:
    """The value whose day is the latest one not after `day`; None before the first."""
    found = None
    for effective, value in sorted(rows):
        if effective <= day:
            found = value
    return found


class Rates:
    """Cost rates in the reporting currency per hour, and exchange rates, by day (section 3.1)."""

    def __init__(self, folder: Path, reporting: str) -> None:
        self.reporting = reporting.upper()
        self.titles = {name_key(row["email"]): row["job_title"] for row in read(folder, "people")}
        self.roles = read(folder, "roles")
        self.costs = read(folder, "rates")
        self.fx = read(folder, "fx")

    def title(self, person: str, day: date) -> str:
        """The job title held on that day; before the first dated one, that of the people file."""
        title = self.titles.get(person, "")
        for row in sorted(self.roles, key=lambda row: row["effective_from"]):
            if name_key(row["email"]) == person and sure_day(row["effective_from"]) <= day:
                title = row["job_title"]
        return title

    def cost_rows(self, email: str, title: str) -> list[tuple[date, Fraction]]:
        """The dated rates of one subject: a person, a role, or with neither the company default."""
        found = {}
        for row in self.costs:
            role = "" if row["email"] else row["job_title"]
            if name_key(row["email"]) == email and name_key(role) == name_key(title):
                found[sure_day(row["effective_from"])] = amount_of(row["cost_per_hour"])
        return list(found.items())

    def cost_per_hour(self, person: str | None, day: date) -> Fraction | None:
        """The person's rate, else the role's, else the company default; None when there is none."""
        rate = None
        if person is not None:
            rate = latest(self.cost_rows(person, ""), day)
            title = self.title(person, day)
            if rate is None and title:
                rate = latest(self.cost_rows("", title), day)
        if rate is None:
            rate = self.default_cost(day)
        return rate

    def default_cost(self, day: date) -> Fraction | None:
        """The company default of the day; its first row covers all earlier days."""
        rows = sorted(self.cost_rows("", ""))
        rate = latest(rows, day)
        if rate is None and rows:
            rate = rows[0][1]
        return rate

    def exchange(self, currency: str, day: date) -> Fraction | None:
        """Reporting currency per 1 unit on that day; None before the first row."""
        if currency == self.reporting:
            return Fraction(1)
        rows = {}
        for row in self.fx:
            if row["currency"].upper() == currency:
                rows[sure_day(row["effective_from"])] = amount_of(row["rate"])
        return latest(list(rows.items()), day)
