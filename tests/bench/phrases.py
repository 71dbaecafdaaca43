"""How well the recommender finds the scene of a request, and what it costs: `python -m tests.bench.phrases`.

Two questions. For scenes that it has never seen, in English: given three requests of each, is the right one among the
first three for the others? And for the scenes of the packs, in every language. Each is asked of sets that were used
while the thesaurus and the words were written, and of one that was written afterwards and has changed nothing
(`unseen_last`, `own_fourth`). The first line of a set says what its first look was.
Ids of scenes are never looked at.
"""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from time import process_time

from agent_tui.domain.ticket import Customer
from agent_tui.guidance.ranking import Recommender
from agent_tui.guidance.recommending import Books, recommend
from agent_tui.guidance.situation import Situation
from agent_tui.packs.phrases import Requests
from agent_tui.packs.thesaurus import load_thesaurus

DATA = Path(__file__).with_name("requests")
UNSEEN = (
    "unseen",
    "unseen_trades",
    "unseen_third",
    "unseen_fourth",
    "unseen_fifth",
    "unseen_fresh",
    "unseen_bank",
    "unseen_shop",
    "unseen_services",
    "unseen_bank_talk",
    "unseen_shop_talk",
    "unseen_services_talk",
    "unseen_bank_third",
    "unseen_mixed_third",
    "unseen_fourth_round",
    "unseen_last",
)
OWN = ("own", "own_fresh", "own_third", "own_fourth")
GIVEN = 3
"""Examples of a scene that the recommender is given."""

Sets = Mapping[str, Sequence[str]]


@dataclass(slots=True)
class Recall:
    """How many requests were asked, found first, and found among the first three."""

    asked: int = 0
    first: int = 0
    three: int = 0
    missed: list[tuple[str, str, list[str]]] = field(default_factory=list)

    def ask(self, ranker: Recommender, scene: str, request: str) -> None:
        found = [match.scene for match in ranker.ranked(request, limit=3)]
        self.asked += 1
        self.first += found[:1] == [scene]
        self.three += scene in found
        if scene not in found:
            self.missed.append((scene, request, found))

    def add(self, other: Recall) -> None:
        self.asked += other.asked
        self.first += other.first
        self.three += other.three
        self.missed += other.missed

    def line(self, name: str) -> str:
        return f"{name:28} {self.asked:6} {self.first / self.asked:9.3f} {self.three / self.asked:9.3f}"


def read(name: str) -> dict[str, Sets]:
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


def unseen(name: str, *, thesaurus: bool = True) -> Recall:
    """Three requests a scene are given, each three in turn, and all others asked for."""
    scenes: Sets = read(name)  # type: ignore[assignment]
    meanings = load_thesaurus("en", None, []) if thesaurus else {}
    recall = Recall()
    most = min(map(len, scenes.values()))
    for begin in range(0, most - GIVEN + 1, GIVEN):
        given = range(begin, begin + GIVEN)
        ranker = Recommender(
            {
                f"scene {number}": Requests(tuple(requests[at] for at in given))
                for number, requests in enumerate(scenes.values())
            },
            meanings,
        )
        for number, requests in enumerate(scenes.values()):
            for at, request in enumerate(requests):
                if at not in given:
                    recall.ask(ranker, f"scene {number}", request)
    return recall


def own(name: str) -> Iterator[tuple[str, Recall]]:
    """The requests of each language against the packs' own scenes."""
    books = Books(None)
    for language, scenes in read(name).items():
        recall = Recall()
        ranker = books.ranker(language)
        for scene, requests in scenes.items():
            for request in requests:
                recall.ask(ranker, scene, request)
        yield language, recall


TEXT = (
    "I bought a pair of headphones three weeks ago and they stopped working after two days, the left side is silent "
    "and the charger gets hot. I wrote twice and nobody answered. I would like my money back or a replacement please, "
    "and I want to know why my card shows two payments. The parcel took twelve days although the page promised three. "
    "If this goes on I will complain to the consumer association, and I'd rather talk to a person than to a machine. "
    "My order number is 40-2214-A, bought online."
)[:500]


def typing(rounds: int) -> list[float]:
    """Seconds of the processor for a recommendation, with a request of 500 characters and a growing draft."""
    books = Books(None)
    now = datetime(2026, 11, 24, 14, tzinfo=UTC)
    situation = Situation(now=now, customer=Customer(market="GB", language="en"), type="return_refund")
    recommend(TEXT, situation, "en", books, {})
    times: list[float] = []
    for number in range(rounds):
        draft = TEXT[: number % len(TEXT)]
        began = process_time()
        recommend(TEXT, situation, "en", books, {}, typed=draft)
        times.append(process_time() - began)
    return times


def loading(language: str) -> float:
    """Seconds of the processor until a language can be asked, scenes and thesaurus read."""
    books = Books(None)
    began = process_time()
    books.ranker(language)
    return process_time() - began


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.phrases", description=__doc__)
    parser.add_argument("--missed", action="store_true", help="name the requests whose scene was not found")
    given = parser.parse_args()
    print(f"{'set':28} {'asked':>6} {'recall@1':>9} {'recall@3':>9}")
    shown: list[Recall] = []
    for name in UNSEEN:
        shown.append(unseen(name))
        print(shown[-1].line(name))
    print(unseen("unseen", thesaurus=False).line("unseen, letters alone"))
    for name in OWN:
        every = Recall()
        for language, recall in own(name):
            print(recall.line(f"{name} {language}"))
            every.add(recall)
        print(every.line(f"{name}, all"))
        shown.append(every)
    times = sorted(typing(400))
    half, most = times[len(times) // 2] * 1e3, quantiles(times, n=20)[-1] * 1e3
    print(f"recommending, 500 characters, processor time: p50 {half:.1f} ms, p95 {most:.1f} ms")
    slowest = max((loading(language), language) for language in Books(None).library.languages())
    print(f"a language ready, processor time: at most {slowest[0] * 1e3:.1f} ms ({slowest[1]})")
    if given.missed:
        for recall in shown:
            for scene, request, found in recall.missed:
                print(f"{scene}: {request!r} → {', '.join(found)}")


if __name__ == "__main__":
    main()
