"""A proxy on loopback between client and server that does what networks and servers do on bad days."""

from __future__ import annotations

import http.client
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


class Fault(StrEnum):
    """What happens to one request."""

    NONE = "none"
    DELAY = "delay"  # the request arrives late
    DROP_BEFORE = "drop before"  # the connection ends before the server saw anything
    DROP_AFTER = "drop after"  # the server acted, the answer is lost
    CUT = "cut"  # the server acted, the connection ends in the middle of the answer
    TRUNCATE = "truncate"  # the server acted, half of the answer comes as if it were all
    ECHO = "echo"  # the answer comes twice
    REPLAY = "replay"  # the request arrives twice: RT acts twice, and nothing a client does prevents it
    FAIL_BEFORE = "500 before"  # an error page instead of acting
    FAIL_AFTER = "500 after"  # the server acted, an error page comes
    TOO_OFTEN = "429"
    UNAUTHORIZED = "401"
    HTML = "html"  # a login page, with status 200


HARMLESS = (Fault.NONE, Fault.DELAY, Fault.ECHO)
ALL = tuple(fault for fault in Fault if fault not in (Fault.NONE, Fault.REPLAY))


@dataclass(frozen=True)
class Request:
    """What the proxy knows of a request when it chooses its fate."""

    method: str
    path: str

    @property
    def changes(self) -> bool:
        """Whether it changes anything: REST2 searches by POST too."""
        kind = urlsplit(self.path).path.removeprefix("/REST/2.0/").split("/")
        return self.method != "GET" and kind[0] == "ticket" and kind[-1] not in ("history", "attachments")


Choose = Callable[[Request], Fault]


def never(_request: Request) -> Fault:
    return Fault.NONE


def first(*fates: Fault, only_changes: bool = True) -> Choose:
    """These fates for the first requests (that change something), none for those that follow."""
    queue = list(fates)
    lock = threading.Lock()

    def choose(request: Request) -> Fault:
        with lock:
            return queue.pop(0) if queue and (request.changes or not only_changes) else Fault.NONE

    return choose


def at_random(seed: int, rate: float, fates: Sequence[Fault] = ALL) -> Choose:
    """One of these fates for a share of all requests. With one thread a seed repeats its run."""
    dice = random.Random(seed)  # noqa: S311
    lock = threading.Lock()

    def choose(_request: Request) -> Fault:
        with lock:
            return dice.choice(fates) if dice.random() < rate else Fault.NONE

    return choose


@dataclass
class Proxy:
    """Where the proxy listens, what it does next, and what it did."""

    url: str
    choose: Choose = never
    delay: float = 0.2  # seconds
    log: list[tuple[Request, Fault]] = field(default_factory=list)


@contextmanager
def between(target: str, choose: Choose = never, *, delay: float = 0.2) -> Iterator[Proxy]:
    """Listen on a free port of this machine and hand everything on to `target`."""
    goal = urlsplit(target)
    assert goal.hostname is not None

    class Handler(_Handler):
        host, port = goal.hostname or "", goal.port or 80

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        proxy = Proxy(f"http://127.0.0.1:{server.server_address[1]}", choose, delay)
        Handler.proxy = proxy
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield proxy
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    proxy: Proxy
    host: str
    port: int
    timeout = 60

    def do_GET(self) -> None:
        try:
            self._meet(self.rfile.read(int(self.headers.get("content-length", 0))))
        except OSError:  # the client went away, as it may
            self.close_connection = True

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: tests have the log."""

    def _meet(self, body: bytes) -> None:
        request = Request(self.command, self.path)
        fate = self.proxy.choose(request)
        self.proxy.log.append((request, fate))
        match fate:
            case Fault.DROP_BEFORE:
                self._hang_up()
                return
            case Fault.FAIL_BEFORE:
                self._answer(500, b"<h1>Internal Server Error</h1>", "text/html")
                return
            case Fault.TOO_OFTEN:
                self._answer(429, b"", "text/plain", {"Retry-After": "1"})
                return
            case Fault.UNAUTHORIZED:
                # Some servers repeat what they were sent: not even then may it be shown.
                said = f'{{"message": "not you: {self.headers.get("authorization")}"}}'.encode()
                self._answer(401, said, "application/json")
                return
            case Fault.HTML:
                self._answer(200, b"<html><form>Log in</form></html>", "text/html")
                return
            case Fault.DELAY:
                time.sleep(self.proxy.delay)
            case Fault.REPLAY:
                self._forward(body)
            case _:
                pass
        status, headers, content = self._forward(body)
        media = headers.pop("Content-Type", "application/json")
        match fate:
            case Fault.DROP_AFTER:
                self._hang_up()
            case Fault.FAIL_AFTER:
                self._answer(500, b"<h1>Bad Gateway</h1>", "text/html")
            case Fault.CUT:
                self._answer(status, content, media, headers, keep=len(content) // 2)
                self._hang_up()
            case Fault.TRUNCATE:
                self._answer(status, content[: len(content) // 2], media, headers)
            case Fault.ECHO:
                self._answer(status, content, media, headers)
                self._answer(status, content, media, headers)
            case _:
                self._answer(status, content, media, headers)

    def _forward(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        sent = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
        onward = http.client.HTTPConnection(self.host, self.port, timeout=60)
        try:
            onward.request(self.command, self.path, body, sent)
            answer = onward.getresponse()
            kept = {name.title(): value for name, value in answer.getheaders()}
            for name in ("Content-Length", "Connection", "Transfer-Encoding"):
                kept.pop(name, None)
            return answer.status, kept, answer.read()
        finally:
            onward.close()

    def _answer(
        self,
        status: int,
        body: bytes,
        media: str,
        headers: dict[str, str] | None = None,
        keep: int | None = None,
    ) -> None:
        self.send_response_only(status)
        for name, value in {
            **(headers or {}),
            "Content-Type": media,
            "Content-Length": str(len(body)),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[:keep])
        self.wfile.flush()

    def _hang_up(self) -> None:
        self.close_connection = True
