"""The list of clients: worst first, filters and order in the address, few queries, no costs where there is no right."""

from datetime import date, timedelta

import pytest
from django.test import Client as Browser

from accounts.models import User
from engagements.models import Client
from issues.models import Incident
from tests.cast import make_client, make_user
from tests.dashboard.figures import D, latest

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def names(browser: Browser, query: str = "") -> list[str]:
    return [row.name for row in browser.get(f"/portfolio/{query}").context["rows"]]


@pytest.fixture
def five(director: User, manager: User) -> None:
    """One client per level, one of them without revenue, and one without figures."""
    latest(make_client("Calm", manager), "healthy", 3000, minutes=600, revenue_cents=400)
    latest(make_client("Slow", manager), "watch", 6200, minutes=1200, revenue_cents=300)
    latest(make_client("Torn", manager), "repair", 8000, minutes=60, revenue_cents=200)
    latest(make_client("Lost", manager), "consider", None, status="undefined", revenue_cents=0)
    latest(make_client("Gone", manager), "consider", 12_000, minutes=1800, revenue_cents=100)
    make_client("New", manager)


# The session, the user, their name, the organisation, how many clients, which, their rows, the managers to filter by.
QUERIES = 8


@pytest.mark.parametrize("count", [1, 3, 60])
def test_number_of_queries_does_not_grow(
    as_director: Browser, other_manager: User, count: int, django_assert_num_queries
) -> None:
    for number in range(count):
        client = make_client(f"Client {number}", other_manager)
        latest(client, "watch", 6000 + number)
        Incident.objects.create(client=client, category="delivery", severity="low", occurred_on=D)
    with django_assert_num_queries(QUERIES):
        response = as_director.get("/portfolio/")
    assert len(response.context["rows"]) == min(count, 50)


def test_page_of_fifty_is_light(as_director: Browser, other_manager: User) -> None:
    for number in range(50):
        client = make_client(f"A client with a name of common length {number}", other_manager)
        latest(client, "consider", 11_000, trend=[10_000 + 37 * week for week in range(13)])
    assert len(as_director.get("/portfolio/").content) < 60_000


@pytest.mark.usefixtures("five")
def test_worst_comes_first_and_no_figures_last(as_director: Browser) -> None:
    assert names(as_director) == ["Lost", "Gone", "Torn", "Slow", "Calm", "New"]


@pytest.mark.usefixtures("five")
@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("name", ["Calm", "Gone", "Lost", "New", "Slow", "Torn"]),
        ("-name", ["Torn", "Slow", "New", "Lost", "Gone", "Calm"]),
        ("ratio", ["Calm", "Slow", "Torn", "Gone", "New", "Lost"]),
        ("-ratio", ["Lost", "Gone", "Torn", "Slow", "Calm", "New"]),
        ("margin", ["Lost", "Gone", "Torn", "Slow", "Calm", "New"]),
        ("-hours", ["Lost", "Gone", "Slow", "Calm", "Torn", "New"]),
        ("-revenue", ["Calm", "Slow", "Torn", "Gone", "Lost", "New"]),
        ("nonsense", ["Lost", "Gone", "Torn", "Slow", "Calm", "New"]),
    ],
)
def test_sort(as_director: Browser, sort: str, expected: list[str]) -> None:
    assert names(as_director, f"?sort={sort}") == expected


def test_every_column_sorts_both_ways(as_director: Browser, acme: Client) -> None:
    latest(acme)
    for head in as_director.get("/portfolio/").context["headings"]:
        for sign in ("", "-"):
            assert names(as_director, f"?sort={sign}{head.key}") == ["Acme"]


def test_sort_by_owner_and_by_incident(as_director: Browser, acme: Client, zenith: Client) -> None:
    Incident.objects.create(client=zenith, category="delivery", severity="low", occurred_on=D)
    assert names(as_director, "?sort=owner") == ["Acme", "Zenith"]
    assert names(as_director, "?sort=-owner") == ["Zenith", "Acme"]
    assert names(as_director, "?sort=-incident") == ["Zenith", "Acme"]


@pytest.mark.usefixtures("five")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("level=consider", ["Lost", "Gone"]),
        ("level=none", ["New"]),
        ("level=nonsense", ["Lost", "Gone", "Torn", "Slow", "Calm", "New"]),
        ("q=LO", ["Lost", "Slow"]),
        ("q=%00", ["Lost", "Gone", "Torn", "Slow", "Calm", "New"]),
        ("q=%25", []),
        ("status=prospect", []),
        ("owner=99999999999999999999", ["Lost", "Gone", "Torn", "Slow", "Calm", "New"]),
        ("page=99999999999999999999", ["Lost", "Gone", "Torn", "Slow", "Calm", "New"]),
        ("page=-3", ["Lost", "Gone", "Torn", "Slow", "Calm", "New"]),
    ],
)
def test_filter(as_director: Browser, query: str, expected: list[str]) -> None:
    assert names(as_director, f"?{query}") == expected


def test_filter_by_owner(as_director: Browser, acme: Client, zenith: Client, manager: User) -> None:
    assert names(as_director, f"?owner={manager.person_id}") == ["Acme"]


def test_parted_clients_are_shown_only_when_asked_for(as_director: Browser, manager: User) -> None:
    make_client("Old", manager, status="parted")
    assert names(as_director) == []
    assert names(as_director, "?status=parted") == ["Old"]
    assert names(as_director, "?status=all") == ["Old"]


def test_incident_filter_looks_at_the_window(as_director: Browser, acme: Client, zenith: Client) -> None:
    for client, days in ((acme, 89), (zenith, 90)):
        on = D - timedelta(days=days)
        Incident.objects.create(client=client, category="delivery", severity="low", occurred_on=on)
    assert names(as_director, "?category=delivery") == ["Acme"]
    assert names(as_director, "?category=communication") == []


def test_manager_sees_own_clients_and_own_name_only(as_manager: Browser, acme: Client, zenith: Client) -> None:
    latest(acme)
    latest(zenith)
    response = as_manager.get("/portfolio/")
    assert [row.name for row in response.context["rows"]] == ["Acme"]
    assert response.context["page"].paginator.count == 1
    assert [str(person) for person in response.context["filter"].form.fields["owner"].queryset] == ["Mara"]


def test_effort_cost_reaches_only_those_who_see_costs(as_manager: Browser, as_director: Browser, acme: Client) -> None:
    latest(acme, ratio_e4=4711)
    seen = as_director.get("/portfolio/")
    assert seen.context["rows"][0].effort == "4,711.00"
    assert b"4,711.00" in seen.content
    hidden = as_manager.get("/portfolio/?sort=-effort")
    assert hidden.context["rows"][0].effort is None
    assert b"4,711" not in hidden.content
    assert b"effort" not in hidden.content.lower()


def test_order_does_not_tell_costs(as_manager: Browser, manager: User) -> None:
    latest(make_client("Cheap", manager), "watch", 6100, effort_cents=1)
    latest(make_client("Dear", manager), "healthy", 3000, effort_cents=10**9)
    assert names(as_manager, "?sort=-effort") == ["Cheap", "Dear"]


def test_htmx_gets_the_table_alone_and_back_the_whole_page(as_director: Browser, acme: Client) -> None:
    fragment = as_director.get("/portfolio/", headers=HTMX)
    assert fragment.content.strip().startswith(b'<section id="portfolio-table"')
    assert "HX-Request" in fragment.headers["Vary"]
    restored = as_director.get("/portfolio/", headers={**HTMX, "HX-History-Restore-Request": "true"})
    assert b"<!DOCTYPE html>" in restored.content


def test_pages_are_linked_with_filters_kept(as_director: Browser, manager: User) -> None:
    for number in range(51):
        make_client(f"Client {number:02d}", manager)
    first = as_director.get("/portfolio/?q=client&sort=name")
    assert b'href="?q=client&amp;sort=name&amp;page=2"' in first.content
    assert names(as_director, "?q=client&sort=name&page=2") == ["Client 50"]


def test_no_ratio_says_why(as_director: Browser, acme: Client) -> None:
    latest(acme, None, None, status="insufficient", reason="missing_rate", effort_cents=None)
    row = as_director.get("/portfolio/").context["rows"][0]
    assert (row.ratio, row.remark) == ("–", "Not enough data: a cost rate is missing")


def test_reasons_of_the_client_come_before_those_of_its_data(as_director: Browser, director: User) -> None:
    make_client("Pro bono", director, is_exempt=True, exempt_until=date(2026, 12, 31))
    assert as_director.get("/portfolio/").context["rows"][0].remark == "Exempt until 31 Dec 2026"


def test_empty_states(as_director: Browser, as_manager: Browser) -> None:
    assert b"manage.py import" in as_director.get("/portfolio/").content
    assert b"You see the clients you manage" in as_manager.get("/portfolio/").content
    assert b"No client matches" in as_director.get("/portfolio/?q=x").content


def test_another_manager_of_the_same_name_is_no_owner(as_manager: Browser, acme: Client) -> None:
    make_user("mara2", "account_manager")
    assert names(as_manager) == ["Acme"]
