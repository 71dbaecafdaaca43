"""Every other command: what people read, what programs read, and the exit code."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from agent_tui.cli.exits import Exit
from agent_tui.domain.views import VIEWS
from tests.cli.conftest import Cli

CJK = re.compile("[\u4e00-\u9fff]")
ROW = [
    "id",
    "subject",
    "status",
    "wakes",
    "urgent",
    "due",
    "timer",
    "level",
    "type",
    "channel",
    "customer",
    "market",
    "language",
    "owner",
    "next",
    "created",
    "changed",
    "tags",
    "product",
    "stage",
    "turn",
    "region",
    "handed",
    "held",
]
TIMER = {"kind", "name", "rule", "state", "start", "due", "ended", "limit_seconds", "calendar", "pauses"}
STEP = {"id", "do", "rule", "text", "role"}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")

MAIL = (
    b"From: Emma Clarke <emma@shop.example>\nTo: help@desk.example\nSubject: Double charge\n"
    b"Date: Mon, 16 Nov 2026 10:00:00 +0000\nMessage-ID: <one@shop.example>\nMIME-Version: 1.0\n"
    b'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\nCharged twice.\n'
    b'--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename="bill.txt"\n\n9.99 EUR\n--b--\n'
)
COMMANDS = [
    "tickets",
    "show",
    "explain",
    "journal",
    "do",
    "new",
    "handover",
    "zones",
    "similar",
    "actions",
    "figures",
    "qa",
    "etiquette",
    "phrases",
    "check",
    "translate",
    "import",
    "export",
    "save",
    "sample",
    "doctor",
    "locate",
    "lock",
    "unlock",
    "settings",
    "completion",
]


@pytest.fixture
def mail(tmp_path: Path) -> Path:
    path = tmp_path / "one.eml"
    path.write_bytes(MAIL)
    return path


def both(cli: Cli, *words: str, code: int = 0) -> tuple[str, str]:
    """What a command says in English and in Chinese; in Chinese it does say something Chinese."""
    english = cli("--lang", "en", *words, code=code)
    chinese = cli("--lang", "zh_CN", *words, code=code)
    said = (english.out + english.err, chinese.out + chinese.err)
    assert said[0].strip()
    assert CJK.search(said[1])
    return said


# Nothing there yet, nothing found, nothing understood.


@pytest.mark.parametrize(
    "words",
    [
        ("tickets",),
        ("tickets", "--json"),
        ("show", "1"),
        ("explain", "1"),
        ("journal",),
        ("do", "1", "take"),
        ("export",),
        ("save", "1", "1"),
        ("lock",),
        ("unlock",),
    ],
)
def test_before_there_is_a_profile(cli: Cli, store: Path, words: tuple[str, ...]) -> None:
    english, _chinese = both(cli, *words, code=5)
    assert english.count("\n") == 1
    assert not cli.home.exists()
    if words[0] == "tickets":
        assert str(store) in english
        assert "profile" in english


def test_doctor_before_there_is_a_profile(cli: Cli) -> None:
    assert "agent-tui import" in both(cli, "doctor")[0]
    assert not cli.home.exists()


@pytest.mark.parametrize(
    "words", [("show", "7"), ("explain", "7"), ("journal", "7"), ("save", "7", "1"), ("do", "7", "take")]
)
def test_a_ticket_that_is_not_there(cli: Cli, words: tuple[str, ...]) -> None:
    cli.new()
    for said in both(cli, *words, code=4):
        assert "7" in said
        assert said.count("\n") == 1


@pytest.mark.parametrize("number", ["9" * 30, "-5", "0"])
def test_any_number_may_be_asked_for(cli: Cli, number: str) -> None:
    cli.new()
    for words in (
        ("show", "--", number),
        ("journal", "--", number),
        ("do", "--", number, "take"),
        ("save", "--", number, "1"),
        ("save", "--", "1", number),
    ):
        cli(*words, code=4)
    cli("tickets", "--limit", number)
    cli("tickets", "--limit", number, "--search", "double")


@pytest.mark.parametrize(
    "words",
    [
        ("frobnicate",),
        ("show",),
        ("show", "one"),
        ("show", "1", "2"),
        ("tickets", "--limit", "few"),
        ("tickets", "--nope"),
        ("export", "--format", "pdf"),
        ("completion", "cmd"),
        ("import",),
        ("save", "1", "first"),
    ],
)
def test_words_that_make_no_sense(cli: Cli, words: tuple[str, ...]) -> None:
    english, chinese = both(cli, *words, code=2)
    assert english.startswith("usage: agent-tui")
    assert chinese.startswith("用法：agent-tui")


def test_an_unknown_view_or_action_names_the_known_ones(cli: Cli) -> None:
    cli.new()
    for words, known in (
        (("tickets", "--view", "nope"), "unclassified"),
        (("actions", "nope"), "classify"),
        (("export", "--view", "nope"), "unclassified"),
        (("settings", "nope"), "time_zone"),
    ):
        for said in both(cli, *words, code=2):
            assert "nope" in said
            assert known in said


def test_an_unknown_language_is_told_in_a_known_one(cli: Cli) -> None:
    assert "zh_CN" in cli("--lang", "tlh", "tickets", code=2).err
    assert "zh_CN" in cli("--lang=tlh", "locate", code=2).err


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "../up", "a\\b", "CON", "a" * 80, "x\x1b[2J", "a b"])
def test_a_profile_name_never_leads_elsewhere(cli: Cli, name: str) -> None:
    if name:
        both(cli, "--profile", name, "tickets", code=2)
        cli("--profile", name, "new", "--channel", "email", "--subject", "x", "--set", "name=x", code=2)
    assert not cli.home.exists()


def test_a_profile_is_chosen_by_argument_environment_or_setting(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["new", "--channel", "email", "--set", "name=A", "--subject"]
    cli("--profile", "one", *words, "in one")
    cli(*words, "in two", "--profile", "two")
    cli("settings", "profile", "one")
    assert cli("tickets", "--json").json()[0]["subject"] == "in one"
    monkeypatch.setenv("AGENT_TUI_PROFILE", "two")
    assert cli("tickets", "--json").json()[0]["subject"] == "in two"
    assert cli("tickets", "--json", "--profile", "one").json()[0]["subject"] == "in one"


# Help.


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("command", [None, *COMMANDS])
def test_help_is_in_the_language_in_use(cli: Cli, command: str | None, language: str) -> None:
    said = cli("--lang", language, *([command] if command else []), "--help").out
    if language == "en":
        assert not CJK.search(said)
        return
    assert said.startswith("用法：")
    names = re.compile(
        r"agent-tui|zh_CN|FIELD=VALUE|JSON|XLSX|JSONL|CSV|Maildir|mbox|agent|tui|[-`]+\S+|\{\S+\}"
    )
    words = re.findall(r"(?:\b[a-z]{2,}\b ){3}", names.sub("", said))
    assert words == []  # three English words in a row are a sentence


def test_help_lists_every_command_and_exit_code(cli: Cli) -> None:
    said = cli("--help").out
    for command in COMMANDS:
        assert f"\n    {command} " in said
    assert all(
        f"{code} " in said.replace("\n", " ").rpartition("Exit codes")[2] for code in (0, 2, 3, 4, 5, 6)
    )
    assert re.fullmatch(r"agent-tui \d+\.\d+.*\n", cli("--version").out)


# Looking.


def test_tickets(cli: Cli, sample: Path) -> None:
    english, chinese = both(cli, "tickets")
    assert english.startswith("DUE")
    assert chinese.startswith("期限")
    assert len(english.splitlines()) == len(chinese.splitlines())
    # Without a terminal no command means this list; the countdowns may be a second further.
    assert [line[7:] for line in cli().out.splitlines()] == [line[7:] for line in english.splitlines()]
    rows = cli("tickets", "--json").json()
    assert isinstance(rows, list)
    assert len(rows) == len(english.splitlines()) - 1
    for row in rows:
        assert list(row) == ROW
        assert MOMENT.fullmatch(row["due"])
        assert MOMENT.fullmatch(row["created"])
        assert row["next"] == "classify"
    assert [row["due"] for row in rows] == sorted(row["due"] for row in rows)
    assert len(cli("tickets", "--json", "--limit", "3").json()) == 3
    assert cli("tickets", "--json", "--limit", "0").json() == []
    assert cli("tickets", "--json", "--view", "mine").out == "[]\n"
    assert both(cli, "tickets", "--view", "mine")[0].endswith("Nothing here.\n")


def test_tickets_counts(cli: Cli, sample: Path) -> None:
    counts = cli("tickets", "--counts", "--json").json()
    assert list(counts) == list(VIEWS)
    for view, count in counts.items():
        assert len(cli("tickets", "--json", "--view", view).json()) == count
    assert len(both(cli, "tickets", "--counts")[0].splitlines()) == len(VIEWS)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("columns", [80, 100, 120])
def test_a_table_fits_the_terminal(
    cli: Cli, sample: Path, monkeypatch: pytest.MonkeyPatch, language: str, columns: int
) -> None:
    from agent_tui.domain.cells import width

    monkeypatch.setenv("COLUMNS", str(columns))
    cli("do", "1", "snooze", "--set", "until=30h")
    lines = cli("--lang", language, "tickets").out.splitlines()
    assert max(map(width, lines)) <= columns
    step = {"en": "classify", "zh_CN": "分级分类"}[language]
    assert all(line.endswith(step) for line in lines[2:])  # whole, not cut off
    for line in cli("--lang", language, "journal").out.splitlines():
        assert width(line) <= columns


def test_search_looks_through_the_archive_too(cli: Cli, sample: Path) -> None:
    found = cli("tickets", "--search", "TrailFold", "--json").json()
    assert len(found) > 3
    cli("do", str(found[0]["id"]), "note", "--text", "see 破損 report")
    assert [row["id"] for row in cli("tickets", "--search", "破損 report", "--json").json()] == [
        found[0]["id"]
    ]
    for words in ('"', "*", "NEAR(a b)", "a:b", "-", "'; drop table", "(", "\\", "^x", "x OR", "AND"):
        cli("tickets", "--search", words)
        cli("tickets", "--view", "all", f"--search={words}", "--json").json()


def test_show(cli: Cli, mail: Path) -> None:
    cli("import", str(mail))
    english, chinese = both(cli, "show", "1")
    for said in (english, chinese):
        assert "#1  Double charge" in said
        assert "emma@shop.example" in said
        assert "Charged twice." in said
        assert "bill.txt" in said
    assert "next: classify (H1)" in english
    found = cli("show", "#1", "--json").json()
    assert found.keys() >= {
        "id",
        "subject",
        "channel",
        "customer",
        "created",
        "messages",
        "next",
        "timers",
        "earlier",
    }
    assert found["next"].keys() == STEP
    assert all(timer.keys() == TIMER for timer in found["timers"])
    assert found["messages"][0].keys() >= {"id", "kind", "at", "author", "text", "attachments"}
    assert found["messages"][0]["attachments"][0].keys() == {"name", "media_type", "size", "sha256"}


def test_quoted_history_is_folded_unless_full(cli: Cli) -> None:
    cli.new(text="Still broken.\n\n> On Monday you wrote:\n> it works\n> surely\n")
    english, chinese = both(cli, "show", "1")
    assert "surely" not in english + chinese
    assert re.search(r"\[\d quoted lines\]", english)
    assert "surely" in cli("show", "1", "--full").out


def test_explain(cli: Cli, sample: Path) -> None:
    english, chinese = both(cli, "explain", "3")
    assert "first response (S3)" in english
    assert "首次响应 (S3)" in chinese
    assert not re.search("[a-z]{3,}", chinese)
    found = cli("explain", "3", "--json").json()
    assert list(found) == [
        "id",
        "next",
        "timers",
        "why",
        "level",
        "complaint",
        "questions",
        "legal",
        "similar",
        "revisit",
        "overrides",
    ]
    assert found["next"].keys() == STEP
    assert all(timer.keys() == TIMER | {"counted_seconds"} for timer in found["timers"])


def test_journal(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    cli.new()
    cli.do(1, "note", text="first\nsecond")
    english = cli("journal").out
    assert len(english.splitlines()) == 2
    assert "first second" in english
    entries = cli("journal", "--json").lines()
    assert [list(entry) for entry in entries] == [["seq", "recorded", "ticket", "action", "fields"]] * 2
    assert [entry["seq"] for entry in entries] == [1, 2]
    assert all(MOMENT.fullmatch(entry["recorded"]) for entry in entries)
    assert entries[1]["fields"]["text"] == "first\nsecond"
    assert both(cli, "journal", "--verify")[0] == "2 entries, all as they were written.\n"
    assert cli("journal", "--verify", "--json").json() == {"entries": 2, "faults": []}


STORY: tuple[tuple[str, dict[str, str]], ...] = (
    ("take", {}),
    ("customer", {"name": "艾玛", "market": "-", "wishes": "称呼女士"}),
    ("classify", {"verified": "yes", "type": "billing_doubt", "level": "2", "urgent": "no"}),
    ("reply", {"text": "正在查", "outcome": "unsolved", "reason": "对账", "follow_up": "致电"}),
    ("wait", {"reason": "等收据"}),
    ("resume", {}),
    ("snooze", {"until": "2031-12-01 09:00"}),
    ("tag", {"add": "甲，乙"}),
    ("link", {"other": "2", "relation": "repeat"}),
    ("unlink", {"other": "2"}),
    ("resolve", {"result": "已退", "satisfaction": "very_satisfied", "summary": "重复扣款"}),
)


def test_the_journal_tells_people_names_and_programs_ids(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    cli("settings", "agent.name", "李伟")
    for subject in ("扣款", "再次"):
        cli.new("王芳", subject=subject, text="扣了两次")
    for action, fields in STORY:
        promise = {"deadline": "2031-12-01 09:00"} if action == "reply" else {}
        cli.do(1, action, **fields, **promise)
    english, chinese = both(cli, "journal")
    for said in (
        "channel: Service e-mail · subject: 扣款 · 扣了两次",
        "name: 艾玛 · market: – · wishes: 称呼女士",
        "Classify         verified: yes · type: Billing doubt · level: Level 2, general · urgent: no",
        "正在查 · outcome: not solved yet: reason, deadline, follow-up (H3) · reason: 对账 · deadline: 1 Dec 2031",
        "09:00 · follow-up: 致电",
        "until: 1 Dec 2031, 09:00",
        "add: 甲, 乙",
        "other ticket: #2 · relation: repeat of the same problem",
        "result: 已退 · satisfaction: very satisfied · summary: 重复扣款",
    ):
        assert said in english
    for said in (
        "渠道：服务邮箱 · 主题：扣款 · 扣了两次",
        "已核实：是 · 类型：账单疑问 · 级别：二级一般 · 紧急：否",
        "时限：2031年12月1日 09:00",
        "结果：已退 · 满意度：非常满意 · 总结：重复扣款",
    ):
        assert said in chinese
    assert not re.search("=|[a-z]{2,}", chinese)
    assert not re.search("=|_", english)
    fields = [entry["fields"] for entry in cli("journal", "--json").lines()]
    assert fields[-1]["satisfaction"] == "very_satisfied"
    assert fields[4]["type"] == "billing_doubt"


def test_the_journal_names_what_was_undone(cli: Cli, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    from datetime import UTC, datetime

    from agent_tui.desk.opening import Place, open_desk

    cli.new()
    cli.do(1, "take")
    place = Place(
        "default", home / "data" / "default" / "store.db", home / "config", home / "config" / "packs"
    )
    agent = cli("show", "1", "--json").json()["owner"]
    desk = open_desk(place, agent, "UTC")
    desk.undo(1, datetime.now(UTC))
    desk.close()
    monkeypatch.setenv("COLUMNS", "120")
    assert re.search(r" Undo +Take$", cli("journal", "1").out, re.MULTILINE)
    assert re.search(r" 撤销 +认领$", cli("--lang", "zh_CN", "journal", "1").out, re.MULTILINE)


# Recording by hand.


def test_new(cli: Cli) -> None:
    said = both(
        cli,
        "new",
        "--channel",
        "chat",
        "--subject",
        "Broken cup",
        "--set",
        "name=佐藤 健一",
        "--text",
        "It broke",
    )
    assert said[0] == "#1 begins. Next: classify.\n"
    found = cli(
        "new",
        "--json",
        "--channel",
        "phone",
        "--subject",
        "Late",
        "--set",
        "phone=+81 3 1234 5678",
        "--set",
        "at=40s ago",
        "--set",
        "market=jp",
        "--set",
        "language=ja",
    ).json()
    assert found["id"] == 3
    assert found["customer"]["market"] == "JP"
    assert found["answered"] > found["created"]


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({}, "channel"),
        ({"channel": "email"}, "subject"),
        ({"channel": "email", "subject": "x"}, "name"),
        ({"channel": "email", "subject": "x", "name": "x", "market": "Japan"}, "Japan"),
        ({"channel": "email", "subject": "x", "name": "x", "at": "tomorrow"}, "tomorrow"),
        ({"channel": "email", "subject": "x", "name": "x", "answered": "now"}, "answered"),
        ({"channel": "phone", "subject": "x", "name": "x", "answered": "2h ago"}, "answered"),
        ({"channel": "email", "subject": "x", "name": "x", "mood": "sad"}, "mood"),
    ],
)
def test_new_says_what_is_missing(cli: Cli, fields: dict[str, str], named: str) -> None:
    words = [f"--set={name}={value}" for name, value in fields.items()]
    for said in (cli("--lang", language, "new", *words, code=2).err for language in ("en", "zh_CN")):
        assert named in said
        assert said.count("\n") == 1
    assert not cli.home.exists()  # a profile is made for a contact, not for a mistake


def test_new_names_all_that_is_missing_in_the_order_of_its_usage(cli: Cli) -> None:
    missing = [
        "channel (--set channel=…)",
        "subject (--set subject=…)",
        "name (--set name=…) / e-mail (--set email=…) / telephone (--set phone=…) / account (--set handle=…)",
    ]
    assert cli("new", code=2).err == f"New contact needs {', '.join(missing)}.\n"
    assert cli("new", "--channel", "chat", code=2).err == f"New contact needs {', '.join(missing[1:])}.\n"
    assert "channel" not in cli("new", "--channel", "chat", "--subject", "x", code=2).err
    assert cli("--lang", "zh_CN", "new", "--set", "name=x", code=2).err == (
        "新联系需要填写渠道（--set channel=…）、主题（--set subject=…）。\n"
    )


def test_new_refuses_a_channel_that_the_policy_lacks(cli: Cli) -> None:
    both(cli, "new", "--channel", "pigeon", "--subject", "x", "--set", "name=x", code=2)
    # Before it asks for what comes later.
    english, chinese = both(cli, "new", "--channel", "pigeon", code=2)
    assert english.startswith("The policy has no channel 'pigeon'")
    assert chinese.startswith("制度中没有渠道 'pigeon'")
    assert not cli.home.exists()


def test_actions(cli: Cli) -> None:
    english, chinese = both(cli, "actions")
    assert english.splitlines()[-1] == "* must be filled in"
    found = cli("actions", "--json").json()
    assert {"classify", "reply", "new"} <= found.keys()
    assert found["reply"]["text"] == {"required": True, "default": ""}
    for name, fields in found.items():
        for said in (english, chinese):
            assert re.search(rf"^{name} ", said, re.MULTILINE)
            assert all(re.search(rf"^  [ *] {field} ", said, re.MULTILINE) for field in fields)
    assert both(cli, "actions", "new")[0].startswith("new ")
    assert list(cli("actions", "new", "--json").json()) == ["new"]


# Files.

REPORT = ["read", "opened", "added", "known", "aside", "own", "unreadable", "doubts", "tickets"]


def test_import(cli: Cli, mail: Path) -> None:
    assert both(cli, "import", str(mail))[0] == "1 messages read\n      1  new tickets\n"
    found = cli("import", str(mail), "--json").json()
    assert list(found) == REPORT
    assert (found["read"], found["known"], found["opened"]) == (1, 1, 0)


def test_importing_the_same_again_changes_nothing(cli: Cli, sample: Path, sample_home: Path) -> None:
    from agent_tui.locations import samples_dir

    inbox = str(samples_dir() / "inbox.mbox")
    first = cli("--profile", "again", "import", inbox, "--own", "support@miralume.example", "--json").json()
    before = (
        cli("--profile", "again", "journal", "--json").out,
        cli("--profile", "again", "tickets", "--json").out,
    )
    second = cli("--profile", "again", "import", inbox, "--own", "support@miralume.example", "--json").json()
    assert (
        cli("--profile", "again", "journal", "--json").out,
        cli("--profile", "again", "tickets", "--json").out,
    ) == before
    assert second["known"] == first["opened"] + first["added"] + first["aside"] + first["known"]
    assert (second["opened"], second["added"], second["aside"], second["tickets"]) == (0, 0, 0, [])
    assert (
        second["read"] == first["read"] == sum(first[name] for name in REPORT[1:6]) + len(first["unreadable"])
    )


def test_importing_what_is_not_there(cli: Cli, tmp_path: Path) -> None:
    missing = tmp_path / "missing.mbox"
    for said in (cli("--lang", language, "import", str(missing), code=4).err for language in ("en", "zh_CN")):
        assert str(missing) in said
        assert said.count("\n") == 1
    assert not cli.home.exists()


def test_a_wrong_name_among_several_changes_nothing(cli: Cli, mail: Path, tmp_path: Path) -> None:
    cli("import", str(mail), str(tmp_path / "missing"), code=4)
    assert not cli.home.exists()


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02\x03" * 100, b"PK\x03\x04zip", b"%PDF-1.7"])
def test_importing_a_file_that_holds_no_mail(cli: Cli, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file.bin"
    path.write_bytes(content)
    for said in (cli("--lang", language, "import", str(path), code=2).err for language in ("en", "zh_CN")):
        assert str(path) in said
    assert not cli.home.exists()


def test_an_import_that_finds_nothing_makes_no_profile(cli: Cli, mail: Path, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.bin").write_bytes(bytes(range(256)))
    report = cli("import", str(folder), "--json", code=2).json()
    assert (report["read"], len(report["unreadable"])) == (1, 1)
    assert not cli.home.exists()
    report = cli("import", str(folder), str(mail), "--json").json()
    assert (report["read"], report["opened"], len(report["unreadable"])) == (2, 1, 1)
    assert cli("import", str(folder), code=2).out.startswith("1 messages read")
    assert len(cli("tickets", "--json").json()) == 1


def test_importing_a_folder_without_mails(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    assert str(folder) in cli("import", str(folder), code=2).err
    (folder / "a.bin").write_bytes(bytes(range(256)))
    (folder / "b.bin").write_bytes(b"")
    said = cli("import", str(folder), code=2)
    assert "a.bin" in said.err
    assert "b.bin" in said.err
    assert len(cli("import", str(folder), "--json", code=2).json()["unreadable"]) == 2


def test_a_folder_with_one_mail_among_rubbish(cli: Cli, mail: Path, tmp_path: Path) -> None:
    (tmp_path / "rubbish.bin").write_bytes(bytes(range(256)))
    said = cli("import", str(tmp_path))
    assert "rubbish.bin" in said.err
    assert [row["subject"] for row in cli("tickets", "--json").json()] == ["Double charge"]


def test_a_file_name_may_be_any_bytes(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "caf\udce9\x1b[2J.eml"
    path.write_bytes(MAIL)
    assert cli("import", str(path)).out.startswith("1 messages read")
    out = tmp_path / "out\udce9.csv"
    assert "\x1b" not in cli("export", "--output", str(out)).err
    assert out.exists()
    cli("import", str(tmp_path / "no\udce9"), code=4)


def test_save(cli: Cli, mail: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    cli("import", str(mail))
    assert cli("save", "1", "1").out == "Written: bill.txt\n"
    assert (folder / "bill.txt").read_bytes().strip() == b"9.99 EUR"
    assert (folder / "bill.txt").stat().st_mode & 0o777 == 0o600
    both(cli, "save", "1", "1", code=2)  # it is there already
    cli("save", "1", "1", "--output", str(folder / "other"))
    both(cli, "save", "1", "2", code=4)


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd",
        "/etc/passwd",
        "..\\..\\boot.ini",
        "-rf",
        ".bashrc",
        "...",
        "a\x1b[2Jb.txt",
        "\u202egpj.exe",
        "a|b>c<d*e?f:g",
        "佐" * 200 + ".pdf",
        "x" * 300 + ".pdf",
    ],
)
def test_an_attachment_cannot_choose_where_it_is_written(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    quoted = "".join(f"%{byte:02X}" for byte in name.encode())
    path = tmp_path / "one.eml"
    path.write_bytes(MAIL.replace(b'filename="bill.txt"', f"filename*=UTF-8''{quoted}".encode()))
    cli("import", str(path))
    before = sorted(tmp_path.iterdir())
    said = cli("save", "1", "1").out
    assert "\x1b" not in said
    assert "\u202e" not in said
    [written] = folder.iterdir()
    assert written.read_bytes().strip() == b"9.99 EUR"
    assert not written.name.startswith(("-", "."))
    assert not re.search(r"[\x00-\x1f\u202e|<>*?:\\]", written.name)
    assert sorted(tmp_path.iterdir()) == before


def test_sample(cli: Cli) -> None:
    first = cli("sample")
    assert "--profile sample" in first.err
    assert len(first.out.splitlines()) > 50
    again = cli("sample", "--json")
    assert again.err == ""
    assert len(again.json()) == len(first.out.splitlines()) - 1
    assert cli("--profile", "sample", "journal", "--verify").code == 0
    cli("tickets", code=5)  # the desk of real work is not touched


def test_where_a_customer_writes_from_is_told_in_sentences(cli: Cli, sample: Path) -> None:
    count = len(cli("tickets", "--json").json())
    for language, national in (("en", "a telephone number in that country's form"), ("zh_CN", "该国格式")):
        shown = "".join(cli("--lang", language, "show", str(number)).out for number in range(1, count + 1))
        told = [line for line in shown.splitlines() if line.startswith(("guessed from", "推测依据"))]
        assert any(national in line for line in told)
        for code in ("national", "iban:", "letters:", "market ", "column:"):
            assert not any(code in line for line in told)


# Upkeep.


def test_doctor(cli: Cli) -> None:
    cli.new()
    english, chinese = both(cli, "doctor")
    assert [line.split()[0] for line in english.splitlines()] == ["ok"] * 5
    assert len(chinese.splitlines()) == 5
    found = cli("doctor", "--json").json()
    assert [list(each) for each in found] == [["about", "weight", "found"]] * 5
    assert "nothing to recover" in cli("doctor", "--recover").out


def test_doctor_names_what_is_wrong_with_settings_and_packs(cli: Cli) -> None:
    cli.new()
    config = cli.home / "config"
    (config / "settings.toml").write_text("langage = 'en'\n")
    packs = config / "packs" / "policy"
    packs.mkdir(parents=True)
    (packs / "levels.toml").write_text("[1]\nlimit = \n")
    # A broken setting stops other commands; the doctor must still look.
    said = cli("doctor", code=5).out
    assert "settings.toml, line 1" in said
    assert "langage" in said
    assert re.search(r"BAD .*levels\.toml.*2", said)
    cli("tickets", code=2)
    cli("settings", "language", "en", code=2)
    (config / "settings.toml").unlink()
    told = cli("tickets")
    assert "levels.toml" in told.err
    assert "Double charge" in told.out


def test_locate(cli: Cli) -> None:
    english, _chinese = both(cli, "locate")
    found = cli("locate", "--json").json()
    assert list(found) == [
        "profile",
        "settings",
        "store",
        "keys",
        "packs",
        "themes",
        "shipped_themes",
        "state",
        "cache",
    ]
    assert str(cli.home) in english
    assert Path(found["shipped_themes"]).is_dir()
    assert not cli.home.exists()


def test_settings(cli: Cli) -> None:
    english, chinese = both(cli, "settings")
    assert english.splitlines()[::2] == chinese.splitlines()[::2]
    cli("settings", "agent.name", "Lǐ Wěi")
    cli("settings", "own_addresses", "a@b.example", "c@d.example")
    found = cli("settings", "--json").json()
    expected = {"agent.name": "Lǐ Wěi", "language": "auto", "time_zone": "auto", "profile": "default"}
    assert found.items() >= expected.items()
    assert found["own_addresses"] == ["a@b.example", "c@d.example"]
    assert cli("settings", "own_addresses", "--json").json() == {
        "own_addresses": ["a@b.example", "c@d.example"]
    }
    cli("settings", "agent.name", "--unset")
    assert cli("settings", "agent.name", "--json").json() == {"agent.name": ""}
    for words in (
        ("agent.name", "a", "b"),
        ("time_zone", "Mars/Olympus"),
        ("language", "tlh"),
        ("profile", "../x"),
        ("own_addresses", "nobody"),
        ("agent.name", "a\x1b[2J"),
    ):
        both(cli, "settings", *words, code=2)
    assert cli("settings", "own_addresses", "--json").json() == {
        "own_addresses": ["a@b.example", "c@d.example"]
    }


def test_a_wrong_value_is_blamed_on_where_it_comes_from(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    file = cli.home / "config" / "settings.toml"
    for words in (("language", "tlh"), ("agent.name", "a", "b"), ("keys.reply", "a\x07")):
        said = both(cli, "settings", *words, code=2)
        assert said[0].startswith("The settings were not changed: ")
        assert not any("settings.toml" in each for each in said)
    assert not cli.home.exists()
    for said in both(cli, "--profile", "../x", "tickets", code=2):
        assert "--profile" in said
    monkeypatch.setenv("AGENT_TUI_PROFILE", "../x")
    for said in both(cli, "tickets", code=2):
        assert "AGENT_TUI_PROFILE" in said
    monkeypatch.delenv("AGENT_TUI_PROFILE")
    file.parent.mkdir(parents=True)
    file.write_text("profile = '../x'\n")
    for words in (("tickets",), ("settings", "language", "en")):  # now the file is to blame, and it is named
        assert f"{file}, line 1: " in cli(*words, code=2).err


def test_help_names_every_exit_code(cli: Cli) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    codes = re.findall(r"^\| (\d+) \|", readme.partition("| exit code |")[2], re.MULTILINE)
    assert {int(code) for code in codes} == {*Exit, 130}
    for language, title in (("en", "Exit codes:"), ("zh_CN", "退出码：")):
        told = " ".join(cli("--lang", language, "--help").out.partition(title)[2].split())
        assert re.findall(r"(?:^|[,，]) ?(\d+) ", told) == sorted(codes, key=int)


@pytest.mark.parametrize("words", [("show",), ("similar",), ("journal",), ("do",), ("save",)])
def test_what_is_no_ticket_number_is_told_what_one_is(cli: Cli, words: tuple[str, ...]) -> None:
    rest = {"do": ("take",), "save": ("1",)}.get(words[0], ())
    english, chinese = both(cli, *words, "abc", *rest, code=2)
    assert english.endswith(": 'abc' is not a ticket's number; #12 and 12 are accepted\n")
    assert "'abc' 不是工单编号；可写 #12 或 12" in chinese


def test_the_language_of_the_settings_counts_unless_one_is_asked_for(cli: Cli) -> None:
    cli("settings", "language", "zh_CN")
    cli.new()
    assert cli("tickets").out.startswith("期限")
    assert cli("--lang", "en", "tickets").out.startswith("DUE")
    assert CJK.search(cli("show", "9", code=4).err)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "tcsh"])
def test_completion(cli: Cli, shell: str) -> None:
    english, _chinese = cli("completion", shell).out, cli("--lang", "zh_CN", "completion", shell).out
    assert "agent-tui" in english
    assert all(command in english for command in COMMANDS)


def test_output_for_programs_is_the_same_in_every_language(cli: Cli, mail: Path) -> None:
    cli("import", str(mail))
    for words in (
        ("tickets",),
        ("tickets", "--counts"),
        ("show", "1"),
        ("journal",),
        ("journal", "--verify"),
        ("actions",),
        ("settings",),
        ("locate",),
    ):
        english, chinese = (cli("--lang", language, *words, "--json").out for language in ("en", "zh_CN"))
        if words != ("show", "1"):  # its clocks moved meanwhile, and nothing else
            assert english == chinese
        for line in english.splitlines() if words[0] != "tickets" else [english]:
            json.loads(line)
