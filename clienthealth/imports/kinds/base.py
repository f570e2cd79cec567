"""What a kind of file is: its columns, and how a row of understood values is settled against what is known.

A kind knows nothing of files: it is given rows of values, so that any source that yields these values can be read.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Model

from clienthealth.imports.book import Book
from clienthealth.imports.cells import Reader
from clienthealth.imports.evidence import Evidence
from clienthealth.imports.occurrences import Occurrences
from clienthealth.imports.plan import Plan, canonical, fingerprint
from clienthealth.imports.problems import Reason
from clienthealth.imports.report import FileReport, Outcome


@dataclass(frozen=True)
class Column:
    """A column. `empty` is what an empty cell means, unless `required` says why a row without it is rejected."""

    name: str
    read: Reader
    empty: Any = None
    required: Reason | None = None
    needed: bool = False
    """The file must have the column, though its cells may be empty."""
    evidence: type[Evidence] | None = None
    """Decides from all cells of the column how each is to be read."""

    @property
    def must_exist(self) -> bool:
        return self.needed or self.required is not None


@dataclass(slots=True)
class Row:
    """The understood values of one record; columns the file lacks hold what an empty cell means."""

    record: int
    values: dict[str, Any]
    cells: list[str]
    """As they were, for telling what was rejected."""
    key: str = ""

    def __getitem__(self, column: str) -> Any:
        return self.values[column]


class Kind(ABC):
    """One kind of file; an instance settles the rows of one file."""

    name: ClassVar[str]
    columns: ClassVar[tuple[Column, ...]]
    any_of: ClassVar[tuple[str, ...]] = ()
    """At least one of these columns must be there."""
    dated: ClassVar[str] = ""
    """The column that says when, where there is one such."""

    def __init__(self, book: Book, plan: Plan, report: FileReport, given: Collection[str]) -> None:
        self.book = book
        self.plan = plan
        self.report = report
        self.given = frozenset(given)

    @classmethod
    def column_names(cls) -> list[str]:
        return [column.name for column in cls.columns]

    @classmethod
    def known(cls) -> set[str]:
        return set(cls.column_names())

    @classmethod
    def missing(cls, columns: Collection[str]) -> list[str]:
        """The columns a file of this kind must have and this one has not."""
        missing = [column.name for column in cls.columns if column.must_exist and column.name not in columns]
        if cls.any_of and not any(name in columns for name in cls.any_of):
            missing.append(" / ".join(cls.any_of))
        return missing

    @classmethod  # noqa: B027  most kinds need none
    def complete(cls, values: dict[str, Any], given: Collection[str]) -> None:
        """Add what follows from several cells of a record, `given` the columns the file has.

        Raises Bad, or NoData where the record holds nothing to import.
        """

    def prepare(self, rows: list[Row]) -> None:  # noqa: B027  likewise
        """Load what is known about these rows, in a number of queries that does not depend on how many they are."""

    @abstractmethod
    def settle(self, row: Row) -> Outcome:
        """Enter one row into the plan. Raises Bad; then the plan is as it was before."""

    def finish(self) -> None:  # noqa: B027  likewise
        """What can be said only after the last row."""

    def fields(self, row: Row, names: dict[str, str], *, everything: bool) -> dict[str, Any]:
        """Model fields from columns: all of them for a new row, else only those the file has."""
        return {field: row[column] for column, field in names.items() if everything or column in self.given}

    def put(self, stored: Any | None, model: type[Model], values: dict[str, Any], **key: Any) -> tuple[Any, Outcome]:
        """Enter a row known by a key: new, updated, or there already with the same values."""
        if stored is None:
            return self.plan.add(model(**key, **values)), Outcome.NEW
        return stored, Outcome.UPDATED if self.plan.change(stored, values) else Outcome.DUPLICATE


class Fingerprinted(Kind):
    """A kind whose rows have no id: equal rows of one file are several rows, and the same file again adds nothing."""

    model: ClassVar[type[Model]]
    identity: ClassVar[tuple[str, ...]] = ()
    """The columns that make the key, where not all do."""
    scope: ClassVar[tuple[str, ...]] = ()
    """What keeps the keys of one source apart from those of another."""

    def __init__(self, book: Book, plan: Plan, report: FileReport, given: Collection[str]) -> None:
        super().__init__(book, plan, report, given)
        self._seen = Occurrences()
        self._stored: set[str] = set()

    def prepare(self, rows: list[Row]) -> None:
        names = self.identity or self.column_names()
        for row in rows:
            said = "\x1f".join([*self.scope, *(canonical(row[column]) for column in names)])
            row.key = fingerprint(said, self._seen.count(said), row[self.dated])
        self.load([row.key for row in rows])

    def load(self, keys: list[str]) -> None:
        """Find out which of these are stored."""
        known = self.model._default_manager.filter(source_key__in=keys)
        self._stored = set(known.values_list("source_key", flat=True))

    def is_stored(self, row: Row) -> bool:
        return row.key in self._stored
