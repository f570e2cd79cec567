"""Fills an empty database with a believable agency."""

from argparse import ArgumentTypeError
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.core.validators import validate_email

from accounts.models import Person, Role, User
from clienthealth.base.commands import JsonCommand, refuse
from clienthealth.base.organisation import organisation, yesterday
from clienthealth.demo import SIGN_INS, fill, removal
from clienthealth.demo.people import DOMAIN
from clienthealth.health.models import Night
from engagements.models import Client, TimeEntry
from issues.models import Flag, Incident

FILLED = "There are clients already: the demo fills an empty database. Add --force to mix them."
HALF_DONE = "An earlier demo run was stopped half-way. Add --force to carry on, or take it out with --remove."


def email_address(text: str) -> str:
    """An argument type. Wrong usage where it is none, or one of the demo's."""
    try:
        validate_email(text)
    except ValidationError:
        raise ArgumentTypeError(f"{text} is no e-mail address") from None
    if text.lower().endswith(f"@{DOMAIN}"):
        raise ArgumentTypeError(f"{text} is the demo's: everybody knows its password")
    return text.lower()


class Command(JsonCommand):
    help = "Fill an empty database with a demo agency ending yesterday, and print its sign-ins."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        sizes = ", ".join(f"{name} {count:,} clients" for name, count in fill.SIZES.items())
        parser.add_argument("--size", choices=list(fill.SIZES), default="small", help=f"{sizes}; default small")
        parser.add_argument("--seed", type=int, default=1, help="other numbers for the same stories")
        parser.add_argument("--force", action="store_true", help="add it beside clients that are there")
        parser.add_argument("--remove", action="store_true", help="take the demo out again, with everybody's account")
        parser.add_argument("--director", type=email_address, help="with --remove: the ops director to keep or to make")
        parser.add_argument("--if-empty", action="store_true", help="do nothing where there are clients or users")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["remove"]:
            self._remove(options)
            return
        if options["director"]:
            raise CommandError("--director goes with --remove.", returncode=2)
        has_clients = Client.objects.exists()
        if options["if_empty"] and (has_clients or User.objects.exists()):
            self.answer(self._counts(), self._standing(), as_json=options["json"])
            return
        if has_clients and not options["force"]:
            raise refuse(HALF_DONE if fill.is_half_done() else FILLED)
        fill.fill(options["size"], yesterday(organisation()), options["seed"], self.stderr)
        if options["size"] != "small":
            self.stderr.write("The lines of 13 weeks are left out. To fill them: manage.py recompute --backfill 91")
        self.answer(self._counts(), self._standing(), as_json=options["json"])

    def _remove(self, options: dict[str, Any]) -> None:
        if not organisation().is_demo:
            raise refuse("This is no demo installation: nothing was removed.")
        mixed = removal.mixed()
        if mixed and not options["force"]:
            raise refuse(f"{mixed} clients here are not the demo's and would go too. Add --force to remove everything.")
        gone = removal.remove(self._director(options["director"]))
        self.answer({"removed": gone}, self._next_steps(options["director"]), as_json=options["json"])

    def _director(self, email: str | None) -> User | None:
        """The first user afterwards, as yet without a password; somebody who is there already stays."""
        if not email:
            return None
        return User.objects.filter(email=email).first() or User.objects.create_user(email, role=Role.OPS_DIRECTOR)

    def _next_steps(self, email: str | None) -> str:
        if email:
            return f"The demo is gone. Set the password of the director: manage.py changepassword {email}"
        return (
            "The demo is gone, and with it everybody who could sign in. Import your people.csv, or run "
            "manage.py createsuperuser for an administrator. Until there is a user, dev.py run fills an empty database "
            "with the demo again; dev.py run --empty does not."
        )

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
        lines = [f"  {role:<16} {email:<24} {password}" for email, role, password in SIGN_INS]
        return "\n".join(["Sign in as", *lines])
