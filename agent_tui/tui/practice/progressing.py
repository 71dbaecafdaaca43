"""The progress of a trainee: scores over time, passes and retests by stage, right answers by topic (POLICY Q1)."""

from __future__ import annotations

from datetime import datetime, tzinfo

from agent_tui.i18n import _, ngettext
from agent_tui.practice import progress
from agent_tui.practice.academy import Academy
from agent_tui.practice.results import CERTIFY, Result
from agent_tui.tui import plots
from agent_tui.tui.practice.quizzing import state_name
from agent_tui.tui.widgets.pager import Line
from agent_tui.wording import name_of
from agent_tui.wording_practice import Titles

_HIGH = 10  # lines of a plot
_AHEAD = 14  # days
_LAST = 12  # runs that are listed


def lines(academy: Academy, now: datetime, zone: tzinfo, across: int) -> list[Line]:
    """The whole page."""
    kept = academy.results()
    told = _runs(academy, kept, zone, across)
    told += _stages(academy)
    told += _theory(academy, now, zone, across)
    return told


def _runs(academy: Academy, kept: tuple[Result, ...], zone: tzinfo, across: int) -> list[Line]:
    passed = len({each.record.scenario for each in kept if each.passed})
    told = [Line(_("Scenarios"), "title")]
    told.append(
        Line(
            _("{passed} of {all} passed, {runs}").format(
                passed=passed,
                all=len(academy.scenarios.names()),
                runs=ngettext("{count} run", "{count} runs", len(kept)).format(count=len(kept)),
            )
        )
    )
    points = [
        plots.Point(place, str(place), float(each.score), str(each.score))
        for place, each in enumerate(kept, 1)
    ]
    if len(points) > 1:
        told += [Line(text, wrap=False) for text in plots.line(points, across, _HIGH)]
    titles = Titles(academy.scenarios, academy.modes, academy.lessons.book)
    for left in filter(academy.counts, academy.open_runs()):
        title = f"{titles.scenario(left.record.scenario)} · {titles.mode(left.record.mode)}"
        state = _("left open, which counts as an attempt")
        told.append(Line(f"{left.at.astimezone(zone):%Y-%m-%d %H:%M}    –  {title} · {state}", indent=23))
    for each in reversed(kept[-_LAST:]):
        title, mode = titles.scenario(each.record.scenario), titles.mode(each.record.mode)
        mark = (
            _("certified")
            if each.passed and each.record.mode == CERTIFY
            else _("passed")
            if each.passed
            else _("not passed")
        )
        told.append(
            Line(
                f"{each.at.astimezone(zone):%Y-%m-%d %H:%M}  {each.score:>3}  {title} · {mode} · {mark}",
                indent=23,
            )
        )
    return told


def _stages(academy: Academy) -> list[Line]:
    told = [Line(), Line(_("Stages"), "title")]
    standings = academy.lessons.standings()
    for name, rule in academy.lessons.book.stages.items():
        standing = standings[name]
        tries = ngettext("{count} attempt", "{count} attempts", standing.attempts).format(
            count=standing.attempts
        )
        told.append(
            Line(
                _("{name}: {value}").format(
                    name=name_of(rule.name), value=f"{state_name(standing.state)} · {tries}"
                )
            )
        )
    return told


def _theory(academy: Academy, now: datetime, zone: tzinfo, across: int) -> list[Line]:
    database = academy.database
    told = [Line(), Line(_("Theory"), "title")]
    answers = progress.answers(database)
    if not answers:
        told.append(Line(_("No question was answered yet.")))
        return told
    bars = [
        plots.Point(
            place,
            name_of(academy.lessons.topics[topic]) if topic in academy.lessons.topics else topic,
            100 * tally.share,
            f"{tally.right}/{tally.asked}",
        )
        for place, (topic, tally) in enumerate(progress.by_topic(answers).items())
    ]
    told += [Line(text, wrap=False) for text in plots.bars(bars, across, "█", "░", whole=100)]
    ahead = progress.due_by_day(progress.cards(database).values(), now, zone, _AHEAD)
    told += [Line(), Line(_("Questions that come again"), "title")]
    days = [
        plots.Point(place, f"{day:%m-%d}", float(count), str(count))
        for place, (day, count) in enumerate(ahead.items())
    ]
    told += [Line(text, wrap=False) for text in plots.bars(days, across, "█", "░")]
    return told
