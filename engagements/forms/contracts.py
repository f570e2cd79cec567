"""The form of a contract, with its dated terms, pauses and milestones as lines."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clienthealth.base.amounts import RATE_MAX_CENTS
from clienthealth.base.fields import HoursField, LocalDateField, MoneyField, whole
from clienthealth.base.forms import FactForm
from clienthealth.base.rows import RowForm, rows_factory
from clienthealth.base.text import name_key
from engagements.models import Contract

Kind = Contract.Kind
Recognition = Contract.Recognition


class ContractForm(FactForm):
    anchor_day = whole(gettext_lazy("Billing day of the month"), 1, 31, required=True, initial=1)
    payment_terms_days = whole(gettext_lazy("Payment terms"), 0, 3660)
    notice_days = whole(gettext_lazy("Notice"), 0, 3660)
    revision_rounds = whole(gettext_lazy("Revision rounds included"), 0, 1000)

    class Meta:
        model = Contract
        fields = [
            "name",
            "kind",
            "currency",
            "fee_cents",
            "period",
            "bill_rate_cents",
            "cap_cents",
            "start_on",
            "end_on",
            "delivered_on",
            "anchor_day",
            "included_seconds",
            "overage_rate_cents",
            "estimated_seconds",
            "revision_rounds",
            "pause_fee_basis_points",
            "payment_terms_days",
            "notice_days",
            "recognition",
        ]
        labels = {
            "name": gettext_lazy("Name of the contract"),
            "included_seconds": gettext_lazy("Included hours"),
            "overage_rate_cents": gettext_lazy("Rate for hours above those included"),
            "pause_fee_basis_points": gettext_lazy("Fee while paused"),
        }
        help_texts = {
            "name": gettext_lazy(
                "As you call it among yourselves, such as “Website care”; hours of a project of that name belong to it."
            ),
            "end_on": gettext_lazy("The last day. Empty: until notice."),
            "included_seconds": gettext_lazy("As 40, 37.5 or 37:30."),
            "estimated_seconds": gettext_lazy("Without an end date revenue follows hours done of hours estimated."),
            "cap_cents": gettext_lazy("Revenue stops here; effort does not."),
            "delivered_on": gettext_lazy("Delivered early: the rest of the fee counts on this day."),
        }
        widgets = {"kind": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = Kind.choices
        self.fields["pause_fee_basis_points"].required = False
        self.fields["period"].choices = [("", _("Choose")), *Contract.Period.choices]
        for name in ("fee_cents", "period", "bill_rate_cents"):
            self.fields[name].is_wanted = True  # by the kinds that show it

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        same = Contract.objects.filter(client=self.instance.client_id, name_key=name_key(name))
        if same.exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("This client has another contract of that name. Choose a different one."), "taken")
        return name

    def clean_pause_fee_basis_points(self) -> int:
        return self.cleaned_data["pause_fee_basis_points"] or 0

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        kind = data.get("kind")
        if kind in (Kind.RETAINER, Kind.FIXED_FEE):
            self._need("fee_cents", _("Enter the fee, net of tax."))
        if kind == Kind.RETAINER:
            self._need("period", _("Say whether the fee is per month, quarter or year."))
        if kind == Kind.TIME_AND_MATERIALS:
            self._need("bill_rate_cents", _("Enter what an hour is billed at, net of tax."))
        if data.get("recognition") == Recognition.PERCENT_COMPLETE:
            self._need("estimated_seconds", _("Enter the estimate: revenue follows hours done of hours estimated."))
        start, end = data.get("start_on"), data.get("end_on")
        if start and end and end < start:
            self.add_error("end_on", _("The end lies before the start. Correct one of the two."))
        return data

    def _need(self, name: str, message: str) -> None:
        """A field that this kind of contract cannot do without; an error it already has is enough."""
        if name not in self.errors and self.cleaned_data.get(name) in (None, ""):
            self.add_error(name, message)


class TermRow(RowForm):
    """New terms from a day on; what is left empty stays as it was."""

    effective_from = LocalDateField(label=gettext_lazy("From"))
    fee_cents = MoneyField(label=gettext_lazy("Fee"), required=False)
    bill_rate_cents = MoneyField(label=gettext_lazy("Bill rate"), required=False, highest=RATE_MAX_CENTS)
    included_seconds = HoursField(label=gettext_lazy("Included hours"), required=False)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        terms = ("fee_cents", "bill_rate_cents", "included_seconds")
        if not self.errors and all(data.get(name) is None for name in terms):
            self.add_error("fee_cents", _("Enter at least one new term, or remove the line."))
        return data


class PauseRow(RowForm):
    from_on = LocalDateField(label=gettext_lazy("From"))
    to_on = LocalDateField(label=gettext_lazy("To (included)"))

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("from_on") and data.get("to_on") and data["to_on"] < data["from_on"]:
            self.add_error("to_on", _("The pause ends before it starts. Correct one of the two."))
        return data


class MilestoneRow(RowForm):
    on = LocalDateField(label=gettext_lazy("Date"))
    amount_cents = MoneyField(label=gettext_lazy("Amount"))


TermRows = rows_factory(TermRow, "effective_from")
PauseRows = rows_factory(PauseRow, "from_on")
MilestoneRows = rows_factory(MilestoneRow, "on")
