"""Hours that no client was named for, by project."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.rights import Right, right_required
from clienthealth.base.lookup import visible_or_404
from clienthealth.health.wording import hours
from clienthealth.imports.answers import OFFERED
from clienthealth.imports.assigning import assign, take_back, unassigned
from clienthealth.imports.forms import ProjectForm
from clienthealth.imports.models import Assignment
from clienthealth.imports.views.uploads import READ_AND_SEND
from engagements.models import Client

PER_PAGE = 50
LATEST = 10


@require_http_methods(READ_AND_SEND)
@right_required(Right.IMPORT_FILES)
def unassigned_projects(request: HttpRequest) -> HttpResponse:
    """Each project with a field for its client; a post assigns the one whose button was pressed."""
    form = ProjectForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        count = assign(form.cleaned_data["project"], form.cleaned_data["client"], request.user)
        said = ngettext(
            "%(count)d entry now belongs to %(client)s.", "%(count)d entries now belong to %(client)s.", count
        )
        messages.success(request, said % {"count": count, "client": form.cleaned_data["client"]})
        return redirect("imports:unassigned")
    page = Paginator(unassigned(), PER_PAGE).get_page(request.GET.get("page", "1")[:9])
    context = {
        "page": page,
        "rows": [_row(project, number, form) for number, project in enumerate(page)],
        "known": Client.objects.order_by("name_key").values_list("name", flat=True)[:OFFERED],
        "latest": Assignment.objects.visible_to(request.user).select_related("client", "author__person")[:LATEST],
    }
    return render(request, "imports/unassigned.html", context, status=422 if form is not None else 200)


def _row(project: dict[str, Any], number: int, form: ProjectForm | None) -> dict[str, Any]:
    """A project with its form; the one that was posted, if it was this project's."""
    mine = form if form is not None and form.data.get("project") == project["project"] else None
    own = mine or ProjectForm(initial={"project": project["project"]})
    own.auto_id = f"project-{number}-%s"
    return {**project, "hours": hours(project["seconds"] // 60, 2), "form": own}


@require_POST
@right_required(Right.IMPORT_FILES)
def assignment_back(request: HttpRequest, pk: int) -> HttpResponse:
    assignment = visible_or_404(Assignment.objects.select_related("client"), request.user, pk)
    count = take_back(assignment)
    messages.success(request, _("%(count)s entries have no client again.") % {"count": count})
    return redirect("imports:unassigned")
