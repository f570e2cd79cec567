"""The nightly figures of every client, worked out plainly from a folder of native files.

This is a second opinion: it shares no line and no idea with the application. It walks day by day
and client by client with exact fractions, and rounds once, at the very end. Section numbers in the
docstrings are those of the method. Units: money in the currency named beside it, effort in whole
minutes, rates in currency per hour, days as local dates with both ends of a range included.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

from .contracts import contracts_of, entries_of, give_entries
from .effort import Effort, added_minutes, priced
from .invoices import direct_costs, invoice_slices, total
from .rates import Rates
from .reading import Row, days, decimals, name_key, read
from .revenue import contract_slices
from .status import Facts, status_of

__all__ = ["Figures", "decimals", "figures"]

WINDOW_DAYS = 90
CLIENT_FILES = [
    "contracts",
    "contract_terms",
    "milestones",
    "pauses",
    "time",
    "costs",
    "invoices",
    "incidents",
    "incident_minutes",
]


@dataclass(frozen=True)
class Figures:
    """One client's night, in the shape of the portfolio command: strings already rounded."""

    client: str
    ratio: str | None
    effort_cost: str | None
    net_revenue: str | None
    hours: str
    status: str
    reason: str | None


def facts_of(rows: dict[str, list[Row]], as_of: date, rates: Rates, zone: str) -> Facts:
    """Everything about one client in the 90 days that end on `as_of`."""
    window = list(days(as_of - timedelta(days=WINDOW_DAYS - 1), as_of))
    contracts = contracts_of(rows)
    entries = entries_of(rows["time"])
    give_entries(contracts, entries)
    in_window = [entry for entry in entries if window[0] <= entry.day <= as_of]
    efforts = [Effort(entry.person, entry.day, entry.minutes) for entry in in_window]
    added = added_minutes(rows, entries, zone)
    efforts += [lost for lost in added if window[0] <= lost.day <= as_of]
    slices = invoice_slices(rows, as_of)
    for contract in contracts.values():
        slices += contract_slices(contract, window)
    labour = priced(efforts, rates)
    direct = total(direct_costs(rows), window, rates)
    revenue = total(slices, window, rates)
    missing = None
    if direct is None or revenue is None:
        missing = "missing_fx"
    elif labour is None:
        missing = "missing_rate"
    effort = None
    if labour is None or direct is None or revenue is None:
        revenue = None
    else:
        effort = labour + direct
    return Facts(
        effort=effort,
        revenue=revenue,
        missing=missing,
        minutes=sum(spent.minutes for spent in efforts),
        weeks=len({entry.day.isocalendar()[:2] for entry in in_window}),
        contracts=list(contracts.values()),
        window=window,
    )


def figures_of(client: str, facts: Facts) -> Figures:
    """The client's facts as rounded strings."""
    status, reason = status_of(facts)
    hours = decimals(Fraction(facts.minutes, 60), 2)
    if facts.effort is None or facts.revenue is None:
        return Figures(client, None, None, None, hours, status, reason)
    effort, revenue = decimals(facts.effort, 2), decimals(facts.revenue, 2)
    ratio = decimals(facts.effort / facts.revenue, 4) if facts.revenue > 0 else None
    return Figures(client, ratio, effort, revenue, hours, status, reason)


def figures(folder: Path, as_of: date, reporting_currency: str, zone: str = "UTC") -> dict[str, Figures]:
    """Each client's figures for the night of `as_of`, by the client's name in the clients file.

    Money is in the reporting currency, zone is the organisation's IANA zone.
    """
    rates = Rates(folder, reporting_currency)
    everything = {name: read(folder, name) for name in CLIENT_FILES}
    result = {}
    for row in read(folder, "clients"):
        key = name_key(row["client"])
        own = {name: [line for line in lines if name_key(line["client"]) == key] for name, lines in everything.items()}
        facts = facts_of(own, as_of, rates, zone)
        result[row["client"]] = figures_of(row["client"], facts)
    return result
