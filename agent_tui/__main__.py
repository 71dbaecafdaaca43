"""The program: `agent-tui` and `python -m agent_tui`."""

import sys

from agent_tui import collector


def main() -> int:
    """Run the command line with the arguments of this process; return its exit code."""
    collector.pause()
    # Imported here, so that importing this module for its entry point costs nothing.
    from agent_tui.cli.main import main as run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
