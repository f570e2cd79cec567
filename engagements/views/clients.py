"""Pages that change clients, their contacts and contact hours."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.rights import Right, right_required
from clienthealth.base.fields import zone_names
from clienthealth.base.forms import form_page, posted, refusal, save_form
from clienthealth.base.lookup import changeable_or_refused, organisation_of, wants_fragment
from clienthealth.base.organisation import today
from clienthealth.base.rows import sync_rows, with_line_added
from engagements.forms.clients import ClientForm, ClientVersionForm, ContactForm, HoursRows
from engagements.models import Client, Contact
from engagements.ownership import hand_over

READ_AND_SEND = ["GET", "HEAD", "POST"]
HOURS_FIELDS = ("weekdays", "from_time", "to_time", "zone")


def client_address(client: Client, user: Any = None) -> str:
    """The client's page; the start page where this user sees the client no longer."""
    if user is not None and not Client.objects.visible_to(user).filter(pk=client.pk).exists():
        return "/"
    try:
        return reverse("dashboard:client", args=[client.pk])
    except NoReverseMatch:
        return reverse("engagements:client_edit", args=[client.pk])


@require_http_methods(READ_AND_SEND)
@right_required(Right.ADD_CLIENTS)
def client_create(request: HttpRequest) -> HttpResponse:
    return _client_page(request, Client(), _("The client is added."))


@require_http_methods(READ_AND_SEND)
def client_edit(request: HttpRequest, pk: int) -> HttpResponse:
    client = changeable_or_refused(Client.objects, request.user, pk)
    return _client_page(request, client, _("The client is saved."))


def _client_page(request: HttpRequest, client: Client, message: str) -> HttpResponse:
    title = client.name
    form = ClientForm(posted(request), instance=client, user=request.user, today=today(organisation_of(request)))

    def save() -> str:
        saved = form.save_by(request.user)
        hand_over(saved, form.cleaned_data["owner"], form.today)
        return client_address(saved, request.user)

    back = client_address(client) if client.pk else portfolio_address()
    context = {"title": title, "back": back, "zones": zone_names()}
    return form_page(request, form, save, "engagements/client_form.html", message, context)


def portfolio_address() -> str:
    try:
        return reverse("dashboard:portfolio")
    except NoReverseMatch:
        return "/"


@require_http_methods(READ_AND_SEND)
def contact_create(request: HttpRequest, pk: int) -> HttpResponse:
    client = changeable_or_refused(Client.objects, request.user, pk)
    return _contact_page(request, Contact(client=client), _("The contact is added."))


@require_http_methods(READ_AND_SEND)
def contact_edit(request: HttpRequest, pk: int) -> HttpResponse:
    contact = changeable_or_refused(Contact.objects.select_related("client"), request.user, pk)
    return _contact_page(request, contact, _("The contact is saved."))


def _contact_page(request: HttpRequest, contact: Contact, message: str) -> HttpResponse:
    form = ContactForm(posted(request), instance=contact)

    def save() -> str:
        form.save_by(request.user)
        return client_address(contact.client)

    context = {"client": contact.client, "title": contact.name, "back": client_address(contact.client)}
    return form_page(request, form, save, "engagements/contact_form.html", message, context)


@require_http_methods(READ_AND_SEND)
def contact_delete(request: HttpRequest, pk: int) -> HttpResponse:
    contact = changeable_or_refused(Contact.objects.select_related("client"), request.user, pk)
    back = client_address(contact.client)
    if request.method == "POST":
        contact.delete()
        messages.success(request, _("%(name)s is removed.") % {"name": contact.name})
        return redirect(back)
    return render(request, "engagements/contact_delete.html", {"contact": contact, "back": back})


@require_http_methods(READ_AND_SEND)
def contact_hours(request: HttpRequest, pk: int) -> HttpResponse:
    """The agreed hours, as lines; they are read and saved with the client's version."""
    client = changeable_or_refused(Client.objects, request.user, pk)
    data = posted(request)
    if data is not None and data.get("add") == "hours":
        data = with_line_added(data, "hours")
    stored = _stored_hours(client)
    form = ClientVersionForm(data, instance=client)
    rows = HoursRows(data, prefix="hours", initial=None if data is not None else stored)
    context = {"form": form, "rows": rows, "client": client, "back": client_address(client), "zones": zone_names()}

    def save() -> str:
        sync_rows(
            client.contact_hours.all(), rows.rows(), ("weekdays", "from_time"), client=client, author=request.user
        )
        return client_address(client)

    if data is not None and "add" in data:
        form.unjudged()
        rows.unjudged(autofocus="from_time")
        template = "_contact_hours_form" if wants_fragment(request) else "contact_hours"
        return render(request, f"engagements/{template}.html", context)
    if data is not None:
        if target := save_form(request, form, save, lambda: all([form.is_valid(), rows.is_valid()])):
            messages.success(request, _("The contact hours are saved."))
            return redirect(target)
        if form.conflict is not None:
            form.conflict.append((_("Contact hours"), rows.in_words(_stored_hours(client)), rows.in_words(rows.rows())))
        return render(request, "engagements/contact_hours.html", context, status=refusal(form))
    return render(request, "engagements/contact_hours.html", context)


def _stored_hours(client: Client) -> list[dict[str, Any]]:
    rows = client.contact_hours.values(*HOURS_FIELDS)
    return [{**row, "weekdays": list(row["weekdays"])} for row in rows]
