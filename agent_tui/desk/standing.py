"""How a ticket stands with a helpdesk elsewhere: what a face shows of that besides the ticket itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from agent_tui.domain.views import Row
from agent_tui.store.repository import Repository

if TYPE_CHECKING:
    from agent_tui.desk.core import Case


def with_standing(repository: Repository, case: Case) -> Case:
    """The case with what the helpdesk does not have yet; as it is where this store is itself the helpdesk."""
    if not repository.elsewhere:
        return case
    number = case.ticket.id
    waiting = repository.outbox.waiting(number)
    known = repository.remotes.of(number)
    return replace(
        case,
        unsent=frozenset(each.id for each in waiting if each.held is None),
        held=tuple(each for each in waiting if each.held is not None),
        remote="" if known is None or known.remote in (None, number) else _called(repository, known.remote),
        fate=known.fate if known is not None else "",
    )


def marked(repository: Repository, rows: Iterable[Row]) -> Iterator[Row]:
    """The lines of the queue, those marked on which something is held."""
    held = repository.outbox.held_on() if repository.elsewhere else frozenset()
    return (replace(row, held=True) if row.id in held else row for row in rows)


def _called(repository: Repository, remote: int | None) -> str:
    """How people there call a ticket: `RT #57`."""
    connection = repository.remotes.connection
    return f"{connection.kind.upper() if connection is not None else ''} #{remote}".strip()
