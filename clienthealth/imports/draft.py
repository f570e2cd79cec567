"""From files to a draft: what would be written and what is to be reported, worked out without writing anything."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

from clienthealth.base.organisation import organisation, today
from clienthealth.imports.book import Book
from clienthealth.imports.cells import Options
from clienthealth.imports.kinds.base import Column, Row
from clienthealth.imports.kinds.contracts import ContractTerms
from clienthealth.imports.plan import BATCH, Plan
from clienthealth.imports.problems import Bad, Reason
from clienthealth.imports.reading import Record, Source
from clienthealth.imports.report import FileReport

TOTALS = frozenset({"total", "subtotal", "razem", "suma", "итого", "summe"})
"""First cells of records that sum up the others, with or without a colon."""
REMEMBERED = 20_000
"""Understood cells kept per column: dates, names and e-mails come again and again."""


@dataclass
class Draft:
    """`version` is that of the facts it was worked out from; the draft is stale once they have another."""

    plan: Plan
    reports: list[FileReport]
    version: int


@dataclass(frozen=True)
class Choices:
    """What the command line may settle."""

    date_order: str = "ymd"
    currency: str | None = None


def work_out(sources: Sequence[Source], choices: Choices) -> Draft:
    """Read everything and settle every row. Raises Refused; then nothing is left behind."""
    at_home = organisation()
    options = Options(at_home.zone_info, choices.date_order, choices.currency or at_home.currency)
    plan = Plan()
    book = Book(plan, options, today(at_home), partial(_new_terms, sources, options))
    try:
        reports = [_settle_file(source, book, plan) for source in sources]
    except BaseException:
        plan.close()
        raise
    return Draft(plan, reports, at_home.facts_version)


def _new_terms(sources: Sequence[Source], options: Options) -> Iterator[Row]:
    """The contract terms that are still to be read, for the contracts before them."""
    for source in sources:
        if source.kind is ContractTerms:
            yield from RecordReader(source, options, _report(source, options)).rows()


def _settle_file(source: Source, book: Book, plan: Plan) -> FileReport:
    report = _report(source, book.options)
    kind = source.kind(book, plan, report, source.header)
    reader = RecordReader(source, book.options, report)
    rows = reader.rows()
    while batch := list(islice(rows, BATCH)):
        kind.prepare(batch)
        for row in batch:
            try:
                report.counts[kind.settle(row)] += 1
            except Bad as bad:
                report.reject(row.record, bad, reader.cell(row, bad.column))
    kind.finish()
    return report


def _report(source: Source, options: Options) -> FileReport:
    return FileReport(
        source.path.name,
        source.kind.name,
        source.encoding,
        source.delimiter,
        source.header_record,
        options.date_order,
    )


def is_no_data(cells: list[str]) -> bool:
    """Whether a record is empty or sums up others."""
    if not any(cell.strip() for cell in cells):
        return True
    first = cells[0].strip().casefold()
    return first.removesuffix(":").rstrip() in TOTALS or first.startswith("total for ")


class RecordReader:
    """Turns records into rows of understood values; what it cannot understand is rejected, with the cell as it was."""

    def __init__(self, source: Source, options: Options, report: FileReport) -> None:
        self.source = source
        self.options = options
        self.report = report
        by_name = {column.name: column for column in source.kind.columns}
        self.layout: list[tuple[int, Column]] = [
            (index, by_name[name]) for index, name in enumerate(source.header) if name
        ]
        self.absent = {column.name: column.empty for column in source.kind.columns if column.name not in source.header}
        self.used = {index for index, _column in self.layout}
        self.remembered: dict[str, dict[str, object]] = {column.name: {} for _index, column in self.layout}

    def rows(self) -> Iterator[Row]:
        for record in self.source.records():
            number, cells = record
            if is_no_data(cells):
                self.report.ignored += 1
                continue
            try:
                yield Row(number, self._values(record), cells)
            except Bad as bad:
                self.report.reject(number, bad, self._cell(cells, bad.column))

    def cell(self, row: Row, column: str) -> str:
        """What the record held in a column."""
        return self._cell(row.cells, column)

    def _cell(self, cells: list[str], column: str) -> str:
        for index, each in self.layout:
            if each.name == column:
                return cells[index] if index < len(cells) else ""
        return next((cell for index, cell in enumerate(cells) if index not in self.used and cell.strip()), "")

    def _values(self, record: Record) -> dict[str, object]:
        cells = record[1]
        values = dict(self.absent)
        for index, column in self.layout:
            values[column.name] = self._understand(column, cells[index].strip() if index < len(cells) else "")
        if len(cells) > len(self.layout) and any(
            cell.strip() for index, cell in enumerate(cells) if index not in self.used
        ):
            raise Bad(Reason.BAD_VALUE)  # more cells than the header names: a comma too many, most likely
        return values

    def _understand(self, column: Column, cell: str) -> object:
        if not cell:
            if column.required:
                raise Bad(column.required, column.name)
            return column.empty
        remembered = self.remembered[column.name]
        if cell in remembered:
            return remembered[cell]
        try:
            value = column.read(cell, self.options)
        except Bad as bad:
            raise Bad(bad.reason, column.name) from None
        if len(remembered) < REMEMBERED:
            remembered[cell] = value
        return value
