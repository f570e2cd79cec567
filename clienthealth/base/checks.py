"""Start-up checks: an installation that would be unsafe does not start."""

import ipaddress
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.db import DatabaseError

from clienthealth.base.models import Organisation

KNOWN_KEYS = ("change", "secret", "default", "example", "insecure", "password", "test-key", "xxx")


@register()
def secret_key_is_own(**_: Any) -> list[CheckMessage]:
    """A key that somebody could guess or read in the documentation signs nothing."""
    key = settings.SECRET_KEY
    if len(key) >= 32 and len(set(key)) >= 8 and not key.lower().startswith(KNOWN_KEYS):
        return []
    return [
        Error(
            "SECRET_KEY is a default, too short or too simple.",
            hint="Unset it to have one made in DATA_DIR, or set at least 32 random characters.",
            id="clienthealth.E001",
        )
    ]


@register()
def debug_stays_at_home(**_: Any) -> list[CheckMessage]:
    """Debug pages show settings and code: never to another machine."""
    if not settings.DEBUG or is_loopback(settings.HOST):
        return []
    return [
        Error(
            f"DEBUG is on while HOST is {settings.HOST}: debug pages would be visible to others.",
            hint="Unset DEBUG, or set HOST=127.0.0.1.",
            id="clienthealth.E002",
        )
    ]


def demo_stays_at_home() -> list[CheckMessage]:
    """Everybody knows the passwords of a demo installation: it is not for other machines.

    Asked by the server alone: other commands need no database for their checks. A database that does not answer says
    nothing, and the server answers 503 until it does.
    """
    if settings.DEMO_PUBLIC or is_loopback(settings.HOST) or not _is_demo():
        return []
    return [
        Error(
            f"This is a demo installation, its passwords are known to everybody, and HOST is {settings.HOST}.",
            hint="Remove the demo data (manage.py demo --remove) or set HOST=127.0.0.1. "
            "DEMO_PUBLIC=yes shows the demo to others all the same.",
            id="clienthealth.E003",
        )
    ]


def _is_demo() -> bool:
    try:
        return Organisation.objects.filter(is_demo=True).exists()
    except DatabaseError:
        return False


def is_loopback(host: str) -> bool:
    """Whether the host names this machine alone."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
