"""Every address of the application."""

from allauth.account import urls as sign_in
from django.urls import URLPattern, URLResolver, include, path

# An address belongs to a person of the agency's own list: nobody changes or adds one for themselves.
CLOSED = {"account_email", "account_confirm_email", "account_email_verification_sent"}

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include([each for each in sign_in.urlpatterns if each.name not in CLOSED])),
    path("", include("clienthealth.dashboard.urls")),
    path("", include("clienthealth.demo.urls")),
    path("", include("clienthealth.health.urls")),
    path("", include("clienthealth.digest.urls")),
    path("", include("clienthealth.imports.urls")),
    path("", include("engagements.urls")),
    path("", include("issues.urls")),
]
