"""A sitting without a screen: drafts, the undo time of replies, and what happens when somebody writes meanwhile."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from agent_tui.desk.core import Desk
from agent_tui.desk.drafts import Draft, seen_on
from agent_tui.domain import actions as do
from agent_tui.domain.casework_rules import Actor
from agent_tui.domain.refusals import NotYours, PromiseRequired
from agent_tui.domain.ticket import Customer, MessageKind, Status
from agent_tui.domain.undo import NothingToUndo
from agent_tui.packs.policies import load_policy
from agent_tui.store import open_store
from agent_tui.store.repository import Repository
from agent_tui.tui.session import UNDO_SECONDS, Sitting
from tests.factories import at

START = at("03-04 09:00")
UNDO = timedelta(seconds=UNDO_SECONDS)


class Clock:
    def __init__(self) -> None:
        self.moment = START

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, span: timedelta) -> None:
        self.moment += span


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def sit(path: Path, clock: Clock, agent: str = "li") -> Sitting:
    desk = Desk(Repository(open_store(path, b"k" * 32)), load_policy()[0], Actor(agent), "UTC", os.urandom)
    return Sitting(desk, clock)


@pytest.fixture
def sitting(path: Path, clock: Clock) -> Iterator[Sitting]:
    made = sit(path, clock)
    customer = Customer(name="Ana", emails=("ana@x.example",))
    content = do.Content(text="It broke", author="ana@x.example")
    made.ticket = made.desk.open_ticket("email", "Broken", customer, content, START, START).id
    yield made
    made.desk.close()


def hold(sitting: Sitting, text: str = "We are on it", **given: str) -> None:
    assert sitting.ticket is not None
    known = seen_on(sitting.desk.ticket(sitting.ticket))
    sitting.hold(sitting.reply(sitting.ticket, {"text": text, "outcome": "solves", **given}), known)


def replies(sitting: Sitting) -> list[str]:
    assert sitting.ticket is not None
    case = sitting.desk.case(sitting.ticket)
    return [case.texts[each.id] for each in case.ticket.messages if each.kind is MessageKind.REPLY]


def test_a_reply_goes_out_when_its_undo_time_is_over_and_not_before(sitting: Sitting, clock: Clock) -> None:
    hold(sitting)
    clock.forward(UNDO - timedelta(milliseconds=1))
    assert sitting.send_due() == ([], [], [])
    assert replies(sitting) == []
    clock.forward(timedelta(milliseconds=1))
    sent, held, refused = sitting.send_due()
    assert ([ticket.id for ticket in sent], held, refused) == ([sitting.ticket], [], [])
    assert replies(sitting) == ["We are on it"]
    assert sitting.send_due() == ([], [], [])


def test_a_reply_that_is_taken_back_is_a_draft_again(sitting: Sitting, clock: Clock) -> None:
    hold(sitting)
    assert sitting.take_back(1)
    clock.forward(UNDO)
    assert sitting.send_due() == ([], [], [])
    draft = sitting.desk.drafts.draft(1)
    assert draft is not None
    assert (draft.kind, draft.text) == ("reply", "We are on it")
    assert not sitting.take_back(1)


def test_a_reply_is_held_when_the_customer_wrote_meanwhile(sitting: Sitting, clock: Clock) -> None:
    hold(sitting)
    more = do.Content(text="Never mind, it works", author="ana@x.example")
    header = sitting.desk.header(1, clock())
    receive = do.Receive(id=header.id, ticket=1, at=clock(), by="ana@x.example", content=more)
    sitting.desk.perform(receive, clock())
    clock.forward(UNDO)
    sent, held, _refused = sitting.send_due()
    assert (sent, [len(each.fresh) for each in held]) == ([], [1])
    assert replies(sitting) == []
    draft = sitting.desk.drafts.draft(1)
    assert draft is not None
    assert draft.text == "We are on it"


def test_a_reply_is_held_when_a_colleague_wrote_meanwhile_and_not_for_ones_own_note(
    sitting: Sitting, clock: Clock, path: Path
) -> None:
    hold(sitting)
    sitting.act("note", {"text": "my own note"})
    clock.forward(UNDO)
    assert len(sitting.send_due()[0]) == 1
    hold(sitting, "And another thing")
    colleague = sit(path, clock, "mei")
    colleague.desk.act(1, "note", {"text": "I called her already"}, clock())
    colleague.desk.close()
    clock.forward(UNDO)
    assert [len(each.fresh) for each in sitting.send_due()[1]] == [1]


def test_a_confirmed_reply_survives_the_death_of_the_program(
    sitting: Sitting, clock: Clock, path: Path
) -> None:
    hold(sitting)
    sitting.remember()
    again = sit(path, clock)  # nothing of the first one was closed
    clock.forward(UNDO)
    assert len(again.send_due()[0]) == 1
    assert sitting.send_due() == ([], [], [])  # and never twice
    assert replies(again) == ["We are on it"]
    assert again.ticket == 1
    again.desk.close()


def test_a_reply_that_meets_a_refusal_later_is_a_draft_again(
    sitting: Sitting, clock: Clock, path: Path
) -> None:
    hold(sitting)
    colleague = sit(path, clock, "mei")
    colleague.desk.act(1, "take", {}, clock())
    colleague.desk.close()
    clock.forward(UNDO)
    sent, held, refused = sitting.send_due()
    assert (sent, held, [type(each) for each in refused]) == ([], [], [NotYours])
    assert sitting.desk.drafts.draft(1) is not None


def test_H3_an_unsolved_reply_is_refused_before_it_waits(sitting: Sitting) -> None:
    with pytest.raises(PromiseRequired):
        hold(sitting, outcome="unsolved", reason="parts", deadline="2h", follow_up=" . ".strip(". ") or " ")
    assert sitting.waiting_to_go() == []


def test_a_draft_is_found_again_and_an_empty_one_is_forgotten(
    sitting: Sitting, path: Path, clock: Clock
) -> None:
    sitting.keep(1, Draft("reply", "Dear Ana,"))
    again = sit(path, clock)
    draft = again.desk.drafts.draft(1)
    assert draft is not None
    assert draft.text == "Dear Ana,"
    assert again.desk.drafts.drafted() == {1}
    again.keep(1, Draft("reply", "  "))
    assert again.desk.drafts.drafted() == set()
    again.desk.close()


def test_undo_takes_the_newest_action_back(sitting: Sitting, clock: Clock) -> None:
    sitting.act("snooze", {"until": "2h"})
    _action, ticket = sitting.desk.undo(1, clock())
    assert ticket.status is Status.OPEN


def test_what_cannot_be_done_says_why_before_anything_is_asked(
    sitting: Sitting, path: Path, clock: Clock
) -> None:
    assert sitting.why_not("classify") is None
    colleague = sit(path, clock, "mei")
    colleague.desk.act(1, "take", {}, clock())
    colleague.desk.close()
    assert isinstance(sitting.why_not("classify"), NotYours)
    assert sitting.why_not("note") is None


def test_undoing_twice_goes_further_back_and_then_there_is_nothing_left(
    sitting: Sitting, clock: Clock
) -> None:
    before = sitting.desk.ticket(1)
    sitting.act("take", {})
    sitting.act("snooze", {"until": "2h"})
    sitting.undo()
    sitting.undo()
    after = sitting.desk.ticket(1)
    assert (after.owner, after.status) == (before.owner, before.status)
    with pytest.raises(NothingToUndo):
        sitting.undo()


def test_undo_reaches_the_ticket_that_was_acted_on_when_the_desk_shows_another(sitting: Sitting) -> None:
    customer = Customer(name="Bo", emails=("bo@x.example",))
    other = sitting.desk.open_ticket(
        "email", "Other", customer, do.Content(text="hi", author="bo"), START, START
    )
    sitting.act("take", {})
    sitting.ticket = other.id
    assert sitting.undo()[0] == 1
    assert sitting.desk.ticket(1).owner is None


def test_leaving_sends_what_was_confirmed_at_the_moment_it_goes_out(sitting: Sitting, clock: Clock) -> None:
    hold(sitting)
    clock.forward(timedelta(seconds=2))
    sent, _held, _refused = sitting.send_due(all_of_them=True)
    assert [ticket.answered for ticket in sent] == [clock()]
    assert sitting.waiting_to_go() == []
