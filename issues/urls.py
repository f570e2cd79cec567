from django.urls import path

from issues.views import incidents, logging

app_name = "issues"
urlpatterns = [
    path("incidents/log/", logging.incident_log, name="incident_log"),
    path("incidents/clients/", logging.incident_clients, name="incident_clients"),
    path("incidents/mine/", incidents.incident_mine, name="incident_mine"),
    path("incidents/<int:pk>/", incidents.incident, name="incident"),
    path("incidents/<int:pk>/edit/", incidents.incident_edit, name="incident_edit"),
    path("incidents/<int:pk>/undo/", incidents.incident_undo, name="incident_undo"),
    path("touchpoints/log/", logging.touchpoint_log, name="touchpoint_log"),
    path("touchpoints/clients/", logging.touchpoint_clients, name="touchpoint_clients"),
    path("touchpoints/<int:pk>/edit/", incidents.touchpoint_edit, name="touchpoint_edit"),
]
