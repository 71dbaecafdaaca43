"""A mentor's review of a run (POLICY Q4): the run as a file, its moments as they are stepped through, what is said.

What a mentor says goes into a file beside the run, so that the run stays as it was and its seal holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

import msgspec
from msgspec.structs import replace

from agent_tui.desk.errors import DeskError
from agent_tui.domain import actions as do
from agent_tui.domain.messages import N_
from agent_tui.domain.ticket import MessageKind
from agent_tui.packs.scenario import Persona
from agent_tui.practice.assessor import Assessment, Error, Mark
from agent_tui.practice.courses import Signature, are_moments
from agent_tui.practice.exercise import Exercise
from agent_tui.practice.results import Certificate, Comment, Result, read_certificate

_SUFFIX = ".review.json"


class RunFile(msgspec.Struct, frozen=True, tag="agent_tui run", tag_field="format"):
    """A run that was ended, whole, for a mentor. `seal` is the SHA-256 of everything else."""

    result: Result
    seal: str = ""


class Review(msgspec.Struct, frozen=True, kw_only=True, tag="agent_tui review", tag_field="format"):
    """What mentors said to a run. `seal` is the SHA-256 of everything else."""

    run: str
    trainee: str
    comments: tuple[Comment, ...] = ()
    signatures: tuple[Signature, ...] = ()
    seal: str = ""


class Who(StrEnum):
    """Whose doing a moment is."""

    TRAINEE = "trainee"
    CUSTOMER = "customer"
    OTHERS = "others"  # colleagues, the telephone


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was done in a run, and what it was worth. `action` is its id, `kind` what was done.

    The customer sees it where `seen`; a text that stays inside has it False.
    """

    action: str
    kind: str
    at: datetime  # simulated
    by: str
    who: Who
    ticket: int
    persona: str
    text: str
    seen: bool
    marks: tuple[Mark, ...] = ()
    errors: tuple[Error, ...] = ()


class Story(msgspec.Struct, frozen=True):
    """A run to step through: its moments in order, and the marks that are about nothing that was done."""

    moments: tuple[Moment, ...]
    missing: tuple[Mark, ...]


class NoRun(DeskError):
    text = N_("The file is no run: {reason}")


class NoRunMoment(DeskError):
    text = N_("The run tells a moment that can't be.")


class ChangedRun(DeskError):
    text = N_("The run was changed after it was written.")


class NoReview(DeskError):
    text = N_("The file is no review of a run: {reason}")


class ChangedReview(DeskError):
    text = N_("The review was changed after it was written.")


class OtherRun(DeskError):
    text = N_("The review is of another run than this.")


class NoSuchMoment(DeskError):
    text = N_("There is no moment {number}; there are 1 to {most}.")


class NothingSaid(DeskError):
    text = N_("The comment is empty.")


class OwnRun(DeskError):
    text = N_("Nobody signs off a run of their own. (Q4)")


class NotGood(DeskError):
    text = N_("Only a passed run is signed off. (Q1)")


# Files


def run_file(result: Result) -> bytes:
    """A run as a file has it."""
    bare = RunFile(replace(result, comments=()))
    return _formatted(replace(bare, seal=_seal(bare)))


def read_run(content: bytes) -> Result:
    """The run in a file, or in a certificate.

    Raises NoRun, NoRunMoment, or ChangedRun or Broken when its seal is not that of its content.
    """
    try:
        found = msgspec.json.decode(content, type=RunFile | Certificate)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NoRun(reason=str(error)) from error
    if isinstance(found, Certificate):
        return read_certificate(content).result
    if found.seal != _seal(replace(found, seal="")):
        raise ChangedRun
    record = found.result.record
    if not are_moments((found.result.at, record.reached, *(action.at for action in record.actions))):
        raise NoRunMoment
    return found.result


def beside(run: Path) -> Path:
    """Where the review of a run lies."""
    return run.with_name(run.name.removesuffix(".json") + _SUFFIX)


def review_file(review: Review) -> bytes:
    """A review as a file has it."""
    bare = replace(review, seal="")
    return _formatted(replace(bare, seal=_seal(bare)))


def read_review(content: bytes) -> Review:
    """The review in a file. Raises NoReview, or ChangedReview when its seal is not that of its content."""
    try:
        found = msgspec.json.decode(content, type=Review)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NoReview(reason=str(error)) from error
    if found.seal != _seal(replace(found, seal="")):
        raise ChangedReview
    return found


def begun(result: Result) -> Review:
    """A review in which nothing is said yet."""
    return Review(run=result.id, trainee=result.record.trainee)


def commented(review: Review, by: str, at: datetime, text: str, action: str = "") -> Review:
    """The review with one more comment, to an action or, where that is empty, to the whole. Raises NothingSaid."""
    if not text.strip():
        raise NothingSaid
    return replace(review, comments=(*review.comments, Comment(by, at, text.strip(), action)))


def signed(review: Review, result: Result, by: str, at: datetime, stage: str = "") -> Review:
    """The review with a mentor's signature under the run and, where it is named, a stage. Raises OwnRun, NotGood."""
    if by == result.record.trainee:
        raise OwnRun
    if not result.passed:
        raise NotGood
    signature = Signature(by=by, at=at, run=result.id, scenario=result.record.scenario, stage=stage)
    others = tuple(each for each in review.signatures if (each.by, each.stage) != (by, stage))
    return replace(review, signatures=(*others, signature))


def with_comments(result: Result, review: Review) -> Result:
    """The run with what was said to it, each comment once. Raises OtherRun."""
    if review.run != result.id:
        raise OtherRun
    said = dict.fromkeys((*result.comments, *review.comments))
    return replace(result, comments=tuple(sorted(said, key=lambda each: each.at)))


def _formatted(value: msgspec.Struct) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n"


def _seal(value: msgspec.Struct) -> str:
    return sha256(msgspec.json.encode(value, order="sorted")).hexdigest()


# The story


def story(exercise: Exercise, found: Assessment) -> Story:
    """What happened in a run that was played again, in order, each moment with its marks."""
    training = exercise.training
    actions = [entry.action for entry in training.desk.journal() if entry.action is not None]
    marks, errors = _by_action(found.marks), _by_action(found.errors)
    known = {action.id for action in actions}
    personas = {action.ticket: each for action in actions if (each := training.persona(action.ticket))}
    return Story(
        tuple(
            _moment(action, training.desk.agent, personas.get(action.ticket), marks, errors)
            for action in actions
        ),
        tuple(mark for mark in found.marks if mark.action not in known),
    )


def _by_action(found: Iterable[Mark] | Iterable[Error]) -> Mapping[str, list[Mark | Error]]:
    table: dict[str, list[Mark | Error]] = {}
    for each in found:
        table.setdefault(each.action, []).append(each)
    return table


def _moment(
    action: do.Action,
    trainee: str,
    persona: Persona | None,
    marks: Mapping[str, list[Mark | Error]],
    errors: Mapping[str, list[Mark | Error]],
) -> Moment:
    writes = isinstance(action, do.Open | do.Receive)
    content = getattr(action, "content", None)
    said = isinstance(content, do.Content) and content.kind is MessageKind.CUSTOMER
    text = content.text if isinstance(content, do.Content) else str(getattr(action, "text", ""))
    who = Who.TRAINEE if action.by == trainee else Who.CUSTOMER if writes and said else Who.OTHERS
    return Moment(
        action=action.id,
        kind=do.kind_of(action),
        at=action.at,
        by=persona.customer.name if persona is not None and who is Who.CUSTOMER else action.by,
        who=who,
        ticket=action.ticket,
        persona=persona.id if persona is not None else "",
        text=text,
        seen=writes or isinstance(action, do.Reply),
        marks=tuple(each for each in marks.get(action.id, ()) if isinstance(each, Mark)),
        errors=tuple(each for each in errors.get(action.id, ()) if isinstance(each, Error)),
    )
