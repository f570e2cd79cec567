"""From a file on disk to numbered records: caps, encoding, delimiter, header."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from clienthealth.imports.encodings import COMMON, encoding_of
from clienthealth.imports.kinds.base import Kind
from clienthealth.imports.marks import marked, unmarked
from clienthealth.imports.problems import Refused, Undecided
from clienthealth.imports.recognition import Record, Wanted, recognise

MAX_BYTES = 512 * 1024 * 1024
MAX_RECORDS = 2_000_000
HEAD = 10
"""The header is looked for among the first so many records."""
DELIMITERS = (",", ";", "\t")

# A long cell is a matter of its row (too_long); only the size of the file bounds what is read.
csv.field_size_limit(MAX_BYTES)


@dataclass(frozen=True)
class Source:
    """A file whose header was understood. Records are counted from 1, whatever line breaks their cells hold.

    `titles` is the header as the file writes it, `header` what each column holds, by the name the kind has for it
    ("" where nothing that is read). `preset` None: a native file. `marks` are the places of columns that only say why
    the rows were rejected before.
    """

    path: Path
    kind: type[Kind]
    preset: str | None
    encoding: str
    delimiter: str
    header_record: int
    titles: list[str]
    header: list[str]
    marks: frozenset[int]

    def title(self, column: str) -> str:
        """A column as people know it: in another program's file as that program writes it."""
        if self.preset and column in self.header:
            return self.titles[self.header.index(column)]
        return column if self.preset is None else ""

    def records(self) -> Iterator[Record]:
        """The data records with their numbers."""
        for number, cells in _records(self.path, self.encoding, self.delimiter):
            if number > self.header_record + MAX_RECORDS:
                raise Refused(
                    _("%(file)s has more than %(cap)s records, the most one may have. Split it and import the parts.")
                    % {"file": self.path.name, "cap": f"{MAX_RECORDS:,}"}
                )
            if number > self.header_record:
                yield number, unmarked(cells, self.marks)


def open_source(path: Path, wanted: Wanted, encoding: str | None = None) -> Source:
    """Find the header of a file that is one of those wanted. Raises Refused where it is none or could be several."""
    try:
        _check_size(path)
        found = encoding_of(path, encoding)
    except OSError as error:
        raise _unreadable(path, error) from None
    heads = {each: list(islice(_records(path, found, each), HEAD)) for each in DELIMITERS}
    marks = {each: marked([cells for _number, cells in records]) for each, records in heads.items()}
    plain = {each: [(number, unmarked(cells, marks[each])) for number, cells in heads[each]] for each in heads}
    head = recognise(path.name, plain, wanted)
    about = (found, head.delimiter, head.record, head.titles, head.columns, marks[head.delimiter])
    return Source(path, head.kind, head.preset, *about)


def _records(path: Path, encoding: str, delimiter: str) -> Iterator[Record]:
    codec = "utf-8-sig" if encoding == "utf-8" else encoding
    try:
        with path.open(encoding=codec, newline="") as file:
            yield from enumerate(csv.reader(file, delimiter=delimiter), start=1)
    except UnicodeError:
        text = _("%(file)s cannot be read as %(encoding)s. Name its encoding with --encoding, for example cp1250.")
        about = {"file": path.name, "encoding": encoding}
        raise Undecided("encoding", [each for each in COMMON if each != encoding], text % about) from None
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
