"""Which SQL tables a store has, by layout version; older files are brought up to date when opened.

Documents need no entry here: TinyDB's tables come and go as they are used, as `doc_…` tables.
A migration that has been released is never edited: add the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent_tui.store.cipher import Connection
from agent_tui.store.errors import NewerStore, NotAStore
from agent_tui.store.tables import CASEWORK, DESTRUCTION, ELSEWHERE, STATEMENTS

# "ATUI": tells `file` and us whose file this is.
APPLICATION_ID = 0x41545549

Step = str | Callable[[Connection], None]


@dataclass(frozen=True, slots=True)
class Migration:
    """What leads from layout `version` - 1 to `version`: SQL statements, or functions of the connection."""

    version: int
    about: str
    steps: tuple[Step, ...]


MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        1,
        "the first layout",
        STATEMENTS,
    ),
    Migration(2, "casework in the queue", CASEWORK),
    Migration(3, "a helpdesk elsewhere", ELSEWHERE),
    Migration(4, "destruction and its records", DESTRUCTION),
)


def latest(migrations: Sequence[Migration] = MIGRATIONS) -> int:
    """The newest layout this program knows."""
    return max(migration.version for migration in migrations)


def layout_of(connection: Connection) -> int:
    """The file's layout version; 0 for a file without tables."""
    return _pragma(connection, "user_version")


def migrate(
    connection: Connection,
    path: Path,
    migrations: Sequence[Migration] = MIGRATIONS,
    *,
    upto: int | None = None,
) -> bool:
    """Bring the file at `path` to the newest layout (or to `upto`); return whether anything was done.

    Each step is one transaction, so a crash leaves one layout or the next. Two programs may open an old
    file at once: the second waits for the first and finds the work done.

    Raises `NewerStore` for a layout of a later program, `NotAStore` for another program's file.
    """
    known = latest(migrations)
    found = layout_of(connection)
    owner = _pragma(connection, "application_id")
    if owner not in (0, APPLICATION_ID) or (owner == 0 and found != 0):
        raise NotAStore(path)
    if found > known:
        raise NewerStore(path, found, known)
    target = known if upto is None else upto
    waiting = [
        one for one in sorted(migrations, key=lambda one: one.version) if found < one.version <= target
    ]
    for migration in waiting:
        _apply(connection, migration)
    return bool(waiting)


def _apply(connection: Connection, migration: Migration) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        if layout_of(connection) < migration.version:
            for step in migration.steps:
                if isinstance(step, str):
                    connection.execute(step)
                else:
                    step(connection)
            connection.execute(f"PRAGMA user_version = {migration.version:d}")
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID:d}")
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _pragma(connection: Connection, name: str) -> int:
    row = connection.execute(f"PRAGMA {name}").fetchone()
    return 0 if row is None else int(row[0])
