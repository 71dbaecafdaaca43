"""Words that RT has just written, without the mark yet that says which action of a desk they are.

RT writes that mark after the message. Who reads in between would take a colleague's action for plain words; such words
are left out for a few seconds, and looked at again.
"""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from msgspec.structs import replace

from agent_tui.sync.backends.base import Remote

FRESH = timedelta(seconds=5)
"""How long after the words RT may still be writing whose they are."""


class Freshness:
    """What was left out, by ticket. Any thread may use it."""

    def __init__(self) -> None:
        self._left_out: dict[int, dict[int, datetime]] = {}
        self._guard = threading.Lock()

    def without(self, remote: Remote, now: datetime | None) -> Remote:
        """A ticket without its fresh words; `now` is the server's time.

        Its time of change is taken back with them: should it be looked at in another way before, it is looked at again.
        """
        fresh = {
            entry.id: entry.at
            for entry in remote.entries
            if now is not None and entry.at > now - FRESH and not (entry.op or entry.opens or "@" in entry.by)
        }
        if not fresh:
            return remote
        with self._guard:
            self._left_out.setdefault(remote.id, {}).update(fresh)
        entries = tuple(entry for entry in remote.entries if entry.id not in fresh)
        return replace(remote, entries=entries, updated=min(fresh.values()) - timedelta(seconds=1))

    @property
    def holds_back(self) -> bool:
        """Whether anything was left out that was not told since."""
        with self._guard:
            return bool(self._left_out)

    def ripe(self, now: datetime | None) -> dict[int, tuple[int, ...]]:
        """The tickets whose words are fresh no longer, with those words; they are told once."""
        with self._guard:
            found = {
                number: tuple(ids)
                for number, ids in self._left_out.items()
                if now is not None and max(ids.values()) <= now - FRESH
            }
            for number in found:
                del self._left_out[number]
        return found
