"""Importing into the chosen profile, for `import` and for the first start."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

from agent_tui.cli.context import Context
from agent_tui.desk.receive import Receiver, Report
from agent_tui.intake import Contact, Unreadable


def take_in(
    context: Context, contacts: Iterator[Contact | Unreadable], progress: Callable[[Report], None]
) -> Report:
    """File contacts; a profile that is not there yet is made once there is something to keep.

    Raises IntakeError.
    """
    began: list[Contact | Unreadable] = []
    if not context.place.store.exists():
        began = _up_to_a_contact(contacts)
        lost = [each for each in began if isinstance(each, Unreadable)]
        if len(lost) == len(began):
            return Report(read=len(lost), unreadable=lost)
    with context.desk(create=True) as desk:
        return Receiver(desk, context.now).take_in(chain(began, contacts), progress)


def _up_to_a_contact(contacts: Iterator[Contact | Unreadable]) -> list[Contact | Unreadable]:
    began: list[Contact | Unreadable] = []
    for each in contacts:
        began.append(each)
        if isinstance(each, Contact):
            break
    return began
