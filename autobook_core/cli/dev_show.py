"""What the workbench shows to people: the trace, pages of rows, cursors, findings and failures."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from autobook_core.cli.console import Console
from autobook_core.cli.table import Cell, Column, Row
from autobook_core.cli.text import clean, counted, cut, number

#: Fields of a row shown beside its id, and columns of each value.
_FIELDS, _VALUE = 4, 24
_LATEST = 253_402_300_799


def show_steps(console: Console, steps: list[dict[str, Any]]) -> None:
    """Write the trace: requests with status, time and size, waits with their reason, lines of the log."""
    if not steps:
        return
    columns = [
        Column("STATUS"), Column("TIME", right=True), Column("BYTES", right=True), Column("REQUEST", flexible=True),
    ]  # fmt: skip
    console.table(columns, [row for step in steps for row in _step(step)])


def _step(step: dict[str, Any]) -> Iterator[Row]:
    match step["step"]:
        case "wait":
            yield Cell("wait", "late"), f"{number(step['milliseconds'])} ms", "", step["reason"]
        case "log":
            yield Cell("log", "dim"), "", "", f"{step['level']}: {step['text']}"
        case _:
            query = urlencode([tuple(pair) for pair in step["query"]], safe="*:,/")
            status = Cell(str(step["status"] or "none"), "" if 0 < step["status"] < 400 else "bad")
            address = step["path"] + (f"?{query}" if query else "")
            yield (
                status, f"{number(step['milliseconds'])} ms", number(step["bytes"]), f"{step['method']} {address}",
            )  # fmt: skip
            if step["body"] is not None:
                yield "", "", "", f"  body {one_line(step['body'])}"
            if step["answer"] is not None:
                yield "", "", "", f"  said {one_line(step['answer'])}"
            if step["error"]:
                yield "", "", "", f"  {step['error']}"


def show_page(console: Console, page: dict[str, Any], *, full: bool) -> None:
    """Write one page: its trace, its rows, what became of the cursor, and warnings."""
    console.line(console.looks.paint(f"page {page['number']} of {clean(page['stream'])}", "bold"))
    show_steps(console, page["steps"])
    if not page["ok"]:
        return
    rows = page["rows"]
    if rows:
        console.line()
    if full:
        for row in rows:
            show_json(console, row)
    elif rows:
        columns = [Column("ID"), Column("VERSION"), Column("CREATED"), Column("FIELDS", flexible=True)]
        console.table(columns, [_row(row) for row in rows])
    console.line()
    _show_cursor(console, page)
    for warning in page["warnings"]:
        show_finding(console, "warning", warning)


def _row(row: dict[str, Any]) -> Row:
    data = row["data"] if isinstance(row["data"], dict) else {}
    shown = [
        f"{key}={cut(one_line(value), _VALUE, '..')}"
        for key, value in data.items()
        if not isinstance(value, dict | list) and value != row["id"]
    ]
    gone = "gone " if row["deleted"] else ""
    return str(row["id"]), str(row["version"]), instant(row["created"]), gone + " ".join(shown[:_FIELDS])


def _show_cursor(console: Console, page: dict[str, Any]) -> None:
    before = page["cursor_before"]
    console.wrapped(f"cursor before: {'the start' if before is None else one_line(before)}", "")
    if page["cursor_changes"]:
        console.wrapped(f"cursor after:  {one_line(page['cursor_after'])}", "")
        show_changes(console, page["cursor_changes"], "  ")
    else:
        console.line("cursor after:  the same")
    more = "there is more" if page["has_more"] else "that was the last page of the window"
    console.line(f"{counted(len(page['rows']), 'row')}; {more}")


def show_changes(console: Console, changes: Iterable[dict[str, Any]], indent: str) -> None:
    """Write differences, one a line: what was there before and what is there now."""
    for item in changes:
        sign = {"added": "+", "removed": "-"}.get(item["change"], "~")
        path = f"{item['path']}: " if item["path"] else ""
        if item["change"] == "changed" and item["before"] is not None:
            value = f"{one_line(item['before'])} {console.looks.arrow} {one_line(item['after'])}"
        else:
            value = one_line(item["before"] if item["change"] == "removed" else item["after"])
        console.wrapped(f"{sign} {path}{value}", indent)


def show_finding(console: Console, level: str, text: str) -> None:
    """Write one finding: an error must be mended, a warning is worth a look."""
    word, style = ("error", "bad") if level == "error" else ("warning", "late")
    lines = f"{word}: {clean(text)}"
    if console.looks.color:
        console.line(console.looks.paint(lines, style))
    else:
        console.wrapped(lines, "")


def show_error(console: Console, error: dict[str, Any]) -> None:
    """Write how a call of the connector failed: the reason, the answer, its own lines of code, what to do."""
    console.line(console.looks.paint(f"{console.looks.wrong} {clean(error['type'])}", "bad"))
    console.wrapped(error["message"], "  ")
    if error["answer"]:
        console.wrapped(f"the answer: {error['answer']}", "  ")
    for line in error["traceback"]:
        console.line(f"  {clean(line)}")
    if error["fix"]:
        console.wrapped(f"fix: {error['fix']}", "  ")


def show_json(console: Console, value: Any) -> None:
    """Write a value as JSON over several lines, harmless for a terminal."""
    for line in json.dumps(value, ensure_ascii=False, indent=2).splitlines():
        indent = len(line) - len(line.lstrip())
        console.line(" " * indent + clean(line))


def one_line(value: Any) -> str:
    """Return a JSON value on one line; a text without quotes."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def instant(created: Any) -> str:
    """Return an instant (seconds UTC) to the minute; as it is where it is none."""
    if type(created) is not int or not 0 < created < _LATEST:
        return str(created)
    return datetime.fromtimestamp(created, UTC).strftime("%Y-%m-%d %H:%M")
