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


class HeldBack(Refusal):
    """`details` has the codes of the findings, and the places in the text as they read."""

    code = "held_back"
    text = N_("This can't go out as it is: {places}. Change it, or say why it has to stand as it is.")

    def __init__(self, rule: str, codes: tuple[str, ...], places: str) -> None:
        super().__init__(places=places, codes=", ".join(codes))
        self.rule = rule
        self.codes = codes


class ConsentFirst(Refusal):
    """`kinds` and `purposes` are ids; `ticket` is the one on which it is."""

    code = "consent_first"
    text = N_(
        "This writes personal data down ({kinds}), and this customer's consent is not recorded. Tell them and record"
        " the answer, or say once on this ticket why you go on."
    )
    rule = "T5"

    def __init__(self, ticket: int, kinds: tuple[str, ...], purposes: tuple[str, ...]) -> None:
        super().__init__(kinds=", ".join(kinds))
        self.ticket = ticket
        self.kinds = kinds
        self.purposes = purposes


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


class NoComplaint(Refusal):
    code = "no_complaint"
    text = N_("The ticket is no complaint. Take it as one first.")
    rule = "C2"


class TooLateToWithdraw(Refusal):
    code = "too_late_to_withdraw"
    text = N_("The customer knows the plan already: the complaint takes its way.")
    rule = "C6"


class NotThisStage(Refusal):
    """A step of a complaint that is not the one whose turn it is; faces name both stages in the language in use."""

    code = "not_this_stage"
    text = N_("This is not possible yet or any more: the complaint's next step is “{now}”.")
    rule = "C1–C8"


class AlertFirst(Refusal):
    code = "alert_first"
    text = N_(
        "A repeated or group complaint is reported to compliance/risk first: dispatch it to them as a risk."
    )
    rule = "C9"


class ApologiseFirst(Refusal):
    code = "apologise_first"
    text = N_("The first answer to a complaint apologises.")
    rule = "C1"


class NoApology(Refusal):
    code = "no_apology"
    text = N_("The text does not apologise. Words of apology in this language: {words}.")
    rule = "C1"


class DirectionNotTold(Refusal):
    code = "direction_not_told"
    text = N_("The text does not hold the direction “{direction}”: the customer reads the text alone.")
    rule = "C10"


class NotUpwards(Refusal):
    code = "not_upwards"
    text = N_("Handing up leads to a supervisor or the team lead.")
    rule = "L3"


class NeededHere(Refusal):
    """A field that a stage demands of customers of some markets; `rule` says which rule asks for it."""

    code = "needed_here"
    text = N_("For customers in this market the {field} is needed.")

    def __init__(self, rule: str, **details: object) -> None:
        super().__init__(**details)
        self.rule = rule


class ReasonRequired(Refusal):
    code = "reason_required"
    text = N_("The answers propose level {proposed}. To choose level {level}, say why.")
    rule = "L1–L4"


class LevelForced(Refusal):
    code = "level_forced"
    text = N_("The answers leave no choice: this is level {level}.")
    rule = "L4"


class NotYourRole(Refusal):
    code = "not_your_role"
    text = N_("Only these roles do this: {roles}. Yours: {yours}.")
    rule = "P1"


class NotYourRegion(Refusal):
    code = "not_your_region"
    text = N_("The ticket belongs to the region {region}, which is not one of yours.")
    rule = "P2"


class NoQuestionOpen(Refusal):
    code = "no_question_open"
    text = N_("No question to that department is open.")
    rule = "P3"


class NoHandover(Refusal):
    code = "no_handover"
    text = N_("No such handover of this ticket waits to be confirmed.")
    rule = "P4"


class NotForYou(Refusal):
    code = "not_for_you"
    text = N_("This was handed over to {to}.")
    rule = "P4"


class NotResolvedYet(Refusal):
    code = "not_resolved_yet"
    text = N_("Only a resolved case can be reviewed.")
    rule = "T7"


class OutOfRange(Refusal):
    code = "out_of_range"
    text = N_("{field} goes from {low} to {high}.")
