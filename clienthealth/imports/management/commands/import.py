"""Bring in a folder of native files, or one of them."""
# ruff: noqa: N999  the command is called import, and Django names commands after their modules

import json
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from clienthealth.base.organisation import organisation
from clienthealth.imports.aliases import remembered
from clienthealth.imports.cells import CURRENCY
from clienthealth.imports.dates import ORDERS
from clienthealth.imports.draft import Choices, work_out
from clienthealth.imports.encodings import named
from clienthealth.imports.files import find
from clienthealth.imports.kinds import KINDS
from clienthealth.imports.presets import PRESETS
from clienthealth.imports.problems import Refused
from clienthealth.imports.reading import open_source
from clienthealth.imports.report import FileReport, as_text
from clienthealth.imports.write import bring_in
from engagements.models import Client


def encoding(name: str) -> str:
    try:
        return named(name)
    except (LookupError, ValueError):
        raise ArgumentTypeError(_("there is no encoding named %(name)s") % {"name": name}) from None


def currency(code: str) -> str:
    if not CURRENCY.fullmatch(code):
        raise ArgumentTypeError(_("%(code)s is no three-letter code such as EUR") % {"code": code})
    return code.upper()


class Command(BaseCommand):
    """Exit code 0: done, whatever was rejected; 1: refused, nothing was stored; 2: wrong usage."""

    help = "Import one file (native, or Harvest's detailed time report), or a folder of native files as a whole."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", help="a file, or a folder of files")
        parser.add_argument("--kind", choices=sorted(KINDS), help="what the file holds, where its name does not say")
        parser.add_argument(
            "--preset", choices=sorted(PRESETS), help="which program's export it is, instead of a guess"
        )
        parser.add_argument("--date-order", choices=ORDERS, help="where the dates themselves do not say")
        parser.add_argument("--encoding", type=encoding, help="instead of the one the file seems to have")
        parser.add_argument("--currency", type=currency, help="of amounts without one; default: the organisation's")
        parser.add_argument("--dry-run", action="store_true", help="report, but store nothing")
        parser.add_argument("--json", action="store_true", help="the report as JSON on standard output")

    def handle(self, *_args: Any, **options: Any) -> None:
        path = Path(options["path"])
        self._check_usage(path, options)
        try:
            reports = self._import(path, options)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        for line in (line for report in reports for line in report.warnings()):
            self.stderr.write(line)
        if options["json"]:
            self.stdout.write(json.dumps([report.as_json() for report in reports]))
        else:
            self.stdout.write(as_text(reports, dry_run=options["dry_run"]))

    def _warn_of_demo(self) -> None:
        if organisation().is_demo and Client.objects.exists():
            self.stderr.write(
                _(
                    "This is a demo installation: your data and the demo's now mix, and the demo's rates price your "
                    "hours. To take the demo out before you import: manage.py demo --remove."
                )
            )

    def _check_usage(self, path: Path, options: dict[str, Any]) -> None:
        kind, preset = options["kind"], options["preset"]
        if (kind or preset) and path.is_dir():
            raise CommandError(
                _("--kind and --preset are for one file; the files of a folder are known by their names."), returncode=2
            )
        if kind and preset and PRESETS[preset].kind.name != kind:
            raise CommandError(
                _("%(preset)s holds %(kind)s. Leave out --kind.")
                % {"preset": preset, "kind": PRESETS[preset].kind.name},
                returncode=2,
            )

    def _import(self, path: Path, options: dict[str, Any]) -> list[FileReport]:
        found = find(path, options["kind"], options["preset"])
        for name in found.others:
            self.stderr.write(_("%(file)s is no table and was left aside.") % {"file": name})
        sources = [open_source(file, wanted, options["encoding"]) for file, wanted in found.files]
        if not options["dry_run"]:
            self._warn_of_demo()
        choices = Choices(options["date_order"], options["currency"], remembered())
        if not options["dry_run"]:
            return bring_in(sources, path.resolve().name, choices)
        draft = work_out(sources, choices)
        draft.plan.close()
        return draft.reports
