"""Help for exactly where one is: keys from the registry and the user's keymap, then what the screen shows."""

from __future__ import annotations

from collections.abc import Iterable

from agent_tui.domain.cells import fit, width
from agent_tui.domain.messages import N_
from agent_tui.i18n import _
from agent_tui.tui.commands import Where, commands_at
from agent_tui.tui.edges import SEARCH_KEYS
from agent_tui.tui.keymap import Keymap, keys_at, shown
from agent_tui.tui.look import CHANNELS, Glyphs
from agent_tui.tui.widgets.pager import Line

_KEYS = 12  # cells of the keys' column
_TITLES = {
    Where.LIST: N_("Help: the list"),
    Where.TICKET: N_("Help: the ticket"),
    Where.WRITING: N_("Help: writing"),
}
_IDEA = (
    N_("Enter does the next step that policy asks for; who only presses Enter does everything right."),
    N_("Esc leaves whatever is open; replies, notes and briefs that were begun stay."),
    N_("What you confirmed is on disk at once; a reply can be taken back for some seconds."),
    N_("What you are writing is saved as you type, and found again after a dropped connection."),
)


_HELPDESK = (
    N_("You always work here, at once; what you do is sent to the helpdesk in the background, in order."),
    N_("The corner above says when it was last read, what is to be sent, and since when it is out of reach."),
    N_("What can't be sent as it is is held: the outbox shows why, with what others wrote, and you decide."),
    N_("Who else has a ticket open is shown where the helpdesk can tell; Request Tracker can't."),
)


def title(where: Where) -> str:
    """What the page is called."""
    return _(_TITLES[where])


def desk_lines(where: Where, keys: Keymap, glyphs: Glyphs, *, helpdesk: bool = False) -> list[Line]:
    """The help page of a part of the desk, at a profile with or without a helpdesk behind it."""
    lines = [Line(_("Keys here"), "title")]
    ascii_only = glyphs.more.isascii()
    for command in commands_at(where, helpdesk=helpdesk):
        mine = keys_at(keys.of(command.id), where)
        told = " ".join(shown(key, ascii_only=ascii_only) for key in mine)
        if told:
            name = _(command.title)
            lines.append(
                _of_key(
                    told,
                    _("{title}: {about}").format(title=name, about=_(command.about))
                    if command.about
                    else name,
                )
            )
    if where is Where.LIST:
        lines += [Line(), *_list_legend(glyphs)]
    elif where is Where.TICKET:
        lines += [Line(), *_ticket_legend()]
    else:
        lines += [Line(), *_writing_legend()]
    if helpdesk:
        lines += [Line(), Line(_("The helpdesk"), "title"), *(Line(_(text)) for text in _HELPDESK)]
    lines += [Line(), Line(_("The idea"), "title"), *(Line(_(text)) for text in _IDEA)]
    return lines


def search_lines(glyphs: Glyphs) -> list[Line]:
    """The help page of the search field."""
    ascii_only = glyphs.more.isascii()
    keys = [
        (" ".join(shown(key, ascii_only=ascii_only) for key in pressed), _(title))
        for _action, pressed, title in SEARCH_KEYS
    ]
    return [
        *panel_lines(keys),
        Line(),
        Line(
            _(
                "Words are looked for in queue and archive: subjects, conversations, customers, addresses, tags."
            )
        ),
        Line(
            _("Narrow it by {fields}.").format(fields="market:JP level:3 type:billing_doubt product:PB-20K")
        ),
    ]


def panel_lines(keys: Iterable[tuple[str, str]], fields: Iterable[tuple[str, str]] = ()) -> list[Line]:
    """The help page of a panel: its keys, then its fields with their hints; both texts already translated."""
    lines = [Line(_("Keys here"), "title"), *(_of_key(key, text) for key, text in keys)]
    told = [(name, hint) for name, hint in fields if hint]
    if told:
        across = min(20, max(width(name) for name, _hint in told)) + 2
        lines += [Line(), Line(_("Fields"), "title")]
        lines += [Line(f"{fit(name, across)}{hint}", indent=across) for name, hint in told]
    return lines


def _of_key(keys: str, text: str) -> Line:
    padded = fit(keys, _KEYS) if width(keys) < _KEYS else f"{keys} "
    return Line(f" {padded} {text}", indent=_KEYS + 2)


def _list_legend(glyphs: Glyphs) -> list[Line]:
    """What a row of the list shows, from left to right."""
    channels = ", ".join(CHANNELS.values())
    return [
        Line(_("What a row shows"), "title"),
        _of_key("  4h   38m", _("the time that is left: days, hours, minutes")),
        _of_key(" 04:10", _("under ten minutes: minutes and seconds")),
        Line(
            "  >38m        " + _("with a >, yellow: at risk, the deadline is near"), "warn", indent=_KEYS + 2
        ),
        Line(" -02:15       " + _("with a minus, red: breached, so long ago"), "bad", indent=_KEYS + 2),
        _of_key(glyphs.cursor, _("the cursor")),
        _of_key(glyphs.marked, _("marked, for an action on many tickets at once")),
        _of_key(glyphs.urgent, _("urgent: goes first")),
        _of_key("1 2 3 4 ?", _("the level; ? is not classified yet")),
        _of_key(glyphs.draft, _("you have begun to write here")),
        _of_key(
            "", _("then channel ({channels}), customer, market, subject, next step").format(channels=channels)
        ),
    ]


def _ticket_legend() -> list[Line]:
    return [
        Line(_("What the ticket shows"), "title"),
        Line(_("The conversation, oldest first, with quoted history folded.")),
        Line(_("Beside or above it: who it is, their local time, each clock with its rule, the next step.")),
        Line(_("a clock that was kept"), "good"),
        Line(_("a clock at risk: the deadline is near"), "warn"),
        Line(_("a clock that was breached"), "bad"),
        Line(_("a clock that is paused"), "dim"),
    ]  # fmt: skip


def _writing_legend() -> list[Line]:
    return [
        Line(_("Writing"), "title"),
        Line(_("Before it goes out a reply is asked what it is: a solution, a question, or a promise.")),
        Line(_("Tab goes to the conversation, to read on in it, and back to the text.")),
        Line(_("If the customer or a colleague writes meanwhile, the reply is held and you are told.")),
    ]  # fmt: skip
