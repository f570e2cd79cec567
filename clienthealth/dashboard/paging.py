"""Pages of a list, and whether a request wants only the part that changes."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

PER_PAGE = 50


def page_of(request: HttpRequest, rows: Any, per_page: int = PER_PAGE) -> Page[Any]:
    """The page asked for; the nearest one where the number makes no sense."""
    return Paginator(rows, per_page).get_page(request.GET.get("page", "1")[:9])


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx will swap the answer into a part of the page. Back and forward restore whole pages."""
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]  # set by django-htmx's middleware
    return bool(htmx) and not htmx.history_restore_request and not htmx.boosted


def query_without_page(request: HttpRequest) -> str:
    """The address's parameters for links to other pages, ending ready for "page=2"."""
    params = request.GET.copy()
    params.pop("page", None)
    return f"{params.urlencode()}&" if params else ""
