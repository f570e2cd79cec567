from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "clienthealth.imports"
    label = "imports"

    def ready(self) -> None:
        from clienthealth.imports import (
            jobs,  # noqa: F401  registers the jobs in every process
            keeping,  # noqa: F401  likewise
        )
