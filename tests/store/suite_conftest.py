"""Becomes the conftest.py of TinyDB's own tests: their databases are stores of ours.

`TinyDB(path)` and `TinyDB(storage=MemoryStorage)` open an encrypted file instead. Tests that bring a storage
or a middleware of their own keep TinyDB's: those test what we replace.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import tinydb
from tinydb.storages import JSONStorage, MemoryStorage

from agent_tui.store import Database, open_store

KEY = bytes(range(32))
Original = tinydb.TinyDB


class _Stored(Database):
    pass


_Stored.__name__ = "TinyDB"  # what test_repr reads


def open_like_tinydb(path: str | None = None, storage: object = JSONStorage, **_: object) -> tinydb.TinyDB:
    """Stands in for TinyDB where a test opens a database by its path or in memory."""
    if storage not in (JSONStorage, MemoryStorage):
        return Original(*([path] if path else []), storage=storage)
    database = open_store(Path(path) if path else Path(tempfile.mkdtemp()) / "memory.db", KEY)
    database.__class__ = _Stored
    return database


tinydb.TinyDB = open_like_tinydb  # type: ignore[misc, assignment]


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """What TinyDB's tests expect of this fixture: three documents, a, b and c."""
    with open_store(tmp_path / "suite.db", KEY) as database:
        database.insert_multiple({"int": 1, "char": letter} for letter in "abc")
        yield database


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out exactly the tests named (pytest's own `--deselect` takes every name that begins like it)."""
    names = Path(__file__).with_name("left_out.txt").read_text().split()
    left_out = [item for item in items if item.nodeid in names]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]
