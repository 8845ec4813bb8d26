"""How generated parts are written: one entry a setting, an event or a case, each with a place that can be linked."""

import re
from typing import Any


def target(*parts: str) -> str:
    """Return the name under which something can be linked: lower case, words joined by hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", "-".join(parts).lower()).strip("-")


def entry(place: str, name: str, remark: str, *paragraphs: str) -> list[str]:
    """Return one entry: its place, its name with a remark, and what is said of it."""
    lines = [f"({place})=", f"**`{name}`**" + (f" ({remark})" if remark else "")]
    for mark, paragraph in zip(":" + " " * len(paragraphs), paragraphs, strict=False):
        lines += [f"{mark}   {paragraph}", ""]
    return lines


def shown(value: Any) -> str:
    """Return a default as one writes it in TOML."""
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)
