"""Which clients a form offers, in which order: those somebody has just had to do with first, then their own."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clienthealth.base.text import name_key
from engagements.models import Client
from issues.models import Incident

LISTED = 200
"""So many clients stand in the list itself; beyond them the field asks while one types, or takes an exact name."""
RECENT = 5

Choice = tuple[int, str]


class ClientChoice(forms.ModelChoiceField):
    """One of the clients allowed, whatever part of them is listed; any other id is no choice at all."""

    default_error_messages = {
        "required": gettext_lazy("Choose the client."),
        "invalid_choice": gettext_lazy("Choose one of your clients from the list."),
    }

    def offer(self, groups: Iterable[tuple[str, list[Choice]]]) -> None:
        choices: list[Any] = [("", _("Choose a client"))]
        choices += [(label, found) for label, found in groups if found]
        self.widget.choices = choices


def client_groups(allowed: Any, user: Any, chosen: str) -> tuple[list[tuple[str, list[Choice]]], bool]:
    """The clients to list, by group, each once; and whether there are more than listed."""
    listed = list(allowed.order_by("name_key").values_list("pk", "name")[: LISTED + 1])
    more = len(listed) > LISTED
    names = dict(listed[:LISTED])
    recent = _recent(user)
    own = list(allowed.owned_by(user.person_id).order_by("name_key").values_list("pk", "name")[:LISTED])
    if len(own) == len(names) and not more:
        own = []
    names.update(own)
    wanted = {pk for pk in recent if pk not in names} | ({int(chosen)} if is_id(chosen) else set())
    if missing := wanted - names.keys():
        names.update(allowed.filter(pk__in=missing).values_list("pk", "name"))
    groups: list[tuple[str, list[Choice]]] = []
    for label, keys in ((_("Recent"), recent), (_("Yours"), [pk for pk, _name in own]), (_("All"), list(names))):
        groups.append((label, [(pk, names.pop(pk)) for pk in keys if pk in names]))
    return groups, more


def _recent(user: Any) -> list[int]:
    latest = Incident.objects.reported_by(user).order_by("-created_at").values_list("client_id", flat=True)[:30]
    return list(dict.fromkeys(latest))[:RECENT]


def is_id(text: str) -> bool:
    """Whether a text can be the id of a row in both databases."""
    return text.isascii() and text.isdecimal() and len(text) <= 18


def matching(allowed: Any, typed: str, limit: int = 12) -> list[dict[str, Any]]:
    """Allowed clients whose name has the typed text in it, those that begin with it first."""
    wanted = name_key(typed.replace("\x00", ""))[:200]
    if not wanted:
        return []
    found = list(allowed.filter(name_key__startswith=wanted).order_by("name_key").values("pk", "name")[:limit])
    if len(found) < limit:
        inside = allowed.filter(name_key__contains=wanted).exclude(name_key__startswith=wanted)
        found += inside.order_by("name_key").values("pk", "name")[: limit - len(found)]
    return [{"id": each["pk"], "name": each["name"]} for each in found]


def named(allowed: Any, typed: str) -> Client | None:
    """The one allowed client of exactly this name, however it is cased and spaced."""
    found: Client | None = allowed.filter(name_key=name_key(typed)[:200]).first()
    return found
