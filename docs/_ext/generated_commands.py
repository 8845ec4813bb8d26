"""The command line as it helps itself: every command with its own ``--help``."""

from collections.abc import Iterator
from typing import Any

import typer

from autobook_core.cli.app import app
from generated_text import target

WIDTH = 96


def every_command() -> Iterator[tuple[str, Any, Any]]:
    """Give every command as it is typed, with its declaration and its context."""
    root = typer.main.get_command(app)
    yield from _below(root, root.context_class(root, info_name="autobook", terminal_width=WIDTH))


def _below(group: Any, context: Any) -> Iterator[tuple[str, Any, Any]]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        inner = command.context_class(command, info_name=name, parent=context, terminal_width=WIDTH)
        if hasattr(command, "list_commands"):
            yield from _below(command, inner)
        else:
            yield inner.command_path, command, inner


def commands() -> list[str]:
    """Return every command with what it says about itself."""
    lines: list[str] = []
    for path, command, context in every_command():
        lines += [f"({target('command', path)})=", f"## `{path}`", "", "```text"]
        lines += [command.get_help(context), "```", ""]
    return lines
