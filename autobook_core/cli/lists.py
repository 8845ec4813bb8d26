"""Lists: what is in the books, row by row."""

from collections.abc import Iterable
from datetime import date
from itertools import islice
from typing import Annotated, Any

import typer

from autobook_core.cli.command import day_option, declare
from autobook_core.cli.console import Console
from autobook_core.cli.entries import show_entries
from autobook_core.cli.table import Cell, Column
from autobook_core.cli.text import amount, clean, counted

_GROUP = "Look"

LimitOption = Annotated[
    int | None,
    typer.Option(
        "--limit", metavar="N", min=0, help="No more than so many, from the first.", show_default=False
    ),
]
FromOption = Annotated[date | None, day_option("--from", help="From this day on.")]
ToOption = Annotated[date | None, day_option("--to", help="Up to and including this day.")]


def journal(
    console: Console,
    first: FromOption = None,
    last: ToOption = None,
    account: Annotated[
        str | None,
        typer.Option(
            "--account",
            metavar="NAME",
            help="Entries on this account: its number or role.",
            show_default=False,
        ),
    ] = None,
    limit: LimitOption = None,
) -> None:
    """Show the posted entries with their lines.

    They come in order of posting, and in order of date where --from or --to is given.
    """
    with console.book() as book:
        found = islice(book.journal(first=first, last=last, account=account), limit)
        if console.json:
            console.rows(found)
            return
        policy = book.config.policy
        shown = show_entries(console, found, book.config.chart, policy.base_currency)
    if shown:
        console.note(counted(shown, "entry", "entries"))
    else:
        console.note("no entry there" if first or last or account else "nothing is posted yet")
        console.next("sync" if not (first or last or account) else "journal")


def records(
    console: Console,
    state: Annotated[
        str | None,
        typer.Option(
            "--status",
            metavar="STATE",
            help="posted, no_posting, duplicate, pending or quarantined.",
            show_default=False,
        ),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(
            "--type", metavar="TYPE", help="Records of this type, as the source calls it.", show_default=False
        ),
    ] = None,
    limit: LimitOption = None,
) -> None:
    """List the records that came in, and what became of each."""
    with console.book() as book:
        found = islice(book.records(status=state, type=kind), limit)
        if console.json:
            console.rows(found)
            return
        first = list(islice(found, 1))
        if first:
            columns = [Column("SOURCE"), Column("TYPE"), Column("STATUS"), Column("ID", flexible=True)]
            rows = (
                (row["source"], row["type"], row["status"], row["id"])
                for part in (first, found)
                for row in part
            )
            console.table(columns, rows)
            return
    console.note("no record there" if state or kind else "no record has come in yet")
    console.next("sync" if not (state or kind) else "records")


def exceptions(
    console: Console,
    everything: Annotated[bool, typer.Option("--all", help="Those that were resolved, too.")] = False,
) -> int:
    """List what a person should look at.

    Errors wait for somebody; warnings are booked and worth a look.
    """
    with console.book() as book:
        found = book.exceptions(resolved=everything)
    waiting = sum(item["status"] == "open" and item["severity"] == "error" for item in found)
    if console.json:
        console.rows(found)
        return 1 if waiting else 0
    found.sort(key=lambda item: (item["status"] != "open", item["severity"] != "error", item["id"]))
    for item in found:
        _show_exception(console, item)
    if found:
        still_open = [item for item in found if item["status"] == "open"]
        warnings = len(still_open) - waiting
        console.note(f"{counted(waiting, 'error')} and {counted(warnings, 'warning')} open")
    else:
        console.note("nothing waits for a person")
    return 1 if waiting else 0


def _show_exception(console: Console, item: dict[str, Any]) -> None:
    open_error = item["status"] == "open" and item["severity"] == "error"
    sign, style = console.looks.health("ACT" if open_error else "LATE" if item["status"] == "open" else "OK")
    word = item["severity"].upper() if item["status"] == "open" else item["status"].upper()
    money = ""
    if item["amount"] is not None:
        money = f"{amount(item['amount'], item['currency'] or '')} {clean(item['currency'])}"
    head = f"{console.looks.paint(f'{sign.split()[0]} {clean(word)}', style)}  {clean(item['code'])}"
    console.line(f"{head}  {money}".rstrip())
    console.line(f"    {clean(item['record'])}  ({clean(item['source'])})")
    console.wrapped(item["detail"], "    ")
    if item["suggestions"]:
        console.wrapped(f"perhaps: {', '.join(map(str, item['suggestions']))}", "    ")


def matches(console: Console) -> None:
    """List what settles what, and why."""
    with console.book() as book:
        found = book.matches()
        currency = book.config.policy.base_currency
    if console.json:
        console.rows(found)
        return
    for item in found:
        sure = f"{round(item['confidence'] * 100)} %"
        money = f"{amount(item['amount'], currency)} {currency}"
        console.line(f"{clean(item['left'])} {console.looks.arrow} {clean(item['right'])}")
        console.line(f"    {money}  {clean(item['rung'])}, {sure} sure")
        console.wrapped(item["explain"], "    ")
    console.note(counted(len(found), "match", "matches") if found else "nothing is matched yet")
    if not found:
        console.next("sync")


def deliveries(console: Console) -> int:
    """List where each entry stands on its way to each sink."""
    with console.book() as book:
        found = book.deliveries()
    refused = any(item["state"] in {"rejected", "conflict"} for item in found)
    if console.json:
        console.rows(found)
    elif found:
        columns = [
            Column("SINK"),
            Column("ENTRY"),
            Column("STATE"),
            Column("THERE", flexible=True),
            Column("WHY", flexible=True),
        ]
        console.table(columns, _delivery_rows(found))
    else:
        console.note("nothing is on its way to a sink")
        console.next("deliver")
    return 1 if refused else 0


def _delivery_rows(found: Iterable[dict[str, Any]]) -> Iterable[tuple[str | Cell, ...]]:
    for item in found:
        bad = item["state"] in {"rejected", "conflict"}
        state = Cell(item["state"].replace("_", " "), "bad" if bad else "")
        yield item["sink"], item["entry"], state, item["remote_id"] or "", item["why"] or ""


def add_to(app: typer.Typer) -> None:
    """Add the commands of this group."""
    declare(app, group=_GROUP, examples=[
        "autobook journal --from 2025-12-01 --to 2025-12-31",
        "autobook journal --account receivables --limit 20",
        "autobook journal --json",
    ])(journal)  # fmt: skip
    declare(
        app,
        group=_GROUP,
        examples=["autobook records --status quarantined", "autobook records --type invoice --limit 10"],
    )(records)
    declare(app, group=_GROUP, examples=["autobook exceptions", "autobook exceptions --all --json"])(
        exceptions
    )
    declare(app, group=_GROUP, examples=["autobook matches", "autobook matches --json"])(matches)
    declare(app, group=_GROUP, examples=["autobook deliveries", "autobook deliveries --json"])(deliveries)
