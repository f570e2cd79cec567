"""What a file is, by its header: an export of another program, or a native file of some kind."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from clienthealth.imports.headers import Signature, tidy, written
from clienthealth.imports.kinds import IN_ORDER
from clienthealth.imports.kinds.base import Kind
from clienthealth.imports.presets import NOT_READ_YET, PRESETS
from clienthealth.imports.presets.base import Preset
from clienthealth.imports.problems import Refused, Undecided

MAX_COLUMNS = 100
Record = tuple[int, list[str]]
"""A record's number and cells."""
Heads = dict[str, list[Record]]
"""The first records as each delimiter parts them."""


@dataclass(frozen=True)
class Wanted:
    """What a file may be. Presets go first: a file named time.csv may hold another program's time.

    `insisted`: the only preset was asked for by name, so it is enough that the columns it needs are there.
    """

    kinds: Sequence[type[Kind]] = IN_ORDER
    presets: Sequence[Preset] = tuple(PRESETS.values())
    insisted: bool = False


@dataclass(frozen=True)
class Head:
    """A header that was understood; `columns` are the kind's names for its titles."""

    kind: type[Kind]
    preset: str | None
    delimiter: str
    record: int
    titles: list[str]
    columns: list[str]


def recognise(file: str, heads: Heads, wanted: Wanted) -> Head:
    """Raises Refused where the file is nothing that is wanted, Undecided where it could be several things."""
    if not any(cells for _number, cells in _filled(heads[","])):
        raise Refused(_("%(file)s is empty: not even a header. Remove it or fill it.") % {"file": file})
    if wanted.insisted:
        return _insisted(file, heads, wanted.presets[0])
    for delimiter, record in _all(heads):
        if preset := _best(file, record, wanted.presets):
            return _preset_head(file, preset, delimiter, record)
    for _delimiter, record in _all(heads):
        _refuse_known(file, record)
    return _native(file, heads, wanted.kinds)


def _all(heads: Heads) -> list[tuple[str, Record]]:
    return [(delimiter, record) for delimiter, records in heads.items() for record in records]


def _names(record: Record) -> set[str]:
    return {tidy(cell) for cell in record[1]}


def _best(file: str, record: Record, presets: Sequence[Preset]) -> Preset | None:
    """The preset of which the record has all required columns, and the most of them."""
    columns = _names(record)
    scores = {
        preset.name: max((len(each.required) for each in preset.signatures if each.fits(columns)), default=0)
        for preset in presets
    }
    best = [preset for preset in presets if scores[preset.name] == max(scores.values()) > 0]
    if len(best) > 1:
        names = [preset.name for preset in best]
        text = _("%(file)s could be several things. Name what it is with --preset, one of %(presets)s.")
        raise Undecided("preset", names, text % {"file": file, "presets": ", ".join(names)})
    return best[0] if best else None


def _preset_head(file: str, preset: Preset, delimiter: str, record: Record) -> Head:
    _check_width(file, record[1])
    titles = [written(cell) for cell in record[1]]
    return Head(preset.kind, preset.name, delimiter, record[0], titles, preset.columns(titles))


def _insisted(file: str, heads: Heads, preset: Preset) -> Head:
    """The first header that has what the preset needs; else say what the one that comes nearest lacks."""
    nearest: tuple[list[str], Signature, set[str]] | None = None
    for delimiter, record in _all(heads):
        columns = _names(record)
        for signature in preset.signatures:
            missing = signature.missing(columns)
            if not missing and not signature.forbidden(columns):
                return _preset_head(file, preset, delimiter, record)
            if nearest is None or len(missing) < len(nearest[0]):
                nearest = missing, signature, columns
    for _delimiter, record in _all(heads):
        _refuse_known(file, record)
    missing, signature, columns = nearest or (list(preset.signatures[0].required), preset.signatures[0], set())
    about = {"file": file, "preset": preset.title}
    if missing:
        text = _("%(file)s lacks the column %(columns)s, which the preset “%(preset)s” needs.")
        raise Refused(text % {**about, "columns": ", ".join(missing)})
    text = _("%(file)s has the column %(columns)s, which “%(preset)s” never has: it is another report.")
    raise Refused(text % {**about, "columns": ", ".join(signature.forbidden(columns))})


def _check_width(file: str, cells: list[str]) -> None:
    if len(cells) > MAX_COLUMNS:
        raise Refused(
            _("%(file)s has %(count)s columns; the most one file may have is %(cap)s.")
            % {"file": file, "count": len(cells), "cap": MAX_COLUMNS}
        )


def _refuse_known(file: str, record: Record) -> None:
    for signature, title in NOT_READ_YET:
        if signature.fits(_names(record)):
            raise Refused(_("%(file)s is %(title)s.") % {"file": file, "title": title})


def _native(file: str, heads: Heads, kinds: Sequence[type[Kind]]) -> Head:
    delimiter, (number, cells) = _native_header(heads, kinds)
    _check_width(file, cells)
    titles = [tidy(cell) for cell in cells]
    kind = kinds[0] if len(kinds) == 1 else _guess(file, titles, kinds)
    _check(file, [title for title in titles if title], kind)
    return Head(kind, None, delimiter, number, titles, titles)


def _filled(records: list[Record]) -> list[Record]:
    return [(number, cells) for number, cells in records if any(cell.strip("\ufeff \t") for cell in cells)]


def _native_header(heads: Heads, kinds: Sequence[type[Kind]]) -> tuple[str, Record]:
    """The first record that has the columns of a kind; where none has, the first that is not empty."""
    for delimiter, record in _all(heads):
        if any(not kind.missing(_names(record)) for kind in kinds):
            return delimiter, record
    firsts = [(delimiter, _filled(records)[0]) for delimiter, records in heads.items() if _filled(records)]
    return max(firsts, key=lambda each: len(each[1][1]))


def _guess(file: str, titles: list[str], kinds: Sequence[type[Kind]]) -> type[Kind]:
    """The only kind that has all of these columns and needs no other."""
    columns = {title for title in titles if title}
    fitting = [kind for kind in kinds if not kind.missing(columns) and columns <= kind.known()]
    if len(fitting) == 1:
        return fitting[0]
    names = [kind.name for kind in fitting or kinds]
    text = _(
        "%(file)s: its columns do not say what kind of file it is. Name the kind with --kind, one of %(kinds)s, "
        "or the program it comes from with --preset, one of %(presets)s."
    )
    about = {"file": file, "kinds": ", ".join(names), "presets": ", ".join(PRESETS)}
    raise Undecided("kind", names, text % about)


def _check(file: str, named: list[str], kind: type[Kind]) -> None:
    about = {"file": file, "kind": kind.name}
    if missing := kind.missing(set(named)):
        raise Refused(
            _("%(file)s lacks the column %(columns)s, which %(kind)s needs. Add it to the header and the rows.")
            % {**about, "columns": ", ".join(missing)}
        )
    if unknown := [column for column in named if column not in kind.known()]:
        raise Refused(
            _("%(file)s has the unknown column %(columns)s. Remove it; %(kind)s may have: %(known)s.")
            % {**about, "columns": ", ".join(dict.fromkeys(unknown)), "known": ", ".join(kind.column_names())}
        )
    if repeated := [column for column in dict.fromkeys(named) if named.count(column) > 1]:
        raise Refused(
            _("%(file)s has the column %(columns)s twice. Keep one of them.")
            % {**about, "columns": ", ".join(repeated)}
        )
