"""The forms of personal data: consent, and a look behind the mask (POLICY T4, T5)."""

from __future__ import annotations

from collections.abc import Mapping

from agent_tui.desk.fields import Field, Form, Header, make, word, words_of
from agent_tui.domain import actions as do
from agent_tui.domain.messages import N_
from agent_tui.domain.personal_data import Kind
from agent_tui.domain.policy import UnknownWord
from agent_tui.domain.privacy_actions import ANYTHING
from agent_tui.domain.ticket import ConsentAnswer

_KINDS = (ANYTHING, *(each.value for each in Kind))
_ANSWERS = tuple(each.value for each in ConsentAnswer)


def _consent(header: Header, given: Mapping[str, str]) -> do.Action:
    return make(
        do.Consent,
        header,
        purpose=given["purpose"].strip(),
        answer=word("answer", given["answer"], ConsentAnswer),
        scope=words_of(given["scope"]),
        channel=given["channel"].strip(),
        language=given["language"].strip(),
        text=given["text"],
    )


def _without_consent(header: Header, given: Mapping[str, str]) -> do.Action:
    return make(do.WithoutConsent, header, kinds=words_of(given["kinds"]), reason=given["reason"].strip())


def _unmask(header: Header, given: Mapping[str, str]) -> do.Action:
    kinds = words_of(given["kinds"])
    for each in kinds:
        if each not in _KINDS:
            raise UnknownWord(what="kinds", word=each, known=", ".join(_KINDS))
    return make(do.Unmask, header, kinds=kinds, reason=given["reason"].strip())


PRIVACY: tuple[Form, ...] = (
    Form(
        "consent",
        N_("Record consent to the use of personal data"),
        (
            Field("purpose", N_("a purpose of purposes.toml: service …"), required=True, rule="T5"),
            Field("answer", ", ".join(_ANSWERS), required=True, rule="T5", choices=_ANSWERS),
            Field("scope", N_("kinds of data, with commas; otherwise those of the purpose")),
            Field("channel", N_("how the answer came; otherwise the ticket's channel")),
            Field("language", N_("language tag of the notice; otherwise the customer's")),
            Field("text", N_("the notice as it was told; otherwise that of consent.toml in the language")),
        ),
        do.Consent,
        _consent,
        main="text",
    ),
    Form(
        "without_consent",
        N_("Record why personal data is written down without consent"),
        (
            Field("reason", N_("why, in a few words"), required=True, rule="T5"),
            Field("kinds", N_("kinds of data, with commas")),
        ),
        do.WithoutConsent,
        _without_consent,
        main="reason",
    ),
    Form(
        "unmask",
        N_("Record a look at personal data without the mask"),
        (
            Field("kinds", N_("kinds of data, with commas"), required=True, rule="T4"),
            Field("reason", N_("why, in a few words"), required=True, rule="T4"),
        ),
        do.Unmask,
        _unmask,
        main="reason",
    ),
)
