"""What a mail says and how it looks on its way: subject, text, HTML, headers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.encoding import punycode

from clienthealth.base.models import Mail
from clienthealth.base.organisation import organisation

SUBJECT = 200
"""A longer subject is cut: no window shows as much."""
WHOLE = {"message-id", "list-unsubscribe"}


class _Wire(EmailPolicy):
    """How messages are written: as for SMTP, but identifiers and links stay whole, because broken up they are none."""

    def fold(self, name: str, value: Any) -> str:
        return f"{name}: {value}{self.linesep}" if name.lower() in WHOLE else super().fold(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode("ascii") if name.lower() in WHOLE else super().fold_binary(name, value)


WIRE = _Wire(linesep="\r\n")


@dataclass(frozen=True)
class Letter:
    """What a composer writes: `details` are kept with the mail, for reports about it."""

    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)


def one_line(text: str, limit: int) -> str:
    """Text for a header or a list: no line breaks, control or direction characters, cut to `limit` characters."""
    plain = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    return plain if len(plain) <= limit else f"{plain[: limit - 1]}…"


def message_id(kind: str, key: str, recipient_id: int) -> str:
    """The same for the same mail every time, so that a second copy is recognised; it tells nothing about anybody."""
    mark = salted_hmac("mail", f"{kind}:{key}:{recipient_id}").hexdigest()[:24]
    return f"<{kind}.{key}.{mark}@{domain()}>"


def domain() -> str:
    """What our identifiers end in: the domain our mails come from."""
    return punycode(parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2])


def sender() -> Address:
    """DEFAULT_FROM_EMAIL; where it names nobody, in the organisation's name."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return to_address(name or organisation().name or "Client health", address)


def to_address(name: str, email: str) -> Address:
    """A mailbox; domains beyond ASCII as mail servers write them."""
    local, _at, place = email.rpartition("@")
    return Address(one_line(name, 200), local, punycode(place))


def message_of(letter: Letter, mail: Mail, *, readable: bool) -> EmailMessage:
    """The message. `readable`: for a file that people open, not for a server that may know seven bits only."""
    encoding = "8bit" if readable else "quoted-printable"
    message = EmailMessage(policy=WIRE)
    message["Subject"] = one_line(letter.subject, SUBJECT)
    message["From"] = sender()
    message["To"] = to_address(mail.recipient.get_full_name(), mail.recipient.email)
    message["Date"] = format_datetime(timezone.now())
    message["Message-ID"] = mail.message_id
    for name, value in letter.headers.items():
        message[name] = value
    message.set_content(letter.text, cte=encoding)
    message.add_alternative(letter.html, subtype="html", cte=encoding)
    return message
