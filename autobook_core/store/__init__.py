"""The only room that speaks SQL: one port, kept in SQLite or in PostgreSQL.

:func:`autobook_core.store.open.open_store` gives a :class:`~autobook_core.store.store.Store`.
Whatever is written is written inside ``with store.writing():`` and is on disk when that ends.
"""
