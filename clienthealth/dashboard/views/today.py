"""The start page: what needs this reader today."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.rights import Right, may, sees_figures
from clienthealth.base.organisation import yesterday
from clienthealth.dashboard import cards, summary
from clienthealth.health.models import Night
from engagements.models import Client, TimeEntry
from issues.models import Incident

CARDS = 12
LINES = 6
FLAGS = 5
COUNTED = 100
"""Beyond so many incidents the page says "more than"."""


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    if sees_figures(request.user):
        return _figures(request)
    if may(request.user, Right.LOG_INCIDENTS):
        return _member(request)
    return render(request, "dashboard/today_admin.html")


def _figures(request: HttpRequest) -> HttpResponse:
    """Managers and directors see the same page over the clients each of them sees."""
    user = request.user
    visible = Client.objects.visible_to(user)
    night = Night.objects.newest()
    over = yesterday(request.organisation)  # type: ignore[attr-defined]  # set by the middleware
    whole = summary.whole(user, night)
    incidents = summary.incomplete_incidents(user)[:COUNTED]
    flags = cards.open_flags(user)
    context: dict[str, Any] = {
        "night": night,
        "is_late": night is not None and night.day < over - timedelta(days=1),
        "whole": whole,
        "cards": cards.worst(visible, user, CARDS, whole.clients, {flag.client_id: flag.id for flag in flags}),
        "flags": flags[:FLAGS],
        "flags_more": max(0, len(flags) - FLAGS),
        "incidents": summary.newest(incidents)[:LINES],
        "incidents_count": incidents.count(),
        "counted": COUNTED,
        "may_add": may(user, Right.ADD_CLIENTS),
        "may_import": may(user, Right.IMPORT_FILES),
    }
    return render(request, "dashboard/today.html", context)


def _member(request: HttpRequest) -> HttpResponse:
    """A member: the names needed to log an incident, and what they recorded themselves."""
    user = request.user
    context = {
        "names": Client.objects.nameable_by(user).order_by("name_key").only("pk", "name"),
        "entries": TimeEntry.objects.logged_by(user).select_related("client").order_by("-work_on", "-pk")[:10],
        "incidents": Incident.objects.reported_by(user).select_related("client")[:LINES],
    }
    return render(request, "dashboard/today_member.html", context)
