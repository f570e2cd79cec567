"""Adding and editing clients: what is saved, what is refused, who was quicker."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from engagements.models import Client, ClientOwner
from tests.cast import LONG_AGO, browser_of, make_client, make_person
from tests.posting import filled

NEW = reverse("engagements:client_create")


def edit(client):
    return reverse("engagements:client_edit", args=[client.pk])


def save(browser, client, **changes):
    """Post the form as the page shows it, with some fields changed."""
    address = edit(client)
    return browser.post(address, filled(browser.get(address), **changes))


def test_a_new_client_is_saved_with_its_author_and_owner(as_director, director, manager):
    data = {"name": " Orbit  Labs ", "status": "prospect", "owner": manager.person_id, "contact_every_days": "14"}
    response = as_director.post(NEW, filled(as_director.get(NEW), **data))
    client = Client.objects.get()
    assert response.status_code == 302
    assert (client.name, client.status, client.contact_every_days) == ("Orbit  Labs", "prospect", 14)
    assert client.author == director
    assert client.owner == manager.person


def test_the_same_post_twice_makes_one_client(as_director):
    data = filled(as_director.get(NEW), name="Orbit")
    first, second = as_director.post(NEW, data), as_director.post(NEW, data)
    assert Client.objects.count() == 1
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]


def test_a_second_client_of_the_same_name_is_refused_beside_the_name(as_director, acme):
    response = as_director.post(NEW, filled(as_director.get(NEW), name=" ACME"))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["name"]
    assert Client.objects.count() == 1


def test_what_was_typed_stays_when_something_is_wrong(as_director):
    response = as_director.post(NEW, {"name": "", "status": "active", "success_in_our_words": "More calls"})
    assert response.status_code == 422
    assert "Please fill this in." in response.text
    assert "More calls" in response.text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "a\x00b"),
        ("name", "x" * 201),
        ("name", "\u202egnp.exe"),
        ("name", "\ufdfa" * 20),
        ("status", "sold"),
        ("started_on", "1999-12-31"),
        ("started_on", "yesterday"),
        ("contact_every_days", "0"),
        ("contact_every_days", "9" * 30),
        ("zone", "Mars/Olympus"),
        ("standard_bill_rate_cents", "-1"),
        ("standard_bill_rate_cents", "99999999999"),
        ("success_in_their_words", "x" * 4001),
        ("owner", "999999"),
        ("owner", "9" * 30),
        ("owner", "x"),
    ],
)
def test_values_that_cannot_be_stored_are_refused_beside_their_field(as_manager, acme, field, value):
    response = save(as_manager, acme, **{field: value})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert Client.objects.get().version == 1


def test_money_hours_and_text_come_back_as_typed(as_manager, acme):
    save(as_manager, acme, standard_bill_rate_cents="1 150,50", success_in_their_words="Calls.\r\nMany.", zone="UTC")
    acme.refresh_from_db()
    assert acme.standard_bill_rate_cents == 115_050
    assert acme.success_in_their_words == "Calls.\nMany."
    page = as_manager.get(edit(acme))
    assert 'value="1150.50"' in page.text


def test_saving_without_a_change_changes_nothing_but_the_version(as_manager, acme):
    before = Client.objects.values().get()
    assert save(as_manager, acme).status_code == 302
    after = Client.objects.values().get()
    assert {name for name in before if before[name] != after[name]} == {"version", "changed_at"}


# --- owners ---


@time_machine.travel("2026-03-10 12:00Z", tick=False)
def test_a_new_owner_takes_over_today_and_the_old_one_stays_in_the_history(director, acme, manager, other_manager):
    save(browser_of(director), acme, owner=other_manager.person_id)
    rows = ClientOwner.objects.order_by("from_on").values_list("person", "from_on", "to_on")
    assert list(rows) == [
        (manager.person_id, LONG_AGO, date(2026, 3, 9)),
        (other_manager.person_id, date(2026, 3, 10), None),
    ]


@time_machine.travel("2026-03-10 12:00Z", tick=False)
def test_an_owner_of_less_than_a_day_leaves_no_trace(director, acme, manager, other_manager):
    browser = browser_of(director)
    save(browser, acme, owner=other_manager.person_id)
    save(browser, acme, owner=make_person("Third").pk)
    assert list(ClientOwner.objects.order_by("from_on").values_list("person__name", flat=True)) == ["Mara", "Third"]


def test_whoever_hands_a_client_over_goes_to_the_start_page(as_manager, acme, other_manager):
    response = save(as_manager, acme, owner=other_manager.person_id)
    assert response["Location"] == "/"
    assert as_manager.get(edit(acme)).status_code == 404


def test_an_owner_who_left_stays_until_somebody_changes_it(as_director, acme, manager):
    manager.person.is_active = False
    manager.person.save()
    assert save(as_director, acme, name="Acme 2").status_code == 302
    assert ClientOwner.objects.get().to_on is None


# --- exemption and end ---


def test_an_exemption_needs_a_reason_and_an_end(as_manager, acme):
    response = save(as_manager, acme, is_exempt="on")
    assert set(response.context["form"].errors) == {"exempt_reason", "exempt_until"}
    assert (
        save(as_manager, acme, is_exempt="on", exempt_reason="Pro bono", exempt_until="2027-01-01").status_code == 302
    )


def test_an_end_needs_its_kind(as_manager, acme):
    response = save(as_manager, acme, status="parted")
    assert list(response.context["form"].errors) == ["end_kind"]
    assert save(as_manager, acme, status="parted", end_kind="by_client").status_code == 302


def test_parting_by_our_own_decision_is_the_directors(as_manager, as_director, acme):
    response = save(as_manager, acme, status="offboarding", end_kind="by_us")
    assert list(response.context["form"].errors) == ["end_kind"]
    assert save(as_director, acme, status="offboarding", end_kind="by_us").status_code == 302
    assert save(as_manager, acme, contact_every_days="7").status_code == 302


def test_a_client_that_comes_back_has_not_ended(as_director, acme):
    save(as_director, acme, status="parted", end_kind="by_client")
    save(as_director, acme, status="active")
    acme.refresh_from_db()
    assert acme.end_kind == ""


# --- two people at once ---


def test_the_second_of_two_sees_both_versions_and_keeps_what_was_typed(as_director, as_manager, acme):
    data = filled(as_manager.get(edit(acme)), name="Acme of the manager", contact_every_days="7")
    save(as_director, acme, name="Acme of the director")
    late = as_manager.post(edit(acme), data)
    assert late.status_code == 409
    assert late.context["form"].conflict == [
        ("Name", "Acme of the director", "Acme of the manager"),
        ("Agreed contact every", "–", "7"),
    ]
    assert 'value="Acme of the manager"' in late.text
    assert Client.objects.get().name == "Acme of the director"

    again = as_manager.post(edit(acme), filled(late))
    assert again.status_code == 302
    acme.refresh_from_db()
    assert (acme.name, acme.contact_every_days, acme.version) == ("Acme of the manager", 7, 3)


@pytest.mark.parametrize("version", ["", "0", "x", "-1", "9" * 30])
def test_a_post_without_a_version_changes_nothing(as_manager, acme, version):
    assert save(as_manager, acme, name="Other", version=version).status_code == 422
    assert Client.objects.get().name == "Acme"


def test_a_post_cannot_move_to_another_client(as_manager, acme, zenith):
    address = edit(acme)
    as_manager.post(
        address, filled(as_manager.get(address), id=zenith.pk, pk=zenith.pk, client=zenith.pk, name="Stolen")
    )
    assert set(Client.objects.values_list("name", flat=True)) == {"Stolen", "Zenith"}
    assert Client.objects.get(name="Stolen").pk == acme.pk


def test_names_are_escaped(as_director):
    client = make_client("<script>alert(1)</script>")
    page = as_director.get(edit(client)).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
