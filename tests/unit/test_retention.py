"""How long what is kept (POLICY T5): when a time is over, what holds it, and what carrying it out leaves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from agent_tui.desk import privacy
from agent_tui.desk.core import Desk
from agent_tui.desk.drafts import Draft
from agent_tui.desk.opening import Place, open_desk
from agent_tui.domain import actions as do
from agent_tui.domain.privacy_actions import Scope
from agent_tui.domain.retention import Due, Export, Hold, RetentionRule, closed_at, due, holds_on
from agent_tui.domain.ticket import Attachment, Customer, Status, Ticket
from agent_tui.packs.loader import BUILT_IN, Problem
from agent_tui.packs.retention import load_retention
from tests.factories import Story, complaint_at

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
SHIPPED = (BUILT_IN / "policy" / "retention.toml").read_text()


@pytest.fixture
def rule() -> RetentionRule:
    problems: list[Problem] = []
    found = load_retention(None, problems)
    assert not problems
    return found


def solved(number: int = 1, at: datetime = NOW, **changes: object) -> Ticket:
    """A ticket that was begun and resolved at one moment."""
    customer = Customer(emails=(f"c{number}@example.com",), market="DE")
    plain = Ticket(number, "x", "email", customer, at, status=Status.RESOLVED, changed=at)
    return replace(plain, **changes)


def scopes(found: Iterator[Due]) -> list[tuple[Scope, tuple[int, ...]]]:
    return [(each.scope, each.tickets) for each in found]


def test_T5_a_ticket_is_due_to_the_second(rule: RetentionRule) -> None:
    end = NOW + rule.periods[Scope.TICKETS].keep
    assert scopes(due([solved()], rule, end - timedelta(seconds=1))) == []
    assert scopes(due([solved()], rule, end)) == [(Scope.TICKETS, (1,))]


def test_a_ticket_that_is_worked_on_is_never_due(rule: RetentionRule) -> None:
    for status in (Status.OPEN, Status.WAITING, Status.SNOOZED):
        assert closed_at(solved(status=status)) is None
        assert scopes(due([solved(status=status)], rule, NOW + 9999 * DAY)) == []


def test_T5_a_market_may_have_a_time_of_its_own(rule: RetentionRule) -> None:
    period = replace(rule.periods[Scope.TICKETS], markets={"DE": 10 * DAY})
    other = replace(rule, periods={**rule.periods, Scope.TICKETS: period})
    french = solved(2, customer=Customer(market="FR"))
    assert scopes(due([solved(), french], other, NOW + 10 * DAY)) == [(Scope.TICKETS, (1,))]


def test_T5_what_holds_a_ticket_is_told(rule: RetentionRule) -> None:
    complaint = complaint_at().complaint
    ticket = solved(tags=("LEGAL-hold",), complaint=complaint)
    assert holds_on(ticket, rule, {1}) == (Hold.UNSENT, Hold.COMPLAINT, Hold.LEGAL)
    assert holds_on(solved(tags=("法律保全",)), rule, ()) == (Hold.LEGAL,)
    assert holds_on(solved(tags=("legal-holdings",)), rule, {2}) == ()
    (found,) = due([ticket], rule, NOW + 9999 * DAY, unsent={1})
    assert found.holds == (Hold.UNSENT, Hold.COMPLAINT, Hold.LEGAL)


def test_merged_tickets_go_as_one_and_a_hold_on_one_holds_all(rule: RetentionRule) -> None:
    target, late = solved(1), NOW + 9999 * DAY
    one = solved(2, status=Status.MERGED, merged_into=1)
    two = solved(3, status=Status.MERGED, merged_into=2)
    assert scopes(due([target, one, two], rule, late)) == [(Scope.TICKETS, (1, 2, 3))]
    (held,) = due([target, one, replace(two, tags=("legal-hold",))], rule, late)
    assert held.holds == (Hold.LEGAL,)
    assert scopes(due([replace(target, status=Status.OPEN), one], rule, late)) == []


def test_attachments_and_drafts_go_before_the_ticket_and_with_it(rule: RetentionRule) -> None:
    def at(days: int) -> list[tuple[Scope, tuple[int, ...]]]:
        return scopes(due([solved()], rule, NOW + days * DAY, attached={1}, drafted={1}))

    assert at(89) == []
    assert at(90) == [(Scope.DRAFTS, (1,))]
    assert at(365) == [(Scope.ATTACHMENTS, (1,)), (Scope.DRAFTS, (1,))]
    assert at(1095) == [(Scope.TICKETS, (1,))]


def test_an_open_complaint_holds_no_draft(rule: RetentionRule) -> None:
    ticket = solved(complaint=complaint_at().complaint)
    (found,) = due([ticket], rule, NOW + 90 * DAY, drafted={1})
    assert (found.scope, found.holds) == (Scope.DRAFTS, ())


def test_exports_are_due_by_their_own_day(rule: RetentionRule) -> None:
    files = [Export(7, NOW, (1, 2)), Export(8, NOW + DAY, (1,))]
    (found,) = due([], rule, NOW + 30 * DAY, exports=files)
    assert (found.export, found.tickets, found.due) == (7, (1, 2), NOW + 30 * DAY)


def test_a_late_word_puts_the_end_off() -> None:
    ticket = Story().ticket
    assert closed_at(ticket) is None
    closed = replace(ticket, status=Status.RESOLVED)
    assert closed_at(closed) == ticket.messages[-1].at


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ('keep = "1095d"', 'keep = "soon"', 8, "is not a duration"),
        ('keep = "1095d"', 'keep = "0d"', 8, "longer than nothing"),
        ('keep = "90d"', 'markets = { de = "1d" }\nkeep = "90d"', 18, "no country code"),
        ('zh_CN = "导出的文件"', 'zh = "x"', 22, "lacks zh_CN"),
        ("[exports]", "[export]", 21, "is none of: tickets"),
        ('tags = ["legal-hold", "法律保全"]', "tags = []", 28, "needs tags"),
        ('keep = "30d"', "", 21, "keep is missing"),
    ],
)
def test_a_bad_pack_is_told_with_line_and_reason(
    tmp_path: Path, rule: RetentionRule, old: str, new: str, line: int, reason: str
) -> None:
    (tmp_path / "policy").mkdir()
    assert old in SHIPPED
    (tmp_path / "policy" / "retention.toml").write_text(SHIPPED.replace(old, new))
    problems: list[Problem] = []
    assert load_retention(tmp_path, problems) == rule
    assert problems[0].line == line
    assert reason in str(problems[0].reason)


@pytest.fixture
def desk(home: Path) -> Iterator[Desk]:
    place = Place("default", home / "data" / "default" / "store.db", home / "config", home / "packs")
    found = open_desk(place, "li.wei", "UTC", create=True)
    yield found
    found.close()


def begin(desk: Desk, files: tuple[Attachment, ...] = (), market: str = "DE") -> int:
    customer = Customer(name="Emma", emails=(f"e{desk.repository.next_id()}@example.com",), market=market)
    content = do.Content(text="Where is it?", attachments=files)
    return desk.open_ticket("email", "x", customer, content, NOW, NOW).id


def solve(desk: Desk, number: int) -> None:
    answers = {"verified": "yes", "type": "product_question", "level": "1"}
    desk.act(number, "classify", answers, NOW)
    desk.act(number, "reply", {"text": "Here."}, NOW)
    desk.act(number, "resolve", {"result": "r", "satisfaction": "satisfied", "summary": "s"}, NOW)


def test_T5_carrying_out_destroys_what_is_due_with_a_record_a_kind(desk: Desk, tmp_path: Path) -> None:
    store = desk.repository
    with store.transaction():
        own, shared = store.put_blob(b"own"), store.put_blob(b"shared")
    mine = (Attachment("a", "b/c", 3, own), Attachment("d", "b/c", 6, shared))
    done, kept, running = begin(desk, mine), begin(desk, mine[:1]), begin(desk, mine[1:])
    for number in (done, kept):
        solve(desk, number)
    desk.act(kept, "tag", {"add": "legal-hold"}, NOW)
    desk.drafts.keep(done, Draft("reply", "…"))
    path = tmp_path / "out.csv"
    path.write_bytes(b"id")
    with store.transaction():
        store.erasure.note_export(path, b"id", (running,), NOW)

    assert [(each.scope, each.holds) for each in privacy.due(desk, NOW + 91 * DAY)] == [
        (Scope.DRAFTS, ()),
        (Scope.EXPORTS, ()),
    ]
    some = privacy.carry_out(desk, NOW + 91 * DAY)
    assert [(each.record.scope, each.record.counts) for each in some] == [
        (Scope.DRAFTS, {"drafts": 1}),
        (Scope.EXPORTS, {"exports": 1}),
    ]
    assert not path.exists()
    assert desk.drafts.begun() == set()

    # One file is held by a ticket under a legal hold, the other by one that is worked on: both stay.
    late = NOW + 400 * DAY
    assert [each.holds for each in privacy.due(desk, late)] == [(Hold.LEGAL,)]
    assert privacy.carry_out(desk, late) == ()
    desk.act(kept, "tag", {"remove": "legal-hold"}, late)
    (files,) = privacy.carry_out(desk, late)
    assert (files.record.tickets, files.record.counts) == ((done, kept), {"attachments": 1})
    assert store.blob(own) is None
    assert store.blob(shared) == b"shared"
    assert privacy.due(desk, late) == ()

    (gone,) = privacy.carry_out(desk, NOW + 1100 * DAY)
    assert gone.record.tickets == (done, kept)
    assert gone.record.laws == ("gdpr",)
    assert gone.record.reason == "retention"
    assert [ticket.id for ticket in store.all()] == [running]
    assert list(desk.verify()) == []
    assert privacy.carry_out(desk, NOW + 1100 * DAY) == ()
