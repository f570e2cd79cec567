"""Friction and what follows from it: incidents, touchpoints, and the flag "consider parting ways"."""

from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from clienthealth.base.constraints import DAYS, INSTANTS, within
from clienthealth.base.models import Fact
from clienthealth.base.text import LINE, NOTE, name_key
from engagements.models import Client, Day
from engagements.querysets import ClientPartQuerySet

MINUTES_LOST_MAX = 100_000


class Cause(models.Model):
    """A tag for why an incident happened. `usual_side` only orders the list; a tag never sets an incident's side."""

    class UsualSide(models.TextChoices):
        OURS = "ours", _("usually ours")
        CLIENT = "client", _("usually the client's")
        EITHER = "either", _("either side")

    name = models.CharField(_("cause"), max_length=LINE)
    name_key = models.CharField(max_length=LINE, unique=True, editable=False)
    usual_side = models.CharField(max_length=6, choices=UsualSide, default=UsualSide.EITHER)

    class Meta:
        ordering = ["usual_side", "name_key"]
        constraints = [within("cause_lengths", name=LINE, name_key=LINE)]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_key = name_key(self.name)
        super().save(*args, **kwargs)


class IncidentQuerySet(ClientPartQuerySet):
    def reported_by(self, user: Any) -> Self:
        """Incidents this user logged, whatever the client: what a member may look at again."""
        return self.filter(reporter=user.person_id)

    def incomplete(self) -> Self:
        """Incidents whose side is not known or that name no cause: what a later report cannot learn from."""
        named = Incident.causes.through.objects.filter(incident=OuterRef("pk"))
        return self.filter(Q(side=Incident.Side.UNKNOWN) | ~Exists(named))


class Incident(Fact):
    """One event of friction. `occurred_on` is its local date in the organisation's zone, the one every sum uses."""

    class Category(models.TextChoices):
        COMMUNICATION = "communication", _("Communication")
        DELIVERY = "delivery", _("Delivery")
        EXPECTATIONS = "expectations", _("Expectations")

    class Severity(models.TextChoices):
        LOW = "low", _("Low")
        MEDIUM = "medium", _("Medium")
        HIGH = "high", _("High")

    class Side(models.TextChoices):
        UNKNOWN = "unknown", _("Not known yet")
        OURS = "ours", _("Ours")
        CLIENT = "client", _("Client")
        SHARED = "shared", _("Shared")

    class InTimesheet(models.TextChoices):
        UNSURE = "unsure", _("Not sure")
        YES = "yes", _("Yes")
        NO = "no", _("No")

    client = models.ForeignKey(Client, models.CASCADE, related_name="incidents", verbose_name=_("client"))
    category = models.CharField(_("category"), max_length=13, choices=Category)
    severity = models.CharField(_("severity"), max_length=6, choices=Severity)
    side = models.CharField(_("side"), max_length=7, choices=Side, default=Side.UNKNOWN)
    occurred_at = models.DateTimeField(_("when"), default=timezone.now)
    occurred_on = Day(editable=False)
    reporter = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="reported", verbose_name=_("reported by")
    )
    what_happened = models.CharField(_("what happened"), max_length=NOTE, blank=True)
    client_view = models.TextField(_("client's view"), blank=True)
    our_view = models.TextField(_("our view"), blank=True)
    causes = models.ManyToManyField(Cause, blank=True, related_name="incidents", verbose_name=_("causes"))
    in_timesheet = models.CharField(
        _("lost minutes are in the timesheet"), max_length=6, choices=InTimesheet, default=InTimesheet.UNSURE
    )
    resolved_on = Day(_("resolved on"), null=True, blank=True)
    resolution = models.TextField(_("resolution"), blank=True)
    client_confirmed_on = Day(_("client confirmed on"), null=True, blank=True)
    prevention = models.TextField(_("prevention"), blank=True)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        ordering = ["-occurred_at", "-pk"]
        indexes = [models.Index(fields=["client", "occurred_on"], name="incident_of_client")]
        constraints = [
            within(
                "incident_limits",
                category=["communication", "delivery", "expectations"],
                severity=["low", "medium", "high"],
                side=["ours", "client", "shared", "unknown"],
                in_timesheet=["yes", "no", "unsure"],
                occurred_at=INSTANTS,
                occurred_on=DAYS,
                resolved_on=DAYS,
                client_confirmed_on=DAYS,
                what_happened=NOTE,
                client_view=NOTE,
                our_view=NOTE,
                resolution=NOTE,
                prevention=NOTE,
            )
        ]

    def __str__(self) -> str:
        return f"{self.client} {self.occurred_on}"


class IncidentMinutes(Fact):
    """Minutes one person lost through an incident. `person` None: its reporter's; without one the company default."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="minutes")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    minutes = models.PositiveIntegerField(_("minutes lost"))

    class Meta:
        verbose_name_plural = "incident minutes"
        constraints = [within("incident_minutes_limits", minutes=(0, MINUTES_LOST_MAX))]

    def __str__(self) -> str:
        return f"{self.incident} {self.minutes} min"


class Touchpoint(Fact):
    """One contact with a client, at an instant."""

    class Direction(models.TextChoices):
        IN = "in", _("They contacted us")
        OUT = "out", _("We contacted them")
        BOTH = "both", _("Both")

    class Channel(models.TextChoices):
        EMAIL = "email", _("E-mail")
        PHONE = "phone", _("Phone")
        CHAT = "chat", _("Chat")
        MEETING = "meeting", _("Meeting")
        OTHER = "other", _("Other")

    client = models.ForeignKey(Client, models.CASCADE, related_name="touchpoints", verbose_name=_("client"))
    at = models.DateTimeField(_("when"), default=timezone.now)
    direction = models.CharField(_("direction"), max_length=4, choices=Direction, default=Direction.BOTH)
    channel = models.CharField(_("channel"), max_length=40, blank=True)
    is_terse = models.BooleanField(_("terse"), default=False)
    note = models.TextField(_("note"), blank=True)

    objects = ClientPartQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["client", "at"], name="touchpoint_of_client")]
        constraints = [within("touchpoint_limits", at=INSTANTS, direction=["in", "out", "both"], channel=40, note=NOTE)]

    def __str__(self) -> str:
        return f"{self.client} {self.at:%Y-%m-%d}"


class FlagQuerySet(ClientPartQuerySet):
    def open(self) -> Self:
        """Flags that still ask for a decision or wait for one to show its effect."""
        return self.filter(closed_on__isnull=True)


class Flag(models.Model):
    """ "Consider parting ways": raised and recovered by the night, decided by people. At most one open per client.

    `raised_on` and `closed_on` are the nights (local dates) judged, except where a person closed it (`closed_at`).
    The figures are those of the night it was raised, in hundredths of the reporting currency, and never change.
    """

    class Outcome(models.TextChoices):
        RECOVERED = "recovered", _("Recovered")
        EXEMPTED = "exempted", _("Client exempted")
        ENDED = "ended", _("Relationship ended")

    client = models.ForeignKey(Client, models.CASCADE, related_name="flags")
    raised_on = Day()
    raised_at = models.DateTimeField(default=timezone.now)
    figures = models.JSONField(default=dict)
    closed_on = Day(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)

    objects = FlagQuerySet.as_manager()

    class Meta:
        ordering = ["-raised_on", "client"]
        constraints = [
            models.UniqueConstraint(fields=["client"], condition=Q(closed_on=None), name="flag_one_open_a_client"),
            within("flag_days", raised_on=DAYS, closed_on=DAYS),
        ]

    def __str__(self) -> str:
        return f"{self.client} {self.raised_on}"


AUDITED = [Incident, IncidentMinutes, Flag]
