"""The command line: a thin face of the desk. Imports neither Textual nor httpx."""
