"""What the guide says of casework: the complaint's way, departments, the revisit, likely repeats and groups."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from agent_tui.desk.core import Case
from agent_tui.domain.casework import Complaint, Stage
from agent_tui.domain.likeness import Likeness
from agent_tui.domain.policy import Policy
from agent_tui.domain.text import safe
from agent_tui.domain.ticket import Relation
from agent_tui.i18n import _, ngettext
from agent_tui.telling_reasons import likeness
from agent_tui.tui.look import Glyphs
from agent_tui.tui.widgets.pager import Line
from agent_tui.wording import moment, name_of, recipient_name

_ORDER = tuple(stage for stage in Stage if stage is not Stage.CLOSED)


def casework(case: Case, policy: Policy, zone: ZoneInfo, glyphs: Glyphs) -> list[Line]:
    """The lines of the guide; none for a ticket without casework."""
    ticket = case.ticket
    lines: list[Line] = []
    if ticket.complaint is not None:
        lines += _complaint(ticket.complaint, policy, zone, glyphs)
    for asked in ticket.dispatches:
        rule = policy.casework.departments.get(asked.department)
        name = name_of(rule.name) if rule else safe(asked.department)
        if asked.answered is None:
            lines.append(Line(_("{department}: asked, no answer yet").format(department=name), "warn"))
        else:
            lines.append(Line(_("{department}: answered").format(department=name), "dim"))
    if ticket.handover is not None:
        text = _("handed over to {to}, not confirmed yet").format(
            to=recipient_name(ticket.handover.to, policy)
        )
        lines.append(Line(text, "warn"))
    return lines + similar(case.similar, policy)


def _complaint(complaint: Complaint, policy: Policy, zone: ZoneInfo, glyphs: Glyphs) -> list[Line]:
    """Each stage with a sign before it: done, now, to come. A special plan is only shown where there is one."""
    lines = [Line(), Line(_("complaint"), "title")]
    done = {passage.stage for passage in complaint.passages}
    reached = len(_ORDER) if complaint.stage is Stage.CLOSED else _ORDER.index(complaint.stage)
    for stage in _ORDER:
        if stage is Stage.PLAN and not complaint.complex and stage is not complaint.stage:
            continue
        rule = policy.casework.stages.get(stage.value)
        if rule is None:
            continue
        now = stage is complaint.stage
        # After a plan was declined, what comes after planning is to be done again.
        passed = stage in done and _ORDER.index(stage) < reached
        owner = policy.casework.roles.get(rule.owner)
        whose = f" {glyphs.dot} {name_of(owner.name)}" if now and owner else ""
        sign = glyphs.done if passed else glyphs.now if now else glyphs.todo
        style = "dim" if passed else "key" if now else ""
        lines.append(Line(f"{sign} {name_of(rule.name)} ({rule.rule}){whose}", style, indent=2))
    if complaint.wanted:
        lines.append(Line(_("asks for: {wanted}").format(wanted=safe(complaint.wanted)), indent=2))
    if complaint.plan:
        lines.append(Line(_("plan: {plan}").format(plan=safe(complaint.plan)), indent=2))
    if complaint.declined:
        text = ngettext(
            "{count} plan was not accepted", "{count} plans were not accepted", complaint.declined
        )
        lines.append(Line(text.format(count=complaint.declined), "warn"))
    if complaint.appointment is not None:
        told = _("revisit agreed for {moment}").format(moment=moment(complaint.appointment, zone))
        lines.append(Line(told))
    return lines


def alike_in_short(found: tuple[Likeness, ...]) -> list[str]:
    """That other tickets may be the same problem, where there is no room for a guide (POLICY C9)."""
    if not found:
        return []
    text = ngettext("{count} ticket alike? (C9)", "{count} tickets alike? (C9)", len(found))
    return [text.format(count=len(found))]


def similar(found: tuple[Likeness, ...], policy: Policy) -> list[Line]:
    """Which tickets may be the same problem, and why (POLICY C9)."""
    if not found:
        return []
    repeats = [each for each in found if each.relation is Relation.REPEAT]
    group = [each for each in found if each.relation is Relation.GROUP]
    lines = [Line()]
    for title, some in ((_("the same problem again? (C9)"), repeats), (_("one cause? (C9)"), group)):
        if some:
            lines.append(Line(title, "warn"))
            lines += [Line(f"  #{each.ticket} {likeness(each, policy)}", indent=4) for each in some[:4]]
    return lines
