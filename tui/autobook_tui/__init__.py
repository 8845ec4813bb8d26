"""The terminal UI: what the books say and what waits for a person, on one screen."""
