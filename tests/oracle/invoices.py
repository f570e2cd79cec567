"""Money that a day gets from no contract's terms: invoice lines, corrections, direct costs."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from .rates import Rates
from .reading import Row, amount_of, days, sure_day


@dataclass(frozen=True)
class Slice:
    """Money that belongs to one day, in its own currency."""

    day: date
    amount: Fraction
    currency: str


def counted_invoices(rows: dict[str, list[Row]]) -> list[Row]:
    """Invoice rows that count: neither draft nor voided."""
    return [row for row in rows["invoices"] if row["status"] not in ("draft", "voided")]


def on_issue_date(row: Row, sign: int) -> Slice:
    """The whole line on its issue date."""
    return Slice(sure_day(row["issue_date"]), sign * amount_of(row["amount_net"]), row["currency"].upper())


def invoice_slices(rows: dict[str, list[Row]], as_of: date) -> list[Slice]:
    """Extra lines plus, credit notes and write-offs minus, recoveries plus; pass-through never."""
    slices = []
    for row in counted_invoices(rows):
        if row["line"] == "pass_through" or sure_day(row["issue_date"]) > as_of:
            continue
        if row["kind"] in ("credit_note", "write_off"):
            slices.append(on_issue_date(row, -1))
        elif row["kind"] == "recovery":
            slices.append(on_issue_date(row, 1))
        elif row["line"] == "extra":
            slices += extra_slices(row)
    return slices


def extra_slices(row: Row) -> list[Slice]:
    """An extra line spread evenly over its service days, else on its issue date."""
    if not (row["service_from"] and row["service_to"]):
        return [on_issue_date(row, 1)]
    spread = list(days(sure_day(row["service_from"]), sure_day(row["service_to"])))
    share = amount_of(row["amount_net"]) / len(spread)
    return [Slice(day, share, row["currency"].upper()) for day in spread]


def direct_costs(rows: dict[str, list[Row]]) -> list[Slice]:
    """Direct delivery cost by day; pass-through never."""
    return [
        Slice(sure_day(row["date"]), amount_of(row["amount"]), row["currency"].upper())
        for row in rows["costs"]
        if row["pass_through"] != "yes"
    ]


def total(slices: list[Slice], window: list[date], rates: Rates) -> Fraction | None:
    """Sum of the window's slices in the reporting currency; None where an exchange rate lacks."""
    result = Fraction(0)
    for item in slices:
        if window[0] <= item.day <= window[-1] and item.amount != 0:
            rate = rates.exchange(item.currency, item.day)
            if rate is None:
                return None
            result += item.amount * rate
    return result
