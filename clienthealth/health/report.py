"""The figures of a night as a list, one entry per client by name: what `manage.py portfolio` prints."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Q

from clienthealth.base.amounts import decimal_text, half_up, money_text
from clienthealth.health.evaluation import Evaluation
from clienthealth.health.models import Figures, Night, Snapshot
from clienthealth.health.nightly import restate
from engagements.models import Client
from issues.models import Flag


def as_evaluated(day: date) -> list[dict[str, Any]]:
    """The stored figures of a night."""
    rows = Snapshot.objects.filter(day=day).select_related("client").order_by("client__name_key")
    flags = flags_on(day)
    return [_entry(row.client.name, row, row, flags.get(row.client_id)) for row in rows]


def restated(day: date) -> list[dict[str, Any]]:
    """The night's figures from the facts as they are now; levels and flag as stored, null where the night is not."""
    names = dict(Client.objects.order_by("name_key").values_list("pk", "name"))
    stored = {row.client_id: row for row in Snapshot.objects.filter(day=day)}
    flags = flags_on(day) if stored else {}
    figures = restate(day)
    return [
        _entry(name, figures[client_id], stored.get(client_id), flags.get(client_id))
        for client_id, name in names.items()
    ]


def flags_on(day: date) -> dict[int, str]:
    """Clients with an open flag at the end of the night: on the newest night, as it stands now."""
    flags = Flag.objects.filter(raised_on__lte=day)
    if day == Night.objects.newest_day():
        return dict.fromkeys(flags.open().values_list("client_id", flat=True), "open")
    return dict.fromkeys(
        flags.filter(Q(closed_on=None) | Q(closed_on__gt=day)).values_list("client_id", flat=True), "open"
    )


def _entry(name: str, figures: Figures | Evaluation, levels: Figures | None, flag: str | None) -> dict[str, Any]:
    effort, revenue, ratio = figures.effort_cents, figures.revenue_cents, figures.ratio_e4
    return {
        "client": name,
        "ratio": None if ratio is None else decimal_text(ratio, 4),
        "effort_cost": None if effort is None else money_text(effort),
        "net_revenue": None if revenue is None else money_text(revenue),
        "hours": hours_text(figures.minutes),
        "status": str(figures.status),
        "reason": figures.reason or None,
        "health": None,
        "contributions": {},
        "level": levels and levels.level,
        "ratio_level": levels and levels.ratio_level,
        "health_level": levels and levels.health_level,
        "flag": flag,
    }


def hours_text(minutes: int) -> str:
    """Minutes as hours with two decimals, half-up."""
    return decimal_text(half_up(Fraction(minutes, 60), 100), 2)


def table(entries: Iterable[dict[str, Any]]) -> str:
    """The list for people: one line per client."""
    lines = [f"{'client':<32} {'ratio':>8} {'effort':>14} {'revenue':>14} {'hours':>9}  status / level"]
    for each in entries:
        words = " ".join(filter(None, [each["status"], each["reason"], each["level"], each["flag"] and "FLAG"]))
        lines.append(
            f"{each['client'][:32]:<32} {each['ratio'] or '–':>8} {each['effort_cost'] or '–':>14} "
            f"{each['net_revenue'] or '–':>14} {each['hours']:>9}  {words}"
        )
    return "\n".join(lines)
