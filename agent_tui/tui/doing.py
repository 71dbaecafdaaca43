"""What each command of the desk does: asks what is missing, then lets the sitting act."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from agent_tui.desk.fields import Field
from agent_tui.desk.forms import FORMS
from agent_tui.domain.actions import kind_of
from agent_tui.domain.refusals import Refusal
from agent_tui.domain.text import safe
from agent_tui.domain.ticket import Ticket
from agent_tui.i18n import _, ngettext
from agent_tui.tui import (
    advising,
    casework,
    copying,
    handing,
    measuring,
    notices,
    outgoing,
    saving,
    sending,
    telling,
)
from agent_tui.tui.screens.choice import Choice
from agent_tui.tui.screens.classify import ClassifyPanel
from agent_tui.tui.screens.form import FormPanel
from agent_tui.tui.screens.reading import Reading
from agent_tui.tui.widgets.pager import Pager
from agent_tui.tui.widgets.queue import Queue
from agent_tui.wording import action_title, step_of

if TYPE_CHECKING:
    from agent_tui.tui.screens.desk import DeskScreen


def table(desk: DeskScreen) -> dict[str, Callable[[], object]]:
    """The function behind each command."""
    queue = desk.queue
    return {
        "next_step": partial(next_step, desk),
        "open": partial(desk.open_ticket, opened=True),
        "close": partial(close, desk),
        "reply": partial(desk.write, "reply"),
        "note": partial(desk.write, "note"),
        "classify": partial(classify, desk),
        "take": partial(on_all, desk, "take", {}),
        "take_over": partial(take_over, desk),
        "release": partial(on_all, desk, "release", {}),
        "wait": partial(on_all, desk, "wait", {}),
        "resume": partial(on_all, desk, "resume", {}),
        **{name: partial(form, desk, name) for name in ("snooze", "resolve", "reopen", "tag", "link")},
        "customer": partial(customer, desk),
        "merge": partial(merge, desk),
        "undo": partial(undo, desk),
        "outbox": partial(outgoing.show, desk),
        "save_file": partial(saving.save_files, desk),
        "journal": partial(journal, desk),
        "explain": partial(explain, desk),
        "full_text": desk.toggle_full,
        "mark": partial(mark, desk),
        "unmark": partial(unmark, desk),
        "search": desk.start_search,
        "view_next": partial(turn, desk, 1),
        "view_previous": partial(turn, desk, -1),
        "top": partial(_go, desk, -(1 << 40)),
        "bottom": partial(_go, desk, 1 << 40),
        "down": partial(_go, desk, 1),
        "up": partial(_go, desk, -1),
        "page_down": partial(_page, desk, 1),
        "page_up": partial(_page, desk, -1),
        "next_ticket": partial(queue.move, 1),
        "previous_ticket": partial(queue.move, -1),
        "send": partial(sending.send, desk),
        "editor": desk.edit_outside,
        "stop_writing": desk.stop_writing,
        **casework.table(desk),
        **measuring.table(desk),
        **handing.table(desk),
        **advising.table(desk),
        **copying.table(desk),
    }


def _pane(desk: DeskScreen) -> Queue | Pager:
    """What the moving keys move: the list, or the conversation once the ticket is open."""
    return desk.query_one("#conversation", Pager) if desk.sitting.opened else desk.queue


def _go(desk: DeskScreen, by: int) -> None:
    _pane(desk).move(by)


def _page(desk: DeskScreen, by: int) -> None:
    pane = _pane(desk)
    pane.move(by * pane.page())


def next_step(desk: DeskScreen) -> None:
    """Enter: what policy asks for next. A ticket that is not open is opened with it."""
    case = desk.case
    if case is None:
        desk.say(_("There is no ticket here."), "bad")
        return
    if not desk.sitting.opened:
        desk.open_ticket(opened=True)
    step = desk.sitting.step_after_sending(case.ticket.id)
    if step is not None and (case.ticket.complaint is None or not step.do):
        desk.say(_("Your reply is on its way; {key} takes it back.").format(key=desk.key_of("undo")))
        return
    step = step or case.step
    if not step.do:
        desk.say(step_of(case))
        return
    desk.action_do(casework.COMMANDS.get(step.do, step.do))


def close(desk: DeskScreen) -> None:
    """Out of what is being written, back to the list; in the list, end a search or clear the marks."""
    if desk.writing:
        desk.stop_writing()
    elif desk.sitting.opened:
        desk.open_ticket(opened=False)
    elif desk.sitting.search:
        desk.end_search()
    elif desk.queue.marks:
        unmark(desk)


def on_all(desk: DeskScreen, action: str, given: dict[str, str]) -> None:
    """Do an action to the marked tickets, or to the one under the cursor."""
    marked = sorted(desk.queue.marks)
    if not marked:
        desk.done(desk.sitting.act(action, given), action)
        return
    refused = 0
    for number in marked:
        try:
            desk.sitting.act(action, given, number)
        except Refusal:
            refused += 1
    desk.queue.marks.clear()
    desk.after_change()
    desk.say(notices.done_to_many(action, len(marked) - refused, refused), "bad" if refused else "")


def form(desk: DeskScreen, action: str, given: dict[str, str] | None = None) -> None:
    """Ask for an action's fields, then do it."""
    if desk.queue.marks and action in BULK:
        _bulk_form(desk, action)
        return
    number = desk.sitting.ticket
    done: list[Ticket] = []

    def submit(filled: dict[str, str]) -> None:
        done.append(desk.sitting.act(action, filled, number))

    def closed(filled: dict[str, str] | None) -> None:
        if done:
            desk.done(done[0], action)

    title = f"#{number} {_(FORMS[action].title)}"
    desk.app.push_screen(FormPanel(title, _fields(desk, action), submit, given), closed)


BULK = ("snooze", "tag", "take", "release", "wait", "resume")
"""What is done to all marked tickets; the others are done to the one under the cursor."""


def _bulk_form(desk: DeskScreen, action: str) -> None:
    count = len(desk.queue.marks)
    title = ngettext("{title}: {count} marked ticket", "{title}: {count} marked tickets", count)

    def closed(filled: dict[str, str] | None) -> None:
        if filled is not None:
            desk.guarded(lambda: on_all(desk, action, filled))

    # Filled in once, then checked ticket by ticket: one that refuses does not stop the others.
    panel = FormPanel(
        title.format(title=_(FORMS[action].title), count=count),
        FORMS[action].fields,
        lambda filled: desk.sitting.check(action, filled),
    )
    desk.app.push_screen(panel, closed)


def _fields(desk: DeskScreen, action: str) -> tuple[Field, ...]:
    """The form's fields; of a summary only the parts that are needed here."""
    case = desk.case
    if action != "resolve" or case is None:
        return FORMS[action].fields
    return casework.resolve_fields(case, desk.sitting.desk.policy)


def classify(desk: DeskScreen) -> None:
    """Verified, type, level, urgent."""
    case = desk.case
    if case is None:
        return
    number = case.ticket.id
    done: list[Ticket] = []

    def submit(filled: dict[str, str]) -> None:
        done.append(desk.sitting.act("classify", filled, number))

    def closed(filled: dict[str, str] | None) -> None:
        if done:
            desk.done(done[0], "classify")

    desk.app.push_screen(ClassifyPanel(case.ticket, desk.sitting.desk.policy, submit), closed)


def customer(desk: DeskScreen) -> None:
    """Correct what is known of the customer: the form shows it, and only what is changed is recorded."""
    if (case := desk.case) is None:
        return
    facts = case.ticket.customer
    known: dict[str, str] = {
        "name": facts.name,
        "emails": ", ".join(facts.emails),
        "phones": ", ".join(facts.phones),
        "handles": ", ".join(facts.handles),
        "market": facts.market or "",
        "language": facts.language or "",
        "time_zone": facts.time_zone or "",
        "wishes": facts.wishes,
    }
    known = {name: safe(text) for name, text in known.items()}  # a field shows its text as it is
    number = case.ticket.id
    done: list[Ticket] = []

    def submit(filled: dict[str, str]) -> None:
        # An emptied field forgets the fact; the form's word for that is "-".
        changed = {name: text.strip() or "-" for name, text in filled.items() if text.strip() != known[name]}
        done.append(desk.sitting.act("customer", changed, number))

    def closed(filled: dict[str, str] | None) -> None:
        if done:
            desk.done(done[0], "customer")

    shape = FORMS["customer"]
    desk.app.push_screen(FormPanel(f"#{number} {_(shape.title)}", shape.fields, submit, known), closed)


def take_over(desk: DeskScreen) -> None:
    """Take a ticket that a colleague has, by name, so that a ticket that moved on meanwhile is not taken."""
    case = desk.case
    owner = case.ticket.owner if case else None
    desk.done(desk.sitting.act("take", {"from": owner or ""}), "take")


def merge(desk: DeskScreen) -> None:
    """Ask where to, show what will be one conversation, and merge after a yes."""
    number = desk.sitting.ticket
    asked: dict[str, str] = {}

    def preview(filled: dict[str, str] | None) -> None:
        if filled is None or number is None:
            return
        asked.update(filled)
        into = desk.sitting.desk.case(int(filled["into"].lstrip("#")))
        source = desk.sitting.desk.case(number)
        count = len(into.ticket.messages) + len(source.ticket.messages)
        lines = [
            f"#{number} {safe(source.ticket.subject)}",
            f"→ #{into.ticket.id} {safe(into.ticket.subject)} ({safe(into.ticket.customer.name)})",
            ngettext(
                "{count} message in one conversation", "{count} messages in one conversation", count
            ).format(count=count),
        ]
        options = [("y", "yes", _("merge; this cannot be undone")), ("n", "", _("leave both as they are"))]
        desk.app.push_screen(Choice(_("Merge"), options, lines), merged)

    def merged(answer: str | None) -> None:
        if answer:
            desk.guarded(lambda: desk.done(desk.sitting.act("merge", asked, number), "merge"))

    def submit(filled: dict[str, str]) -> None:
        desk.sitting.check_merge(number or 0, filled.get("into", ""))

    desk.app.push_screen(
        FormPanel(f"#{number} {_(FORMS['merge'].title)}", FORMS["merge"].fields, submit), preview
    )


def undo(desk: DeskScreen) -> None:
    """Take back a reply that has not gone out, else the newest action on the ticket."""
    waiting = desk.sitting.waiting_to_go()
    if waiting:
        desk.sitting.take_back(waiting[0].action.ticket)
        desk.say(_("Reply to #{ticket} is a draft again.").format(ticket=waiting[0].action.ticket))
        desk.after_change()
        return
    number, action = desk.sitting.undo()
    desk.after_change()
    title = action_title(kind_of(action))
    desk.say(_("#{ticket}: undone: {action}.").format(ticket=number, action=title))


def journal(desk: DeskScreen) -> None:
    """What was done to the ticket."""
    if desk.sitting.ticket is not None:
        from agent_tui.desk import masking  # with the mask's rules, for this alone

        entries = list(masking.journal(desk.sitting.desk, desk.sitting.ticket))
        title = _("Journal of #{ticket}").format(ticket=desk.sitting.ticket)
        desk.app.push_screen(
            Reading(title, telling.journal(entries, desk.sitting.desk.policy, desk.sitting.zone))
        )


def explain(desk: DeskScreen) -> None:
    """Why each deadline is what it is."""
    case, sitting = desk.case, desk.sitting
    if case is not None:
        lines = telling.explanation(case, sitting.now(), sitting.desk.policy, sitting.zone)
        desk.app.push_screen(
            Reading(_("Why these deadlines: #{ticket}").format(ticket=case.ticket.id), lines)
        )


def mark(desk: DeskScreen) -> None:
    """Mark a ticket and go on to the next."""
    desk.queue.toggle_mark()
    desk.queue.move(1)
    desk.catch_up()  # what is said now is not about the ticket before
    count = len(desk.queue.marks)
    desk.say(ngettext("{count} ticket marked", "{count} tickets marked", count).format(count=count))


def unmark(desk: DeskScreen) -> None:
    """Clear all marks."""
    desk.queue.marks.clear()
    desk.queue.refresh()
    desk.say("")


def turn(desk: DeskScreen, by: int) -> None:
    """Another view."""
    desk.sitting.turn(by)
    desk.show_view(desk.sitting.view)
