"""What helps while the agent works and writes: pure functions over packs, a situation and a text."""
