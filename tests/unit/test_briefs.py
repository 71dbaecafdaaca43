"""Briefs: what those above read of a report or an escalation (POLICY C3, L3, L4)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from agent_tui import i18n
from agent_tui.briefs import brief
from agent_tui.desk.core import Case
from agent_tui.domain import actions as do
from agent_tui.domain.changes import text_of
from agent_tui.domain.next_step import next_step
from agent_tui.domain.text import is_safe
from agent_tui.domain.ticket import Customer, Relation
from agent_tui.domain.timers import timers
from tests.factories import COLLEAGUE, Story, at, opening

BERLIN = ZoneInfo("Europe/Berlin")
SATO = Customer(name="佐藤 健一", emails=("sato@example.jp",), market="JP", language="ja")


def of(story: Story, now: datetime) -> str:
    """The brief of a story's ticket, as somebody in Berlin writes it."""
    ticket, policy = story.ticket, story.policy
    texts = {act.id: text for act in story.actions if (text := text_of(act)) is not None}
    case = Case(ticket, texts, timers(ticket, policy), next_step(ticket, policy), ())
    return brief(case, policy, BERLIN, now)


def complaint() -> Story:
    """A complaint that waits to be reported."""
    story = Story(opening(at("09:00"), customer=SATO, text="充電器が熱くなります。\n\n> quoted"))
    story.take(at("09:05")).complain(at("09:10")).apologise(at("09:20"), direction="交換")
    return story.record(at("09:30"), wanted="a new charger", product="Charger X2")


def test_C3_a_report_says_who_what_until_when_what_was_done_and_what_is_asked() -> None:
    assert of(complaint(), at("09:40")).split("\n") == [
        "#1 Parcel 4471",
        "Customer: 佐藤 健一 · JP · ja · 18:40 Mon there",
        "Case: Service e-mail · not classified · Charger X2 · complaint: report to the supervisor",
        "What happened: The parcel is lost.",
        "Customer's words: “充電器が熱くなります。”",
        "Since: 2 Mar 2026, 10:00; complained 2 Mar 2026, 10:00, taken 2 Mar 2026, 10:10",
        "Deadlines:",
        "- report to the supervisor (C3) · due 2 Mar 2026, 11:10",
        "Done so far:",
        "- apologised 2 Mar 2026, 10:20",
        "Direction told to the customer: 交換",
        "The customer wants: a new charger",
        "Asked of you: Verify the complaint and draft a first plan (C4) within 1 h.",
    ]


def test_L3_an_escalation_asks_the_role_that_leads_the_level() -> None:
    story = Story().take(at("09:05")).classify(at("09:10"), level=3)
    assert "Asked of you: Lead it as regional supervisor with those it needs (L3)." in of(story, at("09:20"))


def test_L4_a_major_issue_asks_the_team_lead() -> None:
    story = Story().take(at("09:05")).classify(at("09:10"), level=4, deadline=at("03-04 09:00"))
    told = of(story, at("09:20"))
    assert "Lead it as team lead with those it needs (L4)." in told
    assert "resolution (L4) · due 4 Mar 2026, 10:00" in told


def test_C9_a_confirmed_group_asks_for_the_risk_first() -> None:
    told = of(complaint().link(at("09:31"), 7, Relation.GROUP), at("09:40"))
    assert "the same problem: #7" in told
    assert "Asked of you: Check the risk before anything else" in told


def test_C5_a_complex_complaint_asks_for_the_special_plan() -> None:
    story = complaint().report(at("09:45")).verify(at("10:00"), complex=True).classify(at("10:05"), level=3)
    told = of(story, at("10:10"))
    assert "Asked of you: Make the special plan with the departments (C5) within 1 d." in told
    assert "- plan: We send a new one." in told
    assert "- handed up to regional supervisor 2 Mar 2026, 10:45" in told


def test_P3_questions_to_departments_stand_with_their_answers() -> None:
    story = complaint().dispatch(at("09:32")).advise(at("09:35"), text="The flat plug.\nNo other.")
    told = of(story.dispatch(at("09:36"), "legal"), at("09:40"))
    assert "- asked Technical / after-sales 2 Mar 2026, 10:32: The flat plug. No other." in told
    assert "- asked Legal 2 Mar 2026, 10:36: no answer yet" in told


def test_H3_a_promise_stands_with_its_deadline() -> None:
    told = of(Story().take(at("09:05")).unsolved(at("09:10"), at("03-03 08:00")), at("09:20"))
    assert "- promised until 3 Mar 2026, 09:00: by e-mail every day" in told


def test_E6_the_customers_wishes_stand_with_the_customer() -> None:
    story = Story(opening(at("09:00"), customer=replace(SATO, wishes="in Japanese only")))
    assert "wishes: in Japanese only" in of(story, at("09:10"))


def test_a_brief_is_in_the_language_in_use() -> None:
    i18n.use("zh_CN")
    told = of(complaint(), at("09:40"))
    assert "上报区域主管 (C3)" in told
    assert "客户诉求：a new charger" in told


def test_a_brief_of_hostile_text_is_safe_and_short() -> None:
    hostile = "\x1b]52;c;AAAA\x07[/b] \u202eexe.fdp " * 80 + "\n" * 50
    customer = Customer(name=hostile, emails=("a@b.example",), market="JP", wishes=hostile)
    begin = action_with(hostile, customer)
    story = Story(begin).take(at("09:05")).complain(at("09:10"))
    story.apologise(at("09:12"), direction=hostile).record(at("09:13"), hostile, hostile, hostile)
    for minute in range(14, 20):
        story.dispatch(at(f"09:{minute}"), text=hostile).advise(
            at(f"09:{minute}"), text=hostile, by=COLLEAGUE
        )
    for minute in range(20, 25):
        deadline = at("03-03 08:00")
        story.reply(at(f"09:{minute}"), do.Unsolved(hostile, deadline, hostile))
    story.report(at("09:30"), hostile).verify(at("09:40"), hostile, hostile)
    told = of(story, at("09:45"))
    assert is_safe(told)
    assert len(told.split("\n")) <= 21
    assert all(len(line) < 700 for line in told.split("\n"))


def action_with(text: str, customer: Customer) -> do.Open:
    """A contact of somebody who means harm."""
    begin = opening(at("09:00"), customer=customer, text=text)
    return replace(begin, subject=text)
