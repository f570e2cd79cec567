"""The one rules table: what each role may do. Which rows somebody sees is `visible_to(user)` on the querysets.

Anonymous and inactive users may do nothing; so does an unknown role.
"""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from accounts.models import Role


class Right(StrEnum):
    """One thing somebody may do. Where a right depends on the client too, the queryset decides about the client."""

    SEE_ALL_CLIENTS = "see_all_clients"
    SEE_OWN_CLIENTS = "see_own_clients"
    SEE_COSTS = "see_costs"
    """Cost rates, effort cost E and amounts derived from them."""
    EDIT_CLIENTS = "edit_clients"
    """Clients one sees, with contacts, contracts, incidents and touchpoints."""
    ADD_CLIENTS = "add_clients"
    LOG_INCIDENTS = "log_incidents"
    EDIT_RATES = "edit_rates"
    EDIT_THRESHOLDS = "edit_thresholds"
    EDIT_ORGANISATION = "edit_organisation"
    IMPORT_FILES = "import_files"
    """Bring files in, see what others brought in, and undo it: names and amounts of every client."""
    SEE_SYSTEM = "see_system"


RIGHTS: dict[str, frozenset[Right]] = {
    Role.ACCOUNT_MANAGER: frozenset({Right.SEE_OWN_CLIENTS, Right.EDIT_CLIENTS, Right.LOG_INCIDENTS}),
    Role.OPS_DIRECTOR: frozenset(Right) - {Right.SEE_OWN_CLIENTS},
    Role.MEMBER: frozenset({Right.LOG_INCIDENTS}),
    Role.ADMIN: frozenset({Right.EDIT_ORGANISATION, Right.SEE_SYSTEM}),
}


def may(user: Any, right: Right) -> bool:
    """Whether this user's role carries the right; never for somebody signed out or deactivated."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return False
    return right in RIGHTS.get(user.role, frozenset())


def sees_figures(user: Any) -> bool:
    """Whether the user sees figures of any client at all."""
    return may(user, Right.SEE_ALL_CLIENTS) or may(user, Right.SEE_OWN_CLIENTS)


View = Callable[..., HttpResponseBase]


def right_required(right: Right, *, hidden: bool = False) -> Callable[[View], View]:
    """A view for those with the right only; others get 403, or 404 where even the page's existence says something."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if may(request.user, right):
                return view(request, *args, **kwargs)
            if hidden:
                raise Http404
            raise PermissionDenied

        return guarded

    return decorate
