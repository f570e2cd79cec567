"""What an import did to each row, written down in its transaction so that it can be taken back.

Time entries are known by the number of their import alone: a file may have a million of them.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from django.db.models import Model

from clienthealth.imports.models import RowChange
from clienthealth.imports.tables import BATCH

UNSAID = frozenset({"version", "changed_at", "created_at", "import_id", "source_key", "password", "last_login"})
"""Columns that say nothing of what a row states, and what must not be written down a second time."""


def note_created(import_id: int, rows: Iterable[Model]) -> None:
    _store(_change(import_id, row, RowChange.Action.CREATED, after=stated(row)) for row in rows)


def note_changed(import_id: int, changes: Mapping[Model, Mapping[str, Any]]) -> None:
    """Rows that hold their new values already, with what they held before, by field."""
    noted = []
    for row, held in changes.items():
        columns = {field.name: field.attname for field in row._meta.concrete_fields}
        before = {columns[name]: _key(value) for name, value in held.items()}
        after = {column: plain(getattr(row, column)) for column in before}
        differing = [column for column in before if before[column] != after[column]]
        if differing:
            was, now = ({column: values[column] for column in differing} for values in (before, after))
            noted.append(_change(import_id, row, RowChange.Action.CHANGED, before=was, after=now))
    _store(noted)


def note_removed(import_id: int, rows: Iterable[Model]) -> None:
    _store(_change(import_id, row, RowChange.Action.REMOVED, before=everything(row)) for row in rows)


def stated(row: Model) -> dict[str, Any]:
    """What a row says, by column."""
    return {column: value for column, value in everything(row).items() if column not in UNSAID}


def everything(row: Model) -> dict[str, Any]:
    """All columns of a row but its key."""
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    return {field.attname: plain(getattr(row, field.attname)) for field in fields}


def plain(value: Any) -> Any:
    """A value as JSON gives it back; `Field.to_python` makes the value of it again."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return value


def _key(value: Any) -> Any:
    return value.pk if isinstance(value, Model) else plain(value)


def _change(import_id: int, row: Model, action: RowChange.Action, **values: Any) -> RowChange:
    return RowChange(of_id=import_id, model=row._meta.label_lower, row_id=row.pk, action=action, **values)


def _store(changes: Iterable[RowChange]) -> None:
    RowChange.objects.bulk_create(changes, batch_size=BATCH)
