"""The scenes of the phrase book, to choose from."""

from __future__ import annotations

from collections.abc import Sequence

from agent_tui.domain.messages import N_
from agent_tui.i18n import _
from agent_tui.tui.screens.markets import NamedPanel


class ScenesPanel(NamedPanel):
    """`scenes` are ids and names."""

    TYPED = N_("a scene")

    def __init__(self, scenes: Sequence[tuple[str, str]]) -> None:
        super().__init__(_("For which scene is this phrase?"), scenes)
