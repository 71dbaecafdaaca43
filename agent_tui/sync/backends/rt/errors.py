"""What can go wrong between agent_tui and a Request Tracker: one small hierarchy.

Every error says what happened and what the user can do. `text` is the English sentence with named fields, `details`
are their values: a face translates the one and fills in the other. No detail ever holds the token.

`doubtful` says whether the server may have done what was asked although this error came back: look before sending
again. An error of a request that only reads is never doubtful.
"""

from __future__ import annotations

from agent_tui.domain.messages import N_, Told
from agent_tui.sync.backends.base import BackendError, Scope


class RtError(BackendError):
    """Something that can't be done with the server. Subclasses say what; `str()` is the English sentence."""

    text = N_("Request Tracker at {host} can't be used.")


class BadAddress(RtError):
    """The address can't be that of a server, or would send the token over the network in the clear."""

    scope = Scope.ACCESS
    text = N_("{url} can't be used as the address of Request Tracker: {reason}")

    def __init__(self, url: str, reason: Told) -> None:
        super().__init__(url=url, reason=reason)


class BadToken(RtError):
    """The token is empty or has characters that can't be sent; what it is stays untold."""

    scope = Scope.ACCESS
    text = N_(
        "The token is empty or was copied wrongly. Copy it again from Request Tracker: Settings › Auth Tokens."
    )


class NotYourToken(RtError):
    """The token is another user's than the one for whom the profile is connected: nothing is sent in that name."""

    scope = Scope.ACCESS
    text = N_(
        "The token is not that of {login}, for whom this profile is connected. Check AGENT_TUI_TOKEN, or connect again."
    )

    def __init__(self, login: str) -> None:
        super().__init__(login=login)


class BadAuthority(RtError):
    """The file with the certificate of a company's own authority can't be used."""

    scope = Scope.ACCESS
    text = N_("The certificates in {path} can't be used: {reason}. Give a file in PEM format.")

    def __init__(self, path: str, reason: Told) -> None:
        super().__init__(path=path, reason=reason)


class Unreachable(RtError):
    """No answer came. `NotReached` and `NoAnswer` say whether the request went out."""

    text = N_("{host} can't be reached: {reason}. Work goes on here and is sent later.")

    def __init__(self, host: str, reason: Told, *, doubtful: bool) -> None:
        super().__init__(host=host, reason=reason, doubtful=doubtful)


class NotReached(Unreachable):
    """The request never went out: the server has certainly not acted on it."""

    def __init__(self, host: str, reason: Told) -> None:
        super().__init__(host, reason, doubtful=False)


class Untrusted(NotReached):
    """The server's certificate can't be verified, so nothing was sent."""

    scope = Scope.ACCESS
    text = N_(
        "{host} can't prove that it is {host}: {reason}. Nothing was sent. If your company signs its certificates "
        "itself, give the file with its authority; otherwise ask the administrator."
    )


class NoAnswer(Unreachable):
    """The request went out and the connection ended before an answer began: the server may have acted on it."""

    busy = True
    text = N_("{host} does not answer: {reason}. Work goes on here and is sent later.")


class Denied(RtError):
    """The server knows who asks and does not allow it (403)."""

    scope = Scope.ACTION
    text = N_("{host} does not allow this: {message}. Ask the administrator for the right.")

    def __init__(self, host: str, message: str) -> None:
        super().__init__(host=host, message=message)


class TokenRefused(Denied):
    """The server does not accept the token (401): expired, revoked, or of another server."""

    scope = Scope.ACCESS
    text = N_(
        "{host} does not accept the token: it expired or was revoked. Make a new one and connect again."
    )


class Missing(RtError):
    """What was asked for is not there (404)."""

    scope = Scope.ACTION
    text = N_("{what} is not there on {host}.")

    def __init__(self, host: str, what: str) -> None:
        super().__init__(host=host, what=what)


class Refused(RtError):
    """The server read the request and refused it (4xx): sending it again unchanged is of no use."""

    scope = Scope.ACTION
    text = N_("{host} refused it: {message}")

    def __init__(self, host: str, message: str) -> None:
        super().__init__(host=host, message=message)


class Changed(Refused):
    """The ticket is not as it was when it was last read (412): nothing was done."""

    text = N_("The ticket was changed on {host} meanwhile. Nothing was sent.")


class EmptyFile(Refused):
    """Request Tracker takes no file of zero bytes, and refuses the whole message with it."""

    text = N_("{message} is empty, and {host} takes no empty files. Leave it out.")


class TooOften(RtError):
    """The server asks for a pause (429); `wait` is its length in seconds if it was told."""

    text = N_("{host} asks for a pause. It goes on by itself.")

    def __init__(self, host: str, wait: int | None) -> None:
        super().__init__(host=host)
        self.wait = wait


class ServerFault(RtError):
    """The server failed, or what came is no answer of Request Tracker. `status` is that of HTTP."""

    text = N_("{host} failed ({status}: {message}). It is tried again; if it stays, tell the administrator.")

    def __init__(
        self, host: str, status: int, message: str, *, doubtful: bool, wait: int | None = None
    ) -> None:
        super().__init__(host=host, status=status, message=message, doubtful=doubtful)
        self.status = status
        self.wait = wait  # seconds, if the server told how long it will be away


class Malformed(ServerFault):
    """The answer is not what Request Tracker's REST2 says: a web page of a proxy, say."""

    text = N_(
        "The answer of {host} is not one of Request Tracker ({status}: {message}). Check the address, and whether "
        "a proxy or a login page stands in between."
    )


class Cut(ServerFault):
    """The answer began and did not arrive in full."""

    text = N_("The answer of {host} broke off ({message}). It is tried again.")


class TooLarge(ServerFault):
    """The answer is larger than this client accepts."""

    scope = Scope.ACTION
    text = N_("The answer of {host} is too large ({message}).")


class Redirected(ServerFault):
    """The server names another address; nothing is sent there, least of all the token."""

    scope = Scope.ACCESS
    text = N_("{host} sends us on to {message}. If that is the right address, connect to it.")
