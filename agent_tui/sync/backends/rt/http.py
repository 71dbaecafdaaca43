"""Requests to RT's REST2, one function for each kind; every way they can fail is one type of `errors`.

What only reads may be tried again, if the client was made so; what changes anything never is. No redirect is followed,
no cookie is kept. The client may be used by several threads.
Each request has a connection of its own: on a kept one an answer that comes twice, or late, is taken for that of the
next request, and an answer then counts as sent that never was.
"""

from __future__ import annotations

import errno
import random
import re
import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec

from agent_tui.domain.messages import N_, Told
from agent_tui.sync.backends.base import Upload
from agent_tui.sync.backends.rt import errors, head
from agent_tui.sync.backends.rt.address import checked_address, checked_token, trust, without_secrets

T = TypeVar("T")

TIMEOUT = 30.0
"""Seconds without any progress. RT stalls for up to 6.5 s on concurrent writes, so less than 15 s is refused."""

CONNECTIONS = 3
"""At once. RT commonly runs 4 workers: a client that holds more connections than there are workers stalls everybody."""

LIMIT = 64 * 2**20
"""Bytes of an answer. Files come in base64, RT takes 25 MB of them, and nothing else comes near."""

_API = "/REST/2.0"
_AGENT = "agent_tui"  # a browser's name without a login would be sent to a login page
_PAUSE = 0.1  # seconds, and more each time
_BRIEFLY = 20.0  # seconds in which a request is tried again
_PATIENCE = 10  # time-outs that a whole answer may take, however slowly it trickles
_MESSAGE_LIMIT = 300  # characters of what a server says

_REASONS: dict[int, str] = {
    errno.ECONNREFUSED: N_("the connection was refused"),
    errno.EHOSTUNREACH: N_("there is no way to it from this network"),
    errno.ENETUNREACH: N_("this machine has no network"),
    errno.ENETDOWN: N_("this machine has no network"),
}


class Reply(msgspec.Struct, frozen=True):
    """A successful answer. `etag` is the newest transaction that the user can see of a ticket."""

    status: int
    body: bytes
    etag: int | None
    location: str
    date: datetime | None  # of the server's clock


class Client:
    """One server and one user. `repr()` and every error leave the token out."""

    def __init__(
        self,
        url: str,
        token: str,
        *,
        timeout: float = TIMEOUT,
        tries: int = 1,
        connections: int = CONNECTIONS,
        authority: Path | None = None,
        allow_plain: bool = False,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """Prepare for `url`, the address people use for RT; nothing is sent yet.

        `timeout` in seconds is at least 15. What only reads is tried `tries` times when the line breaks.
        `authority` is a PEM file trusted beside the public authorities.
        `allow_plain` permits http beyond this machine. Raises `BadAddress`, `BadToken` or `BadAuthority`.
        """
        if timeout < 15 or connections < 1:
            raise ValueError("at least 15 s and one connection")
        self.url, local = checked_address(url, allow_plain=allow_plain)
        self.host = urlsplit(self.url).netloc
        self._token = checked_token(token)
        self.timeout = timeout
        self._tries = tries
        self._told: tuple[datetime, float] | None = None  # the server's time, and when it told
        self._http = httpx.Client(
            base_url=f"{self.url}{_API}",
            headers={
                "Authorization": f"token {self._token}",
                "User-Agent": _AGENT,
                "Accept": "application/json",
                "Connection": "close",
            },
            # A thread that waits for its turn waits for several requests of others.
            timeout=httpx.Timeout(timeout, pool=timeout * _PATIENCE),
            limits=httpx.Limits(max_connections=connections, max_keepalive_connections=0),
            verify=trust(authority),
            cookies=CookieJar(
                DefaultCookiePolicy(allowed_domains=[])
            ),  # a session cookie would win over the token
            follow_redirects=False,
            trust_env=not local,
            transport=transport,
        )

    def __repr__(self) -> str:
        return f"Client({self.url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._http.close()

    @property
    def user_id(self) -> int | None:
        """The id of the user that RT's tokens carry in them; None if this one has another form."""
        found = re.fullmatch(r"1-(\d+)-[0-9a-fA-F]{32}", self._token)
        return int(found[1]) if found else None

    def clock(self) -> datetime | None:
        """What time it is by the server's clock, to the second; None while it has told nothing."""
        if self._told is None:
            return None
        date, then = self._told
        return date + timedelta(seconds=time.monotonic() - then)

    def get(self, path: str, kind: type[T], params: Mapping[str, str | int] | None = None) -> T:
        """What stands at `path`, as `kind`."""
        return self._again(lambda: self.read(self._ask(path, params), kind))

    def ask(self, path: str, params: Mapping[str, str | int] | None = None) -> Reply:
        """What stands at `path`, with what the answer's head says."""
        return self._again(lambda: self._ask(path, params))

    def _ask(self, path: str, params: Mapping[str, str | int] | None) -> Reply:
        return self._exchange(self._http.build_request("GET", path, params=params), changes=False)

    def _again(self, read: Callable[[], T]) -> T:
        """What `read` returns, tried again on a bad line. A request that took long is not: others wait for it."""
        until = time.monotonic() + _BRIEFLY
        for pause in range(1, self._tries):
            try:
                return read()
            except errors.TooOften as error:
                if (error.wait or 0) > _BRIEFLY:
                    raise
                time.sleep(error.wait or 0)
            except (errors.ServerFault, errors.NoAnswer, errors.TokenRefused) as error:
                over = isinstance(error, errors.TooLarge | errors.Redirected) or time.monotonic() > until
                if over or (isinstance(error, errors.TokenRefused) and pause > 1):
                    raise
            time.sleep(random.uniform(0.5, 1.5) * _PAUSE * pause)  # noqa: S311  # no secret depends on it
        return read()

    def read(self, reply: Reply, kind: type[T]) -> T:
        """The body as `kind`. RT writes a number as text or not as it likes: both are read."""
        try:
            return msgspec.json.decode(reply.body, type=kind, strict=False)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            problem = self._clean(str(error))
        raise errors.Malformed(self.host, reply.status, problem, doubtful=False)

    def search(self, path: str, kind: type[T], form: Mapping[str, str | int]) -> T:
        """The answer to a search by RT's query language. A form has no limit on its length, an address has."""
        return self._again(
            lambda: self.read(
                self._exchange(self._http.build_request("POST", path, data=form), changes=False), kind
            )
        )

    def select(
        self,
        path: str,
        kind: type[T],
        limits: Sequence[Mapping[str, object]],
        params: Mapping[str, str | int],
    ) -> T:
        """The answer to a search by JSON conditions."""

        def select() -> T:
            request = self._http.build_request("POST", path, json=limits, params=params)
            return self.read(self._exchange(request, changes=False), kind)

        return self._again(select)

    def post(self, path: str, values: Mapping[str, object], files: Sequence[Upload] = ()) -> Reply:
        """Create something. Raises `EmptyFile` before anything is sent."""
        if not files:
            return self._exchange(self._http.build_request("POST", path, json=values), changes=True)
        for file in files:
            if not file.data:
                raise errors.EmptyFile(self.host, file.name)
        # Not in JSON: RT fails on a file there whose name is not ASCII.
        request = self._http.build_request(
            "POST",
            path,
            data={"JSON": msgspec.json.encode(values).decode()},
            files=[("Attachments", (file_name(file.name), file.data, file.media_type)) for file in files],
        )
        return self._exchange(request, changes=True)

    def put(self, path: str, values: Mapping[str, object], if_match: int | None = None) -> Reply:
        """Change something; with `if_match`, a transaction's id, only if there is no newer one: else `Changed`."""
        headers = {} if if_match is None else {"If-Match": f'"{if_match}"'}
        return self._exchange(
            self._http.build_request("PUT", path, json=values, headers=headers), changes=True
        )

    def _exchange(self, request: httpx.Request, *, changes: bool) -> Reply:
        """Send a request and read the answer in full. Raises any `RtError` of an exchange."""
        response = self._sent(request, changes)
        if isinstance(response, errors.Unreachable):
            # Not raised where it was caught: an exception in the chain would carry the request, and with it the token.
            raise response
        body, trouble = self._body(response)
        path = request.url.path.removeprefix(f"{urlsplit(self.url).path}{_API}")
        self._check(response, body, trouble, path, changes)
        date = head.date(response.headers.get("date", ""))
        if date is not None:
            self._told = date, time.monotonic()
        etag, location = head.etag(response.headers.get("etag", "")), response.headers.get("location", "")
        return Reply(response.status_code, body, etag, location, date)

    def _sent(self, request: httpx.Request, changes: bool) -> httpx.Response | errors.Unreachable:
        try:
            return self._http.send(request, stream=True)
        except httpx.HTTPError as error:
            return self._unreachable(error, changes)
        except RuntimeError:  # of httpx, for a client that was closed
            if not self._http.is_closed:
                raise
            return errors.NotReached(self.host, Told(N_("the desk was closed")))

    def _body(self, response: httpx.Response) -> tuple[bytes, type[errors.ServerFault] | None]:
        """What arrived of the answer, and what was wrong with it."""
        until = time.monotonic() + self.timeout * _PATIENCE
        body = bytearray()
        trouble: type[errors.ServerFault] | None = None
        try:
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > LIMIT:
                    trouble = errors.TooLarge
                    break
                if time.monotonic() > until:
                    trouble = errors.Cut
                    break
        except httpx.HTTPError:
            trouble = errors.Cut
        finally:
            response.close()
        return bytes(body), trouble

    def _check(
        self,
        response: httpx.Response,
        body: bytes,
        trouble: type[errors.ServerFault] | None,
        path: str,
        changes: bool,
    ) -> None:
        """Raise what the status says, then what is wrong with the body: a refusal holds however it arrived."""
        status = response.status_code
        message = self._clean(_message(body) or response.reason_phrase)
        wait = head.wait(response.headers)
        match status:
            case 401:
                raise errors.TokenRefused(self.host, message)
            case 403:
                raise errors.Denied(self.host, message)
            case 404:
                raise errors.Missing(self.host, path)
            case 412:
                raise errors.Changed(self.host, message)
            case 429:
                raise errors.TooOften(self.host, wait)
            case 408:
                raise errors.ServerFault(self.host, status, message, doubtful=changes)
        if 300 <= status < 400:
            there = self._clean(without_secrets(response.headers.get("location", "")))
            raise errors.Redirected(self.host, status, there, doubtful=changes)
        if 400 <= status < 500:
            raise errors.Refused(self.host, message)
        if status >= 500:
            raise errors.ServerFault(self.host, status, message, doubtful=changes, wait=wait)
        if trouble is not None:
            raise trouble(self.host, status, f"{len(body)} B", doubtful=changes)
        media = response.headers.get("content-type", "")
        if body and "json" not in media:
            raise errors.Malformed(self.host, status, self._clean(media), doubtful=changes)

    def _unreachable(self, error: httpx.HTTPError, changes: bool) -> errors.Unreachable:
        """What a failed exchange means: did the request go out, and why did it fail."""
        causes = list(_causes(error))
        for cause in causes:
            if isinstance(cause, ssl.SSLCertVerificationError):
                return errors.Untrusted(self.host, Told(N_("{reason}"), {"reason": cause.verify_message}))
        reason = self._reason(error, causes)
        unsent = (
            httpx.ConnectError,
            httpx.ConnectTimeout,
            httpx.PoolTimeout,
            httpx.ProxyError,
            httpx.UnsupportedProtocol,
            httpx.LocalProtocolError,
        )
        if isinstance(error, unsent):
            return errors.NotReached(self.host, reason)
        return errors.NoAnswer(self.host, reason, doubtful=changes)

    def _reason(self, error: httpx.HTTPError, causes: Sequence[BaseException]) -> Told:
        if isinstance(error, httpx.PoolTimeout):
            return Told(N_("too many requests wait for their turn"))
        if isinstance(error, httpx.TimeoutException):
            return Told(N_("nothing came for {seconds} seconds"), {"seconds": f"{self.timeout:.0f}"})
        for cause in causes:
            if isinstance(cause, socket.gaierror):
                return Told(N_("nobody knows this name"))
            if isinstance(cause, ssl.SSLError):
                return Told(
                    N_("a secure connection can't be made ({reason})"),
                    {"reason": getattr(cause, "reason", None) or "TLS"},
                )
            if isinstance(cause, OSError) and cause.errno in _REASONS:
                return Told(_REASONS[cause.errno])
        return Told(N_("the connection broke"))

    def _clean(self, text: str) -> str:
        """What a server says, of bounded length; one that repeats our own words must not repeat the token."""
        return text.replace(self._token, "***").strip()[:_MESSAGE_LIMIT]


def file_name(name: str) -> str:
    """A file's name as it is sent: what would be mistaken for a part of the header, or of a path, becomes `_`."""
    return re.sub(r'[\x00-\x1f\x7f"\\/]', "_", name).encode(errors="replace").decode() or "file"


def _causes(error: BaseException) -> list[BaseException]:
    """The error and what it came from, the nearest first."""
    found: list[BaseException] = []
    here: BaseException | None = error
    while here is not None and here not in found:
        found.append(here)
        here = here.__cause__ or here.__context__
    return found


class _Complaint(msgspec.Struct):
    message: str


def _message(body: bytes) -> str:
    """What the body of a failure says; empty if it is no JSON of RT."""
    try:
        return msgspec.json.decode(body, type=_Complaint).message
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return ""
