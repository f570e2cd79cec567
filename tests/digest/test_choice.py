"""Whether the digest comes: by the signed address of a mail, and by the settings page."""

import pytest
from django.test import Client as Browser
from django.utils import timezone

from accounts.models import User
from clienthealth.base import outbox
from clienthealth.base.models import Mail
from clienthealth.digest import tasks
from clienthealth.digest.choice import address_of, masked
from tests.digest.week import WEEK
from tests.posting import filled

pytestmark = pytest.mark.django_db
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
CHOICE = "/settings/mails/"


def path_of(user: User) -> str:
    return address_of(user).removeprefix("http://127.0.0.1:8000")


def chosen(user: User) -> str:
    return User.objects.get(pk=user.pk).digest


def test_one_click_switches_off_without_sign_in_or_token_of_a_form(manager: User) -> None:
    outside = Browser(enforce_csrf_checks=True)
    for _ in range(2):
        response = outside.post(path_of(manager), ONE_CLICK)
        assert (response.status_code, chosen(manager)) == (200, "off")


def test_looking_at_the_address_changes_nothing(as_stranger: Browser, manager: User) -> None:
    page = as_stranger.get(path_of(manager)).text
    assert chosen(manager) == "weekly"
    assert '<span class="nowrap">m…@agency.test</span> gets the digest every Monday' in page
    assert "mara@agency.test" not in page
    assert "Mara" not in page


def test_page_offers_to_switch_on_again(as_stranger: Browser, manager: User) -> None:
    off = as_stranger.post(path_of(manager), {"choice": "off"}).text
    assert "switched off" in off
    assert "Switch it on again" in off
    on = as_stranger.post(path_of(manager), {"choice": "weekly"}).text
    assert (chosen(manager), "switched on again" in on) == ("weekly", True)


@pytest.mark.parametrize("change", ["user", "kind", "signature", "bare"])
def test_address_nobody_made_is_no_address(as_stranger: Browser, manager: User, director: User, change: str) -> None:
    kind, number, signature = path_of(manager).rstrip("/").rpartition("/")[2].split(":")
    token = {
        "user": f"{kind}:{director.pk}:{signature}",
        "kind": f"alarm:{number}:{signature}",
        "signature": f"{kind}:{number}:{signature[:-1]}x",
        "bare": number,
    }[change]
    for send in (as_stranger.get, as_stranger.post):
        assert send(f"/mails/off/{token}/").status_code == 404
    assert (chosen(manager), chosen(director)) == ("weekly", "weekly")


def test_only_one_address_is_free_of_the_forms_token(as_manager: Browser, manager: User) -> None:
    outside = Browser(enforce_csrf_checks=True)
    outside.force_login(manager)
    assert outside.post(CHOICE, {"digest": "off", "seen": "weekly"}).status_code == 403


def test_switched_off_after_planning_is_skipped(as_stranger: Browser, manager: User) -> None:
    (mail,) = tasks.plan(WEEK, [manager])
    as_stranger.post(path_of(manager), ONE_CLICK)
    assert outbox.deliver(mail.pk, timezone.now()) == "skipped"
    assert Mail.objects.get().reason == "switched off by the recipient"


def test_everybody_chooses_for_themselves(as_member: Browser, member: User, manager: User) -> None:
    page = as_member.get(CHOICE)
    assert page.context["form"]["digest"].value() == "weekly"
    assert as_member.post(CHOICE, filled(page, digest="off")).status_code == 302
    assert (chosen(member), chosen(manager)) == ("off", "weekly")
    assert as_member.post(CHOICE, filled(as_member.get(CHOICE), digest="weekly")).status_code == 302
    assert chosen(member) == "weekly"


def test_wrong_choice_is_refused_beside_the_field(as_member: Browser, member: User) -> None:
    response = as_member.post(CHOICE, filled(as_member.get(CHOICE), digest="hourly"))
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["digest"])
    assert chosen(member) == "weekly"


def test_choice_made_elsewhere_meanwhile_is_told_and_may_be_changed(as_member: Browser, member: User) -> None:
    page = as_member.get(CHOICE)
    User.objects.filter(pk=member.pk).update(digest="off")
    told = as_member.post(CHOICE, filled(page, digest="weekly"))
    assert (told.status_code, chosen(member)) == (422, "off")
    assert "It was changed to “Never” since you opened this page." in told.text
    assert as_member.post(CHOICE, filled(told)).status_code == 302
    assert chosen(member) == "weekly"


@pytest.mark.parametrize(
    ("address", "shown"), [("a@b.example", "a…@b.example"), ("mara.k@agency.test", "m…@agency.test")]
)
def test_address_is_masked(address: str, shown: str) -> None:
    assert masked(address) == shown
