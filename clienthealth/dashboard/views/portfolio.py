"""The portfolio: all clients the reader sees, sorted and filtered."""

from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.rights import Right, may
from clienthealth.base.lookup import wants_fragment
from clienthealth.dashboard import rows
from clienthealth.dashboard.access import figures_required
from clienthealth.dashboard.paging import page_of, query_without_page
from clienthealth.dashboard.portfolio import COLUMNS, Column, PortfolioFilter, headings, sorting
from engagements.models import Client


@require_safe
@figures_required
def portfolio(request: HttpRequest) -> HttpResponse:
    visible = Client.objects.visible_to(request.user)
    chosen = PortfolioFilter(request.GET, queryset=visible, request=request)
    column, down = sorting(request.GET.get("sort", ""), request.user)
    found = chosen.qs
    page = page_of(request, Places(found.count()))
    clients = clients_on(page, found, column, down)
    newest = max((latest for each in clients if (latest := rows.figures_of(each))), key=lambda it: it.day, default=None)
    heads = headings(request.user, request.GET, column, down)
    context = {
        "filter": chosen,
        "page": page,
        "rows": rows.build(clients, request.user),
        "labels": {each.key: str(each.label) for each in COLUMNS},
        "headings": heads,
        "since": next(head for head in heads if head.key == "since"),
        "query": query_without_page(request),
        "is_filtered": any(value not in (None, "") for value in chosen.form.cleaned_data.values()),
        "sort": f"{'-' if down else ''}{column.key}" if "sort" in request.GET else "",
        "sees_costs": may(request.user, Right.SEE_COSTS),
        "may_add": may(request.user, Right.ADD_CLIENTS),
        "newest": newest,
    }
    fragment = "dashboard/_portfolio_table.html"
    return render(request, fragment if wants_fragment(request) else "dashboard/portfolio.html", context)


class Places:
    """The places of a list that is fetched later: all a paginator needs to know."""

    def __init__(self, count: int) -> None:
        self.total = count

    def count(self) -> int:
        return self.total

    def __getitem__(self, places: slice) -> range:
        return range(self.total)[places]


def clients_on(page: Page[int], found: QuerySet[Client], column: Column, down: bool) -> list[Client]:
    """The clients of the page in order. Worst first is what people open, so it has a way that does not sort all."""
    start, stop = page.start_index() - 1, page.end_index()
    if (column.key, down) == ("level", True):
        return rows.worst_first(found, max(start, 0), stop, page.paginator.count)
    ids = found.order_by(*column.order(down), "pk").values_list("pk", flat=True)[max(start, 0) : stop]
    return rows.in_order(list(ids), found)
