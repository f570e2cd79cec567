"""Taking an import back as a whole: new rows go, changed rows get their former values back.

What somebody changed since, or what later records refer to, stays and is listed. Stored nights stay as they were
evaluated; only a client that goes takes its own figures along.

On Postgres everything happens in one transaction: readers see all of it or nothing. SQLite has one writer at a time, so
there the time entries go before, some thousands at a time, and the rest in one transaction; an undo that is interrupted
goes on from there.
"""

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from auditlog.models import LogEntry
from django.db import IntegrityError, connection, transaction
from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import JobTitle, Person, User
from clienthealth.base.models import facts_changed
from clienthealth.imports import history, ledger, references
from clienthealth.imports.kept import Outcome, Why
from clienthealth.imports.models import Assignment, Import, RowChange
from clienthealth.imports.problems import Refused
from clienthealth.imports.tables import BATCH, CAUSE_LINKS, FACTS, PRICES, delete_rows, update_rows
from clienthealth.imports.turns import writing
from engagements.models import Contract, ContractTerm, CostRate, TimeEntry
from engagements.pricing import reprice

LAST_FIRST: tuple[type[Model], ...] = tuple(reversed((*PRICES, *FACTS, CAUSE_LINKS)))
"""A row goes after those that refer to it."""
LISTED_ENTRIES = 100
ENTRIES = TimeEntry._meta.label_lower
STEP = 5000
BREATH_SECONDS = 0.05
"""Between two steps others get their turn."""
Rows = Sequence[tuple[Any, dict[str, Any]]]
"""Rows, each with the values to give back by column."""


def undo(import_id: int, by: Any = None) -> Import:
    """Undo an import once, however often it is asked for. Raises Refused where that is not possible.

    `by` is the user who asked, None for the command line.
    """
    record = Import.objects.filter(pk=import_id).first()
    if record is None:
        raise Refused(_("There is no import %(number)s. The page “Imports” lists them.") % {"number": import_id})
    if not record.is_recorded:
        raise Refused(
            _("Import %(number)s is too old to be undone: what it did was not recorded.") % {"number": import_id}
        )
    if record.state == Import.State.IMPORTED:
        if connection.vendor == "sqlite":
            _remove_entries_in_steps(record)
        with writing():
            mine = Import.objects.filter(pk=import_id, state=Import.State.IMPORTED)
            if mine.update(state=Import.State.UNDONE, undone_at=timezone.now(), undone_by=by):
                outcome = _Undo(record, by).carry_out()
                Import.objects.filter(pk=import_id).update(undo_report=outcome.as_stored())
    record.refresh_from_db()
    return record


def _entries_of(record: Import) -> QuerySet[TimeEntry]:
    """Its time entries; nothing refers to one."""
    span = (record.first_entry or 0, record.last_entry or 0)
    return TimeEntry.objects.filter(pk__range=span, import_id=record.pk)


def _untouched() -> Q:
    """Entries that nobody edited are in their first version, or were last changed when all of their project got a
    client: that answered what the file left open, and goes with it.
    """
    return Q(version=1) | Q(changed_at__in=Assignment.objects.values("at"))


def _remove_entries_in_steps(record: Import) -> None:
    """Delete untouched entries in short transactions, each of which notes how many are gone."""
    removed = record.undo_report.get("removed", {}).get(ENTRIES, 0)
    going = _entries_of(record).filter(_untouched()).order_by("pk")
    while True:
        with transaction.atomic():
            facts_changed()
            keys = list(going.values_list("pk", flat=True)[:STEP])
            delete_rows(TimeEntry, keys)
            removed += len(keys)
            Import.objects.filter(pk=record.pk).update(undo_report={"removed": {ENTRIES: removed}} if removed else {})
        if len(keys) < STEP:
            break
        time.sleep(BREATH_SECONDS)
    record.refresh_from_db()


class _Prices:
    """Whose time has to be priced anew."""

    def __init__(self) -> None:
        self.clients: set[int] = set()
        self.people: set[int] = set()
        self.everybody = False

    def note(self, row: Any, columns: Collection[str] | None = None) -> None:
        """Note whose time a row prices that goes (columns None) or whose columns change."""
        if isinstance(row, Contract):
            self.clients.add(row.client_id)
        elif isinstance(row, ContractTerm):
            self.clients.add(row.contract.client_id)
        elif isinstance(row, CostRate) and row.person_id is None:
            self.everybody = True
        elif isinstance(row, CostRate | JobTitle) and row.person_id:
            self.people.add(row.person_id)
        elif isinstance(row, Person) and columns and "job_title" in columns:
            self.people.add(row.pk)

    def reprice(self) -> None:
        if self.everybody:
            reprice()
        elif self.clients or self.people:
            reprice(client_ids=self.clients, person_ids=self.people)


class _Undo:
    """One import being undone, inside its transaction."""

    def __init__(self, record: Import, by: Any) -> None:
        self.record = record
        self.by = by
        self.outcome = Outcome(Counter(record.undo_report.get("removed", {})))
        self.prices = _Prices()

    def carry_out(self) -> Outcome:
        self._remove_time()
        for model in LAST_FIRST:
            if model is User and self.by is not None:
                self._keep_sign_ins()
                continue
            self._remove(model)
            self._give_back(model)
            self._put_back(model)
        self.prices.reprice()
        done = RowChange.objects.filter(of=self.record)
        done._raw_delete(done.db)
        return self.outcome

    def _keep_sign_ins(self) -> None:
        """Whoever undoes an import by a page may not administer users, so who may sign in, and as what, stays."""
        for action in (RowChange.Action.CREATED, RowChange.Action.CHANGED):
            for _changes, rows in self._chunks(User, action):
                for row in rows.values():
                    self.outcome.keep(row, Why.SIGN_IN)

    def _remove_time(self) -> None:
        mine = _entries_of(self.record)
        edited = mine.exclude(_untouched()).order_by("pk")
        for entry in edited[:LISTED_ENTRIES]:
            self.outcome.keep(entry, Why.EDITED)
        self.outcome.kept_count += max(0, edited.count() - LISTED_ENTRIES)
        if gone := mine.filter(_untouched())._raw_delete(mine.db):
            self.outcome.removed[ENTRIES] += gone

    def _remove(self, model: type[Model]) -> None:
        """Delete rows the import made, unless they were changed or are referred to."""
        for changes, rows in self._chunks(model, RowChange.Action.CREATED):
            unchanged = []
            for change in changes:
                row = rows.get(change.row_id)
                if row is not None and (ledger.stated(row) != change.after or references.is_in_use(row)):
                    self.outcome.keep(row, Why.EDITED)
                elif row is not None:
                    unchanged.append(row)
            referring = references.to(model, [row.pk for row in unchanged])
            for row in unchanged:
                if row.pk in referring:
                    self.outcome.keep(row, Why.REFERRED, by=referring[row.pk])
            self._delete(model, [row for row in unchanged if row.pk not in referring])

    def _delete(self, model: type[Model], rows: list[Any]) -> None:
        keys = [row.pk for row in rows]
        for row in rows:
            self.prices.note(row)
        self._log(history.deleted(rows, self._about))
        references.let_go(model, keys)
        delete_rows(model, keys)
        if rows:
            self.outcome.removed[model._meta.label_lower] += len(rows)

    def _give_back(self, model: type[Model]) -> None:
        """Give changed rows their former values back, column by column, where those of the import still stand."""
        for changes, rows in self._chunks(model, RowChange.Action.CHANGED):
            present = [change for change in changes if change.row_id in rows]
            former = [(rows[change.row_id], self._standing(rows[change.row_id], change)) for change in present]
            lost = references.lost(model, [values for _row, values in former])
            for row, values in former:
                if lost & set(values.items()):
                    self.outcome.keep(row, Why.CONFLICT)
            whole = [(row, values) for row, values in former if values and not lost & set(values.items())]
            self._safely(whole, self._write_former)

    def _standing(self, row: Any, change: RowChange) -> dict[str, Any]:
        """The former values of those columns that still hold what the import wrote."""
        before, after = change.before or {}, change.after or {}
        now = {column: ledger.plain(getattr(row, column)) for column in before}
        if since := [column for column in now if now[column] not in (after[column], before[column])]:
            self.outcome.keep(row, Why.EDITED, fields=since)
        return {column: was for column, was in before.items() if now[column] == after[column]}

    def _write_former(self, former: Rows) -> None:
        by_column: dict[Model, dict[str, Any]] = {}
        by_name: dict[Model, dict[str, Any]] = {}
        for row, values in former:
            fields = [field for field in row._meta.concrete_fields if field.attname in values]
            by_column[row] = {field.attname: getattr(row, field.attname) for field in fields}
            by_name[row] = {field.name: by_column[row][field.attname] for field in fields}
            for field in fields:
                setattr(row, field.attname, field.to_python(values[field.attname]))
            self.prices.note(row, values)
        update_rows(type(former[0][0]), by_column)
        self._log(history.updated(by_name, self._about))
        self.outcome.restored += len(former)

    def _put_back(self, model: type[Model]) -> None:
        """Store rows the import removed again, unless something else took their place."""
        for changes, rows in self._chunks(model, RowChange.Action.REMOVED):
            absent = [change for change in changes if change.row_id not in rows]
            lost = references.lost(model, [change.before or {} for change in absent])
            again = [change for change in absent if not lost & set((change.before or {}).items())]
            self._safely([(_row_of(model, change), {}) for change in again], self._insert)

    def _insert(self, rows: Rows) -> None:
        again = [row for row, _values in rows]
        type(again[0])._default_manager.bulk_create(again, batch_size=BATCH)
        self._log(history.created(again, self._about))
        self.outcome.restored += len(again)

    def _safely(self, rows: Rows, write: Callable[[Rows], None]) -> None:
        """Write all at once; where a rule of the database forbids it, one by one, and keep those as they are."""
        if not rows:
            return
        restored = self.outcome.restored
        try:
            with transaction.atomic():
                write(rows)
        except IntegrityError:
            self.outcome.restored = restored
            if len(rows) == 1:
                self.outcome.keep(rows[0][0], Why.CONFLICT)
                return
            for row, values in rows:
                self._safely([(row if row._state.adding else _anew(row), values)], write)

    def _chunks(self, model: type[Model], action: RowChange.Action) -> Iterator[tuple[list[RowChange], dict[int, Any]]]:
        """What the import did to rows of the model, with the rows as they are now, a thousand at a time."""
        changes = RowChange.objects.filter(of=self.record, model=model._meta.label_lower, action=action).order_by("pk")
        last = 0
        while chunk := list(changes.filter(pk__gt=last)[:BATCH]):
            last = chunk[-1].pk
            yield chunk, references.with_names(model).in_bulk([change.row_id for change in chunk])

    @property
    def _about(self) -> history.About:
        return {"undone_import": self.record.pk}

    def _log(self, entries: list[LogEntry]) -> None:
        for entry in entries:
            entry.actor = self.by
        LogEntry.objects.bulk_create(entries, batch_size=BATCH)


def _row_of(model: type[Model], change: RowChange) -> Any:
    """A removed row as it was, under its former key."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    values = {column: fields[column].to_python(value) for column, value in (change.before or {}).items()}
    return model(pk=change.row_id, **values)


def _anew(row: Any) -> Any:
    """The row as it is stored."""
    return references.with_names(type(row)).get(pk=row.pk)
