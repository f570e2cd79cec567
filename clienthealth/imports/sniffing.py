"""What an uploaded file is, by its first bytes: whoever sends a workbook is told how to make a table of it."""

import codecs

from django.utils.translation import gettext as _

LOOKED_AT = 4096
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
"""How archives begin, XLSX and ODS among them, and the workbooks of before."""
OTHERS = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"\x1f\x8b": "GZIP",
    b"7z\xbc\xaf": "7Z",
    b"Rar!": "RAR",
    b"SQLite format 3": "SQLite",
}
WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def why_no_table(start: bytes) -> str:
    """Why a file that begins so is no table, in words; "" where it may be one."""
    if not start:
        return _("The file is empty.")
    if start.startswith(WORKBOOKS):
        return _("This is a workbook or an archive, not a table. Open it, save the sheet as CSV, and upload that.")
    for beginning, name in OTHERS.items():
        if start.startswith(beginning):
            return _("This is a %(kind)s file, not a table. Export the data as CSV and upload that.") % {"kind": name}
    if b"\0" in start and not start.startswith(WIDE):
        return _("This file holds no text. Export the data as CSV and upload that.")
    return ""
