"""A real Request Tracker for the tests: started once for all workers of a test run, stopped by the last of them."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from agent_tui.sync.backends.rt.initialdata import initialdata

SCRIPTS = Path(__file__).parent / "rt"
PATIENCE = 900  # seconds; the first start of all installs packages
CANNOT_INSTALL = 3  # how start-rt.sh says that packages are missing and it may not install them


class NoServer(Exception):
    """Request Tracker can't run here; the reason is the text."""


@dataclass(frozen=True)
class Rt:
    """A running Request Tracker with the queues Support, Complaints and Legal.

    alice, bob and mei work the first two; eve answers in Support alone; nobody but root sees Legal.
    """

    port: int
    state: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def token(self, user: str) -> str:
        return (self.state / f"token-{user}").read_text()

    def mail(self, message: bytes, queue: str = "Support") -> None:
        """A customer's mail arrives, as the mail server would hand it over."""
        parts = {
            "queue": (None, queue.encode()),
            "action": (None, b"correspond"),
            "message": (None, message, "application/octet-stream"),
        }
        answer = httpx.post(f"{self.url}/REST/1.0/NoAuth/mail-gateway", files=parts, timeout=60)
        assert answer.text.strip() == "ok", answer.text

    def insert(self, data: str) -> subprocess.CompletedProcess[str]:
        """Run RT's own tool with an initialdata file, as an administrator does."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "initialdata"
            file.write_text(data, encoding="utf-8")
            Path(folder).chmod(0o755)
            as_server = []
            if os.geteuid() == 0:
                as_server = ["setpriv", "--reuid=www-data", "--regid=www-data", "--clear-groups", "--"]
            tool = [
                "rt-setup-database-5",
                "--action",
                "insert",
                "--datafile",
                str(file),
                "--dba-password",
                "",
            ]
            return subprocess.run(
                [*as_server, *tool],
                env=_environment()
                | {"RT_SITE_CONFIG": f"{self.state}/RT_SiteConfig.pm", "RT_SITE_CONFIG_DIR": folder},
                capture_output=True,
                text=True,
                timeout=120,
                cwd=self.state,
            )


@contextmanager
def shared(folder: Path, name: str, *, mail: bool) -> Iterator[Rt]:
    """The server `name` of this test run, whose workers share `folder`. Raises `NoServer`."""
    record = folder / f"{name}.json"
    with _locked(folder / f"{name}.lock"):
        users, port, state = json.loads(record.read_text()) if record.exists() else (0, 0, "")
        rt = Rt(port, Path(state)) if users else _start(mail=mail)
        record.write_text(json.dumps([users + 1, rt.port, str(rt.state)]))
    try:
        yield rt
    finally:
        with _locked(folder / f"{name}.lock"):
            users, *_ = json.loads(record.read_text())
            record.write_text(json.dumps([users - 1, rt.port, str(rt.state)]))
            if users == 1:
                _stop(rt)


def _start(*, mail: bool) -> Rt:
    if shutil.which("dpkg-query") is None:
        raise NoServer("Request Tracker is installed from Debian's packages, and this is no Debian")
    # Not in pytest's own folder: the server runs under another account, which can't enter that.
    rt = Rt(_free_port(), Path(tempfile.mkdtemp(prefix="agent-tui-rt-")))
    data = rt.state.with_suffix(".initialdata")
    data.write_text(initialdata(), encoding="utf-8")
    try:
        done = subprocess.run(
            [SCRIPTS / "start-rt.sh", str(rt.port)],
            env=_environment()
            | {"RT_STATE": str(rt.state), "RT_MAIL": str(int(mail)), "RT_INITIALDATA": str(data)}
            | {name: value for name, value in os.environ.items() if name in ("RT_DB", "RT_WORKERS")},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            timeout=PATIENCE,
        )
    finally:
        data.unlink()
    if done.returncode:
        _stop(rt)
        problem = NoServer if done.returncode == CANNOT_INSTALL else RuntimeError
        raise problem(f"start-rt.sh: {done.stderr.strip()}")
    return rt


def _stop(rt: Rt) -> None:
    subprocess.run(
        [SCRIPTS / "stop-rt.sh", str(rt.port)],
        env=_environment() | {"RT_STATE": str(rt.state), "RT_WIPE": "1"},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    shutil.rmtree(rt.state, ignore_errors=True)


def _environment() -> dict[str, str]:
    """The little that the scripts need: nothing of the tests' own settings."""
    kept = ("PATH", "TMPDIR", "DEBIAN_FRONTEND", "http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY")
    found = {name: os.environ[name] for name in kept if name in os.environ}
    found["PATH"] = f"{found.get('PATH', '/usr/bin:/bin')}:/usr/sbin:/sbin"
    return found | {"LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": "/nonexistent"}


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    with file.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
