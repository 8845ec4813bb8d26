"""A row's schema as the fields of a shape, and which of them say what a book wants to know."""

from dataclasses import replace
from typing import Any

from autobook_core.scaffold.api import Api, Field, repr_of
from autobook_core.scaffold.layout import LINE
from autobook_core.scaffold.openapi import names
from autobook_core.scaffold.openapi.document import Document, Json, join

#: Fields of a shape at most; a row may have more.
MOST = 12
_TYPES = {
    "string": "str",
    "integer": "int",
    "number": "Decimal",
    "boolean": "bool",
    "object": "dict[str, Any]",
    "array": "list[Any]",
}
_EXAMPLES: dict[str, Any] = {
    "str": "text",
    "int": 1,
    "Decimal": 1,
    "bool": False,
    "dict[str, Any]": {},
    "list[Any]": [],
}
#: What may stand for a fact about a row.
_FITTING = {
    "id": ("str", "int"), "created": ("str", "int"), "updated": ("str", "int"), "amount": ("int", "str", "Decimal"),
    "currency": ("str",), "state": ("str",), "gone": ("bool",),
}  # fmt: skip


def with_row(api: Api, document: Document, row: Json, where: str) -> tuple[Api, list[str]]:
    """Return an API whose rows are as described, and what is left to decide.

    Args:
        api: whose own fields stand in for those that are not described.
        document: the description.
        row: the schema of a row.
        where: its pointer.
    """
    schemas = {
        name: document.schema(node, join(where, "properties", name))[0]
        for name, node in document.mapping(row, "properties", where).items()
    }
    required = row["required"] if isinstance(row.get("required"), list) else []
    fields = {name: _field(name, schema, required) for name, schema in schemas.items()}
    known = {fact: _candidate(fact, fields, schemas) for fact in _FITTING}
    decide: list[str] = []
    api = _with_state(api, known, schemas, decide)
    if api.state:
        state = replace(fields[api.state], type=_literal(api.states), example=api.states[0][0])
        fields[api.state] = state if len(state.type) < LINE - 20 else replace(state, type="str")
    api = _with_facts(api, known, fields, decide)
    api = _with_forms(api, fields, decide)
    kept = _kept(api, fields)
    left = [name for name in fields if name not in {field.name for field in kept}]
    if left:
        decide.append(f"Fields of a row that the shape leaves out: {_listed(left)}.")
    return replace(api, fields=tuple(kept)), decide


def _with_facts(api: Api, known: dict[str, str], fields: dict[str, Field], decide: list[str]) -> Api:
    """Return the API with the fields that say facts; what none says is made up, and joins the fields."""
    made_up = {field.name: field for field in api.fields}
    for fact, words in _WORDS.items():
        if known[fact]:
            api = api.called(fact, known[fact])
            continue
        name = getattr(api, fact)
        fields[name] = made_up[name]
        decide.append(f"Which field holds {words}: `{name}` is made up.")
    return api


_WORDS = {
    "id": "a row's id", "created": "the instant of its birth, which never changes",
    "updated": "the instant of its last change", "amount": "the amount", "currency": "the currency",
}  # fmt: skip


def _field(name: str, schema: Json, required: list[Any]) -> Field:
    kinds = schema.get("type")
    nullable = schema.get("nullable") is True or (isinstance(kinds, list) and "null" in kinds)
    if isinstance(kinds, list):
        kinds = next((kind for kind in kinds if kind != "null"), None)
    type = _TYPES.get(kinds, "Any") if isinstance(kinds, str) else "Any"
    values = schema.get("enum")
    words = [value for value in values if value is not None] if isinstance(values, list) else []
    if words and all(isinstance(word, str) for word in words):
        type, example = _literal([(word, "") for word in words]), words[0]
        type = type if len(type) < LINE - 30 - len(name) else "str"
    elif schema.get("format") == "date-time" and type == "str":
        example = "2025-06-15T15:06:40Z"
    else:
        example = _EXAMPLES.get(type)
    if nullable and type != "Any":
        type += " | None"
    return Field(name, type, name in required, example)


def _candidate(fact: str, fields: dict[str, Field], schemas: dict[str, Json]) -> str:
    """Return the field that says a fact, if its type can."""

    def fits(name: str) -> bool:
        plain = fields[name].type.removesuffix(" | None")
        plain = "str" if plain.startswith("Literal[") else plain
        if fact in ("created", "updated") and schemas[name].get("format") == "date":
            return False
        return plain in _FITTING[fact]

    return names.first(names.FIELDS[fact], [name for name in fields if fits(name)])


def _with_state(api: Api, known: dict[str, str], schemas: dict[str, Json], decide: list[str]) -> Api:
    """Return the API with a state or a sign of withdrawal."""
    values = schemas.get(known["state"], {}).get("enum")
    words = [value for value in values if isinstance(value, str)] if isinstance(values, list) else []
    states = tuple((word, names.state_of(word)) for word in words if names.state_of(word))
    left = [word for word in words if not names.state_of(word)]
    has = {state for _, state in states}
    gone = known["gone"]
    if "succeeded" not in has or not ("canceled" in has or gone):
        if not gone:
            decide.append("How a row is withdrawn: the boolean field `deleted` is made up.")
        if known["state"]:
            decide.append(
                f"What the values of `{known['state']}` are to the books: every row counts as succeeded."
            )
        return replace(api, state="", states=(), gone=gone or "deleted", fields=(*api.fields, _DELETED))
    if left:
        decide.append(
            f"What these values of `{known['state']}` are to the books: {_listed(left)}. Such rows are set aside."
        )
    ordered = sorted(states, key=lambda pair: pair[1] != "succeeded")
    return replace(api, state=known["state"], states=tuple(ordered), gone="" if "canceled" in has else gone)


_DELETED = Field("deleted", "bool", example=False)


def _with_forms(api: Api, fields: dict[str, Field], decide: list[str]) -> Api:
    """Return the API with the forms of instants and amounts, and make required what is relied on."""
    if api.gone and (api.gone not in fields or not fields[api.gone].type.startswith("bool")):
        fields[api.gone] = _DELETED
    for name in {
        api.id,
        api.created,
        api.updated,
        api.amount,
        api.currency,
        api.gone or api.id,
        api.state or api.id,
    }:
        fields[name] = replace(fields[name], type=fields[name].type.removesuffix(" | None"), required=True)
    for name in (api.id, api.currency, api.created, api.updated):
        if fields[name].type.startswith("Literal["):
            fields[name] = replace(fields[name], type="str")
    forms = {
        fact: "seconds" if fields[getattr(api, fact)].type == "int" else "iso"
        for fact in ("created", "updated")
    }
    money = {"int": "minor", "str": "text"}.get(fields[api.amount].type, "number")
    if money == "minor":
        decide.append(f"Whether `{api.amount}` counts minor units, as it is read.")
    else:
        decide.append(
            f"Whether `{api.amount}` has the decimals of ISO 4217: it counts major units, and is read so."
        )
    for fact, form in forms.items():
        if form == "seconds":
            decide.append(
                f"Whether `{getattr(api, fact)}` counts whole seconds, as it is read, and not milliseconds."
            )
    fields[api.currency] = replace(fields[api.currency], example="eur")
    return replace(api, created_as=forms["created"], updated_as=forms["updated"], money=money)


def _kept(api: Api, fields: dict[str, Field]) -> list[Field]:
    """Return the fields of the shape: those that are read, then required ones, then others."""
    read = [api.id, api.created, api.updated, api.amount, api.currency, *filter(None, (api.state, api.gone))]
    others = [name for name in fields if name not in read and fields[name].type != "Any"]
    others.sort(key=lambda name: not fields[name].required)
    kept: dict[str, Field] = {}
    for name in [*read, *others]:
        kept.setdefault(fields[name].attribute, fields[name])
    return list(kept.values())[:MOST]


def _literal(pairs: Any) -> str:
    return f"Literal[{', '.join(repr_of(word) for word, _ in pairs)}]"


def _listed(words: list[str], most: int = 12) -> str:
    shown = ", ".join(f"`{word}`" for word in words[:most])
    return shown + (f" and {len(words) - most} more" if len(words) > most else "")
