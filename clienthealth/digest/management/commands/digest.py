"""The weekly digest by hand: the same mails as the scheduled ones, sent in this process."""

import time
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from accounts.models import User
from clienthealth.base import outbox, work
from clienthealth.base.commands import JsonCommand, refuse
from clienthealth.base.models import Mail
from clienthealth.base.organisation import today
from clienthealth.digest import tasks
from clienthealth.digest.choice import wants_digest
from clienthealth.digest.letters import compose
from clienthealth.digest.weeks import Week

UNDER_WAY = (Mail.State.CLAIMED, Mail.State.SENDING)


def iso_week(text: str) -> Week:
    """An argument type: an ISO week that exists, such as 2026-W47. Wrong usage otherwise."""
    return Week.parse(text)


iso_week.__name__ = "ISO week (such as 2026-W47)"


class Command(JsonCommand):
    help = (
        "Send the weekly digest now, once to each person who may sign in. States: sent, skipped (sent before, or "
        "switched off, or --dry-run), refused, uncertain; planned where the server says to come back later."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--week", type=iso_week, help="the week whose Monday it goes out on (default: this one)")
        parser.add_argument("--dry-run", action="store_true", help="say what would be sent, write and send nothing")
        parser.add_argument("--to", metavar="EMAIL", help="only to this person")

    def handle(self, *args: Any, **options: Any) -> None:
        week = options["week"] or Week.of(today())
        if week.monday > today():
            raise refuse(f"{week} has not begun: its digest goes out on {week.monday}.")
        users = self._users(options["to"])
        tell = self._foresee if options["dry_run"] else self._send
        answers = tell(week, users)
        lines = [f"{each['email']:<40} {each['state']:<10} {each['items']:>2}  {each['subject']}" for each in answers]
        if options["dry_run"]:
            lines.append("Nothing was sent: this was a dry run.")
        self.answer(answers, "\n".join(lines) or "Nobody may sign in.", as_json=options["json"])

    def _users(self, email: str | None) -> list[User]:
        users = User.objects.filter(is_active=True).select_related("person").order_by("email")
        if email is None:
            return list(users)
        found = list(users.filter(email=email.strip().lower()))
        if not found:
            raise refuse(f"Nobody who may sign in has the address {email}.")
        return found

    def _foresee(self, week: Week, users: list[User]) -> list[dict[str, Any]]:
        stored = {mail.recipient_id: mail for mail in Mail.objects.filter(kind=tasks.KIND, key=str(week))}
        answers = []
        for user in users:
            mail = stored.get(user.pk)
            if (mail and mail.state != Mail.State.PLANNED) or not wants_digest(user):
                answers.append(_answer(user, mail, _ended_before(mail)))
                continue
            letter = compose(user, week)
            items = letter.details["items"]
            answers.append({"email": user.email, "subject": letter.subject, "items": items, "state": "skipped"})
        return answers

    def _send(self, week: Week, users: list[User]) -> list[dict[str, Any]]:
        """All are recorded first, then sent by the work a worker would do; what runs elsewhere is waited for."""
        mails = tasks.plan(week, [user for user in users if wants_digest(user)])
        outbox.hurry(mails)
        planned = {mail.recipient_id: mail for mail in mails}
        return [self._send_one(user, planned.get(user.pk)) for user in users]

    def _send_one(self, user: User, mail: Mail | None) -> dict[str, Any]:
        if mail is None or mail.state not in (Mail.State.PLANNED, *UNDER_WAY):
            return _answer(user, mail, _ended_before(mail))
        ended = self._settled(mail)
        if ended.state == Mail.State.PLANNED:
            self.stderr.write(f"{user.email}: {ended.reason}; a worker tries again from {ended.due_at:%H:%M} UTC")
        return _answer(user, ended, str(ended.state))

    def _settled(self, mail: Mail) -> Mail:
        """The mail once it was tried here, or by whoever holds it."""
        number = outbox.work_of(mail).pk
        until = time.monotonic() + (outbox.CLAIM + outbox.ANSWER).total_seconds()
        work.run(number)
        mail.refresh_from_db()
        while _is_held(mail) and time.monotonic() < until:
            time.sleep(0.2)
            work.run(number)
            mail.refresh_from_db()
        return mail


def _is_held(mail: Mail) -> bool:
    """Whether somebody else is about to send the mail, or does."""
    return mail.state in UNDER_WAY or (mail.state == Mail.State.PLANNED and mail.due_at <= timezone.now())


def _ended_before(mail: Mail | None) -> str:
    """What this run says of a mail it leaves alone: a sent one is skipped, a refused or uncertain one stays that."""
    return str(mail.state) if mail and mail.state in (Mail.State.REFUSED, Mail.State.UNCERTAIN) else "skipped"


def _answer(user: User, mail: Mail | None, state: str) -> dict[str, Any]:
    subject, items = (mail.subject, mail.details.get("items", 0)) if mail else ("", 0)
    return {"email": user.email, "subject": subject, "items": items, "state": state}
