"""A file on its way in: sent, read in the background, decided about."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.rights import Right, right_required
from clienthealth.base import work
from clienthealth.base.forms import posted, posted_key
from clienthealth.base.lookup import visible_or_404, wants_fragment
from clienthealth.imports import uploads
from clienthealth.imports.answers import AnswersForm
from clienthealth.imports.forms import UploadForm, too_large
from clienthealth.imports.models import Upload, UploadChunk
from clienthealth.imports.shown import ShownFile, waiting
from clienthealth.imports.storage import is_kept, pieces_of

READ_AND_SEND = ["GET", "HEAD", "POST"]
FORM_BYTES = 1024 * 1024
"""What a form may have beside its file."""
State = Upload.State


@csrf_exempt
@require_http_methods(READ_AND_SEND)
@right_required(Right.IMPORT_FILES)
def upload(request: HttpRequest) -> HttpResponseBase:
    """The size is judged before the body is looked at; hence the check against forged posts comes only then."""
    size = int(request.META.get("CONTENT_LENGTH") or 0)
    if request.method == "POST" and (reason := too_large(size - FORM_BYTES)):
        form = UploadForm()
        form.refusal = reason  # type: ignore[attr-defined]  # for the template
        return render(request, "imports/upload.html", _page(form), status=422)
    return _upload(request)


@csrf_protect
def _upload(request: HttpRequest) -> HttpResponseBase:
    form = UploadForm(posted(request), request.FILES if request.method == "POST" else None)
    if request.method == "POST":
        if not form.is_valid():
            return render(request, "imports/upload.html", _page(form), status=422)
        file = form.cleaned_data["file"]
        received = uploads.receive(form.name(), file.chunks(), request.user, posted_key(request.POST))
        return redirect(address(received))
    return render(request, "imports/upload.html", _page(form))


def _page(form: UploadForm) -> dict[str, Any]:
    return {"form": form, "cap": settings.UPLOAD_MAX_MB}


def address(of: Upload) -> str:
    return reverse("imports:upload_detail", args=[of.pk])


@require_http_methods(READ_AND_SEND)
@right_required(Right.IMPORT_FILES)
def upload_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What the upload is about to do, and the answers and the word it waits for."""
    found = _visible(request, pk)
    if found.state == State.DONE and request.method != "POST":
        return _go(request, reverse("imports:import", args=[found.imported_id]) if found.imported_id else "/imports/")
    form = AnswersForm(posted(request), upload=found)
    if request.method == "POST":
        return _decide(request, found, form)
    return _shown(request, found, form)


def _decide(request: HttpRequest, found: Upload, form: AnswersForm) -> HttpResponse:
    seen = request.POST.get("version", "")
    if seen != str(found.version) or found.state not in (State.READY, State.ASKING, State.REFUSED):
        # A second click, or a second tab: the page shows what the first one did.
        if found.state not in (State.WRITING, State.DONE):
            messages.info(request, _("This page was out of date. Nothing was changed; look again."))
        return redirect(address(found))
    if not form.is_valid():
        return _shown(request, found, form, status=422)
    if request.POST.get("do") == "import" and found.state == State.READY and not form.reads_otherwise():
        uploads.confirm(found, form.answers(), request.user)
    else:
        uploads.read_again(found, form.answers())
    return redirect(address(found))


def _shown(request: HttpRequest, found: Upload, form: AnswersForm, status: int = 200) -> HttpResponse:
    waits = waiting(uploads.work_of(found)) if found.is_working else None
    preview = found.preview
    context = {
        "upload": found,
        "form": form,
        "waits": waits,
        "polls": found.is_working and not (waits and waits.given_up),
        "file": ShownFile(preview["report"]) if preview else None,
        "before": uploads.imported_before(found),
        "has_rejected": bool(preview) and is_kept(found, UploadChunk.Part.REJECTED),
    }
    template = "imports/_upload.html" if wants_fragment(request) else "imports/upload_detail.html"
    return render(request, template, context, status=status)


@require_POST
@right_required(Right.IMPORT_FILES)
def upload_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Let go of an upload that was not imported."""
    found = _visible(request, pk)
    if found.state in (State.WRITING, State.DONE):
        messages.info(request, _("It is being imported already. Undo the import instead."))
        return redirect(address(found))
    uploads.forget([found.pk])
    messages.success(request, _("%(name)s is discarded. Nothing of it was imported.") % {"name": found.name})
    return redirect("imports:imports")


@require_POST
@right_required(Right.IMPORT_FILES)
def upload_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Once more after three failures."""
    found = _visible(request, pk)
    if (stopped := uploads.work_of(found)) is not None:
        work.retry(stopped)
    return redirect(address(found))


@require_safe
@right_required(Right.IMPORT_FILES)
def upload_rejected(request: HttpRequest, pk: int) -> HttpResponseBase:
    found = _visible(request, pk)
    if not is_kept(found, UploadChunk.Part.REJECTED):
        raise Http404
    response = StreamingHttpResponse(
        pieces_of(found, UploadChunk.Part.REJECTED), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="rejected-{found.pk}.csv"'
    return response


def _visible(request: HttpRequest, pk: int) -> Upload:
    found: Upload = visible_or_404(Upload.objects.select_related("author__person"), request.user, pk)
    return found


def _go(request: HttpRequest, target: str) -> HttpResponse:
    """To another page, for htmx too."""
    if wants_fragment(request):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = target
        return response
    return redirect(target)
