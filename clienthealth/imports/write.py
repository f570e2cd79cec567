"""Writing a draft: everything of it in one transaction, or nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from auditlog.models import LogEntry
from django.db import IntegrityError, OperationalError, connection
from django.db.models import Max, Model
from django.utils import timezone

from clienthealth.base.models import Fact
from clienthealth.base.text import LINE
from clienthealth.imports import bulk, history, ledger
from clienthealth.imports.draft import Choices, Draft, work_out
from clienthealth.imports.models import Import
from clienthealth.imports.plan import Light, Plan
from clienthealth.imports.reading import Source
from clienthealth.imports.report import FileReport, storable
from clienthealth.imports.tables import BATCH, CAUSE_LINKS, FACTS, PRICES, delete_rows, update_rows
from clienthealth.imports.turns import writing
from engagements.models import TimeEntry
from engagements.pricing import Unpriced, price, reprice

ATTEMPTS = 3
"""So often a draft is worked out beside the running work; then once more while everybody else waits."""
DEADLOCK = "40P01"
"""How Postgres names it."""


class Overtaken(Exception):
    """The facts changed between reading and writing."""


@dataclass(frozen=True)
class Origin:
    """Who brings files in (None: the command line), the SHA-256 of the file, and what is written along with it."""

    author: Any = None
    digest: str = ""
    also: Callable[[Import], None] = lambda record: None
    """Called in the transaction of the import; what it raises takes all of it back."""


COMMAND_LINE = Origin()


def bring_in(sources: Sequence[Source], name: str, choices: Choices, origin: Origin = COMMAND_LINE) -> list[FileReport]:
    """Import the files as one. Raises Refused, then nothing was written.

    Reading and matching take long and hold no lock. Whoever writes many rows moves the version of the facts, so a
    draft that others overtook is noticed before its first row. Whoever writes few may collide with a key (of a name,
    a number, a row's source). Either way the import is worked out anew: a row that is there already would otherwise
    be passed over in silence, and the report would not be true.
    """
    for _attempt in range(ATTEMPTS):
        draft = work_out(sources, choices)
        try:
            with writing() as version:
                if version != draft.version:
                    raise Overtaken
                _write(draft, name, origin)
        except (Overtaken, IntegrityError):
            continue
        except OperationalError as error:
            if not _is_deadlock(error):
                raise
            continue
        finally:
            draft.plan.close()
        return draft.reports
    with writing():
        draft = work_out(sources, choices)
        try:
            _write(draft, name, origin)
        finally:
            draft.plan.close()
    return draft.reports


def _is_deadlock(error: OperationalError) -> bool:
    """Whether Postgres ended this transaction because it and somebody's edit waited for each other."""
    return getattr(error.__cause__, "sqlstate", None) == DEADLOCK


def _write(draft: Draft, name: str, origin: Origin) -> None:
    report = [each.as_stored() for each in draft.reports]
    record = Import.objects.create(
        name=storable(name)[-LINE:],
        author=origin.author,
        digest=origin.digest,
        preset=next((each["preset"] for each in report if each["preset"]), ""),
        report=report,
        is_recorded=True,
    )
    for model in PRICES:
        _write_model(draft.plan, model, record)
    _reprice(draft.plan)
    _write_all_time(draft.plan, record)
    for model in FACTS:
        _write_model(draft.plan, model, record)
    _write_causes(draft.plan, record.pk)
    origin.also(record)


def _write_model(plan: Plan, model: type[Model], record: Import) -> None:
    """Changes go first: a client's owner steps down before the next one takes over."""
    import_id = record.pk
    changes = plan.changed.get(model, {})
    update_rows(model, changes)
    ledger.note_changed(import_id, changes)
    rows = plan.created.get(model, [])
    for row in rows:
        if isinstance(row, Fact):
            row.import_id = import_id
    model._default_manager.bulk_create(rows, batch_size=BATCH)
    ledger.note_created(import_id, rows)
    gone = plan.removed.get(model, [])
    ledger.note_removed(import_id, gone)
    delete_rows(model, [row.pk for row in gone])
    about = {"import": import_id}
    entries = history.updated(changes, about) + history.created(rows, about) + history.deleted(gone, about)
    for entry in entries:
        entry.actor = record.author
    LogEntry.objects.bulk_create(entries, batch_size=BATCH)


def _reprice(plan: Plan) -> None:
    if plan.reprice_everything:
        reprice()
        return
    if plan.reprice_people or plan.reprice_clients:
        reprice(client_ids=plan.reprice_clients, person_ids=plan.reprice_people)


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
    "project",
    "task",
    "source_key",
    "import_id",
    "version",
    "created_at",
    "changed_at",
)


def _write_all_time(plan: Plan, record: Import) -> None:
    """Keys grow: those of this import lie behind the highest before it, and not behind the highest after it."""
    before = _highest_key()
    for batch in plan.time.batches():
        _write_time(plan, batch, record.pk)
    after = _highest_key()
    if after > before:
        record.first_entry, record.last_entry = before + 1, after
        record.save(update_fields=["first_entry", "last_entry"])


def _highest_key() -> int:
    return TimeEntry.objects.aggregate(highest=Max("pk"))["highest"] or 0


def _write_time(plan: Plan, batch: list[Light], import_id: int) -> None:
    key_of = plan.key_of
    entries = [
        Unpriced(key_of(client), key_of(contract), contract is not None, key_of(person), date.fromordinal(day))
        for client, contract, person, day, *_said in batch
    ]
    price(entries)
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
            *(billable, activity, note, project, task, key),
            *(import_id, 1, now, now),
        )
        for entry, (_client, _contract, _person, _day, seconds, *(billable, activity, note, key, project, task)) in zip(
            entries, batch, strict=True
        )
    )
    bulk.insert(TimeEntry, TIME_COLUMNS, rows)


def _write_causes(plan: Plan, import_id: int) -> None:
    links = CAUSE_LINKS._default_manager
    ledger.note_removed(import_id, links.in_bulk(plan.causes_gone).values())
    delete_rows(CAUSE_LINKS, plan.causes_gone)
    pairs = [CAUSE_LINKS(incident_id=incident.pk, cause_id=cause.pk) for incident, cause in plan.causes_of]
    links.bulk_create(pairs, batch_size=BATCH)
    ledger.note_created(import_id, pairs)
