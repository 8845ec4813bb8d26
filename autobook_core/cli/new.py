"""Making something new to write: so far, connectors."""

import shlex
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autobook_core.cli.command import declare
from autobook_core.cli.console import Console
from autobook_core.cli.text import clean
from autobook_core.errors import ConfigurationError

if TYPE_CHECKING:
    from autobook_core.scaffold import Choices

_GROUP = "Write connectors"
_INSTALL = "pip install --no-build-isolation --no-deps -e ."


def _choice(name: str, help: str) -> typer.models.OptionInfo:
    found: typer.models.OptionInfo = typer.Option(name, metavar="HOW", help=help, show_default=False)
    return found


def new(
    console: Console,
    kind: Annotated[str, typer.Argument(metavar="connector", help="What to make: connector.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its type, as in `autobook connect TYPE`.")],
    role: Annotated[str | None, _choice("--role", "source (reads; the default) or sink (writes).")] = None,
    auth: Annotated[
        str | None, _choice("--auth", "none, basic, bearer (the default), header or oauth2.")
    ] = None,
    paging: Annotated[
        str | None, _choice("--paging", "cursor (the default), offset, page, link or none; of a source.")
    ] = None,
    webhooks: Annotated[bool, typer.Option("--webhooks", help="Take signed deliveries too.")] = False,
    openapi: Annotated[
        Path | None,
        typer.Option(
            "--openapi",
            metavar="FILE",
            help="Begin with what an OpenAPI 3 document (JSON) says.",
            show_default=False,
        ),
    ] = None,
    parent: Annotated[
        Path | None,
        typer.Option("--dir", metavar="DIR", help="Where its folder goes [.].", show_default=False),
    ] = None,
    single: Annotated[
        bool, typer.Option("--one-file", help="One file in the book's plugins folder, to try something out.")
    ] = False,
) -> None:
    """Write a new connector that works at once.

    It is for a made-up API, or the one a document describes; it passes the conformance kit as it is, and says
    where to put in yours. What a document leaves open is listed as "to decide".
    """
    from autobook_core import __version__
    from autobook_core.scaffold import made_up, one_file, package, write_new

    _only("word", kind, ("connector",), "autobook new")
    choices = _choices(console, name, role, auth, paging, webhooks=webhooks)
    api = made_up(choices)
    decide: Sequence[str] = ()
    if openapi is not None:
        from autobook_core.scaffold.openapi import Document, derive

        derived = derive(Document.read(openapi), choices, auth=auth, paging=paging)
        choices, api, decide = derived.choices, derived.api, derived.decide
    if single:
        if parent is not None:
            raise ConfigurationError(
                "--dir is for a package", fix="leave it out: --one-file goes into the book of --book"
            )
        folder = _plugins_of(console)
        file = f"{choices.name.replace('-', '_')}.py"
        write_new(folder, {file: one_file(choices, api)}, whole=False)
        commands = [console.command(command) for command in ("connectors", f"connectors {choices.name}")]
        _tell(console, choices, folder, [file], decide, commands)
        return
    folder = (parent or Path()) / choices.distribution
    files = package(choices, api, core=__version__, decide=decide)
    write_new(folder, files)
    commands = [f"cd {shlex.quote(str(folder))}", _INSTALL, "pytest", f"autobook connectors {choices.name}"]
    _tell(console, choices, folder, list(files), decide, commands)


def _choices(
    console: Console, name: str, role: str | None, auth: str | None, paging: str | None, *, webhooks: bool
) -> "Choices":
    from autobook_core.scaffold import AUTHS, PAGINGS, ROLES, Choices, check_name

    check_name(name)
    chosen = _only("role", role or "source", ROLES, "--role")
    if chosen == "sink" and (paging or webhooks):
        raise ConfigurationError(
            f"{'--paging' if paging else '--webhooks'} is for reading, and a sink writes",
            fix="leave it out, or choose --role source",
        )
    made = Choices(
        name,
        chosen,
        _only("login", auth or "bearer", AUTHS, "--auth"),
        _only("paging", paging or "cursor", PAGINGS, "--paging"),
        webhooks,
    )
    _refuse_taken(console, made)
    return made


def _only(kind: str, word: str, known: tuple[str, ...], place: str) -> str:
    from autobook_core.config.document import unknown

    if word not in known:
        raise ConfigurationError(unknown(word, known, place, kind=kind), fix=f"one of: {', '.join(known)}")
    return word


def _refuse_taken(console: Console, choices: "Choices") -> None:
    from autobook_core.plugins import load_plugins

    found = load_plugins(folder=console.folder / "plugins").connectors.get(choices.name)
    if found is not None:
        raise ConfigurationError(
            f"the connector type {choices.name} is taken by {found.plugin}", fix="choose another name"
        )
    if find_spec(choices.module) is not None:
        raise ConfigurationError(
            f"a package {choices.module} is installed already", fix="choose another name"
        )


def _plugins_of(console: Console) -> Path:
    if not (console.folder / "autobook.toml").is_file():
        raise ConfigurationError(
            f"there is no book in {console.folder}",
            fix="name one with --book, or make one: autobook init DIR",
        )
    return console.folder / "plugins"


def _tell(
    console: Console,
    choices: "Choices",
    folder: Path,
    files: list[str],
    decide: Sequence[str],
    commands: list[str],
) -> None:
    if console.json:
        console.document(
            {
                "connector": choices.name, "role": choices.role, "auth": choices.auth,
                "paging": choices.paging if choices.role == "source" else None, "webhooks": choices.webhooks,
                "folder": str(folder), "files": files, "to_decide": list(decide), "next": commands,
            }
        )  # fmt: skip
        return
    console.line(f"a new {choices.role} in {clean(folder)}:")
    for file in files:
        console.line(f"  {clean(file)}")
    if decide:
        console.line()
        console.line(console.looks.paint("to decide:", "bold"))
    for sentence in decide:
        console.wrapped(sentence, "  ")
    console.note("next: " + "\n      ".join(commands))


def add_to(app: typer.Typer) -> None:
    """Add the commands of this group."""
    declare(app, group=_GROUP, examples=[
        "autobook new connector acmepay --role source --auth basic --paging cursor",
        "autobook new connector acmebooks --role sink --auth oauth2",
        "autobook new connector shop --openapi shop.json",
        "autobook new connector trial --one-file --book acme",
    ])(new)  # fmt: skip
