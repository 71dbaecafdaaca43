"""The policy's rules of sections 3 to 5 through the command line: what is refused, what is counted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.cli.casework_cases import CLASSIFIED
from tests.cli.conftest import Cli, sets

APOLOGY = {"text": "We are very sorry.", "outcome": "apologises"}
SOLVED = {"result": "refunded", "satisfaction": "satisfied", "summary": "charged twice"}
CAUSES = {"root_cause": "the bank", "improvement": "check for doubles"}
ORDINARY = "severity=minor, safety=no, complexity=simple, impact=one, action=now, helpers=nobody"


@pytest.fixture
def number(cli: Cli) -> int:
    """A new ticket, for somebody with every role."""
    cli("settings", "agent.roles", "agent", "supervisor", "lead")
    return cli.new(email="emma@shop.example")


def clock(cli: Cli, ticket: int, name: str) -> dict[str, Any]:
    """The newest clock of this name."""
    timers: list[dict[str, Any]] = cli("explain", str(ticket), "--json").json()["timers"]
    return [timer for timer in timers if timer["name"] == name][-1]


def length(timer: dict[str, Any]) -> timedelta:
    start, due = (datetime.fromisoformat(timer[part]) for part in ("start", "due"))
    return due - start


def refused(cli: Cli, ticket: int, action: str, fields: dict[str, str], rule: str) -> None:
    """It is refused by this rule, and nothing is journaled."""
    before = len(cli("journal", "--json").lines())
    said = cli("do", str(ticket), action, *sets(fields), code=3)
    assert f"({rule})" in said.err
    assert len(cli("journal", "--json").lines()) == before


def classified(cli: Cli, ticket: int, level: str, **fields: str) -> None:
    cli.do(ticket, "classify", **(CLASSIFIED | {"level": level} | fields))


def planned(cli: Cli, ticket: int, *, difficult: bool = False) -> None:
    """A complaint with a first plan."""
    cli.do(ticket, "complain")
    cli.do(ticket, "reply", **APOLOGY)
    cli.do(ticket, "record", text="charged twice", wanted="one back")
    cli.do(ticket, "report", text="Please verify.")
    classified(cli, ticket, "2")
    cli.do(ticket, "verify", text="it is so", plan="refund", complex="yes" if difficult else "no")


def accepted(cli: Cli, ticket: int) -> None:
    planned(cli, ticket)
    cli.do(ticket, "reply", text="We would refund it.", outcome="proposes")
    cli.do(ticket, "accept", accepted="yes")


def test_L1_is_the_agents_and_on_the_spot(cli: Cli, number: int) -> None:
    classified(cli, number, "1", answers=ORDINARY)
    assert length(clock(cli, number, "resolution")) == timedelta(hours=24)  # what "on the spot" is by mail


def test_L2_is_solved_within_24_hours(cli: Cli, number: int) -> None:
    refused(cli, number, "classify", CLASSIFIED | {"answers": ORDINARY}, "L1–L4")  # level 1 was proposed
    classified(cli, number, "2")
    timer = clock(cli, number, "resolution")
    assert (timer["rule"], length(timer)) == ("L2", timedelta(hours=24))


def test_L3_is_led_by_the_supervisor_within_72_hours(cli: Cli, number: int) -> None:
    classified(cli, number, "3")
    assert length(clock(cli, number, "resolution")) == timedelta(hours=72)
    step = cli("explain", str(number), "--json").json()["next"]
    assert (step["do"], step["rule"]) == ("escalate", "L3")


def test_L4_has_a_deadline_and_safety_leaves_no_choice(cli: Cli, number: int) -> None:
    refused(cli, number, "classify", CLASSIFIED | {"level": "4"}, "L4")
    danger = CLASSIFIED | {"answers": ORDINARY.replace("safety=no", "safety=yes"), "reason": "no"}
    refused(cli, number, "classify", danger, "L4")
    classified(cli, number, "4", deadline="6h")
    cli.do(number, "escalate", to="lead", text="Please lead.")
    cli.do(
        number, "reply", text="We are on it.", outcome="unsolved", reason="r", deadline="5h", follow_up="f"
    )
    assert length(clock(cli, number, "progress")) == timedelta(hours=24)


def test_H2_the_customer_is_told_before_it_counts_as_solved(cli: Cli, number: int) -> None:
    classified(cli, number, "2")
    refused(cli, number, "resolve", SOLVED, "H2")


def test_H5_each_step_of_the_chain_has_its_action(cli: Cli, number: int) -> None:
    steps = []
    for action, fields in (("classify", CLASSIFIED), ("reply", {"text": "Refunded."}), ("resolve", SOLVED)):
        steps.append(cli("explain", str(number), "--json").json()["next"]["do"])
        cli.do(number, action, **fields)
    assert steps == ["classify", "reply", "resolve"]


def test_H6_everything_that_was_done_is_in_the_journal(cli: Cli, number: int) -> None:
    planned(cli, number)
    entries = cli("journal", str(number), "--json").lines()
    done = [entry["action"] for entry in entries]
    assert done == ["open", "complain", "reply", "record", "report", "classify", "verify"]
    assert cli("journal", "--verify").code == 0


def test_C1_the_first_answer_to_a_complaint_apologises(cli: Cli, number: int) -> None:
    cli.do(number, "customer", language="en")
    cli.do(number, "complain")
    refused(cli, number, "reply", {"text": "Hello."}, "C1")
    refused(cli, number, "reply", {"text": "Hello.", "outcome": "apologises"}, "C1")


def test_C2_a_record_holds_what_the_customer_asks_for(cli: Cli, number: int) -> None:
    cli.do(number, "complain")
    cli.do(number, "reply", **APOLOGY)
    refused(cli, number, "record", {"text": "charged twice"}, "C2")


def test_C3_the_report_is_due_an_hour_after_taking(cli: Cli, number: int) -> None:
    cli.do(number, "complain")
    cli.do(number, "reply", **APOLOGY)
    cli.do(number, "record", text="charged twice", wanted="one back")
    timer = clock(cli, number, "complaint:report")
    assert (timer["rule"], length(timer)) == ("C3", timedelta(hours=1))


def test_C4_verifying_is_the_supervisors_within_an_hour(cli: Cli, number: int) -> None:
    cli.do(number, "complain")
    cli.do(number, "reply", **APOLOGY)
    cli.do(number, "record", text="charged twice", wanted="one back")
    cli.do(number, "report", text="Please verify.")
    assert length(clock(cli, number, "complaint:verify")) == timedelta(hours=1)
    cli("settings", "agent.roles", "agent")
    refused(cli, number, "verify", {"text": "so", "plan": "refund"}, "P1")


def test_C5_a_complex_one_waits_for_the_special_plan(cli: Cli, number: int) -> None:
    planned(cli, number, difficult=True)
    refused(cli, number, "reply", {"text": "We would …", "outcome": "proposes"}, "C1–C8")
    cli.do(number, "plan", text="refund and voucher", departments="business, compliance")
    assert cli("explain", str(number), "--json").json()["next"]["rule"] == "C6"


def test_C6_a_plan_that_is_not_accepted_is_revised(cli: Cli, number: int) -> None:
    planned(cli, number)
    cli.do(number, "reply", text="We would refund it.", outcome="proposes")
    cli.do(number, "accept", accepted="no", text="too little")
    step = cli("explain", str(number), "--json").json()["next"]
    assert (step["do"], step["rule"]) == ("verify", "C4")


def test_C7_nothing_is_resolved_before_the_plan_is_carried_out(cli: Cli, number: int) -> None:
    accepted(cli, number)
    refused(cli, number, "resolve", SOLVED | CAUSES, "C1–C8")
    cli.do(number, "carry_out", text="refunded")
    cli.do(number, "resolve", **SOLVED, **CAUSES)


def test_C8_the_revisit_is_due_after_three_working_days(cli: Cli, number: int) -> None:
    accepted(cli, number)
    cli.do(number, "carry_out", text="refunded")
    cli.do(number, "resolve", **SOLVED, **CAUSES)
    timer = clock(cli, number, "complaint:revisit")
    assert (timer["rule"], timer["calendar"]) == ("C8", "home")
    assert length(timer) >= timedelta(days=2)
    assert [row["id"] for row in cli("tickets", "--view", "revisits", "--json").json()] == [number]


def test_C9_a_repeat_goes_to_compliance_before_the_supervisor(cli: Cli, number: int) -> None:
    cli.new(email="emma@shop.example", subject="Charged again")
    cli.do(number, "complain")
    cli.do(number, "link", other="2", relation="repeat")
    cli.do(number, "reply", **APOLOGY)
    cli.do(number, "record", text="charged twice", wanted="one back")
    refused(cli, number, "report", {"text": "Please verify."}, "C9")
    cli.do(number, "dispatch", department="compliance", text="again", risk="yes")
    cli.do(number, "report", text="Please verify.")


def test_C10_east_asian_customers_read_a_direction_and_a_care_phrase(cli: Cli, number: int) -> None:
    cli.do(number, "customer", market="JP", language="ja")
    cli.do(number, "complain")
    sorry = {"text": "大変申し訳ございません。交換いたします。", "outcome": "apologises"}
    refused(cli, number, "reply", sorry, "C10")
    cli.do(number, "reply", **sorry, direction="交換")
