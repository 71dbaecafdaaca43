"""Forms: what an agent fills in for each action, and how the typed words become one frozen action.

The command line's `do` and the screens' prompts are both made of these.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from agent_tui.desk.casework_forms import ASKED, CASEWORK, answers
from agent_tui.desk.errors import BadField, MissingField, NoSuchAction, UnknownField
from agent_tui.desk.fields import (
    Field,
    Form,
    Header,
    check_language,
    check_market,
    check_zone,
    make,
    moment,
    number,
    word,
    words_of,
    yes,
)
from agent_tui.desk.privacy_forms import PRIVACY
from agent_tui.domain import actions as do
from agent_tui.domain.messages import N_, Told
from agent_tui.domain.refusals import FieldRequired, PromiseRequired, SameTicket
from agent_tui.domain.ticket import Relation, Satisfaction


def _take(header: Header, given: Mapping[str, str]) -> do.Action:
    return make(do.Take, header, from_owner=given["from"] or None)


def _release(header: Header, given: Mapping[str, str]) -> do.Action:
    return make(do.Release, header)


def _classify(header: Header, given: Mapping[str, str]) -> do.Action:
    return make(
        do.Classify,
        header,
        verified=yes("verified", given["verified"]),
        type=given["type"].strip(),
        level=number("level", given["level"]),
        product=given["product"].strip(),
        urgent=yes("urgent", given["urgent"]),
        deadline=moment("deadline", given["deadline"], header) if given["deadline"] else None,
        answers=_answers(given["answers"]),
        reason=given["reason"],
    )


def _answers(text: str) -> dict[str, str]:
    """`severity=minor, safety=no …`. Raises BadField."""
    answers: dict[str, str] = {}
    for part in words_of(text):
        question, sign, answer = part.partition("=")
        if not sign:
            reason = Told(N_("{text!r} is not written like severity=minor, safety=no"), {"text": part})
            raise BadField(field="answers", reason=reason)
        answers[question.strip()] = answer.strip()
    return answers


class _OutcomeWord(StrEnum):
    SOLVES = "solves"
    ASKS = "asks"
    UNSOLVED = "unsolved"
    APOLOGISES = "apologises"
    PROPOSES = "proposes"


def _outcome(header: Header, given: Mapping[str, str]) -> do.Outcome:
    match word("outcome", given["outcome"], _OutcomeWord):
        case _OutcomeWord.SOLVES:
            return do.Solves()
        case _OutcomeWord.ASKS:
            return do.Asks()
        case _OutcomeWord.APOLOGISES:
            return do.Apologises(given["direction"].strip())
        case _OutcomeWord.PROPOSES:
            return do.Proposes()
        case _OutcomeWord.UNSOLVED:
            missing = [name for name in ("reason", "deadline", "follow_up") if not given[name].strip()]
            if missing:
                raise PromiseRequired(missing=", ".join(missing))
            deadline = moment("deadline", given["deadline"], header)
            update = moment("update", given["update"], header) if given["update"].strip() else None
            return do.Unsolved(given["reason"], deadline, given["follow_up"], update)


def _reply(header: Header, given: Mapping[str, str]) -> do.Action:
    return make(
        do.Reply,
        header,
        text=given["text"],
        outcome=_outcome(header, given),
        because=given["because"].strip(),
        translated=given["translated"].strip(),
        phrases=words_of(given["phrases"]),
    )


def _note(header: Header, given: Mapping[str, str]) -> do.Action:
    return make(do.Note, header, text=given["text"])


def _snooze(header: Header, given: Mapping[str, str]) -> do.Action:
    until = moment("until", given["until"], header)
    return make(do.Snooze, header, until=until, reason=given["reason"])


def _wait(header: Header, given: Mapping[str, str]) -> do.Action:
    return make(do.Wait, header, reason=given["reason"])


def _resume(header: Header, given: Mapping[str, str]) -> do.Action:
    return make(do.Resume, header)


def _resolve(header: Header, given: Mapping[str, str]) -> do.Action:
    return make(
        do.Resolve,
        header,
        result=given["result"],
        satisfaction=word("satisfaction", given["satisfaction"], Satisfaction),
        summary=given["summary"],
        root_cause=given["root_cause"],
        improvement=given["improvement"],
        care=given["care"],
        **answers(given),
    )


def _reopen(header: Header, given: Mapping[str, str]) -> do.Action:
    return make(do.Reopen, header, reason=given["reason"])


def _tag(header: Header, given: Mapping[str, str]) -> do.Action:
    return make(
        do.Tag,
        header,
        add=words_of(given["add"]),
        remove=words_of(given["remove"]),
    )


def _link(header: Header, given: Mapping[str, str]) -> do.Action:
    return make(
        do.Link,
        header,
        other=number("other", given["other"]),
        relation=word("relation", given["relation"], Relation),
    )


def _unlink(header: Header, given: Mapping[str, str]) -> do.Action:
    other = number("other", given["other"])
    return make(do.Unlink, header, other=other)


def _merge(header: Header, given: Mapping[str, str]) -> do.Action:
    into = number("into", given["into"])
    if into == header.ticket:
        raise SameTicket
    return make(do.Merge, header, into=into)


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
        raise MissingField(action="customer", field=" / ".join(given))
    changes = msgspec.convert(facts, do.CustomerFacts)
    return make(do.EditCustomer, header, facts=changes)


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
                Field("product", N_("the product, in the company's words")),
                Field("answers", N_("the answers that the level follows from: severity=minor, safety=no …")),
                Field("reason", N_("why this level, when the answers propose another one")),
            ),
            do.Classify,
            _classify,
        ),
        Form(
            "reply",
            N_("Reply to the customer"),
            (
                Field("text", N_("what the customer reads"), required=True),
                Field(
                    "outcome",
                    N_("solves, asks (wait for the customer), unsolved, apologises, proposes (a plan)"),
                    default="solves",
                ),
                Field("reason", N_("for unsolved: why it is not solved yet")),
                Field("deadline", N_("for unsolved: until when; 2h, tomorrow 9, 2026-12-01 09:00")),
                Field("follow_up", N_("for unsolved: how it is followed up")),
                Field("update", N_("for unsolved: when the customer hears from us next")),
                Field("direction", N_("for apologises: the direction of the solution")),
                Field("because", N_("why it goes out although the checks keep it back"), rule="T2"),
                Field("translated", N_("the service that translated it; you have read it"), rule="E6"),
                Field("phrases", N_("the phrase book's phrases in it, by their ids"), rule="T3"),
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
                Field("care", N_("the care phrase that the customer was told (C10)")),
                *ASKED,
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
        *CASEWORK,
        *PRIVACY,
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
