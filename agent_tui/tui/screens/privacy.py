"""What is held about one customer: by which law, with whose consent, until when, and what was destroyed (POLICY T5)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace
from textual.widget import Widget

from agent_tui import telling_privacy
from agent_tui.desk import privacy
from agent_tui.desk.core import Case
from agent_tui.desk.fields import Field
from agent_tui.desk.forms import FORMS
from agent_tui.domain.messages import N_
from agent_tui.domain.privacy_actions import ANYTHING
from agent_tui.domain.retention import HOLDS
from agent_tui.domain.text import safe
from agent_tui.i18n import _
from agent_tui.tui.screens.form import FormPanel
from agent_tui.tui.screens.panel import Panel
from agent_tui.tui.session import Sitting
from agent_tui.tui.widgets.pager import Line, Pager
from agent_tui.wording import moment

if TYPE_CHECKING:
    from agent_tui.desk.privacy import Holding

LOOK, ERASE = "look", "erase"


class PrivacyPanel(Panel[str]):
    """`c` records consent, `u` looks behind the mask, `x` writes it all to a file, `e` erases everything."""

    BINDINGS = [
        ("q,enter", "leave", ""),
        ("down,j", "move(1)", ""),
        ("up,k", "move(-1)", ""),
        ("pagedown,space", "page(1)", ""),
        ("pageup", "page(-1)", ""),
        ("home,g", "edge(-1)", ""),
        ("end,G", "edge(1)", ""),
        ("c", "consent", ""),
        ("u", "look", ""),
        ("x", "take_out", ""),
        ("e", "erase", ""),
    ]
    KEYS = (
        ("c", N_("record what the customer said about the use of personal data")),
        ("u", N_("see the journal without the mask; that you looked is recorded")),
        ("x", N_("write everything that is held to a file, for the customer; that you did is recorded")),
        ("e", N_("erase everything about this customer, for good and with a record")),
        ("↑ ↓", N_("scroll")),
        ("Esc", N_("leave")),
    )

    def __init__(
        self, sitting: Sitting, case: Case, ask_consent: Callable[[Callable[[], object]], None]
    ) -> None:
        """`ask_consent` asks what the customer answered, and does what it is given once that is recorded."""
        super().__init__(
            _("Personal data of this customer"),
            _("c consent, u without the mask, x to a file, e erase, arrows scroll, Esc leaves"),
        )
        self._sitting = sitting
        self._number = case.ticket.id
        self._ask_consent = ask_consent
        self._written = ""  # the file that was made here

    def parts(self) -> list[Widget]:
        """The lines."""
        return [Pager(id="reading")]

    def on_mount(self) -> None:
        """Everything that is held."""
        self.query_one(Pager).focus()
        self._tell()

    def on_resize(self) -> None:
        self._fit()

    def _fit(self) -> None:
        pager = self.query_one(Pager)
        pager.styles.height = pager.styles.max_height = max(3, self.app.size.height - 6)

    def _tell(self) -> None:
        self._fit()
        lines = self._lines()
        self.query_one(Pager).show(lambda across: lines, top=False)

    def _lines(self) -> list[Line]:
        desk, zone = self._sitting.desk, self._sitting.zone
        customer = desk.ticket(self._number).customer
        rules = privacy.rules(desk)
        lines = [Line(telling_privacy.law_line(customer.market, rules.consents))]
        if self._written:
            lines.append(Line(_("Written: {path}").format(path=self._written), "good"))
        needed = privacy.consent_needed(desk, customer)
        if needed:
            lines.append(Line(_("Ask for consent before you record anything more."), "warn"))
        lines += [Line(), Line(_("Consent"), "title")]
        lines += [
            Line(f"  {telling_privacy.standing_of(each, zone)}", indent=4)
            for each in privacy.standing(desk, customer)
        ]
        return lines + self._held(privacy.holding(desk, f"#{self._number}"))

    def _held(self, held: Holding) -> list[Line]:
        zone, rules = self._sitting.zone, privacy.rules(self._sitting.desk)
        lines = [Line(), Line(_("What is held"), "title")]
        lines += [Line(f"  {each}", indent=4) for each in telling_privacy.plan_of(held.plan)]
        lines += [Line(), Line(_("Kept until"), "title")]
        for number, until, holds in held.due:
            when = moment(until, zone) if until is not None else _("while it is worked on")
            told = f"#{number}  {when}"
            if holds:
                told += f"  ({_(', ').join(_(HOLDS[each]) for each in holds)})"
            lines.append(Line(f"  {told}", indent=4))
        if held.records:
            lines += [Line(), Line(_("Records of destruction"), "title")]
            for record in held.records:
                said = telling_privacy.destruction_of(record, rules.consents, zone)
                lines += [Line(f"  {each}", "dim", indent=4) for each in said]
        return lines

    def action_move(self, by: int) -> None:
        """Scroll by lines."""
        self.query_one(Pager).move(by)

    def action_page(self, by: int) -> None:
        """Scroll by pages."""
        pager = self.query_one(Pager)
        pager.move(by * pager.page())

    def action_edge(self, which: int) -> None:
        """To the first line, or to the last."""
        pager = self.query_one(Pager)
        pager.move(which * pager.virtual_size.height)

    def action_consent(self) -> None:
        """What the customer answered."""
        self._ask_consent(self._tell)

    def action_look(self) -> None:
        """Ask why; the look is journaled first, then shown."""
        fields = tuple(
            replace(field, default=ANYTHING) if field.name == "kinds" else field
            for field in FORMS["unmask"].fields
        )

        def submit(filled: dict[str, str]) -> None:
            self._sitting.act("unmask", filled, self._number)

        def closed(filled: dict[str, str] | None) -> None:
            if filled is not None:
                self.dismiss(LOOK)

        self.app.push_screen(FormPanel(_("Why do you look?"), fields, submit), closed)

    def action_take_out(self) -> None:
        """Ask where to; the answer to a customer who asks what is held about them."""
        from agent_tui.desk import taking_out  # with zip files, for this alone
        from agent_tui.desk.access import ABOUT

        sitting, customer = self._sitting, f"#{self._number}"
        written: list[Path] = []

        def submit(filled: dict[str, str]) -> None:
            path = Path(filled["file"]).expanduser()
            about = {part: _(text) for part, text in ABOUT.items()}
            taking_out.write(sitting.desk, customer, path, about, sitting.now())
            written.append(path)

        def closed(_filled: dict[str, str] | None) -> None:
            if written:
                self._written = safe(str(written[0]))
                self._tell()

        name = str(Path.cwd() / f"customer-{self._number}.zip")
        field = Field(
            "file", N_("a .zip with the attachments, or a .json"), required=True, default=name, rule="T5"
        )
        self.app.push_screen(
            FormPanel(_("Write everything that is held to a file"), (field,), submit), closed
        )

    def action_erase(self) -> None:
        """Left to the desk, which gives way first."""
        self.dismiss(ERASE)
