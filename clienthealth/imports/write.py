"""Writing a draft: everything of it in one transaction, or nothing."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from auditlog.models import LogEntry
from django.conf import settings
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import F, Model
from django.utils import timezone

from accounts.models import JobTitle, Person, User
from clienthealth.base.models import Fact, facts_changed
from clienthealth.base.text import LINE
from clienthealth.imports import bulk, history
from clienthealth.imports.draft import Choices, Draft, version_now, work_out
from clienthealth.imports.models import Import
from clienthealth.imports.plan import Light, Plan
from clienthealth.imports.reading import Source
from clienthealth.imports.report import FileReport, storable
from engagements.models import (
    Client,
    ClientOwner,
    ContactHours,
    Contract,
    ContractTerm,
    Correction,
    CostRate,
    DirectCost,
    Dispute,
    FxRate,
    Invoice,
    InvoiceLine,
    Milestone,
    Pause,
    Payment,
    TimeEntry,
)
from engagements.pricing import price, reprice
from issues.models import Cause, Incident, IncidentMinutes, Touchpoint

ATTEMPTS = 3
"""So often a draft is worked out beside the running work; then once more while everybody else waits."""
PATIENCE_SECONDS = 600
"""An import waits for another one to end, however large that one is."""
BATCH = 1000
DEADLOCK = "40P01"
"""How Postgres names it."""

PRICES: tuple[type[Model], ...] = (
    Person,
    User,
    JobTitle,
    CostRate,
    FxRate,
    Client,
    ClientOwner,
    Contract,
    ContractTerm,
)
"""In this order: a row comes after those it refers to. What follows is priced by these."""
FACTS: tuple[type[Model], ...] = (
    Milestone,
    Pause,
    ContactHours,
    DirectCost,
    Invoice,
    InvoiceLine,
    Correction,
    Payment,
    Dispute,
    Cause,
    Incident,
    IncidentMinutes,
    Touchpoint,
)


class Overtaken(Exception):
    """The facts changed between reading and writing."""


def bring_in(sources: Sequence[Source], name: str, choices: Choices) -> list[FileReport]:
    """Import the files as one. Raises Refused, then nothing was written.

    Reading and matching take long and hold no lock. Whoever writes many rows moves the version of the facts, so a
    draft that others overtook is noticed before its first row. Whoever writes few may collide with a key (of a name,
    a number, a row's source). Either way the import is worked out anew: a row that is there already would otherwise
    be passed over in silence, and the report would not be true.
    """
    for _attempt in range(ATTEMPTS):
        draft = work_out(sources, choices)
        try:
            with _writing() as version:
                if version != draft.version:
                    raise Overtaken
                _write(draft, name)
        except (Overtaken, IntegrityError):
            continue
        except OperationalError as error:
            if not _is_deadlock(error):
                raise
            continue
        finally:
            draft.plan.close()
        return draft.reports
    with _writing():
        draft = work_out(sources, choices)
        try:
            _write(draft, name)
        finally:
            draft.plan.close()
    return draft.reports


def _is_deadlock(error: OperationalError) -> bool:
    """Whether Postgres ended this transaction because it and somebody's edit waited for each other."""
    return getattr(error.__cause__, "sqlstate", None) == DEADLOCK


@contextmanager
def _writing() -> Iterator[int]:
    """A transaction that no other import shares; yields the version of the facts before it."""
    with _patience(), transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE_SECONDS}s'")
        facts_changed()
        yield version_now() - 1


@contextmanager
def _patience() -> Iterator[None]:
    """SQLite waits for another writer before the transaction begins, so it has to be told before."""
    if connection.vendor != "sqlite":
        yield
        return
    usual = settings.DATABASES["default"]["OPTIONS"]["timeout"]
    try:
        _wait_at_most(PATIENCE_SECONDS)
        yield
    finally:
        _wait_at_most(usual)


def _wait_at_most(seconds: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")


def _write(draft: Draft, name: str) -> None:
    report = [each.as_stored() for each in draft.reports]
    record = Import.objects.create(name=storable(name)[-LINE:], report=report)
    for model in PRICES:
        _write_model(draft.plan, model, record.pk)
    _reprice(draft.plan)
    for batch in draft.plan.time.batches():
        _write_time(draft.plan, batch, record.pk)
    for model in FACTS:
        _write_model(draft.plan, model, record.pk)
    _write_causes(draft.plan)


def _write_model(plan: Plan, model: type[Model], import_id: int) -> None:
    """Changes go first: a client's owner steps down before the next one takes over."""
    changes = plan.changed.get(model, {})
    _update(model, changes)
    rows = plan.created.get(model, [])
    for row in rows:
        if isinstance(row, Fact):
            row.import_id = import_id
    model._default_manager.bulk_create(rows, batch_size=BATCH)
    gone = plan.removed.get(model, [])
    _delete(model, [row.pk for row in gone])
    entries = history.updated(changes, import_id) + history.created(rows, import_id) + history.deleted(gone, import_id)
    LogEntry.objects.bulk_create(entries, batch_size=BATCH)


def _delete(model: type[Model], keys: Sequence[int]) -> None:
    """Rows to which no other refers, without signals: the history is written apart."""
    for start in range(0, len(keys), BATCH):
        rows = model._default_manager.filter(pk__in=keys[start : start + BATCH])
        rows._raw_delete(rows.db)


def _update(model: type[Model], changes: dict[Model, dict[str, Any]]) -> None:
    """One statement for all rows in which the same fields changed; other fields keep what somebody may have typed."""
    groups: dict[frozenset[str], list[Any]] = defaultdict(list)
    for row, before in changes.items():
        differing = frozenset(name for name, value in before.items() if getattr(row, name) != value)
        if differing or not before:  # without anything before, the row was only touched
            groups[differing].append(row)
    for names, rows in groups.items():
        fields = set(names)
        if issubclass(model, Fact):
            fields |= {"version", "changed_at"}
            for row in rows:
                row.version, row.changed_at = F("version") + 1, timezone.now()
        model._default_manager.bulk_update(rows, sorted(fields), batch_size=BATCH)


def _reprice(plan: Plan) -> None:
    if plan.reprice_everything:
        reprice()
        return
    if plan.reprice_people or plan.reprice_clients:
        reprice(client_ids=plan.reprice_clients, person_ids=plan.reprice_people)


@dataclass(slots=True)
class _Entry:
    """What `price` reads and fills of a time entry: a model instance for each would take ten times as long."""

    client_id: int | None
    contract_id: int | None
    contract_named: bool
    person_id: int | None
    work_on: date
    cost_cents_per_hour: int | None = None
    cost_rate_source: str = ""
    bill_cents_per_hour: int | None = None


TIME_COLUMNS = (
    "client_id",
    "contract_id",
    "contract_named",
    "person_id",
    "work_on",
    "cost_cents_per_hour",
    "cost_rate_source",
    "bill_cents_per_hour",
    "minutes",
    "seconds",
    "is_billable",
    "activity",
    "note",
    "source_key",
    "import_id",
    "version",
    "created_at",
    "changed_at",
)


def _write_time(plan: Plan, batch: list[Light], import_id: int) -> None:
    key_of = plan.key_of
    entries = [
        _Entry(key_of(client), key_of(contract), contract is not None, key_of(person), date.fromordinal(day))
        for client, contract, person, day, *_said in batch
    ]
    price(cast("list[TimeEntry]", entries))
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    rows = (
        (
            entry.client_id,
            entry.contract_id,
            entry.contract_named,
            entry.person_id,
            entry.work_on.isoformat(),
            entry.cost_cents_per_hour,
            str(entry.cost_rate_source),
            entry.bill_cents_per_hour,
            (seconds + 30) // 60,
            seconds,
            *(billable, activity, note, key),
            *(import_id, 1, now, now),
        )
        for entry, (_client, _contract, _person, _day, seconds, billable, activity, note, key) in zip(
            entries, batch, strict=True
        )
    )
    bulk.insert(TimeEntry, TIME_COLUMNS, rows)


def _write_causes(plan: Plan) -> None:
    through = Incident.causes.through
    _delete(through, plan.causes_gone)
    pairs = [through(incident_id=incident.pk, cause_id=cause.pk) for incident, cause in plan.causes_of]
    through._default_manager.bulk_create(pairs, batch_size=BATCH)
