"""What an action and a look cost, counted in statements, pages and rows, so that it can be asserted (times can't).

How long things take is measured by `python -m tests.bench`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import pytest

from agent_tui.desk.core import Desk
from agent_tui.desk.opening import Place, open_desk
from agent_tui.domain.actions import Content
from agent_tui.domain.ticket import Customer
from agent_tui.domain.views import VIEWS

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FEW, MANY = 400, 5_000
WAL_HEADER, WAL_FRAME = 32, 24 + 4096  # https://sqlite.org/fileformat2.html#the_write_ahead_log
USUAL_PAGES, MOST_PAGES = 9, 24
"""A leaf for each of four tables and their indexes that change; more when pages are full and are split."""
MOST_STEPS = 60
"""Of SQLite's machine for a line of the queue: some for each of its columns and conditions."""


def desk_with(folder: Path, tickets: int) -> Desk:
    """A desk with so many open tickets, every fourth of them solved."""
    place = Place("costs", folder / "costs" / "store.db", folder / "config", folder / "packs")
    desk = open_desk(place, "li.wei", "Asia/Shanghai", create=True)
    with desk.repository.transaction():
        for number in range(1, tickets + 1):
            at = NOW - timedelta(minutes=tickets - number)
            customer = Customer(name="Emma Clarke", emails=(f"emma{number % 50}@example.com",))
            content = Content(text=f"Where is my parcel {number}?", message_id=f"{number}@example.com")
            desk.open_ticket("email", f"Parcel {number}", customer, content, at, NOW)
            if number % 4 == 0:
                desk.act(number, "classify", {"verified": "yes", "type": "logistics", "level": "2"}, NOW)
                desk.act(number, "reply", {"text": "It is on its way."}, NOW)
                solved = {
                    "result": "sent again",
                    "satisfaction": "satisfied",
                    "summary": "A parcel was lost.",
                }
                desk.act(number, "resolve", solved, NOW)
    return desk


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, Desk]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AGENT_TUI_KEY", "6b" * 32)
        made = {size: desk_with(tmp_path_factory.mktemp(f"tickets{size}"), size) for size in (FEW, MANY)}
    yield made
    for desk in made.values():
        desk.close()


def note(desk: Desk, ticket: int, text: str = "Called the carrier. " * 10) -> None:
    desk.act(ticket, "note", {"text": text}, NOW + timedelta(hours=1))


def statements(desk: Desk, work: Callable[[], object]) -> list[str]:
    """The SQL that `work` runs, its values filled in; what SQLite runs for itself left out."""
    heard: list[str] = []
    connection = desk.repository.database.connection
    connection.set_trace_callback(heard.append)
    try:
        work()
    finally:
        connection.set_trace_callback(None)
    return [sql for sql in heard if not sql.startswith("--") and "'main'.'search_" not in sql]


def plan(desk: Desk, sql: str) -> str:
    return "\n".join(
        row[3] for row in desk.repository.database.connection.execute(f"EXPLAIN QUERY PLAN {sql}")
    )


def pages_written(desk: Desk, work: Callable[[], object]) -> int:
    """How many pages `work` puts into the write-ahead log."""
    database = desk.repository.database
    database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    work()
    size = database.path.with_name(f"{database.path.name}-wal").stat().st_size
    assert (size - WAL_HEADER) % WAL_FRAME == 0
    return (size - WAL_HEADER) // WAL_FRAME


def steps(desk: Desk, work: Callable[[], object]) -> int:
    """How many instructions of SQLite's machine `work` takes: each row that is looked at takes some."""
    count = 0

    def step() -> int:
        nonlocal count
        count += 1
        return 0

    connection = desk.repository.database.connection
    connection.set_progress_handler(step, 1)  # type: ignore[attr-defined]
    try:
        work()
    finally:
        connection.set_progress_handler(None, 1)  # type: ignore[attr-defined]
    return count


def search_index(desk: Desk) -> Counter[tuple[object, ...]]:
    """Every row of the tables that the search index is made of."""
    connection = desk.repository.database.connection
    return Counter(
        (table, *row)
        for table in ("search_data", "search_idx", "search_docsize", "search_config")
        for row in connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608
    )


# An action.


def test_an_action_is_one_transaction_of_ten_statements(desks: dict[int, Desk]) -> None:
    for desk in desks.values():
        heard = statements(desk, lambda: note(desk, 1))  # noqa: B023
        counted = Counter(sql.split(None, 1)[0] for sql in heard)
        assert counted == {"BEGIN": 1, "SELECT": 3, "INSERT": 4, "COMMIT": 1}, "\n".join(heard)
        assert heard[0].startswith("BEGIN")
        assert heard[-1] == "COMMIT"


def test_an_action_writes_as_few_pages_among_many_tickets_as_among_few(desks: dict[int, Desk]) -> None:
    pages = {
        size: sorted(pages_written(desk, lambda: note(desk, ticket)) for ticket in range(2, 86, 4))  # noqa: B023
        for size, desk in desks.items()
    }
    for written in pages.values():
        assert median(written) <= USUAL_PAGES
        assert written[-1] <= MOST_PAGES
    assert median(pages[MANY]) <= median(pages[FEW]) + 2  # a tree may have a level more


def test_an_action_takes_as_few_steps_among_many_tickets_as_among_few(desks: dict[int, Desk]) -> None:
    few, many = (steps(desks[size], lambda: note(desks[size], 3)) for size in (FEW, MANY))  # noqa: B023
    assert many <= few * 1.1


def test_no_action_touches_the_search_index(desks: dict[int, Desk]) -> None:
    desk = desks[FEW]
    list(desk.search("parcel"))
    before = search_index(desk)
    assert before
    heard = statements(desk, lambda: note(desk, 5, "zeppelin"))
    assert search_index(desk) == before
    assert not any("search" in sql.split("VALUES")[0] for sql in heard)


def test_the_next_search_indexes_the_changed_ticket_alone(desks: dict[int, Desk]) -> None:
    desk = desks[FEW]
    list(desk.search("parcel"))
    note(desk, 6, "a dirigible")
    heard = statements(desk, lambda: list(desk.search("dirigible")))
    assert sum(sql.startswith("INSERT INTO search ") for sql in heard) == 1
    assert [row.id for row in desk.search("dirigible")] == [6]


def test_a_long_index_is_made_in_slices_that_let_other_writers_in(desks: dict[int, Desk]) -> None:
    desk = desks[MANY]
    heard = statements(desk, lambda: list(desk.search("parcel", limit=1)))
    assert heard.count("COMMIT") >= 3
    assert len(list(desk.search("parcel"))) == MANY


def test_a_look_at_a_ticket_indexes_a_few_others_but_never_thousands(desks: dict[int, Desk]) -> None:
    repository = desks[FEW].repository
    repository.settle_search()
    for ticket in (1, 2):
        note(desks[FEW], ticket, "a gondola")
    assert not repository.settle_some(1)
    assert repository.settle_some(2)
    assert not repository.search.stale()[0]
    with repository.transaction():
        repository.search.forget()
    assert not repository.settle_some(20)
    repository.settle_search()
    assert not repository.search.stale()[0]


# A look.


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_is_a_walk_along_its_index(desks: dict[int, Desk], view: str) -> None:
    desk = desks[FEW]
    [sql] = statements(desk, lambda: list(desk.rows(view, NOW, limit=50)))
    found = plan(desk, sql)
    assert "USING INDEX queue_live" in found or "USING INDEX queue_cases" in found
    assert "TEMP B-TREE" not in found


def test_all_views_are_counted_in_two_walks(desks: dict[int, Desk]) -> None:
    desk = desks[FEW]
    live, others = statements(desk, lambda: desk.counts(NOW))
    assert "USING INDEX queue_live" in plan(desk, live)
    assert plan(desk, others).count("SCAN") == 1


@pytest.mark.parametrize("view", ["all", "open", "unclassified", "archive"])
def test_the_first_50_lines_of_a_view_cost_the_same_among_many_tickets(
    desks: dict[int, Desk], view: str
) -> None:
    taken = {}
    for size, desk in desks.items():
        now = NOW + timedelta(days=9)
        taken[size] = steps(desk, lambda: list(desk.rows(view, now, limit=50)))  # noqa: B023
        assert len(list(desk.rows(view, now, limit=50))) == 50
    assert taken[MANY] <= taken[FEW] * 1.1
    assert taken[MANY] <= 50 * MOST_STEPS


def test_no_everyday_work_reads_a_whole_table(desks: dict[int, Desk]) -> None:
    desk = desks[FEW]

    def day() -> None:
        desk.case(4)
        list(desk.journal(4))
        list(desk.search("parcel", limit=50))
        note(desk, 4)
        for other in (9, 10):
            desk.act(9 if other == 10 else 10, "tag", {"add": f"with-{other}"}, NOW)
        desk.act(9, "link", {"other": "10"}, NOW)
        customer = Customer(name="Emma Clarke", emails=("emma1@example.com",))
        desk.open_ticket("email", "Another", customer, Content(text="And this?"), NOW, NOW)
        desk.repository.with_mail("4@example.com")
        desk.repository.seen("ab" * 32)

    for sql in set(statements(desk, day)):
        if sql.split(None, 1)[0] not in ("SELECT", "UPDATE", "DELETE") or "sqlite_schema" in sql:
            continue
        if sql.endswith("DESC LIMIT 1") or "FROM search" in sql:  # the newest entry, and what the index finds
            continue
        assert "SCAN" not in plan(desk, sql), sql


def test_a_text_whose_outbox_line_is_lost_is_found_all_the_same(desks: dict[int, Desk]) -> None:
    desk = desks[FEW]
    before = desk.case(8).texts
    assert len(before) == 2
    with desk.repository.transaction() as connection:
        connection.execute("DELETE FROM outbox WHERE ticket = 8 AND id = ?", (next(iter(before)),))
    assert desk.case(8).texts == before
