"""One way to declare a command: its own parameters, the shared options, its examples, its errors."""

import inspect
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from functools import update_wrapper
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from autobook_core.cli.console import BOOK_VARIABLE, Console, Shared, make_console
from autobook_core.cli.failures import STOPPED, STOPPED_TEXT, nobody_reads, tell, tell_error
from autobook_core.errors import AutobookError


def day(text: str) -> date:
    """Read a day as people and ISO 8601 write it: ``2025-12-31``."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day; write it as 2025-12-31") from None


def day_option(*names: str, help: str) -> Any:
    """Return the declaration of an option that takes a day."""
    return typer.Option(*names, parser=day, metavar="DATE", help=help, show_default=False)


BookOption = Annotated[
    Path | None,
    typer.Option("--book", metavar="DIR", help=f"The book's folder [{BOOK_VARIABLE}, else the current one].",
                 show_default=False),
]  # fmt: skip
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print JSON and nothing else; amounts in minor units.")
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no remarks.")]
NoColorOption = Annotated[bool, typer.Option("--no-color", help="No colour [NO_COLOR].")]
AsOfOption = Annotated[
    date | None,
    day_option("--as-of", help="Book what is due up to this day, instead of today."),
]
AtOption = Annotated[
    date | None,
    day_option("--at", help="As the books stood at the end of this day."),
]
NamesArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="[NAME]...", help="Connections; all of them when left out.", show_default=False),
]
SettingsOption = Annotated[
    list[str] | None,
    typer.Option("--option", "-o", metavar="KEY=VALUE", help="A setting; may be given several times.",
                 show_default=False),
]  # fmt: skip

_LEVELS = frozenset({"DEBUG", "INFO", "WARNING", "ERROR"})

_SHARED: dict[str, tuple[Any, Any]] = {
    "book": (BookOption, None),
    "as_json": (JsonOption, False),
    "quiet": (QuietOption, False),
    "no_color": (NoColorOption, False),
}


class Command(TyperCommand):
    """A command whose epilog is a list of examples, one a line."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Write the examples as they are."""
        with formatter.section("Examples"):
            for line in (self.epilog or "").splitlines():
                formatter.write(f"{'':>{formatter.current_indent}}{line}\n")


class Commands(TyperGroup):
    """The list of commands, by group."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write each group of commands under its heading."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for name in self.list_commands(ctx):
            command = self.commands[name]
            heading = getattr(command, "rich_help_panel", None) or "Commands"
            groups.setdefault(heading, []).append((f"{name:<11}", command.get_short_help_str(66)))
        for heading, rows in groups.items():
            with formatter.section(heading):
                formatter.write_dl(rows, col_max=14)


Action = Callable[..., int | None]


def declare(
    app: typer.Typer, *, group: str, examples: Sequence[str], name: str = ""
) -> Callable[[Action], Action]:
    """Add a function to the command line.

    Its first parameter is the console, the others are its own options and arguments; it returns the exit
    code, or None for 0. Its docstring is the help text.
    """

    def register(function: Action) -> Action:
        app.command(
            name or function.__name__, cls=Command, epilog="\n".join(examples), rich_help_panel=group
        )(_runner(function))
        return function

    return register


def _runner(function: Action) -> Callable[..., int]:
    def run(ctx: typer.Context, **values: Any) -> int:
        own = Shared(*(values.pop(name) for name in _SHARED))
        console = make_console(own | (ctx.obj if isinstance(ctx.obj, Shared) else Shared()))
        return _guarded(console, lambda: function(console, **values))

    update_wrapper(run, function)
    signature = inspect.signature(function)
    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [inspect.Parameter("ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)]
    parameters += [item.replace(kind=keyword) for item in list(signature.parameters.values())[1:]]
    parameters += [
        inspect.Parameter(name, keyword, default=default, annotation=kind)
        for name, (kind, default) in _SHARED.items()
    ]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {item.name: item.annotation for item in parameters}
    del run.__wrapped__  # type: ignore[attr-defined]
    return run


def _guarded(console: Console, action: Callable[[], int | None]) -> int:
    """Run a command; what can go wrong ends in one sentence and an exit code."""
    paint = console.error_looks.paint
    try:
        code = action() or 0
        console.out.flush()
        return code
    except AutobookError as error:
        return tell_error(error, json=console.json, paint=paint)
    except KeyboardInterrupt:
        tell(STOPPED_TEXT, json=console.json, paint=paint)
        return STOPPED
    except BrokenPipeError:
        return nobody_reads()
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        tell(
            f"{place}{error.strerror or error}",
            "check the disk and the permissions",
            json=console.json,
            paint=paint,
        )
        return 1


def configure_logs(*, wanted: bool) -> None:
    """Send errors of the libraries to standard error, and warnings where nobody watches and they are wanted.

    AUTOBOOK_LOG chooses another level: debug, info, warning, error.
    """
    from autobook_core.logs import configure

    level = "WARNING" if wanted and not sys.stderr.isatty() else "ERROR"
    chosen = os.environ.get("AUTOBOOK_LOG", "").upper()
    configure(stream=sys.stderr, level=chosen if chosen in _LEVELS else level)
