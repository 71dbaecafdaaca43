"""Consent before personal data is written down (POLICY T5): the customer is told, answers, or a reason is recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from agent_tui.desk.forms import FORMS
from agent_tui.domain.refusals import ConsentFirst
from agent_tui.i18n import _
from agent_tui.telling_errors import sentence
from agent_tui.tui.screens.choice import Choice
from agent_tui.tui.screens.form import FormPanel

if TYPE_CHECKING:
    from agent_tui.tui.screens.desk import DeskScreen

Act = Callable[[], object]


def asked(desk: DeskScreen, act: Act) -> None:
    """Do something; where consent comes first, ask, and do it then."""
    try:
        act()
    except ConsentFirst as first:
        offer(desk, first, lambda: desk.guarded(lambda: asked(desk, act)))


def offer(desk: DeskScreen, first: ConsentFirst, again: Act, give_way: Act = lambda: None) -> None:
    """Say what comes first, and offer what can be done.

    `again` does what was held up; `give_way` closes what lies over the desk, since the customer is told by a reply.
    """
    options = [
        ("1", "tell", _("tell the customer now, by a reply")),
        ("2", "answer", _("record what the customer answered")),
        ("3", "reason", _("go on without it; your reason is journaled, and nothing more is asked here")),
    ]

    def chosen(answer: str | None) -> None:
        match answer:
            case "tell":
                give_way()
                desk.call_later(tell, desk, first.ticket, first.purposes[0])
            case "answer":
                record_answer(desk, first.ticket, again)
            case "reason":
                _ask_reason(desk, first, again)
            case _:
                pass

    desk.app.push_screen(Choice(_("Consent comes first"), options, [sentence(first)]), chosen)


def tell(desk: DeskScreen, number: int, purpose: str) -> None:
    """Put the notice in the customer's language under what was begun of a reply."""
    from agent_tui.desk import privacy  # with the packs, not before somebody is told
    from agent_tui.tui import sending

    sending.go_on_writing(desk, number, "reply")
    if desk.writing != "reply":
        return
    notice = privacy.notice(desk.sitting.desk, desk.sitting.desk.ticket(number).customer, purpose)
    if notice is None:
        desk.say(_("There is no notice in this customer's language: tell it in your own words."), "warn")
        return
    begun = desk.composer.text.rstrip()
    desk.composer.load_text(f"{begun}\n\n{notice[0]}" if begun else notice[0])
    desk.composer.move_cursor(desk.composer.document.end)
    desk.keep_draft()


def record_answer(desk: DeskScreen, number: int, then: Act) -> None:
    """What the customer answered; the notice stands in the form as it is told."""
    from agent_tui.desk import privacy

    book = desk.sitting.desk
    customer = book.ticket(number).customer
    purpose = next(
        iter((*privacy.consent_needed(book, customer), *privacy.rules(book).consents.purposes)),
    )
    notice = privacy.notice(book, customer, purpose)
    known = {"purpose": purpose} | ({"language": notice[1]} if notice is not None else {})

    def submit(filled: dict[str, str]) -> None:
        desk.sitting.act("consent", filled, number)

    def closed(filled: dict[str, str] | None) -> None:
        if filled is not None:
            desk.after_change()
            then()

    title = _("Consent of this customer")
    if notice is not None:
        title = f"{title}\n{notice[0]}"
    desk.app.push_screen(FormPanel(title, FORMS["consent"].fields, submit, known), closed)


def _ask_reason(desk: DeskScreen, first: ConsentFirst, again: Act) -> None:
    shape = FORMS["without_consent"]
    fields = tuple(field for field in shape.fields if field.name == "reason")

    def submit(filled: dict[str, str]) -> None:
        desk.sitting.act(shape.action, {**filled, "kinds": ", ".join(first.kinds)}, first.ticket)

    def closed(filled: dict[str, str] | None) -> None:
        if filled is not None:
            again()

    desk.app.push_screen(FormPanel(_("Why you go on without consent"), fields, submit), closed)
