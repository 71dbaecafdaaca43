"""From actions and tickets to what a helpdesk is told."""

from __future__ import annotations

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from agent_tui.domain import actions as do
from agent_tui.domain.ticket import Ticket
from agent_tui.store.repository import Repository
from agent_tui.sync.backends.base import Opening, Upload
from agent_tui.sync.facts import FILLED, NAMES, Facts, differing, project


def changed(after: Ticket, held: Facts) -> Facts:
    """What to write: what an action changes, and what else the helpdesk should hold and does not."""
    should = project(after)
    empty = {name for name in FILLED if getattr(held, name) in (None, UNSET)}
    if after.level is None:  # nobody has said yet whether it is urgent
        empty.discard("urgent")
    facts = differing(should, held, set(NAMES) - empty)
    return replace(facts, **{name: value for name in empty if (value := getattr(should, name)) is not None})


def opening_of(store: Repository, action: do.Open, queue: str) -> Opening:
    """A ticket to open in `queue`, with the files that are in the store."""
    content, customer = action.content, action.customer
    files = tuple(
        Upload(file.name, file.media_type, data)
        for file in content.attachments
        if (data := store.blob(file.sha256))
    )
    plain = replace(action, content=replace(content, attachments=()))
    return Opening(
        op=action.id,
        action=msgspec.json.encode(plain).decode(),
        queue=queue,
        requestor=customer.emails[0] if customer.emails else "",
        text=content.text if content.text.strip() else action.subject,
        facts=Facts(
            subject=action.subject,
            channel=action.channel,
            market=customer.market,
            language=customer.language,
        ),
        files=files,
    )
