"""Figures and states in the words people read. Numbers are rounded here, once, half away from zero."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any

from django.utils.formats import date_format, get_format
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from clienthealth.base.amounts import half_up
from clienthealth.health.levels import Level, Lines
from clienthealth.health.models import Figures, LevelChange, Reason, Status
from clienthealth.health.walk import INFINITE_STORED
from engagements.models import Client

DASH = "–"

LEVEL_WORDS = {
    "": gettext_lazy("No level"),
    Level.HEALTHY.value: gettext_lazy("Healthy"),
    Level.WATCH.value: gettext_lazy("Watch"),
    Level.REPAIR.value: gettext_lazy("Repair"),
    Level.CONSIDER.value: gettext_lazy("Consider parting ways"),
}

OUTSIDE_WORDS = {
    "exempt": gettext_lazy("The client was exempted from levels."),
    "grace": gettext_lazy("The first contract started too recently for a level."),
    "prospect": gettext_lazy("The client is a prospect."),
    "offboarding": gettext_lazy("The client is being offboarded."),
    "parted": gettext_lazy("The relationship ended."),
}


def level_word(level: str | None) -> str:
    return str(LEVEL_WORDS[level or ""])


def number(scaled: int, places: int) -> str:
    """A whole number of 10⁻ᵖˡᵃᶜᵉˢ in the reader's format, in groups of three, with a true minus sign.

    By hand, because a page has hundreds of them and Django's own way takes ten times as long.
    """
    thousands, point = _marks(get_language())
    whole, rest = divmod(abs(scaled), 10**places)
    text = f"{whole:,}".replace(",", thousands)
    return f"{'−' if scaled < 0 else ''}{text}{point}{rest:0{places}d}"


@lru_cache(maxsize=50)
def _marks(language: str | None) -> tuple[str, str]:
    """The marks between thousands and before decimals."""
    return str(get_format("THOUSAND_SEPARATOR", language)), str(get_format("DECIMAL_SEPARATOR", language))


def money(cents: int | Fraction | None) -> str:
    """Hundredths as an amount; the currency is named once, beside the table or the sentence."""
    return DASH if cents is None else number(half_up(Fraction(cents)), 2)


def ratio(ratio_e4: int | None) -> str:
    return DASH if ratio_e4 is None else number(half_up(Fraction(ratio_e4, 100)), 2)


def margin(ratio_e4: int | None) -> str:
    """Delivery margin = 1 − ratio, in per cent."""
    return DASH if ratio_e4 is None else percent(1 - Fraction(ratio_e4, 10_000))


def percent(share: Fraction | None) -> str:
    return DASH if share is None else f"{number(half_up(share, 1000), 1)} %"


def hours(minutes: int | Fraction | None, places: int = 1) -> str:
    return DASH if minutes is None else number(half_up(Fraction(minutes) / 60, 10**places), places)


def day(on: date | None) -> str:
    return DASH if on is None else _day(on, get_language())


@lru_cache(maxsize=2000)
def _day(on: date, _language: str | None) -> str:
    """Lists name the same few days again and again."""
    return date_format(on, "j M Y")


def status_words(figures: Figures) -> str:
    """Why there is no ratio, or why it does not count yet; "" where it counts."""
    return "" if figures.status == Status.OK else state_words(figures.status, figures.reason)


def state_words(status: str, reason: str) -> str:
    """What a night could say about a client, with the reason where there is one."""
    words = str(Status(status).label) if status in Status.values else status
    if reason and reason in Reason.values:
        return _("%(status)s: %(reason)s") % {"status": words, "reason": Reason(reason).label}
    return words


def no_level_words(client: Client) -> str:
    """Why a client has no level for a reason of its own, not of its data; "" where there is none."""
    if client.is_exempt:
        until = client.exempt_until
        return _("Exempt until %(day)s") % {"day": day(until)} if until else _("Exempt from levels")
    if client.status != Client.Status.ACTIVE:
        return str(client.get_status_display())
    return ""


def mid_sentence(text: str) -> str:
    """The text as it stands after a colon or a word: its first letter small."""
    return text[:1].lower() + text[1:]


def began_words(change: LevelChange) -> str:
    """Why the present level began: `change_words`, with ratios said to be those of that time."""
    values = change.reason.get("values") or []
    if change.reason.get("outside") or not values or INFINITE_STORED in values:
        return change_words(change)
    low, high = ratio(min(values)), ratio(max(values))
    count = len(values)
    if low == high:
        text = ngettext(
            "Ratio was %(low)s on %(count)d night when it began.",
            "Ratio was %(low)s on %(count)d nights when it began.",
            count,
        )
    else:
        text = ngettext(
            "Ratio was %(low)s to %(high)s on %(count)d night when it began.",
            "Ratio was %(low)s to %(high)s on %(count)d nights when it began.",
            count,
        )
    return text % {"low": low, "high": high, "count": count}


def approaching_words(latest: Figures, lines: Lines, on: Sequence[str], hold: int) -> str:
    """The worst line that the ratio stands above although it is not on yet; "" where there is none."""
    if latest.status != Status.OK or latest.ratio_e4 is None or not latest.level:
        return ""
    above = [level for level, line in lines.by_level().items() if latest.ratio_e4 >= line.enter and level not in on]
    if not above:
        return ""
    text = ngettext(
        "above the %(level)s line, not yet for %(count)d night",
        "above the %(level)s line, not yet for %(count)d nights",
        hold,
    )
    return text % {"level": level_word(above[-1]), "count": hold}


def change_words(change: LevelChange) -> str:
    """Which measure moved the level, and by which values, as the night noted it."""
    reason = change.reason
    if outside := reason.get("outside"):
        return str(OUTSIDE_WORDS.get(outside, outside))
    if count := reason.get("nights_without_data"):
        return ngettext(
            "Not enough data on %(count)d night.", "Not enough data on %(count)d nights in a row.", count
        ) % {"count": count}
    values = reason.get("values") or []
    return _ratio_words(values) if values else ""


def _ratio_words(values: Sequence[Any]) -> str:
    """How the ratio stood on the nights a level looked at; "inf" is effort without revenue."""
    count = len(values)
    known = [value for value in values if isinstance(value, int | float)]
    if not known:
        return ngettext(
            "Effort without revenue on %(count)d night.", "Effort without revenue on %(count)d nights in a row.", count
        ) % {"count": count}
    low, high = ratio(int(min(known))), ratio(int(max(known)))
    if len(known) < count:
        high = _("effort without revenue")
    if low == high:
        text = ngettext("Ratio %(low)s on %(count)d night.", "Ratio %(low)s on %(count)d nights in a row.", count)
    else:
        text = ngettext(
            "Ratio %(low)s to %(high)s on %(count)d night.",
            "Ratio %(low)s to %(high)s on %(count)d nights in a row.",
            count,
        )
    return text % {"low": low, "high": high, "count": count}
