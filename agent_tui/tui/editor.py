"""Writing in the agent's own editor."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from textual.app import App, SuspendNotSupported

from agent_tui.domain.text import safe
from agent_tui.i18n import _


def edit(app: App[None], text: str) -> str | None:
    """The text as the agent left it in $VISUAL or $EDITOR; None when nothing came of it, which is said.

    The text lies in a file that only the agent can read, in memory where the system has a place for that, and is
    overwritten and removed before this returns.
    """
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    memory = Path("/dev/shm")  # noqa: S108  a private folder is made inside
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        path = Path(folder) / "reply.txt"
        path.touch(mode=0o600)
        path.write_text(text, "utf-8")
        try:
            with app.suspend():  # which gives the terminal back only when nothing is raised inside
                code, problem = _run(command, path)
            changed = path.read_text("utf-8", "replace") if not problem else ""
        except SuspendNotSupported:
            app.notify(_("This terminal cannot be handed to an editor."), severity="error")
            return None
        except OSError as error:
            code, problem, changed = 0, error.strerror or type(error).__name__, ""
        finally:
            if path.exists():
                path.write_bytes(b"\0" * path.stat().st_size)
    if problem:
        text = _("{path}: {reason}").format(path=safe(command), reason=problem)
        app.notify(text, severity="error", markup=False)
        return None
    if code != 0:
        app.notify(_("The editor ended with an error; the text is as it was."), severity="warning")
        return None
    return changed.removesuffix("\n")


def _run(command: str, path: Path) -> tuple[int, str]:
    """The editor's exit code, and why it could not be started. It blocks: awaiting while suspended hangs Textual."""
    try:
        return subprocess.run([*shlex.split(command), str(path)], check=False).returncode, ""  # noqa: S603
    except (OSError, ValueError) as error:  # ValueError: quotes that do not close
        return 0, (getattr(error, "strerror", None) or str(error))
