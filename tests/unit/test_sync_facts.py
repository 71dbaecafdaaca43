"""What a helpdesk keeps of a ticket: what it should hold, and what is taken over from it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from agent_tui.domain.casework import Handover, Stage
from agent_tui.domain.ticket import Satisfaction, Status
from agent_tui.sync.facts import NAMES, Facts, changed_since, differing, encoded, named, overlay, project
from tests.factories import DAY, HOUR, Story, at, opening

NINE, TEN = at("09:00"), at("10:00")
LEVELS = (1, 2, 3, 4)


def story() -> Story:
    return Story(opening(NINE))


def complaint() -> Story:
    told = story().classify(NINE).complain(NINE).apologise(NINE).record(NINE).report(NINE).verify(NINE)
    return told.proposes(NINE).accept(NINE).carry_out(NINE)


# What it should hold


@pytest.mark.parametrize(
    ("told", "status"),
    [
        (story(), Status.OPEN),
        (story().wait(NINE), Status.WAITING),
        (story().snooze(NINE, TEN), Status.WAITING),
        (story().classify(NINE).reply(NINE).resolve(NINE), Status.RESOLVED),
    ],
)
def test_a_helpdesk_knows_three_states(told: Story, status: Status) -> None:
    assert project(told.ticket).status is status


def test_a_merged_ticket_is_resolved_there() -> None:
    assert project(replace(story().ticket, status=Status.MERGED)).status is Status.RESOLVED


def test_the_promise_counts_before_the_deadline_and_in_whole_seconds() -> None:
    until = TEN + HOUR + timedelta(microseconds=5)
    told = story().classify(NINE, level=4, deadline=TEN + DAY)
    assert project(told.ticket).promised == TEN + DAY
    told.unsolved(NINE, until)
    assert project(told.ticket).promised == TEN + HOUR
    told.reply(TEN)
    assert project(told.ticket).promised == TEN + DAY


def test_a_complaint_shows_where_it_stands() -> None:
    told = complaint()
    facts = project(told.ticket)
    assert (facts.stage, facts.complaint) == (Stage.RESOLVE, "The parcel is lost.\n\na new one")
    told.settle(TEN).appoint(TEN, TEN + DAY)
    facts = project(told.ticket)
    assert (facts.revisit, facts.satisfaction) == (TEN + DAY, Satisfaction.SATISFIED)


def test_everything_has_a_value() -> None:
    assert named(project(story().ticket)).keys() == set(NAMES)


def test_only_what_differs_and_has_a_place() -> None:
    wanted = Facts(level=2, urgent=True, product="K2")
    held = Facts(level=2, urgent=False, type="logistics")
    assert named(differing(wanted, held)) == {"urgent": True}
    assert named(differing(wanted, held, ("level", "product"))) == {}


def test_what_changed_since_it_was_kept() -> None:
    kept = encoded(Facts(level=2, status=Status.WAITING, promised=TEN))
    assert changed_since(kept, Facts(level=3, status=Status.WAITING, promised=TEN)) == {"level"}
    assert changed_since(b"", Facts()) == set(NAMES)


# What is taken over


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("subject", "Another subject"),
        ("owner", "bob"),
        ("level", 3),
        ("type", "complaint"),
        ("channel", "phone"),
        ("urgent", True),
        ("product", "K2 kettle"),
        ("market", "JP"),
        ("language", "ja"),
        ("promised", TEN + DAY),
        ("status", Status.WAITING),
        ("status", Status.RESOLVED),
    ],
)
def test_what_was_changed_there_is_so_here(name: str, value: object) -> None:
    after = overlay(story().ticket, Facts(**{name: value}), LEVELS, TEN)  # type: ignore[arg-type]
    assert getattr(project(after), name) == value


def test_what_the_helpdesk_has_no_place_for_stays() -> None:
    before = complaint().ticket
    assert overlay(before, Facts(), LEVELS, TEN) == before
    assert overlay(before, project(before), LEVELS, TEN) == before


def test_names_tell_what_to_take_over() -> None:
    held = Facts(level=3, urgent=True)
    after = overlay(story().ticket, held, LEVELS, TEN, {"urgent"})
    assert (after.level, after.urgent) == (None, True)


def test_a_level_that_nobody_knows_is_left_out() -> None:
    assert overlay(story().ticket, Facts(level=9), LEVELS, TEN).level is None


def test_an_empty_field_of_the_customer_says_nothing() -> None:
    before = story().ticket
    known = replace(before, customer=replace(before.customer, market="JP", guesses=("market text:東京",)))
    assert overlay(known, Facts(market=None), LEVELS, TEN) == known
    after = overlay(known, Facts(market="DE"), LEVELS, TEN)
    assert (after.customer.market, after.customer.guesses) == ("DE", ())


def test_another_owner_ends_a_handover() -> None:
    before = replace(story().ticket, handover=Handover("b", "bob", NINE, "alice"))
    assert overlay(before, Facts(owner="mei"), LEVELS, TEN).handover is None
    assert overlay(before, Facts(urgent=True), LEVELS, TEN).handover is not None


def test_resolved_there_ends_what_was_open() -> None:
    before = story().unsolved(NINE, TEN + DAY).customer(NINE).ticket
    after = overlay(before, Facts(status=Status.RESOLVED), LEVELS, TEN)
    assert after.status is Status.RESOLVED
    assert after.awaiting_since is None
    assert [step.ended for step in after.steps] == [TEN]


def test_what_was_promised_on_a_ticket_that_is_resolved_there_is_promised_no_more() -> None:
    before = story().unsolved(NINE, TEN + DAY).ticket
    held = Facts(status=Status.RESOLVED, promised=TEN + DAY)
    after = overlay(before, held, LEVELS, TEN)
    assert (project(after).promised, after.deadline) == (None, None)
    assert overlay(after, held, LEVELS, TEN) == after


def test_opened_again_there_has_no_resolution() -> None:
    before = story().classify(NINE).reply(NINE).resolve(NINE).ticket
    assert overlay(before, Facts(status=Status.OPEN), LEVELS, TEN).resolution is None


def test_a_promise_is_moved_and_taken_back() -> None:
    before = story().unsolved(NINE, TEN).ticket
    (step,) = overlay(before, Facts(promised=TEN + DAY), LEVELS, TEN).steps
    assert (step.due, step.ended) == (TEN + DAY, None)
    (step,) = overlay(before, Facts(promised=None), LEVELS, TEN).steps
    assert step.ended == TEN


def test_a_revisit_is_moved_only_when_one_is_due() -> None:
    due = complaint().settle(TEN).ticket
    after = overlay(due, Facts(revisit=TEN + DAY), LEVELS, TEN)
    assert after.complaint is not None
    assert after.complaint.appointment == TEN + DAY
    early = complaint().ticket
    assert overlay(early, Facts(revisit=TEN + DAY), LEVELS, TEN) == early


def test_satisfaction_is_taken_over_where_there_is_a_resolution() -> None:
    done = story().classify(NINE).reply(NINE).resolve(NINE).ticket
    after = overlay(done, Facts(satisfaction=Satisfaction.DISSATISFIED), LEVELS, TEN)
    assert after.resolution is not None
    assert after.resolution.satisfaction is Satisfaction.DISSATISFIED
    assert overlay(done, Facts(satisfaction=None), LEVELS, TEN) == done
    early = story().ticket
    assert overlay(early, Facts(satisfaction=Satisfaction.NEUTRAL), LEVELS, TEN) == early


def test_where_a_complaint_stands_is_not_taken_over() -> None:
    before = complaint().ticket
    assert overlay(before, Facts(stage=Stage.APOLOGISE, complaint="else"), LEVELS, TEN) == before


def test_facts_are_unset_unless_they_are_told() -> None:
    assert named(Facts()) == {}
    assert Facts().level is UNSET
