"""Flags "consider parting ways": the list, and the card of one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from clienthealth.base.organisation import today
from clienthealth.dashboard import cards, flagcard
from clienthealth.dashboard.access import figures_required
from clienthealth.dashboard.paging import page_of, query_without_page
from issues.models import Flag


@require_safe
@figures_required
def flags(request: HttpRequest) -> HttpResponse:
    """Open flags with their newest figures, then those that were closed."""
    visible = Flag.objects.visible_to(request.user)
    closed = visible.exclude(closed_on=None).select_related("client").order_by("-closed_on", "-pk")
    page = page_of(request, closed, per_page=25)
    context = {
        "flags": cards.open_flags(request.user),
        "closed": [(flag, (flag.closed_on - flag.raised_on).days + 1) for flag in page],
        "page": page,
        "query": query_without_page(request),
    }
    return render(request, "dashboard/flags.html", context)


@require_safe
@figures_required
def flag(request: HttpRequest, flag_id: int) -> HttpResponse:
    shown = get_object_or_404(Flag.objects.visible_to(request.user).select_related("client"), pk=flag_id)
    day = today(request.organisation)  # type: ignore[attr-defined]  # set by the middleware
    context = {
        "flag": shown,
        "client": shown.client,
        "card": flagcard.build(shown, request.user, day),
        "told": cards.told_about([shown.client_id])[shown.client_id],
    }
    return render(request, "dashboard/flag.html", context)
