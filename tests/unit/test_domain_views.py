"""The queue: what a row tells, and in which order agents work (POLICY S6)."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from agent_tui.domain import actions as do
from agent_tui.domain.policy import UnknownWord
from agent_tui.domain.ticket import Customer, MessageKind, Status
from agent_tui.domain.views import VIEWS, Condition, Is, Row, Symbol, meaning, order, row
from tests.factories import AGENT, Story, action, at, opening, shipped


def story(channel: str = "email", ticket: int = 1, when: str = "09:00") -> Story:
    return Story(opening(at(when), channel, ticket))


def line(ticket: Story) -> Row:
    return row(ticket.ticket, ticket.policy)


def test_a_row_tells_what_is_due_next() -> None:
    chat = story("chat").classify(at("09:01"), level=2, urgent=True)
    found = line(chat)
    assert (found.timer, found.due, found.urgent, found.level, found.owner) == (
        "first_response",
        at("09:05"),
        True,
        2,
        AGENT,
    )
    assert found.risk == at("09:03:45")
    assert found.step == "reply"
    promised = line(chat.unsolved(at("09:02"), at("12:00")))
    assert (promised.timer, promised.due) == ("promise", at("12:00"))


def test_a_row_at_risk_by_another_clock_than_the_one_due_first() -> None:
    mail = story().classify(at("09:01"), level=2).unsolved(at("09:02"), at("03-03 08:00"))
    found = line(mail)
    assert found.timer == "promise"
    assert found.risk == min(found.risk or at("09:00"), at("03-03 03:00"))


@pytest.mark.parametrize(
    ("customer", "shown"),
    [
        (Customer(name="佐藤 健一", emails=("k@example.jp",)), "佐藤 健一"),
        (Customer(emails=("k@example.jp",), phones=("+81 1",)), "k@example.jp"),
        (Customer(phones=("+81 1",)), "+81 1"),
        (Customer(handles=("@ken",)), "@ken"),
        (Customer(), ""),
    ],
)
def test_a_row_names_the_customer_as_well_as_it_can(customer: Customer, shown: str) -> None:
    assert line(Story(opening(at("09:00"), customer=customer))).customer == shown


def test_a_resolved_ticket_is_an_archived_case_without_clocks() -> None:
    case = line(story().classify(at("09:01")).reply(at("09:02")).resolve(at("09:03")))
    assert (case.live, case.solved, case.due, case.risk, case.timer, case.step) == (
        False,
        True,
        None,
        None,
        "",
        "done",
    )
    aside = line(Story(opening(at("09:00"), kind=MessageKind.AUTOMATIC)))
    assert (aside.live, aside.solved) == (False, False)


def test_a_merged_ticket_is_no_line_of_work() -> None:
    gone = story().perform(action(do.Merge, at("10:00"), into=2))
    assert not line(gone).live


def test_a_snoozed_ticket_wakes_at_its_end() -> None:
    mail = story().classify(at("09:01")).reply(at("09:02"))
    assert line(mail).wakes == at("09:00")
    assert line(mail.snooze(at("09:03"), at("12:00"))).wakes == at("12:00")
    assert line(mail.resume(at("09:04"))).wakes == at("09:00")


def test_a_word_that_the_policy_lacks_is_named() -> None:
    policy = replace(shipped(), levels={1: shipped().levels[1]})
    with pytest.raises(UnknownWord, match="level 2"):
        row(story().classify(at("09:01"), level=2).ticket, policy)


# The order of work.


def test_S6_urgent_goes_first_whatever_its_channel_then_by_due_time() -> None:
    rows = [
        line(story("email", 1)),  # due tomorrow
        line(story("chat", 2)),  # in five minutes
        line(story("email", 3, "08:00").classify(at("08:01"), urgent=True)),
        line(story("social", 4)),  # in an hour
        line(story("phone", 5).classify(at("09:00"), urgent=True)),  # in half a minute
        line(story("email", 6).reply(at("09:01"))),  # nothing is due
        line(story("email", 7, "08:00").reply(at("09:01"))),  # nor here, and older
    ]
    assert [each.id for each in sorted(rows, key=order)] == [5, 3, 2, 4, 1, 7, 6]


def test_S6_an_urgent_ticket_without_a_due_time_still_comes_before_one_that_is_breached() -> None:
    urgent = line(story(ticket=1).classify(at("09:01"), urgent=True).asks(at("09:02")))
    breached = line(story("phone", 2, "03-01 09:00"))
    assert urgent.due is None
    assert sorted([breached, urgent], key=order) == [urgent, breached]


def test_equal_due_times_go_by_age_then_by_number() -> None:
    base = line(story())
    rows = [replace(base, id=3), replace(base, id=2), replace(base, id=9, created=at("08:00"))]
    assert [each.id for each in sorted(rows, key=order)] == [9, 2, 3]


# Views.


def holds(condition: Condition, found: Row, now: str) -> bool:
    """What a condition means, as plain Python."""
    value = getattr(found, condition.field)
    wanted = meaning(condition, at(now), AGENT)
    if condition.compare is Is.EQUAL:
        return bool(value == wanted)
    if value is None:
        return False
    match condition.compare:
        case Is.NOT:
            return bool(value != wanted)
        case Is.LESS:
            return bool(value < wanted)
        case Is.MORE:
            return bool(value > wanted)
        case Is.AT_MOST:
            return bool(value <= wanted)
        case Is.AT_LEAST:
            return bool(value >= wanted)
        case Is.IN:
            assert isinstance(wanted, tuple)
            return value in wanted
        case _:
            return wanted in value


def views_of(ticket: Story, now: str) -> set[str]:
    found = line(ticket)
    return {
        name for name, view in VIEWS.items() if all(holds(condition, found, now) for condition in view.where)
    }


def test_a_ticket_stands_in_the_views_that_fit() -> None:
    mail = story()
    assert views_of(mail, "09:01") == {"all", "open", "unclassified"}
    assert views_of(mail, "03-03 03:00") == {"all", "open", "unclassified", "at-risk"}
    assert views_of(mail, "03-03 09:00") == {"all", "open", "unclassified", "at-risk"}
    assert views_of(mail, "03-03 09:00:01") == {"all", "open", "unclassified", "breached"}
    mail.classify(at("09:10"), urgent=True)
    assert views_of(mail, "09:11") == {"all", "mine", "open", "urgent"}
    mail.asks(at("09:20"))
    assert views_of(mail, "09:21") == {"all", "mine", "urgent", "waiting"}
    mail.snooze(at("09:30"), at("12:00"))
    assert views_of(mail, "11:59") == {"all", "mine", "urgent", "snoozed"}
    assert views_of(mail, "12:00") == {"all", "mine", "urgent", "open"}  # the snooze has run out by itself
    mail.resume(at("12:30")).resolve(at("13:00"))
    assert views_of(mail, "13:01") == {"archive"}
    assert views_of(Story(opening(at("09:00"), kind=MessageKind.BOUNCE)), "09:01") == {"aside"}


def test_symbols_are_filled_in_when_a_view_is_looked_at() -> None:
    assert meaning(Condition("due", Is.LESS, Symbol.NOW), at("09:00"), AGENT) == at("09:00")
    assert meaning(Condition("owner", Is.EQUAL, Symbol.ME), at("09:00"), AGENT) == AGENT
    assert meaning(Condition("level", Is.EQUAL, None), at("09:00"), AGENT) is None


def test_every_condition_of_a_view_is_about_a_field_of_a_row() -> None:
    fields = set(Row.__struct_fields__)
    assert {condition.field for view in VIEWS.values() for condition in view.where} <= fields
    assert all(name == view.id for name, view in VIEWS.items())
    assert Status.WAITING.value in {condition.value for condition in VIEWS["waiting"].where}
