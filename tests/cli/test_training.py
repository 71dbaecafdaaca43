"""What trainers, trainees and mentors do on the command line: courses, result files, reviews (POLICY Q1, Q4)."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

from agent_tui.cli.exits import Exit
from agent_tui.cli.training_parser import spelled
from tests.cli.conftest import Cli
from tests.practice.trainees import DAY, LATER, SCENARIO, academy_at, academy_of_commands, ended

COURSE = f"""\
[course]
id = "first-month"
name = {{ en = "First month", zh_CN = "入职首月" }}
trainer = "Wang Fang"

[hot]
scenario = "{SCENARIO}"
mode = "certify"
due = 2026-06-12

[theory]
topics = ["levels"]
questions = 3
pass_mark = 80
due = 2999-06-20
"""


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENT_TUI_KEY", "6265" * 16)


@pytest.fixture
def course(tmp_path: Path) -> Path:
    file = tmp_path / "course.toml"
    file.write_text(COURSE, "utf-8")
    return file


@pytest.fixture
def trained(cli: Cli) -> Cli:
    """A trainee who has one certified run."""
    cli("settings", "agent.name", "Alex")
    with academy_of_commands("Alex") as academy:
        ended(academy)
    return cli


def exported(folder: Path, name: str) -> Path:
    """The result file of another trainee, who did nothing in time."""
    with academy_at(folder / name, name) as academy:
        ended(academy, DAY, "learn", idle=True)
        from agent_tui.practice.reports import report_file

        file = folder / f"{name}.json"
        file.write_bytes(report_file(academy.report(DAY + LATER)))
    return file


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("practice", "practice"),
        ("practice broken_kettle", "practice begin broken_kettle"),
        ("--lang en practice broken_kettle --seed 1", "--lang en practice begin broken_kettle --seed 1"),
        ("--lang=en practice kettle", "--lang=en practice begin kettle"),
        ("practice course check f", "practice course check f"),
        ("practice begin course", "practice begin course"),
        ("practice --help", "practice --help"),
        ("--profile practice tickets", "--profile practice tickets"),
        ("do 1 note --text practice me", "do 1 note --text practice me"),
        ("", ""),
    ],
)
def test_a_scenario_can_be_named_without_begin(typed: str, meant: str) -> None:
    assert spelled(typed.split()) == meant.split()


# Courses


def test_a_good_course_is_checked_and_shown(cli: Cli, course: Path) -> None:
    assert "nothing is wrong, 2 tasks" in cli("practice", "course", "check", str(course)).out
    shown = cli("practice", "course", "show", str(course)).out
    assert "First month (version 1), by Wang Fang" in shown
    assert "due 2026-06-12" in shown
    assert "3 questions" in shown
    assert "80 % right" in shown
    whole = cli("practice", "course", "show", str(course), "--json").json()
    assert [task["due"] for task in whole["tasks"]] == ["2026-06-12", "2999-06-20"]


def test_a_bad_course_is_told_with_file_line_and_reason(cli: Cli, course: Path) -> None:
    course.write_text(COURSE.replace(SCENARIO, "broken_kettel"), "utf-8")
    for command in ("check", "show", "add"):
        told = cli("practice", "course", command, str(course), code=Exit.BAD_INPUT).err
        assert f"{course}, line 7: [hot] there is no broken_kettel; there are: ae_ramadan" in told
    assert cli("practice", "course", "show", "--json").json() == []
    missing = cli("practice", "course", "check", str(course) + "x", code=Exit.BAD_INPUT)
    assert "No such file or directory" in missing.err


def test_a_trainee_adds_a_course_and_sees_how_far_it_is(trained: Cli, course: Path) -> None:
    assert "No course was added yet" in trained("practice", "course", "show").out
    assert "Added: First month" in trained("practice", "course", "add", str(course)).out
    shown = trained("practice", "course", "show").out
    assert "1 of 2 tasks done" in shown
    assert "Next: 3 questions" in shown
    assert [
        (each["task"], each["state"]) for each in trained("practice", "course", "show", "--json").json()
    ] == [
        ("hot", "done"),
        ("theory", "open"),
    ]
    course.write_text(
        COURSE.replace("[hot]", "[cold]").replace("trainer =", "version = 2\ntrainer ="), "utf-8"
    )
    assert "version 2, in place of version 1" in trained("practice", "course", "add", str(course)).out
    course.write_text(COURSE, "utf-8")
    assert "version 1 is older" in trained("practice", "course", "add", str(course), code=2).err


def test_the_course_of_the_manual_is_a_good_one(cli: Cli, course: Path) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    found = re.search(r"<!-- course -->\n```toml\n(.*?)```", readme, re.DOTALL)
    assert found is not None
    course.write_text(found[1], "utf-8")
    assert "nothing is wrong, 3 tasks" in cli("practice", "course", "check", str(course)).out


# Results


def test_results_are_listed_and_a_group_is_shown(trained: Cli, course: Path, tmp_path: Path) -> None:
    trained("practice", "course", "add", str(course))
    listed = trained("practice", "results").out
    assert "certify" in listed
    (run,) = trained("practice", "results", "--json").json()
    assert run["passed"]
    folder = tmp_path / "group"
    folder.mkdir()
    trained("practice", "results", "--export", str(folder / "alex.json"))
    exported(folder, "ben")
    told = trained("practice", "group", str(folder), "--course", str(course), "--json").json()
    assert [
        (each["trainee"], each["done"], each["overdue"], each["runs_passed"], each["certificates"])
        for each in told
    ] == [("Alex", 1, 0, 1, 1), ("ben", 0, 1, 0, 0)]
    assert told[1]["weakest"]
    table = trained("practice", "group", str(folder), "--course", str(course)).out.splitlines()
    assert table[1].split()[:2] == ["Alex", "1/2"]
    assert table[2].split()[:3] == ["ben", "0/2", "1"]
    assert any(line.startswith("ben: ") and "overdue" in line for line in table)
    own = trained("practice", "group", str(folder), "--json").json()
    assert [len(each["tasks"]) for each in own] == [2, 0]


def test_a_group_as_csv_has_a_line_a_task(trained: Cli, course: Path, tmp_path: Path) -> None:
    file = exported(tmp_path, "=ben")
    out = trained("practice", "group", str(file), "--course", str(course), "--csv").out
    lines = list(csv.DictReader(io.StringIO(out)))
    assert [(line["trainee"], line["task"], line["state"]) for line in lines] == [
        ("'=ben", "hot", "overdue"),
        ("'=ben", "theory", "open"),
    ]
    (bare,) = csv.DictReader(io.StringIO(trained("practice", "group", str(file), "--csv").out))
    assert (bare["task"], bare["runs"]) == ("", "1")


def test_bad_and_changed_files_are_told_by_name_and_the_rest_is_shown(trained: Cli, tmp_path: Path) -> None:
    good, changed = exported(tmp_path, "ben"), exported(tmp_path, "cleo")
    changed.write_bytes(changed.read_bytes().replace(b'"trainee": "cleo"', b'"trainee": "Cleo"'))
    bad = tmp_path / "bad.json"
    bad.write_text("{}")
    gone = tmp_path / "gone.json"
    again = tmp_path / "again.json"
    again.write_bytes(good.read_bytes())
    result = trained(
        "practice", "group", *map(str, (good, changed, bad, gone, again)), "--json", code=Exit.BAD_INPUT
    )
    assert [each["trainee"] for each in result.json()] == ["ben"]
    told = result.err.splitlines()
    assert f"{changed}: it was changed after it was made" in told
    assert any(line.startswith(f"{bad}: this is no result file") for line in told)
    assert f"{gone}: No such file or directory" in told
    assert f"{again}: left out, there is a newer file of ben" in told


def test_a_forged_certificate_is_found_by_playing_it_again(trained: Cli, tmp_path: Path) -> None:
    from msgspec.structs import replace

    from agent_tui.practice import reports
    from agent_tui.practice.results import certificate

    file = tmp_path / "forged.json"
    with academy_at(tmp_path / "cleo", "cleo") as academy:
        idle = ended(academy, idle=True)
        forged = replace(idle, score=100, points=100, passed=True, fatal=(), missed=())
        report = replace(
            academy.report(DAY),
            certificates=(certificate(forged),),
            work=replace(academy.work, runs=(reports.run_of(forged),)),
        )
        file.write_bytes(reports.report_file(reports.sealed(report)))
    assert [each["certificates"] for each in trained("practice", "group", str(file), "--json").json()] == [1]
    result = trained("practice", "group", str(file), "--verify", "--json", code=Exit.BAD_INPUT)
    assert result.json() == []
    assert f"{file}: its certificate for {SCENARIO} is not worth what it says" in result.err


def test_an_honest_certificate_is_verified(trained: Cli, tmp_path: Path) -> None:
    file = tmp_path / "alex.json"
    trained("practice", "results", "--export", str(file))
    assert trained("practice", "group", str(file), "--verify", "--json").json()[0]["certificates"] == 1


# Reviews


def test_Q4_a_mentor_comments_and_signs_and_the_trainee_takes_it_in(trained: Cli, tmp_path: Path) -> None:
    run = tmp_path / "run.json"
    trained("practice", "results", "--run", "last", "--export", str(run))
    before = run.read_bytes()
    trained("settings", "agent.name", "Mia")
    moments = trained("practice", "review", str(run), "--json").json()["moments"]
    place = next(place for place, each in enumerate(moments, 1) if each["kind"] == "reply")
    printed = trained("practice", "review", str(run), "--list").out
    assert f"{place:>3}  " in printed
    assert "the customer reads this" in printed
    trained("practice", "review", str(run), "--comment", "Ask first.", "--at", str(place))
    trained("practice", "review", str(run), "--comment", "-", stdin="Well done.\n")
    trained("practice", "review", str(run), "--sign", "--stage", "basics")
    assert run.read_bytes() == before
    told = trained("practice", "review", str(run), "--json").json()
    assert [(each["by"], each["text"], each["action"]) for each in told["comments"]] == [
        ("Mia", "Ask first.", moments[place - 1]["action"]),
        ("Mia", "Well done.", ""),
    ]
    assert "Ask first." in trained("practice", "review", str(run), "--list").out
    trained("settings", "agent.name", "Alex")
    review = tmp_path / "run.review.json"
    assert "Taken in" in trained("practice", "results", "--comments", str(review)).out
    listed = trained("practice", "results").out
    assert "2 comments" in listed
    assert "Mia signed off: Basics" in listed
    (kept,) = trained("practice", "results", "--json").json()
    assert [each["text"] for each in kept["comments"]] == ["Ask first.", "Well done."]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--comment", "x", "--at", "0"), Exit.BAD_INPUT, "There is no moment 0"),
        (("--comment", "x", "--at", "999"), Exit.BAD_INPUT, "There is no moment 999"),
        (("--comment", " "), Exit.BAD_INPUT, "The comment is empty"),
        (("--at", "1"), Exit.BAD_INPUT, "give --comment TEXT too"),
        (("--stage", "basics"), Exit.BAD_INPUT, "give --sign too"),
        (("--sign", "--stage", "nothing"), Exit.BAD_INPUT, "There is no stage nothing"),
    ],
)
def test_a_review_that_makes_no_sense_is_told_and_writes_nothing(
    trained: Cli, tmp_path: Path, words: tuple[str, ...], code: Exit, told: str
) -> None:
    run = tmp_path / "run.json"
    trained("practice", "results", "--run", "last", "--export", str(run))
    assert told in trained("practice", "review", str(run), *words, code=code).err
    assert not (tmp_path / "run.review.json").exists()


def test_a_changed_run_is_not_reviewed_nor_a_review_of_another(trained: Cli, tmp_path: Path) -> None:
    run, other = tmp_path / "run.json", tmp_path / "other.json"
    trained("practice", "results", "--run", "last", "--export", str(run))
    trained("practice", "review", str(run), "--comment", "Good.")
    with academy_of_commands("Alex") as academy:
        ended(academy, DAY + LATER, idle=True)
    trained("practice", "results", "--run", "last", "--export", str(other))
    (tmp_path / "run.review.json").rename(tmp_path / "other.review.json")
    assert "of another run" in trained("practice", "review", str(other), "--list", code=2).err
    run.write_bytes(run.read_bytes().replace(b'"score": ', b'"score": 1'))
    assert "changed after it was written" in trained("practice", "review", str(run), "--list", code=2).err


def test_an_idle_run_is_not_signed_off(cli: Cli, tmp_path: Path) -> None:
    run = tmp_path / "run.json"
    with academy_of_commands("Alex") as academy:
        ended(academy, idle=True)
    cli("practice", "results", "--run", "last", "--export", str(run))
    assert "Only a passed run" in cli("practice", "review", str(run), "--sign", code=Exit.BAD_INPUT).err


def test_a_run_is_named_by_the_end_of_its_id(trained: Cli, tmp_path: Path) -> None:
    (result,) = trained("practice", "results", "--json").json()
    run = tmp_path / "run.json"
    trained("practice", "results", "--run", result["id"][-6:].lower(), "--export", str(run))
    assert json.loads(run.read_bytes())["result"]["id"] == result["id"]
    assert (
        "no single run ZZZ"
        in trained("practice", "results", "--run", "ZZZ", "--export", str(run), code=2).err
    )
    assert "give --export FILE too" in trained("practice", "results", "--run", "last", code=2).err
