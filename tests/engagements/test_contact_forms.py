"""Contacts and contact hours of a client."""

from datetime import time

import pytest
from django.urls import reverse

from engagements.models import Contact, ContactHours
from tests.posting import filled

WEEK = {"weekdays": ["1", "2", "3", "4", "5"], "from_time": "09:00", "to_time": "18:00", "zone": ""}


def new(client):
    return reverse("engagements:contact_create", args=[client.pk])


def hours(client):
    return reverse("engagements:contact_hours", args=[client.pk])


def rows(*lines):
    data = {"hours-TOTAL_FORMS": str(len(lines)), "hours-INITIAL_FORMS": "0"}
    for number, line in enumerate(lines):
        data |= {f"hours-{number}-{field}": value for field, value in line.items()}
    return data


def test_a_contact_is_added_once_changed_and_removed(as_manager, manager, acme):
    data = filled(as_manager.get(new(acme)), name="Cleo", email="Cleo@client.test", is_decision_maker="on")
    assert [as_manager.post(new(acme), data).status_code for _ in "ab"] == [302, 302]
    contact = Contact.objects.get()
    assert (contact.client, contact.author, contact.is_decision_maker) == (acme, manager, True)

    edit = reverse("engagements:contact_edit", args=[contact.pk])
    assert as_manager.post(edit, filled(as_manager.get(edit), phone="+48 22 123")).status_code == 302
    contact.refresh_from_db()
    assert contact.phone == "+48 22 123"

    delete = reverse("engagements:contact_delete", args=[contact.pk])
    assert as_manager.get(delete).status_code == 200
    assert Contact.objects.exists()
    assert as_manager.post(delete).status_code == 302
    assert not Contact.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "\x00"), ("email", "nobody"), ("preferred_channel", "pigeon"), ("phone", "1" * 51)],
)
def test_a_wrong_contact_is_refused_beside_its_field(as_manager, acme, field, value):
    response = as_manager.post(new(acme), filled(as_manager.get(new(acme)), **{"name": "Cleo", field: value}))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not Contact.objects.exists()


def test_two_people_changing_one_contact(as_director, as_manager, acme):
    contact = Contact.objects.create(client=acme, name="Cleo")
    edit = reverse("engagements:contact_edit", args=[contact.pk])
    data = filled(as_manager.get(edit), job_role="Head")
    as_director.post(edit, filled(as_director.get(edit), job_role="Owner"))
    late = as_manager.post(edit, data)
    assert late.status_code == 409
    assert late.context["form"].conflict == [("Role at the client's", "Owner", "Head")]


def test_contact_hours_are_saved_as_lines(as_manager, acme):
    data = filled(as_manager.get(hours(acme))) | rows(WEEK, {**WEEK, "weekdays": ["6"], "to_time": "12:00"})
    assert as_manager.post(hours(acme), data).status_code == 302
    saved = ContactHours.objects.values_list("weekdays", "from_time", "to_time")
    assert list(saved) == [("12345", time(9), time(18)), ("6", time(9), time(12))]
    again = as_manager.get(hours(acme))
    assert as_manager.post(hours(acme), filled(again)).status_code == 302
    assert list(ContactHours.objects.values_list("version", flat=True)) == [1, 1]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"weekdays": []}, "weekdays"),
        ({"weekdays": ["8"]}, "weekdays"),
        ({"to_time": "09:00"}, "to_time"),
        ({"from_time": "25:00"}, "from_time"),
        ({"zone": "Mars/Olympus"}, "zone"),
    ],
)
def test_wrong_hours_are_refused_beside_their_field(as_manager, acme, change, field):
    data = filled(as_manager.get(hours(acme))) | rows({**WEEK, **change})
    response = as_manager.post(hours(acme), data)
    assert response.status_code == 422
    assert list(response.context["rows"].forms[0].errors) == [field]
    assert not ContactHours.objects.exists()


def test_two_people_changing_contact_hours(as_director, as_manager, acme):
    data = filled(as_manager.get(hours(acme))) | rows(WEEK)
    theirs = filled(as_director.get(hours(acme))) | rows({**WEEK, "from_time": "08:00"})
    as_director.post(hours(acme), theirs)
    late = as_manager.post(hours(acme), data)
    assert late.status_code == 409
    assert late.context["form"].conflict == [
        ("Contact hours", "Mon, Tue, Wed, Thu, Fri · 08:00 · 18:00 · –", "Mon, Tue, Wed, Thu, Fri · 09:00 · 18:00 · –")
    ]


def test_adding_a_line_of_hours_saves_nothing(as_manager, acme):
    data = filled(as_manager.get(hours(acme)), add="hours")
    response = as_manager.post(hours(acme), data, headers={"HX-Request": "true"})
    assert response.status_code == 200
    assert 'name="hours-0-from_time"' in response.text
    assert "<html" not in response.text
