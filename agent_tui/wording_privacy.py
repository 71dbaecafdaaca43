"""The words of personal data over its life: fields, actions, answers, and what a destruction counts (POLICY T4, T5)."""

from __future__ import annotations

from agent_tui.domain.messages import N_
from agent_tui.domain.personal_data import Kind
from agent_tui.domain.privacy_actions import Scope
from agent_tui.domain.ticket import ConsentAnswer

PRIVACY_FIELDS: dict[str, str] = {
    "purpose": N_("purpose"),
    "answer": N_("answer"),
    "scope": N_("scope"),
    "kinds": N_("kinds of data"),
    "laws": N_("laws"),
    "tickets": N_("tickets"),
    "exports": N_("exports"),
    "counts": N_("how many"),
    "digest": N_("digest"),
    "remote": N_("on the helpdesk"),
    "of": N_("of action"),
    "files": N_("files destroyed"),
    "kept": N_("files left alone"),
}

PRIVACY_ACTIONS: dict[str, str] = {
    "consent": N_("Consent"),
    "unmask": N_("Look unmasked"),
    "without_consent": N_("Without consent"),
    "destroy": N_("Destruction"),
    "destroyed": N_("Destroyed"),
}

ANSWER = {
    ConsentAnswer.GIVEN: N_("agreed"),
    ConsentAnswer.REFUSED: N_("did not agree"),
    ConsentAnswer.WITHDRAWN: N_("took the consent back"),
}

KIND = {
    Kind.CARD: N_("card number"),
    Kind.IBAN: N_("IBAN"),
    Kind.BANK: N_("bank account"),
    Kind.NATIONAL_ID: N_("identity number"),
    Kind.TAX_ID: N_("tax number"),
    Kind.PASSPORT: N_("passport number"),
    Kind.PHONE: N_("telephone number"),
    Kind.EMAIL: N_("e-mail address"),
    Kind.ADDRESS: N_("address"),
    Kind.BIRTH_DATE: N_("date of birth"),
    Kind.SECRET: N_("password or code"),
    Kind.IP: N_("IP address"),
    Kind.PLATE: N_("number plate"),
    Kind.HANDLE: N_("account name"),
}
"""Kinds of personal data, as they are told of a text."""

SCOPE = {
    Scope.TICKETS: N_("tickets"),
    Scope.ATTACHMENTS: N_("attachments"),
    Scope.DRAFTS: N_("drafts"),
    Scope.EXPORTS: N_("exported files"),
}

COUNTED = {
    "tickets": N_("tickets"),
    "journal": N_("journal entries"),
    "attachments": N_("attachments"),
    "drafts": N_("drafts"),
    "addresses": N_("addresses"),
    "unsent": N_("actions never sent"),
    "exports": N_("exported files"),
    "copies": N_("recovered copies of the store"),
}

PRIVACY_CHOICES: dict[str, dict[str, str]] = {"answer": {each.value: text for each, text in ANSWER.items()}}
