"""Contracts with their dated terms, milestones and pauses."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clienthealth.base.constraints import DAYS, within
from clienthealth.base.models import Fact
from clienthealth.base.text import LINE, name_key
from engagements.models.clients import Client
from engagements.models.fields import AGREED_SECONDS, MONEY, RATE, Day
from engagements.querysets import ClientPartQuerySet, ContractPartQuerySet


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

    objects = ClientPartQuerySet.as_manager()

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
