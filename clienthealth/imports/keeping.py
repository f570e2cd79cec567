"""How long uploads are kept: what nobody decided on goes after a week, the bytes of imported ones after a month."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from clienthealth.base.models import Work
from clienthealth.base.upkeep import upkeep_due
from clienthealth.base.work import job
from clienthealth.imports.models import Upload, UploadChunk
from clienthealth.imports.storage import drop
from clienthealth.imports.uploads import forget

UNDECIDED_KEPT = timedelta(days=7)
BYTES_KEPT = timedelta(days=30)


@job("import_upkeep", period=upkeep_due)
def tidy(work: Work) -> dict[str, Any]:
    now = timezone.now()
    idle = Upload.objects.filter(created_at__lt=now - UNDECIDED_KEPT, imported=None).exclude(state=Upload.State.WRITING)
    gone = forget(list(idle.values_list("pk", flat=True)))
    old = Upload.objects.filter(created_at__lt=now - BYTES_KEPT).exclude(imported=None)
    with_bytes = old.filter(chunks__part=UploadChunk.Part.FILE, chunks__number=0)
    chunks = drop(list(with_bytes.values_list("pk", flat=True)))
    return {"uploads": gone, "chunks": chunks}
