"""Where an API lives and how requests prove who they are, as an OpenAPI document tells it."""

import re
from dataclasses import replace
from typing import Any

from autobook_core.errors import ConfigurationError
from autobook_core.scaffold.api import Api
from autobook_core.scaffold.openapi import names
from autobook_core.scaffold.openapi.document import Document, Json, join
from autobook_core.scaffold.openapi.listing import answer_of

_ADDRESS = re.compile(r"https://[A-Za-z0-9][A-Za-z0-9.-]*(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~%/-]*)?")
_HEADER = re.compile(r"[A-Za-z0-9_-]{1,60}")


def placed(document: Document, api: Api, header: str, token_url: str, decide: list[str]) -> Api:
    """Return an API with its address, its account and what logs in.

    Args:
        document: the description.
        api: whose own parts stand in for those that are not described.
        header: what carries the key; empty: not told.
        token_url: where access tokens come from; empty: not told.
        decide: gets a sentence about each part that is left open.
    """
    servers = document.data.get("servers")
    server = servers[0] if isinstance(servers, list) and servers and isinstance(servers[0], dict) else {}
    url = str(server.get("url", ""))
    variables = server.get("variables")
    for name, variable in variables.items() if isinstance(variables, dict) else ():
        if isinstance(variable, dict):
            url = url.replace(f"{{{name}}}", str(variable.get("default", "")))
    if _ADDRESS.fullmatch(url):
        base = url.rstrip("/")
        api = replace(api, base_url=base, token_url=api.token_url.replace(api.base_url, base))
    else:
        told = f"`{url}` is no full address" if url else "none is told"
        decide.append(f"Where the API lives: {told}, and `{api.base_url}` is made up.")
    if _ADDRESS.fullmatch(token_url):
        api = replace(api, token_url=token_url)
    elif api.token_url and token_url:
        decide.append(f"Where access tokens come from: `{api.token_url}` is made up.")
    path = _account(document)
    if path:
        decide.append(
            f"What of the answer of `{path}` tells a sandbox from production: all counts as production."
        )
    else:
        decide.append(f"Which request says whose key it is: `{api.account_path}` is made up.")
    return replace(
        api, header=header or api.header, account_path=path or api.account_path, tells_live=not path
    )


def _account(document: Document) -> str:
    """Return the path of the request that says whose key it is; empty where none looks like it."""
    last: dict[str, str] = {
        path.rstrip("/").rpartition("/")[2]: path for path in document.paths if "{" not in path
    }
    for pattern in names.ACCOUNTS:
        path = last.get(names.first((pattern,), last), "")
        item = document.paths.get(path)
        if path and isinstance(item, dict) and isinstance(item.get("get"), dict):
            where = join("/paths", path, "get")
            try:
                answer, where = answer_of(document, item["get"], where)
                if "id" in document.mapping(answer, "properties", where):
                    return path
            except (
                ConfigurationError
            ):  # what is broken there is nobody's account; the listing is what matters
                continue
    return ""


def login_of(document: Document, decide: list[str]) -> tuple[str, str, str]:
    """Return the login, the header that carries a key, and where access tokens come from."""
    components = document.mapping(document.data, "components", "")
    known = document.mapping(components, "securitySchemes", "/components")
    wanted = [name for need in _items(document.data.get("security")) for name in need]
    for name in [*wanted, *known]:
        if name not in known:
            continue
        scheme, _ = document.resolved(known[name], join("/components/securitySchemes", name))
        kind = (scheme.get("type"), str(scheme.get("scheme", "")).lower(), scheme.get("in"))
        match kind:
            case ("http", "basic", _):
                return "basic", "", ""
            case ("http", "bearer", _):
                return "bearer", "", ""
            case ("apiKey", _, "header"):
                carrier = str(scheme.get("name", ""))
                return "header", carrier if _HEADER.fullmatch(carrier) else "", ""
            case ("oauth2", _, _):
                flows = _items(list(document.mapping(scheme, "flows", "").values()))
                return (
                    "oauth2",
                    "",
                    next((str(flow["tokenUrl"]) for flow in flows if "tokenUrl" in flow), "none"),
                )
    decide.append(
        "How requests prove who they are: none of the ways it tells is known here, and a bearer key is made up."
    )
    return "bearer", "", ""


def _items(value: Any) -> list[Json]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
