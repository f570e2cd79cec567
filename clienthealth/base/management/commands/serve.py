"""The shipped web server: waitress, which slow and half-open connections do not stop."""

import signal
from typing import Any

import waitress
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser, SystemCheckError
from django.core.wsgi import get_wsgi_application

from clienthealth.base.checks import demo_stays_at_home

THREADS = 8
CONNECTIONS = 2000
SILENT_SECONDS = 15
"""A connection that sends nothing for so long is closed."""
BODY_BYTES = 600 * 1024 * 1024


class Command(BaseCommand):
    help = "Serve the application on HOST and PORT until a signal comes."
    # Checked below, once the address is known.
    requires_system_checks: Any = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=settings.HOST, help="address to listen on (default: HOST or 127.0.0.1)")
        parser.add_argument("--port", type=int, default=settings.PORT, help="port (default: PORT or 8000)")

    def handle(self, *args: Any, **options: Any) -> None:
        settings.HOST = options["host"]
        self.check()
        self.check_demo()
        signal.signal(signal.SIGTERM, stop)
        self.stdout.write(f"Listening on http://{options['host']}:{options['port']}/")
        waitress.serve(
            get_wsgi_application(),
            host=options["host"],
            port=options["port"],
            threads=THREADS,
            connection_limit=CONNECTIONS,
            channel_timeout=SILENT_SECONDS,
            max_request_body_size=BODY_BYTES,
            ident=None,
            _quiet=True,
            **behind_proxy(),
        )

    def check_demo(self) -> None:
        for error in demo_stays_at_home():
            raise SystemCheckError(f"{error.msg}\n{error.hint}")


def behind_proxy() -> dict[str, Any]:
    """What makes waitress read the proxy's headers; without a proxy it drops them, whoever sent them.

    The address of the proxy is not known here (in a container network it changes), so every direct peer counts as the
    proxy: with BEHIND_PROXY the port must be reachable for the proxy alone. Of several addresses in X-Forwarded-For
    the last is taken, which the proxy added itself.
    """
    if not settings.BEHIND_PROXY:
        return {}
    headers = {"x-forwarded-for", "x-forwarded-proto"}
    return {"trusted_proxy": "*", "trusted_proxy_count": 1, "trusted_proxy_headers": headers}


def stop(*_: object) -> None:
    """Let waitress finish what it is answering; it takes SystemExit as the word to stop."""
    raise SystemExit(0)
