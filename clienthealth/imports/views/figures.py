"""Computing the figures now instead of in the night: the same work, put by hand."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.rights import Right, right_required
from clienthealth.base import work
from clienthealth.base.lookup import organisation_of, wants_fragment
from clienthealth.base.models import Work
from clienthealth.base.organisation import yesterday
from clienthealth.health.beginning import has_begun, may_begin
from clienthealth.health.models import Night
from clienthealth.health.tasks import FIGURES
from clienthealth.imports.shown import waiting
from clienthealth.imports.views.uploads import READ_AND_SEND


@require_http_methods(READ_AND_SEND)
@right_required(Right.IMPORT_FILES)
def figures(request: HttpRequest) -> HttpResponse:
    """The newest computation somebody asked for; a post asks for one, at most once a minute."""
    day = yesterday(organisation_of(request))
    if request.method == "POST" and not (has_begun() or may_begin()):
        messages.error(request, _("There is nothing to compute yet: add a contract and a cost rate first."))
        return redirect("imports:figures")
    if request.method == "POST":
        newest = _newest()
        if newest is not None and newest.state == Work.State.GIVEN_UP:
            work.retry(newest)
        elif newest is None or newest.state == Work.State.DONE:
            work.put(FIGURES, f"{day.isoformat()} {timezone.now():%Y-%m-%dT%H:%M}")
        return redirect("imports:figures")
    found = _newest()
    waits = waiting(found) if found and found.state != Work.State.DONE else None
    context = {
        "day": day,
        "work": found,
        "waits": waits,
        "polls": waits is not None and not waits.given_up,
        "outcome": found.result if found and found.state == Work.State.DONE else None,
        "stored_before": found and _stored_before(found),
    }
    template = "imports/_figures.html" if wants_fragment(request) else "imports/figures.html"
    return render(request, template, context)


def _stored_before(found: Work) -> datetime | None:
    """When the night was computed, where that was before it was asked for: then nothing changed. Else None."""
    night = Night.objects.newest()
    return night.computed_at if night and night.computed_at < found.created_at else None


def _newest() -> Work | None:
    return Work.objects.filter(job=FIGURES).order_by("-pk").first()
