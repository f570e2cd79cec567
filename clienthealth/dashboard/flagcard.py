"""The card of a flag: figures then and now, the way back first, then what parting would mean, and what is not known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.rights import Right, may
from clienthealth.base.organisation import organisation
from clienthealth.dashboard.addends import Window
from clienthealth.health import wording
from clienthealth.health.levels import Level, Lines
from clienthealth.health.models import LatestFigures, LevelChange, Night, ThresholdOverride, Thresholds
from clienthealth.health.wayback import MARKED_SHARE, WayBack, share, way_back
from engagements.models import Client, Contract, TimeEntry
from issues.models import Flag, Incident

CAUSES_DAYS = 180


@dataclass(frozen=True)
class Compared:
    """A figure on the night the flag was raised and now."""

    label: str
    then: str
    now: str


@dataclass(frozen=True)
class Share:
    """The client's part of the portfolio; `is_marked` where parting would be a risk of its own."""

    label: str
    text: str
    is_marked: bool
    note: str = ""


@dataclass(frozen=True)
class Billing:
    """Work paid by the hour: what was logged, and how many billable hours would do; `needed` None where unknown."""

    logged: str
    billable: str
    rate: str
    needed: str | None
    is_more_than_logged: bool


@dataclass(frozen=True)
class Ending:
    """The earliest decent end by notice. `day` None: no running contract, or no notice is recorded."""

    day: date | None
    contract: str
    unknown: list[str]


@dataclass(frozen=True)
class Card:
    nights: int
    level_since: date | None
    compared: list[Compared]
    lost: str | None
    target: str
    monthly_fee: str | None
    billing: "Billing | None"
    hours_needed: str | None
    hours_now: str
    hours_per_week: str
    window_days: int
    shares: list[Share]
    ending: Ending
    unknown: list[str]


def lines_of(client_id: int, latest: LatestFigures | None, day: date) -> Lines:
    """The client's own lines where an override holds on the day, else those of its newest night."""
    override = ThresholdOverride.objects.filter(client=client_id).valid_on(day).order_by("-pk").first()
    if override:
        return override.lines()
    return ((latest.thresholds if latest else None) or Thresholds.objects.current()).lines()


def build(flag: Flag, user: Any, day: date) -> Card:
    """The card as this reader may see it on `day` (today): money derived from cost rates only with the right to it."""
    sees_costs = may(user, Right.SEE_COSTS)
    latest = LatestFigures.objects.select_related("thresholds").filter(client=flag.client_id).first()
    contracts = list(flag.client.contracts.order_by("start_on", "name_key"))
    figures = _now(flag, latest)
    target = lines_of(flag.client_id, latest, figures["day"]).repair.leave
    window = Window.ending(figures["day"], figures["window_days"])
    by_hours = _pays_by_the_hour(contracts, window)
    back = _way_back(figures, target, by_hours=by_hours)
    effort = figures.get("effort_cents")
    # What revenue would do gives the effort cost away.
    needed = effort / Fraction(target, 10_000) if sees_costs and effort and target else None
    return Card(
        nights=((flag.closed_on or figures["day"]) - flag.raised_on).days + 1,
        level_since=level_since(flag),
        compared=_compared(flag.figures, figures, sees_costs=sees_costs),
        lost=wording.money(back.lost) if sees_costs and back.lost is not None else None,
        target=wording.ratio(target),
        monthly_fee=wording.money(back.monthly_fee) if sees_costs and _has_a_fee(figures, by_hours=by_hours) else None,
        billing=_billing(flag.client, window, contracts, needed) if by_hours else None,
        hours_needed=wording.hours(back.minutes) if back.minutes is not None else None,
        hours_now=wording.hours(figures["minutes"]),
        window_days=figures["window_days"],
        hours_per_week=wording.hours(back.minutes_per_week),
        shares=_shares(figures, user) if may(user, Right.SEE_ALL_CLIENTS) else [],
        ending=ending(contracts, day),
        unknown=_unknown(flag.client, latest, day),
    )


def level_since(flag: Flag) -> date | None:
    """The first night of the level where the flag was raised later, because no night between was judged."""
    change = LevelChange.objects.filter(client=flag.client_id, day__lte=flag.raised_on).order_by("-day").first()
    if change is None or change.to_level != Level.CONSIDER or change.day == flag.raised_on:
        return None
    is_judged = Night.objects.filter(is_judged=True, day__gte=change.day, day__lt=flag.raised_on).exists()
    return None if is_judged else change.day


def _now(flag: Flag, latest: LatestFigures | None) -> dict[str, Any]:
    """The newest figures in the shape a flag keeps; those of the flag itself where there are none any more."""
    if latest is None:
        return {"window_days": 90, "minutes": 0, **flag.figures, "day": flag.raised_on}
    names = ("effort_cents", "revenue_cents", "ratio_e4", "minutes", "window_days", "day")
    return {name: getattr(latest, name) for name in names}


def _way_back(figures: dict[str, Any], target_e4: int, *, by_hours: bool) -> WayBack:
    return way_back(
        figures.get("effort_cents"),
        figures.get("revenue_cents"),
        figures["minutes"],
        target_e4=target_e4,
        window_days=figures["window_days"],
        hours_earn=by_hours,
    )


def _pays_by_the_hour(contracts: Sequence[Contract], window: Window) -> bool:
    """Whether every contract running in the window is time and materials."""
    running = [each for each in contracts if _runs_within(each, window.first, window.last)]
    return bool(running) and all(each.kind == Contract.Kind.TIME_AND_MATERIALS for each in running)


def _has_a_fee(figures: dict[str, Any], *, by_hours: bool) -> bool:
    """Whether another monthly fee is a question at all: not for work by the hour, not where nothing comes in."""
    return not by_hours and bool(figures.get("effort_cents")) and (figures.get("revenue_cents") or 0) > 0


def _billing(client: Client, window: Window, contracts: Sequence[Contract], needed: Fraction | None) -> Billing:
    """The hours of the window, and the billable ones that would carry today's effort at today's rate.

    `needed` is the revenue that would do. The hours for it are unknown without a rate in the reporting currency, and
    where a cap stops further hours from earning.
    """
    entries = TimeEntry.objects.filter(client=client, work_on__range=(window.first, window.last))
    billed = Q(is_billable=True, bill_cents_per_hour__gt=0)
    found = entries.aggregate(
        logged=Coalesce(Sum("minutes"), 0),
        billable=Coalesce(Sum("minutes", filter=Q(is_billable=True)), 0),
        billed=Coalesce(Sum("minutes", filter=billed), 0),
        value=Coalesce(Sum(F("minutes") * F("bill_cents_per_hour"), filter=billed), 0),
    )
    running = [each for each in contracts if _runs_within(each, window.first, window.last)]
    is_plain = all(each.currency == organisation().currency and each.cap_cents is None for each in running)
    agreed = {each.bill_rate_cents for each in running}
    rate: Fraction | None = None
    if found["billed"]:
        rate = Fraction(found["value"], found["billed"])
    elif len(agreed) == 1 and (only := agreed.pop()):
        rate = Fraction(only)
    minutes = None
    if is_plain and rate and needed:
        minutes = 60 * needed / rate
    return Billing(
        logged=wording.hours(found["logged"]),
        billable=wording.hours(found["billable"]),
        rate=wording.money(rate),
        needed=None if minutes is None else wording.hours(minutes),
        is_more_than_logged=minutes is not None and minutes > found["logged"],
    )


def _runs_within(contract: Contract, first: date, last: date) -> bool:
    return contract.start_on <= last and (contract.end_on is None or contract.end_on >= first)


def _compared(then: dict[str, Any], now: dict[str, Any], *, sees_costs: bool) -> list[Compared]:
    rows = [
        Compared(_("Ratio"), wording.ratio(then.get("ratio_e4")), wording.ratio(now.get("ratio_e4"))),
        Compared(_("Delivery margin"), wording.margin(then.get("ratio_e4")), wording.margin(now.get("ratio_e4"))),
        Compared(_("Hours in the window"), wording.hours(then.get("minutes")), wording.hours(now.get("minutes"))),
        Compared(_("Net revenue"), wording.money(then.get("revenue_cents")), wording.money(now.get("revenue_cents"))),
    ]
    if sees_costs:
        effort = wording.money(then.get("effort_cents")), wording.money(now.get("effort_cents"))
        rows.append(Compared(_("Effort cost"), *effort))
    return rows


def _shares(figures: dict[str, Any], user: Any) -> list[Share]:
    """The client's part of the revenue and margin of all clients with known figures."""
    known = LatestFigures.objects.visible_to(user).filter(effort_cents__isnull=False, revenue_cents__isnull=False)
    total = known.aggregate(revenue=Sum("revenue_cents"), margin=Sum(F("revenue_cents") - F("effort_cents")))
    revenue = share(figures.get("revenue_cents"), total["revenue"])
    found = []
    if revenue is not None:
        found.append(Share(_("Share of portfolio revenue"), wording.percent(revenue), revenue > MARKED_SHARE))
    if may(user, Right.SEE_COSTS) and figures.get("effort_cents") is not None:
        own = (figures.get("revenue_cents") or 0) - figures["effort_cents"]
        margin = share(own, total["margin"])
        if margin is not None:
            label, is_marked = _("Share of portfolio margin"), margin > MARKED_SHARE
            rest = share(total["margin"] - own, total["revenue"] - (figures.get("revenue_cents") or 0))
            note = _("without this client the delivery margin would be %(margin)s") % {"margin": wording.percent(rest)}
            found.append(Share(label, wording.percent(margin), is_marked, "" if rest is None else note))
    return found


def ending(contracts: Sequence[Contract], day: date) -> Ending:
    """The latest of the notices of the contracts running on the day; one that ends sooner needs no notice."""
    found: list[tuple[date, str]] = []
    unknown = []
    for contract in contracts:
        if not _runs_within(contract, day, day):
            continue
        if contract.notice_days is None and contract.end_on is None:
            unknown.append(contract.name)
            continue
        by_notice = None if contract.notice_days is None else day + timedelta(days=contract.notice_days)
        found.append((min(filter(None, [by_notice, contract.end_on])), contract.name))
    last, name = max(found, default=(None, ""), key=lambda each: each[0] or day)
    return Ending(last, name, unknown)


def _unknown(client: Client, latest: LatestFigures | None, day: date) -> list[str]:
    """What somebody who has to decide would want to know first."""
    counts = Incident.objects.filter(client=client, occurred_on__gt=day - timedelta(days=CAUSES_DAYS)).aggregate(
        all=Count("pk"), unknown=Count("pk", filter=Q(side=Incident.Side.UNKNOWN))
    )
    found = []
    if not counts["all"]:
        found.append(_("No incident was recorded in 180 days: what goes wrong between us is not written down."))
    elif counts["unknown"]:
        text = ngettext(
            "The side of %(unknown)d of %(all)d incident in 180 days is not known yet.",
            "The side of %(unknown)d of %(all)d incidents in 180 days is not known yet.",
            counts["all"],
        )
        found.append(text % counts)
    notes = latest.parts.get("notes", {}) if latest else {}
    if minutes := notes.get("default_rate_minutes"):
        text = _("%(hours)s hours are priced by the company default rate, not by the people's own.")
        found.append(text % {"hours": wording.hours(minutes)})
    if minutes := notes.get("unattributed_minutes"):
        text = _("%(hours)s hours belong to no contract: is something agreed that is not recorded?")
        found.append(text % {"hours": wording.hours(minutes)})
    if latest and latest.minutes and not notes.get("communication_minutes"):
        found.append(_("No communication or management time is logged: the real effort may be higher."))
    return found
