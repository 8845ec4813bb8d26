"""Intake: pages are fetched, landed with their cursor in one commit, and translated into records."""
