"""The flag's card in its first form: the way back first, money by right, nothing stronger than its title."""

from datetime import date, timedelta

import pytest
from django.test import Client as Browser

from accounts.models import Person, User
from clienthealth.dashboard.flagcard import ending
from engagements.models import Client, Contract, TimeEntry
from issues.models import Incident
from tests.cast import make_client, make_contract, make_user
from tests.dashboard.figures import D, changed, flag, latest, night

pytestmark = pytest.mark.django_db
TODAY = D + timedelta(days=1)


@pytest.fixture
def flagged(acme: Client) -> int:
    """The worked example: E 9,010.00, R 8,500.00, 212 hours, a retainer with two months' notice."""
    make_contract(acme, fee_cents=400_000, notice_days=60)
    latest(acme, "consider", 10_600, effort_cents=901_000, revenue_cents=850_000, minutes=212 * 60)
    return flag(acme).pk


def test_director_sees_the_worked_example(as_director: Browser, flagged: int) -> None:
    response = as_director.get(f"/flags/{flagged}/")
    card = response.context["card"]
    assert (card.lost, card.monthly_fee, card.hours_needed) == ("510.00", "4,684.69", "130.0")
    assert (card.hours_now, card.hours_per_week, card.target) == ("212.0", "16.5", "0.65")
    assert card.nights == 12
    assert card.ending.day == date(2026, 5, 31)
    page = response.content.decode()
    for text in ("510.00", "4,684.69", "130.0", "16.5", "9,010.00", "Told once: Mara, Dana", "31 May 2026"):
        assert text in page
    assert page.index("The way back") < page.index("What parting would change")


def test_manager_sees_no_money_that_comes_from_cost_rates(as_manager: Browser, flagged: int) -> None:
    response = as_manager.get(f"/flags/{flagged}/")
    card = response.context["card"]
    assert (card.lost, card.monthly_fee, card.shares) == (None, None, [])
    assert (card.hours_needed, card.hours_per_week) == ("130.0", "16.5")
    page = response.content.decode()
    for text in ("510.00", "4,684", "9,010.00"):
        assert text not in page
    assert "8,500.00" in page


@pytest.mark.parametrize(
    ("began", "judged", "since"),
    [
        (date(2026, 3, 1), [], date(2026, 3, 1)),
        (date(2026, 3, 20), [], None),
        (date(2026, 3, 1), [date(2026, 3, 10)], None),
        (date(2026, 3, 1), [date(2026, 2, 1)], date(2026, 3, 1)),
    ],
)
def test_a_level_older_than_its_flag_is_explained(
    as_manager: Browser, acme: Client, flagged: int, began: date, judged: list[date], since: date | None
) -> None:
    changed(acme, "repair", "consider", began)
    for day in judged:
        night(day)
    response = as_manager.get(f"/flags/{flagged}/")
    assert response.context["card"].level_since == since
    said = "Level since 1 Mar 2026, known from history; the flag was raised on the first night judged."
    assert (said in response.content.decode()) == bool(since)


def test_card_names_nothing_stronger_than_its_title(as_director: Browser, flagged: int) -> None:
    page = as_director.get(f"/flags/{flagged}/").content.decode().lower().split("<main")[1].split("</main>")[0]
    assert "<h1>consider parting ways</h1>" in page
    for word in ("fire", "dismiss", "toxic", "bad client", "terminate", "get rid"):
        assert word not in page


def hourly(client: Client, **fields: object) -> None:
    """A contract by the hour with 100 hours logged, 60 of them billable, and a ratio of 1.06 on 9,010.00 of effort."""
    plain = {"kind": Contract.Kind.TIME_AND_MATERIALS, "fee_cents": None, "period": "", "bill_rate_cents": 9000}
    contract = make_contract(client, **{**plain, **fields})
    worker = Person.objects.create(name="Wanda Worker")
    for minutes, is_billable in ((3600, True), (2400, False)):
        TimeEntry.objects.create(
            client=client,
            contract=contract,
            person=worker,
            work_on=D,
            minutes=minutes,
            seconds=minutes * 60,
            is_billable=is_billable,
            bill_cents_per_hour=9000 if is_billable else None,
        )
    latest(client, "consider", 10_600, effort_cents=901_000, revenue_cents=850_000)


def test_work_by_the_hour_shows_billable_hours_instead_of_a_fee(
    as_director: Browser, as_manager: Browser, acme: Client
) -> None:
    hourly(acme)
    url = f"/flags/{flag(acme).pk}/"
    response = as_director.get(url)
    card = response.context["card"]
    assert (card.hours_needed, card.monthly_fee) == (None, None)
    assert (card.billing.logged, card.billing.billable, card.billing.rate) == ("100.0", "60.0", "90.00")
    assert card.billing.needed == "154.0"
    assert "At 90.00 EUR an hour, 154.0 billable hours would bring the ratio to 0.65" in response.content.decode()
    assert card.billing.is_more_than_logged
    hidden = as_manager.get(url)
    assert hidden.context["card"].billing.needed is None
    assert "100.0 h logged in 90 days, 60.0 of them billable." in hidden.content.decode()
    assert b"154.0" not in hidden.content


@pytest.mark.parametrize("fields", [{"cap_cents": 500_000}, {"currency": "USD"}])
def test_billable_hours_are_not_promised_beyond_a_cap_or_in_another_currency(
    as_director: Browser, acme: Client, fields: dict
) -> None:
    hourly(acme, **fields)
    assert as_director.get(f"/flags/{flag(acme).pk}/").context["card"].billing.needed is None


def test_without_revenue_no_fee_is_named(as_director: Browser, acme: Client) -> None:
    make_contract(acme, fee_cents=0)
    latest(acme, "consider", None, status="undefined", effort_cents=901_000, revenue_cents=0)
    response = as_director.get(f"/flags/{flag(acme).pk}/")
    assert response.context["card"].monthly_fee is None
    assert b"Look at price and scope." in response.content


def test_more_than_a_quarter_of_revenue_is_marked(as_director: Browser, acme: Client, zenith: Client) -> None:
    latest(acme, "consider", 10_600, revenue_cents=250_000, effort_cents=265_000)
    other = latest(zenith, revenue_cents=750_000, effort_cents=100_000)
    pk = flag(acme).pk
    revenue, margin = as_director.get(f"/flags/{pk}/").context["card"].shares
    assert (revenue.text, revenue.is_marked) == ("25.0 %", False)
    assert margin.text == "−2.4 %"
    assert margin.note == "without this client the delivery margin would be 86.7 %"
    other.revenue_cents = 749_990
    other.save()
    assert as_director.get(f"/flags/{pk}/").context["card"].shares[0].is_marked


def test_share_of_the_portfolio_is_for_those_who_see_all_of_it(as_manager: Browser, flagged: int) -> None:
    assert as_manager.get(f"/flags/{flagged}/").context["card"].shares == []


@pytest.mark.parametrize(
    ("contracts", "day", "unknown"),
    [
        ([], None, []),
        ([{"notice_days": 30}], TODAY + timedelta(days=30), []),
        ([{"notice_days": 30}, {"notice_days": 90}], TODAY + timedelta(days=90), []),
        ([{"notice_days": 90, "end_on": TODAY}], TODAY, []),
        ([{"end_on": TODAY + timedelta(days=10)}], TODAY + timedelta(days=10), []),
        ([{}], None, ["Contract 0"]),
        ([{}, {"notice_days": 5}], TODAY + timedelta(days=5), ["Contract 0"]),
        ([{"notice_days": 90, "end_on": D}], None, []),
    ],
)
def test_earliest_decent_end(acme: Client, contracts: list[dict], day: date | None, unknown: list[str]) -> None:
    made = [make_contract(acme, f"Contract {number}", **fields) for number, fields in enumerate(contracts)]
    found = ending(made, TODAY)
    assert (found.day, found.unknown) == (day, unknown)


def test_what_is_not_known_counts_sides(as_director: Browser, acme: Client, flagged: int) -> None:
    for side in ("unknown", "ours"):
        Incident.objects.create(client=acme, category="delivery", severity="low", side=side, occurred_on=D)
    unknown = as_director.get(f"/flags/{flagged}/").context["card"].unknown
    assert unknown == ["The side of 1 of 2 incidents in 180 days is not known yet."]


def test_told_are_the_manager_and_every_active_director(as_director: Browser, acme: Client, flagged: int) -> None:
    make_user("doris", "ops_director")
    make_user("departed", "ops_director", is_active=False)
    assert as_director.get(f"/flags/{flagged}/").context["told"] == ["Mara", "Dana", "Doris"]


def test_list_shows_open_and_closed_of_own_clients(
    as_manager: Browser, as_director: Browser, acme: Client, zenith: Client, flagged: int
) -> None:
    flag(zenith, date(2026, 1, 1), closed_on=date(2026, 1, 10), outcome="recovered")
    mine = as_manager.get("/flags/")
    assert [each.client for each in mine.context["flags"]] == ["Acme"]
    assert mine.context["closed"] == []
    everybody = as_director.get("/flags/")
    assert [nights for _flag, nights in everybody.context["closed"]] == [10]
    assert b"Recovered" in everybody.content


def test_a_foreign_flag_is_missing_exactly_like_none(as_manager: Browser, zenith: Client) -> None:
    foreign, missing = (as_manager.get(f"/flags/{pk}/") for pk in (flag(zenith).pk, 10**30))
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert foreign.content == missing.content


def test_a_flag_without_figures_now_still_shows(as_director: Browser, acme: Client) -> None:
    assert as_director.get(f"/flags/{flag(acme).pk}/").context["card"].hours_needed == "130.0"


# Session, user, name, organisation; open flags; directors; managers; how many are closed, which.
QUERIES = 8


@pytest.mark.parametrize("count", [1, 3])
def test_list_does_not_ask_more_for_more_flags(
    as_director: Browser, manager: User, count: int, django_assert_num_queries
) -> None:
    for number in range(count):
        client = make_client(f"Client {number}", manager)
        latest(client, "consider", 11_000)
        flag(client)
    with django_assert_num_queries(QUERIES):
        as_director.get("/flags/")
