"""Calling a sink that may do anything: raise, repeat itself, answer for others, or say nothing at all.

Whatever a connector does ends here as a fault in words. What it says is believed only where it fits what
it was asked; everything else is *in doubt*, which is never a reason to send again without looking.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence

from autobook_core.connector import Context, Delivery, Receipt, Remote, Sink, redact, secret_values
from autobook_core.errors import AuthFailed, BadConfig, NotSupported, RateLimited, Unavailable

_STATES = ("accepted", "rejected", "retry")
#: Longest text kept of what another system says.
_LONGEST = 500
#: Faults in a row after which nothing more is sent in this run; an outage counts for several.
_PATIENCE = 5
_OUTAGE = 3
#: Failed look-ups after which none is made in this run.
_LOOKS = 24
#: Parts into which a failed look-up is cut, to find the key that breaks it.
_PARTS = 8
_END = object()


class Calls:
    """Calls one sink during one run, and knows when to leave it alone.

    Attributes:
        error: the first fault, in words; empty while all is well.
        may_send, may_look: whether it makes sense to go on.
        outage: the latest ``deliver`` failed for a reason that concerns the whole other side.
    """

    def __init__(self, sink: Sink, ctx: Context) -> None:
        self._sink = sink
        self._ctx = ctx
        self._strikes = 0
        self._failed_looks = 0
        config = getattr(sink, "config", None)
        known = dataclasses.is_dataclass(config) and not isinstance(config, type)
        self._secrets = secret_values(config) if known else ()
        self.error = ""
        self.may_send = True
        self.may_look = True
        self.outage = False

    def words(self, text: object) -> str:
        """Return what another system said as a text that can be kept: short, encodable, without secrets."""
        if text == "":
            return ""
        said = redact(_text(text).encode("utf-8", "replace").decode(), self._secrets)
        return said if len(said) <= _LONGEST else said[: _LONGEST - 3] + "..."

    def deliver(self, items: Sequence[Delivery]) -> Iterator[Receipt]:
        """Hand documents to the sink and give each receipt that fits one of them."""
        keys = {item.key for item in items}
        self.outage = False
        silent = True
        try:
            receipts = iter(self._sink.deliver(self._ctx, items))
            # A sink that never ends must not hold the others up.
            for _ in range(2 * len(items) + _PARTS):
                receipt = next(receipts, _END)
                if receipt is _END:
                    break
                if not isinstance(receipt, Receipt) or not _fits(receipt, keys):
                    self._note("the sink gave a receipt for nothing it was sent", receipt)
                    continue
                silent = False
                self._strikes = 0
                yield receipt
        except Exception as error:  # noqa: BLE001 - a connector may raise anything
            self._send_failed(error)
            return
        if silent:
            self._note("the sink took documents and gave no receipt")
            self._strike(1)

    def _send_failed(self, error: Exception) -> None:
        self._note(type(error).__name__, error)
        self.outage = isinstance(error, Unavailable | OSError)
        if isinstance(error, AuthFailed | BadConfig | RateLimited | NotSupported):
            self.outage = True
            self.may_send = False
            self.may_look = self.may_look and isinstance(error, NotSupported)
        self._strike(_OUTAGE if self.outage else 1)

    def _strike(self, weight: int) -> None:
        self._strikes += weight
        if self._strikes >= _PATIENCE:
            self.may_send = False

    def find(self, keys: Sequence[str]) -> dict[str, list[Remote]]:
        """Return what stands under each key; a key that could not be looked up is left out."""
        found: dict[str, list[Remote]] = {}
        parts = [list(keys)]
        while parts and self.may_look:
            part = parts.pop()
            answer = self._find(part)
            if answer is not None:
                found |= answer
            elif len(part) > 1:
                size = -(-len(part) // _PARTS)
                parts += [part[at : at + size] for at in range(0, len(part), size)]
        return found

    def _find(self, keys: list[str]) -> dict[str, list[Remote]] | None:
        try:
            answer = self._sink.find(self._ctx, keys)
            if not isinstance(answer, Mapping):
                raise TypeError(f"find gave {type(answer).__name__}, no mapping")
            return {key: _remotes(answer.get(key, ())) for key in keys}
        except Exception as error:  # noqa: BLE001 - a connector may raise anything
            self._note(f"find: {type(error).__name__}", error)
            self._failed_looks += 1
            passing = isinstance(error, Unavailable | OSError | NotSupported)
            final = isinstance(error, AuthFailed | BadConfig | RateLimited)
            self.may_look = not (passing or final) and self._failed_looks < _LOOKS
            self.may_send = self.may_send and not final
            return None

    def _note(self, fault: str, said: object = None) -> None:
        if not self.error:
            self.error = self.words(f"{fault}: {_text(said)}" if said is not None else fault)


def _fits(receipt: Receipt, keys: set[str]) -> bool:
    key: object = receipt.key
    return isinstance(key, str) and key in keys and receipt.state in _STATES


def _text(value: object) -> str:
    try:
        return str(value)
    except Exception:  # noqa: BLE001 - not even this is sure of what a connector makes
        return type(value).__name__


def _remotes(value: object) -> list[Remote]:
    if not isinstance(value, list | tuple) or not all(isinstance(item, Remote) for item in value):
        raise TypeError(f"find gave {type(value).__name__}, no list of remotes")
    return list(value)
