"""For machines: is the process alive, is the installation working. No sign-in, no figure, no name of a client."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from clienthealth.dashboard import state


@require_safe
@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: answered without the database."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@login_not_required
def readyz(request: HttpRequest) -> JsonResponse:
    """Working: 200, or 503 with the names of the parts that are down."""
    parts = state.parts(timezone.now())
    down = [part.name for part in parts if not part.ok]
    body = {"status": "down" if down else "ok", "down": down, "parts": {part.name: part.as_json() for part in parts}}
    response = JsonResponse(body, status=503 if down else 200)
    if down:
        response["Retry-After"] = "60"
    return response
