"""Every action through `do`: in English and Chinese, for people and for programs."""

from __future__ import annotations

import re

import pytest

from agent_tui.desk.forms import FORMS
from agent_tui.domain.undo import NotUndoable
from agent_tui.telling_errors import sentence
from agent_tui.wording_names import ACTIONS
from tests.cli.casework_cases import CASEWORK, CLASSIFIED, Case
from tests.cli.conftest import Cli, sets

SOLVED = {"result": "Refunded", "satisfaction": "satisfied", "summary": "Charged twice, refunded once."}
TICKET_KEYS = {"id", "subject", "channel", "customer", "created", "spans", "messages", "changed"}
CJK = re.compile("[\u4e00-\u9fff]")


CASES: dict[str, Case] = {
    "take": Case({}, lambda ticket: bool(ticket["owner"])),
    "release": Case({}, lambda ticket: "owner" not in ticket, (("take", {}),)),
    "classify": Case(CLASSIFIED, lambda ticket: ticket["level"] == 2 and ticket["verified"]),
    "reply": Case({"text": "We refund it."}, lambda ticket: ticket["messages"][-1]["kind"] == "reply"),
    "note": Case({"text": "Ask accounting."}, lambda ticket: ticket["messages"][-1]["kind"] == "note"),
    "snooze": Case({"until": "2h", "reason": "parcel"}, lambda ticket: ticket["status"] == "snoozed"),
    "wait": Case({}, lambda ticket: ticket["status"] == "waiting"),
    "resume": Case({}, lambda ticket: ticket.get("status", "open") == "open", (("wait", {}),)),
    "resolve": Case(
        SOLVED,
        lambda ticket: ticket["resolution"]["summary"] == SOLVED["summary"],
        (("classify", CLASSIFIED), ("reply", {"text": "Refunded."})),
    ),
    "reopen": Case(
        {"reason": "charged again"},
        lambda ticket: ticket.get("status", "open") == "open" and "resolution" not in ticket,
        (("classify", CLASSIFIED), ("reply", {"text": "Refunded."}), ("resolve", SOLVED)),
    ),
    "tag": Case({"add": "vip, 退款，b"}, lambda ticket: ticket["tags"] == ["b", "vip", "退款"]),
    "link": Case({"other": "2", "relation": "repeat"}, lambda ticket: ticket["links"][0]["other"] == 2),
    "unlink": Case({"other": "#2"}, lambda ticket: "links" not in ticket, (("link", {"other": "2"}),)),
    "merge": Case({"into": "2"}, lambda ticket: ticket["merged_into"] == 2),
    "customer": Case(
        {
            "name": "佐藤 健一",
            "market": "jp",
            "language": "ja",
            "time_zone": "Asia/Tokyo",
            "wishes": "Herr Dr.",
        },
        lambda ticket: ticket["customer"]["market"] == "JP" and ticket["customer"]["name"] == "佐藤 健一",
    ),
    "consent": Case(
        {"purpose": "service", "answer": "given", "language": "en"},
        lambda ticket: (
            ticket["customer"]["consents"][0]["answer"] == "given"
            and ticket["messages"][-1]["preview"].startswith("Before I go on")
        ),
    ),
    "unmask": Case({"kinds": "phone", "reason": "to ring back"}, lambda ticket: len(ticket["messages"]) == 1),
    "without_consent": Case(
        {"kinds": "phone", "reason": "he asks to be rung up"}, lambda ticket: len(ticket["messages"]) == 1
    ),
    **CASEWORK,
}
ELSEWHERE = {"acknowledge"}
"""Confirming a handover needs two people: that story is told in test_handing."""


def test_every_action_has_a_case() -> None:
    assert CASES.keys() == FORMS.keys() - ELSEWHERE


@pytest.fixture
def ticket(cli: Cli) -> int:
    """The first of two tickets of one customer, for somebody with every role."""
    cli("settings", "agent.roles", "agent", "supervisor", "lead")
    number = cli.new(email="emma@shop.example")
    cli.new(email="emma@shop.example", subject="The same again")
    return number


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("action", CASES)
def test_an_action_is_confirmed_in_one_sentence(cli: Cli, ticket: int, action: str, language: str) -> None:
    case = CASES[action]
    for earlier, fields in case.before:
        cli.do(ticket, earlier, **fields)
    said = cli("--lang", language, "do", str(ticket), action, *sets(case.fields))
    assert said.err == ""
    assert said.out.startswith("#1")
    assert said.out.count("\n") == 1
    assert (FORMS[action].title in said.out) == (language == "en")
    assert bool(CJK.search(said.out)) == (language == "zh_CN")
    assert case.holds(cli("show", str(ticket), "--json").json())
    for words in (("show", "1"), ("journal", "1"), ("explain", "1"), ("tickets",)):
        shown = cli("--lang", language, *words)
        assert shown.out.strip()
        assert shown.err == ""


@pytest.mark.parametrize("action", CASES)
def test_an_action_answers_programs_with_the_ticket(cli: Cli, ticket: int, action: str) -> None:
    case = CASES[action]
    for earlier, fields in case.before:
        cli.do(ticket, earlier, **fields)
    said = cli("--lang", "zh_CN", "do", str(ticket), action, "--json", *sets(case.fields))
    assert said.err == ""
    found = said.json()
    assert found.keys() >= TICKET_KEYS
    assert case.holds(found)
    entries = cli("journal", str(ticket), "--json").lines()
    assert entries[-1]["action"] == entries[-1]["fields"]["do"]
    assert entries[-1]["fields"]["ticket"] == ticket
    assert cli("journal", "--verify").code == 0


WRONG: list[tuple[str, dict[str, str], int, str]] = [
    # 2: a field that cannot be read
    ("classify", {"verified": "perhaps", "type": "other", "level": "1"}, 2, "perhaps"),
    ("classify", {"verified": "yes", "type": "other", "level": "one"}, 2, "one"),
    ("classify", CLASSIFIED | {"deadline": "someday"}, 2, "someday"),
    ("classify", CLASSIFIED | {"color": "red"}, 2, "color"),
    ("reply", {}, 2, "text"),
    ("reply", {"text": "  "}, 2, "text"),
    ("reply", {"text": "x", "outcome": "maybe"}, 2, "maybe"),
    ("snooze", {}, 2, "until"),
    ("snooze", {"until": "gestern"}, 2, "gestern"),
    ("resolve", SOLVED | {"satisfaction": "furious"}, 2, "furious"),
    ("link", {"other": "two"}, 2, "two"),
    ("link", {"other": "2", "relation": "cousin"}, 2, "cousin"),
    ("customer", {}, 2, "name"),
    ("customer", {"market": "Japan"}, 2, "Japan"),
    ("customer", {"language": "日本語"}, 2, "日本語"),
    ("customer", {"time_zone": "Mars/Olympus"}, 2, "Mars/Olympus"),
    ("dance", {}, 2, "dance"),
    # 3: the policy, or the ticket's state
    ("classify", {}, 3, "verified"),
    ("reply", {"text": "x", "outcome": "unsolved"}, 3, "reason"),
    ("reply", {"text": "x", "outcome": "unsolved", "reason": "r", "deadline": "2h"}, 3, "follow_up"),
    ("classify", {"verified": "no", "type": "other", "level": "1"}, 3, "H1"),
    ("classify", {"verified": "yes", "type": "no_such", "level": "1"}, 2, "no_such"),
    ("classify", {"verified": "yes", "type": "other", "level": "9"}, 2, "9"),
    ("classify", {"verified": "yes", "type": "other", "level": "4"}, 3, "L4"),
    ("classify", {"verified": "yes", "type": "other", "level": "4", "deadline": "2001-01-01"}, 3, "2001"),
    (
        "reply",
        {"text": "x", "outcome": "unsolved", "reason": "r", "follow_up": "f", "deadline": "2001-01-01"},
        3,
        "2001",
    ),
    ("resolve", SOLVED, 3, "H1"),
    ("release", {}, 3, ""),
    ("resume", {}, 3, ""),
    ("reopen", {"reason": "x"}, 3, ""),
    ("tag", {}, 3, ""),
    ("link", {"other": "1"}, 3, ""),
    ("unlink", {"other": "2"}, 3, ""),
    ("merge", {"into": "1"}, 3, ""),
    ("merge", {"into": "3"}, 3, "T5"),
    ("snooze", {"until": "2001-01-01"}, 3, "2001"),
    # 4: not there
    ("link", {"other": "99"}, 4, "99"),
    ("merge", {"into": "9999999999999999999999"}, 4, "9999999999999999999999"),
]


@pytest.mark.parametrize(("action", "fields", "code", "named"), WRONG)
def test_what_cannot_be_done_says_why_and_changes_nothing(
    cli: Cli, ticket: int, action: str, fields: dict[str, str], code: int, named: str
) -> None:
    cli.new("Somebody else", email="other@shop.example")
    before = cli("journal", "--json").out
    for language in ("en", "zh_CN"):
        said = cli("--lang", language, "do", str(ticket), action, *sets(fields), code=code)
        assert said.out == ""
        assert named in said.err
        assert said.err.count("\n") == 1
        if code != 2:  # a refusal is a sentence in the language in use
            assert bool(CJK.search(said.err)) == (language == "zh_CN")
    assert cli("journal", "--json").out == before


NAMED: list[tuple[str, dict[str, str], str, str]] = [
    (
        "reply",
        {"text": "x", "outcome": "unsolved", "deadline": "2h"},
        "Missing: reason (--set reason=…), follow-up (--set follow_up=…). (H3)\n",
        "缺少：原因（--set reason=…）、跟进方式（--set follow_up=…）。 (H3)\n",
    ),
    ("reply", {}, "Reply needs text (--set text=…).\n", "回复需要填写正文（--set text=…）。\n"),
    (
        "resolve",
        {},
        "Resolve needs result (--set result=…). (H2)\n",
        "解决需要填写结果（--set result=…）。 (H2)\n",
    ),
    (
        "snooze",
        {"until": "gestern"},
        "until (--set until=…): ",
        "直到（--set until=…）：",
    ),
    (
        "note",
        {"colour": "red"},
        "Note has no field 'colour'; it has: text.\n",
        "备注没有字段 'colour'；可用字段：text。\n",
    ),
    (
        "resume",
        {},
        "Refused: The ticket is neither snoozed nor waiting.\n",
        "已拒绝：此工单既未搁置，也不在等待客户。\n",
    ),
    (
        "tag",
        {},
        "Refused: The ticket has exactly these tags already.\n",
        "已拒绝：此工单的标签已经是这样。\n",
    ),
    ("unlink", {"other": "2"}, "Refused: The tickets are not linked.\n", "已拒绝：两张工单没有关联。\n"),
    (
        "customer",
        {"name": "Emma Clarke"},
        "Refused: The customer's facts are the same already.\n",
        "已拒绝：客户资料已经是这样。\n",
    ),
]


@pytest.mark.parametrize(("action", "fields", "english", "chinese"), NAMED)
def test_a_refusal_names_fields_as_people_do_and_as_they_are_typed(
    cli: Cli, ticket: int, action: str, fields: dict[str, str], english: str, chinese: str
) -> None:
    for language, said in (("en", english), ("zh_CN", chinese)):
        result = cli.any("--lang", language, "do", str(ticket), action, *sets(fields))
        assert result.code in (2, 3)
        assert said in result.err


@pytest.mark.parametrize(
    ("action", "fields", "english", "chinese"),
    [
        ("wait", {}, "The ticket is waiting for the customer already.", "此工单已在等待客户。"),
        ("link", {"other": "2"}, "The tickets are linked in this way already.", "两张工单已经这样关联。"),
    ],
)
def test_what_is_the_case_already_is_said(
    cli: Cli, ticket: int, action: str, fields: dict[str, str], english: str, chinese: str
) -> None:
    cli.do(ticket, action, **fields)
    for language, said in (("en", english), ("zh_CN", chinese)):
        assert said in cli("--lang", language, "do", str(ticket), action, *sets(fields), code=3).err


def test_taking_a_ticket_is_called_the_same_everywhere(cli: Cli, ticket: int) -> None:
    assert "认领" in cli("--lang", "zh_CN", "actions", "take").out
    assert "认领" in cli("--lang", "zh_CN", "keys").out
    assert "认领工单" in cli("--lang", "zh_CN", "do", str(ticket), "take").out
    assert "认领" in cli("--lang", "zh_CN", "journal", str(ticket)).out


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Note cannot be undone."), ("zh_CN", "备注无法撤销。")]
)
def test_what_cannot_be_undone_is_called_by_its_title(
    cli: Cli, ticket: int, language: str, said: str
) -> None:
    cli("--lang", language, "do", str(ticket), "note", "--text", "x")  # the language stays in use
    assert sentence(NotUndoable(action="note")) == said


def test_every_action_of_a_form_has_a_title() -> None:
    assert FORMS.keys() <= ACTIONS.keys()


@pytest.mark.parametrize("outcome", ["asks", "unsolved", "solves"])
def test_a_reply_has_an_outcome(cli: Cli, ticket: int, outcome: str) -> None:
    promise = (
        {"reason": "parts", "deadline": "tomorrow 9", "follow_up": "I call"} if outcome == "unsolved" else {}
    )
    done = cli.do(ticket, "reply", text="Hello", outcome=outcome, **promise)
    assert done.get("status", "open") == ("waiting" if outcome == "asks" else "open")
    assert ("steps" in done) == (outcome == "unsolved")


def test_a_text_comes_from_standard_input(cli: Cli, ticket: int) -> None:
    cli("do", str(ticket), "reply", "--text", "-", stdin="Dear Emma,\nwe refund it.\n")
    assert cli("show", str(ticket), "--json").json()["messages"][-1]["text"] == "Dear Emma,\nwe refund it."


@pytest.mark.parametrize(
    "typed",
    [
        "other = 2\n\nrelation=duplicate\n",
        '{"other": 2, "relation": "duplicate"}',
        '\n {"other":"#2","relation":"duplicate"}',
    ],
)
def test_fields_come_from_standard_input_or_a_file(cli: Cli, ticket: int, typed: str) -> None:
    cli("do", str(ticket), "link", "--set-from", "-", stdin=typed)
    assert cli("show", "2", "--json").json()["links"] == [{"other": 1, "relation": "duplicate"}]
    cli("do", str(ticket), "unlink", "--set", "other=2")
    file = cli.home / "fields"
    file.write_text(typed)
    cli("do", str(ticket), "link", "--set-from", str(file))
    assert cli("show", "1", "--json").json()["links"] == [{"other": 2, "relation": "duplicate"}]


def test_a_list_in_json_is_a_list(cli: Cli, ticket: int) -> None:
    cli("do", str(ticket), "tag", "--set-from", "-", stdin='{"add": ["vip", "退款"], "remove": null}')
    assert cli("show", str(ticket), "--json").json()["tags"] == ["vip", "退款"]


@pytest.mark.parametrize("typed", ["no equals sign", '{"text": ', '{"text": 1} 2', '{"a":' * 100_000])
def test_fields_that_cannot_be_read_are_bad_input(cli: Cli, ticket: int, typed: str) -> None:
    assert cli("do", str(ticket), "note", "--set-from", "-", stdin=typed, code=2).err.count("\n") == 1


def test_half_characters_in_json_fields_do_no_harm(cli: Cli, ticket: int) -> None:
    cli("do", str(ticket), "note", "--set-from", "-", stdin='{"text": "a\\ud800b"}')
    assert cli("show", str(ticket), "--json").json()["messages"][-1]["text"] == "a?b"


def test_missing_files_are_not_found(cli: Cli, ticket: int) -> None:
    missing = str(cli.home / "missing")
    assert missing in cli("do", str(ticket), "note", "--set-from", missing, code=4).err


def test_fields_and_text_cannot_both_be_standard_input(cli: Cli, ticket: int) -> None:
    assert cli("do", str(ticket), "note", "--set-from", "-", "--text", "-", stdin="", code=2).err


def test_an_action_without_a_text_refuses_one(cli: Cli, ticket: int) -> None:
    assert cli("do", str(ticket), "take", "--text", "x", code=2).err
    assert cli("do", str(ticket), "take", "--set", "x", code=2).err


def test_moments_at_the_end_of_the_calendar_can_be_shown_anywhere(
    cli: Cli, ticket: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli.do(ticket, "snooze", until="9999-12-31 23:59")
    for zone in ("Asia/Tokyo", "America/New_York"):
        monkeypatch.setenv("TZ", zone)
        assert "9999" in cli("show", str(ticket)).out
        assert cli("tickets").out
        assert cli("explain", str(ticket)).out
    early = cli.new(at="0001-01-01 00:00")
    for zone in ("Asia/Tokyo", "America/New_York"):
        monkeypatch.setenv("TZ", zone)
        assert cli("show", str(early)).out
        assert cli("tickets").out
        assert cli("explain", str(early)).out
