"""Mails as pages show them: who may read which, what was written, and rules for showing somebody's HTML."""

import base64
import email
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from accounts.rights import Right, may
from clienthealth.base import outbox, post
from clienthealth.base.models import Mail

SHOWN = 10


@dataclass(frozen=True)
class Content:
    text: str
    html: str


@dataclass(frozen=True)
class Entry:
    """A mail in a list. `subject` is "" for whoever may not read it: it can name clients."""

    mail: Mail
    label: str
    subject: str
    is_readable: bool
    may_go_again: bool


def readable_by(user: Any) -> QuerySet[Mail]:
    """Mails whose content the user may read: their own, and every one for those who see all clients."""
    return Mail.objects.all() if may(user, Right.SEE_ALL_CLIENTS) else Mail.objects.filter(recipient=user.pk)


def entries(mails: Iterable[Mail], user: Any) -> list[Entry]:
    """The mails as this user may see them."""
    sees_all, runs_it = may(user, Right.SEE_ALL_CLIENTS), may(user, Right.SEE_SYSTEM)
    return [_entry(mail, sees_all=sees_all, user=user, runs_it=runs_it) for mail in mails]


def _entry(mail: Mail, user: Any, *, sees_all: bool, runs_it: bool) -> Entry:
    may_read = sees_all or mail.recipient_id == user.pk
    ended_badly = mail.state in (Mail.State.REFUSED, Mail.State.UNCERTAIN)
    return Entry(
        mail=mail,
        label=label_of(mail),
        subject=mail.subject if may_read else "",
        is_readable=may_read and post.writes_files() and (settings.EMAIL_FILE_PATH / mail.file_name).is_file(),
        may_go_again=runs_it and ended_badly,
    )


def label_of(mail: Mail) -> str:
    """What kind of mail it is, and of when."""
    kind = outbox.KINDS.get(mail.kind)
    return f"{kind.label if kind else mail.kind} {mail.key}"


def outbox_of(user: Any) -> dict[str, Any]:
    """The outbox for the page of the installation: counts by state, then what ended badly and what came last."""
    counts = dict(Mail.objects.order_by().values_list("state").annotate(Count("pk")))
    bad = Q(state__in=(Mail.State.REFUSED, Mail.State.UNCERTAIN))
    rows = Mail.objects.select_related("recipient__person", "asked_by__person")
    return {
        "counts": [(state.label, counts[state.value]) for state in Mail.State if state.value in counts],
        "bad": entries(rows.filter(bad).order_by("-pk")[:SHOWN], user),
        "latest": entries(rows.exclude(bad).order_by("-pk")[:SHOWN], user),
        "in_files": post.writes_files(),
        "folder": settings.EMAIL_FILE_PATH,
    }


def content_of(mail: Mail) -> Content | None:
    """What was written to the mail's file; None where there is none, because it went to a server or is gone."""
    try:
        raw = (settings.EMAIL_FILE_PATH / mail.file_name).read_bytes()
    except OSError:
        return None
    message = email.message_from_bytes(raw, policy=default)
    return Content(_part(message, "plain"), _part(message, "html"))


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    # A browser reads \n for \r\n before it hashes a style sheet.
    return str(body.get_content()).replace("\r\n", "\n") if body else ""


def frame_policy(html: str) -> str:
    """A content security policy under which exactly the styles of this mail hold: no script, no request, no form."""
    styles = _Styles()
    styles.feed(html)
    allowed = " ".join(f"'sha256-{_digest(each)}'" for each in sorted(styles.found))
    return (
        f"default-src 'none'; style-src 'unsafe-hashes' {allowed}; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
    )


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


class _Styles(HTMLParser):
    """Collects every style attribute and style sheet of a document."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.in_style = tag == "style"
        self.found |= {value for name, value in attrs if name == "style" and value}

    def handle_data(self, data: str) -> None:
        if self.in_style:
            self.found.add(data)

    def handle_endtag(self, tag: str) -> None:
        self.in_style = False
