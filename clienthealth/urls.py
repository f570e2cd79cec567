"""Every address of the application."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("allauth.account.urls")),
    path("", include("clienthealth.dashboard.urls")),
    path("", include("clienthealth.health.urls")),
    path("", include("engagements.urls")),
    path("", include("issues.urls")),
]
