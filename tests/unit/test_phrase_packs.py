"""The phrase book is data: complete in every language, honest, and what is said of a bad file of a company's own."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from agent_tui.guidance.language import identify
from agent_tui.guidance.recommending import Books
from agent_tui.guidance.situation import Moment
from agent_tui.guidance.speech_acts import has_apology
from agent_tui.packs import phrase_proposals
from agent_tui.packs.bcp47 import closest
from agent_tui.packs.loader import BUILT_IN, PackError
from agent_tui.packs.phrases import (
    FEWEST_EXAMPLES,
    MOMENTS,
    PLACEHOLDERS,
    Book,
    Flag,
    Form,
    Library,
    ProposedPhrase,
    Register,
    Sort,
    slots_of,
)
from agent_tui.packs.thesaurus import load_thesaurus
from tests.factories import shipped

LANGUAGES = (
    "ar", "de", "en", "es", "fr", "id", "it", "ja", "ko", "nl", "pl", "pt-BR", "ru", "th", "tr", "vi",
    "zh-Hans", "zh-Hant",
)  # fmt: skip
LIBRARY = Library(None)
TONES = {"de", "es", "fr", "id", "it", "nl", "pl", "pt-BR", "ru", "tr"}
"""Languages in which a stranger may be addressed formally or as a friend."""
FREQUENT = ("greeting", "apology", "deadline", "result", "closing", "where_is_order", "return_refund")

# What nobody can keep (POLICY T2), by the words in which each language says it.
PROMISES = {
    "ar": "نضمن|أضمن|بالتأكيد سيصل|100",
    "de": "garantier|auf jeden Fall|hundertprozentig|versprechen wir|100 ?%",
    "en": "guarantee|definitely|certainly will|100 ?%|no risk|immediately refund",
    "es": "garantiz|sin falta|100 ?%|seguro que",
    "fr": "garanti|sans faute|à coup sûr|100 ?%",
    "id": "menjamin|dijamin|pasti akan|100 ?%",
    "it": "garantis|garantit|senz'altro|100 ?%",
    "ja": "保証|必ず|絶対|間違いなく|100%",
    "ko": "보장|반드시|무조건|절대|틀림없이|100%",
    "nl": "garande|gegarandeerd|zeker weten|100 ?%",
    "pl": "gwarant|na pewno|100 ?%",
    "pt-BR": "garanti|com certeza|100 ?%",
    "ru": "гарантир|обязательно|точно будет|100 ?%",
    "th": "รับประกัน|แน่นอน|100%",
    "tr": "garanti|kesinlikle|mutlaka|100|yüzde yüz",
    "vi": "đảm bảo|cam kết|chắc chắn|100 ?%",
    "zh-Hans": "保证|一定会|绝对|百分之百|必定|100%",
    "zh-Hant": "保證|一定會|絕對|百分之百|必定|100%",
}


def book(language: str) -> Book:
    return LIBRARY.book(language)


# What is shipped.


def test_the_phrase_book_is_there_in_eighteen_languages() -> None:
    assert LIBRARY.languages() == LANGUAGES
    assert LIBRARY.problems == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_T1_every_scene_has_a_phrase_for_every_channel(language: str) -> None:
    found = book(language)
    free = {phrase.scene for phrase in found.phrases if not phrase.channels}
    assert set(found.scenes) - free == {"hold"}  # nobody holds on in a mail
    assert [phrase for phrase in found.phrases if phrase.scene == "hold"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_frequent_scenes_have_a_choice(language: str) -> None:
    for scene in FREQUENT:
        assert sum(phrase.scene == scene for phrase in book(language).phrases) >= 2, scene


@pytest.mark.parametrize("language", sorted(TONES))
def test_languages_with_two_tones_have_phrases_in_both(language: str) -> None:
    for scene in ("greeting", "apology", "deadline", "result", "closing"):
        tones = {phrase.register for phrase in book(language).phrases if phrase.scene == scene}
        assert Register.INFORMAL in tones, scene
        assert tones - {Register.INFORMAL}, scene


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_phrases_are_in_their_language(language: str) -> None:
    for phrase in book(language).phrases:
        bare = re.sub(r"\{[^}]*\}", " ", phrase.text)
        guess = identify(bare, hint=language)
        assert guess is not None, phrase.id
        near = {"ms"} if language == "id" else set()  # Malay differs in a word or two
        assert guess.value in {language.removesuffix("-BR"), *near}, (phrase.id, guess)


@pytest.mark.parametrize("language", LANGUAGES)
def test_T2_no_phrase_promises_what_nobody_can_keep(language: str) -> None:
    for phrase in book(language).phrases:
        assert not re.search(PROMISES[language], phrase.text, re.IGNORECASE), phrase.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_C1_the_apologies_apologise(language: str) -> None:
    for phrase in book(language).phrases:
        if phrase.scene in ("apology", "complaint"):
            assert has_apology(phrase.text, language), phrase.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_H3_an_unsolved_issue_is_told_its_reason_its_deadline_and_who_follows_it_up(language: str) -> None:
    for phrase in book(language).phrases:
        if phrase.scene == "deadline":
            names = {slot.name for slot in phrase.slots}
            assert names >= {"reason", "deadline"}, phrase.id
            assert phrase.channels or "department" in names, phrase.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_phrases_of_a_scene_hold_the_same_facts_in_every_language(language: str) -> None:
    """A translation that lost its deadline is a broken promise."""
    english: dict[str, set[str]] = {}
    for phrase in book("en").phrases:
        english.setdefault(phrase.scene, set()).update(slot.name for slot in phrase.slots)
    for scene, names in english.items():
        own = {slot.name for each in book(language).phrases if each.scene == scene for slot in each.slots}
        optional = {"customer.name", "company", "agent", "product", "order"}
        assert names - optional <= own <= names | optional, scene


@pytest.mark.parametrize("language", LANGUAGES)
def test_T3_every_issue_has_examples_and_words_of_its_own(language: str) -> None:
    found = book(language)
    issues = {scene.id for scene in found.scenes.values() if scene.sort is Sort.ISSUE}
    assert set(found.requests) == issues
    examples = [text for requests in found.requests.values() for text in requests.examples]
    assert len(examples) == len(set(examples))
    for scene, requests in found.requests.items():
        assert len(requests.examples) >= FEWEST_EXAMPLES, scene
        assert requests.words, scene
        assert len(requests.words) == len(set(requests.words)), scene


def test_scenes_are_told_in_both_languages_of_the_faces() -> None:
    for scene in LIBRARY.scenes.values():
        assert {"en", "zh_CN"} <= set(scene.name), scene.id
        assert {"en", "zh_CN"} <= set(scene.avoid), scene.id
        assert not scene.flow or {"en", "zh_CN"} <= set(scene.flow), scene.id


def test_what_the_scenes_speak_of_is_there() -> None:
    policy = shipped()
    known = set(policy.casework.roles) | set(policy.casework.departments)
    east_asia = set(policy.casework.stages["apologise"].needs_in["direction"])
    for scene in LIBRARY.scenes.values():
        assert set(scene.types) <= set(policy.types), scene.id
        assert set(scene.involve) <= known, scene.id
        assert set(scene.first_in) in (set(), east_asia), scene.id
    assert set(Moment) == MOMENTS


def test_T7_risks_go_to_compliance_first_or_to_the_lead() -> None:
    for scene in LIBRARY.scenes.values():
        if scene.flag is Flag.HIGH_RISK:
            assert "compliance" in scene.involve[:2], scene.id
    assert LIBRARY.scenes["group_complaint"].involve[0] == "compliance"
    flagged = {scene.id for scene in LIBRARY.scenes.values() if scene.flag is Flag.HIGH_FREQUENCY}
    assert {"return_refund", "billing_dispute"} <= flagged


def test_every_step_and_outcome_that_writes_to_a_customer_has_a_scene() -> None:
    scenes = LIBRARY.scenes.values()
    steps = {step for scene in scenes for step in scene.steps}
    outcomes = {outcome for scene in scenes for outcome in scene.outcomes}
    assert {"apologise", "tell", "progress", "resolve", "revisit", "close", "escalate"} <= steps
    assert outcomes == {"solves", "asks", "unsolved", "apologises", "proposes"}


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        ("zh-TW", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh-Hant-TW", "zh-Hant"),
        ("zh", "zh-Hans"),
        ("zh_CN", "zh-Hans"),
        ("pt", "pt-BR"),
        ("pt-PT", "pt-BR"),
        ("de-AT", "de"),
        ("DE", "de"),
        ("sv", "en"),
        ("", "en"),
    ],
)
def test_a_language_is_read_by_its_closest_book(asked: str, read: str) -> None:
    assert closest(asked, LANGUAGES) == read
    assert LIBRARY.book(asked).language == read


# Placeholders.


def test_placeholders_have_names_and_forms() -> None:
    slots = slots_of("{customer.name:address}, by {deadline:date}: {amount}")
    assert [(slot.name, slot.form) for slot in slots] == [
        ("customer.name", Form.ADDRESS),
        ("deadline", Form.DATE),
        ("amount", Form.MONEY),
    ]
    assert slots[1].start == len("{customer.name:address}, by ")
    assert slots_of("{deadline}")[0].form is PLACEHOLDERS["deadline"][0] is Form.DATETIME


@pytest.mark.parametrize(
    "text", ["{mood}", "{deadline:money}", "{deadline", "a } b", "{}", "{{order}}", "{order:}"]
)
def test_a_placeholder_that_is_none_is_told(text: str) -> None:
    with pytest.raises(ValueError, match=r"placeholder|forms|brace"):
        slots_of(text)


# A company's own files.

SCENES = """\
[hello]
name = { en = "Hello" }
sort = "step"
rule = "E1"

[lost]
name = { en = "Lost" }
sort = "issue"
rule = "H1"
flag = "high_risk"
involve = ["agent"]
flow = { en = "ask" }
"""
PHRASES = """\
[hello-1]
scene = "hello"
text = "Saluton {customer.name}"

[lost-1]
scene = "lost"
text = "Ni serĉas {order}."
register = "formal"
"""
REQUESTS = """\
[lost]
examples = ["kie ĝi estas", "mi ne ricevis ĝin", "ĝi perdiĝis"]
words = ["perd"]
"""
TEAM = """\
[ours]
language = "en"
scene = "greeting"
text = "Ahoy {customer.name}"
proposed_by = "li.wei"
"""


def put(user: Path, **files: str) -> Path:
    for name, text in files.items():
        file = user / "phrases" / f"{name.replace('__', '/')}.toml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return user


def test_a_company_has_scenes_and_a_language_of_its_own(tmp_path: Path) -> None:
    library = Library(put(tmp_path, scenes=SCENES, eo=PHRASES, requests__eo=REQUESTS))
    assert "eo" in library.languages()
    found = library.book("eo")
    assert [(phrase.scene, phrase.register) for phrase in found.phrases] == [
        ("hello", Register.NEUTRAL),
        ("lost", Register.FORMAL),
    ]
    assert found.requests["lost"].words == ("perd",)
    assert library.problems == []


def test_what_is_shipped_for_a_scene_that_the_company_left_out_is_not_used(tmp_path: Path) -> None:
    library = Library(put(tmp_path, scenes=SCENES.replace("[hello]", "[greeting]")))
    found = library.book("en")
    assert {phrase.scene for phrase in found.phrases} == {"greeting"}
    assert (found.requests, library.problems) == ({}, [])


def test_every_shipped_phrase_and_request_belongs_to_a_shipped_scene() -> None:
    for language in LANGUAGES:
        for folder in ("phrases", "phrases/requests"):
            tables = tomllib.loads((BUILT_IN / folder / f"{language}.toml").read_text(encoding="utf-8"))
            scenes = {table.get("scene", key) for key, table in tables.items()}
            assert scenes <= set(LIBRARY.scenes), (folder, language)


Change = Callable[[str], str]


def swap(old: str, new: str) -> Change:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


@pytest.mark.parametrize(
    ("name", "text", "line", "reason"),
    [
        ("de", PHRASES, 2, "there is no 'hello'; there are: account_access"),
        ("de", '[a]\nscene = "refusal"\ntext = "{oder}"\n', 3, "there is no placeholder {oder}"),
        ("de", '[a]\nscene = "refusal"\ntext = "{deadline:money}"\n', 3, "{deadline} has the forms datetime"),
        ("de", '[a]\nscene = "refusal"\ntext = "nein }"\n', 3, "a brace stands alone"),
        ("de", '[a]\nscene = "refusal"\ntext = " "\n', 3, "a phrase has a text"),
        ("de", '[a]\nscene = "refusal"\ntext = "nein"\nregister = "royal"\n', 4, "Invalid enum value 'royal'"),
        ("de", '[a]\nscene = "refusal"\ntext = "nein"\nsteps = ["dance"]\n', 4, "there is no 'dance'"),
        ("de", '[a]\nscene = "refusal"\ntext = "nein"\nmoments = ["tea"]\n', 4, "there is no 'tea'"),
        ("de", '[a]\nscene = "refusal"\n', 1, "missing required field `text`"),
        ("scenes", swap('"E1"\n', '"E1"\nsteps = ["dance"]\n')(SCENES), 5, "there is no 'dance'"),
        ("scenes", swap('"E1"\n', '"E1"\noutcomes = ["wins"]\n')(SCENES), 5, "there is no 'wins'"),
        ("scenes", swap('"E1"\n', '"E1"\nmoments = ["tea"]\n')(SCENES), 5, "there is no 'tea'"),
        ("scenes", swap('"E1"\n', '"E1"\nfirst_in = ["Japan"]\n')(SCENES), 5, "'Japan' is no market"),
        ("scenes", swap('involve = ["agent"]\n', "")(SCENES), 10, "says who works together"),
        ("scenes", "", 0, "there is no scene"),
        ("requests__de", REQUESTS, 1, "there is no 'lost'"),
        ("requests__de", '[refusal]\nexamples = ["a b", "c d"]\n', 2, "at least 3 examples"),
        ("requests__de", '[refusal]\nexamples = ["a b", "c d", " "]\n', 2, "an example is empty"),
        ("requests__de", '[refusal]\nexamples = ["a", "b", "c"]\nwords = [""]\n', 3, "a word is empty"),
        ("team", TEAM.replace("greeting", "grating"), 3, "there is no 'grating'"),
        ("team", TEAM.replace('"li.wei"', '""'), 5, "says who proposed it"),
        ("team", TEAM.replace("{customer.name}", "{name}"), 4, "there is no placeholder {name}"),
        ("team", TEAM + 'colour = "red"\n', 6, "unknown field `colour`"),
    ],
)  # fmt: skip
def test_a_bad_file_is_named_and_the_shipped_one_stands(
    tmp_path: Path, name: str, text: str, line: int, reason: str
) -> None:
    library = Library(put(tmp_path, **{name: text}))
    found = library.book("de")
    assert found == book("de")
    (problem,) = library.problems
    assert problem.file == str(tmp_path / "phrases" / f"{name.replace('__', '/')}.toml")
    assert (problem.line, reason in str(problem.reason)) == (line, True), problem


def test_a_bad_language_of_the_company_alone_is_empty(tmp_path: Path) -> None:
    library = Library(put(tmp_path, eo="[a"))
    assert library.book("eo").phrases == ()
    assert [problem.file for problem in library.problems] == [str(tmp_path / "phrases" / "eo.toml")]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ('[a]\nwords = ["x"]\nnear = ["b"]\n', 3, "there is no 'b'"),
        ('[a]\nwords = ["x"]\nwhen = [["a", "b"]]\n', 3, "there is no 'b'"),
        ('[a]\nwords = ["x"]\nweight = 2\n', 3, "from 0 to 1"),
        ('[a]\nwords = ["one two three four five"]\n', 2, "no expression of one to 4 words"),
        ('[a]\nwords = [""]\n', 2, "no expression of one to 4 words"),
    ],
)
def test_a_bad_thesaurus_is_named_and_the_shipped_one_stands(
    tmp_path: Path, text: str, line: int, reason: str
) -> None:
    books = Books(put(tmp_path, thesaurus__en=text))
    assert books.ranker("en").ranked("I want my money back")[0].scene == "return_refund"
    (problem,) = books.library.problems
    assert (problem.line, reason in str(problem.reason)) == (line, True), problem


def test_a_thesaurus_may_be_of_a_language_that_has_none(tmp_path: Path) -> None:
    put(tmp_path, thesaurus__eo='[lose]\nwords = ["perdi"]\n')
    assert list(load_thesaurus("eo", tmp_path, [])) == ["lose"]
    assert load_thesaurus("eo", None, []) == {}


# Phrases that the team proposes.


def ours(text: str = "Ahoy {customer.name}", **more: str) -> ProposedPhrase:
    return ProposedPhrase(scene="greeting", text=text, language="en", proposed_by="li.wei", **more)


def test_T1_a_proposed_phrase_is_marked_until_a_supervisor_approves_it(tmp_path: Path) -> None:
    phrase_proposals.propose(tmp_path, "ahoy", ours(), LIBRARY.scenes)
    library = Library(tmp_path)
    (found,) = [phrase for phrase in library.book("en").phrases if phrase.id == "ahoy"]
    assert (found.proposed_by, found.is_approved) == ("li.wei", False)
    assert found.slots[0].name == "customer.name"
    assert all(phrase.id != "ahoy" for phrase in library.book("de").phrases)
    phrase_proposals.approve(tmp_path, "ahoy", "wang.fang", LIBRARY.scenes)
    (found,) = Library(tmp_path).team()
    assert (found.approved_by, found.is_approved) == ("wang.fang", True)
    assert all(phrase.is_approved for phrase in book("en").phrases)


def test_proposing_keeps_what_else_stands_in_the_file(tmp_path: Path) -> None:
    put(tmp_path, team="# our own words\n" + TEAM)
    phrase_proposals.propose(tmp_path, 'say "hi" \\ now', ours('Hi\n"you" \\ {order}'), LIBRARY.scenes)
    phrase_proposals.propose(tmp_path, "ours", ours("Ahoy again"), LIBRARY.scenes)
    text = phrase_proposals.team_file(tmp_path).read_text(encoding="utf-8")
    assert text.startswith("# our own words\n")
    found = {phrase.id: phrase.text for phrase in Library(tmp_path).team()}
    assert found == {"ours": "Ahoy again", 'say "hi" \\ now': 'Hi\n"you" \\ {order}'}


@pytest.mark.parametrize(
    "wrong",
    [
        ours("Ahoy {name}"),
        ours(""),
        ProposedPhrase(scene="grating", text="x", proposed_by="li"),
        ProposedPhrase("greeting", "x"),
    ],
)
def test_a_wrong_proposal_leaves_the_file_as_it_was(tmp_path: Path, wrong: ProposedPhrase) -> None:
    put(tmp_path, team=TEAM)
    with pytest.raises(PackError) as told:
        phrase_proposals.propose(tmp_path, "new", wrong, LIBRARY.scenes)
    assert told.value.problem.file == str(tmp_path / "phrases" / "team.toml")
    assert (tmp_path / "phrases" / "team.toml").read_text(encoding="utf-8") == TEAM
    assert [file.name for file in (tmp_path / "phrases").iterdir()] == ["team.toml"]


def test_a_file_that_is_broken_is_for_its_author_to_mend(tmp_path: Path) -> None:
    put(tmp_path, team="[ours")
    with pytest.raises(PackError):
        phrase_proposals.propose(tmp_path, "new", ours(), LIBRARY.scenes)
    assert (tmp_path / "phrases" / "team.toml").read_text(encoding="utf-8") == "[ours"


def test_nothing_is_approved_that_nobody_proposed(tmp_path: Path) -> None:
    put(tmp_path, team=TEAM)
    with pytest.raises(KeyError):
        phrase_proposals.approve(tmp_path, "theirs", "wang.fang", LIBRARY.scenes)
