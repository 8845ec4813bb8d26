"""An API that says how often it may be asked, and that reports some failures with status 200."""

from typing import Any

import httpx

from autobook_core.connector import Context, Limit, Page, Stream
from howto.paging import CursorPaging


def failed(answer: httpx.Response) -> str | None:
    """Return why a 200 is no answer, if it is none."""
    body = answer.json()
    return str(body["error"]) if isinstance(body, dict) and "error" in body else None


class Limited(CursorPaging):
    limits = (
        Limit(calls=20, per=1.0),
        Limit(calls=10, per=60.0, match="/v1/reports*"),
    )

    def fetch(self, ctx: Context, stream: Stream, cursor: dict[str, Any] | None) -> Page:
        ctx.http.reject_if(failed)
        return super().fetch(ctx, stream, cursor)
