"""A command that a page shows but does not run is one that the command line understands."""

import re
import shlex
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
import typer

from autobook_core.cli.app import app

ROOT = Path(__file__).resolve().parents[2]
TEXTS = [page.read_text("utf-8") for page in sorted(ROOT.glob("docs/**/*.md"))]
_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`autobook ([a-z][^`]*)`")
SHOWN = sorted({line for text in TEXTS for block in _BLOCK.findall(text) for line in block.splitlines()})
NAMED = sorted({name for text in TEXTS for name in _INLINE.findall(text)})


def parse(command: Any, words: list[str], parent: Any = None) -> None:
    """Read a command line to its end.

    Raises:
        ClickException: a command or an option there is none of, or something is missing.
    """
    context = command.make_context("autobook", list(words), parent=parent)
    if hasattr(command, "resolve_command"):
        _, inner, rest = command.resolve_command(context, [*context._protected_args, *context.args])
        parse(inner, rest, context)


@pytest.mark.parametrize("line", [line for line in SHOWN if line.startswith("autobook ")])
def test_a_shown_command_line_is_understood(line: str) -> None:
    parse(typer.main.get_command(app), shlex.split(line)[1:])


@pytest.mark.parametrize("name", NAMED)
def test_a_named_command_is_there(name: str) -> None:
    command: Any = typer.main.get_command(app)
    for word in takewhile(lambda word: word.isalpha() and word.islower(), name.split()):
        if not hasattr(command, "commands"):
            break
        assert word in command.commands
        command = command.commands[word]
    for option in re.findall(r"--[a-z-]+", name):
        assert any(option in parameter.opts for parameter in command.params)
