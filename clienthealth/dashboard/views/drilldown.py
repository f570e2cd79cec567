"""The rows behind a ratio: time, incident minutes and direct costs; revenue by contract and day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.rights import Right, may
from clienthealth.base.lookup import visible_or_404, wants_fragment
from clienthealth.base.organisation import yesterday
from clienthealth.dashboard import addends
from clienthealth.dashboard.access import figures_required
from clienthealth.dashboard.paging import page_of, query_without_page
from clienthealth.health import wording
from clienthealth.health.models import LatestFigures, Thresholds
from clienthealth.health.nightly import revenue_slices
from engagements.models import Client, TimeEntry
from issues.models import IncidentMinutes


@dataclass(frozen=True)
class EffortLine:
    """A row of effort; `cost` is None where the reader does not see costs. `project` stands in for no contract."""

    day: date
    who: str
    what: str
    task: str
    contract: str
    project: str
    note: str
    hours: str
    cost: str | None
    is_billable: bool = True


@require_safe
@figures_required
def effort(request: HttpRequest, client_id: int) -> HttpResponse:
    """What was worked and spent for the client in the window, from the facts as they are now."""
    shown = visible_or_404(Client.objects, request.user, client_id)
    latest, window = _window(request, shown)
    sees_costs = may(request.user, Right.SEE_COSTS)
    entries = TimeEntry.objects.filter(client=shown, work_on__range=(window.first, window.last))
    page = page_of(request, entries.select_related("person", "contract").order_by("-work_on", "-pk"))
    context = {
        "client": shown,
        "window": window,
        "latest": latest,
        "page": page,
        "query": query_without_page(request),
        "entries": _entry_lines(page, sees_costs=sees_costs),
        "total": entries.aggregate(minutes=Sum("minutes"), rows=Count("pk"), people=Count("person", distinct=True)),
        "sees_costs": sees_costs,
    }
    if wants_fragment(request):
        return render(request, "dashboard/_entries.html", context)
    context |= {
        "incident_lines": _incident_lines(shown, window),
        "incident_hours": wording.hours(latest.parts.get("minutes", {}).get("incidents") if latest else None),
        "costs": _cost_lines(shown, window, sees_costs=sees_costs),
    }
    return render(request, "dashboard/effort.html", context)


@require_safe
@figures_required
def revenue(request: HttpRequest, client_id: int) -> HttpResponse:
    """What the contracts bring in the window, piece by piece, from the facts as they are now."""
    shown = visible_or_404(Client.objects, request.user, client_id)
    latest, window = _window(request, shown)
    names = dict(shown.contracts.values_list("pk", "name"))
    slices = revenue_slices(shown.pk, window.last)
    known = [each.within(window.first, window.last) for each in slices]
    total = None if None in known else sum((each or Fraction(0) for each in known), Fraction(0))
    context = {
        "client": shown,
        "window": window,
        "latest": latest,
        "contracts": addends.by_contract(slices, window, names, addends.correction_numbers(shown.pk, window)),
        "total": wording.money(total),
    }
    return render(request, "dashboard/revenue.html", context)


def _window(request: HttpRequest, shown: Client) -> tuple[LatestFigures | None, addends.Window]:
    """The window of the newest night, or the one a night would use now."""
    latest = LatestFigures.objects.filter(client=shown).first()
    if latest:
        return latest, addends.Window.ending(latest.day, latest.window_days)
    over = yesterday(request.organisation)  # type: ignore[attr-defined]  # set by the middleware
    return None, addends.Window.ending(over, Thresholds.objects.current().window_days)


def _entry_lines(entries: Iterable[TimeEntry], *, sees_costs: bool) -> list[EffortLine]:
    return [
        EffortLine(
            day=entry.work_on,
            who=entry.person.name,
            what=str(entry.get_activity_display()),
            task=entry.task,
            contract=entry.contract.name if entry.contract else "",
            project=entry.project,
            note=entry.note,
            hours=wording.hours(entry.minutes, 2),
            cost=wording.money(_cost(entry)) if sees_costs else None,
            is_billable=entry.is_billable,
        )
        for entry in entries
    ]


def _cost(entry: TimeEntry) -> Fraction | None:
    """Hundredths of the reporting currency; None where no rate is known."""
    rate = entry.cost_cents_per_hour
    return None if rate is None else Fraction(entry.minutes * rate, 60)


def _incident_lines(shown: Client, window: addends.Window) -> list[Any]:
    found = IncidentMinutes.objects.filter(
        incident__client=shown, incident__occurred_on__range=(window.first, window.last), minutes__gt=0
    ).select_related("incident__reporter", "person")
    return [
        {
            "incident": each.incident,
            "who": each.person or each.incident.reporter or "",
            "minutes": each.minutes,
            "in_timesheet": each.incident.get_in_timesheet_display(),
        }
        for each in found.order_by("-incident__occurred_on", "-pk")[:200]
    ]


def _cost_lines(shown: Client, window: addends.Window, *, sees_costs: bool) -> list[dict[str, Any]]:
    """Direct costs without pass-through; amounts only for those who see costs."""
    found = shown.direct_costs.filter(on__range=(window.first, window.last), is_pass_through=False)
    return [
        {
            "day": cost.on,
            "note": cost.note,
            "amount": f"{wording.money(cost.amount_cents)} {cost.currency}" if sees_costs else None,
        }
        for cost in found.order_by("-on", "-pk")[:200]
    ]
