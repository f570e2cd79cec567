"""The text boundary: what may be stored, what is refused, and what counts as the same name."""

import unicodedata

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from clienthealth.base.text import clean, name_key


def refusal(text: str, max_length: int = 50) -> str:
    with pytest.raises(ValidationError) as caught:
        clean(text, max_length=max_length)
    return str(caught.value.code)


@pytest.mark.parametrize("code", ["0000", "0007", "001B", "0085", "202E", "2066", "D800", "FFFE", "FDD0"])
def test_misleading_character_is_refused_by_name(code: str) -> None:
    with pytest.raises(ValidationError, match=f"U\\+{code}"):
        clean(f"a{chr(int(code, 16))}b", max_length=50)


@pytest.mark.parametrize("text", ["\u200b", "\u2800\u2800", " \u3164 ", "\u200e\u00ad"])
def test_invisible_text_is_refused(text: str) -> None:
    assert refusal(text) == "invisible"


def test_text_at_the_limit_passes_and_one_more_is_refused() -> None:
    assert clean("ż" * 50, max_length=50) == "ż" * 50
    assert refusal("ż" * 51) == "too_long"


def test_line_breaks_stay_where_lines_may_break() -> None:
    assert clean(" a\r\nb\u2028c\rd\te ", max_length=50, multiline=True) == "a\nb\nc\nd e"
    assert clean("a\r\nb", max_length=50) == "a b"


def test_ordinary_writing_of_the_world_is_kept() -> None:
    for text in [
        "Zażółć gęślą jaźń",
        "Ёлка & Co. <b>",
        "می‌خواهم",
        "👩‍👩‍👧 Eltern",
        "שלום",
        '=HYPERLINK("x")',
        "soft\u00adhyphen",
    ]:
        assert clean(text, max_length=50) == unicodedata.normalize("NFC", text)


def test_blank_becomes_empty() -> None:
    assert clean(" \t\u00a0\n", max_length=5) == ""


@given(st.text(max_size=60))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    try:
        once = clean(text, max_length=60, multiline=True)
    except ValidationError:
        return
    assert clean(once, max_length=60, multiline=True) == once


@pytest.mark.parametrize("other", ["  acme   ltd ", "ACME LTD", "Acme\u00a0Ltd", "Ａcme Ltd", "Ac\u200bme Ltd"])
def test_spellings_of_one_name_share_a_key(other: str) -> None:
    assert name_key(other) == name_key("Acme Ltd")
