"""The outbox in lines: its list, and an entry in full with what one can do about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from agent_tui.desk import outbox
from agent_tui.desk.core import Desk
from agent_tui.desk.errors import NoSuchTicket
from agent_tui.domain import actions as do
from agent_tui.domain.cells import fit
from agent_tui.domain.changes import text_of
from agent_tui.domain.messages import N_
from agent_tui.domain.text import safe
from agent_tui.i18n import _, ngettext
from agent_tui.store.outbox import Cause, Difference, Noted, Waiting
from agent_tui.telling_actions import account
from agent_tui.telling_outbox import difference_of, fact_title, note_of, reason_of, title_of, value_of
from agent_tui.tui.look import Glyphs
from agent_tui.tui.telling import messages
from agent_tui.tui.telling_sync import why
from agent_tui.tui.widgets.menu import Item
from agent_tui.tui.widgets.pager import Line
from agent_tui.wording import action_title, moment, soon

_FIRST_WORDS = 200  # characters; the list cuts them to its width
_GONE_LINES = 4  # of a text that is about to be discarded
_LEAST_ACROSS = 48  # cells for two versions side by side

_TO_DO = {
    Cause.STALE: N_("s sends it all the same, e changes it first, d discards it."),
    Cause.CLASH: N_("s lets your values hold, d leaves those of the helpdesk."),
    Cause.REFUSED: N_("s tries it once more, e changes it first, d discards it."),
    Cause.IMPOSSIBLE: N_("e takes the text to the ticket, to be sent anew; s asks once more, d discards it."),
    Cause.AWAY: N_(
        "While the ticket is gone nothing can go out. d discards it; your text stands below, to be copied."
    ),
}
"""What one can do about a reply or note that is held."""
_TO_DO_WITHOUT_TEXT = {
    **_TO_DO,
    Cause.STALE: N_("s does it all the same, d discards it."),
    Cause.REFUSED: N_("s tries it once more, d discards it."),
    Cause.IMPOSSIBLE: N_("Enter goes to the ticket, to do it anew; s asks once more, d discards it."),
    Cause.AWAY: N_("While the ticket is gone nothing can go out. d discards it."),
}


def can_change(waiting: Waiting) -> bool:
    """Whether it is a text that can be written anew."""
    return isinstance(waiting.action, do.Reply | do.Note)


def to_do(waiting: Waiting) -> str:
    """What one can do about it."""
    if waiting.held is not None:
        sentences = _TO_DO if can_change(waiting) else _TO_DO_WITHOUT_TEXT
        return _(sentences[waiting.held.cause])
    if waiting.sent is not None:
        return _("It was sent, and the helpdesk has not confirmed it yet. That is looked after by itself.")
    if can_change(waiting):
        return _("It goes out by itself. r tries now, e makes it a draft again, d discards it.")
    return _("It goes out by itself. r tries now, d discards it.")


def what_goes(waiting: Waiting) -> list[str]:
    """What will be gone if it is discarded."""
    lines = [f"#{waiting.ticket} {title_of(waiting)}"]
    if isinstance(waiting.action, do.Open):
        lines.append(
            _("The ticket is not opened on the helpdesk, and everything on it is discarded with it.")
        )
        return lines
    words = _words(waiting)
    text = [line for line in safe(words, lines=True).split("\n") if line.strip()]
    lines += [f"  {line}" for line in text[:_GONE_LINES]]
    if (rest := len(text) - _GONE_LINES) > 0:
        lines.append(
            "  " + ngettext("and {count} more line", "and {count} more lines", rest).format(count=rest)
        )
    return [*lines, _("The ticket is shown without it; the journal keeps that it was done.")]


def _words(waiting: Waiting) -> str:
    action = waiting.action
    return (text_of(action) or "") if action is not None else ""


def _short(waiting: Waiting, now: datetime, zone: ZoneInfo) -> str:
    """Where it is on its way, in a word."""
    if waiting.held is not None:
        return _("! held")
    if waiting.sent is not None:
        return _("sent?")
    if waiting.due > now:
        return _("next try {moment}").format(moment=soon(waiting.due, now, zone))
    return _("to send")


def item(entry: Waiting | Noted, desk: Desk, now: datetime, zone: ZoneInfo, glyphs: Glyphs) -> Item:
    """An entry in the list: ticket, what, since when, first words, where it is."""
    dot = f" {glyphs.dot} "
    if isinstance(entry, Noted):
        return Item(f"#{entry.ticket} {_noted_title(entry, desk)}", note_of(entry), _("! to read"))
    words = _words(entry) or (account(entry.action, desk.policy, zone) if entry.action is not None else "")
    about: list[str] = [safe(words, limit=_FIRST_WORDS)] if words else []
    if entry.held is not None:
        about.insert(0, why(entry.held))
    since = soon(entry.action.at, now, zone) if entry.action is not None else ""
    return Item(f"#{entry.ticket} {title_of(entry)} {since}", dot.join(about), _short(entry, now, zone))


def _noted_title(noted: Noted, desk: Desk) -> str:
    action = desk.repository.journal.actions([noted.id]).get(noted.id)
    return action_title(do.kind_of(action)) if action is not None else _("(erased)")


class Teller:
    """Tells an entry in full."""

    def __init__(self, desk: Desk, now: datetime, zone: ZoneInfo, glyphs: Glyphs) -> None:
        self._desk = desk
        self._now = now
        self._zone = zone
        self._glyphs = glyphs

    def lines(self, entry: Waiting | Noted, across: int) -> list[Line]:
        """The entry, for so many cells."""
        if isinstance(entry, Noted):
            title = self._title(entry.ticket, _noted_title(entry, self._desk))
            told = _("It arrived, but not all of it:")
            read = _("x takes this from the list; Enter goes to the ticket.")
            return [title, Line(), Line(told, "dim"), Line(note_of(entry), "warn"), Line(), Line(read, "key")]
        lines = [self._title(entry.ticket, title_of(entry)), Line(self._way(entry), "dim"), Line()]
        if entry.held is not None:
            lines.append(Line(reason_of(entry.held), "bad"))
        lines += [Line(to_do(entry), "key"), Line()]
        if entry.held is not None and entry.held.differences:
            lines += [*self._differences(entry.held.differences, across), Line()]
        written = outbox.written(self._desk, entry)
        if written:
            shown, texts = [each for each, _text in written], {each.id: text for each, text in written}
            lines.append(Line(_("Written meanwhile:"), "title"))
            lines += [*messages(shown, texts, self._zone, self._glyphs, across), Line()]
        return lines + self._mine(entry)

    def _title(self, number: int, what: str) -> Line:
        dot = f" {self._glyphs.dot} "
        try:
            ticket = self._desk.ticket(number)
        except NoSuchTicket:
            return Line(f"#{number} {what}", "title")
        who = safe(ticket.customer.name or next(iter(ticket.customer.emails), ""))
        return Line(dot.join(filter(None, (f"#{number} {what}", who, safe(ticket.subject)))), "title")

    def _way(self, waiting: Waiting) -> str:
        """When it was done, since when it is held, how often it was tried."""
        parts = []
        if waiting.action is not None:
            parts.append(_("done {moment}").format(moment=moment(waiting.action.at, self._zone)))
        if waiting.held is not None:
            since = soon(waiting.held.since, self._now, self._zone)
            parts.append(_("held since {moment}").format(moment=since))
        else:
            parts.append(_short(waiting, self._now, self._zone))
        if waiting.tries:
            parts.append(ngettext("{count} try", "{count} tries", waiting.tries).format(count=waiting.tries))
        return f" {self._glyphs.dot} ".join(parts)

    def _mine(self, waiting: Waiting) -> list[Line]:
        action = waiting.action
        if action is None:
            return [Line(_("(erased)"), "dim")]
        if can_change(waiting) and (text := _words(waiting)):
            lines = safe(text, lines=True).strip("\n").split("\n")
            return [Line(_("Your text:"), "title"), *(Line(line) for line in lines)]
        told = account(action, self._desk.policy, self._zone)
        return [Line(_("What you did:"), "title"), Line(told or title_of(waiting))]

    def _differences(self, found: Sequence[Difference], across: int) -> list[Line]:
        """A field a line: what stood there, what the helpdesk has, what was to be sent."""
        if across < _LEAST_ACROSS:
            return [Line(difference_of(each, self._zone), indent=2) for each in found]
        column = across // 4
        heads = ("", _("before"), _("helpdesk"), _("yours"))
        lines = [Line("".join(fit(f"{head} ", column) for head in heads), "dim", wrap=False)]
        for each in found:
            values = (
                value_of(each.field, text, self._zone, self._desk.policy)
                for text in (each.before, each.theirs, each.mine)
            )
            cells = (fact_title(each.field), *values)
            lines.append(Line("".join(fit(f"{cell} ", column) for cell in cells), wrap=False))
        return lines
