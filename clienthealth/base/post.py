"""How a mail leaves: by SMTP where EMAIL_HOST is set, else as a file of its own in EMAIL_FILE_PATH.

Both call `verge` when everything but the last step is done. What fails before it is surely not sent.
"""

import contextlib
import os
import re
import secrets
import smtplib
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

from django.conf import settings
from django.core.mail.utils import DNS_NAME

from clienthealth.base.letters import one_line

Verge = Callable[[], None]

SETTINGS_ARE_WRONG = {530, 534, 535, 538}
"""Answers about how we sign in, not about a mail: it waits until somebody has corrected that."""
ANSWER_TIMEOUTS = 6
"""A server may look through a mail before it answers to its end: it gets so many times EMAIL_TIMEOUT."""
REASON = 300


class Refused(Exception):
    """The server refuses this mail for good; the text is what it said."""


class NotSent(Exception):
    """Surely not sent, and worth another attempt. `reached`: the server was there and judged this mail."""

    def __init__(self, why: str, *, reached: bool) -> None:
        super().__init__(why)
        self.reached = reached


class Unsure(Exception):
    """The mail was handed over, and no answer says whether it was taken."""


def writes_files() -> bool:
    return not settings.EMAIL_HOST


def send(message: EmailMessage, sender: str, to: str, file_name: str, verge: Verge) -> None:
    """Send the message to one address; raises Refused, NotSent or Unsure, and whatever `verge` raises."""
    if writes_files():
        _write(message, file_name, verge)
    else:
        _Call(verge).send(message, sender, to)


def _write(message: EmailMessage, file_name: str, verge: Verge) -> None:
    """Written aside and renamed, so that nobody reads half a mail."""
    folder = settings.EMAIL_FILE_PATH
    aside = folder / f".{file_name}-{secrets.token_hex(8)}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(message.as_bytes())
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise NotSent(_words(error), reached=False) from error
    try:
        verge()
        aside.replace(folder / file_name)
    finally:
        aside.unlink(missing_ok=True)


class _HeldBack:
    """An SMTP session that sends a mail's content, calls `verge`, and only then sends the dot that makes it a mail."""

    verge: Verge
    sock: Any
    is_open_ended = False
    """Whether the server has part of a mail and no end of it."""

    def data(self: Any, msg: Any) -> tuple[int, bytes]:
        code, reply = self.docmd("data")
        if code != 354:
            raise smtplib.SMTPDataError(code, reply)
        content = re.sub(rb"(?m)^\.", b"..", msg)
        self.is_open_ended = True
        self.send(content if content.endswith(b"\r\n") else content + b"\r\n")
        self.verge()
        self.sock.settimeout(settings.EMAIL_TIMEOUT * ANSWER_TIMEOUTS)
        self.send(b".\r\n")
        answer: tuple[int, bytes] = self.getreply()
        self.is_open_ended = False
        return answer


class _Plain(_HeldBack, smtplib.SMTP):
    pass


class _Encrypted(_HeldBack, smtplib.SMTP_SSL):
    pass


class _Call:
    """One conversation with the mail server about one mail."""

    def __init__(self, verge: Verge) -> None:
        self.verge = verge
        self.reached = False
        self.handed_over = False

    def send(self, message: EmailMessage, sender: str, to: str) -> None:
        session: Any = None
        try:
            session = self._open()
            self.reached = True
            session.sendmail(sender, [to], message.as_bytes())
        except (smtplib.SMTPException, OSError) as error:
            self._judge(error)
        finally:
            if session is not None:
                _close(session)

    def _open(self) -> Any:
        how = {"timeout": settings.EMAIL_TIMEOUT, "local_hostname": DNS_NAME.get_fqdn()}
        place = (settings.EMAIL_HOST, settings.EMAIL_PORT)
        if settings.EMAIL_USE_SSL:
            session: Any = _Encrypted(*place, context=ssl.create_default_context(), **how)
        else:
            session = _Plain(*place, **how)
        session.verge = self._on_the_verge
        try:
            if settings.EMAIL_USE_TLS:
                session.starttls(context=ssl.create_default_context())
            if settings.EMAIL_HOST_USER and settings.EMAIL_HOST_PASSWORD:
                session.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
            else:
                session.ehlo_or_helo_if_needed()
        except BaseException:
            session.close()
            raise
        return session

    def _on_the_verge(self) -> None:
        self.verge()
        self.handed_over = True

    def _judge(self, error: Exception) -> None:
        """Raise what the failure means: only an answer to this very mail is a refusal."""
        code, words = _answer(error)
        if self.handed_over and not 400 <= code < 600:
            raise Unsure(words) from error
        if 500 <= code < 600 and code not in SETTINGS_ARE_WRONG:
            raise Refused(words) from error
        raise NotSent(words, reached=self.reached) from error


def _answer(error: Exception) -> tuple[int, str]:
    """The server's code about the mail (0: it said nothing about it), and words for people."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, reply = next(iter(error.recipients.values()))
        return code, _said(code, reply)
    if isinstance(error, smtplib.SMTPSenderRefused | smtplib.SMTPDataError):
        return error.smtp_code, _said(error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPResponseException):
        return 0, _said(error.smtp_code, error.smtp_error)
    return 0, _words(error)


def _said(code: int, reply: Any) -> str:
    text = reply.decode(errors="replace") if isinstance(reply, bytes) else str(reply)
    return one_line(f"{code} {text}", REASON)


def _words(error: Exception) -> str:
    return one_line(str(error), REASON) or type(error).__name__


def _close(session: Any) -> None:
    """Say goodbye only where the server expects commands; in the middle of a mail, hanging up is what undoes it."""
    with contextlib.suppress(smtplib.SMTPException, OSError):
        if not session.is_open_ended:
            session.quit()
    session.close()
