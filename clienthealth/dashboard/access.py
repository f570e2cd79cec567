"""Guards of pages: who may open them at all. Which rows they show is decided by `visible_to`."""

from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.rights import View, sees_figures


def figures_required(view: View) -> View:
    """A page for those who see figures of clients; others are refused."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not sees_figures(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded
