"""Alerts of a book: what is wrong now is raised once, told to every observer at least once, and taken back.

An alert's id is made of what it is about, so that the same trouble keeps one id for as long as it lasts.
"""

import hashlib
from collections.abc import Iterable, Sequence

from autobook_core.connector import Alert
from autobook_core.intake.fetching import Fetched
from autobook_core.plugins.registry import BrokenPlugin, Plugins
from autobook_core.store.rows import AlertRow
from autobook_core.store.store import Store

_PLUGIN, _RUN, _REFUSED = "plugin", "run", "refused"


def _id(about: str, name: str, why: str) -> str:
    return f"{about}:{name}:{hashlib.sha256(why.encode()).hexdigest()[:12]}"


def broken_plugins(broken: Iterable[BrokenPlugin]) -> list[Alert]:
    """Return an alert for each plugin that was left out."""
    return [
        Alert(
            id=_id(_PLUGIN, item.name, item.reason),
            level="error",
            title=f"the plugin {item.name} was left out",
            detail=f"{item.reason}; {item.fix}",
            command="autobook connectors",
        )
        for item in broken
    ]


def failed_runs(reports: Iterable[Fetched]) -> list[Alert]:
    """Return an alert for each connection that will not come through by itself."""
    return [
        Alert(
            id=_id(_RUN, report.connection, report.error),
            level="error",
            title=f"{report.connection} is not read",
            detail=f"{report.error}; {report.fix}",
            connection=report.connection,
            command=f"autobook check {report.connection}",
        )
        for report in reports
        if report.outcome == "failed" and report.retry_at is None
    ]


def refusals(asked: Iterable[tuple[str, str]]) -> list[Alert]:
    """Return an alert for each thing a connection's connector asked for without having declared it."""
    return [
        Alert(
            id=_id(_REFUSED, name, what),
            level="warning",
            title=f"the connector of {name} asked for what it does not declare",
            detail=f"it was refused {what}; report it to the authors of the connector",
            connection=name,
            command="autobook connectors",
        )
        for name, what in sorted(set(asked))
    ]


class Alerting:
    """Raises, tells and ends the alerts of one book."""

    def __init__(self, store: Store, plugins: Plugins) -> None:
        self._store = store
        self._plugins = plugins

    def update(self, alerts: Sequence[Alert], *, read: Iterable[str], now: int) -> list[Alert]:
        """Take in what is wrong now, and tell what is new or was not taken before.

        Args:
            alerts: everything that is wrong with plugins, and with the connections in ``read``.
            read: connections that were looked at; the alerts of others stay as they are.
            now: seconds UTC.

        Returns:
            Every alert that is open now, oldest first.
        """
        kept = {row.id: row for row in self._store.alerts.open()}
        wrong = {alert.id: alert for alert in alerts}
        looked_at = {"", *read}
        fresh = [alert for name, alert in wrong.items() if name not in kept]
        over = [name for name, row in kept.items() if name not in wrong and row.connection in looked_at]
        if fresh or over:
            with self._store.writing():
                for alert in fresh:
                    self._store.alerts.raise_(_row(alert, now))
                self._store.alerts.over(over, now)
        found = self._store.alerts.open()
        self._tell([row for row in found if row.told_at is None], now)
        return [_alert(row) for row in found]

    def _tell(self, rows: list[AlertRow], now: int) -> None:
        taken = [row.id for row in rows if not self._plugins.alert(_alert(row))]
        if taken:
            with self._store.writing():
                self._store.alerts.told(taken, now)


def _row(alert: Alert, now: int) -> AlertRow:
    return AlertRow(
        alert.id, alert.level, alert.title, alert.detail, alert.connection, alert.command, now, None
    )


def _alert(row: AlertRow) -> Alert:
    return Alert(row.id, row.level, row.title, row.detail, row.connection, row.command)
