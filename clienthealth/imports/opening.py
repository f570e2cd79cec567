"""Reading an upload with the answers of the person who sent it."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from clienthealth.imports.aliases import remembered
from clienthealth.imports.draft import Choices
from clienthealth.imports.files import wanted
from clienthealth.imports.models import Upload
from clienthealth.imports.reading import Source, open_source
from clienthealth.imports.recognition import Record

PAUSE_SECONDS = 1.0
"""Progress is told at most so often."""
LOOK_EVERY = 1000
"""Records between two looks at the clock."""


@dataclass(frozen=True)
class Watched(Source):
    """A source that tells how many of its records were read, each reading of the file counted."""

    tell: Callable[[int], None]

    def records(self) -> Iterator[Record]:
        for count, record in enumerate(super().records(), start=1):
            if count % LOOK_EVERY == 0:
                self.tell(LOOK_EVERY)
            yield record


class Progress:
    """How far the reading of an upload is, written down now and then, outside any transaction."""

    def __init__(self, upload_id: int, expected: int) -> None:
        self.upload_id = upload_id
        self.read = 0
        self.told_at = time.monotonic()
        self._store(records_read=0, records_expected=expected)

    def add(self, records: int) -> None:
        self.read += records
        if time.monotonic() - self.told_at >= PAUSE_SECONDS:
            self.told_at = time.monotonic()
            self._store(records_read=self.read)

    def _store(self, **counts: int) -> None:
        Upload.objects.filter(pk=self.upload_id).update(**counts)


def source_of(upload: Upload, path: Path) -> Source:
    """Raises Refused where the file is none that can be imported, Undecided where somebody has to say what it is."""
    answers = upload.answers
    found = open_source(path, wanted(path.stem, answers.get("kind") or None), answers.get("encoding") or None)
    progress = Progress(upload.pk, _lines(path) * (2 if found.preset else 1))
    return Watched(**{each.name: getattr(found, each.name) for each in fields(Source)}, tell=progress.add)


def choices_of(upload: Upload) -> Choices:
    """What was answered, names that others mapped before included. A page never makes or changes a sign-in."""
    answers: dict[str, Any] = upload.answers
    names = remembered(answers.get("clients", {}), answers.get("people", {}))
    return Choices(answers.get("date_order") or None, answers.get("currency") or None, names, sign_ins=False)


def _lines(path: Path) -> int:
    """Roughly the number of records: line breaks inside cells are counted too."""
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b"")) + 1
