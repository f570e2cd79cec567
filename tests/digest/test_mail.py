"""The digest as a mail: its parts, headers and addresses, and that nothing of a foreign client is in any of them."""

import email
import re
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from accounts.models import Role, User
from clienthealth.base import outbox
from clienthealth.digest import tasks
from clienthealth.health.models import Night
from engagements.models import Client
from tests.cast import make_client, make_user
from tests.digest.week import WEEK, at, contact, flagged, incident, moved

pytestmark = pytest.mark.django_db
CANARY = "Zyzzyva"


@pytest.fixture
def sent(folder: Path) -> Callable[[User], EmailMessage]:
    """Sends the user's digest now and reads it back."""

    def send(user: User) -> EmailMessage:
        (mail,) = tasks.plan(WEEK, [user])
        assert outbox.deliver(mail.pk, timezone.now()) == "sent"
        return email.message_from_bytes((folder / mail.file_name).read_bytes(), policy=default)

    return send


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_mail_says_the_same_as_text_and_as_html(manager: User, acme: Client, sent: Any) -> None:
    at(acme, "consider", 12_340)
    flag = flagged(acme)
    message = sent(manager)
    assert message["Subject"] == "1 client needs you: Acme at Consider parting ways"
    for kind in ("plain", "html"):
        content = part(message, kind)
        for words in (
            *("1 client needs you", "Acme: consider parting ways", "Ratio 1.23, margin −23.4 % over 90 days."),
            *("Weigh the options.", f"http://127.0.0.1:8000/flags/{flag.pk}/", "Figures to the end of 29 Mar 2026"),
        ):
            assert words in content, (kind, words)


def test_headers_name_the_list_and_the_one_click_address(manager: User, acme: Client, sent: Any, settings: Any) -> None:
    settings.PUBLIC_URL = "https://health.agency.example"
    message = sent(manager)
    assert re.fullmatch(r"<digest\.2026-W14\.[0-9a-f]{24}@localhost>", message["Message-ID"])
    assert message["List-Id"] == "<digest.localhost>"
    assert message["List-Unsubscribe"].startswith("<https://health.agency.example/mails/off/digest:")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (message["Auto-Submitted"], message["Precedence"]) == ("auto-generated", None)
    assert message["Date"] == "Mon, 30 Mar 2026 09:00:00 +0000"


def test_nothing_to_tell_is_a_mail_too(manager: User, acme: Client, sent: Any) -> None:
    at(acme, "healthy")
    message = sent(manager)
    assert message["Subject"] == "Nothing needs you this week"
    for kind in ("plain", "html"):
        assert "Mara, nothing changed from 23 Mar to 29 Mar 2026 that asks something of you." in part(message, kind)
        assert "computed 30 Mar 2026, 04:10 (UTC)" in part(message, kind)


def test_old_figures_are_said_before_anything_else(manager: User, acme: Client, sent: Any) -> None:
    moved(acme, "healthy", "watch")
    at(acme, "watch")
    Night.objects.update(day="2026-03-20")
    for kind in ("plain", "html"):
        content = part(sent(manager), kind)
        assert 0 < content.index("Figures are old: no night since 20 Mar 2026") < content.index("Acme: watch")


class _Outline(HTMLParser):
    """What a mail program would fetch, follow or run."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.inlined = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        self.tags.add(tag)
        self.links += [has["href"] or ""] if tag == "a" else []
        self.fetched += [value or "" for name, value in attrs if name in ("src", "background", "srcset")]
        self.inlined += "style" in has


def test_html_fetches_nothing_and_links_whole_addresses(director: User, acme: Client, sent: Any) -> None:
    at(acme, "repair", 8000)
    flagged(acme, days=30)
    incident(acme, side="ours", causes=["quality defect"])
    outline = _Outline()
    html = part(sent(director), "html")
    outline.feed(html)
    assert outline.fetched == []
    assert not {"script", "img", "link", "iframe", "form"} & outline.tags
    assert len(outline.links) > 8
    assert [link for link in outline.links if not link.startswith("http://127.0.0.1:8000/")] == []
    assert outline.inlined > 50, "styles stand beside the text"
    assert "prefers-color-scheme: dark" in html
    assert "url(" not in html
    assert len(html) < 60_000


def test_text_is_text_and_names_are_no_markup(manager: User, sent: Any) -> None:
    moved(make_client("R&D <b>Lab</b>", manager), "healthy", "watch")
    message = sent(manager)
    assert "R&D <b>Lab</b>: watch" in part(message, "plain")
    assert "R&amp;D &lt;b&gt;Lab&lt;/b&gt;: watch" in part(message, "html")
    assert message["Subject"] == "1 client needs you: R&D <b>Lab</b> at Watch"


def everything(message: EmailMessage) -> str:
    """Headers and both parts, decoded."""
    headers = "\n".join(f"{name}: {value}" for name, value in message.items())
    return "\n".join([headers, part(message, "plain"), part(message, "html")])


@pytest.fixture
def foreign(other_manager: User, member: User) -> Client:
    """Another manager's client to which everything a digest tells of has happened."""
    client = make_client(f"{CANARY} Works", other_manager)
    at(client, "consider", 12_340)
    flagged(client)
    moved(client, "repair", "consider")
    incident(client)
    incident(client, side="ours", causes=["quality defect"], what_happened=CANARY)
    return client


def test_nothing_of_a_foreign_client_is_in_a_managers_mail(
    manager: User, nobody: User, acme: Client, foreign: Client, sent: Any
) -> None:
    at(acme, "consider", 12_000)
    flagged(acme)
    own = everything(sent(manager))
    assert (CANARY in own, "Acme" in own) == (False, True)
    assert f"/clients/{foreign.pk}/" not in own
    assert CANARY not in everything(sent(nobody))


def test_nothing_of_any_client_is_in_a_members_or_admins_mail(
    member: User, admin_user: User, foreign: Client, sent: Any
) -> None:
    assert CANARY not in everything(sent(member))
    assert CANARY not in everything(sent(admin_user))


def test_directors_and_owners_do_read_of_it(director: User, other_manager: User, foreign: Client, sent: Any) -> None:
    """The control: the words do come where they belong."""
    for user in (director, other_manager):
        message = sent(user)
        for kind in ("plain", "html"):
            assert CANARY in part(message, kind)
        assert CANARY in message["Subject"]


def test_no_amount_of_money_is_in_a_managers_mail(manager: User, acme: Client, sent: Any) -> None:
    at(acme, "consider", 12_340, effort_cents=123_456_700, revenue_cents=100_045_300)
    flagged(acme)
    text = everything(sent(manager))
    for amount in ("1,234,567", "1234567", "1,000,453", "9,010", "EUR"):
        assert amount not in text


def test_role_of_the_moment_decides(director: User, foreign: Client, sent: Any) -> None:
    (planned,) = tasks.plan(WEEK, [director])
    User.objects.filter(pk=director.pk).update(role=Role.MEMBER)
    director.refresh_from_db()
    assert CANARY not in everything(sent(director))
    assert planned.subject == ""


def test_queries_of_a_mail_do_not_grow_with_the_portfolio(director: User, django_assert_max_num_queries: Any) -> None:
    def fill(start: int, stop: int) -> None:
        for number in range(start, stop):
            client = make_client(f"Client {number}")
            at(client, "repair", 8000)
            flagged(client, days=30)
            flagged(make_client(f"New {number}"))
            incident(client, side="ours", causes=["quality defect"])
            contact(client, days=1)

    from clienthealth.digest.letters import compose

    counts = []
    for start, stop in ((0, 2), (2, 8)):
        fill(start, stop)
        with django_assert_max_num_queries(25) as made:
            compose(director, WEEK)
        counts.append(len(made))
    assert counts[0] == counts[1]


def test_mails_of_a_week_go_to_everybody_who_wants_them(as_stranger: Browser, manager: User, director: User) -> None:
    make_user("off", Role.MEMBER, digest="off")
    make_user("gone", Role.MEMBER, is_active=False)
    assert [user.email for user in tasks.recipients()] == ["dana@agency.test", "mara@agency.test"]
