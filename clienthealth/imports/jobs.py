"""Reading, importing and undoing as background work. Each tells its upload what came of it."""

from typing import Any

from accounts.models import User
from clienthealth.base.models import Work
from clienthealth.base.work import job
from clienthealth.imports.models import Import, Upload
from clienthealth.imports.opening import choices_of, source_of
from clienthealth.imports.previewing import preview
from clienthealth.imports.problems import Refused, Undecided
from clienthealth.imports.rejected import keep_rejected
from clienthealth.imports.report import storable
from clienthealth.imports.storage import spooled
from clienthealth.imports.undo import undo
from clienthealth.imports.uploads import COMMIT, PREVIEW, UNDO
from clienthealth.imports.write import Origin, bring_in

State = Upload.State


class Done(Exception):
    """Another run of the same work was quicker."""


@job(PREVIEW, gives_up=True)
def run_preview(work: Work) -> dict[str, Any]:
    upload = _awaited(work, State.READING)
    if upload is None:
        return {}
    try:
        found = preview(upload)
    except Undecided as open_question:
        _tell(upload, State.ASKING, question=_question(open_question))
    except Refused as refused:
        _tell(upload, State.REFUSED, refusal=storable(str(refused)))
    else:
        _tell(upload, State.READY, preview=found)
    return {}


@job(COMMIT, gives_up=True)
def run_commit(work: Work) -> dict[str, Any]:
    """Import the upload once: the record of the import and the upload's new state are written together."""
    upload = _awaited(work, State.WRITING)
    if upload is None:
        return {}

    def also(record: Import) -> None:
        mine = Upload.objects.filter(pk=upload.pk, version=upload.version, state=State.WRITING)
        if not mine.update(state=State.DONE, imported=record):
            raise Done

    origin = Origin(author=upload.author, digest=upload.digest, also=also)
    try:
        with spooled(upload) as path:
            source = source_of(upload, path)
            reports = bring_in([source], upload.name, choices_of(upload), origin)
            keep_rejected(upload, source, reports[0].rejected)
    except Undecided as open_question:
        _tell(upload, State.ASKING, question=_question(open_question))
    except Refused as refused:
        _tell(upload, State.REFUSED, refusal=storable(str(refused)))
    except Done:
        pass
    return {}


@job(UNDO, gives_up=True)
def run_undo(work: Work) -> dict[str, Any]:
    by = User.objects.filter(pk=work.args["by"]).first()
    try:
        return {"state": undo(work.args["number"], by).state}
    except Refused as refused:
        return {"refused": str(refused)}


def _awaited(work: Work, state: str) -> Upload | None:
    """The upload, if it still waits for this very work."""
    args = work.args
    mine = Upload.objects.filter(pk=args["upload"], version=args["version"], state=state)
    return mine.select_related("author").first()


def _tell(upload: Upload, state: str, **found: Any) -> None:
    """What came of the reading, unless somebody asked for another one meanwhile."""
    Upload.objects.filter(pk=upload.pk, version=upload.version).update(state=state, **found)


def _question(open_question: Undecided) -> dict[str, Any]:
    return {
        "option": open_question.option,
        "choices": list(open_question.choices),
        "column": storable(open_question.column),
        "example": storable(open_question.example[:200]),
    }
