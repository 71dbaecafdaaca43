"""What a face can be told besides a refusal: a ticket that is not there, a field that cannot be read."""

from __future__ import annotations

from typing import ClassVar

from agent_tui.domain.messages import N_, Told, told


class DeskError(Exception):
    """A request that makes no sense as it stands. `text` is the sentence, `details` fill its named fields."""

    text: ClassVar[str] = N_("This cannot be done.")

    def __init__(self, **details: object) -> None:
        super().__init__(self.text.format(**details))
        self.details = details

    @property
    def told(self) -> Told:
        """The sentence to keep and to translate."""
        return told(self.text, self.details)


class NoSuchTicket(DeskError):
    text = N_("There is no ticket {ticket}.")


class NoSuchView(DeskError):
    text = N_("There is no view {view!r}; there are: {known}.")


class NoSuchAttachment(DeskError):
    text = N_("Ticket {ticket} has no attachment {number}.")


class BadField(DeskError):
    text = N_("{field}: {reason}")


class MissingField(DeskError):
    text = N_("{action} needs {field}.")


class UnknownField(DeskError):
    text = N_("{action} has no field {field!r}; it has: {known}.")


class NoSuchAction(DeskError):
    text = N_("There is no action {action!r}; there are: {known}.")
