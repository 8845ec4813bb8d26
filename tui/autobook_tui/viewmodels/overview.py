"""View 1: the connections, worst first, and where records and deliveries stand."""

from autobook_core.cli.looks import Looks
from autobook_core.cli.text import counted, moment, number
from autobook_tui.queries import Connection, Status
from autobook_tui.viewmodels.ages import since, until
from autobook_tui.viewmodels.cells import Cell, Column, Line, Row, Table, fitted, health, joined, outside
from autobook_tui.viewmodels.head import needs

#: From what needs a person to what needs nobody.
_WORST_FIRST = ("ACT", "LATE", "SYNC", "NEW", "OK")
_WIDE = 70
#: Words of states that must be seen.
_TONES = {"quarantined": "late", "rejected": "bad", "conflict": "bad", "sending": "late"}
_WORDS = {"quarantined": "set aside"}


def worst_first(status: Status) -> list[Connection]:
    """Return the connections in the order of urgency, then by name."""
    places = {word: place for place, word in enumerate(_WORST_FIRST)}
    return sorted(status.connections, key=lambda item: (places.get(item.health, -1), item.name))


def table(status: Status, looks: Looks, now: int, room: int, *, old: bool) -> Table:
    """Return the connections; where the figures are old, every row says so."""
    wide = room >= _WIDE
    columns = [Column("STATE", 6), Column("CONNECTION", 16 if wide else 12)]
    columns += [Column("TYPE", 10)] if wide else []
    columns += [Column("LAST RUN", 11, right=True), Column("OUTCOME", 8), Column("WHY AND NEXT")]
    rows = []
    for item in worst_first(status):
        cells = [health("OLD" if old else item.health, looks), outside(item.name, looks)]
        cells += [outside(item.type, looks)] if wide else []
        cells += [
            Cell(since(item.last_run, now) or _nothing(looks), "dim"),
            outside(_outcome(item) or _nothing(looks), looks),
            outside(_why(item, now), looks),
        ]
        rows.append(Row(item.name, tuple(cells)))
    return fitted(columns, rows, room=room, looks=looks, command="autobook connections")


def _nothing(looks: Looks) -> str:
    return "-" if looks.ascii else "—"


def _outcome(item: Connection) -> str:
    return item.outcome or ("running" if item.last_run else "")


def _why(item: Connection, now: int) -> str:
    return "; ".join(part for part in (until(item.retry_at, now), item.error) if part)


def counts(title: str, states: tuple[tuple[str, int], ...]) -> Line:
    """Return how many there are of each state."""
    parts = [
        Cell(f"{number(count)} {_WORDS.get(state, state.replace('_', ' '))}", _TONES.get(state, ""))
        for state, count in states
    ]
    return (Cell(f" {title:<11}", "dim"), *(joined(parts) or (Cell("none yet", "dim"),)))


def remarks(status: Status, looks: Looks) -> tuple[Line, ...]:
    """Return what else to know or to do: plugins that were left out, the next step."""
    lines: list[Line] = [
        (Cell(" left out   ", "dim"), outside(f"{name}: {reason}; {fix}", looks, "late"))
        for name, reason, fix in status.broken
    ]
    if not status.in_balance:
        lines.append((Cell(" next       ", "dim"), Cell("autobook verify", "bad")))
    elif needs(status) and status.needs_you:
        told = counted(status.needs_you, "item")
        lines.append((Cell(" next       ", "dim"), Cell(f"press 2: {told} in the inbox for you to decide")))
    elif not status.connections:
        told = "no connection yet: autobook connect TYPE --name NAME"
        lines.append((Cell(" next       ", "dim"), Cell(told)))
    return tuple(lines)


def detail(item: Connection, looks: Looks, now: int, *, old: bool) -> tuple[Line, ...]:
    """Return all there is to say about one connection."""
    state = health("OLD" if old else item.health, looks)
    lines: list[Line] = [(outside(item.name, looks, "bold"), Cell("  "), state)]
    facts = {
        "type": f"{item.type}, {' and '.join(item.roles) or 'its connector is not installed'}",
        "tier": item.tier,
        "last run": f"{moment(item.last_run)}, {since(item.last_run, now)}" if item.last_run else "never ran",
        "outcome": _outcome(item),
        "why": item.error,
        "next": f"{moment(item.retry_at)}, {until(item.retry_at, now)}" if item.retry_at else "",
    }
    lines += [(Cell(f"{name:<9}", "dim"), outside(text, looks)) for name, text in facts.items() if text]
    if item.health == "ACT":
        command = (
            "deliveries" if "sink" in item.roles and "source" not in item.roles else f"check {item.name}"
        )
        lines.append((Cell("do       ", "dim"), outside(f"autobook {command}", looks)))
    return tuple(lines)
