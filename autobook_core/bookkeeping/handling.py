"""Handling: what all kinds of records share, and what each must say for itself."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from msgspec import Struct

from autobook_core.bookkeeping.workset import Workset
from autobook_core.domain.problems import Problem
from autobook_core.domain.records import Record
from autobook_core.posting.terms import Terms
from autobook_core.store.rows import Row, week_of

R = TypeVar("R", bound=Record)


class Item(Struct, Generic[R], gc=False):
    """One record on its way through a batch, with its row; ``version`` is as of when its source told it."""

    record: R
    row: Row
    received_at: int = 0
    version: str = ""


class Handler(ABC, Generic[R]):
    """Knows one kind of record. Stateless but for what it was made with."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms

    def prepare(self, work: Workset, connection: int, records: Sequence[R]) -> None:
        """Load the rows of the records these name, all at once."""

    @abstractmethod
    def handle(self, work: Workset, item: Item[R], source: str) -> None:
        """Decide what a record means: set its row's state, post, wait, open a problem.

        Raises:
            SetAside: the record must not be booked.
        """

    def refresh(self, work: Workset, row: Row, record: R) -> None:
        """Take in what a later version of a posted record tells beside what is booked."""


class Kept(Handler[Any]):
    """Records the books need to know but not to book: customers, prices, subscriptions."""

    def handle(self, work: Workset, item: Item[Any], source: str) -> None:
        """Keep it and wake those that wait for it."""
        item.row.state = "no_posting"
        work.ready(item.record.kind, item.record.id)


class Unsupported(Handler[Any]):
    """Records whose booking is not known: shown, never guessed."""

    def handle(self, work: Workset, item: Item[Any], source: str) -> None:
        """Set it aside."""
        set_aside(work, item.row, "unsupported_record", f"records of type {item.record.kind} are not booked")


def is_read(row: Row) -> bool:
    """Tell whether the record of a row was ever read; where it could not be, there is nothing to unpack."""
    return row.packed is not None or bool(row.facts)


def set_aside(work: Workset, row: Row, code: str, detail: str) -> None:
    """Quarantine a record with the reason."""
    row.state = "quarantined"
    work.problem(row, Problem(code=code, record=row.id, detail=detail))


def hints(pairs: Sequence[tuple[str | None, int]]) -> dict[str, int]:
    """Return the ids among (id, instant) pairs with the week to look in first."""
    return {record: week_of(instant) for record, instant in pairs if record}
