"""Settings: what an hour of each person costs, and what other currencies are worth."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Person
from accounts.rights import Right, right_required
from clienthealth.base.amounts import money_text
from clienthealth.base.fields import FxRateField
from clienthealth.base.forms import form_page, posted
from clienthealth.base.lookup import organisation_of
from clienthealth.base.organisation import today
from engagements.forms.rates import CostRateForm, FxRateForm
from engagements.models import CostRate, FxRate
from engagements.pricing import reprice
from engagements.views.clients import READ_AND_SEND


@require_safe
@right_required(Right.EDIT_RATES)
def rates(request: HttpRequest) -> HttpResponse:
    found = CostRate.objects.visible_to(request.user).select_related("person")
    everybody = [rate for rate in found if not rate.person_id and not rate.job_title]
    titles = [rate for rate in found if rate.job_title]
    people = sorted(
        ((rate.person, rate) for rate in found if rate.person), key=lambda row: (row[0].name_key, row[0].pk)
    )
    day = today(organisation_of(request))
    context = {
        "everybody": _dated(everybody, day),
        "titles": [(rows[0].job_title, _dated(rows, day)) for rows in _groups(titles, "job_title_key")],
        "people": [
            (rows[0].person, _dated(rows, day)) for rows in _groups([rate for _person, rate in people], "person_id")
        ],
    }
    return render(request, "engagements/rates.html", context)


@require_http_methods(READ_AND_SEND)
@right_required(Right.EDIT_RATES)
def rate_create(request: HttpRequest) -> HttpResponse:
    return _rate_page(request, CostRate(), _("The rate is added."))


@require_http_methods(READ_AND_SEND)
@right_required(Right.EDIT_RATES)
def rate_edit(request: HttpRequest, pk: int) -> HttpResponse:
    rate = get_object_or_404(CostRate.objects.changeable_by(request.user).select_related("person"), pk=pk)
    return _rate_page(request, rate, _("The rate is saved."))


def _rate_page(request: HttpRequest, rate: CostRate, message: str) -> HttpResponse:
    before = covered_people(rate) if rate.pk else set()
    title = str(rate) if rate.pk else ""
    form = CostRateForm(posted(request), instance=rate, initial={} if rate.pk else _preset(request))

    def save() -> str:
        saved = form.save_by(request.user)
        reprice(person_ids=before | covered_people(saved))
        return reverse("engagements:rates")

    return form_page(request, form, save, "engagements/rate_form.html", message, {"title": title})


def _preset(request: HttpRequest) -> dict[str, Any]:
    """`?person=1` or `?title=…` presets whom a new rate is for."""
    if (person := request.GET.get("person", "")).isdecimal() and len(person) < 19:
        return {"subject": CostRateForm.Subject.PERSON, "person": person}
    if title := request.GET.get("title", ""):
        return {"subject": CostRateForm.Subject.TITLE, "job_title": title[:200]}
    return {}


@require_http_methods(READ_AND_SEND)
@right_required(Right.EDIT_RATES)
def rate_delete(request: HttpRequest, pk: int) -> HttpResponse:
    rate = get_object_or_404(CostRate.objects.changeable_by(request.user).select_related("person"), pk=pk)
    is_last = not rate.person_id and not rate.job_title and not _other_defaults(rate)
    back = reverse("engagements:rates")
    context = {"what": rate, "back": back, "is_last": is_last}
    if request.method == "POST" and not is_last:
        with transaction.atomic():
            people = covered_people(rate)
            rate.delete()
            reprice(person_ids=people)
        messages.success(request, _("The rate is removed."))
        return redirect(back)
    return render(request, "engagements/rate_delete.html", context, status=422 if request.method == "POST" else 200)


def _other_defaults(rate: CostRate) -> bool:
    return CostRate.objects.filter(person=None, job_title="").exclude(pk=rate.pk).exists()


def covered_people(rate: CostRate) -> set[int]:
    """Whose hours may change their price with this rate: one person's, or, for a title or everybody, anybody's."""
    if rate.person_id:
        return {rate.person_id}
    return set(Person.objects.values_list("pk", flat=True))


@require_safe
@right_required(Right.EDIT_RATES)
def fx(request: HttpRequest) -> HttpResponse:
    found = FxRate.objects.visible_to(request.user)
    day = today(organisation_of(request))
    currencies = [(rows[0].currency, _dated(rows, day)) for rows in _groups(found, "currency")]
    return render(request, "engagements/fx.html", {"currencies": currencies})


@require_http_methods(READ_AND_SEND)
@right_required(Right.EDIT_RATES)
def fx_create(request: HttpRequest) -> HttpResponse:
    return _fx_page(request, FxRate(), _("The exchange rate is added."))


@require_http_methods(READ_AND_SEND)
@right_required(Right.EDIT_RATES)
def fx_edit(request: HttpRequest, pk: int) -> HttpResponse:
    rate = get_object_or_404(FxRate.objects.changeable_by(request.user), pk=pk)
    return _fx_page(request, rate, _("The exchange rate is saved."))


def _fx_page(request: HttpRequest, rate: FxRate, message: str) -> HttpResponse:
    title = str(rate) if rate.pk else ""
    preset = {"currency": request.GET.get("currency", "")[:3]}
    form = FxRateForm(
        posted(request),
        instance=rate,
        initial=preset if not rate.pk else {},
        reporting=organisation_of(request).currency,
    )

    def save() -> str:
        form.save_by(request.user)
        return reverse("engagements:fx")

    return form_page(request, form, save, "engagements/fx_form.html", message, {"title": title})


@require_http_methods(READ_AND_SEND)
@right_required(Right.EDIT_RATES)
def fx_delete(request: HttpRequest, pk: int) -> HttpResponse:
    rate = get_object_or_404(FxRate.objects.changeable_by(request.user), pk=pk)
    back = reverse("engagements:fx")
    context = {"what": rate, "back": back, "is_last": False}
    if request.method == "POST":
        rate.delete()
        messages.success(request, _("The exchange rate is removed."))
        return redirect(back)
    return render(request, "engagements/rate_delete.html", context)


def _groups(found: Iterable[Any], name: str) -> list[list[Any]]:
    return [list(rows) for _key, rows in groupby(found, key=lambda each: getattr(each, name))]


def _dated(rows: list[Any], day: date) -> list[dict[str, Any]]:
    """Rows newest first, each with its figure and whether it is the one that holds today."""
    newest_first = sorted(rows, key=lambda each: each.effective_from, reverse=True)
    current = next((each for each in newest_first if each.effective_from <= day), None)
    return [{"rate": each, "text": _figure(each), "is_current": each is current} for each in newest_first]


def _figure(rate: Any) -> str:
    return FxRateField().text_of(rate.rate_e10) if isinstance(rate, FxRate) else money_text(rate.cents_per_hour)
