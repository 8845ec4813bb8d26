"""The arithmetic of "what have I seen": where money goes missing when authors write it.

The lower bound of a window stays frozen while its pages are drained and moves to the highest
mark seen only with the last page. Bounds are inclusive and overlap by the stream's lookback;
the store drops what it has. So oldest-first, newest-first and unsorted sources are all safe.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from autobook_core.connector.values import Envelope, Page

Mark = int | str


class Watermark:
    """One stream's position, made from the cursor of the page before.

    >>> window = Watermark(None, start=1_000)
    >>> page = window.page([Envelope("a", version=1_500)], token="p2")
    >>> Watermark(page.cursor, start=1_000).since  # frozen until the last page
    1000
    >>> page = Watermark(page.cursor, start=1_000).page([Envelope("b", version=1_400)], token=None)
    >>> Watermark(page.cursor, start=1_000, lookback=300).since
    1200
    """

    def __init__(self, cursor: dict[str, Any] | None, start: Mark, lookback: int = 0) -> None:
        """Read the position.

        Args:
            cursor: what the last page gave, or None at the beginning.
            start: the mark to begin at (seconds UTC, or an ISO 8601 string).
            lookback: seconds of overlap between windows.
        """
        cursor = cursor or {}
        self.token: str | None = cursor.get("token")
        self._high: Mark | None = cursor.get("high")
        if "since" in cursor:  # a window half drained; without a token it is begun again
            self.since: Mark = cursor["since"]
        else:
            high = cursor.get("high")
            self.since = start if high is None else max(start, _earlier(high, lookback), key=_order)

    def page(
        self,
        items: Iterable[Envelope],
        *,
        token: str | None,
        mark: Callable[[Envelope], Mark] | None = None,
    ) -> Page:
        """Return the page and the cursor after it.

        Args:
            items: the rows of this page.
            token: what asks for the next page; None on the last page of the window.
            mark: how to read a row's mark; its version by default.
        """
        rows = tuple(items)
        high = self._high
        for row in rows:
            value = mark(row) if mark else row.version
            if value == "":
                continue
            if high is None or _order(value) > _order(high):
                high = value
        cursor: dict[str, Any] = {"high": high}
        if token is not None:
            cursor |= {"since": self.since, "token": token}
        return Page(rows, cursor, has_more=token is not None)


def _order(mark: Mark) -> float | int:
    return mark if isinstance(mark, int) else _instant(mark).timestamp()


def _instant(text: str) -> datetime:
    value = datetime.fromisoformat(text)
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _earlier(mark: Mark, seconds: int) -> Mark:
    if isinstance(mark, int):
        return mark - seconds
    return (_instant(mark) - timedelta(seconds=seconds)).isoformat()
