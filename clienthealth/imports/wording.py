"""What importing knows, in words for people."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role
from clienthealth.imports.cells import NO, YES
from clienthealth.imports.presets import PRESETS
from clienthealth.imports.problems import Reason

REASONS = {
    Reason.BAD_DATE: gettext_lazy("the date cannot be read"),
    Reason.BAD_DURATION: gettext_lazy("the duration cannot be read, or is out of range"),
    Reason.NO_DURATION: gettext_lazy("there is no duration"),
    Reason.BAD_NUMBER: gettext_lazy("the number cannot be read, or is out of range"),
    Reason.MISSING_NUMBER: gettext_lazy("there is no invoice number"),
    Reason.MISSING_AMOUNT: gettext_lazy("there is no amount"),
    Reason.MISSING_ID: gettext_lazy("there is no number that tells the row from others"),
    Reason.UNKNOWN_CLIENT: gettext_lazy("no client has this name"),
    Reason.UNKNOWN_CONTRACT: gettext_lazy("the client has no contract of this name"),
    Reason.UNKNOWN_PERSON: gettext_lazy("no person has this name or e-mail"),
    Reason.AMBIGUOUS_PERSON: gettext_lazy("several people have this name"),
    Reason.UNKNOWN_INVOICE: gettext_lazy("no invoice has this number"),
    Reason.BAD_VALUE: gettext_lazy("the value is not one that is known here"),
    Reason.TOO_LONG: gettext_lazy("the text is too long"),
}
KINDS = {
    "people": gettext_lazy("People"),
    "roles": gettext_lazy("Job titles over time"),
    "rates": gettext_lazy("Cost rates"),
    "fx": gettext_lazy("Exchange rates"),
    "clients": gettext_lazy("Clients"),
    "contracts": gettext_lazy("Contracts"),
    "contract_terms": gettext_lazy("Contract terms"),
    "milestones": gettext_lazy("Milestones"),
    "pauses": gettext_lazy("Pauses"),
    "contact_hours": gettext_lazy("Contact hours"),
    "time": gettext_lazy("Time entries"),
    "costs": gettext_lazy("Direct costs"),
    "invoices": gettext_lazy("Invoices"),
    "payments": gettext_lazy("Payments"),
    "disputes": gettext_lazy("Disputes"),
    "incidents": gettext_lazy("Incidents"),
    "incident_minutes": gettext_lazy("Minutes lost by others"),
    "touchpoints": gettext_lazy("Touchpoints"),
}
DATE_ORDERS = {
    "ymd": gettext_lazy("year, month, day"),
    "dmy": gettext_lazy("day, month, year"),
    "mdy": gettext_lazy("month, day, year"),
}
DELIMITERS = {",": gettext_lazy("comma"), ";": gettext_lazy("semicolon"), "\t": gettext_lazy("tab")}
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "cp1250": gettext_lazy("Central European (cp1250)"),
    "cp1251": gettext_lazy("Cyrillic (cp1251)"),
    "cp1252": gettext_lazy("Western European (cp1252)"),
}


def reason_words(rejection: Mapping[str, Any], kind: str = "") -> str:
    """Why a row was rejected. A role that exists is no wrong value: the page is not the place to give it."""
    reason, column, value = rejection["reason"], rejection["column"], rejection.get("value", "")
    if kind == "people" and reason == Reason.BAD_VALUE:
        if column == "role" and value.strip().casefold() in Role.values:
            return _("an uploaded file cannot give or change a sign-in; leave the role empty")
        if column == "active" and value.strip().casefold() in YES | NO:
            return _("an uploaded file cannot give or withdraw a sign-in; leave the cell empty")
    return str(REASONS[Reason(reason)]) if reason in list(Reason) else str(reason)


def kind_words(kind: str) -> str:
    return str(KINDS.get(kind, kind))


def origin_words(preset: str | None) -> str:
    """Which program's file it is."""
    if not preset:
        return _("native file")
    return PRESETS[preset].title if preset in PRESETS else preset
