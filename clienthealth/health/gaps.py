"""What makes the figures less certain than they look: missing rates and timesheets, work without a contract."""

from collections import Counter
from fractions import Fraction
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from clienthealth.health import wording
from clienthealth.health.models import Reason
from engagements.models import Client, ClientOwner

NOTE_TEXTS = {
    "silent": ngettext_lazy(
        "%(count)d client has no communication or management time logged: its ratio is too good",
        "%(count)d clients have no communication or management time logged: their ratios are too good",
        "count",
    ),
    "invoiced": ngettext_lazy(
        "%(count)d client has a contract without end and estimate: its revenue follows the invoices",
        "%(count)d clients have a contract without end and estimate: their revenue follows the invoices",
        "count",
    ),
    "stray": ngettext_lazy(
        "%(count)d invoice line for contract work names no contract",
        "%(count)d invoice lines for contract work name no contract",
        "count",
    ),
}


def data_gaps(figures: QuerySet[Any], clients: QuerySet[Client]) -> list[str]:
    """What makes the figures of one night (latest or snapshots) less certain than they look, one sentence each.

    `clients` are those whose managers are looked for.
    """
    return [*figure_gaps(figures), *owner_gaps(clients)]


def figure_gaps(figures: QuerySet[Any]) -> list[str]:
    """What is missing behind the figures of one night."""
    totals: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for reason, minutes, notes in figures.values_list("reason", "minutes", "parts__notes").iterator():
        notes = notes or {}
        reasons[reason] += 1
        totals["minutes"] += minutes
        totals["default"] += notes.get("default_rate_minutes", 0)
        totals["unattributed"] += notes.get("unattributed_minutes", 0)
        totals["silent"] += bool(minutes) and not notes.get("communication_minutes", 0)
        totals["invoiced"] += bool(notes.get("invoiced_basis"))
        totals["stray"] += notes.get("contract_lines_without_contract", 0)
    return [*_reason_gaps(reasons), *_note_gaps(totals)]


def owner_gaps(clients: QuerySet[Client]) -> list[str]:
    """Active clients without a manager."""
    owned = ClientOwner.objects.filter(client=OuterRef("pk"), to_on=None)
    count = clients.filter(~Exists(owned), status=Client.Status.ACTIVE).count()
    text = ngettext("%(count)d active client has no manager", "%(count)d active clients have no manager", count)
    return [text % {"count": count}] if count else []


def _reason_gaps(reasons: Counter[str]) -> list[str]:
    return [
        ngettext("%(count)d client: %(reason)s", "%(count)d clients: %(reason)s", reasons[reason.value])
        % {"count": reasons[reason.value], "reason": reason.label}
        for reason in (Reason.NO_EFFORT, Reason.MISSING_RATE, Reason.MISSING_FX, Reason.FEW_HOURS, Reason.FEW_WEEKS)
        if reasons[reason.value]
    ]


def _note_gaps(totals: Counter[str]) -> list[str]:
    gaps = []
    if totals["default"]:
        share = wording.percent(Fraction(totals["default"], totals["minutes"] or 1))
        gaps.append(_("%(share)s of hours are priced by the company default rate") % {"share": share})
    if totals["unattributed"]:
        text = _("%(hours)s hours belong to no contract: they count as effort, not as revenue")
        gaps.append(text % {"hours": wording.hours(totals["unattributed"])})
    gaps += [text % {"count": totals[key]} for key, text in NOTE_TEXTS.items() if totals[key]]
    return gaps
