"""Findings in a reply of 2,000 characters: how long they take once warm, and how well they tell wrong from ordinary.

`python -m tests.bench.lint` prints, by language, the median and 95th percentile over many different replies: as they
are while one writes, when the sentences that stay are remembered, and when none of them was seen before. It prints of
the sentences in `lint.toml` the share that is found and the share of false alarms.
"""

from __future__ import annotations

import random
import re
import sys
import tomllib
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path

from agent_tui.domain.ticket import Customer
from agent_tui.guidance.compliance import findings
from agent_tui.guidance.situation import Situation
from tests.bench.measure import Times, timed

_LENGTH = 2000  # characters of a reply
_REPLIES = 60  # of each language
_GOAL = 0.005  # seconds, for 19 replies of 20
_WORDS = count(10_000)


def sentences() -> dict[str, dict[str, list[str]]]:
    """By language: what is `wrong`, and what is `fine`."""
    with Path(__file__).with_suffix(".toml").open("rb") as file:
        return tomllib.load(file)


def situation(language: str, outcome: str = "unsolved") -> Situation:
    """A complaint that is answered, so that everything is looked for."""
    return Situation(
        now=datetime(2026, 5, 4, 9, tzinfo=UTC),
        customer=Customer(language=language, market="GB"),
        outcome=outcome,
        complaint=True,
        first=outcome == "unsolved",
    )


def replies(fine: list[str], wrong: list[str], seed: int) -> list[str]:
    """Different texts of ordinary sentences with some wrong ones between, in paragraphs."""
    chance = random.Random(seed)  # noqa: S311
    made: list[str] = []
    for _ in range(_REPLIES):
        text = ""
        while len(text) < _LENGTH:
            text += chance.choice(wrong if chance.random() < 0.05 else fine)
            text += "\n\n" if chance.random() < 0.2 else ". " if text[-1:].isalpha() else " "
        made.append(text[:_LENGTH])
    return made


def rates(language: str, told: dict[str, list[str]]) -> tuple[int, int]:
    """How many of the wrong sentences are found, and how many of the ordinary ones are."""
    calm = Situation(now=datetime(2026, 5, 4, 9, tzinfo=UTC), outcome="solves", first=False)
    found = sum(
        any(each.code != "wrong_register" for each in findings(text, calm, language))
        for text in told["wrong"]
    )
    return found, sum(bool(findings(text, calm, language)) for text in told["fine"])


def renewed(text: str) -> str:
    """The text with a word of no meaning before each sentence, so that none of them was ever seen."""
    return re.sub(r"(?<=[.!?。！？])(?=\s|[^\W\d_])", lambda _: f" {_word(next(_WORDS))} ", text)[:_LENGTH]


def _word(number: int) -> str:
    return "".join("bcdfghklmp"[int(digit)] for digit in str(number))


def seconds(text: str, language: str) -> tuple[float, float]:
    """What it takes when all was seen before, and when nothing was: the best of three."""
    check = partial(findings, situation=situation(language), language=language)
    again = min(timed(lambda: check(text)) for _ in range(3))
    anew = min(timed(partial(check, renewed(text))) for _ in range(3))
    return again, anew


def main() -> int:
    """Print the table; 1 when a goal is missed."""
    every: list[tuple[float, float]] = []
    wrong = found = fine = alarms = 0
    print(f"{'':4}{'seen p50':>10}{'p95 ms':>8}{'anew p50':>10}{'p95 ms':>8}{'found':>10}{'false':>10}")
    for language, told in sentences().items():
        hit, alarm = rates(language, told)
        texts = replies(told["fine"], told["wrong"], 7)
        for text in texts:  # expressions are compiled when they are needed first
            findings(text, situation(language), language)
        times = [seconds(text, language) for text in texts]
        every += times
        wrong, found = wrong + len(told["wrong"]), found + hit
        fine, alarms = fine + len(told["fine"]), alarms + alarm
        print(_line(language, times, f"{hit:6}/{len(told['wrong']):<3}{alarm:6}/{len(told['fine']):<3}"))
    print(_line("all", every, f"{found:6}/{wrong:<3}{alarms:6}/{fine:<3}"))
    met = (
        Times([anew for _again, anew in every]).p95 <= _GOAL and found >= 0.9 * wrong and alarms < 0.05 * fine
    )
    return 0 if met else 1


def _line(name: str, every: list[tuple[float, float]], rest: str) -> str:
    again, anew = (Times(list(each)) for each in zip(*every, strict=True))
    told = "".join(f"{each.median * 1e3:10.2f}{each.p95 * 1e3:8.2f}" for each in (again, anew))
    return f"{name:4}{told}{rest}"


if __name__ == "__main__":
    sys.exit(main())
