"""Taking actions back: what was done is undone exactly, what was said stays said."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from agent_tui.domain import actions as do
from agent_tui.domain.apply import apply, start
from agent_tui.domain.ticket import Customer, Link, Relation, Satisfaction, Ticket
from agent_tui.domain.undo import NotUndoable, inverse
from tests.factories import at

NOW = at("09:00")
LATER = NOW + timedelta(minutes=5)


def base(kind: type[do.Base], number: int = 1, **fields: object) -> do.Action:
    return kind(id=f"{kind.__name__:0>26}", ticket=number, at=NOW, by="li", **fields)  # type: ignore[return-value]


def ticket() -> Ticket:
    content = do.Content(text="It broke", author="ana@x.example")
    return start(
        base(do.Open, channel="email", subject="Broken", customer=Customer(name="Ana"), content=content)
    )  # type: ignore[arg-type]


def undone(before: Ticket, action: do.Action) -> Ticket:
    after = apply(before, action)
    assert after != before
    header = do.Note(id="U" * 26, ticket=1, at=LATER, by="li", text="")
    return apply(after, inverse(before, action, header))


@pytest.mark.parametrize(
    "action",
    [
        base(do.Take),
        base(do.Classify, verified=True, type="logistics", level=2, urgent=True),
        base(do.Snooze, until=NOW + timedelta(hours=2)),
        base(do.Wait),
        base(do.Resolve, result="sent", satisfaction=Satisfaction.SATISFIED, summary="done"),
        base(do.Tag, add=(" vip ",)),
        base(do.EditCustomer, facts=do.CustomerFacts(name="Ana Souza", market="BR")),
    ],
    ids=do.kind_of,
)
def test_an_undone_action_leaves_the_ticket_as_it_was(action: do.Action) -> None:
    before = ticket()
    assert undone(before, action) == replace(before, changed=LATER)


def test_undoing_a_resolution_brings_promise_and_waiting_customer_back() -> None:
    promise = do.Unsolved("parts are late", NOW + timedelta(hours=3), "I will call")
    before = apply(ticket(), base(do.Reply, text="Please wait", outcome=promise))
    before = apply(before, base(do.Receive, content=do.Content(text="And now?", author="ana@x.example")))
    resolve = base(do.Resolve, result="sent", satisfaction=Satisfaction.SATISFIED, summary="done")
    after = undone(before, resolve)
    assert after.awaiting_since == before.awaiting_since is not None
    assert [step.ended for step in after.steps] == [None]


def test_a_changed_link_gets_its_old_relation_back_on_both_tickets() -> None:
    before = apply(ticket(), base(do.Link, other=2))
    change = base(do.Link, other=2, relation=Relation.DUPLICATE)
    assert undone(before, change).links == (Link(2, Relation.RELATED),)


def test_a_new_link_is_undone_by_unlinking() -> None:
    assert undone(ticket(), base(do.Link, other=2)).links == ()


@pytest.mark.parametrize(
    "action",
    [base(do.Note, text="hm"), base(do.Reply, text="hello"), base(do.Merge, into=2)],
    ids=do.kind_of,
)
def test_what_was_said_or_merged_cannot_be_undone(action: do.Action) -> None:
    with pytest.raises(NotUndoable):
        inverse(ticket(), action, action)
