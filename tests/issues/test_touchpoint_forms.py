"""Logging a contact with a client, and correcting it."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from issues.models import Touchpoint
from tests.posting import filled

LOG = reverse("issues:touchpoint_log")
HTMX = {"HX-Request": "true"}
ROLES = {"stranger": 302, "member": 403, "admin": 403, "manager": 200, "director": 200}


def log(browser, client, /, headers=None, **changes):
    page = browser.get(LOG, {"client": client.pk}, headers=headers)
    return browser.post(LOG, filled(page, **changes), headers=headers)


@pytest.fixture
def touchpoint(acme):
    return Touchpoint.objects.create(client=acme, at=datetime(2026, 3, 1, 9, 30, 25, tzinfo=UTC))


def edit(touchpoint):
    return reverse("issues:touchpoint_edit", args=[touchpoint.pk])


@pytest.mark.parametrize("who", ROLES)
def test_who_logs_contacts(who, request, acme):
    browser = request.getfixturevalue(f"as_{who}")
    assert browser.get(LOG).status_code == ROLES[who]
    names = reverse("issues:touchpoint_clients")
    assert browser.get(names, {"q": "acme"}).status_code == ROLES[who]


def test_a_contact_is_logged_once(as_manager, manager, acme):
    data = filled(
        as_manager.get(LOG, {"client": acme.pk}), direction="in", channel="phone", is_terse="on", note="Short"
    )
    assert [as_manager.post(LOG, data).status_code for _ in "ab"] == [302, 302]
    saved = Touchpoint.objects.get()
    assert (saved.client, saved.author, saved.direction, saved.channel) == (acme, manager, "in", "phone")
    assert (saved.is_terse, saved.note) == (True, "Short")


def test_the_dialog_closes_with_a_toast(as_manager, acme):
    answer = log(as_manager, acme, headers=HTMX)
    assert answer.status_code == 200
    assert "Contact with Acme logged." in answer.text


def test_a_foreign_client_is_no_choice(as_manager, acme, zenith):
    response = log(as_manager, acme, client=zenith.pk)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["client"]
    assert not Touchpoint.objects.exists()
    assert as_manager.get(reverse("issues:touchpoint_clients"), {"q": "zen"}).json() == {"clients": []}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("direction", "up"),
        ("channel", "pigeon"),
        ("at", "2099-01-01T10:00"),
        ("note", "a\x00"),
        ("note", "x" * 4001),
        ("client", ""),
    ],
)
def test_a_wrong_value_is_refused_beside_its_field(as_manager, acme, field, value):
    response = log(as_manager, acme, **{field: value})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]


@pytest.mark.parametrize(("who", "status"), [("stranger", 302), ("member", 404), ("other_manager", 404)])
def test_somebody_elses_contact_is_missing(who, status, request, touchpoint):
    browser = request.getfixturevalue(f"as_{who}")
    assert browser.get(edit(touchpoint)).status_code == status
    assert browser.post(edit(touchpoint), {"direction": "in", "version": "1"}).status_code == status
    touchpoint.refresh_from_db()
    assert touchpoint.direction == "both"


def test_a_contact_is_corrected_and_keeps_its_second(as_manager, touchpoint):
    before = touchpoint.at
    as_manager.post(edit(touchpoint), filled(as_manager.get(edit(touchpoint)), direction="out"))
    touchpoint.refresh_from_db()
    assert (touchpoint.direction, touchpoint.at) == ("out", before)


def test_a_channel_a_file_brought_stays(as_manager, touchpoint):
    Touchpoint.objects.update(channel="carrier pigeon")
    assert as_manager.post(edit(touchpoint), filled(as_manager.get(edit(touchpoint)))).status_code == 302
    touchpoint.refresh_from_db()
    assert touchpoint.channel == "carrier pigeon"


def test_the_second_of_two_sees_both_versions(as_manager, as_director, touchpoint):
    data = filled(as_manager.get(edit(touchpoint)), note="Mine")
    as_director.post(edit(touchpoint), filled(as_director.get(edit(touchpoint)), note="Theirs"))
    late = as_manager.post(edit(touchpoint), data)
    assert late.status_code == 409
    assert late.context["form"].conflict == [("Note", "Theirs", "Mine")]
