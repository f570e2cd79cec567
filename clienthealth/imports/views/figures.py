"""Computing the figures now instead of in the night: the same work, put by hand."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.rights import Right, right_required
from clienthealth.base import work
from clienthealth.base.lookup import organisation_of, wants_fragment
from clienthealth.base.models import Work
from clienthealth.base.organisation import yesterday
from clienthealth.health.tasks import FIGURES
from clienthealth.imports.shown import waiting
from clienthealth.imports.views.uploads import READ_AND_SEND


@require_http_methods(READ_AND_SEND)
@right_required(Right.IMPORT_FILES)
def figures(request: HttpRequest) -> HttpResponse:
    """The newest computation somebody asked for; a post asks for one, at most once a minute."""
    day = yesterday(organisation_of(request))
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
    }
    template = "imports/_figures.html" if wants_fragment(request) else "imports/figures.html"
    return render(request, template, context)


def _newest() -> Work | None:
    return Work.objects.filter(job=FIGURES).order_by("-pk").first()
