"""The organisation, the record of work to do, and what every fact carries."""

from typing import Any, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clienthealth.base.constraints import within


class OrganisationManager(models.Manager["Organisation"]):
    def ensure(self) -> "Organisation":
        """The one organisation of this installation, made from the environment at the first start."""
        self.bulk_create(
            [Organisation(pk=1, name=settings.ORG_NAME, currency=settings.ORG_CURRENCY, zone=settings.ORG_ZONE)],
            ignore_conflicts=True,
        )
        return self.get(pk=1)


class Organisation(models.Model):
    """One row: what holds for the whole installation.

    `currency` is the reporting currency and `zone` the IANA zone of all calendar dates; neither changes once money is
    stored. `night_at` is the local time from which the nightly pass for yesterday is due; it avoids the hours in which
    clocks change. `facts_version` grows with every change of many rows at once, so that a pass which read around one
    notices and starts anew.
    """

    name = models.CharField(_("name"), max_length=200, blank=True)
    currency = models.CharField(_("reporting currency"), max_length=3)
    zone = models.CharField(_("time zone"), max_length=64)
    night_at = models.TimeField(_("nightly run at"), default="04:10")
    is_demo = models.BooleanField(default=False, editable=False)
    facts_version = models.BigIntegerField(default=0, editable=False)

    objects = OrganisationManager()

    class Meta:
        constraints = [
            within("organisation_lengths", name=200, currency=3, zone=64),
            models.CheckConstraint(condition=Q(pk=1), name="organisation_is_one"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone_info(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


def facts_changed() -> None:
    """Tell a nightly pass that may be reading just now that many facts changed under it."""
    Organisation.objects.filter(pk=1).update(facts_version=F("facts_version") + 1)


class Fact(models.Model):
    """What every recorded fact carries: who wrote it and when, and a version against lost updates.

    `author` is None where a file or the system wrote it; `import_id` then names the import. `source_key` is the key
    under which a file knows the row (None: typed by a person); it is unique, so the same row never comes twice.
    """

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        db_index=False,
    )
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    import_id = models.BigIntegerField(null=True, blank=True, editable=False)
    source_key = models.CharField(max_length=64, null=True, blank=True, editable=False, unique=True)

    class Meta:
        abstract = True

    def claim_version(self, seen: int) -> bool:
        """Move this row's version from `seen` to the next, atomically; False if somebody else changed it since."""
        claimed = type(self)._default_manager.filter(pk=self.pk, version=seen).update(version=seen + 1)
        if claimed:
            self.version = seen + 1
        return bool(claimed)


class WorkQuerySet(models.QuerySet["Work"]):
    def due(self, now: Any) -> Self:
        """What should be running and is not: waiting past its time, or claimed by a runner that fell silent."""
        waiting = Q(state=Work.State.DUE, due_at__lte=now)
        silent = Q(state=Work.State.RUNNING, lease_until__lt=now)
        return self.filter(waiting | silent)


class Work(models.Model):
    """One piece of work, kept until it is done. (job, key) is unique: a scheduled slot's key is its calendar period."""

    class State(models.TextChoices):
        DUE = "due", _("due")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        GIVEN_UP = "given_up", _("given up")

    job = models.CharField(max_length=50)
    key = models.CharField(max_length=100)
    args = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.DUE)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.CharField(max_length=32, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    burst_started_at = models.DateTimeField(null=True, blank=True)
    burst_attempts = models.PositiveIntegerField(default=0)
    troubled = models.BooleanField(default=False)
    error = models.CharField(max_length=200, blank=True)
    result = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = WorkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "key"], name="work_once"),
            within("work_lengths", job=50, key=100, error=200),
        ]
        indexes = [models.Index(fields=["due_at"], condition=~Q(state="done"), name="work_unfinished")]

    def __str__(self) -> str:
        return f"{self.job} {self.key}"


class Mail(models.Model):
    """One mail to one person. (kind, recipient, key) is unique: the weekly digest's key is its ISO week.

    planned → claimed (by a sender with a lease) → sending → sent, refused or uncertain. Nothing can be out before
    `sending` is stored, so a claim that runs out is sent anew; a mail left in `sending` may be out or not and becomes
    `uncertain`, which only a person sends again. `skipped`: when its time came nobody wanted it any more.

    `to`, `subject` and `details` (what the kind says of its contents) are of the last attempt, empty before. `turn`
    counts from 1 and grows when somebody (`asked_by`) has the mail sent again; attempts are those of this turn.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        CLAIMED = "claimed", _("being written")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        REFUSED = "refused", _("refused")
        UNCERTAIN = "uncertain", _("uncertain")
        SKIPPED = "skipped", _("not wanted")

    kind = models.CharField(max_length=50)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mails")
    key = models.CharField(max_length=100)
    message_id = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.CharField(max_length=32, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    turn = models.PositiveSmallIntegerField(default=1)
    to = models.EmailField(max_length=254, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    details = models.JSONField(default=dict, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    asked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "recipient", "key"], name="mail_once"),
            within("mail_lengths", kind=50, key=100, message_id=200, to=254, subject=200, reason=300),
            within(
                "mail_states",
                state=["planned", "claimed", "sending", "sent", "refused", "uncertain", "skipped"],
            ),
        ]
        indexes = [models.Index(fields=["state"], name="mail_by_state")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def file_name(self) -> str:
        """Where its text lies in the folder of mails, where mails are written to files."""
        return f"{self.kind}-{self.key}-{self.pk}.eml"


class Heartbeat(models.Model):
    """When a process of a kind (`beat`, `worker`) was last seen alive."""

    name = models.CharField(max_length=20, primary_key=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class IdempotencyKey(models.Model):
    """A form post or call that was carried out: the same owner and key again get its first result."""

    owner = models.CharField(max_length=40)
    key = models.CharField(max_length=64)
    result = models.CharField(max_length=400)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "key"], name="idempotency_key_once"),
            within("idempotency_key_lengths", owner=40, key=64, result=400),
        ]

    def __str__(self) -> str:
        return self.key
