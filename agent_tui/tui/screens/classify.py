"""Classifying a ticket (POLICY H1, L1–L4): verified, type, the questions of the level and urgency, each on one key."""

from __future__ import annotations

from textual import events
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input, Static

from agent_tui import formats
from agent_tui.desk.errors import DeskError
from agent_tui.domain.assessment import Proposal, propose
from agent_tui.domain.casework_rules import Question
from agent_tui.domain.cells import fit, width
from agent_tui.domain.messages import N_
from agent_tui.domain.policy import LevelRule, Policy
from agent_tui.domain.refusals import Refusal
from agent_tui.domain.ticket import Ticket
from agent_tui.domain.timers import DEADLINE, ON_THE_SPOT
from agent_tui.i18n import _, format_locale
from agent_tui.tui.screens.form import Submit
from agent_tui.tui.screens.panel import Panel
from agent_tui.wording import name_of

_LETTERS = "abcdefghijklmnopqrst"  # without those that mean something else here: u, v, y


class ClassifyPanel(Panel[dict[str, str]]):
    """`y` verified, a letter the type, capitals the questions, `.` the rest of them, `u` urgent, Enter done."""

    KEYS = (
        ("y", N_("the facts are verified, or not yet (H1)")),
        ("a b c …", N_("the issue type")),
        ("S D P …", N_("the answer to a question; again for the next one")),
        (".", N_("nothing else is out of the ordinary: answers the open questions")),
        ("1 2 3 4", N_("another level than the answers propose; say why")),
        ("u", N_("urgent: goes first, whatever its channel")),
        ("Tab", N_("write product, deadline or reason; Tab goes on and back")),
        ("Enter", N_("done")),
        ("Esc", N_("leave; nothing is done")),
    )

    def __init__(self, ticket: Ticket, policy: Policy, submit: Submit) -> None:
        super().__init__(
            _("Classify #{ticket}").format(ticket=ticket.id),
            _("y, a letter, capitals or “.”, u; Enter done, Tab writes, Esc leaves"),
        )
        self._policy = policy
        self._submit = submit
        self._types = list(policy.types)
        self._verified = ticket.verified
        self._type = ticket.type
        self._answers = {key: answer for key, answer in ticket.answers.items() if self._has(key, answer)}
        self._product = ticket.product
        self._own: int | None = None  # a level that the agent chose against the proposal
        if ticket.level is not None and (proposal := self._proposal) and proposal.level != ticket.level:
            self._own = ticket.level
        self._urgent = ticket.urgent

    def _has(self, question: str, answer: str) -> bool:
        asked = self._policy.casework.questions.get(question)
        return asked is not None and answer in asked.answers

    @property
    def _proposal(self) -> Proposal | None:
        return propose(self._answers, self._policy.casework)

    @property
    def _level(self) -> int | None:
        proposal = self._proposal
        if proposal is not None and proposal.forced:
            return proposal.level
        return self._own or (proposal.level if proposal else None)

    @property
    def _differs(self) -> bool:
        """Whether the level is another one than the answers propose: that needs a reason."""
        proposal = self._proposal
        return proposal is not None and self._level != proposal.level

    def parts(self) -> list[Widget]:
        """The questions, and lines for the product, the deadline that only level 4 needs, and a reason."""
        rows: list[Widget] = []
        for name, title, value, hint in (
            ("product", _("product"), self._product, _("in the company's words (optional)")),
            ("deadline", _("deadline"), "", _("2h, tomorrow 9, 2026-12-01 09:00")),
            ("reason", _("reason"), "", _("why this level, when the answers propose another one")),
        ):
            entry = Input(value, id=f"field-{name}", placeholder=hint, select_on_focus=False)
            entry.cursor_blink = False
            rows.append(
                Horizontal(Static(title, classes="field-name"), entry, classes="field", id=f"line-{name}")
            )
        return [
            Static(id="ask-verified", markup=False),
            Static(id="ask-type", markup=False),
            Static(id="ask-questions", markup=False),
            Static(id="ask-level", markup=False),
            *rows,
        ]

    def on_mount(self) -> None:
        """Nothing is being typed at first: keys answer."""
        self.set_focus(None)
        self._tell()

    def on_resize(self) -> None:
        """Other columns."""
        self._tell()

    def _tell(self) -> None:
        def box(*, on: bool) -> str:
            return "[x]" if on else "[ ]"

        # Not inside the braces: the catalogue's tools do not look there.
        verified, urgent = _("the facts are verified"), _("urgent: goes first, whatever its channel")
        first = f"{box(on=self._verified)} y  {verified}   {box(on=self._urgent)} u  {urgent}"
        self.query_one("#ask-verified", Static).update(first)
        self.query_one("#ask-type", Static).update(self._in_columns(self._type_names()))
        questions = [self._asked(question) for question in self._policy.casework.questions.values()]
        self.query_one("#ask-questions", Static).update(self._in_columns(questions))
        self.query_one("#ask-level", Static).update("\n".join(self._levels()))
        self.query_one("#line-deadline").display = self._needs_deadline()
        self.query_one("#line-reason").display = self._differs

    def _type_names(self) -> list[str]:
        return [
            f"{'»' if key == self._type else ' '}{letter} {name_of(self._policy.types[key].name)}"
            for letter, key in zip(_LETTERS, self._types, strict=False)
        ]

    def _asked(self, question: Question) -> str:
        answer = self._answers.get(question.id)
        told = name_of(question.answers[answer]) if answer else "?"
        return f"{'»' if answer else ' '}{question.key} {name_of(question.name)}: {told}"

    def _in_columns(self, names: list[str]) -> str:
        cells = max(map(width, names), default=1) + 2
        across = max(1, (self.app.size.width - 2) // cells)
        lines = (names[start : start + across] for start in range(0, len(names), across))
        return "\n".join("".join(fit(name, cells) for name in line).rstrip() for line in lines)

    def _levels(self) -> list[str]:
        """The level that holds with its reasons, and in short what the digits would choose instead."""
        level, proposal = self._level, self._proposal
        if level is None:
            others = "  ".join(f"{each} {self._about(rule)}" for each, rule in self._policy.levels.items())
            return [_("level: follows from the answers above"), f"  {others}"]
        rule = self._policy.level(level)
        lines = [f"»{level} {name_of(rule.name)}: {self._about(rule)}"]
        if proposal is not None:
            because = _(", ").join(name_of(each.because) for each in proposal.because)
            text = _("proposed: level {level}, because {reasons}")
            lines.append("  " + text.format(level=proposal.level, reasons=because))
        return lines

    def _about(self, rule: LevelRule) -> str:
        role = self._policy.casework.roles.get(rule.leader)
        leader = name_of(role.name) if role else rule.leader
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
        if event.key == "enter":
            event.stop()
            self._send()
        elif event.key in ("tab", "down", "shift+tab", "up"):
            event.stop()
            self._to_line(1 if event.key in ("tab", "down") else -1)
        elif not isinstance(self.focused, Input) and self._answered(event.character or ""):
            event.stop()
            self.complain("")
            self._tell()

    def _answered(self, key: str) -> bool:
        questions = {question.key: question for question in self._policy.casework.questions.values()}
        if key == "y":
            self._verified = not self._verified
        elif key == "u":
            self._urgent = not self._urgent
        elif key == ".":
            for question in questions.values():
                self._answers.setdefault(question.id, next(iter(question.answers)))
        elif key in questions:
            self._turn(questions[key])
        elif key.isdigit() and int(key) in self._policy.levels:
            proposal = self._proposal
            self._own = None if proposal and proposal.level == int(key) else int(key)
        elif key and key in _LETTERS[: len(self._types)]:
            self._type = self._types[_LETTERS.index(key)]
        else:
            return False
        return True

    def _turn(self, question: Question) -> None:
        """The next answer; the first press gives the second one, since "." gives the first."""
        words = list(question.answers)
        place = words.index(self._answers[question.id]) if question.id in self._answers else 0
        self._answers[question.id] = words[(place + 1) % len(words)]

    def _to_line(self, by: int) -> None:
        """From the keys to the lines that are shown, and past the last one back to the keys."""
        names = ("product", "deadline", "reason")
        lines = [each for each in names if self.query_one(f"#line-{each}").display]
        fields = [self.query_one(f"#field-{each}", Input) for each in lines]
        place = fields.index(self.focused) if self.focused in fields else -1 if by > 0 else len(fields)
        place += by
        self.set_focus(fields[place] if 0 <= place < len(fields) else None)

    def _missing(self) -> str:
        """What is still to be chosen or written, as a sentence; "" when nothing is."""
        missing = [] if self._type else [_("type")]
        proposal = self._proposal
        if proposal is None:
            missing += [
                f"{name_of(question.name)} ({question.key})"
                for question in self._policy.casework.questions.values()
                if question.id not in self._answers
            ]
        if missing:
            text = _("Still to choose: {missing}").format(missing=_(", ").join(missing))
            return text if proposal else text + " " + _("“.” answers the open questions as ordinary.")
        return ""

    def _send(self) -> None:
        deadline, reason = self.query_one("#field-deadline", Input), self.query_one("#field-reason", Input)
        if missing := self._missing():
            self.complain(missing)
            return
        if self._needs_deadline() and not deadline.value.strip():
            self.complain(_("This level needs a deadline."))
            deadline.focus()
            return
        if self._differs and not reason.value.strip():
            self.complain(_("The answers propose another level: say why."))
            reason.focus()
            return
        given = {
            "verified": "yes" if self._verified else "no",
            "type": self._type or "",
            "level": str(self._level),
            "urgent": "yes" if self._urgent else "no",
            "product": self.query_one("#field-product", Input).value,
            "deadline": deadline.value if self._needs_deadline() else "",
            "answers": ", ".join(f"{question}={answer}" for question, answer in self._answers.items()),
            "reason": reason.value if self._differs else "",
        }
        try:
            self._submit(given)
        except (Refusal, DeskError) as error:
            self.refused(error, self._send)
            return
        self.dismiss(given)
