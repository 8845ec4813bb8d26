"""A posting rule as written: which lines it matches and which aspects it sets.

Rules are data. They are read top to bottom and each aspect (account, VAT code, deferral,
split, dimensions, hold) is taken from the first matching rule that sets it.
"""

from datetime import date
from typing import Any

from msgspec import Struct, field


class Deferral(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where prepaid revenue waits and how it is released."""

    over: str = "service_period"
    method: str | None = None
    account: str = "deferred_revenue"


class Share(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One part of a split: ``share`` is ``"70 %"`` or ``"rest"``."""

    share: str
    credit: str


class PostingRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One ``[[rule]]``.

    Attributes:
        match: facts that must hold; an empty table matches everything.
        post: aspects ``credit``, ``debit`` (role or number) and ``vat`` (code or "none").
        defer: revenue is released over the service period; ``False`` says: at once.
        split: parts to several accounts.
        hold: a reason: matching records wait for a person.
    """

    name: str
    match: dict[str, Any] = field(default_factory=dict)
    post: dict[str, str] = field(default_factory=dict)
    defer: Deferral | bool | None = None
    split: tuple[Share, ...] = ()
    dimensions: dict[str, str] = field(default_factory=dict)
    hold: str | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    priority: int = 0
