"""Every screen test has a key of its own, so that no keyring is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent_tui.desk.core import Desk
from agent_tui.tui.screens import guiding
from tests.tui.desks import desk_at


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENT_TUI_KEY", "6265" * 16)
    monkeypatch.delenv("TMUX", raising=False)


@pytest.fixture(autouse=True)
def unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guidance comes in its own time, between whatever a test counts: those that are about it ask for it."""
    monkeypatch.setattr(guiding, "PAUSE", 3600.0)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return desk_at(tmp_path / "desk")
