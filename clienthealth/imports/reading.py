"""From a file on disk to numbered records: caps, encoding, delimiter, header."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from clienthealth.imports.encodings import encoding_of
from clienthealth.imports.kinds.base import Kind
from clienthealth.imports.problems import Refused

MAX_BYTES = 512 * 1024 * 1024
MAX_RECORDS = 2_000_000
MAX_COLUMNS = 100
HEAD = 10
"""The header is looked for among the first so many records."""
DELIMITERS = (",", ";", "\t")

# A long cell is a matter of its row (too_long); only the size of the file bounds what is read.
csv.field_size_limit(MAX_BYTES)

Record = tuple[int, list[str]]


@dataclass(frozen=True)
class Source:
    """A file whose header was understood. Records are counted from 1, whatever line breaks their cells hold."""

    path: Path
    kind: type[Kind]
    encoding: str
    delimiter: str
    header_record: int
    header: list[str]

    def records(self) -> Iterator[Record]:
        """The data records with their numbers."""
        for number, cells in _records(self.path, self.encoding, self.delimiter):
            if number > self.header_record + MAX_RECORDS:
                raise Refused(
                    _("%(file)s has more than %(cap)s records, the most one may have. Split it and import the parts.")
                    % {"file": self.path.name, "cap": f"{MAX_RECORDS:,}"}
                )
            if number > self.header_record:
                yield number, cells


def open_source(path: Path, kinds: Sequence[type[Kind]], encoding: str | None) -> Source:
    """Find the header of a file that is one of the kinds. Raises Refused where it is none or could be several."""
    try:
        _check_size(path)
        found = encoding_of(path, encoding)
    except OSError as error:
        raise _unreadable(path, error) from None
    heads = {each: list(islice(_records(path, found, each), HEAD)) for each in DELIMITERS}
    if not any(cells for cells in _data(heads[","])):
        raise Refused(_("%(file)s is empty: not even a header. Remove it or fill it.") % {"file": path.name})
    delimiter, (number, cells) = _header(heads, kinds)
    header = [tidy(cell) for cell in cells]
    kind = kinds[0] if len(kinds) == 1 else _guess(path, header, kinds)
    _check_header(path, header, kind)
    return Source(path, kind, found, delimiter, number, header)


def tidy(cell: str) -> str:
    """A header as compared: without byte-order mark, surrounding spaces and asterisks, case-blind."""
    return cell.replace("\ufeff", "").strip().strip("*").strip().casefold()


def _records(path: Path, encoding: str, delimiter: str) -> Iterator[Record]:
    codec = "utf-8-sig" if encoding == "utf-8" else encoding
    try:
        with path.open(encoding=codec, newline="") as file:
            yield from enumerate(csv.reader(file, delimiter=delimiter), start=1)
    except UnicodeError:
        raise Refused(
            _("%(file)s cannot be read as %(encoding)s. Name its encoding with --encoding, for example cp1250.")
            % {"file": path.name, "encoding": encoding}
        ) from None
    except csv.Error as error:
        raise Refused(_("%(file)s is no CSV file: %(error)s.") % {"file": path.name, "error": error}) from None
    except OSError as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: OSError) -> Refused:
    return Refused(_("%(file)s cannot be read: %(error)s.") % {"file": path.name, "error": error.strerror})


def _check_size(path: Path) -> None:
    if path.stat().st_size > MAX_BYTES:
        raise Refused(
            _("%(file)s is larger than %(cap)s MB, the most one file may have. Split it and import the parts.")
            % {"file": path.name, "cap": MAX_BYTES // 1024 // 1024}
        )


def _data(records: list[Record]) -> list[Record]:
    return [(number, cells) for number, cells in records if any(cell.strip("\ufeff \t") for cell in cells)]


def _header(heads: dict[str, list[Record]], kinds: Sequence[type[Kind]]) -> tuple[str, Record]:
    """The first record that has the columns of a kind; where none has, the first that is not empty."""
    for delimiter, records in heads.items():
        for record in records:
            columns = {tidy(cell) for cell in record[1]}
            if any(not kind.missing(columns) for kind in kinds):
                return delimiter, record
    firsts = [(delimiter, _data(records)[0]) for delimiter, records in heads.items() if _data(records)]
    return max(firsts, key=lambda each: len(each[1][1]))


def _guess(path: Path, header: list[str], kinds: Sequence[type[Kind]]) -> type[Kind]:
    """The only kind that has all of these columns and needs no other."""
    columns = {column for column in header if column}
    fitting = [kind for kind in kinds if not kind.missing(columns) and columns <= kind.known()]
    if len(fitting) == 1:
        return fitting[0]
    raise Refused(
        _("%(file)s: its columns do not say what kind of file it is. Name the kind with --kind, one of %(kinds)s.")
        % {"file": path.name, "kinds": ", ".join(kind.name for kind in fitting or kinds)}
    )


def _check_header(path: Path, header: list[str], kind: type[Kind]) -> None:
    named = [column for column in header if column]
    about = {"file": path.name, "kind": kind.name}
    if len(header) > MAX_COLUMNS:
        raise Refused(
            _("%(file)s has %(count)s columns; the most one file may have is %(cap)s.")
            % {**about, "count": len(header), "cap": MAX_COLUMNS}
        )
    if missing := kind.missing(set(named)):
        raise Refused(
            _("%(file)s lacks the column %(columns)s, which %(kind)s needs. Add it to the header and the rows.")
            % {**about, "columns": ", ".join(missing)}
        )
    if unknown := [column for column in named if column not in kind.known()]:
        raise Refused(
            _("%(file)s has the unknown column %(columns)s. Remove it; %(kind)s may have: %(known)s.")
            % {**about, "columns": ", ".join(dict.fromkeys(unknown)), "known": ", ".join(kind.column_names())}
        )
    if repeated := [column for column in dict.fromkeys(named) if named.count(column) > 1]:
        raise Refused(
            _("%(file)s has the column %(columns)s twice. Keep one of them.")
            % {**about, "columns": ", ".join(repeated)}
        )
