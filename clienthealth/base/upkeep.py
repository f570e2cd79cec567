"""Daily upkeep: what has served its purpose goes, in small steps."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from clienthealth.base.models import IdempotencyKey, Mail, Organisation, Work
from clienthealth.base.work import job

KEYS_KEPT = timedelta(days=30)
"""After so long nobody sends the same form again."""
WORK_KEPT = timedelta(days=400)
"""Finished work stays for a year and a month, so that a missing night can be traced."""
MAILS_KEPT = timedelta(days=366)
BATCH = 1000
UPKEEP_HOUR = 5


def upkeep_due(local: datetime, of: Organisation) -> str | None:
    """Once a local day, clear of the hours in which clocks change."""
    return local.date().isoformat() if local.hour >= UPKEEP_HOUR else None


@job("upkeep", period=upkeep_due)
def tidy(work: Work) -> dict[str, Any]:
    now = timezone.now()
    old_keys = IdempotencyKey.objects.filter(created_at__lt=now - KEYS_KEPT)
    old_work = Work.objects.filter(state=Work.State.DONE, finished_at__lt=now - WORK_KEPT)
    return {
        "keys": in_batches(old_keys),
        "work": in_batches(old_work),
        "mails": purge_mails(now),
        "messages": purge_broker(),
    }


def in_batches(rows: Any) -> int:
    """Delete the rows a thousand at a time, so that nobody waits long for the lock; returns how many went."""
    gone = 0
    while ids := list(rows.values_list("pk", flat=True)[:BATCH]):
        rows.model.objects.filter(pk__in=ids).delete()
        gone += len(ids)
    return gone


def purge_mails(now: datetime) -> int:
    """Mails of more than a year ago, with the files they were written to."""
    old = Mail.objects.filter(created_at__lt=now - MAILS_KEPT)
    for mail in old.iterator():
        (settings.EMAIL_FILE_PATH / mail.file_name).unlink(missing_ok=True)
    return in_batches(old)


def purge_broker() -> int:
    """Delivered messages of the embedded broker, which marks them and never deletes them."""
    if settings.REDIS_URL or not settings.BROKER_FILE.exists():
        return 0
    with closing(sqlite3.connect(settings.BROKER_FILE, timeout=20)) as broker, broker:
        tables = broker.execute("SELECT name FROM sqlite_master WHERE name = 'kombu_message'").fetchall()
        return broker.execute("DELETE FROM kombu_message WHERE visible = 0").rowcount if tables else 0
