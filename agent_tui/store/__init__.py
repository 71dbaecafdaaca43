"""One encrypted file a profile: documents, what is still to be sent, the journal, drafts, the archive."""

from __future__ import annotations

from agent_tui.store.database import Database, open_store

__all__ = ["Database", "open_store"]
