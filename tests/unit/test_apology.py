"""One answer to whether a first answer apologises (POLICY C1, C10): the policy's refusal and the finding agree."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from agent_tui.desk.core import Desk
from agent_tui.desk.opening import Place, open_desk
from agent_tui.domain import actions as do
from agent_tui.domain.refusals import NoApology
from agent_tui.domain.ticket import Customer
from agent_tui.packs.compliance import ACTS
from agent_tui.packs.loader import BUILT_IN
from tests.factories import at

FILES = sorted((BUILT_IN / ACTS).glob("*.toml"))
MISSING = "missing_apology"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("apology")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("AGENT_TUI_KEY", "6265" * 16)
        place = Place("test", folder / "store.db", folder / "config", folder / "packs")
        found = open_desk(place, "li.wei", "UTC", create=True)
        yield found
        found.close()


def complaint(desk: Desk, language: str | None) -> int:
    customer = Customer(name="Emma", emails=(f"{language}@x.example",), language=language)
    said = do.Content(text="It is broken.", author="Emma")
    number = desk.open_ticket("email", "x", customer, said, at("09:00"), at("09:00"), by="import").id
    desk.act(number, "complain", {}, at("09:05"))
    return number


def answers(desk: Desk, number: int, text: str) -> tuple[bool, bool]:
    """Whether the policy takes the text for an apology, and whether the finding does."""
    ticket = desk.ticket(number)
    codes = {each.code for each in desk.guidance.findings(ticket, text, at("09:10"), "apologises")}
    reply = do.Reply(
        id="1",
        ticket=number,
        at=at("09:10"),
        by=desk.agent,
        text=text,
        outcome=do.Apologises("we look into it"),
    )
    reply = replace(reply, outcome=do.Apologises())
    try:
        desk.try_out(reply)
    except NoApology:
        return False, MISSING not in codes
    return True, MISSING not in codes


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_C1_refusal_and_finding_agree_in_every_language(desk: Desk, file: Path) -> None:
    apology = tomllib.loads(file.read_text("utf-8"))["apology"]
    number = complaint(desk, file.stem)
    for text in apology["caught"]:
        assert answers(desk, number, text) == (True, True), text
    for text in apology["fine"]:
        policy, finding = answers(desk, number, text)
        assert policy == finding, text
    quiet = [text for text in apology["fine"] if answers(desk, number, text) == (False, False)]
    assert len(quiet) >= len(apology["fine"]) - 1, quiet


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", "No need to apologise, we have discussed it.", False),
        ("en", "You should be sorry.", False),
        ("de", "Sie brauchen sich nicht zu entschuldigen, wir klären das.", False),
        ("ja", "We are very sorry for the trouble.", True),  # in another language than the customer's
        ("zh", "您不用道歉，我们会处理。", False),
        (None, "We are very sorry for the trouble.", True),
        (None, "Thank you for telling us about it.", False),
    ],
)
def test_C1_what_only_sounds_like_an_apology_is_none(
    desk: Desk, language: str | None, text: str, found: bool
) -> None:
    assert answers(desk, complaint(desk, language), text) == (found, found)


@pytest.mark.parametrize(
    ("language", "text", "taken"),
    [
        ("sv", "Vi ber om ursäkt för felet med leveransen.", True),
        ("uk", "Перепрошуємо за незручності з вашим замовленням.", True),
        ("hi", "असुविधा के लिए हमें खेद है।", True),
        ("sv", "Tack för att du skrev till oss om leveransen.", False),
    ],
)
def test_C1_where_no_pack_speaks_the_language_the_policys_words_count(
    desk: Desk, language: str, text: str, taken: bool
) -> None:
    assert answers(desk, complaint(desk, language), text)[0] == taken
