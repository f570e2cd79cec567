from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "clienthealth.demo"
    label = "demo"
