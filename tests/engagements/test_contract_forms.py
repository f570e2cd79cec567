"""The contract's form with its lists: kinds, lines added and removed, two people at once."""

from datetime import date

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from engagements.models import Contract, ContractTerm, FxRate, Milestone, Pause, TimeEntry
from tests.cast import make_contract
from tests.posting import filled


def new(client):
    return reverse("engagements:contract_create", args=[client.pk])


def edit(contract):
    return reverse("engagements:contract_edit", args=[contract.pk])


def save(browser, address, **changes):
    return browser.post(address, filled(browser.get(address), **changes))


def lines(name, *rows):
    """The posted fields of a list."""
    data = {f"{name}-TOTAL_FORMS": str(len(rows)), f"{name}-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        data |= {f"{name}-{number}-{field}": value for field, value in row.items()}
    return data


RETAINER = {"name": "Care", "kind": "retainer", "fee_cents": "6 000,00", "period": "month", "start_on": "2025-01-01"}


def test_a_retainer_is_saved_with_everything(as_manager, manager, acme):
    extra = {"included_seconds": "37:30", "pause_fee_basis_points": "25", "payment_terms_days": "14", "currency": "usd"}
    assert save(as_manager, new(acme), **RETAINER, **extra).status_code == 302
    contract = Contract.objects.get()
    assert (contract.fee_cents, contract.period, contract.currency) == (600_000, "month", "USD")
    assert (contract.included_seconds, contract.pause_fee_basis_points) == (135_000, 2500)
    assert (contract.payment_terms_days, contract.anchor_day) == (14, 1)
    assert (contract.client, contract.author) == (acme, manager)


def test_the_same_post_twice_makes_one_contract(as_manager, acme):
    data = filled(as_manager.get(new(acme)), **RETAINER)
    assert [as_manager.post(new(acme), data).status_code for _ in "ab"] == [302, 302]
    assert Contract.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "missing"),
    [("retainer", {"fee_cents", "period"}), ("fixed_fee", {"fee_cents"}), ("time_and_materials", {"bill_rate_cents"})],
)
def test_each_kind_asks_for_what_it_needs(as_manager, acme, kind, missing):
    response = save(as_manager, new(acme), name="Care", kind=kind, start_on="2025-01-01")
    assert response.status_code == 422
    assert set(response.context["form"].errors) == missing


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"end_on": "2024-12-31"}, "end_on"),
        ({"kind": "barter"}, "kind"),
        ({"currency": "E"}, "currency"),
        ({"anchor_day": "32"}, "anchor_day"),
        ({"anchor_day": ""}, "anchor_day"),
        ({"fee_cents": "1.234"}, "fee_cents"),
        ({"fee_cents": "-5"}, "fee_cents"),
        ({"notice_days": "4000"}, "notice_days"),
        ({"revision_rounds": "99999"}, "revision_rounds"),
        ({"included_seconds": "2000000"}, "included_seconds"),
        ({"pause_fee_basis_points": "101"}, "pause_fee_basis_points"),
        ({"recognition": "percent_complete"}, "estimated_seconds"),
        ({"recognition": "milestone"}, "recognition"),
        ({"recognition": "never"}, "recognition"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(as_manager, acme, changes, field):
    response = save(as_manager, new(acme), **{**RETAINER, **changes})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not Contract.objects.exists()


def test_a_name_is_taken_within_one_client_only(as_director, acme, zenith):
    make_contract(acme, "Care")
    assert list(save(as_director, new(acme), **RETAINER).context["form"].errors) == ["name"]
    assert save(as_director, new(zenith), **RETAINER).status_code == 302


# --- lists ---


def test_lines_are_added_changed_and_removed(as_manager, acme):
    contract = make_contract(acme)
    ContractTerm.objects.create(contract=contract, effective_from=date(2025, 6, 1), fee_cents=650_000)
    gone = Pause.objects.create(contract=contract, from_on=date(2025, 2, 1), to_on=date(2025, 2, 10))
    kept = contract.terms.get().pk
    changes = {
        **lines(
            "terms",
            {"effective_from": "2025-06-01", "fee_cents": "7000"},
            {"effective_from": "2026-01-01", "included_seconds": "10"},
        ),
        **lines(
            "pauses", {"from_on": "2025-02-01", "to_on": "2025-02-10", "DELETE": "on"}, {"from_on": "", "to_on": ""}
        ),
        **lines("milestones", {"on": "2025-03-01", "amount_cents": "100"}),
    }
    assert save(as_manager, edit(contract), **changes).status_code == 302
    rows = list(contract.terms.values_list("pk", "effective_from", "fee_cents", "included_seconds", "version"))
    assert rows[0] == (kept, date(2025, 6, 1), 700_000, None, 2)
    assert rows[1][1:4] == (date(2026, 1, 1), None, 36_000)
    assert not Pause.objects.filter(pk=gone.pk).exists()
    assert Milestone.objects.get().amount_cents == 10_000


def test_saving_a_contract_as_it_is_leaves_its_lines_alone(as_manager, acme):
    contract = make_contract(acme)
    ContractTerm.objects.create(contract=contract, effective_from=date(2025, 6, 1), fee_cents=650_000)
    before = list(ContractTerm.objects.values())
    assert save(as_manager, edit(contract)).status_code == 302
    assert list(ContractTerm.objects.values()) == before


@pytest.mark.parametrize(
    ("name", "row", "field"),
    [
        ("terms", {"effective_from": "2025-06-01"}, "fee_cents"),
        ("terms", {"effective_from": "", "fee_cents": "1"}, "effective_from"),
        ("terms", {"effective_from": "2025-06-01", "bill_rate_cents": "99999999"}, "bill_rate_cents"),
        ("pauses", {"from_on": "2025-06-02", "to_on": "2025-06-01"}, "to_on"),
        ("milestones", {"on": "1990-01-01", "amount_cents": "5"}, "on"),
        ("milestones", {"on": "2025-01-01", "amount_cents": "x"}, "amount_cents"),
    ],
)
def test_a_wrong_line_is_refused_beside_its_field(as_manager, acme, name, row, field):
    response = save(as_manager, new(acme), **RETAINER, **lines(name, row))
    assert response.status_code == 422
    assert list(response.context[name].forms[0].errors) == [field]
    assert not Contract.objects.exists()


def test_two_lines_of_one_day_are_refused(as_manager, acme):
    row = {"effective_from": "2025-06-01", "fee_cents": "1"}
    response = save(as_manager, new(acme), **RETAINER, **lines("terms", row, row))
    assert response.status_code == 422
    assert list(response.context["terms"].forms[1].errors) == ["effective_from"]


@pytest.mark.parametrize("total", ["x", "", "1e9", "999999999"])
def test_a_broken_count_of_lines_is_refused(as_manager, acme, total):
    response = save(as_manager, new(acme), **{**RETAINER, "terms-TOTAL_FORMS": total})
    assert response.status_code == 422
    assert not Contract.objects.exists()


@pytest.mark.parametrize("htmx", [False, True], ids=["page", "htmx"])
def test_adding_a_line_saves_nothing_and_keeps_what_was_typed(as_manager, acme, htmx):
    headers = {"HX-Request": "true"} if htmx else {}
    data = filled(as_manager.get(new(acme)), name="Half typed", add="pauses")
    response = as_manager.post(new(acme), data, headers=headers)
    assert response.status_code == 200
    assert 'name="pauses-0-from_on"' in response.text
    assert 'value="Half typed"' in response.text
    assert "field-error" not in response.text
    assert ("<html" in response.text) is not htmx
    assert not Contract.objects.exists()


# --- what follows ---


def said(response):
    """The warnings and confirmations after a save, on the page it leads to."""
    return " ".join(str(each) for each in get_messages(response.wsgi_request))


@pytest.mark.parametrize("who", ["as_manager", "as_director"])
def test_a_currency_without_a_rate_is_saved_and_said(request, acme, who):
    browser = request.getfixturevalue(who)
    response = save(browser, new(acme), **RETAINER, currency="EUO")
    assert response.status_code == 302
    assert Contract.objects.get().currency == "EUO"
    assert "There is no exchange rate for EUO yet" in said(response)
    page = browser.get(response["Location"]).text
    link = f'<a href="{reverse("engagements:fx")}">Settings → Exchange rates</a>'
    assert "under Settings → Exchange rates." in page or link in page
    assert (link in page) is (who == "as_director")


@pytest.mark.parametrize(
    ("currency", "rate_from", "warning"),
    [
        ("EUR", None, ""),
        ("USD", date(2025, 1, 1), ""),
        ("USD", date(2024, 1, 1), ""),
        ("USD", date(2025, 1, 2), "no exchange rate for USD on this contract's first day"),
    ],
)
def test_only_a_rate_that_holds_on_the_first_day_is_enough(as_manager, acme, currency, rate_from, warning):
    if rate_from:
        FxRate.objects.create(currency="USD", effective_from=rate_from, rate_e10=9 * 10**9)
    text = said(save(as_manager, new(acme), **RETAINER, currency=currency))
    assert ("no exchange rate" in text) is bool(warning)
    assert warning in text


def test_a_changed_contract_prices_its_hours_anew(as_manager, manager, acme):
    contract = make_contract(acme, kind="time_and_materials", fee_cents=None, period="", bill_rate_cents=9000)
    entry = TimeEntry.objects.create(
        client=acme, person=manager.person, work_on=date(2025, 3, 1), minutes=60, seconds=3600
    )
    save(as_manager, edit(contract), bill_rate_cents="95")
    entry.refresh_from_db()
    assert (entry.contract, entry.bill_cents_per_hour) == (contract, 9500)


def test_the_second_of_two_sees_contract_and_lines_of_both(as_director, as_manager, acme):
    contract = make_contract(acme)
    data = filled(as_manager.get(edit(contract)), fee_cents="6500")
    data |= lines("pauses", {"from_on": "2025-05-01", "to_on": "2025-05-02"})
    save(as_director, edit(contract), **lines("pauses", {"from_on": "2025-04-01", "to_on": "2025-04-02"}))
    late = as_manager.post(edit(contract), data)
    assert late.status_code == 409
    assert late.context["form"].conflict == [
        ("Fee", "6000.00", "6500.00"),
        ("Pauses", "2025-04-01 · 2025-04-02", "2025-05-01 · 2025-05-02"),
    ]
    assert as_manager.post(edit(contract), filled(late)).status_code == 302
    contract.refresh_from_db()
    assert contract.fee_cents == 650_000
    assert list(contract.pauses.values_list("from_on", flat=True)) == [date(2025, 5, 1)]


def test_a_contract_cannot_be_moved_to_another_client(as_manager, acme, zenith):
    contract = make_contract(acme)
    foreign = make_contract(zenith, "Theirs")
    save(as_manager, edit(contract), client=zenith.pk, id=foreign.pk, contract=foreign.pk, name="Mine")
    contract.refresh_from_db()
    foreign.refresh_from_db()
    assert (contract.client, contract.name, foreign.name) == (acme, "Mine", "Theirs")
