"""The desk's commands of guidance: phrases, findings, the handbook, translation (POLICY 6 and 7)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from agent_tui.desk.fields import Field
from agent_tui.domain.messages import N_
from agent_tui.domain.refusals import HeldBack
from agent_tui.domain.text import safe
from agent_tui.i18n import _
from agent_tui.tui.screens.choice import Choice
from agent_tui.tui.screens.form import FormPanel
from agent_tui.tui.screens.reading import Reading
from agent_tui.tui.widgets.pager import Line
from agent_tui.wording import name_of

if TYPE_CHECKING:
    from agent_tui.desk.phrasing import Filled, Phrase
    from agent_tui.guidance.situation import Finding
    from agent_tui.tui.screens.desk import DeskScreen
    from agent_tui.tui.widgets.composer import Composer


def table(desk: DeskScreen) -> dict[str, Callable[[], object]]:
    """The function behind each command of guidance."""
    return {
        "phrases": partial(phrases, desk),
        "findings": partial(findings, desk),
        "propose_phrase": partial(propose, desk),
        "etiquette": partial(etiquette, desk),
        "privacy": partial(personal_data, desk),
        "translate": partial(_translate, desk, draft=False),
        "translate_draft": partial(_translate, desk, draft=True),
    }


def _translate(desk: DeskScreen, *, draft: bool) -> None:
    from agent_tui.tui import translating  # not before somebody wants it

    (translating.draft if draft else translating.customers_words)(desk)


# Phrases


def phrases(desk: DeskScreen) -> None:
    """Choose a phrase; it comes filled in where the cursor is."""
    from agent_tui.tui.screens.phrases import PhrasesPanel

    case = desk.case
    if case is None:
        return

    def chosen(answer: tuple[Phrase, Filled] | None) -> None:
        desk.composer.focus()
        if answer is not None:
            insert(desk, *answer)

    panel = PhrasesPanel(desk.sitting, case, desk.meaning(), desk.composer.text)
    desk.app.push_screen(panel, chosen)


def insert(desk: DeskScreen, phrase: Phrase, filled: Filled) -> None:
    """Put a phrase where the cursor is, on a line of its own; what is still to be filled in is selected."""
    composer = desk.composer
    before = composer.text[: _index(composer)]
    lead = "\n" if before and not before.endswith("\n") and len(filled.text) > _SHORT else ""
    composer.insert(lead + filled.text)
    desk.used = tuple(dict.fromkeys((*desk.used, phrase.id)))
    if filled.gaps:
        start = len(before) + len(lead)
        _select(composer, start + filled.gaps[0].start, start + filled.gaps[0].end)


_SHORT = 40  # characters that go on in the same line


def next_gap(composer: Composer) -> bool:
    """Select the next placeholder that is not filled in, from the cursor on; False when there is none."""
    from agent_tui.guidance.phrasebook import gaps_in

    found = gaps_in(composer.text)
    if not found:
        return False
    here = _index(composer)
    gap = next((each for each in found if each.start >= here), found[0])
    _select(composer, gap.start, gap.end)
    return True


def _index(composer: Composer) -> int:
    row, column = composer.cursor_location
    lines = composer.text.split("\n")
    return sum(len(line) + 1 for line in lines[:row]) + column


def _select(composer: Composer, start: int, end: int) -> None:
    from textual.widgets.text_area import Selection  # with the editor, which is there by now

    text = composer.text

    def place(index: int) -> tuple[int, int]:
        before = text[:index]
        return before.count("\n"), index - (before.rfind("\n") + 1)

    composer.selection = Selection(place(start), place(end))


def propose(desk: DeskScreen) -> None:
    """Propose what was written, or what is selected of it, as a phrase of a scene; a supervisor approves it."""
    from agent_tui.desk import phrase_team, phrasing
    from agent_tui.tui.screens.scenes import ScenesPanel

    case, text = desk.case, desk.composer.selected_text or desk.composer.text
    if case is None or not text.strip():
        desk.say(_("Write the phrase first; words in braces stand for the ticket's facts."), "bad")
        return
    book, language = desk.sitting.desk, phrasing.language_of(case.ticket)

    def chosen(scene: str | None) -> None:
        desk.composer.focus()
        if scene is not None:
            desk.guarded(lambda: write(scene))

    def write(scene: str) -> None:
        phrase = phrase_team.propose(book, scene, language, text.strip())
        told = _("Proposed as {phrase}; it is offered once a supervisor approved it.")
        desk.say(told.format(phrase=phrase.id))

    scenes = book.guidance.books.library.scenes.values()
    desk.app.push_screen(ScenesPanel([(each.id, safe(name_of(each.name))) for each in scenes]), chosen)


# Findings


def findings(desk: DeskScreen) -> None:
    """Every finding in full; Enter goes to its place, `p` puts the phrase there."""
    from agent_tui.tui.screens.findings import FindingsPanel, Leaving

    case, text = desk.case, desk.composer.text
    if case is None:
        return
    found = desk.sitting.desk.guidance.findings(case.ticket, text, desk.sitting.now(), desk.meaning())
    if not found:
        desk.say(_("Nothing was found in the text."))
        return

    def left(answer: Leaving | None) -> None:
        desk.composer.focus()
        if answer is None:
            return
        if answer.replace:
            mend(desk.composer, answer.finding)
        else:
            _select(desk.composer, answer.finding.start, answer.finding.end)

    desk.app.push_screen(FindingsPanel(found, text), left)


def missing(desk: DeskScreen, text: str, outcome: str) -> list[str]:
    """What such a reply has to hold and this one lacks, one a line: known only once its writer says what it is."""
    from agent_tui.tui import telling_guidance

    if desk.case is None:
        return []
    found = desk.sitting.desk.guidance.findings(desk.case.ticket, text, desk.sitting.now(), outcome)
    lacking = [each for each in found if each.start == each.end]
    return [line.text for line in telling_guidance.in_short(lacking, text, _MOST, desk.key_of("findings"))]


def mend(composer: Composer, finding: Finding) -> None:
    """Put the phrase of a finding where it belongs; what is still to be filled in is selected."""
    from agent_tui.guidance.mending import mended

    done = mended(composer.text, finding)
    _select(composer, done.start, done.end)
    composer.replace(done.put, *composer.selection)
    if done.gap is not None:
        _select(composer, *done.gap)


def confirm(desk: DeskScreen, given: dict[str, str]) -> None:
    """Confirm a reply; one that is kept back is shown with the reasons, and asked for the agent's own."""
    if desk.translated and "translated" not in given:
        from agent_tui.tui import translating

        translating.ask_whether_read(desk, lambda: confirm(desk, {**given, "translated": desk.translated}))
        return
    given = {**given, "phrases": ", ".join(desk.used)}
    try:
        desk.confirm_reply(given)
    except HeldBack as held:
        desk.call_later(_kept_back, desk, given, held)  # a form that asked for more closes first


def _kept_back(desk: DeskScreen, given: dict[str, str], held: HeldBack) -> None:
    from agent_tui.tui import telling_guidance

    case = desk.case
    if case is None:
        return
    found = desk.sitting.desk.guidance.findings(
        case.ticket, given["text"], desk.sitting.now(), given.get("outcome", "solves")
    )
    serious = [each for each in found if each.code in held.codes]
    lines = [
        line.text
        for line in telling_guidance.in_short(serious, given["text"], _MOST, desk.key_of("findings"))
    ]
    options = [
        ("1", "change", _("change the text")),
        ("2", "reason", _("send it all the same, with a reason that is recorded")),
    ]

    def chosen(answer: str | None) -> None:
        if answer == "reason":
            desk.app.push_screen(FormPanel(_("Why it has to stand as it is"), _REASON, stand))
        elif answer == "change":
            findings(desk)

    def stand(filled: dict[str, str]) -> None:
        desk.confirm_reply({**given, **filled})

    desk.app.push_screen(Choice(_("This is kept back (T2):"), options, lines), chosen)


_MOST = 6
_REASON = (Field("because", N_("your reason; it stands in the journal"), required=True, rule="T2"),)


# The handbook


def etiquette(desk: DeskScreen) -> None:
    """The handbook page of the customer's market, or the markets there are."""
    from agent_tui.tui import telling_guidance

    guidance, case, now = desk.sitting.desk.guidance, desk.case, desk.sitting.now()
    market = case.ticket.customer.market if case is not None else None
    found = guidance.page(market, now) if market else None
    if found is not None and case is not None:
        lines = [*telling_guidance.advice(guidance, case.ticket, now, desk.glyphs), Line()]
        title = _("Customs and etiquette: {market}").format(market=safe(name_of(found.name)))
        desk.app.push_screen(Reading(title, [*lines, *telling_guidance.page(found)]))
        return
    known = [(each, safe(name_of(guidance.market_name(each)))) for each in guidance.markets()]

    def chosen(answer: str | None) -> None:
        if answer is not None and (page := guidance.page(answer, now)) is not None:
            title = _("Customs and etiquette: {market}").format(market=safe(name_of(page.name)))
            desk.app.push_screen(Reading(title, telling_guidance.page(page)))

    from agent_tui.tui.screens.markets import MarketsPanel

    desk.app.push_screen(MarketsPanel(known), chosen)


# Personal data


def personal_data(desk: DeskScreen) -> None:
    """What is held about the customer; after a look that is recorded, the journal without its mask."""
    from agent_tui.tui import asking, telling
    from agent_tui.tui.screens.privacy import ERASE, LOOK, PrivacyPanel

    case = desk.case
    if case is None:
        return
    number = case.ticket.id

    def left(answer: str | None) -> None:
        desk.after_change()
        if answer == LOOK:
            entries = list(desk.sitting.desk.journal(number))
            lines = telling.journal(entries, desk.sitting.desk.policy, desk.sitting.zone)
            title = _("Journal of #{ticket}, without the mask").format(ticket=number)
            desk.app.push_screen(Reading(title, lines))
        elif answer == ERASE:
            from agent_tui.tui import erasing

            erasing.ask(desk, number)

    ask_consent = partial(asking.record_answer, desk, number)
    desk.app.push_screen(PrivacyPanel(desk.sitting, case, ask_consent), left)
