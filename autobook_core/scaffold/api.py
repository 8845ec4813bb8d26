"""The other side as the scaffold knows it: one listing of rows, and what a row holds.

What nobody said is made up, and made up so that the connector works at once against its own fake.
"""

import json
import keyword
import re
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from autobook_core.scaffold.choices import Choices

#: What a row's state may be called, and what it is to the books.
STATES = {"paid": "succeeded", "failed": "failed", "void": "canceled"}


#: Names that annotations use: a field of that name would hide them from those after it.
_SPOKEN = frozenset("str int bool dict list Any Decimal Literal msgspec".split())


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a row.

    Attributes:
        name: as in the JSON.
        type: its annotation in Python.
        required: it is always there.
        example: a value for made-up rows.
    """

    name: str
    type: str
    required: bool = True
    example: Any = None

    @property
    def attribute(self) -> str:
        """Return its name in Python."""
        plain = re.sub(r"\W", "_", self.name, flags=re.ASCII).lstrip("_") or "field"
        plain = f"n{plain}" if plain[:1].isdigit() else plain
        return f"{plain}_" if keyword.iskeyword(plain) or plain in _SPOKEN else plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """One API: where it is, how it lists rows, and which fields of a row say what.

    Attributes:
        base_url: where it lives.
        account_path: what tells whose key it is.
        tells_live: whether it tells production from a sandbox too; else all counts as production.
        path: the listing.
        rows: where the rows are in its answer; empty: the answer is the list.
        next: where the answer tells how to go on, by paging style.
        more: the property that says whether there is more, where the last row's id asks for it.
        at, size: where the answer repeats the place and the size of its page.
        since, limit, page, sort: the names of the listing's parameters.
        stream: one row, in one word.
        fields: what the row's shape declares.
        id, created, updated, amount, currency: the fields that say so.
        state: the field that tells a row's state; empty: there is none.
        states: its values, and what each is to the books.
        gone: the boolean field that says a row was withdrawn, where no state does.
        times: ``iso`` or ``seconds``, for created and updated.
        money: the form of amounts: ``minor`` units, ``text`` or ``number`` in major units.
        header: what carries the key, for ``header``.
        token_url: where access tokens come from, for ``oauth2``.
    """

    base_url: str
    account_path: str = "/v1/account"
    tells_live: bool = True
    path: str = "/v1/payments"
    rows: str = "data"
    next: str = "next_cursor"
    more: str = ""
    at: str = ""
    size: str = "limit"
    since: str = "updated_since"
    limit: str = "limit"
    page: str = "cursor"
    sort: str = "sort"
    stream: str = "payment"
    fields: tuple[Field, ...] = ()
    id: str = "id"
    created: str = "created_at"
    updated: str = "updated_at"
    amount: str = "amount"
    currency: str = "currency"
    state: str = "status"
    states: tuple[tuple[str, str], ...] = tuple(STATES.items())
    gone: str = ""
    created_as: str = "iso"
    updated_as: str = "iso"
    money: str = "minor"
    header: str = "X-Api-Key"
    token_url: str = ""

    def called(self, what: str, name: str) -> "Api":
        """Return the same with another name for one of its parts; an empty name changes nothing."""
        changes: dict[str, Any] = {what: name} if name else {}
        return replace(self, **changes)

    def below(self, path: str) -> str:
        """Return the whole path of a request, without the host."""
        return urlsplit(self.base_url).path.rstrip("/") + path

    def field(self, name: str) -> Field:
        """Return a field of the row by its name in the JSON."""
        return next(field for field in self.fields if field.name == name)

    @property
    def row(self) -> str:
        """Return the class of a row: ``Payment``."""
        return "".join(word[:1].upper() + word[1:] for word in re.split(r"\W|_", self.stream))


#: What a listing calls its page, and where its answer says how to go on.
_PAGES = {
    "cursor": ("cursor", "next_cursor"),
    "offset": ("offset", "total"),
    "page": ("page", "pages"),
    "link": ("cursor", "links.next"),
    "none": ("", ""),
}


def made_up(choices: Choices) -> Api:
    """Return an API nobody has, in the style of many: it pages as chosen."""
    page, following = _PAGES[choices.paging]
    base = f"https://api.{choices.name.replace('_', '-')}.example"
    return Api(
        base_url=base,
        account_path="/v1/account" if choices.role == "source" else "/v1/company",
        path="/v1/payments" if choices.role == "source" else "/v1/entries",
        rows="" if choices.paging == "none" else "data",
        page=page,
        next=following,
        at=page,
        token_url=f"{base}/oauth/token",
        fields=(
            Field("id", "str", example="pay_1"),
            Field("created_at", "str", example="2025-06-15T15:06:40Z"),
            Field("updated_at", "str", example="2025-06-15T15:06:40Z"),
            Field("amount", "int", example=1250),
            Field("currency", "str", example="eur"),
            Field("status", f"Literal[{', '.join(map(repr_of, STATES))}]", example="paid"),
        ),
    )


def repr_of(value: object) -> str:
    """Return a value as Python writes it, text in double quotes."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=not value.isprintable())
    return repr(value)
