"""A stand-in for DeepL's service, spoken to over HTTP by its own library."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest

from agent_tui.translation.deepl import ADDRESS, KEY


class Served:
    """What DeepL's documented interface answers, and what it was asked. `{}` in `says` stands for the first cut."""

    def __init__(self) -> None:
        self.asked: list[dict[str, list[str]]] = []
        self.keys: list[str] = []
        self.code = 200
        self.answer = '{"message": "Value for \'target_lang\' not supported."}'
        self.says = "Ihre Adresse &amp; Name: {}"


@contextmanager
def serving(monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """The service on this machine, with a key for it in the environment."""
    found = Served()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            fields = json.loads(raw) if "json" in self.headers["Content-Type"] else parse_qs(raw.decode())
            found.asked.append(fields)
            found.keys.append(self.headers["Authorization"])
            text = fields["text"][0]
            tag = text[text.find("<x") : text.find("/>") + 2] if "<x" in text else ""
            made = {
                "translations": [
                    {"detected_source_language": "EN", "text": found.says.format(tag), "billed_characters": 9}
                ],
            }
            body = (json.dumps(made) if found.code == 200 else found.answer).encode()
            self.send_response(found.code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv(KEY, "key-of-the-company")
    monkeypatch.setenv(ADDRESS, f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setattr("deepl.http_client.max_network_retries", 0)
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
