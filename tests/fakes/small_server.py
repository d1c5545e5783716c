"""A server on this machine that keeps what it is sent, and answers as told: yes, no, or not at all."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class SmallServer:
    """`seen` holds path, headers and body of each request; `hangs` keeps the next ones waiting.

    `drips` gives a byte each time so many seconds went by.
    """

    port: int = 0
    status: int = 200
    body: bytes = b""
    hangs: bool = False
    drips: float = 0
    seen: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    ended: Event = field(default_factory=Event)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def small_server() -> Iterator[SmallServer]:
    """Run one."""
    told = SmallServer()

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.seen.append((self.path, dict(self.headers), body))
            if told.hangs:
                told.ended.wait()
                return
            self.send_response(told.status)
            self.send_header("Location", "http://127.0.0.1:1/")
            self.send_header("Content-Length", str(len(told.body)))
            self.end_headers()
            for byte in told.body if told.drips else b"":
                if told.ended.wait(told.drips):
                    return
                with suppress(OSError):  # who asked has gone
                    self.wfile.write(bytes([byte]))
            self.wfile.write(b"" if told.drips else told.body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    told.port = server.server_port
    Thread(target=server.serve_forever, daemon=True).start()
    yield told
    told.ended.set()
    server.shutdown()
    server.server_close()
