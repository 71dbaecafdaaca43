"""What somebody wrote while a reply was being written: shown before it goes out (the stale-reply guard)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType

from agent_tui.domain.messages import N_
from agent_tui.i18n import _, ngettext
from agent_tui.tui.screens.reading import Reading
from agent_tui.tui.widgets.pager import Line

SEND = "send"


class Meanwhile(Reading):
    """The new messages in full. The key that sends a reply sends it all the same; every way out goes back to it.

    It may come up by itself while somebody types, so that no letter and not Enter sends.
    """

    BINDINGS: ClassVar[list[BindingType]] = [("ctrl+o,ctrl+enter", "send", "")]
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("^o", N_("send the reply all the same")),
        ("↑ ↓", N_("scroll")),
        ("PgUp PgDn", N_("scroll by pages")),
        ("Esc", N_("back to the text")),
    )

    def __init__(self, number: int, lines: Sequence[Line], count: int) -> None:
        title = ngettext(
            "#{ticket}: {count} new message since you began your reply",
            "#{ticket}: {count} new messages since you began your reply",
            count,
        )
        hint = _("^o sends your reply all the same, Esc goes back to the text")
        super().__init__(title.format(ticket=number, count=count), lines, hint)

    def action_send(self) -> None:
        """Send it, knowing what was written."""
        self.dismiss(SEND)
