"""The first rows of a file as understood, in the units people read."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clienthealth.base.amounts import decimal_text, half_up
from clienthealth.base.fields import FxRateField
from clienthealth.health.wording import number
from clienthealth.imports.report import FileReport, storable

SHOWN = 200
"""Characters of a cell."""
TITLES = {
    "full_name": gettext_lazy("person"),
    "seconds": gettext_lazy("hours"),
    "amount_net": gettext_lazy("amount"),
}
UNSAID = frozenset({"first_name", "last_name", "hours", "rounded_hours"})
"""Columns of trackers that are shown as part of another."""


def _money(text: str) -> str:
    return number(int(text), 2)


def _hours(text: str) -> str:
    return decimal_text(half_up(Fraction(int(text), 36)), 2)


def _minutes(text: str) -> str:
    return decimal_text(half_up(Fraction(int(text), 60), 100), 2)


def _percent(text: str) -> str:
    return f"{decimal_text(int(text), 2)} %"


def _rate(text: str) -> str:
    return FxRateField().text_of(int(text))


UNITS: dict[str, Callable[[str], str]] = {
    **dict.fromkeys(("fee", "bill_rate", "cap", "amount", "amount_net", "cost_per_hour"), _money),
    **dict.fromkeys(("seconds", "included_hours", "estimated_hours"), _hours),
    "pause_fee_percent": _percent,
    "rate": _rate,
}
"""How values that are kept in small units are shown, by column."""


def shown_samples(report: FileReport) -> dict[str, Any]:
    """Titles and rows, each row with its record; columns in which no row says anything are left out."""
    rows = [_row(report.kind, each.values) for each in report.samples]
    columns = [name for name in (rows[0] if rows else {}) if any(row[name] for row in rows)]
    return {
        "titles": [str(TITLES.get(name, name.replace("_", " "))) for name in columns],
        "rows": [
            [each.record, [storable(row[name][:SHOWN]) for name in columns]]
            for each, row in zip(report.samples, rows, strict=True)
        ],
    }


def _row(kind: str, values: dict[str, str]) -> dict[str, str]:
    tracked = "seconds" in values
    return {name: _shown(kind, name, text) for name, text in values.items() if not (tracked and name in UNSAID)}


def _shown(kind: str, name: str, text: str) -> str:
    if text in ("True", "False"):
        return _("yes") if text == "True" else _("no")
    unit = _minutes if (kind, name) == ("time", "minutes") else UNITS.get(name)
    return unit(text) if unit and text else text
