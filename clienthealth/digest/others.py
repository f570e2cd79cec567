"""The weeks of those who see no figures: members (their own reports) and admins (the installation)."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clienthealth.base.links import absolute
from clienthealth.base.models import Mail, Work
from clienthealth.digest import items
from clienthealth.digest.incidents import of_week
from clienthealth.digest.items import Item, Line
from clienthealth.digest.weeks import Days
from issues.models import Incident

WEEK = timedelta(days=7)


def member_week(user: Any, days: Days) -> list[Item]:
    """Own reports without a side or a cause, which the client's manager completes with what the reporter knows."""
    found, older = of_week(Incident.objects.reported_by(user), days)
    step = _("Tell the client's manager whose side it was and why.")
    return items.to_complete(found, older, step, absolute("issues:incident_mine"))


def admin_week(now: datetime) -> list[Item]:
    """What the installation needs; no name and no figure of any client."""
    return [*_work(), *_mails(now)]


def _work() -> list[Item]:
    troubled = Work.objects.filter(Q(troubled=True) | Q(state=Work.State.GIVEN_UP))
    jobs = list(troubled.values("job").annotate(count=Count("pk"), since=Min("created_at")).order_by("-count", "job"))
    if not jobs:
        return []
    count = sum(each["count"] for each in jobs)
    title = ngettext("%(count)d piece of work in trouble", "%(count)d pieces of work in trouble", count)
    lines = [
        Line(each["job"], absolute("dashboard:system"), f"{each['count']} · {items.when(_local_day(each['since']))}")
        for each in jobs
    ]
    return [
        Item(
            title=title % {"count": count},
            text=_("It failed several times and is tried again every ten minutes, or was given up."),
            step=_("Look at the error under System."),
            href=absolute("dashboard:system"),
            short=title % {"count": count},
            tone="repair",
            waits=True,
            **items.first_lines(lines),
        )
    ]


def _mails(now: datetime) -> list[Item]:
    ended = Mail.objects.filter(ended_at__gte=now - WEEK).aggregate(
        refused=Count("pk", filter=Q(state=Mail.State.REFUSED)),
        uncertain=Count("pk", filter=Q(state=Mail.State.UNCERTAIN)),
    )
    count = ended["refused"] + ended["uncertain"]
    if not count:
        return []
    title = ngettext("%(count)d mail may not have arrived", "%(count)d mails may not have arrived", count)
    return [
        Item(
            title=title % {"count": count},
            text=_("In the last seven days: %(refused)d refused, %(uncertain)d uncertain.") % ended,
            step=_("Read the server's words under System, and send again where it makes sense."),
            href=f"{absolute('dashboard:system')}#mails",
            short=title % {"count": count},
            tone="watch",
            waits=True,
        )
    ]


def _local_day(instant: datetime) -> Any:
    return timezone.localtime(instant).date()
