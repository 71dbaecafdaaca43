"""The desk's commands of casework: complaints, departments, handing up, likely repeats and groups (POLICY 4 and 5)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from agent_tui.briefs import brief
from agent_tui.desk.core import Case
from agent_tui.desk.fields import Field
from agent_tui.desk.forms import FORMS
from agent_tui.desk.similar import confirm
from agent_tui.domain.casework import AGENT, Stage
from agent_tui.domain.effects import SUPERVISOR
from agent_tui.domain.likeness import Likeness
from agent_tui.domain.next_step import leader_of
from agent_tui.domain.policy import Policy
from agent_tui.domain.ticket import Relation, Ticket
from agent_tui.i18n import _, ngettext
from agent_tui.telling_reasons import likeness
from agent_tui.tui import advising
from agent_tui.tui.screens.choice import Choice
from agent_tui.tui.screens.form import FormPanel
from agent_tui.tui.session import Sitting
from agent_tui.wording import name_of

if TYPE_CHECKING:
    from agent_tui.tui.screens.desk import DeskScreen

COMMANDS = {"close": "close_complaint"}
"""The commands that do an action which has another name."""

FORMS_ASKED = ("withdraw", "record", "verify", "plan", "accept", "carry_out", "revisit", "close_complaint")
"""The commands that ask for an action's fields and nothing else; the last one is the action `close`."""


def table(desk: DeskScreen) -> dict[str, Callable[[], object]]:
    """The function behind each command of casework."""
    return {
        "complain": partial(complain, desk),
        **{name: partial(ask, desk, name.removesuffix("_complaint")) for name in FORMS_ASKED},
        "report": partial(desk.write, "report"),
        "escalate": partial(desk.write, "escalate"),
        "dispatch": partial(dispatch, desk),
        "advise": partial(advise, desk),
        "appoint": partial(appoint, desk),
        "similar": partial(similar, desk),
    }


def complain(desk: DeskScreen) -> None:
    """Take the ticket as a complaint: from now on Enter leads from apology to revisit."""
    desk.done(desk.sitting.act("complain", {}), "complain")


def ask(desk: DeskScreen, action: str, given: dict[str, str] | None = None) -> None:
    """Ask for an action's fields, then do it."""
    case = desk.case
    if case is None:
        return
    number = case.ticket.id
    done: list[Ticket] = []

    def submit(filled: dict[str, str]) -> None:
        done.append(desk.sitting.act(action, filled, number))

    def closed(filled: dict[str, str] | None) -> None:
        if done:
            desk.done(done[0], action)

    title = f"#{number} {_(FORMS[action].title)}"
    known = given if given is not None else _known(case, action)
    desk.app.push_screen(FormPanel(title, FORMS[action].fields, submit, known), closed)


def _known(case: Case, action: str) -> dict[str, str]:
    """What the ticket says already of an action's fields."""
    ticket = case.ticket
    if action == "record":
        return {"product": ticket.product}
    if action == "plan" and ticket.complaint is not None:
        asked = dict.fromkeys(each.department for each in ticket.dispatches)
        return {"text": ticket.complaint.plan, "departments": ", ".join(asked)}
    return {}


def resolve_fields(case: Case, policy: Policy) -> tuple[Field, ...]:
    """Of a summary only the parts that the ticket's type needs, of a complaint also causes and care (C10)."""
    ticket = case.ticket
    needed = set(policy.type_of(ticket.type).summary_needs) if ticket.type else set()
    if ticket.complaint is not None:
        needed |= {"root_cause", "improvement"}
        rule = policy.casework.stages.get(Stage.RESOLVE.value)
        demanded = rule.needs_in.items() if rule else ()
        needed |= {field for field, markets in demanded if ticket.customer.market in markets}
    return tuple(
        replace(field, required=True) if field.name in needed else field
        for field in FORMS["resolve"].fields
        if field.required or field.name in needed
    )


def begun(case: Case, kind: str, sitting: Sitting) -> str:
    """What a text begins with when nothing was begun: a brief for those above, the plan for the customer."""
    if kind in ("report", "escalate"):
        return brief(case, sitting.desk.policy, sitting.zone, sitting.now())
    complaint = case.ticket.complaint
    if kind == "reply" and complaint is not None and complaint.stage is Stage.TELL:
        return complaint.plan
    return ""


def title(kind: str, case: Case, policy: Policy) -> str:
    """Who reads what is being written."""
    if kind == "report":
        return _("Report to the regional supervisor (C3)")
    if kind == "escalate":
        role = policy.casework.roles.get(_above(case, policy))
        return _("Brief for the {role}").format(role=name_of(role.name) if role else "")
    if kind == "dispatch":
        return _("Question to a department (P3)")
    return _("Internal note")


def _above(case: Case, policy: Policy) -> str:
    """Who leads the ticket's level; of one that the agent leads, the next one up."""
    leader = leader_of(case.ticket, policy)
    return SUPERVISOR if leader == AGENT else leader


def send_brief(desk: DeskScreen, text: str) -> None:
    """What was written for those above goes out at once."""
    case, kind = desk.case, desk.writing
    if case is None:
        return
    given = {"text": text}
    if kind == "escalate":
        given["to"] = _above(case, desk.sitting.desk.policy)
    ticket = desk.sitting.act(kind, given)
    desk.written()
    desk.done(ticket, kind)


def outcome(case: Case) -> str | None:
    """What a reply means at this stage of a complaint, where there is only one answer (POLICY C1, C6)."""
    complaint = case.ticket.complaint
    if complaint is None:
        return None
    return {Stage.APOLOGISE: "apologises", Stage.TELL: "proposes"}.get(complaint.stage)


def apologise(desk: DeskScreen, case: Case, text: str) -> None:
    """Send the apology; for East-Asian customers ask for the direction of the solution that it names (C10)."""
    rule = desk.sitting.desk.policy.casework.stages.get(Stage.APOLOGISE.value)
    markets = rule.needs_in.get("direction", ()) if rule else ()
    given = {"text": text, "outcome": "apologises"}
    if case.ticket.customer.market not in markets:
        advising.confirm(desk, given)
        return
    field = next(each for each in FORMS["reply"].fields if each.name == "direction")
    panel = FormPanel(
        _("The direction of the solution that the customer reads (C10)"),
        (replace(field, required=True),),
        lambda filled: advising.confirm(desk, {**given, **filled}),
    )
    desk.app.push_screen(panel)


def dispatch(desk: DeskScreen) -> None:
    """Ask a department; a confirmed repeat or group is reported to the one for risks first (C9)."""
    case, policy = desk.case, desk.sitting.desk.policy
    if case is None:
        return
    if case.step.id == "alert":
        given = {
            "department": policy.casework.risk_department() or "",
            "risk": "yes",
            "text": _risk(case, policy),
        }
        ask(desk, "dispatch", given)
        return
    _with_department(desk, lambda department: ask(desk, "dispatch", {"department": department}))


def _risk(case: Case, policy: Policy) -> str:
    """The first words of a report to compliance: which tickets, and what they have in common."""
    numbers = [
        f"#{link.other}" for link in case.ticket.links if link.relation in (Relation.REPEAT, Relation.GROUP)
    ]
    kind = name_of(policy.type_of(case.ticket.type).name) if case.ticket.type else ""
    facts = ", ".join(each for each in (case.ticket.product, kind) if each)
    text = _("Repeated or group complaint: #{ticket} with {others}")
    return text.format(ticket=case.ticket.id, others=", ".join(numbers)) + (f" ({facts})" if facts else "")


def advise(desk: DeskScreen) -> None:
    """Record a department's answer; asks which one only where several questions are open."""
    case = desk.case
    if case is None:
        return
    waiting = list(dict.fromkeys(each.department for each in case.ticket.dispatches if each.answered is None))
    if not waiting:
        desk.say(_("No question to a department is open."), "bad")
    elif len(waiting) == 1:
        ask(desk, "advise", {"department": waiting[0]})
    else:
        _with_department(desk, lambda department: ask(desk, "advise", {"department": department}), waiting)


def _with_department(
    desk: DeskScreen, then: Callable[[str], None], only: Sequence[str] | None = None
) -> None:
    departments = desk.sitting.desk.policy.casework.departments
    words = only if only is not None else tuple(departments)
    options = [
        (str(place), word, name_of(departments[word].name) if word in departments else word)
        for place, word in enumerate(words, 1)
    ]

    def chosen(word: str | None) -> None:
        if word is not None:
            desk.guarded(lambda: then(word))

    desk.app.push_screen(Choice(_("Which department?"), options), chosen)


def appoint(desk: DeskScreen) -> None:
    """Choose a moment for the revisit, from those that suit both sides or another one (C8)."""
    from agent_tui.tui.appointing import ask_moment

    ask_moment(desk)


def similar(desk: DeskScreen) -> None:
    """Show which tickets may be the same problem, with the reason; a key confirms and links them (C9)."""
    case, sitting = desk.case, desk.sitting
    if case is None:
        return
    if not case.similar:
        desk.say(_("No other ticket looks like the same problem."))
        return
    policy = sitting.desk.policy
    repeats = [each for each in case.similar if each.relation is Relation.REPEAT]
    group = [each for each in case.similar if each.relation is Relation.GROUP]
    lines = [f"#{each.ticket} {_kind(each)}: {likeness(each, policy)}" for each in case.similar[:12]]
    options = []
    if repeats:
        options.append(("r", "repeat", _("the same problem again: link them")))
    if group:
        options.append(("g", "group", _("one cause, a group: link them")))
    if repeats and group:
        options.append(("b", "both", _("both")))
    found = {"repeat": repeats, "group": group, "both": [*repeats, *group]}

    def chosen(answer: str | None) -> None:
        if answer is not None:
            desk.guarded(lambda: _confirm(desk, case.ticket.id, found[answer]))

    desk.app.push_screen(Choice(_("The same problem? (C9)"), options, lines), chosen)


def _kind(found: Likeness) -> str:
    return _("the same customer") if found.relation is Relation.REPEAT else _("another customer")


def _confirm(desk: DeskScreen, number: int, found: list[Likeness]) -> None:
    confirm(desk.sitting.desk, number, found, desk.sitting.now())
    desk.after_change()
    text = ngettext("{count} ticket linked.", "{count} tickets linked.", len(found)).format(count=len(found))
    desk.say(text)
