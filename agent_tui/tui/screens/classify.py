"""Classifying a ticket (POLICY H1): verified, type, level and urgency on one screen, each on one key."""

from __future__ import annotations

from textual import events
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input, Static

from agent_tui import formats
from agent_tui.desk.errors import DeskError
from agent_tui.domain.cells import fit, width
from agent_tui.domain.messages import N_
from agent_tui.domain.policy import LevelRule, Policy
from agent_tui.domain.refusals import Refusal
from agent_tui.domain.ticket import Ticket
from agent_tui.domain.timers import DEADLINE, ON_THE_SPOT
from agent_tui.i18n import _, format_locale
from agent_tui.telling_errors import sentence
from agent_tui.tui.screens.form import Submit
from agent_tui.tui.screens.panel import Panel
from agent_tui.wording import LEADER, name_of

_LETTERS = "abcdefghijklmnopqrst"  # without those that mean something else here: u, v, y


class ClassifyPanel(Panel[dict[str, str]]):
    """`y` verified, a letter the type, `1`–`4` the level, `u` urgent, Enter done."""

    KEYS = (
        ("y", N_("the facts are verified, or not yet (H1)")),
        ("a b c …", N_("the issue type")),
        ("1 2 3 4", N_("the level: who can solve it, and until when")),
        ("u", N_("urgent: goes first, whatever its channel")),
        ("Tab", N_("write a deadline or a reason; Tab goes back")),
        ("Enter", N_("done")),
        ("Esc", N_("leave; nothing is done")),
    )

    def __init__(self, ticket: Ticket, policy: Policy, submit: Submit) -> None:
        super().__init__(
            _("Classify #{ticket}").format(ticket=ticket.id),
            _("y, a letter, a number, u; Enter done, Esc leaves"),
        )
        self._policy = policy
        self._submit = submit
        self._types = list(policy.types)
        self._verified = ticket.verified
        self._type = ticket.type
        self._level = ticket.level
        self._urgent = ticket.urgent

    def parts(self) -> list[Widget]:
        """The four questions, and a line for the deadline that only level 4 needs."""
        deadline = Input(id="field-deadline", placeholder=_("2h, tomorrow 9, 2026-12-01 09:00"))
        reason = Input(id="field-reason", placeholder=_("why this level, in a few words (optional)"))
        for entry in (deadline, reason):
            entry.cursor_blink = False
        return [
            Static(id="ask-verified", markup=False),
            Static(id="ask-type", markup=False),
            Static(id="ask-level", markup=False),
            Static(id="ask-urgent", markup=False),
            Horizontal(
                Static(_("deadline"), classes="field-name"), deadline, classes="field", id="line-deadline"
            ),
            Horizontal(Static(_("reason"), classes="field-name"), reason, classes="field", id="line-reason"),
        ]

    def on_mount(self) -> None:
        """Nothing is being typed at first: keys answer."""
        self.set_focus(None)
        self._tell()

    def _tell(self) -> None:
        def box(*, on: bool) -> str:
            return "[x]" if on else "[ ]"

        types = self._types_in_columns()
        levels = "\n".join(
            f"{'»' if rule.level == self._level else ' '}{rule.level} {name_of(rule.name)}: {self._about(rule)}"
            for rule in self._policy.levels.values()
        )
        self.query_one("#ask-verified", Static).update(
            f"{box(on=self._verified)} y  " + _("the facts are verified")
        )
        self.query_one("#ask-type", Static).update(types)
        self.query_one("#ask-level", Static).update(levels)
        self.query_one("#ask-urgent", Static).update(
            f"{box(on=self._urgent)} u  " + _("urgent: goes first, whatever its channel")
        )
        self.query_one("#line-deadline").display = self._needs_deadline()

    def _types_in_columns(self) -> str:
        names = [
            f"{'»' if key == self._type else ' '}{letter} {name_of(self._policy.types[key].name)}"
            for letter, key in zip(_LETTERS, self._types, strict=False)
        ]
        cells = max(map(width, names)) + 2
        across = max(1, (self.app.size.width - 2) // cells)
        lines = (names[start : start + across] for start in range(0, len(names), across))
        return "\n".join("".join(fit(name, cells) for name in line).rstrip() for line in lines)

    def _about(self, rule: LevelRule) -> str:
        leader = _(LEADER.get(rule.leader, rule.leader))
        if rule.limit == ON_THE_SPOT:
            limit = _("on the spot")
        elif isinstance(rule.limit, str):
            limit = _("a deadline you set")
        else:
            limit = formats.duration(rule.limit, format_locale())
        return f"{leader}, {limit} ({rule.rule})"

    def _needs_deadline(self) -> bool:
        return self._level is not None and self._policy.level(self._level).limit == DEADLINE

    def on_key(self, event: events.Key) -> None:
        """An answer, or Enter."""
        typing = isinstance(self.focused, Input)
        if event.key == "enter":
            event.stop()
            self._send()
            return
        if typing:
            if event.key in ("up", "tab", "shift+tab"):
                event.stop()
                self.set_focus(None)
            return
        key = event.character or ""
        if key == "y":
            self._verified = not self._verified
        elif key == "u":
            self._urgent = not self._urgent
        elif key.isdigit() and int(key) in self._policy.levels:
            self._level = int(key)
        elif key and key in _LETTERS[: len(self._types)]:
            self._type = self._types[_LETTERS.index(key)]
        elif event.key in ("tab", "down"):
            self.query_one("#field-deadline" if self._needs_deadline() else "#field-reason", Input).focus()
        else:
            return
        event.stop()
        self.complain("")
        self._tell()

    def _send(self) -> None:
        deadline = self.query_one("#field-deadline", Input)
        missing = [
            title for title, there in ((_("type"), self._type), (_("level"), self._level)) if not there
        ]
        if missing:
            self.complain(_("Still to choose: {missing}").format(missing=", ".join(missing)))
            return
        if self._needs_deadline() and not deadline.value.strip():
            self.complain(_("This level needs a deadline."))
            deadline.focus()
            return
        given = {
            "verified": "yes" if self._verified else "no",
            "type": self._type or "",
            "level": str(self._level),
            "urgent": "yes" if self._urgent else "no",
            "deadline": deadline.value if self._needs_deadline() else "",
            "reason": self.query_one("#field-reason", Input).value,
        }
        try:
            self._submit(given)
        except (Refusal, DeskError) as error:
            self.complain(sentence(error))
            return
        self.dismiss(given)
