"""Erasing one customer from the open desk (POLICY T5): why, what goes, a yes in words, then the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent_tui import telling_privacy
from agent_tui.desk import privacy
from agent_tui.desk.erasing import HeldByLaw, Plan, destructions
from agent_tui.desk.errors import DeskError
from agent_tui.domain.refusals import Refusal
from agent_tui.domain.text import safe
from agent_tui.i18n import _
from agent_tui.store.errors import StoreError
from agent_tui.system_errors import reason_of
from agent_tui.telling_errors import sentence, told
from agent_tui.tui.screens.choice import Choice
from agent_tui.tui.screens.erasing import Destroying, ErasePanel, NotAgreed
from agent_tui.tui.screens.reading import Reading
from agent_tui.tui.widgets.pager import Line
from agent_tui.wording import name_of

if TYPE_CHECKING:
    from agent_tui.desk.erasing import Destruction
    from agent_tui.tui.screens.desk import DeskScreen


def ask(desk: DeskScreen, number: int) -> None:
    """Ask why, show what goes, and destroy it after a yes. A legal hold is told at once."""
    book = desk.sitting.desk
    rules = privacy.rules(book)
    plan = privacy.plan_for(book, f"#{number}")
    if plan.held:
        desk.say(sentence(HeldByLaw(tickets=telling_privacy.numbers(plan.held))), "bad")
        return
    options = [
        (str(place), id_, safe(name_of(name)))
        for place, (id_, name) in enumerate(rules.consents.reasons.items(), 1)
    ]

    def chosen(reason: str | None) -> None:
        if reason is not None:
            named = telling_privacy.reason_of(reason, rules.consents)
            desk.app.push_screen(ErasePanel(plan, named, agreed), lambda given: closed(given, reason))

    def agreed(given: dict[str, str]) -> None:
        if not telling_privacy.is_yes(given["agreed"]):
            raise NotAgreed

    def closed(given: dict[str, str] | None, reason: str) -> None:
        if given is None:
            desk.say(_("Nothing was changed."))
            return
        if desk.writing:
            desk.stop_writing()  # what is begun on these tickets goes with them
        _begin(desk, number, plan, reason)

    desk.app.push_screen(Choice(_("Why is it destroyed?"), options), chosen)


def _begin(desk: DeskScreen, number: int, plan: Plan, reason: str) -> None:
    """Destroy in a thread: the file is written anew, and a large one takes its time."""
    sitting, waiting = desk.sitting, Destroying()

    def work() -> None:
        try:
            done = privacy.erase_here(sitting.desk, f"#{number}", reason, sitting.now(), sitting.traffic)
        except (Refusal, DeskError, StoreError) as error:
            desk.app.call_from_thread(_ended, desk, waiting, plan, sentence(error))
        except OSError as error:
            desk.app.call_from_thread(_ended, desk, waiting, plan, told(reason_of(error)))
        else:
            desk.app.call_from_thread(_ended, desk, waiting, plan, "", done)

    desk.app.push_screen(waiting)
    desk.run_worker(work, thread=True, group="erase")


def _ended(
    desk: DeskScreen, waiting: Destroying, plan: Plan, wrong: str, done: Destruction | None = None
) -> None:
    """Show the record, or say what came in between: what was recorded goes on at the next start."""
    waiting.dismiss()
    desk.queue.marks.difference_update(plan.tickets)
    desk.sitting.aside.clear()
    desk.after_change()
    if done is None:
        begun = any(each.ended is None for each in destructions(desk.sitting.desk))
        first = _("Begun, and not at its end: it goes on at the next start.") if begun else ""
        desk.say(f"{first} {wrong}".strip(), "bad")
        return
    rules, zone = privacy.rules(desk.sitting.desk).consents, desk.sitting.zone
    head, *parts = telling_privacy.destruction_of(done, rules, zone)
    lines = [Line(_("Destroyed. It cannot be undone; the record stays:")), Line(), Line(head, "title")]
    lines += [Line(f"  {safe(each)}", indent=2) for each in parts]
    desk.app.push_screen(Reading(_("Record of destruction"), lines))
