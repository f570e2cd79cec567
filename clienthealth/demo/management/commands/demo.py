"""Fills an empty database with a believable agency."""

from typing import Any

from django.core.management.base import CommandParser

from accounts.models import Person, User
from clienthealth.base.commands import JsonCommand, refuse
from clienthealth.base.organisation import organisation, yesterday
from clienthealth.demo import SIGN_INS, fill
from clienthealth.health.models import Night
from engagements.models import Client, TimeEntry
from issues.models import Flag, Incident

FILLED = "There are clients already: the demo fills an empty database. Add --force to mix them."
HALF_DONE = "An earlier demo run was stopped half-way. Add --force to carry on."


class Command(JsonCommand):
    help = "Fill an empty database with a demo agency ending yesterday, and print its sign-ins."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--seed", type=int, default=1, help="other numbers for the same stories")
        parser.add_argument("--force", action="store_true", help="add it beside clients that are there")
        parser.add_argument("--if-empty", action="store_true", help="do nothing where there are clients or users")

    def handle(self, *args: Any, **options: Any) -> None:
        has_clients = Client.objects.exists()
        if options["if_empty"] and (has_clients or User.objects.exists()):
            self.answer(self._counts(), self._standing(), as_json=options["json"])
            return
        if has_clients and not options["force"]:
            raise refuse(HALF_DONE if fill.is_half_done() else FILLED)
        fill.fill_small(yesterday(organisation()), options["seed"], self.stderr)
        self.answer(self._counts(), self._standing(), as_json=options["json"])

    def _counts(self) -> dict[str, int]:
        return {
            "clients": Client.objects.count(),
            "people": Person.objects.count(),
            "users": User.objects.count(),
            "time_entries": TimeEntry.objects.count(),
            "incidents": Incident.objects.count(),
            "nights": Night.objects.count(),
            "open_flags": Flag.objects.open().count(),
        }

    def _standing(self) -> str:
        """The sign-ins of a demo installation; nothing to tell of a real one."""
        if fill.is_half_done():
            return HALF_DONE
        if not organisation().is_demo:
            return ""
        lines = [f"  {role:<16} {email:<32} {password}" for email, role, password in SIGN_INS]
        return "\n".join(["Sign in as", *lines])
