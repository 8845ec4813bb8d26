"""The one way to a provider's API: retries, limits, credentials and redaction live here, not in connectors.

Loaded when a connection is really used, never for listing what there is.
"""

from autobook_core.http.client import HttpClient, HttpStatistics
from autobook_core.http.factory import open_http

__all__ = ["HttpClient", "HttpStatistics", "open_http"]
