"""Settings are read exactly, and errors lead to the line."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from agent_tui import i18n, settings
from agent_tui.domain.views import LIVE, Condition, Is, Symbol, View
from agent_tui.settings import Agent, OwnView, Settings, SettingsError
from agent_tui.settings_keys import KEYS


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.toml"


def write(file: Path, text: str) -> Path:
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    return file


def test_no_file_means_defaults(file: Path) -> None:
    found = settings.load(file)
    assert found == Settings()
    assert found.profile == "default"
    assert settings.time_zone(found) is None


def test_everything_can_be_set(file: Path) -> None:
    write(
        file,
        """\ufefflanguage = "zh_CN"
time_zone = "Asia/Shanghai"
profile = "日韩区"
own_addresses = ["service@example.com", "客服@例子.中国"]
theme = "sea"
glyphs = "ascii"
mouse = false
bell = false
quiet_hours = "22:00-07:00"
undo_seconds = 0
[agent]
name = "Li Wei"
roles = ["agent", "supervisor"]
regions = ["japan_korea"]
[keys]
reply = ["r", "f5"]
release = []
[views.big-jp]
title = "Japan"
where = ["level>=3", "market=JP"]
""",
    )
    found = settings.load(file)
    assert found == Settings(
        agent=Agent("Li Wei", ("agent", "supervisor"), ("japan_korea",)),
        language="zh_CN",
        time_zone="Asia/Shanghai",
        profile="日韩区",
        own_addresses=("service@example.com", "客服@例子.中国"),
        theme="sea",
        glyphs="ascii",
        mouse=False,
        bell=False,
        quiet_hours="22:00-07:00",
        undo_seconds=0,
        keys={"reply": ("r", "f5"), "release": ()},
        views={"big-jp": OwnView(("level>=3", "market=JP"), "Japan")},
    )
    assert settings.agent_name(found) == "Li Wei"
    assert settings.time_zone(found) == ZoneInfo("Asia/Shanghai")
    assert {key.name: settings.get(found, key.name) for key in KEYS} == {
        "agent.name": "Li Wei",
        "agent.roles": ("agent", "supervisor"),
        "agent.regions": ("japan_korea",),
        "language": "zh_CN",
        "time_zone": "Asia/Shanghai",
        "profile": "日韩区",
        "own_addresses": ("service@example.com", "客服@例子.中国"),
        "theme": "sea",
        "glyphs": "ascii",
        "mouse": False,
        "bell": False,
        "quiet_hours": "22:00-07:00",
        "undo_seconds": 0,
    }
    assert settings.get(found, "keys.reply") == ("r", "f5")
    assert settings.get(found, "keys.note") == ()


def test_own_views_are_filters(file: Path) -> None:
    write(
        file, '[views.late]\nwhere = ["due<$now+2h", "owner=$me"]\n[views.old]\nwhere = ["status=resolved"]\n'
    )
    assert settings.own_views(settings.load(file)) == {
        "late": View(
            "late",
            "late",
            (LIVE, Condition("due", Is.LESS, timedelta(hours=2)), Condition("owner", Is.EQUAL, Symbol.ME)),
        ),
        "old": View("old", "old", (Condition("status", Is.EQUAL, "resolved"),)),
    }


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ('\n\nlanguag = "en"', 3, "there is no setting languag; did you mean language?"),
        ('[agent]\nnmae = "x"', 2, "there is no setting agent.nmae; did you mean agent.name?"),
        ('agent = { nmae = "x" }', 1, "there is no setting agent.nmae; did you mean agent.name?"),
        ('# x\nagent.nmae = "x"', 2, "there is no setting agent.nmae; did you mean agent.name?"),
        ("[agents]\nx = 1", 1, "there is no setting agents; did you mean agent?"),
        (
            "volume = 11",
            1,
            "there is no setting volume; there are agent, agent.name, agent.regions, agent.roles, bell, glyphs, keys",
        ),
        ("agent = 3", 1, "agent must be a table"),
        ("x = [", None, "this is not TOML: "),
        ('language = "en"\nprofile = \n', 2, "this is not TOML: Invalid value"),
        ("profile = 3", 1, "profile must be letters, digits, “-”, “_” and “.”"),
        ("own_addresses = 'a@b'", 1, "own_addresses must be a list of mail addresses"),
        ("\nown_addresses = ['a@b', 3]", 2, "own_addresses must be a list of mail addresses"),
        ("own_addresses = ['nobody']", 1, "own_addresses must be a list of mail addresses; it is “nobody”"),
        (
            "profile = '../x'",
            1,
            "profile must be letters, digits, “-”, “_” and “.”; not “practice”; it is “../x”",
        ),
        ("language = 'klingon'", 1, "; it is “klingon”"),
        ("time_zone = 'Europe'", 1, "; it is “Europe”"),
        ("time_zone = '../etc/passwd'", 1, "; it is “../etc/passwd”"),
        ("time_zone = 'Asia/Shangai'", 1, "; it is “Asia/Shangai” Did you mean Asia/Shanghai?"),
        ('[agent]\nname = "a\\u001b[2J"', 2, "agent.name must be a text of one line"),
        ("[agent]\nroles = 'agent'", 2, "agent.roles must be a list of roles of the policy"),
        ("[agent]\nregions = [3]", 2, "agent.regions must be a list of regions of the policy"),
        ("language = 'en' # \udcff", 1, "this is not UTF-8 text"),
        ("theme = ''", 1, "theme must be “auto” or the name of a theme"),
        ("glyphs = 'emoji'", 1, "glyphs must be “auto”, “unicode” or “ascii”; it is “emoji”"),
        ("mouse = 1", 1, "mouse must be true or false"),
        ("bell = 'no'", 1, "bell must be true or false"),
        ("quiet_hours = '22-7'", 1, "quiet_hours must be a span of hours"),
        ("\nundo_seconds = 61", 2, "undo_seconds must be a whole number from 0 to 60; it is “61”"),
        ("keys = 3", 1, "keys must be a table"),
        ("[keys]\nreply = 'r'", 2, "keys.reply must be a list of keys"),
        ("[views.a]\nwhere = ['level>3']\nwher = 1", 3, "there is no setting wher; did you mean where?"),
        ("[views.a]\ntitle = 'x'", 1, "where must be a list of conditions"),
        ("[views.a]\n\nwhere = ['level!3']", 3, "“level!3” is no condition"),
        ("[views.a]\nwhere = ['levl>3']", 2, "there is no field levl; did you mean level?"),
        ("[views.a]\nwhere = ['urgent>yes']", 2, "urgent can't be compared with >; it takes ="),
        (
            "[views.a]\nwhere = ['due<tomorrow']",
            2,
            "due is compared with $now, $now+2h, $now-1d, not with “tomorrow”",
        ),
        ("[views.a]\nwhere = ['status=opn']", 2, "there is no status opn; there are open"),
        ('[views."a b"]\nwhere = ["level>3"]', 1, "a view's name is made of letters"),
    ],
)
def test_errors_name_file_line_and_key(file: Path, text: str, line: int | None, reason: str) -> None:
    write(file, text)
    with pytest.raises(SettingsError) as raised:
        settings.load(file)
    assert reason in raised.value.reason
    assert str(file) in str(raised.value)
    if line is not None:
        assert raised.value.line == line
        assert f"line {line}" in str(raised.value)


def test_errors_speak_the_language(file: Path) -> None:
    write(file, "languag = 'en'")
    i18n.use("zh_CN")
    with pytest.raises(SettingsError, match="第 1 行：没有设置项 languag；您是不是要用 language？"):
        settings.load(file)


def test_a_file_that_cannot_be_read_is_an_error(file: Path) -> None:
    file.mkdir(parents=True)
    with pytest.raises(SettingsError, match="can't be read"):
        settings.load(file)


def test_editing_keeps_comments(file: Path) -> None:
    write(file, "# mine\nlanguage = 'en'  # for now\n\n[agent]\n# as on the badge\nname = 'Li'\n")
    assert settings.change(file, "language", ("zh_CN",)).language == "zh_CN"
    assert settings.change(file, "agent.name", ("Li Wei",)).agent.name == "Li Wei"
    assert settings.change(file, "own_addresses", ("a@b.example", "c@d.example")).own_addresses == (
        "a@b.example",
        "c@d.example",
    )
    text = file.read_text("utf-8")
    assert "# mine" in text
    assert "# for now" in text
    assert "# as on the badge" in text
    assert settings.load(file).agent.name == "Li Wei"


def test_editing_begins_a_file(file: Path) -> None:
    assert settings.change(file, "agent.name", ("Ana",)) == Settings(agent=Agent(name="Ana"))
    assert file.read_text("utf-8") == '[agent]\nname = "Ana"\n'
    assert settings.change(file, "profile", ("eu",)) == Settings(agent=Agent(name="Ana"), profile="eu")


def test_values_are_written_as_what_they_are(file: Path) -> None:
    for name, values in (
        ("mouse", ("off",)),
        ("bell", ("true",)),
        ("undo_seconds", ("12",)),
        ("keys.reply", ("r", "f5")),
        ("keys.release", ("",)),
    ):
        settings.change(file, name, values)
    assert file.read_text("utf-8") == (
        'mouse = false\nbell = true\nundo_seconds = 12\n\n[keys]\nreply = ["r", "f5"]\nrelease = []\n'
    )


def test_a_key_can_be_removed(file: Path) -> None:
    write(file, "profile = 'x'\n")
    assert settings.change(file, "profile", ()) == Settings()
    assert settings.change(file, "profile", ()) == Settings()


@pytest.mark.parametrize(
    ("name", "values", "reason"),
    [
        ("langage", ("en",), "did you mean language"),
        ("agent", ("x",), "there is no setting agent"),
        ("language", ("en", "zh_CN"), "language takes one value"),
        ("profile", ("../x",), "profile must be"),
        ("time_zone", ("Mars/Olympus",), "time_zone must be"),
        ("undo_seconds", ("soon",), "undo_seconds must be a whole number"),
        ("mouse", ("perhaps",), "mouse must be true or false"),
        ("quiet_hours", ("always",), "quiet_hours must be"),
    ],
)
def test_a_change_that_is_wrong_leaves_the_file(
    file: Path, name: str, values: tuple[str, ...], reason: str
) -> None:
    write(file, "# as it was\n")
    with pytest.raises(SettingsError, match=reason):
        settings.change(file, name, values)
    assert file.read_text("utf-8") == "# as it was\n"


def test_the_login_name_stands_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "liwei")
    assert settings.agent_name(Settings()) == "liwei"


def test_every_field_has_a_key() -> None:
    names = {key.name for key in KEYS}
    fields = set()
    for field in Settings.__struct_fields__:
        value = getattr(Settings(), field)
        inner = getattr(value, "__struct_fields__", None)
        fields |= {f"{field}.{name}" for name in inner} if inner else {field}
    assert names | {"keys", "views"} == fields


@pytest.mark.parametrize(
    ("machine", "zone"),
    [("Asia/Shanghai", "Asia/Shanghai"), ("UTC", "UTC"), (":Europe/Berlin", "Europe/Berlin")],
)
def test_the_zone_is_that_of_the_machine_or_the_chosen_one(
    machine: str, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", machine)
    assert settings.zone_name(Settings()) == zone
    assert settings.zone_name(Settings(time_zone="Asia/Tokyo")) == "Asia/Tokyo"


def test_a_machine_without_tz_says_its_zone_by_a_link(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TZ", raising=False)
    monkeypatch.setattr("os.path.realpath", lambda path: "/usr/share/zoneinfo/Europe/Paris")
    assert settings.zone_name(Settings()) == "Europe/Paris"
