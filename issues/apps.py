from django.apps import AppConfig


class IssuesConfig(AppConfig):
    name = "issues"

    def ready(self) -> None:
        from auditlog.registry import auditlog  # needs the app registry

        from issues import models

        for model in models.AUDITED:
            auditlog.register(model, exclude_fields=["changed_at", "created_at", "version", "import_id", "source_key"])
