"""`phrases`: recommended for a ticket, the book by scene, and what the team proposes (POLICY T1, T3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from agent_tui import telling_guidance as telling
from agent_tui.cli.context import Context
from agent_tui.cli.exits import UsageError
from agent_tui.cli.guiding import guidance_of
from agent_tui.cli.texts import given
from agent_tui.desk import phrase_team, phrasing
from agent_tui.domain.messages import Told
from agent_tui.domain.policy import Policy
from agent_tui.domain.text import safe
from agent_tui.guidance.phrasebook import Filled, Gap
from agent_tui.guidance.recommending import Books
from agent_tui.guidance.wordforms import plain
from agent_tui.i18n import _, language
from agent_tui.packs.phrases import Phrase, Scene
from agent_tui.packs.policies import load_policy
from agent_tui.telling_errors import told
from agent_tui.wording import name_of

_MOST = 3
_LIKELY = 0.12  # the least share by which a scene counts as meant by a customer's words
_DESK = {"zh_CN": "zh-Hans"}

Shown = tuple[Phrase, Filled, tuple[Told, ...]]
"""A phrase, as it is shown, and the reasons for it."""


def phrases(context: Context) -> None:
    """`phrases [ID|propose|pending|approve] …`."""
    what = context.args.what
    if context.args.phrase is not None and what != "approve":
        raise UsageError(_("{word!r} is one word too many.").format(word=safe(context.args.phrase)))
    match what:
        case None:
            _book(context)
        case "propose":
            _propose(context)
        case "pending":
            _pending(context)
        case "approve":
            _approve(context)
        case _ if what.lstrip("#").isdecimal():
            _ticket(context, int(what.lstrip("#")))
        case _:
            text = _("{word!r} is neither a ticket's number nor propose, pending or approve.")
            raise UsageError(text.format(word=safe(what)))


def _ticket(context: Context, number: int) -> None:
    args = context.args
    narrowed = bool(args.scene or args.language or args.search)
    with context.desk() as desk:
        case, books = desk.case(number), desk.guidance.books
        found: list[Shown]
        if narrowed:
            tag = phrase_team.language_of(books, args.language or phrasing.language_of(case.ticket))
            found = [
                (each, phrasing.ready(desk, case.ticket, each, context.now), ())
                for each in _narrowed(context, books, tag)
            ]
        else:
            best = phrasing.proposals(desk, case, context.now, limit=_limit(context, _MOST) or 0)
            found = [
                (each.phrase, phrasing.ready(desk, case.ticket, each.phrase, context.now), each.reasons)
                for each in best
            ]
        scenes, policy = books.library.scenes, desk.policy
    _show(context, policy, scenes, found)


def _book(context: Context) -> None:
    guidance = guidance_of(context)
    books = guidance.books
    tag = phrase_team.language_of(books, context.args.language or _DESK.get(language(), language()))
    found: list[Shown] = [(each, _as_it_is(each), ()) for each in _narrowed(context, books, tag)]
    context.left_out_of(guidance)
    _show(context, load_policy(context.place.packs)[0], books.library.scenes, found)


def _as_it_is(phrase: Phrase) -> Filled:
    return Filled(phrase.text, tuple(Gap(each.name, each.start, each.end) for each in phrase.slots))


def _narrowed(context: Context, books: Books, tag: str) -> list[Phrase]:
    """The approved phrases of a language that `--scene`, `--search` and `--limit` leave, by their scenes."""
    args, scenes = context.args, books.library.scenes
    if args.scene:
        phrase_team.scene_of(books, args.scene)
    known = [
        each
        for each in books.book(tag).phrases
        if each.is_approved and (not args.scene or each.scene == args.scene)
    ]
    order = {scene: place for place, scene in enumerate(scenes)}
    found = sorted(known, key=lambda each: order[each.scene])
    if args.search:
        found = _searched(args.search, found, books, tag)
    return found[: _limit(context, None)]


def _searched(wanted: str, among: Sequence[Phrase], books: Books, tag: str) -> list[Phrase]:
    """The phrases that hold all the words; where there are none, those of scenes that such words bring up."""
    words = plain(wanted).split()

    def holds(phrase: Phrase) -> bool:
        scene = books.library.scenes[phrase.scene]
        text = plain(" ".join((phrase.id, phrase.text, *scene.name.values())))
        return all(word in text for word in words)

    if found := [phrase for phrase in among if holds(phrase)]:
        return found
    meant = [each.scene for each in books.ranker(tag).ranked(wanted) if each.score >= _LIKELY]
    return [phrase for scene in meant for phrase in among if phrase.scene == scene]


def _limit(context: Context, usual: int | None) -> int | None:
    given_limit = context.args.limit
    return usual if given_limit is None else max(0, given_limit)


def _show(context: Context, policy: Policy, scenes: dict[str, Scene], found: Iterable[Shown]) -> None:
    shown = list(found)
    used = list(dict.fromkeys(phrase.scene for phrase, _text, _why in shown))
    if context.json:
        context.out.json(
            {
                "scenes": [_scene_json(scenes[each]) for each in used],
                "phrases": [_phrase_json(*each) for each in shown],
            }
        )
        return
    if not shown:
        context.out.say(_("No phrase fits."))
    before = ""
    for phrase, text, why in shown:
        if phrase.scene != before:
            head, *parts = telling.scene_of(scenes[phrase.scene], policy)
            context.out.say(head)
            for part in parts:
                context.out.say(f"  {part}")
            before = phrase.scene
        _say(context, phrase, text, why)


def _say(context: Context, phrase: Phrase, text: Filled, why: Sequence[Told] = ()) -> None:
    out = context.out
    out.say(f"    {telling.phrase_marks(phrase)}")
    if why:
        out.say("      " + _("because: {reasons}").format(reasons=_("; ").join(map(told, why))))
    for line in safe(text.text, lines=True).split("\n"):
        out.say(f"      {line}".rstrip())
    if phrase.avoid:
        out.say("      " + _("avoid: {text}").format(text=safe(name_of(phrase.avoid))))
    if text.gaps:
        names = _(", ").join(dict.fromkeys(f"{{{gap.name}}}" for gap in text.gaps))
        out.say("      " + _("to fill in: {names}").format(names=names))


def _propose(context: Context) -> None:
    args = context.args
    if not args.scene or not args.language:
        raise UsageError(_("A proposal needs --scene and --language."))
    with context.desk() as desk:
        phrase = phrase_team.propose(desk, args.scene, args.language, given(args.text), args.id)
    _one(context, phrase, _("Proposed. A supervisor approves it with: agent-tui phrases approve {phrase}"))


def _approve(context: Context) -> None:
    if context.args.phrase is None:
        raise UsageError(_("Which phrase? `agent-tui phrases pending` lists their ids."))
    with context.desk() as desk:
        phrase = phrase_team.approve(desk, context.args.phrase)
    _one(context, phrase, _("Approved: {phrase} is recommended from now on."))


def _one(context: Context, phrase: Phrase, sentence: str) -> None:
    if context.json:
        context.out.json(_phrase_json(phrase, _as_it_is(phrase), ()))
    else:
        context.out.say(sentence.format(phrase=safe(phrase.id)))


def _pending(context: Context) -> None:
    with context.desk() as desk:
        waiting = phrase_team.pending(desk)
        scenes, policy = desk.guidance.books.library.scenes, desk.policy
    if not context.json and not waiting:
        context.out.say(_("No phrase waits to be approved."))
        return
    _show(context, policy, scenes, [(each, _as_it_is(each), ()) for each in waiting])


def _scene_json(scene: Scene) -> dict[str, object]:
    return {
        "id": scene.id,
        "name": scene.name,
        "sort": scene.sort.value,
        "rule": scene.rule,
        "flag": None if scene.flag is None else scene.flag.value,
        "involve": list(scene.involve),
        "flow": scene.flow,
        "avoid": scene.avoid,
    }


def _phrase_json(phrase: Phrase, text: Filled, why: Sequence[Told]) -> dict[str, object]:
    return {
        "id": phrase.id,
        "scene": phrase.scene,
        "language": phrase.language,
        "register": phrase.register.value,
        "channels": list(phrase.channels),
        "text": text.text,
        "gaps": [gap.name for gap in text.gaps],
        "avoid": phrase.avoid,
        "reasons": [str(each) for each in why],
        "proposed_by": phrase.proposed_by or None,
        "approved_by": phrase.approved_by or None,
    }
