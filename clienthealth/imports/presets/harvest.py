"""Harvest: the detailed time report, in English or German. Its invoice report is another matter."""

from clienthealth.imports.headers import Signature
from clienthealth.imports.kinds.tracked import TrackedTime
from clienthealth.imports.presets.base import Preset

HARVEST_TIME = Preset(
    name="harvest_time",
    title="Harvest, detailed time report",
    kind=TrackedTime,
    signatures=(
        Signature(
            required=("Date", "Client", "Project", "Task", "Hours"),
            any_of=("Billable?", "Billable", "First Name", "Last Name", "Hours Rounded", "Rounded Hours"),
            not_if=("Issue Date",),
        ),
        Signature(required=("Datum", "Kunde", "Projekt", "Aufgabe", "Notizen", "Stunden")),
    ),
    spellings={
        "date": ("date", "datum"),
        "client": ("client", "kunde"),
        "project": ("project", "projekt"),
        "task": ("task", "aufgabe"),
        "note": ("notes", "note", "notizen"),
        "hours": ("hours", "stunden"),
        "rounded_hours": ("hours rounded", "rounded hours", "stunden gerundet", "gerundete stunden"),
        "billable": ("billable?", "billable", "abrechenbar?", "abrechenbar"),
        "email": ("email", "e-mail", "email address", "e-mail-adresse"),
        "first_name": ("first name", "vorname"),
        "last_name": ("last name", "nachname"),
    },
)

HARVEST_INVOICES = Signature(required=("Issue Date", "ID", "Client", "Invoice Amount", "Balance"))
