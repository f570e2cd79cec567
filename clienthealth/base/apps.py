"""The lowest room: what every other room stands on."""

from typing import Any

from django.apps import AppConfig
from django.db.models import CharField, TextField
from django.db.models.functions import Length
from django.db.models.signals import post_migrate


def ensure_organisation(**_: Any) -> None:
    """After migrate the organisation exists, with the currency and zone of the environment."""
    from clienthealth.base.models import Organisation

    Organisation.objects.ensure()


class BaseConfig(AppConfig):
    name = "clienthealth.base"
    label = "base"

    def ready(self) -> None:
        # Length limits as database constraints: SQLite ignores the length of a varchar.
        CharField.register_lookup(Length)
        TextField.register_lookup(Length)
        post_migrate.connect(ensure_organisation, sender=self)
        from clienthealth.base import (
            checks,  # noqa: F401  registers the start-up checks
            outbox,  # noqa: F401  registers its job in every process
            upkeep,  # noqa: F401  registers its job in every process
        )
