"""The listings of an OpenAPI document: requests that give rows, and which of them the books want most."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from autobook_core.errors import ConfigurationError
from autobook_core.scaffold.openapi import names
from autobook_core.scaffold.openapi.document import Document, Json, join


@dataclass(frozen=True, slots=True)
class Listing:
    """One request that gives rows.

    Attributes:
        path: as in the document.
        parameters: the names of its query parameters.
        answer, answer_at: the schema of its answer, and where it stands.
        rows: the property of the answer that holds the rows; empty: the answer is the list.
        row, row_at: the schema of a row, and where it stands.
    """

    path: str
    parameters: tuple[str, ...]
    answer: Json
    answer_at: str
    rows: str
    row: Json
    row_at: str

    @property
    def noun(self) -> str:
        """Return what one row is called, by the path: ``payment`` for ``/v1/payments``."""
        words = [part for part in self.path.split("/") if part and not part.startswith("{")]
        noun = names.singular(words[-1]) if words else ""
        return noun if re.match(r"[a-z]", noun) else f"row_{noun}".rstrip("_")

    @property
    def score(self) -> int:
        """Return how well it suits: rows with an amount, a date and an id, pages, a filter by change."""
        fields = self.row.get("properties", {})
        known = [
            name
            for name in ("id", "created", "updated", "currency")
            if names.first(names.FIELDS[name], fields)
        ]
        points = 2 * len(known) + (4 if names.first(names.FIELDS["amount"], fields) else 0)
        points += 2 * any(names.first(patterns, self.parameters) != "" for patterns in names.PAGES.values())
        points += 2 * bool(names.first(names.SINCE, self.parameters))
        points += max(0, 6 - names.WANTED.index(self.noun)) if self.noun in names.WANTED else 0
        return points - self.path.count("/")


def listings(document: Document) -> list[Listing]:
    """Return the listings, those that suit best first.

    Raises:
        ConfigurationError: there is none; or what would be one is broken, and there is no other.
    """
    found: list[Listing] = []
    broken: list[ConfigurationError] = []
    for path in document.paths:
        try:
            found += _listing(document, path)
        except ConfigurationError as error:
            broken.append(error)
    if found:
        return sorted(found, key=lambda listing: (-listing.score, listing.path))
    if broken:
        raise broken[0]
    raise document.error(
        "/paths", "there is no listing: no GET answers with an array, or with an object that holds one",
        "describe the answer of the listing you want to read, or leave --openapi out",
    )  # fmt: skip


def _listing(document: Document, path: str) -> Iterator[Listing]:
    item, whole = document.resolved(document.paths[path], join("/paths", path))
    if "{" in path or "get" not in item:
        return
    operation, where = document.resolved(item["get"], join(whole, "get"))
    answer, place = answer_of(document, operation, where)
    if not answer:
        return
    found = _rows(document, answer, place, path)
    if found is None:
        return
    rows, row, row_at = found
    asked = [*_query(document, item, whole), *_query(document, operation, where)]
    yield Listing(path, tuple(asked), answer, place, rows, row, row_at)


def answer_of(document: Document, operation: Json, where: str) -> tuple[Json, str]:
    """Return the schema of what a request answers with when all is well; empty where none is told."""
    responses = document.mapping(operation, "responses", where)
    for status in ("200", "2XX", "206", "default"):
        if status not in responses:
            continue
        response, place = document.resolved(responses[status], join(where, "responses", status))
        content = document.mapping(response, "content", place)
        for kind, media in content.items():
            if "json" in kind and isinstance(media, dict) and "schema" in media:
                return document.schema(media["schema"], join(place, "content", kind, "schema"))
    return {}, where


def _rows(document: Document, answer: Json, place: str, path: str) -> tuple[str, Json, str] | None:
    """Return the property that holds the rows of an answer, the schema of one, and where that stands."""
    if "items" in answer:
        row, row_at = document.schema(answer["items"], join(place, "items"))
        return ("", row, row_at) if document.mapping(row, "properties", row_at) else None
    arrays: dict[str, tuple[str, Json, str]] = {}
    for name, node in document.mapping(answer, "properties", place).items():
        value, where = document.schema(node, join(place, "properties", name))
        if "items" in value and "." not in name:
            row, row_at = document.schema(value["items"], join(where, "items"))
            if document.mapping(row, "properties", row_at):
                arrays[name] = (name, row, row_at)
    last = re.escape(path.rstrip("/").rpartition("/")[2])
    only = next(iter(arrays)) if len(arrays) == 1 else ""
    return arrays.get(names.first((last, *names.ROWS), arrays) or only)


def _query(document: Document, node: Json, where: str) -> Iterator[str]:
    """Yield the names of the query parameters of a path or a request."""
    parameters = node.get("parameters")
    for n, told in enumerate(parameters if isinstance(parameters, list) else []):
        parameter, _ = document.resolved(told, join(where, "parameters", str(n)))
        if parameter.get("in") == "query" and isinstance(parameter.get("name"), str):
            yield parameter["name"]
