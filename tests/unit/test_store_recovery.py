"""What is saved of a damaged store, row by row."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent_tui.store import open_store
from agent_tui.store.cipher import Connection
from agent_tui.store.errors import DamagedStore, DiskFull, NoSuchProfile, StoreError, WrongKey
from agent_tui.store.health import check
from agent_tui.store.recovery import recover
from agent_tui.store.schema import Migration

KEY = bytes(range(32))
NOW = datetime(2026, 3, 9, 14, 5, 6, tzinfo=UTC)
PAGE = 4096
TICKETS, NOTES, LONG = 3_000, 500, 40
MIGRATIONS = (
    Migration(
        1,
        "for these tests",
        (
            "CREATE TABLE entries (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, body BLOB NOT NULL)",
            "CREATE TABLE plain (word TEXT NOT NULL, n INTEGER NOT NULL)",
            "CREATE TABLE keyed (id TEXT PRIMARY KEY, n INTEGER) WITHOUT ROWID",
            "CREATE TABLE parent (id INTEGER PRIMARY KEY)",
            "CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent)",
            "CREATE VIRTUAL TABLE words USING fts5(text)",
            "CREATE TRIGGER copies AFTER INSERT ON entries BEGIN INSERT INTO plain VALUES ('trigger', 0); END",
        ),
    ),
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with rows of many kinds, their pages interleaved as in real use."""
    path = tmp_path_factory.mktemp("whole") / "li.db"
    with open_store(path, KEY, migrations=MIGRATIONS) as db:
        chance = random.Random(5)  # noqa: S311  the same bytes each time
        for start in range(0, TICKETS, 300):
            db.table("tickets").insert_multiple(
                {"n": start + n, "text": "x" * chance.randrange(100, 900)} for n in range(300)
            )
            db.table("notes").insert_multiple({"text": "n" * 60} for _ in range(NOTES // 10))
            db.table("long").insert_multiple({"text": "l" * 9_000} for _ in range(LONG // 10))
            with db.transaction() as connection:
                for n in range(100):
                    values = (f"{start + n:05}", bytes(chance.randrange(20, 300)))
                    connection.execute("INSERT INTO entries (id, body) VALUES (?, ?)", values)
                    connection.execute("INSERT INTO keyed VALUES (?, ?)", (f"{start + n:05}", n))
                connection.execute("INSERT INTO words VALUES ('findable')")
        with db.transaction() as connection:
            connection.execute("INSERT INTO parent VALUES (1)")
            connection.execute("INSERT INTO child VALUES (7, 1)")
    return path


@pytest.fixture
def path(whole: Path, tmp_path: Path) -> Path:
    shutil.copy(whole, tmp_path / "li.db")
    shutil.copy(whole.with_name("li.db.id"), tmp_path / "li.db.id")
    return tmp_path / "li.db"


ALL = {
    "doc_tickets": TICKETS,
    "doc_notes": NOTES,
    "doc_long": LONG,
    "entries": 1_000,
    "plain": 1_000,
    "keyed": 1_000,
    "parent": 1,
    "child": 1,
}


def overwrite(path: Path, start: int, count: int) -> None:
    with path.open("r+b") as file:
        file.seek(start)
        file.write(random.Random(start).randbytes(count))  # noqa: S311  the same bytes each time


def counted(path: Path) -> dict[str, int]:
    with open_store(path, KEY, migrations=MIGRATIONS) as db:
        return {
            table: int(db.connection.execute(f'SELECT count(*) FROM "{table}"').fetchall()[0][0])  # noqa: S608
            for table in ALL
        }


def lost_rows(path: Path) -> int:
    """Recover, check that the report tells the truth, and return how many documents and entries are gone."""
    damaged = path.read_bytes()
    done = recover(path, KEY, NOW, migrations=MIGRATIONS)
    assert done.aside == path.with_name("li.db.damaged-20260309-140506")
    assert done.aside.read_bytes() == damaged
    assert check(path, KEY).sound
    assert counted(path) == {table: done.recovered.get(table, 0) for table in ALL}
    for table in ALL.keys() & done.recovered.keys():
        gone = ALL[table] - done.recovered[table]
        lost = done.lost.get(table, 0)
        assert gone >= 0
        assert lost is None or gone <= lost
        if table.startswith("doc_") and lost is not None:
            assert gone == lost  # their ids have no holes
    with open_store(path, KEY, migrations=MIGRATIONS) as db:
        for document in db.table("tickets"):
            assert document["n"] == document.doc_id - 1
        assert {len(document["text"]) for document in db.table("long")} <= {9_000}
        assert {document["text"] for document in db.table("notes")} <= {"n" * 60}
    leftovers = {file.name for file in path.parent.iterdir() if "damaged" not in file.name}
    assert leftovers == {"li.db", "li.db.id"}
    assert {file.stat().st_mode & 0o077 for file in path.parent.iterdir()} <= {
        0,
        0o044,
    }  # copies of the test's
    return sum(ALL[table] - done.recovered.get(table, 0) for table in ALL)


def test_a_sound_store_is_copied_as_it_is(path: Path) -> None:
    assert lost_rows(path) == 0
    with open_store(path, KEY, migrations=MIGRATIONS) as db:
        # Whoever owns a search index fills it again; here it is there, and empty.
        assert db.connection.execute("SELECT count(*) FROM words").fetchall() == [(0,)]
        assert db.connection.execute("SELECT count(*) FROM plain WHERE word = 'trigger'").fetchall() == [
            (1_000,)
        ]
        assert db.table("tickets").insert({"n": TICKETS}) == TICKETS + 1


@pytest.mark.parametrize("part", [0.2, 0.35, 0.5, 0.65, 0.8, 0.95])
def test_bytes_overwritten_in_the_middle_cost_only_the_rows_there(path: Path, part: float) -> None:
    overwrite(path, int(path.stat().st_size * part), 3 * PAGE)
    assert not check(path, KEY).sound
    assert 0 <= lost_rows(path) <= 160  # four pages of the smallest rows; an interior page costs none


def test_many_small_wounds(path: Path) -> None:
    pages = path.stat().st_size // PAGE
    for page in range(30, pages, 40):
        overwrite(path, page * PAGE + 1_000, 10)
    assert len(check(path, KEY).bad_pages) == len(range(30, pages, 40))
    assert lost_rows(path) <= len(range(30, pages, 40)) * 45


@pytest.mark.parametrize("start", range(2, 22))
def test_no_single_page_takes_more_than_its_own_rows_with_it(path: Path, start: int) -> None:
    """The first pages are those that lead to all others."""
    overwrite(path, (start - 1) * PAGE, PAGE)
    assert lost_rows(path) <= 1_000  # a tree without rowids has no second way in: `keyed` at worst


def test_a_first_page_full_of_garbage_costs_nothing(path: Path) -> None:
    overwrite(path, 0, PAGE)
    with pytest.raises(DamagedStore):
        open_store(path, KEY, migrations=MIGRATIONS)
    assert lost_rows(path) == 0


def test_a_lost_salt_costs_nothing_and_is_not_even_noticed(path: Path) -> None:
    overwrite(path, 0, 16)
    assert counted(path) == ALL


@pytest.mark.parametrize("part", [0.9, 0.5, 0.1])
def test_a_file_that_was_cut_short_keeps_what_lies_before_the_cut(path: Path, part: float) -> None:
    size = int(path.stat().st_size * part) + 77
    os.truncate(path, size)
    with pytest.raises(DamagedStore):
        open_store(path, KEY, migrations=MIGRATIONS)
    lost = lost_rows(path)
    # Rows were written evenly over the file; what has no rowid is not found without its tree.
    assert lost <= (1 - part) * sum(ALL.values()) * 1.15 + ALL["keyed"] + 100


def test_a_cut_file_whose_first_page_is_gone_too(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)
    overwrite(path, 0, PAGE)
    assert lost_rows(path) <= 0.5 * sum(ALL.values()) * 1.15 + ALL["keyed"] + 100


def test_an_empty_file_gives_an_empty_store(path: Path) -> None:
    path.write_bytes(b"")
    assert check(path, KEY).complaints == ("the file is empty",)
    assert lost_rows(path) == sum(ALL.values())


def test_garbage_throughout_gives_an_empty_store(path: Path) -> None:
    overwrite(path, 0, path.stat().st_size)
    assert lost_rows(path) == sum(ALL.values())


def test_without_a_first_page_and_without_its_copy_nothing_can_be_saved_and_that_is_said(path: Path) -> None:
    overwrite(path, 0, PAGE)
    path.with_name("li.db.id").unlink()
    done = recover(path, KEY, NOW, migrations=MIGRATIONS)
    assert done.recovered == {}
    assert any("nothing was saved" in str(note) for note in done.notes)
    assert done.aside.exists()


def killed_with_a_log(path: Path) -> None:
    code = (
        "import sys, os; from pathlib import Path; from agent_tui.store.cipher import connect\n"
        "from agent_tui.store.session import configure\n"
        "c = connect(Path(sys.argv[1]), bytes(range(32))); configure(c)\n"
        "c.execute('PRAGMA wal_autocheckpoint = 0')\n"
        "for n in range(3000, 3050):\n"
        "    c.execute('INSERT INTO doc_tickets (body) VALUES (?)', ('{\"n\":%d}' % n,))\n"
        "os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(path)])
    assert path.with_name("li.db-wal").stat().st_size > 0


@pytest.mark.parametrize("spoil", ["nothing", "first page", "empty", "cut"])
def test_what_only_stands_in_the_log_is_saved_too(path: Path, spoil: str) -> None:
    killed_with_a_log(path)
    match spoil:
        case "first page":
            overwrite(path, 0, PAGE)
        case "empty":
            path.write_bytes(b"")
        case "cut":
            os.truncate(path, path.stat().st_size // 2)
        case _:
            pass
    recover(path, KEY, NOW, migrations=MIGRATIONS)
    with open_store(path, KEY, migrations=MIGRATIONS) as db:
        found = {document["n"] for document in db.table("tickets")}
    assert found >= set(range(3_000, 3_050))
    assert path.with_name("li.db.damaged-20260309-140506-wal").exists()


def test_a_log_that_went_missing_costs_only_what_stood_in_it(path: Path) -> None:
    killed_with_a_log(path)
    path.with_name("li.db-wal").unlink()
    path.with_name("li.db-shm").unlink(missing_ok=True)
    assert counted(path) == ALL


def test_a_log_full_of_garbage_costs_only_what_stood_in_it(path: Path) -> None:
    killed_with_a_log(path)
    overwrite(path.with_name("li.db-wal"), 0, 100_000)
    overwrite(path, 0, PAGE)
    assert lost_rows(path) == 0


def test_rows_whose_partners_are_lost_are_told(path: Path) -> None:
    with open_store(path, KEY, migrations=MIGRATIONS) as db:
        db.connection.execute("PRAGMA foreign_keys = OFF")
        db.connection.execute("DELETE FROM parent")
    done = recover(path, KEY, NOW, migrations=MIGRATIONS)
    assert "1 saved rows refer to rows that are lost." in [str(note) for note in done.notes]


def test_an_older_layout_is_recovered_and_then_brought_up_to_date(path: Path) -> None:
    def shout(connection: Connection) -> None:
        connection.execute("UPDATE plain SET word = upper(word)")

    overwrite(path, 0, PAGE)
    newer = (*MIGRATIONS, Migration(2, "louder", ("ALTER TABLE plain ADD COLUMN extra TEXT", shout)))
    recover(path, KEY, NOW, migrations=newer)
    with open_store(path, KEY, migrations=newer) as db:
        assert db.connection.execute("SELECT DISTINCT word FROM plain").fetchall() == [("TRIGGER",)]
        assert db.connection.execute("PRAGMA user_version").fetchall() == [(2,)]


def test_the_wrong_key_recovers_nothing_and_changes_nothing(path: Path) -> None:
    overwrite(path, 5 * PAGE, PAGE)
    before = {file: file.read_bytes() for file in path.parent.iterdir()}
    with pytest.raises(WrongKey):
        recover(path, bytes(32), NOW, migrations=MIGRATIONS)
    with pytest.raises(WrongKey):
        check(path, bytes(32))
    assert {file: file.read_bytes() for file in path.parent.iterdir()} == before


@pytest.mark.parametrize("ask", [lambda path: check(path, KEY), lambda path: recover(path, KEY, NOW)])
def test_a_store_that_is_not_there_is_told(tmp_path: Path, ask: Callable[[Path], object]) -> None:
    with pytest.raises(NoSuchProfile):
        ask(tmp_path / "none.db")
    assert list(tmp_path.iterdir()) == []


def test_two_recoveries_in_one_second_keep_both_damaged_files(path: Path) -> None:
    first = recover(path, KEY, NOW, migrations=MIGRATIONS).aside
    second = recover(path, KEY, NOW, migrations=MIGRATIONS).aside
    assert first != second
    assert first.exists()
    assert second.exists()


def test_a_recovery_that_runs_out_of_space_changes_nothing(path: Path) -> None:
    overwrite(path, 100 * PAGE, PAGE)
    before = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    code = (
        "import sys, resource; from pathlib import Path; from datetime import datetime, UTC\n"
        "from agent_tui.store.recovery import recover; from agent_tui.store.errors import DiskFull\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, resource.RLIM_INFINITY))\n"
        "try: recover(Path(sys.argv[1]), bytes(range(32)), datetime(2026, 1, 1, tzinfo=UTC))\n"
        "except DiskFull: print('full')\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True)
    assert done.stdout == "full\n", done.stderr
    assert {file.name: file.read_bytes() for file in path.parent.iterdir()} == before


def test_a_damaged_page_met_while_reading_is_told_as_damage(path: Path) -> None:
    overwrite(path, path.stat().st_size // 2, 20 * PAGE)
    with open_store(path, KEY, migrations=MIGRATIONS) as db, pytest.raises(StoreError) as told:
        db.table("tickets").all()
    assert isinstance(told.value, DamagedStore)
    assert not isinstance(told.value, DiskFull)
