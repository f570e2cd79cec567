"""The start page of each role: what needs somebody, since when, why, and one verb."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client as Browser

from accounts.models import User
from clienthealth.health.models import ThresholdOverride
from engagements.models import Client, TimeEntry
from issues.models import Cause, Incident
from tests.cast import make_client
from tests.dashboard.figures import D, changed, flag, latest, night

pytestmark = pytest.mark.django_db


def incident(client: Client, **fields: object) -> Incident:
    plain = {"category": "delivery", "severity": "low", "occurred_on": D}
    return Incident.objects.create(client=client, **{**plain, **fields})


def test_manager_sees_own_clients_worst_first_with_reason_and_verb(
    as_manager: Browser, manager: User, acme: Client, zenith: Client
) -> None:
    torn = make_client("Torn", manager)
    latest(acme, "watch", 6200)
    latest(torn, "repair", 7800)
    latest(zenith, "consider", 12_000)
    changed(torn, "watch", "repair", date(2026, 3, 1))
    cards = as_manager.get("/").context["cards"]
    assert [card.row.name for card in cards] == ["Torn", "Acme"]
    assert (cards[0].row.days, cards[0].why) == (31, "ratio was 0.76 to 0.78 on 3 nights when it began.")
    assert (cards[0].verb, cards[0].href) == ("See where the effort goes", f"/clients/{torn.pk}/effort/")
    assert cards[1].href == f"/touchpoints/log/?client={acme.pk}"


def test_a_line_crossed_for_too_few_nights_is_said(
    as_manager: Browser, manager: User, director: User, acme: Client
) -> None:
    own = make_client("Own lines", manager)
    for client in (acme, own):
        latest(client, "watch", 7600, lines_on=["watch"])
    plain = {"reason": "agreed", "valid_from": D, "valid_to": D, "author": director}
    ThresholdOverride.objects.create(client=own, repair_enter=8000, **plain)
    said = {card.row.name: card.approaching for card in as_manager.get("/").context["cards"]}
    assert said == {"Acme": "above the Repair line, not yet for 7 nights", "Own lines": ""}
    assert b"above the Repair line, not yet for 7 nights." in as_manager.get(f"/clients/{acme.pk}/").content
    assert b"above the Repair line" not in as_manager.get(f"/clients/{own.pk}/").content


def test_a_flag_says_its_state_in_mid_sentence(as_manager: Browser, acme: Client) -> None:
    latest(acme, "consider", None, status="undefined")
    flag(acme)
    assert "now effort without revenue" in as_manager.get("/").content.decode()


@pytest.mark.parametrize(
    ("level", "fields", "verb"),
    [
        ("healthy", {}, "Open"),
        ("consider", {}, "See where the effort goes"),
        (None, {"status": "insufficient", "reason": "no_effort"}, "Check the timesheets"),
        (None, {"status": "insufficient", "reason": "missing_rate", "ratio_e4": None}, "Open"),
        ("watch", {"status": "undefined", "ratio_e4": None}, "Check the contract terms"),
    ],
)
def test_one_verb_by_what_stands_in_the_way(
    as_manager: Browser, acme: Client, level: str | None, fields: dict, verb: str
) -> None:
    latest(acme, level, **fields)
    (card,) = as_manager.get("/").context["cards"]
    assert card.verb == verb
    assert as_manager.get(card.href).status_code == 200


def test_a_missing_rate_leads_those_who_may_to_the_rates(as_director: Browser, acme: Client) -> None:
    latest(acme, None, None, status="insufficient", reason="missing_rate")
    (card,) = as_director.get("/").context["cards"]
    assert (card.verb, card.href) == ("Add the missing rate", "/settings/rates/")


def test_open_flags_are_on_top_with_who_is_told(as_manager: Browser, as_director: Browser, acme: Client) -> None:
    latest(acme, "consider", 10_600)
    pk = flag(acme).pk
    for browser in (as_manager, as_director):
        response = browser.get("/")
        (shown,) = response.context["flags"]
        assert (shown.client, shown.figures) == ("Acme", "ratio 1.06, margin −6.0 %")
        assert shown.told == ["Mara", "Dana"]
        assert response.context["cards"][0].href == f"/flags/{pk}/"
        assert "Raised on 20 Mar 2026" in response.content.decode()


def test_portfolio_ratio_is_of_sums_and_only_for_directors(
    as_manager: Browser, as_director: Browser, acme: Client, zenith: Client
) -> None:
    latest(acme, "healthy", 3000, revenue_cents=300_000, effort_cents=90_000)
    latest(zenith, "consider", 12_000, revenue_cents=100_000, effort_cents=120_000)
    portfolio = as_director.get("/").context["whole"].portfolio
    assert (portfolio.ratio, portfolio.margin, portfolio.known) == ("0.53", "47.5 %", 2)
    assert {each.level: each.count for each in portfolio.levels} == {
        "consider": 1,
        "repair": 0,
        "watch": 0,
        "healthy": 1,
        "none": 0,
    }
    assert as_manager.get("/").context["whole"].portfolio is None


def test_unknown_figures_are_left_out_of_the_portfolio_ratio(
    as_director: Browser, acme: Client, zenith: Client
) -> None:
    latest(acme, "healthy", 3000)
    latest(zenith, None, None, effort_cents=None, revenue_cents=None, status="insufficient", reason="missing_fx")
    idle = {"effort_cents": 0, "revenue_cents": 0, "minutes": 0, "status": "inactive"}
    latest(make_client("Idle", None), None, None, **idle)
    whole = as_director.get("/").context["whole"]
    assert (whole.portfolio.ratio, whole.portfolio.known) == ("0.30", 1)
    assert "1 client: an exchange rate is missing" in whole.gaps


def test_moves_of_the_week_say_which_way(as_director: Browser, acme: Client, zenith: Client) -> None:
    latest(acme)
    changed(acme, "watch", "repair", D - timedelta(days=6))
    changed(acme, "repair", "watch", D - timedelta(days=7))
    changed(zenith, "repair", "watch", D)
    whole = as_director.get("/").context["whole"]
    assert [(move.client, move.better) for move in whole.moves] == [("Zenith", True), ("Acme", False)]
    assert (whole.worse, whole.better) == (1, 1)


def test_incidents_without_side_or_cause_wait_to_be_completed(
    as_manager: Browser, acme: Client, zenith: Client
) -> None:
    cause = Cause.objects.create(name="something rare")
    incident(acme, side="ours").causes.add(cause)
    no_cause, no_side = incident(acme, side="ours"), incident(acme)
    no_side.causes.add(cause)
    incident(zenith)
    response = as_manager.get("/")
    assert {each.pk for each in response.context["incidents"]} == {no_cause.pk, no_side.pk}
    assert response.context["incidents_count"] == 2


def test_incidents_to_complete_are_newest_first_and_counted(as_manager: Browser, acme: Client) -> None:
    ages = [3, 0, 9, 1, 7, 5, 8, 2]
    for age in ages:
        incident(acme, occurred_on=D - timedelta(days=age))
    response = as_manager.get("/")
    shown = [(D - each.occurred_on).days for each in response.context["incidents"]]
    assert shown == sorted(ages)[:6]
    assert "6 of 8, newest first" in response.content.decode()


def test_page_says_when_figures_were_computed(as_manager: Browser, acme: Client) -> None:
    latest(acme)
    assert "Figures to the end of 31 Mar 2026, computed 1 Apr, 09:00" in as_manager.get("/").content.decode()


def test_before_the_first_night_the_page_says_what_it_waits_for(
    as_manager: Browser, as_director: Browser, acme: Client
) -> None:
    page = as_manager.get("/").content.decode()
    assert "Figures appear after the first nightly run" in page
    assert "once there is a contract and a cost rate" in page
    assert "Compute the figures now" not in page
    assert "Compute the figures now" in as_director.get("/").content.decode()
    assert "No night has been computed yet" in page


def test_a_missed_night_is_said(as_manager: Browser, acme: Client) -> None:
    night(D - timedelta(days=2))
    assert "A nightly run is missing" in as_manager.get("/").content.decode()
    night(D - timedelta(days=1))
    assert "A nightly run is missing" not in as_manager.get("/").content.decode()


def test_yesterday_is_that_of_the_organisation(as_manager: Browser, acme: Client) -> None:
    from clienthealth.base.models import Organisation

    Organisation.objects.filter(pk=1).update(zone="Pacific/Auckland")
    night(D - timedelta(days=1))
    with time_machine.travel(datetime(2026, 4, 1, 13, 0, tzinfo=UTC), tick=False):
        assert "A nightly run is missing" in as_manager.get("/").content.decode()


def test_without_clients_the_page_teaches(as_manager: Browser, as_director: Browser) -> None:
    assert "manage.py import" in as_director.get("/").content.decode()
    assert "You see the clients you manage" in as_manager.get("/").content.decode()


def test_member_sees_names_of_active_clients_and_own_records_only(
    as_member: Browser, member: User, manager: User, acme: Client
) -> None:
    make_client("Old flame", manager, status="parted")
    mine, others = incident(acme, reporter=member.person), incident(acme, reporter=manager.person)
    for person in (member.person, manager.person):
        TimeEntry.objects.create(client=acme, person=person, work_on=D, minutes=60, seconds=3600)
    latest(acme, "consider", 12_345)
    response = as_member.get("/")
    assert [client.name for client in response.context["names"]] == ["Acme"]
    assert [each.pk for each in response.context["incidents"]] == [mine.pk] != [others.pk]
    assert [entry.person for entry in response.context["entries"]] == [member.person]
    assert b"1.23" not in response.content


def test_member_sees_the_project_of_time_that_has_no_client(as_member: Browser, member: User) -> None:
    for project in ("Office move", ""):
        TimeEntry.objects.create(person=member.person, work_on=D, minutes=60, seconds=3600, project=project)
    page = as_member.get("/").content.decode()
    assert (page.count("Office move"), page.count("Internal")) == (1, 1)


def test_admin_sees_no_client(as_admin: Browser, acme: Client) -> None:
    latest(acme)
    page = as_admin.get("/").content.decode()
    assert "Acme" not in page
    assert 'href="/system/"' in page


@pytest.mark.parametrize("count", [1, 3, 12])
def test_number_of_queries_does_not_grow(
    as_director: Browser, manager: User, count: int, django_assert_num_queries
) -> None:
    for number in range(count):
        client = make_client(f"Client {number}", manager)
        latest(client, "consider", 11_000)
        flag(client)
        incident(client)
        changed(client, "watch", "repair", D)
    # Session, user, name, organisation; the night, how many figures; how many clients, moves, the portfolio's sums, its
    # notes, clients without a manager; flags, directors, managers; worst ids, rows, reasons; incidents, their number.
    with django_assert_num_queries(19):
        as_director.get("/")
    # Within a minute the same again without the five about everything.
    with django_assert_num_queries(14):
        as_director.get("/")
