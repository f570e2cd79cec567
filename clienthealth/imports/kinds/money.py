"""Invoices and their corrections, payments, disputes."""

from collections import Counter
from datetime import date
from typing import Any

from clienthealth.imports import cells
from clienthealth.imports.kinds.base import Column, Fingerprinted, Kind, Row
from clienthealth.imports.kinds.clients import CLIENT
from clienthealth.imports.plan import canonical
from clienthealth.imports.problems import Bad, Reason
from clienthealth.imports.report import Outcome
from engagements.models import (
    Client,
    Contract,
    Correction,
    Dispute,
    DocumentStatus,
    Invoice,
    InvoiceLine,
    LineKind,
    Payment,
)

INVOICE = "invoice"
SIGN = {INVOICE: 1, Correction.Kind.CREDIT_NOTE: -1, Correction.Kind.WRITE_OFF: -1, Correction.Kind.RECOVERY: 1}
"""A recovery takes a write-off back."""
UNCOUNTED = {DocumentStatus.DRAFT, DocumentStatus.VOIDED}
NUMBER = Column("number", cells.line, required=Reason.MISSING_NUMBER)
MOST_LINES = 32_767
HEAD = ("client", "issue_date", "due_date", "currency", "status")
"""What all lines of one invoice must say alike."""
INHERITED = ("due_date", "status")
"""What a later line of an invoice may leave empty."""


class Invoices(Kind):
    """Lines of invoices, and corrections. A line is known by number, kind, line, and which of those it is in the file.

    A row that says the very same as an earlier one of its number is that row again, not a second line. Corrections are
    known by their client, too, and each stands for itself: those of one number need not agree on anything.
    """

    name = "invoices"
    columns = (
        NUMBER,
        CLIENT,
        Column("contract", cells.name),
        Column("kind", cells.one_of([INVOICE, *Correction.Kind.values]), required=Reason.BAD_VALUE),
        Column("line", cells.one_of(LineKind.values), LineKind.CONTRACT.value),
        Column("issue_date", cells.day, required=Reason.BAD_DATE),
        Column("due_date", cells.day),
        Column("currency", cells.currency, required=Reason.BAD_VALUE),
        Column("amount_net", cells.signed_money, required=Reason.MISSING_AMOUNT),
        Column("service_from", cells.day),
        Column("service_to", cells.day),
        Column("status", cells.one_of(DocumentStatus.values)),
    )

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.heads: dict[str, dict[str, Any]] = {}
        """What the first line of an invoice said, by its number."""
        self.said: set[tuple[str, ...]] = set()
        self.occurrences: Counter[tuple[str, ...]] = Counter()
        self.changed: set[str] = set()
        self.lines: dict[tuple[str, str, int], InvoiceLine] = {}
        self.corrections: dict[tuple[str, str, str, str, int], Correction] = {}

    def prepare(self, rows: list[Row]) -> None:
        numbers = {row["number"] for row in rows}
        self.book.load_invoices(numbers)
        for line in InvoiceLine.objects.filter(invoice__number__in=numbers).select_related("invoice"):
            if line.invoice.number in self.book.invoices:
                line.invoice = self.book.invoices[line.invoice.number]
                line.contract = self.book.contracts_by_id.get(line.contract_id)
                self.lines.setdefault((line.invoice.number, line.kind, line.occurrence), line)
        for each in Correction.objects.filter(number__in=numbers):
            if each.client_id in self.book.clients_by_id:
                each.client = self.book.clients_by_id[each.client_id]
                each.contract = self.book.contracts_by_id.get(each.contract_id)
                key = (each.client.name_key, each.number, each.kind, each.line_kind, each.occurrence)
                self.corrections.setdefault(key, each)

    def settle(self, row: Row) -> Outcome:
        is_invoice = row["kind"] == INVOICE
        if is_invoice and row["amount_net"] < 0:
            raise Bad(Reason.BAD_NUMBER, "amount_net")
        row.values["amount_net"] = abs(row["amount_net"])
        client = self.book.client(row["client"])
        contract = self.book.contract(client, row["contract"]) if row["contract"] else None
        said = tuple([canonical(row[column.name]) for column in self.columns])
        head = self.heads.get(row["number"]) if is_invoice else None
        self._complete(row, head)
        key = (client.name_key, row["number"], row["kind"], row["line"])
        self._check(row, head, key)
        if said in self.said:
            return Outcome.DUPLICATE
        occurrence = self.occurrences[key] + 1
        enter = self._invoice if is_invoice else self._correction
        outcome = enter(row, client, contract, occurrence)
        self.occurrences[key] = occurrence
        if is_invoice:
            self.heads.setdefault(row["number"], {column: row[column] for column in HEAD})
        self.said.add(said)
        if row["status"] not in UNCOUNTED:
            self.report.add_amount(client.name, row["currency"], SIGN[row["kind"]] * row["amount_net"])
        return outcome

    def _complete(self, row: Row, head: dict[str, Any] | None) -> None:
        """A later line takes over what it leaves empty; otherwise an empty status means sent."""
        for column in INHERITED:
            if head is not None and row[column] is None:
                row.values[column] = head[column]
        if row["status"] is None:
            row.values["status"] = DocumentStatus.SENT.value

    def _check(self, row: Row, head: dict[str, Any] | None, key: tuple[str, ...]) -> None:
        if row["service_from"] and row["service_to"] and row["service_to"] < row["service_from"]:
            raise Bad(Reason.BAD_DATE, "service_to")
        for column, first in (head or {}).items():
            if canonical(first) != canonical(row[column]):
                raise Bad(Reason.BAD_VALUE, column)
        if self.occurrences[key] >= MOST_LINES:
            raise Bad(Reason.BAD_VALUE, "line")

    def _invoice(self, row: Row, client: Client, contract: Contract | None, occurrence: int) -> Outcome:
        number = row["number"]
        invoice = self.book.invoices.get(number)
        if invoice is not None and invoice.client != client:
            raise Bad(Reason.BAD_VALUE, "number")
        head = {"issue_date": "issue_on", "due_date": "due_on", "currency": "currency", "status": "status"}
        values = self.fields(row, head, everything=invoice is None)
        invoice, outcome = self.put(invoice, Invoice, values, number=number, client=client)
        if outcome == Outcome.UPDATED:
            self.changed.add(number)
        self.book.invoices[number] = invoice
        key = (number, row["line"], occurrence)
        stored = self.lines.get(key)
        amounts = {"amount_net": "amount_cents", "service_from": "service_from", "service_to": "service_to"}
        values = self.fields(row, amounts, everything=stored is None)
        if stored is None or "contract" in self.given:
            values["contract"] = contract
        self.lines[key], outcome = self.put(
            stored, InvoiceLine, values, invoice=invoice, kind=row["line"], occurrence=occurrence
        )
        # A line that is as it was on an invoice that is not is news all the same.
        return Outcome.UPDATED if outcome == Outcome.DUPLICATE and number in self.changed else outcome

    def _correction(self, row: Row, client: Client, contract: Contract | None, occurrence: int) -> Outcome:
        key = (client.name_key, row["number"], row["kind"], row["line"], occurrence)
        stored = self.corrections.get(key)
        plain = {"issue_date": "on", "amount_net": "amount_cents", "currency": "currency", "status": "status"}
        values = self.fields(row, plain, everything=stored is None)
        if stored is None or "contract" in self.given:
            values["contract"] = contract
        self.corrections[key], outcome = self.put(
            stored,
            Correction,
            values,
            number=row["number"],
            kind=row["kind"],
            line_kind=row["line"],
            occurrence=occurrence,
            client=client,
        )
        return outcome

    def finish(self) -> None:
        """Corrections belong to their client's invoice of the same number, wherever in the file it stands."""
        for correction in self.corrections.values():
            invoice = self.book.invoices.get(correction.number)
            if invoice is not None and correction.invoice_id is None and invoice.client == correction.client:
                self.plan.change(correction, {"invoice": invoice})


class Payments(Fingerprinted):
    """Money received, net of tax."""

    name = "payments"
    columns = (
        NUMBER,
        Column("date", cells.day, required=Reason.BAD_DATE),
        Column("amount", cells.money, required=Reason.MISSING_AMOUNT),
    )
    model = Payment
    dated = "date"

    def prepare(self, rows: list[Row]) -> None:
        self.book.load_invoices(row["number"] for row in rows)
        super().prepare(rows)

    def settle(self, row: Row) -> Outcome:
        invoice = self.book.invoice(row["number"])
        self.report.add_amount(invoice.client.name, invoice.currency, row["amount"])
        if self.is_stored(row):
            return Outcome.DUPLICATE
        self.plan.add(Payment(invoice=invoice, on=row["date"], amount_cents=row["amount"], source_key=row.key))
        return Outcome.NEW


class Disputes(Kind):
    """Days on which an invoice is contested; no end means still."""

    name = "disputes"
    columns = (
        NUMBER,
        Column("from", cells.day, required=Reason.BAD_DATE),
        Column("to", cells.day),
    )

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.stored: dict[tuple[str, date], Dispute] = {}

    def prepare(self, rows: list[Row]) -> None:
        numbers = {row["number"] for row in rows}
        self.book.load_invoices(numbers)
        for each in Dispute.objects.filter(invoice__number__in=numbers).select_related("invoice"):
            self.stored.setdefault((each.invoice.number, each.from_on), each)

    def settle(self, row: Row) -> Outcome:
        invoice = self.book.invoice(row["number"])
        if row["to"] and row["to"] < row["from"]:
            raise Bad(Reason.BAD_DATE, "to")
        key = (invoice.number, row["from"])
        stored = self.stored.get(key)
        values = self.fields(row, {"to": "to_on"}, everything=stored is None)
        self.stored[key], outcome = self.put(stored, Dispute, values, invoice=invoice, from_on=row["from"])
        return outcome
