"""What an upload would do, worked out without writing anything, and kept in a bounded form for the page."""

from collections.abc import Iterable
from typing import Any

from accounts.models import Person
from clienthealth.base.text import name_key
from clienthealth.imports.draft import Draft, work_out
from clienthealth.imports.models import Upload
from clienthealth.imports.opening import choices_of, source_of
from clienthealth.imports.problems import Reason
from clienthealth.imports.reading import Source
from clienthealth.imports.rejected import keep_rejected
from clienthealth.imports.report import FileReport, storable
from clienthealth.imports.samples import shown_samples
from clienthealth.imports.similar import Names
from clienthealth.imports.storage import spooled
from engagements.models import Client

MAPPED = 200
"""So many names of a kind are asked for; the others become new ones or stay rejected."""
NAMED = 1000
"""So many new names are listed."""
UNKNOWN = {
    Reason.UNKNOWN_CLIENT: "clients",
    Reason.UNKNOWN_PERSON: "people",
    Reason.AMBIGUOUS_PERSON: "people",
}
"""Rejections that go away once somebody says whom the name stands for."""


def preview(upload: Upload) -> dict[str, Any]:
    """Read the upload. Raises Refused or Undecided; the rejected rows are kept for download."""
    with spooled(upload) as path:
        source = source_of(upload, path)
        draft = work_out([source], choices_of(upload))
        try:
            found = _found(source, draft, draft.reports[0])
        finally:
            draft.plan.close()
        keep_rejected(upload, source, draft.reports[0].rejected)
    return found


def _found(source: Source, draft: Draft, report: FileReport) -> dict[str, Any]:
    return {
        "report": report.as_stored(),
        "warnings": [storable(line) for line in report.warnings()],
        "samples": shown_samples(report),
        "names": {
            "clients": _names(source, report, "clients", Client.objects.values_list("pk", "name")),
            "people": _names(source, report, "people", Person.objects.values_list("pk", "name")),
        },
    }


def _names(source: Source, report: FileReport, whom: str, known: Iterable[tuple[int, str]]) -> dict[str, Any]:
    """Names that would become new ones and names that are rejected, those most like a known one first."""
    new = report.new_clients if whom == "clients" else report.new_people
    keys = {key: (spelled, True) for key, spelled in new.items()}
    if whom == "people":
        keys |= {key: (spelled, False) for key, spelled in report.unclear_people.items()}
    if source.preset is None:  # other programs spread a name over several columns
        cells = (each["value"].strip() for each in report.rejected if UNKNOWN.get(each["reason"]) == whom)
        keys |= {_key(cell): (cell, False) for cell in cells if cell}
    names = Names(known)
    rows = [
        {
            "key": storable(key),
            "name": storable(name),
            "is_new": is_new,
            "like": [list(each) for each in names.like(name)],
        }
        for key, (name, is_new) in list(keys.items())[:NAMED]
    ]
    rows.sort(key=lambda row: (bool(row["is_new"]), not row["like"]))
    return {"rows": rows, "count": len(keys), "is_anybody_known": bool(names)}


def _key(cell: str) -> str:
    """What a cell is compared by."""
    return cell.lower() if "@" in cell else name_key(cell)
