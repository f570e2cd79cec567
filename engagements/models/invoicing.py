"""What is billed: invoices, corrections, payments, disputes."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clienthealth.base.constraints import DAYS, within
from clienthealth.base.models import Fact
from clienthealth.base.text import LINE
from engagements.models.clients import Client
from engagements.models.contracts import Contract
from engagements.models.fields import MONEY, Day
from engagements.querysets import ClientPartQuerySet, InvoicePartQuerySet


class LineKind(models.TextChoices):
    """What an invoice line or a correction concerns; pass-through lines never touch revenue."""

    CONTRACT = "contract", _("contract")
    EXTRA = "extra", _("extra")
    PASS_THROUGH = "pass_through", _("pass-through")


class DocumentStatus(models.TextChoices):
    """Draft and voided documents are kept but count nowhere."""

    DRAFT = "draft", _("Draft")
    SENT = "sent", _("Sent")
    PAID = "paid", _("Paid")
    VOIDED = "voided", _("Voided")


LINE_KINDS = ["contract", "extra", "pass_through"]
DOCUMENT_STATUSES = ["draft", "sent", "paid", "voided"]


class Invoice(Fact):
    number = models.CharField(_("number"), max_length=LINE, unique=True)
    client = models.ForeignKey(Client, models.CASCADE, related_name="invoices")
    issue_on = Day(_("issued"))
    due_on = Day(_("due"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    status = models.CharField(_("status"), max_length=6, choices=DocumentStatus, default=DocumentStatus.SENT)

    objects = ClientPartQuerySet.as_manager()

    class Meta:
        ordering = ["client", "-issue_on", "number"]
        constraints = [
            models.CheckConstraint(condition=~Q(number=""), name="invoice_has_a_number"),
            within("invoice_limits", number=LINE, issue_on=DAYS, due_on=DAYS, currency=3, status=DOCUMENT_STATUSES),
        ]

    def __str__(self) -> str:
        return self.number


class InvoiceLine(Fact):
    """One line, net of tax, in the invoice's currency; lines of one invoice may belong to different contracts.

    Extra lines are spread over service_from … service_to.
    """

    invoice = models.ForeignKey(Invoice, models.CASCADE, related_name="lines")
    contract = models.ForeignKey(Contract, models.SET_NULL, null=True, blank=True, related_name="invoice_lines")
    kind = models.CharField(_("line"), max_length=12, choices=LineKind, default=LineKind.CONTRACT)
    occurrence = models.PositiveSmallIntegerField(default=1, editable=False)
    amount_cents = models.BigIntegerField(_("net amount"))
    service_from = Day(_("service from"), null=True, blank=True)
    service_to = Day(_("service to"), null=True, blank=True)

    objects = InvoicePartQuerySet.as_manager()

    class Meta:
        ordering = ["invoice", "kind", "occurrence"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "kind", "occurrence"], name="invoice_line_once"),
            models.CheckConstraint(
                condition=Q(service_to=None) | Q(service_from=None) | Q(service_to__gte=F("service_from")),
                name="service_ends_after_start",
            ),
            within("invoice_line_limits", kind=LINE_KINDS, amount_cents=MONEY, service_from=DAYS, service_to=DAYS),
        ]

    def __str__(self) -> str:
        return f"{self.invoice} {self.kind} {self.occurrence}"


class Correction(Fact):
    """A credit note, write-off or recovery on its own date. The amount is positive; the kind gives the sign."""

    class Kind(models.TextChoices):
        CREDIT_NOTE = "credit_note", _("Credit note")
        WRITE_OFF = "write_off", _("Write-off")
        RECOVERY = "recovery", _("Recovery")

    kind = models.CharField(_("kind"), max_length=11, choices=Kind)
    number = models.CharField(_("number"), max_length=LINE)
    occurrence = models.PositiveSmallIntegerField(default=1, editable=False)
    client = models.ForeignKey(Client, models.CASCADE, related_name="corrections")
    contract = models.ForeignKey(Contract, models.SET_NULL, null=True, blank=True, related_name="corrections")
    invoice = models.ForeignKey(Invoice, models.SET_NULL, null=True, blank=True, related_name="corrections")
    line_kind = models.CharField(_("line"), max_length=12, choices=LineKind, default=LineKind.CONTRACT)
    on = Day(_("date"))
    amount_cents = models.BigIntegerField(_("net amount"))
    currency = models.CharField(_("currency"), max_length=3)
    status = models.CharField(_("status"), max_length=6, choices=DocumentStatus, default=DocumentStatus.SENT)

    objects = ClientPartQuerySet.as_manager()

    class Meta:
        ordering = ["client", "on"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "number", "kind", "line_kind", "occurrence"], name="correction_line_once"
            ),
            within(
                "correction_limits",
                kind=["credit_note", "write_off", "recovery"],
                number=LINE,
                line_kind=LINE_KINDS,
                on=DAYS,
                amount_cents=MONEY,
                currency=3,
                status=DOCUMENT_STATUSES,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"


class Payment(Fact):
    """Money received for an invoice, net of tax, in its currency."""

    invoice = models.ForeignKey(Invoice, models.CASCADE, related_name="payments")
    on = Day(_("date"))
    amount_cents = models.BigIntegerField(_("net amount"))

    objects = InvoicePartQuerySet.as_manager()

    class Meta:
        ordering = ["invoice", "on"]
        constraints = [within("payment_limits", on=DAYS, amount_cents=MONEY)]

    def __str__(self) -> str:
        return f"{self.invoice} {self.on}"


class Dispute(Fact):
    """Days on which the client contests an invoice, both included; an open end means still."""

    invoice = models.ForeignKey(Invoice, models.CASCADE, related_name="disputes")
    from_on = Day(_("from"))
    to_on = Day(_("to"), null=True, blank=True)

    objects = InvoicePartQuerySet.as_manager()

    class Meta:
        ordering = ["invoice", "from_on"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "from_on"], name="dispute_once_a_day"),
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(to_on__gte=F("from_on")), name="dispute_ends_after_start"
            ),
            within("dispute_days", from_on=DAYS, to_on=DAYS),
        ]

    def __str__(self) -> str:
        return f"{self.invoice} {self.from_on}"
