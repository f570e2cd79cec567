"""What effort and revenue consist of: the addends a night stored, each with the page of the rows behind it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clienthealth.health import wording
from clienthealth.health.models import Figures
from clienthealth.health.revenue import Slice
from engagements.models import Correction, DocumentStatus

SOURCES = {
    "retainer": gettext_lazy("Retainer fee"),
    "linear": gettext_lazy("Fixed fee, spread over its term"),
    "percent_complete": gettext_lazy("Fee by hours done of hours estimated"),
    "time_and_materials": gettext_lazy("Billable hours"),
    "milestone": gettext_lazy("Milestones"),
    "single_date": gettext_lazy("Fee on a single date"),
    "invoiced": gettext_lazy("As invoiced"),
    "extra": gettext_lazy("Extra invoice lines"),
    "credit_note": gettext_lazy("Credit notes"),
    "write_off": gettext_lazy("Write-offs"),
    "recovery": gettext_lazy("Recovered write-offs"),
}


EFFORT = gettext_lazy("Effort cost")


def source_words(source: str) -> str:
    return str(SOURCES.get(source, source))


@dataclass(frozen=True)
class Addend:
    """One line of a sum. `amount` is None where the reader does not see it, `hours` where there are none."""

    label: str
    href: str
    hours: str | None
    amount: str | None


@dataclass(frozen=True)
class Window:
    """The days a ratio looks at, both ends included."""

    first: date
    last: date

    @classmethod
    def ending(cls, last: date, days: int) -> "Window":
        return cls(last - timedelta(days=days - 1), last)


def effort_addends(client_id: int, figures: Figures, *, sees_costs: bool) -> list[Addend]:
    """Time, incident minutes that no timesheet holds, direct costs. Without the right to costs: hours alone."""
    page = reverse("dashboard:effort", args=[client_id])
    cents = figures.parts.get("effort", {}) if sees_costs else {}
    minutes = figures.parts.get("minutes", {})

    def amount(name: str) -> str | None:
        return wording.money(cents.get(name)) if sees_costs else None

    return [
        Addend(_("Time entries"), f"{page}#time", wording.hours(minutes.get("time")), amount("time")),
        Addend(
            _("Incident minutes not in a timesheet"),
            f"{page}#incidents",
            wording.hours(minutes.get("incidents")),
            amount("incidents"),
        ),
        Addend(_("Direct costs"), f"{page}#direct", None, amount("direct")),
    ]


def revenue_addends(client_id: int, figures: Figures, contracts: dict[int, str]) -> list[Addend]:
    """Revenue by contract and way of recognition, then what belongs to no contract."""
    page = reverse("dashboard:revenue", args=[client_id])
    found = []
    order = list(SOURCES)
    parts = figures.parts.get("revenue", [])
    for part in sorted(parts, key=lambda each: (each.get("contract") is None, order.index(each["source"]))):
        name = contracts.get(part.get("contract"))
        words = source_words(part["source"])
        label = f"{name}: {words}" if name else words
        found.append(Addend(label, f"{page}#{anchor(part.get('contract'))}", None, wording.money(part["cents"])))
    return found


def anchor(contract_id: int | None) -> str:
    return f"contract-{contract_id}" if contract_id else "other"


@dataclass(frozen=True)
class Piece:
    """A range of days inside the window with what they bring; `amount` is "–" where an exchange rate is missing.

    `numbers` are those of the corrections behind it.
    """

    source: str
    first: date
    last: date
    per_day: str
    amount: str
    numbers: str


@dataclass(frozen=True)
class ContractRevenue:
    contract_id: int | None
    name: str
    anchor: str
    pieces: list[Piece]
    total: str


Numbers = dict[tuple[str, int | None, date], list[str]]
"""Numbers of corrections by kind, contract and day."""


def correction_numbers(client_id: int, window: Window) -> Numbers:
    rows = Correction.objects.filter(client=client_id, on__range=(window.first, window.last))
    counted = rows.filter(status__in=[DocumentStatus.SENT, DocumentStatus.PAID])
    found: Numbers = {}
    for kind, contract_id, on, number in counted.order_by("number").values_list("kind", "contract", "on", "number"):
        numbers = found.setdefault((kind, contract_id, on), [])
        if number not in numbers:
            numbers.append(number)
    return found


def by_contract(
    slices: Iterable[Slice], window: Window, contracts: dict[int, str], numbers: Numbers
) -> list[ContractRevenue]:
    """The slices of the window in order of days, summed by contract; what has no contract comes last."""
    groups: dict[int | None, list[Slice]] = {}
    for each in slices:
        if each.first <= window.last and each.last >= window.first:
            groups.setdefault(each.contract_id, []).append(each)
    ordered = sorted(groups, key=lambda each: (each is None, contracts.get(each or 0, "")))
    return [_contract_revenue(each, groups[each], window, contracts, numbers) for each in ordered]


def _contract_revenue(
    contract_id: int | None, slices: list[Slice], window: Window, contracts: dict[int, str], numbers: Numbers
) -> ContractRevenue:
    amounts = [each.within(window.first, window.last) for each in slices]
    total: Fraction | None = None if None in amounts else sum((each or Fraction(0) for each in amounts), Fraction(0))
    pieces = [
        Piece(
            source_words(each.source),
            max(each.first, window.first),
            min(each.last, window.last),
            wording.money(each.per_day),
            wording.money(amount),
            ", ".join(numbers.get((each.source, contract_id, each.first), [])),
        )
        for each, amount in sorted(zip(slices, amounts, strict=True), key=lambda pair: (pair[0].first, pair[0].source))
    ]
    name = contracts.get(contract_id or 0) or _("Without a contract")
    return ContractRevenue(contract_id, name, anchor(contract_id), pieces, wording.money(total))


@dataclass(frozen=True)
class Difference:
    """A figure as stored and as known now. `differs` looks behind the rounding of the texts."""

    label: str
    stored: str
    known: str
    differs: bool


def difference(stored: Figures, known_now: Any, *, sees_costs: bool) -> list[Difference]:
    """A stored night beside the same night with what is known now; the cost of effort only with the right to it."""
    figures: list[tuple[str, str, Callable[[Any], str]]] = [
        (_("Ratio"), "ratio_e4", wording.ratio),
        (_("Margin"), "ratio_e4", wording.margin),
        (_("Hours"), "minutes", wording.hours),
        (_("Net revenue"), "revenue_cents", wording.money),
    ]
    if sees_costs:
        figures.append((str(EFFORT), "effort_cents", wording.money))
    found = []
    for label, name, words in figures:
        before, after = getattr(stored, name), getattr(known_now, name)
        found.append(Difference(label, words(before), words(after), before != after))
    before, after = (wording.state_words(each.status, each.reason or "") for each in (stored, known_now))
    return [*found, Difference(_("State"), before, after, before != after)]
