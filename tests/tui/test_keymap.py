"""Bindings, footer, tabs and help are one table."""

from collections import Counter
from typing import Any

import pytest
from textual.app import App
from textual.binding import Binding
from textual.widgets import DataTable

from autobook_tui import keymap
from autobook_tui.app import AutobookApp
from autobook_tui.screens.help import HelpScreen
from autobook_tui.widgets import Rows

LISTENERS: dict[str, Any] = {"app": AutobookApp, "table": Rows, "help": HelpScreen}


@pytest.mark.parametrize("scope", LISTENERS)
def test_a_listener_binds_exactly_the_keys_of_the_table(scope: str) -> None:
    bound = [(item.key, item.action) for item in LISTENERS[scope].BINDINGS if isinstance(item, Binding)]
    assert bound == [(name, key.action) for key in keymap.of(scope) for name in key.keys]


@pytest.mark.parametrize("scope", LISTENERS)
def test_a_key_does_one_thing_for_one_listener(scope: str) -> None:
    counted = Counter(name for key in keymap.of(scope) for name in key.keys)
    assert [name for name, times in counted.items() if times > 1] == []


@pytest.mark.parametrize("scope", LISTENERS)
def test_every_action_exists(scope: str) -> None:
    for key in keymap.of(scope):
        name = key.action.partition("(")[0]
        assert hasattr(LISTENERS[scope], f"action_{name}"), key


def test_the_footer_shows_each_of_its_keys_once_and_no_other() -> None:
    shown = [item for item in AutobookApp.BINDINGS if isinstance(item, Binding) and item.show]
    assert [(item.description, item.key_display) for item in shown] == [
        (key.label, key.shown.split()[0]) for key in keymap.of("app") if key.footer
    ]


def test_help_names_every_key() -> None:
    assert len(keymap.help_rows()) == len(keymap.KEYS)
    told = {sign for signs, _, _ in keymap.help_rows() for sign in signs.split()}
    assert {"1", "2", "3", "r", "?", "q", "j", "k", "g", "G", "esc"} <= told


def test_every_view_has_a_screen_and_a_digit() -> None:
    assert [view.name for view in keymap.VIEWS] == list(AutobookApp.MODES)
    assert [view.digit for view in keymap.VIEWS] == ["1", "2", "3"]


def test_no_key_is_taken_from_the_table_of_textual_without_being_named() -> None:
    own = {name for key in keymap.of("table") for name in key.keys}
    arrows = {item.key for item in DataTable.BINDINGS if isinstance(item, Binding)} & {"up", "down"}
    assert arrows <= own
    assert not own & {item.key for item in App.BINDINGS if isinstance(item, Binding)}
