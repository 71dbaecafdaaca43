"""Reading rows around damaged pages.

SQLite stops at the first page it can't read. Rows lie in pages by their rowid, so what stands before and
behind a broken page is reached by seeking: from the first row upwards, from the last one downwards, and
from points inside the gap that is left, which makes smaller gaps.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from agent_tui.store.cipher import Connection, Error, Parameters, Row, is_damage, still_reads
from agent_tui.store.rows import quoted

_LOWEST, _HIGHEST = -(2**63), 2**63 - 1
# Each probe of a broken page costs a new connection, about 1 ms.
_PROBES = 20_000
_EVERY_ID = 128  # gaps up to this many ids are tried id by id
_SPREAD = 64  # larger ones at so many places

Range = tuple[int, int]  # rowids, both ends included
UNKNOWN: Range = (_LOWEST, _HIGHEST)
Result = TypeVar("Result")
Steps = Generator[Row, None, Result]


@dataclass(slots=True)
class Found:
    """How much of a table was read."""

    rows: int = 0
    gaps: list[Range] = field(default_factory=list[Range])

    @property
    def lost_at_most(self) -> int | None:
        """How many rows the gaps can have held, were all their ids used; None if a gap has no end."""
        if any(last == _HIGHEST for _, last in self.gaps):
            return None
        return sum(last - first + 1 for first, last in self.gaps)


class TableReader:
    """Reads one table row by row.

    `highest` is the largest rowid the table can have, if that is known. SQLCipher refuses everything
    after a page that fails its HMAC, so each such page costs a new connection from `connect`. `found` is
    filled in on the way.
    """

    def __init__(
        self,
        connect: Callable[[], Connection],
        table: str,
        columns: Sequence[str],
        highest: int | None,
        found: Found,
    ) -> None:
        self._connect = connect
        self._open: Connection | None = None
        names = ", ".join(["rowid", *(quoted(column) for column in columns)])
        self._select = f"SELECT {names} FROM {quoted(table)} WHERE rowid BETWEEN ? AND ? ORDER BY rowid"
        self._highest = _HIGHEST if highest is None else highest
        self._probes = _PROBES
        self.found = found

    def rows(self) -> Iterator[Row]:
        """All rows that can be read, in no particular order; the rowid comes first."""
        try:
            for row in self._everything():
                self.found.rows += 1
                yield row
        finally:
            self._disconnect()

    def _everything(self) -> Iterator[Row]:
        low, whole = yield from self._walk(_LOWEST, _HIGHEST)
        if whole:
            return
        first = 1 if low is None else low + 1  # agent_tui's ids start at 1
        high, whole = yield from self._walk(first, _HIGHEST, downwards=True)
        if whole:
            return
        last = self._highest if high is None else high - 1
        yield from self._gaps((first, max(first, last)))

    def _gaps(self, gap: Range) -> Iterator[Row]:
        """Rows inside a range whose two ends are broken."""
        waiting = [gap]
        while waiting:
            first, last = waiting.pop()
            inside = yield from self._split(first, last)
            if inside is None:
                self.found.gaps.append((first, last))
            else:
                waiting += inside

    def _split(self, first: int, last: int) -> Steps[list[Range] | None]:
        """Read outwards from the first readable point of a gap; return the smaller gaps beside it."""
        for point in _points(first, last):
            if self._probes <= 0:
                return None
            up, whole = yield from self._walk(point, last)
            if up is None and not whole:
                continue  # a broken page holds this point
            down, rest = yield from self._walk(first, point - 1, downwards=True)
            inside: list[Range] = []
            if not rest:
                inside.append((first, (point if down is None else down) - 1))
            if not whole and up is not None:
                inside.append((up + 1, last))
            return [each for each in inside if each[0] <= each[1]]
        return None

    def _walk(self, first: int, last: int, *, downwards: bool = False) -> Steps[tuple[int | None, bool]]:
        """Rows from one end of a range; returns the last rowid read, and whether the other end was reached."""
        reached: int | None = None
        statement = self._select + (" DESC" if downwards else "")
        # First in one go; after an error once more row by row, for the good rows just before a broken one.
        for limit in ("", " LIMIT 1"):
            more = True
            while more and first <= last:
                more = False
                sound, row = yield from sound_rows(self._connected(), statement + limit, (first, last))
                if row is not None:
                    reached = int(row[0])
                    first, last = (first, reached - 1) if downwards else (reached + 1, last)
                    more = bool(limit) and sound
                if not sound:
                    self._probes -= 1
                    self._disconnect()
                    break
            else:
                return reached, True
        return reached, False

    def _connected(self) -> Connection:
        if self._open is None:
            self._open = self._connect()
        return self._open

    def _disconnect(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None


def read_both_ends(
    connect: Callable[[], Connection], table: str, columns: Sequence[str], keys: Sequence[str]
) -> Steps[bool]:
    """Rows of a WITHOUT ROWID table, from both ends of its primary key; returns whether that was all.

    Nothing can be sought between two broken pages there. A row may come twice.
    """
    names = ", ".join(quoted(column) for column in columns)
    for order in ("", " DESC"):
        by = ", ".join(quoted(key) + order for key in keys)
        connection = connect()
        try:
            sound, _ = yield from sound_rows(connection, f"SELECT {names} FROM {quoted(table)} ORDER BY {by}")
        finally:
            connection.close()
        if sound:
            return True
    return False


def sound_rows(
    connection: Connection, statement: str, parameters: Parameters = ()
) -> Steps[tuple[bool, Row | None]]:
    """The rows of a statement, each once it is known to be sound; returns if all were, and the last one."""
    held: Row | None = None
    good: Row | None = None
    try:
        for row in connection.execute(statement, parameters):
            if held is not None:
                yield held
                good = held
            held = row
    except Error as error:
        if not is_damage(error):
            raise
        return False, good
    if not still_reads(connection):
        return False, good
    if held is not None:
        yield held
    return True, held


def _points(first: int, last: int) -> Iterator[int]:
    """Where to look inside a gap: everywhere if it is small, else ever further from its ends and spread out."""
    width = last - first + 1
    if width <= _EVERY_ID:
        yield from range(first, last + 1)
        return
    steps = [1 << exponent for exponent in range(width.bit_length() - 1)]
    yield from (first + step for step in steps)
    if last != _HIGHEST:
        yield from (last - step for step in steps)
        yield from (first + width * part // _SPREAD for part in range(1, _SPREAD))
