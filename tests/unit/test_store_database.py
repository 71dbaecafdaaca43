"""Opening a store, and what TinyDB's own tests do not ask of its tables."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self
from uuid import UUID, uuid4

import pytest
from tinydb import where
from tinydb.table import Document

from agent_tui.store import Database, open_store, rows, sidecar
from agent_tui.store.cipher import Connection, IntegrityError
from agent_tui.store.documents import DocumentTable
from agent_tui.store.errors import DamagedStore, NoSuchProfile, NotAStore, StoreError, StoreUnusable, WrongKey

KEY = bytes(range(32))
OTHER_KEY = bytes(reversed(range(32)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "profiles" / "li.db"


@pytest.fixture
def db(path: Path) -> Iterator[Database]:
    with open_store(path, KEY) as database:
        yield database


class Statements:
    """The SQL a block runs on its thread's connection, without what opens and closes transactions."""

    def __init__(self, db: Database) -> None:
        self._connection = db.connection
        self._all: list[str] = []

    def __enter__(self) -> Self:
        self._connection.set_trace_callback(self._all.append)
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.set_trace_callback(None)

    def of(self, verb: str, table: str = "") -> list[str]:
        return [one for one in self._all if one.startswith(verb) and f'"doc_{table}' in one]

    def commits(self) -> int:
        return self._all.count("COMMIT")


def fill(db: Database, count: int, name: str = "tickets") -> DocumentTable:
    table = db.table(name)
    table.insert_multiple({"n": number, "subject": f"subject {number}"} for number in range(1, count + 1))
    return table


# -- how many rows are touched ---------------------------------------------------------------------------


def test_an_update_by_id_reads_and_writes_one_row_of_20000(db: Database) -> None:
    table = fill(db, 20_000)
    with Statements(db) as seen:
        assert table.update({"n": -1}, doc_ids=[12_345]) == [12_345]
    assert len(seen.of("SELECT")) == 1
    assert len(seen.of("UPDATE")) == 1
    assert not seen.of("INSERT")
    assert not seen.of("DELETE")
    assert seen.commits() == 1


def test_an_update_that_changes_nothing_writes_nothing(db: Database) -> None:
    table = fill(db, 3)
    table.put_json(4, b'{ "n": 4.0e0 }')  # other words for the same document
    with Statements(db) as seen:
        table.update({"n": 2}, doc_ids=[2])
        table.update(lambda fields: None, where("n") >= 1)
    assert not seen.of("UPDATE")
    assert not seen.of("INSERT")


def test_an_update_by_query_writes_only_the_rows_that_match(db: Database) -> None:
    table = fill(db, 1_000)
    with Statements(db) as seen:
        table.update({"urgent": True}, where("n").one_of([5, 700]))
    assert len(seen.of("UPDATE")) == 2
    assert len(seen.of("SELECT")) < 10  # in chunks, not one by one
    assert seen.commits() == 1


def test_getting_documents_by_id_reads_as_many_rows(db: Database) -> None:
    table = fill(db, 5_000)
    with Statements(db) as seen:
        assert table.get(doc_id=4_000)["n"] == 4_000  # type: ignore[index]
        assert [document.doc_id for document in table.get(doc_ids=[7, 4_999, 7, 6_000])] == [7, 4_999]
    assert len(seen.of("SELECT")) == 1 + 3


def test_walking_over_a_table_holds_a_few_hundred_rows_at_a_time(db: Database) -> None:
    table = fill(db, 1_000)
    walk = iter(table)
    with Statements(db) as seen:
        next(walk)
    assert len(seen.of("SELECT")) == 1
    assert "LIMIT 256" in seen.of("SELECT")[0]


def test_the_loop_over_a_table_may_write_to_it(db: Database) -> None:
    table = fill(db, 600)
    for document in table:
        table.update({"n": 0}, doc_ids=[document.doc_id])
    assert table.count(where("n") == 0) == 600


# -- documents -------------------------------------------------------------------------------------------


def test_a_callable_may_change_nested_values_in_place(db: Database) -> None:
    table = db.table("tickets")
    number = table.insert({"messages": [{"text": "a"}], "tags": {"x": 1}})

    def change(fields: dict[str, list[dict[str, str]]]) -> None:
        fields["messages"][0]["text"] = "b"

    table.update(change, doc_ids=[number])  # type: ignore[arg-type]
    assert table.get(doc_id=number) == {"messages": [{"text": "b"}], "tags": {"x": 1}}


def test_an_update_that_raises_leaves_everything_as_it_was(db: Database) -> None:
    table = fill(db, 10)

    def change(fields: dict[str, int]) -> None:
        fields["n"] += 100
        if fields["n"] > 105:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        table.update(change)  # type: ignore[arg-type]
    assert [document["n"] for document in table] == list(range(1, 11))


def test_ids_are_never_given_twice_even_after_deleting_and_opening_again(path: Path) -> None:
    with open_store(path, KEY) as db:
        table = fill(db, 3)
        table.remove(doc_ids=[3])
    with open_store(path, KEY) as db:
        assert db.table("tickets").insert({}) == 4
        assert db.table("tickets").insert_json(b"{}") == 5


def test_documents_may_bring_text_or_uuids_as_ids(db: Database) -> None:
    class ByUuid(DocumentTable):
        document_id_class = UUID

    table = ByUuid(db.storage, "by_uuid")  # type: ignore[arg-type]
    first, second = sorted((uuid4(), uuid4()), key=str)
    table.insert(Document({"n": 1}, second))  # type: ignore[arg-type]
    table.insert(Document({"n": 2}, first))  # type: ignore[arg-type]
    assert [(document.doc_id, document["n"]) for document in table] == [(first, 2), (second, 1)]
    assert table.update({"n": 3}, where("n") == 2) == [first]
    assert table.get(doc_id=str(first)) == {"n": 3}
    assert table.remove(doc_ids=[first]) == [first]  # type: ignore[list-item]
    with pytest.raises(TypeError, match="need an id of their own"):
        table.insert({"n": 4})


@pytest.mark.parametrize("name", ["Tickets", "a b", 'quo"te', "it's", "per%cent", "日本", "doc_", ""])
def test_any_name_makes_a_table_of_its_own(db: Database, name: str) -> None:
    db.table(name).insert({"in": name})
    db.table(name.lower() + "x").insert({})
    assert name in db.tables()
    assert db.table(name).all() == [{"in": name}]


def test_tables_that_differ_in_capitals_are_two(db: Database) -> None:
    db.table("A").insert({"n": 1})
    db.table("a").insert({"n": 2})
    assert db.tables() == {"A", "a"}
    db.drop_table("A")
    assert db.tables() == {"a"}
    assert len(db.table("A")) == 0


def test_dropping_all_tables_leaves_the_tables_that_are_not_documents(db: Database) -> None:
    with db.transaction() as connection:
        connection.execute("CREATE TABLE kept (n)")
        connection.execute("INSERT INTO kept VALUES (1)")
    fill(db, 2)
    db.drop_tables()
    assert db.tables() == set()
    assert db.connection.execute("SELECT n FROM kept").fetchall() == [(1,)]


def test_persist_empty_keeps_the_documents_that_are_there(path: Path) -> None:
    with open_store(path, KEY) as db:
        fill(db, 2)
    with open_store(path, KEY) as db:
        assert len(db.table("tickets", persist_empty=True)) == 2


def test_json_goes_in_and_out_as_it_is_and_queries_see_it(db: Database) -> None:
    table = fill(db, 1)
    assert table.count(where("n") == 7) == 0
    number = table.insert_json(b'{"n":7}')
    table.put_json(99, b'{"n": 7}')
    table.put_json(1, b'{"n":7}')
    assert table.count(where("n") == 7) == 3
    assert table.get_json(99) == b'{"n": 7}'
    assert table.get_json(number) == b'{"n":7}'
    assert table.get_json(1_000) is None
    assert table.insert({}) == 100


def test_the_body_is_json_text_for_sql(db: Database) -> None:
    fill(db, 2)
    found = db.connection.execute("SELECT body ->> 'n', typeof(body), home FROM \"doc_tickets\"").fetchall()
    assert found == [(1, "text", "tickets"), (2, "text", "tickets")]


# -- transactions and connections ------------------------------------------------------------------------


def test_a_transaction_is_all_or_nothing(db: Database) -> None:
    table = fill(db, 1)

    def work() -> None:
        with db.transaction():
            table.insert({"n": 2})
            db.table("other").insert({})
            raise KeyError

    with pytest.raises(KeyError):
        work()
    assert len(table) == 1
    assert db.tables() == {"tickets"}
    assert not db.connection.in_transaction


def test_a_nested_transaction_is_undone_alone(db: Database) -> None:
    table = fill(db, 1)

    def insert_in_vain() -> None:
        with db.transaction():
            table.insert({"n": 3})
            raise KeyError

    with db.transaction():
        table.insert({"n": 2})
        with pytest.raises(KeyError):
            insert_in_vain()
        with pytest.raises(ValueError, match="exists"):
            table.insert_multiple([{"n": 4}, Document({}, 1)])
    assert [document["n"] for document in table] == [1, 2]


def test_a_query_inside_a_transaction_that_is_undone_is_not_remembered(db: Database) -> None:
    table = fill(db, 1)

    def work() -> None:
        with db.transaction():
            table.update({"n": 5})
            assert table.count(where("n") == 5) == 1
            raise KeyError

    with pytest.raises(KeyError):
        work()
    assert table.count(where("n") == 5) == 0
    assert table.count(where("n") == 1) == 1


def test_an_error_of_the_callers_own_files_is_not_blamed_on_the_store(db: Database, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), db.transaction():
        (tmp_path / "missing").read_bytes()


def test_a_broken_constraint_stays_what_it_is(db: Database) -> None:
    with db.transaction() as connection:
        connection.execute("CREATE TABLE one (n UNIQUE)")
    with pytest.raises(IntegrityError), db.transaction() as connection:
        connection.execute("INSERT INTO one VALUES (1), (1)")


def test_what_is_read_together_is_of_one_moment(db: Database, path: Path) -> None:
    table = fill(db, 1)
    with open_store(path, KEY) as other, db.reading():
        assert len(table) == 1
        other.table("tickets").insert({})
        assert len(table) == 1
        assert len(table.all()) == 1
    assert len(table) == 2


def test_writing_while_reading_is_refused(db: Database) -> None:
    with db.reading(), pytest.raises(RuntimeError, match="snapshot"):
        db.table("tickets").insert({})


def test_changed_tells_of_others_and_not_of_oneself(db: Database, path: Path) -> None:
    table = fill(db, 1)
    assert not db.changed()
    with open_store(path, KEY) as other:
        other.table("tickets").insert({})
        assert db.changed()
        assert not db.changed()
        table.insert({})
        assert not db.changed()
        assert other.changed()


@pytest.mark.parametrize("write", ["insert", "update", "remove", "truncate", "drop", "sql"])
def test_a_query_never_answers_with_what_another_process_changed(
    db: Database, path: Path, write: str
) -> None:
    table = fill(db, 2)
    assert table.count(where("n") == 1) == 1
    with open_store(path, KEY) as other:
        theirs = other.table("tickets")
        expected = 0
        match write:
            case "insert":
                theirs.insert({"n": 1})
                expected = 2
            case "update":
                theirs.update({"n": 3}, doc_ids=[1])
            case "remove":
                theirs.remove(doc_ids=[1])
            case "truncate":
                theirs.truncate()
            case "drop":
                other.drop_tables()
            case _:
                with other.transaction() as connection:
                    connection.execute('DELETE FROM "doc_tickets"')
        assert table.count(where("n") == 1) == expected


def test_sql_and_dropping_on_ones_own_connection_are_seen_by_queries(db: Database) -> None:
    table = fill(db, 2)
    assert table.count(where("n") == 1) == 1
    with db.transaction() as connection:
        connection.execute('DELETE FROM "doc_tickets" WHERE id = 1')
    assert table.count(where("n") == 1) == 0
    assert table.count(where("n") == 2) == 1
    db.drop_tables()
    assert table.count(where("n") == 2) == 0


def test_threads_write_and_read_at_once(db: Database) -> None:
    table = fill(db, 1)
    failures: list[BaseException] = []

    def work(worker: int) -> None:
        try:
            for number in range(50):
                table.insert({"worker": worker, "n": number})
                found = table.search(where("worker") == worker)
                assert [document["n"] for document in found] == list(range(number + 1))
        except BaseException as error:  # noqa: BLE001  told below, in the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(table) == 1 + 6 * 50
    assert len({document.doc_id for document in table}) == 301


def test_a_reader_meets_the_first_write_to_a_table(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """It sees the table or it does not, and fails in neither case."""
    look = rows.exists

    def written_meanwhile(connection: Connection, sql: str) -> bool:
        writer = threading.Thread(target=db.table("tickets").put_json, args=(1, b"{}"))
        writer.start()
        writer.join()
        return look(connection, sql)

    monkeypatch.setattr(rows, "exists", written_meanwhile)
    assert db.table("tickets").get_json(1) in (None, b"{}")
    assert db.table("tickets").get_json(1) == b"{}"


def test_a_reader_does_not_wait_for_a_thread_that_writes(db: Database) -> None:
    table = fill(db, 1)
    inside, done = threading.Event(), threading.Event()

    def write() -> None:
        with db.transaction():
            table.insert({})
            inside.set()
            done.wait(20)

    writer = threading.Thread(target=write)
    writer.start()
    assert inside.wait(20)
    try:
        assert len(table) == 1  # nor does it see what is not committed
    finally:
        done.set()
        writer.join()
    assert len(table) == 2


def test_closing_closes_the_connections_of_all_threads(db: Database, path: Path) -> None:
    fill(db, 1)
    pool_thread = threading.Thread(target=lambda: len(db.table("tickets")))
    pool_thread.start()
    pool_thread.join()
    db.close()
    db.close()
    assert not path.with_name("li.db-wal").exists()  # the last connection put everything into the file
    with pytest.raises(StoreUnusable, match="closed"):
        len(db.table("tickets"))


# -- the file --------------------------------------------------------------------------------------------


def modes(folder: Path) -> dict[str, int]:
    return {entry.name: stat.S_IMODE(entry.stat().st_mode) for entry in folder.iterdir()}


def test_files_and_folders_are_private_even_with_a_lax_umask(path: Path) -> None:
    before = os.umask(0)
    try:
        with open_store(path, KEY) as db:
            fill(db, 1)
            files = modes(path.parent)
    finally:
        os.umask(before)
    assert files == {"li.db": 0o600, "li.db-wal": 0o600, "li.db-shm": 0o600, "li.db.id": 0o600}
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (path.parent, path.parent.parent)} == {0o700}


def test_a_file_that_became_readable_is_made_private_again(path: Path) -> None:
    open_store(path, KEY).close()
    path.chmod(0o644)
    open_store(path, KEY).close()
    assert modes(path.parent)["li.db"] == 0o600


def test_no_text_of_a_document_is_in_any_file(path: Path) -> None:
    marker = "Zebra-Marker-4711"
    with open_store(path, KEY) as db:
        table = db.table("tickets")
        table.insert_multiple({"text": marker * 50} for _ in range(2_000))
        table.remove(where("text").exists())
        table.insert({"text": marker})
        content = b"".join(file.read_bytes() for file in path.parent.iterdir())
    content += b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert len(content) > 1_000_000
    for clear in (marker.encode(), b"SQLite format", KEY, KEY.hex().encode()):
        assert clear not in content


def test_neither_the_store_nor_its_errors_show_the_key(path: Path) -> None:
    with open_store(path, KEY) as db:
        shown = repr(db) + repr(db.storage) + repr(vars(db)) + repr(vars(db.storage))
    with pytest.raises(WrongKey) as told:
        open_store(path, OTHER_KEY)
    shown += repr(told.value) + str(told.value.__cause__) + repr(told.value.details)
    assert KEY.hex() not in shown
    assert OTHER_KEY.hex() not in shown


def test_another_key_is_told_from_damage(path: Path) -> None:
    with open_store(path, KEY) as db:
        fill(db, 100)
    whole = path.read_bytes()
    with pytest.raises(WrongKey, match=r"li\.db"):
        open_store(path, OTHER_KEY)
    assert path.read_bytes() == whole
    path.write_bytes(os.urandom(4096) + whole[4096:])
    with pytest.raises(DamagedStore, match="recover"):
        open_store(path, KEY)
    with pytest.raises(WrongKey):
        open_store(path, OTHER_KEY)


def test_another_key_is_told_from_damage_without_the_sidecar(path: Path) -> None:
    with open_store(path, KEY) as db:
        fill(db, 100)
    path.with_name("li.db.id").unlink()
    with pytest.raises(WrongKey):
        open_store(path, OTHER_KEY)
    path.write_bytes(os.urandom(4096) + path.read_bytes()[4096:])
    with pytest.raises(DamagedStore):
        open_store(path, KEY)


def test_the_sidecar_comes_back_when_it_is_missing_or_broken(path: Path) -> None:
    open_store(path, KEY).close()
    sidecar = path.with_name("li.db.id")
    good = sidecar.read_bytes()
    sidecar.unlink()
    open_store(path, KEY).close()
    assert sidecar.read_bytes() == good
    sidecar.write_bytes(good[:100])
    open_store(path, KEY).close()
    assert sidecar.read_bytes() == good


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), PermissionError(13, "denied")])
def test_a_store_opens_and_saves_without_its_sidecar(
    path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr(sidecar, "write_private", refuse)
    with open_store(path, KEY) as db:
        fill(db, 3)
    with open_store(path, KEY) as db:
        assert len(db.table("tickets")) == 3
    assert not path.with_name("li.db.id").exists()


def test_a_store_that_lost_its_content_is_not_taken_for_a_new_one(path: Path) -> None:
    open_store(path, KEY).close()
    path.write_bytes(b"")
    with pytest.raises(DamagedStore):
        open_store(path, KEY)


def test_a_store_that_is_gone_but_for_its_log_is_not_taken_for_a_new_one(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.with_name("li.db-wal").write_bytes(b"x")
    with pytest.raises(DamagedStore):
        open_store(path, KEY)


def test_a_missing_store_is_only_made_when_asked(path: Path) -> None:
    with pytest.raises(NoSuchProfile, match=r"li\.db"):
        open_store(path, KEY, create=False)
    assert not path.parent.exists()


def test_another_programs_file_is_left_alone(path: Path) -> None:
    with open_store(path, KEY) as db:
        db.connection.execute("PRAGMA application_id = 42")
    with pytest.raises(NotAStore):
        open_store(path, KEY)


def test_a_folder_in_the_files_place_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="can't be used"):
        open_store(tmp_path, KEY)


def test_a_key_of_another_length_is_a_mistake_of_the_caller(path: Path) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        open_store(path, b"short")


def test_every_connection_is_set_up_alike(db: Database) -> None:
    found: list[list[int | str]] = []
    names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "temp_store", "busy_timeout")

    def look() -> None:
        found.append([db.connection.execute(f"PRAGMA {name}").fetchall()[0][0] for name in names])

    look()
    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert found == [["wal", 2, 1, 1, 2, 10_000]] * 2


def test_importing_the_store_imports_no_face_no_network_and_no_keyring() -> None:
    code = (
        "import sys, agent_tui.store\n"
        "print(sorted({'textual', 'rich', 'httpx', 'keyring', 'babel', 'asyncio'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_sqlcipher_writes_nothing_on_the_agents_screen(path: Path) -> None:
    open_store(path, KEY).close()
    code = (
        "import sys, pathlib, agent_tui.store as s, agent_tui.store.errors as e\n"
        "try: s.open_store(pathlib.Path(sys.argv[1]), bytes(32))\n"
        "except e.WrongKey: pass\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, check=True)
    assert done.stdout + done.stderr == b""


def test_an_abandoned_thread_gives_its_connection_back(db: Database) -> None:
    descriptors = Path("/proc/self/fd")
    if not descriptors.exists():
        descriptors = Path("/dev/fd")
    before = len(list(descriptors.iterdir()))
    for _ in range(20):
        thread = threading.Thread(target=lambda: len(db))
        thread.start()
        thread.join()
    deadline = time.monotonic() + 5
    while len(list(descriptors.iterdir())) > before + 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(list(descriptors.iterdir())) <= before + 3
