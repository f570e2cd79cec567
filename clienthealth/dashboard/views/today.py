"""The start page: what needs this reader today."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.rights import Right, may, sees_figures
from clienthealth.base.organisation import yesterday
from clienthealth.dashboard import cards, summary
from clienthealth.health.models import LatestFigures, Night
from engagements.models import Client, TimeEntry
from issues.models import Incident

CARDS = 12
LINES = 6


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
    night = Night.objects.order_by("-day").first()
    over = yesterday(request.organisation)  # type: ignore[attr-defined]  # set by the middleware
    changed, directions = summary.moves(user, night.day) if night else ([], {})
    incidents = summary.incomplete_incidents(user)
    context: dict[str, Any] = {
        "night": night,
        "is_late": night is not None and night.day < over - timedelta(days=1),
        "cards": cards.worst(visible, user, CARDS),
        "clients": visible.running().count(),
        "flags": cards.open_flags(user),
        "moves": changed,
        "worse": directions.get(False, 0),
        "better": directions.get(True, 0),
        "incidents": incidents[:LINES],
        "incidents_count": incidents.count(),
        "may_add": may(user, Right.ADD_CLIENTS),
    }
    if may(user, Right.SEE_ALL_CLIENTS):
        latest = LatestFigures.objects.visible_to(user).exclude(client__status=Client.Status.PARTED)
        context |= {"portfolio": summary.portfolio(latest), "gaps": summary.data_gaps(latest, visible)}
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
