"""Translation at the desk: what the customer wrote, and what the agent is writing (POLICY E6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from agent_tui.domain.text import safe
from agent_tui.i18n import _, language
from agent_tui.telling_errors import told
from agent_tui.translation.provider import Translated, TranslationError
from agent_tui.tui.screens.choice import Choice
from agent_tui.tui.screens.reading import Reading
from agent_tui.tui.widgets.pager import Line

if TYPE_CHECKING:
    from agent_tui.tui.screens.desk import DeskScreen


def customers_words(desk: DeskScreen) -> None:
    """Show the customer's last message in the language of the desk."""
    from agent_tui.desk import translating

    case = desk.case
    if case is None:
        return
    wanted = language()

    def show(done: Translated) -> None:
        lines = [Line(line) for line in safe(done.text, lines=True).split("\n")]
        title = _("#{ticket}: translated").format(ticket=case.ticket.id)
        desk.app.push_screen(Reading(title, [_made_by(done), Line(), *lines]))

    _ask(desk, lambda: translating.to_agent(desk.sitting.desk, case, wanted), show)


def draft(desk: DeskScreen) -> None:
    """Put the draft into the customer's language; it stands above what was written, for the agent to compare."""
    from agent_tui.desk import translating

    case, text = desk.case, desk.composer.text
    if case is None or not text.strip():
        return

    def put(done: Translated) -> None:
        if desk.composer.text != text:
            desk.say(_("The text was changed meanwhile. Translate it again."), "bad")
            return
        desk.composer.load_text(done.text)
        desk.translated = done.by
        desk.say(
            _("{service} translated it. Read it before you send it: a machine wrote this.").format(
                service=safe(done.by)
            ),
            "warn",
        )

    _ask(desk, lambda: translating.to_customer(desk.sitting.desk, case.ticket, text), put)


def ask_whether_read(desk: DeskScreen, confirmed: Callable[[], object]) -> None:
    """A machine's text goes out once a person has read it (POLICY E6)."""
    options = [
        ("1", "read", _("I have read it, and it says what I mean")),
        ("2", "back", _("back to the text")),
    ]

    def chosen(answer: str | None) -> None:
        if answer == "read":
            desk.guarded(confirmed)

    title = _("{service} translated this text:").format(service=safe(desk.translated))
    desk.call_later(desk.app.push_screen, Choice(title, options), chosen)


def _ask(
    desk: DeskScreen, translate: Callable[[], Translated], answered: Callable[[Translated], None]
) -> None:
    """Ask the service in a thread: it is far away."""

    def work() -> None:
        try:
            done = translate()
        except TranslationError as error:
            desk.app.call_from_thread(desk.say, told(error.told), "bad")
        else:
            desk.app.call_from_thread(answered, done)

    desk.say(_("Asking the translation service"))
    desk.run_worker(work, thread=True, exclusive=True, group="translate")


def _made_by(done: Translated) -> Line:
    text = _("Translated by a machine ({service}), not checked by a person.").format(service=safe(done.by))
    return Line(text, "warn")
