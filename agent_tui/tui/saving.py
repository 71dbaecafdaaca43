"""Saving a ticket's attachments into a folder; those that are still on the helpdesk are fetched first, in a thread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from agent_tui.desk.attachments import free_name, plain_name
from agent_tui.desk.core import Desk
from agent_tui.desk.errors import BadField, DeskError
from agent_tui.desk.fields import Field
from agent_tui.domain.messages import N_
from agent_tui.domain.text import safe
from agent_tui.i18n import _, ngettext
from agent_tui.locations import write_private
from agent_tui.store.errors import StoreError
from agent_tui.telling_errors import sentence
from agent_tui.tui.screens.form import FormPanel

if TYPE_CHECKING:
    from agent_tui.desk.traffic import Traffic
    from agent_tui.tui.screens.desk import DeskScreen


def save_files(desk: DeskScreen) -> None:
    """Save every attachment of the ticket into a folder the agent names."""
    files = (
        [each for message in desk.case.ticket.messages for each in message.attachments] if desk.case else []
    )
    if desk.case is None or not files:
        desk.say(_("This ticket has no attachments."), "bad")
        return
    number, book, traffic = desk.case.ticket.id, desk.sitting.desk, desk.sitting.traffic
    away = [each.sha256 for each in files if book.repository.blob(each.sha256) is None]
    saved: list[str] = []

    def submit(filled: dict[str, str]) -> None:
        if not away or traffic is None:
            saved.extend(_write(book, number, len(files), filled["folder"], desk.sitting.now()))

    def closed(filled: dict[str, str] | None) -> None:
        if saved:
            desk.say(_told(saved))
        elif filled is not None and traffic is not None:
            text = ngettext(
                "{count} attachment is fetched from the helpdesk …",
                "{count} attachments are fetched from the helpdesk …",
                len(away),
            )
            desk.say(text.format(count=len(away)))
            desk.run_worker(
                lambda: _fetch(
                    desk,
                    traffic,
                    away,
                    lambda: _write(book, number, len(files), filled["folder"], desk.sitting.now()),
                ),
                thread=True,
                group="files",
            )

    field = Field("folder", N_("where to"), required=True, default=str(Path.cwd()))
    desk.app.push_screen(FormPanel(_("Save attachments"), (field,), submit), closed)


def _write(book: Desk, number: int, count: int, typed: str, now: datetime) -> list[str]:
    """Write them; returns where. Raises BadField, NoSuchAttachment."""
    folder = Path(typed).expanduser()
    saved: list[str] = []
    for place in range(1, count + 1):
        name, content = book.attachment(number, place)
        target = free_name(folder / plain_name(name))
        try:
            write_private(target, content)
        except OSError as error:
            raise BadField(field="folder", reason=error.strerror or type(error).__name__) from error
        with book.repository.transaction():  # so that it is destroyed when its time is over (POLICY T5)
            book.repository.erasure.note_export(target, content, (number,), now)
        saved.append(str(target))
    return saved


def _fetch(desk: DeskScreen, traffic: Traffic, digests: list[str], write: Callable[[], list[str]]) -> None:
    """In a thread: bring the bytes here, write the files, and say how it went."""
    from agent_tui.sync.backends.base import BackendError  # only where there is a helpdesk

    try:
        for digest in digests:
            traffic.load_file(digest)
        text, style = _told(write()), ""
    except (BackendError, DeskError, StoreError) as error:
        text, style = sentence(error), "bad"
    if desk.is_attached:  # the agent may have left meanwhile
        desk.app.call_from_thread(desk.say, text, style)


def _told(saved: list[str]) -> str:
    return _("Written: {path}").format(path=safe(", ".join(saved)))
