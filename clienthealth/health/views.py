"""The lines between levels: for everybody, and for one client."""

from datetime import date, timedelta
from typing import Any, cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.rights import Right, right_required
from clienthealth.base.models import Organisation
from clienthealth.base.organisation import today
from clienthealth.health.forms import PRESETS, OverrideForm, ThresholdsForm, default_override
from clienthealth.health.models import ThresholdOverride, Thresholds
from clienthealth.health.preview import preview
from engagements.models import Client

VERSIONS = 20


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(Right.EDIT_THRESHOLDS)
def thresholds(request: HttpRequest) -> HttpResponse:
    """All settings of the night; saving adds a version, "preview" only shows whom it would concern."""
    current = Thresholds.objects.current()
    shown = None
    if request.method == "POST":
        form = ThresholdsForm(request.POST)
        if form.is_valid():
            if "preview" in request.POST:
                shown = preview(request.user, current.lines(), form.instance.lines())
            elif _append(form, request.user):
                messages.success(request, _("Saved. The next nightly run uses these lines."))
                return redirect("health:thresholds")
            else:
                _say_conflict(form)
    else:
        form = ThresholdsForm(initial=_initial(current, request.GET.get("preset", "")))
    context = {
        "form": form,
        "current": current,
        "preview": shown,
        "presets": list(PRESETS),
        "versions": Thresholds.objects.select_related("author__person").order_by("-pk")[:VERSIONS],
        "overrides": _overrides(request.user),
        "today": today(),
    }
    return render(request, "health/thresholds.html", context, status=422 if form.errors else 200)


def _initial(current: Thresholds, preset: str) -> dict[str, Any]:
    names = [name for name in ThresholdsForm.base_fields if name != "seen"]
    values = {name: getattr(current, name) for name in names}
    return {**values, **PRESETS.get(preset, {}), "seen": current.pk or 0}


def _append(form: ThresholdsForm, author: Any) -> bool:
    """Save as the next version; False where somebody else saved one since the form was shown."""
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=1)
        if (Thresholds.objects.current().pk or 0) != form.cleaned_data["seen"]:
            return False
        form.instance.author = author
        form.save()
    return True


def _say_conflict(form: ThresholdsForm) -> None:
    """Keep what was typed; the next save answers the version now current."""
    current = Thresholds.objects.current()
    data = cast(QueryDict, form.data).copy()
    data["seen"] = str(current.pk or 0)
    form.data = data
    form.add_error(
        None,
        _("Somebody saved other values since you opened this page: see the newest version. Save again to use yours."),
    )


def _overrides(user: Any) -> Any:
    rows = ThresholdOverride.objects.visible_to(user).filter(valid_to__gte=today() - timedelta(days=30))
    return rows.select_related("client", "author__person").order_by("client__name_key", "-pk")


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(Right.EDIT_THRESHOLDS)
def override(request: HttpRequest, client_id: int) -> HttpResponse:
    """Lines of one client: the newest valid override counts, earlier ones stay as a record."""
    client = get_object_or_404(Client.objects.visible_to(request.user), pk=client_id)
    day = today()
    everybody = Thresholds.objects.current()
    if request.method == "POST":
        form = OverrideForm(request.POST, instance=ThresholdOverride(client=client, author=request.user))  # type: ignore[misc]
        if form.is_valid():
            form.save()
            messages.success(request, _saved_words(form.instance, day))
            return redirect("health:override", client_id=client.pk)
    else:
        form = OverrideForm(initial=default_override(everybody, day))
    rows = list(client.threshold_overrides.select_related("author__person").order_by("-pk"))
    context = {
        "form": form,
        "client": client,
        "overrides": rows,
        "current": next((each for each in rows if each.valid_from <= day <= each.valid_to), None),
        "everybody": everybody,
        "today": day,
    }
    return render(request, "health/override.html", context, status=422 if form.errors else 200)


def _saved_words(saved: ThresholdOverride, day: date) -> str:
    """From when figures follow these lines; today's are made tomorrow morning."""
    if saved.valid_to < day:
        return _("Saved as a record. These lines have ended already, so no figures to come follow them.")
    if saved.valid_from > day:
        text = _("Saved. These lines of %(name)s count from the figures of %(day)s.")
        return text % {"name": saved.client, "day": date_format(saved.valid_from, "j M Y")}
    return _("Saved. These lines of %(name)s count from tomorrow morning's figures.") % {"name": saved.client}


@require_POST
@right_required(Right.EDIT_THRESHOLDS)
def override_end(request: HttpRequest, client_id: int, override_id: int) -> HttpResponse:
    """End an override with yesterday, or take it back where it has not held yet. The history keeps it."""
    client = get_object_or_404(Client.objects.visible_to(request.user), pk=client_id)
    found = get_object_or_404(client.threshold_overrides.filter(valid_to__gte=today()), pk=override_id)
    yesterday = today() - timedelta(days=1)
    if found.valid_from > yesterday:
        found.delete()
    else:
        found.valid_to = yesterday
        found.save(update_fields=["valid_to"])
    messages.success(request, _("Ended. The next nightly run uses everybody's lines for %(name)s.") % {"name": client})
    return redirect("health:override", client_id=client.pk)
