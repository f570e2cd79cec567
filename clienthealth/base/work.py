"""Work that happens later: registered by name, recorded in the database, issued by the sweep, run under a lease.

A message lost with its broker loses nothing: the sweep re-issues whatever is due. A message delivered twice does
nothing twice: only the runner that wins the conditional UPDATE goes on.
"""

import logging
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import close_old_connections, connection, transaction
from django.db.models import F
from django.utils import timezone

from clienthealth.base.models import Heartbeat, Organisation, Work

log = logging.getLogger(__name__)

BURST = timedelta(minutes=10)
BURST_ATTEMPTS = 3
LEASE = timedelta(seconds=settings.WORK_LEASE_SECONDS)

Runner = Callable[[Work], dict[str, Any] | None]
Period = Callable[[datetime, Organisation], str | None]
"""Given the local time of the organisation: the key of the period that is due by now, or None."""


class Later(Exception):
    """Raised by a job that did not fail and cannot end yet: it is due again at the instant `at`."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self.at = at


@dataclass(frozen=True)
class Job:
    name: str
    run: Runner
    period: Period | None = None
    gives_up: bool = False


JOBS: dict[str, Job] = {}
UNTROUBLED: dict[str, Any] = {"error": "", "troubled": False, "burst_attempts": 0, "burst_started_at": None}
"""A job that waits for its time has not failed."""


def job(name: str, *, period: Period | None = None, gives_up: bool = False) -> Callable[[Runner], Runner]:
    """Register a function as the job `name`; with `period` the sweep makes one slot per period."""

    def register(run: Runner) -> Runner:
        JOBS[name] = Job(name, run, period, gives_up)
        return run

    return register


def put(name: str, key: str, *, due_at: datetime | None = None, **args: Any) -> Work:
    """Record work once per (job, key), and tell a worker after the commit. A second call finds the first."""
    return put_all(name, {key: args}, due_at=due_at)[0]


def put_all(name: str, wanted: Mapping[str, dict[str, Any]], *, due_at: datetime | None = None) -> list[Work]:
    """Record several pieces of work of one job, as `put` does one; `wanted` are their arguments by key."""
    now = timezone.now()
    new = [Work(job=name, key=key, args=args, due_at=due_at or now) for key, args in wanted.items()]
    Work.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)
    found = list(Work.objects.filter(job=name, key__in=wanted).order_by("pk"))
    for work in found:
        if work.state == Work.State.DUE and work.due_at <= now:
            transaction.on_commit(partial(publish, work.pk))
    return found


def retry(work: Work) -> bool:
    """Let work that was given up begin anew; False where it was not."""
    given_up = Work.objects.filter(pk=work.pk, state=Work.State.GIVEN_UP)
    again = given_up.update(
        state=Work.State.DUE, due_at=timezone.now(), troubled=False, burst_attempts=0, burst_started_at=None, error=""
    )
    if again:
        transaction.on_commit(lambda: publish(work.pk))
    return bool(again)


def publish(work_id: int) -> None:
    """Say "look now" to a worker. A dead broker only delays the work to the next sweep; the request succeeds."""
    from clienthealth.base.tasks import run_work  # tasks imports this module

    try:
        run_work.apply_async(args=[work_id], expires=55)
    except Exception as error:  # noqa: BLE001  every transport fails in its own way; the sweep is the remedy for all
        log.warning("broker unreachable, work %s waits for the sweep: %s", work_id, type(error).__name__)


def sweep(now: datetime | None = None) -> int:
    """Make the slots whose time has come and re-issue everything due; returns how much was issued."""
    now = now or timezone.now()
    beat_of_heart("worker")
    organisation = Organisation.objects.ensure()
    local = now.astimezone(organisation.zone_info)
    slots = [
        Work(job=each.name, key=key, due_at=now)
        for each in JOBS.values()
        if each.period and (key := each.period(local, organisation))
    ]
    Work.objects.bulk_create(slots, ignore_conflicts=True)
    due = list(Work.objects.due(now).order_by("due_at").values_list("pk", flat=True)[:500])
    for work_id in due:
        publish(work_id)
    return len(due)


def run(work_id: int, now: datetime | None = None) -> bool:
    """Claim the work and do it; False where it is not due, taken, or resting after three attempts in ten minutes."""
    now = now or timezone.now()
    work = _claim(work_id, now)
    if work is None:
        return False
    each = JOBS[work.job]
    try:
        with _KeptLease(work):
            result = each.run(work)
    except Later as later:
        _finish(work, state=Work.State.DUE, due_at=later.at, **UNTROUBLED)
        return False
    except Exception as error:
        log.exception("work %s (%s) failed, attempt %s", work.pk, work.job, work.attempts)
        _put_back(work, each, type(error).__name__)
        return False
    _finish(work, state=Work.State.DONE, result=result, finished_at=timezone.now(), error="", troubled=False)
    return True


def beat_of_heart(name: str) -> None:
    """Note that a process of this kind is alive now."""
    Heartbeat.objects.update_or_create(name=name, defaults={"seen_at": timezone.now()})


def _claim(work_id: int, now: datetime) -> Work | None:
    """Take the work by one conditional UPDATE; attempts are counted before anything starts."""
    work = Work.objects.due(now).filter(pk=work_id).first()
    if work is None:
        return None
    in_burst = work.burst_started_at is not None and work.burst_started_at > now - BURST
    unchanged = Work.objects.filter(pk=work.pk, state=work.state, lease_token=work.lease_token, attempts=work.attempts)
    if in_burst and work.burst_attempts >= BURST_ATTEMPTS:
        unchanged.update(
            state=Work.State.DUE, due_at=now + BURST, burst_attempts=0, burst_started_at=None, troubled=True
        )
        return None
    token = uuid.uuid4().hex
    claimed = unchanged.update(
        state=Work.State.RUNNING,
        lease_token=token,
        lease_until=now + LEASE,
        attempts=F("attempts") + 1,
        burst_started_at=work.burst_started_at if in_burst else now,
        burst_attempts=work.burst_attempts + 1 if in_burst else 1,
    )
    return Work.objects.get(pk=work.pk) if claimed else None


def _finish(work: Work, **fields: Any) -> None:
    Work.objects.filter(pk=work.pk, lease_token=work.lease_token).update(lease_until=None, **fields)


def _put_back(work: Work, each: Job, error: str) -> None:
    """After a failure: due again at once; after three in ten minutes it rests, or is given up where the job says so."""
    tired = work.burst_attempts >= BURST_ATTEMPTS
    if tired and each.gives_up:
        _finish(work, state=Work.State.GIVEN_UP, error=error, troubled=True, finished_at=timezone.now())
    elif tired:
        rest = timezone.now() + BURST
        _finish(
            work,
            state=Work.State.DUE,
            due_at=rest,
            error=error,
            troubled=True,
            burst_attempts=0,
            burst_started_at=None,
        )
    else:
        _finish(work, state=Work.State.DUE, due_at=timezone.now(), error=error)


class _KeptLease:
    """While the block runs a thread renews the lease, so that a long job is not taken for a dead one."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.done = threading.Event()
        self.thread = threading.Thread(target=self._renew, name=f"lease-{work.pk}", daemon=True)

    def __enter__(self) -> None:
        # A transaction around the caller (tests) would not let another connection see the row.
        if not connection.in_atomic_block:
            self.thread.start()

    def __exit__(self, *_: object) -> None:
        self.done.set()
        if self.thread.ident is not None:
            self.thread.join(timeout=25)

    def _renew(self) -> None:
        try:
            while not self.done.wait(LEASE.total_seconds() / 4):
                Work.objects.filter(pk=self.work.pk, lease_token=self.work.lease_token).update(
                    lease_until=timezone.now() + LEASE
                )
                close_old_connections()
        finally:
            connection.close()
