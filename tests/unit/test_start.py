"""What a start leaves out: a collector that finds nothing, and a parser of commands that nobody named."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from agent_tui import collector
from agent_tui.cli.parser import build


@pytest.fixture
def collecting() -> Iterator[None]:
    yield
    gc.unfreeze()
    gc.enable()


@pytest.mark.usefixtures("collecting")
def test_the_collector_rests_and_leaves_alone_what_is_there() -> None:
    collector.pause()
    assert not gc.isenabled()
    collector.resume()
    assert gc.isenabled()
    assert gc.get_freeze_count() > 1000


@pytest.mark.usefixtures("collecting")
def test_a_collector_that_nobody_paused_is_left_as_it_is() -> None:
    before = gc.get_freeze_count()
    collector.resume()
    assert gc.get_freeze_count() == before


def test_without_arguments_the_small_parser_says_what_the_whole_one_does() -> None:
    small, whole = (vars(build(commands=commands).parse_args([])) for commands in (False, True))
    assert small.pop("run").__qualname__ == whole.pop("run").__qualname__
    assert small == whole
