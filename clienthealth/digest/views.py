"""Choosing whether the digest comes: signed in by the settings, or by the signed address of a mail."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.models import User
from clienthealth.base.forms import posted
from clienthealth.digest.choice import choose, masked, user_of
from clienthealth.digest.forms import ChoiceForm

READ_AND_SEND = ["GET", "HEAD", "POST"]


@require_http_methods(READ_AND_SEND)
def choice(request: HttpRequest) -> HttpResponse:
    """Everybody chooses for themselves."""
    form = ChoiceForm(posted(request), user=request.user)  # type: ignore[arg-type]  # nobody comes here signed out
    if request.method == "POST" and form.is_valid() and form.save_if_unchanged():
        messages.success(request, _("Saved."))
        return redirect("digest:choice")
    return render(request, "digest/choice.html", {"form": form}, status=422 if form.errors else 200)


@csrf_exempt  # mail programs post here by themselves (RFC 8058); the signature in the address is the permission
@login_not_required
@require_http_methods(READ_AND_SEND)
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing, since programs follow links; a post switches off, or on again where it says so."""
    user = user_of(token)
    if user is None:
        raise Http404
    if request.method == "POST":
        again = request.POST.get("choice") == User.Digest.WEEKLY
        choose(user, User.Digest.WEEKLY if again else User.Digest.OFF)
        user.refresh_from_db()
    context = {
        "email": masked(user.email),
        "is_on": user.digest == User.Digest.WEEKLY,
        "done": request.method == "POST",
    }
    return render(request, "digest/unsubscribe.html", context)
