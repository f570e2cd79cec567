"""Settings: each role finds what it may set; currency and zone stay once money is stored."""

from datetime import time

import pytest
from django.test import Client as Browser

from clienthealth.base.models import Organisation
from engagements.models import Client
from tests.cast import make_contract

pytestmark = pytest.mark.django_db
URL = "/settings/organisation/"


def posted(browser: Browser, **changes: str):
    form = browser.get(URL).context["form"]
    values = {"name": "Agency", "currency": "EUR", "zone": "UTC", "night_at": "04:10", "seen": form.initial["seen"]}
    return browser.post(URL, {**values, **changes})


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("as_director", {"organisation", "thresholds", "rates", "fx", "system"}),
        ("as_admin", {"organisation", "system"}),
        ("as_manager", set()),
        ("as_member", set()),
    ],
)
def test_index_links_what_the_role_may_set(who: str, expected: set[str], request: pytest.FixtureRequest) -> None:
    entries = request.getfixturevalue(who).get("/settings/").context["entries"]
    assert {name.partition(":")[2] for name, _label, _text in entries} - {"", "choice"} == expected
    assert {"digest:choice", "account_change_password"} <= {name for name, _label, _text in entries}


def test_saving_changes_the_organisation(as_admin: Browser) -> None:
    response = posted(as_admin, name="Nordlicht", currency="pln", zone="Europe/Warsaw", night_at="05:30")
    assert (response.status_code, response.headers["Location"]) == (302, URL)
    stored = Organisation.objects.get()
    assert (stored.name, stored.currency, stored.zone) == ("Nordlicht", "PLN", "Europe/Warsaw")
    assert stored.night_at == time(5, 30)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("night_at", "02:00"),
        ("night_at", "03:59"),
        ("night_at", "soon"),
        ("currency", "EURO"),
        ("currency", "E1R"),
        ("zone", "Mars/Olympus"),
        ("name", "x" * 201),
        ("name", "a\u202eb"),
    ],
)
def test_wrong_values_are_refused_beside_their_field(as_admin: Browser, field: str, value: str) -> None:
    response = posted(as_admin, **{field: value})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert Organisation.objects.get().name == ""


@pytest.mark.parametrize("at", ["01:59", "04:00"])
def test_hours_around_the_change_of_clocks_are_fine(as_admin: Browser, at: str) -> None:
    assert posted(as_admin, night_at=at).status_code == 302


def test_currency_and_zone_stay_once_money_is_stored(as_admin: Browser, acme: Client) -> None:
    make_contract(acme)
    assert posted(as_admin, currency="USD", zone="Europe/Paris", name="New").status_code == 302
    stored = Organisation.objects.get()
    assert (stored.name, stored.currency, stored.zone) == ("New", "EUR", "UTC")
    assert "amounts are already recorded" in as_admin.get(URL).content.decode()


def test_the_loser_of_two_edits_is_told_and_may_save_again(as_admin: Browser) -> None:
    seen = as_admin.get(URL).context["form"].initial["seen"]
    assert posted(as_admin, name="First").status_code == 302
    lost = posted(as_admin, name="Second", seen=seen)
    assert lost.status_code == 422
    assert "First" in lost.content.decode()
    assert Organisation.objects.get().name == "First"
    assert lost.context["form"]["name"].value() == "Second"
    assert posted(as_admin, name="Second", seen=lost.context["form"]["seen"].value()).status_code == 302
    assert Organisation.objects.get().name == "Second"


@pytest.mark.parametrize("who", ["as_manager", "as_member"])
def test_organisation_is_refused_to_those_without_the_right(who: str, request: pytest.FixtureRequest) -> None:
    browser = request.getfixturevalue(who)
    assert browser.get(URL).status_code == 403
    assert browser.post(URL, {}).status_code == 403
