"""OpenAPI documents: what one says about a listing, so that a connector can begin with it."""

from autobook_core.scaffold.openapi.derive import Derived, derive
from autobook_core.scaffold.openapi.document import Document

__all__ = ["Derived", "Document", "derive"]
