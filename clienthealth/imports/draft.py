"""From files to a draft: what would be written and what is to be reported, worked out without writing anything."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

from clienthealth.base.organisation import organisation, today
from clienthealth.imports.book import Book
from clienthealth.imports.cells import Options
from clienthealth.imports.kinds.base import Row
from clienthealth.imports.kinds.contracts import ContractTerms
from clienthealth.imports.names import NOTHING_CHOSEN, NameMap
from clienthealth.imports.plan import BATCH, Plan
from clienthealth.imports.problems import Bad
from clienthealth.imports.reading import Source
from clienthealth.imports.records import RecordReader, survey
from clienthealth.imports.report import FileReport


@dataclass
class Draft:
    """`version` is that of the facts it was worked out from; the draft is stale once they have another."""

    plan: Plan
    reports: list[FileReport]
    version: int


@dataclass(frozen=True)
class Choices:
    """What a person settled, on the command line or on a page; `date_order` None: as the file itself says.

    `sign_ins` is whether a file may make and change users, which only those may who run commands here.
    """

    date_order: str | None = None
    currency: str | None = None
    names: NameMap = NOTHING_CHOSEN
    sign_ins: bool = True


def work_out(sources: Sequence[Source], choices: Choices) -> Draft:
    """Read everything and settle every row. Raises Refused; then nothing is left behind."""
    at_home = organisation()
    options = Options(at_home.zone_info, choices.date_order or "ymd", choices.currency or at_home.currency)
    plan = Plan()
    book = Book(plan, options, today(at_home), partial(_new_terms, sources, options), choices.names)
    book.sign_ins = choices.sign_ins
    try:
        reports = [_settle_file(source, book, plan, choices) for source in sources]
    except BaseException:
        plan.close()
        raise
    return Draft(plan, reports, at_home.facts_version)


def _new_terms(sources: Sequence[Source], options: Options) -> Iterator[Row]:
    """The contract terms that are still to be read, for the contracts before them."""
    for source in sources:
        if source.kind is ContractTerms:
            yield from RecordReader(source, options, {}, _report(source, options)).rows()


def _settle_file(source: Source, book: Book, plan: Plan, choices: Choices) -> FileReport:
    settled = survey(source, book.options, choices.date_order)
    report = _report(source, settled.get(source.kind.dated, book.options))
    kind = source.kind(book, plan, report, source.header)
    reader = RecordReader(source, book.options, settled, report)
    rows = reader.rows()
    while batch := list(islice(rows, BATCH)):
        kind.prepare(batch)
        for row in batch:
            try:
                report.counts[kind.settle(row)] += 1
            except Bad as bad:
                reader.reject(row.record, row.cells, bad)
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
        source.preset,
    )
