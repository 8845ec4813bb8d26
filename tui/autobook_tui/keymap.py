"""The keys, as data: bindings, footer, tabs and help are all made from this one table, so they cannot differ."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Key:
    """What one or several keys do.

    Attributes:
        keys: as Textual names them, the first is the one that is shown.
        action: of the widget, screen or app that the scope means.
        label: in the footer and in the help.
        scope: ``app``, ``table`` or ``help``: who listens.
        footer: stands in the footer.
        explains: one sentence for the help.
    """

    keys: tuple[str, ...]
    action: str
    label: str
    scope: str
    explains: str
    footer: bool = False

    @property
    def shown(self) -> str:
        """Return the keys as people read them."""
        return " ".join(_SIGNS.get(key, key) for key in self.keys)


@dataclass(frozen=True, slots=True)
class View:
    """One screen that a digit opens."""

    name: str
    label: str
    digit: str
    about: str


_SIGNS = {
    "question_mark": "?", "escape": "esc", "up": "up", "down": "down", "pageup": "pgup", "pagedown": "pgdn",
}  # fmt: skip

VIEWS = (
    View(
        "overview", "Overview", "1",
        "Does anything wait for a person? Connections, worst first.",
    ),
    View("inbox", "Inbox", "2", "What a person must decide: errors first, oldest first."),
    View("balances", "Balances", "3", "The trial balance, by type of account: it adds up to zero."),
)  # fmt: skip

KEYS = (
    *(Key((view.digit,), f"go('{view.name}')", view.label, "app", view.about) for view in VIEWS),
    Key(
        ("r",),
        "reload",
        "Refresh",
        "app",
        "Read the book now; it is read every 2 s anyway.",
        footer=True,
    ),
    Key(("question_mark",), "help", "Help", "app", "Show this page.", footer=True),
    Key(("q",), "quit", "Quit", "app", "Leave; nothing is lost, the UI only reads.", footer=True),
    Key(("down", "j"), "cursor_down", "Down", "table", "One row down."),
    Key(("up", "k"), "cursor_up", "Up", "table", "One row up."),
    Key(("pagedown", "space"), "page_down", "Page down", "table", "One page down."),
    Key(("pageup",), "page_up", "Page up", "table", "One page up."),
    Key(("home", "g"), "scroll_top", "First", "table", "To the first row."),
    Key(("end", "G"), "scroll_bottom", "Last", "table", "To the last row."),
    Key(("escape", "question_mark", "q"), "close", "Back", "help", "Leave this page.", footer=True),
)


def of(scope: str) -> tuple[Key, ...]:
    """Return the keys that one listener has."""
    return tuple(key for key in KEYS if key.scope == scope)


def help_rows() -> list[tuple[str, str, str]]:
    """Return every key with its label and its sentence, in the order of the table."""
    return [(key.shown, key.label, key.explains) for key in KEYS]
