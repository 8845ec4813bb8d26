"""The rows that cross the store's border."""

from typing import Any, Literal, NamedTuple

from msgspec import Struct

#: Seconds in a week: keys lead with the whole week of the record's birth.
WEEK = 604_800


def week_of(created: int) -> int:
    """Return the whole week an instant falls in; it leads every record's key."""
    return created // WEEK


class Ref(NamedTuple):
    """Names one record: the week is a hint for a parent, exact for a stored row."""

    connection: int
    kind: str
    week: int
    id: str


class Row(Struct):
    """What the store knows of one record. Changed in memory, written back in one commit.

    ``facts`` is the record itself, packed, without what only its raw row needs to hold.
    ``open_minor`` is what is still open of it, where it is an open item.
    """

    connection: int
    kind: str
    week: int
    id: str
    state: str
    version: bytes
    sequence: str
    raw_digest: bytes
    page: int
    position: int
    entry: int | None
    open_minor: int | None
    facts: bytes
    #: The unpacked form, where somebody needed it; not stored.
    packed: Any = None

    @property
    def ref(self) -> Ref:
        """Return the name of the record."""
        return Ref(self.connection, self.kind, self.week, self.id)

    def values(self) -> tuple[Any, ...]:
        """Return the columns in the order of the table."""
        return (
            self.connection, self.kind, self.week, self.id, self.state, self.version, self.sequence,
            self.raw_digest, self.page, self.position, self.entry, self.open_minor, self.facts,
        )  # fmt: skip


class RawRow(Struct, array_like=True, gc=False):
    """One raw row inside a page: the envelope and the bytes as they came."""

    id: str
    version: str
    created: int
    deleted: bool
    digest: bytes
    data: bytes
    received_at: int = 0
    event_id: str = ""
    refused: str = ""


class PageRow(Struct, gc=False):
    """A landed page that waits for translation."""

    id: int
    connection: int
    stream: str
    origin: str
    received_at: int
    rows: list[RawRow]


class WaitingPage(NamedTuple):
    """What must be known of a page to choose when it is translated."""

    id: int
    rows: int
    rank: int
    born: int
    last: int


class ScheduleRow(Struct, kw_only=True):
    """A stretch of prepaid revenue. Days are ISO dates; amounts base minor units.

    ``total`` has the sign of the deferral: positive when revenue waits (a credit balance).
    """

    id: int
    connection: int
    week: int
    invoice: str
    line: str
    line_no: int
    account_from: str
    account_to: str
    total: int
    start_day: str
    end_day: str
    method: str
    next_due: str | None
    rule: str


class ExceptionRow(Struct, kw_only=True):
    """A problem in the queue."""

    id: int
    code: str
    connection: int
    kind: str
    week: int
    record: str
    severity: str
    status: str
    detail: str
    suggestions: tuple[str, ...]
    amount: int | None
    currency: str | None
    page: int | None
    position: int | None
    opened_at: int
    resolved_at: int | None
    resolution: str | None


class MatchRow(Struct, kw_only=True):
    """A match: ``left`` settles ``right`` for an amount. ``confidence`` is in hundredths."""

    left_id: str
    right_id: str
    amount: int
    currency: str
    rung: str
    confidence: int
    explain: str
    entry: int | None = None


class DeliveryRow(Struct, kw_only=True):
    """Where one entry stands on its way to one sink."""

    connection: int
    entry: int
    key: str
    state: str
    digest: bytes
    attempts: int
    remote_id: str | None
    why: str
    moved_at: int


class RunRow(Struct, kw_only=True):
    """One run of one connection."""

    id: int
    connection: int
    started_at: int
    ended_at: int | None
    outcome: str | None
    pages: int
    rows_read: int
    rows_new: int
    set_aside: int
    retry_at: int | None
    error: str


class ConnectionRow(Struct):
    """A connection as the store numbers it."""

    id: int
    name: str
    type: str
    account_id: str | None


class EntryRow(NamedTuple):
    """A row of the entry table; days and times are ISO texts, sources a JSON list."""

    id: int
    series: str
    fiscal_year: int
    number: int
    day: str
    document_day: str | None
    journal: str
    text: str
    sources: str
    rule: str
    rule_version: str
    reverses: int | None
    posted_at: str
    previous_hash: bytes
    hash: bytes


class LineRow(NamedTuple):
    """A row of the line table; the account is its number in the chart."""

    entry: int
    n: int
    account: str
    amount: int
    tax_code: str | None
    original_currency: str | None
    original_minor: int | None
    customer: str | None
    invoice: str | None


class AlertRow(Struct, frozen=True):
    """What a person should know: since when, and since when every observer knows (seconds UTC)."""

    id: str
    level: Literal["info", "warning", "error"]
    title: str
    detail: str
    connection: str
    command: str
    raised_at: int
    told_at: int | None
