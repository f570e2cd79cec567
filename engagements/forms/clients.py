"""Forms of clients: the client itself, its contacts and the hours in which it may reach us."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.rights import Right, may
from clienthealth.base.fields import ZoneField, whole
from clienthealth.base.forms import FactForm
from clienthealth.base.rows import RowForm, rows_factory
from clienthealth.base.text import name_key
from engagements.models import Client, Contact

ENDING = (Client.Status.OFFBOARDING, Client.Status.PARTED)
WEEKDAYS = [
    ("1", gettext_lazy("Mon")),
    ("2", gettext_lazy("Tue")),
    ("3", gettext_lazy("Wed")),
    ("4", gettext_lazy("Thu")),
    ("5", gettext_lazy("Fri")),
    ("6", gettext_lazy("Sat")),
    ("7", gettext_lazy("Sun")),
]


class ClientForm(FactForm):
    owner = forms.ModelChoiceField(
        Person.objects.none(),
        label=gettext_lazy("Account manager"),
        required=False,
        empty_label=gettext_lazy("Nobody yet"),
        help_text=gettext_lazy("A change starts today; who managed the client before stays in the history."),
    )
    contact_every_days = whole(gettext_lazy("Agreed contact every"), 1, 3660)

    class Meta:
        model = Client
        fields = [
            "name",
            "status",
            "end_kind",
            "started_on",
            "contact_every_days",
            "zone",
            "standard_bill_rate_cents",
            "success_in_their_words",
            "success_in_our_words",
            "success_reviewed_on",
            "is_exempt",
            "exempt_reason",
            "exempt_until",
        ]
        help_texts = {
            "zone": gettext_lazy("Empty: the zone of your organisation."),
            "standard_bill_rate_cents": gettext_lazy("Per hour; what an hour would cost by your price list."),
            "success_in_their_words": gettext_lazy("What the client would call a success, as they put it."),
            "is_exempt": gettext_lazy("Pro bono or strategic: figures are shown, but no level."),
        }

    def __init__(self, *args: Any, user: Any, today: date, **kwargs: Any) -> None:
        self.user = user
        self.today = today
        super().__init__(*args, **kwargs)
        current = self.instance.owner if self.instance.pk else None
        owners = Person.objects.active()
        self.fields["owner"].queryset = owners | Person.objects.filter(pk=current.pk) if current else owners
        self.initial["owner"] = current
        self.fields["end_kind"].choices = [("", _("Choose")), *Client.EndKind.choices]
        for name in ("end_kind", "exempt_reason", "exempt_until"):
            self.fields[name].is_wanted = True  # where they show

    def form_of(self, stored: Any) -> "ClientForm":
        return ClientForm(instance=stored, user=self.user, today=self.today)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if Client.objects.filter(name_key=name_key(name)).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("This name is taken. Add what tells the two apart, such as the city."), "taken")
        return name

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self._clean_ending(data)
        if data.get("is_exempt"):
            if not data.get("exempt_reason"):
                self.add_error("exempt_reason", _("Say why this client has no level."))
            if not data.get("exempt_until"):
                self.add_error("exempt_until", _("Set the day on which this is looked at again."))
        return data

    def _clean_ending(self, data: dict[str, Any]) -> None:
        """An end has a kind, and parting by our own decision is the director's."""
        if data.get("status") not in ENDING:
            data["end_kind"] = ""
        elif not data.get("end_kind"):
            self.add_error("end_kind", _("Say how it ended, or how it is going to."))
        elif data["end_kind"] == Client.EndKind.BY_US and not may(self.user, Right.SEE_ALL_CLIENTS):
            unchanged = {"status", "end_kind"}.isdisjoint(self.changed_data)
            if not unchanged:
                self.add_error("end_kind", _("Parting by our own decision is up to the ops director: ask them."))


class ClientVersionForm(FactForm):
    """Nothing but the client's version, for lists that are saved with the client."""

    class Meta:
        model = Client
        fields: list[str] = []


class ContactForm(FactForm):
    class Meta:
        model = Contact
        fields = ["name", "job_role", "email", "phone", "preferred_channel", "is_decision_maker"]


class HoursRow(RowForm):
    """Weekdays and times in which the client may reach us; the end is the first minute outside."""

    weekdays = forms.MultipleChoiceField(
        label=gettext_lazy("Weekdays"), choices=WEEKDAYS, widget=forms.CheckboxSelectMultiple
    )
    from_time = forms.TimeField(
        label=gettext_lazy("From"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )
    to_time = forms.TimeField(label=gettext_lazy("To"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}))
    zone = ZoneField(label=gettext_lazy("Time zone"), required=False)

    def clean_weekdays(self) -> str:
        return "".join(sorted(self.cleaned_data["weekdays"]))

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        start, end = data.get("from_time"), data.get("to_time")
        if start and end and end <= start:
            self.add_error("to_time", _("The end must be later than the start. Use a second line for the next day."))
        return data


HoursRows = rows_factory(HoursRow, "weekdays", "from_time")
