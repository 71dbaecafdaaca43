"""The baseline of `listing`: what `tickets --json` reads, by bare SQL, printed by bare `json.dumps`."""

import json
import os
import sys

from sqlcipher3 import dbapi2

from agent_tui.store.cipher import salt_of

connection = dbapi2.connect(sys.argv[1], isolation_level=None)
key = os.environ["AGENT_TUI_KEY"]
connection.execute(f"PRAGMA key = \"x'{key}{salt_of(bytes.fromhex(key)).hex()}'\"")
cursor = connection.execute(
    "SELECT ticket, subject, status, wakes, urgent, due, timer, level, type, channel, customer, market, language,"
    " owner, step, created, changed, tags FROM queue WHERE live ORDER BY urgent DESC, place, created, ticket"
)
names = [column[0] for column in cursor.description]
for line in cursor:
    sys.stdout.write(json.dumps(dict(zip(names, line, strict=True))) + "\n")
