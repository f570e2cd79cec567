"""The level of the ratio measure, night after night (the method, section 4.2)."""

from decimal import Decimal

NAMES = ("healthy", "watch", "repair", "consider")
NIGHTS_UNTIL_DROPPED = 30

# line: (enter when all are at or above, leave when all are at or below), ratio with 4 decimals
THRESHOLDS = {
    "watch": ("0.6000", "0.5500"),
    "repair": ("0.7500", "0.6500"),
    "consider": ("1.0000", "0.9000"),
}


def levels(
    values: list[float | str | None],
    hold: int,
    thresholds: dict[str, tuple[str, str]] = THRESHOLDS,
    starts: str | None = None,
) -> list[str | None]:
    """The level shown after each night.

    A value is a ratio with 4 decimals, "inf" for effort without revenue, or None for a night
    without sufficient data. `hold` is the number of values that must agree. `starts` is a level
    already stored before the first night: its lines are on, and it is shown until `hold` values
    exist or it is dropped. None in the answer means no level.
    """
    on = {line: is_on(line, starts) for line in thresholds}
    stored = starts
    series: list[Decimal] = []
    missing = 0
    shown: list[str | None] = []
    for value in values:
        if value is None:
            missing += 1
            if missing >= NIGHTS_UNTIL_DROPPED:
                stored = None
        else:
            missing = 0
            series.append(Decimal(str(value)))
            if len(series) >= hold:
                switch(on, series[-hold:], thresholds)
                stored = highest(on)
        shown.append(stored)
    return shown


def is_on(line: str, level: str | None) -> bool:
    """Whether a stored level implies that the line is on."""
    return level is not None and NAMES.index(line) <= NAMES.index(level)


def switch(on: dict[str, bool], last: list[Decimal], thresholds: dict[str, tuple[str, str]]) -> None:
    """Switch each line by the last values; a line that has neither entered nor left stays."""
    for line, (enter, leave) in thresholds.items():
        if all(value >= Decimal(enter) for value in last):
            on[line] = True
        elif all(value <= Decimal(leave) for value in last):
            on[line] = False


def highest(on: dict[str, bool]) -> str:
    """The highest line that is on; healthy when none is."""
    level = NAMES[0]
    for name in NAMES[1:]:
        if on[name]:
            level = name
    return level
