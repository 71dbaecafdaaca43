"""What a rule of the policy does here: the limits, owners and demands that the company's packs give it, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from agent_tui import formats
from agent_tui.domain.casework_rules import DepartmentRule, StageRule
from agent_tui.domain.next_step import STEPS
from agent_tui.domain.policy import ChannelRule, LevelRule, Policy, TypeRule
from agent_tui.domain.text import safe
from agent_tui.domain.timers import DEADLINE, ON_THE_SPOT
from agent_tui.i18n import _, format_locale
from agent_tui.wording import STATUS, TIMER, action_title, field_title, name_of, role_name


def acts(rule: str, policy: Policy) -> list[str]:
    """Where a rule acts in this policy, a sentence each; none where only people can keep it."""
    rules = policy.casework
    found = [
        *(_channel(each) for each in policy.channels.values() if each.rule == rule),
        *(_level(each, policy) for each in policy.levels.values() if each.rule == rule),
        *(told for each in policy.types.values() if each.rule == rule for told in _type(each)),
        *(_department(each) for each in rules.departments.values() if each.rule == rule),
        *(_stage(each, policy) for each in rules.stages.values() if each.rule == rule),
        *_demands(rule, policy),
        *_proposals(rule, policy),
        *(_SPECIAL[rule](policy) if rule in _SPECIAL else ()),
        *(_("next step: {step}").format(step=_(step.text)) for step in STEPS.values() if step.rule == rule),
    ]
    return [safe(each) for each in dict.fromkeys(found)]


def span(value: timedelta) -> str:
    """A limit in words."""
    return formats.duration(value, format_locale())


def hours(calendar: str) -> str:
    """When a limit counts."""
    if calendar == "always":
        return _("round the clock")
    return _("in the business hours of calendar {name}").format(name=calendar)


def stage_limit(rule: StageRule) -> str:
    """How long a stage of a complaint may take; "" where policy sets no limit."""
    if rule.limit is not None:
        limit = _("within {limit}").format(limit=span(rule.limit))
    elif rule.days is not None:
        limit = _("within {count} working days").format(count=rule.days)
    else:
        return ""
    return _("{limit} of taking the complaint").format(limit=limit) if rule.from_taking else limit


def _channel(rule: ChannelRule) -> str:
    text = _("{channel}: first response within {first}, each further one within {further}, {hours}")
    return text.format(
        channel=name_of(rule.name),
        first=span(rule.first_response),
        further=span(rule.next_response),
        hours=hours(rule.calendar),
    )


def _level(rule: LevelRule, policy: Policy) -> str:
    if rule.limit == ON_THE_SPOT:
        limit = _("on the spot")
    elif rule.limit == DEADLINE:
        limit = _("until a deadline that is set")
    else:
        limit = _("within {limit}").format(
            limit=span(rule.limit) if isinstance(rule.limit, timedelta) else rule.limit
        )
    text = _("{level}: led by {role}, solved {limit}")
    told = text.format(level=name_of(rule.name), role=role_name(rule.leader, policy), limit=limit)
    if rule.progress is not None:
        told += _("; a progress message every {limit} at least").format(limit=span(rule.progress))
    return told


def _type(rule: TypeRule) -> Iterator[str]:
    if rule.resolve_within is not None:
        text = _("{type}: resolved within {limit}")
        yield text.format(type=name_of(rule.name), limit=span(rule.resolve_within))


def _department(rule: DepartmentRule) -> str:
    if rule.limit is None:
        return _("{department}: no limit for its answer").format(department=name_of(rule.name))
    text = _("{department}: answers within {limit}, {hours}")
    return text.format(department=name_of(rule.name), limit=span(rule.limit), hours=hours(rule.calendar))


def _stage(rule: StageRule, policy: Policy) -> str:
    parts = (name_of(rule.name), role_name(rule.owner, policy), stage_limit(rule))
    return " · ".join(filter(None, parts))


def _demands(rule: str, policy: Policy) -> Iterator[str]:
    """What a stage demands of customers of some markets."""
    for stage in policy.casework.stages.values():
        for field, markets in stage.needs_in.items() if stage.needs_rule == rule else ():
            text = _("“{stage}” needs the {field} for customers in {markets}")
            yield text.format(
                stage=name_of(stage.name), field=field_title(field), markets=_(", ").join(markets)
            )


def _proposals(rule: str, policy: Policy) -> Iterator[str]:
    for proposal in policy.casework.proposals:
        if proposal.rule == rule:
            level = policy.levels.get(proposal.level)
            text = (
                _("proposed when: {reason}") if not proposal.forced else _("without a choice when: {reason}")
            )
            told = text.format(reason=name_of(proposal.because))
            yield f"{name_of(level.name)} · {told}" if level else told


def _urgent(policy: Policy) -> Iterator[str]:
    yield _("urgent tickets stand first in every view of open tickets")


def _clocks(policy: Policy) -> Iterator[str]:
    for name, clock in policy.clocks.items():
        if name in TIMER:
            text = (
                _("{clock}: pauses while {statuses}; at risk from {share} of the limit")
                if clock.paused_by
                else _("{clock}: never pauses; at risk from {share} of the limit")
            )
            paused = _(", ").join(_(STATUS[status]) for status in clock.paused_by)
            risk = formats.percent(clock.at_risk, format_locale())
            yield text.format(clock=_(TIMER[name]), statuses=paused, share=risk)


def _types(policy: Policy) -> Iterator[str]:
    names = _(", ").join(name_of(each.name) for each in policy.types.values())
    yield _("types: {types}").format(types=names)


def _promises(policy: Policy) -> Iterator[str]:
    for name in ("promise", "update"):
        yield _("clock: {name}").format(name=_(TIMER[name]))


def _summaries(policy: Policy) -> Iterator[str]:
    for rule in policy.types.values():
        if rule.summary_needs:
            needs = _(", ").join(map(field_title, rule.summary_needs))
            yield _("{type}: the summary holds {fields}").format(type=name_of(rule.name), fields=needs)


def _likeness(policy: Policy) -> Iterator[str]:
    rules = policy.casework
    yield _("repeat: the same customer and problem within {limit}").format(limit=span(rules.repeat.within))
    text = _("group: {count} customers or more with one cause within {limit}")
    yield text.format(count=rules.group.least, limit=span(rules.group.within))


def _roles(policy: Policy) -> Iterator[str]:
    for role in policy.casework.roles.values():
        alone = _(", ").join(map(action_title, role.may))
        yield name_of(role.name) + (" · " + _("alone may: {actions}").format(actions=alone) if alone else "")


def _regions(policy: Policy) -> Iterator[str]:
    for region in policy.casework.regions.values():
        yield f"{name_of(region.name)} · {' '.join(region.markets)}"


def _shifts(policy: Policy) -> Iterator[str]:
    for shift in policy.casework.shifts.values():
        yield f"{name_of(shift.name)} · {shift.hours} {shift.zone}"


def _laws(policy: Policy) -> Iterator[str]:
    for rule in policy.casework.legal:
        yield f"{rule.market} · {name_of(rule.name)} ({rule.law})"


def _card(policy: Policy) -> Iterator[str]:
    for section in policy.casework.card.values():
        if section.kind == "section":
            text = _("quality card: {section}, {points} points")
            yield text.format(section=name_of(section.name), points=section.points)


_SPECIAL: dict[str, Callable[[Policy], Iterator[str]]] = {
    "S6": _urgent,
    "S7": _clocks,
    "H1": _types,
    "H3": _promises,
    "H4": _summaries,
    "C9": _likeness,
    "P1": _roles,
    "P2": _regions,
    "P4": _shifts,
    "T6": _laws,
    "T7": _card,
}
"""What the packs hold that names no rule, by the rule it stands for."""
