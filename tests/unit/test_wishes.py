"""What customers wish for, in the languages of the phrase book (POLICY E6)."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_tui.desk.guiding import Guidance
from agent_tui.desk.pack_check import problems as pack_problems
from agent_tui.domain.ticket import Customer
from agent_tui.guidance.wishes import Wish, WishKind, fold, read
from agent_tui.packs.culture import CultureBook
from agent_tui.packs.loader import BUILT_IN, Problem
from agent_tui.packs.policies import load_policy
from agent_tui.packs.wishes import load_wishes


def told(wish: Wish) -> str:
    """`name Ana`, `not phone`, `time 12-24`, `time 0-24 mon-fri`."""
    if wish.kind is WishKind.OTHER:
        return "other"
    if wish.kind is WishKind.NAME:
        return f"name {wish.value}"
    if wish.kind is WishKind.TIME:
        hours = " ".join(f"{each.start // 60}-{each.end // 60}" for each in wish.times or ())
        days = "" if wish.days is None else " days " + "".join(map(str, sorted(wish.days)))
        return f"time {hours}{days}"
    return f"{'not ' if wish.avoid else ''}{wish.value}"


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("call me Ana", ["name Ana"]),
        (
            "Please call me Bob, not Robert. E-mail only, no phone calls",
            ["name Bob", "other", "email", "not phone"],
        ),
        ("write English", ["en"]),
        ("no calls before noon", ["time 12-24"]),
        ("call me after 6pm", ["time 18-24"]),
        ("calls between 9 and 12", ["time 9-12"]),
        ("please do not call on weekends", ["time  days 01234"]),
        ("Do not write in German", ["not de"]),
        ("email instead of phone", ["email", "not phone"]),
        ("prefers a signature on delivery", ["other"]),
        ("叫我小李，请用中文", ["name 小李", "zh"]),
        ("请叫我王女士就行", ["name 王女士"]),
        ("晚上不要打电话", ["time 0-18 22-24"]),
        ("下午6点后再打电话", ["time 18-24"]),
        ("ケンと呼んでください。電話ではなくメールで", ["name ケン", "email", "not phone"]),
        ("18時以降に電話してください", ["time 18-24"]),
        ("민지라고 불러 주세요, 전화 말고 카톡으로", ["name 민지", "messenger", "not phone"]),
        ("Bitte nennen Sie mich einfach Hans; keine Anrufe nach 18 Uhr", ["name Hans", "time 0-18"]),
        ("appelez-moi Jo, pas de téléphone", ["name Jo", "not phone"]),
        ("Llámame Pepe, prefiero WhatsApp", ["name Pepe", "messenger"]),
        ("me chame de Duda, só e-mail", ["name Duda", "email"]),
        ("mi chiami Gigi; scrivere in italiano", ["name Gigi", "it"]),
        ("noem me maar Kees, niet bellen voor 10 uur", ["name Kees", "time 10-24"]),
        ("proszę mówić do mnie Kasia, po angielsku", ["name Kasia", "en"]),
        ("называйте меня Катя, не звоните до 12", ["name Катя", "time 12-24"]),
        ("نادني سالم، لا تتصل قبل الساعة 10", ["name سالم", "time 10-24"]),
        ("bana Mehmet deyin, telefonla aramayın, İngilizce yazın", ["name Mehmet", "not phone", "en"]),
        ("เรียกฉันว่า เมย์ อย่าโทรก่อน 9 โมง", ["name เมย์", "time 9-24"]),
        ("gọi tôi là Lan, đừng gọi điện buổi sáng", ["name Lan", "time 0-6 12-24"]),
        ("panggil saya Budi, jangan telepon malam", ["name Budi", "time 0-18 22-24"]),
    ],
)
def test_E6_wishes_are_understood(text: str, wishes: list[str]) -> None:
    assert [told(wish) for wish in read(text)] == wishes


@pytest.mark.parametrize(
    "text",
    [
        "call me at work",
        "call me tomorrow",
        "rufen Sie mich an",
        "appelez-moi après 18h",
        "call me on 555 0100",
    ],
)
def test_a_call_is_not_a_name(text: str) -> None:
    assert all(wish.kind is not WishKind.NAME for wish in read(text))


def test_what_nobody_understands_is_kept_as_it_is() -> None:
    assert read("leaves parcels with Mrs Hill; allergic to nuts") == (
        Wish(WishKind.OTHER, "leaves parcels with Mrs Hill"),
        Wish(WishKind.OTHER, "allergic to nuts"),
    )
    assert read("") == read(" ,; ") == ()


@given(st.text(max_size=60))
def test_folding_keeps_the_length(text: str) -> None:
    assert len(fold(text)) == len(text)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=80))
def test_every_wish_is_told_in_the_customers_words(text: str) -> None:
    for wish in read(text):
        assert wish.text
        assert all(0 <= each.start < each.end <= 1440 for each in wish.times or ())


def test_a_bad_expression_is_named(tmp_path: Path) -> None:
    (tmp_path / "culture").mkdir()
    file = tmp_path / "culture" / "wishes.toml"
    file.write_text('[name]\npatterns = ["call me ("]\nnot_names = []\nendings = []\n', "utf-8")
    problems: list[Problem] = []
    assert load_wishes(tmp_path, problems).languages
    assert [(each.file, each.line) for each in problems] == [(str(file), 0)]  # the other tables are missing


@pytest.mark.parametrize("piece", ["x", "call me ", "1 ", "e\u0301\u0323", "不要打电话", "@"])
def test_a_flood_is_shown_as_it_stands_and_not_studied(piece: str) -> None:
    found = read(piece * 50_000)
    assert sum(len(each.text) for each in found) <= 4_000


def test_a_companys_own_words_hold_for_hints_hours_and_address(tmp_path: Path) -> None:
    shipped = (BUILT_IN / "culture" / "wishes.toml").read_text("utf-8")
    own = shipped.replace("[languages]\n", '[languages]\ntlh = ["tlhIngan", "klingon"]\n', 1)
    (tmp_path / "culture").mkdir()
    (tmp_path / "culture" / "wishes.toml").write_text(own, "utf-8")
    customer = Customer(name="Worf", market="GB", wishes="write Klingon")
    book, plain = CultureBook(tmp_path), CultureBook(None)
    assert [(each.kind, each.value) for each in read(customer.wishes, book.wishes)] == [
        (WishKind.LANGUAGE, "tlh")
    ]
    assert [each.kind for each in read(customer.wishes, plain.wishes)] == [WishKind.OTHER]
    assert book.problems == []


def test_the_desk_hears_wishes_by_the_companys_own_words(tmp_path: Path) -> None:
    shipped = (BUILT_IN / "culture" / "wishes.toml").read_text("utf-8")
    (tmp_path / "culture").mkdir()
    (tmp_path / "culture" / "wishes.toml").write_text(
        shipped.replace("patterns = [\n", "patterns = [\n  '^moniker (?P<name>.+)',\n", 1), "utf-8"
    )
    policy, _problems = load_policy(None)
    customer = Customer(name="Robert Smith", market="GB", language="en", wishes="moniker Bobby")
    assert "Bobby" in Guidance(tmp_path, policy).address(customer).address
    assert "Bobby" not in Guidance(None, policy).address(customer).address


def test_a_bad_file_of_wishes_is_told_once_and_the_shipped_one_stands(tmp_path: Path) -> None:
    (tmp_path / "culture").mkdir()
    (tmp_path / "culture" / "wishes.toml").write_text("[name]\n", "utf-8")
    policy, _problems = load_policy(None)
    guidance = Guidance(tmp_path, policy)
    guidance.address(Customer(name="Ana", market="GB", wishes="call me Ana"))
    assert [Path(each.file).name for each in guidance.problems] == ["wishes.toml"]
    assert len(pack_problems(tmp_path, policy)) == 1
