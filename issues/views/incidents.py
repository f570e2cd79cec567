"""Looking at incidents again, completing them, and taking one back at once."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.rights import Right, may, right_required, sees_figures
from clienthealth.base.forms import form_page, posted, refusal, save_form
from clienthealth.base.lookup import changeable_or_refused, organisation_of, wants_fragment
from clienthealth.base.rows import sync_rows, with_line_added
from engagements.models import Client
from engagements.views.clients import READ_AND_SEND, client_address
from issues.forms.incidents import IncidentEditForm, MinutesRows
from issues.forms.touchpoints import TouchpointEditForm
from issues.models import Incident, Touchpoint

UNDO = timedelta(minutes=10)
PAGE = 50


def readable_incidents(user: Any) -> Any:
    """Incidents of the clients somebody sees; whoever sees no client's figures, their own reports."""
    if sees_figures(user):
        return Incident.objects.visible_to(user)
    return Incident.objects.reported_by(user) if may(user, Right.LOG_INCIDENTS) else Incident.objects.none()


def may_undo(incident: Incident, user: Any) -> bool:
    """Whoever logged it, shortly after."""
    return incident.author_id == user.pk and incident.created_at > timezone.now() - UNDO


@require_safe
def incident(request: HttpRequest, pk: int) -> HttpResponse:
    rows = readable_incidents(request.user).select_related("client", "reporter").prefetch_related("causes")
    found = get_object_or_404(rows, pk=pk)
    seen = sees_figures(request.user)
    context = {
        "incident": found,
        "minutes": list(found.minutes.select_related("person")),
        "may_undo": may_undo(found, request.user),
        "may_edit": Incident.objects.changeable_by(request.user).filter(pk=pk).exists(),
        "back": client_address(found.client) if seen else reverse("issues:incident_mine"),
        "sees_client": seen,
    }
    return render(request, "issues/incident.html", context)


@require_safe
@right_required(Right.LOG_INCIDENTS)
def incident_mine(request: HttpRequest) -> HttpResponse:
    """What the user reported, newest first."""
    rows = readable_incidents(request.user).reported_by(request.user).select_related("client")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page", "1")[:9])
    return render(request, "issues/incident_mine.html", {"page": page})


@require_http_methods(READ_AND_SEND)
def incident_edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(readable_incidents(request.user).select_related("client", "reporter"), pk=pk)
    if not Incident.objects.changeable_by(request.user).filter(pk=pk).exists():
        raise PermissionDenied
    data = posted(request)
    adding = data is not None and data.get("add") == "minutes"
    if data is not None and adding:
        data = with_line_added(data, "minutes")
    form = IncidentEditForm(data, instance=found, **_unmoved(request))
    rows = MinutesRows(data, prefix="minutes", initial=None if data is not None else _stored_minutes(found))
    status = 200
    if adding:
        form.unjudged()
        rows.unjudged(autofocus="minutes")
    elif data is not None:

        def save() -> str:
            form.save_by(request.user)
            stored = found.minutes.select_related("person")
            sync_rows(stored, rows.rows(), ["person"], incident=found, author=request.user)
            return reverse("issues:incident", args=[pk])

        if target := save_form(request, form, save, lambda: all([form.is_valid(), rows.is_valid()])):
            messages.success(request, _("The incident is saved."))
            return redirect(target)
        status = refusal(form)
        if form.conflict is not None:
            now, typed = rows.in_words(_stored_minutes(found)), rows.in_words(rows.rows())
            form.conflict += [(_("Minutes lost"), now, typed)] if now != typed else []
    template = "issues/_incident_edit_form.html" if wants_fragment(request) else "issues/incident_edit.html"
    context = {"form": form, "rows": rows, "incident": found, "back": reverse("issues:incident", args=[pk])}
    return render(request, template, context, status=status)


def _unmoved(request: HttpRequest) -> dict[str, Any]:
    """What both edit forms take: they offer no other client."""
    return {"allowed": Client.objects.none(), "user": request.user, "of": organisation_of(request)}


def _stored_minutes(found: Incident) -> list[dict[str, Any]]:
    return [dict(row) for row in found.minutes.order_by("pk").values("person", "minutes")]


@require_POST
def incident_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what one has just logged; the audit history keeps it."""
    found = get_object_or_404(readable_incidents(request.user), pk=pk)
    if found.author_id != request.user.pk:
        raise PermissionDenied
    if not may_undo(found, request.user):
        text = _("It was logged more than ten minutes ago, so it stays. Correct it instead.")
        return _answered(request, text, "error", reverse("issues:incident", args=[pk]))
    target = client_address(found.client) if sees_figures(request.user) else reverse("issues:incident_mine")
    found.delete()
    return _answered(request, _("The incident is taken back."), "success", target)


def _answered(request: HttpRequest, text: str, kind: str, target: str) -> HttpResponse:
    if wants_fragment(request):
        response = render(request, "_toast.html", {"text": text, "kind": kind})
        if kind != "error":
            response["HX-Trigger"] = "logged"
        return response
    messages.add_message(request, messages.ERROR if kind == "error" else messages.SUCCESS, text)
    return redirect(target)


@require_http_methods(READ_AND_SEND)
def touchpoint_edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = changeable_or_refused(Touchpoint.objects.select_related("client"), request.user, pk)
    form = TouchpointEditForm(posted(request), instance=found, **_unmoved(request))
    back = client_address(found.client)

    def save() -> str:
        form.save_by(request.user)
        return back

    context = {"touchpoint": found, "back": back}
    return form_page(request, form, save, "issues/touchpoint_edit.html", _("The contact is saved."), context)
