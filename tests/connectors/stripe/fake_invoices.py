"""The same Stripe with drafts of invoices as its rows: they are changed, and deleted, until they are finalized."""

from typing import Any, ClassVar

from tests.connectors.stripe.fake_api import FakeStripe

Json = dict[str, Any]


class FakeStripeInvoices(FakeStripe):
    stream = "invoice"
    tells: tuple[str, ...] = ("invoice",)
    withdraws = True
    path: ClassVar[str] = "/v1/invoices"
    events_of: ClassVar[tuple[str, str]] = ("invoice.created", "invoice.updated")

    def make_object(self, i: int, at: int, amount: int, currency: str) -> Json:
        line = {
            "id": f"il_{i:04}", "object": "line_item", "amount": amount, "currency": currency,
            "description": "Consulting", "quantity": 1, "period": {"start": at, "end": at},
            "price": None, "discount_amounts": [], "tax_amounts": [], "proration": False,
        }  # fmt: skip
        return {
            "id": f"in_{i:04}", "object": "invoice", "number": None, "customer": "cus_kit", "currency": currency,
            "livemode": True, "status": "draft", "created": at, "due_date": None,
            "lines": {"object": "list", "has_more": False, "data": [line]},
            "subtotal": amount, "tax": 0, "total": amount, "amount_due": amount, "amount_paid": 0,
            "amount_remaining": amount,
        }  # fmt: skip
