"""Problems: what could not be booked, said so that a person can act on it.

Bad data is a value, not an exception: it goes to the exception queue with its record and
its reason, and the next record is read.
"""

from typing import Literal

from msgspec import Struct

Severity = Literal["error", "warning"]


class Problem(Struct, frozen=True, kw_only=True):
    """One thing a person should look at.

    Attributes:
        code: the stable name of the cause, for example ``unmatched_bank_line``.
        record: id of the record it is about, as the source names it.
        detail: one sentence for a bookkeeper, without secrets or full account numbers.
        severity: ``error`` waits for a person; ``warning`` is booked and worth a look.
        suggestions: ids or commands that may resolve it.
        amount: what is at stake, signed minor units, where known.
    """

    code: str
    record: str
    detail: str
    severity: Severity = "error"
    suggestions: tuple[str, ...] = ()
    amount: int | None = None
    currency: str | None = None


class SetAside(Exception):
    """A record that must not be booked: raised by a check, kept as a problem.

    It never leaves the room that translates and checks records.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
