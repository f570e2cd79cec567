"""Clients whose ratio is easy to steer: a retainer and one person's hours, priced at round numbers."""

from datetime import date, timedelta

from accounts.models import Person
from engagements.models import Client, Contract, CostRate, TimeEntry
from engagements.pricing import price

BEGAN = date(2024, 1, 1)


def person(name: str = "Pat") -> Person:
    found = Person.objects.filter(name=name).first()
    return found or Person.objects.create(name=name)


def default_rate(cents: int = 5000) -> None:
    """The company's cost of an hour since ever, 50.00 unless said otherwise."""
    CostRate.objects.get_or_create(person=None, effective_from=date(2020, 1, 1), defaults={"cents_per_hour": cents})


def retainer(name: str, *, fee: int = 3000, start: date = BEGAN, **client: object) -> Client:
    """A client with a monthly retainer of so much in whole EUR."""
    default_rate()
    made = Client.objects.create(name=name, **client)
    Contract.objects.create(
        client=made,
        name="Retainer",
        kind=Contract.Kind.RETAINER,
        currency="EUR",
        period=Contract.Period.MONTH,
        fee_cents=fee * 100,
        start_on=start,
    )
    return made


def log_hours(client: Client, first: date, last: date, hours_a_day: float) -> None:
    """The same time on every day from first to last."""
    worker = person()
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    minutes = round(hours_a_day * 60)
    entries = [
        TimeEntry(client=client, person=worker, work_on=day, minutes=minutes, seconds=minutes * 60) for day in days
    ]
    price(entries)
    TimeEntry.objects.bulk_create(entries)


def costing(name: str, ratio: float, *, until: date, **client: object) -> Client:
    """A client with about this ratio on every night of the hundred before: 100.00 a day of revenue, hours at 50.00."""
    made = retainer(name, fee=3044, **client)
    log_hours(made, until - timedelta(days=190), until, ratio * 2)
    return made
