"""`practice`, `certificate`, `scenario`: the training ground and what is around it (POLICY section 9)."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from agent_tui import settings as settings_file
from agent_tui.cli import desk_command
from agent_tui.cli.context import Context
from agent_tui.cli.exits import Exit, UsageError
from agent_tui.desk.errors import DeskError
from agent_tui.domain.actions import kind_of
from agent_tui.domain.ids import ENTROPY
from agent_tui.domain.messages import N_
from agent_tui.domain.policy import Policy
from agent_tui.domain.text import safe
from agent_tui.i18n import _
from agent_tui.locations import PRACTICE, write_private
from agent_tui.packs.policies import load_policy
from agent_tui.packs.scenario import Scenario
from agent_tui.packs.scenarios import Scenarios
from agent_tui.practice import checking, drawing, inspecting, opening
from agent_tui.practice.academy import Academy
from agent_tui.practice.exercise import Exercise
from agent_tui.practice.model_agent import ModelAgent
from agent_tui.practice.results import CERTIFY, NotPassed, Result, certificate, read_certificate, written
from agent_tui.store.desklock import DeskLock
from agent_tui.store.errors import StoreError
from agent_tui.telling_errors import filled, sentence, use_policy, use_zone
from agent_tui.wording import action_title, name_of

if TYPE_CHECKING:
    from agent_tui.tui.practice.home import Chosen

_SEEDS = 1 << 32
_GONE = N_("This run can't go on: its scenario or the policy is not what it was. x gives it up.")


@contextmanager
def academy(context: Context) -> Iterator[Academy]:
    """The trainee's practice: the profile `practice` and no other."""
    from agent_tui.tui.keymap import keymap
    from agent_tui.tui.telling_theory import desk_keys

    place = opening.place_of(context.locations)
    name = settings_file.agent_name(context.settings)
    use_zone(context.zone)
    with opening.opened(place, name, context.zone_name, lambda: context.passphrase_of(place.profile)) as desk:
        use_policy(desk.policy)
        keys = desk_keys(keymap(context.settings.keys))
        yield Academy(desk.repository.database, desk.policy, place.packs, keys, name, context.zone_name)


def practice(context: Context) -> Exit | None:
    """`practice [SCENARIO] [--mode MODE] [--seed N]`: the training ground, or one exercise at once."""
    if not desk_command.on_terminal():
        raise UsageError(_("Practice needs a terminal; `agent-tui scenario list` lists what there is."))
    with _seat(context), academy(context) as found:
        _sit(context, found, _given(context, found), context.args.seed)
    return None


def visit(context: Context) -> str | None:
    """From the desk, which is closed meanwhile: returns what to say there afterwards; None when the end was told."""
    try:
        with _seat(context), academy(context) as found:
            stays = _sit(context, found)
    except (StoreError, DeskError) as error:
        return sentence(error)
    return _("Back from practice: this is real work again.") if stays else None


def _seat(context: Context) -> DeskLock:
    """Held by the one who practises; a desk of real work has a lock of its own."""
    now = datetime.now(UTC).astimezone(context.zone)
    return DeskLock(context.locations.lock_file(PRACTICE), now)


def _sit(context: Context, found: Academy, chosen: Chosen | None = None, seed: int | None = None) -> bool:
    """Between the training ground's first page and its exercises, until the trainee leaves.

    False when the end came from outside.
    """
    from agent_tui.tui.ending import ended_by_signals
    from agent_tui.tui.practice.home import HomeApp

    shown: Result | None = None
    told = ""
    while True:
        if chosen is None:
            home = HomeApp(desk_command.preferences(context), found, lambda: datetime.now(UTC), shown, told)
            with ended_by_signals(home):
                chosen = home.run()
            context.settings = home.preferences.settings
            if isinstance(home.failure, Exception):
                raise home.failure
            if chosen is None:
                return not home.told_to_end
        exercise = _exercise(found, chosen, seed)
        chosen, shown = None, None
        told = _(_GONE) if exercise is None else ""
        if exercise is not None:
            shown, told_to_end = _run(context, found, exercise)
            if told_to_end:
                return False


def _exercise(found: Academy, chosen: Chosen, seed: int | None) -> Exercise | None:
    """The exercise that was chosen, kept as it is played from now on."""
    from agent_tui.tui.practice.home import Go

    now = datetime.now(UTC)
    left = next((each for each in found.open_runs() if each.number == chosen.run), None)
    if left is not None and chosen.go is Go.CONTINUE:
        return found.go_on(left)
    scenario = found.scenarios.get(chosen.scenario)
    if scenario is None:
        return None
    if left is not None:
        found.give_up(left, now, os.urandom(ENTROPY))
    exercise = found.begin(scenario, chosen.mode, seed if seed is not None else secrets.randbelow(_SEEDS))
    found.keep(exercise, now)
    return exercise


def _given(context: Context, found: Academy) -> Chosen | None:
    """What the command line names, as the first page would have chosen it. Raises UsageError."""
    from agent_tui.tui.practice.home import Chosen, Go

    name, mode = context.args.scenario, context.args.mode
    if name is None:
        return None
    if found.scenarios.get(name) is None:
        raise _unknown(name, found.scenarios)
    if mode is not None and mode not in found.modes:
        raise UsageError(
            _("There is no mode {name}; there are: {known}.").format(
                name=safe(mode), known=", ".join(found.modes)
            )
        )
    mode = mode or next(iter(found.modes))
    left = found.open_run(name, mode)
    if left is not None and context.args.seed in (None, left.record.seed):
        return Chosen(Go.CONTINUE, name, mode, left.number)
    return Chosen(Go.BEGIN, name, mode)


def _run(context: Context, found: Academy, exercise: Exercise) -> tuple[Result | None, bool]:
    """Sit at an exercise until it is ended or left: its result when it was ended, and whether somebody told so."""
    from agent_tui.tui.ending import ended_by_signals
    from agent_tui.tui.keymap import keymap
    from agent_tui.tui.look import glyphs
    from agent_tui.tui.practice.app import Left, PracticeApp

    with closing(exercise):
        while True:
            app = PracticeApp(
                exercise,
                keymap(context.settings.keys),
                glyphs(context.settings.glyphs),
                desk_command.preferences(context),
                tour=found.tour if found.guides(exercise) else None,
            )
            with ended_by_signals(app):
                app.run()
            context.settings = app.preferences.settings
            if app.outcome is Left.REWOUND:
                exercise.rewind(app.rewound_to)
                continue
            if app.outcome is Left.FINISHED:
                result, _card = found.finish(exercise, datetime.now(UTC), os.urandom(ENTROPY))
                return result, app.told_to_end
            if isinstance(app.failure, Exception):
                raise app.failure
            return None, app.told_to_end


# Certificates


def make_certificate(context: Context) -> None:
    """`certificate make SCENARIO [--output FILE]`: of the best passed run in certify mode."""
    args = context.args
    with academy(context) as found:
        passed = [
            each
            for each in found.results()
            if each.record.scenario == args.scenario and each.record.mode == CERTIFY and each.passed
        ]
        best = max(passed, key=lambda each: (each.score, each.at), default=None)
        if best is None:
            raise NotPassed
        content = written(certificate(best))
    if args.output is None:
        context.out.raw(content.decode().splitlines(keepends=True))
        return
    write_private(args.output, content)
    context.out.say(_("Written: {path}").format(path=safe(str(args.output))))


def verify_certificate(context: Context) -> Exit | None:
    """`certificate verify FILE`: the seal, then the run played again and judged anew."""
    made = read_certificate(context.args.file.read_bytes())
    record = made.result.record
    out = context.out
    with academy(context) as found:
        scenario = found.scenarios.get(record.scenario)
        good = found.verify(made)
    if good is None:
        out.complain(
            _("Scenario {name} is not here in version {version}: the run can't be judged again.").format(
                name=safe(record.scenario), version=record.version
            )
        )
        return Exit.NOT_FOUND
    if not good:
        out.complain(_("The run is not worth what the certificate says."))
        return Exit.REFUSED
    title = safe(name_of(scenario.title)) if scenario is not None else record.scenario
    out.say(
        _("Verified: {trainee} passed “{title}” (version {version}) with {score} points on {date}.").format(
            trainee=safe(record.trainee),
            title=title,
            version=record.version,
            score=made.result.score,
            date=f"{made.result.at.astimezone(context.zone):%Y-%m-%d}",
        )
    )
    return None


# Scenarios


def list_scenarios(context: Context) -> None:
    """`scenario list`: every scenario with its difficulty, markets and channels."""
    found = Scenarios(context.locations.packs_dir)
    for each in found.all():
        markets = " ".join(dict.fromkeys(one.customer.market or "–" for one in each.personas.values()))
        channels = " ".join(dict.fromkeys(one.channel for one in each.personas.values()))
        context.out.say(
            f"{each.id:<24} {each.difficulty:<7} {markets:<9} {channels:<12} {name_of(each.title)}"
        )
    for told in context.left_out(found.problems):
        context.out.complain(told)


def check_scenarios(context: Context) -> Exit | None:
    """`scenario check [SCENARIO …] [--agents N]`: faults by reading, then by playing."""
    out = context.out
    found = Scenarios(context.locations.packs_dir)
    if unknown := sorted(set(context.args.scenario) - set(found.names())):
        raise _unknown(unknown[0], found)
    names = [name for name in context.args.scenario or found.names() if found.get(name) is not None]
    trial = checking.Trial(
        context.locations.packs_dir,
        settings_file.agent_name(context.settings),
        context.zone_name,
        context.args.agents,
    )
    wrong = False
    for name, told in checking.checked(names, trial):
        wrong = wrong or bool(told)
        out.say(f"{name}: " + (_("nothing is wrong") if not told else ""))
        for each in told:
            out.say(f"  {safe(filled(each.text, each.details))}")
    for line in context.left_out(found.problems):
        out.complain(line)
    return Exit.BAD_INPUT if wrong or found.problems else None


def play_scenario(context: Context) -> None:
    """`scenario play SCENARIO [--seed N]`: what a model agent and the others do, and the card."""
    scenario, policy = _named(context)
    exercise = _beginning(context, policy)(scenario)(context.args.seed)
    with closing(exercise):
        ModelAgent(exercise.training).play()
        for entry in exercise.training.desk.journal():
            action = entry.action
            if action is not None:
                text = str(
                    getattr(action, "text", "") or getattr(getattr(action, "content", None), "text", "")
                )
                moment = f"{action.at.astimezone(context.zone):%m-%d %H:%M:%S}"
                words = " ".join(safe(text).split())
                context.out.say(f"{moment}  {safe(action.by)}  {action_title(kind_of(action))}  {words}")
        found = exercise.assessment()
        context.out.say(_("Score {score} of 100.").format(score=found.score))


def draw_scenario(context: Context) -> None:
    """`scenario graph SCENARIO [--format tree|mermaid|dot]`: how the conversations can go."""
    scenario, _policy = _named(context)
    context.out.raw(f"{line}\n" for line in drawing.FORMATS[context.args.format](scenario))


def _unknown(name: str, found: Scenarios) -> UsageError:
    told = _("There is no scenario {name}; there are: {known}.")
    return UsageError(told.format(name=safe(name), known=", ".join(found.names())))


def _named(context: Context) -> tuple[Scenario, Policy]:
    """The scenario that the command line names. Raises UsageError."""
    found = Scenarios(context.locations.packs_dir)
    scenario = found.get(context.args.scenario)
    for told in context.left_out(found.problems):
        context.out.complain(told)
    if scenario is None:
        raise _unknown(context.args.scenario, found)
    return scenario, load_policy(context.locations.packs_dir)[0]


def _no_scenario(name: str, found: Scenarios) -> UsageError:
    return UsageError(
        _("There is no scenario {name}; there are: {known}.").format(
            name=safe(name), known=", ".join(found.names())
        )
    )


def _beginning(context: Context, policy: Policy) -> Callable[[Scenario], inspecting.Begin]:
    name = settings_file.agent_name(context.settings)
    return inspecting.beginning(policy, context.locations.packs_dir, name, context.zone_name)
