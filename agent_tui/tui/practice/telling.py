"""What practice says: hints, the time that is left, the card with its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta, tzinfo

from agent_tui.domain.actions import kind_of
from agent_tui.domain.casework_rules import CardSection
from agent_tui.domain.cells import fit
from agent_tui.domain.messages import N_
from agent_tui.domain.policy import Policy
from agent_tui.domain.text import safe
from agent_tui.i18n import _, ngettext
from agent_tui.i18n import language as current
from agent_tui.packs.scenario import Difficulty, Scenario
from agent_tui.packs.scoring import Mode, Scoring
from agent_tui.practice.assessor import Assessment, Error, Mark
from agent_tui.practice.results import Result
from agent_tui.tui.widgets.pager import Line
from agent_tui.wording import action_title, name_of


def language() -> str:
    """The language of the interface as packs name it."""
    return "zh_CN" if current().startswith("zh") else "en"


def left(span: timedelta) -> str:
    """The trainee's own time that is left."""
    seconds = max(0, int(span.total_seconds()))
    return _("{minutes}:{seconds:02} left").format(minutes=seconds // 60, seconds=seconds % 60)


def paragraphs(text: str, style: str = "") -> list[Line]:
    """A text of several lines."""
    return [Line(safe(part), style) for part in text.splitlines()]


_KEYS = 12  # cells of the keys' column, as in the desk's help
_DIFFICULTIES = {
    Difficulty.EASY: N_("easy"),
    Difficulty.MEDIUM: N_("medium"),
    Difficulty.HARD: N_("hard"),
}
_HELP = (
    N_(
        "A training ground: the very same desk, with simulated customers and a simulated clock. Nothing here is real."
    ),
    N_("Learn: with hints, at half the pace; you may go back to a decision and try again."),
    N_("Rehearse: at real pace. Certify: one timed run without hints; a passed one has a certificate."),
    N_(
        "While you practise, F8 offers hints, what the customer's words mean, skipping the wait, and the end; over a "
        "form, too."
    ),
    N_("F9 lets the clock run to what happens next: an answer, an event, the day of a revisit."),
    N_(
        "Leave when you like: a run goes on where you left, with what you had begun to write. A certify run that was "
        "left counts as an attempt."
    ),
    N_("At the end the quality card of live work says what was met, with the evidence and the rule."),
    N_(
        "a shows what your courses ask for and by when; r shows your runs, their cards, and what a mentor said."
    ),
    N_("t asks questions on the policy; what you missed comes again when it is about to be forgotten."),
    N_("Practice has a store and a key of its own; while you are here no desk of real work is open."),
)


def difficulty(of: Difficulty) -> str:
    """How hard, in a word."""
    return _(_DIFFICULTIES[of])


def mode(rules: Mode, scenario: Scenario) -> str:
    """What a way to practise means for a scenario."""
    told = [_("hints") if rules.hints else _("no hints")]
    if rules.rewind:
        told.append(_("you may go back"))
    if rules.timed:
        minutes = int(scenario.limit.total_seconds() // 60)
        told.append(ngettext("{count} minute", "{count} minutes", minutes).format(count=minutes))
    return ", ".join(told)


def help_lines() -> list[Line]:
    """What practice is."""
    return [each for text in _HELP for each in (Line(_(text)), Line())][:-1]


def run_help(keys: str, skip: str) -> list[Line]:
    """What two keys do besides those of the desk: the one with the helps, and the one that lets time run."""
    helps = _("hints, what the customer's words mean, time, going back, the end")
    return [
        Line(_("Practice: nothing here is real"), "title"),
        *(
            Line(f" {fit(key, _KEYS)} {text}", indent=_KEYS + 2)
            for key, text in ((keys, helps), (skip, _("let the clock run to what happens next")))
        ),
        Line(),
    ]


def comments(result: Result, zone: tzinfo) -> list[Line]:
    """What a mentor said to a run, each with what it is about."""
    told: list[Line] = []
    actions = {each.id: each for each in result.record.actions}
    for each in result.comments:
        when = f"{each.at.astimezone(zone):%Y-%m-%d %H:%M}"
        told += [Line(), Line(f"{safe(each.by)}, {when}", "title")]
        about = actions.get(each.action)
        if about is not None:
            moment = f"{about.at.astimezone(zone):%H:%M} {action_title(kind_of(about))}"
            told.append(Line(f"{moment} {safe(str(getattr(about, 'text', '')))}".rstrip(), "dim", 4))
        told += paragraphs(each.text)
    return told


def verdict(found: Assessment, pass_mark: int) -> Line:
    """The score in one line."""
    if found.fatal:
        text = _("Score 0 of 100: a fatal error. Without it: {points}.").format(points=found.points)
        return Line(text, "bad")
    passed = found.score >= pass_mark
    text = (
        _("Score {score} of 100. Passed from {mark} on.")
        if passed
        else _("Score {score} of 100. To pass, {mark} are needed.")
    )
    return Line(text.format(score=found.score, mark=pass_mark), "good" if passed else "bad")


def card(
    found: Assessment,
    scenario: Scenario,
    rules: Scoring,
    policy: Policy,
    zone: tzinfo,
) -> list[Line]:
    """The whole card: fatal errors and violations first, then each section with what was met and what was not."""
    sections = policy.casework.card
    told = [verdict(found, rules.pass_mark)]
    for error in found.errors:
        told += _error(error, sections, zone)
    several = len(scenario.personas) > 1
    for section in sections.values():
        marks = [mark for mark in found.marks if mark.section == section.id]
        if not marks:
            continue
        reached, possible = found.section(section.id)
        told += [Line(), Line(f"{name_of(section.name)}  {reached}/{possible}", "title")]
        for mark in sorted(marks, key=lambda each: each.met):
            told += _mark(mark, scenario, rules, policy, zone, several=several)
    drills = sorted({rules.checks[mark.check].drill for mark in found.marks if not mark.met})
    if drills:
        told += [Line(), Line(_("Next: {drills}").format(drills=", ".join(drills)), "title")]
    return told


def _error(error: Error, sections: Mapping[str, CardSection], zone: tzinfo) -> list[Line]:
    title = _("Fatal: {name}") if error.kind == "fatal" else _("Violation: {name}")
    when = f"{error.at.astimezone(zone):%H:%M}"
    return [
        Line(title.format(name=name_of(sections[error.word].name)), "bad"),
        Line(f"{when} “{safe(error.evidence)}”", "dim", 4),
    ]


_WORDS = {"urgent": N_("urgent"), "normal": N_("normal")}


def _evidence(mark: Mark, policy: Policy) -> str:
    """What the mark stands on; ids of the policy and of actions as people say them."""
    if not mark.evidence:
        return _("nothing was done")
    names = {each: name_of(rule.name) for each, rule in policy.types.items()}
    names |= {each: name_of(rule.name) for each, rule in policy.casework.departments.items()}
    parts = mark.evidence.split(", ")
    if all(part in names for part in parts):
        return _(", ").join(names[part] for part in parts)
    return _(_WORDS[mark.evidence]) if mark.evidence in _WORDS else action_title(mark.evidence)


def _mark(
    mark: Mark, scenario: Scenario, rules: Scoring, policy: Policy, zone: tzinfo, *, several: bool
) -> list[Line]:
    rule = rules.checks[mark.check]
    who = f" · {safe(scenario.personas[mark.persona].customer.name)}" if several else ""
    sign = "+" if mark.met else "–"
    points = f"{mark.points if mark.met else 0}/{mark.points}"
    told = [
        Line(f"{sign} {points:>5}  {name_of(rule.name)} ({mark.rule}){who}", "good" if mark.met else "bad", 9)
    ]
    when = f"{mark.at.astimezone(zone):%H:%M} " if mark.at is not None else ""
    told.append(Line(f"         {when}{safe(_evidence(mark, policy))}", "dim", 9))
    if not mark.met:
        told.append(Line(f"         {name_of(rule.better)}", "", 9))
    return told
