"""Undo an import by hand: the same function as the page's."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from clienthealth.base.commands import JsonCommand, refuse
from clienthealth.imports.kept import in_words, kinds_of
from clienthealth.imports.models import Import
from clienthealth.imports.problems import Refused
from clienthealth.imports.undo import undo

SHOWN = 20


class Command(JsonCommand):
    help = "Undo an import as a whole. What was changed since, or is referred to by later records, stays and is listed."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "number", type=int, metavar="ID", help="the import's number, as the page “Imports” shows it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            record = undo(options["number"])
        except Refused as refused:
            raise refuse(refused) from refused
        self.answer(as_json(record), as_text(record), as_json=options["json"])


def as_json(record: Import) -> dict[str, Any]:
    return {"id": record.pk, "file": record.name, "state": record.state, **record.undo_report}


def as_text(record: Import) -> str:
    report = record.undo_report
    lines = [_("Import %(number)s (%(file)s) is undone.") % {"number": record.pk, "file": record.name}]
    lines += [
        _("  removed: %(kind)s %(count)s") % {"kind": kinds_of(model), "count": count}
        for model, count in report["removed"].items()
    ]
    lines.append(_("  given their former values back: %(count)s") % {"count": report["restored"]})
    lines += [f"  {in_words(kept)}" for kept in report["kept"][:SHOWN]]
    if report["kept_count"] > SHOWN:
        lines.append(_("  … and %(count)s more; --json lists them") % {"count": report["kept_count"] - SHOWN})
    return "\n".join(lines)
