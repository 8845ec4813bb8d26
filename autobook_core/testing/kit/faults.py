"""What can go wrong between a connector and the other side."""

from collections.abc import Callable

import httpx

from autobook_core.testing.kit.server import Fault, Server

_PAGE = "<!DOCTYPE html><html><body><h1>Down for maintenance</h1></body></html>"


def status(code: int, **headers: str) -> Fault:
    """Answer with a status and headers (``retry_after="7"``)."""

    def fault(server: Server, request: httpx.Request) -> httpx.Response:
        del server, request
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx.Response(code, headers=named, json={"error": "planted by the test"})

    return fault


def raising(error: Callable[[str], httpx.TransportError]) -> Fault:
    """Fail before anything was answered."""

    def fault(server: Server, request: httpx.Request) -> httpx.Response:
        del server
        failure = error("planted by the test")
        failure.request = request
        raise failure

    return fault


def html(server: Server, request: httpx.Request) -> httpx.Response:
    """Answer 200 with a page for people."""
    del server, request
    return httpx.Response(200, html=_PAGE)


def truncated(server: Server, request: httpx.Request) -> httpx.Response:
    """Answer 200 with the first half of the JSON."""
    whole = server.answer(request).content
    return httpx.Response(200, content=whole[: len(whole) // 2], headers={"content-type": "application/json"})


def error_in_200(server: Server, request: httpx.Request) -> httpx.Response:
    """Answer 200 with JSON that says that something went wrong."""
    del server, request
    return httpx.Response(200, json={"error": {"type": "api_error", "message": "planted by the test"}})


connect_timeout = raising(httpx.ConnectTimeout)
read_timeout = raising(httpx.ReadTimeout)
reset = raising(httpx.ReadError)
