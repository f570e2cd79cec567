"""Numbers as people type them: decimal comma or point, groups of thousands, hours with a colon."""

import re
from fractions import Fraction

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST = 40
_BLANKS = str.maketrans("", "", " \u00a0\u2009\u202f'’")
_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_CLOCK = re.compile(r"([0-9]{1,7}):([0-5][0-9])(?::([0-5][0-9]))?")


def typed_decimal(text: str, *, grouped: bool = True) -> Fraction:
    """The exact value of a typed number: "1 234,56", "1,234.56", "1.234,56" and "1234.56" are the same.

    One separator before exactly three digits is read as thousands where it is a comma and `grouped`, and refused where
    it is a point: whoever means 1234 and gets 1.234 would not notice. Raises ValidationError.
    """
    bare = text.strip().translate(_BLANKS).replace("−", "-")
    if len(bare) > LONGEST:
        raise ValidationError(_("This number is too long."), code="invalid")
    plain = _with_point(bare, grouped)
    if not _PLAIN.fullmatch(plain):
        raise ValidationError(_("Enter a number, such as 1234.56."), code="invalid")
    return Fraction(plain)


def typed_hours(text: str) -> Fraction:
    """Hours as a decimal ("7.5", "7,5") or by the clock ("7:30"). Raises ValidationError."""
    if clock := _CLOCK.fullmatch(text.strip()):
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return Fraction(3600 * hours + 60 * minutes + seconds, 3600)
    return typed_decimal(text, grouped=False)


def _with_point(bare: str, grouped: bool) -> str:
    """The digits with a point as the only separator; anything doubtful is returned as it is and refused later."""
    commas, points = bare.count(","), bare.count(".")
    if commas and points:
        mark = "," if bare.rindex(",") > bare.rindex(".") else "."
        whole, _mark, rest = bare.rpartition(mark)
        other = "." if mark == "," else ","
        return f"{_ungrouped(whole, other)}.{rest}"
    mark = "," if commas else "."
    if commas + points > 1:
        return _ungrouped(bare, mark)
    if commas + points == 1 and grouped and re.fullmatch(r"-?[1-9][0-9]{0,2}[,.][0-9]{3}", bare):
        if mark == ".":
            raise ValidationError(
                _("Is %(text)s more than a thousand? Write it without the point, or with two decimals."),
                code="ambiguous",
                params={"text": bare},
            )
        return bare.replace(",", "")
    return bare.replace(",", ".")


def _ungrouped(whole: str, mark: str) -> str:
    return whole.replace(mark, "") if re.fullmatch(rf"-?[0-9]{{1,3}}([{mark}][0-9]{{3}})+", whole) else whole
