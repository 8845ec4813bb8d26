"""The workbench of a connector's author: check, fetch, translate, replay, record. Nothing is written to the book."""

import shlex
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from autobook_core.cli.command import (
    AsOfOption,
    BookOption,
    Command,
    Commands,
    JsonOption,
    NoColorOption,
    QuietOption,
    SettingsOption,
    declare,
)
from autobook_core.cli.console import Console, Shared
from autobook_core.cli.dev_bench import (
    FullOption,
    PagesOption,
    StartOption,
    StreamOption,
    WhatArgument,
    on_the_bench,
    say_next,
)
from autobook_core.cli.failures import FINE, NEEDS_A_PERSON, WRONG_USE
from autobook_core.errors import ConfigurationError

_GROUP = "Try"
_EXAMPLES = [
    "autobook dev check acmepay",
    "autobook dev fetch acmepay",
    "autobook dev --book acme translate acmepay",
]


class DevCommands(Commands):
    """The list of commands of the workbench, with examples."""

    format_epilog = Command.format_epilog


def dev(
    ctx: typer.Context,
    book: BookOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
) -> int:
    """Try out a connector call by call, and see all it does.

    Nothing is written to a book. What one call leaves for the next lies in .autobook-dev in the current folder.
    """
    before = ctx.obj if isinstance(ctx.obj, Shared) else Shared()
    ctx.obj = Shared(book, as_json, quiet, no_color) | before
    if ctx.invoked_subcommand is None:
        sys.stdout.write(ctx.get_help() + "\n")
        return WRONG_USE
    return FINE


def check(console: Console, what: WhatArgument, settings: SettingsOption = None) -> int:
    """Ask the other side, and look the connector over.

    Shown are what check says field by field, the requests it made, the streams, and what a reviewer would find.
    """
    with on_the_bench(console, what, settings) as bench:
        found = bench.check()
    if console.json:
        console.document(found)
    else:
        from autobook_core.cli.dev_tell import tell_check

        tell_check(console, found)
        if found["ok"] and found["streams"]:
            say_next(console, "fetch", what, settings)
    return FINE if found["ok"] else NEEDS_A_PERSON


def fetch(
    console: Console,
    what: WhatArgument,
    settings: SettingsOption = None,
    stream: StreamOption = None,
    pages: PagesOption = 1,
    start: StartOption = None,
    cursor: Annotated[
        str | None,
        typer.Option(
            "--cursor", metavar="JSON", help="Begin here, or at the word start.", show_default=False
        ),
    ] = None,
    reset: Annotated[bool, typer.Option("--reset", help="Forget what earlier calls left.")] = False,
    full: FullOption = False,
    raw: Annotated[
        Path | None,
        typer.Option("--raw", metavar="FILE", help="Keep the rows, for translate.", show_default=False),
    ] = None,
) -> int:
    """Ask for the next page, and see all there is to see of it.

    Shown are the requests with waits and retries, the rows, the cursor before and after, and warnings. The next
    call asks for the page after it.
    """
    from autobook_core.workbench.paging import Begin

    begin = None if cursor is None else Begin.read(cursor)
    with on_the_bench(console, what, settings, start) as bench:
        if reset:
            bench.session.reset()
        found = bench.fetch(stream, pages=pages, begin=begin, raw=raw)
    if console.json:
        console.document(found)
    else:
        _tell_fetched(console, found, full=full)
        if not found["error"]:
            chosen = f" --stream {shlex.quote(found['stream'])}"
            more = found["pages"] and found["pages"][-1]["has_more"]
            say_next(console, "fetch" if more else "translate", what, settings, chosen)
    return NEEDS_A_PERSON if found["error"] else FINE


def _tell_fetched(console: Console, found: dict[str, Any], *, full: bool) -> None:
    from autobook_core.cli.dev_show import show_error, show_page

    for at, page in enumerate(found["pages"]):
        if at:
            console.line()
        show_page(console, page, full=full)
    if found["error"]:
        show_error(console, found["error"])
    if found["raw"]:
        console.note(f"the rows are in {found['raw']}")
    others = [name for name in found["streams"] if name != found["stream"]]
    if others:
        console.note(f"other streams: {', '.join(others)}")


def translate(
    console: Console,
    what: WhatArgument,
    settings: SettingsOption = None,
    file: Annotated[
        Path | None,
        typer.Option(
            "--file", metavar="FILE", help="Rows: a JSON list, or a golden raw file.", show_default=False
        ),
    ] = None,
    stream: StreamOption = None,
    post: Annotated[bool, typer.Option("--post", help="Show what they would post, too.")] = False,
    as_of: AsOfOption = None,
    full: FullOption = False,
) -> int:
    """Say what rows mean: their records, and why others are set aside.

    Without --file these are the rows that were fetched in this folder. With --post they are booked in memory,
    by the book's chart and rules or by those of a new Danish company.
    """
    with on_the_bench(console, what, settings) as bench:
        found, posted = bench.translate(file=file, stream=stream, posting=post, through=as_of)
    if console.json:
        console.document(found)
    else:
        from autobook_core.cli.dev_tell import tell_posted, tell_translated

        tell_translated(console, found, full=full)
        if posted is not None:
            tell_posted(console, posted)
    return NEEDS_A_PERSON if found["refused"] else FINE


def replay(
    console: Console,
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="[WHAT]",
            help="As for the others; with --connection it may be left out.",
            show_default=False,
        ),
    ] = None,
    settings: SettingsOption = None,
    stream: StreamOption = None,
    connection: Annotated[
        str | None,
        typer.Option(
            "--connection", metavar="NAME", help="Rows of this connection of the book.", show_default=False
        ),
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=1, help="The latest so many of them.")
    ] = 1_000,
    keep: Annotated[bool, typer.Option("--keep", help="What rows mean now is the new measure.")] = False,
) -> int:
    """Translate kept rows again, and compare with what they meant.

    These are the rows that were fetched in this folder, or the latest rows of a connection of the book, which is
    only read. It ends with 1 where a row means something else or is no longer understood.
    """
    subject = what or connection
    if subject is None:
        raise ConfigurationError("there is nothing to replay", fix="name WHAT, or --connection with --book")
    with on_the_bench(console, subject, settings) as bench:
        if connection is not None:
            found = bench.replay_book(connection, limit=limit)
        else:
            found = bench.replay(stream, keep=keep)
    if console.json:
        console.document(found)
    else:
        from autobook_core.cli.dev_tell import tell_replayed

        tell_replayed(console, found)
    return NEEDS_A_PERSON if found["changed"] or found["refused"] else FINE


def record(
    console: Console,
    what: WhatArgument,
    settings: SettingsOption = None,
    stream: StreamOption = None,
    pages: PagesOption = 1,
    start: StartOption = None,
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="Where the golden files lie.")] = Path(
        "tests/golden"
    ),
    name: Annotated[
        str, typer.Option("--name", metavar="NAME", help="The middle of their names.")
    ] = "sandbox",
    replace: Annotated[bool, typer.Option("--replace", help="Write files anew that are there.")] = False,
    production: Annotated[
        bool, typer.Option("--production", help="Also with credentials that check calls live.")
    ] = False,
) -> int:
    """Ask a sandbox, and write golden files without personal data.

    Names, addresses, e-mails, phones, accounts, cards and secrets become made-up values, the same for the same.
    """
    with on_the_bench(console, what, settings, start) as bench:
        found = bench.record(stream, pages=pages, to=to, name=name, production=production, replace=replace)
    if console.json:
        console.document(found)
    else:
        from autobook_core.cli.dev_tell import tell_recorded

        tell_recorded(console, found)
    return NEEDS_A_PERSON if found["error"] or not found["files"] else FINE


def add_to(app: typer.Typer) -> None:
    """Add the workbench and its commands."""
    bench = typer.Typer(
        cls=DevCommands, rich_markup_mode=None, invoke_without_command=True, callback=dev,
        epilog="\n".join(_EXAMPLES), context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 100},
    )  # fmt: skip
    declare(bench, group=_GROUP, examples=[
        "autobook dev check stripe -o api_key=env:STRIPE_TEST_KEY",
        "autobook dev check src/plugin.py:AcmePay -o api_key=env:ACME_KEY",
    ])(check)  # fmt: skip
    declare(bench, group=_GROUP, examples=[
        "autobook dev fetch acmepay -o api_key=env:ACME_KEY --stream charge",
        "autobook dev fetch acmepay --pages 3 --start 2025-01-01 --raw rows.json",
        "autobook dev fetch acmepay --cursor start --json",
    ])(fetch)  # fmt: skip
    declare(bench, group=_GROUP, examples=[
        "autobook dev translate acmepay",
        "autobook dev translate acmepay --file tests/golden/charge.sandbox.raw.json --post",
    ])(translate)  # fmt: skip
    declare(bench, group=_GROUP, examples=[
        "autobook dev replay acmepay",
        "autobook dev replay src/plugin.py:AcmePay --book acme --connection acmepay --limit 500",
    ])(replay)  # fmt: skip
    declare(bench, group=_GROUP, examples=[
        "autobook dev record acmepay -o api_key=env:ACME_KEY --stream charge",
        "autobook dev record acmepay --stream charge --pages 3 --name refunds --to tests/golden",
    ])(record)  # fmt: skip
    app.add_typer(bench, name="dev", rich_help_panel="Write connectors")
