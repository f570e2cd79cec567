"""What stayed when an import was undone, and why."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _

LISTED = 1000
"""So many are named; all are counted."""


class Why(StrEnum):
    """Why something stays."""

    REFERRED = "referred"
    EDITED = "edited"
    CONFLICT = "conflict"
    SIGN_IN = "sign_in"


@dataclass
class Outcome:
    """What undoing did: rows removed by model, rows given their former values back, and what stayed."""

    removed: Counter[str] = field(default_factory=Counter)
    restored: int = 0
    kept: list[dict[str, Any]] = field(default_factory=list)
    kept_count: int = 0

    def keep(self, row: Model, why: Why, **more: Any) -> None:
        """Note a row that stays, with `by` (the model that refers to it) or `fields` (columns changed since)."""
        self.kept_count += 1
        if len(self.kept) < LISTED:
            said = {"model": row._meta.label_lower, "id": row.pk, "what": str(row), "reason": str(why)}
            self.kept.append({**said, **more})

    def as_stored(self) -> dict[str, Any]:
        return {
            "removed": dict(self.removed),
            "restored": self.restored,
            "kept": self.kept,
            "kept_count": self.kept_count,
        }


def in_words(kept: dict[str, Any]) -> str:
    """One line for people about something that stayed."""
    what = _("%(kind)s “%(name)s”") % {"kind": kind_of(kept["model"]), "name": kept["what"]}
    return f"{what}: {reason_of(kept)}"


def kind_of(label: str) -> str:
    """What a row of this model is called."""
    return str(capfirst(apps.get_model(label)._meta.verbose_name))


def kinds_of(label: str) -> str:
    """What rows of this model are called."""
    return str(capfirst(apps.get_model(label)._meta.verbose_name_plural))


def reason_of(kept: dict[str, Any]) -> str:
    match kept["reason"]:
        case Why.REFERRED:
            return _("stays, because other records refer to it by now (%(by)s)") % {"by": kind_of(kept["by"])}
        case Why.EDITED if kept.get("fields"):
            fields = ", ".join(_column(kept["model"], name) for name in kept["fields"])
            return _("keeps what was changed since: %(fields)s") % {"fields": fields}
        case Why.EDITED:
            return _("stays, because it was changed since")
        case Why.SIGN_IN:
            return _("stays as it is: pages take no sign-in back and give none, the command undo_import does")
        case _:
            return _("stays as it is: its former values would contradict what was recorded since")


def _column(label: str, name: str) -> str:
    field = next((each for each in apps.get_model(label)._meta.concrete_fields if each.attname == name), None)
    return str(field.verbose_name) if field else name
