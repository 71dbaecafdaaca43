"""Names under which people are paid, with a bank or an app behind an @: `personal/handles.toml`."""

from __future__ import annotations

import re
from pathlib import Path

from agent_tui.packs.loader import read_entries
from agent_tui.packs.personal_fields import Strict, any_of, check_region


class _Handles(Strict):
    behind_at: tuple[str, ...]


def read_payments(file: Path) -> re.Pattern[str]:
    """What finds such a name. Raises PackError."""
    found: list[str] = []
    for region, (entry, place) in read_entries(file, _Handles).items():
        check_region(place, region)
        for name in entry.behind_at:
            if not re.fullmatch(r"[a-z\d-]+", name):
                raise place.error("behind_at", f"{name!r} is not written in small letters and digits")
        found += entry.behind_at
    return re.compile(rf"(?<![\w.@-])[A-Za-z\d][\w.-]{{1,40}}@{any_of(found)}(?![\w.@-])")
