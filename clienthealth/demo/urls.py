"""The demo's own page."""

from django.urls import path

from clienthealth.demo import views

app_name = "demo"
urlpatterns = [path("settings/demo/", views.remove, name="remove")]
