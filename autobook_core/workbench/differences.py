"""The difference of two JSON-able values, place by place."""

from collections.abc import Iterator
from typing import Any

_NOTHING = object()


def differences(before: Any, after: Any, path: str = "") -> Iterator[dict[str, Any]]:
    """Give each place where two values differ: path, change (changed, added, removed), before and after."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(key for key in after if key not in before)]:
            below = f"{path}.{key}" if path else str(key)
            yield from differences(before.get(key, _NOTHING), after.get(key, _NOTHING), below)
    elif isinstance(before, list) and isinstance(after, list):
        for at in range(max(len(before), len(after))):
            one, other = (value[at] if at < len(value) else _NOTHING for value in (before, after))
            yield from differences(one, other, f"{path}[{at}]")
    elif type(before) is not type(after) or before != after:
        change = "added" if before is _NOTHING else "removed" if after is _NOTHING else "changed"
        yield {
            "path": path, "change": change, "before": None if before is _NOTHING else before,
            "after": None if after is _NOTHING else after,
        }  # fmt: skip
