"""Certificates are verified; a company's own authority can be given."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from agent_tui.sync.backends.rt import errors
from agent_tui.sync.backends.rt.http import Client

pytestmark = pytest.mark.live

TOKEN = "1-28-0123456789abcdef0123456789abcdef"


def openssl(*words: str, folder: Path) -> None:
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("openssl is needed to make certificates")
    subprocess.run([program, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    """A company's own authority, with a certificate for localhost and one for elsewhere."""
    new = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    openssl(*new, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Company", folder=tmp_path)
    for name in ("localhost", "elsewhere.invalid"):
        signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-addext", f"subjectAltName=DNS:{name}"]
        usage = ["-addext", "basicConstraints=critical,CA:FALSE"]
        files = ["-keyout", f"{name}.key", "-out", f"{name}.pem", "-subj", f"/CN={name}"]
        openssl(*new, *files, *signed, *usage, folder=tmp_path)
    return tmp_path


class Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response_only(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def secure(folder: Path, name: str) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield f"https://localhost:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_a_companys_own_authority_is_trusted_when_given(authority: Path) -> None:
    with secure(authority, "localhost") as url:
        with Client(url, TOKEN, authority=authority / "ca.pem") as client:
            assert client.ask("/rt").status == 200
        with Client(url, TOKEN) as client, pytest.raises(errors.Untrusted) as caught:
            client.post("/ticket", {})
    assert not caught.value.doubtful


def test_a_certificate_for_another_name_is_not_trusted(authority: Path) -> None:
    with (
        secure(authority, "elsewhere.invalid") as url,
        Client(url, TOKEN, authority=authority / "ca.pem") as client,
        pytest.raises(errors.Untrusted),
    ):
        client.ask("/rt")


def test_a_server_that_speaks_no_tls(authority: Path) -> None:
    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.handle_request, daemon=True)
        thread.start()
        url = f"https://localhost:{server.server_address[1]}"
        with Client(url, TOKEN) as client, pytest.raises(errors.NotReached, match="secure connection"):
            client.ask("/rt")
        thread.join()
