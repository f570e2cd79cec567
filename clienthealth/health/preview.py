"""Where clients would stand under other lines, by the ratio of the newest night alone."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from clienthealth.health.levels import INFINITE, Level, Lines
from clienthealth.health.models import LatestFigures, Status

SHOWN = 20


@dataclass(frozen=True)
class Standing:
    """A client whose line would be another one."""

    client_id: int
    name: str
    ratio_e4: int | None
    before: Level
    after: Level


@dataclass(frozen=True)
class Preview:
    """How many clients have reached each line now and under the new lines, and whom it would concern (some of them)."""

    counts: list[tuple[Level, int, int]]
    concerned: list[Standing]
    more: int


def reached(value: float, lines: Lines) -> Level:
    """The highest line the value has entered. A level also looks at the nights before; this does not."""
    entered = [level for level, line in lines.by_level().items() if value >= line.enter]
    return max(entered, key=lambda each: each.rank, default=Level.HEALTHY)


def preview(user: Any, before: Lines, after: Lines) -> Preview:
    """Over the clients the reader sees whose data suffice and who have no level of their own rules."""
    rows = LatestFigures.objects.visible_to(user).filter(status__in=[Status.OK, Status.UNDEFINED], level__isnull=False)
    now: Counter[Level] = Counter()
    then: Counter[Level] = Counter()
    concerned = []
    for client_id, name, ratio_e4 in rows.order_by("client__name_key").values_list(
        "client_id", "client__name", "ratio_e4"
    ):
        value = INFINITE if ratio_e4 is None else ratio_e4
        old, new = reached(value, before), reached(value, after)
        now[old] += 1
        then[new] += 1
        if old != new:
            concerned.append(Standing(client_id, name, ratio_e4, old, new))
    counts = [(level, now[level], then[level]) for level in Level]
    return Preview(counts, concerned[:SHOWN], max(0, len(concerned) - SHOWN))
