"""What we do, what it costs and what it brings: clients, contracts, effort and money as recorded facts.

Money is whole hundredths of the currency named beside it, whatever its own minor unit; effort is whole minutes;
agreed hours are whole seconds; days are local dates of the organisation's zone; date ranges include both ends.
"""

from collections.abc import Callable
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from clienthealth.base.amounts import FX_SCALE, MINUTES_MAX, MONEY_MAX_CENTS, RATE_MAX_CENTS
from clienthealth.base.constraints import DAYS, within
from clienthealth.base.models import Fact
from clienthealth.base.text import LINE, NOTE, name_key
from engagements.querysets import (
    ClientPartQuerySet,
    ClientQuerySet,
    ContractPartQuerySet,
    ContractQuerySet,
    InvoicePartQuerySet,
    RateQuerySet,
    TimeEntryQuerySet,
)

MONEY = (0, MONEY_MAX_CENTS)
RATE = (0, RATE_MAX_CENTS)
AGREED_SECONDS = (0, 3600 * 1_000_000)
DAY_VALIDATORS: list[Callable[[Any], None]] = [MinValueValidator(DAYS[0]), MaxValueValidator(DAYS[1])]


class Day(models.DateField):
    """A local calendar date between 2000 and 2100."""

    default_validators = DAY_VALIDATORS


class Client(Fact):
    """An organisation we work for, or hope to (a prospect has no signed contract)."""

    class Status(models.TextChoices):
        PROSPECT = "prospect", _("Prospect")
        ACTIVE = "active", _("Active")
        OFFBOARDING = "offboarding", _("Offboarding")
        PARTED = "parted", _("Parted")

    class EndKind(models.TextChoices):
        BY_US = "by_us", _("Ended by us")
        BY_CLIENT = "by_client", _("Ended by the client")
        MUTUAL = "mutual", _("Ended by both sides")
        EXPIRED = "expired", _("Contract expired")

    name = models.CharField(_("name"), max_length=LINE)
    name_key = models.CharField(max_length=LINE, unique=True, editable=False)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.ACTIVE)
    end_kind = models.CharField(_("how it ended"), max_length=10, choices=EndKind, blank=True)
    started_on = Day(_("client since"), null=True, blank=True)
    zone = models.CharField(_("time zone"), max_length=64, blank=True)
    contact_every_days = models.PositiveSmallIntegerField(_("agreed contact every … days"), null=True, blank=True)
    standard_bill_rate_cents = models.BigIntegerField(_("standard bill rate"), null=True, blank=True)
    success_in_their_words = models.TextField(_("success in the client's words"), blank=True)
    success_in_our_words = models.TextField(_("success as we see it"), blank=True)
    success_reviewed_on = Day(_("success criteria reviewed on"), null=True, blank=True)
    is_exempt = models.BooleanField(_("exempt from levels"), default=False)
    exempt_reason = models.CharField(_("reason for the exemption"), max_length=LINE, blank=True)
    exempt_until = Day(_("exempt until"), null=True, blank=True)

    objects = ClientQuerySet.as_manager()

    class Meta:
        ordering = ["name_key"]
        constraints = [
            within(
                "client_limits",
                name=LINE,
                name_key=LINE,
                status=["prospect", "active", "offboarding", "parted"],
                zone=64,
                contact_every_days=(1, 3660),
                standard_bill_rate_cents=RATE,
                success_in_their_words=NOTE,
                success_in_our_words=NOTE,
                exempt_reason=LINE,
                started_on=DAYS,
                exempt_until=DAYS,
                success_reviewed_on=DAYS,
            ),
            models.CheckConstraint(condition=~Q(name_key=""), name="client_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_key = name_key(self.name)
        super().save(*args, **kwargs)

    @property
    def owner(self) -> Person | None:
        """The account manager now; read through `with_owner()` in lists."""
        rows = self.current_owners if hasattr(self, "current_owners") else self.owners.filter(to_on=None)[:1]
        return rows[0].person if rows else None


class ClientOwner(models.Model):
    """Who was a client's account manager from when to when; an open end means now. Only that row gives access."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="owners")
    person = models.ForeignKey(Person, models.PROTECT, related_name="owned")
    from_on = Day(_("from"))
    to_on = Day(_("to"), null=True, blank=True)

    objects = ClientPartQuerySet.as_manager()

    class Meta:
        ordering = ["client", "-from_on"]
        constraints = [
            models.UniqueConstraint(fields=["client"], condition=Q(to_on=None), name="client_has_one_owner"),
            models.CheckConstraint(condition=Q(to_on=None) | Q(to_on__gte=F("from_on")), name="owner_ends_after_start"),
            within("owner_days", from_on=DAYS, to_on=DAYS),
        ]

    def __str__(self) -> str:
        return f"{self.client}: {self.person}"


class Contact(Fact):
    """A person at the client's. No score on a person."""

    class Channel(models.TextChoices):
        EMAIL = "email", _("E-mail")
        PHONE = "phone", _("Phone")
        CHAT = "chat", _("Chat")
        MEETING = "meeting", _("Meeting")

    client = models.ForeignKey(Client, models.CASCADE, related_name="contacts")
    name = models.CharField(_("name"), max_length=LINE)
    job_role = models.CharField(_("role at the client's"), max_length=LINE, blank=True)
    phone = models.CharField(_("phone"), max_length=50, blank=True)
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
    is_decision_maker = models.BooleanField(_("decides"), default=False)
    preferred_channel = models.CharField(_("preferred channel"), max_length=10, choices=Channel, blank=True)

    objects = ClientPartQuerySet.as_manager()

    class Meta:
        ordering = ["-is_decision_maker", "name"]
        constraints = [within("contact_lengths", name=LINE, job_role=LINE, phone=50, email=254)]

    def __str__(self) -> str:
        return self.name


class ContactHours(Fact):
    """When a client may reach us: weekdays (1 Monday … 7 Sunday), from (included) to (excluded), in a zone.

    An empty zone means the client's, else the organisation's.
    """

    client = models.ForeignKey(Client, models.CASCADE, related_name="contact_hours")
    weekdays = models.CharField(_("weekdays"), max_length=7)
    from_time = models.TimeField(_("from"))
    to_time = models.TimeField(_("to"))
    zone = models.CharField(_("time zone"), max_length=64, blank=True)

    objects = ClientPartQuerySet.as_manager()

    class Meta:
        ordering = ["client", "weekdays", "from_time"]
        constraints = [
            models.UniqueConstraint(fields=["client", "weekdays", "from_time"], name="contact_hours_once"),
            models.CheckConstraint(condition=Q(to_time__gt=F("from_time")), name="contact_hours_end_after_start"),
            within("contact_hours_lengths", weekdays=7, zone=64),
        ]

    def __str__(self) -> str:
        return f"{self.weekdays} {self.from_time:%H:%M}–{self.to_time:%H:%M}"


class Contract(Fact):
    """An agreed piece of work. Fee, bill rate and included hours hold until the first dated term."""

    class Kind(models.TextChoices):
        RETAINER = "retainer", _("Retainer")
        FIXED_FEE = "fixed_fee", _("Fixed fee")
        TIME_AND_MATERIALS = "time_and_materials", _("Time and materials")

    class Period(models.TextChoices):
        MONTH = "month", _("month")
        QUARTER = "quarter", _("quarter")
        YEAR = "year", _("year")

    class Recognition(models.TextChoices):
        STANDARD = "", _("as usual for the kind")
        SINGLE_DATE = "single_date", _("on a single date")
        MILESTONE = "milestone", _("by milestones")
        INVOICED = "invoiced", _("as invoiced")
        PERCENT_COMPLETE = "percent_complete", _("by hours done of hours estimated")

    client = models.ForeignKey(Client, models.CASCADE, related_name="contracts")
    name = models.CharField(_("contract"), max_length=LINE)
    name_key = models.CharField(max_length=LINE, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    currency = models.CharField(_("currency"), max_length=3)
    fee_cents = models.BigIntegerField(_("fee"), null=True, blank=True)
    period = models.CharField(_("fee per"), max_length=7, choices=Period, blank=True)
    start_on = Day(_("start"))
    end_on = Day(_("end"), null=True, blank=True)
    anchor_day = models.PositiveSmallIntegerField(
        _("billing day of the month"), default=1, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    bill_rate_cents = models.BigIntegerField(_("bill rate per hour"), null=True, blank=True)
    cap_cents = models.BigIntegerField(_("cap"), null=True, blank=True)
    included_seconds = models.BigIntegerField(_("included hours per period"), null=True, blank=True)
    estimated_seconds = models.BigIntegerField(_("estimated hours"), null=True, blank=True)
    pause_fee_basis_points = models.PositiveIntegerField(
        _("fee while paused, %"), default=0, validators=[MaxValueValidator(10_000)]
    )
    payment_terms_days = models.PositiveSmallIntegerField(_("payment terms, days"), null=True, blank=True)
    notice_days = models.PositiveSmallIntegerField(_("notice, days"), null=True, blank=True)
    recognition = models.CharField(_("revenue is recognised"), max_length=16, choices=Recognition, blank=True)
    delivered_on = Day(_("delivered on"), null=True, blank=True)
    revision_rounds = models.PositiveSmallIntegerField(_("revision rounds included"), null=True, blank=True)
    overage_rate_cents = models.BigIntegerField(_("rate for hours above those included"), null=True, blank=True)

    objects = ContractQuerySet.as_manager()

    class Meta:
        ordering = ["client", "start_on", "name_key"]
        constraints = [
            models.UniqueConstraint(fields=["client", "name_key"], name="contract_name_once_a_client"),
            models.CheckConstraint(condition=~Q(name_key=""), name="contract_has_a_name"),
            models.CheckConstraint(
                condition=Q(end_on=None) | Q(end_on__gte=F("start_on")), name="contract_ends_after_start"
            ),
            within(
                "contract_limits",
                name=LINE,
                currency=3,
                kind=["retainer", "fixed_fee", "time_and_materials"],
                period=["", "month", "quarter", "year"],
                recognition=["", "single_date", "milestone", "invoiced", "percent_complete"],
                fee_cents=MONEY,
                start_on=DAYS,
                end_on=DAYS,
                delivered_on=DAYS,
                anchor_day=(1, 31),
                bill_rate_cents=RATE,
                overage_rate_cents=RATE,
                cap_cents=MONEY,
                included_seconds=AGREED_SECONDS,
                estimated_seconds=AGREED_SECONDS,
                pause_fee_basis_points=(0, 10_000),
                payment_terms_days=(0, 3660),
                notice_days=(0, 3660),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_key = name_key(self.name)
        super().save(*args, **kwargs)


class ContractTerm(Fact):
    """New terms from a day on (included). None: that term stays as it was."""

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="terms")
    effective_from = Day(_("from"))
    fee_cents = models.BigIntegerField(_("fee"), null=True, blank=True)
    bill_rate_cents = models.BigIntegerField(_("bill rate per hour"), null=True, blank=True)
    included_seconds = models.BigIntegerField(_("included hours per period"), null=True, blank=True)

    objects = ContractPartQuerySet.as_manager()

    class Meta:
        ordering = ["contract", "effective_from"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "effective_from"], name="contract_term_once_a_day"),
            within(
                "contract_term_limits",
                fee_cents=MONEY,
                bill_rate_cents=RATE,
                included_seconds=AGREED_SECONDS,
                effective_from=DAYS,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract} {self.effective_from}"


class Milestone(Fact):
    """An amount recognised on a day, for contracts recognised by milestones or on a single date."""

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="milestones")
    on = Day(_("date"))
    amount_cents = models.BigIntegerField(_("amount"))

    objects = ContractPartQuerySet.as_manager()

    class Meta:
        ordering = ["contract", "on"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "on"], name="milestone_once_a_day"),
            within("milestone_limits", on=DAYS, amount_cents=MONEY),
        ]

    def __str__(self) -> str:
        return f"{self.contract} {self.on}"


class Pause(Fact):
    """Days on which a contract rests, both included. Pauses may overlap; outside their contract they have no effect."""

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="pauses")
    from_on = Day(_("from"))
    to_on = Day(_("to"))

    objects = ContractPartQuerySet.as_manager()

    class Meta:
        ordering = ["contract", "from_on"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "from_on"], name="pause_once_a_day"),
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="pause_ends_after_start"),
            within("pause_days", from_on=DAYS, to_on=DAYS),
        ]

    def __str__(self) -> str:
        return f"{self.contract} {self.from_on}–{self.to_on}"


class CostRate(Fact):
    """Loaded employment cost of an hour, in the reporting currency, from a day on (included).

    For one person, else one job title, else (both empty) everybody. Days before a subject's first row use the next
    tier; the first row for everybody covers all earlier days.
    """

    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="cost_rates")
    job_title = models.CharField(_("job title"), max_length=LINE, blank=True)
    job_title_key = models.CharField(max_length=LINE, editable=False, blank=True)
    effective_from = Day(_("from"))
    cents_per_hour = models.BigIntegerField(_("cost per hour"))

    objects = RateQuerySet.as_manager()

    class Meta:
        ordering = ["person__name_key", "job_title_key", "effective_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "effective_from"], condition=~Q(person=None), name="person_rate_once_a_day"
            ),
            models.UniqueConstraint(
                fields=["job_title_key", "effective_from"], condition=Q(person=None), name="title_rate_once_a_day"
            ),
            models.CheckConstraint(condition=Q(person=None) | Q(job_title=""), name="rate_has_one_subject"),
            within("cost_rate_limits", cents_per_hour=RATE, effective_from=DAYS, job_title=LINE),
        ]

    def __str__(self) -> str:
        subject = self.person or self.job_title or _("everybody")
        return f"{subject} {self.effective_from}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.job_title_key = name_key(self.job_title)
        super().save(*args, **kwargs)


class FxRate(Fact):
    """Reporting currency per one unit of a currency from a day on (included), in ten-thousand-millionths (10⁻¹⁰)."""

    currency = models.CharField(_("currency"), max_length=3)
    effective_from = Day(_("from"))
    rate_e10 = models.BigIntegerField(_("rate"))

    objects = RateQuerySet.as_manager()

    class Meta:
        ordering = ["currency", "effective_from"]
        constraints = [
            models.UniqueConstraint(fields=["currency", "effective_from"], name="fx_rate_once_a_day"),
            within("fx_rate_limits", currency=3, effective_from=DAYS, rate_e10=(1, 10**7 * FX_SCALE)),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.effective_from}"


class TimeEntry(Fact):
    """Minutes one person worked for one client on a day, with the rates of that day.

    `client` None: internal time or a client not mapped yet. `seconds` is the exact time, `minutes` the same half-up.
    `contract` is the one named (`contract_named`) or else the client's only contract running that day.
    `cost_cents_per_hour` None: no rate is known, which makes the client's effort cost unknown.
    """

    class Activity(models.TextChoices):
        DELIVERY = "delivery", _("Delivery")
        REWORK = "rework", _("Rework")
        COMMUNICATION = "communication", _("Communication")
        MANAGEMENT = "management", _("Management")

    class RateSource(models.TextChoices):
        PERSON = "person", _("person's rate")
        TITLE = "title", _("job title's rate")
        DEFAULT = "default", _("company default")
        NONE = "", _("no rate")

    client = models.ForeignKey(
        Client, models.CASCADE, null=True, blank=True, related_name="time_entries", db_index=False
    )
    contract = models.ForeignKey(Contract, models.SET_NULL, null=True, blank=True, related_name="time_entries")
    contract_named = models.BooleanField(default=False, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="time_entries", db_index=False)
    work_on = Day(_("date"))
    minutes = models.PositiveIntegerField(_("minutes"))
    seconds = models.PositiveIntegerField(_("exact seconds"))
    is_billable = models.BooleanField(_("billable"), default=True)
    activity = models.CharField(_("activity"), max_length=13, choices=Activity, default=Activity.DELIVERY)
    note = models.TextField(_("note"), blank=True)
    cost_cents_per_hour = models.BigIntegerField(null=True, blank=True, editable=False)
    cost_rate_source = models.CharField(max_length=7, choices=RateSource, blank=True, editable=False)
    bill_cents_per_hour = models.BigIntegerField(null=True, blank=True, editable=False)

    objects = TimeEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "time entries"
        indexes = [
            models.Index(
                fields=["client", "work_on"],
                include=["minutes", "cost_cents_per_hour"],
                name="time_of_client",
            ),
            models.Index(fields=["person", "work_on"], name="time_of_person"),
        ]
        constraints = [
            within(
                "time_entry_limits",
                minutes=(0, MINUTES_MAX),
                seconds=(1, MINUTES_MAX * 60),
                work_on=DAYS,
                cost_cents_per_hour=RATE,
                bill_cents_per_hour=RATE,
                activity=["delivery", "rework", "communication", "management"],
                note=NOTE,
            )
        ]

    def __str__(self) -> str:
        return f"{self.work_on} {self.minutes} min"


class DirectCost(Fact):
    """Money spent on delivery: subcontractors, gifts. Pass-through costs are billed on at cost and count nowhere."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="direct_costs")
    contract = models.ForeignKey(Contract, models.SET_NULL, null=True, blank=True, related_name="direct_costs")
    on = Day(_("date"))
    amount_cents = models.BigIntegerField(_("net amount"))
    currency = models.CharField(_("currency"), max_length=3)
    is_pass_through = models.BooleanField(_("pass-through"), default=False)
    note = models.TextField(_("note"), blank=True)

    objects = ClientPartQuerySet.as_manager()

    class Meta:
        ordering = ["client", "on"]
        constraints = [within("direct_cost_limits", on=DAYS, amount_cents=MONEY, currency=3, note=NOTE)]

    def __str__(self) -> str:
        return f"{self.client} {self.on}"


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
            models.UniqueConstraint(fields=["number", "kind", "line_kind", "occurrence"], name="correction_line_once"),
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


AUDITED = [Client, ClientOwner, Contact, ContactHours, Contract, ContractTerm, Milestone, Pause, CostRate, FxRate]
