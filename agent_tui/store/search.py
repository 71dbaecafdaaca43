"""Full-text search over every ticket, in the encrypted file itself (SQLite FTS5).

Scripts that are written without spaces are indexed in pairs of characters, so that a word of two is found; a ticket is
indexed when somebody next searches, so that no action waits for it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable

from agent_tui.store.cipher import Connection
from agent_tui.store.database import Database

# Han, kana, Hangul, and the scripts of Thailand, Laos, Cambodia and Myanmar with their vowel signs.
_DENSE = (
    "\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003134f"
)
_DENSE_RUN = re.compile(rf"[{_DENSE}]+")

# What changes the words of a ticket: its subject, its customer, its tags, its messages, its summary.
_WORDED = (
    *("open", "receive", "reply", "note", "tag", "edit_customer", "merge", "resolve", "reopen"),
    *("withdraw", "record", "report", "verify", "plan", "accept", "carry_out", "revisit"),
    *("escalate", "dispatch", "advise", "hand_over", "consent"),
)
_INDEXED = "indexed"
_SLICE = 2000  # journal entries whose tickets are indexed in one transaction: less than half a second

LONGEST = 100_000
"""How many characters of one message are indexed: a pasted log is not searched to its end."""


def _normal(text: str) -> str:
    return text.casefold() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


def _pairs(run: str) -> list[str]:
    """Overlapping pairs, and the last character alone, so that every character begins a token."""
    return [run[at : at + 2] for at in range(len(run))]


def words(texts: Iterable[str]) -> str:
    """What the index keeps of some texts."""
    return " ".join(
        _DENSE_RUN.sub(lambda run: f" {' '.join(_pairs(run[0]))} ", _normal(text[:LONGEST])) for text in texts
    )


def query(text: str) -> str:
    """The FTS5 expression for what somebody typed: every word, the last one perhaps not finished; "" for none."""
    phrases: list[str] = []
    typed = [word for word in text.split() if any(letter.isalnum() for letter in word)]
    for place, word in enumerate(typed, 1):
        plain = _normal(word).replace('"', " ")
        dense = _DENSE_RUN.search(plain) is not None
        single = _DENSE_RUN.fullmatch(plain) is not None and len(plain) == 1
        phrase = _DENSE_RUN.sub(lambda run: f" {' '.join(_pairs(run[0])[: max(1, len(run[0]) - 1)])} ", plain)
        unfinished = single or (place == len(typed) and not dense)
        phrases.append(f'"{phrase.strip()}"' + ("*" if unfinished else ""))
    return " ".join(phrases)


class Search:
    """The index of one store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def _db(self) -> Connection:
        return self._database.connection

    def stale(self) -> tuple[list[int], int]:
        """Tickets whose words changed since they were indexed, and the newest journal entry that was looked at.

        At most a slice of the journal: no other writer waits longer than that takes.
        """
        marks = ",".join("?" * len(_WORDED))
        since = self._indexed()
        newest = self._db.execute("SELECT coalesce(max(seq), 0) FROM journal").fetchone()
        if newest is None or newest[0] == since:
            return [], since
        rows = self._db.execute(
            f"SELECT seq, ticket, other FROM journal WHERE seq > ? AND kind IN ({marks}) ORDER BY seq LIMIT {_SLICE}",
            (since, *_WORDED),
        ).fetchall()
        tickets = {number for row in rows for number in row[1:] if number is not None}
        return sorted(tickets), int(rows[-1][0] if len(rows) == _SLICE else newest[0])

    def index(self, tickets: Iterable[int], upto: int, texts: Callable[[int], Iterable[str]]) -> None:
        """Index tickets anew, inside the caller's transaction; the journal was looked at as far as entry `upto`."""
        for ticket in tickets:
            self._db.execute("DELETE FROM search WHERE rowid = ?", (ticket,))
            self._db.execute(
                "INSERT INTO search (rowid, words) VALUES (?, ?)", (ticket, words(texts(ticket)))
            )
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_INDEXED, upto.to_bytes(8)))

    def forget(self) -> None:
        """Have everything indexed again, inside the caller's transaction."""
        self._db.execute("DELETE FROM meta WHERE name = ?", (_INDEXED,))

    def _indexed(self) -> int:
        row = self._db.execute("SELECT value FROM meta WHERE name = ?", (_INDEXED,)).fetchone()
        return 0 if row is None else int.from_bytes(row[0])
