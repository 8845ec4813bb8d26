"""The module of a source, put together from its parts: login, paging, fields."""

from autobook_core.scaffold.api import Api, Field, repr_of
from autobook_core.scaffold.auth import base_url_of, login_of, method_of, settings_of
from autobook_core.scaffold.choices import Choices
from autobook_core.scaffold.layout import call, table
from autobook_core.scaffold.templates import filled, module_text

_INSTANT = """

def instant(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())
"""
#: What asks for the first page, by paging style.
_FIRST = {"cursor": '""', "offset": "0", "page": "1"}


def class_of(choices: Choices, api: Api) -> str:
    """Return the name of the connector's class."""
    return choices.class_name(api.row)


def source_module(choices: Choices, api: Api) -> str:
    """Return the text of ``source.py``."""
    return module_text(
        "source/source.py",
        title=choices.title,
        path=repr_of(api.path),
        settings=settings_of(choices, api),
        row=api.row,
        fields=fields_of(api),
        login=login_of(choices, api).helper,
        name=class_of(choices, api),
        stream=api.stream,
        states=_states(api),
        base_url=base_url_of(choices, api),
        auth=method_of(choices, api),
        account_path=repr_of(api.account_path),
        account='account_id=me["id"], live=me["live"]' if api.tells_live else 'account_id=str(me["id"])',
        start=_start(api),
        fetch=_fetch(choices, api),
        gone=_gone(api),
        wrapped=_wrapped(api),
        translate=_translate(api),
        webhook=_webhook(choices, api),
        helpers=_helpers(choices, api),
    )


def fields_of(api: Api) -> str:
    """Return the fields of the row's shape, one a line, those without a default first."""
    ordered = sorted(api.fields, key=lambda field: not field.required)
    return "\n".join(
        f"    {field.attribute}: {field.type}" + _default(field) for field in ordered if _in_shape(field, api)
    )


def _in_shape(field: Field, api: Api) -> bool:
    """Tell whether translate reads a field, or the shape declares it anyway."""
    return field.name != api.updated or api.updated == api.created


def _default(field: Field) -> str:
    """Return what follows a field's type: its default, its name in the JSON where Python has another."""
    named = f"name={repr_of(field.name)}" if field.attribute != field.name else ""
    if field.required:
        return f" = msgspec.field({named})" if named else ""
    none = "" if field.type.endswith("| None") or field.type == "Any" else " | None"
    return none + (f" = msgspec.field(default=None, {named})" if named else " = None")


def at_path(value: str, path: str) -> str:
    """Return how Python reads a path of keys: ``body["links"]["next"]``."""
    return value + "".join(f"[{repr_of(key)}]" for key in path.split(".") if key)


def _start(api: Api) -> str:
    return "datetime.fromtimestamp(ctx.start, UTC).isoformat()" if api.updated_as == "iso" else "ctx.start"


def _fetch(choices: Choices, api: Api) -> str:
    pairs = [(repr_of(api.since), "mark.since")]
    if choices.paging in ("offset", "page"):
        pairs.append((repr_of(api.sort), repr_of(api.created)))
    if choices.paging != "none":
        pairs.append((repr_of(api.limit), "100"))
    if choices.paging in _FIRST:
        pairs.append((repr_of(api.page), f"mark.token or {_FIRST[choices.paging]}"))
    rows, following = at_path("body", api.rows), at_path("body", api.next)
    if choices.paging == "cursor":
        following += " or None"
        if api.more:
            last = f"{rows}[-1][{repr_of(api.id)}]"
            following = f"{last} if {at_path('body', api.more)} else None"
    return filled(
        f"source/page_{choices.paging}",
        query=table(8, "query = ", pairs),
        rows=rows,
        next=following,
        at=at_path("body", api.at),
        size=at_path("body", api.size),
    ).rstrip("\n")


def _gone(api: Api) -> str:
    if api.gone:
        return f"row[{repr_of(api.gone)}]"
    value = next(name for name, state in api.states if state == "canceled")
    return f"row[{repr_of(api.state)}] == {repr_of(value)}"


def _wrapped(api: Api) -> str:
    id, created = f"row[{repr_of(api.id)}]", f"row[{repr_of(api.created)}]"
    id = id if api.field(api.id).type == "str" else f"str({id})"
    created = f"instant({created})" if api.created_as == "iso" else created
    return call(
        8, "return api.Envelope", [id, f'row.get({repr_of(api.updated)}) or ""', "row", created, "gone"]
    )


def _states(api: Api) -> str:
    if not api.state:
        return ""
    pairs = [(repr_of(name), repr_of(state)) for name, state in api.states]
    return f"\n\n#: Your API's states, and what each is to the books.\n{table(0, 'STATES = ', pairs)}\n"


def _translate(api: Api) -> str:
    raw = {
        name: f"raw.{api.field(getattr(api, name)).attribute}"
        for name in ("id", "created", "amount", "currency")
    }
    state = f"STATES[raw.{api.field(api.state).attribute}]" if api.state else '"succeeded"'
    born = f"instant({raw['created']})" if api.created_as == "iso" else raw["created"]
    id = raw["id"] if api.field(api.id).type == "str" else f"str({raw['id']})"
    currency = f"currency={raw['currency']}.upper()"
    parts = [f"id={id}", "created=born", f"amount={_amount(raw, api)}", currency, "status=state"]
    return f"        born, state = {born}, {state}\n" + call(8, "yield api.Charge", parts)


def _amount(raw: dict[str, str], api: Api) -> str:
    return raw["amount"] if api.money == "minor" else f"minor({raw['amount']}, {raw['currency']}.upper())"


def _webhook(choices: Choices, api: Api) -> str:
    return filled("source/webhook", stream=api.stream) if choices.webhooks else ""


def _helpers(choices: Choices, api: Api) -> str:
    verify = filled("source/verify", header=choices.name.replace("_", "-")) if choices.webhooks else ""
    instant = _INSTANT if api.created_as == "iso" else ""
    forms = {"text": ("str", "amount"), "number": ("Decimal", 'f"{amount:f}"')}
    minor = ""
    if api.money in forms:
        type, text = forms[api.money]
        minor = filled("source/minor", type=type, text=text)
    return instant + minor + verify
