"""One client as a line of a list: texts ready to show, and nothing the reader may not see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, F, OuterRef, QuerySet, Subquery, When

from accounts.rights import Right, may
from clienthealth.dashboard import charts, wording
from clienthealth.health.models import LatestFigures, Status
from engagements.models import Client, ClientOwner
from issues.models import Incident

CONSIDER_LINE_E4 = 10_000
"""The reference of small lines: effort cost equals net revenue. A level's own lines are on the client page."""


@dataclass(frozen=True)
class Row:
    """A client's latest figures in words. `effort` is None where the reader does not see costs."""

    id: int
    name: str
    owner: str
    status: str
    is_active: bool
    has_figures: bool
    level: str
    level_word: str
    since: date | None
    days: int
    ratio: str
    ratio_e4: int | None
    remark: str
    is_undefined: bool
    reason: str
    margin: str
    hours: str
    revenue: str
    effort: str | None
    trend: charts.Spark | None
    incident_on: date | None


def worst_first() -> list[Any]:
    """Level, then effort without revenue (no ratio is worse than any), then ratio, then name; no figures last."""
    return [F("latest__level_rank").desc(nulls_last=True), *ratio_order(worst_first=True), "name_key"]


def ratio_order(*, worst_first: bool) -> list[Any]:
    """By ratio, where effort without revenue counts as worse than any ratio and the unknown comes last either way."""
    undefined = Case(When(latest__status=Status.UNDEFINED, then=1), default=0)
    ratio = F("latest__ratio_e4")
    if worst_first:
        return [undefined.desc(), ratio.desc(nulls_last=True)]
    return [undefined.asc(), ratio.asc(nulls_last=True)]


def with_figures(clients: QuerySet[Client]) -> QuerySet[Client]:
    """Everything a row needs, in one query. For the few clients shown: both sub-queries run per row."""
    owner = ClientOwner.objects.filter(client=OuterRef("pk"), to_on=None).values("person__name")[:1]
    incident = Incident.objects.filter(client=OuterRef("pk")).order_by("-occurred_on").values("occurred_on")[:1]
    return clients.select_related("latest").annotate(owner_name=Subquery(owner), incident_on=Subquery(incident))


def in_order(ids: Sequence[int], clients: QuerySet[Client]) -> list[Client]:
    """The clients of these ids, in this order."""
    found = {client.pk: client for client in with_figures(clients.filter(pk__in=ids))}
    return [found[each] for each in ids if each in found]


def figures_of(client: Client) -> LatestFigures | None:
    """The client's newest night; None before the first."""
    return getattr(client, "latest", None)


def build(clients: Iterable[Client], user: Any) -> list[Row]:
    """Rows for this reader."""
    sees_costs = may(user, Right.SEE_COSTS)
    return [_row(client, figures_of(client), sees_costs=sees_costs) for client in clients]


def _row(client: Client, latest: LatestFigures | None, *, sees_costs: bool) -> Row:
    level = (latest.level if latest else None) or ""
    own_reason = wording.no_level_words(client)
    since = latest.level_since if latest and level else None
    return Row(
        id=client.pk,
        name=client.name,
        owner=getattr(client, "owner_name", None) or "",
        status=str(client.get_status_display()),
        is_active=client.status == Client.Status.ACTIVE,
        has_figures=latest is not None,
        level=level,
        level_word=wording.level_word(level),
        since=since,
        days=(latest.day - since).days + 1 if latest and since else 0,
        ratio=wording.ratio(latest.ratio_e4 if latest else None),
        ratio_e4=latest.ratio_e4 if latest else None,
        remark=own_reason if own_reason and not level else (wording.status_words(latest) if latest else ""),
        is_undefined=latest is not None and latest.status == Status.UNDEFINED,
        reason=latest.reason if latest else "",
        margin=wording.margin(latest.ratio_e4 if latest else None),
        hours=wording.hours(latest.minutes if latest else None),
        revenue=wording.money(latest.revenue_cents if latest else None),
        effort=wording.money(latest.effort_cents if latest else None) if sees_costs else None,
        trend=charts.spark(latest.trend, CONSIDER_LINE_E4) if latest else None,
        incident_on=getattr(client, "incident_on", None),
    )
