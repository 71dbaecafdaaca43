"""Festivals of 2026 to 2030, checked by two ways: astronomy and tables outside the libraries that are used."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_tui.guidance.festivals import AHEAD, Festival, day_off, easter, festivals
from agent_tui.packs.culture import CultureBook, shipped_markets

BOOK = CultureBook()
YEARS = range(2026, 2031)


def found(market: str, day: date, name: str, subdivision: str = "") -> Festival | None:
    return next((each for each in festivals(market, day, subdivision) if each.id == name), None)


# The main day of each, 2026 to 2030.
DAYS = {
    # New moons and solar terms by Meeus' series in the time of Peking, Hanoi and Seoul.
    ("SG", "lunar_new_year"): "2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-03",
    ("CN", "lunar_new_year"): "2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-03",
    ("MY", "lunar_new_year"): "2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-03",
    ("VN", "tet"): "2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-02",
    ("KR", "seollal"): "2026-02-17 2027-02-07 2028-01-27 2029-02-13 2030-02-03",
    ("KR", "chuseok"): "2026-09-25 2027-09-15 2028-10-03 2029-09-22 2030-09-12",
    ("VN", "mid_autumn"): "2026-09-25 2027-09-15 2028-10-03 2029-09-22 2030-09-12",
    ("SG", "qingming"): "2026-04-05 2027-04-05 2028-04-04 2029-04-04 2030-04-05",
    ("SG", "dragon_boat"): "2026-06-19 2027-06-09 2028-05-28 2029-06-16 2030-06-05",
    ("VN", "hung_kings"): "2026-04-26 2027-04-16 2028-04-04 2029-04-23 2030-04-12",
    # The arithmetic of the Hebrew calendar.
    ("IL", "rosh_hashanah"): "2026-09-12 2027-10-02 2028-09-21 2029-09-10 2030-09-28",
    ("IL", "yom_kippur"): "2026-09-21 2027-10-11 2028-09-30 2029-09-19 2030-10-07",
    ("IL", "sukkot"): "2026-09-26 2027-10-16 2028-10-05 2029-09-24 2030-10-12",
    ("IL", "passover"): "2026-04-02 2027-04-22 2028-04-11 2029-03-31 2030-04-18",
    ("IL", "il_memorial"): "2026-04-22 2027-05-12 2028-05-02 2029-04-19 2030-05-08",
    # Tables of Easter.
    ("GB", "easter"): "2026-04-05 2027-03-28 2028-04-16 2029-04-01 2030-04-21",
    ("ES", "holy_week"): "2026-04-05 2027-03-28 2028-04-16 2029-04-01 2030-04-21",
    ("RU", "orthodox_easter"): "2026-04-12 2027-05-02 2028-04-16 2029-04-08 2030-04-28",
    ("EG", "sham_el_nessim"): "2026-04-13 2027-05-03 2028-04-17 2029-04-09 2030-04-29",
    ("PL", "corpus_christi"): "2026-06-04 2027-05-27 2028-06-15 2029-05-31 2030-06-20",
    ("DE", "ascension"): "2026-05-14 2027-05-06 2028-05-25 2029-05-10 2030-05-30",
    # Weekdays of months.
    ("US", "thanksgiving"): "2026-11-26 2027-11-25 2028-11-23 2029-11-22 2030-11-28",
    ("CA", "ca_thanksgiving"): "2026-10-12 2027-10-11 2028-10-09 2029-10-08 2030-10-14",
    ("GB", "black_friday"): "2026-11-27 2027-11-26 2028-11-24 2029-11-23 2030-11-29",
    ("SE", "midsummer"): "2026-06-20 2027-06-26 2028-06-24 2029-06-23 2030-06-22",
    # Hindu, Balinese, Thai and Māori calendars, as published.
    ("IN", "diwali"): "2026-11-08 2027-10-29 2028-10-17 2029-11-05 2030-10-26",
    ("IN", "holi"): "2026-03-04 2027-03-22 2028-03-11 2029-03-01 2030-03-20",
    ("ID", "nyepi"): "2026-03-19 2027-03-08 2028-03-26 2029-03-15 2030-03-05",
    ("TH", "loy_krathong"): "2026-11-24 2027-11-13 2028-11-01 2029-11-20 2030-11-09",
    ("TH", "songkran"): "2026-04-13 2027-04-13 2028-04-13 2029-04-13 2030-04-13",
    ("NZ", "matariki"): "2026-07-10 2027-06-25 2028-07-14 2029-07-06 2030-06-21",
    # Fixed days.
    ("JP", "obon"): "2026-08-13 2027-08-13 2028-08-13 2029-08-13 2030-08-13",
    ("JP", "golden_week"): "2026-04-29 2027-04-29 2028-04-29 2029-04-29 2030-04-29",
    ("NL", "kings_day"): "2026-04-27 2027-04-27 2028-04-27 2029-04-27 2030-04-27",
    ("SG", "sale_618"): "2026-06-01 2027-06-01 2028-06-01 2029-06-01 2030-06-01",
    ("TH", "singles_day"): "2026-11-11 2027-11-11 2028-11-11 2029-11-11 2030-11-11",
    ("RU", "orthodox_christmas"): "2026-01-07 2027-01-07 2028-01-07 2029-01-07 2030-01-07",
    ("US", "christmas"): "2026-12-25 2027-12-25 2028-12-25 2029-12-25 2030-12-25",
    # Umm al-Qura, as published by the Saudi calendar; the Malaysian calendar for its neighbours.
    ("SA", "ramadan"): "2026-02-18 2027-02-08 2028-01-28 2029-01-16 2030-01-05",
    ("SA", "eid_fitr"): "2026-03-20 2027-03-09 2028-02-26 2029-02-14 2030-02-04",
    ("SA", "eid_adha"): "2026-05-27 2027-05-16 2028-05-05 2029-04-24 2030-04-13",
    ("ID", "ramadan"): "2026-02-19 2027-02-08 2028-01-28 2029-01-16 2030-01-06",
    ("ID", "eid_fitr"): "2026-03-21 2027-03-10 2028-02-27 2029-02-15 2030-02-04",
    ("TR", "eid_fitr"): "2026-03-20 2027-03-09 2028-02-26 2029-02-14 2030-02-04",
}


@pytest.mark.parametrize(
    ("market", "name", "day"),
    [(*key, date.fromisoformat(day)) for key, days in DAYS.items() for day in days.split()],
)
def test_E3_the_day_is_right_in_every_year(market: str, name: str, day: date) -> None:
    festival = found(market, day, name)
    assert festival is not None
    assert festival.day == day
    assert festival.start <= day <= festival.end
    # It is told of in the two weeks before, and not before that.
    assert found(market, festival.start - timedelta(days=AHEAD - 1), name) is not None
    early = found(market, festival.start - timedelta(days=AHEAD), name)
    assert early is None or early.start != festival.start


def test_the_table_has_five_years() -> None:
    for days in DAYS.values():
        assert [int(day[:4]) for day in days.split()] == list(YEARS)


@pytest.mark.parametrize(
    ("market", "name", "spans"),
    [
        ("SA", "ramadan", "02-18..03-19 02-08..03-08 01-28..02-25 01-16..02-13 01-05..02-03"),
        ("SA", "ramadan_last_ten", "03-10..03-19 02-28..03-08 02-17..02-25 02-05..02-13 01-25..02-03"),
        ("ID", "ramadan", "02-19..03-20 02-08..03-09 01-28..02-26 01-16..02-14 01-06..02-03"),
        ("KR", "seollal", "02-16..02-18 02-06..02-08 01-26..01-28 02-12..02-14 02-02..02-04"),
        ("VN", "tet", "02-15..02-22 02-04..02-11 01-24..01-31 02-11..02-18 01-31..02-07"),
        ("BR", "br_carnival", "02-13..02-18 02-05..02-10 02-25..03-01 02-09..02-14 03-01..03-06"),
        ("GB", "easter", "04-03..04-06 03-26..03-29 04-14..04-17 03-30..04-02 04-19..04-22"),
        ("JP", "obon", "08-13..08-16 " * 5),
        ("IL", "yom_kippur", "09-20..09-21 10-10..10-11 09-29..09-30 09-18..09-19 10-06..10-07"),
    ],
)
def test_E3_festivals_of_several_days_last_as_long_as_they_do(market: str, name: str, spans: str) -> None:
    for year, span in zip(YEARS, spans.split(), strict=True):
        start, end = (date.fromisoformat(f"{year}-{each}") for each in span.split(".."))
        festival = found(market, start, name)
        assert festival is not None
        assert (festival.start, festival.end) == (start, end)
        after = found(market, end + timedelta(days=1), name)
        assert after is None or after.start > end


def test_a_festival_that_crosses_the_year_is_one() -> None:
    for day in (date(2026, 12, 29), date(2027, 1, 3)):
        festival = found("JP", day, "jp_new_year")
        assert festival is not None
        assert (festival.start, festival.end) == (date(2026, 12, 29), date(2027, 1, 3))
    long = found("MX", date(2027, 1, 2), "guadalupe")
    assert long is not None
    assert (long.start, long.end) == (date(2026, 12, 12), date(2027, 1, 6))


def test_easter_of_a_century_has_its_extremes() -> None:
    assert easter(1818) == date(1818, 3, 22)
    assert easter(1943) == date(1943, 4, 25)
    assert easter(2025) == easter(2025, orthodox=True) == date(2025, 4, 20)
    assert easter(2024, orthodox=True) == date(2024, 5, 5)


@given(st.integers(1900, 2100), st.booleans())
def test_easter_is_a_sunday_in_spring(year: int, orthodox: bool) -> None:
    day = easter(year, orthodox=orthodox)
    assert day.weekday() == 6
    assert date(year, 3, 22) <= day <= date(year, 5, 9)


def test_every_rule_finds_its_day_in_every_year() -> None:
    for rule in BOOK.festivals.rules.values():
        for place in rule.places:
            market, _, inside = place.partition("-")
            for year in YEARS:
                kept = [
                    each
                    for each in festivals(market, date(year, 1, 1), inside, ahead=366)
                    if each.id == rule.id
                ]
                assert kept, (rule.id, place, year)


def test_a_companys_own_rule_counts(tmp_path: Path) -> None:
    (tmp_path / "culture").mkdir()
    (tmp_path / "culture" / "festivals.toml").write_text(
        '[founding]\nname = { en = "Our founding" }\nstarts = "nth -1 mon 5 +2"\nplaces = ["DE"]\n'
        'greeting = "welcome"\ntone = "festive"\neffect = "closed"\nsource = "our rules"\n',
        "utf-8",
    )
    book = CultureBook(tmp_path).festivals
    told = festivals("DE", date(2026, 5, 20), book=book)
    assert ("founding", date(2026, 5, 27)) in {(each.id, each.start) for each in told}


# Places.


@pytest.mark.parametrize(
    ("market", "day", "name", "inside", "outside"),
    [
        ("CA", date(2026, 6, 24), "st_jean", "QC", "ON"),
        ("GB", date(2026, 11, 30), "st_andrew", "SCT", "ENG"),
        ("DE", date(2026, 2, 16), "carnival", "NW", "BE"),
        ("DE", date(2027, 11, 1), "all_saints", "BY", "BE"),
    ],
)
def test_some_festivals_are_kept_in_some_subdivisions(
    market: str, day: date, name: str, inside: str, outside: str
) -> None:
    assert found(market, day, name, outside) is None
    here = found(market, day, name, inside)
    assert here is not None
    assert here.regions == ()
    somewhere = found(market, day, name)
    assert somewhere is not None
    assert inside in somewhere.regions


def test_public_holidays_of_a_subdivision_come_from_the_library() -> None:
    assert day_off("DE", date(2026, 1, 6), "BY") is not None
    assert day_off("DE", date(2026, 1, 6)) is None
    assert day_off("DE", date(2026, 1, 6), "no such") is None
    assert day_off("GB", date(2026, 4, 6), "ENG") is not None
    assert day_off("GB", date(2026, 4, 6), "SCT") is None
    assert day_off("ZZ", date(2026, 1, 1)) is None


def test_a_public_holiday_is_named_in_the_languages_of_the_interface() -> None:
    names = day_off("JP", date(2026, 7, 20))
    assert names == {"en": "Marine Day", "zh_CN": "海之日", "local": "海の日"}
    substitute = day_off("KR", date(2026, 8, 17))
    assert substitute is not None
    assert substitute["zh_CN"] == "补休：解放日"


def test_every_public_holiday_has_a_chinese_name() -> None:
    missing = set()
    for market in shipped_markets():
        for year in YEARS:
            for each in festivals(market, date(year, 1, 1), ahead=365):
                if "zh_CN" not in each.name:
                    missing.add((market, each.name["en"]))
    assert missing == set()


# Care.


def test_E3_the_moon_may_move_it_and_that_is_said() -> None:
    pack = BOOK.market("SA")
    assert pack is not None
    eid = next(each for each in festivals("SA", date(2026, 3, 15), pack=pack) if each.id == "eid_fitr")
    assert eid.approximate
    assert eid.public
    assert eid.care[0]["en"].startswith("Many customers in Saudi Arabia")
    assert any("one day" in text["en"] for text in eid.care)


def test_E3_solemn_days_have_no_greeting() -> None:
    for market, day, name in (("AU", date(2026, 4, 20), "anzac"), ("IL", date(2026, 9, 15), "yom_kippur")):
        festival = found(market, day, name)
        assert festival is not None
        assert (festival.greeting, festival.tone) == ("never", "solemn")
        assert {"Send no greeting."} <= {text["en"] for text in festival.care}


def test_royal_days_in_thailand_have_the_care_of_their_rule() -> None:
    birthday = next(each for each in festivals("TH", date(2026, 7, 20)) if each.start == date(2026, 7, 28))
    assert (birthday.id, birthday.tone, birthday.greeting) == ("th_royal", "solemn", "never")
    assert "Vajiralongkorn" in birthday.name["en"]


def test_a_day_off_beside_a_festival_belongs_to_it() -> None:
    spring = next(each for each in festivals("TW", date(2026, 2, 10)) if each.id == "lunar_new_year")
    assert (spring.name["zh_CN"], spring.start, spring.day) == (
        "农历新年",
        date(2026, 2, 15),
        date(2026, 2, 17),
    )


def test_a_festival_is_told_once() -> None:
    for market in shipped_markets():
        for month in range(1, 13):
            told = festivals(market, date(2027, month, 1), ahead=31)
            days = [(each.start, each.name["en"]) for each in told]
            assert len(days) == len(set(days)), market
            assert list(told) == sorted(told, key=lambda each: each.start)
    christmas = [each.id for each in festivals("DE", date(2026, 12, 20), ahead=8)]
    assert christmas == ["christmas"]
    assert [each.id for each in festivals("JP", date(2026, 4, 28), ahead=9)] == ["golden_week", "holiday"]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(shipped_markets()), st.dates(date(2020, 1, 1), date(2050, 12, 31)))
def test_whatever_the_day_festivals_touch_the_two_weeks(market: str, day: date) -> None:
    for each in festivals(market, day):
        assert each.start <= each.day <= each.end
        assert each.end >= day
        assert each.start < day + timedelta(days=AHEAD)
        assert each.care
