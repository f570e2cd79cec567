"""From numbered records to rows of understood values."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice

from django.utils.translation import gettext as _

from clienthealth.imports.cells import Name, Options
from clienthealth.imports.evidence import Evidence
from clienthealth.imports.kinds.base import Column, Row
from clienthealth.imports.plan import BATCH, canonical
from clienthealth.imports.problems import Bad, NoData, Reason, Undecided
from clienthealth.imports.reading import Record, Source
from clienthealth.imports.report import FileReport, Sample

TOTALS = frozenset({"total", "subtotal", "razem", "suma", "итого", "summe"})
"""First cells of records that sum up the others, with or without a colon."""
TIMESTAMP = re.compile(r"(?=.*\b(19|20)\d\d\b).*\b\d{1,2}:\d\d\b.*", re.DOTALL)
REMEMBERED = 20_000
"""Understood cells kept per column: dates, names and e-mails come again and again."""
SAMPLES = 10


def is_no_data(cells: list[str]) -> bool:
    """Whether a record is empty or sums up others."""
    if not any(cell.strip() for cell in cells):
        return True
    first = cells[0].strip().casefold()
    return first.removesuffix(":").rstrip() in TOTALS or first.startswith("total for ")


def is_footer(cells: list[str]) -> bool:
    """Whether a record only says when the file was made."""
    return not any(cell.strip() for cell in islice(cells, 1, None)) and bool(TIMESTAMP.fullmatch(cells[0]))


def data_records(source: Source) -> Iterator[tuple[Record, bool]]:
    """All records, each with whether it holds data."""
    for record in source.records():
        cells = record[1]
        yield record, not (is_no_data(cells) or (source.preset is not None and is_footer(cells)))


def survey(source: Source, options: Options, date_order: str | None) -> dict[str, Options]:
    """How to read each column of which the cells themselves decide. Raises Undecided where they do not.

    Reads the file once from end to end. A date order that was named is not asked for.
    """
    evidence = {
        index: column.evidence()
        for index, column in layout(source)
        if column.evidence and not (date_order and column.evidence.option == "date_order")
    }
    records = (cells for (_number, cells), is_data in data_records(source) if is_data) if evidence else iter(())
    while batch := list(islice(records, BATCH)):
        for index, each in evidence.items():
            for cell, times in Counter(cells[index].strip() for cells in batch if index < len(cells)).items():
                each.weigh(cell, times)
    settled = {}
    for index, each in evidence.items():
        decided = each.settle(options)
        if decided is None:
            raise _undecided(source, source.titles[index], each)
        settled[source.header[index]] = decided
    return settled


def _undecided(source: Source, title: str, evidence: Evidence) -> Undecided:
    option, choices = evidence.option, evidence.choices
    text = _(
        "%(file)s: the dates of the column %(column)s can be read in more than one order, such as %(example)s. "
        "Name the order with --date-order, one of %(choices)s."
    ) % {
        "file": source.path.name,
        "column": title,
        "example": evidence.example,
        "choices": ", ".join(choices),
    }
    return Undecided(option, choices, text, title, evidence.example)


def layout(source: Source) -> list[tuple[int, Column]]:
    """The columns that are read, with their places in a record."""
    by_name = {column.name: column for column in source.kind.columns}
    return [(index, by_name[name]) for index, name in enumerate(source.header) if name]


class Place:
    """A column that is read, where it stands in a record, and what its cells were found to mean."""

    def __init__(self, index: int, column: Column, options: Options) -> None:
        self.index = index
        self.name = column.name
        self.column = column
        self.options = options
        self.known: dict[str, object] = {} if column.required else {"": column.empty}

    def understand(self, cell: str) -> object:
        """What a trimmed cell means; Bad names this column."""
        if not cell and self.column.required:
            raise Bad(self.column.required, self.name)
        try:
            value = self.column.read(cell, self.options)
        except Bad as bad:
            raise Bad(bad.reason, self.name) from None
        if len(self.known) < REMEMBERED:
            self.known[cell] = value
        return value


class RecordReader:
    """Turns records into rows of understood values; what it cannot understand is rejected, with the cell as it was."""

    def __init__(self, source: Source, options: Options, settled: Mapping[str, Options], report: FileReport) -> None:
        self.source = source
        self.report = report
        self.places = [Place(index, column, settled.get(column.name, options)) for index, column in layout(source)]
        self.given = frozenset(name for name in source.header if name)
        self.absent = {column.name: column.empty for column in source.kind.columns if column.name not in self.given}
        # Native files have no column without a name; other programs have more columns than are read.
        self.unnamed = [index for index, name in enumerate(source.header) if not name] if not source.preset else []

    def rows(self) -> Iterator[Row]:
        for record, is_data in data_records(self.source):
            number, cells = record
            if not is_data:
                self.report.ignored += 1
                continue
            try:
                values = self._values(record)
                self.source.kind.complete(values, self.given)
            except NoData:
                self.report.ignored += 1
                continue
            except Bad as bad:
                self.reject(number, cells, bad)
                continue
            if len(self.report.samples) < SAMPLES:
                self.report.samples.append(Sample(number, {name: shown(value) for name, value in values.items()}))
            yield Row(number, values, cells)

    def reject(self, number: int, cells: list[str], bad: Bad) -> None:
        """Report a record with the column as the file names it and the cell as it was."""
        own = (place.index for place in self.places if place.name == bad.column)
        value = next((cells[index] if index < len(cells) else "" for index in own), None)
        if value is None:  # no column of its own: what stands beside the columns, if anything
            value = next(self._beside(cells), "")
        self.report.reject(number, Bad(bad.reason, self.source.title(bad.column)), value)

    def _values(self, record: Record) -> dict[str, object]:
        cells = record[1]
        values = dict(self.absent)
        width = len(cells)
        for place in self.places:
            cell = cells[place.index].strip() if place.index < width else ""
            values[place.name] = place.known[cell] if cell in place.known else place.understand(cell)
        if any(self._beside(cells)):
            raise Bad(Reason.BAD_VALUE)  # more cells than the header names: a comma too many, most likely
        return values

    def _beside(self, cells: list[str]) -> Iterator[str]:
        """The filled cells that stand under no header."""
        named = len(self.source.titles)
        under_none = [cells[index] for index in self.unnamed if index < len(cells)] + cells[named:]
        return (cell for cell in under_none if cell.strip())


def shown(value: object) -> str:
    """An understood value as text: names as spelled."""
    return value.text if isinstance(value, Name) else canonical(value)
