"""Which language the faces speak, and that argparse speaks it too."""

from __future__ import annotations

import argparse

import pytest

from agent_tui import i18n


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh_CN"),
        ({"LANG": "zh_SG.UTF-8"}, "zh_CN"),
        ({"LANG": "zh_TW.UTF-8"}, "zh_CN"),
        ({"LANG": "zh"}, "zh_CN"),
        ({"LANG": "zh-Hans-CN"}, "zh_CN"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "POSIX"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, "zh_CN"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "de:zh_CN:en"}, "zh_CN"),
        ({"LANG": "not a locale at all"}, "en"),
    ],
)
def test_the_environment_chooses(environ: dict[str, str], expected: str) -> None:
    assert i18n.use(environ=environ) == expected
    assert i18n.language() == expected


def test_the_setting_goes_before_the_environment() -> None:
    assert i18n.use(setting="en", environ={"LANG": "zh_CN.UTF-8"}) == "en"


def test_what_was_requested_goes_before_all() -> None:
    assert i18n.use("zh-SG", setting="en", environ={"LANG": "en_US.UTF-8"}) == "zh_CN"


def test_auto_can_be_requested() -> None:
    assert i18n.use("auto", environ={"LANG": "zh_CN.UTF-8"}) == "zh_CN"


@pytest.mark.parametrize("name", ["tlh", "../../etc", "zh/CN", "de_DE"])
def test_a_language_without_catalogue_is_an_error_when_asked_for(name: str) -> None:
    with pytest.raises(i18n.UnknownLanguageError) as raised:
        i18n.use(name)
    assert raised.value.name == name


def test_texts_are_translated() -> None:
    i18n.use("zh_CN")
    assert i18n._("usage: ") == "用法："
    assert i18n._("a text that no catalogue has") == "a text that no catalogue has"
    assert i18n._("") == ""
    assert i18n.ngettext("expected %s argument", "expected %s arguments", 2) == "需要 %s 个值"
    assert i18n.pgettext("nowhere", "text") == "text"
    i18n.use("en")
    assert i18n._("usage: ") == "usage: "
    assert i18n.ngettext("expected %s argument", "expected %s arguments", 1) == "expected %s argument"


def test_argparse_speaks_the_language(capsys: pytest.CaptureFixture[str]) -> None:
    i18n.use("zh_CN")
    parser = argparse.ArgumentParser(prog="agent-tui")
    parser.add_argument("ticket")
    with pytest.raises(SystemExit):
        parser.parse_args([])
    assert "agent-tui：错误：缺少必需的参数：ticket" in capsys.readouterr().err
    assert "显示这段帮助并退出" in parser.format_help()


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--lang", "zh_CN", "list"], "zh_CN"),
        (["list", "--lang=zh"], "zh"),
        (["list"], None),
        (["list", "--", "--lang", "zh_CN"], None),
        (["list", "--lang"], None),
    ],
)
def test_the_language_is_known_before_arguments_are_parsed(
    arguments: list[str], expected: str | None
) -> None:
    assert i18n.language_in(arguments) == expected


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"LANG": "en_US.UTF-8"}, "en_US"),
        ({"LANG": "en_US.UTF-8", "LC_TIME": "en_IE.UTF-8"}, "en_IE"),
        ({"LANG": "en_US.UTF-8", "LC_TIME": "de_DE.UTF-8"}, "en_GB"),
        ({"LANG": "zh_SG.UTF-8"}, "zh_SG"),
        ({"LANG": "zh"}, "zh_CN"),
        ({}, "en_GB"),
    ],
)
def test_numbers_and_dates_follow_the_place(environ: dict[str, str], expected: str) -> None:
    i18n.use(environ=environ)
    assert i18n.format_locale() == expected
