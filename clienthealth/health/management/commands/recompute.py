"""The nightly pass by hand: the same function as the Celery task."""

from typing import Any

from django.core.management.base import CommandParser

from clienthealth.base.commands import JsonCommand, iso_date, refuse
from clienthealth.health import nightly


def positive(text: str) -> int:
    """An argument type: a whole number from 1 to 3660. Wrong usage otherwise."""
    number = int(text)
    if not 1 <= number <= 3660:
        raise ValueError
    return number


positive.__name__ = "number of nights (1 to 3660)"


class Command(JsonCommand):
    help = "Recompute every client's figures for a night (default: yesterday) and for the nights missed before it."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--as-of", type=iso_date, metavar="DATE", help="the night; not later than yesterday")
        parser.add_argument(
            "--backfill",
            type=positive,
            nargs="?",
            const=nightly.BACKFILL_NIGHTS,
            metavar="N",
            help=f"also fill absent nights in the N (default {nightly.BACKFILL_NIGHTS}) before it",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outcome = nightly.recompute(options["as_of"], options["backfill"])
        except nightly.Refused as refused:
            raise refuse(refused) from refused
        text = (
            f"{outcome.as_of}: clients {outcome.clients}, evaluated {outcome.evaluated}, "
            f"without enough data {outcome.insufficient}, flags raised {outcome.flags_raised}, "
            f"recovered {outcome.flags_recovered}, {outcome.seconds:.1f} s"
        )
        self.answer(outcome.as_json(), text, as_json=options["json"])
