"""What an import is going to write, worked out before the transaction begins."""

import hashlib
import marshal
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Model

BATCH = 10_000
Light = tuple[Any, ...]


class Spool:
    """Rows of plain values kept on disk until they are written, so that a million of them do not fill the memory."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  it lives as long as the plan; see close()
        self._batch: list[Light] = []
        self._batches = 0

    def add(self, row: Light) -> None:
        self._batch.append(row)
        if len(self._batch) >= BATCH:
            self._flush()

    def batches(self) -> Iterator[list[Light]]:
        self._flush()
        self._file.seek(0)
        for _number in range(self._batches):
            yield marshal.load(self._file)  # noqa: S302  written above by this very process

    def _flush(self) -> None:
        if self._batch:
            marshal.dump(self._batch, self._file)
            self._batch = []
            self._batches += 1

    def close(self) -> None:
        self._file.close()


class Plan:
    """New rows by model, changes of stored rows with what they held before, rows to delete, and time entries on disk.

    A new row may refer to another new row: its key is taken over when that one has been written.
    """

    def __init__(self) -> None:
        self.created: dict[type[Model], list[Any]] = defaultdict(list)
        self.changed: dict[type[Model], dict[Model, dict[str, Any]]] = defaultdict(dict)
        self.removed: dict[type[Model], list[Any]] = defaultdict(list)
        self.time = Spool()
        self.causes_of: list[tuple[Any, Any]] = []
        self.causes_gone: list[int] = []
        """Links between incidents and causes."""
        self.reprice_people: set[int] = set()
        self.reprice_clients: set[int] = set()
        self.reprice_everything = False
        self._numbered: list[Any] = []
        self._numbers: dict[int, int] = {}

    def add(self, row: Any) -> Any:
        self.created[type(row)].append(row)
        return row

    def change(self, row: Any, values: dict[str, Any]) -> bool:
        """Set the fields that differ; whether any did."""
        different = {name: value for name, value in values.items() if getattr(row, name) != value}
        if different and row.pk is not None:
            before = self.changed[type(row)].setdefault(row, {})
            for name in different:
                before.setdefault(name, getattr(row, name))
        for name, value in different.items():
            setattr(row, name, value)
        return bool(different)

    def touch(self, row: Any) -> None:
        """Let a stored row have a new version, because of what belongs to it."""
        self.changed[type(row)].setdefault(row, {})

    def remove(self, row: Any) -> None:
        """Delete a stored row to which no other refers."""
        self.removed[type(row)].append(row)

    def number(self, row: Any) -> int | None:
        """A small number that stands for a row in light rows."""
        if row is None:
            return None
        if id(row) not in self._numbers:
            self._numbers[id(row)] = len(self._numbered)
            self._numbered.append(row)
        return self._numbers[id(row)]

    def key_of(self, number: int | None) -> int | None:
        """The primary key of the row the number stands for; known once that row was written."""
        return None if number is None else self._numbered[number].pk

    def close(self) -> None:
        self.time.close()


def fingerprint(said: str, occurrence: int, day: date) -> str:
    """The source key of a row without an id of its own: what it says, and which of its file's equal rows it is.

    The day stands in front because files are mostly in order of days: their keys then go to one place of the index.
    """
    digest = hashlib.blake2b(f"{said}\x1f{occurrence}".encode(), digest_size=16).hexdigest()
    return f"{day:%Y%m%d}-{digest}"


def canonical(value: Any) -> str:
    """A value as one text, the same for every spelling that means the same."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if hasattr(value, "key"):
        return str(value.key)
    if isinstance(value, date):  # a datetime too; those are in UTC
        return value.isoformat()
    if isinstance(value, tuple):
        return ";".join(sorted(canonical(each) for each in value))
    return str(value)
