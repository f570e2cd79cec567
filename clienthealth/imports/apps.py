from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "clienthealth.imports"
    label = "imports"

    def ready(self) -> None:
        from auditlog.registry import auditlog  # needs the app registry

        from clienthealth.imports import (
            jobs,  # noqa: F401  registers the jobs in every process
            keeping,  # noqa: F401  likewise
            models,
        )

        for model in models.AUDITED:
            auditlog.register(model, exclude_fields=["created_at"])
