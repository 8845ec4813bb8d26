"""Standing: the one glance. Does anything wait for a person, and how far are the books?"""

from typing import Any

import typer

from autobook_core.cli.command import declare
from autobook_core.cli.console import Console
from autobook_core.cli.setting_up import show_connections
from autobook_core.cli.text import clean, counted, number


def status(console: Console) -> int:
    """Show in one glance whether anything waits for a person."""
    with console.book() as book:
        found = book.status()
    code = 1 if needs_a_person(found) else 0
    if console.json:
        console.document(found)
        return code
    paint = console.looks.paint
    console.line(
        f"{paint(clean(found['company']), 'bold')}  {found['currency']}  {found['today']}  "
        f"{counted(found['entries'], 'entry', 'entries')}"
    )
    console.line(_verdict(console, found))
    console.line()
    if found["connections"]:
        show_connections(console, found["connections"])
    else:
        console.note("no connection yet")
    console.line()
    for title in ("records", "deliveries"):
        states = ", ".join(
            f"{number(count)} {state.replace('_', ' ')}" for state, count in found[title].items()
        )
        console.line(f"{title:<11} {states or 'none yet'}")
    if found["store"]["warning"]:
        console.wrapped(found["store"]["warning"], "store       ")
    for item in found["plugins_broken"]:
        console.wrapped(f"{item['name']}: {item['reason']}; {item['fix']}", "left out    ")
    _say_next(console, found)
    return code


def needs_a_person(found: dict[str, Any]) -> bool:
    """Tell whether no retry will mend what is open."""
    acting = any(item["health"] == "ACT" for item in found["connections"])
    return bool(found["needs_you"]) or acting or not found["in_balance"]


def _verdict(console: Console, found: dict[str, Any]) -> str:
    looks = console.looks
    acting = sum(item["health"] == "ACT" for item in found["connections"])
    late = sum(item["health"] == "LATE" for item in found["connections"])
    parts = []
    if found["needs_you"] + acting:
        parts.append(looks.paint(f"! {number(found['needs_you'] + acting)} NEED YOU", "bad"))
    if late:
        parts.append(
            looks.paint(f"{looks.health('LATE')[0].split()[0]} {number(late)} late, healing", "late")
        )
    if found["warnings"]:
        parts.append(counted(found["warnings"], "warning"))
    if not (found["needs_you"] or acting or late):
        parts.append(looks.paint(f"{looks.health('OK')[0].split()[0]} nothing waits for you", "good"))
    if found["in_balance"]:
        parts.append(f"in balance {looks.done}")
    else:
        parts.append(looks.paint(f"NOT IN BALANCE {looks.wrong}", "bad"))
    return "   ".join(parts)


def _say_next(console: Console, found: dict[str, Any]) -> None:
    if not found["in_balance"]:
        console.next("verify")
    elif found["needs_you"]:
        console.next("exceptions")
    elif found["late"]:
        console.next(f"check {' '.join(found['late'])}")
    elif not found["connections"]:
        console.next("connectors")
    elif not found["entries"]:
        console.next("sync")


def add_to(app: typer.Typer) -> None:
    """Add the commands of this group."""
    declare(
        app,
        group="Look",
        examples=["autobook status", "autobook status --json", "autobook --book acme status"],
    )(status)
