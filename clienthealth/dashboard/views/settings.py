"""Settings: what each reader may change, and the organisation's own."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.rights import Right, may, right_required
from clienthealth.base.fields import zone_names
from clienthealth.base.models import Organisation
from clienthealth.base.organisation import organisation as organisation_now
from clienthealth.dashboard.forms import OrganisationForm


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Links to what this reader may set; everybody may change their own password."""
    table: list[tuple[Right | None, str, str, str]] = [
        (
            Right.EDIT_ORGANISATION,
            "dashboard:organisation",
            _("Organisation"),
            _("Name, currency, time zone, hour of the nightly run."),
        ),
        (
            Right.EDIT_THRESHOLDS,
            "health:thresholds",
            _("Lines between levels"),
            _("When Watch, Repair and Consider begin and end; lines of single clients."),
        ),
        (Right.EDIT_RATES, "engagements:rates", _("Cost rates"), _("What an hour costs, by person, job title or all.")),
        (Right.EDIT_RATES, "engagements:fx", _("Exchange rates"), _("What other currencies are worth.")),
        (
            Right.SEE_SYSTEM,
            "dashboard:system",
            _("System"),
            _("Last nightly run, processes, mails, imports."),
        ),
        (None, "digest:choice", _("Mails"), _("Whether the weekly digest comes, and those sent to you.")),
        (None, "account_change_password", _("Password"), _("Change your own.")),
    ]
    if organisation_now().is_demo:
        text = _("What goes and what stays when you start with your own clients.")
        table.append((Right.EDIT_ORGANISATION, "demo:remove", _("Remove the demo data"), text))
    entries = [(name, label, text) for right, name, label, text in table if right is None or may(request.user, right)]
    return render(request, "dashboard/settings.html", {"entries": entries})


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(Right.EDIT_ORGANISATION)
def organisation(request: HttpRequest) -> HttpResponse:
    stored = Organisation.objects.ensure()
    form = OrganisationForm(request.POST if request.method == "POST" else None, instance=stored)
    if request.method == "POST" and form.is_valid() and form.save_if_unchanged():
        messages.success(request, _("Saved."))
        return redirect("dashboard:organisation")
    context = {"form": form, "zones": zone_names()}
    return render(request, "dashboard/organisation.html", context, status=422 if form.errors else 200)
