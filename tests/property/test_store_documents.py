"""A store's tables behave as TinyDB's own do, whatever is done to them."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tinydb import TinyDB, where
from tinydb.storages import MemoryStorage
from tinydb.table import Document

from agent_tui.store import Database, open_store
from agent_tui.store.rows import sql_name, table_name

KEY = bytes(range(32))
TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**80), 2**80)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.dictionaries(st.sampled_from("abc") | TEXT, VALUES, max_size=4)
SMALL = st.fixed_dictionaries({"n": st.integers(0, 4)}, optional={"tags": st.lists(TEXT, max_size=2)})
IDS = st.integers(1, 12)
TABLES = st.sampled_from(["tickets", "Tickets", "notes"])


@given(st.lists(FIELDS, max_size=5))
@hypothesis_settings(max_examples=100)
def test_documents_come_back_as_json_gives_them(documents: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "li.db", KEY) as db:
        ids = db.table("tickets").insert_multiple(documents)
        found = db.table("tickets").all()
        assert ids == [document.doc_id for document in found]
        # Types and all: 1 is not True, 1.0 is not 1.
        assert json.dumps(found) == json.dumps(documents)


@given(TEXT, TEXT)
def test_names_of_tables_are_told_apart_by_sqlite_too(one: str, other: str) -> None:
    if "\0" in one + other:
        return
    assert table_name(sql_name(one)) == one
    # SQLite does not tell the letters A-Z from a-z.
    lowered = [
        sql_name(name).translate({ord(c): c.lower() for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"})
        for name in (one, other)
    ]
    assert (lowered[0] == lowered[1]) == (one == other)


def set_n(n: int) -> Callable[[Any], None]:
    def change(fields: Any) -> None:  # noqa: ANN401
        fields["n"] = n
        fields.setdefault("tags", []).append("t")

    return change


class LikeTinyDB(RuleBasedStateMachine):
    """The same calls on a store and on TinyDB in memory, with a second connection looking on."""

    folder: tempfile.TemporaryDirectory[str]
    ours: Database
    other: Database
    theirs: TinyDB

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.ours = open_store(Path(self.folder.name) / "li.db", KEY)
        self.other = open_store(Path(self.folder.name) / "li.db", KEY)
        self.theirs = TinyDB(storage=MemoryStorage)

    def both(self, table: str, call: Callable[[Any], Any]) -> None:
        answers: list[Any] = []
        for db in (self.theirs, self.ours):
            try:
                answers.append(call(db.table(table)))
            except (ValueError, KeyError) as error:
                answers.append(type(error))
        assert answers[0] == answers[1]

    @rule(table=TABLES, fields=SMALL)
    def insert(self, table: str, fields: dict[str, Any]) -> None:
        # Where they may differ: TinyDB forgets its last id when it is opened again, a store never.
        new = max((document.doc_id for document in self.theirs.table(table)), default=0) + 1
        free = self.ours.table(table).insert(fields)
        assert free >= new
        self.theirs.table(table).insert(Document(fields, free))

    @rule(table=TABLES, fields=SMALL, doc_id=IDS)
    def insert_with_id(self, table: str, fields: dict[str, Any], doc_id: int) -> None:
        self.both(table, lambda each: each.insert(Document(fields, doc_id)))

    @rule(table=TABLES, many=st.lists(st.tuples(SMALL, IDS), max_size=4))
    def insert_multiple_with_ids(self, table: str, many: list[tuple[dict[str, Any], int]]) -> None:
        ids = [doc_id for _, doc_id in many]
        taken = {document.doc_id for document in self.theirs.table(table)}
        if len(set(ids)) < len(ids) or taken & set(ids):
            before = self.ours.table(table).all()  # TinyDB keeps half of it then; a store keeps none
            try:
                self.ours.table(table).insert_multiple(Document(fields, doc_id) for fields, doc_id in many)
            except ValueError:
                assert self.ours.table(table).all() == before
                return
            raise AssertionError("an id was taken twice")
        self.both(
            table, lambda each: each.insert_multiple(Document(fields, doc_id) for fields, doc_id in many)
        )

    @rule(table=TABLES, n=st.integers(0, 4), to=st.integers(0, 4))
    def update_by_query(self, table: str, n: int, to: int) -> None:
        self.both(table, lambda each: sorted(each.update(set_n(to), where("n") == n)))

    @rule(table=TABLES, ids=st.lists(IDS, max_size=4), fields=SMALL)
    def update_by_ids(self, table: str, ids: list[int], fields: dict[str, Any]) -> None:
        self.both(table, lambda each: each.update(fields, doc_ids=ids))

    @rule(table=TABLES, n=st.integers(0, 4), fields=SMALL)
    def update_multiple(self, table: str, n: int, fields: dict[str, Any]) -> None:
        pairs = [(fields, where("n") == n), (set_n(1), where("n") == 2)]
        self.both(table, lambda each: sorted(each.update_multiple(pairs)))

    @rule(table=TABLES, n=st.integers(0, 4))
    def remove_by_query(self, table: str, n: int) -> None:
        self.both(table, lambda each: sorted(each.remove(where("n") == n)))

    @rule(table=TABLES, ids=st.lists(IDS, max_size=3, unique=True))
    def remove_by_ids(self, table: str, ids: list[int]) -> None:
        self.both(table, lambda each: each.remove(doc_ids=ids))

    @rule(table=TABLES, fields=SMALL, doc_id=IDS)
    def upsert(self, table: str, fields: dict[str, Any], doc_id: int) -> None:
        self.both(table, lambda each: each.upsert(Document(fields, doc_id)))

    @rule(table=TABLES)
    def truncate(self, table: str) -> None:
        self.both(table, lambda each: each.truncate())

    @rule(table=TABLES)
    def drop(self, table: str) -> None:
        self.ours.drop_table(table)
        self.theirs.drop_table(table)

    @rule(table=TABLES, ids=st.lists(IDS, max_size=4), n=st.integers(0, 4))
    def look(self, table: str, ids: list[int], n: int) -> None:
        def answers(each: Any) -> list[Any]:  # noqa: ANN401
            return [
                sorted(document.doc_id for document in each.get(doc_ids=ids)),
                [each.get(doc_id=doc_id) for doc_id in ids],
                each.contains(where("n") == n),
                each.contains(doc_id=n),
                len(each),
            ]

        self.both(table, answers)

    @invariant()
    def same(self) -> None:
        if not hasattr(self, "ours"):
            return
        for name in ("tickets", "Tickets", "notes"):
            expected = {document.doc_id: document for document in self.theirs.table(name)}
            for db in (self.ours, self.other):
                assert {document.doc_id: document for document in db.table(name)} == expected
                found = {document.doc_id for document in db.table(name).search(where("n") == 1)}
                assert found == {doc_id for doc_id, fields in expected.items() if fields["n"] == 1}
        assert self.ours.tables() == self.other.tables() == self.theirs.tables()

    def teardown(self) -> None:
        if hasattr(self, "ours"):
            self.ours.close()
            self.other.close()
            self.folder.cleanup()


TestLikeTinyDB = LikeTinyDB.TestCase
TestLikeTinyDB.settings = hypothesis_settings(max_examples=40, stateful_step_count=25)
