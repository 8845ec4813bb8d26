"""The imports of a written module: those whose names it uses, in the order that linters want."""

import re

_STANDARD = (
    ("hashlib", ""), ("hmac", ""), ("json", ""),
    ("collections.abc", "Generator Iterable Iterator Mapping Sequence"),
    ("dataclasses", "dataclass"), ("datetime", "UTC datetime"), ("decimal", "Decimal"),
    ("pathlib", "Path"), ("typing", "Any ClassVar Literal"),
)  # fmt: skip
_OTHERS = (
    ("autobook_core.connector as api", ""), ("httpx", ""), ("msgspec", ""),
    ("autobook_core.connector", "WebhookRequest"),
    ("autobook_core.testing", "LiveSourceContract Shelf SinkContract SourceContract"),
)  # fmt: skip


def imports_of(body: str) -> str:
    """Return the import lines for the names that a module's text uses."""
    groups = (_lines(_STANDARD, body), _lines(_OTHERS, body))
    return "\n\n".join("\n".join(lines) for lines in groups if lines)


def _lines(known: tuple[tuple[str, str], ...], body: str) -> list[str]:
    plain, named = [], []
    for module, names in known:
        if not names:
            word = module.rpartition(" ")[2]
            plain += [f"import {module}"] if re.search(rf"(?<![\w.\"/]){word}\.", body) else []
            continue
        used = [name for name in names.split() if re.search(rf"(?<![\w.\"]){name}\b", body)]
        named += [f"from {module} import {', '.join(used)}"] if used else []
    return plain + named
