"""The question banks: what is shipped is whole and agrees with the desk; a bad file of one's own is told, left out."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from msgspec.structs import replace

from agent_tui.desk import pack_check
from agent_tui.domain.cells import width
from agent_tui.guidance.compliance import findings
from agent_tui.guidance.situation import Situation
from agent_tui.packs.culture import CultureBook
from agent_tui.packs.loader import BUILT_IN, Problem
from agent_tui.packs.policies import load_policy
from agent_tui.packs.rules import load_rules
from agent_tui.packs.theory import FOLDER, LANGUAGES, SAID, Area, Kind, TheoryBook, load_theory
from agent_tui.practice.making import left_out, questions
from agent_tui.practice.theory import Question
from agent_tui.practice.values import Facts
from agent_tui.tui.keymap import keymap
from agent_tui.tui.telling_theory import desk_keys
from tests.factories import shipped

HEAD = '[bank]\nname = { en = "Ours", zh_CN = "自有" }\narea = "business"\nversion = 1\n'
ONE = """
[one]
kind = "single"
rule = "S1"
difficulty = 1
text = { en = "Which?", zh_CN = "哪个？" }
choices = [{ en = "this", zh_CN = "这个" }, { en = "that", zh_CN = "那个" }]
answer = [1]
explanation = { en = "This.", zh_CN = "这个。" }
"""
POLICY_RULES = {
    *(f"P{each}" for each in range(1, 5)),
    *(f"S{each}" for each in range(1, 9)),
    *(f"L{each}" for each in range(1, 5)),
    *(f"H{each}" for each in range(1, 7)),
    *(f"C{each}" for each in range(1, 11)),
    *(f"E{each}" for each in range(1, 7)),
    *(f"T{each}" for each in range(1, 8)),
}


@cache
def book() -> TheoryBook:
    found, problems = load_theory()
    assert not problems
    return found


def facts(**changed: object) -> Facts:
    return Facts(
        replace(shipped(), **changed), book().words, desk_keys(keymap(None)), CultureBook(None).market
    )


@cache
def asked() -> tuple[Question, ...]:
    return questions(book(), facts(), shipped())


def texts(question: Question) -> list[tuple[str, str]]:
    names = (question.text, question.explanation, *question.choices)
    return [(language, each[language]) for each in names for language in LANGUAGES]


# What is shipped.


def test_Q2_every_topic_of_the_training_has_banks() -> None:
    assert {bank.area for bank in book().banks.values()} == set(Area)
    assert sum(len(bank.items) for bank in book().banks.values()) >= 200
    assert {item.kind for bank in book().banks.values() for item in bank.items} == set(Kind)


def test_every_rule_of_the_policy_is_asked_for() -> None:
    assert {each.rule for each in asked()} == POLICY_RULES
    assert load_rules(None, []).keys() >= POLICY_RULES


def test_every_question_can_be_asked_under_the_policy_as_shipped() -> None:
    assert left_out(book(), facts(), shipped()) == ()
    ids = [item.id for bank in book().banks.values() for item in bank.items]
    assert [each.id for each in asked()] == ids
    assert len(set(ids)) == len(ids)


def test_every_text_is_there_in_both_languages_with_everything_filled_in() -> None:
    for each in asked():
        for language, text in texts(each):
            assert text.strip(), (each.id, language)
            assert not re.search(r"[{}]|  ", text), (each.id, text)
        for name in LANGUAGES:
            assert re.search(r"[\u3400-\u9fff]", each.text["zh_CN"]), each.id
            shown = [f"{choice.get(SAID, '')} {choice[name]}" for choice in each.choices]
            assert len(set(shown)) == len(shown), each.id
        assert len(each.choices) <= 9, each.id
        assert each.answer, each.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_right_choice_is_not_given_away_by_its_length(language: str) -> None:
    longest = []
    for each in asked():
        if each.kind is Kind.SINGLE:
            lengths = [width(choice[language]) for choice in each.choices]
            longest.append(lengths[each.answer[0]] > sorted(lengths)[-2])
    assert sum(longest) / len(longest) < 0.3  # by chance it would be a quarter


def test_facts_about_cultures_say_many_customers_and_who_says_so() -> None:
    told = {
        each.id
        for bank in book().banks.values()
        for each in bank.items
        if "{culture:" in each.explanation["en"]
    }
    assert len(told) >= 20
    for each in asked():
        if each.id in told:
            assert "Many customers" in each.explanation["en"], each.id
            assert "许多" in each.explanation["zh_CN"], each.id
            assert each.sources, each.id


def test_T2_what_a_question_calls_a_violation_the_composer_finds_and_nothing_else() -> None:
    here = Situation(now=datetime(2026, 3, 2, tzinfo=UTC), outcome="asks", first=False)
    structural = {
        "missing_follow_up",
        "missing_deadline",
        "wrong_language",
    }  # of a whole reply, not of its part
    spots = [each for each in asked() if each.kind is Kind.SPOT]
    assert len({each.language for each in spots}) >= 15
    for each in spots:
        for place, choice in enumerate(each.choices):
            found = [
                one.rule for one in findings(choice[SAID], here, each.language) if one.code not in structural
            ]
            assert (each.rule in found) if place in each.answer else not found, (each.id, choice[SAID])


def test_L1_the_level_asked_for_is_the_one_that_the_assessment_proposes() -> None:
    levels = {each.id: each for each in asked() if each.kind is Kind.LEVEL}
    assert [levels[f"levels.{name}"].answer for name in ("opening_hours", "late_parcel", "wedding", "overheating")] == [
        (0,), (1,), (2,), (3,),
    ]  # fmt: skip
    assert all(int(each.rule[1]) - 1 == each.answer[0] for each in levels.values())


# Made from the company's own numbers.


def company(tmp_path: Path, name: str, *changes: tuple[str, str]) -> Path:
    """A user's folder with one file of the policy in which the first of each text stands differently."""
    text = (BUILT_IN / "policy" / name).read_text("utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    (tmp_path / "policy").mkdir(exist_ok=True)
    (tmp_path / "policy" / name).write_text(text, "utf-8")
    return tmp_path


def under(user: Path, question: str) -> Question | None:
    policy, problems = load_policy(user)
    assert not problems
    made = Facts(policy, book().words, {}, CultureBook(None).market)
    return next((each for each in questions(book(), made, policy) if each.id == question), None)


def right(question: Question | None) -> str:
    assert question is not None
    return question.choices[question.answer[0]]["en"]


def test_S2_a_company_that_changes_a_limit_changes_the_question(tmp_path: Path) -> None:
    user = company(tmp_path, "channels.toml", ('first_response = "5min"', 'first_response = "90s"'))
    before = next(each for each in asked() if each.id == "channels.chat_limit")
    after = under(user, "channels.chat_limit")
    assert after is not None
    assert (right(before), right(after)) == ("5 minutes", "90 seconds")
    assert "90 seconds" in after.explanation["en"]
    assert "90 秒" in after.explanation["zh_CN"]
    assert before.version != after.version
    wrong = [choice["en"] for place, choice in enumerate(after.choices) if place not in after.answer]
    assert len(wrong) == 3
    assert "90 seconds" not in wrong


def test_C8_days_levels_owners_and_departments_come_from_the_policy_too(tmp_path: Path) -> None:
    company(tmp_path, "complaints.toml", ("days = 3", "days = 5"), ('owner = "supervisor"', 'owner = "lead"'))
    rule = 'when = { action = "later" }\nlevel = '
    company(tmp_path, "proposals.toml", (f"{rule}2", f"{rule}3"))
    company(tmp_path, "departments.toml", ("risk = true\n", ""), ("[legal]", "[legal]\nrisk = true"))
    assert right(under(tmp_path, "complaints.revisit_days")) == "5 working days"
    assert right(under(tmp_path, "complaints.verify_owner")) == "team lead"
    assert right(under(tmp_path, "complaints.group_first")) == "Legal"
    late = under(tmp_path, "levels.late_parcel")
    assert late is not None
    assert late.answer == (2,)


def test_S1_an_order_follows_the_values(tmp_path: Path) -> None:
    user = company(tmp_path, "channels.toml", ('first_response = "1h"', 'first_response = "48h"'))
    question = under(user, "channels.fastest")
    assert question is not None
    assert [question.choices[place]["en"] for place in question.answer][-1] == "Social media"


def test_what_a_company_does_not_have_is_not_asked(tmp_path: Path) -> None:
    user = company(tmp_path, "channels.toml", ("[messenger]", "[letters]"))
    assert under(user, "channels.messenger_limit") is None
    assert under(user, "channels.messenger_as") is not None
    policy, _problems = load_policy(user)
    made = Facts(policy, book().words, desk_keys(keymap(None)), CultureBook(None).market)
    assert [each.question for each in left_out(book(), made, policy)] == ["channels.messenger_limit"]


@pytest.mark.parametrize(
    ("file", "before", "after", "question"),
    [
        ("clocks.toml", '["waiting", "snoozed"]', '["snoozed"]', "channels.pauses"),
        ("clocks.toml", "paused_by = []", 'paused_by = ["waiting"]', "channels.pauses"),
        ("proposals.toml", "forced = true\n", "", "levels.overheating"),
        ("levels.toml", 'rule = "L2"\nleader = "agent"', 'rule = "L2"\nleader = "lead"', "levels.leads_2"),
        ("complaints.toml", '"HK", "JP", "KR"', '"HK"', "complaints.east_asia"),
        ("roles.toml", "handles = false", "handles = true", "teamwork.support_staff"),
    ],
)  # fmt: skip
def test_what_is_not_so_in_a_company_is_not_asked(
    tmp_path: Path, file: str, before: str, after: str, question: str
) -> None:
    assert question in {each.id for each in asked()}
    assert under(company(tmp_path, file, (before, after)), question) is None


def test_two_limits_that_are_the_same_make_no_order(tmp_path: Path) -> None:
    user = company(tmp_path, "channels.toml", ('first_response = "1h"', 'first_response = "5min"'))
    assert under(user, "channels.fastest") is None


def test_the_desk_asks_for_the_trainees_own_keys() -> None:
    own = Facts(shipped(), book().words, desk_keys(keymap({"reply": ("f5",)})), CultureBook(None).market)
    reply = next(each for each in questions(book(), own, shipped()) if each.id == "desk.reply_key")
    assert right(reply) == "F5"


# A company's own files.


def written(tmp_path: Path, name: str, text: str) -> tuple[TheoryBook, tuple[Problem, ...]]:
    (tmp_path / FOLDER).mkdir(exist_ok=True)
    (tmp_path / FOLDER / name).write_text(text, "utf-8")
    return load_theory(tmp_path)


def test_a_bank_of_ones_own_is_added(tmp_path: Path) -> None:
    found, problems = written(tmp_path, "returns.toml", HEAD + ONE)
    assert not problems
    assert found.banks["returns"].items[0].id == "returns.one"
    assert found.banks.keys() == {*book().banks, "returns"}


def test_a_bank_called_like_a_shipped_one_takes_its_place(tmp_path: Path) -> None:
    found, problems = written(tmp_path, "channels.toml", HEAD + ONE)
    assert not problems
    assert [each.id for each in found.banks["channels"].items] == ["channels.one"]


@pytest.mark.parametrize(
    ("change", "line", "reason"),
    [
        (lambda text: text.replace('zh_CN = "哪个？"', 'zh_CN = ""'), 10, "text is missing in zh_CN"),
        (lambda text: text.replace("answer = [1]", "answer = [3]"), 12, "the answer names choices"),
        (lambda text: text.replace("answer = [1]", "answer = [1, 2]"), 12, "exactly one choice is right"),
        (lambda text: text.replace('kind = "single"', 'kind = "guess"'), 7, "Invalid enum value"),
        (lambda text: text.replace("difficulty = 1", "difficulty = 4"), 9, "from 1 to 3"),
        (lambda text: text.replace('rule = "S1"', 'rule = "first"'), 8, "is no rule"),
        (lambda text: text.replace("Which?", "Which {channel:chat.speed}?"), 10, "a channel has no 'speed'"),
        (lambda text: text.replace("Which?", "Which {chanel:chat.limit}?"), 10, "there is no 'chanel'"),
        (lambda text: text.replace("Which?", "Which {chat}?"), 10, "asks for no value"),
        (lambda text: text.replace("Which?", "Which }?"), 10, "a brace stands alone in en"),
        (lambda text: text.replace("Which?", "{channel:chat.limit}?"), 10, "ask for different values"),
        (lambda text: text.replace('en = "that"', 'en = "this"'), 11, "two choices read the same in en"),
        (lambda text: text.replace("answer = [1]", 'value = "channel:chat.limit"'), 11, "leave choices and answer out"),
        (lambda text: text.replace("answer", "anser"), 12, "unknown field"),
        (lambda text: text.replace('kind = "single"', 'kind = "order"'), 12, "leave answer out"),
        (lambda text: text.replace('kind = "single"', 'kind = "spot"'), 11, "each part of the reply"),
        (lambda text: text.replace('kind = "single"', 'kind = "multiple"'), 12, "at least two choices are right"),
        (lambda text: f'{text}holds = ["stage:report.early"]', 14, "a stage has no 'early'"),
        (lambda text: f'{text}holds = ["soon"]', 14, "is no condition"),
        (lambda text: text.replace("[bank]", "[bnk]"), 0, "[bank] is missing"),
        (lambda text: text.replace('area = "business"', 'area = "sport"'), 3, "Invalid enum value"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line_and_the_shipped_file_stands(
    tmp_path: Path, change: Callable[[str], str], line: int, reason: str
) -> None:
    text = HEAD + ONE
    assert change(text) != text
    found, problems = written(tmp_path, "channels.toml", change(text))
    assert found.banks["channels"] == book().banks["channels"]
    assert [each.line for each in problems] == [line]
    assert reason in str(problems[0].reason)
    own, told = written(tmp_path, "returns.toml", change(text))
    assert "returns" not in own.banks
    assert {Path(each.file).name for each in told} == {"channels.toml", "returns.toml"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('topics = ["poetry"]\nsize = 5\npass_mark = 0.8', "there is no bank 'poetry'"),
        ('topics = ["desk"]\nsize = 0\npass_mark = 0.8', "at least one question"),
        ('topics = ["desk"]\nsize = 5\npass_mark = 80', "a share above 0 and up to 1"),
        ('topics = ["desk"]\nsize = 5\npass_mark = 0.8\nafter = ["later"]', "no stage 'later'"),
        ('topics = []\nsize = 5\npass_mark = 0.8', "at least one topic"),
    ],
)  # fmt: skip
def test_Q1_a_mistake_in_the_stages_is_told(tmp_path: Path, text: str, reason: str) -> None:
    found, problems = written(
        tmp_path, "stages.toml", f'[first]\nname = {{ en = "First", zh_CN = "一" }}\n{text}\n'
    )
    assert found.stages == book().stages
    assert reason in str(problems[0].reason)


def test_words_need_every_unit_and_its_number(tmp_path: Path) -> None:
    text = (BUILT_IN / FOLDER / "words.toml").read_text("utf-8")
    _found, problems = written(tmp_path, "words.toml", text.replace("{count} second", "a second", 1))
    assert "{count}" in str(problems[0].reason)
    _found, problems = written(tmp_path, "words.toml", text.replace("[hour]", "[hours]"))
    assert "nothing asks for these words" in str(problems[0].reason)


def test_the_check_of_all_packs_reads_the_banks(tmp_path: Path) -> None:
    written(tmp_path, "returns.toml", HEAD)
    written(tmp_path, "Old Bank.toml", HEAD + ONE)
    told = {Path(each.file).name for each in pack_check.problems(tmp_path, shipped())}
    assert {"returns.toml", "Old Bank.toml"} <= told
