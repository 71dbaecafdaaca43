"""Boxes that their content covers: Textual need not draw, style and filter lines of theirs that nobody sees."""

from __future__ import annotations

from textual.containers import Horizontal, Vertical


class Across(Horizontal):
    """Side by side, without border and without a gap."""

    BLANK = True


class Down(Vertical):
    """One below the other, without border and without a gap."""

    BLANK = True
