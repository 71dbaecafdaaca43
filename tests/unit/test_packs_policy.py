"""Policy is data: the shipped numbers, a company's own files, and what is said of a bad one."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays
import pytest

from agent_tui.domain.calendars import Window, windows, working_days_after
from agent_tui.domain.policy import Policy
from agent_tui.domain.ticket import Status
from agent_tui.packs.days_off import PublicHolidays
from agent_tui.packs.loader import BUILT_IN, PackError, Problem, read_entries
from agent_tui.packs.policies import load_policy
from tests.factories import DAY, HOUR, MIN, SEC, at, shipped


def load(user: Path, name: str, text: str | bytes) -> tuple[Policy, tuple[Problem, ...]]:
    """The policy with one file of the user's own."""
    folder = user / "policy"
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_policy(user)


def problem(user: Path, name: str, text: str | bytes) -> Problem:
    """What is said of a bad file; the shipped one stands in its place."""
    policy, problems = load(user, name, text)
    assert (policy.channels, policy.levels, policy.types, policy.clocks) == (
        shipped().channels,
        shipped().levels,
        shipped().types,
        shipped().clocks,
    )
    assert set(policy.calendars) == set(shipped().calendars)
    assert len(problems) == 1
    assert problems[0].file == str(user / "policy" / name)
    return problems[0]


CHANNEL = """\
# A channel of our own.
[phone]
name = { en = "Line" }
rule = "S1"
first_response = "20s"
next_response = "20s"
on_the_spot = "10min"
calendar = "always"
live = true
"""
LEVEL = """\
[1]
name = { en = "Simple" }
rule = "L1"
leader = "agent"
limit = "on_the_spot"
calendar = "always"
"""
LEVELS = "".join(LEVEL.replace("[1]", f"[{number}]") for number in (1, 2, 3, 4))
TYPE = """\
[leak]
name = { en = "Leak" }
rule = "H1"
resolve_within = "4h"
summary_needs = ["root_cause"]
"""
CLOCKS = """\
[first_response]
paused_by = []
at_risk = 0.5

[next_response]
paused_by = []
at_risk = 0.5

[resolution]
paused_by = ["waiting", "resolved"]
at_risk = 1.0

[step]
paused_by = []
at_risk = 0.5
"""
CALENDAR = """\
[home]
zone = "Europe/Berlin"
holidays = "DE-BY"
hours = { mon-thu = ["08:00-12:00", "13:00-17:00"], fri = ["08:00-13:00"] }
days = { "2026-12-24" = [], "2026-12-23" = ["08:00-12:00"] }
"""


# What is shipped.


def test_the_shipped_policy_has_the_numbers_of_the_company() -> None:
    policy = shipped()
    limits = {key: (rule.rule, rule.first_response) for key, rule in policy.channels.items()}
    assert limits == {
        "phone": ("S1", 30 * SEC),
        "chat": ("S2", 5 * MIN),
        "email": ("S3", 24 * HOUR),
        "social": ("S4", HOUR),
        "messenger": ("S5", 5 * MIN),
    }
    assert {key: rule.limit for key, rule in policy.levels.items()} == {
        1: "on_the_spot",
        2: 24 * HOUR,
        3: 72 * HOUR,
        4: "deadline",
    }
    assert policy.types["after_sales_fault"].resolve_within == 3 * DAY
    assert {key: rule.paused_by for key, rule in policy.clocks.items()} == {
        "first_response": (),
        "next_response": (),
        "resolution": (Status.WAITING, Status.SNOOZED),
        "step": (),
    }


def test_everything_shipped_has_a_name_in_english_and_chinese() -> None:
    policy = shipped()
    names = [rule.name for rule in policy.channels.values()]
    names += [rule.name for rule in policy.levels.values()]
    names += [rule.name for rule in policy.types.values()]
    assert all(set(name) >= {"en", "zh_CN"} for name in names)


def test_every_shipped_calendar_has_a_real_zone_and_known_holidays() -> None:
    supported = holidays.list_supported_countries()
    for key, calendar in shipped().calendars.items():
        assert ZoneInfo(calendar.zone).key == calendar.zone
        assert isinstance(calendar.holidays, PublicHolidays)
        assert calendar.holidays.place.partition("-")[0] in supported
        assert working_days_after(calendar, at("2026-03-02 09:00"), 1) > at("2026-03-02 09:00"), key


def test_a_calendar_named_after_a_market_serves_it() -> None:
    markets = shipped().markets
    assert {"JP", "DE", "SA", "AE", "CN"} <= set(markets)
    assert "home" not in markets


# A company's own files.


def test_a_file_of_the_users_own_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    policy, problems = load(tmp_path, "channels.toml", CHANNEL)
    assert problems == ()
    assert list(policy.channels) == ["phone"]
    assert policy.channels["phone"].first_response == 20 * SEC
    assert policy.levels == shipped().levels


def test_levels_types_and_clocks_of_the_users_own(tmp_path: Path) -> None:
    load(tmp_path, "levels.toml", LEVELS.replace('"on_the_spot"', '"2h"', 1))
    load(tmp_path, "types.toml", TYPE)
    policy, problems = load(tmp_path, "clocks.toml", CLOCKS)
    assert problems == ()
    assert policy.levels[1].limit == 2 * HOUR
    assert (policy.types["leak"].resolve_within, policy.types["leak"].summary_needs) == (
        4 * HOUR,
        ("root_cause",),
    )
    assert policy.clocks["resolution"].paused_by == (Status.WAITING, Status.RESOLVED)


def test_a_calendar_of_the_users_own(tmp_path: Path) -> None:
    policy, problems = load(tmp_path, "calendars.toml", CALENDAR)
    assert problems == ()
    home = policy.calendars["home"]
    assert windows(home, date(2026, 3, 2)) == (Window(480, 720), Window(780, 1020))
    assert windows(home, date(2026, 3, 6)) == (Window(480, 780),)
    assert windows(home, date(2026, 3, 7)) == ()
    assert windows(home, date(2026, 12, 24)) == ()
    assert windows(home, date(2026, 12, 23)) == (Window(480, 720),)
    assert windows(home, date(2026, 6, 4)) == ()  # Corpus Christi in Bavaria


@pytest.mark.parametrize(
    ("hours", "monday", "sunday"),
    [
        ('{ mon = ["22:00-06:00"] }', (Window(1320, 1800),), ()),
        ('{ mon-sun = ["00:00-24:00"] }', (Window(0, 1440),), (Window(0, 1440),)),
        ('{ mon = ["22:00-00:00"] }', (Window(1320, 1440),), ()),
        ('{ sun-thu = ["09:00-17:00"] }', (Window(540, 1020),), (Window(540, 1020),)),  # over the week's end
        ('{ fri-mon = ["09:00-17:00"] }', (Window(540, 1020),), (Window(540, 1020),)),
        ('{ MON = ["09:00 - 17:00"] }', (Window(540, 1020),), ()),
        ('{ mon = ["13:00-17:00", "09:00-12:00"] }', (Window(540, 720), Window(780, 1020)), ()),  # sorted
        ('{ mon = ["09:00-12:00", "12:00-17:00"] }', (Window(540, 720), Window(720, 1020)), ()),
        ('{ mon-sun = ["09:00-17:00"], sun = [] }', (Window(540, 1020),), ()),
    ],
)
def test_opening_times(
    tmp_path: Path, hours: str, monday: tuple[Window, ...], sunday: tuple[Window, ...]
) -> None:
    policy, problems = load(tmp_path, "calendars.toml", f'[home]\nzone = "UTC"\nhours = {hours}\n')
    assert problems == ()
    home = policy.calendars["home"]
    assert (windows(home, date(2026, 3, 2)), windows(home, date(2026, 3, 8))) == (monday, sunday)


def test_a_channel_may_count_in_a_calendar_of_the_users_own(tmp_path: Path) -> None:
    load(tmp_path, "calendars.toml", CALENDAR + CALENDAR.replace("[home]", "[night]"))
    policy, problems = load(tmp_path, "channels.toml", CHANNEL.replace('"always"', '"night"'))
    assert problems == ()
    assert policy.channels["phone"].calendar == "night"


# Bad files: the file, the line, the reason, and only that file is left out.


@pytest.mark.parametrize(
    ("name", "text", "line", "reason"),
    [
        ("channels.toml", "[phone\n", 1, "Expected"),
        ("channels.toml", CHANNEL.replace('rule = "S1"', "rule = S1"), 4, "Invalid value"),
        ("channels.toml", CHANNEL + "[phone]\n", 10, "Cannot declare"),
        ("channels.toml", CHANNEL + 'live = "no"\n', 10, "Cannot overwrite"),
        ("channels.toml", CHANNEL.replace("true", '"yes"'), 9, "Expected `bool`, got `str`"),
        ("channels.toml", CHANNEL.replace('"20s"', "20", 1), 5, "Expected `str`, got `int`"),
        ("channels.toml", CHANNEL.replace('{ en = "Line" }', '"Line"'), 3, "Expected `object`, got `str`"),
        ("channels.toml", CHANNEL.replace('{ en = "Line" }', "{ en = 1 }"), 3, "Expected `str`, got `int`"),
        ("channels.toml", CHANNEL + 'colour = "red"\n', 10, "unknown field `colour`"),
        ("channels.toml", CHANNEL.replace("live = true\n", ""), 2, "missing required field `live`"),
        ("channels.toml", CHANNEL.replace('"always"', '"lunar"'), 8, "there is no calendar 'lunar'"),
        ("channels.toml", CHANNEL.replace('"10min"', '"soon"'), 7, "'soon' is not a duration"),
        ("channels.toml", CHANNEL.replace('"20s"', '"0s"', 1), 5, "longer than nothing"),
        (
            "channels.toml",
            CHANNEL + "\n" + CHANNEL.replace("phone", "chat").replace('"20s"', '"x"', 1),
            15,
            "'x' is",
        ),
        ("levels.toml", LEVEL.replace("[1]", "[5]"), 1, "a number from 1 to 4"),
        ("levels.toml", LEVEL.replace("[1]", "[low]"), 1, "a number from 1 to 4"),
        ("levels.toml", LEVEL.replace("on_the_spot", "some time"), 5, "is not a duration"),
        ("levels.toml", LEVEL.replace("always", "nowhere"), 6, "there is no calendar 'nowhere'"),
        ("types.toml", TYPE.replace("4h", "-4h"), 4, "is not a duration"),
        ("types.toml", TYPE.replace("root_cause", "moral"), 5, "a summary has no part 'moral'"),
        ("types.toml", TYPE.replace('["root_cause"]', '"root_cause"'), 5, "Expected `array`, got `str`"),
        ("clocks.toml", CLOCKS.replace("[step]", "[lunch]"), 13, "no such clock"),
        ("clocks.toml", CLOCKS.replace('"resolved"', '"asleep"'), 10, "Invalid enum value 'asleep'"),
        ("clocks.toml", CLOCKS.replace("1.0", "1.5"), 11, "a share of the limit"),
        ("clocks.toml", CLOCKS.replace("1.0", "0.0"), 11, "a share of the limit"),
        ("clocks.toml", CLOCKS.replace("1.0", "nan"), 11, "a share of the limit"),
        ("clocks.toml", CLOCKS.partition("[step]")[0], 0, "the clock 'step' is missing"),
        ("calendars.toml", CALENDAR.replace("Berlin", "Atlantis"), 2, "no time zone 'Europe/Atlantis'"),
        ("calendars.toml", CALENDAR.replace("Europe/Berlin", "../passwd"), 2, "no time zone"),
        ("calendars.toml", CALENDAR.replace("mon-thu", "mon-may"), 4, "'mon-may' is no day"),
        ("calendars.toml", CALENDAR.replace("08:00-13:00", "8-13"), 4, "'8-13' is no opening time"),
        ("calendars.toml", CALENDAR.replace("08:00-13:00", "08:00-25:00"), 4, "is no opening time"),
        ("calendars.toml", CALENDAR.replace("08:00-13:00", "08:00-24:30"), 4, "is no opening time"),
        ("calendars.toml", CALENDAR.replace("08:00-13:00", "08:00-08:00"), 4, "is no opening time"),
        ("calendars.toml", CALENDAR.replace("13:00-17:00", "11:00-17:00"), 4, "overlap"),
        ("calendars.toml", CALENDAR.replace("2026-12-24", "24.12."), 5, "'24.12.' is no date"),
        ("calendars.toml", CALENDAR.replace('08:00-12:00"] }', 'noon"] }'), 5, "'noon' is no opening time"),
        ("calendars.toml", '[home]\nzone = "UTC"\nhours = {}\n', 3, "never opens"),
        ("calendars.toml", CALENDAR.replace("[home]", "[DE]"), 0, "the calendar [home] is missing"),
        ("calendars.toml", CALENDAR.replace("DE-BY", "DE-XX"), 3, "DE-XX"),
        ("calendars.toml", CALENDAR.replace("DE-BY", "Mars"), 3, "Mars"),
    ],
)
def test_a_bad_file_is_named_with_its_line_and_reason(
    tmp_path: Path, name: str, text: str, line: int, reason: str
) -> None:
    found = problem(tmp_path, name, text)
    assert reason in found.reason
    assert found.line == line


@pytest.mark.parametrize(
    ("name", "text", "lines", "reason"),
    [
        ("channels.toml", 'phone = "x"\n' + CHANNEL.replace("phone", "chat"), {1}, "Expected `object`"),
        (
            "calendars.toml",
            '[home]\nzone = "UTC"\n\n[home.hours]\nmon-fri = ["09:00-17:00"]\nsat = ["9-12"]\n',
            {4, 6},
            "is no opening time",
        ),
        (
            "calendars.toml",
            '[home]\nzone = "UTC"\nhours = { mon = ["09:00-17:00"] }\n\n[home.days]\n"24.12." = []\n',
            {5, 6},
            "is no date",
        ),
    ],
)
def test_a_mistake_in_a_table_written_in_another_way_is_found_on_its_line(
    tmp_path: Path, name: str, text: str, lines: set[int], reason: str
) -> None:
    found = problem(tmp_path, name, text)
    assert reason in found.reason
    assert found.line in lines


def test_a_company_cannot_leave_out_a_level(tmp_path: Path) -> None:
    found = problem(tmp_path, "levels.toml", LEVEL)
    assert (found.line, found.reason) == (0, "level 2 is missing")


def test_old_tickets_keep_types_and_channels_that_the_company_has_left_out(tmp_path: Path) -> None:
    load(tmp_path, "channels.toml", CHANNEL)
    policy, _problems = load(tmp_path, "types.toml", TYPE)
    assert "email" not in policy.channels
    assert policy.channel_of("email") == shipped().channels["email"]
    assert policy.type_of("after_sales_fault").summary_needs == ("root_cause", "improvement")
    assert policy.type_of("never heard of").summary_needs == ()
    assert policy.channel_of("never heard of").id in policy.channels


def test_a_file_that_is_not_utf_8_is_left_out(tmp_path: Path) -> None:
    found = problem(tmp_path, "types.toml", TYPE.encode().replace(b"Leak", b"L\xe4ck"))
    assert (found.line, found.reason) == (0, "is not UTF-8 text (byte 23)")


def test_a_file_with_the_byte_order_mark_of_windows_is_read(tmp_path: Path) -> None:
    policy, problems = load(tmp_path, "types.toml", b"\xef\xbb\xbf" + TYPE.encode())
    assert problems == ()
    assert list(policy.types) == ["leak"]


def test_only_the_bad_file_is_left_out(tmp_path: Path) -> None:
    load(tmp_path, "types.toml", TYPE)
    policy, problems = load(tmp_path, "levels.toml", "[")
    assert list(policy.types) == ["leak"]
    assert policy.levels == shipped().levels
    assert [Path(each.file).name for each in problems] == ["levels.toml"]


def test_every_bad_file_is_reported(tmp_path: Path) -> None:
    for name in ("calendars.toml", "channels.toml", "levels.toml", "types.toml", "clocks.toml"):
        load(tmp_path, name, "[")
    policy, problems = load_policy(tmp_path)
    assert len(problems) == 5
    assert policy.channels == shipped().channels


def test_a_problem_is_a_sentence() -> None:
    found = Problem("x/channels.toml", 8, "[phone] there is no calendar 'lunar'")
    assert found.text.format(file=found.file, line=found.line, reason=found.reason) == (
        "x/channels.toml, line 8: [phone] there is no calendar 'lunar'. The file was left out."
    )


def test_a_file_that_cannot_be_read_is_an_error_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="No such file") as raised:
        read_entries(tmp_path / "none.toml", dict)
    assert raised.value.problem.line == 0


def test_a_folder_without_policy_changes_nothing(tmp_path: Path) -> None:
    policy, problems = load_policy(tmp_path)
    assert problems == ()
    assert policy.channels == shipped().channels


def test_the_shipped_files_are_those_that_can_be_overridden() -> None:
    assert sorted(path.name for path in (BUILT_IN / "policy").iterdir()) == [
        "apologies.toml",
        "assessment.toml",
        "calendars.toml",
        "card.toml",
        "channels.toml",
        "clocks.toml",
        "complaints.toml",
        "departments.toml",
        "figures.toml",
        "legal.toml",
        "levels.toml",
        "likeness.toml",
        "proposals.toml",
        "regions.toml",
        "retention.toml",
        "roles.toml",
        "rules.toml",
        "shifts.toml",
        "types.toml",
    ]
