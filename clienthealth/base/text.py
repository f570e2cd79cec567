"""The one boundary through which text enters: forms, files and interfaces all call `clean`."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

LINE = 200
NOTE = 4000

# Bidirectional embeddings, overrides and isolates: they make a text read differently from what it is.
_BIDI_OVERRIDES = frozenset(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]))
_BLANKS = frozenset("\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800\u034f")


def clean(value: str, *, max_length: int, multiline: bool = False) -> str:
    """Text as it may be stored: NFC, trimmed, without control or bidi-override characters, not invisible only.

    Line breaks become \\n where `multiline`, otherwise a space, as tabs do. Characters that could mislead a reader
    are refused by name rather than dropped in silence, except a byte-order mark, which is no text at all.
    Raises ValidationError (codes `characters`, `invisible`, `too_long`); an empty or blank value gives "".
    """
    text = unicodedata.normalize("NFC", value.replace("\ufeff", ""))
    text = re.sub("\r\n|[\r\u2028\u2029]", "\n", text).replace("\t", " ")
    if not multiline:
        text = text.replace("\n", " ")
    for character in text:
        if character != "\n" and _is_forbidden(character):
            raise ValidationError(
                _("The text contains a character that cannot be stored (U+%(code)s). Remove it and try again."),
                code="characters",
                params={"code": f"{ord(character):04X}"},
            )
    text = text.strip()
    if text and all(_is_invisible(character) for character in text):
        raise ValidationError(_("The text contains only invisible characters."), code="invisible")
    if len(text) > max_length:
        raise ValidationError(
            ngettext(
                "The text is too long: at most %(limit)d character, it has %(length)d.",
                "The text is too long: at most %(limit)d characters, it has %(length)d.",
                max_length,
            ),
            code="too_long",
            params={"limit": max_length, "length": len(text)},
        )
    return text


def name_key(name: str) -> str:
    """What two spellings of one name share: trimmed, inner spaces collapsed, case-blind, one Unicode form."""
    visible = "".join(c for c in unicodedata.normalize("NFKC", name) if unicodedata.category(c) != "Cf")
    return " ".join(visible.split()).casefold()


def _is_forbidden(character: str) -> bool:
    return (
        unicodedata.category(character) in ("Cc", "Cs") or character in _BIDI_OVERRIDES or _is_noncharacter(character)
    )


def _is_noncharacter(character: str) -> bool:
    return ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF


def _is_invisible(character: str) -> bool:
    return character.isspace() or character in _BLANKS or unicodedata.category(character) == "Cf"
