"""Mails that go out once: recorded first, written when their time comes, never sent again where nobody can know.

A kind of mail registers its composer by name, as jobs do, so this room knows none of them. The composer looks things up
with the rights its reader has at that moment.
"""

import logging
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from clienthealth.base import post
from clienthealth.base.letters import SUBJECT, Letter, message_id, message_of, one_line, sender
from clienthealth.base.models import Mail, Work
from clienthealth.base.work import Later, job, put, put_all

log = logging.getLogger(__name__)

State = Mail.State
WAITS = [timedelta(minutes=each) for each in (1, 5, 15, 60, 180)]
WAIT_AT_MOST = timedelta(hours=6)
GIVEN_UP_AFTER = timedelta(days=3)
"""A mail that could not be sent for so long is refused with the last reason."""
SERVER_REST = timedelta(minutes=5)
"""Where the mail server does not answer, the other mails wait so long instead of each waiting for it in vain."""
CLAIM = timedelta(seconds=settings.EMAIL_TIMEOUT * 5)
"""Time to write a mail and to hand over its content; who takes longer is stopped before the last byte."""
ANSWER = timedelta(seconds=settings.EMAIL_TIMEOUT * (post.ANSWER_TIMEOUTS + 2))
"""Time for the server to take it; afterwards nobody waits for an answer any more."""

Composer = Callable[[Mail], Letter]


class Unwanted(Exception):
    """Raised by a composer: the recipient does not want this mail, or may not have it any more; the text says why."""


class _TakenOver(Exception):
    """The claim ran out and somebody else has the mail: this sender stops before the last byte."""


@dataclass(frozen=True)
class Kind:
    name: str
    label: "str | Promise"
    compose: Composer


KINDS: dict[str, Kind] = {}


def kind(name: str, label: "str | Promise") -> Callable[[Composer], Composer]:
    """Register a function as the writer of mails of this kind."""

    def register(compose: Composer) -> Composer:
        KINDS[name] = Kind(name, label, compose)
        return compose

    return register


def plan(name: str, key: str, recipients: Iterable[Any]) -> list[Mail]:
    """Record one mail for each user, once per (kind, user, key), and have them sent; returns all of that key."""
    now = timezone.now()
    people = list(recipients)
    new = [
        Mail(kind=name, key=key, recipient=each, due_at=now, message_id=message_id(name, key, each.pk))
        for each in people
    ]
    Mail.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)
    mails = list(Mail.objects.filter(kind=name, key=key, recipient__in=people).order_by("pk"))
    put_all("mail", {_work_key(mail): {"mail": mail.pk} for mail in mails if mail.state == State.PLANNED})
    return mails


def work_of(mail: Mail) -> Work:
    """The piece of work that sends the mail, recorded once for each of its turns."""
    return put("mail", _work_key(mail), due_at=mail.due_at, mail=mail.pk)


def hurry(mails: Iterable[Mail]) -> None:
    """Those of the mails that wait for another attempt are due at once: somebody asks for them."""
    now = timezone.now()
    waiting = [mail for mail in mails if mail.state == State.PLANNED and mail.due_at > now]
    Mail.objects.filter(pk__in=[mail.pk for mail in waiting], state=State.PLANNED).update(due_at=now)
    keys = [_work_key(mail) for mail in waiting]
    Work.objects.filter(job="mail", key__in=keys, state=Work.State.DUE).update(due_at=now)


def _work_key(mail: Mail) -> str:
    return f"{mail.pk}.{mail.turn}"


def send_again(mail: Mail, by: Any, turn: int) -> bool:
    """By a person's decision, send a refused or uncertain mail anew; False where somebody decided before.

    `turn` is the one the person saw.
    """
    now = timezone.now()
    with transaction.atomic():
        decided = Mail.objects.filter(pk=mail.pk, turn=turn, state__in=(State.REFUSED, State.UNCERTAIN)).update(
            state=State.PLANNED,
            turn=F("turn") + 1,
            attempts=0,
            due_at=now,
            lease_token="",
            lease_until=None,
            asked_by=by,
            asked_at=now,
            ended_at=None,
        )
        if decided:
            mail.refresh_from_db()
            work_of(mail)
    return bool(decided)


@job("mail")
def run(work: Work) -> dict[str, Any]:
    """Send the mail of this work, or wait for its time."""
    return {"state": deliver(work.args["mail"], timezone.now())}


def deliver(mail_id: int, now: datetime) -> str:
    """Send the mail if it is due and nobody else does; returns the state it ended in. Raises Later where it did not."""
    mail = _claim(mail_id, now)
    if mail is None:
        return _state_or_later(mail_id)
    if not mail.recipient.is_active:
        return _end(mail, State.SKIPPED, _("the recipient may not sign in any more"))
    try:
        letter = KINDS[mail.kind].compose(mail)
        message = message_of(letter, mail, readable=post.writes_files())
    except Unwanted as why:
        return _end(mail, State.SKIPPED, str(why))
    except Exception as error:
        log.exception("mail %s (%s) could not be written", mail.pk, mail.kind)
        return _put_off(mail, now, _("could not be written: %(error)s") % {"error": type(error).__name__})
    mail.to = mail.recipient.email
    mail.subject = one_line(letter.subject, SUBJECT)
    mail.details = dict(letter.details)
    return _hand_over(mail, message, now)


def _hand_over(mail: Mail, message: Any, now: datetime) -> str:
    """Give the message to the server or the folder, and record what came of it."""
    to = message["To"].addresses[0].addr_spec
    try:
        post.send(message, sender().addr_spec, to, mail.file_name, lambda: _begin_sending(mail))
    except post.Refused as refused:
        return _end(mail, State.REFUSED, str(refused))
    except post.Unsure as unsure:
        return _end(mail, State.UNCERTAIN, str(unsure))
    except post.NotSent as failure:
        if not failure.reached:
            _let_others_wait(now)
        return _put_off(mail, now, str(failure))
    except _TakenOver:
        return _state_or_later(mail.pk)
    return _end(mail, State.SENT, "")


def _claim(mail_id: int, now: datetime) -> Mail | None:
    """Take the mail by one conditional UPDATE; None where it is not due, taken, or ended.

    What a silent sender left in `sending` may be out: it becomes uncertain here, and stays so.
    """
    this = Mail.objects.filter(pk=mail_id)
    this.filter(state=State.SENDING, lease_until__lt=now).update(
        state=State.UNCERTAIN, reason=_("the sender stopped before the answer was known"), ended_at=now
    )
    waiting = Q(state=State.PLANNED, due_at__lte=now)
    silent = Q(state=State.CLAIMED, lease_until__lt=now)
    token = uuid.uuid4().hex
    taken = this.filter(waiting | silent).update(
        state=State.CLAIMED, lease_token=token, lease_until=now + CLAIM, attempts=F("attempts") + 1
    )
    return Mail.objects.select_related("recipient__person").get(pk=mail_id) if taken else None


def _begin_sending(mail: Mail) -> None:
    """From here on the mail may be out: stored before the last byte leaves. Raises _TakenOver."""
    now = timezone.now()
    held = Mail.objects.filter(pk=mail.pk, state=State.CLAIMED, lease_token=mail.lease_token)
    if not held.update(
        state=State.SENDING, lease_until=now + ANSWER, to=mail.to, subject=mail.subject, details=mail.details
    ):
        raise _TakenOver


def _end(mail: Mail, state: str, reason: str) -> str:
    """Record how it ended, unless somebody else has the mail by now. A late answer settles what was uncertain."""
    ours = Mail.objects.filter(pk=mail.pk, lease_token=mail.lease_token).exclude(state=State.PLANNED)
    ours.update(
        state=state,
        reason=one_line(reason, post.REASON),
        lease_until=None,
        ended_at=timezone.now(),
        to=mail.to,
        subject=mail.subject,
        details=mail.details,
    )
    return state


def _put_off(mail: Mail, now: datetime, reason: str) -> str:
    """Surely not sent: planned again after a growing wait, or refused where that has gone on for days."""
    if now - (mail.asked_at or mail.created_at) >= GIVEN_UP_AFTER:
        return _end(mail, State.REFUSED, _("given up: %(reason)s") % {"reason": reason})
    wait = WAITS[mail.attempts - 1] if mail.attempts <= len(WAITS) else WAIT_AT_MOST
    ours = Mail.objects.filter(pk=mail.pk, lease_token=mail.lease_token, state__in=(State.CLAIMED, State.SENDING))
    ours.update(
        state=State.PLANNED,
        due_at=now + wait,
        lease_until=None,
        reason=one_line(reason, post.REASON),
        to=mail.to,
        subject=mail.subject,
        details=mail.details,
    )
    raise Later(now + wait)


def _let_others_wait(now: datetime) -> None:
    """One mail after another would wait for the silent server, and everything else behind them."""
    Mail.objects.filter(state=State.PLANNED, due_at__lte=now).update(due_at=now + SERVER_REST)


def _state_or_later(mail_id: int) -> str:
    """The state the mail ended in, "gone" where it went with its recipient; raises Later where it has not ended."""
    mail = Mail.objects.filter(pk=mail_id).first()
    if mail is None:
        return "gone"
    if mail.state == State.PLANNED:
        raise Later(mail.due_at)
    if mail.state in (State.CLAIMED, State.SENDING):
        raise Later(mail.lease_until or timezone.now())
    return mail.state
