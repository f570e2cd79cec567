"""How long uploads are kept: what nobody decided on goes after a week, the bytes of imported ones after a month."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from clienthealth.base.models import Work
from clienthealth.base.upkeep import in_batches, upkeep_due
from clienthealth.base.work import job
from clienthealth.imports.models import Upload, UploadChunk
from clienthealth.imports.storage import drop

UNDECIDED_KEPT = timedelta(days=7)
BYTES_KEPT = timedelta(days=30)
STEP = 100


@job("import_upkeep", period=upkeep_due)
def tidy(work: Work) -> dict[str, Any]:
    now = timezone.now()
    idle = Upload.objects.filter(created_at__lt=now - UNDECIDED_KEPT, imported=None).exclude(state=Upload.State.WRITING)
    for ids in _steps(idle):
        for part in UploadChunk.Part:
            drop(ids, part)
    old = Upload.objects.filter(created_at__lt=now - BYTES_KEPT).exclude(imported=None)
    with_bytes = old.filter(chunks__part=UploadChunk.Part.FILE, chunks__number=0)
    chunks = sum(drop(ids) for ids in _steps(with_bytes))
    return {"uploads": in_batches(idle), "chunks": chunks}


def _steps(uploads: Any) -> list[list[int]]:
    ids = list(uploads.values_list("pk", flat=True))
    return [ids[start : start + STEP] for start in range(0, len(ids), STEP)]
