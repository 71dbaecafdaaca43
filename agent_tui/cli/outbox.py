"""`outbox`: what the helpdesk does not have yet, and the agent's decisions about it."""

from __future__ import annotations

import msgspec

from agent_tui import telling_outbox as telling
from agent_tui.cli.context import Context
from agent_tui.desk import outbox as deciding
from agent_tui.desk.core import Desk
from agent_tui.domain import actions as do
from agent_tui.domain.changes import text_of
from agent_tui.domain.text import safe
from agent_tui.formats import iso
from agent_tui.i18n import _, ngettext
from agent_tui.store.outbox import Noted, Waiting
from agent_tui.wording import moment

_LONGEST = 200  # characters of a message beside an action that it holds


def show(context: Context) -> None:
    """`outbox`: everything that the helpdesk does not have, and what it left out."""
    with context.desk() as desk:
        waiting, notes = deciding.waiting(desk), deciding.notes(desk)
        if context.json:
            context.out.json(
                {
                    "waiting": [_waiting_json(context, desk, each) for each in waiting],
                    "notes": [_note_json(each) for each in notes],
                }
            )
            return
        ends = telling.ends([each.id for each in waiting] + [each.id for each in notes])
        for each in waiting:
            _say_waiting(context, desk, each, ends[each.id])
        for note in notes:
            out_of = _("{id}  #{ticket}  sent, with something left out").format(
                id=ends[note.id], ticket=note.ticket
            )
            context.out.say(out_of)
            context.out.say(f"    {telling.note_of(note)}")
        _hint(context, waiting, notes)


def _say_waiting(context: Context, desk: Desk, waiting: Waiting, end: str) -> None:
    out, zone = context.out, context.zone
    text = _("{id}  #{ticket}  {action}  {moment}  {standing}")
    at = moment(waiting.action.at, zone) if waiting.action is not None else "–"
    standing = telling.standing_of(waiting, context.now, zone)
    if waiting.tries:
        tries = ngettext("{count} try", "{count} tries", waiting.tries).format(count=waiting.tries)
        standing = f"{standing}, {tries}"
    out.say(
        text.format(
            id=end, ticket=waiting.ticket, action=telling.title_of(waiting), moment=at, standing=standing
        )
    )
    if waiting.held is None:
        return
    out.say(f"    {telling.reason_of(waiting.held)}")
    if waiting.action is not None and (mine := text_of(waiting.action)):
        out.say(f"    {safe(mine, limit=_LONGEST)}")
    for message, theirs in deciding.written(desk, waiting):
        when = moment(message.at, zone)
        out.say(f"    > {safe(message.author)}, {when}: {safe(theirs, limit=_LONGEST)}")
    for difference in waiting.held.differences:
        out.say(f"    {telling.difference_of(difference, zone)}")


def _hint(context: Context, waiting: list[Waiting], notes: list[Noted]) -> None:
    if any(each.held for each in waiting):
        text = _(
            "`agent-tui outbox send ID` sends a held action all the same, `agent-tui outbox discard ID` drops it."
        )
        context.out.say(text)
    if notes:
        context.out.say(_("`agent-tui outbox seen ID` takes what you have read from the list."))
    if not waiting and not notes:
        context.out.say(_("Nothing waits to be sent."))


def send(context: Context) -> None:
    """`outbox send ID`."""
    with context.desk() as desk:
        each = deciding.send(desk, context.args.action, context.now)
        if context.json:
            context.out.json(_waiting_json(context, desk, each))
            return
    text = _("{action} on #{ticket}: `agent-tui sync` or the open desk sends it.")
    context.out.say(text.format(action=telling.title_of(each), ticket=each.ticket))


def discard(context: Context) -> None:
    """`outbox discard ID`: what was written is printed, so that it is not lost."""
    with context.desk() as desk:
        each = deciding.one(desk, context.args.action)
        told = _waiting_json(context, desk, each)
        deciding.discard(desk, each.id, context.now)
    if context.json:
        context.out.json(told)
        return
    text = _("{action} on #{ticket} is not sent.")
    context.out.say(text.format(action=telling.title_of(each), ticket=each.ticket))
    if each.action is not None and (words := text_of(each.action)):
        context.out.say(safe(words, lines=True))


def seen(context: Context) -> None:
    """`outbox seen ID`."""
    with context.desk() as desk:
        note = deciding.seen(desk, context.args.action)
    if context.json:
        context.out.json(_note_json(note))
    else:
        context.out.say(telling.note_of(note))


def _waiting_json(context: Context, desk: Desk, waiting: Waiting) -> dict[str, object]:
    action, held = waiting.action, waiting.held
    return {
        "id": waiting.id,
        "ticket": waiting.ticket,
        "there": desk.repository.remotes.there(waiting.ticket),
        "action": None if action is None else do.kind_of(action),
        "at": None if action is None else iso(action.at),
        "text": None if action is None else text_of(action),
        "tries": waiting.tries,
        "state": _state(context, waiting),
        "due": iso(waiting.due),
        "cause": None if held is None else held.cause.value,
        "reason": None if held is None else str(held.told),
        "written": [
            {"author": message.author, "at": iso(message.at), "text": text}
            for message, text in deciding.written(desk, waiting)
        ],
        "differences": [] if held is None else msgspec.to_builtins(held.differences),
    }


def _state(context: Context, waiting: Waiting) -> str:
    if waiting.held is not None:
        return "held"
    if waiting.sent is not None:
        return "unconfirmed"
    return "later" if waiting.due > context.now else "ready"


def _note_json(note: Noted) -> dict[str, object]:
    return {"id": note.id, "ticket": note.ticket, "note": str(note.note)}
