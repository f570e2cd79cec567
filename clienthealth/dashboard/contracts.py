"""Contracts and invoices in words: price over time, state of payment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clienthealth.health import wording
from engagements.models import (
    Contract,
    ContractTerm,
    Correction,
    Dispute,
    DocumentStatus,
    Invoice,
    InvoiceLine,
    Pause,
    Payment,
)


@dataclass(frozen=True)
class ContractLine:
    id: int
    name: str
    kind: str
    price: str
    changes: list[str]
    details: list[str]
    start_on: date
    end_on: date | None
    is_running: bool


def contract_lines(contracts: Iterable[Contract], day: date) -> list[ContractLine]:
    """Running contracts first. Reads `terms` and `pauses` as prefetched."""
    lines = [_contract_line(contract, day) for contract in contracts]
    return sorted(lines, key=lambda line: (not line.is_running, -line.start_on.toordinal()))


def _contract_line(contract: Contract, day: date) -> ContractLine:
    return ContractLine(
        id=contract.pk,
        name=contract.name,
        kind=str(contract.get_kind_display()),
        price=_price(contract, contract.fee_cents, contract.bill_rate_cents),
        changes=[_term(contract, term) for term in contract.terms.all()],
        details=_details(contract),
        start_on=contract.start_on,
        end_on=contract.end_on,
        is_running=contract.start_on <= day and (contract.end_on is None or contract.end_on >= day),
    )


def _price(contract: Contract, fee: int | None, rate: int | None) -> str:
    currency = contract.currency
    texts = []
    if fee is not None:
        amount = f"{wording.money(fee)} {currency}"
        period = contract.get_period_display()
        texts.append(_("%(amount)s per %(period)s") % {"amount": amount, "period": period} if period else amount)
    if rate is not None:
        texts.append(_("%(rate)s %(currency)s an hour") % {"rate": wording.money(rate), "currency": currency})
    return ", ".join(texts) or _("no price agreed")


def _term(contract: Contract, term: ContractTerm) -> str:
    texts = []
    if term.fee_cents is not None or term.bill_rate_cents is not None:
        texts.append(_price(contract, term.fee_cents, term.bill_rate_cents))
    if term.included_seconds is not None:
        texts.append(_("%(hours)s hours included") % {"hours": wording.hours(term.included_seconds // 60)})
    return _("from %(day)s: %(terms)s") % {"day": wording.day(term.effective_from), "terms": ", ".join(texts)}


def _details(contract: Contract) -> list[str]:
    texts = []
    if contract.included_seconds:
        texts.append(_("%(hours)s hours included") % {"hours": wording.hours(contract.included_seconds // 60)})
    if contract.estimated_seconds:
        texts.append(_("%(hours)s hours estimated") % {"hours": wording.hours(contract.estimated_seconds // 60)})
    if contract.cap_cents is not None:
        texts.append(_("capped at %(amount)s") % {"amount": f"{wording.money(contract.cap_cents)} {contract.currency}"})
    if contract.notice_days is not None:
        days = contract.notice_days
        texts.append(ngettext("%(days)d day notice", "%(days)d days notice", days) % {"days": days})
    if contract.payment_terms_days is not None:
        days = contract.payment_terms_days
        texts.append(ngettext("payable in %(days)d day", "payable in %(days)d days", days) % {"days": days})
    return [*texts, *(_pause(each) for each in contract.pauses.all())]


def _pause(pause: Pause) -> str:
    return _("paused %(first)s – %(last)s") % {"first": wording.day(pause.from_on), "last": wording.day(pause.to_on)}


@dataclass(frozen=True)
class InvoiceRow:
    """`tone` is the level class that colours the state: consider for overdue, healthy for paid."""

    number: str
    issue_on: date
    due_on: date | None
    currency: str
    amount: str
    paid: str
    state: str
    tone: str


def invoices_with_money(invoices: QuerySet[Invoice]) -> QuerySet[Invoice]:
    """Each invoice with its net total, what was paid, what corrections took off and whether it is disputed."""
    counted = [DocumentStatus.SENT, DocumentStatus.PAID]
    corrections = Correction.objects.filter(invoice=OuterRef("pk"), status__in=counted)
    minus = Q(kind__in=[Correction.Kind.CREDIT_NOTE, Correction.Kind.WRITE_OFF])
    return invoices.annotate(
        total_cents=_sum(InvoiceLine.objects.filter(invoice=OuterRef("pk")), "invoice"),
        paid_cents=_sum(Payment.objects.filter(invoice=OuterRef("pk")), "invoice"),
        taken_off_cents=_sum(corrections.filter(minus), "invoice"),
        put_back_cents=_sum(corrections.filter(~minus), "invoice"),
        is_disputed=Exists(Dispute.objects.filter(invoice=OuterRef("pk"), to_on=None)),
    ).order_by(F("issue_on").desc(), "-pk")


def _sum(rows: QuerySet[Any], by: str) -> Coalesce:
    return Coalesce(Subquery(rows.order_by().values(by).annotate(sum=Sum("amount_cents")).values("sum")), 0)


def invoice_rows(invoices: Iterable[Any], day: date) -> list[InvoiceRow]:
    return [_invoice_row(invoice, day) for invoice in invoices]


def _invoice_row(invoice: Any, day: date) -> InvoiceRow:
    state, tone = payment_state(invoice, day)
    return InvoiceRow(
        invoice.number,
        invoice.issue_on,
        invoice.due_on,
        invoice.currency,
        wording.money(invoice.total_cents),
        wording.money(invoice.paid_cents),
        state,
        tone,
    )


def payment_state(invoice: Any, day: date) -> tuple[str, str]:
    """Where an invoice stands on the day, in words, and its tone. Needs the sums of `invoices_with_money`."""
    if invoice.status in (DocumentStatus.DRAFT, DocumentStatus.VOIDED):
        return str(invoice.get_status_display()), "none"
    asked = invoice.total_cents - invoice.taken_off_cents + invoice.put_back_cents
    if invoice.status == DocumentStatus.PAID or invoice.paid_cents >= asked:
        return (_("Settled") if invoice.paid_cents < invoice.total_cents else _("Paid")), "healthy"
    if invoice.is_disputed:
        return _("Disputed"), "watch"
    if invoice.due_on and invoice.due_on < day:
        late = (day - invoice.due_on).days
        return ngettext("%(days)d day overdue", "%(days)d days overdue", late) % {"days": late}, "consider"
    return (_("Partly paid"), "watch") if invoice.paid_cents else (_("Open"), "none")


@dataclass(frozen=True)
class CorrectionRow:
    """`amount` is signed: what it does to revenue. `state` is "" where it counts."""

    kind: str
    number: str
    on: date
    currency: str
    amount: str
    invoice: str
    state: str


def correction_rows(corrections: Iterable[Correction]) -> list[CorrectionRow]:
    """Reads `invoice` as selected."""
    return [_correction_row(each) for each in corrections]


def _correction_row(correction: Correction) -> CorrectionRow:
    sign = 1 if correction.kind == Correction.Kind.RECOVERY else -1
    counts = correction.status in (DocumentStatus.SENT, DocumentStatus.PAID)
    return CorrectionRow(
        str(correction.get_kind_display()),
        correction.number,
        correction.on,
        correction.currency,
        wording.money(sign * correction.amount_cents),
        correction.invoice.number if correction.invoice else "",
        "" if counts else str(correction.get_status_display()),
    )
