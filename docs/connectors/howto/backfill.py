"""A stream whose cursor once meant something else."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from autobook_core.connector import Stream
from howto.paging import CursorPaging
from howto.payments import Payment


class SecondVersion(CursorPaging):
    streams: ClassVar = (
        Stream(
            "payment",
            lookback=600,
            sweep=timedelta(days=1),
            cursor_version=2,
            shape=Payment,
            kind="charge",
        ),
    )

    def migrate_cursor(self, stream: Stream, version: int, cursor: dict[str, Any]) -> dict[str, Any] | None:
        """Version 1 kept the time of the last change as a text; there may be no page token with it."""
        if version == 1 and isinstance(cursor.get("high"), str) and "token" not in cursor:
            return {"high": int(datetime.fromisoformat(cursor["high"]).timestamp())}
        return None
