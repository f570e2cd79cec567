"""Whom names in files stand for: what people said so far, changed and taken back here."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Person
from accounts.rights import Right, right_required
from clienthealth.base.forms import posted
from clienthealth.base.lookup import visible_or_404
from clienthealth.imports.answers import OFFERED
from clienthealth.imports.forms import AliasForm
from clienthealth.imports.models import NameAlias
from clienthealth.imports.views.uploads import READ_AND_SEND
from engagements.models import Client

PER_PAGE = 50


@require_safe
@right_required(Right.IMPORT_FILES)
def names(request: HttpRequest) -> HttpResponse:
    rows = NameAlias.objects.visible_to(request.user).select_related("client", "person")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page", "1")[:9])
    return render(request, "imports/names.html", {"page": page})


@require_http_methods(READ_AND_SEND)
@right_required(Right.IMPORT_FILES)
def name_edit(request: HttpRequest, pk: int) -> HttpResponse:
    alias = _visible(request, pk)
    form = AliasForm(posted(request), alias=alias)
    if request.method == "POST" and form.is_valid() and form.save_by(request.user):
        messages.success(request, _("From the next file on, “%(name)s” is read so.") % {"name": alias.name})
        return redirect("imports:names")
    whom = Client if alias.kind == NameAlias.Kind.CLIENT else Person
    known = list(whom._default_manager.order_by("name_key").values_list("name", flat=True)[:OFFERED])
    status = 409 if form.is_outdated else 422 if request.method == "POST" else 200
    return render(request, "imports/name_edit.html", {"form": form, "alias": alias, "known": known}, status=status)


@require_POST
@right_required(Right.IMPORT_FILES)
def name_delete(request: HttpRequest, pk: int) -> HttpResponse:
    alias = _visible(request, pk)
    alias.delete()
    messages.success(request, _("“%(name)s” stands for nobody any more.") % {"name": alias.name})
    return redirect("imports:names")


def _visible(request: HttpRequest, pk: int) -> Any:
    return visible_or_404(NameAlias.objects.select_related("client", "person"), request.user, pk)
