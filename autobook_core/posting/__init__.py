"""From records to journal entries: pure functions, one file per subject.

No clock, no chance, no file, no network: the same record, chart, policy and rules give the
same entry on any machine.
"""
