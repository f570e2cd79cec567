"""Fills an empty database with a believable agency."""

import tempfile
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandParser

from accounts.models import User
from clienthealth.base.commands import JsonCommand, refuse
from clienthealth.base.models import Organisation
from clienthealth.base.organisation import organisation, yesterday
from clienthealth.demo import SIGN_INS
from clienthealth.demo.folder import write_folder
from clienthealth.health import nightly
from engagements.models import Client, TimeEntry
from issues.models import Flag, Incident


class Command(JsonCommand):
    help = "Fill an empty database with a small demo agency ending yesterday, and print its sign-ins."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--seed", type=int, default=1, help="other numbers for the same stories")
        parser.add_argument("--force", action="store_true", help="add it beside clients that are there")
        parser.add_argument("--if-empty", action="store_true", help="do nothing where there are clients or users")

    def handle(self, *args: Any, **options: Any) -> None:
        filled = Client.objects.exists() or User.objects.exists()
        if options["if_empty"] and filled:
            self.answer(self._counts(), self._sign_ins(), as_json=options["json"])
            return
        if Client.objects.exists() and not options["force"]:
            raise refuse("There are clients already: the demo fills an empty database. Add --force to mix them.")
        self._fill(options["seed"])
        self.answer(self._counts(), self._sign_ins(), as_json=options["json"])

    def _fill(self, seed: int) -> None:
        of = organisation()
        with tempfile.TemporaryDirectory() as parent:
            folder = Path(parent) / "demo-agency"  # the name the import is shown under
            folder.mkdir()
            write_folder(folder, yesterday(of), seed)
            call_command("import", str(folder), stdout=self.stderr)
        for email, _role, password in SIGN_INS:
            user = User.objects.get(email=email)
            user.set_password(password)
            user.save(update_fields=["password"])
        Organisation.objects.filter(pk=1).update(is_demo=True, name=of.name or "Northlight Studio")
        nightly.recompute()

    def _counts(self) -> dict[str, int]:
        return {
            "clients": Client.objects.count(),
            "users": User.objects.count(),
            "time_entries": TimeEntry.objects.count(),
            "incidents": Incident.objects.count(),
            "open_flags": Flag.objects.open().count(),
        }

    def _sign_ins(self) -> str:
        """The sign-ins of a demo installation; nothing to tell of a real one."""
        if not Organisation.objects.filter(pk=1, is_demo=True).exists():
            return ""
        lines = [f"  {role:<16} {email:<30} {password}" for email, role, password in SIGN_INS]
        return "\n".join(["Sign in as", *lines])
