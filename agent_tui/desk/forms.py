"""Forms: what an agent fills in for each action, and how the typed words become one frozen action.

The command line's `do` and the screens' prompts are both made of these.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TypeVar

import msgspec

from agent_tui.desk.errors import MissingField, NoSuchAction, UnknownField
from agent_tui.desk.fields import (
    Field,
    Header,
    check_language,
    check_market,
    check_zone,
    moment,
    number,
    word,
    words_of,
    yes,
)
from agent_tui.domain import actions as do
from agent_tui.domain.messages import N_
from agent_tui.domain.refusals import FieldRequired, PromiseRequired, SameTicket
from agent_tui.domain.ticket import Relation, Satisfaction

A = TypeVar("A", bound=do.Base)


class Form(msgspec.Struct, frozen=True):
    """An action's fields; `main` is the one a longer text goes into."""

    action: str
    title: str
    fields: tuple[Field, ...]
    kind: type[do.Base]
    build: Callable[[Header, Mapping[str, str]], do.Action]
    main: str = ""


def _make(kind: type[A], header: Header, **fields: object) -> A:
    """An action of that kind with the header's values; checked, since `fields` are not typed."""
    header_fields = {"id": header.id, "ticket": header.ticket, "at": header.at, "by": header.by}
    return msgspec.convert(header_fields | fields, kind)


def _take(header: Header, given: Mapping[str, str]) -> do.Action:
    return _make(do.Take, header, from_owner=given["from"] or None)


def _release(header: Header, given: Mapping[str, str]) -> do.Action:
    return _make(do.Release, header)


def _classify(header: Header, given: Mapping[str, str]) -> do.Action:
    return _make(
        do.Classify,
        header,
        verified=yes("verified", given["verified"]),
        type=given["type"].strip(),
        level=number("level", given["level"]),
        urgent=yes("urgent", given["urgent"]),
        deadline=moment("deadline", given["deadline"], header) if given["deadline"] else None,
        reason=given["reason"],
    )


class _OutcomeWord(StrEnum):
    SOLVES = "solves"
    ASKS = "asks"
    UNSOLVED = "unsolved"


def _outcome(header: Header, given: Mapping[str, str]) -> do.Outcome:
    match word("outcome", given["outcome"], _OutcomeWord):
        case _OutcomeWord.SOLVES:
            return do.Solves()
        case _OutcomeWord.ASKS:
            return do.Asks()
        case _OutcomeWord.UNSOLVED:
            missing = [name for name in ("reason", "deadline", "follow_up") if not given[name].strip()]
            if missing:
                raise PromiseRequired(missing=", ".join(missing))
            deadline = moment("deadline", given["deadline"], header)
            return do.Unsolved(given["reason"], deadline, given["follow_up"])


def _reply(header: Header, given: Mapping[str, str]) -> do.Action:
    return _make(
        do.Reply,
        header,
        text=given["text"],
        outcome=_outcome(header, given),
    )


def _note(header: Header, given: Mapping[str, str]) -> do.Action:
    return _make(do.Note, header, text=given["text"])


def _snooze(header: Header, given: Mapping[str, str]) -> do.Action:
    until = moment("until", given["until"], header)
    return _make(do.Snooze, header, until=until, reason=given["reason"])


def _wait(header: Header, given: Mapping[str, str]) -> do.Action:
    return _make(do.Wait, header, reason=given["reason"])


def _resume(header: Header, given: Mapping[str, str]) -> do.Action:
    return _make(do.Resume, header)


def _resolve(header: Header, given: Mapping[str, str]) -> do.Action:
    return _make(
        do.Resolve,
        header,
        result=given["result"],
        satisfaction=word("satisfaction", given["satisfaction"], Satisfaction),
        summary=given["summary"],
        root_cause=given["root_cause"],
        improvement=given["improvement"],
    )


def _reopen(header: Header, given: Mapping[str, str]) -> do.Action:
    return _make(do.Reopen, header, reason=given["reason"])


def _tag(header: Header, given: Mapping[str, str]) -> do.Action:
    return _make(
        do.Tag,
        header,
        add=words_of(given["add"]),
        remove=words_of(given["remove"]),
    )


def _link(header: Header, given: Mapping[str, str]) -> do.Action:
    return _make(
        do.Link,
        header,
        other=number("other", given["other"]),
        relation=word("relation", given["relation"], Relation),
    )


def _unlink(header: Header, given: Mapping[str, str]) -> do.Action:
    other = number("other", given["other"])
    return _make(do.Unlink, header, other=other)


def _merge(header: Header, given: Mapping[str, str]) -> do.Action:
    into = number("into", given["into"])
    if into == header.ticket:
        raise SameTicket
    return _make(do.Merge, header, into=into)


def _customer(header: Header, given: Mapping[str, str]) -> do.Action:
    facts: dict[str, object] = {}
    texts = {name: given[name].strip() for name in ("name", "wishes") if given[name]}
    facts.update({name: "" if text == "-" else text for name, text in texts.items()})
    facts.update({name: words_of(given[name]) for name in ("emails", "phones", "handles") if given[name]})
    facts.update({name: () for name in ("emails", "phones", "handles") if given[name].strip() == "-"})
    for name, check in (("market", check_market), ("language", check_language), ("time_zone", check_zone)):
        if given[name]:
            facts[name] = None if given[name].strip() == "-" else check(name, given[name])
    if not facts:
        raise MissingField(action="customer", field=" / ".join(sorted(given)))
    changes = msgspec.convert(facts, do.CustomerFacts)
    return _make(do.EditCustomer, header, facts=changes)


_SATISFACTION = tuple(each.value for each in Satisfaction)
_RELATIONS = tuple(each.value for each in Relation)
_REASON = Field("reason", N_("why, in a few words"))
_MOMENT = N_("2h, 14:30, tomorrow 9, mon 14:30, 2026-12-01 09:00")

FORMS: dict[str, Form] = {
    form.action: form
    for form in (
        Form(
            "take",
            N_("Take the ticket"),
            (Field("from", N_("the present owner, to take it over")),),
            do.Take,
            _take,
        ),
        Form("release", N_("Give the ticket back to the queue"), (), do.Release, _release),
        Form(
            "classify",
            N_("Verify and classify"),
            (
                Field("verified", N_("yes once you have checked the facts"), required=True, rule="H1"),
                Field("type", N_("an issue type of the policy"), required=True, rule="H1"),
                Field("level", N_("1 to 4"), required=True, rule="H1"),
                Field("urgent", N_("yes or no"), default="no"),
                Field("deadline", _MOMENT),
                _REASON,
            ),
            do.Classify,
            _classify,
        ),
        Form(
            "reply",
            N_("Reply to the customer"),
            (
                Field("text", N_("what the customer reads"), required=True),
                Field("outcome", N_("solves, asks (wait for the customer), unsolved"), default="solves"),
                Field("reason", N_("for unsolved: why it is not solved yet")),
                Field("deadline", N_("for unsolved: until when; 2h, tomorrow 9, 2026-12-01 09:00")),
                Field("follow_up", N_("for unsolved: how it is followed up")),
            ),
            do.Reply,
            _reply,
            main="text",
        ),
        Form(
            "note",
            N_("Write an internal note"),
            (Field("text", N_("what colleagues read"), required=True),),
            do.Note,
            _note,
            "text",
        ),
        Form(
            "snooze",
            N_("Put the ticket aside until a moment"),
            (Field("until", _MOMENT, required=True), _REASON),
            do.Snooze,
            _snooze,
        ),
        Form("wait", N_("Wait for the customer"), (_REASON,), do.Wait, _wait),
        Form("resume", N_("Go on with a snoozed or waiting ticket"), (), do.Resume, _resume),
        Form(
            "resolve",
            N_("Resolve: result, satisfaction, summary"),
            (
                Field("result", N_("what was done for the customer"), required=True, rule="H2"),
                Field(
                    "satisfaction", ", ".join(_SATISFACTION), required=True, rule="H2", choices=_SATISFACTION
                ),
                Field("summary", N_("the case in a few sentences"), required=True, rule="H4"),
                Field("root_cause", N_("for faults and incidents: why it happened")),
                Field("improvement", N_("for faults and incidents: what would prevent it")),
            ),
            do.Resolve,
            _resolve,
            main="summary",
        ),
        Form(
            "reopen",
            N_("Reopen a resolved ticket"),
            (Field("reason", N_("why it is not solved"), required=True),),
            do.Reopen,
            _reopen,
            "reason",
        ),
        Form(
            "tag",
            N_("Add or remove tags"),
            (Field("add", N_("tags, with commas")), Field("remove", N_("tags, with commas"))),
            do.Tag,
            _tag,
        ),
        Form(
            "link",
            N_("Link two tickets"),
            (
                Field("other", N_("the other ticket's number"), required=True),
                Field("relation", ", ".join(_RELATIONS), default=Relation.RELATED.value, choices=_RELATIONS),
            ),
            do.Link,
            _link,
        ),
        Form(
            "unlink",
            N_("Undo a link"),
            (Field("other", N_("the other ticket's number"), required=True),),
            do.Unlink,
            _unlink,
        ),
        Form(
            "merge",
            N_("Merge into another ticket of the same customer"),
            (Field("into", N_("the number of the ticket that goes on"), required=True),),
            do.Merge,
            _merge,
        ),
        Form(
            "customer",
            N_("Correct the customer's facts"),
            (
                Field("name", N_("the customer's name, in their own order")),
                Field("emails", N_("addresses, with commas")),
                Field("phones", N_("telephone numbers, with commas")),
                Field("handles", N_("messenger and social accounts, with commas")),
                Field("market", N_("country code such as JP; - forgets it")),
                Field("language", N_("language tag such as ja; - forgets it")),
                Field("time_zone", N_("time zone such as Asia/Tokyo; - forgets it")),
                Field("wishes", N_("what the customer asked for: a form of address, a language …")),
            ),
            do.EditCustomer,
            _customer,
        ),
    )
}


def fill(action: str, header: Header, given: Mapping[str, str]) -> do.Action:
    """The action that a filled-in form means.

    Raises NoSuchAction, UnknownField, MissingField or BadField, each naming what to write instead; FieldRequired or
    PromiseRequired when it is policy that asks for more.
    """
    form = FORMS.get(action)
    if form is None:
        raise NoSuchAction(action=action, known=", ".join(FORMS))
    names = [field.name for field in form.fields]
    for name in given:
        if name not in names:
            raise UnknownField(action=action, field=name, known=", ".join(names) or "–")
    for field in form.fields:
        if field.required and not given.get(field.name, "").strip():
            if field.rule:
                raise FieldRequired(field.rule, action=action, field=field.name)
            raise MissingField(action=action, field=field.name)
    return form.build(header, {field.name: given.get(field.name, field.default) for field in form.fields})
