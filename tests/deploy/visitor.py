"""A visitor with cookies, and a mail server that keeps what it is given. Standard library, one of each is enough."""

import http.cookiejar
import socketserver
import threading
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import Any, Self

from tests.posting import filled


@dataclass
class Page:
    status: int
    address: str
    text: str


class Visitor:
    def __init__(self, site: str) -> None:
        self.site = site
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)

    def open(self, path: str, data: dict[str, Any] | None = None) -> Page:
        """A page, redirects followed; refusals are pages too."""
        body = urllib.parse.urlencode(data, doseq=True).encode() if data is not None else None
        request = urllib.request.Request(urllib.parse.urljoin(self.site, path), body)
        try:
            response = self.opener.open(request, timeout=20)
        except urllib.error.HTTPError as refusal:
            response = refusal
        with response:
            return Page(response.status, response.url, response.read().decode())

    def send(self, path: str, **changes: Any) -> Page:
        """The page's form with its hidden fields, some of its fields changed."""
        page = self.open(path)
        assert page.status == 200, page.text[:500]
        return self.open(path, filled(page, **changes))


class _Conversation(socketserver.StreamRequestHandler):
    """As much of SMTP as a client without wishes needs."""

    server: "MailCatcher"

    def handle(self) -> None:
        self.say("220 here")
        while line := self.rfile.readline():
            word = line[:4].upper().strip()
            if word == b"DATA":
                self.say("354 go on")
                self.server.mails.append(self.until_dot())
                self.say("250 kept")
            elif word == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 yes")

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def until_dot(self) -> str:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        return b"".join(lines).decode()


class MailCatcher(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.mails: list[str] = []
        self.port = self.server_address[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=[0.05], daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()
