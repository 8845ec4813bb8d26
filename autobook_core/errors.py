"""Every error Autobook raises on purpose, named by what happens next.

::

    AutobookError
    ├── ConfigurationError        stop before starting: a person edits a file
    ├── PluginError               leave that plugin out, go on with the others
    ├── SourceError
    │   ├── AuthFailed            pause the connection, ask for new credentials
    │   ├── BadConfig             pause the connection, name the field
    │   ├── RateLimited           park the stream until ``retry_after_seconds``
    │   ├── Unavailable           back off and try again
    │   ├── CursorExpired         forget the page token, restart the frozen window
    │   ├── Malformed             set that row aside, go on with its page
    │   ├── NotSupported          say so, go on
    │   └── ConnectorBug          back off, alert, keep the other connections running
    ├── AccountingError           the ledger refused an entry: nothing was written
    └── StoreError                the store refused or is unusable: nothing was written

Bad *data* is not an error but a :class:`autobook_core.domain.problems.Problem`.
"""

__all__ = [
    "AccountingError",
    "AuthFailed",
    "AutobookError",
    "BadConfig",
    "ConfigurationError",
    "ConnectorBug",
    "CursorExpired",
    "Malformed",
    "NotSupported",
    "PluginError",
    "RateLimited",
    "SourceError",
    "StoreError",
    "Unavailable",
]


class AutobookError(Exception):
    """Something went wrong that a person can understand and mend."""

    def __init__(self, message: str = "", *, fix: str = "") -> None:
        super().__init__(message or type(self).__doc__ or "")
        self.fix = fix


class ConfigurationError(AutobookError):
    """A file of the book says something that cannot be."""

    def __init__(self, message: str, *, file: str = "", line: int = 0, fix: str = "") -> None:
        place = f"{file}:{line}: " if file and line else f"{file}: " if file else ""
        super().__init__(place + message, fix=fix)
        self.file = file
        self.line = line


class PluginError(AutobookError):
    """A plugin could not be loaded or breaks the contract."""


class SourceError(AutobookError):
    """A connector reports trouble; the subclass says what happens next."""


class AuthFailed(SourceError):
    """The credentials were refused."""


class BadConfig(SourceError):
    """A setting of the connection cannot work."""

    def __init__(self, message: str, *, field: str = "", fix: str = "") -> None:
        super().__init__(message, fix=fix)
        self.field = field


class RateLimited(SourceError):
    """The other side asks us to come back later."""

    def __init__(self, message: str = "", *, retry_after_seconds: int = 60) -> None:
        super().__init__(message or f"asked to wait {retry_after_seconds} s")
        self.retry_after_seconds = retry_after_seconds


class Unavailable(SourceError):
    """The other side did not answer as it should, for now."""

    def __init__(self, message: str = "", *, retry_after_seconds: int | None = None) -> None:
        super().__init__(message or "not available right now")
        self.retry_after_seconds = retry_after_seconds


class CursorExpired(SourceError):
    """The page token is no longer known to the other side."""


class Malformed(SourceError):
    """One row cannot be read; it is set aside and its page goes on."""

    def __init__(self, id: str, why: str, *, code: str = "malformed_record") -> None:
        super().__init__(f"{id}: {why}")
        self.id = id
        self.why = why
        self.code = code


class NotSupported(SourceError):
    """The other side cannot do this."""


class ConnectorBug(SourceError):
    """The connector broke its contract."""


class AccountingError(AutobookError):
    """The ledger refused an entry; nothing was written."""


class StoreError(AutobookError):
    """The store refused or cannot be used; nothing was written."""
