from django.apps import AppConfig


class HealthConfig(AppConfig):
    name = "clienthealth.health"
    label = "health"

    def ready(self) -> None:
        from auditlog.registry import auditlog  # needs the app registry

        from clienthealth.health import models

        for model in models.AUDITED:
            auditlog.register(model, exclude_fields=["created_at"])
