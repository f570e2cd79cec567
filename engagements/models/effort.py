"""What is spent: cost rates, exchange rates, time, direct costs."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from clienthealth.base.amounts import FX_SCALE, MINUTES_MAX
from clienthealth.base.constraints import DAYS, within
from clienthealth.base.models import Fact
from clienthealth.base.text import LINE, NOTE, name_key
from engagements.models.clients import Client
from engagements.models.contracts import Contract
from engagements.models.fields import MONEY, RATE, Day
from engagements.querysets import ClientPartQuerySet, RateQuerySet, TimeEntryQuerySet


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
    `project` and `task` are what the time tracker called them, kept also where no contract has that name.
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
    project = models.CharField(_("project"), max_length=LINE, blank=True, default="", db_default="")
    task = models.CharField(_("task"), max_length=LINE, blank=True, default="", db_default="")
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
            ),
            within("time_entry_labels", project=LINE, task=LINE),
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
