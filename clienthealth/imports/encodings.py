"""Which encoding a file is in: a byte-order mark wins, else strict UTF-8, else the likeliest one-byte code page."""

import codecs
import re
from collections.abc import Iterable
from pathlib import Path

COMMON = ("utf-8", "utf-16", "cp1250", "cp1251", "cp1252")
"""What most files are in."""
BLOCK = 1 << 20
ENOUGH_WORDS = 50_000

BYTE_ORDER_MARKS = [
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]
WORD = re.compile(rb"[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")
CYRILLIC_PAIR = re.compile(rb"(?=[\xa8\xb8\xc0-\xff]{2})")
MIXED_PAIR = re.compile(rb"(?=[A-Za-z][\x80-\xff]|[\x80-\xff][A-Za-z])")

# Bytes that cp1250 and cp1252 share are no evidence. The rest is looked at as cp1252 would show it: Central European
# words then have signs where letters belong (³ for ł, ¹ for ą, ¿ for ż), and letters where Western words have none.
CENTRAL = re.compile(
    "[A-Za-zó][³¹¿]|[³¹¿][a-z]|[£¥¯\ufffd][A-Za-zóÓ]|[A-Za-zó]\ufffd|[a-zó]Ÿ|Ÿ[a-z]"  # ł ą ż Ł Ą Ż ź ť
    "|[œŒ](?![uidt])|ñ(?![aeiouáéíóú])|æ(?![a-z])|ê(?![a-z])|ê[bdkz]"  # ś ń ć ę
    "|[šžŠŽýÝ]|ø[eiíáa]|ì[a-z]|ù[bcdkmnrvz]|è[aeiouáýn]|È[aeiouáý]|Ø[eiíá]"  # š ž ý ř ě ů č
    "|õ(?!e)|û[a-z]*[öü]|[öü][a-z]*û"  # ő ű
)
WESTERN = re.compile("[àâåãæçëïîôûùòìøœñèêÀÅÆØÑÈÊ]")


def named(name: str) -> str:
    """The standard name of an encoding; LookupError where Python knows no such text encoding."""
    "".encode(name)
    return codecs.lookup(name).name.removesuffix("-sig")


def encoding_of(path: Path, given: str | None) -> str:
    """The encoding to read the file with: the one given on the command line, else what its bytes say."""
    with path.open("rb") as file:
        start = file.read(4)
        if given:
            return given
        for mark, name in BYTE_ORDER_MARKS:
            if start.startswith(mark):
                return name
        file.seek(0)
        if _is_utf8(iter(lambda: file.read(BLOCK), b"")):
            return "utf-8"
        file.seek(0)
        return likeliest_code_page(_words(iter(lambda: file.read(BLOCK), b"")))


def _is_utf8(blocks: Iterable[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    try:
        for block in blocks:
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _words(blocks: Iterable[bytes]) -> list[bytes]:
    """Words with at least one byte above ASCII: the others say nothing about the code page."""
    words: list[bytes] = []
    for block in blocks:
        words += WORD.findall(block)
        if len(words) >= ENOUGH_WORDS:
            break
    return words


def likeliest_code_page(words: list[bytes]) -> str:
    """cp1251 where such letters stand side by side, cp1250 or cp1252 where they stand among ASCII letters."""
    text = b" ".join(words)
    if len(CYRILLIC_PAIR.findall(text)) > len(MIXED_PAIR.findall(text)):
        return "cp1251"
    shown = text.decode("cp1252", "replace")
    # A sign among letters is stronger evidence than a letter that both may have.
    central = 2 * len(CENTRAL.findall(shown))
    return "cp1250" if central > len(WESTERN.findall(shown)) else "cp1252"
