"""Signing in and out, a forgotten password, and what the frame of every page offers to whom."""

import re

import pytest
from django.core import mail
from django.test import Client as Browser
from django.urls import reverse

from accounts.models import User
from tests.cast import PASSWORD

LOGIN = reverse("account_login")
RESET = reverse("account_reset_password")


def sign_in(browser, email, password=PASSWORD):
    return browser.post(LOGIN, {"login": email, "password": password})


def test_signing_in_and_out(manager):
    browser = Browser()
    assert sign_in(browser, "Mara@Agency.test")["Location"] == "/"
    assert browser.get(reverse("account_logout")).status_code == 200
    assert "_auth_user_id" in browser.session
    browser.post(reverse("account_logout"))
    assert "_auth_user_id" not in browser.session


def test_a_wrong_password_and_an_unknown_address_answer_alike(manager):
    wrong = sign_in(Browser(), manager.email, "not-the-password")
    unknown = sign_in(Browser(), "stranger@agency.test", "not-the-password")
    errors = [re.findall(r'<div class="note note-error".*?</div>', each.text, re.DOTALL) for each in (wrong, unknown)]
    assert errors[0] == errors[1] != []


def test_a_deactivated_user_does_not_get_in(manager):
    User.objects.update(is_active=False)
    browser = Browser()
    sign_in(browser, manager.email)
    assert "_auth_user_id" not in browser.session


def test_a_forgotten_password_is_set_anew_by_mail_once(manager):
    browser = Browser()
    sent = browser.post(RESET, {"email": manager.email}, follow=True)
    assert "Look into your mail" in sent.text
    (message,) = mail.outbox
    assert message.to == [manager.email]
    link = re.search(r"http://testserver(\S+)", message.body).group(1)
    form = browser.get(link, follow=True)
    assert "Set a new password" in form.text
    again = "another-long-password"
    done = browser.post(form.request["PATH_INFO"], {"password1": again, "password2": again}, follow=True)
    assert "Your new password is saved" in done.text
    assert sign_in(Browser(), manager.email, again).status_code == 302
    assert sign_in(Browser(), manager.email).status_code == 200
    assert "This link no longer works" in Browser().get(link, follow=True).text


def test_an_unknown_address_is_told_the_same(manager):
    known = Browser().post(RESET, {"email": manager.email}, follow=True)
    unknown = Browser().post(RESET, {"email": "stranger@agency.test"}, follow=True)
    assert known.content == unknown.content


def test_nobody_signs_up_alone(db):
    page = Browser().get(reverse("account_signup"))
    assert "Sign-ins are given, not taken" in page.text


def test_changing_the_password_asks_for_the_old_one(as_manager, manager):
    address = reverse("account_change_password")
    new = {"password1": "another-long-password", "password2": "another-long-password"}
    assert as_manager.post(address, {"oldpassword": "wrong", **new}).status_code == 200
    assert as_manager.post(address, {"oldpassword": PASSWORD, **new}).status_code == 302
    manager.refresh_from_db()
    assert manager.check_password("another-long-password")


@pytest.mark.parametrize(
    ("who", "offered", "logs"),
    [
        ("director", {"Today", "Portfolio", "Flags", "Imports", "Settings", "System"}, True),
        ("manager", {"Today", "Portfolio", "Flags"}, True),
        ("member", {"My incidents"}, True),
        ("admin", {"Settings", "System"}, False),
    ],
)
def test_the_navigation_offers_what_the_role_may_open(who, offered, logs, request):
    page = request.getfixturevalue(f"as_{who}").get(reverse("account_change_password")).text
    entries = re.search(r'<nav class="nav".*?</nav>', page, re.DOTALL).group()
    assert set(re.findall(r"<span>(.*?)</span>", entries)) == offered
    assert ("Log incident" in page) is logs


def test_pages_of_somebody_signed_in_stay_nowhere(as_manager):
    response = as_manager.get(reverse("account_change_password"))
    assert "no-store" in response["Cache-Control"]
    assert "unsafe-inline" not in response["Content-Security-Policy"]
