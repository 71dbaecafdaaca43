"""The phrase book: what fits now with its reasons, and everything else as one types (POLICY T1, T3)."""

from __future__ import annotations

from collections.abc import Sequence

from agent_tui.desk import phrasing
from agent_tui.desk.core import Case
from agent_tui.desk.phrasing import Filled, Phrase, Proposal
from agent_tui.domain.messages import N_
from agent_tui.domain.text import safe
from agent_tui.i18n import _
from agent_tui.packs.phrases import Scene
from agent_tui.telling_errors import told
from agent_tui.tui.screens.listing import ListPanel
from agent_tui.tui.session import Sitting
from agent_tui.tui.widgets.menu import Item
from agent_tui.tui.widgets.pager import Line
from agent_tui.wording import department_name, name_of, role_name
from agent_tui.wording_guidance import FLAG

_PROPOSED = 5


class PhrasesPanel(ListPanel[tuple[Phrase, Filled]]):
    """Enter puts the phrase into the text, filled with what the ticket tells."""

    TYPED = N_("a scene or words of the phrase")

    def __init__(self, sitting: Sitting, case: Case, outcome: str, typed: str) -> None:
        desk = sitting.desk
        language = phrasing.language_of(case.ticket)
        super().__init__(_("Phrases ({language})").format(language=language))
        self._sitting = sitting
        self._case = case
        self._book = desk.guidance.books.book(language)
        self._proposed = phrasing.proposals(
            desk, case, sitting.now(), outcome=outcome, typed=typed, limit=_PROPOSED
        )
        self._found: Sequence[tuple[Phrase, Proposal | None]] = ()

    def items(self, typed: str) -> Sequence[Item]:
        """What fits first; with words typed, every phrase that holds them."""
        words = typed.casefold().split()
        fitting = [(each.phrase, each) for each in self._proposed]
        known = {each.phrase.id for each in self._proposed}
        rest = [(each, None) for each in self._book.phrases if each.id not in known and each.is_approved]
        self._found = [
            pair for pair in (*fitting, *rest) if all(word in self._searched(pair[0]) for word in words)
        ]
        return [self._item(*pair) for pair in self._found]

    def _searched(self, phrase: Phrase) -> str:
        scene = self._book.scenes[phrase.scene]
        return " ".join((phrase.id, *scene.name.values(), phrase.text)).casefold()

    def _item(self, phrase: Phrase, proposal: Proposal | None) -> Item:
        scene = self._book.scenes[phrase.scene]
        reasons = _("; ").join(told(each) for each in proposal.reasons[:2]) if proposal is not None else ""
        text = safe(" ".join(phrase.text.split()))
        return Item(safe(name_of(scene.name)), reasons or text, "*" if proposal is not None else "")

    def shown(self, place: int) -> list[Line]:
        """The phrase as it will stand there, and what the scene asks for."""
        phrase, proposal = self._found[place]
        ready = phrasing.ready(self._sitting.desk, self._case.ticket, phrase, self._sitting.now())
        lines = [Line(line) for line in safe(ready.text, lines=True).split("\n")]
        scene = self._book.scenes[phrase.scene]
        if proposal is not None:
            reasons = _("; ").join(told(each) for each in proposal.reasons)
            lines.append(Line(_("why: {reasons}").format(reasons=reasons), "dim"))
        avoid = phrase.avoid or scene.avoid
        if avoid:
            lines.append(Line(_("avoid: {avoid}").format(avoid=safe(name_of(avoid))), "warn"))
        return lines + self._flow(scene)

    def _flow(self, scene: Scene) -> list[Line]:
        if scene.flag is None:
            return []
        text = _(FLAG[scene.flag.value])
        if scene.flow:
            text = _("{title}: {text}").format(title=text, text=safe(name_of(scene.flow)))
        policy = self._sitting.desk.policy
        whom = [
            role_name(each, policy) if each in policy.casework.roles else department_name(each, policy)
            for each in scene.involve
        ]
        people = _("together with: {people}").format(people=_(", ").join(whom))
        return [Line(text, "key"), *([Line(people, "key")] if whom else [])]

    def take(self, place: int) -> None:
        """A phrase was chosen: it comes filled in."""
        phrase, _proposal = self._found[place]
        self.dismiss(
            (phrase, phrasing.ready(self._sitting.desk, self._case.ticket, phrase, self._sitting.now()))
        )
