"""Is the installation alive? Ages of what must keep happening; no figure and no name of a client."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.db import DatabaseError, connection
from django.db.models import Count, Min
from kombu.exceptions import OperationalError

from clienthealth.base.models import Heartbeat, Mail, Work
from clienthealth.health.beginning import may_begin
from clienthealth.health.models import Night
from engagements.models import Client

PROCESSES = ("beat", "worker")
SILENT_AFTER = timedelta(minutes=5)
"""Beat and worker write every minute; a long job of the only worker may let a few pass."""

LATE_AFTER = timedelta(hours=30)
"""A night is computed every day; after so long without one, something has silently stopped."""

STUCK_AFTER = timedelta(hours=1)
"""Every sweep issues what is due, so work that waits so long past its time finds nobody to do it."""

BROKER_SECONDS = 2.0


@dataclass(frozen=True)
class Part:
    """One thing that must work. `seconds` is its age where it has one, `seen` whether it was ever there.

    `counts` says how many of what there are, for those who watch.
    """

    name: str
    ok: bool
    seconds: int | None = None
    seen: bool = True
    counts: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"ok": self.ok}
        if self.seconds is not None or not self.seen:
            found["age_seconds"] = self.seconds
        return {**found, **self.counts}


def parts(now: datetime) -> list[Part]:
    """Everything `/readyz` reports. Without a database the rest cannot be known and counts as down."""
    broker = Part("broker", broker_answers())
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return [Part("database", ok=True), broker, *heartbeats(now), work(now), night(now), mails()]
    except DatabaseError:
        names = (*PROCESSES, "work", "night")
        return [Part("database", ok=False), broker, *(Part(name, ok=False, seen=False) for name in names)]


def broker_answers() -> bool:
    """Whether a message could be sent now: the queue is asked for its length, whatever the transport."""
    link = current_app.connection_for_write(connect_timeout=BROKER_SECONDS)
    try:
        with link:
            link.ensure_connection(max_retries=1, interval_start=0, interval_max=0, timeout=BROKER_SECONDS)
            link.default_channel.queue_declare(queue=current_app.conf.task_default_queue, durable=True)
    except (OperationalError, OSError, *link.connection_errors, *link.channel_errors):
        return False
    return True


def heartbeats(now: datetime) -> list[Part]:
    seen = dict(Heartbeat.objects.values_list("name", "seen_at"))
    return [_beat(name, seen.get(name), now) for name in PROCESSES]


def _beat(name: str, seen_at: datetime | None, now: datetime) -> Part:
    if seen_at is None:
        return Part(name, ok=False, seen=False)
    age = now - seen_at
    return Part(name, age <= SILENT_AFTER, int(age.total_seconds()))


def night(now: datetime) -> Part:
    """The newest night. Before any, it is late only where one could begin and clients have waited for it."""
    newest = Night.objects.newest()
    if newest:
        age = now - newest.computed_at
        return Part("night", age <= LATE_AFTER, int(age.total_seconds()))
    waiting_since = Client.objects.aggregate(since=Min("created_at"))["since"] if may_begin() else None
    return Part("night", waiting_since is None or now - waiting_since <= LATE_AFTER, None, seen=False)


def work(now: datetime) -> Part:
    """The work that has waited longest past its time; no age where none waits."""
    oldest = oldest_due(now)
    if oldest is None:
        return Part("work", ok=True, seen=False)
    age = now - (oldest.lease_until or oldest.due_at)  # of a runner that fell silent: since then
    return Part("work", age <= STUCK_AFTER, int(age.total_seconds()))


def mails() -> Part:
    """How many mails are in which state. Refused and uncertain ones wait for a person: never down."""
    states = Mail.objects.order_by().values_list("state").annotate(count=Count("pk"))
    return Part("mails", ok=True, counts=dict(states))


def oldest_due(now: datetime) -> Work | None:
    """The work that has waited longest past its time."""
    return Work.objects.due(now).order_by("due_at").first()
