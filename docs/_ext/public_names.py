"""Leads every reference to the one page that documents the name.

A signature names the module that a class was written in; a reader is to import it from ``autobook_core.connector``,
``autobook_core.testing`` or ``autobook_core.errors``, and finds it there.
"""

from itertools import product
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

#: Where names are documented, the first that has a name wins.
HOMES = (
    "autobook_core.connector",
    "autobook_core.connector.context",
    "autobook_core.testing",
    "autobook_core.errors",
    "autobook_core.hookspecs",
    "autobook_core.domain.problems",
)


def resolve(app: Sphinx, env: BuildEnvironment, node: Any, content: nodes.Element) -> nodes.reference | None:
    """Return a link to the documented name, where the reference is to the same object under another one."""
    if node.get("refdomain") != "py":
        return None
    parts = str(node["reftarget"]).split(".")
    domain = env.domains["py"]
    for home, last in product(HOMES, (1, 2)):
        name = ".".join((home, *parts[-last:]))
        found = domain.resolve_any_xref(env, node["refdoc"], app.builder, name, node, content)
        if found:
            return found[0][1]
    return None


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("missing-reference", resolve)
    return {"parallel_read_safe": True}
