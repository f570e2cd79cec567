"""The organisation's own settings."""

from datetime import time
from typing import Any, cast

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clienthealth.base.fields import ZoneField
from clienthealth.base.forms import CleanModelForm
from clienthealth.base.models import Organisation
from engagements.models import Contract, CostRate, DirectCost, FxRate, Invoice, Milestone, Payment

CLOCKS_CHANGE = (time(2, 0), time(4, 0))
"""From (included) to (excluded): hours that some nights skip and others have twice."""

SETTLED = ("currency", "zone")


def money_is_stored() -> bool:
    """Whether any amount is recorded: from then on neither its currency nor its calendar may change under it."""
    tables = (Contract, CostRate, FxRate, Invoice, Payment, DirectCost, Milestone)
    return any(table._default_manager.exists() for table in tables)


class OrganisationForm(CleanModelForm):
    """Name, reporting currency, time zone and the hour of the nightly run."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    class Meta:
        model = Organisation
        fields = ["name", "currency", "zone", "night_at"]
        help_texts = {
            "night_at": gettext_lazy("Local time. Not between 02:00 and 03:59, when clocks change."),
            "currency": gettext_lazy("Amounts in other currencies are converted into it."),
            "zone": gettext_lazy("Days begin and end by it."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["zone"] = ZoneField(label=self.fields["zone"].label, help_text=self.fields["zone"].help_text)
        self.fields["night_at"].widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
        self.initial["seen"] = _state(self.instance)
        self.is_settled = money_is_stored()
        if self.is_settled:
            for name in SETTLED:
                self.fields[name].disabled = True
                self.fields[name].help_text = _("Fixed, because amounts are already recorded.")

    def clean_night_at(self) -> time:
        at: time = self.cleaned_data["night_at"]
        if CLOCKS_CHANGE[0] <= at < CLOCKS_CHANGE[1]:
            raise ValidationError(_("Between 02:00 and 03:59 clocks change: choose a time before or after."))
        return at

    def save_if_unchanged(self) -> bool:
        """Save; False, with an error on the form, where somebody else saved since the form was shown."""
        with transaction.atomic():
            stored = Organisation.objects.select_for_update().get(pk=1)
            if _state(stored) == self.cleaned_data["seen"]:
                self.save()
                return True
        data = cast(QueryDict, self.data).copy()
        data["seen"] = _state(stored)
        self.data = data
        theirs = ", ".join(str(getattr(stored, name)) for name in self.Meta.fields)
        text = _("Somebody saved other values since you opened this page: %(values)s. Save again to use yours.")
        self.add_error(None, text % {"values": theirs})
        return False


def _state(organisation: Organisation) -> str:
    """A short mark of the values a form was made from."""
    values = [str(getattr(organisation, name))[:200] for name in ("name", "currency", "zone")]
    values.append(organisation.night_at.strftime("%H:%M"))
    return signing.Signer(salt="organisation").signature("\n".join(values))
