"""What was erased here does not come back from the helpdesk (POLICY T5); the agent is told to have it erased there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent_tui.desk import privacy
from agent_tui.desk.erasing import Destruction
from tests.helpdesks import Ideal, Weak
from tests.syncing import KEY, Seat, Team
from tests.traces import traces


@pytest.fixture(params=[Ideal, Weak])
def team(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Team]:
    with Team(tmp_path, request.param) as found:
        yield found


def erase(seat: Seat, number: int) -> Destruction:
    return privacy.erase_customer(seat.desk, f"#{number}", "request", seat.clock())


def test_T5_an_erased_ticket_does_not_come_back(team: Team) -> None:
    remote = team.begin("My parcel is at Rua Xavantes 12.")
    other = team.house.contact("Another one.", "dan@customer.example")
    team.sync()
    number = team.alice.here(remote)
    team.alice.act(number, "note", text="Carrier called.")
    team.alice.settle()
    done = erase(team.alice, number)
    assert done.record.remote == (remote,)
    team.house.write(remote, "alice", "Something new.")
    team.alice.settle()
    team.alice.restart()
    team.alice.settle()
    assert team.alice.desk.repository.get(number) is None
    assert [row.id for row in team.alice.desk.search("Xavantes")] == []
    assert team.alice.desk.repository.get(team.alice.here(other)) is not None
    assert team.alice.faults() == []


def test_T5_what_was_still_to_be_sent_is_never_sent(team: Team) -> None:
    remote = team.begin()
    number = team.alice.here(remote)
    team.alice.act(number, "note", text="Carrier called.")
    done = erase(team.alice, number)
    assert done.record.counts["unsent"] == 1
    team.alice.settle()
    assert team.alice.waiting() == []
    assert team.ops(remote) == ["Where is my parcel?"]
    assert team.alice.faults() == []


def test_T5_no_page_keeps_the_helpdesks_side(team: Team) -> None:
    remote = team.begin("My parcel is at Rua Xavantes 12.")
    number = team.alice.here(remote)
    store = team.alice.desk.repository
    path = store.database.path
    before = traces(path.parent, KEY, ["Xavantes"])["Xavantes"]
    assert {name.removesuffix("-wal") for name in before} == {"alice.db", "bob.db"}
    erase(team.alice, number)
    assert {name.removesuffix("-wal") for name in traces(path.parent, KEY, ["Xavantes"])["Xavantes"]} == {
        "bob.db"
    }
    assert store.remotes.is_erased(remote)


def test_T5_consent_reaches_the_helpdesk_as_a_comment_and_stays(team: Team) -> None:
    remote = team.begin()
    number = team.alice.here(remote)
    team.alice.act(number, "consent", purpose="service", answer="given", language="en")
    team.alice.act(number, "consent", purpose="survey", answer="withdrawn")
    team.sync()
    assert team.alice.waiting() == []
    assert {each.purpose: each.answer for each in team.alice.ticket(number).customer.consents} == {
        "service": "given",
        "survey": "withdrawn",
    }
    assert team.ops(remote)[1].startswith("Before I go on")
    team.house.write(remote, "bob", "Seen.")
    team.sync()
    assert privacy.consent_needed(team.alice.desk, team.alice.ticket(number).customer) == ()
    assert team.alice.faults() == team.bob.faults() == []


def test_T4_a_look_behind_the_mask_stays_here(team: Team) -> None:
    remote = team.begin()
    number = team.alice.here(remote)
    team.alice.act(number, "unmask", kinds="phone", reason="to ring back")
    team.alice.act(number, "note", text="Rang back.")
    team.sync()
    assert team.ops(remote) == ["Where is my parcel?", "Rang back."]
    assert team.alice.faults() == []
