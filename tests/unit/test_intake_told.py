"""What the room says of a file or a mail: kept as template and details, said in the language in use."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from agent_tui import i18n
from agent_tui.domain.messages import Told
from agent_tui.intake import Contact, IntakeError, Unreadable, read
from agent_tui.telling_errors import told

MAIL = "From: a@m.example\nDate: {date}\nSubject: x\n\nbody\n"


@pytest.fixture
def chinese() -> Iterator[None]:
    i18n.use("zh_CN")
    yield
    i18n.use("en")


def test_a_kept_sentence_is_english_and_survives_the_store() -> None:
    kept = Told("line {line}: {cells} cells", {"line": "3", "cells": "7"})
    assert str(kept) == "line 3: 7 cells"
    assert msgspec.json.decode(msgspec.json.encode(kept), type=Told) == kept
    assert msgspec.json.encode(Told("no date")) == b'{"text":"no date"}'
    assert list(dict.fromkeys([kept, Told("no date"), kept])) == [kept, Told("no date")]


@pytest.mark.usefixtures("chinese")
def test_problems_are_told_in_the_language_in_use_and_safe(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_text(MAIL.format(date="some\x1b[2Jday"))
    (found,) = read(tmp_path / "a.eml")
    assert isinstance(found, Contact)
    date, missing = found.problems
    assert told(missing) == "没有 Message-ID"
    assert told(date) == "无法识别日期 'some␛[2Jday'"
    assert str(date) == r"unreadable date 'some\x1b[2Jday'"


@pytest.mark.usefixtures("chinese")
def test_errors_are_told_in_the_language_in_use(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match="there is no such file or folder") as caught:
        read(tmp_path / "gone")
    assert told(caught.value.reason) == "没有这个文件或文件夹"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"text": }', "line 2: this is no JSON from character 10 on"),
        ("[" * 100_000, "line 2: too deeply nested"),
        ('{"text": ' + "9" * 5000 + "}", "line 2: a number is too long"),
        ("7", "not an object"),
    ],
)
def test_bad_json_lines_are_named_without_the_words_of_python(tmp_path: Path, line: str, reason: str) -> None:
    (tmp_path / "t.jsonl").write_text(f'{{"subject": "x"}}\n{line}\n')
    found = list(read(tmp_path / "t.jsonl"))
    assert isinstance(found[1], Unreadable)
    assert str(found[1].reason) == reason


def test_bad_json_is_named_by_its_line_in_the_file(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text('[{"subject": "x"},\n{"subject": "y"},\n\n{"subject": }]')
    found = list(read(tmp_path / "t.json"))
    assert isinstance(found[-1], Unreadable)
    assert str(found[-1].reason) == "line 4: this is no JSON from character 13 on"


def test_the_names_of_the_room_come_without_its_work() -> None:
    code = (
        "import sys, agent_tui.cli.errors, agent_tui.cli.viewing, agent_tui.intake as room\n"
        "from agent_tui.intake import Contact, ContactKind, File, IntakeError, Unreadable, read, size\n"
        "assert IntakeError is room.errors.IntakeError\n"
        "print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    loaded = set(done.stdout.split())
    parts = {"mail", "sources", "headers", "charset", "tables"}
    assert loaded & {f"agent_tui.intake.{part}" for part in parts} == set()
    assert loaded & {"fasttext", "agent_tui.guidance.language", "agent_tui.guidance.market"} == set()
