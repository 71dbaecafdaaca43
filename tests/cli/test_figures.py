"""`figures` and `qa` through the real command line (POLICY 8, T7)."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent_tui.domain.figure_definitions import DEFINITIONS
from tests.cli.conftest import Cli
from tests.cli.test_damage import raw

CJK = re.compile("[\u4e00-\u9fff]")
CLASSIFIED = {"verified": "yes", "type": "billing_doubt", "level": "2", "product": "=Hub"}
SOLVED = {"result": "Refunded", "summary": "Charged twice, refunded once."}
POINTS = "opening=10, listening=15, solution=30, tone=10, process=15, closing=10"


def solve(cli: Cli, satisfaction: str = "satisfied", recommend: str = "9", **new: str) -> int:
    number = cli.new(**{"email": "emma@shop.example"} | new)
    cli.do(number, "classify", **CLASSIFIED)
    cli.do(number, "reply", text="We refund it.")
    cli.do(number, "resolve", satisfaction=satisfaction, recommend=recommend, **SOLVED)
    return number


@pytest.fixture
def worked(cli: Cli) -> Cli:
    """Three cases solved, one of them not to the customer's content, and one ticket still open."""
    cli("settings", "agent.roles", "agent", "qa")
    solve(cli)
    solve(cli, "dissatisfied", "3")
    solve(cli, "asked", "", channel="chat")
    cli.new(name="Ana", email="ana@shop.example")
    return cli


def by_figure(cli: Cli, *words: str) -> dict[str, dict[str, object]]:
    """The figures of everything, by their ids."""
    return {each["figure"]: each for each in cli("figures", "--json", *words).json()["figures"]}


# Figures.


def test_POLICY8_the_figures_of_a_small_journal(worked: Cli) -> None:
    found = by_figure(worked)
    assert found.keys() == DEFINITIONS.keys()
    values = {
        figure: (found[figure]["value"], found[figure]["numerator"], found[figure]["denominator"])
        for figure in ("response_in_time", "resolution", "csat", "nps", "records_completed", "issues_a_day")
    }
    assert values == {
        "response_in_time": (1, 3, 3),
        "resolution": (0.75, 3, 4),
        "csat": (0.5, 1, 2),
        "nps": (0, 0, 2),
        "records_completed": (1, 3, 3),
        "issues_a_day": (4, 4, 1),
    }
    assert found["complaint"]["value"] == 0
    assert found["quality_score"]["value"] is None


def test_figures_as_a_table_in_both_languages(worked: Cli) -> None:
    english, chinese = (worked("--lang", language, "figures").out for language in ("en", "zh_CN"))
    assert re.search(r"Resolution rate +75\.0% 3 of 4 +resolution\n", english)
    assert re.search(r"解决率 +75\.0% .+resolution\n", chinese)
    assert not CJK.search(english)
    assert re.search("Hot topics\n +3 of 4  Billing doubt, =Hub\n +1 of 4  not classified\n", english)


def test_figures_by_group_are_wrapped_to_the_width(worked: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    said = worked("figures", "--by", "channel", "--figure", "resolution").out.splitlines()
    assert said[1].split() == ["FIGURE", "in", "total", "Online", "chat", "Service", "e-mail"]
    assert said[2].split() == ["Resolution", "rate", "75.0%", "100.0%", "66.7%"]
    monkeypatch.setenv("COLUMNS", "40")
    narrow = worked("figures", "--by", "channel", "--figure", "resolution").out.splitlines()
    assert len(narrow) > len(said)
    assert max(map(len, narrow[1:])) <= 40


@pytest.mark.parametrize("by", ["total", "day", "month", "quarter", "channel", "level", "market"])
def test_every_grouping_adds_up(worked: Cli, by: str) -> None:
    found = worked("figures", "--by", by, "--json", "--figure", "resolution").json()
    assert found["by"] == by
    total, *groups = found["figures"]
    assert total["group"] is None
    assert all(each["group"] for each in groups)
    if by != "total":
        assert sum(each["denominator"] for each in groups) == total["denominator"] == 4


def test_figures_of_a_period(worked: Cli) -> None:
    today = datetime.now(UTC).date()
    yesterday = str(today - timedelta(days=1))
    assert by_figure(worked, "--to", yesterday)["resolution"]["value"] is None
    found = worked("figures", "--from", yesterday, "--to", str(today), "--json").json()
    assert (found["from"], found["to"]) == (yesterday, str(today))
    assert worked("figures", "--to", yesterday).out.startswith("There is nothing in this period.")


def test_why_names_the_tickets_behind_a_figure(worked: Cli) -> None:
    said = worked("figures", "--why", "resolution").out
    assert "Tickets that are resolved now, of all that began. (POLICY 8)" in said
    assert "in total: 75.0% (3 of 4)" in said
    assert "counted: #1, #2, #3" in said
    assert "not counted: #4" in said
    groups = worked("figures", "--why", "resolution", "--by", "channel", "--json").json()["groups"]
    assert groups[1]["tickets"] == [{"ticket": 3, "value": 1, "weight": 1}]
    sides = worked("figures", "--why", "nps").out
    assert "9 or 10: #1" in sides
    assert "0 to 6: #2" in sides
    assert "each one: #1 0 s" in worked("figures", "--why", "handling_time").out


def test_figures_as_csv_are_no_formulas(worked: Cli) -> None:
    rows = list(csv.DictReader(io.StringIO(worked("figures", "--format", "csv", "--by", "level").out)))
    assert rows[0].keys() == {"figure", "group", "value", "unit", "better", "numerator", "denominator"}
    assert {row["group"] for row in rows} == {"", "2", "unknown"}
    why = worked("figures", "--format", "csv", "--why", "nps").out.splitlines()
    assert why == ["figure,group,ticket,value,weight", "nps,,1,1,1", "nps,,2,-1,1"]


def test_figures_as_a_workbook_hold_the_topics_as_text(worked: Cli, tmp_path: Path) -> None:
    path = tmp_path / "figures.xlsx"
    assert "Written" in worked("figures", "--output", str(path)).err
    with zipfile.ZipFile(path) as book:
        assert "xl/worksheets/sheet2.xml" in book.namelist()
        assert "=Hub" in book.read("xl/sharedStrings.xml").decode()
        assert "<f>" not in book.read("xl/worksheets/sheet2.xml").decode()


def test_figures_into_a_file_by_its_name(worked: Cli, tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    worked("figures", "--output", str(path))
    assert json.loads(path.read_text())["by"] == "total"
    assert worked("figures", "--format", "csv", "--output", "-").out.startswith("figure,")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--figure", "luck"), "There is no figure 'luck'; there are: response_in_time"),
        (("--why", "luck"), "There is no figure 'luck'"),
        (("--from", "2026-03-02", "--to", "2026-03-01"), "ends before it begins"),
        (("--from", "yesterday"), "write it as 2026-03-01"),
        (("--by", "mood"), "invalid choice: 'mood'"),
        (("--format", "xlsx"), "give --output"),
        (("--output", "figures.txt"), "A file takes json, csv or xlsx"),
    ],
)
def test_what_makes_no_sense_is_said(cli: Cli, words: tuple[str, ...], reason: str) -> None:
    cli.new()
    assert reason in cli("figures", *words, code=2).err


def test_figures_need_a_profile(cli: Cli) -> None:
    assert cli("figures", code=5).err


def test_T5_a_ticket_with_an_erased_entry_is_left_out_and_told(worked: Cli, store: Path) -> None:
    with closing(raw(worked, store)) as connection:
        connection.execute("UPDATE journal SET body = NULL, salt = NULL WHERE ticket = 1 AND kind = 'open'")
    assert "\n1 ticket is left out: an entry of it was erased.\n" in worked("figures").out
    found = worked("figures", "--json").json()
    assert found["unknown"] == [1]
    assert by_figure(worked)["issues_a_day"]["numerator"] == 3


# Quality assurance.


def test_T7_the_card_in_both_languages(cli: Cli) -> None:
    cli.new()
    english, chinese = (cli("--lang", language, "qa", "card").out for language in ("en", "zh_CN"))
    assert "   20  tone " in english
    assert "off_platform       payment outside the platform (business-critical)" in english
    assert "语气" in chinese
    card = cli("qa", "card", "--json").json()
    assert sum(each["points"] for each in card) == 100
    assert {each["kind"] for each in card} == {"section", "fatal", "violation"}


def test_T7_the_same_seed_draws_the_same_sample(worked: Cli) -> None:
    one = worked("qa", "draw", "--seed", "March 1", "--count", "2", "--json").json()
    assert one == worked("qa", "draw", "--seed", "March 1", "--count", "2", "--json").json()
    assert (one["seed"], one["of"], len(one["cases"])) == ("March 1", 3, 2)
    all_of_them = worked("qa", "draw", "--seed", "March 1", "--json").json()
    assert all_of_them["cases"][:2] == one["cases"]
    said = worked("qa", "draw", "--seed", "March 1").out
    assert "Sample March 1: 3 of 3 cases. The same seed draws the same cases." in said
    assert "--set 'sample=March 1' --set 'points=opening=10, listening=15" in said
    seeds = {worked("qa", "draw", "--json").json()["seed"] for _ in range(2)}
    assert len(seeds) == 2


def test_T7_a_sample_is_of_an_agent_and_a_period(worked: Cli) -> None:
    agent = worked("qa", "draw", "--json").json()["cases"][0]["agent"]
    assert worked("qa", "draw", "--agent", agent, "--json").json()["of"] == 3
    assert worked("qa", "draw", "--agent", "somebody", "--json").json()["of"] == 0
    assert worked("qa", "draw", "--to", "2020-01-01", "--json").json()["of"] == 0
    assert "0 of 0 cases" in worked("qa", "draw", "--to", "2020-01-01").out


def test_P1_only_roles_that_review_draw_a_sample(cli: Cli) -> None:
    cli.new()
    assert "(P1)" in cli("qa", "draw", code=3).err


def test_P2_a_supervisor_draws_cases_of_the_own_region_alone(cli: Cli) -> None:
    cli("settings", "agent.roles", "agent", "supervisor")
    cli("settings", "agent.regions", "japan_korea")
    japan, france = solve(cli, market="JP"), solve(cli, market="FR", email="luc@shop.example")
    drawn = cli("qa", "draw", "--json").json()["cases"]
    assert [each["ticket"] for each in drawn] == [japan]
    assert france not in [each["ticket"] for each in drawn]


def test_T7_results_tell_score_errors_and_comment(worked: Cli) -> None:
    worked.do(1, "review", points=POINTS, violations="phrase", comment="Too brisk", sample="s1")
    worked.do(2, "review", points=POINTS, fatal="off_platform, wrong_law")
    english, chinese = (worked("--lang", language, "qa", "results").out for language in ("en", "zh_CN"))
    assert english.count(": 90 of 100\n") == 1
    assert english.count(": 0 of 100\n") == 1
    assert "  comment: Too brisk\n" in english
    assert "  violations: phrase against the phrase book\n" in english
    assert "  customer-critical: 1\n  business-critical: 1\n" in english
    assert CJK.search(chinese)
    newest, first = worked("qa", "results", "--json").json()
    assert (newest["score"], first["score"]) == (0, 90)
    assert first["sample"] == "s1"
    assert newest["critical"] == {"customer": ["wrong_law"], "business": ["off_platform"], "compliance": []}
    found = by_figure(worked)
    assert found["quality_score"]["value"] == 45
    assert found["fatal_errors"]["value"] == 2
    assert found["culture"]["value"] == 0.5
    assert found["phrase_compliance"]["value"] == 0.5


def test_T7_a_review_stands_in_the_ticket(worked: Cli) -> None:
    worked.do(1, "review", points=POINTS, comment="Too brisk")
    said = worked("show", "1").out
    assert re.search("── reviewed by .+: 90 of 100\n", said)
    assert said.endswith("comment: Too brisk\n")


def test_T7_an_agent_sees_reviews_of_the_own_cases_alone(worked: Cli) -> None:
    worked.do(1, "review", points=POINTS)
    worked("settings", "agent.roles", "agent")
    assert len(worked("qa", "results", "--json").json()) == 1
    assert "(P1)" in worked("qa", "results", "--agent", "somebody", code=3).err
    worked("settings", "agent.name", "Somebody Else")
    assert worked("qa", "results", "--json").json() == []
    assert worked("qa", "results").out == "No reviews yet.\n"


def test_T7_reviewers_ask_for_one_agent(worked: Cli) -> None:
    worked.do(1, "review", points=POINTS)
    assert worked("qa", "results", "--agent", "somebody", "--json").json() == []


def test_POLICY8_retraining_is_said_where_the_company_asks_for_one_quarter(worked: Cli, home: Path) -> None:
    worked.do(1, "review", points=POINTS, violations="phrase")
    packs = Path(worked("locate", "--json").json()["packs"]) / "policy"
    packs.mkdir(parents=True)
    (packs / "figures.toml").write_text("[retraining]\nleast = 0.95\nquarters = 1\n")
    quarter = f"{datetime.now(UTC):%Y}-Q{(datetime.now(UTC).month + 2) // 3}"
    told = f"Retraining is due: Compliant phrases, compliance {quarter} 0.0% (POLICY 8).\n"
    assert told in worked("figures").out
    assert told in worked("qa", "results").out
    (due,) = worked("figures", "--json").json()["retraining"]
    assert due == {"figure": "phrase_compliance", "quarters": [quarter], "rates": [0.0]}
