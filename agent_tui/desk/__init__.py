"""The desk: the use-cases, and the only door from the faces to everything below.

`agent_tui.desk.opening.open_desk` opens one; `agent_tui.desk.core.Desk` is what it gives.
"""
