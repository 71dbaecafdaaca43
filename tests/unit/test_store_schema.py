"""Older stores are brought up to date, newer ones are left alone; and what errors say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from agent_tui.store import errors, open_store
from agent_tui.store.cipher import Connection, OperationalError, translate
from agent_tui.store.errors import NewerStore, StoreError
from agent_tui.store.schema import APPLICATION_ID, MIGRATIONS, Migration, latest

KEY = bytes(range(32))
FIRST = Migration(1, "people", ("CREATE TABLE people (name TEXT)", "INSERT INTO people VALUES ('Li Wei')"))


def greet(connection: Connection) -> None:
    connection.execute("UPDATE people SET greeting = 'Dear ' || name")


SECOND = Migration(2, "greetings", ("ALTER TABLE people ADD COLUMN greeting TEXT", greet))
THIRD = Migration(3, "a mistake", ("CREATE TABLE half_done (n)", "SELECT no_such_function()"))


def pragma(connection: Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchall()[0][0])


def test_the_migrations_are_numbered_without_a_gap() -> None:
    assert [migration.version for migration in MIGRATIONS] == list(range(1, len(MIGRATIONS) + 1))
    assert all(migration.about for migration in MIGRATIONS)


def test_a_new_store_has_the_newest_layout_and_says_whose_it_is(tmp_path: Path) -> None:
    with open_store(tmp_path / "li.db", KEY) as db:
        assert pragma(db.connection, "user_version") == latest()
        assert pragma(db.connection, "application_id") == APPLICATION_ID


def test_an_older_store_is_brought_up_to_date_with_its_documents(tmp_path: Path) -> None:
    path = tmp_path / "li.db"
    with open_store(path, KEY, migrations=[FIRST]) as db:
        db.table("tickets").insert({"n": 1})
    with open_store(path, KEY, migrations=[SECOND, FIRST]) as db:
        assert db.connection.execute("SELECT * FROM people").fetchall() == [("Li Wei", "Dear Li Wei")]
        assert db.table("tickets").all() == [{"n": 1}]
        assert pragma(db.connection, "user_version") == 2


def test_a_newer_store_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "li.db"
    open_store(path, KEY, migrations=[FIRST, SECOND]).close()
    before = path.read_bytes()
    with pytest.raises(NewerStore, match="layout 2, this one knows 1") as told:
        open_store(path, KEY, migrations=[FIRST])
    assert (told.value.found, told.value.known) == (2, 1)
    assert path.read_bytes() == before


def test_a_migration_that_fails_leaves_the_layout_before_it(tmp_path: Path) -> None:
    path = tmp_path / "li.db"
    with pytest.raises(OperationalError):
        open_store(path, KEY, migrations=[FIRST, SECOND, THIRD])
    with open_store(path, KEY, migrations=[FIRST, SECOND]) as db:
        assert pragma(db.connection, "user_version") == 2
        tables = {row[0] for row in db.connection.execute("SELECT name FROM sqlite_schema").fetchall()}
    assert "half_done" not in tables


def test_programs_that_open_an_old_store_at_once_migrate_it_once(tmp_path: Path) -> None:
    path = tmp_path / "li.db"
    open_store(path, KEY, migrations=[FIRST]).close()
    code = (
        "import sys; from pathlib import Path; from agent_tui.store import open_store\n"
        "from agent_tui.store.schema import Migration\n"
        "old = Migration(1, 'people', ())\n"
        "new = Migration(2, 'one more', (\"INSERT INTO people VALUES ('Ana')\",))\n"
        "open_store(Path(sys.argv[1]), bytes(range(32)), migrations=[old, new]).close()\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(path)]) for _ in range(5)]
    assert [process.wait(60) for process in running] == [0] * 5
    with open_store(path, KEY, migrations=[FIRST, Migration(2, "one more", ())]) as db:
        assert db.connection.execute("SELECT count(*) FROM people").fetchall() == [(2,)]


def kinds(base: type[StoreError]) -> list[type[StoreError]]:
    return [base, *(each for child in base.__subclasses__() for each in kinds(child))]


@pytest.mark.parametrize("kind", kinds(StoreError), ids=lambda kind: kind.__name__)
def test_every_error_says_what_to_which_file_and_what_to_do(kind: type[StoreError]) -> None:
    assert kind.__doc__
    assert "{path}" in kind.text or "{profile}" in kind.text
    assert len(kind.text.split()) >= 8


def test_an_error_keeps_its_sentence_and_its_details_apart(tmp_path: Path) -> None:
    error = errors.NewerStore(tmp_path, 5, 3)
    assert error.text == errors.NewerStore.text
    assert error.details == {"path": str(tmp_path), "found": 5, "known": 3}
    assert str(error) == error.text.format(**error.details)


@pytest.mark.parametrize(
    ("code", "writing", "kind"),
    [
        (5, True, errors.StoreBusy),
        (6, False, errors.StoreBusy),
        (8, True, errors.StoreUnusable),
        (10, False, errors.StoreUnusable),
        (10, True, errors.DiskFull),
        (11, False, errors.DamagedStore),
        (13, True, errors.DiskFull),
        (14, False, errors.StoreUnusable),
        (26, False, errors.DamagedStore),
        (1, False, type(None)),
        (19, True, type(None)),
    ],
)
def test_each_code_of_sqlite_has_one_meaning(code: int, writing: bool, kind: type) -> None:
    error = OperationalError("told by SQLite")
    error.sqlite_errorcode = code  # type: ignore[attr-defined]
    assert type(translate(error, Path("li.db"), writing=writing)) is kind
