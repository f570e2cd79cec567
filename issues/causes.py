"""Our own causes: what went wrong on our side, in a period and in the one before. Causes, never people."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Q, Sum, Value, When

from issues.models import Incident

PERIOD_DAYS = 90
OURS_HALVES, SHARED_HALVES = 2, 1
"""An incident of our side counts one, a shared one a half: summed in halves, so that they stay whole numbers."""


@dataclass(frozen=True)
class OwnCause:
    """A cause with its weight, in halves, in the period and in the one before."""

    id: int
    name: str
    halves: int
    halves_before: int


def own_causes(user: Any, last: date, limit: int) -> list[OwnCause]:
    """The heaviest own causes in the 90 days to `last` (included), among the incidents the reader sees."""
    first = last - timedelta(days=PERIOD_DAYS - 1)
    before = first - timedelta(days=PERIOD_DAYS)
    rows = Incident.objects.visible_to(user).filter(
        side__in=(Incident.Side.OURS, Incident.Side.SHARED), occurred_on__range=(before, last), causes__isnull=False
    )
    found = (
        rows.values("causes", "causes__name")
        .annotate(halves=_weight(occurred_on__gte=first), halves_before=_weight(occurred_on__lt=first))
        .filter(halves__gt=0)
        .order_by("-halves", "causes__name_key")[:limit]
    )
    return [OwnCause(each["causes"], each["causes__name"], each["halves"], each["halves_before"]) for each in found]


def _weight(**when: date) -> Sum:
    within = Q(**when)
    return Sum(
        Case(
            When(within & Q(side=Incident.Side.OURS), then=Value(OURS_HALVES)),
            When(within, then=Value(SHARED_HALVES)),
            default=Value(0),
        )
    )
