"""The page that changes a contract together with its dated terms, pauses and milestones."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.rights import Right, may
from clienthealth.base.forms import posted, refusal, save_form
from clienthealth.base.lookup import changeable_or_refused, organisation_of, wants_fragment
from clienthealth.base.rows import BaseRows, sync_rows, with_line_added
from engagements.forms.contracts import ContractForm, MilestoneRows, PauseRows, TermRows
from engagements.models import Client, Contract, FxRate
from engagements.pricing import reprice
from engagements.views.clients import READ_AND_SEND, client_address


@dataclass(frozen=True)
class Part:
    """A list inside the contract's form; `name` is the related name, the prefix and what "add a line" says."""

    name: str
    label: str | Promise
    rows: type[BaseRows]
    key: str


PARTS = (
    Part("terms", gettext_lazy("New terms"), TermRows, "effective_from"),
    Part("pauses", gettext_lazy("Pauses"), PauseRows, "from_on"),
    Part("milestones", gettext_lazy("Milestones"), MilestoneRows, "on"),
)


@require_http_methods(READ_AND_SEND)
def contract_create(request: HttpRequest, pk: int) -> HttpResponse:
    client = changeable_or_refused(Client.objects, request.user, pk)
    return _contract_page(request, Contract(client=client), _("The contract is added."))


@require_http_methods(READ_AND_SEND)
def contract_edit(request: HttpRequest, pk: int) -> HttpResponse:
    contract = changeable_or_refused(Contract.objects.select_related("client"), request.user, pk)
    return _contract_page(request, contract, _("The contract is saved."))


class ContractPage:
    """The contract's form and its lists, as one thing that is valid, saved and compared together."""

    def __init__(self, request: HttpRequest, data: QueryDict | None, contract: Contract) -> None:
        self.contract = contract
        self.author = request.user
        initial = {} if contract.pk else {"currency": organisation_of(request).currency}
        self.form = ContractForm(data, instance=contract, initial=initial)
        self.parts = {part.name: part.rows(data, prefix=part.name, initial=self._stored(part, data)) for part in PARTS}

    def _stored(self, part: Part, data: QueryDict | None = None) -> list[dict[str, Any]] | None:
        if data is not None or not self.contract.pk:
            return None
        return list(getattr(self.contract, part.name).values(*part.rows.form.base_fields))

    def is_valid(self) -> bool:
        valid = all([self.form.is_valid(), *(rows.is_valid() for rows in self.parts.values())])
        by_milestones = self.form.cleaned_data.get("recognition") == Contract.Recognition.MILESTONE
        if valid and by_milestones and not self.parts["milestones"].rows():
            self.form.add_error("recognition", _("Add the milestones below, or choose another way."))
            return False
        return valid

    def save(self) -> str:
        self.form.save_by(self.author)
        for part in PARTS:
            stored = getattr(self.contract, part.name).all()
            sync_rows(stored, self.parts[part.name].rows(), [part.key], contract=self.contract, author=self.author)
        reprice(client_ids=[self.contract.client_id])
        return client_address(self.contract.client)

    def compare(self) -> None:
        """After a lost race: what the lists say now beside what was typed."""
        if self.form.conflict is None:
            return
        for part in PARTS:
            rows = self.parts[part.name]
            now, typed = rows.in_words(self._stored(part) or []), rows.in_words(rows.rows())
            if now != typed:
                self.form.conflict.append((str(part.label), now, typed))

    def context(self) -> dict[str, Any]:
        client = self.contract.client
        refused = any(rows.is_bound and rows.total_error_count() for rows in self.parts.values())
        return {"form": self.form, **self.parts, "refused": refused, "client": client, "back": client_address(client)}


def _contract_page(request: HttpRequest, contract: Contract, message: str) -> HttpResponse:
    title = contract.name
    data = posted(request)
    added = data.get("add") if data is not None else None
    if data is not None and added in {part.name for part in PARTS}:
        page = ContractPage(request, with_line_added(data, added), contract)
        page.form.unjudged()
        for name, rows in page.parts.items():
            rows.unjudged(autofocus=next(iter(rows.form.base_fields)) if name == added else "")
        return _shown(request, page, title)
    page = ContractPage(request, data, contract)
    if data is None:
        return _shown(request, page, title)
    if target := save_form(request, page.form, page.save, page.is_valid):
        messages.success(request, message)
        _warn_of_missing_rate(request, page.form)
        return redirect(target)
    page.compare()
    return _shown(request, page, title, status=refusal(page.form))


def _warn_of_missing_rate(request: HttpRequest, form: ContractForm) -> None:
    """Say that a currency has no exchange rate on the contract's first day: its amounts are unknown without one."""
    form.is_valid()  # a post sent twice is answered from its key, without being looked at
    currency, start = form.cleaned_data.get("currency"), form.cleaned_data.get("start_on")
    if not currency or not start or currency == organisation_of(request).currency:
        return
    rates = FxRate.objects.filter(currency=currency)
    if rates.filter(effective_from__lte=start).exists():
        return
    if rates.exists():
        text = _(
            "There is no exchange rate for {currency} on this contract's first day: figures of this client stay "
            "unknown for the days before the first rate until one is entered under {place}."
        )
    else:
        text = _(
            "There is no exchange rate for {currency} yet: figures of this client stay unknown until one is entered "
            "under {place}."
        )
    place = _("Settings → Exchange rates")
    if may(request.user, Right.EDIT_RATES):
        place = format_html('<a href="{}">{}</a>', reverse("engagements:fx"), place)
    messages.warning(request, format_html(text, currency=currency, place=place))


def _shown(request: HttpRequest, page: ContractPage, title: str, status: int = 200) -> HttpResponse:
    template = "engagements/_contract_form.html" if wants_fragment(request) else "engagements/contract_form.html"
    return render(request, template, {**page.context(), "title": title}, status=status)
