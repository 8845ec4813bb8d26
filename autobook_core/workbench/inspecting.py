"""Looking over one page: what an engine would stumble over, or what would lose money later."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from autobook_core.connector import Envelope, Page
from autobook_core.intake.landing import FURTHEST, LONGEST_ID

_NAMED = 3

Row = dict[str, Any]


def json_of(envelope: Envelope) -> Any:
    """Return a row as JSON values.

    Raises:
        ValueError: it is no JSON.
    """
    data = envelope.data
    try:
        return msgspec.json.decode(data if isinstance(data, bytes) else msgspec.json.encode(data))
    except (msgspec.DecodeError, TypeError) as error:
        raise ValueError(str(error)) from None


def page_warnings(page: Page, given: Mapping[str, Any] | None, before: Mapping[str, Any] | None) -> list[str]:
    """Return what is wrong with a page, in sentences.

    Args:
        page: as the connector gave it.
        given: the cursor the connector was handed, as it looks after the call.
        before: the same cursor, as it was.
    """
    items: Sequence[object] = page.items
    strangers = [item for item in items if not isinstance(item, Envelope)]
    if strangers:
        return [f"{len(strangers)} of its items are no Envelope, but {type(strangers[0]).__name__}"]
    return [*_of_rows(page.items), *_of_cursor(page, given, before)]


def _of_rows(items: Sequence[Envelope]) -> Iterator[str]:
    checks: list[tuple[Callable[[Envelope], bool], str]] = [
        (lambda row: not row.id, "without an id: they are set aside"),
        (lambda row: len(str(row.id)) > LONGEST_ID, f"with an id of more than {LONGEST_ID} characters"),
        (lambda row: not isinstance(row.id, str), "with an id that is no text"),
        (lambda row: row.version == "", "without a version: an older copy that comes late cannot be told"),
        (
            lambda row: not isinstance(row.version, str | int),
            "with a version that is neither number nor text",
        ),
        (lambda row: not row.created, "without created, the instant that leads their key in the store"),
        (lambda row: not _instant(row.created), "with a created that is no instant in whole seconds"),
        (lambda row: not _is_json(row), "of something that is no JSON"),
    ]
    for wrong, words in checks:
        found = [row for row in items if wrong(row)]
        if found:
            yield f"{_counted(len(found))} {words} ({_named(row.id for row in found)})"
    doubles = [id for id, times in Counter(row.id for row in items if row.id).items() if times > 1]
    if doubles:
        yield f"ids that come more than once in this page: {_named(doubles)}"


def _of_cursor(
    page: Page, given: Mapping[str, Any] | None, before: Mapping[str, Any] | None
) -> Iterator[str]:
    if given != before:
        yield "fetch changed the cursor it was given; make a new one"
    try:
        stored = msgspec.json.decode(msgspec.json.encode(page.cursor))
    except TypeError as error:
        yield f"the cursor cannot be kept as JSON: {error}"
        return
    if stored != page.cursor:
        yield "the cursor comes back from the store as something else: use texts as keys, and lists"
    if page.has_more and page.cursor == before:
        yield "has_more with the same cursor: the same page would be asked for again, and the run given up"
    if page.has_more and not page.items:
        yield "an empty page that says there is more"


def cursor_is_json(cursor: object) -> bool:
    """Tell whether a cursor can be kept."""
    try:
        msgspec.json.encode(cursor)
    except TypeError:
        return False
    return True


def _is_json(row: Envelope) -> bool:
    try:
        json_of(row)
    except ValueError:
        return False
    return True


def _instant(created: object) -> bool:
    return type(created) is int and -FURTHEST < created < FURTHEST


def _counted(number: int) -> str:
    return "1 row" if number == 1 else f"{number} rows"


def _named(ids: Iterable[object]) -> str:
    names = [str(id)[:40] or "no id" for id in ids]
    return ", ".join(names[:_NAMED]) + (", ..." if len(names) > _NAMED else "")
