"""From a document to the API that a scaffold is filled with, and the list of what is left to decide."""

import re
from dataclasses import dataclass, replace

from autobook_core.scaffold.api import Api, made_up
from autobook_core.scaffold.choices import Choices
from autobook_core.scaffold.openapi import names
from autobook_core.scaffold.openapi.document import Document, join
from autobook_core.scaffold.openapi.listing import Listing, listings
from autobook_core.scaffold.openapi.place import login_of, placed
from autobook_core.scaffold.openapi.row import with_row


@dataclass(frozen=True, slots=True)
class Derived:
    """What a document told.

    Attributes:
        choices: with the login and the paging that were found, where none was chosen.
        api: the other side.
        decide: what could not be found out, in sentences.
    """

    choices: Choices
    api: Api
    decide: tuple[str, ...]


def derive(document: Document, choices: Choices, *, auth: str | None, paging: str | None) -> Derived:
    """Return what a document says about a connector.

    Args:
        document: the description.
        choices: for the rest.
        auth: the login the author chose; None: what the document says.
        paging: the paging the author chose; None: what the document says.

    Raises:
        ConfigurationError: it describes no listing, or what it describes cannot be read.
    """
    decide: list[str] = []
    kind, header, token_url = login_of(document, decide if auth is None else [])
    choices = replace(choices, auth=auth or kind)
    if choices.role == "sink":
        api = placed(document, made_up(choices), header, token_url, decide)
        decide.append(f"Where entries are written, and their fields: `{api.path}` is made up.")
        return Derived(choices, api, tuple(decide))
    found = listings(document)
    best = found[0]
    choices = replace(choices, paging=paging or _paging(best, document))
    api = placed(document, made_up(choices), header, token_url, decide)
    api = _listed(api, best, choices.paging, document, decide)
    api, more = with_row(api, document, best.row, best.row_at)
    decide += more
    decide.append("Which record a row is: it becomes a `Charge`.")
    if others := [listing.path for listing in found[1:]]:
        shown = ", ".join(f"`{path}`" for path in others[:8])
        left = f" and {len(others) - 8} more" if len(others) > 8 else ""
        decide.append(f"Which other listings become streams: {shown}{left}.")
    return Derived(choices, api, tuple(decide))


def _paging(listing: Listing, document: Document) -> str:
    """Return how a listing goes on."""
    for style, patterns in names.PAGES.items():
        if names.first(patterns, listing.parameters):
            return style
    if _found(names.NEXT["link"], listing, document):
        return "link"
    return "none"


def _listed(api: Api, listing: Listing, paging: str, document: Document, decide: list[str]) -> Api:
    """Return the API with the listing's path and the names of its parameters."""
    api = replace(api, path=listing.path, rows=listing.rows, stream=listing.noun)
    since = names.first(names.SINCE, listing.parameters)
    birth = names.first(names.BIRTH, listing.parameters)
    if not since and birth:
        decide.append(
            f"How to ask for what changed: `{birth}` seems to go by birth; then only sweeps find changes."
        )
    elif not since:
        decide.append(f"How to ask for what changed: the parameter `{api.since}` is made up.")
    api = replace(api, since=since or birth or api.since)
    asked: dict[str, tuple[str, ...]] = {"limit": names.LIMIT} if paging != "none" else {}
    asked |= {"page": names.PAGES[paging]} if paging in names.PAGES else {}
    asked |= {"sort": names.SORT} if paging in ("offset", "page") else {}
    for what, patterns in asked.items():
        name = names.first(patterns, listing.parameters)
        api = api.called(what, name)
        if not name:
            decide.append(f"The parameter for the {what}: `{getattr(api, what)}` is made up.")
    return _going_on(api, listing, paging, document, decide)


def _going_on(api: Api, listing: Listing, paging: str, document: Document, decide: list[str]) -> Api:
    if paging == "none":
        decide.append("Whether one answer really holds everything: no parameter for pages was found.")
        return api
    path = _found(names.NEXT[paging], listing, document)
    if (
        not path
        and paging == "cursor"
        and names.first((r"has_?(more|next)(_?page)?",), listing.answer.get("properties", {}))
    ):
        return replace(
            api, next="", more=names.first((r"has_?(more|next)(_?page)?",), listing.answer["properties"])
        )
    if not path:
        decide.append(f"How an answer tells where to go on: `{api.next}` is made up.")
    repeated = {"offset": ("at", "size"), "page": ("at",)}.get(paging, ())
    for what in repeated:
        asked, usual = (
            (api.page, r"offset|(current_?)?page")
            if what == "at"
            else (api.limit, r"limit|(per_)?page_?size|size")
        )
        name = _found((re.escape(asked), usual), listing, document)
        api = api.called(what, name)
        if not name:
            word = "place" if what == "at" else "size"
            decide.append(
                f"What in an answer repeats the {word} of its page: `{getattr(api, what)}` is made up."
            )
    return replace(api, next=path or api.next)


def _found(patterns: tuple[str, ...], listing: Listing, document: Document) -> str:
    """Return the path of a property of the answer, or of an object in it, that fits."""
    properties = document.mapping(listing.answer, "properties", listing.answer_at)
    plain: dict[str, str] = {}
    for name, node in properties.items():
        if name == listing.rows or "." in name:
            continue
        schema, where = document.schema(node, join(listing.answer_at, "properties", name))
        inner = document.mapping(schema, "properties", where)
        if not inner:
            plain[name] = name
        for other in (other for other in inner if "." not in other):
            plain.setdefault(other, f"{name}.{other}")
    return plain.get(names.first(patterns, plain), "")
