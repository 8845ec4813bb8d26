"""The fake of a source's API: it answers from the kit's rows as the made-up or described API would."""

import re
from urllib.parse import urlsplit

from autobook_core.scaffold.api import Api, Field, repr_of
from autobook_core.scaffold.auth import HOOK_KEYS
from autobook_core.scaffold.choices import Choices
from autobook_core.scaffold.layout import table
from autobook_core.scaffold.source import class_of
from autobook_core.scaffold.templates import filled, module_text

_ISO = """

def instant(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def iso(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
"""
_WITHOUT_MARK = """
    def without_mark(self, row: Json) -> Json:
        return {{name: value for name, value in row.items() if name != {updated}}}
"""
_ID_OF = """
    def id_of(self, row: Json) -> str:
        return str(row[{id}])
"""
_AMOUNTS = {
    "minor": 'changes.get("amount", 1_000 + i)',
    "text": 'major(changes.get("amount", 1_000 + i))',
    "number": 'float(major(changes.get("amount", 1_000 + i)))',
}
_MAJOR = """

def major(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02}"
"""
_LOGIN = """        if request.url.path == "{path}":
            return httpx.Response(200, json={{"access_token": "canary-4714-access", "expires_in": 3600}})
"""


def fake_module(choices: Choices, api: Api) -> str:
    """Return the text of ``fake_api.py``."""
    return module_text(
        "source/fake_api.py",
        title=choices.title,
        name=class_of(choices, api),
        record="\n".join(f"            {repr_of(field.name)}: {_made(field, api)}," for field in api.fields),
        token=token_answer(choices, api),
        account_path=repr_of(api.below(api.account_path)),
        account='{"id": "acct_1", "live": False}',
        shown=_shown(api),
        page=_page(choices, api),
        named=_ID_OF.format(id=repr_of(api.id)) if api.id != "id" else "",
        unmarked=_WITHOUT_MARK.format(updated=repr_of(api.updated)) if api.updated != api.created else "",
        expired=filled("source/fake_expired") if choices.paging in ("cursor", "link") else "",
        delivery=_delivery(choices, api),
        helpers=(_ISO if "iso" in (api.created_as, api.updated_as) else "")
        + ("" if api.money == "minor" else _MAJOR),
    )


def _made(field: Field, api: Api) -> str:
    """Return the expression for one field of a made-up row."""
    if field.name == api.id:
        return _id(api)
    if field.name == api.updated:
        at = 'changes.get("updated", at)'
        return f"iso({at})" if api.updated_as == "iso" else at
    if field.name == api.created:
        return "iso(at)" if api.created_as == "iso" else "at"
    if field.name == api.amount:
        return _AMOUNTS[api.money]
    if field.name == api.gone:
        return 'changes.get("deleted", False)'
    if field.name == api.state and not api.gone:
        there, gone = (next(n for n, state in api.states if state == s) for s in ("succeeded", "canceled"))
        return f'{repr_of(gone)} if changes.get("deleted") else {repr_of(there)}'
    return repr_of(field.example)


def _id(api: Api) -> str:
    if api.field(api.id).type != "str":
        return "i + 1"
    return f'f"{api.stream}_{{i:04}}"'


def _shown(api: Api) -> str:
    row, asked = f"row[{repr_of(api.updated)}]", f"asked[{repr_of(api.since)}]"
    if api.updated_as == "iso":
        return f"instant({row}) >= instant({asked})"
    return f"{row} >= int({asked})"


def token_answer(choices: Choices, api: Api) -> str:
    if choices.auth != "oauth2":
        return ""
    return _LOGIN.format(path=urlsplit(api.token_url).path)


def _page(choices: Choices, api: Api) -> str:
    names = {name: repr_of(getattr(api, name)) for name in ("page", "sort", "id")}
    text = filled(f"source/fake_{choices.paging}", body=_body(choices, api), **names)
    return text if "following" in _body(choices, api) else re.sub(r" +following = .*\n", "", text)


def _body(choices: Choices, api: Api) -> str:
    """Return the assignment of the answer to a listing."""
    if choices.paging == "none":
        return table(8, "body = ", _pairs({api.rows: "found"})) if api.rows else "        body = found"
    parts = {
        "cursor": {api.more: "end < len(ids)"} if api.more else {api.next: "following"},
        "link": {api.next: "following"},
        "offset": {api.at: "begin", api.size: "self.page_size", api.next: "len(found)"},
        "page": {api.at: "page", api.next: "pages"},
    }[choices.paging]
    return table(8, "body = ", _pairs({api.rows: "found[begin:end]", **parts}))


def _pairs(values: dict[str, str]) -> list[tuple[str, str]]:
    """Return expressions by their paths as the pairs of a dictionary; those below one key in one of their own."""
    heads = dict.fromkeys(path.partition(".")[0] for path in values)
    return [(repr_of(head), _below(head, values)) for head in heads]


def _below(head: str, values: dict[str, str]) -> str:
    if head in values:
        return values[head]
    inner = {path.partition(".")[2]: value for path, value in values.items() if path.startswith(f"{head}.")}
    return "{" + ", ".join(f"{key}: {value}" for key, value in _pairs(inner)) + "}"


def _delivery(choices: Choices, api: Api) -> str:
    if not choices.webhooks:
        return ""
    header = choices.name.replace("_", "-")
    return filled(
        "source/fake_delivery", stream=api.stream, header=header, keys=", ".join(map(repr_of, HOOK_KEYS))
    )
