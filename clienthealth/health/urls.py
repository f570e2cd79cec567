"""The pages on which the lines between levels are set."""

from django.urls import path

from clienthealth.health import views

app_name = "health"
urlpatterns = [
    path("settings/thresholds/", views.thresholds, name="thresholds"),
    path("clients/<int:client_id>/thresholds/", views.override, name="override"),
    path("clients/<int:client_id>/thresholds/<int:override_id>/end/", views.override_end, name="override_end"),
]
