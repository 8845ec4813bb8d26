"""Parts of the reference that are written from the code: settings, commands, events, the cases of the kit.

A directive names one of them; what it returns is read as Markdown, so that what it says can be linked and searched.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from generated_book import book_settings, policy_settings
from generated_commands import commands
from generated_kit import events, kit_cases
from generated_names import testing_names
from generated_project import project_page
from generated_settings import settings

PARTS: dict[str, Callable[..., list[str]]] = {
    "autobook-book": book_settings,
    "autobook-cases": kit_cases,
    "autobook-commands": commands,
    "autobook-events": events,
    "autobook-kit-names": testing_names,
    "autobook-policy": policy_settings,
    "autobook-project": project_page,
    "autobook-settings": settings,
}


class Part(SphinxDirective):
    """Writes one generated part; arguments are handed on to what writes it."""

    optional_arguments: ClassVar[int] = 1
    has_content: ClassVar[bool] = False

    def run(self) -> list[nodes.Node]:
        """Return the part as nodes of the page."""
        self.env.note_reread()  # the code may have changed where the page has not
        lines = PARTS[self.name](*self.arguments)
        return self.parse_text_to_nodes("\n".join(lines), allow_section_headings=True)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directives with Sphinx."""
    for name in PARTS:
        app.add_directive(name, Part)
    return {"parallel_read_safe": True}
