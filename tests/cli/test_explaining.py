"""`explain`: why a ticket stands where it does, and what rules, figures and refusals are; `similar` (POLICY C9)."""

from __future__ import annotations

import re

import pytest

from agent_tui.cli.explaining import refusals
from agent_tui.packs.rules import load_rules
from tests.cli.conftest import Cli
from tests.cli.test_commands import both

ANSWERS = "severity=severe, safety=no, complexity=simple, impact=one, action=later, helpers=supervisor"


def complain(cli: Cli, **fields: str) -> int:
    """A complaint that is recorded and classified."""
    number = cli.new(market="JP", **fields)
    cli.do(number, "complain")
    cli.do(
        number, "reply", text="申し訳ございません。交換いたします。", outcome="apologises", direction="交換"
    )
    cli.do(number, "record", text="hot", wanted="a new one", product="Charger X2")
    cli.do(number, "classify", verified="yes", type="after_sales_fault", level="3", answers=ANSWERS)
    return number


def to_the_revisit(cli: Cli, number: int) -> None:
    cli.do(number, "report", text="please verify")
    cli("settings", "agent.roles", "agent", "supervisor")
    cli.do(number, "verify", text="true", plan="a new one")
    cli.do(number, "reply", text="We send a new one.", outcome="proposes")
    cli.do(number, "accept", accepted="yes")
    cli.do(number, "carry_out", text="sent")
    filled = {"root_cause": "cell", "improvement": "test", "care": "お大事に"}
    cli.do(number, "resolve", result="new one", satisfaction="asked", summary="x", **filled)


# A ticket.


def test_H1_the_level_is_explained_by_the_answers(cli: Cli) -> None:
    number = complain(cli)
    english, chinese = both(cli, "explain", str(number))
    assert "level: Level 3, complex" in english
    assert "- it is severe for the customer (L3)" in english
    assert "who is needed: the supervisor with departments" in english
    assert "三级复杂" in chinese
    level = cli("explain", str(number), "--json").json()["level"]
    assert level["proposed"] == 3
    assert {rule["id"] for rule in level["because"]} == {"severe", "supervisor"}


def test_C3_the_stages_are_told_with_who_when_and_limit(cli: Cli) -> None:
    number = complain(cli)
    english = cli("explain", str(number)).out
    assert re.search(r"apologise \(C1\): done .* by .*, frontline agent · due .* · met", english)
    assert re.search(
        r"report to the supervisor \(C3\): now, since .*, frontline agent · within 1 h of taking", english
    )
    found = cli("explain", str(number), "--json").json()["complaint"]
    assert found["stage"] == "report"
    assert [each["stage"] for each in found["passed"]] == ["apologise", "record"]
    assert all(each["due"] and each["role"] == "agent" for each in found["passed"])


def test_P3_open_questions_are_told(cli: Cli) -> None:
    number = complain(cli)
    cli.do(number, "dispatch", department="technical", text="Which cell?")
    cli.do(number, "dispatch", department="legal", text="Liable?")
    cli.do(number, "advise", department="legal", text="No.")
    english, chinese = both(cli, "explain", str(number))
    assert re.search(r"Technical / after-sales, asked .*: Which cell\?", english)
    assert "Liable?" not in english
    assert "技术/售后" in chinese
    questions = cli("explain", str(number), "--json").json()["questions"]
    assert [each["department"] for each in questions] == ["technical"]


def test_T6_a_legal_clock_is_told_with_law_and_source(cli: Cli) -> None:
    number = cli.new(market="ES")
    cli.do(number, "complain")
    english = cli("explain", str(number)).out
    assert "settle the complaint · Ley 10/2025" in english
    assert "source: https://www.uria.com" in english
    legal = cli("explain", str(number), "--json").json()["legal"]
    assert [(each["id"], each["law"]) for each in legal] == [("es_resolve", "Ley 10/2025")]


def test_C8_moments_for_the_revisit_are_proposed(cli: Cli) -> None:
    number = complain(cli)
    assert cli("explain", str(number), "--json").json()["revisit"] is None
    to_the_revisit(cli, number)
    english, _chinese = both(cli, "explain", str(number))
    assert "moments for the revisit" in english
    found = cli("explain", str(number), "--json").json()["revisit"]
    assert found["hours"] == "both"
    assert 1 <= len(found["moments"]) <= 3
    cli.do(number, "appoint", moment=found["moments"][0])
    assert "appointed revisit (C8)" in cli("show", str(number)).out


def test_why_the_next_step_is_what_it_is(cli: Cli) -> None:
    number = cli.new()
    why = {}

    def told() -> str:
        return str(cli("explain", str(number), "--json").json()["why"])

    why["classify"] = told()
    cli.do(number, "classify", verified="yes", type="billing_doubt", level="3")
    why["escalate"] = told()
    cli.do(number, "escalate", to="supervisor", text="x")
    why["reply"] = told()
    promise = {"reason": "r", "deadline": "2h", "follow_up": "by telephone"}
    cli.do(number, "reply", text="x", outcome="unsolved", **promise)
    why["progress"] = told()
    cli.do(number, "wait")
    why["wait"] = told()
    cli.do(number, "reply", text="x")
    cli.do(number, "resume")
    why["resolve"] = told()
    cli.do(number, "resolve", result="x", satisfaction="satisfied", summary="x")
    why["done"] = told()
    assert len(set(why.values())) == len(why)
    assert why["escalate"] == "an issue of this level is led by: regional supervisor; nobody told them yet"
    assert why["progress"] == "a promise is open: by telephone"


# What is the same problem.


def test_C9_likely_repeats_and_groups_are_proposed_and_linked_on_confirmation(cli: Cli) -> None:
    first = cli.new(subject="PB-20K hot", email="a@x.example")
    again = cli.new(subject="PB-20K hot again", email="a@x.example")
    for name in ("b", "c"):
        cli.new(subject=f"PB-20K {name}", email=f"{name}@x.example", name=name)
    english, _chinese = both(cli, "similar", str(first))
    assert f"#{again} repeat of the same problem: PB-20K" in english
    assert "may be the same problem (C9)" in cli("explain", str(first)).out
    found = cli("similar", str(first), "--json").json()
    assert [each["relation"] for each in found] == ["repeat", "group", "group"]
    assert found == cli("explain", str(first), "--json").json()["similar"]
    assert cli("similar", str(first), "--confirm").out.endswith("3 tickets linked.\n")
    links = cli("show", str(first), "--json").json()["links"]
    assert sorted(link["relation"] for link in links) == ["group", "group", "repeat"]
    assert (
        both(cli, "similar", str(first), "--confirm")[0] == "No other ticket looks like the same problem.\n"
    )
    cli("similar", "99", code=4)


def test_H4_an_archived_case_is_cited_in_an_open_ticket(cli: Cli) -> None:
    solved, open_ = cli.new(subject="Solved"), cli.new(subject="Open")
    cli.do(solved, "classify", verified="yes", type="billing_doubt", level="1")
    cli.do(solved, "reply", text="Done.")
    cli.do(solved, "resolve", result="x", satisfaction="satisfied", summary="x")
    cli.do(open_, "link", other=str(solved), relation="case")
    english, chinese = both(cli, "show", str(open_))
    assert f"→ #{solved} solved case that helps" in english
    assert f"→ #{solved} 参考案例" in chinese
    assert [row["id"] for row in cli("tickets", "--view", "archive", "--json").json()] == [solved]


# Rules, figures, refusals.


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_rule_is_explained_in_both_languages(cli: Cli, language: str) -> None:
    rules = load_rules(None, [])
    counts = {letter: sum(rule[0] == letter for rule in rules) for letter in "SLHCPETQ"}
    assert counts == {"S": 8, "L": 4, "H": 6, "C": 10, "P": 4, "E": 6, "T": 7, "Q": 4}
    for rule, names in rules.items():
        assert set(names) == {"en", "zh_CN"}
        said = cli("--lang", language, "explain", rule).out
        assert said.startswith(f"{rule}  {names[language]}\n")


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("S1", "Overseas hotline: first response within 30 s"),
        ("S7", "resolution: pauses while waiting for the customer, snoozed; at risk from 75% of the limit"),
        ("S8", "After-sales fault: resolved within 3 d"),
        ("L3", "Level 3, complex: led by regional supervisor, solved within 3 d"),
        ("L4", "until a deadline that is set; a progress message every 1 d at least"),
        ("H3", "clock: promised deadline"),
        ("C3", "report to the supervisor · frontline agent · within 1 h of taking the complaint"),
        ("C8", "revisit · frontline agent · within 3 working days"),
        ("C9", "group: 3 customers or more with one cause within 14 d"),
        ("C10", "“apologise” needs the"),
        ("P1", "regional supervisor · alone may"),
        ("P3", "Technical / after-sales: answers within 4 h, round the clock"),
        ("P4", "Asia shift · 08:00-16:00 Asia/Shanghai"),
        ("T7", "quality card:"),
    ],
)
def test_a_rule_is_told_with_what_it_does_here(cli: Cli, rule: str, words: str) -> None:
    assert words in cli("explain", rule.lower()).out
    found = cli("explain", rule, "--json").json()
    assert found["rule"] == rule
    assert any(words in line for line in found["acts"])
    assert not cli.home.exists()


def test_a_rule_follows_the_companys_own_numbers(cli: Cli) -> None:
    from pathlib import Path

    packs = Path(cli("locate", "--json").json()["packs"]) / "policy"
    packs.mkdir(parents=True)
    shipped = Path(__file__).parents[2] / "agent_tui" / "packs" / "policy"
    own = (shipped / "departments.toml").read_text("utf-8").replace('limit = "4h"', 'limit = "2h"')
    (packs / "departments.toml").write_text(own, "utf-8")
    (packs / "rules.toml").write_text("[P3]\nname = 3\n")
    result = cli("explain", "P3")
    assert "Technical / after-sales: answers within 2 h" in result.out
    assert "rules.toml, line 2" in result.err  # the shipped sentence stands


def test_a_figure_is_explained(cli: Cli) -> None:
    english, _chinese = both(cli, "explain", "csat")
    assert "CSAT" in english
    assert cli("explain", "csat", "--json").json()["id"] == "csat"


def test_every_refusal_is_explained(cli: Cli) -> None:
    assert {"not_this_stage", "not_verified", "unknown_word", "nothing_to_undo", "still_going"} <= set(
        refusals()
    )
    for code in refusals():
        assert cli("explain", code).out.strip()
    english, _chinese = both(cli, "explain", "deadline_required")
    assert english == "Level … needs an explicit deadline. (L4)\n"
    assert cli("explain", "not_verified", "--json").json() == {
        "refusal": "not_verified",
        "text": "Verify the issue before classifying it.",
        "rule": "H1",
    }


def test_nothing_of_that_name(cli: Cli) -> None:
    for word in ("frobnicate", "C11", "\x1b[2J"):
        english, _chinese = both(cli, "explain", word, code=2)
        assert "\x1b" not in english


def test_C3_a_refusal_names_the_stage_and_the_roles_of_the_policy(cli: Cli) -> None:
    number = complain(cli)
    english, chinese = both(cli, "do", str(number), "accept", "--set", "accepted=yes", code=3)
    assert "“report to the supervisor”" in english
    assert "“上报区域主管”" in chinese
    english, chinese = both(cli, "do", str(number), "verify", "--text", "x", "--set", "plan=x", code=3)
    assert "regional supervisor, team lead. Yours: frontline agent." in english
    assert "区域客服主管、团队负责人" in chinese


# The archive and every view, narrowed.


def test_H4_tickets_are_narrowed_by_type_market_product_and_level(cli: Cli) -> None:
    one = cli.new(subject="PB-20K hot", market="JP")
    two = cli.new(subject="PB-20K cold", market="DE")
    for number, level in ((one, "2"), (two, "1")):
        cli.do(number, "classify", verified="yes", type="logistics", level=level, product="Charger X2")
    cli.do(two, "reply", text="Done.")
    cli.do(two, "resolve", result="x", satisfaction="satisfied", summary="x")

    def found(*words: str) -> list[int]:
        return [row["id"] for row in cli("tickets", "--json", *words).json()]

    assert found("--type", "logistics") == [one]
    assert found("--view", "archive", "--type", "logistics", "--level", "1") == [two]
    assert found("--view", "archive", "--level", "2") == []
    assert found("--search", "PB-20K") == [two, one]
    assert found("--search", "PB-20K", "--market", "de") == [two]
    assert found("--search", "PB-20K", "--product", "charger x2", "--level", "2") == [one]
    assert found("--view", "archive", "--search", "cold", "--product", "Charger X2") == [two]
    assert found("--market", "FR") == []
    counts = cli("tickets", "--counts", "--json", "--market", "DE").json()
    assert (counts["all"], counts["archive"]) == (0, 1)
    assert "logistics" in both(cli, "tickets", "--type", "nope", code=2)[0]
    both(cli, "tickets", "--market", "Germany", code=2)
    both(cli, "tickets", "--level", "5", code=2)
