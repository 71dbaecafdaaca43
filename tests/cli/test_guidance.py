"""Guidance as people and programs ask for it: etiquette, phrases, checks, translation, and packs of one's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from agent_tui.cli import context as contexts
from agent_tui.packs.loader import BUILT_IN
from agent_tui.packs.theory import Kind, read_bank
from tests.cli.conftest import Cli
from tests.cli.test_commands import CJK, both
from tests.deepl import Served, serving

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
FORBIDDEN = "Our miracle cure heals every illness."
LETTER = "届いた商品が壊れています。交換してください。"


def keys_of(command: str, name: str = "") -> list[str]:
    """The fields that README's table of output for programs tells of a command, or of a part of its output."""
    row = next(line for line in README.splitlines() if line.startswith(f"| {command} |") and "object" in line)
    found = re.search(rf"`{name}`(?: \([^`]*|: )`([\w ]+)`" if name else r"an object: `([\w ]+)`", row)
    assert found is not None, row
    return found[1].split()


def packs(cli: Cli) -> Path:
    return cli.home / "config" / "packs"


def put(cli: Cli, name: str, text: str) -> Path:
    """A pack file of the user's own."""
    file = packs(cli) / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    return file


def japanese(cli: Cli, **fields: str) -> int:
    return cli.new(
        "佐藤 健一", **({"market": "JP", "language": "ja", "text": LETTER, "subject": "破損"} | fields)
    )


@pytest.fixture
def tuesday(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands run on Tuesday, 22 December 2026, at 01:30 UTC: 10:30 in Japan."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return datetime(2026, 12, 22, 1, 30, tzinfo=UTC)

    monkeypatch.setattr(contexts, "datetime", Clock)


# Etiquette.


def test_E5_the_markets_are_listed_and_each_has_a_page(cli: Cli) -> None:
    english, chinese = both(cli, "etiquette")
    assert "JP  Japan\n" in english
    assert "JP  日本\n" in chinese
    listed = cli("etiquette", "--json").json()
    assert len(listed) == 33
    for each in listed:
        page = cli("etiquette", each["market"], "--json").json()
        assert list(page) == ["market", "name", "sections", "policies", "greetings", "festivals"]
        assert all(
            entry["source"]
            and entry["confidence"] in ("high", "medium", "low")
            and set(entry["text"]) == {"en", "zh_CN"}
            for section in page["sections"]
            for entry in section["entries"]
        )
    assert not cli.home.exists()  # no profile is needed for it


def test_E2_a_page_tells_source_and_confidence_and_both_policies(cli: Cli) -> None:
    english, chinese = both(cli, "etiquette", "jp")
    assert "Many customers in Japan" in english
    assert "well documented; " in english
    assert "许多日本客户" in chinese
    assert "(policy A, E2)" in english
    page = cli("etiquette", "JP", "--json").json()
    entry = page["sections"][0]["entries"][0]
    assert list(entry) == keys_of("`etiquette` of a market", "entries")
    assert {each["policy"] for each in page["policies"]} >= {"A", "B"}
    assert "何卒よろしくお願い申し上げます" in page["greetings"]["ja"]["closing"]


def test_E1_a_tickets_customer_is_told_with_hour_address_and_festivals(cli: Cli, tuesday: None) -> None:
    number = japanese(cli)
    english = cli("etiquette", str(number)).out
    assert "10:30 Tue at the customer's place (Asia/Tokyo)" in english
    assert "a decent hour for a call: People there take calls at this hour." in english
    assert "form of address: 佐藤様 (formal; ja)" in english
    assert english.count("Many customers in Japan") >= 3
    found = cli("etiquette", f"#{number}", "--json").json()
    assert list(found) == ["id", "market", "hints", "local", "address", "festivals"]
    for part in ("hints", "address", "local", "festivals"):
        one = found[part][0] if isinstance(found[part], list) else found[part]
        assert list(one) == keys_of("`etiquette` of a ticket", part)
    assert found["local"]["local"] == "2026-12-22T10:30:00+09:00"
    assert found["address"]["address"] == "佐藤様"
    assert len(found["hints"]) == 3
    assert any(each["start"] <= "2027-01-01" <= each["end"] for each in found["festivals"])
    assert "In these two weeks" in english


def test_the_hour_is_told_with_the_next_decent_one(cli: Cli, tuesday: None) -> None:
    number = cli.new(market="DE", language="de")  # it is half past two at night there
    english = cli("etiquette", str(number)).out
    assert "no hour for a call: It is too early or too late there for a call." in english
    assert re.search(r"next decent hour: Tue 0?[89]:00 there, 22 Dec 2026, 0[78]:00 here", english)


def test_E6_what_the_customer_wished_stands_first(cli: Cli) -> None:
    number = japanese(cli)
    cli.do(number, "customer", wishes="call me Ken; please do not phone")
    found = cli("etiquette", str(number), "--json").json()
    assert [hint["kind"] for hint in found["hints"][:2]] == ["wish", "wish"]
    assert found["address"]["wished"]
    assert found["local"]["decent"] is False
    assert "Ken" in cli("etiquette", str(number)).out


def test_nobody_knows_the_market(cli: Cli) -> None:
    number = cli.new()
    assert "Nobody knows the customer's market" in cli("etiquette", str(number)).out
    assert cli("etiquette", str(number), "--json").json()["local"] is None


def test_no_such_page_ticket_or_market(cli: Cli) -> None:
    cli.new()
    assert "no page for XX; it has: AE, " in cli("etiquette", "XX", code=4).err
    cli("etiquette", "99", code=4)
    assert "'Japan'" in cli("etiquette", "Japan", code=2).err


# Phrases.


def phrase_of(cli: Cli, *words: str) -> Any:  # noqa: ANN401
    """The first phrase of the answer."""
    return cli("phrases", *words, "--json").json()["phrases"][0]


def test_T3_phrases_are_recommended_with_reasons_and_filled_in(cli: Cli) -> None:
    number = japanese(cli)
    english, chinese = both(cli, "phrases", str(number))
    assert "because: the customer wrote “壊れ" in english
    assert "to fill in: {product}" in english
    assert "together with: frontline agent, " in english
    assert "一线客服" in chinese
    found = cli("phrases", str(number), "--json").json()
    assert list(found["phrases"][0]) == keys_of("`phrases`, `phrases pending`", "phrases")
    assert list(found["scenes"][0]) == keys_of("`phrases`, `phrases pending`", "scenes")
    assert len(found["phrases"]) == 3
    assert found["phrases"][0]["scene"] == "damaged"
    assert {each["language"] for each in found["phrases"]} == {"ja"}
    cli.do(number, "classify", verified="yes", type="after_sales_fault", level="2", product="Charger X2")
    filled = [
        each for each in cli("phrases", str(number), "--json").json()["phrases"] if each["scene"] == "damaged"
    ]
    assert "Charger X2" in filled[0]["text"]
    assert len(cli("phrases", str(number), "--limit", "1", "--json").json()["phrases"]) == 1


def test_T1_the_book_tells_scene_flow_and_what_to_avoid(cli: Cli) -> None:
    english, chinese = both(cli, "phrases", "--scene", "privacy_request")
    assert re.search(r"^Privacy.* \(privacy_request; .*risky\)$", english, re.MULTILINE)
    assert "\n  how: " in english
    assert "\n  avoid: " in english
    assert "zh-Hans" in chinese  # the book in the language of the desk
    german = cli("phrases", "--language", "de", "--scene", "return_refund", "--json").json()
    assert {each["language"] for each in german["phrases"]} == {"de"}
    assert [each["id"] for each in german["scenes"]] == ["return_refund"]
    whole = cli("phrases", "--json").json()
    assert len(whole["scenes"]) > 35
    assert not cli.home.exists()


def test_phrases_are_searched_by_their_words_and_by_customers_words(cli: Cli) -> None:
    assert "tracking" in phrase_of(cli, "--search", "tracking")["text"].lower()
    assert phrase_of(cli, "--search", "where on earth is my parcel")["scene"] == "where_is_order"
    assert (
        phrase_of(cli, "--language", "zh-CN", "--search", "我的包裹怎么还没到")["scene"] == "where_is_order"
    )
    assert cli("phrases", "--search", "qqqq zzzz").out == "No phrase fits.\n"
    assert cli("phrases", "--limit", "0", "--json").json()["phrases"] == []


def test_phrases_of_another_language_are_filled_for_a_ticket(cli: Cli) -> None:
    number = japanese(cli)
    cli.do(number, "reply", text="x", outcome="unsolved", reason="r", deadline="2h", follow_up="by telephone")
    found = cli("phrases", str(number), "--scene", "deadline", "--language", "en", "--json").json()["phrases"]
    assert {each["language"] for each in found} == {"en"}
    assert any(re.search(r"20\d\d", each["text"]) for each in found)
    assert not any(
        CJK.search(each["text"]) for each in found
    )  # dates too are written in the phrase's language


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--scene", "nope"), 2),
        (("--language", "xx"), 2),
        (("nope",), 2),
        (("1", "2"), 2),
        (("99",), 4),
        (("approve",), 2),
        (("propose", "--scene", "hold"), 2),
    ],
)
def test_what_phrases_does_not_know(cli: Cli, words: tuple[str, ...], code: int) -> None:
    cli.new()
    both(cli, "phrases", *words, code=code)


def test_T1_the_team_proposes_and_a_supervisor_approves(cli: Cli) -> None:
    cli.new()
    text = "Einen Augenblick bitte, ich sehe nach."
    made = ("--scene", "hold", "--language", "de", "--text", text)
    assert "phrases approve hold-de-team-1" in cli("phrases", "propose", *made).out
    second = cli(
        "phrases", "propose", "--scene", "hold", "--language", "de", "--json", stdin="Moment bitte."
    ).json()
    assert (second["id"], second["text"], second["approved_by"]) == ("hold-de-team-2", "Moment bitte.", None)
    waiting = cli("phrases", "pending", "--json").json()["phrases"]
    assert [each["id"] for each in waiting] == ["hold-de-team-1", "hold-de-team-2"]
    assert text in cli("phrases", "pending").out
    book = ("--language", "de", "--scene", "hold", "--search", "Augenblick", "--json")
    assert cli("phrases", *book).json()["phrases"] == []  # nobody approved it yet
    english, chinese = both(cli, "phrases", "approve", "hold-de-team-1", code=3)
    assert "regional supervisor, team lead. Yours: frontline agent. (P1)" in english
    assert "区域客服主管" in chinese
    cli("settings", "agent.roles", "supervisor")
    approved = cli("phrases", "approve", "hold-de-team-1", "--json").json()
    assert approved["approved_by"]
    assert [each["id"] for each in cli("phrases", *book).json()["phrases"]] == ["hold-de-team-1"]
    assert len(cli("phrases", "pending", "--json").json()["phrases"]) == 1
    cli("phrases", "approve", "hold-de-team-1", code=3)  # it is already
    cli("phrases", "approve", "nope", code=4)
    assert "hold-de-team-1 already" in cli("phrases", "propose", *made, "--id", "hold-de-team-1", code=2).err


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"--text": "Dear {custmer}"}, "{custmer}"),
        ({"--text": " "}, "a phrase has a text"),
        ({"--scene": "nope"}, "nope"),
        ({"--language": "qq"}, "qq"),
        ({"--id": "a b"}, "'a b' is no id"),
    ],
)
def test_a_bad_proposal_leaves_the_teams_file_as_it_was(cli: Cli, given: dict[str, str], said: str) -> None:
    cli.new()
    made = {"--scene": "hold", "--language": "en", "--text": "One moment."}
    cli("phrases", "propose", *(word for pair in made.items() for word in pair))
    before = (packs(cli) / "phrases" / "team.toml").read_bytes()
    result = cli("phrases", "propose", *(word for pair in (made | given).items() for word in pair), code=2)
    assert said in result.err
    assert (packs(cli) / "phrases" / "team.toml").read_bytes() == before


# Checks.


def test_T2_a_text_is_checked_with_place_rule_why_and_what_is_better(cli: Cli) -> None:
    number = cli.new(market="US", language="en")
    entries = len(cli("journal", "--json").lines())
    text = f"Hello Emma,\n{FORBIDDEN}"
    english, chinese = both(cli, "check", str(number), "--text", text, code=3)
    assert "T2  line 2: “Our miracle cure heals every illness”  (keeps the text back)\n" in english
    assert "    better: Describe what the product is made for" in english
    assert "    phrase: It is made for …" in english
    assert "宣称治愈" in chinese
    found = cli("check", str(number), "--json", code=3, stdin=text).json()
    assert found["blocked"] is True
    assert list(found["findings"][0]) == keys_of("`check`", "findings")
    for each in found["findings"]:
        assert text[each["start"] : each["end"]] == each["excerpt"]
        assert set(each["why"]) == {"en", "zh_CN"}
    assert len(cli("journal", "--json").lines()) == entries  # nothing was recorded


def test_an_ordinary_reply_passes(cli: Cli) -> None:
    number = cli.new(market="US", language="en")
    assert cli("check", str(number), "--text", "Dear Emma, we will look at it first thing tomorrow.").out == (
        "Nothing was found.\n"
    )
    found = cli(
        "check", str(number), "--json", stdin="Dear Emma, your refund of 20 dollars was sent today.\n"
    )
    assert found.json() == {"blocked": False, "findings": []}


def test_H3_the_outcome_tells_what_is_missing(cli: Cli) -> None:
    number = cli.new(market="US", language="en")
    text = "Dear Emma, we have not found the cause yet and are still looking into it."
    assert cli("check", str(number), "--text", text, "--json").json()["findings"] == []
    found = cli("check", str(number), "--text", text, "--outcome", "unsolved", "--json").json()
    assert "missing_deadline" in {each["code"] for each in found["findings"]}
    assert "missing at the end" in cli("check", str(number), "--text", text, "--outcome", "unsolved").out
    found = cli("check", str(number), "--text", text, "--outcome", "apologises", "--json", code=3).json()
    assert "missing_apology" in {each["code"] for each in found["findings"]}


def test_a_note_is_checked_as_a_note(cli: Cli) -> None:
    number = cli.new(market="DE", language="de")
    text = "Called him, all is well, nothing else to do here today."
    assert cli("check", str(number), "--text", text, "--json").json()[
        "findings"
    ]  # not the customer's language
    assert cli("check", str(number), "--note", "--text", text, "--json").json()["findings"] == []
    both(cli, "check", str(number), "--note", "--outcome", "solves", "--text", text, code=2)


def test_there_is_nothing_to_check(cli: Cli) -> None:
    number = cli.new()
    assert cli("check", str(number), code=2, stdin=" \n").err == "There is no text.\n"
    cli("check", "99", "--text", "x", code=4)


# A reply that is kept back.


def test_T2_a_reply_is_kept_back_and_goes_out_with_a_reason(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    number = cli.new(market="US", language="en")
    entries = len(cli("journal", "--json").lines())
    held = cli("do", str(number), "reply", "--text", FORBIDDEN, code=3)
    assert held.out == ""
    example = README.partition(f'--text "{FORBIDDEN}"\n')[2].partition("```")[0]
    assert held.err == example
    chinese = cli("--lang", "zh_CN", "do", str(number), "reply", "--text", FORBIDDEN, code=3).err
    assert "宣称治愈" in chinese
    assert len(cli("journal", "--json").lines()) == entries

    why = "legal has approved the wording of this campaign"
    cli("do", str(number), "reply", "--text", FORBIDDEN, "--set", f"because={why}")
    journal = cli("journal", str(number)).out
    assert f"went out because: {why}" in journal
    assert "kept back for: miracle" in journal
    english, chinese = both(cli, "explain", str(number))
    assert "went out although the checks kept it back (T2)" in english
    assert why in english
    assert "Claims of healing" in english
    assert "宣称治愈" in chinese
    (override,) = cli("explain", str(number), "--json").json()["overrides"]
    assert list(override) == ["at", "by", "despite", "because"]
    assert (override["because"], override["despite"]) == (why, ["miracle"])
    fields = cli("journal", str(number), "--json").lines()[-1]["fields"]
    assert (fields["because"], fields["despite"]) == (why, ["miracle"])


def test_a_reason_without_need_and_a_reply_without_fault_leave_no_trace(cli: Cli) -> None:
    number = cli.new(market="US", language="en")
    cli("do", str(number), "reply", "--text", "Dear Emma, your refund was sent today.")
    assert cli("explain", str(number), "--json").json()["overrides"] == []
    assert "went out although" not in cli("explain", str(number)).out


# Translation.


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    with serving(monkeypatch) as found:
        yield found


def test_E6_without_a_service_it_says_what_to_do(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DEEPL_AUTH_KEY", raising=False)
    english, chinese = both(cli, "translate", str(japanese(cli)), code=6)
    assert "agent-tui[deepl]" in english
    assert "DEEPL_AUTH_KEY" in chinese


def test_E6_T5_the_customers_message_is_translated_without_what_is_personal(cli: Cli, served: Served) -> None:
    cli("settings", "language", "en")
    text = "佐藤です。メールは ken@example.jp です。"
    number = japanese(cli, text=text)
    served.says = '<x id="0"/> here. Mail: <x id="1"/> &amp; so on'
    result = cli("translate", str(number))
    assert result.out == "佐藤 here. Mail: ken@example.jp & so on\n"
    assert "by a machine (DeepL), not checked by a person" in result.err
    assert "2 pieces of personal data stayed on this machine" in result.err
    sent = str(served.asked)
    assert "佐藤" not in sent
    assert "ken@" not in sent
    assert served.asked[0]["target_lang"] in (["EN-GB"], "EN-GB")
    found = cli("--lang", "zh_CN", "translate", str(number), "--json").json()
    assert list(found) == keys_of("`translate`")
    assert found["checked"] is False
    assert served.asked[1]["target_lang"] in (["ZH-HANS"], "ZH-HANS")


def test_quoted_history_is_not_sent(cli: Cli, served: Served) -> None:
    number = cli.new(language="fr", text="Toujours cassé.\n\n> On Monday you wrote:\n> it works\n> surely\n")
    served.says = "Still broken."
    assert cli("translate", str(number)).out == "Still broken.\n"
    assert "surely" not in str(served.asked)


def test_a_text_goes_into_the_customers_language(cli: Cli, served: Served) -> None:
    number = cli.new(language="de", market="DE")
    served.says = "Guten Tag {}"
    result = cli("translate", str(number), "--text", "-", stdin="Hello Emma Clarke")
    assert result.out == "Guten Tag Emma Clarke\n"
    assert f"agent-tui do {number} reply --set translated=DeepL --text -" in result.err
    assert "Clarke" not in str(served.asked)
    assert served.asked[0]["target_lang"] in (["DE"], "DE")
    served.says = "Bonjour"
    assert cli("translate", str(number), "--text", "Hello", "--to", "fr").out == "Bonjour\n"
    assert served.asked[1]["target_lang"] in (["FR"], "FR")


@pytest.mark.parametrize(
    ("name", "text", "gone", "stays"),
    [
        (
            "Will van Dyck",
            "Dear Mr Dyck, Will asked; we will look at a van.",
            "Dyck",
            "we will look at a van",
        ),
        ("佐藤 健一", "佐藤様、健一さんへ", "佐藤", "様"),
        ("O'Brien", "Dear O'Brien, your O'Briens are sent", "Dear O'Brien,", "O'Briens"),
        ("X", "X-ray for X", "", "X-ray for X"),
    ],
)
def test_T5_the_customers_name_stays_here_in_whole_and_in_part(
    cli: Cli, served: Served, name: str, text: str, gone: str, stays: str
) -> None:
    number = cli.new(name, language="de")
    served.code = 456  # what was sent is enough
    cli("translate", str(number), "--text", text, code=6)
    (sent,) = served.asked[0]["text"]
    assert stays in sent
    assert not gone or gone not in sent


def test_what_cannot_be_translated(cli: Cli, served: Served) -> None:
    number = cli.new()
    assert "which language" in both(cli, "translate", str(number), "--text", "Hello", code=2)[0]
    cli("translate", str(number), "--text", " ", code=2)
    cli("translate", str(number), "--text", "x", "--to", "not a tag", code=2)
    cli("translate", "99", code=4)
    cli("translate", str(number), "--to", "de", "--text", "x" * 20_001, code=2)
    silent = cli.new(text="")
    assert "has written nothing" in cli("translate", str(silent), code=4).err
    served.code = 456
    assert "allowance" in cli("translate", str(number), "--text", "Hello", "--to", "de", code=6).err


# Packs of one's own.


EXAMPLES = re.findall(r"<!-- pack (add to )?(\S+) -->\n```toml\n(.*?)```", README, re.DOTALL)


def example(cli: Cli, add: str, name: str, text: str) -> Path:
    """An example of README where it belongs: as a file, or added to the shipped one."""
    shipped = (BUILT_IN / name).read_text("utf-8") if add else ""
    return put(cli, name, f"{shipped}\n{text}")


def packs_found(cli: Cli) -> list[str]:
    """What doctor says of packs."""
    code = cli.any("doctor", "--json")
    assert code.code in (0, 5)
    return [each["found"] for each in code.json() if each["about"] == "packs"]


def test_the_examples_of_the_manual_load_and_do_what_it_says(cli: Cli) -> None:
    assert {name.partition("/")[0] for _add, name, _text in EXAMPLES} == {
        "culture",
        "phrases",
        "compliance",
        "personal",
        "privacy",
        "theory",
    }
    for add, name, text in EXAMPLES:
        file = example(cli, add, name, text)
        if name.startswith("theory/"):
            assert {each.kind for each in read_bank(file).items} == {Kind.SINGLE, Kind.ORDER}
    number = cli.new(market="PE", language="en")
    assert packs_found(cli) == ["all in order"]
    assert "Many customers in Peru are addressed" in cli("etiquette", "pe").out
    assert {"market": "PE", "name": {"en": "Peru", "zh_CN": "秘鲁"}} in cli("etiquette", "--json").json()
    assert (
        phrase_of(cli, "--language", "sv", "--search", "var är mitt paket")["id"] == "where_is_order-formal"
    )
    team = cli("phrases", "--language", "de", "--scene", "hold", "--json").json()["phrases"]
    assert "hold-de-team-1" in {each["id"] for each in team}
    found = cli("check", str(number), "--text", "It is cheaper than the one from Acme.", "--json").json()[
        "findings"
    ]
    assert [each["code"] for each in found] == ["rival"]
    cli("do", str(number), "without_consent", "--set", "reason=he showed it")
    noted = cli("do", str(number), "note", "--text", "His club no is CLB-1234567.", "--json")
    assert noted.code == 0
    assert "CLB-1234567" not in cli("journal", str(number), "--json").out
    cli("erase", f"#{number}", "--yes", "--reason", "contract_ended")
    record = cli("destructions", "--json").json()[0]
    assert (record["reason"], record["laws"]) == ("contract_ended", ["pe_29733"])


BAD = [
    (
        "theory/stages.toml",
        '[x]\nname = { en = "x", zh_CN = "x" }\ntopics = ["poetry"]\nsize = 1\npass_mark = 1\n',
        3,
        "poetry",
    ),
    ("culture/JP.toml", "[market]\nname = 3\n", 2, "name"),
    ("culture/festivals.toml", '[x]\nname = { en = "x" }\nstarts = "soon"\n', 1, "missing required field"),
    ("culture/weekends.toml", '[JP]\ndays = ["noday"]\nsource = "x"\n', 2, "noday"),
    ("culture/titles.toml", '[mr]\nwords = [""]\n', 2, "a word is empty"),
    ("culture/wishes.toml", '[name]\npatterns = ["("]\n', 0, "is missing"),
    ("phrases/scenes.toml", '[x]\nname = { en = "x" }\nsort = "nope"\nrule = "T1"\n', 3, "nope"),
    ("phrases/de.toml", '[a]\nscene = "hold"\ntext = "{nope}"\n', 3, "nope"),
    ("phrases/requests/de.toml", '[hold]\nexamples = ["a"]\n', 2, "at least 3"),
    ("phrases/thesaurus/de.toml", '[a]\nwords = ["b"]\nweight = 3\n', 3, "weight"),
    ("compliance/letters.toml", '[pl]\nwritten = "ab"\nread = "a"\n', 3, "2 letters are read as 1"),
    ("privacy/asking.toml", '[before_writing]\nkinds = ["shoe"]\nsource = "x"\n', 2, "shoe"),
    ("phrases/team.toml", '[a]\nscene = "hold"\ntext = "b"\n', 1, "who proposed it"),
    (
        "compliance/kinds.toml",
        '[guarantee]\nrule = "T2"\nseverity = "deadly"\nwhy = {}\nbetter = {}\n',
        3,
        "deadly",
    ),
    (
        "compliance/law.toml",
        '[eu]\nmarkets = ["EU27"]\nkinds = []\nlaw = "x"\nsource = "x"\nwhy = {}\n',
        2,
        "EU27",
    ),
    (
        "compliance/en.toml",
        '[guarantee]\npatterns = ["("]\ncaught = ["a","b","c"]\nfine = ["d","e","f"]\n',
        2,
        "(",
    ),
    ("compliance/acts/de.toml", '[apology]\npatterns = ["x"]\ncaught = []\nfine = []\n', 3, "fewer than 3"),
    ("compliance/register/de.toml", '[x]\nformality = "posh"\nwords = "x"\n', 2, "posh"),
    ("personal/ids.toml", "[x]\nkind = 1\n", 2, "kind"),
    ("personal/plates.toml", '[DE]\nnear = ["("]\n', 2, "no regular expression"),
    ("personal/cards.toml", "[x]\nbegin = '4'\nlengths = [3]\n", 3, "12 to 19"),
    (
        "privacy/laws.toml",
        '[x]\nname = { en = "x" }\nmarkets = []\nneeds = "consent"\nsource = "x"\n',
        2,
        "zh_CN",
    ),
    ("privacy/reasons.toml", "[retention]\nname = 1\n", 2, "name"),
    ("policy/retention.toml", "[tickets]\nkeep = 3\n", 2, "keep"),
]


@pytest.mark.parametrize(("name", "text", "line", "reason"), BAD, ids=[name for name, *_rest in BAD])
def test_doctor_names_every_bad_pack_with_file_line_and_reason(
    cli: Cli, name: str, text: str, line: int, reason: str
) -> None:
    file = put(cli, name, text)
    (found,) = packs_found(cli)
    assert found.startswith(f"{file}, line {line}: " if line else f"{file}: ")
    assert reason in found
    assert found.endswith("The file was left out.")
    assert cli("doctor", code=5).out.count("BAD ") == 1


@pytest.mark.parametrize(
    "name", ["culture/japan.toml", "compliance/english.toml", "phrase/de.toml", "mine.toml"]
)
def test_doctor_names_a_file_that_nothing_reads(cli: Cli, name: str) -> None:
    file = put(cli, name, "[x]\n")
    (found,) = packs_found(cli)
    assert found == f"{file}: no pack is called so, and nothing reads it. The file was left out."


def test_doctor_names_the_last_line_of_a_file_that_ends_too_early(cli: Cli) -> None:
    file = put(cli, "personal/ids.toml", "[x]\nform = [1,\n")
    (found,) = packs_found(cli)
    assert found.startswith(f"{file}, line 2: ")


def test_a_command_names_the_bad_pack_that_it_came_across(cli: Cli) -> None:
    number = japanese(cli)
    file = put(cli, "culture/JP.toml", "[market]\nname = 3\n")
    assert f"{file}, line 2: " in cli("etiquette", str(number)).err
    result = cli("etiquette", "JP")
    assert f"{file}, line 2: " in result.err
    assert "Many customers in Japan" in result.out  # the shipped one stands
    put(cli, "phrases/ja.toml", "[a]\nscene = 3\n")
    assert "ja.toml, line 2: " in cli("phrases", str(number)).err
    assert cli("etiquette", "DE").err == ""
