"""``autobook.toml``: who the company is and the choices it made once."""

from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from msgspec import Struct

from autobook_core.config.document import Document, nearest
from autobook_core.config.schema import Check, Complaint, currency, decode, filled, pattern, whole
from autobook_core.domain.policy import Policy


class Company(Struct, frozen=True, kw_only=True):
    """Whose books these are.

    Attributes:
        name: as it stands on reports.
        id: registration number, in Denmark the CVR number.
        country: ISO 3166 code, two letters.
    """

    name: str
    id: str | None = None
    country: str = "DK"


class Fik(Struct, frozen=True, kw_only=True):
    """The payment references printed on Danish invoices.

    Attributes:
        kortart: ``71`` or ``75``.
        creditor: our creditor number, eight digits.
        payment_id: what the reference holds.
    """

    kortart: Literal["71", "75"] = "71"
    creditor: str
    payment_id: Literal["invoice_number"] = "invoice_number"


class Store(Struct, frozen=True, kw_only=True):
    """Where the ledger lies.

    Attributes:
        url: PostgreSQL address, or a secret reference to one; ``None`` is SQLite in the book.
        schema: PostgreSQL schema.
    """

    url: str | None = None
    schema: str = "autobook"

    def __repr__(self) -> str:
        return f"Store(url={'***' if self.url else None}, schema={self.schema!r})"


class Daemon(Struct, frozen=True, kw_only=True):
    """How ``autobook daemon`` runs.

    Attributes:
        interval_seconds: pause between two fetches of a connection.
        listen, health: HOST:PORT for webhooks, and for health and metrics.
    """

    interval_seconds: int = 900
    listen: str | None = None
    health: str | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything ``autobook.toml`` says."""

    company: Company
    policy: Policy
    fik: Fik | None
    store: Store
    daemon: dict[str, Any]


def _time_zone(value: str) -> Complaint | None:
    from zoneinfo import ZoneInfo, available_timezones

    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        return Complaint(
            "an IANA time zone, for example Europe/Copenhagen", nearest(value, available_timezones())
        )
    return None


_country = pattern("[A-Z]{2}", "an ISO 3166 code of two capital letters, for example DK")
_address = pattern(
    r"[^\s:/]+:[0-9]{1,5}|\[[0-9a-fA-F:]+\]:[0-9]{1,5}", "HOST:PORT, for example 127.0.0.1:8080"
)

TABLES: dict[str, type[Struct]] = {
    "company": Company,
    "policy": Policy,
    "fik": Fik,
    "store": Store,
    "daemon": Daemon,
}
CHECKS: dict[str, dict[str, Check]] = {
    "company": {"name": filled, "id": filled, "country": _country},
    "policy": {
        "base_currency": currency,
        "country": _country,
        "time_zone": _time_zone,
        "payment_tolerance_minor": whole(0, 100_000, "minor units"),
        "fiscal_year_start": whole(1, 12, "month"),
    },
    "fik": {"creditor": pattern("[0-9]{8}", "eight digits")},
    "store": {
        "url": pattern(
            r"(postgres(ql)?://|env:|file:|keyring:|credential:)\S+",
            'an address that begins with "postgresql://", or a reference such as "env:AUTOBOOK_DATABASE"',
        ),
        "schema": pattern("[a-z_][a-z0-9_]{0,62}", "lower-case letters, digits and underscores"),
    },
    "daemon": {"interval_seconds": whole(10, 86_400, "seconds"), "listen": _address, "health": _address},
}


def read_settings(document: Document) -> Settings:
    """Return what ``autobook.toml`` says, with the defaults of what it leaves out.

    Raises:
        ConfigurationError: a table or key is unknown, missing or out of range.
    """
    document.refuse_unknown(document.data, TABLES)

    def read(table: str, kind: type[Any]) -> Any:
        return decode(kind, document.table(table), document, (table,), checks=CHECKS[table])

    company: Company = read("company", Company)
    policy: Policy = read("policy", Policy)
    if "country" not in document.table("policy"):
        policy = msgspec.structs.replace(policy, country=company.country)
    return Settings(
        company=company,
        policy=policy,
        fik=read("fik", Fik) if "fik" in document.data else None,
        store=read("store", Store),
        daemon=msgspec.structs.asdict(read("daemon", Daemon)),
    )
