"""The terminal UI: what the books say and what waits for a person, on one screen.

It only reads, and only through the use cases of :mod:`autobook_core.book`. Textual is loaded by
:func:`application` and not before, so that asking for the command's help needs none of it.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from autobook_core.cli.looks import Looks
from autobook_core.clock import Clock

if TYPE_CHECKING:
    from autobook_tui.app import AutobookApp

__all__ = ["application"]


def application(folder: Path, *, looks: Looks, clock: Clock) -> "AutobookApp":
    """Return the UI of the book in a folder, ready to run.

    Raises:
        ModuleNotFoundError: Textual is not installed.
    """
    from autobook_tui.app import AutobookApp
    from autobook_tui.queries import Reader

    return AutobookApp(Reader(folder, clock), looks=looks, clock=clock)
