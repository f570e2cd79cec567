"""The incident: quick to log, complete later."""

from datetime import datetime, timedelta
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Case, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from clienthealth.base.fields import CleanCharField, KeyedRadio, whole
from clienthealth.base.forms import FactForm
from clienthealth.base.models import Organisation
from clienthealth.base.organisation import local_date
from clienthealth.base.rows import RowForm, rows_factory
from issues.choices import ClientChoice, client_groups, is_id, named
from issues.models import MINUTES_LOST_MAX, Cause, Incident, IncidentMinutes

CATEGORY_KEYS = {"communication": "1", "delivery": "2", "expectations": "3"}
SEVERITY_KEYS = {"low": "l", "medium": "m", "high": "h"}
SLACK = timedelta(minutes=5)
"""Clocks differ a little: what is this far ahead is now."""


class CausesField(forms.ModelMultipleChoiceField):
    def clean(self, value: Any) -> Any:
        if value and not all(is_id(str(each)) for each in value):
            raise ValidationError(self.error_messages["invalid_list"], code="invalid_list")
        return super().clean(value)


class ClientFact(FactForm):
    """A fact that is logged for a client chosen here, at a moment that is now unless said otherwise."""

    moment = ""
    first = ""
    """The field after the client: the cursor goes there where the client is known."""
    names_at = ""
    """The URL name that answers with names while somebody types."""
    client_name = CleanCharField(label=gettext_lazy("or its exact name"), required=False)

    def __init__(self, *args: Any, allowed: Any, user: Any, of: Organisation, **kwargs: Any) -> None:
        self.allowed = allowed
        self.user = user
        self.of = of
        super().__init__(*args, **kwargs)
        self._choose_client()

    def _choose_client(self) -> None:
        field = ClientChoice(self.allowed, label=_("Client"), required=False)
        field.is_wanted = True  # type: ignore[attr-defined]  # the template: not optional, though it may come by name
        self.fields["client"] = field

    def offer_clients(self) -> None:
        """Fill the list; only a form that is shown needs it."""
        chosen = str(self["client"].value() or "")
        groups, self.has_more = client_groups(self.allowed, self.user, chosen)
        words = {"combobox": _("Clients"), "placeholder": _("Type a name"), "none": _("No client of that name")}
        words["next"] = f'[name="{self.first}"]'
        words["name"] = self.add_prefix("client_name")
        if self.is_bound and not chosen:
            words["typed"] = self["client_name"].value() or ""
        if self.has_more:
            words["more-url"] = reverse(self.names_at)
        field = cast(ClientChoice, self.fields["client"])
        field.offer(groups)
        field.widget.attrs = {f"data-{name}": word for name, word in words.items()}
        self.fields[self.first if chosen else "client"].widget.attrs["autofocus"] = True

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("client") and "client" not in self.errors:
            typed = data.get("client_name") or ""
            data["client"] = named(self.allowed, typed) if typed else None
            if not data["client"]:
                self.add_error("client", _("No client of that name.") if typed else _("Choose the client."))
        return data

    def clean_moment(self) -> datetime:
        """Now where nothing is typed; the stored instant, to the second, where its minute is left as it was."""
        typed: datetime | None = self.cleaned_data[self.moment]
        known: datetime | None = self.get_initial_for_field(self.fields[self.moment], self.moment)
        if typed is None or (known and _minute(typed) == _minute(known)):
            return known or timezone.now()
        if typed > timezone.now() + SLACK:
            raise ValidationError(_("This lies in the future. Enter when it happened."), code="future")
        return typed

    def validate_constraints(self) -> None:
        """Every range is checked by a field; asking the database again would cost a query on the quickest form."""

    def _get_validation_exclusions(self) -> set[str]:
        """The client was looked up among those allowed a moment ago."""
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]  # Django has it, its stubs not
        return excluded | {"client"}


def _minute(instant: datetime) -> datetime:
    """What the field showed: local, whole minutes, not saying which of two equal autumn hours."""
    return timezone.make_naive(instant).replace(second=0, microsecond=0)


class IncidentForm(ClientFact):
    moment = "occurred_at"
    first = "category"
    names_at = "issues:incident_clients"
    causes = CausesField(
        Cause.objects.none(), label=gettext_lazy("Causes"), required=False, widget=forms.CheckboxSelectMultiple
    )
    minutes_lost = whole(gettext_lazy("Minutes lost"), 0, MINUTES_LOST_MAX)

    class Meta:
        model = Incident
        fields = [
            "client",
            "category",
            "severity",
            "side",
            "what_happened",
            "occurred_at",
            "causes",
            "client_view",
            "our_view",
            "in_timesheet",
            "resolved_on",
            "resolution",
            "client_confirmed_on",
            "prevention",
        ]
        widgets = {
            "category": KeyedRadio(CATEGORY_KEYS),
            "severity": KeyedRadio(SEVERITY_KEYS),
            "side": forms.RadioSelect,
            "in_timesheet": forms.RadioSelect,
        }
        labels = {
            "side": gettext_lazy("Whose side"),
            "what_happened": gettext_lazy("What happened"),
            "occurred_at": gettext_lazy("When"),
            "in_timesheet": gettext_lazy("Are they in the timesheet?"),
            "prevention": gettext_lazy("What we change so that it does not happen again"),
        }
        help_texts = {
            "what_happened": gettext_lazy("Facts in one line, as if the client read them."),
            "client_view": gettext_lazy("How the client sees it, as they said it."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = Incident.Category.choices
        self.fields["severity"].choices = Incident.Severity.choices
        self.fields["causes"].queryset = Cause.objects.order_by(_ours_first(), "name_key")
        self.fields["occurred_at"].required = False
        self.fields["category"].error_messages["required"] = _("Choose what it was about.")
        self.fields["severity"].error_messages["required"] = _("Choose how bad it was.")

    def clean_occurred_at(self) -> datetime:
        return self.clean_moment()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        resolved, confirmed = data.get("resolved_on"), data.get("client_confirmed_on")
        if resolved and data.get("occurred_at") and resolved < local_date(data["occurred_at"], self.of):
            self.add_error("resolved_on", _("It cannot be resolved before it happened. Correct one of the two days."))
        if confirmed and not resolved:
            self.add_error("resolved_on", _("Enter when it was resolved, before the client's confirmation."))
        return data

    def has_details(self) -> bool:
        """Whether something under "more" was typed or is wrong, so that it must be seen."""
        at_once = {"key", "client", "client_name", "category", "severity", "side", "what_happened"}
        return self.is_bound and bool((set(self.changed_data) | set(self.errors)) - at_once - {self.moment})

    def cause_groups(self) -> list[tuple[str, list[Any]]]:
        """The check boxes of the causes by the side that usually sets them."""
        sides = {cause.pk: cause.get_usual_side_display() for cause in self.fields["causes"].queryset}
        groups: dict[str, list[Any]] = {}
        for box in self["causes"].subwidgets:
            groups.setdefault(sides.get(box.data["value"].value, ""), []).append(box)
        return list(groups.items())

    def save_by(self, user: Any) -> Incident:
        incident: Incident = self.instance
        is_new = incident._state.adding
        if is_new:
            incident.author = user
            incident.reporter_id = user.person_id
        incident.occurred_on = local_date(incident.occurred_at, self.of)
        incident.save()
        if not is_new or self.cleaned_data.get("causes"):
            self._save_m2m()  # type: ignore[attr-defined]  # Django has it, its stubs not
        if minutes := is_new and self.cleaned_data.get("minutes_lost"):
            IncidentMinutes.objects.create(incident=incident, minutes=minutes, author=user)
        return incident


class IncidentEditForm(IncidentForm):
    """All of an incident but its client; the minutes of several people are lines of their own."""

    def _choose_client(self) -> None:
        for name in ("client", "client_name", "minutes_lost"):
            self.fields.pop(name, None)

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["client"] = self.instance.client
        return super().clean()

    def form_of(self, stored: Any) -> "IncidentEditForm":
        return IncidentEditForm(instance=stored, allowed=self.allowed, user=self.user, of=self.of)


def _ours_first() -> Case:
    order = [Cause.UsualSide.OURS, Cause.UsualSide.CLIENT, Cause.UsualSide.EITHER]
    return Case(*(When(usual_side=side, then=Value(at)) for at, side in enumerate(order)))


class MinutesRow(RowForm):
    """Minutes one person lost; without a person they are the reporter's."""

    person = forms.ModelChoiceField(
        Person.objects.none(), label=gettext_lazy("Who"), required=False, empty_label=gettext_lazy("The reporter")
    )
    minutes = whole(gettext_lazy("Minutes lost"), 1, MINUTES_LOST_MAX, required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = Person.objects.all()


MinutesRows = rows_factory(MinutesRow)
