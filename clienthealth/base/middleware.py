"""What holds for every answer."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.cache import add_never_cache_headers, patch_vary_headers

from clienthealth.base.organisation import organisation

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class PrivatePages:
    """No page text stays behind: nothing is stored by browser or proxy, and fragments never stand in for pages.

    When the sign-in has expired an htmx request is told to load the sign-in page instead of swapping it in.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.login_url = ""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        patch_vary_headers(response, ["HX-Request"])
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
            response["Cache-Control"] = "no-store, private"
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
        if getattr(request, "htmx", False) and self._is_login_redirect(response):
            redirect = HttpResponse(status=204)
            redirect["HX-Redirect"] = response["Location"].split("?")[0]
            return redirect
        return response

    def _is_login_redirect(self, response: HttpResponseBase) -> bool:
        self.login_url = self.login_url or resolve_url(settings.LOGIN_URL)
        return response.status_code == 302 and response["Location"].split("?")[0] == self.login_url


class OrganisationZone:
    """Instants are shown in the organisation's zone until people may choose their own."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(("/healthz", "/readyz", settings.STATIC_URL)):
            return self.get_response(request)
        request.organisation = organisation()  # type: ignore[attr-defined]  # read by views and the context
        with timezone.override(request.organisation.zone_info):  # type: ignore[attr-defined]
            return self.get_response(request)
