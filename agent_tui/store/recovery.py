"""Saving what can still be read of a damaged store into a new one."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from agent_tui.domain.messages import N_
from agent_tui.store import sidecar
from agent_tui.store.carve import carve
from agent_tui.store.cipher import PAGE_BYTES, Connection, Error, connect, is_damage, translated
from agent_tui.store.database import open_store
from agent_tui.store.errors import NoSuchProfile, WrongKey
from agent_tui.store.files import private_file, sync_folder, with_suffix_of
from agent_tui.store.health import bad_pages, fits
from agent_tui.store.rescue import (
    Source,
    add_carved,
    copy_rows,
    rebuilt_tables,
    sources,
    without_triggers,
)
from agent_tui.store.schema import MIGRATIONS, Migration, latest, layout_of, migrate
from agent_tui.store.transplant import transplant

PAGES_BROKEN = N_("{bad} of {pages} pages could not be read.")
LIST_REPLACED = N_("The file's list of tables could not be read; the copy in {path} was used instead.")
LIST_LOST = N_("The file's list of tables could not be read and {path} has no copy of it: nothing was saved.")
ROWS_CARVED = N_("{count} rows were found in pages that nothing led to any more.")
LINKS_BROKEN = N_("{count} saved rows refer to rows that are lost.")


@dataclass(frozen=True, slots=True)
class Note:
    """Something the user should know: an English sentence with fields, to be translated."""

    text: str
    details: dict[str, str | int]

    def __str__(self) -> str:
        return self.text.format(**self.details)


@dataclass(frozen=True, slots=True)
class Recovery:
    """What became of a damaged store. Keys are SQL tables: `doc_…` for documents.

    `lost` has the tables with unreadable parts: how many rows those can have held, counted by their ids;
    None where not even that is known.
    """

    aside: Path
    recovered: dict[str, int]
    lost: dict[str, int | None]
    notes: tuple[Note, ...]


def recover(
    path: Path, key: bytes, now: datetime, *, migrations: Sequence[Migration] = MIGRATIONS
) -> Recovery:
    """Set a damaged store aside as `<name>.damaged-YYYYMMDD-HHMMSS` and save its rows into a new one.

    Nobody else may have the store open. Search indexes and other virtual tables are left empty. The new
    store takes the old one's place at the very end, so a failure on the way (`DiskFull`) changes nothing.
    It needs about three times the store's size on disk for a while. Raises `NoSuchProfile`, and
    `WrongKey` if the key is another one.
    """
    if not path.exists():
        raise NoSuchProfile(path)
    copy, loose, fresh = (with_suffix_of(path, suffix) for suffix in (".rescue", ".loose", ".recovered"))
    notes: list[Note] = []
    with translated(path, system=True, writing=True):
        if path.stat().st_size and not fits(path, key):
            raise WrongKey(path)
        aside = _free_name(path.with_name(f"{path.name}.damaged-{now:%Y%m%d-%H%M%S}"))
        _remove(copy, loose, fresh)
        try:
            _readable_copy(path, copy, key, notes)
            found = _fill(fresh, copy, loose, path, key, migrations, notes)
            _swap(path, fresh, aside)
        finally:
            _remove(copy, loose, fresh)
    recovered = {source.table: source.arrived + source.carved for source in found}
    lost = {source.table: source.lost for source in found if source.found.gaps and source.lost != 0}
    return Recovery(aside, recovered, lost, tuple(notes))


def _readable_copy(path: Path, copy: Path, key: bytes, notes: list[Note]) -> None:
    """Copy a damaged store, mending what keeps SQLite from opening it at all."""
    bad = bad_pages(path, key)
    if bad:
        pages = -(-path.stat().st_size // PAGE_BYTES)
        notes.append(Note(PAGES_BROKEN, {"bad": len(bad), "pages": pages}))
    log = with_suffix_of(path, "-wal")
    private_file(copy)
    shutil.copyfile(path, copy)
    if log.exists():
        private_file(with_suffix_of(copy, "-wal"))
        shutil.copyfile(log, with_suffix_of(copy, "-wal"))
    known = sidecar.read(path, key)
    found = _names(copy, key)
    if found is not None and (known is None or found >= {entry.name for entry in known.entries}):
        return
    if known is None:
        notes.append(Note(LIST_LOST, {"path": str(sidecar.path_of(path))}))
        return
    notes.append(Note(LIST_REPLACED, {"path": str(sidecar.path_of(path))}))
    _remove(copy)
    transplant(path, copy, key, known.entries, layout=known.layout, pages=known.pages)


def _fill(
    fresh: Path,
    copy: Path,
    loose: Path,
    path: Path,
    key: bytes,
    migrations: Sequence[Migration],
    notes: list[Note],
) -> list[Source]:
    """Make the store `fresh` from the readable `copy` of `path`; return its tables and what they got."""

    def connect_to_copy() -> Connection:
        return connect(copy, key)

    private_file(fresh)
    target = connect(fresh, key)
    try:
        # First the layout the rows were written in: its later migrations may have to convert them.
        migrate(target, fresh, migrations, upto=_layout(copy, key, migrations))
        target.execute("PRAGMA foreign_keys = OFF")
        rebuilt = rebuilt_tables(target)
        found = [source for source in sources(connect_to_copy) if source.table not in rebuilt]
        with without_triggers(target):
            for source in found:
                copy_rows(connect_to_copy, target, source)
            missing = [each for each in (source.incomplete() for source in found) if each is not None]
            if missing:
                known = sidecar.read(path, key)
                add_carved(target, found, carve(path, loose, key, missing, pages=known.pages if known else 0))
        carved = sum(source.carved for source in found)
        if carved:
            notes.append(Note(ROWS_CARVED, {"count": carved}))
        broken = len(target.execute("PRAGMA foreign_key_check").fetchall())
        if broken:
            notes.append(Note(LINKS_BROKEN, {"count": broken}))
    finally:
        target.close()
    open_store(fresh, key, migrations=migrations).close()  # the later migrations, and the new sidecar
    return found


def _layout(copy: Path, key: bytes, migrations: Sequence[Migration]) -> int:
    """The damaged store's layout; the newest one if that can't be read."""
    connection = connect(copy, key)
    try:
        return layout_of(connection) or latest(migrations)
    except Error as error:
        if not is_damage(error):
            raise
        return latest(migrations)
    finally:
        connection.close()


def _names(path: Path, key: bytes) -> set[str] | None:
    """The names of tables and indexes; None if their list can't be read."""
    connection = connect(path, key)
    try:
        return {str(row[0]) for row in connection.execute("SELECT name FROM sqlite_schema").fetchall()}
    except Error as error:
        if not is_damage(error):
            raise
        return None
    finally:
        connection.close()


def _swap(path: Path, fresh: Path, aside: Path) -> None:
    """Put the new store in the old one's place; `path` is never missing, and never has a foreign -wal."""
    try:
        aside.hardlink_to(path)
    except OSError:  # a file system without hard links
        shutil.copyfile(path, aside)
        aside.chmod(0o600)
    for suffix in ("-wal", "-shm", sidecar.SUFFIX):
        companion = with_suffix_of(path, suffix)
        if companion.exists():
            companion.replace(with_suffix_of(aside, suffix))
    sync_folder(path.parent)
    fresh.replace(path)
    if sidecar.path_of(fresh).exists():
        sidecar.path_of(fresh).replace(sidecar.path_of(path))
    sync_folder(path.parent)


def _free_name(path: Path) -> Path:
    """`path`, or `path-2` and so on when it is taken: two recoveries can fall into one second."""
    name, count = path, 1
    while name.exists():
        count += 1
        name = path.with_name(f"{path.name}-{count}")
    return name


def _remove(*paths: Path) -> None:
    for path in paths:
        for suffix in ("", "-wal", "-shm", "-journal", sidecar.SUFFIX):
            with_suffix_of(path, suffix).unlink(missing_ok=True)
