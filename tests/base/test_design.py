"""What every page must keep: contrasts that can be read, and nothing inline that the browser would refuse."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string

ROOT = Path(settings.BASE_DIR)
TOKENS = (ROOT / "static/css/tokens.css").read_text()
TEXT, MARK = 4.5, 3.0

# What is written or drawn on what, and how clearly it must stand out (WCAG 2.2 AA).
PAIRS = [
    *((ink, ground, TEXT) for ink in ("ink", "ink-2", "ink-3", "accent") for ground in ("paper", "surface")),
    *((ink, "sunken", TEXT) for ink in ("ink", "ink-2")),
    ("accent-ink", "accent", TEXT),
    ("accent-ink", "accent-hover", TEXT),
    ("accent", "accent-soft", TEXT),
    *((level, f"{level}-soft", TEXT) for level in ("healthy", "watch", "repair", "consider", "none")),
    *((level, "surface", TEXT) for level in ("healthy", "watch", "repair", "consider", "none")),
    *((f"{level}-mark", "surface", MARK) for level in ("healthy", "watch", "repair", "consider", "none")),
    *((ink, f"{kind}-soft", TEXT) for kind in ("error", "info", "watch", "healthy") for ink in ("ink", kind)),
    ("error", "surface", TEXT),
    ("surface", "error", TEXT),
    ("paper", "ink", TEXT),
    ("line-strong", "surface", MARK),
    ("line-strong", "paper", MARK),
    ("focus", "surface", MARK),
    ("focus", "paper", MARK),
]


def colours(scheme: str) -> dict[str, str]:
    """The custom properties of a scheme by name."""
    light, dark = TOKENS.split("@media (prefers-color-scheme: dark)", 1)
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", light))
    if scheme == "dark":
        found |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", dark.split("@media print", 1)[0]))
    return found


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_stand_out_from_what_is_behind_them(scheme):
    known = colours(scheme)
    weak = {}
    for front, back, needed in PAIRS:
        lighter, darker = sorted((luminance(known[front]), luminance(known[back])), reverse=True)
        ratio = (lighter + 0.05) / (darker + 0.05)
        if ratio < needed:
            weak[f"{front} on {back}"] = round(ratio, 2)
    assert weak == {}


MAILS = {ROOT / "templates" / "digest" / "mail.html"}
"""Read by mail programs, which know no style sheets; the pages that show one have a policy of their own."""
PAGES = sorted(set((ROOT / "templates").rglob("*.html")) - MAILS)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_templates_have_nothing_inline(path):
    """The content security policy allows no inline style, script or handler."""
    source = path.read_text()
    assert re.findall(r"\sstyle=|<style|\son\w+=|javascript:|hx-on", source) == []
    assert re.findall(r"<script(?![^>]*\ssrc=)", source) == []
    assert re.findall(r"""(?:src|href|action)=["'](?:https?:)?//""", source) == []


@pytest.mark.parametrize("name", ["400.html", "403_csrf.html", "500.html"])
def test_error_pages_need_neither_request_nor_database(name):
    page = render_to_string(name)
    assert "<h1>" in page
    assert "Client health" in page
