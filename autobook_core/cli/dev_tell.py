"""What the workbench says of a whole call: of a check, of records, of a replay, of golden files."""

from collections import Counter
from typing import TYPE_CHECKING, Any

from autobook_core.cli.console import Console
from autobook_core.cli.dev_show import instant, show_changes, show_error, show_finding, show_json, show_steps
from autobook_core.cli.entries import show_entries
from autobook_core.cli.table import Cell, Column, Row
from autobook_core.cli.text import amount, clean, counted, number

if TYPE_CHECKING:
    from autobook_core.workbench.posting import Posted


def tell_check(console: Console, found: dict[str, Any]) -> None:
    """Write what check says field by field, the streams, the trace and the findings."""
    sign, style = console.looks.health("OK" if found["ok"] else "ACT")
    console.line(f"{console.looks.paint(sign, style)}  {clean(found['what'])} ({found['role']})")
    for name, value in (found["health"] or {}).items():
        shown = ", ".join(value) if isinstance(value, list) else "" if value is None else str(value)
        console.line(f"  {name:<11} {clean(shown) or '-'}")
    if found["steps"]:
        console.line()
        show_steps(console, found["steps"])
    if found["streams"]:
        console.line()
        _tell_streams(console, found["streams"])
    for limit in found["limits"]:
        console.line(
            f"at most {limit['calls']} requests in {limit['per_seconds']:g} s on {clean(limit['match'])}"
        )
    console.line()
    for item in found["findings"]:
        show_finding(console, item["level"], item["text"])
    if found["error"]:
        show_error(console, found["error"])


def _tell_streams(console: Console, streams: list[dict[str, Any]]) -> None:
    columns = [
        Column("STREAM"), Column("KIND"), Column("AFTER"), Column("LOOKBACK", right=True),
        Column("SWEEP", right=True), Column("CURSOR", right=True), Column("SHAPE", flexible=True),
    ]  # fmt: skip
    rows = [
        (
            item["name"], item["kind"], ", ".join(item["after"]), f"{number(item['lookback_seconds'])} s",
            f"{item['sweep_seconds'] // 86_400} d", f"v{item['cursor_version']}", item["shape"],
        )
        for item in streams
    ]  # fmt: skip
    console.table(columns, rows)


def tell_translated(console: Console, found: dict[str, Any], *, full: bool) -> None:
    """Write the records of each row, and why others gave none."""
    if full:
        for row in found["rows"]:
            show_json(console, row)
    else:
        columns = [
            Column("ROW", right=True), Column("KIND"), Column("ID", flexible=True), Column("CREATED"),
            Column("AMOUNT", right=True), Column("STATUS"),
        ]  # fmt: skip
        records = [_record(row, record) for row in found["rows"] for record in row["records"]]
        if records:
            console.table(columns, records)
        for row in found["rows"]:
            if row["refused"]:
                console.line(
                    f"{console.looks.paint('set aside', 'bad')}  row {row['number']}  {clean(row['id'])}  "
                    f"{clean(row['refused'])}"
                )
                console.wrapped(row["detail"], "    ")
                for line in row["traceback"]:
                    console.line(f"    {clean(line)}")
    rows, records_made = counted(len(found["rows"]), "row"), counted(found["records"], "record")
    console.note(f"{rows}: {records_made}, {number(found['refused'])} set aside")


def _record(row: dict[str, Any], record: dict[str, Any]) -> Row:
    minor = next(
        (record[key] for key in ("amount", "total", "unit_amount") if record.get(key) is not None), None
    )
    currency = str(record.get("currency") or "")
    money = f"{amount(minor, currency)} {currency}".rstrip() if isinstance(minor, int) else ""
    return (
        str(row["number"]), record["kind"], record["id"], instant(record["created"]), money,
        str(record.get("status") or ""),
    )  # fmt: skip


def tell_posted(console: Console, posted: "Posted") -> None:
    """Write the entries that rows would post, what would wait for a person, and the states of the records."""
    console.line()
    console.line(console.looks.paint(f"what they would post, by {posted.terms}", "bold"))
    if not show_entries(console, posted.entries, posted.chart, posted.currency):
        console.line("nothing")
    for item in posted.exceptions:
        style = "bad" if item["severity"] == "error" else "late"
        console.line()
        console.line(
            f"{console.looks.paint(item['severity'], style)}  {clean(item['code'])}  {clean(item['record'])}"
        )
        console.wrapped(item["detail"], "    ")
    states = Counter(item["status"] for item in posted.records)
    if states:
        console.line()
        console.line(
            "records: " + ", ".join(f"{number(count)} {state}" for state, count in sorted(states.items()))
        )


def tell_replayed(console: Console, found: dict[str, Any]) -> None:
    """Write how many rows mean the same, and the first that do not."""
    kept = not (found["changed"] or found["refused"])
    looks = console.looks
    sign = looks.paint(looks.done, "good") if kept else looks.paint(looks.wrong, "bad")
    counts = ", ".join(
        f"{number(found[state])} {state}"
        for state in ("same", "changed", "new", "refused", "skipped")
        if found[state]
    )
    console.line(f"{sign} {clean(found['of'])}: {counts or 'none'}")
    styles = {"changed": "late", "refused": "bad", "new": "good"}
    for item in found["differences"]:
        console.line()
        word = looks.paint(item["state"], styles.get(item["state"], ""))
        console.line(f"{word}  {clean(item['stream'])}  {clean(item['id'])}")
        show_changes(console, item["changes"], "    ")
        if item["more_changes"]:
            console.line(f"    and {counted(item['more_changes'], 'more place', 'more places')}")
    if found["more_differences"]:
        console.line()
        console.line(f"and {counted(found['more_differences'], 'more row', 'more rows')}")


def tell_recorded(console: Console, found: dict[str, Any]) -> None:
    """Write which files were written and what was replaced in them."""
    if found["error"]:
        show_error(console, found["error"])
        return
    if not found["files"]:
        console.line("the other side gave no row: nothing was written")
        return
    console.line(f"{counted(found['rows'], 'row')} and {counted(found['records'], 'record')}, "
                 f"{number(found['refused'])} set aside, in")  # fmt: skip
    for file in found["files"]:
        console.line(f"  {clean(file)}")
    if found["replaced"]:
        console.line()
        columns = [Column("REPLACED", flexible=True), Column("WHAT"), Column("TIMES", right=True)]
        rows = [(item["path"], Cell(item["kind"]), number(item["count"])) for item in found["replaced"]]
        console.table(columns, rows)
    for warning in found["warnings"]:
        show_finding(console, "warning", warning)
    if found["texts"]:
        kept = ", ".join(item["path"] for item in found["texts"])
        show_finding(
            console,
            "warning",
            f"texts that people write are kept, read them before you keep the file: {kept}",
        )
    console.note("read the files before you keep them: the search for personal data is a help, no promise")
