from django.apps import AppConfig


class EngagementsConfig(AppConfig):
    name = "engagements"

    def ready(self) -> None:
        from auditlog.registry import auditlog  # needs the app registry

        from engagements import models

        for model in models.AUDITED:
            auditlog.register(model, exclude_fields=["changed_at", "created_at", "version", "import_id", "source_key"])
