from django.apps import AppConfig


class DigestConfig(AppConfig):
    name = "clienthealth.digest"
    label = "digest"

    def ready(self) -> None:
        from clienthealth.digest import tasks  # noqa: F401  registers the week as a job, and how its mails are written
