"""The way back, and what parting would change: arithmetic of the card "consider parting ways".

Pure arithmetic on the standard library. Amounts are hundredths of the reporting currency, ratios
ten-thousandths, exact fractions throughout: whoever shows a result rounds it once.
"""

from dataclasses import dataclass
from fractions import Fraction

MARKED_SHARE = Fraction(1, 4)
"""A client with more than this share of revenue is marked: parting would be a risk of its own."""


@dataclass(frozen=True)
class WayBack:
    """What would bring the ratio to the target, and what the window cost.

    `lost` is E − R where positive. `monthly_fee` keeps the hours, `minutes` keeps the fee; both None where unknown or
    where the question makes no sense. `minutes_per_week` is what the client takes of a week.
    """

    lost: Fraction | None
    monthly_fee: Fraction | None
    minutes: Fraction | None
    minutes_per_week: Fraction


def way_back(
    effort: int | None,
    revenue: int | None,
    minutes: int,
    *,
    target_e4: int,
    window_days: int,
    hours_earn: bool = False,
) -> WayBack:
    """From the figures of one window. `hours_earn`: all revenue is time and materials, so fewer hours earn less."""
    target = Fraction(target_e4, 10_000)
    fee = None
    if effort:
        fee = effort / target * Fraction(365, 12) / window_days
    affordable = None
    if effort and revenue is not None and revenue > 0 and not hours_earn:
        affordable = minutes * target * revenue / effort
    return WayBack(
        lost=_lost(effort, revenue),
        monthly_fee=fee,
        minutes=affordable,
        minutes_per_week=Fraction(minutes * 7, window_days),
    )


def _lost(effort: int | None, revenue: int | None) -> Fraction | None:
    """E − R where it is known and positive."""
    if effort is None or revenue is None or effort <= revenue:
        return None
    return Fraction(effort - revenue)


def share(part: int | None, whole: int | None) -> Fraction | None:
    """A part of a positive whole; None where either is unknown or there is nothing to share."""
    if part is None or whole is None or whole <= 0:
        return None
    return Fraction(part, whole)
