"""An upload's way: it arrives, is read in the background, waits for a decision, and is imported in the background.

Each step is one conditional UPDATE of the state and version, so a second click or a second tab changes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F

from clienthealth.base import work
from clienthealth.base.idempotency import once
from clienthealth.base.models import Work
from clienthealth.imports.aliases import remember
from clienthealth.imports.models import Import, NameAlias, Upload
from clienthealth.imports.storage import keep

PREVIEW, COMMIT, UNDO = "import_preview", "import_commit", "import_undo"
"""Names of the background jobs."""
State = Upload.State
MAPPED = (("clients", NameAlias.Kind.CLIENT), ("people", NameAlias.Kind.PERSON))


def receive(name: str, pieces: Iterable[bytes], author: Any, key: str) -> Upload:
    """Store a file and have it read. The same key again gives the same upload, which is not stored twice."""

    def begin() -> str:
        return str(Upload.objects.create(name=name, author=author).pk)

    number, is_new = once(f"upload:{author.pk}", key, begin)
    upload = Upload.objects.get(pk=int(number))
    if is_new:
        upload.size, upload.digest = keep(upload, pieces)
        upload.save(update_fields=["size", "digest"])
        _move(upload, (State.ARRIVING,), State.READING)
    return upload


def read_again(upload: Upload, answers: Mapping[str, Any]) -> bool:
    """Have it read with these answers; False where somebody else was quicker."""
    return _move(upload, (State.READY, State.ASKING, State.REFUSED), State.READING, answers=dict(answers), preview={})


def confirm(upload: Upload, answers: Mapping[str, Any], author: Any) -> bool:
    """Have it imported, and remember what the names were mapped to; False where somebody else was quicker."""
    with transaction.atomic():
        if not _move(upload, (State.READY,), State.WRITING, answers=dict(answers)):
            return False
        names = {row["key"]: row["name"] for each in upload.preview["names"].values() for row in each["rows"]}
        for whom, kind in MAPPED:
            for key, target_id in answers.get(whom, {}).items():
                remember(kind, key if "@" in key else names.get(key, key), target_id, author)
    return True


def _move(upload: Upload, before: tuple[str, ...], after: str, **values: Any) -> bool:
    """Move on from one of these states in the version that was read, and put the work that the new state asks for."""
    with transaction.atomic():
        mine = Upload.objects.filter(pk=upload.pk, version=upload.version, state__in=before)
        moved = mine.update(state=after, version=F("version") + 1, refusal="", question={}, **values)
        if moved:
            upload.refresh_from_db()
            job = PREVIEW if after == State.READING else COMMIT
            work.put(job, work_key(upload), upload=upload.pk, version=upload.version)
    return bool(moved)


def work_key(upload: Upload) -> str:
    return f"{upload.pk}-{upload.version}"


def work_of(upload: Upload) -> Work | None:
    """The background work an upload waits for, if it waits."""
    job = {State.READING: PREVIEW, State.WRITING: COMMIT}.get(State(upload.state))
    return Work.objects.filter(job=job, key=work_key(upload)).first() if job else None


def forget(upload_ids: Sequence[int]) -> int:
    """Let go of uploads that were not imported, with their bytes and the work that was put for them."""
    gone = 0
    for upload_id in upload_ids:
        with transaction.atomic():
            # Locked first: whoever confirms at this moment keeps it, or finds it gone.
            mine = Upload.objects.select_for_update().filter(pk=upload_id, imported=None)
            found = mine.exclude(state=State.WRITING).first()
            if found is not None:
                found.delete()
                Work.objects.filter(job__in=(PREVIEW, COMMIT), args__upload=upload_id).delete()
                gone += 1
    return gone


def undo_later(record: Import, by: Any) -> Work:
    """Have an import undone; asked for twice it is one piece of work."""
    return work.put(UNDO, str(record.pk), number=record.pk, by=by.pk)


def undo_of(record: Import) -> Work | None:
    """The background work that undoes an import, if somebody asked for it."""
    return Work.objects.filter(job=UNDO, key=str(record.pk)).first()


def imported_before(upload: Upload) -> Import | None:
    """The newest import of the very same file that was not undone."""
    if not upload.digest:
        return None
    same = Import.objects.filter(digest=upload.digest, state=Import.State.IMPORTED)
    return same.exclude(upload=upload).select_related("author__person").first()
