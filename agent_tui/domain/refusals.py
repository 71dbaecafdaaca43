"""Refusals: why an action cannot be done now. Each names the policy rule or the state that forbids it."""

from __future__ import annotations

from typing import ClassVar

from agent_tui.domain.messages import N_


class Refusal(Exception):
    """An action that cannot be done, with the reason as a sentence and its parts.

    `text` is the English sentence with named fields, `details` their values: a face translates the one and
    fills in the other. `rule` names the policy rule behind the refusal, if there is one.
    """

    code: ClassVar[str] = "refused"
    text: ClassVar[str] = N_("This cannot be done now.")
    rule: str = ""

    def __init__(self, **details: object) -> None:
        super().__init__(self.text.format(**details))
        self.details = details


class NotOpen(Refusal):
    code = "not_open"
    text = N_("The ticket is resolved. Reopen it first.")


class Merged(Refusal):
    code = "merged"
    text = N_("The ticket was merged into {into}. Go on there.")


class NotResolved(Refusal):
    code = "not_resolved"
    text = N_("Only a resolved ticket can be reopened.")


class NotYours(Refusal):
    code = "not_yours"
    text = N_("{owner} has this ticket. Take it over first, or leave a note.")
    rule = "H5"


class AlreadyYours(Refusal):
    code = "already_yours"
    text = N_("You already have this ticket.")


class NotOwned(Refusal):
    code = "not_owned"
    text = N_("Nobody has this ticket, so it cannot be released.")


class OwnerChanged(Refusal):
    code = "owner_changed"
    text = N_("The ticket belongs to {owner} now, not to {expected}.")


class NotVerified(Refusal):
    code = "not_verified"
    text = N_("Verify the issue before classifying it.")
    rule = "H1"


class NotClassified(Refusal):
    code = "not_classified"
    text = N_("Classify the ticket first: verified, type, level, urgent or normal.")
    rule = "H1"


class DeadlineRequired(Refusal):
    code = "deadline_required"
    text = N_("Level {level} needs an explicit deadline.")
    rule = "L4"


class PromiseRequired(Refusal):
    code = "promise_required"
    text = N_(
        "A reply that leaves the issue unsolved states the reason, the deadline and how it is followed up. "
        "Missing: {missing}."
    )
    rule = "H3"


class SummaryRequired(Refusal):
    code = "summary_required"
    text = N_("Resolving needs the result and a summary. Missing: {missing}.")
    rule = "H4"


class NotAnswered(Refusal):
    code = "not_answered"
    text = N_("Tell the customer the result before resolving: nobody has answered yet.")
    rule = "H2"


class InThePast(Refusal):
    code = "in_the_past"
    text = N_("{moment} is already past.")


class Empty(Refusal):
    code = "empty"
    text = N_("The {what} is empty.")


class NothingChanges(Refusal):
    code = "nothing_changes"
    text = N_("That changes nothing.")


class SameTicket(Refusal):
    code = "same_ticket"
    text = N_("A ticket cannot be linked to or merged into itself.")


class OtherCustomer(Refusal):
    code = "other_customer"
    text = N_(
        "The tickets belong to different customers ({one} and {other}). Link them, or correct the customer first."
    )
    rule = "T5"


class FieldRequired(Refusal):
    """Something that policy wants to be stated is not; `rule` says which one."""

    code = "field_required"
    text = N_("{action} needs {field}.")

    def __init__(self, rule: str, **details: object) -> None:
        super().__init__(**details)
        self.rule = rule
