from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "clienthealth.dashboard"
    label = "dashboard"
