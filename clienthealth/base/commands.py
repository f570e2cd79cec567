"""What our management commands share: one JSON document on standard output, everything else on standard error."""

import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class JsonCommand(BaseCommand):
    """A command with --json. Exit codes: 0 done, 1 refused (CommandError), 2 wrong usage."""

    # Start-up checks guard servers; a command for a script answers without their noise.
    requires_system_checks: Any = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON document and nothing else")

    def answer(self, data: Any, text: str, *, as_json: bool) -> None:
        """Print the data as JSON, or the text for people."""
        self.stdout.write(json.dumps(data, ensure_ascii=False) if as_json else text)


def iso_date(text: str) -> date:
    """An argument type: YYYY-MM-DD. Wrong usage otherwise."""
    return date.fromisoformat(text)


iso_date.__name__ = "date (YYYY-MM-DD)"  # argparse names the type in its message


def refuse(reason: object) -> CommandError:
    """The error that ends a command with exit code 1 and the reason on standard error."""
    return CommandError(str(reason), returncode=1)
