"""The application: every command there is, and what happens when none of them was meant."""

import sys
from collections.abc import Sequence
from copy import copy
from typing import Annotated, Any, cast

import typer

from autobook_core import __version__
from autobook_core.cli import acting, checking, demo, dev, figures, lists, new, setting_up, standing, tui
from autobook_core.cli.command import (
    BookOption,
    Commands,
    JsonOption,
    NoColorOption,
    QuietOption,
    configure_logs,
)
from autobook_core.cli.console import Shared
from autobook_core.cli.failures import STOPPED, STOPPED_TEXT, WRONG_USE, nobody_reads, tell

# Typer carries its own copy of Click or depends on it, by version: the classes are found where they are.
_UsageError, _ClickError = cast("tuple[Any, Any]", typer.BadParameter.__mro__[1:3])

app = typer.Typer(
    name="autobook",
    cls=Commands,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    invoke_without_command=True,
    context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 100},
)


def _version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"autobook {__version__}\n")
        raise typer.Exit


@app.callback()
def autobook(
    ctx: typer.Context,
    book: BookOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> int:
    """Keep the books of a subscription business: from payment and bank records to balanced, provable books.

    New here? `autobook demo` keeps a year's books of a simulated company before your eyes.
    """
    ctx.obj = Shared(book, as_json, quiet, no_color)
    if ctx.invoked_subcommand is None:
        sys.stdout.write(ctx.get_help() + "\n")
        return WRONG_USE
    return 0


for _module in (setting_up, acting, standing, lists, figures, checking, tui, demo, new, dev):
    _module.add_to(app)


def _narrowed(arguments: Sequence[str]) -> typer.Typer:
    """Return the application with only the command that is named first, or all of it where none is.

    Typer builds every command there is before it looks at what was typed: a tenth of a start.
    """
    wanted = arguments[0] if arguments else ""
    commands = [info for info in app.registered_commands if info.name == wanted]
    groups = [info for info in app.registered_groups if info.name == wanted]
    if not commands + groups:
        return app
    narrowed = copy(app)
    narrowed.registered_commands, narrowed.registered_groups = commands, groups
    return narrowed


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    as_json = "--json" in arguments
    configure_logs(wanted=not {"--json", "--quiet", "-q"} & set(arguments))
    try:
        code = _narrowed(arguments)(list(arguments), prog_name="autobook", standalone_mode=False)
        sys.stdout.flush()
    except _ClickError as error:
        tell(*_misuse(error), json=as_json)
        return WRONG_USE
    except (KeyboardInterrupt, typer.Abort):
        tell(STOPPED_TEXT, json=as_json)
        return STOPPED
    except BrokenPipeError:
        return nobody_reads()
    return code if isinstance(code, int) else 0


def _misuse(error: Any) -> tuple[str, str]:
    """Return what was typed wrongly, and what may have been meant."""
    message = str(error.format_message()).rstrip(".")
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "autobook"
    possible = getattr(error, "possibilities", None)
    if possible:
        message = message.partition(" Did you mean")[0].partition(" (Possible")[0].rstrip(". ")
        message += f"; did you mean {' or '.join(sorted(possible))}?"
    message = message.replace(". Did you mean", "; did you mean")
    return message[:1].lower() + message[1:], f"see `{path} --help`"
