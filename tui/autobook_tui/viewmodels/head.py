"""The three lines above every view: whose books, the verdict, where one can go."""

from autobook_core.cli.looks import Looks
from autobook_core.cli.text import counted, number
from autobook_tui.keymap import VIEWS
from autobook_tui.queries import Status
from autobook_tui.state import State
from autobook_tui.viewmodels.ages import span
from autobook_tui.viewmodels.cells import Cell, Line, health, joined, length, outside, spread


def title(state: State, looks: Looks, now: int, room: int) -> Line:
    """Return company and currency, and how old the figures are."""
    status = state.status
    left: Line = (Cell(" AUTOBOOK ", "bold"),)
    if status is not None:
        left = (*left, outside(f" {status.company}  {status.currency}  {status.today}", looks))
    return spread(left, (*_freshness(state, looks, now), Cell(" ")), room, looks)


def _freshness(state: State, looks: Looks, now: int) -> Line:
    age = state.age(now)
    if state.is_old(now):
        old = health("OLD", looks)
        return (Cell(old.text, "late"), Cell("" if age is None else f" read {span(age)} ago"))
    if age is None:
        return (Cell("reading the book", "dim"),)
    return (Cell(health("OK", looks).text.split()[0], "good"), Cell(f" read {span(age)} ago"))


def verdict(state: State, looks: Looks, now: int, room: int) -> Line:
    """Return the one glance: what waits for a person, and whether the books hold."""
    if state.failure is not None:
        what, fix = state.failure
        told = f" the book cannot be read: {what}" + (f"; {fix}" if fix else "")
        return (Cell(" "), Cell(health("OLD", looks).text, "late"), outside(told, looks))
    if state.status is None:
        return ()
    parts = [*_waiting(state.status, looks), *_books(state.status, looks)]
    if state.is_old(now):
        parts.insert(0, Cell(health("OLD", looks).text, "late"))
    return (Cell(" "), *_squeezed(parts, room - 2))


def _squeezed(parts: list[Cell], room: int) -> Line:
    """Return the parts on one line; where there is no room, the gaps shrink and then the last parts go."""
    line = joined(parts)
    while len(parts) > 1 and length(line) > room:
        line = joined(parts, "  ")
        parts = parts[:-1]
    return line


def needs(status: Status) -> int:
    """Return how many things no retry will mend."""
    return status.needs_you + sum(item.health == "ACT" for item in status.connections)


def _waiting(status: Status, looks: Looks) -> list[Cell]:
    late = sum(item.health == "LATE" for item in status.connections)
    parts = []
    if needs(status):
        parts.append(Cell(f"! {number(needs(status))} NEED YOU", "bad"))
    if late:
        parts.append(Cell(f"{health('LATE', looks).text.split()[0]} {number(late)} late", "late"))
    if status.warnings:
        parts.append(Cell(counted(status.warnings, "warning")))
    if not parts:
        parts.append(Cell(f"{health('OK', looks).text.split()[0]} nothing waits for you", "good"))
    return parts


def _books(status: Status, looks: Looks) -> list[Cell]:
    if status.in_balance:
        holds = Cell(f"books in balance {looks.done}", "good")
    else:
        holds = Cell(f"BOOKS NOT IN BALANCE {looks.wrong}", "bad")
    aside = dict(status.records).get("quarantined", 0)
    entries = Cell(counted(status.entries, "entry", "entries"))
    set_aside = Cell(f"{number(aside)} set aside", "late" if aside else "")
    return [holds, set_aside, entries] if aside else [holds, entries, set_aside]


def tabs(state: State, current: str, looks: Looks) -> Line:
    """Return where a digit leads, with the place one is at, and how much waits in the inbox."""
    status = state.status
    waiting = 0 if status is None else status.needs_you + status.warnings
    parts = []
    for view in VIEWS:
        label = f" {view.digit} {view.label}"
        if view.name == "inbox" and waiting:
            label += f" {'-' if looks.ascii else '·'} {number(waiting)}"
        parts.append(Cell(f"{label} ", "here" if view.name == current else "", f"app.go('{view.name}')"))
    return (Cell(" "), *joined(parts, " "))
