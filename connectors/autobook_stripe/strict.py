"""JSON that says one thing only: an object that names a key twice is refused.

Readers differ in which of the two they take, so the amount that one program checks may not be the amount that
another one books. Pages come over Stripe's own connection; deliveries and files pass through other hands.
"""

import json
from typing import Any

import msgspec

from autobook_core.connector import Malformed


def refuse_repeated_keys(id: str, raw: bytes) -> None:
    """Return if no object in the text names a key twice.

    Raises:
        Malformed: a key stands twice.
        msgspec.DecodeError, RecursionError: the text is no JSON, or nested too deep.
    """
    # A repeated key is lost when the text is read and written again. Only where the count differs is it worth
    # the slow look: the text may also differ by white space.
    again = msgspec.json.encode(msgspec.json.decode(raw))
    if again == raw or raw.count(b'":') == again.count(b'":'):
        return
    json.loads(raw, object_pairs_hook=lambda pairs: _once(id, pairs))


def _once(id: str, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Malformed(id, f"the key {twice!r} stands twice")
    return found
