"""What a request is about: objects the user may see or change, the organisation, a page or a part of one."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from clienthealth.base.models import Organisation
from clienthealth.base.organisation import organisation


def visible_or_404(objects: Any, user: Any, pk: int) -> Any:
    """The object; somebody else's is missing exactly like one that never was."""
    return get_object_or_404(objects.visible_to(user), pk=pk)


def changeable_or_refused(objects: Any, user: Any, pk: int) -> Any:
    """The object if the user may change it: 404 where it is not even visible, 403 where it is only visible."""
    found = visible_or_404(objects, user, pk)
    if not objects.changeable_by(user).filter(pk=pk).exists():
        raise PermissionDenied
    return found


def organisation_of(request: HttpRequest) -> Organisation:
    """The organisation, as the middleware read it for this request."""
    return getattr(request, "organisation", None) or organisation()


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of a page; a page restored by the Back key is asked for whole."""
    htmx = getattr(request, "htmx", None)
    return htmx is not None and bool(htmx) and not htmx.history_restore_request
