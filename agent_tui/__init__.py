"""agent_tui: the desk of a frontline customer-service agent, in a terminal."""

__version__ = "0.1.0"
