"""Mails on pages: each person's own, the outbox of the installation, and one mail to read."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from accounts.models import User
from clienthealth.base import outbox
from clienthealth.base.models import Mail
from clienthealth.dashboard.mails import frame_policy
from clienthealth.digest import tasks
from clienthealth.digest.weeks import Week
from engagements.models import Client
from tests.dashboard.figures import flag, latest

pytestmark = pytest.mark.django_db
WEEK = Week.parse("2026-W13")


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    return tmp_path / "mail"


@pytest.fixture
def mail(manager: User, acme: Client) -> Mail:
    """The manager's digest, which names acme."""
    latest(acme, "consider", 10_600)
    flag(acme)
    (planned,) = tasks.plan(WEEK, [manager])
    outbox.deliver(planned.pk, timezone.now())
    planned.refresh_from_db()
    return planned


def test_own_mails_are_listed_and_nobody_elses(as_manager: Browser, as_other_manager: Browser, mail: Mail) -> None:
    page = as_manager.get("/mails/").text
    assert "Acme at Consider parting ways" in page
    assert f'href="/mails/{mail.pk}/"' in page
    assert "No mail yet" in as_other_manager.get("/mails/").text


def test_mail_is_read_as_text_and_in_a_frame(as_manager: Browser, mail: Mail) -> None:
    page = as_manager.get(f"/mails/{mail.pk}/")
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert f'src="/mails/{mail.pk}/html/"' in page.text
    assert "&gt; Weigh the options." in page.text
    html = as_manager.get(f"/mails/{mail.pk}/html/")
    assert html.text.startswith("<!DOCTYPE html>")
    assert "\r" not in html.text, "browsers hash styles with plain line ends"
    assert html.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_frame_lets_only_the_mails_own_styles_hold(as_manager: Browser, mail: Mail) -> None:
    policy = as_manager.get(f"/mails/{mail.pk}/html/").headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-hashes' 'sha256-")
    assert "unsafe-inline" not in policy
    assert "sandbox allow-popups" in policy
    assert "allow-scripts" not in policy
    assert len(policy) < 6000


def test_style_hashes_are_those_browsers_compute() -> None:
    policy = frame_policy('<style>b{}</style><p style="color: red">x</p><script>alert(1)</script>')
    hashes = re.findall(r"sha256-([^']+)", policy)
    # As `printf 'b{}' | openssl dgst -sha256 -binary | base64` says; the script has none.
    assert sorted(hashes) == [
        "7yqHVAesot11p6HczDsgKRipvI5UPgs97z80zNXlans=",
        "NerDAUWfwD31YdZHveMrq0GLjsNFMwxLpZl0dPUeCcw=",
    ]


def test_mail_that_went_to_a_server_has_no_copy_here(as_manager: Browser, mail: Mail, folder: Path) -> None:
    (folder / mail.file_name).unlink()
    assert as_manager.get(f"/mails/{mail.pk}/").status_code == 404
    assert f'href="/mails/{mail.pk}/"' not in as_manager.get("/mails/").text


def test_outbox_says_where_mails_are_and_how_many(as_director: Browser, mail: Mail, director: User) -> None:
    tasks.plan(WEEK, [director])
    page = as_director.get("/system/").text
    assert "Mails are written to files, because no EMAIL_HOST is set." in page
    assert "1 planned · 1 sent" in page
    assert f'href="/mails/{mail.pk}/"' in page
    assert "Acme at Consider parting ways" in page


def test_admin_sees_envelopes_only(as_admin: Browser, mail: Mail) -> None:
    page = as_admin.get("/system/").text
    assert "mara@agency.test" in page
    assert "Weekly digest 2026-W13" in page
    assert "Acme" not in page
    assert f'href="/mails/{mail.pk}/"' not in page
    assert as_admin.get(f"/mails/{mail.pk}/").status_code == 404


@pytest.mark.parametrize(("state", "offered"), [("refused", True), ("uncertain", True), ("sent", False)])
def test_refused_and_uncertain_mails_may_be_sent_again(
    as_admin: Browser, mail: Mail, admin_user: User, state: str, offered: bool
) -> None:
    Mail.objects.update(state=state, reason="550 no such user")
    page = as_admin.get("/system/").text
    assert (f"/mails/{mail.pk}/again/" in page) is offered
    for _ in range(2):  # a second click finds it decided
        assert as_admin.post(f"/mails/{mail.pk}/again/", {"turn": "1"}).headers["Location"] == "/system/"
    mail.refresh_from_db()
    assert (mail.state, mail.turn) == (("planned", 2) if offered else (state, 1))
    assert (mail.asked_by == admin_user) is offered
    if offered:
        assert "sent again by Adam" in as_admin.get("/system/").text


@pytest.mark.parametrize("turn", ["", "0", "x", "-1", "99999999999999999999"])
def test_turn_nobody_saw_sends_nothing(as_admin: Browser, mail: Mail, turn: str) -> None:
    Mail.objects.update(state="uncertain")
    assert as_admin.post(f"/mails/{mail.pk}/again/", {"turn": turn}).status_code == 302
    mail.refresh_from_db()
    assert mail.state == "uncertain"


def test_managers_own_page_offers_no_sending(as_manager: Browser, mail: Mail) -> None:
    Mail.objects.update(state="refused")
    assert "Send again" not in as_manager.get("/mails/").text
    assert as_manager.post(f"/mails/{mail.pk}/again/", {"turn": "1"}).status_code == 403
