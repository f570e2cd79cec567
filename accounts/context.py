"""The navigation: what each user may open, built where the rights are known."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts.rights import Right, may, sees_figures


@dataclass(frozen=True)
class Entry:
    """One link of the navigation; `here` marks the page it leads to and those below it."""

    label: str
    href: str
    icon: str
    here: bool


def navigation(request: HttpRequest) -> dict[str, object]:
    return {
        "navigation": SimpleLazyObject(lambda: _entries(request)),
        "may_log_incidents": may(getattr(request, "user", None), Right.LOG_INCIDENTS),
        "may_edit_organisation": may(getattr(request, "user", None), Right.EDIT_ORGANISATION),
    }


def _entries(request: HttpRequest) -> list[Entry]:
    user = getattr(request, "user", None)
    figures = sees_figures(user)
    manages = may(user, Right.EDIT_RATES) or may(user, Right.EDIT_THRESHOLDS) or may(user, Right.EDIT_ORGANISATION)
    table: list[tuple[str, str, str, bool]] = [
        ("dashboard:today", _("Today"), "today", figures),
        ("dashboard:portfolio", _("Portfolio"), "portfolio", figures),
        ("dashboard:flags", _("Flags"), "flag", figures),
        ("issues:incident_mine", _("My incidents"), "incident", may(user, Right.LOG_INCIDENTS) and not figures),
        ("imports:imports", _("Imports"), "import", may(user, Right.IMPORT_FILES)),
        ("dashboard:settings", _("Settings"), "settings", manages),
        ("dashboard:system", _("System"), "system", may(user, Right.SEE_SYSTEM)),
    ]
    return [
        Entry(label, href, icon, _is_here(request.path, href))
        for name, label, icon, allowed in table
        if allowed and (href := _address(name))
    ]


def _address(name: str, *args: Any) -> str:
    """The address of a page, or "" where this installation has no such page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def _is_here(path: str, href: str) -> bool:
    return path == href if href == "/" else path.startswith(href)
