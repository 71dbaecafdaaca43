"""Questions of the theory in lines: choices to choose from, what was right and why, results by topic (POLICY Q1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from agent_tui import formats
from agent_tui.domain.casework_rules import Names
from agent_tui.domain.messages import N_
from agent_tui.domain.text import safe
from agent_tui.i18n import _, format_locale, ngettext
from agent_tui.packs.theory import SAID, Kind
from agent_tui.practice.theory import Marked, Session, Shown, Tally, by_topic
from agent_tui.tui.commands import COMMANDS
from agent_tui.tui.keymap import Keymap, shown
from agent_tui.tui.widgets.pager import Line
from agent_tui.wording import name_of

LETTERS = "abcdefghi"
"""The choices' other names: one each for as many as a question has at most."""
_TASKS = {
    Kind.SINGLE: N_("Choose one."),
    Kind.MULTIPLE: N_("Choose all that are right; partly right counts as wrong."),
    Kind.ORDER: N_("Put them in order."),
    Kind.SPOT: N_("Choose the part that breaks a rule."),
    Kind.LEVEL: N_("Choose the level."),
}
_HINTS = {
    Kind.SINGLE: N_("1–9 or ↑ ↓ choose, Enter confirms, Esc leaves"),
    Kind.MULTIPLE: N_("1–9 or Space choose, Enter confirms, Esc leaves"),
    Kind.ORDER: N_("letters in the right order, or Shift+↑ ↓; Enter confirms, Esc leaves"),
}


class Choosing(msgspec.Struct, frozen=True):
    """How far a trainee is with a question: the line under the cursor, and what is chosen, or the order so far."""

    cursor: int
    chosen: tuple[int, ...] = ()
    order: tuple[int, ...] = ()


def hint(kind: Kind) -> str:
    """What keys do at a question of this kind."""
    return _(_HINTS.get(kind, _HINTS[Kind.SINGLE]))


def desk_keys(keys: Keymap) -> dict[str, str]:
    """The first key of each command as people read it, for questions on the desk itself."""
    return {each.id: shown(keys.of(each.id)[0]) for each in COMMANDS if keys.of(each.id)}


def question(asked: Shown, choosing: Choosing) -> tuple[list[Line], int]:
    """A question to answer, and which of the lines the cursor is on."""
    lines = [Line(safe(name_of(asked.question.text)), "title"), Line(_(_TASKS[asked.question.kind]), "dim")]
    lines.append(Line())
    at = len(lines)
    for row, place in enumerate(choosing.order or range(len(asked.choices))):
        here = row == choosing.cursor
        if here:
            at = len(lines)
        lines += _choice(asked, place, _mark(asked.question.kind, row, place, choosing), here=here)
    return lines, at


def _mark(kind: Kind, row: int, place: int, choosing: Choosing) -> str:
    """What stands before a choice: its number and letter, whether it is chosen."""
    if kind is Kind.ORDER:
        return f"{row + 1}. {LETTERS[place]})"
    chosen = "x" if place in choosing.chosen else " "
    return f"[{chosen}] {place + 1}" if kind is Kind.MULTIPLE else f"({chosen}) {place + 1}"


def _choice(asked: Shown, place: int, mark: str, *, here: bool = False, told: str = "") -> list[Line]:
    names = asked.choices[place]
    said, gloss = safe(names.get(SAID, "")), safe(name_of(names) if names.get("en") else "")
    begin = f"{'>' if here else ' '} {mark} "
    style = "key" if here else ""
    lines = [Line(f"{begin}{said or gloss}{f'  – {told}' if told else ''}", style, len(begin))]
    if said and gloss and gloss != said:
        lines.append(Line(" " * len(begin) + gloss, "dim", len(begin)))
    return lines


# What was right.


def answer(marked: Marked, rules: Mapping[str, Names]) -> tuple[list[Line], int]:
    """A question that was answered, with what was right and why; and which line the verdict stands on."""
    asked = marked.shown
    lines = [Line(safe(name_of(asked.question.text)), "title"), Line()]
    if asked.question.kind is Kind.ORDER:
        for row, place in enumerate(asked.key):
            yours = marked.given.index(place)
            told = "" if yours == row else _("you put it at {place}").format(place=yours + 1)
            lines += _choice(asked, place, f"{row + 1}.", told=told)
    else:
        for place in range(len(asked.choices)):
            lines += _choice(asked, place, str(place + 1), told=_told(marked, place))
    verdict = len(lines) + 1
    lines += [
        Line(),
        Line(_("Right.") if marked.right else _("Not right."), "good" if marked.right else "bad"),
    ]
    lines.append(Line(safe(name_of(marked.explanation))))
    rule = safe(marked.rule)
    if sentence := name_of(rules.get(marked.rule, {})):
        lines.append(Line(_("rule {rule}: {sentence}").format(rule=rule, sentence=safe(sentence)), "dim"))
    else:
        lines.append(Line(_("rule {rule}").format(rule=rule), "dim"))
    lines += [Line(_("source: {source}").format(source=safe(each)), "dim") for each in asked.question.sources]
    return lines, verdict


def _told(marked: Marked, place: int) -> str:
    if place in marked.wrong:
        return _("your answer, not right")
    if place in marked.missed:
        return _("right, and not chosen")
    return _("right, your answer") if place in marked.given else ""


# Results.


def results(session: Session, topics: Mapping[str, Names], pass_mark: float | None) -> list[Line]:
    """The whole paper: how much was right, by topic, and what to repeat."""
    tally = session.tally
    lines = [Line(_("{right} of {asked} right ({share})").format(**_of(tally)), "title")]
    left = len(session.paper) - len(session.marked)
    if left:
        text = ngettext("{count} question was not answered.", "{count} questions were not answered.", left)
        lines.append(Line(text.format(count=left), "warn"))
    if pass_mark is not None:
        passed = bool(tally.asked) and tally.share >= pass_mark
        needed = formats.percent(pass_mark, format_locale())
        text = (
            _("Passed: {share} were asked for.")
            if passed
            else _(
                "Not passed: {share} were asked for. Repeat what was missed, then take the test again (Q1)."
            )
        )
        lines.append(Line(text.format(share=needed), "good" if passed else "bad"))
    if session.marked:
        lines += [Line(), Line(_("By topic, the weakest first"), "title")]
        for topic, each in by_topic(session.marked).items():
            name = safe(name_of(topics.get(topic, {"en": topic})))
            told = _("{right} of {asked} right ({share})").format(**_of(each))
            lines.append(Line(_("{topic}: {result}").format(topic=name, result=told), "", 2))
    wrong = [each for each in session.marked if not each.right]
    if wrong:
        lines += [Line(), Line(_("To repeat"), "title")]
        lines += [
            Line(f"{safe(each.rule)}  {safe(name_of(each.shown.question.text))}", "", 4) for each in wrong
        ]
    return lines


def _of(tally: Tally) -> dict[str, str]:
    share = formats.percent(tally.share, format_locale())
    return {"right": str(tally.right), "asked": str(tally.asked), "share": share}


def heading(title: str, session: Session, topics: Mapping[str, Names], place: int) -> str:
    """Where one is in the paper: title, topic, `7/20`."""
    if place >= len(session.paper):
        return title
    topic = session.paper[place].question.topic
    parts: Sequence[str] = (
        title,
        safe(name_of(topics.get(topic, {"en": topic}))),
        f"{place + 1}/{len(session.paper)}",
        _("right so far: {count}").format(count=sum(each.right for each in session.marked)),
    )
    return " · ".join(part for part in parts if part)
