"""Delivery: posted entries go out to the sinks, each one once, and are read back there."""
