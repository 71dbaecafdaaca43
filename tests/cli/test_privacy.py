"""`erase`, `retention` and `destructions` as people and programs run them (POLICY T5)."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from base64 import b64decode
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from zipfile import ZipFile

import pytest

from agent_tui.cli import context as contexts
from agent_tui.store.desklock import DeskLock
from agent_tui.store.keys import KeyPlaces, find_key
from tests.cli.conftest import Cli
from tests.traces import traces


def begin(
    cli: Cli, name: str = "Ana Quintanilha", email: str = "ana@zebrafish.example", **fields: str
) -> int:
    return cli.new(name=name, email=email, text="xylophone", market="BR", **fields)


def left(cli: Cli) -> dict[str, list[str]]:
    key = find_key(KeyPlaces("default", cli.home / "config"), None)
    return traces(cli.home, key, ("quintanilha", "zebrafish", "xylophone"))


def later(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    """Commands run so many days from now."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return datetime.now(tz) + timedelta(days=days)  # type: ignore[arg-type]

    monkeypatch.setattr(contexts, "datetime", Clock)


def test_T5_erase_takes_everything_and_leaves_a_record(cli: Cli) -> None:
    ana, ben = begin(cli), cli.new("Ben Okafor", email="ben@heron.example")
    said = cli("erase", "-", "--yes", stdin="ANA@zebrafish.example\n").out
    for part in (
        "Ana Quintanilha, ana@zebrafish.example",
        "Tickets: #1",
        "tickets: 1",
        "(LGPD)",
        "cannot be undone",
    ):
        assert part in said
    assert left(cli) == {}
    cli("show", str(ana), code=4)
    cli("journal", "--verify")
    assert cli("show", str(ben), "--json").json()["customer"]["name"] == "Ben Okafor"
    assert "erased with a record, which nothing can be compared with: #1" in cli("doctor").out
    (record,) = cli("destructions", "--json").json()
    assert (record["tickets"], record["reason"], record["laws"]) == ([1], "request", ["lgpd"])
    assert record["ended"]
    assert "the customer asked for it" in cli("destructions").out
    assert begin(cli) == 3


def test_a_dry_run_changes_nothing(cli: Cli, store: Path) -> None:
    begin(cli)
    entries = len(cli("journal", "--json").lines())
    assert "Tickets: #1" in cli("erase", "#1", "--dry-run").out
    plan = cli("erase", "1", "--dry-run", "--json").json()
    assert (plan["tickets"], plan["counts"]["tickets"], plan["destroyed"]) == ([1], 1, None)
    assert len(cli("journal", "--json").lines()) == entries
    assert cli("destructions").out == "Nothing was destroyed so far.\n"


def test_nothing_goes_without_a_yes(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(cli)
    assert "--yes" in cli("erase", "#1", code=2).err
    assert "--yes" in cli("erase", "#1", "--json", code=2).err
    monkeypatch.setattr("agent_tui.cli.privacy.sys.stdin.isatty", lambda: True, raising=False)
    for answer, code in (("no", 3), ("", 3), ("yes", 0)):
        monkeypatch.setattr("builtins.input", lambda _prompt, answer=answer: answer)
        cli("erase", "#1", code=code)
    assert left(cli) == {}


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("#99",), 4, "Nobody here is #99"),
        (("#1", "--reason", "Ana asked"), 2, "request, withdrawn"),
    ],
)
def test_what_makes_no_sense_is_refused(cli: Cli, words: tuple[str, ...], code: int, said: str) -> None:
    begin(cli)
    assert said in cli("erase", *words, "--yes", code=code).err
    assert cli("destructions", "--json").json() == []


def test_a_customer_is_named_where_no_other_user_sees_it(cli: Cli) -> None:
    begin(cli)
    taken = cli("export", "--customer", "-", stdin="ana@zebrafish.example\n").out
    assert json.loads(taken)["customer"]["names"] == ["Ana Quintanilha"]
    cli("erase", "-", "--yes", stdin="ana@zebrafish.example\n")
    assert left(cli) == {}


@pytest.mark.parametrize("words", [("erase",), ("erase", "--dry-run"), ("export", "--customer")])
@pytest.mark.parametrize(
    "who", ["ana@zebrafish.example", "+55 11 99887-7665", "Ana Quintanilha", "@ana", "1; 2"]
)
def test_T5_an_address_as_an_argument_is_refused_and_not_said_again(
    cli: Cli, words: tuple[str, ...], who: str
) -> None:
    begin(cli)
    refused = cli(*words, who, *(("--yes",) if words == ("erase",) else ()), code=2)
    assert "does not belong into arguments" in refused.err
    assert who not in refused.err + refused.out
    assert cli("destructions", "--json").json() == []


def test_digits_in_an_argument_are_a_ticket_and_no_telephone_number(cli: Cli) -> None:
    begin(cli, phone="5511998877665")
    assert "Nobody here is #5511998877665" in cli("erase", "5511998877665", "--yes", code=4).err
    assert "Tickets: #1" in cli("erase", "-", "--dry-run", stdin="5511998877665\n").out
    assert "Tickets: #1" in cli("erase", "1", "--dry-run").out


def test_who_types_is_asked_and_an_empty_line_names_nobody(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(cli)
    assert "Nobody was named" in cli("erase", "-", "--yes", stdin="\n", code=2).err
    monkeypatch.setattr("agent_tui.cli.privacy.sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("agent_tui.cli.privacy.sys.stdin.readline", lambda: "#1\n", raising=False)
    found = cli("erase", "-", "--dry-run")
    assert found.err == "Address, telephone number, account or ticket of the customer: "
    assert "Tickets: #1" in found.out


def test_T5_the_shell_names_the_ways_on_where_consent_comes_first(cli: Cli) -> None:
    begin(cli)
    refused = cli("do", "1", "note", "--text", "Passport no. C01X00T47", code=3)
    assert "writes personal data down (passport number)" in refused.err
    assert "do 1 consent --set purpose=service --set answer=given" in refused.err
    assert "do 1 without_consent --set reason=" in refused.err
    assert "C01X00T47" not in refused.err
    cli("do", "1", "without_consent", "--set", "reason=she is on the line")
    cli("do", "1", "note", "--text", "Passport no. C01X00T47")
    assert "C01X00T47" not in cli("journal", "1", "--json").out


def test_a_legal_hold_is_kept(cli: Cli) -> None:
    begin(cli)
    cli.do(1, "tag", add="legal-hold")
    assert "Under a legal hold: #1" in cli("erase", "#1", "--dry-run").out
    assert "legal hold are not erased: #1" in cli("erase", "#1", "--yes", code=3).err


def test_an_open_desk_comes_first(cli: Cli) -> None:
    begin(cli)
    now = datetime.now().astimezone()
    with DeskLock(cli.home / "state" / "default" / "desk.lock", now):
        assert "Already open" in cli("erase", "#1", "--yes", code=5).err
        cli("erase", "#1", "--dry-run")
    cli("erase", "#1", "--yes")


def solve(cli: Cli, number: int) -> None:
    cli.do(number, "classify", verified="yes", type="product_question", level="1")
    cli.do(number, "reply", text="Here.")
    cli.do(number, "resolve", result="r", satisfaction="satisfied", summary="s")


def test_T5_retention_lists_and_carries_out(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in (begin(cli), begin(cli, "Ben Okafor", "ben@heron.example")):
        solve(cli, number)
    cli.do(2, "tag", add="legal-hold")
    assert cli("retention").out == "Nothing is past its time.\n"
    later(monkeypatch, 1096)
    dry = cli("retention", "--dry-run", "--json").json()
    assert [(each["scope"], each["tickets"], each["holds"]) for each in dry["due"]] == [
        ("tickets", [1], []),
        ("tickets", [2], ["legal"]),
    ]
    assert dry["destroyed"] == []
    assert "– kept: a legal hold" in cli("retention", "--dry-run").out
    done = cli("retention", "--json").json()
    assert [each["tickets"] for each in done["destroyed"]] == [[1]]
    cli("show", "1", code=4)
    cli("show", "2")
    assert cli("retention", "--json").json()["destroyed"] == []
    cli("journal", "--verify")


def test_a_bad_pack_of_the_users_own_is_told_and_left_out(cli: Cli) -> None:
    begin(cli)
    for folder, name, text in (
        ("policy", "retention.toml", "x = 1"),
        ("privacy", "reasons.toml", "[a]\nname = 3"),
    ):
        path = cli.home / "config" / "packs" / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    told = cli("retention", "--dry-run").err
    assert "retention.toml, line 1" in told
    assert "reasons.toml, line 2" in told
    assert "reasons.toml, line 2" in cli("doctor", code=5).out


@pytest.mark.parametrize("command", ["erase", "retention", "destructions"])
def test_help_tells_the_options(cli: Cli, command: str) -> None:
    said = cli(command, "--help").out
    assert "--json" in said
    assert command == "destructions" or "--dry-run" in said


def test_every_sentence_is_said_without_a_field_left_open(cli: Cli) -> None:
    begin(cli)
    for words in (("erase", "#1", "--dry-run"), ("erase", "#1", "--yes"), ("destructions",), ("retention",)):
        assert "{" not in cli(*words).out


def mail_with_file(folder: Path) -> Path:
    """A mail with an attachment."""
    message = EmailMessage()
    message["From"], message["To"] = "Ana Quintanilha <ana@zebrafish.example>", "help@us.example"
    message["Subject"], message["Message-ID"] = "Meu pedido", "<wolfram@zebrafish.example>"
    message.set_content("xylophone")
    message.add_attachment(b"%PDF 123", maintype="application", subtype="pdf", filename="../passaporte.pdf")
    path = folder / "ana.eml"
    path.write_bytes(bytes(message))
    return path


def test_everything_about_a_customer_is_one_document(cli: Cli, tmp_path: Path) -> None:
    cli("import", str(mail_with_file(tmp_path)))
    cli.new("Ben Okafor", email="ben@heron.example")
    cli.do(1, "note", text="quagmire")
    cli.do(1, "consent", purpose="service", answer="given", language="pt-BR")
    path = tmp_path / "ana.json"
    cli("export", "--customer", "-", "--output", str(path), stdin="ana@zebrafish.example\n")
    assert path.stat().st_mode & 0o777 == 0o600
    found = json.loads(path.read_text())
    assert found.keys() - {"format", "made", "about"} == found["about"].keys()
    assert [ticket["id"] for ticket in found["tickets"]] == [1]
    texts = [message["text"] for message in found["tickets"][0]["messages"]]
    assert [text.strip() for text in texts[:2]] == ["xylophone", "quagmire"]
    assert texts[2].startswith("Antes de continuar")
    assert [entry["action"] for entry in found["journal"]] == ["open", "note", "consent"]
    assert found["consents"][0]["answer"] == "given"
    (head,) = found["attachments"]
    assert (head["name"], b64decode(head["content"])) == ("../passaporte.pdf", b"%PDF 123")
    assert "heron" not in path.read_text()
    looked = cli("journal", "1", "--json").lines()[-1]
    assert (looked["action"], looked["fields"]["reason"]) == ("unmask", "access")


def test_the_archive_holds_the_files_under_names_of_its_own(cli: Cli, tmp_path: Path) -> None:
    cli("import", str(mail_with_file(tmp_path)))
    path = tmp_path / "ana.zip"
    cli("export", "--customer", "#1", "--output", str(path))
    with ZipFile(path) as archive:
        found = json.loads(archive.read("customer.json"))
        (head,) = found["attachments"]
        assert sorted(archive.namelist()) == sorted(["customer.json", head["file"]])
        assert archive.read(head["file"]) == b"%PDF 123"
        assert ".." not in head["file"]


def test_an_access_export_goes_to_standard_output_too(cli: Cli) -> None:
    begin(cli)
    assert json.loads(cli("export", "--customer", "#1").out)["customer"]["names"] == ["Ana Quintanilha"]
    assert "Nobody here is x@y.example" in cli("export", "--customer", "-", stdin="x@y.example\n", code=4).err
    for words in (("--output", "x.csv"), ("--format", "csv")):
        assert ".json or a .zip" in cli("export", "--customer", "#1", *words, code=2).err


def test_T5_what_was_written_is_destroyed_with_the_customer_and_by_retention(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("import", str(mail_with_file(tmp_path)))
    cli.new("Ben Okafor", email="ben@heron.example")
    names = ("all.csv", "all.jsonl", "\udce9 all.xlsx", "ana.json", "own.pdf", "changed.csv")
    whole, lines, book, access, own, changed = (tmp_path / name for name in names)
    for path in (whole, lines, book, changed):
        cli("export", "--output", str(path))
    cli("export", "--customer", "#1", "--output", str(access))
    cli("save", "1", "1", "--output", str(own))
    changed.write_text("mine by now")
    cli("erase", "#1", "--yes")
    assert [path.exists() for path in (whole, lines, book, access, own, changed)] == [False] * 5 + [True]
    cli("export", "--output", str(whole))
    assert cli("retention", "--json").json()["due"] == []
    later(monkeypatch, 31)
    assert str(whole) in cli("retention", "--dry-run").out
    assert cli("retention", "--json").json()["destroyed"][0]["files"] == 1
    assert not whole.exists()


@pytest.mark.parametrize(
    "where", ["erasure.Erasure.wipe", "erasure.Erasure.drop_files", "database.Database.compact"]
)
def test_T5_what_kill_9_interrupts_ends_with_the_next_command(cli: Cli, where: str) -> None:
    begin(cli)
    begin(cli, "Ben Okafor", "ben@heron.example")
    module, kind, method = where.split(".")
    code = (
        f"import os, signal\nfrom agent_tui.store import {module}\n"
        f"{module}.{kind}.{method} = lambda *given: os.kill(os.getpid(), signal.SIGKILL)\n"
        "from agent_tui.cli.main import main\nmain(['erase', '#1', '--yes'])"
    )
    killed = subprocess.run([sys.executable, "-c", code], capture_output=True, stdin=subprocess.DEVNULL)
    assert killed.returncode == -signal.SIGKILL
    assert "did not come to its end" in cli("doctor").out
    assert [row["id"] for row in cli("tickets", "--json").json()] == [2]
    assert left(cli) == {} or set(left(cli)) == {"xylophone"}  # Ben's own word
    (record,) = cli("destructions", "--json").json()
    assert record["ended"]
    cli("journal", "--verify")


def test_T4_a_look_is_at_kinds_of_data_that_there_are(cli: Cli) -> None:
    number = cli.new()
    given = ("do", str(number), "unmask", "--set", "reason=to ring back", "--set")
    assert "allreason" in cli(*given, "kinds=allreason", code=2).err
    cli(*given, "kinds=all")
