"""`Desk.search` against bare FTS5: the same expression, on the same file, joined with the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, product
from pathlib import Path
from time import perf_counter

from agent_tui.desk.core import Desk
from agent_tui.store.search import query
from tests.bench import data
from tests.bench.measure import Goal, Line, Times, of_pairs, timed

_LIMIT = 50
_RAW = (
    "SELECT queue.* FROM search JOIN queue ON queue.ticket = search.rowid"
    " WHERE search MATCH ? ORDER BY search.rowid DESC LIMIT ?"
)


class _NotKept(Exception):
    """Ends a transaction that was made for its time alone."""


def bench(folder: Path, cases: int, rounds: int) -> Iterator[Line]:
    """Words and beginnings of words, one to three, frequent and rare, in four languages."""
    home = data.store(folder, cases, 0)
    desk = data.desk_at(home)
    try:
        first = Times([timed(lambda: list(desk.search("refund", _LIMIT)))])
        if (
            place := home / "indexed"
        ).exists():  # of an earlier run: only the very first search builds the index
            first = Times([float(place.read_text())])
        place.write_text(str(first.median))
        mine: dict[str, list[float]] = {}
        theirs: dict[str, list[float]] = {}
        for kind, text in _queries(cases):
            ours, raw = mine.setdefault(kind, []), theirs.setdefault(kind, [])
            for turn in range(rounds):
                for side in (0, 1) if turn % 2 else (1, 0):  # whoever comes first reads the pages for both
                    if side == 0:
                        ours.append(timed(lambda: list(desk.search(text, _LIMIT))))  # noqa: B023
                    else:
                        raw.append(timed(lambda: _raw(desk, query(text))))  # noqa: B023
        for kind, each in mine.items():
            yield _line(f"search {cases:,} cases: {kind}", each, theirs[kind], None)
        every = [list(chain.from_iterable(side.values())) for side in (mine, theirs)]
        yield _line(f"search {cases:,} cases: all, ratio of p95", every[0], every[1], Goal("<=", 2))
        yield _first(desk, cases, first)
    finally:
        desk.close()


def _line(name: str, mine: list[float], theirs: list[float], goal: Goal | None) -> Line:
    ours, raw = Times(mine), Times(theirs)
    ratio = ours.p95 / raw.p95 if goal else of_pairs(ours, raw)
    return Line(name, ours, "raw FTS5 MATCH + join", raw, ratio, goal)


def _raw(desk: Desk, expression: str) -> object:
    return desk.repository.database.connection.execute(_RAW, (expression, _LIMIT)).fetchall()


def _first(desk: Desk, cases: int, ours: Times) -> Line:
    """The one search that pays for indexing, against FTS5 taking in the same words alone."""
    repository = desk.repository
    spent = 0.0
    try:
        with repository.transaction() as connection:
            connection.execute(
                "CREATE VIRTUAL TABLE bare USING fts5(words, content='', contentless_delete=1)"
            )
            for number in range(1, cases + 1):
                text = "\n".join(repository.texts(desk.ticket(number)).values())
                began = perf_counter()
                connection.execute("INSERT INTO bare (rowid, words) VALUES (?, ?)", (number, text))
                spent += perf_counter() - began
            raise _NotKept
    except _NotKept:
        pass
    name = f"first search after {cases:,} new cases"
    return Line(name, ours, "raw FTS5 INSERT of the same texts", Times([spent]), ours.median / spent)


def _queries(cases: int) -> Iterator[tuple[str, str]]:
    for language in data.LANGUAGES:
        words = data.words_of(language)
        dense = language in ("ja", "zh")
        shares = ("frequent", "rare", "mixed")
        for count, share, whole, turn in product((1, 2, 3), shares, ("word", "beginning"), (0, 1)):
            maker = data.maker_of("query", language, count, share, turn)
            found = words.some(data.maker_of("ticket text", language, turn), 60)
            rare = [word for word in found if word in words.rare]
            pools = {"frequent": words.common[:20], "rare": rare, "mixed": [*words.common[:20], *rare]}
            chosen = maker.choices(pools[share], k=count)
            if share == "mixed" and count > 1:
                chosen[0], chosen[-1] = maker.choice(words.common[:20]), maker.choice(rare)
            if whole == "beginning":
                chosen[-1] = chosen[-1][: 1 if dense else 3]
            yield f"{share}, {whole}", " ".join(chosen)
    for number in (1, cases // 2, cases):  # an order's number stands in one case alone
        yield "rare, word", f"R-{number:07}"
