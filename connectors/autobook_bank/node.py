"""An XML element seen by paths of local names: everything below it is noted once, then found without a search."""

from functools import lru_cache

from lxml import etree

#: Elements that may be many and are read one by one: what is below them is noted when they are asked for.
_PARTS = frozenset({"TxDtls"})


class Node:
    """An element and what is below it; made afresh for each entry, and short-lived."""

    __slots__ = ("element", "found")

    def __init__(self, element: etree._Element) -> None:
        self.element = element
        self.found: dict[str, list[etree._Element]] = {}
        self._note(element, "")

    def _note(self, element: etree._Element, above: str) -> None:
        for inner in element:
            name = local_name(inner.tag)
            path = above + name
            known = self.found.get(path)
            if known is None:
                self.found[path] = [inner]
            else:
                known.append(inner)
            if len(inner) and name not in _PARTS:
                self._note(inner, path + "/")


@lru_cache(1024)
def local_name(tag: object) -> str:
    """Return a tag without its namespace; empty for what is no element."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(node: Node, path: str) -> list[Node]:
    """Return all nodes at a path of local names such as ``NtryDtls/TxDtls``."""
    return [Node(element) for element in node.found.get(path, ())]


def child(node: Node, path: str) -> etree._Element | None:
    """Return the first element at a path; None if there is none."""
    found = node.found.get(path)
    return found[0] if found else None


def text(node: Node, path: str) -> str | None:
    """Return the trimmed text of the first element at a path; None where it is absent or empty."""
    found = node.found.get(path)
    return ((found[0].text or "").strip() or None) if found else None
