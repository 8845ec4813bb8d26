"""The fresh book of the ledger's tests: proof reads what they post."""

from tests.ledger.conftest import books, ledger

__all__ = ["books", "ledger"]
