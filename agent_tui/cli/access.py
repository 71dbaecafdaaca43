"""`export --customer`: everything held about one customer, as one JSON document or as an archive with the files."""

from __future__ import annotations

from pathlib import Path

from agent_tui.cli.context import Context
from agent_tui.cli.exits import UsageError
from agent_tui.cli.privacy import named
from agent_tui.desk.access import ABOUT
from agent_tui.desk.taking_out import KINDS, OTHER_KIND, content
from agent_tui.i18n import _


def take_out(context: Context) -> tuple[bytes, tuple[int, ...]]:
    """What to write, and the tickets in it. Raises UsageError for a file of another kind."""
    path: Path | None = context.args.output
    kind = path.suffix.lower() if path is not None else ".json"
    if kind not in KINDS or context.args.format:
        raise UsageError(_(OTHER_KIND))
    about = {part: _(text) for part, text in ABOUT.items()}
    with context.desk() as desk:
        return content(desk, named(context.args.customer), context.now, kind, about)
