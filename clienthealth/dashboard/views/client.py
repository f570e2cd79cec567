"""One client: the level and why, the ratio with every addend, and what is recorded about the relationship."""

from typing import Any

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.rights import Right, may
from clienthealth.base.lookup import visible_or_404, wants_fragment
from clienthealth.base.organisation import today
from clienthealth.dashboard import addends, charts, rows
from clienthealth.dashboard.access import figures_required
from clienthealth.dashboard.contracts import contract_lines, correction_rows, invoice_rows, invoices_with_money
from clienthealth.dashboard.paging import page_of, query_without_page
from clienthealth.health import wording
from clienthealth.health.levels import Level, Lines
from clienthealth.health.models import LatestFigures, ThresholdOverride, Thresholds
from clienthealth.health.nightly import restate
from engagements.models import Client, ClientOwner
from issues.models import Flag, Incident

INCIDENTS = 10
INVOICES = 10
TOUCHPOINTS = 6
CHANGES = 20


@require_safe
@figures_required
def client(request: HttpRequest, client_id: int) -> HttpResponse:
    shown = get_object_or_404(_with_everything(Client.objects.visible_to(request.user)), pk=client_id)
    latest = rows.figures_of(shown)
    now = today(request.organisation)  # type: ignore[attr-defined]  # set by the middleware
    contracts = list(shown.contracts.prefetch_related("terms", "pauses"))
    changes = list(shown.level_changes.all()[:CHANGES])
    context = {
        "client": shown,
        "row": rows.build([shown], request.user)[0],
        "latest": latest,
        "changes": [(change, wording.change_words(change)) for change in changes],
        "why": wording.mid_sentence(wording.began_words(changes[0])) if changes and latest and latest.level else "",
        "contracts": contract_lines(contracts, now),
        "contacts": shown.contacts.all(),
        "incidents": incidents_of(shown)[:INCIDENTS],
        "invoices": invoice_rows(invoices_with_money(shown.invoices.all())[:INVOICES], now),
        "corrections": correction_rows(shown.corrections.select_related("invoice").order_by("-on", "-pk")[:INVOICES]),
        "touchpoints": shown.touchpoints.all()[:TOUCHPOINTS],
        "may_edit": may(request.user, Right.EDIT_CLIENTS),
        "may_import": may(request.user, Right.IMPORT_FILES),
        "may_override": may(request.user, Right.EDIT_THRESHOLDS),
        "sees_costs": may(request.user, Right.SEE_COSTS),
    }
    if latest:
        context |= _figures(request.user, shown, latest, {each.pk: each.name for each in contracts})
    return render(request, "dashboard/client.html", context)


def _with_everything(clients: QuerySet[Client]) -> QuerySet[Client]:
    """The client in one query with its newest night, the settings of that night, its open flag and its override."""
    flag = Flag.objects.open().filter(client=OuterRef("pk")).values("pk")[:1]
    override = ThresholdOverride.objects.filter(
        client=OuterRef("pk"), valid_from__lte=OuterRef("latest__day"), valid_to__gte=OuterRef("latest__day")
    )
    return (
        rows.with_figures(clients)
        .select_related("latest__thresholds")
        .annotate(
            flag_id=Subquery(flag),
            override_id=Subquery(override.order_by("-pk").values("pk")[:1]),
            owner_since=Subquery(ClientOwner.objects.filter(client=OuterRef("pk"), to_on=None).values("from_on")[:1]),
        )
    )


def _figures(user: Any, shown: Any, latest: LatestFigures, contracts: dict[int, str]) -> dict[str, Any]:
    """The ratio's line and sums, as stored on the newest night."""
    sees_costs = may(user, Right.SEE_COSTS)
    override = ThresholdOverride.objects.get(pk=shown.override_id) if shown.override_id else None
    settings = latest.thresholds or Thresholds()
    lines = (override or settings).lines()
    return {
        "override": override,
        "lines": level_lines(lines),
        "edges": lines.by_level().get(Level(latest.level)) if latest.level else None,
        "approaching": wording.approaching_words(latest, lines, latest.lines_on, settings.hold_nights),
        "chart": charts.chart(latest.trend, latest.day, lines),
        "effort_addends": addends.effort_addends(shown.pk, latest, sees_costs=sees_costs),
        "revenue_addends": addends.revenue_addends(shown.pk, latest, contracts),
        "window": addends.Window.ending(latest.day, latest.window_days),
        "notes": latest.parts.get("notes", {}),
    }


def level_lines(lines: Lines) -> list[tuple[str, int, int]]:
    """(level, enter, leave) in ten-thousandths, mildest first."""
    return [(level.value, line.enter, line.leave) for level, line in lines.by_level().items()]


def incidents_of(shown: Client) -> QuerySet[Incident]:
    return shown.incidents.annotate(causes_count=Count("causes")).order_by(F("occurred_at").desc(), "-pk")


@require_safe
@figures_required
def incidents(request: HttpRequest, client_id: int) -> HttpResponse:
    """All incidents of the client, page by page."""
    shown = visible_or_404(Client.objects, request.user, client_id)
    page = page_of(request, incidents_of(shown), per_page=25)
    context = {"client": shown, "page": page, "incidents": page, "query": query_without_page(request)}
    template = "dashboard/_incidents.html" if wants_fragment(request) else "dashboard/incidents.html"
    return render(request, template, context)


@require_safe
@figures_required
def restated(request: HttpRequest, client_id: int) -> HttpResponse:
    """The newest night as evaluated beside the same night with what is known now; nothing is stored."""
    shown = visible_or_404(Client.objects, request.user, client_id)
    latest = get_object_or_404(LatestFigures, client=shown)
    now = restate(latest.day, [shown.pk])[shown.pk]
    lines = addends.difference(latest, now, sees_costs=may(request.user, Right.SEE_COSTS))
    context = {
        "client": shown,
        "latest": latest,
        "lines": lines,
        "stored": wording.ratio(latest.ratio_e4),
        "known_now": wording.ratio(now.ratio_e4),
        "changed": [line.label for line in lines if line.differs],
    }
    template = "dashboard/_restated.html" if wants_fragment(request) else "dashboard/restated.html"
    return render(request, template, context)
