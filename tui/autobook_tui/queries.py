"""Questions to the book, answered in frozen values.

Each answer comes from the book opened afresh, read-only: a file that was replaced or a connection that was
added shows at the next reading, and a book that has gone is never shown as if it were still there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autobook_core.book import Book
from autobook_core.clock import Clock


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection and how it is: health word, latest run (ISO, UTC), what went wrong, next try (ISO, UTC)."""

    name: str
    type: str
    roles: tuple[str, ...]
    health: str
    last_run: str | None
    outcome: str | None
    error: str
    retry_at: str | None


@dataclass(frozen=True, slots=True)
class Status:
    """The one glance, as the book gives it.

    Attributes:
        needs_you: open exceptions that are errors.
        records: number by state.
        deliveries: number by state.
        broken: plugins left out: name, reason, fix.
    """

    company: str
    currency: str
    today: str
    entries: int
    in_balance: bool
    needs_you: int
    warnings: int
    records: tuple[tuple[str, int], ...]
    deliveries: tuple[tuple[str, int], ...]
    connections: tuple[Connection, ...]
    broken: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class OpenException:
    """What a person should look at; the amount in minor units, the instant in seconds UTC."""

    id: int
    severity: str
    code: str
    record: str
    source: str
    detail: str
    suggestions: tuple[str, ...]
    amount: int | None
    currency: str | None
    opened_at: int


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """One account of the trial balance: signed minor units, debit positive."""

    number: str
    name: str
    type: str
    role: str | None
    amount: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the book said at one instant (seconds UTC); what the view did not ask for is None."""

    view: str
    read_at: int
    status: Status
    exceptions: tuple[OpenException, ...] | None = None
    balances: tuple[AccountBalance, ...] | None = None


class Reader:
    """Reads one book. Call it from one worker at a time."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder = folder
        self.clock = clock

    def read(self, view: str) -> Snapshot:
        """Return what one view shows.

        Raises:
            AutobookError: there is no book, or it cannot be read now.
        """
        with Book(self.folder, clock=self.clock, read_only=True) as book:
            return Snapshot(
                view=view,
                read_at=self.clock.now(),
                status=_status(book.status()),
                exceptions=_exceptions(book) if view == "inbox" else None,
                balances=_balances(book) if view == "balances" else None,
            )


def _status(found: Mapping[str, Any]) -> Status:
    return Status(
        company=found["company"],
        currency=found["currency"],
        today=found["today"],
        entries=found["entries"],
        in_balance=found["in_balance"],
        needs_you=found["needs_you"],
        warnings=found["warnings"],
        records=tuple(found["records"].items()),
        deliveries=tuple(found["deliveries"].items()),
        connections=tuple(_connection(item) for item in found["connections"]),
        broken=tuple((item["name"], item["reason"], item["fix"]) for item in found["plugins_broken"]),
    )


def _connection(item: Mapping[str, Any]) -> Connection:
    kept = {name: item[name] for name in Connection.__dataclass_fields__}
    return Connection(**{**kept, "roles": tuple(item["roles"]), "error": item["error"] or ""})


def _exceptions(book: Book) -> tuple[OpenException, ...]:
    return tuple(
        OpenException(
            **{
                **{name: item[name] for name in OpenException.__dataclass_fields__},
                "suggestions": tuple(item["suggestions"]),
            }
        )
        for item in book.exceptions()
    )


def _balances(book: Book) -> tuple[AccountBalance, ...]:
    return tuple(
        AccountBalance(row["account"], row["name"], row["type"], row["role"], row["amount"])
        for row in book.report("trial-balance")["rows"]
    )
