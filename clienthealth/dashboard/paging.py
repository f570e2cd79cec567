"""Pages of a list."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

PER_PAGE = 50


def page_of(request: HttpRequest, rows: Any, per_page: int = PER_PAGE) -> Page[Any]:
    """The page asked for; the nearest one where the number makes no sense."""
    return Paginator(rows, per_page).get_page(request.GET.get("page", "1")[:9])


def query_without_page(request: HttpRequest) -> str:
    """The address's parameters for links to other pages, ending ready for "page=2"."""
    params = request.GET.copy()
    params.pop("page", None)
    return f"{params.urlencode()}&" if params else ""
