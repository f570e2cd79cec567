"""An ops director's week: flags, clients that wait for a plan or for anybody, and what the portfolio did."""

from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction
from typing import Any

from django.db.models import Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clienthealth.base.amounts import half_up
from clienthealth.base.links import absolute
from clienthealth.digest import items, waiting
from clienthealth.digest.items import Item, Line
from clienthealth.digest.weeks import Days
from clienthealth.health import wording
from clienthealth.health.gaps import figure_gaps, owner_gaps
from clienthealth.health.models import LatestFigures, Night, Snapshot
from engagements.models import Client
from issues.causes import OwnCause, own_causes
from issues.models import Flag, Incident

ONE_BY_ONE = 3
"""More flags than these stand together in one item, so that they do not push out everything else."""
TOP_CAUSES = 3


def week_of(user: Any, days: Days, night: Night | None) -> list[Item]:
    """Most important first: flags, clients that wait, then what changed in the whole portfolio."""
    flags = Flag.objects.visible_to(user).select_related("client__latest")
    found = [
        *_raised(list(flags.open().filter(raised_on__range=days).order_by("-raised_on", "client__name_key"))),
        *_still_open(list(flags.open().filter(raised_on__lt=days.first).order_by("raised_on", "pk")), days),
    ]
    if night:
        found += waiting.items_of(user, night)
    found += _recovered(
        list(flags.filter(outcome=Flag.Outcome.RECOVERED, closed_on__range=days).order_by("-closed_on", "pk"))
    )
    if night:
        found += _ratio(night)
    found += _causes(user, days)
    if night:
        found += _gaps(user, night)
    return found


def _raised(flags: Sequence[Flag]) -> list[Item]:
    if len(flags) <= ONE_BY_ONE:
        return [items.raised(flag, items.latest_of(flag)) for flag in flags]
    lines = [_flag_line(flag, items.figures_words(items.latest_of(flag), flag)) for flag in flags]
    title = _("%(count)d flags raised: consider parting ways") % {"count": len(flags)}
    first = flags[0].client.name
    return [
        Item(
            title=title,
            text=_("All of them in the seven days before."),
            step=_("Weigh the options, one client after the other. Repairing together comes first."),
            href=absolute("dashboard:flags"),
            short=_("%(client)s at Consider parting ways") % {"client": first},
            tone="consider",
            clients=tuple(flag.client_id for flag in flags),
            **items.first_lines(lines),
        )
    ]


def _still_open(flags: Sequence[Flag], days: Days) -> list[Item]:
    """Flags of earlier weeks that nobody has decided, the one open longest first."""
    if not flags:
        return []
    nights = [(days.last - flag.raised_on).days + 1 for flag in flags]
    lines = [
        _flag_line(flag, _("open for %(count)d nights, %(figures)s") % {"count": count, "figures": figures})
        for flag, count in zip(flags, nights, strict=True)
        if (figures := wording.mid_sentence(items.figures_words(items.latest_of(flag), flag)))
    ]
    title = ngettext("%(count)d flag is still open", "%(count)d flags are still open", len(flags))
    text = _("%(client)s has been open longest: since %(day)s, %(count)d nights.")
    first = flags[0]
    return [
        Item(
            title=title % {"count": len(flags)},
            text=text % {"client": first.client.name, "day": wording.day(first.raised_on), "count": nights[0]},
            step=_("Decide with the manager what is tried next."),
            href=absolute("dashboard:flag", first.pk),
            short=_("%(client)s still at Consider parting ways") % {"client": first.client.name},
            tone="consider",
            clients=tuple(flag.client_id for flag in flags),
            **items.first_lines(lines),
        )
    ]


def _recovered(flags: Sequence[Flag]) -> list[Item]:
    if not flags:
        return []
    lines = [
        _flag_line(flag, _("flagged for %(count)d nights") % {"count": (flag.closed_on - flag.raised_on).days})
        for flag in flags
        if flag.closed_on
    ]
    names = items.named(flag.client.name for flag in flags[: items.LINES])
    title = ngettext("%(count)d flag recovered", "%(count)d flags recovered", len(flags))
    return [
        Item(
            title=title % {"count": len(flags)},
            text=_("The level fell below Consider, so the flag closed by itself."),
            step=_("Ask what helped, and tell the others."),
            href=absolute("dashboard:flag", flags[0].pk),
            short=_("%(clients)s recovered") % {"clients": names},
            tone="healthy",
            **items.first_lines(lines),
        )
    ]


def _flag_line(flag: Flag, note: str) -> Line:
    return Line(flag.client.name, absolute("dashboard:flag", flag.pk), note)


def _ratio(night: Night) -> list[Item]:
    """The ratio of all sums against that of a week before; nothing where it reads the same."""
    now, before = (_ratio_e4(night, days) for days in (0, 7))
    if now is None or before is None or wording.ratio(now) == wording.ratio(before):
        return []
    words = {"now": wording.ratio(now), "before": wording.ratio(before), "margin": wording.margin(now)}
    is_worse = now > before
    title = _("The portfolio ratio rose to %(now)s") if is_worse else _("The portfolio ratio fell to %(now)s")
    return [
        Item(
            title=title % words,
            text=_("It was %(before)s a week before; the delivery margin is %(margin)s now.") % words,
            step=_("See which clients weigh most."),
            href=f"{absolute('dashboard:portfolio')}?sort=-ratio",
            short=_("portfolio ratio %(now)s") % words,
            tone="watch" if is_worse else "healthy",
        )
    ]


def _ratio_e4(night: Night, days_before: int) -> int | None:
    """Effort ÷ revenue of all clients with known figures on that night, in ten-thousandths."""
    rows = Snapshot.objects.filter(day=night.day - timedelta(days=days_before))
    known = Q(effort_cents__isnull=False, revenue_cents__isnull=False)
    sums = rows.exclude(client__status=Client.Status.PARTED).aggregate(
        effort=Sum("effort_cents", filter=known), revenue=Sum("revenue_cents", filter=known)
    )
    if not sums["revenue"] or sums["revenue"] <= 0:
        return None
    return half_up(Fraction(sums["effort"], sums["revenue"]), 10_000)


def _causes(user: Any, days: Days) -> list[Item]:
    """The heaviest own causes of 90 days against the 90 before; nothing where no weight moved."""
    causes = own_causes(user, days.last, TOP_CAUSES)
    if all(cause.halves == cause.halves_before for cause in causes):
        return []
    heaviest = max(max(cause.halves, cause.halves_before) for cause in causes)
    latest = Incident.objects.visible_to(user).filter(
        causes=causes[0].id, side__in=(Incident.Side.OURS, Incident.Side.SHARED), occurred_on__lte=days.last
    )
    newest = latest.order_by("-occurred_on", "-pk").values_list("pk", flat=True)[0]
    return [
        Item(
            title=_("What went wrong on our side"),
            text=_("Our own causes in 90 days, against the 90 before; a shared incident counts half."),
            step=_("Pick the first and write down how it is prevented."),
            href=absolute("issues:incident", newest),
            short=_("own cause: %(cause)s") % {"cause": causes[0].name},
            lines=tuple(_cause_line(cause, newest, heaviest) for cause in causes),
        )
    ]


def _cause_line(cause: OwnCause, newest: int, heaviest: int) -> Line:
    words = {"now": _halves(cause.halves), "before": _halves(cause.halves_before)}
    href = ""
    return Line(cause.name, href, _("%(now)s, before that %(before)s") % words, round(100 * cause.halves / heaviest))


def _halves(halves: int) -> str:
    """A number of halves as people write it: 3 or 2.5."""
    return wording.number(halves * 5, 1) if halves % 2 else str(halves // 2)


def _gaps(user: Any, night: Night) -> list[Item]:
    """What makes the figures less certain than a week ago, and clients without a manager."""
    latest = LatestFigures.objects.visible_to(user).exclude(client__status=Client.Status.PARTED)
    before = set(figure_gaps(Snapshot.objects.filter(day=night.day - timedelta(days=7))))
    fresh = [text for text in figure_gaps(latest) if text not in before]
    fresh += owner_gaps(Client.objects.visible_to(user))
    if not fresh:
        return []
    today = f"{absolute('dashboard:today')}#gaps-head"
    return [
        Item(
            title=_("Gaps in the data"),
            text=_("Figures are less certain than they look."),
            step=_("Close the first one this week."),
            href=today,
            short=_("gaps in the data"),
            **items.first_lines([Line(text, today, "") for text in fresh]),
        )
    ]
