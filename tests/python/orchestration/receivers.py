"""Local receivers of alerts: a webhook and a mail server that keep what they get."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

SECRET = "T0pS3cret"


@dataclass
class Hook:
    """A webhook at work; ``status`` is what it answers next."""

    url: str
    documents: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200


@contextmanager
def webhook(port: int = 0) -> Iterator[Hook]:
    """A webhook on a free port, or on a given one."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if hook.status < 300:
                assert self.headers["Content-Type"] == "application/json"
                hook.documents.append(json.loads(body))
            self.send_response(hook.status)
            if 300 <= hook.status < 400:
                self.send_header("Location", hook.url)
            self.end_headers()

        def log_message(self, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    hook = Hook(f"http://127.0.0.1:{server.server_port}/services/{SECRET}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hook
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Mailbox:
    """A mail server at work."""

    address: str
    messages: list[Message] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.messages.append(message_from_bytes(envelope.content))
        self.recipients += envelope.rcpt_tos
        return "250 Message accepted"


@contextmanager
def mail_server(user: str | None = None) -> Iterator[Mailbox]:
    """A mail server on a free port; with a user it wants the password ``SECRET``."""

    def check(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        is_right = (data.login, data.password) == ((user or "").encode(), SECRET.encode())
        return AuthResult(success=is_right, handled=False)

    port = free_port()
    mailbox = Mailbox(f"smtp://127.0.0.1:{port}")
    controller = Controller(
        mailbox,
        hostname="127.0.0.1",
        port=port,
        authenticator=check,
        auth_required=user is not None,
        auth_require_tls=False,
    )
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
