"""Logging an incident or a contact: a dialog on any page, or a page of its own without JavaScript."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.rights import Right, may, right_required
from clienthealth.base.forms import posted, refusal, save_form
from clienthealth.base.lookup import organisation_of, wants_fragment
from engagements.models import Client
from engagements.views.clients import READ_AND_SEND, client_address
from issues.choices import is_id, matching
from issues.forms.incidents import ClientFact, IncidentForm
from issues.forms.touchpoints import TouchpointForm
from issues.models import Incident, Touchpoint


@require_http_methods(READ_AND_SEND)
@right_required(Right.LOG_INCIDENTS)
def incident_log(request: HttpRequest) -> HttpResponse:
    allowed = Client.objects.nameable_by(request.user)
    form = IncidentForm(posted(request), **_asked(request, allowed))

    def save() -> str:
        return str(form.save_by(request.user).pk)

    def logged(saved: str) -> HttpResponse:
        incident = _saved(form, Incident, saved)
        if incident is None:
            return _gone(request)
        if wants_fragment(request):
            return _told(request, "issues/_incident_logged.html", {"incident": incident})
        messages.success(request, _("Incident logged."))
        return redirect("issues:incident", pk=saved)

    return _log(request, form, save, logged, "incident")


@require_http_methods(READ_AND_SEND)
@right_required(Right.EDIT_CLIENTS)
def touchpoint_log(request: HttpRequest) -> HttpResponse:
    allowed = Client.objects.changeable_by(request.user).running()
    form = TouchpointForm(posted(request), **_asked(request, allowed))

    def save() -> str:
        return str(form.save_by(request.user).pk)

    def logged(saved: str) -> HttpResponse:
        touchpoint = _saved(form, Touchpoint, saved)
        if touchpoint is None:
            return _gone(request)
        if wants_fragment(request):
            return _told(request, "issues/_touchpoint_logged.html", {"touchpoint": touchpoint})
        messages.success(request, _("Contact logged."))
        return redirect(client_address(touchpoint.client))

    return _log(request, form, save, logged, "touchpoint")


def _log(
    request: HttpRequest,
    form: ClientFact,
    save: Callable[[], str],
    logged: Callable[[str], HttpResponse],
    kind: str,
) -> HttpResponse:
    """The form, as page or dialog; a valid post is answered by `logged`."""
    status = 200
    if request.method == "POST":
        if saved := save_form(request, form, save):
            return logged(saved)
        status = refusal(form)
    form.offer_clients()
    in_dialog = wants_fragment(request)
    template = f"issues/_{kind}_dialog.html" if in_dialog else f"issues/{kind}_log.html"
    return render(request, template, {"form": form, "in_dialog": in_dialog}, status=status)


def _asked(request: HttpRequest, allowed: Any) -> dict[str, Any]:
    """What both forms take beside the posted data. Ids of their own: the page below the dialog has a form too."""
    preset = _preset(request, allowed)
    return {
        "initial": preset,
        "auto_id": "log-%s",
        "allowed": allowed,
        "user": request.user,
        "of": organisation_of(request),
    }


def _preset(request: HttpRequest, allowed: Any) -> dict[str, Any]:
    """The client of `?client=`, if it is one of those allowed; otherwise nothing is preset, and nothing said."""
    asked = request.GET.get("client", "").strip()
    chosen = allowed.filter(pk=asked).values_list("pk", flat=True).first() if is_id(asked) else None
    return {"client": chosen} if chosen else {}


def _saved(form: ClientFact, model: Any, pk: str) -> Any:
    """What this post saved, or, where it came a second time, what the first one did; None if that is gone again."""
    if str(form.instance.pk) == pk:
        return form.instance
    return model.objects.select_related("client").filter(pk=pk).first()


def _gone(request: HttpRequest) -> HttpResponse:
    """A post sent again after what it logged was taken back."""
    text = _("This was logged once and taken back since. Open the form anew to log it again.")
    if wants_fragment(request):
        return render(request, "_toast_beside.html", {"text": text, "kind": "error"})
    messages.error(request, text)
    return redirect("/")


def _told(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """An empty dialog, which closes it, a toast beside it, and an event on which the page is read again."""
    response = render(request, template, context)
    response["HX-Trigger"] = "logged"
    return response


@require_safe
def incident_clients(request: HttpRequest) -> JsonResponse:
    """Names for the client field of the incident form while somebody types."""
    if not may(request.user, Right.LOG_INCIDENTS):
        raise PermissionDenied
    return JsonResponse({"clients": matching(Client.objects.nameable_by(request.user), request.GET.get("q", ""))})


@require_safe
def touchpoint_clients(request: HttpRequest) -> JsonResponse:
    """Names for the client field of the contact form while somebody types."""
    if not may(request.user, Right.EDIT_CLIENTS):
        raise PermissionDenied
    allowed = Client.objects.changeable_by(request.user).running()
    return JsonResponse({"clients": matching(allowed, request.GET.get("q", ""))})
