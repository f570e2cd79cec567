"""Forms of cost rates and exchange rates."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from clienthealth.base.forms import FactForm
from clienthealth.base.text import name_key
from engagements.models import CostRate, FxRate


class CostRateForm(FactForm):
    class Subject:
        EVERYBODY = "everybody"
        TITLE = "title"
        PERSON = "person"
        choices = [
            (EVERYBODY, gettext_lazy("Everybody")),
            (TITLE, gettext_lazy("A job title")),
            (PERSON, gettext_lazy("One person")),
        ]

    subject = forms.ChoiceField(label=gettext_lazy("For"), choices=Subject.choices, widget=forms.RadioSelect)

    class Meta:
        model = CostRate
        fields = ["person", "job_title", "effective_from", "cents_per_hour"]
        labels = {"person": gettext_lazy("Person"), "effective_from": gettext_lazy("From (included)")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["subject", "person", "job_title", "effective_from", "cents_per_hour"])
        self.fields["person"].queryset = Person.objects.all()
        self.fields["person"].empty_label = _("Choose a person")
        self.initial.setdefault("subject", self._subject())

    def _subject(self) -> str:
        if self.instance.person_id:
            return self.Subject.PERSON
        return self.Subject.TITLE if self.instance.job_title else self.Subject.EVERYBODY

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        subject = data.get("subject")
        if subject != self.Subject.PERSON:
            data["person"] = None
        elif not data.get("person") and "person" not in self.errors:
            self.add_error("person", _("Choose the person."))
        if subject != self.Subject.TITLE:
            data["job_title"] = ""
        elif not data.get("job_title") and "job_title" not in self.errors:
            self.add_error("job_title", _("Enter the job title."))
        if not self.errors:
            self._refuse_double(data)
        return data

    def _refuse_double(self, data: dict[str, Any]) -> None:
        same = CostRate.objects.filter(
            person=data["person"], job_title_key=name_key(data["job_title"]), effective_from=data["effective_from"]
        )
        if taken := same.exclude(pk=self.instance.pk).first():
            self.add_error("effective_from", _taken("engagements:rate_edit", taken))


class FxRateForm(FactForm):
    class Meta:
        model = FxRate
        fields = ["currency", "effective_from", "rate_e10"]
        labels = {"effective_from": gettext_lazy("From (included)")}

    def __init__(self, *args: Any, reporting: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reporting = reporting
        self.fields["rate_e10"].label = _("%(reporting)s for one unit") % {"reporting": reporting}

    def form_of(self, stored: Any) -> "FxRateForm":
        return FxRateForm(instance=stored, reporting=self.reporting)

    def clean_currency(self) -> str:
        currency: str = self.cleaned_data["currency"]
        if currency == self.reporting:
            raise ValidationError(
                _("%(currency)s is the currency of your reports and needs no rate."), "own", {"currency": currency}
            )
        return currency

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if {"currency", "effective_from"} <= data.keys():
            same = FxRate.objects.filter(currency=data["currency"], effective_from=data["effective_from"])
            if taken := same.exclude(pk=self.instance.pk).first():
                self.add_error("effective_from", _taken("engagements:fx_edit", taken))
        return data


def _taken(page: str, rate: CostRate | FxRate) -> str:
    """Another rate holds from that day; both forms are for those who may change it, so the words lead there."""
    link = format_html('<a href="{}">{}</a>', reverse(page, args=[rate.pk]), _("change that one"))
    return format_html(_("There is a rate from this day already: {link}."), link=link)
