"""Jump mode: a label on everything one can go to; typing it goes there, any other key leaves."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from textual import events
from textual.app import ComposeResult
from textual.widgets import Static

from agent_tui.tui.screens.panel import Over

LETTERS = "asdfjklghqwertyuiopzxcvbnm"  # the home row first


class Target(msgspec.Struct, frozen=True):
    """A place to go to: what it is, which one, and the cell where its label stands."""

    kind: str  # "view", "pane" or "row"
    value: str
    x: int
    y: int


def labels(count: int) -> list[str]:
    """So many labels, one letter each; where that is too few the last letters begin labels of two."""
    long = 0
    while len(LETTERS) - long + long * len(LETTERS) < count and long < len(LETTERS):
        long += 1
    single = LETTERS[: len(LETTERS) - long]
    double = [first + second for first in LETTERS[len(LETTERS) - long :] for second in LETTERS]
    return [*single, *double][:count]


class Jump(Over[Target]):
    """The labels over the desk."""

    CSS_PATH = "jump.tcss"
    AUTO_FOCUS = ""

    def __init__(self, targets: Sequence[Target]) -> None:
        super().__init__()
        self.targets = dict(zip(labels(len(targets)), targets, strict=False))
        self._typed = ""

    def compose(self) -> ComposeResult:
        """A label at each place."""
        for label, target in self.targets.items():
            shown = Static(label, classes="jump-label", markup=False)
            shown.styles.offset = (target.x, target.y)
            yield shown

    def on_key(self, event: events.Key) -> None:
        """A letter of a label, or the way out."""
        event.stop()
        event.prevent_default()
        self._typed += event.character or "\0"
        if self._typed in self.targets:
            self.dismiss(self.targets[self._typed])
        elif not any(label.startswith(self._typed) for label in self.targets):
            self.dismiss(None)

    def on_click(self) -> None:
        """A click leaves."""
        self.dismiss(None)

    def on_resize(self, event: events.Resize) -> None:
        """The places moved: leave."""
        if self._laid_out:
            self.dismiss(None)
        self._laid_out = True

    _laid_out = False
