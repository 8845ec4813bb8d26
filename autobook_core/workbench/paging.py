"""Fetching one page at a time, as the engine asks for it, with everything that can be seen of it."""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import msgspec

from autobook_core.connector import Envelope, Page, Source, Stream
from autobook_core.errors import ConfigurationError, ConnectorBug
from autobook_core.intake.golden_form import golden, row_of
from autobook_core.intake.landing import row_json
from autobook_core.intake.translation import Translator
from autobook_core.workbench.differences import differences
from autobook_core.workbench.failing import failure
from autobook_core.workbench.hiding import hide_values
from autobook_core.workbench.inspecting import cursor_is_json, json_of, page_warnings
from autobook_core.workbench.opening import Opened
from autobook_core.workbench.session import KeptRow, Position, Session
from autobook_core.workbench.subject import Subject

Progress = Callable[[str, int], None]
Cursor = dict[str, Any] | None


class Pager:
    """Asks one stream for page after page."""

    def __init__(self, opened: Opened, subject: Subject, source: Source, stream: Stream) -> None:
        self._opened = opened
        self._subject = subject
        self._source = source
        self._stream = stream
        self._translator = Translator(source)
        #: The rows of every page so far, as JSON values without secrets.
        self.rows: list[Any] = []
        self.error: dict[str, Any] | None = None

    def page(self, cursor: Cursor) -> tuple[dict[str, Any], Page | None]:
        """Ask for the page after a cursor.

        Returns:
            What can be seen of it, as JSON-able values, and the page; None where the call failed, and then
            :attr:`error` says how.
        """
        given = deepcopy(cursor)
        page: Page | None = None
        try:
            page = _page(self._source.fetch(self._opened.context, self._stream, given))
        except (KeyboardInterrupt, MemoryError):
            raise
        except BaseException as error:  # noqa: BLE001 - a stranger's code may raise anything, even SystemExit
            self.error = failure(error, self._subject, self._opened.redactor)
        seen = {
            "stream": self._stream.name,
            "ok": page is not None,
            "steps": self._opened.trace.take(self._opened.redactor),
        }
        return seen | (self._looked_over(page, cursor, given) if page else self._nothing(cursor)), page

    def _looked_over(self, page: Page, cursor: Cursor, given: Cursor) -> dict[str, Any]:
        warnings = page_warnings(page, given, cursor)
        items: Sequence[object] = page.items
        rows = [_shown(item) for item in items if isinstance(item, Envelope)]
        self.rows += [row["data"] for row in self._clean(rows)]
        before, after = _plain(cursor), _plain(page.cursor)
        if self._clean(after) != after:
            warnings.append("the cursor holds a secret, and cursors are kept in clear text")
        found: dict[str, Any] = self._clean(
            {
                "rows": rows, "cursor_before": before, "cursor_after": after,
                "cursor_changes": list(differences(before or {}, after)), "has_more": bool(page.has_more),
                "origin": page.origin, "warnings": warnings,
            }
        )  # fmt: skip
        return found

    def _nothing(self, cursor: Cursor) -> dict[str, Any]:
        before = self._clean(_plain(cursor))
        return {
            "rows": [], "cursor_before": before, "cursor_after": before, "cursor_changes": [],
            "has_more": False, "origin": "", "warnings": [],
        }  # fmt: skip

    def _clean(self, value: Any) -> Any:
        return hide_values(value, self._opened.redactor)

    def kept(self, seen: Mapping[str, Any]) -> list[KeptRow]:
        """Return the rows of a page with what they mean now."""
        return [
            KeptRow(
                id=str(row["id"]),
                version=row["version"] if isinstance(row["version"], str | int) else str(row["version"]),
                created=row["created"],
                deleted=row["deleted"],
                data=msgspec.Raw(row_json(row["data"])),
                meaning=self._meaning(row["data"]),
            )
            for row in seen["rows"]
            if isinstance(row["data"], dict) and type(row["created"]) is int
        ]

    def _meaning(self, data: Mapping[str, Any]) -> object:
        return golden(self._translator.records(self._stream.name, row_of(row_json(data))))


@dataclass(frozen=True, slots=True)
class Begin:
    """Where fetching begins, whatever was fetched before: after a cursor, or at the start of the stream."""

    cursor: Cursor = None

    @classmethod
    def read(cls, text: str) -> "Begin":
        """Read the word ``start``, or a cursor as JSON.

        Raises:
            ConfigurationError: it is neither.
        """
        if text == "start":
            return cls()
        try:
            return cls(msgspec.json.decode(text, type=dict[str, Any]))
        except msgspec.MsgspecError as error:
            raise ConfigurationError(
                f"--cursor is neither the word start nor a JSON object: {error}",
                fix="""write for example --cursor '{"high": 1750000000}'""",
            ) from None


def drain(pager: Pager, pages: int, progress: Progress) -> dict[str, Any] | None:
    """Let a pager bring up to so many pages from the start of its stream; return how it failed, if it did."""
    cursor: Cursor = None
    for _ in range(pages):
        seen, page = pager.page(cursor)
        progress("fetched", len(seen["rows"]))
        if page is None or not page.has_more or page.cursor == cursor:
            break
        cursor = dict(page.cursor)
    return pager.error


def fetch_pages(
    pager: Pager,
    stream: Stream,
    session: Session,
    *,
    cursor: Cursor,
    pages: int,
    before: int,
    progress: Progress,
) -> list[dict[str, Any]]:
    """Return up to so many pages from a cursor on; after each, the session knows where to go on.

    Args:
        pager: asks.
        stream: which one.
        session: remembers cursor and rows.
        cursor: where to begin.
        pages: how many at most.
        before: pages that came before, by the session's count.
        progress: told of each page's rows.
    """
    seen: list[dict[str, Any]] = []
    for number in range(before + 1, before + pages + 1):
        told, page = pager.page(cursor)
        seen.append({"number": number, **told})
        if page is None or not cursor_is_json(page.cursor):
            break
        progress("fetched", len(told["rows"]))
        session.keep_rows(stream.name, pager.kept(told))
        session.move(
            stream.name, Position(told["cursor_after"], stream.cursor_version, number, told["has_more"])
        )
        cursor = dict(page.cursor)
        if not page.has_more:
            break
    return seen


def _page(page: object) -> Page:
    if type(page) is not Page or not isinstance(page.cursor, Mapping):
        raise ConnectorBug(f"fetch gave a {type(page).__name__}, not a Page with a cursor")
    if not isinstance(page.items, Sequence):
        raise ConnectorBug(f"the items of the page are a {type(page.items).__name__}, not a sequence")
    return page


def _shown(item: Envelope) -> dict[str, Any]:
    try:
        data = json_of(item)
    except ValueError:
        data = None
    return {
        "id": item.id, "version": _plain(item.version), "created": _plain(item.created),
        "deleted": bool(item.deleted), "data": data,
    }  # fmt: skip


def _plain(value: Any) -> Any:
    """Return a value as JSON would give it back; what JSON cannot hold, as text."""
    return msgspec.json.decode(msgspec.json.encode(value, enc_hook=repr))
