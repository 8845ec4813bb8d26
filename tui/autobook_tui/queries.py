"""Questions to the book, answered in frozen values.

Each answer comes from the book opened afresh, read-only: a file that was replaced or a connection that was
added shows at the next reading, and a book that has gone is never shown as if it were still there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from autobook_core.book import Book
from autobook_core.clock import Clock
from autobook_core.plugins.conformance import conformance_of


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection and how it is: health word, latest run (ISO, UTC), what went wrong, next try (ISO, UTC).

    The tier says how much its connector was shown to keep; it is empty where the connector is not installed.
    """

    name: str
    type: str
    roles: tuple[str, ...]
    health: str
    last_run: str | None
    outcome: str | None
    error: str
    retry_at: str | None
    tier: str = ""


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
        self._tiers: dict[tuple[str, date], str] = {}

    def read(self, view: str) -> Snapshot:
        """Return what one view shows.

        Raises:
            AutobookError: there is no book, or it cannot be read now.
        """
        with Book(self.folder, clock=self.clock, read_only=True) as book:
            return Snapshot(
                view=view,
                read_at=self.clock.now(),
                status=_status(book.status(), self._tiers_of(book)),
                exceptions=_exceptions(book) if view == "inbox" else None,
                balances=_balances(book) if view == "balances" else None,
            )

    def _tiers_of(self, book: Book) -> dict[str, str]:
        """Return the tier of each connector that a connection uses; its code is looked at once a day."""
        today = datetime.fromtimestamp(self.clock.now(), UTC).date()
        connectors = book.connectors()
        used = {item.type for item in book.config.connections.values()} & connectors.keys()
        for kind in used:
            if (kind, today) not in self._tiers:
                self._tiers[kind, today] = str(conformance_of(connectors[kind], today))
        return {kind: self._tiers[kind, today] for kind in used}


def _status(found: Mapping[str, Any], tiers: Mapping[str, str]) -> Status:
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
        connections=tuple(_connection(item, tiers) for item in found["connections"]),
        broken=tuple((item["name"], item["reason"], item["fix"]) for item in found["plugins_broken"]),
    )


def _connection(item: Mapping[str, Any], tiers: Mapping[str, str]) -> Connection:
    told = {**item, "tier": tiers.get(item["type"], "")}
    kept = {name: told[name] for name in Connection.__dataclass_fields__}
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
