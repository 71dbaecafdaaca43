"""What goes when a customer is erased, with a field for a yes in words; and what is on the screen meanwhile."""

from __future__ import annotations

from textual.widget import Widget

from agent_tui import telling_privacy
from agent_tui.desk.erasing import Plan
from agent_tui.desk.errors import DeskError
from agent_tui.desk.fields import Field
from agent_tui.domain.messages import N_
from agent_tui.i18n import _
from agent_tui.tui.screens.form import FormPanel, Submit
from agent_tui.tui.screens.panel import Panel
from agent_tui.tui.widgets.pager import Line, Pager

_AROUND = 8  # lines of the panel besides what goes


class NotAgreed(DeskError):
    text = N_("Type yes to destroy it for good; Esc leaves everything as it is.")


class ErasePanel(FormPanel):
    """What goes and what stays for people to do, and a field for a yes."""

    BINDINGS = [("down", "scroll(1)", ""), ("up", "scroll(-1)", "")]
    KEYS = (
        ("Enter", N_("destroy it, once yes is typed")),
        ("↑ ↓", N_("scroll")),
        ("Esc", N_("leave; nothing is done")),
    )

    def __init__(self, plan: Plan, reason: str, submit: Submit) -> None:
        field = Field("agreed", N_("yes, in so many letters"), required=True, title=N_("for good"))
        super().__init__(_("This is destroyed, and nobody can bring it back:"), (field,), submit)
        self._lines = [Line(each, indent=2) for each in telling_privacy.plan_of(plan)]
        self._lines.append(Line(_("reason: {text}").format(text=reason), "dim"))

    def parts(self) -> list[Widget]:
        """The plan above the field."""
        return [Pager(id="reading"), *super().parts()]

    def on_mount(self) -> None:
        """As high as there is room; the field has the focus."""
        pager = self.query_one(Pager)
        pager.styles.max_height = max(3, self.app.size.height - _AROUND)
        pager.styles.height = max(3, min(len(self._lines) + 2, self.app.size.height - _AROUND))
        pager.show(lambda across: self._lines)
        super().on_mount()

    def action_scroll(self, by: int) -> None:
        """Scroll what goes by lines."""
        self.query_one(Pager).move(by)


class Destroying(Panel[None]):
    """What is on the screen meanwhile: one does not leave it."""

    BINDINGS = [("escape", "stay", "")]

    def __init__(self) -> None:
        super().__init__(_("Destroying it …"))

    def action_stay(self) -> None:
        """It ends by itself."""
