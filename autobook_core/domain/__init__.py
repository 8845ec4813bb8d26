"""The values of the trade: money, accounts, records, journal entries, problems.

Nothing in here reads a clock, a file or a network, and nothing can be changed once built.
"""
