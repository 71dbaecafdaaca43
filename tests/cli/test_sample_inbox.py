"""The whole sample inbox worked to an empty queue, by doing what `next` says, then taken out in every format."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from agent_tui.desk.export import COLUMNS
from tests.cli.conftest import Cli

NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
TYPES = ("product_question", "after_sales_fault", "billing_doubt", "logistics", "safety_incident")
FORMULAS = ("=HYPERLINK(1)", "+1", "-2+3", "@SUM(A1)")


def answer(ticket: dict[str, Any], step: str) -> tuple[str, dict[str, str]]:
    """What an agent does for a step; every fifth ticket is hard, every seventh needs a question first."""
    number, promised = int(ticket["id"]), "steps" in ticket
    match step:
        case "classify":
            level = 1 + number % 4
            fields = {"verified": "yes", "type": TYPES[number % 5], "level": str(level)}
            return "classify", fields | ({"deadline": "3d"} if level == 4 else {})
        case "escalate":
            role = {3: "supervisor", 4: "lead"}[ticket["level"]]
            return "escalate", {"to": role, "text": "Please lead this one."}
        case "reply" if number % 5 == 0 and not promised:
            promise = {
                "outcome": "unsolved",
                "reason": "parts",
                "deadline": "tomorrow 9",
                "follow_up": "mail",
            }
            return "reply", {"text": "We look into it."} | promise
        case "reply" if number % 7 == 0:
            return "reply", {"text": "Which order?", "outcome": "asks"}
        case "reply" | "progress":
            return "reply", {"text": "お待たせいたしました。"}
        case "wait":
            return "resume", {}
        case "resolve":
            summary = FORMULAS[number % 4] if number < 20 else f"案件 {number} solved"
            fields = {"result": "done", "satisfaction": "satisfied", "summary": summary}
            return "resolve", fields | {"root_cause": "a part", "improvement": "a better one"}
    raise AssertionError(step)


def test_the_inbox_is_worked_to_an_empty_queue(cli: Cli, sample: Path, tmp_path: Path) -> None:
    rows = cli("tickets", "--json").json()
    assert len(rows) > 70
    done = 0
    tickets = {row["id"]: row for row in rows}
    while left := cli("tickets", "--json").json():
        for row in left:
            action, fields = answer(tickets[row["id"]], row["next"])
            tickets[row["id"]] = cli.do(row["id"], action, **fields)
            done += 1
    assert {ticket["status"] for ticket in tickets.values()} == {"resolved"}
    assert cli("tickets", "--view", "all", "--json").json() == []
    assert cli("tickets").out.endswith("Nothing here.\n")
    counts = cli("tickets", "--counts", "--json").json()
    assert counts["archive"] == len(rows)
    assert counts["all"] == counts["urgent"] == counts["breached"] == counts["unclassified"] == 0

    entries = cli("journal", "--json").lines()
    assert [entry["seq"] for entry in entries] == list(range(1, len(entries) + 1))
    assert (
        sum(entry["action"] in ("classify", "escalate", "reply", "resume", "resolve") for entry in entries)
        == done
    )
    assert cli("journal", "--verify", "--json").json() == {"entries": len(entries), "faults": []}
    assert cli("doctor").code == 0

    found = cli("tickets", "--search", "TrailFold", "--json").json()
    assert len(found) > 3
    assert {row["status"] for row in found} == {"resolved"}
    cases = cli("tickets", "--view", "archive", "--search", "案件 solved", "--json").json()
    assert len(cases) == len([row for row in rows if row["id"] >= 20])

    assert_csv(cli, tmp_path, len(rows))
    assert_jsonl(cli, tmp_path, {row["id"] for row in rows})
    assert_xlsx(cli, tmp_path, len(rows))


def assert_csv(cli: Cli, folder: Path, count: int) -> None:
    printed = cli("export", "--view", "archive").out
    said = cli("export", "--view", "archive", "--output", str(folder / "cases.csv"))
    assert said.out == ""
    assert said.err == f"Written: {folder / 'cases.csv'}\n"
    with (folder / "cases.csv").open(encoding="utf-8", newline="") as file:
        written = file.read()
    assert written == printed
    table = list(csv.DictReader(io.StringIO(written, newline="")))
    assert list(table[0]) == list(COLUMNS)
    assert len(table) == count
    cells = [cell for row in table for cell in row.values()]
    assert not [cell for cell in cells if re.match(r"[=+\-@\t\r]", cell)]
    assert {row["summary"] for row in table if int(row["id"]) < 20} == {"'" + formula for formula in FORMULAS}
    assert {row["satisfaction"] for row in table} == {"satisfied"}


def assert_jsonl(cli: Cli, folder: Path, numbers: set[int]) -> None:
    path = folder / "cases.jsonl"
    cli("export", "--view", "archive", "--output", str(path))
    assert path.read_text() == cli("export", "--view", "archive", "--format", "jsonl").out
    lines = [json.loads(line) for line in path.read_text(encoding="ascii").splitlines()]
    assert {line["id"] for line in lines} == numbers
    assert all(message["text"] is not None for line in lines for message in line["messages"])
    assert {line["resolution"]["summary"] for line in lines if line["id"] < 20} == set(FORMULAS)


def assert_xlsx(cli: Cli, folder: Path, count: int) -> None:
    path = folder / "cases.xlsx"
    cli("export", "--view", "archive", "--output", str(path))
    with zipfile.ZipFile(path) as book:
        assert book.testzip() is None
        texts = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))  # noqa: S314  our own file
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314
    assert len(sheet.findall(f".//{NS}row")) == count + 1
    assert sheet.findall(f".//{NS}f") == []  # no formula anywhere
    assert sheet.findall(f".//{NS}hyperlink") == []
    shared = {"".join(node.itertext()) for node in texts.findall(f"{NS}si")}
    assert set(COLUMNS) | set(FORMULAS) <= shared
    assert not [text for text in shared if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]", text)]


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_an_empty_view_is_an_empty_export(cli: Cli, kind: str) -> None:
    cli.new()
    said = cli("export", "--view", "archive", "--format", kind).out
    assert said == (",".join(COLUMNS) + "\r\n" if kind == "csv" else "")


def test_a_workbook_needs_a_file(cli: Cli) -> None:
    cli.new()
    assert "--output" in cli("export", "--format", "xlsx", code=2).err
    assert "pdf" in cli("export", "--output", "cases.pdf", code=2).err
