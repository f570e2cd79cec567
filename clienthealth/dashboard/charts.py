"""Lines over 13 weeks as coordinates for SVG: pure arithmetic, no markup.

Ratios are ten-thousandths, None where unknown: an unknown week is a gap in the line, never a zero.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from clienthealth.health.levels import Level, Lines

SPARK_WIDTH, SPARK_HEIGHT = 102, 36
SPARK_LOW, SPARK_HIGH = 2_500, 12_500
"""All small lines share one scale, 0.25 to 1.25, so that rows can be compared by eye; values beyond lie on its edge."""

WIDTH, HEIGHT = 480, 200
LEFT, RIGHT, TOP, BOTTOM = 42, 8, 10, 22

Place = Callable[[int, int], tuple[str, str]]
"""From the number of the week and its ratio to x and y."""


@dataclass(frozen=True)
class Spark:
    """A small line: the path, the y of the Consider line, the first and last known values and the last one's place."""

    path: str
    line_y: str
    last_x: str
    last_y: str
    first_e4: int
    last_e4: int


@dataclass(frozen=True)
class Point:
    """One week of the large chart; x and y are empty texts where the ratio is unknown."""

    day: date
    ratio_e4: int | None
    x: str
    y: str


@dataclass(frozen=True)
class Band:
    """The part of the chart in which a level is entered: from y (its upper edge) down `height`."""

    level: str
    y: str
    height: str
    label_y: str
    enter_e4: int


@dataclass(frozen=True)
class Chart:
    points: list[Point]
    path: str
    bands: list[Band]
    left: int = LEFT
    right: int = WIDTH - RIGHT
    span: int = WIDTH - RIGHT - LEFT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM
    width: int = WIDTH
    height: int = HEIGHT


def weeks(day: date, count: int) -> list[date]:
    """Every seventh day back from `day`, oldest first."""
    return [day - timedelta(days=7 * back) for back in reversed(range(count))]


def spark(trend: Sequence[int | None], consider_e4: int) -> Spark | None:
    """None without any known value: nothing is drawn rather than a line of nothing."""
    known = [(at, value) for at, value in enumerate(trend) if value is not None]
    if not known:
        return None
    step = (SPARK_WIDTH - 6) / max(len(trend) - 1, 1)

    def place(at: int, value: int) -> tuple[str, str]:
        inside = min(max(value, SPARK_LOW), SPARK_HIGH) - SPARK_LOW
        y = SPARK_HEIGHT - 3 - (SPARK_HEIGHT - 6) * inside / (SPARK_HIGH - SPARK_LOW)
        return _short(3 + at * step), _short(y)

    last_x, last_y = place(*known[-1])
    _, line_y = place(0, consider_e4)
    return Spark(_path(trend, place), line_y, last_x, last_y, known[0][1], known[-1][1])


def chart(trend: Sequence[int | None], day: date, lines: Lines) -> Chart | None:
    """The large line with the bands of the levels; None without any known value."""
    known = [value for value in trend if value is not None]
    if not known:
        return None
    top_e4 = max(*known, lines.consider.enter) * 115 // 100
    step = (WIDTH - LEFT - RIGHT) / max(len(trend) - 1, 1)

    def place(at: int, value: int) -> tuple[str, str]:
        return _short(LEFT + at * step), _short(_y(value, top_e4))

    points = [
        Point(on, value, *(place(at, value) if value is not None else (_short(LEFT + at * step), "")))
        for at, (on, value) in enumerate(zip(weeks(day, len(trend)), trend, strict=True))
    ]
    return Chart(points, _path(trend, place), _bands(lines, top_e4))


def _bands(lines: Lines, top_e4: int) -> list[Band]:
    """From the bottom up: healthy, watch, repair, consider; each reaches to where the next is entered."""
    enters = [(Level.HEALTHY, 0), *((level, line.enter) for level, line in lines.by_level().items())]
    edges = [enter for _, enter in enters[1:]] + [top_e4]
    bands = []
    for (level, low), high in zip(enters, edges, strict=True):
        y, bottom = _y(high, top_e4), _y(low, top_e4)
        bands.append(Band(level.value, _short(y), _short(bottom - y), _short(bottom), low))
    return bands


def _y(value: int, top_e4: int) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * max(value, 0) / top_e4


def _path(trend: Sequence[int | None], place: Place) -> str:
    """Straight pieces between neighbouring known weeks; a lone week becomes a dot (a piece of no length)."""
    pieces: list[str] = []
    before: int | None = None
    for at, value in enumerate(trend):
        if value is not None:
            x, y = place(at, value)
            pieces.append(f"{'M' if before is None else 'L'}{x} {y}")
            if before is None and (at + 1 == len(trend) or trend[at + 1] is None):
                pieces.append("h.01")
        before = value
    return "".join(pieces)


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
