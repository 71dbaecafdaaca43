"""Questions made of packs: banks filled with the company's values, levels of the assessment, examples of compliance."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random

import msgspec

from agent_tui.domain.assessment import ordinary, propose
from agent_tui.domain.casework_rules import Casework, Names
from agent_tui.domain.policy import Policy
from agent_tui.packs.compliance import Packs
from agent_tui.packs.theory import LANGUAGES, SAID, Item, Kind, TheoryBook
from agent_tui.practice.theory import Question
from agent_tui.practice.values import Facts, Missing

LEVELS_MADE, SPOTS_MADE = "levels", "spotting"
"""The topics that made questions belong to."""
_WRONG = 3  # choices besides the right one
_HARD = 2
_TRIES = 40

Clean = Callable[[str, str], bool]
"""Whether a sentence (first its language, BCP 47) breaks no rule at all."""


class LeftOut(msgspec.Struct, frozen=True):
    """A question that asks for something the company's policy does not have."""

    question: str
    asks_for: str


def questions(book: TheoryBook, facts: Facts, policy: Policy) -> tuple[Question, ...]:
    """Every question of the banks that can be asked under this policy."""
    return tuple(found for _item, found in _filled(book, facts, policy) if isinstance(found, Question))


def left_out(book: TheoryBook, facts: Facts, policy: Policy) -> tuple[LeftOut, ...]:
    """The questions that cannot, and what they ask for: a channel, say, that the company does not have."""
    return tuple(
        LeftOut(item.id, found) for item, found in _filled(book, facts, policy) if isinstance(found, str)
    )


def _filled(book: TheoryBook, facts: Facts, policy: Policy) -> Iterator[tuple[Item, Question | str]]:
    for bank in book.banks.values():
        for item in bank.items:
            try:
                yield item, _question(bank.topic, item, facts, policy)
            except Missing as missing:
                yield item, str(missing)


def _question(topic: str, item: Item, facts: Facts, policy: Policy) -> Question:
    """A question with everything filled in. Raises Missing."""
    for condition in item.holds:
        if not facts.holds(condition):
            raise Missing(condition.asked)
    choices, answer = item.choices, item.answer
    local: dict[str, Names] = {}
    if item.kind is Kind.LEVEL:
        choices, answer, because = _level(item, policy)
        local["because"] = because
    elif item.value is not None:
        others = facts.others(item.value, _WRONG)
        if not others:
            raise Missing(item.value)
        choices, answer = (facts.fact(item.value).names, *others), (0,)
    elif item.ascending:
        amounts = [facts.fact(each).amount for each in item.ascending]
        sized = [each for each in amounts if each is not None]
        if len(set(sized)) < len(amounts):
            raise Missing("values that differ")
        answer = tuple(sorted(answer, key=lambda place: sized[place]))
    filled = tuple(facts.filled(choice) for choice in choices)
    for language in LANGUAGES:
        told = [f"{each.get(SAID, '')} {each[language]}" for each in filled]
        if len(set(told)) < len(
            told
        ):  # two of the company's values are the same: nobody could tell which is right
            raise Missing("two choices that differ")
    return Question(
        id=item.id,
        topic=topic,
        kind=item.kind,
        rule=item.rule,
        difficulty=item.difficulty,
        text=facts.filled(item.text, local),
        choices=filled,
        answer=answer,
        explanation=facts.filled(item.explanation, local),
        language=item.language,
        sources=facts.sources(item.text, item.explanation),
    )


# Levels.


def _level(item: Item, policy: Policy) -> tuple[tuple[Names, ...], tuple[int, ...], Names]:
    rules = policy.casework
    case = ordinary(rules)
    for question, answer in item.case.items():
        if question not in rules.questions or answer not in rules.questions[question].answers:
            raise Missing(f"assessment:{question}.{answer}")
        case[question] = answer
    return _proposed(case, policy)


def _proposed(case: Mapping[str, str], policy: Policy) -> tuple[tuple[Names, ...], tuple[int, ...], Names]:
    """The levels as choices, the one that policy proposes, and why."""
    levels = sorted(policy.levels)
    proposal = propose(case, policy.casework)
    if proposal is None:
        raise Missing("assessment")
    because = {
        language: ("；" if language.startswith("zh") else "; ").join(
            rule.because.get(language) or rule.because.get("en", "") for rule in proposal.because
        )
        for language in LANGUAGES
    }
    names = tuple(policy.levels[level].name for level in levels)
    return names, (levels.index(proposal.level),), because


def level_questions(book: TheoryBook, policy: Policy, seed: int, count: int) -> tuple[Question, ...]:
    """So many questions of a level out of the company's own assessment and proposals; fewer where it has no more."""
    random = Random(seed)  # noqa: S311  no secret: the same seed must give the same questions
    rules = policy.casework
    found: dict[str, Question] = {}
    for _try in range(count * _TRIES):
        if len(found) == count:
            break
        case = _unusual(rules, random)
        words = [rules.questions[name].answers for name in case]
        id_ = f"{LEVELS_MADE}:" + ",".join(f"{name}={answer}" for name, answer in case.items())
        if words and id_ not in found:
            found[id_] = _made_level(id_, case, book, policy)
    return tuple(found.values())


def _unusual(rules: Casework, random: Random) -> dict[str, str]:
    """Answers to every question, of which one to three are out of the ordinary."""
    case = ordinary(rules)
    names = list(rules.questions)
    for name in random.sample(names, min(len(names), random.randint(1, 3))):
        case[name] = random.choice(list(rules.questions[name].answers))
    return case


def _made_level(id_: str, case: Mapping[str, str], book: TheoryBook, policy: Policy) -> Question:
    choices, answer, because = _proposed(case, policy)
    rules, words = policy.casework, book.words
    proposal = propose(case, rules)
    text: Names = {}
    for language in LANGUAGES:
        line = words["case_line"].many[language]
        lines = [
            line.replace("{question}", _in(rules.questions[name].name, language)).replace(
                "{answer}", _in(rules.questions[name].answers[each], language)
            )
            for name, each in case.items()
        ]
        told = ("；" if language.startswith("zh") else "; ").join(lines)
        text[language] = words["level_task"].many[language].replace("{case}", told)
    return Question(
        id=id_,
        topic=LEVELS_MADE,
        kind=Kind.LEVEL,
        rule=proposal.because[0].rule if proposal is not None else policy.levels[1].rule,
        difficulty=_HARD,
        text=text,
        choices=choices,
        answer=answer,
        explanation={
            language: words["level_because"].many[language].replace("{because}", because[language])
            for language in LANGUAGES
        },
        lasting=False,
    )


# What breaks a rule.


def spot_questions(
    book: TheoryBook, packs: Packs, language: str, seed: int, count: int, clean: Clean
) -> tuple[Question, ...]:
    """So many questions out of the examples of a language's compliance pack: one sentence of four breaks a rule.

    `clean` sorts out what is fine for one rule and breaks another. None where no pack speaks the language.
    """
    examples = packs.examples(language)
    random = Random(f"{language} {seed}")  # noqa: S311  no secret, as above
    fine = sorted({text for each in examples.values() for text in each.fine if clean(language, text)})
    caught = [(kind, text) for kind, each in examples.items() if kind in packs.kinds for text in each.caught]
    caught = [(kind, text) for kind, text in caught if not packs.kinds[kind].law]
    if len(fine) < _WRONG:
        return ()
    found: list[Question] = []
    for kind, bad in random.sample(caught, min(count, len(caught))):
        parts = [bad, *random.sample(fine, _WRONG)]
        random.shuffle(parts)
        found.append(_made_spot(kind, bad, tuple(parts), language, book, packs))
    return tuple(found)


def _made_spot(
    kind: str, bad: str, parts: Sequence[str], language: str, book: TheoryBook, packs: Packs
) -> Question:
    rule = packs.kinds[kind]
    told: Names = {
        name: book.words["spot_because"]
        .many[name]
        .replace("{why}", _in(rule.why, name))
        .replace("{better}", _in(rule.better, name))
        for name in LANGUAGES
    }
    return Question(
        id=f"{SPOTS_MADE}:{language}:{kind}:{bad}",
        topic=SPOTS_MADE,
        kind=Kind.SPOT,
        rule=rule.rule,
        difficulty=_HARD,
        text=book.words["spot_task"].many,
        choices=tuple({SAID: part, **dict.fromkeys(LANGUAGES, "")} for part in parts),
        answer=(parts.index(bad),),
        explanation=told,
        language=language,
        lasting=False,
    )


def _in(names: Names, language: str) -> str:
    return names.get(language) or names.get("en") or next(iter(names.values()), "")
