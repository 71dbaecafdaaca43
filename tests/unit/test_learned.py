"""The models of what a sentence does: where they come from, how a text is cut, what becomes of a judgement."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_tui.domain.ticket import Customer
from agent_tui.guidance.compliance import findings
from agent_tui.guidance.learned import found_by_rules, in_context, judged, sentences
from agent_tui.guidance.situation import Severity, Situation
from agent_tui.packs.compliance import STRUCTURAL, shipped
from agent_tui.packs.learned import FOLDER, WRONG, Model, Stored, features, model, stored
from tests.bench.replies import SETS
from tests.sentences import basis, languages

UNSEEN = SETS / "violations_first.tsv"
ACTS = {"apology", "direction", "deadline", "follow_up"}


def situation(market: str = "", outcome: str = "solves") -> Situation:
    return Situation(
        now=datetime(2026, 5, 4, 9, tzinfo=UTC),
        customer=Customer(market=market or None),
        outcome=outcome,
        first=False,
    )


@pytest.mark.parametrize("language", languages())
def test_each_model_was_made_of_the_sentences_that_are_there(language: str) -> None:
    told = dict(line.split() for line in (FOLDER / "sources.txt").read_text("utf-8").splitlines())
    assert told[language] == basis(language), "run `.ci/learn`"


@pytest.mark.parametrize("language", languages())
def test_each_model_knows_every_act_and_only_kinds_that_can_be_told(language: str) -> None:
    found = model(language)
    assert found is not None
    outputs = set(found.outputs)
    assert outputs >= ACTS | {WRONG}
    assert outputs - ACTS - {WRONG} <= shipped().kinds.keys() - STRUCTURAL


def test_every_language_of_the_compliance_packs_has_a_model() -> None:
    spoken = {file.stem for file in (FOLDER.parent).glob("[a-z][a-z].toml")}
    assert spoken == set(languages())


def test_a_language_without_a_model_is_judged_by_expressions_alone() -> None:
    assert judged("Vi beklagar förseningen.", "sv", shipped()) is None


@given(st.text(max_size=400))
def test_sentences_follow_each_other_within_the_text(text: str) -> None:
    end = 0
    for start, stop in sentences(text):
        assert end <= start < stop <= len(text)
        end = stop


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "Hello. I paid 3.50 EUR on www.x.com today! Ok?",
            ["Hello.", "I paid 3.50 EUR on www.x.com today!", "Ok?"],
        ),
        ("您好。我们会处理！谢谢", ["您好。", "我们会处理！", "谢谢"]),
        ("One line\nanother", ["One line", "another"]),
        ("…!!!", []),
    ],
)
def test_a_text_is_cut_into_sentences(text: str, parts: list[str]) -> None:
    assert [text[start:end].strip() for start, end in sentences(text)] == parts


def test_what_only_a_model_finds_is_a_whole_sentence_and_never_blocks() -> None:
    only = 0
    for line in UNSEEN.read_text("utf-8").splitlines():
        language, _kind, text = line.split("\t")
        if found_by_rules(text, language, shipped()) - ACTS:
            continue
        told = [each for each in findings(text, situation(), language) if each.code not in STRUCTURAL]
        only += len(told)
        assert all(each.severity is not Severity.BLOCK for each in told)
        assert all(text[each.start : each.end].strip() == text[each.start : each.end] for each in told)
    assert only


def test_an_internal_note_is_told_what_holds_for_notes_alone() -> None:
    for language in languages():
        for found in findings("Pay me in cash, outside the app.", situation(outcome=""), language):
            assert shipped().kinds[found.code].audience == "both"


def test_a_sentence_is_seen_with_those_beside_it() -> None:
    alone, both = "We looked at it.", "We looked at it. A new kettle leaves today. Thank you."
    assert in_context(alone, "en", shipped()) == judged(alone, "en", shipped())
    found, apart = in_context(both, "en", shipped()), judged(both, "en", shipped())
    assert found is not None
    assert apart is not None
    assert [(each.start, each.end, each.found) for each in found] == [
        (each.start, each.end, each.found) for each in apart
    ]
    assert all(one.margins != other.margins for one, other in zip(found, apart, strict=True))


def test_a_flood_of_letters_is_one_sentence_of_bounded_length() -> None:
    ((start, end),) = sentences("a" * 100_000)
    assert end - start <= 600


def test_a_model_adds_up_what_its_features_weigh() -> None:
    made = Model(
        Stored(
            outputs=("one", "two"),
            scales=(0.5, 1.0),
            biases=(0.0, -1.0),
            features=("ab", "§rule"),
            squares=(16, 16),
            weights=bytes([128 + 4, 128 - 2, 128 + 2, 128 + 6]),
        )
    )
    assert made.margins(made.known("tab")) == {"one": 2.0, "two": -3.0}
    both = made.margins(made.known("ab ab", {"rule", "unknown"}))
    assert both["one"] == pytest.approx(3.0 / 2**0.5)
    assert both["two"] == pytest.approx(4.0 / 2**0.5 - 1.0)
    assert made.margins(made.known("")) == {"one": 0.0, "two": -1.0}
    mean = made.margins(made.known("ab"), made.known(""))
    assert mean == {"one": 1.0, "two": -2.0}


WRITTEN = st.text(st.sampled_from("abc de=§.1é不我 "), max_size=40)  # `_` is told from a blank by nobody


@given(st.sets(WRITTEN, min_size=1, max_size=20), WRITTEN, st.sampled_from(["en", "zh"]))
def test_a_model_knows_of_a_text_the_features_it_was_learned_with(
    taught: set[str], text: str, language: str
) -> None:
    learned = sorted({each for other in taught for each in features(other, language, ("rule",))})
    weights = [place % 100 for place in range(len(learned))]
    made = Model(Stored(("one",), (1.0,), (0.0,), tuple(learned), (16,) * len(learned), bytes(weights)))
    seen = features(text, language, ("rule",))
    known = [weight - 128 for feature, weight in zip(learned, weights, strict=True) if feature in seen]
    assert made.margins(made.known(text, ("rule",)))["one"] == pytest.approx(
        sum(known) / len(known) ** 0.5 if known else 0
    )


def test_a_stored_model_is_read_as_it_was_written() -> None:
    made = Stored(("one",), (0.5,), (1.0,), ("a",), (16,), bytes([130]))
    assert msgspec.msgpack.decode(zlib.decompress(stored(made)), type=Stored) == made


@pytest.mark.parametrize("language", languages())
def test_a_model_is_small(language: str) -> None:
    assert len((FOLDER / f"{language}.bin").read_bytes()) < 200_000


def test_features_are_parts_words_pairs_and_what_rules_found() -> None:
    seen = features("we call you", "en", ("direction",))
    assert {"=call", "we_call", "§direction", "all ", " we"} <= seen
    assert not any(each.startswith("=") for each in features("我们会处理", "zh"))
