"""Whatever strangers write, nothing but this program's own characters reaches the terminal."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from agent_tui.desk.contacts import FIELDS
from agent_tui.desk.forms import FORMS
from agent_tui.domain.text import is_safe
from tests.terminal.conftest import Seen, Terminal

PIECES = (
    "\x1b[31mred",
    "\x1b[2J\x1b[H",
    "\x1b]52;c;cm0gLXJmIC8=\x07",
    "\x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\",
    "\x1b]0;owned\x07",
    "\x1bc",
    "\x1bP+q\x1b\\",
    "\x9b2J",
    "\x9d52;c;eA==\x9c",
    "\x90q",
    "\x85",
    "\x7f",
    "\x08\x08",
    "\x07",
    "\x0c",
    "\x0e",
    "\r",
    "\t",
    "\u202eexe.fdp",
    "\u2066a\u2069",
    "\u061c",
    "\u200e",
    "a\u200bb\u2060c\ufeffd",
    "\u2028",
    "\u2029",
    "\u00ad",
    "\U000e0041\U000e0042\U000e007f",
    "\ufff9x\ufffa",
    "\ufffe",
    "Z" + "\u0300" * 50,
    "[/b]",
    "[@click=app.quit]x[/]",
    "%s %d %(a)s",
    "{0} {name} {",
    "$(reboot)",
    "`id`",
    "\u0600",
    "\u3164",
    "\u034f",
    "\u180e",
)
HOSTILE = " ".join(PIECES)
WITH_NUL = "\0" + HOSTILE + "\0"
LONG = "x" * 100_000

# The program's own line of progress, which it overwrites.
PROGRESS = re.compile("\r\x1b\\[K(?=[^\x1b\r\n]*)")


def assert_clean(seen: Seen) -> None:
    """No control but line ends, nothing invisible, nothing that turns the direction of writing."""
    text = PROGRESS.sub("", seen.text).replace("\r\n", "\n")
    found = [
        f"U+{ord(letter):04X}"
        for letter in text
        if (letter < " " and letter != "\n") or "\x7f" <= letter <= "\x9f"
    ]
    assert found == []
    assert not re.search(
        "[\u200b\u200e\u200f\u061c\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\U000e0000-\U000e0fff]",
        text,
    )
    assert is_safe(text)
    assert seen.code != 1, text  # a fault of this program
    assert seen.code != 99, text


@pytest.fixture
def ticket(terminal: Terminal) -> None:
    for name in ("one", "two"):
        words = ("--channel", "chat", "--subject", name, "--set", "name=N", "--set", "handle=@n")
        assert terminal("new", *words).code == 0


def given(folder: Path, fields: dict[str, str]) -> str:
    """A file with fields: arguments cannot hold NUL."""
    path = folder / "fields.json"
    path.write_text(json.dumps(fields))
    return str(path)


LOOKS = (
    ("tickets",),
    ("show", "1"),
    ("show", "1", "--full"),
    ("show", "2"),
    ("explain", "1"),
    ("journal",),
    ("journal", "1"),
    ("export",),
    ("export", "--format", "jsonl"),
    ("tickets", "--search", "red"),
    ("show", "1", "--json"),
    ("journal", "--json"),
    ("tickets", "--json"),
    ("doctor",),
    ("tickets", "--counts"),
    ("journal", "--verify"),
)


def look_around(terminal: Terminal) -> None:
    """Everything that shows tickets, in both languages and in a narrow and a wide terminal."""
    for number, words in enumerate(LOOKS):
        seen = terminal("--lang", ("en", "zh_CN")[number % 2], *words, columns=(40, 80, 200)[number % 3])
        assert_clean(seen)
        assert seen.code == 0
        if "--json" in words:
            assert seen.bytes.isascii()


VALID: dict[str, dict[str, str]] = {
    "classify": {"verified": "yes", "type": "other", "level": "1"},
    "reply": {"text": "x"},
    "note": {"text": "x"},
    "snooze": {"until": "2h"},
    "resolve": {"result": "r", "satisfaction": "satisfied", "summary": "s"},
    "reopen": {"reason": "x"},
    "link": {"other": "2"},
    "unlink": {"other": "2"},
    "merge": {"into": "2"},
}


@pytest.mark.parametrize("action", FORMS)
def test_every_field_of_an_action(terminal: Terminal, tmp_path: Path, ticket: None, action: str) -> None:
    if action in ("resolve", "reopen"):
        for before in ("classify", "reply", *(["resolve"] if action == "reopen" else [])):
            terminal("do", "1", before, "--set-from", given(tmp_path, VALID[before]))
    if action == "unlink":
        terminal("do", "1", "link", "--set", "other=2")
    for number, field in enumerate(FORMS[action].fields):
        for value in (WITH_NUL, LONG + HOSTILE):
            fields = VALID.get(action, {}) | {field.name: value}
            language = ("en", "zh_CN")[number % 2]
            seen = terminal("--lang", language, "do", "1", action, "--set-from", given(tmp_path, fields))
            assert_clean(seen)
            assert seen.code in (0, 2, 3)
    fields = {field.name: WITH_NUL for field in FORMS[action].fields}
    assert_clean(terminal("do", "1", action, "--set-from", given(tmp_path, fields)))
    outcome = {
        "text": HOSTILE,
        "outcome": "unsolved",
        "reason": HOSTILE,
        "follow_up": HOSTILE,
        "deadline": "2h",
    }
    if action == "reply":
        assert terminal("do", "1", "reply", "--set-from", given(tmp_path, outcome)).code == 0
    look_around(terminal)


def test_every_field_of_a_new_ticket(terminal: Terminal, tmp_path: Path) -> None:
    valid = {"channel": "chat", "subject": "x", "name": "N"}
    for field in FIELDS:
        for value in (WITH_NUL, LONG):
            assert_clean(terminal("new", "--set-from", given(tmp_path, valid | {field.name: value})))
    free = dict.fromkeys(("subject", "text", "name", "email", "phone", "handle"), WITH_NUL)
    assert terminal("new", "--set-from", given(tmp_path, valid | free)).code == 0
    look_around(terminal)


def test_every_argument(terminal: Terminal, ticket: None) -> None:
    word = HOSTILE
    raw = b"\xff\xfe\xe9 \x9b2J \xed\xa0\x80 " + HOSTILE.encode()
    for bad in (word, raw):
        for words in (
            (bad,),
            ("tickets", bad),
            ("tickets", "--view", bad),
            ("tickets", "--search", bad),
            ("tickets", "--limit", bad),
            ("show", bad),
            ("show", "1", bad),
            ("explain", bad),
            ("journal", bad),
            ("do", bad, "take"),
            ("do", "1", bad),
            ("do", "1", "note", "--set", bad),
            ("do", "1", "note", "--text", bad),
            ("do", "1", "tag", b"--set=add=" + raw),
            ("do", "1", "note", b"--set=" + raw + b"=x"),
            ("do", "1", "note", "--set-from", bad),
            ("new", "--channel", bad),
            ("new", "--subject", bad, "--channel", "chat", "--set", "name=x"),
            ("actions", bad),
            ("import", bad),
            ("import", "--own", bad, "nothing"),
            ("export", "--format", bad),
            ("export", "--view", bad),
            ("export", "--search", bad),
            ("export", "--output", bad),
            ("save", bad, "1"),
            ("save", "1", bad),
            ("save", "1", "1", "--output", bad),
            ("settings", bad),
            ("settings", "agent.name", bad),
            ("settings", "language", bad),
            ("settings", "time_zone", bad),
            ("settings", "profile", bad),
            ("settings", "own_addresses", bad),
            ("settings", "own_addresses", b"a@" + raw.replace(b" ", b"")),
            ("completion", bad),
            ("--profile", bad, "tickets"),
            ("--profile", bad, "locate"),
            ("--lang", bad, "tickets"),
            (b"--" + raw,),
            (b"--lang=" + raw, "tickets"),
            ("locate", bad),
            ("lock", bad),
            ("doctor", bad),
            ("sample", bad),
        ):
            seen = terminal(*words)
            assert_clean(seen)
            assert len(seen.text) < 30 * len(HOSTILE)
    look_around(terminal)


@pytest.mark.parametrize("name", PIECES)
def test_profile_names(terminal: Terminal, name: str) -> None:
    for words in (("locate",), ("tickets",), ("doctor",)):
        seen = terminal("--profile", "x" + name, *words)
        assert_clean(seen)


def test_settings_files(terminal: Terminal, home: Path) -> None:
    file = home / "config" / "settings.toml"
    file.parent.mkdir(parents=True)
    escaped = HOSTILE.encode("unicode_escape").decode().replace("\\x", "\\u00").replace('"', "")
    for content in (
        f'language = "{escaped}"',
        f'profile = "{escaped}"',
        f'time_zone = "{escaped}"',
        f'"{escaped}" = 1',
        f'[agent]\nname = "{escaped}"',
        f'own_addresses = ["{escaped}"]',
        HOSTILE,
        f"# {HOSTILE}",
        'agent = { "\\u001b[2J" = 1 }',
        "\x1b[2J = 1",
        'language = "\\u009b2J"',
    ):
        file.write_text(content)
        for words in (("settings",), ("tickets",), ("doctor",), ("settings", "language", "en")):
            assert_clean(terminal(*words))


def test_pack_files(terminal: Terminal, home: Path, ticket: None) -> None:
    folder = home / "config" / "packs" / "policy"
    folder.mkdir(parents=True)
    for name in ("types.toml", "levels.toml", "channels.toml", "clocks.toml"):
        for content in (
            HOSTILE,
            '[ "\\u001b[2J" ]\nname = { en = "\\u001b[31m\\u202e" }\n',
            '["x\\u009b2J"]\nrule = 1\n',
        ):
            (folder / name).write_text(content)
            for words in (("tickets",), ("show", "1"), ("doctor",)):
                assert_clean(terminal(*words))
        (folder / name).unlink()
    (folder / "\x1b[2J\u202e.toml").write_text("x")
    assert_clean(terminal("doctor"))


def mail(number: int, piece: str) -> bytes:
    """A mail with a hostile piece in every place, raw and encoded."""
    raw = piece.replace("\r", " ").encode()
    encoded = "=?utf-8?Q?" + "".join(f"={byte:02X}" for byte in piece.encode()) + "?="
    percent = "".join(f"%{byte:02X}" for byte in piece.encode())
    body = piece.encode("utf-8") + b"\n> " + raw + b"\n"
    return b"\n".join(
        [
            b"From MAILER Mon Nov 16 10:00:00 2026",
            b"From: " + encoded.encode() + b" <x%d@shop.example>" % number,
            b"Reply-To: " + raw + b" <x%d@shop.example>" % number,
            b"To: help@desk.example",
            b"Subject: " + raw + b" " + encoded.encode(),
            b"Date: Mon, 16 Nov 2026 10:00:00 +0000 (" + raw + b")",
            b"Message-ID: <" + raw.replace(b" ", b"") + b"%d@shop.example>" % number,
            b"In-Reply-To: <" + raw + b">",
            b"X-Mailer: " + raw,
            b"MIME-Version: 1.0",
            b'Content-Type: multipart/mixed; boundary="b"',
            b"",
            b"--b\nContent-Type: text/plain; charset=utf-8\n",
            body,
            b"--b\nContent-Type: text/html; charset=utf-8\n",
            b"<p title='" + raw + b"'>" + raw + b"</p>",
            b"--b\nContent-Type: text/"
            + raw
            + b"\nContent-Disposition: attachment; filename*=UTF-8''"
            + percent.encode(),
            b"",
            b"content",
            b'--b\nContent-Type: image/png; name="'
            + encoded.encode()
            + b'"\nContent-Disposition: attachment; filename="'
            + raw
            + b'"',
            b"",
            b"content",
            b"--b--\n",
        ]
    )


def test_mails(terminal: Terminal, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    box = folder / "\x1b[31m\u202e.mbox"
    pieces = [*PIECES, HOSTILE, "y " * 1000, "\0"]
    mails = [mail(number, piece) for number, piece in enumerate(pieces)]
    long = f"From: Long <long@shop.example>\nSubject: {LONG}\nMessage-ID: <long@shop.example>\n\n{LONG}\n> {LONG}\n"
    box.write_bytes(b"\n".join([*mails, b"From x Mon Nov 16 10:00:00 2026\n" + long.encode()]))
    (folder / "\x9b2J.eml").write_bytes(b"not a mail \x1b[2J")
    (folder / "z\x1b]0;x\x07.csv").write_text(HOSTILE)
    for target in (box, folder):
        seen = terminal("import", str(target))
        assert_clean(seen)
        assert seen.code == 0
    rows = json.loads(terminal("tickets", "--json").bytes)
    assert len(rows) >= len(pieces) - 3
    for row in rows:
        for words in (("show", str(row["id"])), ("show", str(row["id"]), "--full", "--lang", "zh_CN")):
            assert_clean(terminal(*words))
        assert_clean(terminal("save", str(row["id"]), "1"))
        assert_clean(terminal("save", str(row["id"]), "2"))
    look_around(terminal)


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_tables(terminal: Terminal, tmp_path: Path, kind: str) -> None:
    names = (
        "subject",
        "description",
        "requester",
        "email",
        "phone",
        "channel",
        "created at",
        "language",
        "country",
        "tags",
    )
    rows = [dict.fromkeys(names, HOSTILE.replace("\r", "")), dict.fromkeys(names, "y" * 100_000)]
    rows += [
        {"subject": "plain", "description": piece, "requester": piece, "email": f"q{n}@shop.example"}
        for n, piece in enumerate(PIECES)
    ]
    path = tmp_path / f"\x1b[2Jrows.{kind}"
    if kind == "jsonl":
        path.write_text("\n".join(map(json.dumps, rows)))
    else:
        import csv

        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, [*names, HOSTILE])
            writer.writeheader()
            writer.writerows(rows)
    seen = terminal("import", str(path))
    assert_clean(seen)
    assert seen.code == 0
    look_around(terminal)
    for row in json.loads(terminal("tickets", "--json").bytes):
        assert_clean(terminal("show", str(row["id"])))


def test_errors_of_a_key_file(terminal: Terminal, home: Path, ticket: None) -> None:
    key = home / "config" / "keys" / "default.key"
    key.write_text(HOSTILE)
    seen = terminal("tickets")
    assert_clean(seen)
    assert seen.code == 5


def test_a_home_with_a_hostile_name(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGENT_TUI_HOME", str(tmp_path / "\x1b[2J\u202e\x9b1m"))
    for words in (
        ("tickets",),
        ("locate",),
        ("doctor",),
        ("sample", "--json"),
        ("doctor",),
        ("--profile", "sample", "export", "--output", "\x1bx.csv"),
    ):
        assert_clean(terminal(*words))
