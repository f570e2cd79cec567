from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "clienthealth.imports"
    label = "imports"
