"""`practice review`: a mentor steps through a run, comments on its moments and signs it off (POLICY Q4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from agent_tui import settings as settings_file
from agent_tui.cli import desk_command, texts
from agent_tui.cli.context import Context
from agent_tui.cli.exits import Exit, UsageError
from agent_tui.cli.files import write
from agent_tui.cli.practice import academy
from agent_tui.domain.text import safe
from agent_tui.i18n import _
from agent_tui.packs.scoring import Scoring
from agent_tui.practice import reviews
from agent_tui.practice.academy import Academy
from agent_tui.practice.assessor import Assessment
from agent_tui.practice.results import Comment, Result
from agent_tui.practice.reviews import NoSuchMoment, OtherRun, Review, Story
from agent_tui.wording_practice import mark, moment, seen


def review(context: Context) -> Exit | None:
    """`practice review FILE [--comment TEXT [--at N]] [--sign [--stage STAGE]] [--list | --json]`."""
    args = context.args
    file: Path = args.file
    if args.comment is None and args.at is not None:
        raise UsageError(_("--at says where a comment belongs: give --comment TEXT too."))
    if args.stage is not None and not args.sign:
        raise UsageError(_("--stage says what is signed off: give --sign too."))
    result = reviews.read_run(file.read_bytes())
    said = kept_beside(file, result)
    with academy(context) as found:
        told = found.story(result)
        if told is None:
            record = result.record
            text = _("Scenario {name} is not here in version {version}: the run can't be judged again.")
            context.out.complain(text.format(name=safe(record.scenario), version=record.version))
            return Exit.NOT_FOUND
        story, card = told
        after = _asked(context, found, result, said, story)
        if after != said:
            _save(context, file, after)
        elif context.json:
            context.out.json(_as_json(result, story, card, said))
        elif args.list or not desk_command.on_terminal():
            _print(context, story, card, said, found.scoring)
        else:
            _step(context, found, file, result, told, said)
    return None


def kept_beside(file: Path, result: Result) -> Review:
    """What was said to the run before. Raises OtherRun for the review of another."""
    try:
        said = reviews.read_review(reviews.beside(file).read_bytes())
    except FileNotFoundError:
        return reviews.begun(result)
    if said.run != result.id:
        raise OtherRun
    return said


def _asked(context: Context, found: Academy, result: Result, said: Review, story: Story) -> Review:
    """The review with what the command line says and signs. Raises NoSuchMoment, UsageError."""
    args = context.args
    by = settings_file.agent_name(context.settings)
    if args.comment is not None:
        action = _action_at(story, args.at) if args.at is not None else ""
        said = reviews.commented(said, by, context.now, texts.given(args.comment), action)
    if args.sign:
        stages = found.lessons.book.stages
        if args.stage is not None and args.stage not in stages:
            text = _("There is no stage {name}; there are: {known}.")
            raise UsageError(text.format(name=safe(args.stage), known=", ".join(stages)))
        said = reviews.signed(said, result, by, context.now, args.stage or "")
    return said


def _action_at(story: Story, number: int) -> str:
    if not 1 <= number <= len(story.moments):
        raise NoSuchMoment(number=number, most=len(story.moments))
    return story.moments[number - 1].action


def _save(context: Context, file: Path, said: Review) -> None:
    path = reviews.beside(file)
    write(path, reviews.review_file(said))
    context.out.say(_("Written: {path}").format(path=safe(str(path))))


def _step(
    context: Context,
    found: Academy,
    file: Path,
    result: Result,
    told: tuple[Story, Assessment],
    said: Review,
) -> None:
    from agent_tui.tui.practice.reviewing import ReviewApp

    app = ReviewApp(
        desk_command.preferences(context),
        found,
        result,
        told,
        said,
        by=settings_file.agent_name(context.settings),
        now=lambda: datetime.now(UTC),
        save=lambda after: write(reviews.beside(file), reviews.review_file(after)),
    )
    app.run()
    if isinstance(app.failure, Exception):
        raise app.failure


def _print(context: Context, story: Story, card: Assessment, said: Review, rules: Scoring) -> None:
    out = context.out
    out.say(_("Score {score} of 100.").format(score=card.score))
    for place, each in enumerate(story.moments, 1):
        out.say(f"{place:>3}  {moment(each, context.zone)}")
        if each.text:
            out.say(f"     {' '.join(safe(each.text).split())}  ({seen(each)})")
        for one in each.marks:
            out.say(f"     {mark(one, rules)}")
        _said(context, [one for one in said.comments if one.action == each.action])
    out.say(_("What was not done:"))
    for one in story.missing:
        out.say(f"     {mark(one, rules)}")
    _said(context, [one for one in said.comments if not one.action])


def _said(context: Context, comments: Sequence[Comment]) -> None:
    for each in comments:
        context.out.say(f"     {safe(each.by)}: {' '.join(safe(each.text).split())}")


def _as_json(result: Result, story: Story, card: Assessment, said: Review) -> dict[str, object]:
    return {
        "run": result.id,
        "scenario": result.record.scenario,
        "trainee": result.record.trainee,
        "score": card.score,
        "moments": [msgspec.to_builtins(each) for each in story.moments],
        "missing": [msgspec.to_builtins(each) for each in story.missing],
        "comments": [msgspec.to_builtins(each) for each in said.comments],
        "signatures": [msgspec.to_builtins(each) for each in said.signatures],
    }
