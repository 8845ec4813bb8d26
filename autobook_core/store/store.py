"""The store of one book: its tables by subject, over whichever engine holds them."""

from collections.abc import Iterator
from contextlib import contextmanager

from autobook_core.store.alerts import Alerts
from autobook_core.store.database import Database
from autobook_core.store.inbox import Inbox
from autobook_core.store.journal import JournalTables
from autobook_core.store.outbox import Connections, Outbox
from autobook_core.store.pages import Pages
from autobook_core.store.records import Records
from autobook_core.store.schedules import Schedules


class Store:
    """Everything a book remembers.

    Write only inside ``with store.writing():``; when that ends without an error, all of it is
    on disk, and when it ends with one, none of it happened.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.connections = Connections(database)
        self.pages = Pages(database)
        self.records = Records(database)
        self.journal = JournalTables(database)
        self.schedules = Schedules(database)
        self.inbox = Inbox(database)
        self.outbox = Outbox(database)
        self.alerts = Alerts(database)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the one writing transaction."""
        try:
            with self.database.writing():
                yield
        except BaseException:
            self.connections.forget()
            self.journal.forget()
            self.pages.forget()
            raise

    def meta(self, key: str) -> str | None:
        """Return a remembered value."""
        found = self.database.call("meta_get", key=key)
        return None if found is None else str(found)

    def set_meta(self, key: str, value: str) -> None:
        """Remember a value."""
        self.database.call("meta_set", key=key, value=value)

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()
