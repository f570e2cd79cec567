"""In a real browser: keys, the dialog, the toast, and the client field that matches while one types."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from engagements.models import Client
from issues.models import Incident
from tests.cast import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def signed_in(page: Page, live_server, manager, acme):
    """The manager in a browser whose console must stay free of errors."""
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda line: wrong.append(line.text) if "Content Security Policy" in line.text else None)
    page.goto(live_server.url + reverse("account_login"))
    page.fill("#id_login", manager.email)
    page.fill("#id_password", PASSWORD)
    page.click("button[type=submit]")
    page.goto(live_server.url + reverse("engagements:client_edit", args=[acme.pk]))
    yield page
    assert wrong == []


def test_three_keys_log_an_incident_on_a_clients_page_and_undo_takes_it_back(signed_in, acme):
    signed_in.keyboard.press("i")
    expect(signed_in.locator("#dialog")).to_be_visible()
    expect(signed_in.locator("#log-category_0")).to_be_focused()
    for key in ("2", "h", "Control+Enter"):
        signed_in.keyboard.press(key)
    toast = signed_in.locator(".toast")
    expect(toast).to_contain_text("Incident logged for Acme.")
    expect(signed_in.locator("#dialog")).to_be_hidden()
    incident = Incident.objects.get()
    assert (incident.client, incident.category, incident.severity) == (acme, "delivery", "high")
    toast.get_by_role("button", name="Undo").click()
    expect(signed_in.locator(".toast")).to_contain_text("taken back")
    assert not Incident.objects.exists()


def test_elsewhere_the_client_is_typed_first(signed_in, live_server, manager):
    names = ("Brio", "Étoile du Nord", "North Sea", "Northwind")
    for name in names:
        Client.objects.create(name=name).owners.create(person=manager.person, from_on="2025-01-01")
    signed_in.goto(live_server.url + reverse("issues:incident_mine"))
    signed_in.keyboard.press("i")
    field = signed_in.get_by_role("combobox", name="Client")
    expect(field).to_be_focused()
    signed_in.keyboard.type("nor")
    found = signed_in.get_by_role("option")
    expect(found).to_have_text(["North Sea", "Northwind", "Étoile du Nord"])
    field.fill("etoile")
    expect(found).to_have_text(["Étoile du Nord"])
    for key in ("Enter", "1", "l", "Enter"):
        signed_in.keyboard.press(key)
    expect(signed_in.locator(".toast")).to_contain_text("Étoile du Nord")
    assert Incident.objects.get().client.name == "Étoile du Nord"


def test_keys_never_fire_while_somebody_types_nor_when_they_are_off(signed_in):
    signed_in.fill("#id_name", "")
    signed_in.type("#id_name", "i? 1")
    assert signed_in.input_value("#id_name") == "i? 1"
    expect(signed_in.locator("#dialog")).to_be_hidden()
    signed_in.locator("h1").click()
    signed_in.keyboard.press("?")
    expect(signed_in.locator("#keys")).to_be_visible()
    signed_in.uncheck("#keys-on")
    signed_in.keyboard.press("Escape")
    signed_in.keyboard.press("i")
    signed_in.wait_for_timeout(300)
    expect(signed_in.locator("#dialog")).to_be_hidden()


def test_what_is_missing_is_said_in_the_dialog_and_has_the_cursor(signed_in):
    signed_in.keyboard.press("i")
    expect(signed_in.locator("#log-category_0")).to_be_focused()
    signed_in.keyboard.press("m")
    signed_in.keyboard.press("Control+Enter")
    expect(signed_in.locator("#dialog .field-error")).to_have_text("Choose what it was about.")
    expect(signed_in.locator("#log-category_0")).to_be_focused()
    expect(signed_in.locator("#log-severity_1")).to_be_checked()
    signed_in.keyboard.press("3")
    signed_in.keyboard.press("Control+Enter")
    expect(signed_in.locator(".toast")).to_be_visible()
    assert Incident.objects.get().category == "expectations"


def test_a_name_nobody_has_is_kept_and_not_sent(signed_in, live_server):
    signed_in.goto(live_server.url + reverse("issues:incident_mine"))
    signed_in.keyboard.press("i")
    field = signed_in.get_by_role("combobox", name="Client")
    expect(field).to_be_focused()
    signed_in.keyboard.type("zzz")
    signed_in.keyboard.press("Enter")
    expect(signed_in.locator(".combo-list")).to_have_text("No client of that name")
    expect(field).to_be_focused()
    expect(field).to_have_value("zzz")
    expect(signed_in.locator("#dialog .field-error")).to_have_count(0)
    signed_in.keyboard.press("Control+Enter")
    expect(signed_in.locator("#dialog .field-error").first).to_have_text("No client of that name.")
    expect(field).to_have_value("zzz")
    expect(field).to_be_focused()


def test_what_was_logged_stands_on_the_page_and_the_cursor_returns(signed_in, live_server, acme):
    signed_in.goto(live_server.url + reverse("dashboard:client", args=[acme.pk]))
    card = signed_in.locator("#incidents-card")
    signed_in.keyboard.press("i")
    expect(signed_in.locator("#log-category_0")).to_be_focused()
    for key in ("2", "h"):
        signed_in.keyboard.press(key)
    signed_in.fill("#log-what_happened", "Two days late")
    signed_in.keyboard.press("Control+Enter")
    expect(card).to_contain_text("Two days late")
    toast = signed_in.locator(".toast")
    expect(toast).to_contain_text("Incident logged for Acme.")
    expect(signed_in.locator('[data-key="i"]')).to_be_focused()
    toast.get_by_role("button", name="Undo").click()
    expect(card).not_to_contain_text("Two days late")
    expect(signed_in.locator(".toast")).to_contain_text("taken back")

    # This link stands inside what is read again.
    signed_in.get_by_role("link", name="Log contact").click()
    note = signed_in.locator("#log-note")
    note.fill("Called about the site")
    for name in ("direction", "channel"):
        signed_in.locator(f"#dialog [name={name}]").first.check(force=True)
    with signed_in.expect_response(lambda answer: answer.url.endswith(f"/clients/{acme.pk}/")):
        signed_in.keyboard.press("Control+Enter")
    expect(signed_in.locator("#dialog")).to_be_hidden()
    expect(signed_in.locator('[data-key="c"]')).to_be_focused()
    assert acme.touchpoints.count() == 1


def test_what_somebody_writes_in_the_page_survives_logging(signed_in):
    signed_in.fill("#id_name", "Acme Works")
    signed_in.locator("h1").click()
    signed_in.keyboard.press("i")
    expect(signed_in.locator("#log-category_0")).to_be_focused()
    for key in ("1", "l", "Control+Enter"):
        signed_in.keyboard.press(key)
    expect(signed_in.locator(".toast")).to_be_visible()
    expect(signed_in.locator("#main")).to_be_focused()  # where it was
    assert signed_in.input_value("#id_name") == "Acme Works"


def test_escape_puts_the_cursor_back(signed_in):
    signed_in.keyboard.press("i")
    expect(signed_in.locator("#log-category_0")).to_be_focused()
    signed_in.keyboard.press("Escape")
    expect(signed_in.locator('[data-key="i"]')).to_be_focused()
