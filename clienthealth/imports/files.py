"""Which files an import consists of: one file, or the known ones of a folder, those that others refer to first."""

from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from clienthealth.imports.kinds import IN_ORDER, KINDS
from clienthealth.imports.kinds.base import Kind
from clienthealth.imports.presets import PRESETS
from clienthealth.imports.problems import Refused
from clienthealth.imports.recognition import Wanted


@dataclass
class Found:
    """Files with what each may be, and the names of files that were left aside."""

    files: list[tuple[Path, Wanted]] = field(default_factory=list)
    others: list[str] = field(default_factory=list)


def find(path: Path, kind: str | None = None, preset: str | None = None) -> Found:
    """Raises Refused where there is nothing to read, or a table that nobody knows."""
    if path.is_dir():
        return _folder(path)
    if not path.is_file():
        raise Refused(_("%(path)s does not exist. Name a file or a folder of files.") % {"path": path})
    return Found([(path, wanted(path.stem, kind, preset))])


def wanted(stem: str, kind: str | None = None, preset: str | None = None) -> Wanted:
    """What a single file may be: what was asked for, else what its header says; its name only tells native kinds."""
    if preset:
        return Wanted(presets=[PRESETS[preset]], insisted=True)
    if kind:
        return _of_kind(KINDS[kind])
    named = KINDS.get(stem.casefold())
    return Wanted([named] if named else IN_ORDER)


def _of_kind(kind: type[Kind]) -> Wanted:
    return Wanted([kind], [preset for preset in PRESETS.values() if preset.kind.name == kind.name])


def _folder(folder: Path) -> Found:
    found = Found()
    by_kind: dict[str, Path] = {}
    for path in _entries(folder):
        stem, is_table = path.stem.casefold(), path.suffix.casefold() == ".csv"
        if not path.is_file() or path.name.startswith(".") or not is_table:
            found.others.append(path.name)
        elif stem not in KINDS:
            raise Refused(
                _("%(folder)s holds %(file)s, which no import knows; nothing was imported. Known are: %(known)s.")
                % {"folder": folder, "file": path.name, "known": ", ".join(f"{name}.csv" for name in KINDS)}
            )
        elif stem in by_kind:
            raise Refused(
                _("%(folder)s holds both %(one)s and %(other)s. Keep one of them.")
                % {"folder": folder, "one": by_kind[stem].name, "other": path.name}
            )
        else:
            by_kind[stem] = path
    if not by_kind:
        raise Refused(_("%(folder)s holds no file that can be imported, such as clients.csv.") % {"folder": folder})
    found.files = [(by_kind[kind.name], _of_kind(kind)) for kind in IN_ORDER if kind.name in by_kind]
    return found


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        raise Refused(
            _("%(folder)s cannot be read: %(error)s.") % {"folder": folder, "error": error.strerror}
        ) from None
