"""One client's page: why, the addends, what is recorded; costs only where there is the right to them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db.models import F
from django.test import Client as Browser

from accounts.models import Person, User
from clienthealth.health import nightly
from clienthealth.health.models import LatestFigures, ThresholdOverride
from engagements.models import (
    Client,
    ClientOwner,
    Contact,
    ContractTerm,
    Correction,
    CostRate,
    Invoice,
    InvoiceLine,
    Pause,
    Payment,
    TimeEntry,
)
from engagements.pricing import price
from issues.models import Cause, Incident, Touchpoint
from tests.cast import make_contract
from tests.dashboard.figures import D, changed, flag, latest
from tests.health.factories import costing, person

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def record_everything(client: Client, director: User, times: int) -> None:
    """So many of each kind of record, and an override, a flag and a changed level."""
    thresholds = {"reason": "agreed", "valid_from": D, "valid_to": D, "author": director}
    ThresholdOverride.objects.create(client=client, **thresholds)
    flag(client)
    cause = Cause.objects.create(name="something happened twice")
    for number in range(times):
        contract = make_contract(client, f"Contract {number}")
        ContractTerm.objects.create(contract=contract, effective_from=D, fee_cents=700_000)
        Pause.objects.create(contract=contract, from_on=D, to_on=D)
        Contact.objects.create(client=client, name=f"Contact {number}")
        incident = Incident.objects.create(client=client, category="delivery", severity="low", occurred_on=D)
        incident.causes.add(cause)
        invoice = Invoice.objects.create(number=f"I{number}", client=client, issue_on=D, currency="EUR")
        InvoiceLine.objects.create(invoice=invoice, amount_cents=100)
        Payment.objects.create(invoice=invoice, on=D, amount_cents=100)
        plain = {"client": client, "invoice": invoice, "on": D, "amount_cents": 100, "currency": "EUR"}
        Correction.objects.create(kind="credit_note", number=f"C{number}", **plain)
        Touchpoint.objects.create(client=client, at=datetime(2026, 3, 1, 12, tzinfo=UTC))
        changed(client, "watch", "repair", D - timedelta(days=number))


# Session, user, name, organisation; the client with figures, flag and owner; contracts, terms, pauses; levels; the
# override; contacts; incidents; invoices; corrections; touchpoints.
QUERIES = 15


@pytest.mark.parametrize("times", [1, 3, 15])
def test_number_of_queries_does_not_grow(
    as_director: Browser, director: User, acme: Client, times: int, django_assert_num_queries
) -> None:
    latest(acme, "repair", 7800)
    record_everything(acme, director, times)
    with django_assert_num_queries(QUERIES):
        assert as_director.get(f"/clients/{acme.pk}/").status_code == 200


def test_a_foreign_client_is_missing_exactly_like_none(as_manager: Browser, zenith: Client) -> None:
    for part in ("", "incidents/", "restated/", "effort/", "revenue/", "thresholds/"):
        foreign, missing = (as_manager.get(f"/clients/{pk}/{part}") for pk in (zenith.pk, 10**30))
        assert foreign.status_code == missing.status_code == (403 if part == "thresholds/" else 404)
        assert foreign.content == missing.content


def test_page_says_level_since_when_and_why(as_manager: Browser, acme: Client) -> None:
    latest(acme, "repair", 7800)
    changed(acme, "watch", "repair", date(2026, 3, 1))
    page = as_manager.get(f"/clients/{acme.pk}/").content.decode()
    assert "31 days at this level, since 1 Mar 2026" in page
    assert "ratio was 0.76 to 0.78 on 3 nights when it began." in page
    assert "This level begins at 0.75 and ends at 0.65 or below." in page
    assert "managed by Mara" in page


def test_an_override_moves_the_lines_shown(as_manager: Browser, acme: Client, director: User) -> None:
    latest(acme, "repair", 7800)
    ThresholdOverride.objects.create(
        client=acme, repair_enter=7700, reason="strategic", valid_from=D, valid_to=D, author=director
    )
    response = as_manager.get(f"/clients/{acme.pk}/")
    assert response.context["lines"][1] == ("repair", 7700, 6500)
    assert "strategic" in response.content.decode()


def test_not_enough_data_is_said_beside_the_level(as_manager: Browser, acme: Client) -> None:
    latest(acme, "watch", 6200, status="insufficient", reason="few_weeks")
    page = as_manager.get(f"/clients/{acme.pk}/").content.decode()
    assert "Not enough data: time was logged in too few weeks." in page


def test_addends_show_amounts_only_with_the_right_to_costs(
    as_manager: Browser, as_director: Browser, acme: Client
) -> None:
    figures = latest(acme, "watch", 6200)
    figures.parts["effort"] = {"time": 600_017, "incidents": 12_023, "direct": 7_931}
    figures.save()
    seen = as_director.get(f"/clients/{acme.pk}/")
    assert [each.amount for each in seen.context["effort_addends"]] == ["6,000.17", "120.23", "79.31"]
    hidden = as_manager.get(f"/clients/{acme.pk}/")
    assert [each.amount for each in hidden.context["effort_addends"]] == [None, None, None]
    assert [each.hours for each in hidden.context["effort_addends"]] == ["120.0", "0.0", None]
    for text in (b"6,000.17", b"120.23", b"79.31", b"6,200.00"):
        assert text in seen.content
        assert text not in hidden.content
    assert b"10,000.00" in hidden.content


def test_every_addend_leads_to_its_rows(as_director: Browser, acme: Client) -> None:
    latest(acme)
    response = as_director.get(f"/clients/{acme.pk}/")
    for addend in (*response.context["effort_addends"], *response.context["revenue_addends"]):
        address, _, anchor = addend.href.partition("#")
        assert as_director.get(address).status_code == 200
        assert anchor


def test_without_a_night_the_page_says_how_to_get_figures(as_manager: Browser, acme: Client) -> None:
    page = as_manager.get(f"/clients/{acme.pk}/").content.decode()
    assert "Figures appear after the first nightly run" in page
    assert as_manager.get(f"/clients/{acme.pk}/restated/").status_code == 404
    assert as_manager.get(f"/clients/{acme.pk}/effort/").status_code == 200
    assert as_manager.get(f"/clients/{acme.pk}/revenue/").status_code == 200


def test_late_facts_show_as_known_now(as_director: Browser, as_stranger: Browser) -> None:
    client = costing("Late Ltd", 0.8, until=D)
    nightly.recompute()
    url = f"/clients/{client.pk}/restated/"
    assert "Nothing recorded since then" in as_director.get(url, headers=HTMX).content.decode()
    entry = TimeEntry(client=client, person=person(), work_on=D, minutes=6000, seconds=360_000)
    price([entry])
    entry.save()
    response = as_director.get(url, headers=HTMX)
    assert "Ratio" in response.context["changed"]
    stored, known_now = response.context["stored"], response.context["known_now"]
    assert f"{stored} as evaluated for 31 Mar 2026, {known_now} with what is known now." in response.content.decode()
    assert b"<!DOCTYPE html>" in as_director.get(url).content


def test_a_change_of_cost_or_revenue_alone_is_said(as_director: Browser, as_manager: Browser, manager: User) -> None:
    client = costing("Late Ltd", 0.8, until=D)
    ClientOwner.objects.create(client=client, person=manager.person, from_on=date(2020, 1, 1))
    nightly.recompute()
    url = f"/clients/{client.pk}/restated/"
    figures = LatestFigures.objects.filter(client=client)
    figures.update(effort_cents=F("effort_cents") + 1)
    assert as_director.get(url).context["changed"] == ["Effort cost"]
    said = as_director.get(url, headers=HTMX).content.decode()
    assert "What was recorded since the night of 31 Mar 2026 changes:" in said
    assert "Nothing recorded since then" in as_manager.get(url, headers=HTMX).content.decode()
    figures.update(revenue_cents=F("revenue_cents") - 1)
    assert as_manager.get(url).context["changed"] == ["Net revenue"]
    figures.update(reason="few_hours", status="insufficient")
    assert as_manager.get(url).context["changed"] == ["Net revenue", "State"]


def test_restated_effort_cost_needs_the_right(as_manager: Browser, as_director: Browser, acme: Client) -> None:
    latest(acme, ratio_e4=4711)
    assert b"4,711.00" in as_director.get(f"/clients/{acme.pk}/restated/").content
    assert b"4,711.00" not in as_manager.get(f"/clients/{acme.pk}/restated/").content


def test_invoices_say_how_they_stand(as_manager: Browser, acme: Client) -> None:
    def invoice(number: str, paid: int, due: date | None, **fields: str) -> None:
        made = Invoice.objects.create(
            number=number, client=acme, issue_on=date(2026, 3, 1), due_on=due, currency="EUR", **fields
        )
        InvoiceLine.objects.create(invoice=made, amount_cents=10_000)
        if paid:
            Payment.objects.create(invoice=made, on=D, amount_cents=paid)

    past, coming = date(2026, 3, 22), date(2026, 4, 22)
    invoice("A", 10_000, past)
    invoice("B", 0, past)
    invoice("C", 4_000, past)
    invoice("D", 4_000, coming)
    invoice("E", 0, coming)
    invoice("F", 0, past, status="voided")
    invoice("G", 0, None)
    rows = as_manager.get(f"/clients/{acme.pk}/").context["invoices"]
    assert {row.number: row.state for row in rows} == {
        "A": "Paid",
        "B": "10 days overdue",
        "C": "10 days overdue",
        "D": "Partly paid",
        "E": "Open",
        "F": "Voided",
        "G": "Open",
    }


def test_corrections_can_be_traced_to_their_numbers(as_manager: Browser, acme: Client) -> None:
    latest(acme)
    contract = make_contract(acme, "Care", fee_cents=600_000)
    for kind, number, fields in (
        ("credit_note", "CN-1", {"contract": contract}),
        ("write_off", "W-1", {}),
        ("recovery", "R-1", {}),
        ("credit_note", "CN-2", {"contract": contract, "status": "voided"}),
    ):
        plain = {"on": D, "amount_cents": 12_300, "currency": "EUR"}
        Correction.objects.create(client=acme, kind=kind, number=number, **plain, **fields)
    rows = as_manager.get(f"/clients/{acme.pk}/").context["corrections"]
    assert {(row.number, row.kind, row.amount, row.state) for row in rows} == {
        ("CN-1", "Credit note", "−123.00", ""),
        ("W-1", "Write-off", "−123.00", ""),
        ("R-1", "Recovery", "123.00", ""),
        ("CN-2", "Credit note", "−123.00", "Voided"),
    }
    care, other = as_manager.get(f"/clients/{acme.pk}/revenue/").context["contracts"]
    assert [piece.numbers for piece in care.pieces if piece.source == "Credit notes"] == ["CN-1"]
    assert {piece.numbers for piece in care.pieces if piece.source != "Credit notes"} == {""}
    assert {piece.numbers for piece in other.pieces} == {"W-1", "R-1"}


def test_incidents_are_paged_as_fragment_and_as_page(as_manager: Browser, acme: Client) -> None:
    for _ in range(30):
        Incident.objects.create(client=acme, category="delivery", severity="low", occurred_on=D)
    url = f"/clients/{acme.pk}/incidents/"
    assert len(as_manager.get(url).context["incidents"]) == 25
    second = as_manager.get(f"{url}?page=2", headers=HTMX)
    assert len(second.context["incidents"]) == 5
    assert second.content.strip().startswith(b'<div id="incidents-list"')
    assert len(as_manager.get(f"/clients/{acme.pk}/").context["incidents"]) == 10


def test_rows_behind_effort_show_minutes_to_all_and_cost_by_right(
    as_manager: Browser, as_director: Browser, acme: Client
) -> None:
    CostRate.objects.create(effective_from=date(2020, 1, 1), cents_per_hour=4_713)
    worker = Person.objects.create(name="Wanda Worker")
    entries = [
        TimeEntry(client=acme, person=worker, work_on=D - timedelta(days=age), minutes=60, seconds=3600)
        for age in (0, 89, 90)
    ]
    price(entries)
    TimeEntry.objects.bulk_create(entries)
    latest(acme)
    seen, hidden = (each.get(f"/clients/{acme.pk}/effort/") for each in (as_director, as_manager))
    assert [line.day for line in hidden.context["entries"]] == [D, D - timedelta(days=89)]
    assert [line.hours for line in hidden.context["entries"]] == ["1.00", "1.00"]
    assert [line.cost for line in seen.context["entries"]] == ["47.13", "47.13"]
    assert [line.cost for line in hidden.context["entries"]] == [None, None]
    assert b"47.13" in seen.content
    assert b"47.13" not in hidden.content


def test_rows_behind_effort_show_the_project_where_there_is_no_contract(as_manager: Browser, acme: Client) -> None:
    contract = make_contract(acme, "Care")
    worker = Person.objects.create(name="Wanda Worker")
    common = {"client": acme, "person": worker, "minutes": 60, "seconds": 3600, "task": "Design <b>"}
    TimeEntry.objects.create(work_on=D, project="Website <i>", **common)
    TimeEntry.objects.create(work_on=D - timedelta(days=1), project="Care and more", contract=contract, **common)
    latest(acme)
    page = as_manager.get(f"/clients/{acme.pk}/effort/").content.decode()
    assert 'Website &lt;i&gt; <span class="tag">no contract</span>' in page
    assert ">Care</td>" in page
    assert "Care and more" not in page
    assert page.count("Design &lt;b&gt;") == 2


def test_rows_behind_revenue_sum_to_the_total(as_manager: Browser, acme: Client) -> None:
    contract = make_contract(acme, "Care", fee_cents=600_000)
    latest(acme)
    response = as_manager.get(f"/clients/{acme.pk}/revenue/")
    (care,) = response.context["contracts"]
    assert (care.name, care.anchor, care.total) == ("Care", f"contract-{contract.pk}", "18,000.00")
    assert response.context["total"] == "18,000.00"
    assert care.pieces[0].first == date(2026, 1, 1)
    assert care.pieces[-1].last == D
