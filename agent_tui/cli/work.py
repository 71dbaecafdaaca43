"""Commands that change tickets: `do` and `new`, and `actions`, which lists what they take."""

from __future__ import annotations

import json

from agent_tui import telling_guidance as telling
from agent_tui.cli.context import Context
from agent_tui.cli.errors import explain
from agent_tui.cli.exits import Exit, UsageError
from agent_tui.cli.texts import read
from agent_tui.cli.viewing import ticket_json
from agent_tui.desk.contacts import FIELDS, filled_in, record
from agent_tui.desk.core import Desk
from agent_tui.desk.fields import Field
from agent_tui.desk.forms import FORMS, fill
from agent_tui.domain.actions import Action, Reply
from agent_tui.domain.messages import N_
from agent_tui.domain.next_step import next_step
from agent_tui.domain.refusals import ConsentFirst, HeldBack
from agent_tui.domain.ticket import Ticket
from agent_tui.i18n import _
from agent_tui.packs.policies import load_policy


def do(context: Context) -> Exit | None:
    """`do ID ACTION --set field=value … [--text -]`. A reply that is held back is told with what holds it."""
    args = context.args
    form = FORMS.get(args.action)
    given = _given(context, form.main if form else "")
    with context.desk() as desk:
        action = fill(args.action, desk.header(args.ticket, context.now), given)
        try:
            ticket = desk.perform(action, context.now)
        except HeldBack as held:
            return _held_back(context, desk, action, held)
        except ConsentFirst as first:
            return _consent_first(context, first)
        step = next_step(ticket, desk.policy)
    _confirm(context, ticket, _("#{ticket}: {action} – done. Next: {step}.").format(
        ticket=ticket.id, action=_(FORMS[args.action].title), step=_(step.text)
    ))  # fmt: skip
    return None


def _held_back(context: Context, desk: Desk, action: Action, held: HeldBack) -> Exit:
    """The refusal, each finding that holds the reply back, and how it goes out all the same (POLICY T2)."""
    code = explain(held, context.out)
    if isinstance(action, Reply):
        for each in desk.guidance.held(action, desk.ticket(action.ticket)):
            head, *parts = telling.finding_of(each, action.text)
            context.out.complain(head)
            for part in parts:
                context.out.complain(f"    {part}")
        context.out.complain(_('With --set because="…" it goes out all the same; the reason is journaled.'))
    return code


def _consent_first(context: Context, first: ConsentFirst) -> Exit:
    """The refusal, and the two ways on (POLICY T5)."""
    code = explain(first, context.out)
    text = _("With do {ticket} {action} {fields} it goes on.")
    for name, fields in (
        ("consent", f"--set purpose={first.purposes[0]} --set answer=given"),
        ("without_consent", '--set reason="…"'),
    ):
        context.out.complain(text.format(ticket=first.ticket, action=name, fields=fields))
    return code


def new(context: Context) -> None:
    """`new --channel C --subject S …`."""
    args = context.args
    given = _given(context, "text")
    for name in ("channel", "subject"):
        if value := getattr(args, name):
            given[name] = value
    if not context.place.store.exists():  # no profile is made for a contact that is refused
        filled_in(given, load_policy(context.place.packs)[0], context.now, context.zone_name)
    with context.desk(create=True) as desk:
        ticket = record(desk, given, context.now)
        step = next_step(ticket, desk.policy)
    _confirm(context, ticket, _("#{ticket} begins. Next: {step}.").format(
        ticket=ticket.id, step=_(step.text)
    ))  # fmt: skip


def actions(context: Context) -> None:
    """`actions [ACTION]`: every action with its fields."""
    forms: dict[str, tuple[str, tuple[Field, ...]]] = {
        form.action: (form.title, form.fields) for form in FORMS.values()
    }
    forms["new"] = (N_("Record a contact by hand"), FIELDS)
    wanted = context.args.action
    if wanted is not None and wanted not in forms:
        raise UsageError(
            _("There is no action {action!r}; there are: {known}.").format(
                action=wanted, known=", ".join(forms)
            )
        )
    shown = {name: form for name, form in forms.items() if wanted in (None, name)}
    if context.json:
        context.out.json(
            {
                name: {field.name: {"required": field.required, "default": field.default} for field in fields}
                for name, (title, fields) in shown.items()
            }
        )
        return
    for name, (title, fields) in shown.items():
        context.out.say(f"{name}  {_(title)}")
        for field in fields:
            mark = "*" if field.required else " "
            default = " " + _("(otherwise {value})").format(value=field.default) if field.default else ""
            context.out.say(f"  {mark} {field.name:13} {_(field.hint)}{default}")
    context.out.say(_("* must be filled in"))


def _confirm(context: Context, ticket: Ticket, sentence: str) -> None:
    if context.json:
        context.out.json(ticket_json(ticket))
    else:
        context.out.say(sentence)


def _given(context: Context, main: str) -> dict[str, str]:
    """The fields from `--set`, `--set-from` and `--text`. Raises UsageError."""
    args = context.args
    given: dict[str, str] = {}
    if args.set_from == "-" and args.text == "-":
        raise UsageError(_("Standard input holds either the fields or the text, not both."))
    if args.set_from:
        given |= _read_fields(read(args.set_from))
    for assignment in args.set:
        name, equals, value = assignment.partition("=")
        if not equals:
            raise UsageError(_("{word!r} is no FIELD=VALUE.").format(word=assignment))
        given[name.strip()] = value
    if args.text is not None:
        if not main:
            raise UsageError(_("This action takes no text."))
        given[main] = read("-") if args.text == "-" else args.text
    return given


def _read_fields(text: str) -> dict[str, str]:
    if text.lstrip().startswith("{"):
        try:
            read = json.loads(text)
        except json.JSONDecodeError as error:
            raise UsageError(_("The fields are no JSON: line {line}.").format(line=error.lineno)) from error
        except RecursionError as error:  # a valid object of fields is flat
            raise UsageError(_("The fields are no JSON: line {line}.").format(line=1)) from error
        return {_plain(name): _plain(value) for name, value in read.items()}
    fields: dict[str, str] = {}
    for line in text.splitlines():
        if not line.strip():
            continue
        name, equals, value = line.partition("=")
        if not equals:
            raise UsageError(_("{word!r} is no FIELD=VALUE.").format(word=line))
        fields[name.strip()] = value.strip()
    return fields


def _plain(value: object) -> str:
    """A JSON value as it would be typed: a list with commas. JSON can spell halves of characters; text has none."""
    if isinstance(value, list):
        return ", ".join(_plain(each) for each in value)
    text = "" if value is None else str(value)
    return text.encode("utf-8", "replace").decode()
