"""What only a model guesses of a text counts as no error of the card: nobody fails a run by a guess (Q1)."""

from __future__ import annotations

import pytest

from agent_tui.domain.ticket import Ticket
from agent_tui.packs.scenario import Persona
from agent_tui.practice.assessor import Assessment
from tests.practice.mistakes import Given, Spoiled, within
from tests.practice.playing import begun, scenario

GUESSED = "Honestly mate there isn't a network anywhere on the planet that comes close to ours."
RULED = "Ours is the best network in the world."


class Boasting(Spoiled):
    """Puts a sentence into the first answer."""

    sentence = ""

    def change(self, persona: Persona, ticket: Ticket, action: str, given: Given) -> Given:
        if action != "reply" or self.broken:
            return given
        self.broken.add(persona.id)
        return given | {"text": within(given["text"], self.sentence), "because": "a mistake"}


def assessed(sentence: str) -> tuple[Assessment, set[str]]:
    """What a run is worth in which it was said, and what was guessed in it."""
    exercise = begun(scenario("broken_kettle"))
    try:
        agent = Boasting(exercise.training)
        agent.sentence = sentence
        agent.play()
        heard = exercise.training.heard.values()
        return exercise.assessment(), {code for each in heard for code, _words in each.guesses}
    finally:
        exercise.close()


@pytest.mark.parametrize(
    ("sentence", "errors", "guesses"),
    [(GUESSED, [], {"superlative"}), (RULED, ["superlative"], set[str]())],
)
def test_Q1_a_guess_is_no_error_of_the_card(sentence: str, errors: list[str], guesses: set[str]) -> None:
    found, guessed = assessed(sentence)
    assert [error.finding for error in found.errors] == errors
    assert guessed == guesses
