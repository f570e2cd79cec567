from django.apps import AppConfig


class HealthConfig(AppConfig):
    name = "clienthealth.health"
    label = "health"

    def ready(self) -> None:
        from auditlog.registry import auditlog  # needs the app registry

        from clienthealth.health import (
            models,
            tasks,  # noqa: F401  registers the night as a job in every process
        )

        for model in models.AUDITED:
            auditlog.register(model, exclude_fields=["created_at"])
