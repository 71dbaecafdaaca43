"""What a trainee's runs were worth, kept in the practice profile's own store, and the certificate of a passed one.

A certificate holds the whole run. Its seal shows a change at once; and since a run follows from its actions, to verify
it is to play it again and to judge it anew: no number in the file is believed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

import msgspec
from msgspec.structs import replace

from agent_tui.desk.errors import DeskError
from agent_tui.domain.messages import N_
from agent_tui.practice.assessor import Assessment
from agent_tui.practice.exercise import Record
from agent_tui.store.database import Database

_RESULTS = "practice_results"
CERTIFY = "certify"
"""The mode whose passed runs are certified."""


class Comment(msgspec.Struct, frozen=True):
    """What a mentor says to a run, to one of its actions or to the whole (POLICY Q4)."""

    by: str
    at: datetime
    text: str
    action: str = ""  # the id of the action; empty: the whole


class Result(msgspec.Struct, frozen=True):
    """A run that was ended, judged."""

    id: str
    at: datetime  # real time, UTC
    record: Record
    points: int
    score: int
    passed: bool
    sections: dict[str, tuple[int, int]]  # reached, possible
    fatal: tuple[str, ...]
    missed: tuple[str, ...]  # checks
    comments: tuple[Comment, ...] = ()


class Certificate(msgspec.Struct, frozen=True, tag="agent_tui certificate", tag_field="format"):
    """A passed run that anybody can check. `seal` is the SHA-256 of everything else."""

    result: Result
    seal: str


class NoCertificate(DeskError):
    text = N_("The file is no certificate: {reason}")


class Broken(DeskError):
    text = N_("The certificate was changed after it was made.")


class NotPassed(DeskError):
    text = N_("Only a passed run in certify mode has a certificate.")


def judged(id: str, at: datetime, record: Record, found: Assessment, pass_mark: int) -> Result:
    """The result of a run that was assessed."""
    return Result(
        id=id,
        at=at,
        record=record,
        points=found.points,
        score=found.score,
        passed=found.score >= pass_mark,
        sections={name: found.section(name) for name in dict.fromkeys(mark.section for mark in found.marks)},
        fatal=tuple(error.word for error in found.fatal),
        missed=tuple(dict.fromkeys(mark.check for mark in found.marks if not mark.met)),
    )


def keep(database: Database, result: Result) -> None:
    """Keep a result in place of the one with its id."""
    rows = database.table(_RESULTS)
    with database.transaction():
        known = next((document.doc_id for document in rows if document["id"] == result.id), None)
        if known is None:
            rows.insert_json(msgspec.json.encode(result))
        else:
            rows.put_json(known, msgspec.json.encode(result))


def results(database: Database) -> tuple[Result, ...]:
    """Every result, the oldest first."""
    rows = database.table(_RESULTS)
    bodies = (rows.get_json(document.doc_id) for document in rows)
    return tuple(msgspec.json.decode(body, type=Result) for body in bodies if body is not None)


def best(kept: Sequence[Result], scenario: str) -> Result | None:
    """The best run of a scenario, the newest of equals."""
    return max(
        (each for each in kept if each.record.scenario == scenario),
        key=lambda each: (each.score, each.at),
        default=None,
    )


def certificate(result: Result) -> Certificate:
    """The certificate of a passed run. Raises NotPassed."""
    if not result.passed or result.record.mode != CERTIFY:
        raise NotPassed
    return Certificate(result, _seal(result))


def written(made: Certificate) -> bytes:
    """A certificate as a file has it."""
    return msgspec.json.format(msgspec.json.encode(made), indent=1) + b"\n"


def read_certificate(content: bytes) -> Certificate:
    """The certificate in a file. Raises NoCertificate, or Broken when its seal is not that of its content."""
    try:
        made = msgspec.json.decode(content, type=Certificate)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NoCertificate(reason=str(error)) from error
    if made.seal != _seal(made.result):
        raise Broken
    return made


def agrees(made: Certificate, found: Assessment, pass_mark: int) -> bool:
    """Whether the run, played and judged again, is worth what its certificate says."""
    again = judged(made.result.id, made.result.at, made.result.record, found, pass_mark)
    return again == replace(made.result, comments=())


def _seal(result: Result) -> str:
    return sha256(msgspec.json.encode(replace(result, comments=()), order="sorted")).hexdigest()
