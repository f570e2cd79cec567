"""The contracts of one client with everything that hangs on them, and which day is what in them."""

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from .invoices import Slice, counted_invoices, on_issue_date
from .reading import Row, amount_of, day_of, name_key, number, sure_day, whole

PERIOD_MONTHS = {"": 1, "month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class Entry:
    """One row of time, in whole minutes. contract is the name key as written, or '' for none."""

    person: str
    client: str
    contract: str
    day: date
    minutes: int
    billable: bool


@dataclass(frozen=True)
class Term:
    """What changes from a day on; None means unchanged from the term before."""

    day: date
    fee: Fraction | None
    bill_rate: Fraction | None


@dataclass
class Contract:
    """One contract with everything that hangs on it. Fees in `currency`, estimate in hours."""

    name: str
    kind: str
    currency: str
    start: date
    end: date | None
    months: int
    anchor: int
    fee: Fraction
    bill_rate: Fraction
    cap: Fraction | None
    estimate: Fraction
    pause_share: Fraction
    recognition: str
    delivered: date | None
    terms: list[Term] = field(default_factory=list)
    pauses: list[tuple[date, date]] = field(default_factory=list)
    milestones: list[tuple[date, Fraction]] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    invoiced: list[Slice] = field(default_factory=list)


# Which day is what


def runs_on(contract: Contract, day: date) -> bool:
    """From start to end, both included, paused or not."""
    return contract.start <= day and (contract.end is None or day <= contract.end)


def paused_on(contract: Contract, day: date) -> bool:
    """Inside any pause, both end days included, while the contract runs."""
    return runs_on(contract, day) and any(first <= day <= last for first, last in contract.pauses)


def fee_on(contract: Contract, day: date) -> Fraction:
    """The fee effective that day."""
    fee = contract.fee
    for term in sorted(contract.terms, key=lambda term: term.day):
        if term.day <= day and term.fee is not None:
            fee = term.fee
    return fee


def bill_rate_on(contract: Contract, day: date) -> Fraction:
    """The bill rate per hour effective that day."""
    rate = contract.bill_rate
    for term in sorted(contract.terms, key=lambda term: term.day):
        if term.day <= day and term.bill_rate is not None:
            rate = term.bill_rate
    return rate


def anchor_in(year: int, month: int, anchor: int) -> date:
    """The anchor day of a month, or the month's last day where the month lacks it."""
    for day in range(anchor, 0, -1):
        try:
            return date(year, month, day)
        except ValueError:
            continue
    raise ValueError(f"no day in {year}-{month}")


def anchor_months_later(first: date, months: int, anchor: int) -> date:
    """The anchor day that many months after the month of `first`, never drifting."""
    count = first.year * 12 + first.month - 1 + months
    return anchor_in(count // 12, count % 12 + 1, anchor)


def period_days(contract: Contract, day: date) -> int:
    """Days in the billing period that `day` is in (section 3, fine print)."""
    first = anchor_in(contract.start.year, contract.start.month, contract.anchor)
    if first > contract.start:
        first = anchor_months_later(first, -1, contract.anchor)
    step = 0
    while True:
        begins = anchor_months_later(first, step, contract.anchor)
        ends = anchor_months_later(first, step + contract.months, contract.anchor)
        if begins <= day < ends:
            return (ends - begins).days
        step += contract.months


# Building the contracts and entries of one client


def contracts_of(rows: dict[str, list[Row]]) -> dict[str, Contract]:
    """The client's contracts by name key, with terms, pauses, milestones and invoice lines."""
    contracts = {}
    for row in rows["contracts"]:
        contracts[name_key(row["contract"])] = contract_from(row)
    for row in rows["contract_terms"]:
        term = Term(sure_day(row["effective_from"]), number(row["fee"]), number(row["bill_rate"]))
        contracts[name_key(row["contract"])].terms.append(term)
    for row in rows["pauses"]:
        pause = (sure_day(row["from"]), sure_day(row["to"]))
        contracts[name_key(row["contract"])].pauses.append(pause)
    for row in rows["milestones"]:
        milestone = (sure_day(row["date"]), amount_of(row["amount"]))
        contracts[name_key(row["contract"])].milestones.append(milestone)
    for row in counted_invoices(rows):
        if row["kind"] == "invoice" and row["line"] == "contract" and row["contract"]:
            contracts[name_key(row["contract"])].invoiced.append(on_issue_date(row, 1))
    return contracts


def contract_from(row: Row) -> Contract:
    """A contract as its own file states it."""
    return Contract(
        name=row["contract"],
        kind=row["kind"],
        currency=row["currency"].upper(),
        start=sure_day(row["start"]),
        end=day_of(row["end"]),
        months=PERIOD_MONTHS[row["period"]],
        anchor=int(row["anchor_day"] or "1"),
        fee=amount_of(row["fee"]),
        bill_rate=amount_of(row["bill_rate"]),
        cap=number(row["cap"]),
        estimate=amount_of(row["estimated_hours"]),
        pause_share=amount_of(row["pause_fee_percent"]) / 100,
        recognition=row["recognition"],
        delivered=day_of(row["delivered_on"]),
    )


def entries_of(rows: list[Row]) -> list[Entry]:
    """Rows of time, each rounded to whole minutes, halves up."""
    return [
        Entry(
            person=name_key(row["email"]),
            client=name_key(row["client"]),
            contract=name_key(row["contract"]),
            day=sure_day(row["date"]),
            minutes=whole(amount_of(row["minutes"])),
            billable=row["billable"] == "yes",
        )
        for row in rows
    ]


def give_entries(contracts: dict[str, Contract], entries: list[Entry]) -> None:
    """Put each entry on the contract it names, else on the only contract running that day."""
    for entry in entries:
        if entry.contract:
            contracts[entry.contract].entries.append(entry)
        else:
            running = [c for c in contracts.values() if runs_on(c, entry.day)]
            if len(running) == 1:
                running[0].entries.append(entry)
