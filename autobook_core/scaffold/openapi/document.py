"""One OpenAPI 3 document: read, checked as far as it is used, with references followed."""

import json
from pathlib import Path
from typing import Any

from autobook_core.errors import ConfigurationError

#: Bytes of a document at most; the largest known ones have a fifth of it.
LARGEST = 64 * 1024 * 1024
#: Parts of one schema, and schemas inside schemas, at most.
_DEEPEST = 24

Json = dict[str, Any]


class Document:
    """The values of a document. Every place in it is named by its JSON pointer."""

    def __init__(self, name: str, data: Json) -> None:
        """Take the values of a file.

        Raises:
            ConfigurationError: it is no OpenAPI 3.
        """
        self.name = name
        self.data = data
        version = data.get("openapi")
        if not isinstance(version, str) or not version.startswith("3."):
            what = f"swagger {data['swagger']}" if "swagger" in data else f"openapi {version!r}"
            raise self.error(
                "/openapi", f"this is not OpenAPI 3 ({what})", "convert it to OpenAPI 3, as JSON"
            )
        self.paths = self.mapping(data, "paths", "")

    @classmethod
    def read(cls, path: Path) -> "Document":
        """Read a file.

        Raises:
            ConfigurationError: it is missing, too large, no JSON, or no OpenAPI 3.
        """
        name = str(path)
        try:
            if path.stat().st_size > LARGEST:
                raise ConfigurationError(
                    f"it is larger than {LARGEST // 1024 // 1024} MiB",
                    file=name,
                    fix="cut it down to the part you need",
                )
            text = path.read_bytes().decode("utf-8-sig")
        except OSError as error:
            raise ConfigurationError(
                f"cannot be read: {error.strerror}", file=name, fix="check the path and its permissions"
            ) from None
        except UnicodeDecodeError as error:
            raise ConfigurationError(
                f"byte {error.start} is not UTF-8", file=name, fix="save it as UTF-8"
            ) from None
        return cls(name, _parsed(name, text))

    def error(self, pointer: str, message: str, fix: str) -> ConfigurationError:
        """Return the error about a place."""
        return ConfigurationError(f"{pointer or '/'}: {message}", file=self.name, fix=fix)

    def mapping(self, node: Json, key: str, pointer: str) -> Json:
        """Return the object under a key; an empty one where there is none.

        Raises:
            ConfigurationError: something else stands there.
        """
        value = node.get(key, {})
        if not isinstance(value, dict):
            raise self.error(
                join(pointer, key), "an object is expected here", "see the OpenAPI specification"
            )
        return value

    def resolved(self, node: Any, pointer: str) -> tuple[Json, str]:
        """Return an object, and its pointer, after following its references.

        Raises:
            ConfigurationError: it is no object, or a reference leads nowhere, elsewhere or back to itself.
        """
        seen: set[str] = set()
        while True:
            if not isinstance(node, dict):
                raise self.error(pointer, "an object is expected here", "see the OpenAPI specification")
            target = node.get("$ref")
            if not isinstance(target, str):
                return node, pointer
            if target in seen:
                raise self.error(
                    pointer, f"the reference {target} leads back to itself", "let it name a schema"
                )
            seen.add(target)
            node, pointer = self._at(target, pointer), target.removeprefix("#")

    def _at(self, target: str, pointer: str) -> Any:
        if not target.startswith("#/"):
            raise self.error(
                pointer, f"the reference {target} leads out of this file", "bundle it into one file"
            )
        node: Any = self.data
        for part in target[2:].split("/"):
            key = part.replace("~1", "/").replace("~0", "~").replace("%7B", "{").replace("%7D", "}")
            if isinstance(node, list) and key.isdecimal() and int(key) < len(node):
                node = node[int(key)]
            elif isinstance(node, dict) and key in node:
                node = node[key]
            else:
                raise self.error(
                    pointer, f"the reference {target} leads nowhere", "name a part that is there"
                )
        return node

    def schema(self, node: Any, pointer: str, depth: int = 0) -> tuple[Json, str]:
        """Return a schema with its parts put together: all of ``allOf``, the first object of ``oneOf`` and ``anyOf``.

        Raises:
            ConfigurationError: see :meth:`resolved`; or its parts hold themselves.
        """
        found, where = self.resolved(node, pointer)
        if depth > _DEEPEST:
            raise self.error(where, "the schema holds itself", "take it out of its own allOf, oneOf or anyOf")
        merged: Json = {key: value for key, value in found.items() if key not in ("allOf", "oneOf", "anyOf")}
        for key in ("allOf", "oneOf", "anyOf"):
            parts = found.get(key)
            for n, part in enumerate(parts if isinstance(parts, list) else []):
                inner, _ = self.schema(part, join(where, key, str(n)), depth + 1)
                if inner.get("type") == "null":
                    merged["nullable"] = True
                    continue
                merged = _merged(merged, inner)
                if key != "allOf":
                    break
        return merged, where


def join(pointer: str, *parts: str) -> str:
    """Return the pointer of something below."""
    return pointer + "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)


def _merged(one: Json, other: Json) -> Json:
    both = {**other, **one}
    for key, empty in (("properties", {}), ("required", [])):
        values = [part[key] for part in (one, other) if isinstance(part.get(key), type(empty))]
        if len(values) == 2:
            both[key] = {**values[1], **values[0]} if key == "properties" else [*values[0], *values[1]]
    return both


def _parsed(name: str, text: str) -> Json:
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        if not text.lstrip().startswith(("{", "[")):
            raise ConfigurationError(
                "this is not JSON; is it YAML?", file=name, line=error.lineno,
                fix="convert it to JSON, for example with: yq -o json FILE",
            ) from None  # fmt: skip
        raise ConfigurationError(
            f"this is not JSON: {error.msg} (column {error.colno})", file=name, line=error.lineno,
            fix="correct that line",
        ) from None  # fmt: skip
    except (RecursionError, ValueError) as error:
        raise ConfigurationError(
            f"this is not JSON: {error}", file=name, fix="is it nested too deeply?"
        ) from None
    if not isinstance(data, dict):
        raise ConfigurationError(
            "/: an object is expected here", file=name, fix="see the OpenAPI specification"
        )
    return data
