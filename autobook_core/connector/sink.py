"""A sink: takes finished entries to another system, and can say what is really there.

The framework keeps the outbox. It commits ``sending`` before the call and each receipt as it
is yielded. A timeout, a crash or a missing receipt leaves an item in doubt: then ``find``
is asked first, and only what is not there is sent again. The core, not the connector,
compares what was found with what was sent.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

if TYPE_CHECKING:
    import httpx


from autobook_core.connector.context import Context
from autobook_core.connector.source import OAuth2
from autobook_core.connector.values import Health, Limit


@dataclass(frozen=True, slots=True)
class Delivery:
    """One document to deliver.

    Attributes:
        key: the idempotency key; the same for every attempt.
        kind: what it is, for example ``journal_entry``.
        body: the canonical document, JSON-able: for a ``journal_entry`` the keys ``id``,
            ``series``, ``number``, ``date`` (ISO), ``journal``, ``text``, ``currency``,
            ``sources`` and ``lines`` (each ``account``, ``name``, ``type``, ``amount`` in signed
            minor units, debit positive, and optional ``tax_code``, ``customer``, ``invoice``).
        replaces: key of the document it corrects, if any.
    """

    key: str
    kind: str
    body: Mapping[str, Any]
    replaces: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the other side said to one delivery."""

    key: str
    state: Literal["accepted", "rejected", "retry"]
    remote_id: str | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Remote:
    """A document as it stands on the other side, mapped back to the canonical form."""

    remote_id: str
    body: Mapping[str, Any] = field(default_factory=dict)


class Sink(ABC):
    """Writes documents to one account of one other system."""

    Config: ClassVar[type[Any]]
    limits: ClassVar[Sequence[Limit]] = ()
    #: Kinds of documents it takes.
    accepts: ClassVar[frozenset[str]] = frozenset({"journal_entry"})
    #: The server honours ``Delivery.key``: a second send of the same key changes nothing.
    idempotent: ClassVar[bool] = False
    #: How many documents one ``deliver`` call takes at most.
    batch: ClassVar[int] = 500

    def __init__(self, config: Any) -> None:
        self.config = config

    @property
    def base_url(self) -> str:
        """Where the API lives; relative urls start here."""
        return ""

    def auth(self) -> "httpx.Auth | OAuth2 | None":
        """Return how requests prove who we are."""
        return None

    @abstractmethod
    def check(self, ctx: Context) -> Health:
        """Ask the other side whether this configuration works, and whose account it is."""

    @abstractmethod
    def deliver(self, ctx: Context, items: Sequence[Delivery]) -> Iterator[Receipt]:
        """Write the items and yield one receipt for each, as soon as it is known."""

    @abstractmethod
    def find(self, ctx: Context, keys: Sequence[str]) -> Mapping[str, list[Remote]]:
        """Ask the other side, every time, which documents carry these keys."""
