"""The queue table: one line for each ticket, so that a view of any size is one walk along an index."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import filterfalse

from agent_tui.domain.ticket import Status
from agent_tui.domain.views import Condition, Is, Row, View, meaning
from agent_tui.store.cipher import Connection
from agent_tui.store.cipher import Row as SqlRow
from agent_tui.store.database import Database
from agent_tui.store.moments import to_int, to_moment

_COLUMNS = (
    "ticket, live, status, wakes, urgent, due, risk, timer, owner, level, type, channel, customer, market, language,"
    " subject, step, created, changed, solved, tags, stage, turn, region, product, handed"
)
_UNDATED = 1 << 61  # behind every due time
_SEPARATOR = "\x1f"
# Both are indexed in this order: live tickets as agents work (POLICY S6), cases newest first.
_LIVE_ORDER = "urgent DESC, place, created, ticket"
_CASE_ORDER = "changed DESC, ticket DESC"
_FIELDS = frozenset(Row.__struct_fields__)
_NO_MOMENT = datetime.min.replace(tzinfo=UTC)
_ANY_CASE = ("product",)
"""Words of the company's own, which agents type as they like."""
_LIVE = Condition("live", Is.EQUAL, True)
_RESOLVED = Condition("status", Is.EQUAL, Status.RESOLVED.value)

# Not "INSERT OR REPLACE": that writes every index again, this only those whose columns changed.
_PUT = (
    f"INSERT INTO queue ({_COLUMNS}, place) VALUES ({','.join('?' * 27)}) ON CONFLICT (ticket) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in f"{_COLUMNS}, place".replace(" ", "").split(",")[1:])
)

Value = int | str | None


class Queue:
    """The queue table of one store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def _db(self) -> Connection:
        return self._database.connection

    def put(self, rows: Sequence[Row]) -> None:
        """Write lines, inside the caller's transaction."""
        self._db.executemany(_PUT, [_to_sql(row) for row in rows])

    def rows(self, view: View, now: datetime, me: str, limit: int = -1, matching: str = "") -> Iterator[Row]:
        """The lines of a view in the order of work; `matching` is an expression from `search.query`."""
        where, values = _where(view, now, me)
        if matching:
            where += " AND ticket IN (SELECT rowid FROM search WHERE search MATCH ?)"
            values.append(matching)
        order = _LIVE_ORDER if _is_live(view) else _CASE_ORDER
        sql = f"SELECT {_COLUMNS} FROM queue WHERE {where} ORDER BY {order} LIMIT ?"
        for line in self._db.execute(sql, (*values, limit)):
            yield _from_sql(line)

    def found(self, matching: str, limit: int = -1, only: Sequence[Condition] = ()) -> Iterator[Row]:
        """The lines of every ticket that matches, open or archived, the newest ticket first.

        `only` narrows them, by values that need neither the moment nor the agent.
        """
        columns = ", ".join(f"queue.{name.strip()}" for name in _COLUMNS.split(","))
        sql, values = _found(columns, matching, only)
        for line in self._db.execute(sql, (*values, limit)):
            yield _from_sql(line)

    def numbers(self, view: View, now: datetime, me: str, matching: str = "") -> array[int]:
        """The ticket numbers of a view in the order of work: read from the index alone where the view allows it."""
        where, values = _where(view, now, me)
        if matching:
            where += " AND ticket IN (SELECT rowid FROM search WHERE search MATCH ?)"
            values.append(matching)
        order = _LIVE_ORDER if _is_live(view) else _CASE_ORDER
        # In one row: with a row for each ticket, two threads would hand Python's lock to and fro at each of them.
        sql = f"SELECT group_concat(ticket) FROM (SELECT ticket FROM queue WHERE {where} ORDER BY {order})"
        ((found,),) = self._db.execute(sql, values)
        return array("q", map(int, found.split(",")) if found else ())

    def turning(self, now: datetime) -> datetime | None:
        """When the next ticket at work comes at risk, breaches or ends its snooze, if nothing is done until then."""
        moment = to_int(now)
        row = self._db.execute(
            "SELECT min(CASE WHEN due >= ? THEN due END), min(CASE WHEN risk > ? THEN risk END),"
            " min(CASE WHEN wakes > ? THEN wakes END) FROM queue WHERE live",
            (moment, moment, moment),
        ).fetchone()
        found = [each for each in row or () if each is not None]
        return to_moment(min(found)) if found else None

    def matches(self, matching: str, limit: int, only: Sequence[Condition] = ()) -> array[int]:
        """The numbers of every ticket that matches, open or archived, the newest first, those that `only` leaves."""
        if only:
            sql, values = _found("queue.ticket", matching, only)
            rows = self._db.execute(sql, (*values, limit))
        else:
            rows = self._db.execute(
                "SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT ?", (matching, limit)
            )
        return array("q", (row[0] for row in rows))

    def of_product(self, product: str, limit: int) -> list[int]:
        """The newest tickets of a product."""
        rows = self._db.execute(
            "SELECT ticket FROM queue WHERE product <> '' AND product = ? COLLATE NOCASE ORDER BY ticket DESC LIMIT ?",
            (product, limit),
        )
        return [int(row[0]) for row in rows]

    def lines(self, numbers: Sequence[int]) -> dict[int, Row]:
        """The lines of these tickets; those that are gone are left out."""
        marks = ",".join("?" * len(numbers))
        rows = self._db.execute(f"SELECT {_COLUMNS} FROM queue WHERE ticket IN ({marks})", tuple(numbers))
        return {row.id: row for row in map(_from_sql, rows)}

    def counts(self, views: Sequence[View], now: datetime, me: str) -> dict[str, int]:
        """How many tickets each view holds: one walk over the live tickets, one over all for other views."""
        found: dict[str, int] = {}
        for walk, some in (("live", [*filter(_is_live, views)]), ("1", [*filterfalse(_is_live, views)])):
            parts: list[str] = []
            values: list[Value] = []
            for view in some:
                where, given = _where(view, now, me)
                parts.append(f"count(*) FILTER (WHERE {where})")
                values += given
            if parts:
                row = self._db.execute(
                    f"SELECT {', '.join(parts)} FROM queue WHERE {walk}", values
                ).fetchone()
                found |= {view.id: int(count) for view, count in zip(some, row or (), strict=True)}
        return {view.id: found[view.id] for view in views}


def _found(columns: str, matching: str, only: Sequence[Condition]) -> tuple[str, list[Value]]:
    """The query for tickets that match and that conditions leave; without words to match, for all of those."""
    where, values = _where(View("", "", tuple(only)), _NO_MOMENT, "")
    if not matching:
        return f"SELECT {columns} FROM queue WHERE {where} ORDER BY ticket DESC LIMIT ?", values
    sql = (
        f"SELECT {columns} FROM search JOIN queue ON queue.ticket = search.rowid"
        f" WHERE search MATCH ? AND {where} ORDER BY search.rowid DESC LIMIT ?"
    )
    return sql, [matching, *values]


def _is_live(view: View) -> bool:
    return _LIVE in view.where


def _where(view: View, now: datetime, me: str) -> tuple[str, list[Value]]:
    # Said as the partial indexes say it, or they would not be used. What is resolved is not live.
    parts = ["live"] if _is_live(view) else ["NOT live"] if _RESOLVED in view.where else []
    values: list[Value] = []
    for condition in view.where:
        if condition == _LIVE:
            continue
        if condition.field not in _FIELDS:
            raise ValueError(f"a queue has no field {condition.field!r}")
        column = "ticket" if condition.field == "id" else condition.field
        value = meaning(condition, now, me)
        match condition.compare, value:
            case (Is.EQUAL, bool()):
                parts.append(f"{column} = {value:d}")
            case (Is.EQUAL | Is.NOT, None):
                parts.append(f"{column} IS {'NOT ' if condition.compare is Is.NOT else ''}NULL")
            case (Is.IN, tuple()):
                parts.append(f"{column} IN ({','.join('?' * len(value))})")
                values += value
            case (Is.HAS, str()):
                parts.append(f"instr({column}, ?)")
                values.append(f"{_SEPARATOR}{value}{_SEPARATOR}")
            case (Is.IN | Is.HAS, _) | (_, tuple() | None):
                raise ValueError(f"{condition.field!r} cannot be compared so")
            case (_, datetime()):
                parts.append(f"{column} {condition.compare.value} ?")
                values.append(to_int(value))
            case (_, str() | int()):
                alike = " COLLATE NOCASE" if column in _ANY_CASE else ""
                parts.append(f"{column} {condition.compare.value} ?{alike}")
                values.append(value)
    return " AND ".join(parts) or "1", values


def _optional(moment: datetime | None) -> int | None:
    return None if moment is None else to_int(moment)


def _to_sql(row: Row) -> tuple[Value, ...]:
    created, due = to_int(row.created), _optional(row.due)
    return (
        row.id,
        row.live,
        row.status.value,
        to_int(row.wakes),
        row.urgent,
        due,
        _optional(row.risk),
        row.timer,
        row.owner,
        row.level,
        row.type,
        row.channel,
        row.customer,
        row.market,
        row.language,
        row.subject,
        row.step,
        created,
        to_int(row.changed),
        row.solved,
        _SEPARATOR.join(("", *row.tags, "")) if row.tags else "",
        row.stage,
        row.turn,
        row.region,
        row.product,
        row.handed,
        _UNDATED + created if due is None else due,
    )


def _from_sql(line: SqlRow) -> Row:
    (id_, live, status, wakes, urgent, due, risk, timer, owner, level, type_, channel, customer, market, language,
     subject, step, created, changed, solved, tags, stage, turn, region, product, handed) = line  # fmt: skip
    return Row(
        id=id_,
        live=bool(live),
        status=Status(status),
        wakes=to_moment(wakes),
        urgent=bool(urgent),
        due=None if due is None else to_moment(due),
        risk=None if risk is None else to_moment(risk),
        timer=timer,
        owner=owner,
        level=level,
        type=type_,
        channel=channel,
        customer=customer,
        market=market,
        language=language,
        subject=subject,
        step=step,
        created=to_moment(created),
        changed=to_moment(changed),
        solved=bool(solved),
        tags=tuple(tags.split(_SEPARATOR)[1:-1]) if tags else (),
        stage=stage,
        turn=turn,
        region=region,
        product=product,
        handed=handed,
    )
