"""Alerts: raised once while something lasts, told at least once, and over when it is over."""

from collections.abc import Iterable

from autobook_core.store.database import Database
from autobook_core.store.rows import AlertRow


class Alerts:
    """Keeps alerts."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def open(self) -> list[AlertRow]:
        """Return the alerts that are not over, oldest first."""
        return [AlertRow(*row) for row in self._db.rows("alerts_open")]

    def raise_(self, row: AlertRow) -> None:
        """Keep an alert that is to be told; one of the same id that is over begins anew."""
        self._db.call(
            "alert_raise", id=row.id, level=row.level, title=row.title, detail=row.detail,
            connection=row.connection, command=row.command, raised_at=row.raised_at,
        )  # fmt: skip

    def told(self, ids: Iterable[str], now: int) -> None:
        """Note that every observer took these."""
        for name in ids:
            self._db.call("alert_told", id=name, now=now)

    def over(self, ids: Iterable[str], now: int) -> None:
        """Note that these are over."""
        for name in ids:
            self._db.call("alert_over", id=name, now=now)
