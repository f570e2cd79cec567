"""Clients, who owns them, and how they may be reached."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from clienthealth.base.constraints import DAYS, within
from clienthealth.base.models import Fact
from clienthealth.base.text import LINE, NOTE, name_key
from engagements.models.fields import RATE, Day
from engagements.querysets import ClientPartQuerySet, ClientQuerySet


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
        """The account manager now, by a query of its own: lists read the owner rows themselves."""
        row = self.owners.filter(to_on=None).select_related("person").first()
        return row.person if row else None


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
