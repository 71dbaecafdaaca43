"""The desk on a screen: a thin face of `agent_tui.desk`, in Textual. Widgets draw; they decide nothing."""
