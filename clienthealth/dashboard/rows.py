"""One client as a line of a list: texts ready to show, and nothing the reader may not see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, When
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.rights import Right, may
from clienthealth.dashboard import charts
from clienthealth.health import wording
from clienthealth.health.models import LatestFigures, Status
from engagements.models import Client, ClientOwner
from issues.models import Incident

LOWEST_RANK = -1
"""The rank of "no level"; asking for it also tells the database that figures exist, which `IS NOT NULL` does not."""

CONSIDER_LINE_E4 = 10_000
"""The reference of small lines: effort cost equals net revenue. A level's own lines are on the client page."""


@dataclass(frozen=True)
class Row:
    """A client's latest figures in words. `effort` is None where the reader does not see costs."""

    id: int
    href: str
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
    incident: str

    @property
    def since_words(self) -> str:
        return _("since %(day)s") % {"day": wording.day(self.since)} if self.since else ""


def worst_first(clients: QuerySet[Client], start: int, stop: int, count: int) -> list[Client]:
    """The clients from place `start` to before `stop` of `count`, with figures: worst level and ratio first.

    Those without figures come last, by name. Two queries, whatever the place; an inner join, so that the order of the
    levels comes from their index and only clients of the levels on the page are sorted. Places among the clients
    without figures are counted from the end, because nobody knows how many there are before them.
    """
    stop = min(stop, count)
    known = clients.filter(latest__level_rank__gte=LOWEST_RANK)
    ordered = known.order_by("-latest__level_rank", *ratio_order(worst_first=True), "name_key", "pk")
    ids = list(ordered.values_list("pk", flat=True)[start:stop])
    wanted = Q(pk__in=ids)
    if len(ids) < stop - start:
        unknown = clients.filter(latest__isnull=True).order_by("-name_key", "-pk").values("pk")
        wanted |= Q(pk__in=unknown[count - stop : count - start - len(ids)])
    place = {client_id: at for at, client_id in enumerate(ids)}
    found = with_figures(clients.filter(wanted)).only(*NEEDED)
    return sorted(found, key=lambda each: (place.get(each.pk, len(place)), each.name_key, each.pk))


def ratio_order(*, worst_first: bool) -> list[Any]:
    """By ratio, where effort without revenue counts as worse than any ratio and the unknown comes last either way."""
    undefined = Case(When(latest__status=Status.UNDEFINED, then=1), default=0)
    ratio = F("latest__ratio_e4")
    if worst_first:
        return [undefined.desc(), ratio.desc(nulls_last=True)]
    return [undefined.asc(), ratio.asc(nulls_last=True)]


NEEDED = [
    *("name", "name_key", "status", "is_exempt", "exempt_until"),
    *(
        f"latest__{field}"
        for field in (
            *("day", "computed_at", "status", "reason", "level", "level_since", "trend"),
            *("ratio_e4", "minutes", "revenue_cents", "effort_cents"),
        )
    ),
]
"""What a row shows: the addends, texts and series of fifty clients would be read for nothing."""


def with_figures(clients: QuerySet[Client]) -> QuerySet[Client]:
    """Each client with its newest night, owner and last incident, in one query: for the few that are shown."""
    owner = ClientOwner.objects.filter(client=OuterRef("pk"), to_on=None).values("person__name")[:1]
    incident = Incident.objects.filter(client=OuterRef("pk")).order_by("-occurred_on").values("occurred_on")[:1]
    return clients.select_related("latest").annotate(owner_name=Subquery(owner), incident_on=Subquery(incident))


def in_order(ids: Sequence[int], clients: QuerySet[Client]) -> list[Client]:
    """The clients of these ids, in this order."""
    found = {client.pk: client for client in with_figures(clients.filter(pk__in=ids)).only(*NEEDED)}
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
        href=reverse("dashboard:client", args=[client.pk]),
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
        incident=wording.day(getattr(client, "incident_on", None)),
    )
