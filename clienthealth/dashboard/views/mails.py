"""Mails that went out: each person's own, and what was written where mails become files."""

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from accounts.rights import Right, right_required
from clienthealth.base import outbox, post
from clienthealth.base.models import Mail
from clienthealth.dashboard import mails as kept
from clienthealth.dashboard.paging import page_of, query_without_page


@require_safe
def mails(request: HttpRequest) -> HttpResponse:
    """Everybody's own, newest first."""
    own = Mail.objects.filter(recipient=request.user.pk).order_by("-pk")
    page = page_of(request, own, per_page=25)
    context = {
        "page": page,
        "entries": kept.entries(page.object_list, request.user),
        "query": query_without_page(request),
        "in_files": post.writes_files(),
    }
    return render(request, "dashboard/mails.html", context)


@require_safe
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # its type forgets the arguments of an address
def mail(request: HttpRequest, mail_id: int) -> HttpResponseBase:
    """One mail as it was written, in text and in a frame of its own."""
    found, content = _readable_or_404(request, mail_id)
    return render(request, "dashboard/mail.html", {"mail": found, "label": kept.label_of(found), "content": content})


@require_safe
@xframe_options_sameorigin
def mail_html(request: HttpRequest, mail_id: int) -> HttpResponseBase:
    """The HTML part alone, under rules that let nothing run, load or lead anywhere but to a window of its own."""
    _found, content = _readable_or_404(request, mail_id)
    response = HttpResponse(content.html)
    response["Content-Security-Policy"] = kept.frame_policy(content.html)
    return response


def _readable_or_404(request: HttpRequest, mail_id: int) -> tuple[Mail, kept.Content]:
    """The mail and its text, for its recipient and those who see all clients; for others there is no such mail."""
    found = get_object_or_404(kept.readable_by(request.user), pk=mail_id)
    content = kept.content_of(found)
    if content is None:
        raise Http404
    return found, content


@require_POST
@right_required(Right.SEE_SYSTEM)
def mail_again(request: HttpRequest, mail_id: int) -> HttpResponse:
    """Send a refused or uncertain mail once more, because somebody decided so."""
    found = get_object_or_404(Mail, pk=mail_id)
    seen = request.POST.get("turn", "")
    turn = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 5 else 0
    if outbox.send_again(found, request.user, turn):
        messages.success(request, _("It is sent again."))
    else:
        messages.info(request, _("Somebody had it sent again before, or it has ended otherwise."))
    return redirect("dashboard:system")
