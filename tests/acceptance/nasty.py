"""A catalogue of bad records, each made from a good one, with what must be said about it."""

import json
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

#: Whoever waits since then waits too long.
LONG_AGO = "2025-01-02T08:00:00Z"

Data = dict[str, Any]
Change = Callable[[Data], Any]


@dataclass(frozen=True)
class Bad:
    """One line of a file, and how it must show in the inbox."""

    kind: str
    line: bytes
    code: str
    record: str
    data: bytes
    status: str = "quarantined"
    severity: str = "error"


@dataclass(frozen=True)
class Models:
    """Good objects of each kind, to be spoiled."""

    invoice: Data
    charge: Data
    refund: Data
    payout: Data
    balance_transaction: Data


def models(lines: list[bytes]) -> Models:
    """Return a good object of each kind: a Danish invoice of a monthly plan, and what is easiest of the rest."""
    found: dict[str, Data] = {}
    for line in lines:
        envelope = json.loads(line)
        kind, data = envelope["type"], envelope["data"]
        if kind in found or not _is_plain(kind, data):
            continue
        found[kind] = data
    return Models(**{name: found[name] for name in Models.__dataclass_fields__})


def _is_plain(kind: str, data: Data) -> bool:
    if kind == "invoice":
        danish: bool = data["customer_address"]["country"] == "DK"
        return danish and data["total"] > 0 and data["tax"] > 0
    if kind == "charge":
        return bool(data["invoice"]) and data["status"] == "succeeded"
    return kind != "balance_transaction" or bool(data["type"] == "charge")


def line_of(kind: str, data: bytes, **more: Any) -> bytes:
    """Return an envelope whose data stands there as it is."""
    head = {"source": "stripe", "type": kind, "api_version": "2024-06-20"} | more
    return json.dumps(head).encode()[:-1] + b',"data":' + data + b"}"


class Spoiler:
    """Makes bad records from good ones."""

    def __init__(self, good: Models) -> None:
        self.good = good

    def made(
        self,
        kind: str,
        name: str,
        code: str,
        change: Change,
        *,
        raw: tuple[bytes, bytes] = (b"", b""),
        **fields: Any,
    ) -> Bad:
        """Return a copy of the good object under a name of its own, changed."""
        data = deepcopy(getattr(self.good, kind))
        _rename(data, name)
        change(data)
        body = json.dumps(data).encode().replace(*raw) if raw[0] else json.dumps(data).encode()
        return Bad(kind, line_of(kind, body, received_at=LONG_AGO), code, name, body, **fields)

    def amounts(self) -> Iterator[Bad]:
        """Amounts that are none."""
        codes = {"1250.5": "non_integer_amount", '"1250"': "non_integer_amount", "true": "non_integer_amount",
                 "1e3": "non_integer_amount", "null": "missing_required_field", "9" * 40: "malformed_record",
                 "[1]": "malformed_record", "{}": "malformed_record"}  # fmt: skip
        for kind in ("charge", "balance_transaction", "refund", "payout"):
            for n, (amount, code) in enumerate(codes.items()):
                yield self.made(
                    kind, f"{kind}_amount_{n}", code, lambda data: data.update(amount="@"),
                    raw=(b'"@"', amount.encode()),
                )  # fmt: skip

    def invoices(self) -> Iterator[Bad]:
        """Invoices that contradict themselves, or that the books cannot know how to book."""
        cases: Mapping[str, tuple[str, Change]] = {
            "total": ("totals_do_not_add_up", lambda data: data.update(total=data["total"] + 1)),
            "due": ("totals_do_not_add_up", lambda data: data.update(amount_due=data["amount_due"] + 1)),
            "tax": ("tax_amount_mismatch", _tax_too_high),
            "period": ("service_period_invalid", _ends_before_it_begins),
            "currency": ("unknown_currency", lambda data: _currency(data, "xyz")),
            "foreign": ("missing_exchange_rate", lambda data: _currency(data, "eur")),
            "test": ("test_mode_record", lambda data: data.update(livemode=False)),
            "lines": ("missing_required_field", lambda data: data.pop("lines")),
            "customer": ("missing_required_field", lambda data: data.pop("customer")),
            "country": ("unknown_tax_treatment", _untaxed_from_nowhere),
            "status": ("malformed_record", lambda data: data.update(status="quantum")),
            "old": ("implausible_date", lambda data: data.update(effective_at=1)),
            "void": ("missing_required_field", lambda data: data.update(status="void")),
            "lost": ("missing_required_field", lambda data: data.update(status="uncollectible")),
        }
        for name, (code, change) in cases.items():
            yield self.made("invoice", f"in_bad_{name}", code, change)

    def money(self) -> Iterator[Bad]:
        """Movements and what they come from, at odds."""
        yield self.made("balance_transaction", "txn_bad_net", "totals_do_not_add_up",
                        lambda data: data.update(net=data["net"] + 1))  # fmt: skip
        yield self.made("balance_transaction", "txn_bad_currency", "unknown_currency",
                        lambda data: data.update(currency="xyz"))  # fmt: skip
        yield self.made("balance_transaction", "txn_bad_source", "missing_parent",
                        lambda data: data.update(source="ch_that_never_came"), status="pending")  # fmt: skip
        for kind in ("charge", "refund", "payout"):
            yield self.made(kind, f"{kind}_test", "test_mode_record",
                            lambda data: data.update(livemode=False, balance_transaction=None))  # fmt: skip
            yield self.made(kind, f"{kind}_status", "malformed_record",
                            lambda data: data.update(status="quantum", balance_transaction=None))  # fmt: skip
            yield self.made(kind, f"{kind}_twice", "malformed_record",
                            lambda data: data.update(balance_transaction=None),
                            raw=(b'"amount"', b'"amount": 1, "amount"'))  # fmt: skip
        yield self.made(
            "charge", "ch_without_invoice", "missing_parent", _of_unknown_invoice, status="pending"
        )
        refund = self.made(
            "refund", "re_without_charge", "missing_parent", _of_unknown_charge, status="pending"
        )
        # What waits for the charge is the movement that stands inside.
        yield replace(refund, kind="balance_transaction", record="txn_of_re_without_charge")

    def everything(self) -> list[Bad]:
        """Return all of it."""
        return [*self.amounts(), *self.invoices(), *self.money()]


def _rename(data: Data, name: str) -> None:
    data["id"] = name
    movement = data.get("balance_transaction")
    if isinstance(movement, dict):
        movement |= {"id": f"txn_of_{name}", "source": name}


def _tax_too_high(data: Data) -> None:
    tax = data["lines"]["data"][0]["tax_amounts"][0]
    tax["amount"] += 2
    for key in ("tax", "total", "amount_due", "amount_remaining"):
        data[key] += 2


def _ends_before_it_begins(data: Data) -> None:
    period = data["lines"]["data"][0]["period"]
    period["end"] = period["start"]


def _currency(data: Data, currency: str) -> None:
    data["currency"] = currency
    for line in data["lines"]["data"]:
        line["currency"] = currency


def _untaxed_from_nowhere(data: Data) -> None:
    data["customer_address"] = None
    for line in data["lines"]["data"]:
        line["tax_amounts"] = []
    data["total"] -= data["tax"]
    data["amount_due"] = data["total"]
    data["tax"] = 0


def _of_unknown_invoice(data: Data) -> None:
    data["invoice"] = "in_that_never_came"


def _of_unknown_charge(data: Data) -> None:
    data["charge"] = "ch_that_never_came"
