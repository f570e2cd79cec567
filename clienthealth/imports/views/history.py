"""What was imported by whom, what it did, and taking it back."""

from collections import Counter
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.rights import Right, right_required
from clienthealth.base import work
from clienthealth.base.lookup import visible_or_404, wants_fragment
from clienthealth.imports import uploads
from clienthealth.imports.gaps import gaps
from clienthealth.imports.kept import in_words, kinds_of
from clienthealth.imports.models import Import, RowChange, Upload, UploadChunk
from clienthealth.imports.shown import files, waiting
from clienthealth.imports.storage import is_kept
from clienthealth.imports.views.uploads import READ_AND_SEND
from engagements.models import TimeEntry

PER_PAGE = 30
KEPT_SHOWN = 100
COUNTS = ("new", "updated", "duplicate", "ignored")


@require_safe
@right_required(Right.IMPORT_FILES)
def imports(request: HttpRequest) -> HttpResponse:
    records = Import.objects.visible_to(request.user).select_related("author__person").order_by("-pk")
    page = Paginator(records, PER_PAGE).get_page(request.GET.get("page", "1")[:9])
    undecided = Upload.objects.visible_to(request.user).exclude(state=Upload.State.DONE)
    context = {
        "page": page,
        "rows": [(record, counts_of(record)) for record in page],
        "undecided": undecided.select_related("author__person")[:PER_PAGE],
    }
    return render(request, "imports/imports.html", context)


def counts_of(record: Import) -> dict[str, int]:
    """What happened to the rows of all its files."""
    found: Counter[str] = Counter()
    for report in record.report:
        found.update({name: report[name] for name in COUNTS})
        found["rejected"] += report.get("rejected_count", len(report["rejected"]))
    return dict(found)


@require_safe
@right_required(Right.IMPORT_FILES)
def import_(request: HttpRequest, pk: int) -> HttpResponse:
    record = _visible(request, pk)
    asked = uploads.undo_of(record) if record.state == Import.State.IMPORTED else None
    upload = getattr(record, "upload", None)
    waits = waiting(asked) if asked and asked.state != asked.State.DONE else None
    context = {
        "record": record,
        "counts": counts_of(record),
        "files": files(record.report),
        "waits": waits,
        "polls": waits is not None and not waits.given_up,
        "refused": (asked.result or {}).get("refused", "") if asked and not waits else "",
        "undone": undone(record) if record.state == Import.State.UNDONE else None,
        "upload": upload,
        "has_rejected": upload is not None and is_kept(upload, UploadChunk.Part.REJECTED),
        "gaps": gaps() if record.state == Import.State.IMPORTED and not waits else None,
    }
    template = "imports/_import.html" if wants_fragment(request) else "imports/import.html"
    return render(request, template, context)


def undone(record: Import) -> dict[str, Any]:
    """What undoing did, in words."""
    report = record.undo_report
    return {
        "removed": [(kinds_of(model), count) for model, count in report["removed"].items()],
        "restored": report["restored"],
        "kept": [in_words(kept) for kept in report["kept"][:KEPT_SHOWN]],
        "kept_count": report["kept_count"],
        "more": max(0, report["kept_count"] - min(KEPT_SHOWN, len(report["kept"]))),
    }


@require_http_methods(READ_AND_SEND)
@right_required(Right.IMPORT_FILES)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """What would go, and the button that lets it go."""
    record = _visible(request, pk)
    if record.state == Import.State.UNDONE or (request.method == "POST" and not record.is_recorded):
        return redirect("imports:import", pk)
    if request.method == "POST":
        uploads.undo_later(record, request.user)
        return redirect("imports:import", pk)
    return render(request, "imports/undo.html", {"record": record, **would_go(record)})


def would_go(record: Import) -> dict[str, Any]:
    """How many rows of each kind an undo would remove, and how many it would give their former values back."""
    changes = RowChange.objects.filter(of=record).values("model", "action").annotate(count=Count("pk"))
    going: Counter[str] = Counter()
    back = 0
    for each in changes.order_by():
        if each["action"] == RowChange.Action.CREATED:
            going[each["model"]] += each["count"]
        else:
            back += each["count"]
    if record.first_entry is not None:
        span = (record.first_entry, record.last_entry)
        entries = TimeEntry.objects.filter(pk__range=span, import_id=record.pk).count()
        going[TimeEntry._meta.label_lower] += entries
    return {"going": [(kinds_of(model), count) for model, count in going.most_common()], "back": back}


@require_POST
@right_required(Right.IMPORT_FILES)
def undo_retry(request: HttpRequest, pk: int) -> HttpResponse:
    record = _visible(request, pk)
    if (stopped := uploads.undo_of(record)) is not None:
        work.retry(stopped)
    return redirect("imports:import", pk)


def _visible(request: HttpRequest, pk: int) -> Import:
    records = Import.objects.select_related("author__person", "undone_by__person", "upload")
    found: Import = visible_or_404(records, request.user, pk)
    return found
