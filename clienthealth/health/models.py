"""What the night leaves behind: thresholds by version, nights, snapshots (history) and the latest figures."""

from datetime import date
from itertools import pairwise
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clienthealth.base.constraints import DAYS, within
from clienthealth.base.text import LINE
from clienthealth.health.levels import HOLD_MAX, Level, Line, Lines
from clienthealth.health.ratios import Limits
from engagements.models import Client, Day
from engagements.querysets import ClientPartQuerySet

RATIO = (0, 10_000_000)
"""Thresholds in ten-thousandths: up to 1000.0000."""


class ThresholdLines(models.Model):
    """The lines between levels, in ten-thousandths of the ratio: at or above `enter` in, at or below `leave` out."""

    watch_enter = models.PositiveIntegerField(_("Watch from"), default=6000)
    watch_leave = models.PositiveIntegerField(_("Watch until"), default=5500)
    repair_enter = models.PositiveIntegerField(_("Repair from"), default=7500)
    repair_leave = models.PositiveIntegerField(_("Repair until"), default=6500)
    consider_enter = models.PositiveIntegerField(_("Consider parting ways from"), default=10_000)
    consider_leave = models.PositiveIntegerField(_("Consider parting ways until"), default=9000)

    class Meta:
        abstract = True

    def lines(self) -> Lines:
        return Lines(
            watch=Line(self.watch_enter, self.watch_leave),
            repair=Line(self.repair_enter, self.repair_leave),
            consider=Line(self.consider_enter, self.consider_leave),
        )

    def clean(self) -> None:
        """Leaving lies below entering, and the lines rise: otherwise a level could switch on and off in one night."""
        super().clean()
        errors: dict[str, Any] = {}
        for name in ("watch", "repair", "consider"):
            if not getattr(self, f"{name}_leave") < getattr(self, f"{name}_enter"):
                errors[f"{name}_leave"] = ValidationError(_("Must be below the value that enters this level."))
        for lower, upper in (("watch", "repair"), ("repair", "consider")):
            for edge in ("enter", "leave"):
                if not getattr(self, f"{lower}_{edge}") < getattr(self, f"{upper}_{edge}"):
                    errors.setdefault(
                        f"{upper}_{edge}", ValidationError(_("Must be above the value of the milder level."))
                    )
        if errors:
            raise ValidationError(errors)


def ordered(prefix: str) -> list[models.CheckConstraint]:
    """The same rules as `ThresholdLines.clean`, in the database."""
    names = ("watch", "repair", "consider")
    inside = Q()
    for name in names:
        inside &= Q(**{f"{name}_leave__lt": F(f"{name}_enter")})
    for lower, upper in pairwise(names):
        for edge in ("enter", "leave"):
            inside &= Q(**{f"{lower}_{edge}__lt": F(f"{upper}_{edge}")})
    limits = {f"{name}_{edge}": RATIO for name in names for edge in ("enter", "leave")}
    return [
        models.CheckConstraint(condition=inside, name=f"{prefix}_lines_rise"),
        within(f"{prefix}_limits", **limits),
    ]


class ThresholdsManager(models.Manager["Thresholds"]):
    def current(self) -> "Thresholds":
        """The newest saved version, or the defaults as version 0 (unsaved) where nobody changed them."""
        return self.order_by("-pk").first() or Thresholds()


class Thresholds(ThresholdLines):
    """One version of the organisation's settings for the night; saved versions are never changed or deleted."""

    target = models.PositiveIntegerField(_("target ratio"), default=5000)
    window_days = models.PositiveSmallIntegerField(
        _("window, days"), default=90, validators=[MinValueValidator(28), MaxValueValidator(366)]
    )
    hold_nights = models.PositiveSmallIntegerField(
        _("nights a value must hold"), default=7, validators=[MinValueValidator(1), MaxValueValidator(HOLD_MAX)]
    )
    least_hours = models.PositiveSmallIntegerField(
        _("fewest hours in the window"), default=20, validators=[MaxValueValidator(1000)]
    )
    least_weeks = models.PositiveSmallIntegerField(
        _("fewest weeks with entries"), default=6, validators=[MaxValueValidator(50)]
    )
    grace_days = models.PositiveSmallIntegerField(
        _("days of grace after the first contract starts"), default=60, validators=[MaxValueValidator(366)]
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ThresholdsManager()

    class Meta:
        verbose_name_plural = "thresholds"
        constraints = [
            *ordered("thresholds"),
            within(
                "thresholds_ranges",
                target=RATIO,
                window_days=(28, 366),
                hold_nights=(1, HOLD_MAX),
                least_hours=(0, 1000),
                least_weeks=(0, 50),
                grace_days=(0, 366),
            ),
        ]

    def __str__(self) -> str:
        return f"thresholds {self.pk or 0}"

    def limits(self) -> Limits:
        """What a night needs before it counts."""
        return Limits(self.least_hours, self.least_weeks, self.grace_days)


class OverrideQuerySet(ClientPartQuerySet):
    def valid_on(self, day: Any) -> Self:
        return self.filter(valid_from__lte=day, valid_to__gte=day)


class ThresholdOverride(ThresholdLines):
    """Other lines for one client, with a reason, for at most 365 days. The newest valid one counts."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="threshold_overrides")
    grace_days = models.PositiveSmallIntegerField(
        _("days of grace after the first contract starts"), null=True, blank=True, validators=[MaxValueValidator(366)]
    )
    reason = models.CharField(_("reason"), max_length=LINE)
    valid_from = Day(_("valid from"))
    valid_to = Day(_("valid to"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = OverrideQuerySet.as_manager()

    class Meta:
        ordering = ["client", "-pk"]
        constraints = [
            *ordered("override"),
            within("override_ranges", valid_from=DAYS, valid_to=DAYS, reason=LINE, grace_days=(0, 366)),
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="override_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.client} {self.valid_from}–{self.valid_to}"

    def clean(self) -> None:
        super().clean()
        if self.valid_from and self.valid_to and not 0 <= (self.valid_to - self.valid_from).days <= 365:
            raise ValidationError({"valid_to": _("Must lie within 365 days after the first day.")})


class NightManager(models.Manager["Night"]):
    def newest(self) -> "Night | None":
        """The newest night stored, None before the first."""
        return self.order_by("-day").first()

    def newest_day(self) -> date | None:
        """Its day."""
        return self.order_by("-day").values_list("day", flat=True).first()


class Night(models.Model):
    """One evaluated night: the state at the end of the local day. `judged` nights raised or recovered flags."""

    day = models.DateField(primary_key=True)
    computed_at = models.DateTimeField(default=timezone.now)
    is_judged = models.BooleanField(default=False)
    seconds = models.FloatField(default=0)

    objects = NightManager()

    class Meta:
        ordering = ["-day"]
        constraints = [within("night_days", day=DAYS)]

    def __str__(self) -> str:
        return str(self.day)


LEVELS = [level.value for level in Level]


class Status(models.TextChoices):
    """What a night could say about a client; OK and UNDEFINED count for the level."""

    OK = "ok", _("OK")
    UNDEFINED = "undefined", _("Effort without revenue")
    INSUFFICIENT = "insufficient", _("Not enough data")
    UNPAID = "unpaid", _("Unpaid effort")
    INACTIVE = "inactive", _("Inactive")


class Reason(models.TextChoices):
    """Why data do not suffice: the first that holds, in this order."""

    NO_EFFORT = "no_effort", _("no time was logged: timesheets are probably missing")
    FEW_HOURS = "few_hours", _("too few hours in the window")
    FEW_WEEKS = "few_weeks", _("time was logged in too few weeks")
    TOO_NEW = "too_new", _("the first contract started too recently, or there is none")
    MISSING_FX = "missing_fx", _("an exchange rate is missing")
    MISSING_RATE = "missing_rate", _("a cost rate is missing")


class Figures(models.Model):
    """One client's figures for one night.

    Amounts are hundredths of the reporting currency over the window ending on `day`, rounded once, half-up; None is
    unknown (a rate or exchange rate is missing). `ratio_e4` is E ÷ R in ten-thousandths, None where R ≤ 0 or unknown.
    `parts` holds the addends in hundredths and minutes by name. Levels are None where there is none.
    """

    effort_cents = models.BigIntegerField(null=True)
    revenue_cents = models.BigIntegerField(null=True)
    ratio_e4 = models.BigIntegerField(null=True)
    minutes = models.IntegerField(default=0)
    status = models.CharField(max_length=12, choices=Status)
    reason = models.CharField(max_length=12, choices=Reason, blank=True)
    level = models.CharField(max_length=8, choices=[(level, level) for level in LEVELS], null=True)
    ratio_level = models.CharField(max_length=8, null=True)
    health_level = models.CharField(max_length=8, null=True)
    parts = models.JSONField(default=dict)
    window_days = models.PositiveSmallIntegerField(default=90)
    thresholds = models.ForeignKey(Thresholds, models.PROTECT, null=True, related_name="+", db_index=False)
    computed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True

    @property
    def is_sufficient(self) -> bool:
        return self.status in (Status.OK, Status.UNDEFINED)


class Snapshot(Figures):
    """History: one row per night and client, written once and never changed."""

    pk = models.CompositePrimaryKey("day", "client_id")
    day = models.DateField()
    client = models.ForeignKey(Client, models.CASCADE, related_name="snapshots", db_index=False)

    objects = ClientPartQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.client_id} {self.day}"


class LatestFigures(Figures):
    """The newest night of a client in a row of its own, with what the next night continues from.

    `trend` is the ratio in ten-thousandths on the last 13 Mondays-to-be (every seventh night back from `day`), oldest
    first, None where unknown. `series` is the tail of the ratio values that count for the level; `lines_on` the lines
    that are on. `level_since` is the first night of the present level.
    """

    client = models.OneToOneField(Client, models.CASCADE, primary_key=True, related_name="latest")
    day = models.DateField()
    trend = models.JSONField(default=list)
    series = models.JSONField(default=list)
    lines_on = models.JSONField(default=list)
    nights_without_data = models.PositiveSmallIntegerField(default=0)
    level_since = models.DateField(null=True)
    judged_level = models.CharField(max_length=8, null=True)
    level_rank = models.SmallIntegerField(default=0, db_index=True)

    objects = ClientPartQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.client_id} {self.day}"


class LevelChange(models.Model):
    """A level that changed on a night, with which measure and which values moved it."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="level_changes")
    day = models.DateField()
    from_level = models.CharField(max_length=8, null=True)
    to_level = models.CharField(max_length=8, null=True)
    reason = models.JSONField(default=dict)

    objects = ClientPartQuerySet.as_manager()

    class Meta:
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["client", "day"], name="level_change_once_a_night")]
        indexes = [models.Index(fields=["day"], name="level_changes_of_night")]

    def __str__(self) -> str:
        return f"{self.client} {self.day}"


AUDITED = [Thresholds, ThresholdOverride]
