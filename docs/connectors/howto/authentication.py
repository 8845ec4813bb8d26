"""How requests prove who we are, in the five ways that APIs ask for."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import ClassVar

import httpx

from autobook_core.connector import OAuth2, option, secret
from howto.paging import CursorPaging


class Basic(CursorPaging):
    def auth(self) -> httpx.Auth:
        return httpx.BasicAuth(self.config.api_key, "")


class Header(httpx.Auth):
    """Puts a header on every request."""

    def __init__(self, name: str, value: str) -> None:
        self.name, self.value = name, value

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers[self.name] = self.value
        yield request


class Bearer(CursorPaging):
    def auth(self) -> httpx.Auth:
        return Header("Authorization", f"Bearer {self.config.api_key}")


class OwnHeader(CursorPaging):
    def auth(self) -> httpx.Auth:
        return Header("X-Acme-Key", self.config.api_key)


@dataclass(frozen=True)
class Grant:
    """What a person copies from the page where access was granted."""

    client_id: str = option("Client id of the app (Developers > Apps)")
    client_secret: str = secret("Client secret of the app")
    refresh_token: str = secret("Refresh token of the first consent")


class Consent(CursorPaging):
    Config: ClassVar[type] = Grant

    def auth(self) -> OAuth2:
        return OAuth2(
            token_url="https://api.acmepay.example/oauth/token",
            client_id=self.config.client_id,
            client_secret=self.config.client_secret,
            refresh_token=self.config.refresh_token,
        )
