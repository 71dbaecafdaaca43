"""The SQL tables beside TinyDB's documents: what must be ordered, unique, append-only or searched.

Times are whole microseconds since 1970 (UTC). Everything but `journal`, `outbox` and `blobs` can be built again from
the tickets and the journal.
"""

from __future__ import annotations

CASEWORK: tuple[str, ...] = (
    *(
        f"ALTER TABLE queue ADD COLUMN {name} TEXT NOT NULL DEFAULT ''"
        for name in ("stage", "turn", "region", "product", "handed")
    ),
    "CREATE INDEX queue_product ON queue (product COLLATE NOCASE, ticket DESC) WHERE product <> ''",
    "DELETE FROM meta WHERE name = 'basis'",  # the lines are computed anew
)
"""What casework adds to the queue: a complaint's stage, whose turn it is, region, product, a handover under way."""

ELSEWHERE: tuple[str, ...] = (
    # Where an action stands on its way: attempts, when to try again, whether one may have arrived, what holds it.
    "ALTER TABLE outbox ADD COLUMN tries INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE outbox ADD COLUMN due INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE outbox ADD COLUMN sent INTEGER",
    "ALTER TABLE outbox ADD COLUMN held BLOB",
    "ALTER TABLE outbox ADD COLUMN dropped INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE outbox ADD COLUMN note BLOB",
    "CREATE INDEX outbox_notes ON outbox (seq) WHERE note IS NOT NULL",
    # The helpdesk's state of each ticket as it was last read; what the agent sees is that with the outbox on top.
    """CREATE TABLE remote (
        ticket INTEGER PRIMARY KEY, remote INTEGER UNIQUE, mark INTEGER NOT NULL, base BLOB NOT NULL,
        fate TEXT NOT NULL DEFAULT '', updated INTEGER, facts BLOB NOT NULL DEFAULT x'')""",
    "CREATE TABLE remote_files (remote INTEGER PRIMARY KEY, sha256 BLOB NOT NULL)",
)
"""What a profile needs whose helpdesk is a server: the way of each action there, and what the server said last."""

DESTRUCTION: tuple[str, ...] = (
    # Files with customers' data that were written outside, so that retention and erasure find them.
    """CREATE TABLE exports (
        id INTEGER PRIMARY KEY, path BLOB NOT NULL UNIQUE, sha256 BLOB NOT NULL, made INTEGER NOT NULL,
        tickets TEXT NOT NULL)""",
    "CREATE INDEX journal_destructions ON journal (seq) WHERE kind IN ('destroy', 'destroyed')",
)
"""What erasure and retention need; the journal is as it was, its entries' content could always be wiped."""

STATEMENTS: tuple[str, ...] = (
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID",
    # One line for each ticket; `place` is the due time, with those that have none sorted behind by age.
    """CREATE TABLE queue (
        ticket INTEGER PRIMARY KEY, live INTEGER NOT NULL, status TEXT NOT NULL, wakes INTEGER NOT NULL,
        urgent INTEGER NOT NULL, due INTEGER, risk INTEGER, timer TEXT NOT NULL, owner TEXT, level INTEGER, type TEXT,
        channel TEXT NOT NULL, customer TEXT NOT NULL, market TEXT, language TEXT, subject TEXT NOT NULL,
        step TEXT NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL, solved INTEGER NOT NULL,
        tags TEXT NOT NULL, place INTEGER NOT NULL)""",
    "CREATE INDEX queue_live ON queue (urgent DESC, place, created, ticket) WHERE live",
    "CREATE INDEX queue_cases ON queue (changed DESC, ticket DESC) WHERE NOT live",
    # Bodies can be wiped (erasure), never changed: the chain covers their salted digest.
    """CREATE TABLE journal (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL, ticket INTEGER NOT NULL, other INTEGER, kind TEXT NOT NULL,
        recorded INTEGER NOT NULL, salt BLOB, body BLOB, digest BLOB NOT NULL, chain BLOB NOT NULL)""",
    "CREATE INDEX journal_ticket ON journal (ticket, seq)",
    "CREATE INDEX journal_other ON journal (other, seq) WHERE other IS NOT NULL",
    """CREATE TRIGGER journal_keeps_its_entries BEFORE DELETE ON journal
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    """CREATE TRIGGER journal_changes_nothing BEFORE UPDATE ON journal
        WHEN NEW.body IS NOT NULL OR NEW.salt IS NOT NULL OR NEW.seq IS NOT OLD.seq OR NEW.id IS NOT OLD.id
            OR NEW.ticket IS NOT OLD.ticket OR NEW.other IS NOT OLD.other OR NEW.kind IS NOT OLD.kind
            OR NEW.recorded IS NOT OLD.recorded OR NEW.digest IS NOT OLD.digest OR NEW.chain IS NOT OLD.chain
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    # Every action on its way to the helpdesk, and when it arrived there; the journal holds what it says. The ids are
    # unique here for both.
    """CREATE TABLE outbox (
        id TEXT PRIMARY KEY, seq INTEGER NOT NULL, ticket INTEGER NOT NULL, settled INTEGER) WITHOUT ROWID""",
    "CREATE INDEX outbox_pending ON outbox (ticket, seq) WHERE settled IS NULL",
    "CREATE TABLE blobs (sha256 BLOB PRIMARY KEY, content BLOB NOT NULL) WITHOUT ROWID",
    # What an import has seen: whole messages, Message-IDs, and whose tickets they are.
    "CREATE TABLE seen (fingerprint BLOB PRIMARY KEY, ticket INTEGER NOT NULL) WITHOUT ROWID",
    """CREATE TABLE mails (
        message_id TEXT NOT NULL, ticket INTEGER NOT NULL, PRIMARY KEY (message_id, ticket)) WITHOUT ROWID""",
    """CREATE TABLE addresses (
        address TEXT NOT NULL, ticket INTEGER NOT NULL, PRIMARY KEY (address, ticket)) WITHOUT ROWID""",
    """CREATE VIRTUAL TABLE search USING fts5(
        words, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2 categories 'L* N* M* Co'")""",
)
