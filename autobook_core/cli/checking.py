"""Checking: the whole book in one document, and the proof that nobody changed it."""

import typer

from autobook_core.cli.command import AtOption, declare
from autobook_core.cli.console import Console
from autobook_core.cli.text import clean, counted

_GROUP = "Prove"


def dump(console: Console, at: AtOption = None) -> None:
    """Print the whole book as one JSON document.

    It holds entries, balances, matches, exceptions, records, open items and deliveries.
    """
    with console.book() as book:
        console.parts(book.dump_parts(at))


def verify(console: Console) -> int:
    """Prove that the ledger is whole and nobody changed it.

    Checked are chain, balance and number of every entry, and the monthly balances against the lines.
    """
    with console.book() as book:
        found = book.verify()
    code = 0 if found["ok"] else 1
    if console.json:
        console.document(found)
        return code
    looks = console.looks
    entries = counted(found["entries"], "entry", "entries")
    if found["ok"]:
        console.line(
            f"{looks.paint(looks.done, 'good')} {entries}: chain, balances, numbers and roll-ups hold"
        )
    else:
        faults = counted(len(found["faults"]) + found["more_faults"], "fault")
        console.line(f"{looks.paint(looks.wrong, 'bad')} {entries}: {faults}")
        for fault in found["faults"]:
            console.wrapped(fault, "    ")
        if found["more_faults"]:
            console.line(f"    and {counted(found['more_faults'], 'more', 'more')}")
    console.line(f"head     {clean(found['head'])}")
    console.line(f"content  {clean(found['content_digest'])}")
    if found["ok"]:
        console.note("keep the head elsewhere: whoever rewrites the ledger cannot rewrite your note")
    else:
        console.note("restore the book from a backup, and find out who wrote to it")
    return code


def add_to(app: typer.Typer) -> None:
    """Add the commands of this group."""
    declare(app, group=_GROUP, examples=["autobook dump > book.json", "autobook dump --at 2025-12-31"])(dump)
    declare(app, group=_GROUP, examples=["autobook verify", "autobook verify --json"])(verify)
