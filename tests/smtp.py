"""A mail server of our own on this machine, that takes mails, refuses them, and fails in every way they do fail.

    with MailServer() as server:
        server.refuse["pat@agency.test"] = 550          # answers this to the recipient, every time
        server.busy["kim@agency.test"] = [451, 451]     # answers these to the recipient, one attempt each
        server.answer["lou@agency.test"] = 554          # answers this to the end of the mail
        server.drop.add("max@agency.test")              # takes the mail and hangs up instead of answering
        server.hang = "banner"                          # says nothing at all (or "data": nothing after DATA)
        server.hooks["dot"] = lambda to: ...            # called at "data", "dot" (its end has come) and "done"

`taken` holds every mail whose end has come, also where the answer was lost: what a recipient may have got.
"""

from __future__ import annotations

import contextlib
import email
import socketserver
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast


@dataclass(frozen=True)
class Taken:
    """One mail as it came: the envelope's recipient and the bytes."""

    to: str
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        return cast(EmailMessage, email.message_from_bytes(self.raw, policy=default))


class MailServer:
    def __init__(self, port: int = 0) -> None:
        self.taken: list[Taken] = []
        self.calls = 0
        self.refuse: dict[str, int] = {}
        self.busy: dict[str, list[int]] = {}
        self.answer: dict[str, int] = {}
        self.drop: set[str] = set()
        self.hang = ""
        self.hooks: dict[str, Callable[[str], Any]] = {}
        self.ended = threading.Event()
        self.server = _Server(("127.0.0.1", port), _Session)
        self.server.mails = self
        self.port = int(self.server.server_address[1])

    def __enter__(self) -> MailServer:
        threading.Thread(target=self.server.serve_forever, args=[0.05], daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.server.shutdown()
        self.server.server_close()

    def counts(self) -> Counter[str]:
        """How many mails each recipient may have got."""
        return Counter(each.to for each in self.taken)

    def environment(self) -> dict[str, str]:
        """What an installation needs to use this server, with a patience fit for tests."""
        return {
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(self.port),
            "EMAIL_TIMEOUT": "1",
            "DEFAULT_FROM_EMAIL": "health@agency.test",
        }


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    mails: MailServer

    def handle_error(self, *_: Any) -> None:
        """A client that was killed in the middle is what these tests are about."""


class _Session(socketserver.StreamRequestHandler):
    server: _Server
    to = ""

    def handle(self) -> None:
        self.mails = self.server.mails
        self.mails.calls += 1
        if self.mails.hang == "banner":
            self.mails.ended.wait(60)
            return
        self.say("220 test")
        while line := self.rfile.readline():
            verb, _, rest = line.decode().strip().partition(" ")
            if verb.upper() == "QUIT":
                self.say("221 bye")
                return
            if not self.obey(verb.upper(), rest):
                return

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def obey(self, verb: str, rest: str) -> bool:
        """One command; False where the server hangs up."""
        if verb == "RCPT":
            self.to = rest.partition("<")[2].partition(">")[0]
            self.say(self.about_recipient())
        elif verb == "DATA":
            return self.take()
        else:
            self.say("250 ok")
        return True

    def about_recipient(self) -> str:
        code = self.mails.refuse.get(self.to)
        if code is None and self.mails.busy.get(self.to):
            code = self.mails.busy[self.to].pop(0)
        return f"{code} not now, <{self.to}>" if code else "250 ok"

    def hook(self, stage: str) -> None:
        if stage in self.mails.hooks:
            self.mails.hooks[stage](self.to)

    def take(self) -> bool:
        self.hook("data")
        if self.mails.hang == "data":
            self.mails.ended.wait(60)
            return False
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False  # hung up before the end: that is no mail
            lines.append(line[1:] if line.startswith(b".") else line)
        code = self.mails.answer.get(self.to, 250)
        if code == 250:
            self.mails.taken.append(Taken(self.to, b"".join(lines)))
        self.hook("dot")
        if self.to in self.mails.drop:
            return False
        if self.mails.hang == "dot":
            self.mails.ended.wait(60)
            return False
        with contextlib.suppress(OSError):
            self.say(f"{code} that is that")
        self.hook("done")
        return True
