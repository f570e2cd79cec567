"""One person's digest of one week: what their rights let them see at this moment."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.rights import Right, may, sees_figures
from clienthealth.base.models import Mail, Organisation
from clienthealth.base.organisation import local_date
from clienthealth.digest import director, manager, others
from clienthealth.digest.choice import KIND
from clienthealth.digest.items import MOST, Item
from clienthealth.digest.weeks import Days, Week
from clienthealth.health import wording
from clienthealth.health.models import Night

AFTER_NIGHT = timedelta(hours=1)
"""So long after its hour a nightly run is expected to be there."""


@dataclass(frozen=True)
class Report:
    """`late` says that the figures are older than they should be; "" where they are as new as can be expected."""

    days: Days
    items: list[Item]
    left_out: int
    night: Night | None
    late: str

    @property
    def clients_in_need(self) -> int:
        """How many clients need the reader."""
        return len({client for each in self.items for client in each.clients})

    @property
    def heading(self) -> str:
        if count := self.clients_in_need:
            return ngettext("%(count)d client needs you", "%(count)d clients need you", count) % {"count": count}
        if waiting := [each for each in self.items if each.waits]:
            return waiting[0].title
        return self.late or _("Nothing needs you this week")

    @property
    def subject(self) -> str:
        """What matters, in a line: who needs the reader first, or that nothing does."""
        first = next((each for each in self.items if each.clients), None)
        if first:
            return f"{self.heading}: {first.short}"
        if self.items and not self.late and not any(each.waits for each in self.items):
            return f"{self.heading}: {self.items[0].short}"
        return self.heading


def report_for(user: Any, week: Week, of: Organisation, now: datetime) -> Report:
    """The week of this user by the role they have now."""
    night = Night.objects.newest()
    days = week.covered(local_date(now, of), _told_until(user, week))
    found = _items(user, days, night, now)
    late = _late_words(night, of, now) if sees_figures(user) or may(user, Right.SEE_SYSTEM) else ""
    return Report(days, found[:MOST], max(0, len(found) - MOST), night, late)


def _told_until(user: Any, week: Week) -> date | None:
    """The last day covered by the newest digest of an earlier week that this user has, or may have; None without one.

    A digest that went out late in its week covered days that the next one would cover too.
    """
    may_be_read = (Mail.State.SENT, Mail.State.UNCERTAIN)
    earlier = Mail.objects.filter(kind=KIND, recipient=user, key__lt=str(week), state__in=may_be_read)
    newest = earlier.order_by("-key").first()
    day = newest.details.get("covered_to") if newest else None
    return date.fromisoformat(day) if day else None


def _items(user: Any, days: Days, night: Night | None, now: datetime) -> list[Item]:
    if may(user, Right.SEE_ALL_CLIENTS):
        return director.week_of(user, days, night)
    if may(user, Right.SEE_OWN_CLIENTS):
        return manager.week_of(user, days)
    if may(user, Right.LOG_INCIDENTS):
        return others.member_week(user, days)
    return others.admin_week(now) if may(user, Right.SEE_SYSTEM) else []


def _late_words(night: Night | None, of: Organisation, now: datetime) -> str:
    """That a nightly run is missing, if one is."""
    if night is None:
        return _("No night has been computed yet")
    if night.day >= expected_night(of, now):
        return ""
    return _("Figures are old: no night since %(day)s") % {"day": wording.day(night.day)}


def expected_night(of: Organisation, now: datetime) -> date:
    """The newest night that should be there by now."""
    has_run = now - AFTER_NIGHT
    local = has_run.astimezone(of.zone_info)
    days = 1 if local.time() >= of.night_at else 2
    return local_date(has_run, of) - timedelta(days=days)
