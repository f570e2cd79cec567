"""The demo's invoices, numbered as they are issued, paid as late as each client pays, and its direct costs."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from clienthealth.demo.story import Contract, Story, value_at
from clienthealth.demo.writer import Writer, money

STAGES = ((0.0, 0.4), (0.5, 0.3), (1.0, 0.3))
"""A fixed fee is billed at the start, half-way and at the end: (part of the time, part of the fee)."""
MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass
class Invoice:
    story: Story
    contract: Contract
    issued: date
    lines: list[tuple[str, float, int]]
    """(line, amount, days of service up to the issue)."""

    @property
    def due(self) -> date:
        return self.issued + timedelta(days=self.contract.terms_days)


def add_bills(writer: Writer, stories: Iterable[Story]) -> None:
    """Invoices of all clients in the order of their dates, each with its payment where it has come by now."""
    worked = billable_minutes(writer)
    invoices = [each for story in stories for each in invoices_of(writer, story, worked)]
    invoices.sort(key=lambda each: each.issued)
    latest: dict[str, list[tuple[str, Invoice]]] = defaultdict(list)
    for order, invoice in enumerate(invoices, start=1):
        number = f"{invoice.issued:%Y}-{order:04d}"
        latest[invoice.story.client].append((number, invoice))
        add_invoice(writer, number, invoice)
    for story in stories:
        add_corrections(writer, story, latest[story.client])


def invoices_of(writer: Writer, story: Story, worked: dict[tuple[str, str], int]) -> Iterator[Invoice]:
    for contract in story.contracts:
        if contract.kind == "retainer":
            yield from by_period(writer, story, contract)
        elif contract.kind == "fixed_fee":
            yield from by_stage(writer, story, contract)
        else:
            yield from by_hours(writer, story, contract, worked)
    for bill in story.bills:
        if bill.kind == "invoice":
            line = (bill.line, float(bill.amount), bill.spread)
            yield Invoice(story, story.contracts[0], writer.day(bill.days_ago), [line])


def by_period(writer: Writer, story: Story, contract: Contract) -> Iterator[Invoice]:
    """In advance, on the first day of each whole period; what was printed or booked for the client comes along."""
    step, start = MONTHS[contract.period], writer.start_of(contract)
    for first in firsts_of_months(writer, contract):
        if (first.year * 12 + first.month - start.year * 12 - start.month) % step or is_paused(writer, contract, first):
            continue
        lines = [("contract", float(contract.fee or 0), 0)]
        if story.pass_through:
            lines.append(("pass_through", float(story.pass_through * step), 0))
        yield Invoice(story, contract, first, lines)


def by_stage(writer: Writer, story: Story, contract: Contract) -> Iterator[Invoice]:
    length = contract.started - (contract.ends if contract.ends is not None else -30)
    for part, share in STAGES:
        days_ago = contract.started - round(length * part)
        if days_ago >= 0:
            yield Invoice(story, contract, writer.day(days_ago), [("contract", round((contract.fee or 0) * share), 0)])


def by_hours(writer: Writer, story: Story, contract: Contract, worked: dict[tuple[str, str], int]) -> Iterator[Invoice]:
    """In arrears, on the first day of each month, up to the cap."""
    left = float(contract.cap) if contract.cap else float("inf")
    for first in firsts_of_months(writer, contract):
        before = first - timedelta(days=1)
        amount = min(left, worked[story.client, f"{before:%Y-%m}"] / 60 * (contract.bill_rate or 0))
        left -= amount
        if amount:
            yield Invoice(story, contract, first, [("contract", round(amount, 2), 0)])


def firsts_of_months(writer: Writer, contract: Contract) -> Iterator[date]:
    """First days of the months between the contract's start and its end or now, oldest first."""
    day = writer.start_of(contract)
    last = min(writer.last, writer.day(contract.ends) if contract.ends is not None else writer.last)
    if day.day > 1:
        day = next_month(day)
    while day <= last:
        yield day
        day = next_month(day)


def next_month(day: date) -> date:
    """The first of the month after the day's."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def is_paused(writer: Writer, contract: Contract, day: date) -> bool:
    if contract.paused is None:
        return False
    since, until = contract.paused
    return writer.day(since) <= day <= writer.day(until)


def add_invoice(writer: Writer, number: str, invoice: Invoice) -> None:
    currency = writer.currency(invoice.contract.currency)
    for line, amount, spread in invoice.lines:
        service = {"service_from": invoice.issued - timedelta(days=spread), "service_to": invoice.issued}
        writer.add(
            "invoices",
            number=number,
            client=invoice.story.client,
            contract=invoice.contract.name if line == "contract" else "",
            kind="invoice",
            line=line,
            issue_date=invoice.issued,
            due_date=invoice.due,
            currency=currency,
            amount_net=money(amount),
            **(service if spread else {}),
            status="sent",
        )
    paid = paid_on(writer, invoice)
    if paid <= writer.last and not is_contested(writer, invoice):
        writer.add("payments", number=number, date=paid, amount=money(sum(each[1] for each in invoice.lines)))


def paid_on(writer: Writer, invoice: Invoice) -> date:
    """As late as the client paid then, a few days more or less; on a weekday."""
    usual = value_at(invoice.story.late, writer.days_ago(invoice.issued) / 7)
    day = invoice.due + timedelta(days=max(-2, round(usual) + writer.random.randint(-2, 3)))
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() > 4 else day


def is_contested(writer: Writer, invoice: Invoice) -> bool:
    """The last invoice issued before the story's dispute."""
    if invoice.story.dispute is None:
        return False
    since = writer.day(invoice.story.dispute[0])
    return since - timedelta(days=31) <= invoice.issued < since


def add_corrections(writer: Writer, story: Story, invoices: list[tuple[str, Invoice]]) -> None:
    """Credit notes have their own number; a write-off is of the contested invoice."""
    contested = [number for number, invoice in invoices if is_contested(writer, invoice)]
    if story.dispute and contested:
        since, until = (writer.day(days_ago) for days_ago in story.dispute)
        writer.add("disputes", number=contested[-1], **{"from": since, "to": until})
    for bill in story.bills:
        if bill.kind == "invoice":
            continue
        issued = writer.day(bill.days_ago)
        own = contested[-1] if bill.kind == "write_off" and contested else f"C-{issued:%Y-%m%d}"
        writer.add(
            "invoices",
            number=own,
            client=story.client,
            contract=story.contracts[0].name,
            kind=bill.kind,
            line=bill.line,
            issue_date=issued,
            currency=writer.home,
            amount_net=money(bill.amount),
            status="sent",
        )


def add_costs(writer: Writer, story: Story) -> None:
    """A photographer or a printer, month by month."""
    table: list[tuple[int, dict[str, Any]]] = [
        (story.costs, {"pass_through": "no", "note": "Photographer"}),
        (story.pass_through, {"pass_through": "yes", "note": "Print and media"}),
    ]
    for amount, values in table:
        for contract in story.contracts[: 1 if amount else 0]:
            for first in firsts_of_months(writer, contract):
                day = first - timedelta(days=6)
                writer.add("costs", client=story.client, date=day, amount=money(amount), currency=writer.home, **values)


def billable_minutes(writer: Writer) -> dict[tuple[str, str], int]:
    """By client and month (YYYY-MM)."""
    worked: dict[tuple[str, str], int] = defaultdict(int)
    for row in writer.rows["time"]:
        if row["billable"] == "yes":
            worked[row["client"], f"{row['date']:%Y-%m}"] += row["minutes"]
    return worked
