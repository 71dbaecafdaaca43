"""Checks of what a person gives to connect: the address, the token, a company's own certificates."""

from __future__ import annotations

import ipaddress
import re
import ssl
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from agent_tui.domain.messages import N_, Told
from agent_tui.sync.backends.rt import errors

_TOKEN = re.compile(r"[!-~]{1,256}")


def checked_address(url: str, *, allow_plain: bool = False) -> tuple[str, bool]:
    """`url` without `/REST/2.0` and slashes at its end, and whether it is on this machine. Raises `BadAddress`."""
    shown = without_secrets(url)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    possible = re.fullmatch(r"[\w.:%-]+", host) and port != 0 and _can_be_asked(url)
    if parts.scheme not in ("http", "https") or not possible:
        raise errors.BadAddress(shown, Told(N_("it should look like https://rt.example.com.")))
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise errors.BadAddress(
            shown, Told(N_("it must not have a name, a password, “?” or “#” in it. The token is asked for."))
        )
    local = _is_loopback(host)
    if parts.scheme == "http" and not local and not allow_plain:
        raise errors.BadAddress(
            shown, Told(N_("everybody on the way could read the token and the mail. Use https://."))
        )
    path = parts.path.rstrip("/").removesuffix("/REST/2.0").rstrip("/")
    return f"{parts.scheme}://{parts.netloc.lower()}{path}", local


def _can_be_asked(url: str) -> bool:
    """Whether a request can be sent there at all: with two dots in a row, say, nobody even looks the name up."""
    try:
        found = httpx.URL(url)
        return bool(found.host and found.raw_host.decode().encode("idna"))
    except (httpx.InvalidURL, UnicodeError):
        return False


def checked_token(token: str) -> str:
    """The token as it is sent. Raises `BadToken`; an HTTP library would name it in its complaint."""
    token = token.strip()
    if not _TOKEN.fullmatch(token):
        raise errors.BadToken
    return token


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def without_secrets(url: str) -> str:
    """An address to show: without the user's name, password and query, which may hold secrets."""
    return re.sub(r"[?#].*", "", re.sub(r"(?<=//)[^/]*@", "", url), flags=re.DOTALL)


def trust(authority: Path | None) -> ssl.SSLContext:
    """Whom to trust: the public authorities, this machine's, and those in the PEM file. Raises `BadAuthority`."""
    context = httpx.create_ssl_context()
    context.load_default_certs()  # httpx knows the public ones alone, companies add theirs to the machine
    if authority is None:
        return context
    try:
        context.load_verify_locations(cafile=authority)
    except ssl.SSLError:
        reason = Told(N_("there is no certificate in it"))
    except OSError as error:
        reason = Told(N_("{reason}"), {"reason": error.strerror or type(error).__name__})
    else:
        return context
    raise errors.BadAuthority(str(authority), reason)
