"""Practice: simulated customers and colleagues, and how a run is judged (POLICY section 9). No clock, no store."""
