"""Who gets the digest: the settings page, and the signed address in each mail."""

from django.urls import path

from clienthealth.digest import views

app_name = "digest"
urlpatterns = [
    path("settings/mails/", views.choice, name="choice"),
    path("mails/off/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
