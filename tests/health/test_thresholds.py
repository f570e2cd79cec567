"""Lines between levels: saving adds a version, overrides end, and a wrong line is refused beside its field."""

import html
from datetime import date, timedelta

import pytest
from django.test import Client as Browser

from accounts.models import User
from clienthealth.base.organisation import today
from clienthealth.health.levels import STANDARD_LINES, Level
from clienthealth.health.models import ThresholdOverride, Thresholds
from clienthealth.health.preview import reached
from engagements.models import Client
from tests.cast import *  # noqa: F403  fixtures of these tests
from tests.dashboard.figures import latest

pytestmark = pytest.mark.django_db
URL = "/settings/thresholds/"
VALUES = {
    "watch_enter": "0.60",
    "watch_leave": "0.55",
    "repair_enter": "0.75",
    "repair_leave": "0.65",
    "consider_enter": "1.00",
    "consider_leave": "0.90",
    "target": "0.50",
    "window_days": "90",
    "hold_nights": "7",
    "least_hours": "20",
    "least_weeks": "6",
    "grace_days": "60",
}


def save(browser: Browser, **changes: str):
    seen = browser.get(URL).context["form"].initial["seen"]
    return browser.post(URL, {**VALUES, "seen": seen, **changes})


def test_saving_adds_a_version_with_its_author(as_director: Browser, director: User) -> None:
    assert save(as_director, watch_enter="0.62").status_code == 302
    assert save(as_director, watch_enter="0,6312", hold_nights="5").status_code == 302
    first, second = Thresholds.objects.order_by("pk")
    assert (first.watch_enter, second.watch_enter, second.hold_nights) == (6200, 6312, 5)
    assert (first.author, second.author) == (director, director)
    page = as_director.get(URL)
    assert [version.pk for version in page.context["versions"]] == [second.pk, first.pk]
    assert page.context["form"]["watch_enter"].value() == "0.6312"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("watch_leave", "0.60"),
        ("repair_enter", "0.60"),
        ("consider_leave", "1.00"),
        ("watch_enter", "a lot"),
        ("watch_enter", "0.60001"),
        ("consider_enter", "1001"),
        ("window_days", "27"),
        ("window_days", "367"),
        ("hold_nights", "31"),
        ("least_weeks", ""),
    ],
)
def test_wrong_values_are_refused_beside_their_field(as_director: Browser, field: str, value: str) -> None:
    response = save(as_director, **{field: value})
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not Thresholds.objects.exists()


def test_two_people_cannot_overwrite_each_other(as_director: Browser) -> None:
    seen = as_director.get(URL).context["form"].initial["seen"]
    assert save(as_director, watch_enter="0.61").status_code == 302
    lost = as_director.post(URL, {**VALUES, "watch_enter": "0.62", "seen": seen})
    assert lost.status_code == 422
    assert lost.context["form"]["watch_enter"].value() == "0.62"
    assert Thresholds.objects.count() == 1
    again = {**VALUES, "watch_enter": "0.62", "seen": lost.context["form"]["seen"].value()}
    assert as_director.post(URL, again).status_code == 302
    assert Thresholds.objects.current().watch_enter == 6200


def test_presets_fill_the_form_and_save_nothing(as_director: Browser) -> None:
    form = as_director.get(f"{URL}?preset=burdened").context["form"]
    assert [form[name].value() for name in ("watch_enter", "watch_leave")] == ["0.85", "0.80"]
    assert [form[name].value() for name in ("repair_enter", "repair_leave")] == ["1.00", "0.90"]
    assert [form[name].value() for name in ("consider_enter", "consider_leave")] == ["1.20", "1.10"]
    assert not Thresholds.objects.exists()
    assert as_director.get(f"{URL}?preset=nonsense").context["form"]["watch_enter"].value() == "0.60"


def test_preview_counts_and_names_whom_it_would_concern(as_director: Browser, acme: Client, zenith: Client) -> None:
    latest(acme, "watch", 6200)
    latest(zenith, "healthy", None, status="undefined")
    response = save(as_director, watch_enter="0.63", preview="1")
    shown = response.context["preview"]
    assert shown.counts == [
        (Level.HEALTHY, 0, 1),
        (Level.WATCH, 1, 0),
        (Level.REPAIR, 0, 0),
        (Level.CONSIDER, 1, 1),
    ]
    assert [(each.name, each.before, each.after) for each in shown.concerned] == [("Acme", Level.WATCH, Level.HEALTHY)]
    assert not Thresholds.objects.exists()


def test_reached_is_the_highest_line_entered() -> None:
    levels = [reached(value, STANDARD_LINES) for value in (5999, 6000, 7500, 9999, 10_000)]
    assert levels == [Level.HEALTHY, Level.WATCH, Level.REPAIR, Level.REPAIR, Level.CONSIDER]


OWN = {name: VALUES[name] for name in VALUES if name.endswith(("_enter", "_leave"))}


def own(browser: Browser, client: Client, **changes: str):
    terms = {"reason": "Strategic", "valid_from": "2026-01-01", "valid_to": "2026-12-31", "grace_days": ""}
    return browser.post(f"/clients/{client.pk}/thresholds/", {**OWN, **terms, **changes})


def test_an_override_is_saved_with_reason_and_end(as_director: Browser, director: User, acme: Client) -> None:
    assert own(as_director, acme, watch_enter="0.70", consider_enter="1.10").status_code == 302
    saved = ThresholdOverride.objects.get()
    assert (saved.client, saved.watch_enter, saved.consider_enter, saved.reason) == (acme, 7000, 11_000, "Strategic")
    assert (saved.author, saved.grace_days) == (director, None)
    assert "Strategic" in as_director.get(URL).content.decode()
    assert "Strategic" in as_director.get(f"/clients/{acme.pk}/thresholds/").content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("reason", ""),
        ("valid_to", "2027-01-02"),
        ("valid_to", "2025-12-31"),
        ("valid_from", ""),
        ("watch_leave", "0.60"),
        ("grace_days", "367"),
    ],
)
def test_a_wrong_override_is_refused_beside_its_field(
    as_director: Browser, acme: Client, field: str, value: str
) -> None:
    response = own(as_director, acme, **{field: value})
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not ThresholdOverride.objects.exists()


def test_an_override_may_last_365_days(as_director: Browser, acme: Client) -> None:
    assert own(as_director, acme, valid_to="2027-01-01").status_code == 302


def test_ending_keeps_what_held_and_takes_back_what_did_not(as_director: Browser, acme: Client) -> None:
    day = today()
    for start in (day - timedelta(days=10), day):
        assert own(as_director, acme, valid_from=str(start), valid_to=str(day + timedelta(days=5))).status_code == 302
    for each in ThresholdOverride.objects.order_by("pk"):
        assert as_director.post(f"/clients/{acme.pk}/thresholds/{each.pk}/end/").status_code == 302
    (kept,) = ThresholdOverride.objects.all()
    assert (kept.valid_from, kept.valid_to) == (day - timedelta(days=10), day - timedelta(days=1))
    assert as_director.post(f"/clients/{acme.pk}/thresholds/{kept.pk}/end/").status_code == 404


def test_ending_needs_the_override_to_be_that_clients(as_director: Browser, acme: Client, zenith: Client) -> None:
    far = date(today().year + 1, 1, 1)
    assert own(as_director, acme, valid_from=str(today()), valid_to=str(far)).status_code == 302
    pk = ThresholdOverride.objects.get().pk
    assert as_director.post(f"/clients/{zenith.pk}/thresholds/{pk}/end/").status_code == 404


@pytest.mark.parametrize("who", ["as_manager", "as_admin"])
def test_lines_are_refused_to_those_without_the_right(who: str, request: pytest.FixtureRequest, acme: Client) -> None:
    browser = request.getfixturevalue(who)
    for url in (URL, f"/clients/{acme.pk}/thresholds/"):
        assert browser.get(url).status_code == 403
        assert browser.post(url, VALUES).status_code == 403
    assert not Thresholds.objects.exists()


@pytest.mark.parametrize(
    ("first", "last", "said", "tag"),
    [
        (-1, 30, "count from tomorrow morning's figures.", "holds today"),
        (0, 30, "count from tomorrow morning's figures.", "holds today"),
        (3, 30, "count from the figures of", "ahead"),
        (-9, -1, "ended already", "ended"),
    ],
)
def test_the_page_says_which_lines_hold_and_from_when(
    as_director: Browser, acme: Client, first: int, last: int, said: str, tag: str
) -> None:
    url, day = f"/clients/{acme.pk}/thresholds/", today()
    assert "everybody's lines count for this client" in html.unescape(as_director.get(url).text)
    days = {"valid_from": str(day + timedelta(days=first)), "valid_to": str(day + timedelta(days=last))}
    page = html.unescape(as_director.get(own(as_director, acme, **days)["Location"]).text)
    assert said in page
    assert f'<span class="tag">{tag}</span>' in page
    holds = tag == "holds today"
    assert ("Add other lines for this client" in page) is holds
    assert ("everybody's lines count for this client" in page) is not holds
    assert page.index("Lines now and before") < page.index('class="form card"')


def test_of_two_valid_overrides_the_newest_holds(as_director: Browser, acme: Client) -> None:
    days = {"valid_from": str(today()), "valid_to": str(today() + timedelta(days=9))}
    for reason in ("First", "Second"):
        own(as_director, acme, reason=reason, **days)
    page = as_director.get(f"/clients/{acme.pk}/thresholds/")
    assert page.context["current"].reason == "Second"
    assert "replaced by newer lines" in page.text
