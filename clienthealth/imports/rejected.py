"""The rejected rows of a file as a file, in the layout of the original, with what was wrong behind each row."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from clienthealth.imports.marks import MARKS, neutral
from clienthealth.imports.models import Upload, UploadChunk
from clienthealth.imports.reading import Source
from clienthealth.imports.storage import keep
from clienthealth.imports.wording import reason_words

MOST_ROWS = 20_000


def keep_rejected(upload: Upload, source: Source, rejections: Sequence[Mapping[str, Any]]) -> None:
    """Store the file of the first rejected rows with the upload; none where nothing was rejected."""
    by_record: dict[int, Mapping[str, Any]] = {}
    for each in rejections[:MOST_ROWS]:
        by_record.setdefault(each["record"], each)
    keep(upload, _pieces(source, by_record) if by_record else (), UploadChunk.Part.REJECTED)


def _pieces(source: Source, by_record: Mapping[int, Mapping[str, Any]]) -> Iterator[bytes]:
    rows = [(number, cells) for number, cells in source.records() if number in by_record]
    width = max(len(source.titles), *(len(cells) for _number, cells in rows))
    yield b"\xef\xbb\xbf" + _line(_wide(source.titles, width) + list(MARKS), source.delimiter)
    for number, cells in rows:
        each = by_record[number]
        words = f"{each['reason']}: {reason_words(each, source.kind.name)}"
        safe = [neutral(cell) for cell in [*_wide(cells, width), str(number), each["column"], words]]
        yield _line(safe, source.delimiter)


def _wide(cells: Sequence[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]


def _line(cells: Sequence[str], delimiter: str) -> bytes:
    line = io.StringIO()
    csv.writer(line, delimiter=delimiter).writerow(cells)
    return line.getvalue().encode("utf-8", "replace")
