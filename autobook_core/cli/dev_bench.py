"""What the commands of the workbench share: their options, the bench itself, and what to type next."""

import os
import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autobook_core.cli.command import day_option
from autobook_core.cli.console import BOOK_VARIABLE, Console

if TYPE_CHECKING:
    from autobook_core.workbench.bench import Workbench

WhatArgument = Annotated[
    str,
    typer.Argument(
        metavar="WHAT",
        help="A connection, a connector type, or path/to/plugin.py:Class.",
        show_default=False,
    ),
]
StreamOption = Annotated[
    str | None,
    typer.Option("--stream", metavar="NAME", help="Which stream.", show_default=False),
]
PagesOption = Annotated[int, typer.Option("--pages", metavar="N", min=1, help="How many pages at most.")]
StartOption = Annotated[date | None, day_option("--start", help="The earliest day wanted.")]
FullOption = Annotated[bool, typer.Option("--full", help="Whole rows and records, as JSON.")]


@contextmanager
def on_the_bench(
    console: Console, what: str, settings: Sequence[str] | None, start: date | None = None
) -> Iterator["Workbench"]:
    """Put a connector on the bench; pages that come show their progress on a terminal.

    What a connector prints goes to standard error, or into the trace: results stay readable for programs.
    """
    from autobook_core.cli.progress import meter
    from autobook_core.clock import SystemClock
    from autobook_core.workbench.bench import open_bench

    with meter(console.err, shown=console.shows_progress()) as progress, redirect_stdout(console.err):
        yield open_bench(
            what,
            settings or (),
            book=console.folder,
            needs_book=console.named or BOOK_VARIABLE in os.environ,
            folder=Path.cwd(),
            env=os.environ,
            clock=SystemClock(),
            progress=progress,
            start=start,
        )


def say_next(console: Console, verb: str, what: str, settings: Sequence[str] | None, rest: str = "") -> None:
    """Say what to type next, with the same settings."""
    given = "".join(f" -o {shlex.quote(item)}" for item in settings or ())
    console.next(f"dev {verb} {shlex.quote(what)}{given}{rest}")
