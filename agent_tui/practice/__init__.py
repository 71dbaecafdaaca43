"""The training ground: theory, simulated customers, and what a trainee did there (POLICY Q1–Q4)."""
