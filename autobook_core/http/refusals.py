"""Refused requests as exceptions that may be shown: httpx's error around a request and answer without secrets.

A connector may still read the status and the body to say what was wrong.
"""

import httpx

from autobook_core.logs import Redactor, printable

_KEPT_HEADERS = ("content-type", "retry-after", "x-request-id", "request-id")


def refusal(response: httpx.Response, redactor: Redactor) -> httpx.HTTPStatusError:
    """Return the error for an answer that ends the request."""
    asked = response.request
    request = httpx.Request(asked.method, redactor(str(asked.url)))
    headers = {name: redactor(response.headers[name]) for name in _KEPT_HEADERS if name in response.headers}
    clean = httpx.Response(
        response.status_code,
        headers=headers,
        content=redactor(response.content.decode("utf-8", "replace")).encode(),
        request=request,
    )
    told = printable(redactor(f"{asked.method} {asked.url.path}"))
    message = f"{told} was answered with {response.status_code} {clean.reason_phrase}".rstrip()
    return httpx.HTTPStatusError(message, request=request, response=clean)
