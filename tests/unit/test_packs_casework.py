"""The rules of casework are data: what is shipped fits together, and what is said of a bad file of a company's own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from agent_tui.domain.casework import Stage
from agent_tui.domain.casework_rules import Casework, LikenessRule
from agent_tui.packs import loader
from agent_tui.packs.casework import load_casework
from agent_tui.packs.compliance import ACTS
from agent_tui.packs.loader import BUILT_IN, PackError, Problem
from agent_tui.packs.policies import load_policy
from tests.factories import DAY, HOUR, MIN, shipped

FILES = {
    "roles.toml": """\
[agent]
name = { en = "agent" }

[supervisor]
name = { en = "boss" }
regional = true
may = ["verify"]

[lead]
name = { en = "lead" }
may = ["verify", "plan"]
""",
    "regions.toml": """\
[north]
name = { en = "North" }
markets = ["DE", "DK"]

[south]
name = { en = "South" }
markets = ["IT"]
languages = ["it"]
""",
    "departments.toml": """\
[risk]
name = { en = "Risk" }
rule = "C9"
limit = "2h"
risk = true

[lab]
name = { en = "Lab" }
rule = "P3"
calendar = "home"
""",
    "complaints.toml": "\n".join(
        f'[{stage}]\nname = {{ en = "{stage}" }}\nrule = "C1"\nowner = "agent"\nlimit = "4h"\n'
        for stage in Stage
    ),
    "legal.toml": """\
[fr_answer]
name = { en = "answer" }
law = "Code de la consommation"
market = "FR"
ends = "answer"
limit = "10d"
source = "https://example.org"
since = 2026-07-01
""",
    "likeness.toml": """\
[repeat]
within = "30d"
least = 1

[group]
within = "7d"
least = 5
""",
    "assessment.toml": """\
[fire]
name = { en = "fire" }
key = "F"
[fire.answers]
no = { en = "no" }
yes = { en = "yes" }
""",
    "proposals.toml": """\
[danger]
when = { safety = "yes" }
level = 4
because = { en = "danger" }
rule = "L4"
forced = true

[rest]
when = {}
level = 2
because = { en = "whatever" }
rule = "L2"
""",
    "card.toml": """\
[words]
name = { en = "words" }
points = 60

[deeds]
name = { en = "deeds" }
points = 40

[lie]
name = { en = "lie" }
kind = "fatal"
""",
    "shifts.toml": """\
[night]
name = { en = "night" }
zone = "Asia/Shanghai"
hours = "22:00-06:00"
members = ["li.wei"]
""",
    "apologies.toml": """\
[eo]
words = ["bedaŭr"]
""",
}
OURS_FOR_FIRE = FILES["proposals.toml"].replace("safety", "fire")


def put(user: Path, **files: str | bytes) -> None:
    """Files of the company's own; `roles="…"` is the text of `roles.toml`."""
    folder = user / "policy"
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.toml").write_bytes(text if isinstance(text, bytes) else text.encode())


def load(user: Path, **files: str | bytes) -> tuple[Casework, tuple[Problem, ...]]:
    put(user, **files)
    policy, problems = load_policy(user)
    return policy.casework, problems


def problem(user: Path, name: str, text: str | bytes) -> Problem:
    """What is said of the only bad file; everything is as if it were not there."""
    casework, problems = load(user, **{name.removesuffix(".toml"): text})
    assert casework == shipped().casework
    assert [each.file for each in problems] == [str(user / "policy" / name)]
    return problems[0]


# What is shipped.


def test_every_shipped_name_is_in_english_and_chinese() -> None:
    casework = shipped().casework
    names = [role.name for role in casework.roles.values()]
    names += [region.name for region in casework.regions.values()]
    names += [department.name for department in casework.departments.values()]
    names += [stage.name for stage in casework.stages.values()]
    names += [rule.name for rule in casework.legal]
    names += [question.name for question in casework.questions.values()]
    names += [section.name for section in casework.card.values()]
    names += [shift.name for shift in casework.shifts.values()]
    names += [name for question in casework.questions.values() for name in question.answers.values()]
    names += [rule.because for rule in casework.proposals]
    assert all(set(name) >= {"en", "zh_CN"} for name in names)


def test_what_the_shipped_files_speak_of_is_there() -> None:
    policy = shipped()
    casework = policy.casework
    assert set(casework.stages) == {stage.value for stage in Stage}
    assert {level.leader for level in policy.levels.values()} <= set(casework.roles)
    assert {stage.owner for stage in casework.stages.values()} <= set(casework.roles)
    for rule in casework.legal:
        assert policy.calendar(rule.calendar, rule.market).id in {"always", rule.market}
    assert len({question.key for question in casework.questions.values()}) == len(casework.questions)
    languages = {language for region in casework.regions.values() for language in region.languages}
    spoken = {file.stem for file in (BUILT_IN / ACTS).glob("*.toml")}
    assert languages - spoken - set(casework.apologies) <= {"he", "kk"}
    assert spoken.isdisjoint(casework.apologies)  # one file says how an apology sounds in a language


def test_east_asia_is_the_same_for_the_first_answer_and_for_the_care_phrase() -> None:
    stages = shipped().casework.stages
    east_asia = stages["apologise"].needs_in["direction"]
    assert east_asia == stages["resolve"].needs_in["care"] == ("CN", "HK", "JP", "KR", "MO", "TW")


# A company's own files.


@pytest.mark.parametrize("name", FILES)
def test_each_file_of_the_company_takes_the_place_of_the_shipped_one(tmp_path: Path, name: str) -> None:
    text = FILES[name]
    files = {name.removesuffix(".toml"): text}
    if name == "assessment.toml":
        files["proposals"] = OURS_FOR_FIRE
    casework, problems = load(tmp_path, **files)
    assert problems == ()
    assert casework != shipped().casework


def test_what_a_company_writes_is_what_counts(tmp_path: Path) -> None:
    put(tmp_path, **{name.removesuffix(".toml"): text for name, text in FILES.items()})
    casework, problems = load(tmp_path, proposals=OURS_FOR_FIRE)
    assert problems == ()
    assert (list(casework.roles), casework.roles["lead"].may) == (
        ["agent", "supervisor", "lead"],
        ("verify", "plan"),
    )
    assert (casework.region_of("DK"), casework.region_of("US")) == ("north", None)
    assert casework.risk_department() == "risk"
    assert (casework.departments["lab"].limit, casework.departments["lab"].calendar) == (None, "home")
    assert (casework.legal[0].limit, casework.legal[0].since) == (10 * DAY, date(2026, 7, 1))
    assert (casework.repeat, casework.group) == (LikenessRule(30 * DAY, 1), LikenessRule(7 * DAY, 5))
    assert list(casework.questions["fire"].answers) == ["no", "yes"]
    assert [(rule.when, rule.level, rule.forced) for rule in casework.proposals] == [
        ({"fire": "yes"}, 4, True),
        ({}, 2, False),
    ]
    assert {key: (section.kind, section.points) for key, section in casework.card.items()} == {
        "words": ("section", 60),
        "deeds": ("section", 40),
        "lie": ("fatal", 0),
    }
    assert casework.shifts["night"].members == ("li.wei",)
    assert casework.apologies == {"eo": ("bedaŭr",)}


def test_a_stage_takes_limits_owner_calendar_and_demands_from_the_file(tmp_path: Path) -> None:
    text = of("tell", '"4h"', '"30min"\ncalendar = "market"')(FILES["complaints.toml"])
    text = of("plan", '"agent"', '"senior"')(text)
    text = of("revisit", 'limit = "4h"', "days = 1")(text)
    text = of("resolve", "limit", 'needs_in = { care = ["JP"] }\nlimit')(text)
    text = of("apologise", '"4h"', '"10min"\nfrom_taking = true')(text)
    casework, problems = load(tmp_path, complaints=text)
    assert problems == ()
    stages = casework.stages
    assert (stages["tell"].limit, stages["tell"].calendar) == (HOUR / 2, "market")
    assert (stages["plan"].owner, stages["revisit"].days, stages["revisit"].limit) == ("senior", 1, None)
    assert (stages["resolve"].needs_in, stages["resolve"].needs_rule) == ({"care": ("JP",)}, "C1")
    assert (stages["apologise"].limit, stages["apologise"].from_taking) == (10 * MIN, True)


# Bad files: the file, the line, the reason, and only that file is left out.

Change = Callable[[str], str]


def swap(old: str, new: str) -> Change:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


def of(table: str, old: str, new: str) -> Change:
    """The file with a change in one table."""

    def change(text: str) -> str:
        begin = text.index(f"[{table}]")
        assert old in text[begin:]
        return text[:begin] + text[begin:].replace(old, new, 1)

    return change


def add(more: str) -> Change:
    return lambda text: text + more


def without(key: str) -> Change:
    """The file without one table."""
    return lambda text: text[: text.index(f"[{key}]")] + text[text.index("\n[", text.index(f"[{key}]")) :]


@pytest.mark.parametrize(
    ("name", "change", "line", "reason"),
    [
        # Every file is TOML of its shape.
        *((name, swap("[", "[["), 1, "") for name in FILES if name != "complaints.toml"),
        *((name, add('\n[x]\ncolour = "red"\n'), None, "") for name in FILES),
        ("roles.toml", add('colour = "red"\n'), 12, "unknown field `colour`"),
        ("roles.toml", swap('name = { en = "boss" }\n', ""), 4, "missing required field `name`"),
        # Roles.
        ("roles.toml", without("agent"), 0, "the role [agent] is missing"),
        ("roles.toml", swap('["verify"]', '["verfy"]'), 7, "there is no 'verfy'; there are: accept"),
        ("roles.toml", swap("regional = true", 'regional = "yes"'), 6, "Expected `bool`, got `str`"),
        # Regions.
        ("regions.toml", swap('["IT"]', '["IT", "DK"]'), 7, "DK belongs to [north] already"),
        ("regions.toml", swap('["IT"]', '["it"]'), 7, "'it' is no market"),
        ("regions.toml", swap('["IT"]', '"IT"'), 7, "Expected `array`, got `str`"),
        # Departments.
        ("departments.toml", swap('"2h"', '"soon"'), 4, "'soon' is not a duration"),
        ("departments.toml", swap('"2h"', '"0h"'), 4, "longer than nothing"),
        ("departments.toml", swap('"home"', '"lunar"'), 10, "there is no 'lunar'"),
        ("departments.toml", swap("risk = true\n", ""), 0, "one department has to hear of risks"),
        ("departments.toml", lambda text: "", 0, "one department has to hear of risks"),
        # Stages.
        ("complaints.toml", without("tell"), 0, "the stage [tell] is missing"),
        ("complaints.toml", swap("[tell]", "[told]"), 31, "there is no 'told'"),
        ("complaints.toml", of("plan", "agent", "wizard"), 28, "there is no 'wizard'; there are: agent"),
        ("complaints.toml", of("apologise", "4h", "at once"), 5, "'at once' is not a duration"),
        ("complaints.toml", of("revisit", 'limit = "4h"', "days = 0"), 59, "at least one working day"),
        ("complaints.toml", of("revisit", "limit", "days = 3\nlimit"), 59, "either a limit or days"),
        ("complaints.toml", of("close", "limit", 'calendar = "moon"\nlimit'), 65, "there is no 'moon'"),
        (
            "complaints.toml",
            of("apologise", "limit", 'needs_in = { care = ["JP"] }\nlimit'),
            5,
            "'care' is nothing that this stage can demand",
        ),
        ("complaints.toml", of("resolve", "limit", "needs_in.smile = []\nlimit"), 53, "'smile' is nothing"),
        (
            "complaints.toml",
            of("resolve", "limit", 'needs_in = { care = ["China"] }\nlimit'),
            53,
            "'China' is no market",
        ),
        ("complaints.toml", add('needs_in = { care = ["JP"] }\n'), 72, "'care' is nothing"),
        # Laws.
        ("legal.toml", swap('"answer"\n', '"never"\n'), 5, "there is no 'never'; there are: answer, plan"),
        ("legal.toml", swap('"FR"', '"France"'), 4, "'France' is no market"),
        ("legal.toml", swap('limit = "10d"\n', ""), 1, "needs a limit or days"),
        ("legal.toml", swap('limit = "10d"', 'limit = "10d"\ndays = 7'), 7, "either a limit or days"),
        ("legal.toml", swap('limit = "10d"', "days = -1"), 6, "at least one working day"),
        ("legal.toml", swap('"https://example.org"', '" "'), 7, "a fact of law needs its source"),
        ("legal.toml", swap("2026-07-01", '"1 July"'), 8, "Invalid RFC3339"),
        ("legal.toml", add('calendar = "DE-BY"\n'), 9, "there is no 'DE-BY'"),
        # Likeness.
        ("likeness.toml", without("repeat"), 0, "[repeat] is missing"),
        ("likeness.toml", swap("[group]", "[crowd]"), 5, "there is no 'crowd'; there are: group, repeat"),
        ("likeness.toml", swap("least = 5", "least = 0"), 7, "at least one customer"),
        ("likeness.toml", swap('"7d"', '"a week"'), 6, "'a week' is not a duration"),
        # Questions and proposals.
        ("assessment.toml", swap('"F"', '"f"'), 3, "one capital letter"),
        ("assessment.toml", swap('"F"', '"FF"'), 3, "one capital letter"),
        ("assessment.toml", swap("yes = ", "# yes = "), 4, "at least two answers"),
        (
            "assessment.toml",
            add('[smoke]\nname = { en = "x" }\nkey = "F"\nanswers = {}\n'),
            9,
            "[fire] has this key already",
        ),
        ("proposals.toml", swap("safety", "mood"), 2, "there is no 'mood'"),
        ("proposals.toml", swap('"yes"', '"maybe"'), 2, "there is no 'maybe'; there are: no, yes"),
        ("proposals.toml", swap("level = 4", "level = 5"), 3, "a number from 1 to 4"),
        ("proposals.toml", swap("when = {}", 'when = { safety = "no" }'), 0, "whatever the answers are"),
        ("proposals.toml", lambda text: "", 0, "whatever the answers are"),
        # The card.
        ("card.toml", swap("points = 40", "points = 41"), 0, "the sections hold 101 points, not 100"),
        ("card.toml", swap("points = 40", "points = -40"), 7, "points above 0"),
        ("card.toml", add("points = 5\n"), 12, "nothing else has any"),
        ("card.toml", swap('"fatal"', '"mortal"'), 11, "there is no 'mortal'"),
        # Shifts.
        ("shifts.toml", swap("Asia/Shanghai", "Asia/Atlantis"), 3, "there is no time zone 'Asia/Atlantis'"),
        ("shifts.toml", swap("22:00-06:00", "night"), 4, "'night' is no span of hours"),
        ("shifts.toml", swap("22:00-06:00", "08:00-24:30"), 4, "is no span of hours"),
        ("shifts.toml", swap("22:00-06:00", "08:00-08:00"), 4, "is no span of hours"),
        # Apologies.
        ("apologies.toml", swap('["bedaŭr"]', '["bedaŭr", " "]'), 2, "a word is empty"),
        ("apologies.toml", swap('["bedaŭr"]', '"bedaŭr"'), 2, "Expected `array`, got `str`"),
    ],
)
def test_a_bad_file_is_named_with_its_line_and_reason(
    tmp_path: Path, name: str, change: Change, line: int | None, reason: str
) -> None:
    found = problem(tmp_path, name, change(FILES[name]))
    assert reason in str(found.reason)
    assert line is None or found.line == line


def test_hours_may_end_at_midnight(tmp_path: Path) -> None:
    casework, problems = load(tmp_path, shifts=FILES["shifts.toml"].replace("22:00-06:00", "16:00-24:00"))
    assert (problems, casework.shifts["night"].hours) == ((), "16:00-24:00")


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_not_utf_8_is_left_out(tmp_path: Path, name: str) -> None:
    found = problem(tmp_path, name, b"# caf\xe9\n" + FILES[name].encode())
    assert (found.line, found.reason) == (0, "is not UTF-8 text (byte 5)")


def test_only_the_bad_file_is_left_out(tmp_path: Path) -> None:
    casework, problems = load(tmp_path, likeness=FILES["likeness.toml"], legal="[")
    assert casework.group.least == 5
    assert casework.legal == shipped().casework.legal
    assert [Path(each.file).name for each in problems] == ["legal.toml"]


def test_every_bad_file_is_reported(tmp_path: Path) -> None:
    casework, problems = load(tmp_path, **{name.removesuffix(".toml"): "[" for name in FILES})
    assert casework == shipped().casework
    assert sorted(Path(each.file).name for each in problems) == sorted(FILES)


# Files that speak of each other.


def test_roles_that_the_shipped_stages_need_cannot_be_left_out(tmp_path: Path) -> None:
    text = '[agent]\nname = { en = "agent" }\n'
    found = problem(tmp_path, "roles.toml", text)
    assert found.line == 0
    assert "complaints.toml" in str(found.reason)
    assert "supervisor" in str(found.reason)


def test_roles_and_stages_of_the_company_are_read_together(tmp_path: Path) -> None:
    roles = '[agent]\nname = { en = "agent" }\n'
    casework, problems = load(tmp_path, roles=roles, complaints=FILES["complaints.toml"])
    assert problems == ()
    assert {stage.owner for stage in casework.stages.values()} == {"agent"}


def test_bad_stages_beside_roles_that_only_fit_them_are_both_left_out(tmp_path: Path) -> None:
    casework, problems = load(tmp_path, roles='[agent]\nname = { en = "agent" }\n', complaints="[")
    assert casework == shipped().casework
    assert {Path(each.file).name for each in problems} == {"roles.toml", "complaints.toml"}


def test_questions_without_proposals_of_their_own_are_left_out(tmp_path: Path) -> None:
    found = problem(tmp_path, "assessment.toml", FILES["assessment.toml"])
    assert "proposals.toml" in str(found.reason)


def test_bad_roles_leave_good_stages_alone(tmp_path: Path) -> None:
    casework, problems = load(tmp_path, roles="[", complaints=FILES["complaints.toml"])
    assert casework.stages["revisit"].owner == "agent"
    assert [Path(each.file).name for each in problems] == ["roles.toml"]


def test_a_shipped_file_that_is_bad_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "policy").mkdir()
    for file in (BUILT_IN / "policy").iterdir():
        (tmp_path / "policy" / file.name).write_bytes(file.read_bytes())
    put(tmp_path, complaints=FILES["complaints.toml"].replace('"agent"', '"wizard"'))
    monkeypatch.setattr(loader, "BUILT_IN", tmp_path)
    with pytest.raises(PackError, match="wizard"):
        load_casework(None, {"always", "market", "home"}, [])
    with pytest.raises(PackError, match="wizard"):
        load_policy(tmp_path / "nothing")
