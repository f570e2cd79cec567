"""Start-up checks: an installation that would be unsafe does not start."""

import ipaddress
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

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


def is_loopback(host: str) -> bool:
    """Whether the host names this machine alone."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
