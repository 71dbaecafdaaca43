"""An action's form: a line for each field, checked by the desk when it is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input, Static

from agent_tui.desk.errors import DeskError
from agent_tui.desk.fields import Field
from agent_tui.domain.messages import N_
from agent_tui.domain.refusals import Refusal
from agent_tui.i18n import _
from agent_tui.tui import helping
from agent_tui.tui.screens.panel import Panel
from agent_tui.tui.widgets.pager import Line
from agent_tui.wording import CHOICES
from agent_tui.wording_names import FIELDS

if TYPE_CHECKING:
    from agent_tui.tui.session import Sitting

Submit = Callable[[dict[str, str]], None]


class FormPanel(Panel[dict[str, str]]):
    """Fields in one column. Enter goes on to the next and sends from the last; Ctrl+O sends from anywhere.

    `submit` does the action and raises what is wrong, which is shown here with everything still filled in.
    """

    BINDINGS = [("ctrl+o,ctrl+enter", "send", ""), ("down", "next", ""), ("up", "previous", "")]

    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("Enter", N_("the next field; from the last one: done")),
        ("^o", N_("done, from any field")),
        ("↑ ↓", N_("another field")),
        ("Esc", N_("leave; nothing is done")),
    )

    def __init__(
        self, title: str, fields: tuple[Field, ...], submit: Submit, given: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(title, _("Enter next, ^o done, Esc leaves; * must be filled in"))
        self._fields = fields
        self._submit = submit
        self._given = dict(given or {})
        self._filled: dict[str, str] = {}

    def parts(self) -> list[Widget]:
        """A name and an input for each field, and a hint under the one that is being filled in."""
        self._given |= self._taken_up()
        parts: list[Widget] = []
        for field in self._fields:
            name = ("* " if field.required else "  ") + self._name_of(field)
            value = self._given.get(field.name, field.default)
            entry = Input(value, id=f"field-{field.name}", select_on_focus=bool(field.choices))
            entry.cursor_blink = False
            parts.append(Horizontal(Static(name, classes="field-name", markup=False), entry, classes="field"))
            parts.append(
                Static(self._hint_of(field), id=f"hint-{field.name}", classes="field-hint", markup=False)
            )
        return parts

    def help_lines(self) -> list[Line]:
        """Its keys and its fields."""
        fields = [(self._name_of(field), self._hint_of(field)) for field in self._fields]
        return helping.panel_lines([(key, _(text)) for key, text in self.KEYS], fields)

    @staticmethod
    def _name_of(field: Field) -> str:
        return _(field.title or FIELDS.get(field.name, field.name))

    def _hint_of(self, field: Field) -> str:
        if not field.choices:
            return _(field.hint)
        titles = CHOICES.get(field.name, {})
        return "  ".join(
            f"{place} {_(titles.get(word, word))}" for place, word in enumerate(field.choices, 1)
        )

    def on_mount(self) -> None:
        """Begin at the first field that is not filled in."""
        first = next(
            (
                field
                for field in self._fields
                if field.required and not self._given.get(field.name, field.default)
            ),
            self._fields[0],
        )
        self.query_one(f"#field-{first.name}", Input).focus()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Show the hint of the field one is in."""
        for hint in self.query(".field-hint"):
            hint.set_class(event.widget.id == (hint.id or "").replace("hint-", "field-"), "-shown")

    @on(Input.Submitted)
    def _go_on(self, event: Input.Submitted) -> None:
        event.stop()
        field = next(each for each in self._fields if event.input.id == f"field-{each.name}")
        if not self._is_filled(field, event.value.strip()):
            return
        last = self._fields[-1].name
        if event.input.id == f"field-{last}":
            self.action_send()
        else:
            self.focus_next(Input)

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self.complain("")

    def _is_filled(self, field: Field, value: str) -> bool:
        """Whether one may go on from a field; says what is missing, or that a choice is none."""
        if field.required and not value:
            self.complain(_("{field} must be filled in.").format(field=self._name_of(field)))
            return False
        if field.choices and value and self._chosen(field, value) not in field.choices:
            self.complain(_("Choose one: {choices}").format(choices=self._hint_of(field)))
            return False
        return True

    def fill(self, given: Mapping[str, str]) -> bool:
        """Put values into the fields, if it has all those that are asked for."""
        if not given.keys() <= {field.name for field in self._fields}:
            return False
        for name, value in given.items():
            self.query_one(f"#field-{name}", Input).value = value
        return True

    def action_next(self) -> None:
        """To the next field."""
        self.focus_next(Input)

    def action_previous(self) -> None:
        """To the previous field."""
        self.focus_previous(Input)

    def action_send(self) -> None:
        """Do it, or say what is wrong."""
        given: dict[str, str] = {}
        for field in self._fields:
            entry = self.query_one(f"#field-{field.name}", Input)
            if not self._is_filled(field, entry.value.strip()):
                entry.focus()
                return
            value = self.query_one(f"#field-{field.name}", Input).value
            given[field.name] = self._chosen(field, value.strip()) if field.choices else value
        try:
            self._submit(given)
        except (Refusal, DeskError) as error:
            self._filled = given
            self.refused(error, self.action_send)
            return
        self.dismiss(given)

    def put_aside(self, ticket: int, sitting: Sitting) -> None:
        """Leave for now: opened again on the ticket, the form is as it was."""
        sitting.aside[ticket, self._title] = self._filled
        super().put_aside(ticket, sitting)

    def _taken_up(self) -> dict[str, str]:
        """What was put aside of this form on the ticket that is shown."""
        from agent_tui.tui.app import DeskApp

        sitting = self.app.sitting if isinstance(self.app, DeskApp) else None
        return sitting.aside.pop((sitting.ticket or 0, self._title), {}) if sitting is not None else {}

    @staticmethod
    def _chosen(field: Field, value: str) -> str:
        """A choice by its number, or as it was typed."""
        if value.isdigit() and 0 < int(value) <= len(field.choices):
            return field.choices[int(value) - 1]
        return value
