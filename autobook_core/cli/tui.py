"""The terminal UI, started from the command line. Textual is an extra: without it, everything else works."""

import importlib
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from autobook_core.cli.command import declare
from autobook_core.cli.console import Console
from autobook_core.cli.looks import Looks
from autobook_core.clock import SystemClock
from autobook_core.errors import ConfigurationError


def tui(
    console: Console,
    plain: Annotated[bool, typer.Option("--ascii", help="No signs beyond ASCII.")] = False,
) -> int:
    """Show the books live in the terminal: what waits for a person.

    It only reads. Keys stand at the bottom; ? shows them all, q leaves.
    """
    from autobook_core.config import load_book

    if console.json or not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise ConfigurationError(
            "the terminal UI needs a terminal",
            fix="`autobook status` shows the same in plain text, with --json for programs",
        )
    load_book(console.folder)
    if not console.looks.color:
        os.environ["NO_COLOR"] = "1"
    looks = replace(console.looks, ascii=console.looks.ascii or plain)
    return int(_application(console.folder, looks).main())


def _application(folder: Path, looks: Looks) -> Any:
    """Return the UI of a book, ready to run.

    Raises:
        ConfigurationError: Textual is not installed.
    """
    try:
        return importlib.import_module("autobook_tui").application(folder, looks=looks, clock=SystemClock())
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"textual", "autobook_tui"}:
            raise
        raise ConfigurationError(
            "the terminal UI needs Textual, which is not installed", fix="pip install 'autobook[tui]'"
        ) from error


def add_to(app: typer.Typer) -> None:
    """Add the terminal UI."""
    declare(app, group="Look", examples=["autobook tui", "autobook tui --book acme --ascii"])(tui)
