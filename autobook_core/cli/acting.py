"""Acting: fetch, import, deliver."""

from pathlib import Path
from typing import Annotated, Any

import typer

from autobook_core.cli.command import AsOfOption, NamesArgument, declare
from autobook_core.cli.console import Console
from autobook_core.cli.table import Cell, Column
from autobook_core.cli.text import clean, counted, moment, number

_GROUP = "Run"
_OUTCOMES = {"ok": "OK", "parked": "LATE", "cancelled": "LATE"}


def sync(
    console: Console,
    names: NamesArgument = None,
    as_of: AsOfOption = None,
    no_deliver: Annotated[bool, typer.Option("--no-deliver", help="Send nothing to the sinks.")] = False,
) -> int:
    """Fetch what is new, book it, and deliver it."""
    with console.book() as book:
        result = book.sync(names or (), as_of=as_of, deliver=not no_deliver)
    code = 0 if result["ok"] else 1
    if console.json:
        console.document(result)
        return code
    if result["connections"]:
        _show_fetched(console, result["connections"])
        console.line()
    else:
        console.note("no source was read")
    show_booked(console, result)
    _show_delivered(console, result["deliveries"])
    _show_alerts(console, result["alerts"])
    _say_next(console, result, sources=bool(result["connections"]))
    return code


def _show_fetched(console: Console, reports: list[dict[str, Any]]) -> None:
    columns = [
        Column("STATE"),
        Column("CONNECTION", flexible=True),
        *(Column(title, right=True) for title in ("PAGES", "ROWS", "NEW")),
    ]
    rows = []
    for item in reports:
        unwell = "LATE" if item["retry_at"] else "ACT"
        sign, style = console.looks.health(_OUTCOMES.get(item["outcome"], unwell))
        rows.append(
            (Cell(sign, style), item["connection"], *(number(item[key]) for key in ("pages", "rows", "new")))
        )
    console.table(columns, rows)
    for item in reports:
        if item["error"]:
            console.wrapped(f"{item['connection']}: {item['error']}", "  ")
        if item["fix"]:
            console.wrapped(f"fix: {item['fix']}", "    ")
        if item["retry_at"]:
            console.line(f"    comes again after {moment(item['retry_at'])}")


def show_booked(console: Console, result: dict[str, Any]) -> None:
    """Write what was booked and what was not."""
    if not result["posted"]:
        fine = "nothing new: the books are up to date" if result["ok"] else "nothing new was posted"
        console.line(f"{fine} ({result['as_of']})")
    else:
        console.line(f"posted     {counted(result['posted'], 'entry', 'entries')} up to {result['as_of']}")
    if result["set_aside"]:
        console.line(f"set aside  {counted(result['set_aside'], 'record')}")
    if result["duplicates"]:
        console.line(f"known      {counted(result['duplicates'], 'record')} came again and changed nothing")


def _show_delivered(console: Console, deliveries: list[dict[str, Any]]) -> None:
    for item in deliveries:
        told = ", ".join(
            f"{number(item[key])} {key.replace('_', ' ')}"
            for key in ("sent", "accepted", "verified", "rejected", "in_doubt", "conflict")
            if item[key]
        )
        console.line(f"delivered  {clean(item['sink'])}: {told or 'nothing new'}")
        if item["error"]:
            console.wrapped(item["error"], "           ")
        if item.get("fix"):
            console.wrapped(f"fix: {item['fix']}", "           ")


def _show_alerts(console: Console, alerts: list[dict[str, Any]]) -> None:
    """Write what is wrong beside the runs, whose own errors stand above."""
    for item in alerts:
        if not item["id"].startswith("run:"):
            style = "bad" if item["level"] == "error" else "late"
            console.line(f"{console.looks.paint('alert', style)}      {clean(item['title'])}")
            console.wrapped(item["detail"], "           ")


def _say_next(console: Console, result: dict[str, Any], *, sources: bool = True) -> None:
    waiting = result["exceptions"]
    if waiting["errors"]:
        console.note(f"{counted(waiting['errors'], 'item')} for a person to look at")
        console.next("exceptions")
    elif not sources:
        console.next("connectors", "connect TYPE --name NAME -o KEY=VALUE")
    elif result["posted"]:
        console.next("report trial-balance", "status")


def import_(
    console: Console,
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="JSON Lines, or files of a connection.")
    ],
    connection: Annotated[
        str | None,
        typer.Option(
            "--connection",
            metavar="NAME",
            help="The files are in this connection's own format.",
            show_default=False,
        ),
    ] = None,
    as_of: AsOfOption = None,
) -> int:
    """Book records from files, without any network.

    The files are envelopes as JSON Lines, or, with --connection, in that connection's own
    format. An envelope is one JSON object a line: source, type, data, and optionally received_at and
    event_id.
    """
    with console.book() as book:
        result = book.import_files(files, connection=connection, as_of=as_of)
    code = 0 if result["ok"] else 1
    if console.json:
        console.document(result)
        return code
    console.line(
        f"read       {counted(result['lines'], 'line')}: {number(result['new'])} new, {number(result['known'])} known"
    )
    show_booked(console, result)
    for problem in result["problems"]:
        console.wrapped(problem, "unreadable ")
    _say_next(console, result)
    return code


def deliver(console: Console, names: NamesArgument = None) -> int:
    """Send what is posted and not yet delivered to the sinks."""
    with console.book() as book:
        result = book.deliver(names or ())
    failed = any(item["error"] or item["rejected"] or item["conflict"] for item in result)
    if console.json:
        console.document(result)
        return 1 if failed else 0
    _show_delivered(console, result)
    if not result:
        console.note("there is no sink to deliver to")
        console.next("connect plaintext --name ledger")
    elif failed:
        console.next("deliveries")
    return 1 if failed else 0


def add_to(app: typer.Typer) -> None:
    """Add the commands of this group."""
    declare(app, group=_GROUP, examples=[
        "autobook sync",
        "autobook sync stripe --as-of 2025-12-31",
        "autobook sync --json | jq .posted",
    ])(sync)  # fmt: skip
    declare(app, group=_GROUP, name="import", examples=[
        "autobook import records.jsonl --as-of 2025-12-31",
        "autobook import --connection bank statement.xml",
    ])(import_)  # fmt: skip
    declare(app, group=_GROUP, examples=["autobook deliver", "autobook deliver ledger"])(deliver)
