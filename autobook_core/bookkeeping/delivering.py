"""Delivering: what is posted goes out through the outbox, once for each sink."""

from collections.abc import Callable
from typing import Any

from autobook_core.bookkeeping.wiring import Wiring
from autobook_core.config import BookConfig
from autobook_core.delivery.send import deliver
from autobook_core.errors import AutobookError
from autobook_core.store.store import Store


def deliver_to(
    wiring: Wiring,
    store: Store,
    config: BookConfig,
    name: str,
    *,
    now: Callable[[], int],
    progress: Callable[[str, int], None],
) -> dict[str, Any]:
    """Deliver to one sink and return how it went."""
    result: dict[str, Any] = {
        "sink": name, "sent": 0, "accepted": 0, "verified": 0, "rejected": 0, "in_doubt": 0, "conflict": 0,
        "error": "", "fix": "",
    }  # fmt: skip
    try:
        with wiring.sink(name) as (connection, sink, context):
            report = deliver(
                store, sink, context, connection=connection, book_id=book_id(store, config),
                base_currency=config.policy.base_currency, now=now, progress=progress,
            )  # fmt: skip
    except AutobookError as error:
        return result | {"error": str(error), "fix": error.fix}
    return result | {
        "sent": report.sent, "accepted": report.accepted, "verified": report.verified,
        "rejected": report.rejected, "in_doubt": report.in_doubt, "conflict": report.conflict,
        "error": report.error,
    }  # fmt: skip


def book_id(store: Store, config: BookConfig) -> str:
    """Return what names this book in idempotency keys: fixed when it is first needed."""
    found = store.meta("book_id")
    if found is None:
        found = config.company.id or config.company.name
        with store.writing():
            store.set_meta("book_id", found)
    return found
