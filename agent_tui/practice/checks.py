"""The checks of the assessor: each looks at one customer's case and says whether a rule was kept, and what shows it.

The weights and words of each stand in `scenarios/_checks.toml`.
"""

from __future__ import annotations

from agent_tui.practice.case import Check
from agent_tui.practice.conversation_checks import CONVERSATION
from agent_tui.practice.process_checks import PROCESS

CHECKS: dict[str, Check] = {**CONVERSATION, **PROCESS}
"""Every check by its id."""
