"""List semantics of the processor's API: newest first, object ids as cursors, filters, errors in its shape."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .catalogue import Catalogue, Row, status
from .render import Json

_MAX_LIMIT = 100
_DEFAULT_LIMIT = 10
_MAX_DEPTH = 4
_COMMON = {"limit", "starting_after", "ending_before"}
_BOUNDS = {"created", "created[gt]", "created[gte]", "created[lt]", "created[lte]"}


#: Of events: several types at once, here as one text with commas; ``charge.*`` takes all that begin so.
TYPES = "types[]"


class ApiError(Exception):
    """An error the API answers with; ``status`` is the HTTP status and ``error`` the JSON object."""

    def __init__(
        self, message: str, *, status: int = 400, kind: str = "invalid_request_error", **fields: str
    ) -> None:
        """Keep the pieces of the answer."""
        super().__init__(message)
        self.status = status
        self.error: Json = {"message": message, "type": kind, **fields}


def missing(kind: str, object_id: str, *, param: str = "id", status: int = 404) -> ApiError:
    """Return the error for an object that does not exist."""
    noun = kind[:-1].replace("_", " ")
    return ApiError(f"No such {noun}: '{object_id}'", status=status, code="resource_missing", param=param)


def _items(row: Row) -> str:
    return str(row.fact.items[0].price.id)


_FILTERS: dict[str, dict[str, Callable[[Catalogue, Row], Any]]] = {
    "customers": {"email": lambda _, row: row.fact.email},
    "products": {"active": lambda _, __: "true"},
    "prices": {
        "active": lambda _, __: "true",
        "product": lambda _, row: row.fact.product.id,
        "type": lambda _, row: "recurring" if row.fact.interval else "one_time",
    },
    "subscriptions": {"customer": lambda _, row: row.fact.customer.id, "price": lambda _, row: _items(row)},
    "invoices": {
        "customer": lambda _, row: row.fact.customer.id,
        "subscription": lambda _, row: row.fact.subscription,
        "collection_method": lambda _, row: row.fact.collection,
    },
    "charges": {
        "customer": lambda _, row: row.fact.customer.id,
        "payment_intent": lambda _, row: row.fact.payment_intent,
    },
    "balance_transactions": {
        "type": lambda _, row: row.fact.type,
        "source": lambda _, row: row.fact.source,
        "payout": lambda catalogue, row: catalogue.payout_of.get(row.id),
        "currency": lambda _, __: "dkk",
    },
    "refunds": {
        "charge": lambda _, row: row.fact.charge.id,
        "payment_intent": lambda _, row: row.fact.charge.payment_intent,
    },
    "payouts": {},
    "tax_rates": {"active": lambda _, __: "true", "inclusive": lambda _, __: "false"},
    "invoice_payments": {
        "invoice": lambda _, row: row.fact.id,
        "payment[type]": lambda _, __: "payment_intent",
        "payment[payment_intent]": lambda _, row: row.fact.payment_intent,
    },
    "events": {"type": lambda _, row: row.fact.type},
    "disputes": {"charge": lambda _, __: None, "payment_intent": lambda _, __: None},
    "credit_notes": {"invoice": lambda _, __: None, "customer": lambda _, __: None},
}
_WITH_STATUS = {"invoices", "payouts", "subscriptions", "invoice_payments"}
KINDS = frozenset(_FILTERS)


def _integer(parameters: Mapping[str, str], name: str) -> int | None:
    text = parameters.get(name)
    if text is None:
        return None
    if not text.lstrip("-").isdigit():
        message = f"Invalid integer: {text}"
        raise ApiError(message, code="parameter_invalid_integer", param=name)
    return int(text)


def page_size(parameters: Mapping[str, str]) -> int:
    """Return how many objects a page shall have: 10 unless told.

    Raises:
        ApiError: It is not a number from 1 to 100.
    """
    limit = _integer(parameters, "limit")
    limit = _DEFAULT_LIMIT if limit is None else limit
    if not 1 <= limit <= _MAX_LIMIT:
        message = f"This value must be between 1 and {_MAX_LIMIT}."
        raise ApiError(message, param="limit")
    return limit


class Lists:
    """Answers list requests on a catalogue; keeps an index per filter that was ever used."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Start without any index."""
        self.catalogue = catalogue
        self._indexes: dict[tuple[str, str], dict[Any, list[int]]] = {}

    def forget(self) -> None:
        """Drop the indexes, after an object was added."""
        self._indexes.clear()

    def _candidates(self, kind: str, parameters: Mapping[str, str]) -> Sequence[int]:
        """Return the places of the rows that pass the fixed filters, oldest first."""
        rows = self.catalogue.events() if kind == "events" else self.catalogue.rows[kind]
        found: Sequence[int] = range(len(rows))
        if TYPES in parameters:
            found = self._of_types(rows, parameters[TYPES].split(","))
        for name in sorted(_FILTERS[kind].keys() & parameters.keys()):
            matching = self._index(kind, name, rows).get(parameters[name], [])
            keep = set(matching)
            found = matching if isinstance(found, range) else [place for place in found if place in keep]
        return found

    def _index(self, kind: str, name: str, rows: Sequence[Row]) -> dict[Any, list[int]]:
        """Return the places of the rows by their value of a filter, made on first use."""
        index = self._indexes.get((kind, name))
        if index is None:
            index = {}
            for place, row in enumerate(rows):
                index.setdefault(_FILTERS[kind][name](self.catalogue, row), []).append(place)
            self._indexes[kind, name] = index
        return index

    def _of_types(self, rows: Sequence[Row], wanted: Sequence[str]) -> list[int]:
        """Return the places of the events of some types, oldest first."""
        exact = {name for name in wanted if not name.endswith("*")}
        begin = tuple(name[:-1] for name in wanted if name.endswith("*"))
        index = self._index("events", "type", rows)
        chosen = [name for name in index if name in exact or (begin and name.startswith(begin))]
        return sorted(place for name in chosen for place in index[name])

    def page(
        self, kind: str, parameters: Mapping[str, str], until: int, *, since: int = 0
    ) -> tuple[list[Row], bool]:
        """Return the rows of one page, newest first, and whether there are more in the direction asked.

        Raises:
            ApiError: A parameter is unknown, malformed, or a cursor that does not exist.
        """
        known = _COMMON | _BOUNDS | _FILTERS[kind].keys() | ({"status"} if kind in _WITH_STATUS else set())
        if kind == "events":
            known |= {TYPES}
        for name in parameters:
            if name not in known:
                message = f"Received unknown parameter: {name}"
                raise ApiError(message, code="parameter_unknown", param=name)
        limit = page_size(parameters)
        places = self._candidates(kind, parameters)
        low, high = self._window(kind, parameters, places, until, since)
        newer = "ending_before" in parameters
        walk = range(low, high) if newer else range(high - 1, low - 1, -1)
        rows = self.catalogue.rows[kind]
        page: list[Row] = []
        for position in walk:
            row = rows[places[position]]
            if kind in _WITH_STATUS and not self._has_status(kind, row, parameters, until):
                continue
            if len(page) == limit:
                return (page[::-1] if newer else page), True
            page.append(row)
        return (page[::-1] if newer else page), False

    def _window(
        self, kind: str, parameters: Mapping[str, str], places: Sequence[int], until: int, since: int
    ) -> tuple[int, int]:
        rows = self.catalogue.rows[kind]

        def created(place: int) -> int:
            return rows[place].created

        exact = _integer(parameters, "created")
        above = [_integer(parameters, "created[gte]"), exact, since]
        after = _integer(parameters, "created[gt]")
        below = [_integer(parameters, "created[lte]"), exact, until]
        before = _integer(parameters, "created[lt]")
        first = max([one for one in above if one is not None] + ([] if after is None else [after + 1]))
        last = min([one for one in below if one is not None] + ([] if before is None else [before - 1]))
        low = bisect_left(places, first, key=created)
        high = bisect_right(places, last, key=created)
        for name in ("starting_after", "ending_before"):
            if name in parameters:
                place = self.catalogue.place(kind, parameters[name])
                if place is None or rows[place].created > until:
                    raise missing(kind, parameters[name], param=name, status=400)
                if name == "starting_after":
                    high = min(high, bisect_left(places, place))
                else:
                    low = max(low, bisect_right(places, place))
        return low, high

    def _has_status(self, kind: str, row: Row, parameters: Mapping[str, str], until: int) -> bool:
        wanted = parameters.get("status")
        if kind == "subscriptions":
            if wanted == "all":
                return True
            has = status(kind, row, until)
            return has == wanted if wanted else has != "canceled"
        return wanted is None or status(kind, row, until) == wanted


def check_expansions(paths: Sequence[str], *, in_list: bool) -> list[str]:
    """Return the paths to expand relative to each object.

    Raises:
        ApiError: A path is deeper than four levels, or does not begin with ``data`` in a list.
    """
    relative = []
    for path in paths:
        if path.count(".") >= _MAX_DEPTH:
            message = f"You cannot expand more than {_MAX_DEPTH} levels of a property. Property: {path}"
            raise ApiError(message, param="expand")
        if in_list and not path.startswith("data."):
            raise not_expandable(path)
        relative.append(path.removeprefix("data.") if in_list else path)
    return relative


def not_expandable(path: str) -> ApiError:
    """Return the error for a property that cannot be expanded."""
    return ApiError(f"This property cannot be expanded ({path}).", param="expand")
