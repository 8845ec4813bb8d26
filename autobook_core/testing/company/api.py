"""The simulated processor's API as a function from request to answer; sockets are somebody else's business."""

from __future__ import annotations

import base64
import binascii
import threading
from collections.abc import Mapping
from random import Random
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec

from . import render
from .catalogue import FOREVER, Catalogue, Row
from .clock import DAY
from .facts import Charge, Company, Customer, Refund
from .listing import KINDS, TYPES, ApiError, Lists, check_expansions, missing, not_expandable, page_size
from .money import give_back
from .people import identifier

_encode = msgspec.json.encode
_EVENT_DAYS = 30
_KEY_REUSED = (
    "Keys for idempotent requests can only be used with the same parameters they were first used with."
)


class Answer(msgspec.Struct):
    """A status, a JSON body and extra headers."""

    status: int
    body: bytes
    headers: dict[str, str] = {}


class Api:
    """The processor as a caller sees it.

    Args:
        company: The facts to serve.
        keys: The API keys that are accepted.
        api_version: The version of callers that name none.
        tax_rate_ids: Whether the older shape names tax rates by id instead of showing them.
    """

    def __init__(
        self, company: Company, keys: frozenset[str], api_version: str, *, tax_rate_ids: bool = False
    ) -> None:
        """Arrange the facts; the horizon starts at the end of time."""
        self.catalogue = Catalogue(company, tax_rate_ids=tax_rate_ids)
        self.lists = Lists(self.catalogue)
        self.keys = keys
        self.api_version = api_version
        self._until = FOREVER
        self._lock = threading.RLock()
        self._done: dict[str, tuple[tuple[str, str], Answer]] = {}
        self._rng = Random(company.options.seed ^ 0x9057)
        kinds = ("customers", "subscriptions", "invoices", "charges", "balance_transactions", "payouts")
        last = (self.catalogue.rows[kind][-1].created for kind in kinds if self.catalogue.rows[kind])
        self._end = max(last, default=0)

    @property
    def until(self) -> int | None:
        """The horizon, or None for the end of time."""
        return None if self._until == FOREVER else self._until

    @until.setter
    def until(self, instant: int | None) -> None:
        with self._lock:
            self._until = FOREVER if instant is None else instant
            self.catalogue.forget()

    @property
    def now(self) -> int:
        """What objects made through the API are dated: the horizon, or one second after everything else."""
        return self._end + 1 if self._until == FOREVER else self._until

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Answer one request; headers are looked up in lower case."""
        version = headers.get("stripe-version") or self.api_version
        try:
            self._authorize(headers.get("authorization", ""))
            with self._lock:
                if method not in ("GET", "POST"):
                    message = f"Unrecognized request URL ({method}: {urlsplit(target).path})."
                    raise ApiError(message, status=404)
                if method == "POST":
                    found = self._post(target, headers, body, modern=render.is_modern(version))
                else:
                    found = self._get(target, modern=render.is_modern(version))
        except ApiError as error:
            found = Answer(error.status, _encode({"error": error.error}))
        return Answer(found.status, found.body, {"Stripe-Version": version, **found.headers})

    def _authorize(self, header: str) -> None:
        scheme, _, credentials = header.partition(" ")
        key = credentials.strip() if scheme.lower() == "bearer" else ""
        if scheme.lower() == "basic":
            try:
                key = base64.b64decode(credentials, validate=True).decode().partition(":")[0]
            except (binascii.Error, UnicodeDecodeError):
                key = ""
        if not key:
            message = "You did not provide an API key."
            raise ApiError(message, status=401)
        if key not in self.keys:
            message = f"Invalid API Key provided: {key[:3]}****"
            raise ApiError(message, status=401)

    # ------------------------------------------------------------------------------------------------------ reading

    def _get(self, target: str, *, modern: bool) -> Answer:
        url = urlsplit(target)
        parameters: dict[str, str] = {}
        expand: list[str] = []
        for name, value in parse_qsl(url.query, keep_blank_values=True):
            if name.startswith("expand["):
                expand.append(value)
            elif name.startswith("types["):
                parameters[TYPES] = f"{parameters[TYPES]},{value}" if TYPES in parameters else value
            else:
                parameters[name] = value
        match url.path.strip("/").split("/"):
            case ["v1", "account"]:
                return Answer(200, _encode(render.account(self.catalogue.company)))
            case ["v1", "balance"]:
                return Answer(200, _encode(self._balance()))
            case ["v1", kind] if kind in KINDS:
                return self._list(kind, parameters, expand, modern=modern)
            case ["v1", kind, object_id] if kind in KINDS:
                return self._retrieve(kind, object_id, expand, modern=modern)
            case ["v1", "invoices", object_id, "lines"]:
                return self._lines(object_id, parameters, modern=modern)
        message = f"Unrecognized request URL (GET: {url.path})."
        raise ApiError(message, status=404)

    def _visible(self, kind: str, object_id: str) -> Row:
        if kind == "events":
            self.catalogue.events()
        place = self.catalogue.place(kind, object_id)
        row = None if place is None else self.catalogue.rows[kind][place]
        if row is None or row.created > self._until:
            raise missing(kind, object_id)
        return row

    def _body(self, kind: str, row: Row, expand: list[str], *, modern: bool) -> bytes:
        try:
            return self.catalogue.body(kind, row, self._until, modern=modern, expand=expand)
        except KeyError as error:
            raise not_expandable(str(error.args[0])) from None

    def _retrieve(self, kind: str, object_id: str, expand: list[str], *, modern: bool) -> Answer:
        paths = check_expansions(expand, in_list=False)
        return Answer(200, self._body(kind, self._visible(kind, object_id), paths, modern=modern))

    def _list(self, kind: str, parameters: dict[str, str], expand: list[str], *, modern: bool) -> Answer:
        paths = check_expansions(expand, in_list=True)
        since = self.now - _EVENT_DAYS * DAY if kind == "events" else 0
        rows, more = self.lists.page(kind, parameters, self._until, since=since)
        bodies = b",".join([self._body(kind, row, paths, modern=modern) for row in rows])
        flag = b"true" if more else b"false"
        head = b'{"object":"list","url":"/v1/%s","has_more":%s,"data":[' % (kind.encode(), flag)
        return Answer(200, head + bodies + b"]}")

    def _lines(self, object_id: str, parameters: dict[str, str], *, modern: bool) -> Answer:
        lines = self.catalogue.lines(self._visible("invoices", object_id), modern=modern)
        ids = [line["id"] for line in lines]
        after = parameters.get("starting_after")
        if after is not None and after not in ids:
            raise missing("line_items", after, param="starting_after", status=400)
        first = ids.index(after) + 1 if after else 0
        limit = page_size(parameters)
        page = lines[first : first + limit]
        url = f"/v1/invoices/{object_id}/lines"
        return Answer(
            200, _encode({"object": "list", "url": url, "has_more": len(lines) > first + limit, "data": page})
        )

    def _balance(self) -> render.Json:
        available = pending = 0
        for row in self.catalogue.rows["balance_transactions"]:
            if row.created <= self._until:
                if row.fact.available_on <= self._until:
                    available += row.fact.net
                else:
                    pending += row.fact.net

        def money(amount: int) -> list[render.Json]:
            return [{"amount": amount, "currency": "dkk", "source_types": {"card": amount}}]

        return {
            "object": "balance",
            "available": money(available),
            "livemode": True,
            "pending": money(pending),
        }

    # ------------------------------------------------------------------------------------------------------ writing

    def _post(self, target: str, headers: Mapping[str, str], body: bytes, *, modern: bool) -> Answer:
        path = urlsplit(target).path.rstrip("/")
        parameters = dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
        signature = (path, repr(sorted(parameters.items())))
        key = headers.get("idempotency-key", "")
        if key and key in self._done:
            before, answer = self._done[key]
            if before != signature:
                raise ApiError(_KEY_REUSED, kind="idempotency_error")
            return Answer(answer.status, answer.body, {"Idempotent-Replayed": "true"})
        made: Customer | Refund
        if path == "/v1/customers":
            kind, made = "customers", self._customer(parameters)
        elif path == "/v1/refunds":
            kind, made = "refunds", self._refund(parameters)
        else:
            message = f"Unrecognized request URL (POST: {path})."
            raise ApiError(message, status=404)
        row = self.catalogue.add(kind, made)
        self.lists.forget()
        self.catalogue.forget()
        answer = Answer(200, self._body(kind, row, [], modern=modern))
        if key:
            self._done[key] = (signature, answer)
        return answer

    def _customer(self, parameters: Mapping[str, str]) -> Customer:
        country = parameters.get("address[country]", "DK")
        name, email = parameters.get("name", ""), parameters.get("email", "")
        return Customer(identifier(self._rng, "cus_"), name, country, None, email, self.now)

    def _refund(self, parameters: Mapping[str, str]) -> Refund:
        wanted = parameters.get("charge") or parameters.get("payment_intent") or ""
        charge: Charge | None = next(
            (
                row.fact
                for row in self.catalogue.rows["charges"]
                if wanted in (row.id, row.fact.payment_intent)
                and row.fact.balance
                and row.created <= self._until
            ),
            None,
        )
        if charge is None:
            raise missing("charges", wanted, param="charge")
        left = charge.amount - sum(one.amount for one in self.catalogue.refunds.get(charge.id, ()))
        text: Any = parameters.get("amount", str(left))
        if not text.isdigit() or not int(text):
            message = f"Invalid positive integer: {text}"
            raise ApiError(message, code="parameter_invalid_integer", param="amount")
        if not left:
            message = f"Charge {charge.id} has already been refunded."
            raise ApiError(message, code="charge_already_refunded")
        if int(text) > left:
            message = f"Refund amount ({text}) is greater than unrefunded amount on charge ({left})."
            raise ApiError(message, param="amount")
        return give_back(self._rng, charge, int(text), self.now)
