"""Addresses that work outside the application."""

from typing import Any

from django.conf import settings
from django.urls import reverse


def absolute(name: str, *args: Any) -> str:
    """The whole address of a page, as a mail needs it."""
    return f"{settings.PUBLIC_URL}{reverse(name, args=args)}"
