"""The lines between levels: a new version for the organisation, an override for one client."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clienthealth.base.fields import ScaledField
from clienthealth.base.forms import CleanModelForm
from clienthealth.base.numbers import typed_decimal
from clienthealth.health.models import RATIO, ThresholdOverride, Thresholds

LINES = [f"{name}_{edge}" for name in ("watch", "repair", "consider") for edge in ("enter", "leave")]
PRESETS: dict[str, dict[str, int]] = {
    "standard": dict(zip(LINES, (6000, 5500, 7500, 6500, 10_000, 9000), strict=True)),
    "burdened": dict(zip(LINES, (8500, 8000, 10_000, 9000, 12_000, 11_000), strict=True)),
}
"""`burdened` is for cost rates that include overhead."""

FIRST_VERSION = 0

EDGE_LABELS = {"enter": _("begins at"), "leave": _("ends at")}
"""The level itself is the heading of the two fields."""


class RatioField(ScaledField):
    """A ratio as people type it (0.75), kept in ten-thousandths."""

    scale = 10_000
    places = 4
    highest = RATIO[1]

    def text_of(self, whole: int) -> str:
        """Two decimals unless it has more."""
        text = super().text_of(whole)
        return text.removesuffix("00")

    def _typed(self, text: str) -> Any:
        return typed_decimal(text, grouped=False)


def ratio_fields(form: forms.BaseForm, names: list[str]) -> None:
    """Show these fields as ratios; the model keeps ten-thousandths."""
    for name in names:
        plain = form.fields[name]
        label = EDGE_LABELS.get(name.rpartition("_")[2], plain.label)
        form.fields[name] = RatioField(label=label, required=plain.required, help_text=plain.help_text)


class ThresholdsForm(CleanModelForm):
    """All settings of the night. Saving never changes a version: it makes the next one.

    `seen` is the version that was current when the form was shown, so that two people cannot overwrite each other.
    """

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=FIRST_VERSION)

    class Meta:
        model = Thresholds
        fields = [
            *LINES,
            "target",
            "window_days",
            "hold_nights",
            "least_hours",
            "least_weeks",
            "grace_days",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ratio_fields(self, [*LINES, "target"])

    def line_pairs(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        """(level, enter, leave) for a table of fields, mildest first."""
        return [(name, self[f"{name}_enter"], self[f"{name}_leave"]) for name in ("watch", "repair", "consider")]


class OverrideForm(CleanModelForm):
    """Lines of one client, with a reason, for at most 365 days."""

    class Meta:
        model = ThresholdOverride
        fields = [*LINES, "grace_days", "reason", "valid_from", "valid_to"]
        help_texts = {
            "grace_days": _("Empty: as for everybody."),
            "reason": _("Everybody who sees the client reads it."),
            "valid_to": _("At most 365 days after the first day."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ratio_fields(self, LINES)

    def line_pairs(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        """(level, enter, leave) for a table of fields, mildest first."""
        return [(name, self[f"{name}_enter"], self[f"{name}_leave"]) for name in ("watch", "repair", "consider")]


def default_override(thresholds: Thresholds, today: Any) -> dict[str, Any]:
    """A form for another client starts from everybody's lines and half a year."""
    lines = {name: getattr(thresholds, name) for name in LINES}
    return {**lines, "valid_from": today, "valid_to": today + timedelta(days=180)}
