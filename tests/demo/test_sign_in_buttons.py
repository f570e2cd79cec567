"""In a browser: a demo's button fills the sign-in form, and without a script the words are there to be typed."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from accounts.models import Role, User
from clienthealth.base.models import Organisation
from clienthealth.demo import SIGN_INS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def address(live_server: Any) -> str:
    Organisation.objects.ensure()
    Organisation.objects.update(is_demo=True)
    for email, role, password in SIGN_INS:
        User.objects.create_user(email, password, role=role, name=email.partition("@")[0].title())
    return f"{live_server.url}/accounts/login/"


@pytest.mark.parametrize("role", [Role.OPS_DIRECTOR, Role.ACCOUNT_MANAGER, Role.ADMIN])
def test_button_fills_and_enter_signs_in(page: Page, address: str, role: str) -> None:
    email = next(email for email, of, _password in SIGN_INS if of == role)
    page.goto(address)
    page.get_by_role("button", name=f"Fill in {email.partition('@')[0].title()}").click()
    page.keyboard.press("Enter")
    page.wait_for_url(address.removesuffix("accounts/login/"))
    page.locator(".menu summary").click()
    assert email in page.locator(".menu-panel").inner_text()


def test_words_are_there_without_script(browser: Browser, address: str) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(address)
    section = page.locator(".demo-sign-ins")
    assert all(email in section.inner_text() and password in section.inner_text() for email, _r, password in SIGN_INS)
    assert section.get_by_role("button").count() == 0
    page.context.close()
