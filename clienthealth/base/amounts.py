"""Money, hours and rates between people's decimals and stored whole numbers. Exact throughout; never float."""

from decimal import Decimal, InvalidOperation
from fractions import Fraction

MONEY_MAX_CENTS = 10**13
"""A hundred thousand million in the main unit: beyond it an amount is a slip of the finger."""
RATE_MAX_CENTS = 10**8
MINUTES_MAX = 10_080
"""One week: the most minutes one time entry may have."""
FX_SCALE = 10**10


def half_up(value: Fraction, scale: int = 1) -> int:
    """The value times `scale`, rounded once to a whole number, halves away from zero."""
    scaled = abs(value) * scale
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return whole if value >= 0 else -whole


def decimal_text(scaled: int, places: int) -> str:
    """12345 with 2 places as "123.45"; the sign first, a point always."""
    digits = f"{abs(scaled):0{places + 1}d}"
    sign = "-" if scaled < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def money_text(cents: int) -> str:
    return decimal_text(cents, 2)


def scaled_whole(text: str, scale: int) -> int | None:
    """A point decimal times `scale`, if that is a whole number; None if it is no number or finer than that."""
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return None
    if not value.is_finite() or value.adjusted() > 20:
        return None
    scaled = Fraction(value) * scale
    return int(scaled) if scaled.denominator == 1 else None
