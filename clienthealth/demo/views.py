"""The page that takes the demo out of an installation."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.models import Person, User
from accounts.rights import Right, right_required
from clienthealth.base.forms import posted
from clienthealth.base.organisation import organisation
from clienthealth.demo import removal
from clienthealth.demo.forms import RemovalForm
from clienthealth.health.models import Night
from engagements.models import Client, Contract, Invoice, TimeEntry
from issues.models import Flag, Incident, Touchpoint

MOST_ENTRIES = 100_000
"""More time entries than a request can delete while somebody waits."""


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@right_required(Right.EDIT_ORGANISATION)
def remove(request: HttpRequest) -> HttpResponse:
    """What goes and what stays, and the form that does it."""
    if not organisation().is_demo:
        raise Http404
    mixed = removal.mixed()
    keeper = request.user if isinstance(request.user, User) and not removal.is_of_demo(request.user) else None
    form = RemovalForm(posted(request), keeper=keeper, mixed=mixed)
    counts = _counts()
    too_large = counts["entries"] > MOST_ENTRIES
    if request.method == "POST" and not too_large and form.is_valid():
        return _removed(request, form)
    context: dict[str, Any] = {"form": form, "counts": counts, "mixed": mixed, "too_large": too_large}
    return render(request, "demo/remove.html", context, status=422 if request.method == "POST" else 200)


def _removed(request: HttpRequest, form: RemovalForm) -> HttpResponse:
    user = form.first_user()
    if user is None:
        raise Http404
    removal.remove(user)
    request.session.flush()  # it went with all the others
    login(request, user)
    messages.success(request, _("The demo data is gone. This installation is empty and yours."))
    return redirect("dashboard:today")


def _counts() -> dict[str, int]:
    return {
        "clients": Client.objects.count(),
        "people": Person.objects.count(),
        "contracts": Contract.objects.count(),
        "entries": TimeEntry.objects.count(),
        "invoices": Invoice.objects.count(),
        "incidents": Incident.objects.count(),
        "touchpoints": Touchpoint.objects.count(),
        "nights": Night.objects.count(),
        "flags": Flag.objects.count(),
    }
