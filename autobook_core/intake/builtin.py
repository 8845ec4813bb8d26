"""Sources that are no connectors: people, the book's beginning, exchange rates. By file only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

import msgspec

from autobook_core.connector import Context, Envelope, Health, Malformed, NotSupported, Page, Source, Stream
from autobook_core.domain.records import FxRate, ManualEntry, ManualLine, OpeningBalances, Record

_EPOCH = date(1970, 1, 1).toordinal()


def _midnight(day: date) -> int:
    return (day.toordinal() - _EPOCH) * 86_400


class _ManualLine(msgspec.Struct):
    account: str
    debit: int = 0
    credit: int = 0


class _ManualEntry(msgspec.Struct):
    ref: str
    date: date
    text: str
    lines: list[_ManualLine]


class _OpeningBalances(msgspec.Struct):
    date: date
    balances: dict[str, int]


class _FxRate(msgspec.Struct):
    date: date
    base: str
    quote: str
    rate: str
    source: str = ""


class _Dated(msgspec.Struct):
    date: date


@dataclass(frozen=True)
class NoConfig:
    """Nothing to set."""


class ByFileOnly(Source):
    """Shared by the built-in sources: nothing to fetch, nothing to check."""

    Config: ClassVar[type] = NoConfig

    def check(self, ctx: Context) -> Health:
        """There is nothing that could be wrong."""
        return Health(ok=True)

    def fetch(self, ctx: Context, stream: Stream, cursor: dict[str, Any] | None) -> Page:
        """These come by file.

        Raises:
            NotSupported: always.
        """
        raise NotSupported("these records come by `autobook import`")


class People(ByFileOnly):
    """What people decide and write: ``user``."""

    streams = (
        Stream("manual_entry", shape=_ManualEntry),
        Stream("match_decision"),
        Stream("rule_change"),
        Stream("period_lock"),
    )

    def envelope(self, stream: Stream, raw: bytes) -> Envelope:
        """Wrap what a person wrote: a manual entry is known by its ``ref``, the rest by content.

        Raises:
            Malformed: it cannot be read.
        """
        if stream.name != "manual_entry":
            return Envelope(
                msgspec.json.encode(msgspec.json.decode(raw), order="sorted").hex()[:64], data=raw
            )
        entry = _read(raw, _ManualEntry)
        return Envelope(entry.ref, data=raw, created=_midnight(entry.date))

    def translate(self, stream: Stream, raw: Any) -> Iterable[Record]:
        """Say what a person wrote.

        Raises:
            Malformed: this kind of decision is not understood.
        """
        if stream.name != "manual_entry":
            msg = f"{stream.name} is not understood by this version"
            raise Malformed("", msg, code="unsupported_record")
        lines = tuple(
            ManualLine(account=line.account, debit=line.debit, credit=line.credit) for line in raw.lines
        )
        yield ManualEntry(id=raw.ref, created=_midnight(raw.date), day=raw.date, text=raw.text, lines=lines)


class Beginning(ByFileOnly):
    """What was there before: ``book``."""

    streams = (Stream("opening_balances", shape=_OpeningBalances),)

    def envelope(self, stream: Stream, raw: bytes) -> Envelope:
        """Wrap opening balances: a book has one set for a day.

        Raises:
            Malformed: they cannot be read.
        """
        day = _read(raw, _Dated).date
        return Envelope(f"opening-{day.isoformat()}", data=raw, created=_midnight(day))

    def translate(self, stream: Stream, raw: Any) -> Iterable[Record]:
        """Say what stood on the accounts."""
        name = f"opening-{raw.date.isoformat()}"
        yield OpeningBalances(id=name, created=_midnight(raw.date), day=raw.date, balances=raw.balances)


class Rates(ByFileOnly):
    """Exchange rates: ``fx``."""

    streams = (Stream("fx_rate", shape=_FxRate),)

    def envelope(self, stream: Stream, raw: bytes) -> Envelope:
        """Wrap a rate: one for each day and pair.

        Raises:
            Malformed: it cannot be read.
        """
        rate = _read(raw, _FxRate)
        return Envelope(_rate_id(rate), data=raw, created=_midnight(rate.date))

    def translate(self, stream: Stream, raw: Any) -> Iterable[Record]:
        """Say what a currency cost."""
        yield FxRate(
            id=_rate_id(raw), created=_midnight(raw.date), day=raw.date, base=raw.base.upper(),
            quote=raw.quote.upper(), rate=raw.rate, source=raw.source,
        )  # fmt: skip


class Unreadable(ByFileOnly):
    """Lines of files that nobody can read: ``import``."""

    streams = (Stream("line"),)

    def translate(self, stream: Stream, raw: Any) -> Iterable[Record]:
        """Say that it cannot be read.

        Raises:
            Malformed: always.
        """
        raise Malformed("", "the line is no envelope Autobook can read")


BUILTIN: dict[str, type[ByFileOnly]] = {"user": People, "book": Beginning, "fx": Rates, "import": Unreadable}


def _rate_id(rate: _FxRate) -> str:
    return f"{rate.date.isoformat()}-{rate.base.upper()}-{rate.quote.upper()}"


def _read(raw: bytes, shape: type[Any]) -> Any:
    try:
        return msgspec.json.decode(raw, type=shape)
    except msgspec.MsgspecError as error:
        raise Malformed("", str(error)) from None
