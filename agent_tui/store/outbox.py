"""The way of each action to the helpdesk: what is to be sent, what was tried, what is held and why.

The actions themselves stand in the journal, in the same order. Everything here is written inside the caller's
transaction, so that an attempt, a receipt and what they did to the ticket are on disk together or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

from agent_tui.domain.actions import Action
from agent_tui.domain.messages import Told
from agent_tui.store.cipher import Connection
from agent_tui.store.database import Database
from agent_tui.store.moments import to_int, to_moment


class Cause(StrEnum):
    """Why an action is held until the agent decides."""

    STALE = "stale"  # somebody wrote meanwhile
    CLASH = "clash"  # a field has another value by now
    IMPOSSIBLE = "impossible"  # the ticket is not as the action needs it: taken, merged, resolved
    AWAY = "away"  # deleted, or moved out of sight
    REFUSED = "refused"  # the helpdesk does not take it


class Difference(msgspec.Struct, frozen=True):
    """A field with two new values, as text; "" is none."""

    field: str
    before: str
    theirs: str
    mine: str


class Held(msgspec.Struct, frozen=True, omit_defaults=True):
    """What holds an action."""

    cause: Cause
    told: Told
    since: datetime
    messages: tuple[str, ...] = ()  # ids of what was written meanwhile
    differences: tuple[Difference, ...] = ()


class Waiting(msgspec.Struct, frozen=True):
    """An action that the helpdesk does not have yet; `action` is None once its body was wiped."""

    id: str
    seq: int
    ticket: int
    action: Action | None
    tries: int
    due: datetime
    sent: datetime | None  # an attempt began then, and what came of it is not known
    held: Held | None

    @property
    def under_way(self) -> bool:
        """Whether it may have arrived, and is looked after by itself."""
        return self.sent is not None and self.held is None


class Noted(msgspec.Struct, frozen=True):
    """An action that arrived, with what the helpdesk left out of it."""

    id: str
    ticket: int
    note: Told


_SELECT = (
    "SELECT o.id, o.seq, o.ticket, j.body, o.tries, o.due, o.sent, o.held"
    " FROM outbox o LEFT JOIN journal j ON j.seq = o.seq"
)


class Outbox:
    """The outbox of one store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def _db(self) -> Connection:
        return self._database.connection

    # Looking

    def waiting(self, ticket: int | None = None) -> list[Waiting]:
        """What is still to be sent, in the order in which it was done.

        Of one ticket: what is done on it, and what is done on others and changes it too.
        """
        if ticket is None:
            rows = self._db.execute(f"{_SELECT} WHERE o.settled IS NULL ORDER BY o.seq")
        else:
            rows = self._db.execute(
                f"{_SELECT} WHERE o.settled IS NULL AND (o.ticket = ? OR j.other = ?) ORDER BY o.seq",
                (ticket, ticket),
            )
        return [_waiting(row) for row in rows]

    def unsettled(self, action_id: str) -> Waiting | None:
        """An action that the helpdesk does not have as far as is known here, those included that were dropped."""
        where = "WHERE o.id = ? AND (o.settled IS NULL OR o.dropped)"
        row = self._db.execute(f"{_SELECT} {where}", (action_id,)).fetchone()
        return None if row is None else _waiting(row)

    def ready(self, now: datetime) -> list[int]:
        """The tickets whose first waiting action can be tried now, the one that waits longest first."""
        rows = self._db.execute(
            "SELECT ticket, min(seq), due, held FROM outbox WHERE settled IS NULL GROUP BY ticket ORDER BY min(seq)"
        )
        moment = to_int(now)
        return [int(ticket) for ticket, _seq, due, held in rows if held is None and due <= moment]

    def attempts(self, since: datetime, until: datetime) -> list[int]:
        """The tickets on which an attempt began between two moments, and what came of it is not known."""
        rows = self._db.execute(
            "SELECT DISTINCT ticket FROM outbox WHERE settled IS NULL AND sent > ? AND sent <= ?",
            (to_int(since), to_int(until)),
        )
        return [int(row[0]) for row in rows]

    def next_due(self) -> datetime | None:
        """When the next ticket can be tried."""
        rows = self._db.execute(
            "SELECT min(seq), due, held FROM outbox WHERE settled IS NULL GROUP BY ticket"
        )
        due = min((int(row[1]) for row in rows if row[2] is None), default=None)
        return None if due is None else to_moment(due)

    def counts(self) -> tuple[int, int]:
        """How many actions are to be sent, and how many of them are held."""
        row = self._db.execute("SELECT count(*), count(held) FROM outbox WHERE settled IS NULL").fetchone()
        return (int(row[0]), int(row[1])) if row else (0, 0)

    def held_on(self) -> frozenset[int]:
        """The tickets on which something waits for the agent's decision."""
        rows = self._db.execute(
            "SELECT DISTINCT ticket FROM outbox WHERE settled IS NULL AND held IS NOT NULL"
        )
        return frozenset(int(row[0]) for row in rows)

    def notes(self) -> list[Noted]:
        """What the helpdesk left out of actions that it has, and the agent has not seen yet."""
        rows = self._db.execute("SELECT id, ticket, note FROM outbox WHERE note IS NOT NULL ORDER BY seq")
        return [Noted(id_, number, msgspec.json.decode(note, type=Told)) for id_, number, note in rows]

    # An attempt

    def begin(self, action_id: str, now: datetime) -> bool:
        """An attempt begins: from here until it is known better, the helpdesk may have the action.

        False: the agent has just discarded it, or it was held, and nothing is to be sent.
        """
        begun = self._db.execute(
            "UPDATE outbox SET tries = tries + 1, sent = ? WHERE id = ? AND settled IS NULL AND held IS NULL",
            (to_int(now), action_id),
        )
        return begun.rowcount == 1

    def later(self, action_id: str, due: datetime, *, doubtful: bool) -> None:
        """An attempt failed: the next one is at `due`. Not doubtful: the helpdesk certainly does not have it."""
        keep = "" if doubtful else ", sent = NULL"
        self._db.execute(f"UPDATE outbox SET due = ?{keep} WHERE id = ?", (to_int(due), action_id))

    def settle(self, ids: Sequence[str], now: datetime) -> None:
        """The helpdesk has these."""
        self._db.executemany(
            "UPDATE outbox SET settled = ?, sent = NULL, held = NULL, dropped = 0"
            " WHERE id = ? AND (settled IS NULL OR dropped)",
            [(to_int(now), each) for each in ids],
        )

    def hold(self, action_id: str, held: Held, *, doubtful: bool = False) -> None:
        """Send it no more until the agent decides. Not doubtful: the helpdesk certainly does not have it."""
        keep = "" if doubtful else ", sent = NULL"
        self._db.execute(
            f"UPDATE outbox SET held = ?{keep} WHERE id = ? AND settled IS NULL",
            (msgspec.json.encode(held), action_id),
        )

    def note(self, action_id: str, told: Told | None) -> None:
        """Keep what the helpdesk left out; None once the agent has seen it."""
        value = None if told is None else msgspec.json.encode(told)
        self._db.execute("UPDATE outbox SET note = ? WHERE id = ?", (value, action_id))

    # Deciding

    def release(self, action_id: str, now: datetime) -> None:
        """Send it all the same."""
        self._db.execute(
            "UPDATE outbox SET held = NULL, due = ? WHERE id = ? AND settled IS NULL",
            (to_int(now), action_id),
        )

    def hurry(self, now: datetime) -> None:
        """Try everything that waits for its time now; no attempt began later than that, whatever the clock said."""
        self._db.execute(
            "UPDATE outbox SET due = min(due, ?), sent = min(sent, ?) WHERE settled IS NULL",
            (to_int(now),) * 2,
        )

    def drop(self, action_id: str, now: datetime) -> None:
        """It is not sent at all; the journal keeps that it was done here."""
        self._db.execute(
            "UPDATE outbox SET settled = ?, dropped = 1, held = NULL, sent = NULL WHERE id = ? AND settled IS NULL",
            (to_int(now), action_id),
        )


def _waiting(row: Sequence[object]) -> Waiting:
    id_, seq, ticket, body, tries, due, sent, held = row
    return Waiting(
        id=str(id_),
        seq=int(str(seq)),
        ticket=int(str(ticket)),
        action=msgspec.json.decode(body, type=Action) if isinstance(body, bytes) else None,
        tries=int(str(tries)),
        due=to_moment(int(str(due))),
        sent=None if sent is None else to_moment(int(str(sent))),
        held=msgspec.json.decode(held, type=Held) if isinstance(held, bytes) else None,
    )
