"""The compliance packs do what they say of themselves, and a bad one of a company's own is named and left out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent_tui.desk.pack_check import problems as pack_problems
from agent_tui.packs import compliance, loader
from agent_tui.packs.compliance import ACTS, FOLDER, REGISTERS, STRUCTURAL, Packs
from agent_tui.packs.expressions import Expression, Letters, compiled, expression, fold
from agent_tui.packs.loader import BUILT_IN, PackError, Problem, override, read_entries
from agent_tui.packs.needs import Index, alternatives
from agent_tui.packs.policies import load_policy

PHRASE_BOOK = {
    "en", "zh", "ja", "ko", "de", "fr", "es", "pt", "it", "nl", "pl", "ru", "ar", "tr", "th", "vi", "id",
}  # fmt: skip
RULES = sorted(
    file.stem for file in (BUILT_IN / FOLDER).glob("*.toml") if file.stem not in ("kinds", "law", "letters")
)
SPOKEN = sorted(file.stem for file in (BUILT_IN / ACTS).glob("*.toml"))
ADDRESSED = sorted(file.stem for file in (BUILT_IN / REGISTERS).glob("*.toml"))
RULE = """\
[guarantee]
patterns = ["we promise … (?:today|tomorrow)"]
caught = ["We promise it for today.", "we promise you all of it tomorrow", "WE PROMISE tomorrow"]
fine = ["We are here today.", "The promise.", "No."]
"""


def entries(folder: str, language: str) -> Iterator[tuple[compliance.Rule, compliance._Rule, Letters]]:
    file = BUILT_IN / folder / f"{language}.toml"
    letters = compliance.shipped().letters(language)
    packs = compliance.shipped()
    pack = packs.rules(language) if folder == FOLDER else packs.acts(language)
    assert pack is not None
    for key, (entry, _) in read_entries(file, compliance._Rule).items():
        yield pack.rules[key], entry, letters


def test_every_language_of_the_phrase_book_has_its_packs() -> None:
    assert set(RULES) >= PHRASE_BOOK
    assert set(SPOKEN) >= PHRASE_BOOK
    assert set(ADDRESSED) >= {"de", "es", "fr", "hi", "it", "ja", "ko", "nl", "pt", "ru", "vi"}


@pytest.mark.parametrize("language", RULES)
def test_rules_find_what_they_say_and_leave_what_they_say(language: str) -> None:
    for rule, entry, letters in entries(FOLDER, language):
        wrong = compliance.wrong_example(rule, entry.caught, entry.fine, letters)
        assert wrong is None, (rule.kind, wrong)


@pytest.mark.parametrize("language", RULES)
def test_what_one_rule_calls_fine_no_other_one_finds(language: str) -> None:
    packs = compliance.shipped()
    every = list(entries(FOLDER, language))
    for _, entry, letters in every:
        for text in entry.fine:
            found = [
                rule.kind
                for rule, *_ in every
                if not packs.kinds[rule.kind].law and compliance.matches(rule, fold(text, letters).text)
            ]
            assert found == [], text


@pytest.mark.parametrize("language", SPOKEN)
def test_acts_find_what_they_say_and_leave_what_they_say(language: str) -> None:
    kinds = set()
    for rule, entry, letters in entries(ACTS, language):
        kinds.add(rule.kind)
        assert rule.phrase, rule.kind
        wrong = compliance.wrong_example(rule, entry.caught, entry.fine, letters)
        assert wrong is None, (rule.kind, wrong)
        assert compliance.matches(rule, fold(rule.phrase, letters).text), (rule.kind, rule.phrase)
    assert kinds == {"apology", "direction", "deadline", "follow_up"}


def expressions() -> Iterator[tuple[str, Expression]]:
    packs = compliance.shipped()
    for folder, languages in ((FOLDER, RULES), (ACTS, SPOKEN)):
        for language in languages:
            for rule, *_ in entries(folder, language):
                for each in (*rule.found, *rule.unless):
                    yield f"{folder}/{language} {rule.kind}", each
    for language in ADDRESSED:
        register = packs.register(language)
        assert register is not None
        for sign in register.signs:
            for each in (*sign.found, *sign.unless):
                yield f"{REGISTERS}/{language}", each


def test_every_expression_can_be_compiled_and_repeats_within_bounds() -> None:
    for place, each in expressions():
        compiled(each.source)
        assert ",}" not in each.source, place


def test_phrases_proposed_in_place_of_something_are_not_found_themselves() -> None:
    packs = compliance.shipped()
    for language in RULES:
        every = list(entries(FOLDER, language))
        for rule, _, letters in every:
            for other, *_ in every:
                if not packs.kinds[other.kind].law:
                    assert not compliance.matches(other, fold(rule.phrase, letters).text), (
                        language,
                        rule.kind,
                        other.kind,
                    )


def test_kinds_speak_both_languages_of_the_interface() -> None:
    kinds = compliance.shipped().kinds
    assert set(kinds) >= STRUCTURAL
    for kind in kinds.values():
        assert set(kind.why) == set(kind.better) == {"en", "zh_CN"}


def test_every_law_has_a_source_and_a_kind_that_is_found_somewhere() -> None:
    packs = compliance.shipped()
    assert packs.laws
    for law in packs.laws:
        assert law.source.startswith("https://")
        assert law.kinds


# How expressions are read.


def found(pattern: str, text: str, language: str = "en") -> list[str]:
    letters = compliance.shipped().letters(language)
    return [match[0] for match in expression(pattern, language, letters).matches(fold(text, letters).text)]


@pytest.mark.parametrize(
    ("pattern", "text", "hits"),
    [
        ("cure", "It cures. A cure!", ["cure"]),
        ("cures?", "It cures. A cure!", ["cures", "cure"]),
        ("à 100 ?%", "A 100% et à 100 %", ["a 100%", "a 100 %"]),
        ("don't", "Don’t", ["don't"]),
        ("we … today", "We promise it today. We go. Today", ["we promise it today"]),
        ("we … today", "we today", ["we today"]),
        ("no, no", "NO,  no", ["no,  no"]),
        ("free", "Ｆｒｅｅ and f\u00adree", ["free", "free"]),
        ("cafe", "cafe\u0301", ["cafe"]),
        (r"(?<!not )sure", "not sure, sure", ["sure"]),
        (r"wo\w+", "word wo", ["word"]),
    ],
)
def test_expressions_read_texts_as_people_write(pattern: str, text: str, hits: list[str]) -> None:
    assert found(pattern, text) == hits


def test_traditional_characters_are_read_as_simplified_ones() -> None:
    assert found("保证", "我們保證", "zh") == ["保证"]


def test_places_survive_what_is_left_out() -> None:
    letters = compliance.shipped().letters("en")
    folded = fold("a\u200bbe\u0301c", letters)
    assert folded.text == "abec"
    assert [folded.place(index) for index in range(5)] == [0, 2, 3, 5, 6]


@pytest.mark.parametrize(
    ("pattern", "needs"),
    [
        ("guarantees?", [{"guarantee"}]),
        ("(?:never|always) fell", [{"always", "never"}, {"fell"}]),
        ("a?b+cd*", [{"b"}, {"c"}]),
        ("[ab]c", [{"c"}]),
        (r"\w+", []),
        ("(?:x)?", []),
        ("(?=yes)no", [{"no"}]),
        ("ab{0,2}c", [{"a"}, {"c"}]),
        (r"in (?:one|\w+) box", [{"box"}, {"in"}]),
        ("go (?:in (?:cash|cards)|and hide)", [{"cards", "cash", "hide"}, {"go"}]),
        ("a|bc", [{"a", "bc"}]),
    ],
)
def test_an_expression_knows_what_a_text_must_hold(pattern: str, needs: list[set[str]]) -> None:
    found = expression(pattern, "en", compliance.shipped().letters("en")).needs
    assert sorted(map(sorted, found)) == sorted(map(sorted, needs))


@pytest.mark.parametrize(
    ("pattern", "choices"),
    [
        ("one", ["one"]),
        ("one|two three", ["one", "two three"]),
        ("(?:a|b) c|[|)]d", ["(?:a|b) c", "[|)]d"]),
        (r"a\|b|\(c", [r"a\|b", r"\(c"]),
        (r"[\]|]|x", [r"[\]|]", "x"]),
    ],
)
def test_a_choice_is_read_as_its_alternatives(pattern: str, choices: list[str]) -> None:
    assert list(alternatives(pattern)) == choices


def test_no_pattern_is_missed_for_the_words_it_needs() -> None:
    for folder, languages in ((FOLDER, RULES), (ACTS, SPOKEN)):
        for language in languages:
            for rule, entry, letters in entries(folder, language):
                every = [*rule.found, *rule.unless]
                index = Index([each.needs for each in every])
                for text in entry.caught:
                    read = fold(text, letters).text
                    candidates = index.candidates(read)
                    for number, each in enumerate(every):
                        assert number in candidates or not compiled(each.source).search(read), (text, each)


def test_a_long_text_is_searched_around_the_words_that_an_expression_needs() -> None:
    letters = compliance.shipped().letters("en")
    text = "and so on " * 200 + "we promise it today " + "and so on " * 200
    (match,) = expression("we promise … today", "en", letters).matches(text)
    assert match.start() == 2000


# Files of a company's own.


def put(folder: Path, name: str, text: str) -> Packs:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return Packs(folder)


def problem_of(packs: Packs, language: str = "en") -> Problem:
    shipped = compliance.shipped().rules(language)
    read = packs.rules(language)
    assert read is not None
    assert shipped is not None
    assert read.rules.keys() == shipped.rules.keys()
    (problem,) = packs.problems
    return problem


def test_a_file_of_the_company_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    packs = put(tmp_path, "compliance/en.toml", RULE)
    pack = packs.rules("en-GB")
    assert pack is not None
    assert list(pack.rules) == ["guarantee"]
    assert packs.problems == []


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("(?:today|tomorrow)", "(?:today|tomorrow", 2, "is no expression"),
        ("(?:today|tomorrow)", "[today", 2, "is no expression"),
        ('"WE PROMISE tomorrow"', '"Nothing of the sort."', 3, "no pattern finds 'Nothing of the sort.'"),
        ('"The promise."', '"We promise today."', 4, "a pattern finds something in 'We promise today.'"),
        ('fine = ["We are here today.", "The promise.", "No."]', 'fine = ["No."]', 4, "fewer than 3"),
        ("[guarantee]", "[garantee]", 1, "there is no 'garantee'"),
        ("[guarantee]", '[guarantee]\nseverity = "loud"', 2, "there is no 'loud'"),
        ("[guarantee]", "[guarantee]\ncolour = 1", 2, "colour"),
        ("[guarantee]", "[guarantee", 1, "line 1"),
    ],
)
def test_a_mistake_is_told_with_line_and_reason(
    tmp_path: Path, old: str, new: str, line: int, reason: str
) -> None:
    found = problem_of(put(tmp_path, "compliance/en.toml", RULE.replace(old, new)))
    assert found.file == str(tmp_path / "compliance" / "en.toml")
    assert found.line == line
    assert reason in str(found.reason)


def test_a_language_that_only_the_company_speaks_is_read(tmp_path: Path) -> None:
    packs = put(tmp_path, "compliance/sv.toml", RULE)
    pack = packs.rules("sv")
    assert pack is not None
    packs = put(tmp_path, "compliance/sv.toml", "[")
    assert packs.rules("sv") is None
    assert len(packs.problems) == 1


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("kinds.toml", '[x]\nrule = "T2"\nseverity = "loud"\nwhy = {}\nbetter = {}\n', "there is no 'loud'"),
        ("kinds.toml", '[x]\nrule = "T2"\nseverity = "warn"\nwhy = { en = "a" }\nbetter = {}\n', "zh_CN"),
        (
            "kinds.toml",
            (
                '[x]\nrule = "T2"\nseverity = "warn"\nwhy = { en = "a", zh_CN = "b" }\n'
                'better = { en = "a", zh_CN = "b" }\n'
            ),
            "missing_apology",
        ),
    ],
)
def test_bad_kinds_leave_the_shipped_ones(tmp_path: Path, name: str, text: str, reason: str) -> None:
    packs = put(tmp_path, f"compliance/{name}", text)
    assert packs.kinds == compliance.shipped().kinds
    (problem,) = packs.problems
    assert reason in str(problem.reason)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('"no_refunds"', '"guarantee"', "no kind of the law"),
        ('"AU"', '"Australia"', "no market"),
        ('source = "https://example.org"', 'source = " "', "source"),
    ],
)
def test_bad_laws_leave_the_shipped_ones(tmp_path: Path, old: str, new: str, reason: str) -> None:
    law = """\
[au]
markets = ["AU"]
kinds = ["no_refunds"]
law = "ACL"
source = "https://example.org"
why = { en = "a", zh_CN = "b" }
"""
    packs = put(tmp_path, "compliance/law.toml", law.replace(old, new))
    assert packs.laws == compliance.shipped().laws
    (problem,) = packs.problems
    assert reason in str(problem.reason)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[x]\nformality = "loud"\nwords = "a"\n', "there is no 'loud'"),
        ('[x]\nformality = "formal"\nwords = "a"\nwhere = "end"\n', "there is no 'end'"),
        ('[x]\nformality = "formal"\nstems = "a"\n', "stems need endings"),
        ('[x]\nformality = "formal"\n', "needs patterns, words or stems"),
    ],
)
def test_bad_registers_leave_the_shipped_ones(tmp_path: Path, text: str, reason: str) -> None:
    packs = put(tmp_path, "compliance/register/de.toml", text)
    assert packs.register("de") == compliance.shipped().register("de")
    (problem,) = packs.problems
    assert reason in str(problem.reason)


def test_a_shipped_file_that_is_bad_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packs = put(tmp_path, "compliance/kinds.toml", "[")
    monkeypatch.setattr(loader, "BUILT_IN", tmp_path)
    with pytest.raises(PackError, match="kinds"):
        _ = packs.kinds


@pytest.mark.parametrize("language", ["", "x", "../kinds", "tlh", "english"])
def test_a_language_without_a_pack_has_no_rules(language: str) -> None:
    packs = compliance.shipped()
    assert packs.rules(language) is None
    assert packs.acts(language) is None
    assert packs.register(language) is None


def test_a_companys_own_letters_hold_for_its_rules(tmp_path: Path) -> None:
    folder = tmp_path / "compliance"
    folder.mkdir()
    letters = (BUILT_IN / "compliance" / "letters.toml").read_text("utf-8")
    (folder / "letters.toml").write_text(letters + '\n[de]\nwritten = "ẞ"\nread = "ß"\n', "utf-8")
    twice = compliance.Packs(tmp_path)
    assert fold("STRAẞE", twice.letters("de")).text == "straße"  # one table twice: the shipped ones stand
    assert [Path(each.file).name for each in twice.problems] == ["letters.toml"]
    (folder / "letters.toml").write_text('[en]\nwritten = "0"\nread = "o"\n', "utf-8")
    own = compliance.Packs(tmp_path)
    assert own.problems == []
    rules = own.rules("en")
    assert rules is not None
    assert fold("g00d", rules.letters).text == "good"
    assert fold("g00d", compliance.shipped().letters("en")).text == "g00d"
    (folder / "letters.toml").write_text('[en]\nwritten = "0q"\nread = "o"\n', "utf-8")
    bad = compliance.Packs(tmp_path)
    assert fold("Łódź", bad.letters("pl")).text == fold("Łódź", compliance.shipped().letters("pl")).text
    [problem] = bad.problems
    assert (problem.line, str(problem.reason)) == (3, "[en] 2 letters are read as 1")


def test_a_bad_file_of_ones_own_language_is_one_problem(tmp_path: Path) -> None:
    for folder in ("compliance", "compliance/acts", "compliance/register", "phrases/thesaurus", "culture"):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    wrong = {
        "compliance/eo.toml": "[promise]\n",
        "compliance/acts/eo.toml": "[apology]\n",
        "phrases/eo.toml": "x = 1\n",
        "phrases/thesaurus/eo.toml": "[a]\nword = 1\n",
        "culture/PE.toml": "[market]\nname = 3\n",
    }
    for name, text in wrong.items():
        (tmp_path / name).write_text(text, "utf-8")
    policy, _problems = load_policy(None)
    found = sorted(str(Path(each.file).relative_to(tmp_path)) for each in pack_problems(tmp_path, policy))
    assert found == sorted(wrong)
    assert override("culture", "PE.toml", tmp_path) == (tmp_path / "culture" / "PE.toml",)
