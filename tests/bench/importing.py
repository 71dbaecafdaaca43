"""Bringing in a mail folder: the whole way into the store, reading alone, and bare `mailbox` + `email`."""

from __future__ import annotations

import mailbox
import shutil
import tempfile
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path

from agent_tui.desk.receive import Receiver
from agent_tui.intake import read
from tests.bench import data
from tests.bench.measure import Line, of_pairs, paired, processes

_OWN = ("support@shop.example",)
_BARE = "bare mailbox + email"


def bench(folder: Path, mails: int, memory_at: Sequence[int], rounds: int) -> Iterator[Line]:
    """The rates of `mails` mails, realistic and tiny; then whole processes, for their memory."""
    for kind in ("real", "tiny"):
        path = data.mailbox(folder, kind, mails)
        ours, theirs = paired(lambda: bring_in(path), lambda: bare(path), rounds)  # noqa: B023
        yield Line(f"import {mails:,} {kind} mails", ours, _BARE, theirs, of_pairs(ours, theirs))
        ours, theirs = paired(lambda: _exhaust(path), lambda: bare(path), rounds)  # noqa: B023
        yield Line(f"reading {mails:,} {kind} mails, no store", ours, _BARE, theirs, of_pairs(ours, theirs))
    script = str(Path(__file__).with_name("raw_mail.py"))
    for count in memory_at:
        path = data.mailbox(folder, "real", count)
        with tempfile.TemporaryDirectory(dir=folder) as home:
            command = ("-m", "agent_tui", "import", str(path), "--own", _OWN[0])
            ours, theirs, memory = processes(command, (script, str(path)), data.environment(Path(home)), 1)
        yield Line(
            f"process: import {count:,} real mails", ours, f"process: {_BARE}", theirs,
            of_pairs(ours, theirs), None, memory,
        )  # fmt: skip


def bring_in(path: Path) -> None:
    """The mails of `path` into a new store, which is thrown away."""
    home = Path(tempfile.mkdtemp(dir=path.parent))
    desk = data.desk_at(home)
    try:
        Receiver(desk, data.NOW).take_in(read(path, own=_OWN), lambda report: None)
    finally:
        desk.close()
        shutil.rmtree(home)


def bare(path: Path) -> int:
    """Every text of every mail decoded, and nothing done with it; how many characters there were."""
    box = mailbox.mbox(path)
    characters = 0
    for message in box:
        for part in message.walk():
            content = part.get_payload(decode=True)
            if isinstance(content, bytes) and part.get_content_maintype() == "text":
                characters += len(content.decode(part.get_content_charset("utf-8"), "replace"))
    box.close()
    return characters


def _exhaust(path: Path) -> None:
    deque(read(path, own=_OWN), maxlen=0)
