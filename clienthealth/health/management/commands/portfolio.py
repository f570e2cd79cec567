"""The figures of a night for scripts and terminals."""

from typing import Any

from django.core.management.base import CommandParser

from clienthealth.base.commands import JsonCommand, iso_date, refuse
from clienthealth.base.organisation import organisation, yesterday
from clienthealth.health import report
from clienthealth.health.models import Night
from engagements.models import Client


class Command(JsonCommand):
    help = "Print every client's figures of a night (default: the newest stored one)."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--as-of", type=iso_date, metavar="DATE", help="the night")
        parser.add_argument("--restated", action="store_true", help="from the facts as they are now; stores nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        day = options["as_of"] or Night.objects.newest_day()
        if options["restated"]:
            entries = report.restated(day or yesterday(organisation()))
        elif not Client.objects.exists():
            entries = []
        elif day is None:
            raise refuse("No night has been evaluated yet. Run `manage.py recompute` first, or add --restated.")
        elif not Night.objects.filter(day=day).exists():
            raise refuse(f"The night {day} is not stored. Run `manage.py recompute --as-of {day}`, or add --restated.")
        else:
            entries = report.as_evaluated(day)
        self.answer(entries, report.table(entries), as_json=options["json"])
