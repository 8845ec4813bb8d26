"""The simulated processor answers as the real one does: lists, filters, shapes, errors, and writes done once."""

import hashlib
import hmac
from collections.abc import Iterator
from datetime import date
from typing import Any

import httpx
import pytest

from autobook_core.testing.company import (
    Company,
    Options,
    Server,
    build,
    end_of_day,
    events,
    expected_balances,
    serve,
    sign,
)

MODERN = {"Stripe-Version": "2025-03-31.basil"}
KINDS = (
    "customers", "products", "prices", "subscriptions", "invoices", "charges", "balance_transactions", "refunds",
    "payouts",
)  # fmt: skip


@pytest.fixture(scope="module")
def company() -> Company:
    return build(Options(seed=5, customers=60, months=6, refund_percent=8))


@pytest.fixture
def server(company: Company) -> Iterator[Server]:
    with serve(company) as running:
        yield running


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, auth=(server.api_key, ""), timeout=5) as one:
        yield one


def get(client: httpx.Client, path: str, **options: Any) -> Any:
    answer = client.get(path, **options)
    assert answer.status_code == 200, answer.text
    return answer.json()


def everything(client: httpx.Client, kind: str, size: int = 100, **filters: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    parameters = {"limit": size, **({"status": "all"} if kind == "subscriptions" else {}), **filters}
    if "types" in parameters:
        parameters["types[]"] = parameters.pop("types")
    while True:
        page = get(client, f"/v1/{kind}", params=parameters)
        assert page["object"] == "list"
        assert page["url"] == f"/v1/{kind}"
        found += page["data"]
        if not page["has_more"]:
            return found
        parameters["starting_after"] = page["data"][-1]["id"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [17, 100])
def test_paging_gives_each_object_once_newest_first(
    company: Company, client: httpx.Client, kind: str, size: int
) -> None:
    found = everything(client, kind, size)
    assert len(found) == len(getattr(company, kind)) == len({one["id"] for one in found})
    assert [one["created"] for one in found] == sorted((one["created"] for one in found), reverse=True)


def test_paging_backwards_meets_paging_forwards(client: httpx.Client) -> None:
    first = get(client, "/v1/charges", params={"limit": 30})["data"]
    back = get(client, "/v1/charges", params={"limit": 10, "ending_before": first[20]["id"]})
    assert [one["id"] for one in back["data"]] == [one["id"] for one in first[10:20]]
    assert back["has_more"]
    newest = get(client, "/v1/charges", params={"ending_before": first[0]["id"]})
    assert newest["data"] == []
    assert not newest["has_more"]
    assert len(get(client, "/v1/charges")["data"]) == 10


def test_created_bounds_are_exclusive_or_inclusive_as_named(company: Company, client: httpx.Client) -> None:
    moments = [one.created for one in company.invoices]
    pivot = moments[len(moments) // 2]
    kept = {
        "gt": [at for at in moments if at > pivot],
        "gte": [at for at in moments if at >= pivot],
        "lt": [at for at in moments if at < pivot],
        "lte": [at for at in moments if at <= pivot],
    }
    for bound, instants in kept.items():
        found = everything(client, "invoices", **{f"created[{bound}]": pivot})
        assert sorted(one["created"] for one in found) == instants


def test_balance_transactions_of_a_payout_add_up_to_it(company: Company, client: httpx.Client) -> None:
    payout = company.payouts[5]
    members = everything(client, "balance_transactions", payout=payout.id)
    assert sum(one["net"] for one in members if one["type"] != "payout") == payout.amount
    assert [one["source"] for one in members if one["type"] == "payout"] == [payout.id]
    by_type = everything(client, "balance_transactions", type="refund")
    assert len(by_type) == len(company.refunds)
    assert len(everything(client, "balance_transactions", source=company.charges[0].id)) == 1
    assert everything(client, "balance_transactions", payout=payout.id, type="payout") == members[:1]


def test_filters_by_customer_and_status(company: Company, client: httpx.Client) -> None:
    buyer = company.invoices[0].customer.id
    wanted = {one.id for one in company.invoices if one.customer.id == buyer}
    assert {one["id"] for one in everything(client, "invoices", customer=buyer)} == wanted
    unpaid = everything(client, "invoices", status="open")
    assert {one["id"] for one in unpaid} == {one.id for one in company.invoices if one.paid_at is None}
    living = get(client, "/v1/subscriptions", params={"limit": 100})["data"]
    assert {one["status"] for one in living} == {"active"}


def test_the_older_shape_names_price_tax_and_invoice(client: httpx.Client) -> None:
    invoice = get(client, "/v1/invoices", params={"limit": 1})["data"][0]
    line = invoice["lines"]["data"][0]
    assert invoice["tax"] == sum(
        tax["amount"] for one in invoice["lines"]["data"] for tax in one["tax_amounts"]
    )
    assert line["price"]["recurring"]["interval"] in ("month", "year")
    charge = get(client, "/v1/charges", params={"limit": 1})["data"][0]
    assert charge["invoice"].startswith("in_")
    assert charge["balance_transaction"].startswith("txn_")


def test_the_newer_shape_links_by_invoice_payment(client: httpx.Client) -> None:
    client.headers.update(MODERN)
    invoices = {one["id"]: one for one in everything(client, "invoices")}
    charges = everything(client, "charges")
    links = {one["payment"]["payment_intent"]: one for one in everything(client, "invoice_payments")}
    assert not any("invoice" in one for one in charges)
    for charge in charges:
        link = links[charge["payment_intent"]]
        assert invoices[link["invoice"]]["total"] == charge["amount"] == link["amount_requested"]
    for invoice in invoices.values():
        assert not {"tax", "subscription", "total_tax_amounts"} & invoice.keys()
        assert invoice["total"] == invoice["total_excluding_tax"] + sum(
            one["amount"] for one in invoice["total_taxes"]
        )
        assert invoice["parent"]["subscription_details"]["subscription"].startswith("sub_")
        for line in invoice["lines"]["data"]:
            assert line["pricing"]["price_details"]["price"].startswith("price_")
            assert line["parent"][line["parent"]["type"]] is not None
    taxed = next(one for one in invoices.values() if one["customer_address"]["country"] == "DK")
    rate = taxed["lines"]["data"][0]["taxes"][0]["tax_rate_details"]["tax_rate"]
    assert get(client, f"/v1/tax_rates/{rate}")["percentage"] == 25
    expand = {"expand[]": "lines.data.taxes.tax_rate_details"}
    assert get(client, f"/v1/invoices/{taxed['id']}", params=expand)["id"] == taxed["id"]


def test_expansion_replaces_ids_by_objects_down_to_four_levels(
    company: Company, client: httpx.Client
) -> None:
    expand = {"limit": 100, "expand[]": ["data.balance_transaction", "data.customer"]}
    for charge in get(client, "/v1/charges", params=expand)["data"]:
        assert charge["customer"]["object"] == "customer"
        if charge["paid"]:
            assert charge["balance_transaction"]["net"] < charge["amount"]
    refund = get(
        client, f"/v1/refunds/{company.refunds[0].id}", params={"expand[]": "charge.balance_transaction"}
    )
    assert refund["charge"]["balance_transaction"]["type"] == "charge"
    deep = client.get("/v1/invoices", params={"expand[]": "data.lines.data.price.product"})
    assert deep.status_code == 400
    assert "more than 4 levels" in deep.json()["error"]["message"]
    assert client.get("/v1/charges", params={"expand[]": "data.nonsense"}).status_code == 400


def test_the_horizon_hides_what_comes_later_and_shows_objects_as_they_were(
    company: Company, server: Server, client: httpx.Client
) -> None:
    refund = company.refunds[0]
    server.until = refund.created - 1
    assert client.get(f"/v1/refunds/{refund.id}").status_code == 404
    assert get(client, f"/v1/charges/{refund.charge.id}")["amount_refunded"] == 0
    hidden = {one["id"] for one in everything(client, "charges")}
    server.until = refund.created
    assert get(client, f"/v1/charges/{refund.charge.id}")["amount_refunded"] == refund.amount
    assert hidden <= {one["id"] for one in everything(client, "charges")}
    invoice = next(one for one in company.invoices if one.paid_at and one.reason == "subscription_cycle")
    seen = []
    for instant in (invoice.created, invoice.effective_at, invoice.paid_at or 0):
        server.until = instant
        seen.append(get(client, f"/v1/invoices/{invoice.id}")["status"])
    assert seen == ["draft", "open", "paid"]


def test_the_balance_is_what_the_books_must_show(company: Company, client: httpx.Client) -> None:
    balance = get(client, "/v1/balance")
    held = balance["available"][0]["amount"] + balance["pending"][0]["amount"]
    assert held == expected_balances(company, date(2026, 1, 1)).get("stripe_clearing", 0)
    assert get(client, "/v1/account")["country"] == "DK"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("limit=0", None), ("limit=101", None), ("limit=ten", "parameter_invalid_integer"),
        ("starting_after=ch_nobody", "resource_missing"), ("colour=red", "parameter_unknown"),
        ("created[gt]=yesterday", "parameter_invalid_integer"),
    ],
)  # fmt: skip
def test_bad_parameters_get_an_error_in_the_shape_of_the_processor(
    client: httpx.Client, query: str, code: str | None
) -> None:
    answer = client.get(f"/v1/charges?{query}")
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request_error"
    assert answer.json()["error"].get("code") == code


def test_tax_rates_can_be_named_by_id_in_the_older_shape(company: Company) -> None:
    danish = next(one for one in company.invoices if one.tax)
    path = f"/v1/invoices/{danish.id}"
    with (
        serve(company, tax_rate_ids=True) as named,
        httpx.Client(base_url=named.url, auth=("sk_test_sim", "")) as one,
    ):
        rate = get(one, path)["lines"]["data"][0]["tax_amounts"][0]["tax_rate"]
        wide = get(one, path, params={"expand[]": "lines.data.tax_amounts.tax_rate"})
        listed = get(one, f"{path}/lines")["data"][0]["tax_amounts"][0]["tax_rate"]
    assert rate == listed == wide["lines"]["data"][0]["tax_amounts"][0]["tax_rate"]["id"]


def test_only_reading_and_creating_are_understood(client: httpx.Client, company: Company) -> None:
    assert client.delete(f"/v1/customers/{company.customers[0].id}").status_code == 404
    assert client.post("/v1/charges", data={"amount": "1"}).status_code == 404
    lines = f"/v1/invoices/{company.invoices[0].id}/lines"
    assert client.get(lines, params={"limit": "many"}).status_code == 400


def test_a_day_is_over_at_its_horizon(company: Company, server: Server, client: httpx.Client) -> None:
    for day in (date(2025, 2, 14), date(2025, 4, 30)):
        server.until = end_of_day(day)
        balance = get(client, "/v1/balance")
        held = balance["available"][0]["amount"] + balance["pending"][0]["amount"]
        assert held == expected_balances(company, day).get("stripe_clearing", 0)


def test_what_does_not_exist_is_not_found(client: httpx.Client) -> None:
    missing = client.get("/v1/invoices/in_nobody")
    assert missing.status_code == 404
    assert missing.json()["error"]["code"] == "resource_missing"
    assert client.get("/v1/nothing").status_code == 404
    assert get(client, "/v1/disputes")["data"] == get(client, "/v1/credit_notes")["data"] == []


def test_only_known_keys_get_in(server: Server) -> None:
    url = f"{server.url}/v1/account"
    assert httpx.get(url).status_code == 401
    assert httpx.get(url, auth=("sk_live_other", "")).json()["error"]["type"] == "invalid_request_error"
    for key in ("sk_test_sim", "rk_test_sim"):
        assert httpx.get(url, headers={"Authorization": f"Bearer {key}"}).status_code == 200


def test_a_write_with_a_key_happens_once(company: Company, client: httpx.Client) -> None:
    charge = next(one for one in reversed(company.charges) if one.balance)
    form, key = {"charge": charge.id, "amount": "100"}, {"Idempotency-Key": "once"}
    first = client.post("/v1/refunds", data=form, headers=key)
    again = client.post("/v1/refunds", data=form, headers=key)
    assert first.status_code == again.status_code == 200
    assert first.content == again.content
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    other = client.post("/v1/refunds", data=form | {"amount": "200"}, headers=key)
    assert other.status_code == 400
    assert other.json()["error"]["type"] == "idempotency_error"
    assert get(client, f"/v1/charges/{charge.id}")["amount_refunded"] % charge.amount >= 100
    movement = get(client, f"/v1/balance_transactions/{first.json()['balance_transaction']}")
    assert movement["amount"] == -100
    assert len(everything(client, "refunds")) == len(company.refunds) + 1
    assert client.post("/v1/refunds", data={"charge": charge.id, "amount": "99999999"}).status_code == 400
    assert client.post("/v1/refunds", data={"charge": "ch_nobody"}).status_code == 404
    name = client.post("/v1/customers", data={"name": "Ny Kunde", "address[country]": "DK"}).json()
    assert get(client, "/v1/customers", params={"limit": 1})["data"][0]["id"] == name["id"]


def test_events_tell_each_change_with_the_object_as_it_was(company: Company, client: httpx.Client) -> None:
    told = list(events(company))
    assert [one["created"] for one in told] == sorted(one["created"] for one in told)
    paid = [one for one in told if one["type"] == "invoice.paid"]
    assert {one["data"]["object"]["status"] for one in paid} == {"paid"}
    assert len(paid) == sum(1 for one in company.invoices if one.paid_at)
    opened = [one["data"]["object"] for one in told if one["type"] == "invoice.finalized"]
    assert {one["amount_paid"] for one in opened} == {0}
    recent = everything(client, "events")
    assert 0 < len(recent) < len(told)
    assert recent[0]["id"] == told[-1]["id"]
    assert everything(client, "events", type="payout.paid")[0]["type"] == "payout.paid"
    wanted = {"payout.paid", "invoice.paid"}
    assert {one["type"] for one in everything(client, "events", types=sorted(wanted))} == wanted
    charges = everything(client, "events", types=["charge.*"])
    assert charges == [one for one in recent if one["type"].startswith("charge.")]


def test_the_lines_of_an_invoice_can_be_paged(company: Company, client: httpx.Client) -> None:
    invoice = next(one for one in company.invoices if len(one.lines) > 1)
    path = f"/v1/invoices/{invoice.id}/lines"
    first = get(client, path, params={"limit": 1})
    rest = get(client, path, params={"starting_after": first["data"][0]["id"]})
    assert [one["id"] for one in first["data"] + rest["data"]] == [line.id for line in invoice.lines]
    assert (first["has_more"], rest["has_more"]) == (True, False)


def test_a_signature_is_the_hmac_of_time_and_body() -> None:
    body = b'{"id":"evt_1"}'
    digest = hmac.new(b"whsec_x", b'1700000000.{"id":"evt_1"}', hashlib.sha256).hexdigest()
    assert sign(body, "whsec_x", 1_700_000_000) == f"t=1700000000,v1={digest}"
    assert sign(body + b" ", "whsec_x", 1_700_000_000) != f"t=1700000000,v1={digest}"
