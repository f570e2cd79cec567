"""Clients that wait: at Repair without a plan, at Watch or worse without anybody doing anything."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clienthealth.base.links import absolute
from clienthealth.base.organisation import local_date, organisation
from clienthealth.digest import items
from clienthealth.digest.items import Item, Line
from clienthealth.health import wording
from clienthealth.health.levels import Level
from clienthealth.health.models import LatestFigures, LevelChange, Night
from engagements.models import ClientOwner
from issues.models import Incident, Touchpoint

PLAN_DAYS = 7
SILENT_DAYS = 14
BAD = [level.value for level in Level if level != Level.HEALTHY]

Latest = QuerySet[LatestFigures]


def items_of(user: Any, night: Night) -> list[Item]:
    """Both lists over the clients the reader sees, as of the night."""
    owner = ClientOwner.objects.filter(client=OuterRef("client"), to_on=None).values("person__name")[:1]
    running = LatestFigures.objects.visible_to(user).exclude(client__status="parted").select_related("client")
    rows = running.annotate(owner_name=Subquery(owner)).defer("parts", "series", "trend")
    return [*_without_plan(rows, night.day), *_forgotten(rows, night.day)]


def _without_plan(rows: Latest, day: date) -> list[Item]:
    """At Repair for more than seven days. There are no plans yet, so all of them."""
    late = rows.filter(level=Level.REPAIR, level_since__lte=day - timedelta(days=PLAN_DAYS)).order_by("level_since")
    ids = tuple(late.values_list("pk", flat=True))
    if not ids:
        return []
    title = ngettext(
        "%(count)d client at Repair for more than a week", "%(count)d clients at Repair for more than a week", len(ids)
    )
    lines = [_line(row, _since(row, day)) for row in late[: items.LINES]]
    return [
        Item(
            title=title % {"count": len(ids)},
            text=_("At this level a client usually earns nothing after overhead; repair needs both sides."),
            step=_("Have a joint plan agreed with each of them."),
            href=lines[0].href,
            short=_("%(client)s at Repair for %(count)d days")
            % {"client": lines[0].name, "count": _days(late[0], day)},
            tone="repair",
            clients=ids,
            lines=tuple(lines),
            others=len(ids) - len(lines),
        )
    ]


def _forgotten(rows: Latest, day: date) -> list[Item]:
    """At Watch or worse for 14 days in which nobody logged an incident or a contact."""
    zone = organisation().zone_info
    since = day - timedelta(days=SILENT_DAYS - 1)
    midnight = datetime.combine(since, time.min, zone)
    incidents = Incident.objects.filter(client=OuterRef("client"))
    contacts = Touchpoint.objects.filter(client=OuterRef("client"))
    fell = LevelChange.objects.filter(Q(from_level=None) | Q(from_level=Level.HEALTHY), to_level__in=BAD)
    fell = fell.filter(client=OuterRef("client"), day__lte=OuterRef("level_since")).order_by("-day")
    silent = (
        rows.filter(level__in=BAD)
        .annotate(bad_since=Coalesce(Subquery(fell.values("day")[:1]), F("level_since")))
        .filter(
            ~Exists(incidents.filter(occurred_on__gte=since)), ~Exists(contacts.filter(at__gte=midnight)),
            bad_since__lte=since,
        )
        .order_by("-level_rank", "bad_since", "client__name_key")
    )  # fmt: skip
    ids = tuple(silent.values_list("pk", flat=True))
    if not ids:
        return []
    shown = silent.annotate(
        incident_on=Subquery(incidents.order_by("-occurred_on").values("occurred_on")[:1]),
        contact_at=Subquery(contacts.order_by("-at").values("at")[:1]),
    )
    lines = [_line(row, _last_action(row)) for row in shown[: items.LINES]]
    return [_forgotten_item(ids, lines)]


def _forgotten_item(ids: Sequence[int], lines: Sequence[Line]) -> Item:
    title = ngettext(
        "Nobody has acted on %(count)d client for 14 days",
        "Nobody has acted on %(count)d clients for 14 days",
        len(ids),
    )
    return Item(
        title=title % {"count": len(ids)},
        text=_("At Watch or worse, and no incident and no contact is logged."),
        step=_("Ask the managers to talk to them this week, and to log it."),
        href=lines[0].href,
        short=_("nobody acted on %(client)s") % {"client": lines[0].name},
        tone="watch",
        clients=tuple(ids),
        lines=tuple(lines),
        others=len(ids) - len(lines),
    )


def _line(row: Any, note: str) -> Line:
    owner = row.owner_name or _("no manager")
    return Line(row.client.name, absolute("dashboard:client", row.client_id), f"{note} · {owner}")


def _since(row: LatestFigures, day: date) -> str:
    words = {"day": wording.day(row.level_since), "ratio": wording.ratio(row.ratio_e4)}
    return _("since %(day)s, ratio %(ratio)s") % words


def _days(row: LatestFigures, day: date) -> int:
    return (day - row.level_since).days + 1 if row.level_since else 0


def _last_action(row: Any) -> str:
    of = organisation()
    contact = local_date(row.contact_at, of) if row.contact_at else None
    last = max(filter(None, [row.incident_on, contact]), default=None)
    word = wording.level_word(row.level)
    if last is None:
        return _("%(level)s, nothing was ever logged") % {"level": word}
    return _("%(level)s, last logged %(day)s") % {"level": word, "day": wording.day(last)}
