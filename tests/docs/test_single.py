"""One thing at a time: the code that the page on the kit shows."""

import httpx
import pytest
import respx

from autobook_core.connector import AuthFailed, RateLimited
from autobook_core.testing import context_for
from howto.authentication import Basic


@pytest.fixture
def api() -> respx.Router:
    return respx.Router(base_url="https://api.acmepay.example", assert_all_called=False)


def test_a_key_that_was_revoked_is_said_to_be(api: respx.Router) -> None:
    api.get("/v1/account").respond(401)
    source = Basic(Basic.Config(api_key="canary-4711-key"))
    with context_for(source, httpx.MockTransport(api.handler)) as ctx, pytest.raises(AuthFailed):
        source.check(ctx)


def test_a_short_outage_is_none(api: respx.Router) -> None:
    account = httpx.Response(200, json={"id": "acct_1"})
    asked = api.get("/v1/account").mock(side_effect=[httpx.Response(503), account])
    source = Basic(Basic.Config(api_key="canary-4711-key"))
    with context_for(source, httpx.MockTransport(api.handler)) as ctx:
        assert source.check(ctx).account_id == "acct_1"
    assert asked.call_count == 2


def test_a_long_wait_is_left_to_the_engine(api: respx.Router) -> None:
    api.get("/v1/account").respond(429, headers={"retry-after": "3600"})
    source = Basic(Basic.Config(api_key="canary-4711-key"))
    with context_for(source, httpx.MockTransport(api.handler)) as ctx, pytest.raises(RateLimited):
        source.check(ctx)


def test_what_a_connector_writes_is_gone_afterwards(api: respx.Router) -> None:
    source = Basic(Basic.Config(api_key="canary-4711-key"))
    with context_for(source, httpx.MockTransport(api.handler)) as ctx:
        kept = ctx.home / "file"
        kept.write_text("x")
    assert not kept.exists()
