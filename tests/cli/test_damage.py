"""Damage is told with what to do about it; whoever changes the journal is found out."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from agent_tui.store.cipher import PAGE_BYTES, Connection, connect
from tests.cli.conftest import Cli

EVERYTHING = [
    ("tickets",),
    ("show", "1"),
    ("explain", "1"),
    ("journal",),
    ("journal", "--verify"),
    ("export",),
    ("do", "1", "take"),
    ("new", "--channel", "chat", "--subject", "x", "--set", "name=x"),
    ("save", "1", "1"),
    ("tickets", "--search", "x"),
]


def spoil(path: Path, pages: list[int]) -> None:
    """Overwrite bytes in the middle of pages, counted from 1."""
    content = bytearray(path.read_bytes())
    for page in pages:
        start = (page - 1) * PAGE_BYTES + 1000
        content[start : start + 500] = bytes(500)
    path.write_bytes(content)


def raw(cli: Cli, store: Path) -> Connection:
    """The store as its owner can open it without this program."""
    key = (cli.home / "config" / "keys" / f"{store.parent.name}.key").read_text().strip()
    return connect(store, bytes.fromhex(key))


@pytest.mark.parametrize("words", EVERYTHING)
def test_a_store_whose_first_page_is_spoiled(cli: Cli, store: Path, words: tuple[str, ...]) -> None:
    cli.new()
    spoil(store, [1])
    for language in ("en", "zh_CN"):
        said = cli("--lang", language, *words, code=5)
        assert "doctor --recover" in said.err
        assert str(store) in said.err
        assert said.err.count("\n") == 1
        assert said.out == ""


def test_a_recovered_store_has_everything_again(cli: Cli, sample: Path) -> None:
    cli("do", "1", "reply", "--text", "Hello")
    before = cli("tickets", "--json").json()
    texts = cli("show", "1", "--json").json()["messages"]
    spoil(sample, [1])
    said = cli("doctor", code=5)
    assert re.search(r"^BAD .*damaged: 1 pages.*doctor --recover", said.out, re.MULTILINE)
    bad = [each for each in cli("doctor", "--json", code=5).json() if each["weight"] == "bad"]
    assert len(bad) == 1
    said = cli("doctor", "--recover")
    assert "set aside" in said.out
    [aside] = sample.parent.glob("store.db.damaged-????????-??????")
    assert aside.stat().st_mode & 0o777 == 0o600
    assert cli("tickets", "--json").json() == before
    assert cli("show", "1", "--json").json()["messages"] == texts
    assert cli("journal", "--verify").code == 0
    cli("do", "1", "note", "--text", "goes on")
    cli("tickets", "--search", "hello")


def test_tickets_that_were_lost_come_back_from_the_journal(cli: Cli, sample: Path) -> None:
    cli("do", "3", "take")
    before = cli("tickets", "--json").json()
    connection = raw(cli, sample)
    pages = (
        [
            row[0]
            for row in connection.execute(
                "SELECT DISTINCT pageno FROM dbstat WHERE name = 'doc_tickets' AND pagetype = 'leaf'"
            )
        ]
        if has_dbstat(connection)
        else []
    )
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    spoil(sample, pages or pages_with_tickets(cli, sample))
    assert "damaged" in cli("doctor", code=5).out
    said = cli("doctor", "--recover")
    restored = re.search(r"(\d+) tickets were restored from the journal", said.out)
    assert restored
    assert cli("tickets", "--json").json() == before
    assert cli("journal", "--verify").code == 0
    assert cli("show", "3", "--json").json()["owner"]


def has_dbstat(connection: Connection) -> bool:
    return any(row[0] == "ENABLE_DBSTAT_VTAB" for row in connection.execute("PRAGMA compile_options"))


def pages_with_tickets(cli: Cli, store: Path) -> list[int]:
    """The root page of the table of tickets, for a SQLite that cannot tell which pages a table has."""
    connection = raw(cli, store)
    found = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'doc_tickets'").fetchall()
    connection.close()
    return [int(row[0]) for row in found]


@pytest.mark.parametrize("seed", range(6))
def test_random_damage_never_goes_unseen_or_ends_in_a_fault_of_ours(
    cli: Cli, sample: Path, seed: int
) -> None:
    connection = raw(cli, sample)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    chance = random.Random(seed)  # noqa: S311
    content = bytearray(sample.read_bytes())
    for _hit in range(chance.randint(1, 6)):
        start = chance.randrange(len(content))
        content[start : start + 64] = chance.randbytes(64)[: len(content) - start]
    sample.write_bytes(content[: chance.choice([len(content), len(content) - chance.randrange(1, 20_000)])])
    for words in EVERYTHING:
        read = cli_any(cli, *words)
        assert read in (0, 4, 5)
    assert cli_any(cli, "doctor") == 5
    assert cli_any(cli, "doctor", "--recover") in (0, 5)  # 5: something is lost, and it says what
    assert cli_any(cli, "doctor") in (0, 5)
    assert cli("tickets", "--json").json()
    cli.new(subject="goes on")


def cli_any(cli: Cli, *words: str) -> int:
    from agent_tui.cli.main import main

    return main(words)


def test_a_store_cut_to_nothing_is_not_taken_for_a_new_one(cli: Cli, store: Path) -> None:
    cli.new()
    for suffix in ("-wal", "-shm"):
        store.with_name(store.name + suffix).unlink(missing_ok=True)
    store.write_bytes(b"")
    for words in (("new", "--channel", "chat", "--subject", "x", "--set", "name=x"), ("import", __file__)):
        assert cli_any(cli, *words) == 5
    assert store.read_bytes() == b""


def test_a_file_that_is_no_store(cli: Cli, store: Path) -> None:
    cli.new()
    store.write_bytes(b"SQLite format 3\0" + bytes(5000))
    for words in EVERYTHING:
        cli(*words, code=5)


# The journal. Whoever has the key can write SQL; what was written before still gives them away.

CHANGE_BODY = (
    "UPDATE journal SET body = CAST(replace(CAST(body AS TEXT), 'second', 'SECOND') AS BLOB) WHERE seq = 3"
)
COPY = (
    "INSERT INTO journal SELECT {seq}, 'x' || id, ticket, other, kind, recorded, salt, body, digest, chain"
    " FROM journal WHERE seq = 3"
)
STRANGER = (
    "INSERT INTO doc_tickets ({id}, {json}) SELECT 77, replace({json}, '\"id\":1', '\"id\":77')"
    " FROM doc_tickets WHERE {id} = 1"
)
SWAP = (
    "UPDATE journal SET seq = -3 WHERE seq = 3",
    "UPDATE journal SET seq = 3 WHERE seq = 4",
    "UPDATE journal SET seq = 4 WHERE seq = -3",
)
TAMPERED: dict[str, tuple[tuple[str, ...], str]] = {
    "a body": ((CHANGE_BODY,), "entry 3: its content was changed"),
    "a body made unreadable": (
        ("UPDATE journal SET body = x'7B' WHERE seq = 3",),
        "entry 3: its content was changed",
    ),
    "a body of another kind": (
        ("UPDATE journal SET body = x'FF00' WHERE seq = 3",),
        "entry 3: its content was changed",
    ),
    "a moment": (("UPDATE journal SET recorded = recorded - 3600000000 WHERE seq = 3",), "entry 3:"),
    "a ticket number": (("UPDATE journal SET ticket = 2 WHERE seq = 3",), "entry 3:"),
    "a kind": (("UPDATE journal SET kind = 'reply' WHERE seq = 3",), "entry 3:"),
    "a digest with its body": (("UPDATE journal SET digest = zeroblob(32) WHERE seq = 3",), "entry 3:"),
    "the first one deleted": (("DELETE FROM journal WHERE seq = 1",), "entry 1: it is missing"),
    "one in the middle deleted": (("DELETE FROM journal WHERE seq = 3",), "entry 3: it is missing"),
    "one deleted, its trace as well": (
        ("DELETE FROM journal WHERE seq = 3", "DELETE FROM outbox WHERE seq = 3"),
        "entry 3: it is missing",
    ),
    "the newest deleted": (("DELETE FROM journal WHERE seq = 5",), "entry 5: it is missing"),
    "the newest deleted, its trace as well": (
        ("DELETE FROM journal WHERE seq = 5", "DELETE FROM outbox WHERE seq = 5"),
        "ticket 1: it is not what the journal says",
    ),
    "one in the middle deleted and the rest moved up": (
        (
            "DELETE FROM journal WHERE seq = 3",
            "UPDATE journal SET seq = 3 WHERE seq = 4",
            "UPDATE journal SET seq = 4 WHERE seq = 5",
        ),
        "entry 3: it does not follow",
    ),
    "one inserted at the end": ((COPY.format(seq=6),), "entry 6:"),
    "one inserted far behind": ((COPY.format(seq=60),), "entry 6: it is missing"),
    "two swapped": (SWAP, "entry 3: it does not follow"),
    "all deleted": (("DELETE FROM journal",), "entry 1: it is missing"),
    "a ticket": (
        ("UPDATE doc_tickets SET {json} = replace({json}, 'Double charge', 'Gift') WHERE {id} = 1",),
        "ticket 1: it is not what the journal says",
    ),
    "a ticket made unreadable": (("UPDATE doc_tickets SET {json} = '{' WHERE {id} = 1",), "ticket 1:"),
    "a ticket deleted": (
        ("DELETE FROM doc_tickets WHERE {id} = 2",),
        "ticket 2: it is not what the journal says",
    ),
    "a ticket that nobody opened": (
        (STRANGER,),
        "ticket 77: it is not what the journal says",
    ),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_verify_names_what_was_changed(cli: Cli, store: Path, what: str) -> None:
    cli.new()
    cli.new("Somebody")
    for text in ("second thoughts", "third", "fourth"):
        cli.do(1, "note", text=text)
    assert cli("journal", "--verify").code == 0
    connection = raw(cli, store)
    for (name,) in connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'journal'"
    ).fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    columns = [row[1] for row in connection.execute("PRAGMA table_info(doc_tickets)")]
    statements, named = TAMPERED[what]
    for statement in statements:
        connection.execute(statement.replace("{id}", columns[0]).replace("{json}", columns[1]))
    connection.close()
    said = cli("journal", "--verify", code=5)
    assert named in said.out
    assert cli("--lang", "zh_CN", "journal", "--verify", code=5).out.strip()
    told = cli("journal", "--verify", "--json", code=5).json()
    assert told.keys() == {"entries", "faults"}
    assert all(fault.keys() == {"seq", "fault"} for fault in told["faults"])
    assert any(named in fault["fault"] for fault in told["faults"])
    assert any(each["weight"] == "bad" for each in cli("doctor", "--json", code=5).json())


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM journal WHERE seq = 1",
        "UPDATE journal SET kind = 'x' WHERE seq = 1",
        "UPDATE journal SET body = x'00' WHERE seq = 1",
        "UPDATE journal SET seq = 9 WHERE seq = 1",
    ],
)
def test_the_journal_resists_plain_sql(cli: Cli, store: Path, statement: str) -> None:
    cli.new()
    connection = raw(cli, store)
    with pytest.raises(Exception, match="append-only"):
        connection.execute(statement)
    connection.close()
    assert cli("journal", "--verify").code == 0


def test_an_erased_body_is_no_fault_of_the_chain(cli: Cli, store: Path) -> None:
    cli.new()
    cli.do(1, "note", text="to be erased")
    connection = raw(cli, store)
    connection.execute("UPDATE journal SET body = NULL, salt = NULL WHERE seq = 2")
    connection.close()
    cli("journal", "--verify")
    assert "(erased)" in cli("journal").out
    assert cli("journal", "--json").lines()[1]["fields"] is None
    assert "(erased)" in cli("show", "1").out
    assert cli("show", "1", "--json").json()["messages"][1]["text"] is None
