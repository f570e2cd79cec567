"""What a demo installation shows on its pages, and no other does."""

from typing import Any

import pytest
from django.test import Client as Browser

from accounts.models import Role, User
from clienthealth.base.models import Organisation
from clienthealth.demo import SIGN_INS
from tests.cast import browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def doors() -> dict[str, User]:
    """The demo's people, able to sign in."""
    return {role: User.objects.create_user(email, password, role=role) for email, role, password in SIGN_INS}


def mark() -> None:
    Organisation.objects.ensure()
    Organisation.objects.update(is_demo=True)


def sign_in_page() -> str:
    return Browser().get("/accounts/login/").text


def test_demo_shows_who_may_sign_in(doors: dict[str, User]) -> None:
    mark()
    page = sign_in_page()
    for email, _role, password in SIGN_INS:
        assert f"<code>{email}</code>" in page
        assert f"<code>{password}</code>" in page


def test_real_installation_shows_no_sign_ins(doors: dict[str, User]) -> None:
    assert "demo" not in sign_in_page().lower()


def test_unfinished_demo_shows_no_sign_ins() -> None:
    mark()
    assert SIGN_INS[0][2] not in sign_in_page()


def test_demo_says_so_on_every_page_and_leads_out_those_who_may(doors: dict[str, User]) -> None:
    expected = {Role.OPS_DIRECTOR: True, Role.ACCOUNT_MANAGER: False, Role.MEMBER: False, Role.ADMIN: True}
    for marked in (False, True):
        if marked:
            mark()
        for role, may_remove in expected.items():
            page: Any = browser_of(doors[role]).get("/")
            assert ("Demo data." in page.text) == marked
            assert ("/settings/demo/" in page.text) == (marked and may_remove)
            settings = browser_of(doors[role]).get("/settings/")
            assert ("Remove the demo data" in settings.text) == (marked and may_remove)
