"""The HTTP client without a server: addresses, tokens, and what every kind of answer is told as."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import msgspec
import pytest

from agent_tui.desk.connecting import backend_of
from agent_tui.domain.messages import Told
from agent_tui.store.remotes import Connected
from agent_tui.sync.backends.base import Upload
from agent_tui.sync.backends.rt import errors, http
from agent_tui.sync.backends.rt.address import checked_address
from agent_tui.sync.backends.rt.http import Client, file_name

TOKEN = "1-28-0123456789abcdef0123456789abcdef"
Handler = Callable[[httpx.Request], httpx.Response]


def client(handler: Handler, token: str = TOKEN) -> Client:
    return Client("https://rt.example.com/desk", token, transport=httpx.MockTransport(handler))


def answering(status: int, body: bytes | str = b"", **headers: str) -> Client:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client(lambda _: httpx.Response(status, content=body, headers=named))


JSON = "application/json"


# Addresses and tokens


@pytest.mark.parametrize(
    ("given", "used", "local"),
    [
        ("https://rt.example.com", "https://rt.example.com", False),
        ("https://rt.example.com/", "https://rt.example.com", False),
        ("https://rt.example.com/desk/REST/2.0/", "https://rt.example.com/desk", False),
        ("https://rt.example.com:8443", "https://rt.example.com:8443", False),
        ("http://localhost:8080", "http://localhost:8080", True),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080", True),
        ("http://[::1]:8080", "http://[::1]:8080", True),
        ("https://例え.jp/rt", "https://例え.jp/rt", False),
    ],
)
def test_addresses(given: str, used: str, local: bool) -> None:
    assert checked_address(given) == (used, local)


@pytest.mark.parametrize(
    "given",
    [
        "",
        "rt.example.com",
        "ftp://rt.example.com",
        "https://",
        "https://rt.example.com:notaport",
        "https://rt.example.com:0",
        "https://rt example.com",
        "https://rt.example.com/?token=1",
        "https://rt.example.com/#x",
        "http://rt.example.com",
        "http://127.0.0.1.example.com",
        "http://[::1",
        "https://rt..example.com",
        f"https://{'a' * 64}.example.com",
        "https://xn--a.com",
        "https://٣.com",
        "https://rt.example.com/\x01",
    ],
)
def test_addresses_that_are_none(given: str) -> None:
    with pytest.raises(errors.BadAddress):
        checked_address(given)


def test_plain_http_beyond_this_machine_only_when_told() -> None:
    assert checked_address("http://rt.example.com", allow_plain=True) == ("http://rt.example.com", False)


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(errors.BadAddress) as caught:
        checked_address("https://alice:hunter2@rt.example.com/?token=hunter3")
    assert "hunter" not in str(caught.value)
    assert "hunter" not in repr(caught.value.details)


@pytest.mark.parametrize("token", ["", "  ", "two words", "line\nline", "ключ", "x" * 300])
def test_a_token_that_cannot_be_sent_is_refused_and_not_repeated(token: str) -> None:
    with pytest.raises(errors.BadToken) as caught:
        Client("https://rt.example.com", token)
    assert not token.strip() or token not in str(caught.value)


def test_a_token_is_sent_without_the_blanks_around_it() -> None:
    seen: list[str] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["authorization"])
        return httpx.Response(200, json={})

    client(handle, f" {TOKEN}\n").ask("/rt")
    assert seen == [f"token {TOKEN}"]


def test_the_users_id_stands_in_the_token() -> None:
    assert client(lambda _: httpx.Response(200)).user_id == 28
    assert client(lambda _: httpx.Response(200), "another-form").user_id is None


def test_certificates_of_a_company(tmp_path: Path) -> None:
    missing, garbage = tmp_path / "missing.pem", tmp_path / "garbage.pem"
    garbage.write_text("no certificate")
    for file in (missing, garbage):
        with pytest.raises(errors.BadAuthority, match=file.name):
            Client("https://rt.example.com", TOKEN, authority=file)


def test_limits_that_would_stall_the_server_are_refused() -> None:
    with pytest.raises(ValueError, match="15 s"):
        Client("https://rt.example.com", TOKEN, timeout=14)
    with pytest.raises(ValueError, match="15 s"):
        Client("https://rt.example.com", TOKEN, connections=0)


# What is sent


def test_requests_stand_alone_and_look_like_no_browser() -> None:
    seen: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={}, headers={"set-cookie": "RT_SID=stolen; Path=/"})

    with client(handle) as it:
        it.ask("/rt")
        it.ask("/rt")
    for request in seen:
        assert str(request.url) == "https://rt.example.com/desk/REST/2.0/rt"
        assert request.headers["user-agent"] == "agent_tui"
        assert request.headers["connection"] == "close"
        assert "cookie" not in request.headers


def test_a_change_names_what_it_was_made_on() -> None:
    seen: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=[])

    it = client(handle)
    it.put("/ticket/1", {"Subject": "第"}, 77)
    it.put("/ticket/1", {})
    assert seen[0].headers["if-match"] == '"77"'
    assert "if-match" not in seen[1].headers
    assert seen[0].content.decode() in ('{"Subject": "第"}', '{"Subject":"第"}')
    assert seen[1].content == b"{}"


def test_files_travel_beside_the_values() -> None:
    seen: list[bytes] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request.read())
        return httpx.Response(201, json=[])

    client(handle).post(
        "/ticket/1/correspond", {"Content": "第"}, [Upload('a"b\r\n/第.png', "image/png", b"\x89")]
    )
    assert '"Content":"第"'.encode() in seen[0]
    assert 'filename="a_b___第.png"'.encode() in seen[0]


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("plain.txt", "plain.txt"),
        ("", "file"),
        ("../x", ".._x"),
        ("a\\b", "a_b"),
        ("\ud800", "?"),
        ("é 第", "é 第"),
    ],
)
def test_names_of_files(given: str, sent: str) -> None:
    assert file_name(given) == sent


# What comes back


def test_an_answer() -> None:
    reply = answering(
        200, "{}", content_type=JSON, etag='"123"', location="/x/5", date="Sun, 22 Nov 2026 06:36:49 GMT"
    ).ask("/ticket/1")
    assert (reply.etag, reply.location) == (123, "/x/5")
    assert reply.date == datetime(2026, 11, 22, 6, 36, 49, tzinfo=UTC)


@pytest.mark.parametrize("date", ["", "yesterday", "Sun, 99 Nov 2026 06:36:49 GMT"])
def test_an_answer_without_a_date(date: str) -> None:
    assert answering(200, "{}", content_type=JSON, date=date, etag="odd").ask("/rt").date is None


@pytest.mark.parametrize(
    ("status", "kind", "doubtful"),
    [
        (302, errors.Redirected, True),
        (400, errors.Refused, False),
        (401, errors.TokenRefused, False),
        (403, errors.Denied, False),
        (404, errors.Missing, False),
        (406, errors.Refused, False),
        (408, errors.ServerFault, True),
        (412, errors.Changed, False),
        (415, errors.Refused, False),
        (429, errors.TooOften, False),
        (500, errors.ServerFault, True),
        (501, errors.ServerFault, True),
        (502, errors.ServerFault, True),
        (503, errors.ServerFault, True),
    ],
)
@pytest.mark.parametrize(
    "body", [b'{"message": "why"}', b"<h1>why</h1>", b"", b'{"message": 1}', b"[" * 100_000]
)
def test_statuses(status: int, kind: type[errors.RtError], doubtful: bool, body: bytes) -> None:
    it = answering(status, body, content_type="text/html")
    with pytest.raises(kind) as caught:
        it.put("/ticket/1", {})
    assert type(caught.value) is kind
    assert caught.value.doubtful is doubtful
    with pytest.raises(kind) as read:
        it.ask("/ticket/1")
    assert not read.value.doubtful


def test_what_the_server_says_is_told_but_not_at_any_length() -> None:
    with pytest.raises(errors.Refused, match="wrong query") as caught:
        answering(400, msgspec.json.encode({"message": "wrong query " + "x" * 9999}), content_type=JSON).ask(
            "/t"
        )
    assert len(str(caught.value)) < 400


def test_a_server_that_repeats_the_token_is_not_repeated() -> None:
    said = msgspec.json.encode({"message": f"bad header: token {TOKEN}"})
    with pytest.raises(errors.Refused) as caught:
        answering(400, said, content_type=JSON).ask("/rt")
    assert TOKEN not in str(caught.value)
    with pytest.raises(errors.Redirected) as moved:
        answering(302, b"", location=f"https://x:{TOKEN}@y/{TOKEN}?{TOKEN}").ask("/rt")
    assert TOKEN not in str(moved.value)
    assert "https://y/" in str(moved.value)


@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        ("5", 5),
        ("99999999", 3600),
        ("", None),
        ("-1", None),
        ("soon", None),
        ("Sun, 22 Nov 2026 06:37:49 GMT", 60),
        ("Sun, 22 Nov 2020 06:37:49 GMT", 0),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_pauses(status: int, asked: str, wait: int | None) -> None:
    it = answering(status, b"", retry_after=asked, date="Sun, 22 Nov 2026 06:36:49 GMT")
    with pytest.raises((errors.TooOften, errors.ServerFault)) as caught:
        it.ask("/rt")
    assert isinstance(caught.value, errors.TooOften | errors.ServerFault)
    assert caught.value.wait == wait


@pytest.mark.parametrize(
    ("body", "media"),
    [
        (b"<html>log in</html>", "text/html"),
        (b"{}", "text/plain"),
        (b"{", JSON),
        (b"", JSON),
        (b'{"Version": 5}', JSON),
        (b'{"Version": null}', JSON),
        (b'{"Version": "\xff"}', JSON),
        (b"[" * 100_000, JSON),
    ],
)
def test_a_good_status_with_a_bad_body(body: bytes, media: str) -> None:
    from agent_tui.sync.backends.rt.wire import About

    with pytest.raises(errors.Malformed) as caught:
        answering(200, body, content_type=media).get("/rt", About)
    assert not caught.value.doubtful


def test_a_web_page_instead_of_a_receipt_leaves_a_doubt() -> None:
    with pytest.raises(errors.Malformed) as caught:
        answering(200, b"<html>", content_type="text/html").post("/ticket", {})
    assert caught.value.doubtful


def test_an_answer_that_is_too_large_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "LIMIT", 1000)
    read: list[int] = []

    def endless() -> Iterator[bytes]:
        for number in range(1_000_000):
            read.append(number)
            yield b"x" * 100

    it = client(lambda _: httpx.Response(200, content=endless(), headers={"content-type": JSON}))
    with pytest.raises(errors.TooLarge) as caught:
        it.post("/ticket", {})
    assert caught.value.doubtful
    assert len(read) < 20


def test_an_answer_that_trickles_for_ever_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter(range(0, 10_000_000, 100))
    monkeypatch.setattr(http.time, "monotonic", lambda: next(now))

    def trickle() -> Iterator[bytes]:
        while True:
            yield b" "

    it = client(lambda _: httpx.Response(200, content=trickle(), headers={"content-type": JSON}))
    with pytest.raises(errors.Cut):
        it.ask("/rt")


def test_an_answer_that_breaks_off() -> None:
    def broken() -> Iterator[bytes]:
        yield b'{"a":'
        raise httpx.ReadError("gone")

    it = client(lambda _: httpx.Response(201, content=broken(), headers={"content-type": JSON}))
    with pytest.raises(errors.Cut) as caught:
        it.post("/ticket", {})
    assert caught.value.doubtful
    it = client(lambda _: httpx.Response(403, content=broken()))
    with pytest.raises(errors.Denied):
        it.post("/ticket", {})


# When no answer comes


def failing(error: Exception, cause: BaseException | None = None) -> Client:
    def handle(_request: httpx.Request) -> httpx.Response:
        raise error from cause

    return client(handle)


BEFORE = [
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.LocalProtocolError,
]
AFTER = [httpx.ReadError, httpx.ReadTimeout, httpx.WriteError, httpx.WriteTimeout, httpx.RemoteProtocolError]


@pytest.mark.parametrize("error", BEFORE)
def test_a_request_that_never_went_out_is_not_doubtful(error: type[httpx.RequestError]) -> None:
    with pytest.raises(errors.NotReached) as caught:
        failing(error(f"token {TOKEN}")).post("/ticket", {})
    assert not caught.value.doubtful
    assert TOKEN not in str(caught.value)
    assert caught.value.__context__ is None


@pytest.mark.parametrize("error", AFTER)
def test_a_request_that_may_have_arrived_is_doubtful_if_it_changes_something(
    error: type[httpx.RequestError],
) -> None:
    with pytest.raises(errors.NoAnswer) as caught:
        failing(error("x")).put("/ticket/1", {})
    assert caught.value.doubtful
    assert caught.value.__context__ is None
    for read in (
        lambda it: it.ask("/rt"),
        lambda it: it.search("/tickets", dict, {}),
        lambda it: it.select("/a", dict, [], {}),
    ):
        with pytest.raises(errors.NoAnswer) as again:
            read(failing(error("x")))
        assert not again.value.doubtful


def test_why_a_server_cannot_be_reached() -> None:
    reasons = {
        "connection was refused": ConnectionRefusedError(111, "x"),
        "nobody knows this name": __import__("socket").gaierror(-2, "x"),
        "no way to it": OSError(113, "x"),
        "connection broke": OSError(5, "x"),
        "secure connection": ssl.SSLError(1, "x"),
    }
    for text, cause in reasons.items():
        with pytest.raises(errors.NotReached, match=text) as caught:
            failing(httpx.ConnectError("x"), cause).ask("/rt")
        assert isinstance(caught.value.details["reason"], Told)
    with pytest.raises(errors.NoAnswer, match="30 seconds"):
        failing(httpx.ReadTimeout("x")).ask("/rt")
    with pytest.raises(errors.NotReached, match="their turn"):
        failing(httpx.PoolTimeout("x")).ask("/rt")


def test_a_certificate_that_is_not_trusted() -> None:
    cause = ssl.SSLCertVerificationError(1, "x")
    cause.verify_message = "self-signed certificate"
    with pytest.raises(errors.Untrusted, match="self-signed certificate") as caught:
        failing(httpx.ConnectError("x"), cause).post("/ticket", {})
    assert not caught.value.doubtful


def test_the_token_is_in_no_repr_and_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    it = answering(200, "{}", content_type=JSON)
    it.ask("/rt")
    assert TOKEN not in repr(it)
    assert not [record for record in caplog.records if TOKEN in repr(record.__dict__)]


def test_every_error_has_a_sentence_with_its_details() -> None:
    waiting = [errors.RtError]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        assert kind.text.endswith((".", "{message}", "{reason}")), kind
        assert kind.__doc__


@pytest.mark.parametrize(
    ("account", "token", "used"),
    [
        (22, f"1-22-{'a' * 32}", True),
        (22, f"1-23-{'a' * 32}", False),
        (22, "of-another-form", True),
        (0, f"1-23-{'a' * 32}", True),
    ],
)
def test_the_token_of_somebody_else_is_not_used(account: int, token: str, used: bool) -> None:
    """One left in the environment, say: replies would go out in that one's name."""
    connected = Connected("rt", "https://rt.example.com", "alice", account=account)
    if used:
        backend_of(connected, token).close()
        return
    with pytest.raises(errors.NotYourToken) as caught:
        backend_of(connected, token)
    assert "alice" in str(caught.value)
    assert token not in repr(caught.value.details)
