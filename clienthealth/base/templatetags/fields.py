"""How a form field looks: one tag, so that every form of the application has the same markup."""

from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect

register = template.Library()


@register.inclusion_tag("_field.html")
def field(bound: BoundField, extra: str = "", affix: str = "") -> dict[str, Any]:
    """A field with label, help and errors; `extra` are classes of its box, `affix` the unit shown behind it."""
    return {
        "bound": bound,
        "extra": extra,
        "affix": affix,
        "look": _look(bound),
        "describedby": bound.aria_describedby or "",
    }


def _look(bound: BoundField) -> str:
    widget = bound.field.widget
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "tiles"
    return "check" if isinstance(widget, CheckboxInput) else "plain"
