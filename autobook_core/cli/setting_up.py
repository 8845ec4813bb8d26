"""Setting up: a new book, the connectors there are, and connections to the outside."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from autobook_core.cli.command import NamesArgument, SettingsOption, day_option, declare
from autobook_core.cli.console import Console
from autobook_core.cli.table import Cell, Column
from autobook_core.cli.text import clean, counted, moment

_GROUP = "Set up"


def init(
    console: Console,
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="Where; made if need be.", show_default=False)
    ] = None,
    settings: SettingsOption = None,
    company: Annotated[
        str, typer.Option("--company", metavar="NAME", help="The company's name.")
    ] = "My Company",
) -> None:
    """Write a new book: a complete Danish SaaS company.

    It works at once; its settings, chart of accounts and rules are files that you then edit.
    """
    from autobook_core.config import init_book

    place = folder or console.folder
    files = init_book(place, company=company, overrides=settings or ())
    names = [str(path.relative_to(place)) for path in files]
    if console.json:
        console.document({"book": str(place), "company": company, "files": names})
        return
    console.line(f"a new book for {clean(company)} in {clean(place)}: {', '.join(names)}")
    book = "" if str(place) == "." else f" --book {clean(place)}"
    console.note(
        f"next: autobook connectors{book}\n      autobook connect stripe --name stripe -o api_key=env:STRIPE_KEY{book}"
    )


def connectors(
    console: Console,
    kind: Annotated[
        str | None,
        typer.Argument(metavar="[TYPE]", help="Show this one in full.", show_default=False),
    ] = None,
) -> int:
    """List the installed connectors with their tiers, or show one.

    A tier says how much a connector was shown to keep: gold, silver, bronze or none. What is exempt from it
    is shown with the reason. Plugins that failed to load are listed with the reason too.
    """
    from autobook_core.cli.connector_help import broken_of, connectors_of, only, options_of
    from autobook_core.clock import SystemClock
    from autobook_core.host import Processes
    from autobook_core.plugins.loader import load_plugins

    plugins = load_plugins(folder=console.folder / "plugins", apart=Processes())
    found = connectors_of(plugins, datetime.fromtimestamp(SystemClock().now(), UTC).date())
    if kind is not None:
        found = [only(found, kind) | {"options": options_of(plugins.connectors[kind].load())}]
    broken = broken_of(plugins)
    if console.json:
        console.document({"connectors": found, "broken": broken})
        return 1 if broken else 0
    if kind is not None:
        _show_one(console, found[0])
        return 0
    columns = [
        Column("TYPE"),
        Column("ROLE"),
        Column("TIER"),
        Column("TITLE"),
        Column("WHAT IT BRINGS", flexible=True),
    ]
    console.table(
        columns,
        [
            (item["type"], "+".join(item["roles"]), item["tier"], item["title"], item["summary"])
            for item in found
        ],
    )
    for item in broken:
        console.line()
        console.line(console.looks.paint("left out:", "bad"))
        console.wrapped(f"{item['name']}: {item['reason']}", "  ")
        console.wrapped(f"fix: {item['fix']}", "  ")
    if not found:
        console.note("no connector is installed")
    else:
        console.next(f"connectors {found[0]['type']}", f"connect {found[0]['type']} --name NAME -o KEY=VALUE")
    return 1 if broken else 0


def _show_one(console: Console, item: dict[str, Any]) -> None:
    console.line(f"{clean(item['title'])} ({'+'.join(item['roles'])}): {clean(item['summary'])}")
    console.line()
    _show_tier(console, item)
    console.line()
    for option in item["options"]:
        kind = "secret, by reference" if option["secret"] else "required" if option["required"] else ""
        default = "" if option["default"] in (None, "", []) else f"default {option['default']}"
        remark = ", ".join(part for part in (kind, clean(default)) if part)
        console.line(f"  {console.looks.paint(option['name'], 'bold')}" + (f"  ({remark})" if remark else ""))
        console.wrapped(option["help"], "      ")
        if option["choices"]:
            console.line(f"      one of: {', '.join(option['choices'])}")
    secrets = [option["name"] for option in item["options"] if option["secret"] and option["required"]]
    given = "".join(f" -o {name}=env:{name.upper()}" for name in secrets)
    console.next(f"connect {item['type']} --name {item['type']}{given}")


def _show_tier(console: Console, item: dict[str, Any]) -> None:
    dated = f" (report of {item['report_date']}, kit {item['kit_version']})" if item["report_date"] else ""
    why = f": {item['tier_reason']}" if item["tier_reason"] else ""
    console.wrapped(f"tier {item['tier']}{why}{dated}", "")
    for words in item["missing"]:
        console.wrapped(f"for {item['next_tier']}: {words}", "  ")
    for case, reason in item["exemptions"].items():
        console.wrapped(f"exempt from {case}: {reason}", "  ")


def connect(
    console: Console,
    kind: Annotated[str, typer.Argument(metavar="TYPE", help="A connector, as in `autobook connectors`.")],
    name: Annotated[
        str, typer.Option("--name", metavar="NAME", help="What this book calls it.", show_default=False)
    ],
    settings: SettingsOption = None,
    start: Annotated[
        date | None, day_option("--start", help="The earliest day the books want to know about.")
    ] = None,
    no_check: Annotated[bool, typer.Option("--no-check", help="Do not ask the other side first.")] = False,
) -> None:
    """Add a connection, if the other side says that it works.

    Secrets are given by reference only: env:NAME, file:PATH, keyring:NAME or credential:NAME.
    """
    with console.book() as book:
        made = book.connect(kind, name, settings or (), start=start, check=not no_check)
    if console.json:
        console.document(made)
        return
    sign, style = console.looks.health("OK" if not no_check else "NEW")
    label = f": {clean(made['label'])}" if made["label"] else ""
    console.line(
        f"{console.looks.paint(sign, style)}  {clean(name)} ({clean(kind)}){label}, written to {clean(made['file'])}"
    )
    if made["missing"]:
        console.line(f"not allowed to read: {clean(', '.join(made['missing']))}")
    if made["message"]:
        console.wrapped(made["message"], "")
    console.next("sync")


def connections(console: Console) -> None:
    """List the connections with how they are."""
    with console.book() as book:
        found = book.connections()
    if console.json:
        console.document(found)
        return
    if not found:
        console.note("no connection yet")
        console.next("connectors")
        return
    show_connections(console, found)
    console.note(counted(len(found), "connection"))


def show_connections(console: Console, found: list[dict[str, Any]]) -> None:
    """Write the table of connections, and below it why those that need it do."""
    columns = [
        Column("STATE"),
        Column("NAME"),
        Column("TYPE"),
        Column("ROLE"),
        Column("LAST RUN"),
        Column("ACCOUNT", flexible=True),
    ]
    rows = []
    for item in found:
        sign, style = console.looks.health(item["health"])
        rows.append(
            (Cell(sign, style), item["name"], item["type"], "+".join(item["roles"]) or "missing",
             moment(item["last_run"]), item["account"] or "")
        )  # fmt: skip
    console.table(columns, rows)
    for item in found:
        if item["error"]:
            console.wrapped(f"{item['name']}: {item['error']}", "  ")
        if item["retry_at"]:
            console.line(f"  {clean(item['name'])}: comes again after {moment(item['retry_at'])}")


def check(console: Console, names: NamesArgument = None) -> int:
    """Check the book's files, and whether the connections work."""
    with console.book() as book:
        found = book.check(names or ())
    failed = [item for item in found if not item["ok"]]
    if console.json:
        console.document(found)
        return 1 if failed else 0
    if not found:
        console.line("the book's files are in order")
        console.note("no connection yet")
        console.next("connectors")
        return 0
    for item in found:
        sign, style = console.looks.health("OK" if item["ok"] else "ACT")
        about = ", ".join(part for part in (item["label"], item["account"]) if part and item["ok"])
        test = " (test mode)" if not item["live"] else ""
        console.line(f"{console.looks.paint(sign, style)}  {clean(item['name'])}  {clean(about)}{test}")
        if item["missing"]:
            console.wrapped(f"not allowed to read: {', '.join(item['missing'])}", "      ")
        if item["message"]:
            console.wrapped(item["message"], "      ")
        if item["fix"]:
            console.wrapped(f"fix: {item['fix']}", "      ")
    if not failed:
        console.next("sync")
    return 1 if failed else 0


def add_to(app: typer.Typer) -> None:
    """Add the commands of this group."""
    declare(app, group=_GROUP, examples=[
        "autobook init acme --company 'Acme ApS'",
        "autobook init acme -o policy.deferral_method=month -o policy.fiscal_year_start=7",
    ])(init)  # fmt: skip
    declare(app, group=_GROUP, examples=["autobook connectors", "autobook connectors stripe"])(connectors)
    declare(app, group=_GROUP, examples=[
        "autobook connect stripe --name stripe -o api_key=env:STRIPE_KEY --start 2025-01-01",
        "autobook connect bank --name bank -o folder=files/bank",
        "autobook connect plaintext --name ledger",
    ])(connect)  # fmt: skip
    declare(app, group=_GROUP, examples=["autobook connections", "autobook connections --json"])(connections)
    declare(app, group=_GROUP, examples=["autobook check", "autobook check stripe"])(check)
