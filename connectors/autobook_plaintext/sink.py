"""Plain-text journals as a sink: every entry once, in files that hledger and Beancount check."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from autobook_core.connector import Context, Delivery, Health, Receipt, Remote, Sink, option
from autobook_plaintext import beancount, hledger
from autobook_plaintext.canonical import why_not
from autobook_plaintext.files import make_folder
from autobook_plaintext.ledger import Item, Ledger, Stored

_FORMS = {"hledger": (hledger,), "beancount": (beancount,), "both": (hledger, beancount)}


@dataclass(frozen=True)
class Config:
    """Where the journals are written, and for which program."""

    folder: str = option("Folder of the journals, seen from the book's folder", default="files/ledger")
    format: str = option("Which journals are written", default="both", choices=_FORMS)


class PlainText(Sink):
    """Writes entries into journals by month; a key that is there already is not written again."""

    Config = Config
    idempotent: ClassVar[bool] = True
    batch: ClassVar[int] = 5000

    def check(self, ctx: Context) -> Health:
        """Try whether the folder can be written to."""
        if self.config.format not in _FORMS:
            return Health(ok=False, message=f"format is one of {', '.join(_FORMS)}")
        folder = ctx.home / self.config.folder
        probe = folder / ".autobook-check"
        try:
            make_folder(folder)
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            return Health(ok=False, message=f"{self.config.folder} cannot be written to: {error.strerror}")
        return Health(ok=True, account_id=str(folder.resolve()), label=self.config.folder)

    def deliver(self, ctx: Context, items: Sequence[Delivery]) -> Iterator[Receipt]:
        """Write the entries month by month; a receipt follows when its month is on disk."""
        ledgers = self._ledgers(ctx)
        known = [ledger.find({item.key for item in items}, ledger.months()) for ledger in ledgers]
        months: dict[str, list[Item]] = {}
        bodies: dict[str, Any] = {}
        for delivery in items:
            why = why_not(delivery.kind, delivery.body) or _taken(delivery, known, bodies)
            if why:
                yield Receipt(delivery.key, "rejected", why=why)
                continue
            bodies[delivery.key] = delivery.body
            item = Item(delivery.key, delivery.body, delivery.replaces)
            months.setdefault(item.month, []).append(item)
        yield from _written(ledgers, known, months)

    def find(self, ctx: Context, keys: Sequence[str]) -> Mapping[str, list[Remote]]:
        """Read the files and return what stands in them under these keys.

        An entry counts when every journal has it; where they differ, each version is returned.
        """
        found = [ledger.find(keys, ledger.included()) for ledger in self._ledgers(ctx)]
        return {key: _remotes(key, [stored.get(key, []) for stored in found]) for key in keys}

    def _ledgers(self, ctx: Context) -> list[Ledger]:
        folder: Path = ctx.home / self.config.folder
        return [Ledger(folder, form) for form in _FORMS[self.config.format]]


def _taken(delivery: Delivery, known: Sequence[dict[str, list[Stored]]], bodies: Mapping[str, Any]) -> str:
    """Return why a key cannot be used for this body; empty if it can."""
    for stored in (entry for found in known for entry in found.get(delivery.key, ())):
        if stored.body != _plain(delivery.body):
            return f"the key is taken by another entry in {stored.month}"
    if delivery.key in bodies and _plain(bodies[delivery.key]) != _plain(delivery.body):
        return "the key is taken by another entry of the same batch"
    return ""


def _written(
    ledgers: Sequence[Ledger], known: Sequence[dict[str, list[Stored]]], months: Mapping[str, list[Item]]
) -> Iterator[Receipt]:
    """Write the months in order and yield the receipts of each; a month that cannot be written comes again."""
    for month in sorted(months):
        items = months[month]
        try:
            for ledger, found in zip(ledgers, known, strict=True):
                fresh = {item.key: item for item in items if item.key not in found}
                ledger.write(month, list(fresh.values()))
        except (OSError, UnicodeDecodeError) as error:
            for item in items:
                yield Receipt(item.key, "retry", why=f"{month} could not be written: {error}")
            continue
        for item in items:
            yield Receipt(item.key, "accepted", remote_id=f"{month}/{item.key}")


def _remotes(key: str, versions: Sequence[list[Stored]]) -> list[Remote]:
    """Return one remote for an entry that all journals agree on, none where one has not got it."""
    if not all(versions):
        return []
    longest = max(versions, key=len)
    first = longest[0]
    if all(entry.body == first.body for entries in versions for entry in entries):
        return [_remote(key, entry) for entry in longest]
    return [_remote(key, entry) for entries in versions for entry in entries]


def _remote(key: str, entry: Stored) -> Remote:
    return Remote(f"{entry.month}/{key}", entry.body or {})


def _plain(body: Mapping[str, Any]) -> Any:
    """Return the body as JSON would carry it: lists for tuples, texts for keys."""
    return json.loads(json.dumps(body))
