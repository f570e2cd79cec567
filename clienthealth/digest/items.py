"""What a digest is made of: at most seven items, each with one step and links to its records."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clienthealth.base.links import absolute
from clienthealth.health import wording
from clienthealth.health.models import LatestFigures, LevelChange
from issues.models import Flag, Incident

MOST = 7
LINES = 3
"""So many records are named in one item; of the others it says how many."""
BAR_HEIGHT = 36
"""Pixels of the highest bar."""
FEWEST_BARS = 3
RATIO_OF_ONE_E4 = 10_000


@dataclass(frozen=True)
class Line:
    """A record inside an item: its name and address, what is said beside it, and a bar of so many per cent."""

    name: str
    href: str
    note: str
    bar: int | None = None


@dataclass(frozen=True)
class Item:
    """One thing that changed or waits: what, how much, since when; one suggested step, and the record it leads to.

    `short` is what the subject says of it; `clients` are those that need the reader because of it, none where it only
    informs; `waits` marks what needs the reader without being about a client. `tone` is a level, or "" for none.
    `trend` are the heights of 13 bars, the weeks of the client's ratio, oldest first; None where it was not known.
    """

    title: str
    text: str
    step: str
    href: str
    short: str = ""
    tone: str = ""
    clients: tuple[int, ...] = ()
    waits: bool = False
    lines: tuple[Line, ...] = ()
    others: int = 0
    trend: tuple[int | None, ...] = ()

    @property
    def needs_reader(self) -> bool:
        return self.waits or bool(self.clients)


def first_lines(lines: Sequence[Line]) -> dict[str, Any]:
    """The first few lines of an item, and how many more there are."""
    return {"lines": tuple(lines[:LINES]), "others": max(0, len(lines) - LINES)}


def raised(flag: Flag, latest: LatestFigures | None) -> Item:
    """A flag raised in the week, with the newest figures."""
    name = flag.client.name
    text = _("The flag was raised on %(day)s. %(figures)s over %(window)d days.") % {
        "day": wording.day(flag.raised_on),
        "figures": figures_words(latest, flag),
        "window": latest.window_days if latest else flag.figures.get("window_days", 90),
    }
    return Item(
        title=_("%(client)s: consider parting ways") % {"client": name},
        text=text,
        step=_("Weigh the options. Repairing together comes first."),
        href=absolute("dashboard:flag", flag.pk),
        short=_("%(client)s at Consider parting ways") % {"client": name},
        tone="consider",
        clients=(flag.client_id,),
        trend=trend_of(latest),
    )


def trend_of(latest: LatestFigures | None) -> tuple[int | None, ...]:
    """The client's ratio over 13 weeks as bars; a ratio of 1.00 or the worst, whichever is more, is the highest."""
    line = latest.trend if latest else []
    known = [value for value in line if value is not None]
    if len(known) < FEWEST_BARS:
        return ()
    top = max(RATIO_OF_ONE_E4, *known)
    return tuple(None if value is None else max(2, round(BAR_HEIGHT * value / top)) for value in line)


def figures_words(latest: LatestFigures | None, flag: Flag) -> str:
    """Ratio and margin, or why there is none; no amounts, since not every reader may see what derives from costs."""
    ratio_e4 = latest.ratio_e4 if latest else flag.figures.get("ratio_e4")
    if ratio_e4 is None and latest:
        return wording.status_words(latest)
    return _("Ratio %(ratio)s, margin %(margin)s") % {
        "ratio": wording.ratio(ratio_e4),
        "margin": wording.margin(ratio_e4),
    }


def latest_of(row: Flag | LevelChange) -> LatestFigures | None:
    """The newest figures of the row's client, read along with it; None before the first night."""
    return getattr(row.client, "latest", None)


def to_complete(incidents: Sequence[Incident], older: int, step: str, href: str) -> list[Item]:
    """Incidents of the week without a side or a cause, newest first, and how many older ones there are."""
    if not incidents:
        return []
    count = len(incidents)
    text = ngettext(
        "%(count)d incident of last week has no side or no cause yet: a report cannot learn from it.",
        "%(count)d incidents of last week have no side or no cause yet: a report cannot learn from them.",
        count,
    ) % {"count": count}
    if older:
        more = ngettext("%(count)d older one waits too.", "%(count)d older ones wait too.", older)
        text = f"{text} {more % {'count': older}}"
    lines = [Line(each.client.name, absolute("issues:incident", each.pk), when(each.occurred_on)) for each in incidents]
    title = ngettext("%(count)d incident to complete", "%(count)d incidents to complete", count) % {"count": count}
    return [Item(title, text, step, href, short=title, waits=True, **first_lines(lines))]


def when(day: date) -> str:
    return wording.day(day)


def named(names: Iterable[str]) -> str:
    """A few names in a row."""
    return ", ".join(names)
