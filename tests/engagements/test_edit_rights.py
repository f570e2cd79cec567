"""Every page that edits, as everybody: somebody else's client is missing exactly like one that never was."""

from datetime import date

import pytest
from django.urls import reverse

from engagements.models import Client, Contact, Contract, CostRate, FxRate
from tests.cast import browser_of, make_contract

CAST = ["nobody_signed_in", "member", "admin_user", "other_manager", "manager", "director"]
OWN_CLIENT = dict(zip(CAST, [302, 404, 404, 404, 200, 200], strict=True))
NEW_CLIENT = dict(zip(CAST, [302, 403, 403, 403, 403, 200], strict=True))
RATES = NEW_CLIENT
PAGES = {
    "client_create": NEW_CLIENT,
    "client_edit": OWN_CLIENT,
    "contact_create": OWN_CLIENT,
    "contact_hours": OWN_CLIENT,
    "contract_create": OWN_CLIENT,
    "contact_edit": OWN_CLIENT,
    "contact_delete": OWN_CLIENT,
    "contract_edit": OWN_CLIENT,
    "rates": RATES,
    "rate_create": RATES,
    "rate_edit": RATES,
    "rate_delete": RATES,
    "fx": RATES,
    "fx_create": RATES,
    "fx_edit": RATES,
    "fx_delete": RATES,
}


@pytest.fixture
def who(request, manager, other_manager, member, admin_user, director, zenith):
    """The user of the parameter."""
    return None if request.param == "nobody_signed_in" else request.getfixturevalue(request.param)


@pytest.fixture
def address(acme):
    contact = Contact.objects.create(client=acme, name="Cleo")
    contract = make_contract(acme)
    rate = CostRate.objects.create(effective_from=date(2025, 1, 1), cents_per_hour=4000)
    fx = FxRate.objects.create(currency="USD", effective_from=date(2025, 1, 1), rate_e10=9 * 10**9)
    ids = {"client": acme, "contact_": acme, "contract_create": acme, "rate_": rate, "fx_": fx}
    own = {"contact_edit": contact, "contact_delete": contact, "contract_edit": contract}

    def of(page: str) -> str:
        if page in ("client_create", "rates", "fx", "rate_create", "fx_create"):
            return reverse(f"engagements:{page}")
        found = own.get(page) or next(each for start, each in ids.items() if page.startswith(start))
        return reverse(f"engagements:{page}", args=[found.pk])

    return of


def stored():
    return [list(model.objects.order_by("pk").values()) for model in (Client, Contact, Contract, CostRate, FxRate)]


@pytest.mark.parametrize("who", CAST, indirect=True)
def test_pages_open_for_those_who_may(who, address, request):
    role = request.node.callspec.params["who"]
    browser = browser_of(who)
    assert {page: browser.get(address(page)).status_code for page in PAGES} == {
        page: statuses[role] for page, statuses in PAGES.items()
    }


@pytest.mark.parametrize("who", [each for each in CAST if each not in ("manager", "director")], indirect=True)
@pytest.mark.parametrize("htmx", [False, True], ids=["page", "htmx"])
def test_posts_of_others_change_nothing(who, htmx, address, request):
    role = request.node.callspec.params["who"]
    browser = browser_of(who)
    headers = {"HX-Request": "true"} if htmx else {}
    before = stored()
    for page, statuses in PAGES.items():
        if page in ("rates", "fx"):
            continue
        data = {"name": "Changed", "version": "1", "status": "parted", "currency": "USD", "cents_per_hour": "1"}
        status = browser.post(address(page), data, headers=headers).status_code
        assert status == (204 if htmx and statuses[role] == 302 else statuses[role]), page
    assert stored() == before


def test_a_foreign_client_answers_like_a_missing_one(as_manager, zenith):
    foreign = as_manager.get(reverse("engagements:client_edit", args=[zenith.pk]))
    missing = as_manager.get(reverse("engagements:client_edit", args=[zenith.pk + 999]))
    huge = as_manager.get(f"/clients/{'9' * 40}/edit/")
    assert foreign.status_code == missing.status_code == huge.status_code == 404
    assert foreign.content == missing.content
    assert b"Zenith" not in foreign.content


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_refused(as_director, acme, method):
    assert getattr(as_director, method)(reverse("engagements:client_edit", args=[acme.pk])).status_code == 405
