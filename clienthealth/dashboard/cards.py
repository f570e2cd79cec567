"""What the today page says of one client: what, how much, since when, why, and the one thing to do next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Role, User
from accounts.rights import Right, may
from clienthealth.dashboard import rows
from clienthealth.dashboard.summary import Standing, standing_of
from clienthealth.health import wording
from clienthealth.health.levels import Level
from clienthealth.health.models import Reason
from engagements.models import ClientOwner
from engagements.querysets import ClientQuerySet
from issues.models import Flag


@dataclass(frozen=True)
class Card:
    """`why` goes on after the days at the level; `approaching` names a line that is not on yet."""

    row: rows.Row
    why: str
    approaching: str
    verb: str
    href: str


@dataclass(frozen=True)
class FlagCard:
    """An open flag in one line: the newest figures in words, and the people who are told."""

    id: int
    client_id: int
    client: str
    raised_on: date
    figures: str
    told: list[str]


def worst(visible: ClientQuerySet, user: Any, limit: int, count: int, flags: dict[int, int]) -> list[Card]:
    """The clients that need somebody most, worst first, of `count` not parted; `flags` are open ones by client."""
    lines = rows.build(rows.worst_first(visible.running(), 0, limit, count), user)
    standing = standing_of([row.id for row in lines])
    return [_card(row, standing.get(row.id, Standing()), flags.get(row.id), user) for row in lines]


def _card(row: rows.Row, standing: Standing, flag_id: int | None, user: Any) -> Card:
    verb, href = next_step(row, flag_id, user)
    why = row.remark or standing.why
    return Card(row, wording.mid_sentence(why) if row.since else why, standing.approaching, verb, href)


def next_step(row: rows.Row, flag_id: int | None, user: Any) -> tuple[str, str]:
    """One verb and where it leads, by what stands in the way first."""
    page = reverse("dashboard:client", args=[row.id])
    effort = reverse("dashboard:effort", args=[row.id])
    if flag_id:
        return _("Weigh the options"), reverse("dashboard:flag", args=[flag_id])
    if row.reason in (Reason.MISSING_RATE, Reason.MISSING_FX) and may(user, Right.EDIT_RATES):
        name = "engagements:rates" if row.reason == Reason.MISSING_RATE else "engagements:fx"
        return _("Add the missing rate"), reverse(name)
    if row.reason in (Reason.NO_EFFORT, Reason.FEW_HOURS, Reason.FEW_WEEKS):
        return _("Check the timesheets"), effort
    if row.is_undefined:
        return _("Check the contract terms"), f"{page}#contracts"
    if row.level in (Level.CONSIDER, Level.REPAIR):
        return _("See where the effort goes"), effort
    if row.level == Level.WATCH:
        return _("Talk to them, log the contact"), f"{reverse('issues:touchpoint_log')}?client={row.id}"
    return _("Open"), page


def open_flags(user: Any) -> list[FlagCard]:
    """Open flags the reader sees, oldest first, with the newest figures and who is told."""
    flags = Flag.objects.visible_to(user).open().select_related("client__latest").order_by("raised_on", "pk")
    found = list(flags)
    told = told_about([flag.client_id for flag in found])
    return [_flag_card(flag, told[flag.client_id]) for flag in found]


def _flag_card(flag: Flag, told: list[str]) -> FlagCard:
    latest = rows.figures_of(flag.client)
    ratio_e4 = latest.ratio_e4 if latest else flag.figures.get("ratio_e4")
    figures = _("ratio %(ratio)s, margin %(margin)s") % {
        "ratio": wording.ratio(ratio_e4),
        "margin": wording.margin(ratio_e4),
    }
    if ratio_e4 is None and latest:
        figures = wording.mid_sentence(wording.status_words(latest))
    return FlagCard(flag.pk, flag.client_id, flag.client.name, flag.raised_on, figures, told)


def told_about(client_ids: Sequence[int]) -> dict[int, list[str]]:
    """Who is told of a flag, by name: the client's manager, if they may sign in, and every operations director."""
    if not client_ids:
        return {}
    directors = User.objects.filter(is_active=True, role=Role.OPS_DIRECTOR).order_by("person__name_key")
    names = list(directors.values_list("person__name", flat=True))
    owners = ClientOwner.objects.filter(client__in=client_ids, to_on=None, person__user__is_active=True)
    managers = dict(owners.values_list("client_id", "person__name"))
    return {each: list(dict.fromkeys([*filter(None, [managers.get(each)]), *names])) for each in client_ids}
