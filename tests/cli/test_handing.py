"""`handover` and `zones`: the shift handover through the command line (POLICY P4)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli
from tests.cli.test_commands import MOMENT, both

As = Callable[[str], None]

ENTRY = {
    "id",
    "subject",
    "customer",
    "status",
    "promise",
    "next",
    "timer",
    "due",
    "time_zone",
    "cautions",
}


@pytest.fixture
def at_desk(cli: Cli) -> As:
    """Sits somebody down at the desk."""

    def sit(name: str) -> None:
        cli("settings", "agent.name", name)

    sit("li.wei")
    return sit


def mine(cli: Cli, *subjects: str) -> list[int]:
    """Tickets that the agent at the desk has."""
    numbers = [cli.new(subject=subject) for subject in subjects]
    for number in numbers:
        cli.do(number, "take")
    return numbers


def give(cli: Cli, to: str, *words: str) -> Any:  # noqa: ANN401
    return cli("handover", "--to", to, "--json", *words).json()


def test_P4_the_list_that_would_be_given(cli: Cli, at_desk: As) -> None:
    mine(cli, "Double charge", "Lost parcel")
    cli.new(subject="Nobody's")
    english, _chinese = both(cli, "handover")
    assert "Double charge" in english
    assert "Nobody's" not in english
    assert "next: classify (H1)" in english
    assert "asia, europe, americas" in english
    found = cli("handover", "--json").json()["tickets"]
    assert [entry["subject"] for entry in found] == ["Double charge", "Lost parcel"]
    assert all(entry.keys() == ENTRY for entry in found)
    assert MOMENT.fullmatch(found[0]["due"])
    assert found[0]["cautions"] == ["unanswered"]
    assert cli("tickets", "--view", "handed", "--json").json() == []  # looking gives nothing


def test_P4_to_a_colleague_and_back_again(cli: Cli, at_desk: As) -> None:
    one, other = mine(cli, "Double charge", "Lost parcel")
    given = give(cli, "zhang.min")
    assert given["to"] == "zhang.min"
    assert given["tickets"] == [one, other]
    assert cli("handover", "--json").json()["tickets"] == []  # not given twice
    assert [batch["handover"] for batch in cli("handover", "--waiting", "--json").json()["given"]] == [
        given["handover"]
    ]
    assert cli("show", str(one), "--json").json()["owner"] == "li.wei"
    cli("handover", "--confirm", code=4)

    at_desk("zhang.min")
    waiting = cli("handover", "--waiting", "--json").json()["waiting"]
    assert [(batch["by"], len(batch["tickets"])) for batch in waiting] == [("li.wei", 2)]
    assert "1 handover waits for you" in cli("handover").out
    assert "li.wei → zhang.min" in both(cli, "handover", "--waiting")[0]
    assert cli("handover", "--confirm").out == f"2 tickets are yours now: #{one} #{other}\n"
    assert cli("show", str(other), "--json").json()["owner"] == "zhang.min"
    assert cli("handover", "--confirm", code=4).err == "No handover waits for you.\n"
    assert cli("journal", "--verify", "--json").json()["faults"] == []


def test_P4_a_shift_is_named_by_its_id_or_its_name_in_any_language(
    cli: Cli, at_desk: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    numbers = mine(cli, "one", "two", "three")
    for number, name in zip(numbers, ("europe", "Europe Shift", "欧洲班次"), strict=True):
        assert give(cli, name, "--only", f"#{number}")["to"] == "europe"
    assert "Europe shift" in cli("journal", str(numbers[0])).out
    at_desk("zhang.min")
    assert len(cli("handover", "--waiting", "--json").json()["waiting"]) == 3
    said = cli("handover", "--confirm", code=2).err
    first = cli("handover", "--waiting", "--json").json()["waiting"][0]["handover"]
    assert first in said
    assert cli("handover", "--confirm", first[:24].lower(), "--json").json() == {"tickets": [numbers[0]]}
    assert first not in cli("handover", "--confirm", "ZZZ", code=4).err


def test_P4_only_the_people_of_a_shift_confirm(cli: Cli, at_desk: As, home: Path) -> None:
    packs = home / "config" / "packs" / "policy"
    where = cli("locate", "--json").json()
    packs = Path(where["packs"]) / "policy"
    packs.mkdir(parents=True)
    (packs / "shifts.toml").write_text(
        '[night]\nname = { en = "Night" }\nzone = "Asia/Tokyo"\nhours = "22:00-06:00"\nmembers = ["zhang.min"]\n'
    )
    mine(cli, "one")
    batch = give(cli, "Night")["handover"]
    at_desk("wang.fang")
    assert cli("handover", "--waiting", "--json").json() == {"waiting": [], "given": []}
    refused = cli("do", "1", "acknowledge", "--set", f"batch={batch}", code=3).err
    assert refused == "Refused: This was handed over to Night. (P4)\n"
    at_desk("zhang.min")
    assert cli("handover", "--confirm", "--json").json() == {"tickets": [1]}


def test_P4_what_makes_no_sense_is_said(cli: Cli, at_desk: As) -> None:
    mine(cli, "one")
    cli.new(subject="two")
    for words in (
        ("--waiting", "--to", "x"),
        ("--confirm", "--only", "1"),
        ("--only", "x"),
        ("--only", ""),
        ("--to", " "),
    ):
        both(cli, "handover", *words, code=2)
    assert "asia" in both(cli, "handover", "--to", "li.wei", code=2)[0]
    cli("handover", "--only", "99", code=4)
    at_desk("zhang.min")
    assert "li.wei" in cli("handover", "--to", "wang.fang", "--only", "1", code=3).err
    assert both(cli, "handover")[0].startswith("You have no open ticket")
    assert give(cli, "wang.fang") == {"handover": None, "to": None, "tickets": []}
    assert give(cli, "wang.fang", "--only", "2")["tickets"] == [2]  # nobody's ticket may be given


def test_P4_all_or_nothing(cli: Cli, at_desk: As) -> None:
    one, other = mine(cli, "one", "two")
    cli.do(other, "classify", verified="yes", type="billing_doubt", level="1", urgent="no")
    cli.do(other, "reply", text="Done.")
    cli.do(other, "resolve", result="x", satisfaction="satisfied", summary="x")
    cli("handover", "--to", "zhang.min", "--only", f"{one},{other}", code=3)
    assert cli("tickets", "--view", "handed", "--json").json() == []


def test_P4_the_time_zone_table(cli: Cli) -> None:
    english, chinese = both(cli, "zones")
    assert english.splitlines()[1].startswith(("Asia shift", "Europe shift", "Americas shift"))
    assert "JP Japan" in english
    assert "JP 日本" in chinese
    places = cli("zones", "--json").json()
    assert [place["kind"] for place in places[:4]] == ["shift", "shift", "shift", "market"]
    assert all(bool(place["opens"]) != bool(place["closes"]) for place in places)
    assert not cli.home.exists()  # a table needs no profile
